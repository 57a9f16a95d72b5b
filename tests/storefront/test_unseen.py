"""Whatever buyers are called, wherever they live, whatever number they have: nothing a creator can see says it.

Everything is looked at that reaches her: messages with their pictures' recipes, every screen of ours asked for as her
with every small number, her tables, her own data, the pages her links lead to.
"""

import json
import os
from inspect import signature
from itertools import product
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from bots.dialogue import Screen
from bots.hub import MovableClock, Simulated
from bots.screens import reports as _reports  # noqa: F401 - the screens announce themselves
from bots.visit import SCREENS, Place, Visit
from bots.web import create_app
from storefront import privacy
from storefront.database import Writer
from storefront.models import OutboxMessage, Profile
from storefront.phrases import Voice
from storefront.refusals import Refusal
from storefront.web import tokens
from tests.conftest import AGREED, JAKARTA, OPEN_SHOP, START, tell

EXAMPLES = 40 if os.environ.get("GETOK_TEST_ALL") else 2
LETTERS = "QXZVWKJY"  # no word of ours is made of these
WORD = some.text(LETTERS, min_size=5, max_size=9).map(str.capitalize)
DIGITS = some.text("123456789", min_size=5, max_size=5)
NUMBERS = (1, 2, 3)

BEGUN = (
    OPEN_SHOP
    + AGREED
    + """
rina@telegram says: titip brownies untuk Panti Kasih, jl Melati 3, target 30
rina@telegram taps: Sudah setuju
rina@telegram keeps $gift: (https?://\\S+/i/\\S+)
dewi@telegram says: polling mau rasa apa? pandan, keju
dewi@telegram keeps $poll: (https?://\\S+/i/\\S+)
"""
)
BOUGHT = """
sari@telegram opens: $code
sari@telegram sends contact: 0800-00{phone}
sari@telegram says: 2, antar griya asri {street} C2/5, an {name}
sari@telegram taps: QRIS
sari@telegram taps: Sudah bayar
rina@telegram taps: Uang masuk
sari@telegram opens: $poll
sari@telegram taps: keju
sari@telegram opens: $gift
sari@telegram taps: 1
sari@telegram taps: QRIS
sari@telegram taps: Sudah bayar
rina@telegram taps: Uang masuk
sari@telegram says: bicara dengan penjual
sari@telegram says: saya {name} di {street}, tahan berapa lama ya?
rina@telegram taps: Balas
rina@telegram says: seminggu kak {name}
sari@telegram says: selesai
clock: 2026-06-20 08:00
rina@telegram says: cek 0001
rina@telegram taps: Dikirim
sari@telegram taps: Ada masalah
"""
LOOKED = """
dewi@telegram says: komisi
dewi@telegram says: cek 0001
dewi@telegram says: cek 0002
dewi@telegram says: hasil
dewi@telegram says: titip
dewi@telegram says: kesepakatan
dewi@telegram says: kabar warga
dewi@telegram says: patungan
dewi@telegram says: buat gambar
dewi@telegram taps: Foto
dewi@telegram says: cari produk
"""


@pytest.fixture
def looks(sqlite_template: Any, tmp_path: Any) -> Any:
    """A hub for each example."""
    import shutil

    made = iter(range(10_000))

    def begin() -> Simulated:
        path = tmp_path / f"unseen{next(made)}.db"
        shutil.copy(sqlite_template, path)
        from bots.__main__ import story_settings

        return Simulated(story_settings(f"sqlite:///{path}"), MovableClock(START))

    return begin


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(name=WORD, street=WORD, phone=DIGITS)
def test_nothing_a_creator_sees_says_who_bought(looks: Any, name: str, street: str, phone: str) -> None:
    hub = looks()
    kept = tell(hub, BEGUN).kept
    kept = tell(hub, BOUGHT.format(name=name, street=street, phone=phone), **kept).kept
    tell(hub, LOOKED, **kept)

    told = everything_of_dewi(hub, kept["code"])
    hub.close()

    seen = "\n".join(told).casefold()
    assert "rp13.000" in seen, "she sees what she earns"
    for trace in (name, street, phone, f"00{phone}", "c2/5", "sari"):
        assert trace.casefold() not in seen


def test_control_the_seller_does_see_it(looks: Any) -> None:
    hub = looks()
    kept = tell(hub, BEGUN).kept
    tell(hub, BOUGHT.format(name="Zyxkwv", street="Vwqxjy", phone="12345"), **kept)
    rina = "\n".join(messages_of(hub, "Rina"))
    hub.close()

    assert "Zyxkwv" in rina
    assert "Vwqxjy" in rina


# -- everything she can see ----------------------------------------------------------------------------------


def everything_of_dewi(hub: Simulated, code: str) -> list[str]:
    dewi = person(hub, "Dewi")
    return [*messages_of(hub, "Dewi"), *screens_of(hub, dewi), *files_of(hub, dewi, code)]


def person(hub: Simulated, name: str) -> int:
    with hub.database.read() as db:
        return db.scalars(select(Profile.person_id).where(Profile.name == name)).one()


def messages_of(hub: Simulated, name: str) -> list[str]:
    """All that was ever said to her: notices' facts, screens, and the recipes of their pictures."""
    with hub.database.read() as db:
        sent = db.scalars(select(OutboxMessage).where(OutboxMessage.person_id == person(hub, name))).all()
        return [json.dumps([one.facts, one.screen], ensure_ascii=False) for one in sent]


def screens_of(hub: Simulated, dewi: int) -> list[str]:
    """Every screen there is, asked for by her with every small number: a button's address is no secret."""
    told = []
    place = Place("https://hub.example", "bot", "+628000", JAKARTA)
    for name, show in SCREENS.items():
        many = len(signature(show).parameters) - 2
        for numbers in product(map(str, NUMBERS), repeat=min(many, 2)):
            with hub.database.write() as db:
                told.append(shown(db, name, dewi, place, hub, numbers))
                db.rollback()
    return told


def shown(db: Writer, name: str, dewi: int, place: Place, hub: Simulated, numbers: tuple[str, ...]) -> str:
    visit = Visit(dewi, "Dewi", Voice("id", JAKARTA, False), "telegram", 1, place, hub.now())
    try:
        outcome = SCREENS[name](db, visit, *numbers)
    except Refusal as no:
        return no.sentence.format(**dict(no.facts)) if no.facts else no.sentence
    return json.dumps(outcome.as_json(), ensure_ascii=False) if isinstance(outcome, Screen) else repr(outcome)


def files_of(hub: Simulated, dewi: int, code: str) -> list[str]:
    """Her tables, her own data, and the pages her link leads to."""
    client: FlaskClient = create_app(hub).test_client()
    vault, now = hub.database.vault, hub.now()
    ways = [tokens.statement_link(vault, "", dewi, now), tokens.results_link(vault, "", dewi, now), f"/r/{code[-7:]}"]
    pages = [client.get(way) for way in ways]
    assert [one.status_code for one in pages] == [200, 200, 200]
    with hub.database.read() as db:
        data = json.dumps(privacy.export(db, dewi), default=str)
    return [*(one.get_data(as_text=True) for one in pages), data]
