"""Every page in a real browser, on a phone and on a desk: nothing breaks, nothing is wider than the screen, axe finds
nothing, no script of the page's own is needed, and a day can be worked by the keyboard alone.

Every run leaves its pictures in var/screenshots; GETOK_SCREENSHOTS names a folder for another copy.
"""

import itertools
import shutil
from typing import Any

import pytest
from sqlalchemy import select, update

from bots.hub import Simulated
from storefront import sessions
from storefront.models import Deal, Person, Shop
from tests.conftest import AGREED, OPEN_SHOP, tell
from tests.test_browser import Table, address, browser, lay

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

__all__ = ["address", "browser", "lay"]

WIDE = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
SHAPES = {"wide": (1280, 900), "phone": (360, 780), "tiny": (320, 640)}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

LIVED = (
    OPEN_SHOP
    + AGREED
    + """
rina@telegram sends photo: brownies.jpg | nastar 80rb/toples, ready 12
rina@telegram taps: Tayangkan
sari@telegram opens: $code
sari@telegram says: 2, antar griya asri C2/5, an Sari
sari@telegram taps: QRIS
sari@telegram taps: Sudah bayar
rina@telegram taps: Uang masuk
operator@telegram says: halo
clock: 2026-06-20 09:00
rina@telegram taps: Semua berangkat
sari@telegram taps: Sudah diterima
clock: 2026-06-22 09:30
dewi@telegram says: dana 0800-0000-1234 an Dewi
rina@telegram says: bayar komisi
rina@telegram taps: Sudah kirim
rina@telegram sends photo: proof.jpg
dewi@telegram taps: Sudah terima uangnya
budi@whatsapp says: Mau Nastar dari Dapur Rina (produk DR2)
budi@whatsapp says: 1, ambil, an Budi
"""
)
PUBLIC = {
    "front": "/", "window": "/s/dapur-rina", "product": "/p/DR1", "recommended": "/r/DEWI7-1", "books": "/books",
    "log": "/books/log", "verify": "/verify", "how": "/how", "promises": "/promises", "door": "/desk",
    "absent": "/s/nobody", "miniapp": "/miniapp?at=s_dapur-rina",
}  # fmt: skip
INSIDE = {
    "seller": {
        "today": "/desk/dapur-rina", "orders": "/desk/dapur-rina/orders?kind=all",
        "order": "/desk/dapur-rina/orders/DR-0002", "done": "/desk/dapur-rina/orders/DR-0001",
        "note": "/desk/dapur-rina/note", "shelf": "/desk/dapur-rina/shelf", "listing": "/desk/dapur-rina/shelf/new",
        "goods": "/desk/dapur-rina/shelf/1", "calendar": "/desk/dapur-rina/calendar",
        "round": "/desk/dapur-rina/rounds/1", "buyers": "/desk/dapur-rina/buyers",
        "neighbours": "/desk/dapur-rina/neighbours", "payout": "/desk/dapur-rina/payouts/1",
        "reports": "/desk/dapur-rina/reports?span=month", "account": "/sessions",
    },
    "creator": {
        "overview": "/me", "lines": "/me/lines", "why": "/me/orders/DR-0001", "links": "/me/links",
        "payouts": "/me/payouts", "paid": "/me/payouts/1", "papers": "/me/papers",
    },
    "operator": {
        "health": "/hub", "messages": "/hub/messages", "decide": "/hub/disputes", "shops": "/hub/shops",
        "people": "/hub/people", "costs": "/hub/costs", "words": "/hub/words",
    },
}  # fmt: skip
ABSENT = {"/s/nobody", "/desk"}  #: of a stranger these answer with a no, in a whole page


@pytest.fixture
def lived(hub: Simulated) -> Simulated:
    tell(hub, LIVED)
    return hub


def people_of(hub: Simulated) -> dict[str, int]:
    with hub.database.read() as db:
        return {
            "seller": db.scalars(select(Shop.owner_id)).one(),
            "creator": db.scalars(select(Deal.creator_id)).one(),
            "operator": db.scalars(select(Person.id).where(Person.is_operator)).one(),
        }


def come_in(table: Table, hub: Simulated, origin: str, person_id: int) -> None:
    """By the link and its button."""
    with hub.database.write() as db:
        token = sessions.invite(db, person_id, hub.now())
    table.page.goto(f"{origin}/login/{token}")
    with table.page.expect_navigation():
        table.press(table.page.get_by_role("button"))
    table.page.wait_for_load_state()


def look_at(table: Table, name: str, *, axe: bool = True) -> None:
    """In every shape nothing is wider than the screen; in light and in dark axe finds nothing."""
    page = table.page
    for shape, (width, height) in SHAPES.items():
        page.set_viewport_size({"width": width, "height": height})
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, f"{name} is {over}px too wide at {width}px"
        if shape != "tiny":
            table.keep(f"{shape}-{name}")
    if axe:
        page.set_viewport_size({"width": 1280, "height": 900})
        for colours in ("light", "dark"):
            page.emulate_media(color_scheme=colours)
            rules = {"type": "tag", "values": WCAG} if colours == "light" else ["color-contrast"]
            found = axe_playwright.Axe().run(page, options={"runOnly": rules})
            assert found.violations_count == 0, f"{name}, {colours}: {found.generate_report()}"
        page.emulate_media(color_scheme="light")


def test_pages_for_everybody(lay: Any, lived: Simulated, address: str) -> None:
    origin = address.removesuffix("/simulator")
    table = lay("web", origin, **WIDE)
    for name, path in PUBLIC.items():
        table.page.goto(origin + path)
        look_at(table, name, axe=name != "miniapp")
    table.wrong = [said for said in table.wrong if not any(said.endswith(path) for path in ABSENT)]
    table.wrong = [said for said in table.wrong if "Failed to load resource" not in said]  # the same, said once more


@pytest.mark.parametrize("who", INSIDE)
def test_pages_inside(who: str, lay: Any, lived: Simulated, address: str) -> None:
    origin = address.removesuffix("/simulator")
    table = lay(who, origin, **WIDE)
    come_in(table, lived, origin, people_of(lived)[who])
    for name, path in INSIDE[who].items():
        table.page.goto(origin + path)
        look_at(table, name)


def test_a_day_by_the_keyboard_alone(lay: Any, lived: Simulated, address: str) -> None:
    """Tab to what is wanted, Enter to press it: the content is one step away, and the focus is always seen."""
    origin = address.removesuffix("/simulator")
    table = lay("keyboard", origin, **WIDE)
    come_in(table, lived, origin, people_of(lived)["seller"])
    page = table.page
    page.goto(f"{origin}/desk/dapur-rina/orders/DR-0002")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Ke isi halaman"
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none' "
            "&& parseFloat(s.outlineWidth) > 0 })()"
        )
        assert seen, page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("document.activeElement.type") == "checkbox":
            page.keyboard.press("Space")
        if page.evaluate("document.activeElement.textContent.trim()") == "Minta pembeli membatalkan":
            break
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    sync_api.expect(page.get_by_role("status")).to_contain_text("Dia yang memutuskan")


def test_everything_works_without_a_script(browser: Any, lived: Simulated, address: str) -> None:
    origin = address.removesuffix("/simulator")
    context = browser.new_context(locale="id-ID", java_script_enabled=False, **PHONE)
    page = context.new_page()
    with lived.database.write() as db:
        token = sessions.invite(db, people_of(lived)["seller"], lived.now())
    page.goto(f"{origin}/login/{token}")
    page.get_by_role("button").click()
    page.goto(f"{origin}/desk/dapur-rina/shelf/1")
    page.get_by_label("Nama", exact=True).fill("Brownies Ketan Hitam")
    page.get_by_role("button", name="Simpan").click()
    sync_api.expect(page.get_by_role("status")).to_contain_text("Diubah")
    page.goto(f"{origin}/s/dapur-rina")
    sync_api.expect(page.get_by_text("Brownies Ketan Hitam")).to_be_visible()
    context.close()


def test_hostile_words_run_nowhere(lay: Any, lived: Simulated, address: str) -> None:
    """Whatever a name says, no browser runs it: no dialog opens, and no rule of the page is broken."""
    origin = address.removesuffix("/simulator")
    hostile = "</title><script>alert(1)</script><img src=x onerror=alert(2)>"
    who = people_of(lived)
    with lived.database.write() as db:
        db.execute(update(Shop).values(name=hostile, place=hostile))
    table = lay("hostile", origin, **WIDE)
    dialogs: list[str] = []
    table.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for name, paths in INSIDE.items():
        come_in(table, lived, origin, who[name])
        for path in itertools.chain(paths.values(), ("/", "/s/dapur-rina", "/books")):
            table.page.goto(origin + path)
    assert dialogs == []


LARGEST_WINDOW = 60 * 1024


def test_the_window_is_light(lay: Any, lived: Simulated, address: str) -> None:
    """A shop's page before its photos: page, sheet, everything; on a bad line every kilobyte is waited for."""
    origin = address.removesuffix("/simulator")
    table = lay("light", origin, **PHONE)
    loaded: dict[str, int] = {}

    def count(answer: Any) -> None:
        if "/media/" not in answer.url:
            loaded[answer.url] = len(answer.body())

    table.page.on("response", count)
    table.page.goto(f"{origin}/s/dapur-rina")
    table.page.wait_for_load_state("networkidle")

    assert sum(loaded.values()) <= LARGEST_WINDOW, loaded
    assert len(loaded) <= 5, loaded


def test_photos_come_as_wide_as_they_are_shown(lay: Any, lived: Simulated, address: str) -> None:
    origin = address.removesuffix("/simulator")
    table = lay("photos", origin, **PHONE)
    asked: list[str] = []
    table.page.on("request", lambda request: asked.append(request.url) if "/media/" in request.url else None)
    table.page.goto(f"{origin}/s/dapur-rina")
    table.page.wait_for_load_state("networkidle")
    assert asked
    assert not [one for one in asked if one.endswith("1280.jpg")]
