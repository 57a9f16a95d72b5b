"""The simulator in a real browser: a whole sale by clicking and typing, wide, narrow, dark, and without any script.

A word on the console that is an error, an answer that is one, or something the page's own rules forbid fails the test.
Every run leaves its pictures in var/screenshots; GETOK_SCREENSHOTS names a folder for another copy.
"""

import io
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from werkzeug.serving import WSGIRequestHandler, make_server

from bots.hub import Simulated
from bots.simulator import stage
from bots.simulator.samples import ADDRESS_WORDS, SHOP_WORDS, WALLET_WORDS
from tests.conftest import ROOT

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

PATIENCE_MS = 90_000
WIDE = {"viewport": {"width": 1440, "height": 900}}
NARROW = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
PEOPLE = {"rina": "one", "dewi": "two", "sari": "three"}
COLOURS = 200
LOADED = """Promise.all([...document.images].filter(one => !one.complete && one.loading !== 'lazy')
  .map(one => new Promise(done => { one.onload = one.onerror = done; })))"""


class Quiet(WSGIRequestHandler):
    """A server that keeps what it is asked to itself."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - its name upstream
        pass


@pytest.fixture
def address(hub: Simulated) -> Iterator[str]:
    """The hub on a port of this machine, as `getok run` serves it."""
    assert hub.app
    server = make_server("127.0.0.1", 0, hub.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/simulator"
    server.shutdown()
    thread.join()
    server.server_close()
    stage.end(hub.app.extensions)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM)
        yield opened
        opened.close()


@dataclass
class Table:
    """The page as a visitor has it before her."""

    page: Any
    name: str
    is_narrow: bool = False
    wrong: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda fault: self.wrong.append(str(fault)))
        self.page.on("response", lambda got: self.wrong.append(got.url) if got.status >= 400 else None)

    def press(self, button: Any) -> None:
        button.tap() if self.is_narrow else button.click()

    def turn_to(self, place: str) -> None:
        if self.is_narrow:
            self.press(self.page.locator(f'[data-tab="{place}"]'))

    def phone(self, who: str) -> Any:
        self.turn_to(PEOPLE[who])
        return self.page.locator(f'.phone[data-place="{PEOPLE[who]}"]')

    def writes(self, who: str, words: str) -> None:
        area = self.phone(who).locator("textarea")
        area.fill(words)
        area.press("Enter")

    def attaches(self, who: str, what: str) -> None:
        phone = self.phone(who)
        self.press(phone.locator(".attach summary"))
        self.press(phone.locator(f'.attach button[value="{what}"]'))

    def taps(self, who: str, label: str) -> None:
        keys = self.phone(who).locator(".key button, .choice button")
        self.press(keys.filter(has_text=label).last)

    def opens(self, holder: str, link: str, who: str) -> None:
        """Pass a link on: opened from one person's chat in another one's hand."""
        preview = self.phone(holder).locator(f'.preview:has(input[value*="/{link}/"])').last
        self.press(preview.locator(f'button[value^="{who}@"]'))

    def sees(self, who: str, words: str) -> None:
        log = self.phone(who).locator(".chat .message:not(.mine):not(.pending)")
        sync_api.expect(log.filter(has_text=words).last).to_be_visible(timeout=PATIENCE_MS)

    def clock_to_next(self) -> None:
        self.press(self.page.locator(".time summary"))
        self.press(self.page.locator('.time button[value="next"]'))

    def books_say(self, words: str) -> None:
        self.turn_to("books")
        sync_api.expect(self.page.locator(".ledger")).to_contain_text(words, timeout=PATIENCE_MS)
        sync_api.expect(self.page.locator(".ledger")).to_contain_text("Bukunya cocok", timeout=PATIENCE_MS)

    def keep(self, moment: str) -> None:
        """Keep a picture of the page, small enough to be shown anywhere."""
        self.page.evaluate(LOADED)
        shot = Image.open(io.BytesIO(self.page.screenshot(animations="disabled")))
        small = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        for folder in filter(None, (ROOT / "var" / "screenshots", os.environ.get("GETOK_SCREENSHOTS"))):
            target = (ROOT / folder).resolve()
            target.mkdir(parents=True, exist_ok=True)
            small.save(Path(target) / f"{self.name}-{moment}.png", optimize=True)


@pytest.fixture
def lay(browser: Any, address: str) -> Iterator[Any]:
    """Lay the table: open the page in a window of this shape, and look at the end whether anything went wrong."""
    laid: list[Table] = []

    def table(name: str, at: str = "", around: str = "", **shape: Any) -> Table:
        context = browser.new_context(locale="id-ID", reduced_motion="reduce", **shape)
        fresh = Table(context.new_page(), name, shape.get("is_mobile", False))
        fresh.watch()
        fresh.page.add_init_script(around)
        fresh.page.goto(at or address)
        laid.append(fresh)
        return fresh

    yield table
    for one in laid:
        one.page.context.close()
    assert [said for one in laid for said in one.wrong] == []


@pytest.mark.parametrize(("name", "shape"), [("wide", WIDE), ("phone", NARROW)])
def test_a_whole_sale_by_hand(lay: Any, hub: Simulated, name: str, shape: dict[str, Any]) -> None:
    table = lay(name, **shape)
    table.keep("welcome")
    opens_a_shop(table)
    a_neighbour_agrees(table)
    orders_and_pays(table)
    table.keep("paid")
    table.books_say("Dapur Rina berutang ke Dewi")
    if table.is_narrow:
        table.keep("books")
    is_delivered(table)
    commission_arrives(table)
    table.books_say("Dewi sudah terima dari Dapur Rina")
    table.keep("settled")
    assert hub.verdict() == []


def opens_a_shop(table: Table) -> None:
    table.attaches("rina", "cake")
    table.sees("rina", "Wah, menarik!")
    table.writes("rina", SHOP_WORDS)
    table.sees("rina", "Dicatat: RT 04 gratis")
    table.attaches("rina", "sticker")
    table.sees("rina", "Terbaca: DAPUR RINA")
    table.taps("rina", "Tayangkan")
    table.sees("rina", "Tayang!")
    table.taps("rina", "Boleh, 10%")
    table.sees("rina", "Ajak yang biasa cerita ke tetangga")


def a_neighbour_agrees(table: Table) -> None:
    table.opens("rina", "i", "dewi")
    table.sees("dewi", "Dapur Rina mengajak Kakak")
    table.taps("dewi", "Setuju")
    table.sees("dewi", "Satu hal")
    table.taps("dewi", "Tidak")
    table.sees("dewi", "kode DEWI7")


def orders_and_pays(table: Table) -> None:
    table.opens("dewi", "r", "sari")
    table.sees("sari", "Halo Kak, saya asisten pesanan Dapur Rina")
    table.writes("sari", "2 ya kak, 1 pake keju")
    table.sees("sari", "1 polos Rp65.000 + 1 keju Rp75.000 = Rp140.000")
    table.taps("sari", "Antar")
    table.sees("sari", "Boleh minta alamat")
    table.writes("sari", ADDRESS_WORDS)
    table.sees("sari", "Pesanan DR-0001")
    table.taps("sari", "QRIS")
    table.sees("sari", "pas ya, jangan dibulatkan")
    table.taps("sari", "Sudah bayar")
    table.sees("rina", "bilang sudah bayar")
    table.taps("rina", "Uang masuk")
    table.sees("rina", "DR-0001 lunas.")
    table.sees("sari", "LUNAS")
    table.sees("dewi", "Ada pesanan lewat kode DEWI7")


def is_delivered(table: Table) -> None:
    table.taps("rina", "Dikirim")
    table.sees("sari", "Pesanan DR-0001 berangkat.")
    table.taps("sari", "Sudah diterima")
    table.sees("sari", "Gimana, Kak?")


def commission_arrives(table: Table) -> None:
    table.clock_to_next()
    table.sees("dewi", "Komisi pertama Kakak")
    table.writes("dewi", WALLET_WORDS)
    table.sees("dewi", "DANA 0800••••1234")
    table.clock_to_next()
    table.sees("rina", "Daftar masak")
    table.clock_to_next()
    table.sees("rina", "komisinya Rp14.000")
    table.taps("rina", "Sudah kirim")
    table.sees("rina", "Kirim foto buktinya ya")
    table.attaches("rina", "proof")
    table.sees("dewi", "Sudah masuk?")
    table.taps("dewi", "Sudah terima uangnya")
    table.sees("rina", "Kak Dewi sudah terima.")


def test_a_story_plays_in_the_dark_and_ones_own_hub_stays(lay: Any, hub: Simulated) -> None:
    table = lay("dark", color_scheme="dark", **WIDE)
    table.writes("rina", "halo")
    table.sees("rina", "Getok")
    table.press(table.page.locator(".stories summary"))
    table.press(table.page.locator('.stories button[value="fast_path_one_message"]'))
    table.sees("rina", "Wah, menarik!")
    sync_api.expect(table.page.locator(".lines .look.held").first).to_be_visible(timeout=PATIENCE_MS)
    table.press(table.page.locator('.playing button[value="rest"]'))
    sync_api.expect(table.page.locator(".playing")).to_contain_text("semuanya cocok", timeout=PATIENCE_MS)
    table.keep("story")
    table.press(table.page.locator('.playing button[value="end"]'))
    sync_api.expect(table.page.locator(".playing")).to_have_count(0, timeout=PATIENCE_MS)
    sync_api.expect(table.phone("rina").locator(".message.mine")).to_contain_text("halo", timeout=PATIENCE_MS)
    assert [bubble.text for bubble in hub.phones.bubbles("rina", "telegram") if bubble.mine] == ["halo"]


def test_the_card_says_what_to_do_and_does_it(lay: Any, hub: Simulated) -> None:
    table = lay("card", **WIDE)
    card = table.page.locator(".step")
    for label in ("Kirim foto brownies", "Dapur Rina", "Kirim stikernya", "Tayangkan", "Boleh, 10%", "Buka undangan"):
        sync_api.expect(card.locator("button")).to_contain_text(label, timeout=PATIENCE_MS)
        table.press(card.locator("button"))
    table.sees("dewi", "Dapur Rina mengajak Kakak")


def test_without_script_it_is_plain_forms(lay: Any, hub: Simulated) -> None:
    table = lay("plain", java_script_enabled=False, **WIDE)
    table.press(table.page.locator('.phone[data-place="one"] .start button'))
    table.sees("rina", "Getok")
    table.page.locator('.phone[data-place="three"] textarea').fill("halo")
    table.press(table.page.locator('.phone[data-place="three"] .send'))
    table.sees("sari", "Getok")
