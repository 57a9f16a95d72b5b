"""The page inside Telegram, in a real browser the size of a phone: a cart by hand, and the talk that goes on from it.

Telegram around the page is played by its own rules: what it hands over stands behind the #, what the page says to it is
caught. Without it, without a script and in other colours the page is a shop all the same.
"""

import json
import shutil
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from bots.hub import Simulated
from storefront.models import Attribution
from tests.conftest import tell
from tests.test_browser import NARROW, Table, address, browser, lay

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

__all__ = ["address", "browser", "lay"]

SHOP = """
rina@telegram sends photo: brownies.jpg | brownies kukus pandan 65rb/loyang, keju +10rb. PO tutup kamis 20.00, max 4
rina@telegram says: Dapur Rina, griya asri depok. rt 04 gratis, sekompleks 5rb
rina@telegram sends photo: sticker.png
rina@telegram taps: Tayangkan
rina@telegram taps: Boleh, 10%
rina@telegram keeps $invitation: (https?://\\S+/i/\\S+)
rina@telegram sends photo: brownies.jpg | nastar 80rb/toples, ready 12
rina@telegram taps: Tayangkan
dewi@telegram opens: $invitation
dewi@telegram taps: Setuju
dewi@telegram taps: Tidak
sari@telegram says: halo
"""
NIGHT = {"bg_color": "#17212b", "text_color": "#f5f5f5", "hint_color": "#708499", "link_color": "#6ab3f3",
         "button_color": "#5288c1", "button_text_color": "#ffffff", "secondary_bg_color": "#232e3c"}  # fmt: skip
AROUND = """
window.heard = [];
window.TelegramWebviewProxy = { postEvent: (event, data) => window.heard.push([event, data]) };
"""


@pytest.fixture
def opened(lay: Any, hub: Simulated, address: str) -> Callable[..., Table]:
    """Open the page as Telegram does, for somebody; ``who`` None is any other browser."""
    tell(hub, SHOP)
    origin = address.removesuffix("/simulator")

    def open_(name: str, at: str, who: str | None, theme: dict[str, str] | None = None, **shape: Any) -> Table:
        behind = ""
        if who:
            given = {"tgWebAppData": hub.phones.telegram.init_data(who), "tgWebAppVersion": "8.0"}
            given |= {"tgWebAppPlatform": "android", "tgWebAppThemeParams": json.dumps(theme or {})}
            behind = "#" + urlencode(given)
        page = f"{origin}/miniapp?at={at}{behind}"
        table: Table = lay(name, page, AROUND if who else "", **{**NARROW, **shape})
        return table

    return open_


def more(table: Table, what: str, times: int = 1) -> None:
    for _ in range(times):
        table.press(table.page.get_by_role("button", name=f"Tambah satu {what}", exact=True))


def newest(hub: Simulated) -> str:
    return [bubble.text for bubble in hub.phones.bubbles("sari", "telegram") if not bubble.mine][-1]


def test_a_cart_becomes_an_order_in_the_chat(opened: Callable[..., Table], hub: Simulated) -> None:
    table = opened("miniapp", "DEWI7-1", "sari")
    sync_api.expect(table.page.get_by_text("Dewi merekomendasikan ini")).to_be_visible()
    table.keep("open")
    more(table, "Brownies Kukus Pandan polos", 2)
    more(table, "Brownies Kukus Pandan keju")
    more(table, "Nastar")
    table.press(table.page.get_by_role("button", name="Kurangi satu Brownies Kukus Pandan keju"))
    more(table, "Brownies Kukus Pandan keju")
    sync_api.expect(table.page.get_by_role("button", name="Pesan (4) Rp285.000")).to_be_visible()
    table.keep("full")

    table.press(table.page.get_by_role("button", name="Pesan (4)"))

    sync_api.expect(table.page.get_by_text("Sudah masuk ke chat")).to_be_visible()
    table.keep("sent")
    hub.settle()
    assert newest(hub).startswith(
        "2 Brownies Kukus Pandan Rp130.000 + 1 Brownies Kukus Pandan keju Rp75.000 + 1 Nastar"
    )
    player = tell(hub, "sari@telegram says: ambil, an Sari\nsari@telegram sees: Pesanan DR-0001: barang Rp285.000")
    assert player.bot_messages["sari"] == 1
    sync_api.expect(table.page.locator("body")).to_have_class("miniapp in-telegram")
    table.page.wait_for_timeout(1_200)  # it closes a moment later, so that she can read that it went through
    assert "web_app_close" in [event for event, _ in table.page.evaluate("window.heard")]
    with hub.database.read() as db:
        assert db.scalar(select(Attribution.code)) == "DEWI7"


def test_it_wears_telegrams_colours(opened: Callable[..., Table]) -> None:
    table = opened("miniapp-night", "s_dapur-rina", "sari", NIGHT)
    more(table, "Nastar", 3)
    colour = table.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == "rgb(23, 33, 43)"
    table.keep("night")


def test_pressed_with_somebody_elses_name_nothing_is_ordered(opened: Callable[..., Table], hub: Simulated) -> None:
    table = opened("miniapp-forged", "s_dapur-rina", "sari")
    forged = hub.phones.telegram.init_data("sari").replace("sari", "rina").replace("Sari", "Rina")
    origin = table.page.url.partition("/miniapp")[0]
    asked = {"init_data": forged, "lines": [[1, 1]], "once": "once-and-only-once", "start": ""}

    answer = table.page.request.post(f"{origin}/miniapp/order", data=asked)

    assert answer.status == 401
    assert "Telegram" in answer.json()["words"]


def test_a_line_that_breaks_loses_no_cart(opened: Callable[..., Table], hub: Simulated) -> None:
    """The first try is lost on the way back, the second is the same order."""
    table = opened("miniapp-broken", "s_dapur-rina", "sari")
    more(table, "Nastar", 2)
    tries: list[str] = []

    def lose(route: Any) -> None:
        tries.append(route.request.url)
        if len(tries) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    table.page.route("**/miniapp/order", lose)
    table.press(table.page.get_by_role("button", name="Pesan (2)"))
    sync_api.expect(table.page.get_by_role("alert")).to_have_text(
        "Jaringannya sedang putus. Coba tekan lagi sebentar lagi."
    )
    table.keep("line down")
    table.press(table.page.get_by_role("button", name="Pesan (2)"))
    sync_api.expect(table.page.get_by_text("Sudah masuk ke chat")).to_be_visible()

    hub.settle()
    assert len(tries) == 2
    assert newest(hub).startswith("2 toples Rp160.000")
    assert sum("Rp160.000" in bubble.text for bubble in hub.phones.bubbles("sari", "telegram")) == 1
    table.wrong.clear()  # the browser says aloud that a line broke, which is what was asked for


def test_in_any_other_browser_it_leads_into_the_chat(opened: Callable[..., Table]) -> None:
    table = opened("miniapp-browser", "s_dapur-rina", None)
    more(table, "Nastar", 2)
    asked: list[str] = []
    table.page.route("https://wa.me/**", lambda route: (asked.append(route.request.url), route.fulfill(body="")))

    table.press(table.page.get_by_role("button", name="Pesan (2)"))
    table.page.wait_for_url("https://wa.me/**")

    assert "2+Nastar" in asked[0] or "2%20Nastar" in asked[0]


def test_without_a_script_it_is_a_list_with_doors(opened: Callable[..., Table]) -> None:
    table = opened("miniapp-plain", "s_dapur-rina", None, java_script_enabled=False)
    sync_api.expect(table.page.get_by_text("Brownies Kukus Pandan")).to_be_visible()
    sync_api.expect(table.page.get_by_role("link", name="WhatsApp")).to_be_visible()
    assert table.page.get_by_role("button").count() == 0
    table.keep("plain")
