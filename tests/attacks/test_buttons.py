"""Every button anybody was ever shown, in hands it was not made for, in forms it was not given, at times it is over."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from bots import play
from bots.hub import Simulated
from bots.phones import Bubble
from storefront.models import Deal, Identity, Order, OutboxMessage, Shop
from tests.attacks.common import ORDER, TALK, arrives, calm, changed_since, fingerprints, forget_talks, press
from tests.conftest import OPEN_SHOP, STORIES, tell

THE_SALE = (STORIES / "the_sale.chat").read_text(encoding="utf-8")
PEOPLE = ("rina", "dewi", "sari")
OTHERS = {"rina": "dewi", "dewi": "sari", "sari": "rina"}

NEIGHBOUR = """
wati@telegram sends photo: brownies.jpg | donat 5rb/pcs, PO tutup kamis jam 8 mlm, max 20
wati@telegram says: Warung Wati, griya asri depok. sekompleks 5rb
wati@telegram sends photo: sticker.png
wati@telegram taps: Tayangkan
wati@telegram keeps $theirs: (https?://\\S+/p/\\S+)
wulan@telegram opens: $theirs
wulan@telegram says: 2, antar griya asri C2/9, Wulan, qris
wulan@telegram taps: Sudah bayar
"""
STRANGER = "penny@telegram says: halo\n"

CANCELLED = """
tono@telegram opens: $link
tono@telegram says: 1, antar griya asri C2/7, Tono, qris
tono@telegram taps: Sudah bayar
rina@telegram taps: Belum ada
tono@telegram says: batal
tono@telegram taps: Ya, batalkan
"""


def whole_sale(hub: Simulated) -> None:
    """A sale from the photo to the commission in hand, all on one channel, with a neighbour's shop beside it."""
    player = tell(hub, THE_SALE, "telegram")
    tell(hub, NEIGHBOUR + STRANGER, **player.kept)


def shown_to(hub: Simulated, name: str) -> set[str]:
    """The data of every button this person was ever shown, the edited ones too."""
    with hub.database.read() as db:
        address = str(hub.phones.telegram.person(name).chat_id)
        screens = db.scalars(select(OutboxMessage.screen).where(OutboxMessage.address == address)).all()
    found = {data for screen in screens if screen for _, data, url in screen.get("choices", []) if data and not url}
    on_the_glass = {b.data for bubble in hub.phones.bubbles(name, "telegram") for b in bubble.buttons if b.data}
    assert on_the_glass <= found
    return found


def deeds(found: set[str]) -> list[str]:
    return sorted(data for data in found if data.startswith("d:"))


# -- in other hands ----------------------------------------------------------------------------------


@pytest.mark.parametrize("presser", ["penny", "wati", "rina", "dewi", "sari"])
def test_every_button_in_somebody_elses_hand(hub: Simulated, presser: str) -> None:
    """Pressed twice each, by a stranger, by another seller and by the other roles of the same sale."""
    whole_sale(hub)
    owners = [name for name in ("rina", "dewi", "sari") if name != presser]
    own = shown_to(hub, presser)
    buttons = sorted(set().union(*(shown_to(hub, name) for name in owners)) - own)
    assert len(deeds(set(buttons))) > 4
    before = fingerprints(hub.database)

    with calm():
        for data in buttons:
            forget_talks(hub.database)
            assert press(hub, presser, data), f"the spinner goes on after {data}"
            assert press(hub, presser, data), f"the spinner goes on after the second {data}"
            assert changed_since(hub.database, before) == set(), data

    assert hub.verdict() == []


MAY_STILL_BE_DONE = {"problem", "unsafe", "recommend"}  # of an order that was received, and by whoever received it
FRESH_EVERY_TIME = {"s:invite"}  # an invitation link is made when it is asked for


@pytest.mark.parametrize("presser", PEOPLE)
def test_ones_own_buttons_after_it_is_all_over(hub: Simulated, presser: str) -> None:
    whole_sale(hub)
    for data in sorted(shown_to(hub, presser)):
        deed = data.split(":")[1]
        if deed in MAY_STILL_BE_DONE or data.startswith(tuple(FRESH_EVERY_TIME)):
            continue
        before = fingerprints(hub.database)
        with calm():
            forget_talks(hub.database)
            assert press(hub, presser, data), data
            assert changed_since(hub.database, before) == set(), data

    assert hub.verdict() == []


@pytest.mark.parametrize("presser", ["rina", "tono"])
def test_the_buttons_of_an_order_that_was_cancelled(hub: Simulated, presser: str) -> None:
    player = tell(hub, OPEN_SHOP)
    tell(hub, CANCELLED, **player.kept)
    about = [data for data in deeds(shown_to(hub, presser)) if not data.startswith("d:offer:")]
    assert about
    before = fingerprints(hub.database)

    with calm():
        for data in about:
            assert press(hub, presser, data)
            assert changed_since(hub.database, before) == set(), data
    assert hub.verdict() == []


# -- in other forms ----------------------------------------------------------------------------------


def live(hub: Simulated) -> tuple[str, str]:
    """A seller's *Uang masuk* that waits, and a neighbour's for another order."""
    player = tell(hub, OPEN_SHOP + NEIGHBOUR + STRANGER)
    tell(hub, ORDER + "sari@telegram taps: Sudah bayar", **player.kept)
    mine = next(data for data in deeds(shown_to(hub, "rina")) if data.startswith("d:money_arrived:"))
    theirs = next(data for data in deeds(shown_to(hub, "wati")) if data.startswith("d:money_arrived:"))
    return mine, theirs


def tampered(mine: str, theirs: str) -> Iterator[str]:
    """What might be made of a button by somebody with a keyboard."""
    body, _, sign = mine.partition("~")
    deed, _, nonce = body.rpartition(":")
    foreign, _, foreign_sign = theirs.partition("~")
    for place in range(len(mine)):
        for bit in (0, 3, 5):
            yield mine[:place] + chr(ord(mine[place]) ^ 1 << bit) + mine[place + 1 :]
    yield from (f"{body}~{foreign_sign}", f"{foreign}~{sign}", f"{foreign}~{foreign_sign}", theirs)
    yield from (f"{deed}0:{nonce}~{sign}", f"{deed.rpartition(':')[0]}:0001:{nonce}~{sign}", f"{deed}:{nonce}")
    yield from (deed, body, f"{body}~", f"{body}~{'A' * 12}", f"{mine}x", f" {mine}", f"{mine}\n", mine.upper())
    yield from (f"{body}~{sign[:4]}", f"{body}:{nonce}~{sign}", f"d:undo:1:{nonce}~{sign}", f"d:sent:1:{nonce}~{sign}")


def test_a_tampered_button_does_nothing_and_the_real_one_does(hub: Simulated) -> None:
    mine, theirs = live(hub)
    before = fingerprints(hub.database)

    with calm():
        for data in tampered(mine, theirs):
            if data != mine:
                assert press(hub, "rina", data), data
    assert changed_since(hub.database, before) == set()
    assert press(hub, "penny", mine)
    assert press(hub, "wati", mine)
    assert changed_since(hub.database, before) == set()

    assert press(hub, "rina", mine)
    assert "payments" in changed_since(hub.database, before)
    after = fingerprints(hub.database)
    assert press(hub, "rina", mine)
    assert changed_since(hub.database, after) == set()


MADE_UP = [
    "",
    "pay:1",
    "d:",
    "s:",
    "a:",
    "a:=",
    "a::=",
    "a:::=",
    "s:front:1:2:3:4:5:6:7:8",
    "s:order",
    "s:order:",
    "s:order:-1",
    "s:order:1.0",
    "s:order:²",
    "s:order:١",
    "s:order:999999999999999999999999999999",
    "s:order:9223372036854775808",
    "s:order:1 OR 1=1",
    "s:lists:1;DROP TABLE orders",
    "s:invitation:" + "x" * 40,
    "s:terms:x",
    "s:talk:99",
    "s:product:0",
    "s:shop:None",
    "s:__class__",
    "s:front_door",
    "a:opening:slow.1:name=",
    "a:opening:__class__.1:name=x",
    "a:opening:visit.1:name=x",
    "a:nothing::yes=yes",
    "a:erasing::erase=yes",
    "a:buying:product.1:order=deliver\x00",
    "a:buying:product.99999:order=deliver",
    "a:buying:deal.1,product.1:order=pickup",
    "a:agreeing:invitation.99:agree=yes",
    "a:paying_out:payout.1:proof=1",
    "a:changing_code:deal.1:code=EVIL7",
    "a:adjusting:shop.1:rate=50",
    "d:money_arrived:1",
    "d:money_arrived:1:aaaaaa~aaaaaaaaaaaa",
    "🎂" * 16,
    "\u202e\u200b",
    "{{7*7}}",
    "%s%s%n",
    "../../etc/passwd",
]


@pytest.mark.parametrize("presser", ["penny", "rina", "sari"])
def test_a_button_somebody_made_up(hub: Simulated, presser: str) -> None:
    live(hub)
    before, spinning = fingerprints(hub.database), []

    with calm():
        for data in MADE_UP:
            forget_talks(hub.database)
            spinning += [] if press(hub, presser, data) else [data]
            assert changed_since(hub.database, before) == set(), data
        assert spinning == []
    assert hub.verdict() == []


@pytest.mark.parametrize("data", ["a:opening:slow.²:name=x", "a:buying:product.1²:order=deliver"])
def test_a_button_with_half_a_number(hub: Simulated, data: str) -> None:
    live(hub)
    before = fingerprints(hub.database)

    with calm():
        assert press(hub, "rina", data)
    assert changed_since(hub.database, before) == set()


def test_a_button_of_noise(hub: Simulated) -> None:
    live(hub)
    noise = random.Random(7)  # noqa: S311 - the same noise every time
    before = fingerprints(hub.database)

    with calm():
        for _ in range(40):
            assert press(hub, "rina", bytes(noise.randrange(256) for _ in range(64)).decode("latin-1"))
    assert changed_since(hub.database, before) == set()


def test_a_button_of_half_a_sign(hub: Simulated) -> None:
    live(hub)
    before = fingerprints(hub.database)

    with calm():
        assert press(hub, "rina", "s:order:\ud83d")
        assert press(hub, "rina", "\ud83d")
    assert changed_since(hub.database, before) == set()


# -- in other places ---------------------------------------------------------------------------------


def in_a_group(hub: Simulated, name: str, data: str) -> dict[str, Any]:
    person = hub.phones.telegram.person(name)
    group = {"id": -100777, "type": "supergroup", "title": "RT 04"}
    message = {"message_id": 5, "date": int(hub.now().timestamp()), "chat": group, "text": "x"}
    return {"id": "77", "from": person.user(), "message": message, "chat_instance": "1", "data": data}


def test_a_button_pressed_in_a_group_moves_nobody_there(hub: Simulated) -> None:
    """Else the next private word for her would be said in front of everybody."""
    mine, _ = live(hub)
    before = fingerprints(hub.database)

    hub.phones.telegram._update("callback_query", in_a_group(hub, "rina", "s:front"))
    hub.phones.telegram._update("callback_query", in_a_group(hub, "penny", mine))
    hub.settle()

    with hub.database.read() as db:
        assert "-100777" not in db.scalars(select(Identity.address)).all()
        assert "-100777" not in db.scalars(select(OutboxMessage.address)).all()
    assert changed_since(hub.database, before) == set()


def test_a_word_in_a_group_is_not_for_us(hub: Simulated) -> None:
    live(hub)
    before = fingerprints(hub.database)
    group = {"id": -100777, "type": "group", "title": "RT 04"}
    sender = hub.phones.telegram.person("rina").user()
    said = {"message_id": 9, "date": int(hub.now().timestamp()), "chat": group, "from": sender, "text": "rekap"}

    hub.phones.telegram._update("message", said)
    hub.settle()

    assert changed_since(hub.database, before, TALK - {"outbox", "conversations"}) == set()


def test_a_number_in_reply_to_somebody_elses_message_is_no_tap(hub: Simulated) -> None:
    """On WhatsApp the number of a choice is a tap, under one's own messages."""
    player = tell(hub, OPEN_SHOP)
    tell(
        hub,
        """
        sari@whatsapp opens: $link
        sari@whatsapp says: 2, antar griya asri C2/5, Sari
        penny@whatsapp says: halo
        """,
        **player.kept,
    )
    hers = next(b for b in reversed(hub.phones.bubbles("sari", "whatsapp")) if not b.mine and b.buttons)
    before = fingerprints(hub.database)

    with calm():
        for number in ("1", "2", "3", "*1*", "1.", "99", "0", "²", "１"):
            hub.phones.whatsapp.says("penny", number, reply_to=hers)
            hub.settle()
    assert changed_since(hub.database, before) == set()

    tell(hub, "sari@whatsapp taps: QRIS")
    assert "payments" in changed_since(hub.database, before)


# -- what is changed or borrowed ---------------------------------------------------------------------


def mine_of(hub: Simulated, name: str, words: str) -> Bubble:
    return next(b for b in reversed(hub.phones.bubbles(name, "telegram")) if b.mine and words in b.text)


def test_an_edited_message_has_no_effect(hub: Simulated) -> None:
    """An old *2* that becomes *20* ordered two."""
    player = tell(hub, OPEN_SHOP)
    tell(hub, ORDER, **player.kept)
    before = fingerprints(hub.database)
    said = len(hub.phones.bubbles("sari", "telegram"))

    hub.phones.telegram.edits("sari", mine_of(hub, "sari", "2, antar"), "20, antar griya asri C2/5, Sari, qris")
    hub.settle()

    assert changed_since(hub.database, before, {"offsets"}) == set()
    assert len(hub.phones.bubbles("sari", "telegram")) == said


def test_an_edit_that_is_sent_all_the_same_has_no_effect(hub: Simulated) -> None:
    """A webhook may bring kinds of updates that nobody asked for."""
    player = tell(hub, OPEN_SHOP)
    tell(hub, ORDER, **player.kept)
    hub.phones.telegram.allowed = ["message", "edited_message", "callback_query"]
    old = hub.phones.telegram.messages[int(mine_of(hub, "sari", "2, antar").id)]
    before = fingerprints(hub.database)

    with calm():
        update = {"update_id": 900_001, "edited_message": {**old, "text": "batal", "edit_date": old["date"] + 1}}
        hub.phones.telegram.updates.append(update)
        hub.settle()

    assert changed_since(hub.database, before, {"offsets", "inbox"}) == set()


@pytest.mark.parametrize("user_id", [None, 7001, 1, 0, -1, 2**53])
def test_somebody_elses_contact_has_no_effect(hub: Simulated, user_id: int | None) -> None:
    live(hub)
    card = {"phone_number": "+6281299999999", "first_name": "Rina"} | ({"user_id": user_id} if user_id else {})
    before = fingerprints(hub.database)

    with calm():
        arrives(hub, "penny", {"contact": card})

    assert changed_since(hub.database, before) == set()
    assert not hub.phones.bubbles("penny", "telegram")[-1].mine
    with hub.database.read() as db:
        assert not [i for i in db.scalars(select(Identity)).all() if "99999999" in f"{i.address}{i.external_id}"]


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_a_contact_on_either_channel_is_only_a_card(hub: Simulated, channel: str) -> None:
    tell(hub, f"penny@{channel} says: halo")
    before = fingerprints(hub.database)

    hub.phones.on(channel).sends_contact("penny", "+6281299999999", own=False)
    hub.settle()

    assert changed_since(hub.database, before) == set()


def test_words_that_look_like_a_button_are_words(hub: Simulated) -> None:
    mine, _ = live(hub)
    before = fingerprints(hub.database)

    with calm():
        for data in (mine, "d:money_arrived:1", "/d:money_arrived:1", "/s:order:1", "/start " + mine.replace(":", "_")):
            hub.phones.telegram.says("rina", data)
            hub.settle()
    assert changed_since(hub.database, before) == set()


def test_the_story_here_is_the_whole_sale(hub: Simulated) -> None:
    """Else the walk above would be a short one."""
    whole_sale(hub)

    with hub.database.read() as db:
        assert {shop.name for shop in db.scalars(select(Shop))} == {"Dapur Rina", "Warung Wati"}
        assert [deal.code for deal in db.scalars(select(Deal))] == ["DEWI7"]
        assert db.scalars(select(Order.state).where(Order.code == "DR-0001")).all() == ["received"]
    shown = {data.split(":")[1] for name in PEOPLE for data in deeds(shown_to(hub, name))}
    assert shown >= {"offer", "money_arrived", "not_there", "undo", "sent", "received", "problem", "stars", "paid"}
    assert shown >= {"got_it", "not_yet"}
    assert len(play.parse(THE_SALE)) > 60
