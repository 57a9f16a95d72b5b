"""Budgets without a clock: taps and messages for people, commits and statements for the machine. They only shrink."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from sqlalchemy import event

from bots.hub import Simulated
from storefront import inbox
from tests.conftest import tell

SHOP = """
rina@telegram sends photo: brownies.jpg | brownies 65rb/loyang, keju +10rb. PO tutup kamis 20.00, kirim sabtu, max 50
rina@telegram says: Dapur Rina, griya asri depok. rt 04 gratis, sekompleks 5rb, luar gosend bayar sendiri ya
rina@telegram sends photo: sticker.png
rina@telegram taps: Tayangkan
"""
NEIGHBOUR = """
rina@telegram taps: Boleh, 10%
rina@telegram keeps $invitation: (https?://\\S+/i/\\S+)
"""
AGREED = """
dewi@telegram opens: $invitation
dewi@telegram taps: Setuju
dewi@telegram taps: Tidak
dewi@telegram keeps $link: (https?://\\S+/r/\\S+)
"""
LINK = "rina@telegram keeps $link: (https?://\\S+/p/\\S+)\n"
SLOW = """
sari@{channel} opens: $link
sari@{channel} says: 2 ya kak, 1 pake keju
sari@{channel} taps: Antar
sari@{channel} says: griya asri blok c2 no 5 deket pos satpam, an Sari
sari@{channel} taps: QRIS
sari@{channel} taps: Sudah bayar
rina@telegram taps: Uang masuk
"""
FAST = """
sari@{channel} opens: $link
sari@{channel} says: 2, 1 keju, antar griya asri C2/5, Sari, qris
sari@{channel} taps: Sudah bayar
rina@telegram taps: Uang masuk
"""
PAYDAY = """
clock: +4d
rina@telegram taps: Dikirim
clock: +1d
dewi@telegram says: dana 0800-0000-1234 an Dewi
"""


# -- taps and messages -------------------------------------------------------------------------------


def spent(hub: Simulated, story: str, person: str, **kept: str) -> tuple[int, int]:
    player = tell(hub, story, **kept)
    return player.acts.get(person, 0), player.bot_messages.get(person, 0)


def test_a_first_shop_is_live_in_four_acts(hub: Simulated) -> None:
    assert spent(hub, SHOP, "rina") == (4, 4)


def test_the_next_listing_takes_two(hub: Simulated) -> None:
    tell(hub, SHOP)
    story = "rina@telegram sends photo: brownies.jpg | bolu 40rb/loyang, ready 5\nrina@telegram taps: Tayangkan"

    assert spent(hub, story, "rina") == (2, 2)


@pytest.mark.parametrize(("channel", "most"), [("telegram", 7), ("whatsapp", 10)])
def test_a_new_buyer_on_the_slow_path(channel: str, most: int, hub: Simulated) -> None:
    kept = tell(hub, SHOP + LINK).kept

    acts, messages = spent(hub, SLOW.format(channel=channel), "sari", **kept)

    assert acts == 6
    assert messages <= most


@pytest.mark.parametrize(("channel", "most"), [("telegram", 4), ("whatsapp", 5)])
def test_a_new_buyer_on_the_fast_path(channel: str, most: int, hub: Simulated) -> None:
    kept = tell(hub, SHOP + LINK).kept

    acts, messages = spent(hub, FAST.format(channel=channel), "sari", **kept)

    assert acts == 3
    assert messages <= most


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_a_known_buyer_goes_from_link_to_placed_in_two(channel: str, hub: Simulated) -> None:
    kept = tell(hub, SHOP + LINK + FAST.format(channel=channel).replace("$link", "$link")).kept
    story = f"sari@{channel} opens: $link\nsari@{channel} says: 2 ya\nsari@{channel} sees: Pesanan DR-0002"

    assert spent(hub, story, "sari", **kept) == (2, 2)


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_same_again_is_placed_in_two(channel: str, hub: Simulated) -> None:
    tell(hub, SHOP + LINK + FAST.format(channel=channel))
    story = f"sari@{channel} says: pesan lagi\nsari@{channel} taps: Ya, pesan\nsari@{channel} sees: Pesanan DR-0002"

    acts, messages = spent(hub, story, "sari")

    assert acts == 2
    assert messages <= 2


def test_a_prepaid_order_costs_its_seller_two_taps_and_two_messages(hub: Simulated) -> None:
    kept = tell(hub, SHOP + LINK).kept
    story = FAST.format(channel="whatsapp") + "clock: 2026-06-20 08:00\nrina@telegram taps: Dikirim"

    assert spent(hub, story, "rina", **kept) == (2, 2)


def test_the_same_po_again_is_one_tap_and_a_yes(hub: Simulated) -> None:
    tell(hub, SHOP + "clock: 2026-06-18 20:00\nrina@telegram sees: PO ditutup")
    story = "rina@telegram taps: Buka lagi minggu depan\nrina@telegram taps: Buka\nrina@telegram sees: buka lagi"

    acts, messages = spent(hub, story, "rina")

    assert acts == 2
    assert messages <= 2


def test_a_price_is_changed_in_a_message_and_a_yes(hub: Simulated) -> None:
    tell(hub, SHOP)
    story = "rina@telegram says: harga brownies jadi 70rb\nrina@telegram taps: Ubah begitu"

    assert spent(hub, story, "rina") == (2, 1)


def test_a_creator_has_her_link_in_three_taps(hub: Simulated) -> None:
    kept = tell(hub, SHOP + NEIGHBOUR).kept

    acts, messages = spent(hub, AGREED, "dewi", **kept)

    assert acts == 3
    assert messages <= 3


def test_a_payday_per_creator(hub: Simulated) -> None:
    tell(hub, SHOP + NEIGHBOUR + AGREED + FAST.format(channel="whatsapp") + PAYDAY)
    story = """
    clock: 2026-06-22 09:00
    rina@telegram taps: Lihat nomor
    rina@telegram taps: Sudah kirim
    rina@telegram sends photo: proof.jpg
    dewi@telegram taps: Sudah terima uangnya
    """
    player = tell(hub, story)

    assert player.acts["rina"] == 3  # two taps and the proof
    assert player.bot_messages["rina"] <= 4
    assert (player.acts["dewi"], player.bot_messages["dewi"]) == (1, 1)


# -- commits and statements --------------------------------------------------------------------------


@dataclass
class Work:
    """What one message cost its own transaction."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0


@contextmanager
def counted(hub: Simulated) -> Iterator[Work]:
    """Count what the writing connection does in here."""
    work = Work()

    def executed(_: object, __: object, statement: str, *___: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            work.statements.append(" ".join(statement.split())[:90])

    def committed(_: object) -> None:
        work.commits += 1

    engine = hub.database.writing
    event.listen(engine, "before_cursor_execute", executed)
    event.listen(engine, "commit", committed)
    yield work
    event.remove(engine, "before_cursor_execute", executed)
    event.remove(engine, "commit", committed)


def cost_of(hub: Simulated, person: str, text: str) -> Work:
    """The cost of working on one message, from the inbox to the outbox; delivery is not in it."""
    hub.phones.telegram.says(person, text)
    hub.bot.poll(hub.database, hub.now())
    with hub.database.read() as db:
        [message] = inbox.waiting(db, hub.now())
    heard = hub.understood(message.id)
    with counted(hub) as work:
        hub.converse(message.id, heard, hub.now())
    hub.settle()
    return work


@pytest.fixture
def open_shop(hub: Simulated) -> Simulated:
    tell(hub, SHOP + NEIGHBOUR + AGREED + "sari@telegram opens: $link")
    return hub


@pytest.mark.parametrize("text", ["komisi", "menu", "cek 0001"])
def test_showing_something_takes_eight_statements_and_one_commit(text: str, open_shop: Simulated) -> None:
    work = cost_of(open_shop, "dewi", text)

    assert len(work.statements) <= 8, work.statements
    assert work.commits == 1


@pytest.mark.parametrize("said", ["1", "2, 1 keju"])
def test_placing_an_order_takes_twenty_statements_whatever_its_lines(said: str, open_shop: Simulated) -> None:
    work = cost_of(open_shop, "sari", f"{said}, antar griya asri C2/5, Sari")

    assert any("INSERT INTO orders" in statement for statement in work.statements)
    assert len(work.statements) <= 20, "\n".join(work.statements)
    assert work.commits == 1


def test_an_act_costs_two_calls_to_its_person_and_one_to_each_other(open_shop: Simulated) -> None:
    tell(open_shop, "sari@telegram says: 2, antar griya asri C2/5, Sari, qris")
    before = len(open_shop.phones.telegram.calls)

    tell(open_shop, "sari@telegram taps: Sudah bayar")

    called = [call for call in open_shop.phones.telegram.calls[before:] if call[0] != "getUpdates"]
    people = open_shop.phones.telegram.people
    sari, rina = people["sari"].chat_id, people["rina"].chat_id
    assert len([call for call in called if call[1] in {sari, None}]) <= 2, called
    assert len([call for call in called if call[1] == rina]) == 1, called
