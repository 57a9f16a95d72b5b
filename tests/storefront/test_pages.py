"""The pages: both doors, what they carry, the open books, and nothing private."""

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select

from bots.__main__ import story_settings
from bots.hub import SIMULATED_BOT, MovableClock, Simulated
from storefront.models import Media, Person, Shop
from storefront.web import tokens
from tests.conftest import START, STORIES, tell

SALE = (STORIES / "the_sale.chat").read_text(encoding="utf-8")


def page(hub: Simulated, path: str) -> str:
    return unescape(hub.client.get(path).get_data(as_text=True))


@pytest.fixture(scope="module")
def after_the_sale(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulated]:
    path = tmp_path_factory.mktemp("pages") / "hub.db"
    shutil.copy(sqlite_template, path)
    hub = Simulated(story_settings(f"sqlite:///{path}"), MovableClock(START))
    tell(hub, SALE)
    yield hub
    hub.close()


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_creators_page_says_that_she_earns_and_opens_both_chats(language: str, after_the_sale: Simulated) -> None:
    shown = page(after_the_sale, f"/r/DEWI7-1?lang={language}")

    assert "Dewi" in shown
    assert {"id": "komisi", "en": "commission"}[language] in shown
    assert "Iklan" in shown
    assert f"https://t.me/{SIMULATED_BOT}?start=DEWI7-1" in shown
    assert re.search(r"https://wa\.me/6280000000000\?text=\S*DEWI7-1", shown)


def test_the_public_books_show_owed_paid_and_confirmed(after_the_sale: Simulated) -> None:
    shown = page(after_the_sale, "/books")

    assert shown.count("Rp14.000") >= 3  # earned, paid, confirmed
    assert "Rp0" in shown  # owed
    assert "Sari" not in shown
    assert "Dewi" not in shown


@pytest.mark.parametrize("path", ["/", "/s/dapur-rina", "/p/DR1", "/p/dr1", "/healthz"])
def test_pages_that_are_there(path: str, after_the_sale: Simulated) -> None:
    answer = after_the_sale.client.get(path)

    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/s/nobody", "/p/XX9", "/p/x", "/r/NOBODY7", "/r/x", "/i/nothing", "/nowhere", "/media/x.jpg", "/qr/x.png",
        "/statement/x.csv", "/qr/x/DR1.png", "/qr/r/x.png", "/qr/p/DR1.gif",
    ],
)  # fmt: skip
def test_pages_that_are_not_there(path: str, after_the_sale: Simulated) -> None:
    assert after_the_sale.client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/metrics"])
def test_pages_that_are_not_there_yet_say_so(path: str, after_the_sale: Simulated) -> None:
    assert after_the_sale.client.get(path).status_code == 501


@pytest.mark.parametrize(("ending", "begins"), [("png", b"\x89PNG"), ("svg", b"<svg")])
def test_a_qr_picture_in_both_formats(ending: str, begins: bytes, after_the_sale: Simulated) -> None:
    assert after_the_sale.client.get(f"/qr/r/DEWI7-1.{ending}").data.startswith(begins)


def test_a_proof_has_no_page_and_a_product_photo_has_one(after_the_sale: Simulated) -> None:
    with after_the_sale.database.read() as db:
        found = {media.is_public: media.token for media in db.scalars(select(Media))}

    assert after_the_sale.client.get(f"/media/{found[True]}.jpg").status_code == 200
    assert after_the_sale.client.get(f"/media/{found[False]}.jpg").status_code == 404


def test_a_statement_opens_for_ten_minutes(after_the_sale: Simulated) -> None:
    hub = after_the_sale
    with hub.database.read() as db:
        dewi = db.scalars(select(Person.id).where(Person.id != db.scalar(select(Shop.owner_id)))).first()
    link = tokens.statement_link(hub.database.vault, "", dewi or 0, hub.now())
    assert "DR-0001" in page(hub, link)
    hub.move_to(hub.now() + tokens.STATEMENT_HOLDS * 1.1)

    assert hub.client.get(link).status_code == 404
