"""Twelve ways to order from oneself, and fifty families who do not: nobody is blocked, only what is odd waits."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from referral.attribution import Claim
from referral.suspicions import DECIDED_WITHIN, FLOOD
from storefront import joining, media, people, timetable, verifying
from storefront.database import Database, Writer
from storefront.earning import deals, statements, touches
from storefront.models import Attribution, Commission, CommissionHold, Deal, OutboxMessage, Shop
from storefront.refusals import AlreadyDone, NotYours, OwnShop
from storefront.selling import doubts, proofs, shops, staff
from storefront.selling.catalogue import Card
from storefront.selling.delivery import Handover
from storefront.selling.orders import changing, confirming, fulfilling, paying, placing
from storefront.selling.orders.placing import Wish
from storefront.selling.orders.views import Whole, whole
from storefront.selling.shops import PayTo
from tests.builders import NOW, a_deal, a_person, a_product, a_shop, trusted
from tests.storefront.receipts_drawn import drawn, jpeg, some_receipt

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DANA = PayTo("ewallet", "DANA", "080000001234", "Dewi", "DANA ••••1234")


@dataclass
class Street:
    """A shop, who recommends it, and where she lives."""

    shop: Shop
    card: Card
    deal: Deal

    @property
    def dewi(self) -> int:
        return self.deal.creator_id


def a_street(db: Writer) -> Street:
    shop = a_shop(db)
    card = a_product(db, trusted(db, shop), quota=200)
    street = Street(shop, card, a_deal(db, shop, card))
    bought(db, street, street.dewi, door="Griya Asri blok D1 no 9", through=None)
    return street


def bought(
    db: Writer,
    street: Street,
    buyer: int,
    *,
    door: str = "Griya Asri blok C2 no 5",
    through: Deal | None,
    claim: Claim = Claim.LINK,
    proof: bytes | None = None,
    now: datetime = NOW,
) -> Whole:
    """Ordered, paid and confirmed; with a proof where one is given."""
    if through:
        touches.remember(db, through, buyer, claim, now)
    wish = Wish(((street.card.variants[0], 1),), Handover("deliver", "Sari", door, None))
    placed = placing.place(db, buyer, street.card, wish, now)
    paying.choose(db, placed.order.id, buyer, "qris", now)
    shown = media.keep(db, buyer, proof, now) if proof else None
    paying.claim(db, placed.order.id, buyer, shown, now)
    return confirming.confirm(db, placed.order.id, street.shop.owner_id, now)


def reasons(db: Writer, w: Whole) -> list[str]:
    found = doubts.of_order(db, w.order.id)
    return found.reasons if found else []


# -- twelve ways to order from oneself ---------------------------------------------------------------------

Way = Callable[[Writer, Street], Whole]


def by_herself(db: Writer, street: Street) -> Whole:
    return bought(db, street, street.dewi, through=street.deal)


def on_her_other_channel(db: Writer, street: Street) -> Whole:
    """WhatsApp joined to her Telegram chat is she."""
    other = a_person(db, "Dewi L", "whatsapp")
    stays = joining.join(db, joining.begin(db, street.dewi, NOW), other, NOW)
    assert stays == street.dewi
    return bought(db, street, stays, through=street.deal)


def with_her_number(db: Writer, street: Street) -> Whole:
    second = people.meet(db, "whatsapp", "whatsapp:+6280000001234", None, "D", "id", NOW).person.id
    people.keep_phone(db, street.dewi, "0800-0000-1234")
    return bought(db, street, second, through=street.deal)


def with_her_account(db: Writer, street: Street) -> Whole:
    second = a_person(db, "Wulan")
    shops.keep_destination(db, DANA, NOW, person_id=street.dewi)
    shops.keep_destination(db, PayTo("ewallet", "Dana", "0800-0000-1234", "W", ""), NOW, person_id=second)
    return bought(db, street, second, through=street.deal)


def to_her_door(db: Writer, street: Street) -> Whole:
    return bought(db, street, a_person(db, "Budi"), door="griya asri, blok D1 no 9", through=street.deal)


def with_her_picture(db: Writer, street: Street) -> Whole:
    picture = jpeg(drawn(some_receipt(random.Random(1))))  # noqa: S311 - the same picture every time
    own = bought(db, street, street.dewi, door="Griya Asri blok D1 no 9", through=None, proof=picture)
    proofs.seen_before(db, whole(db, own.order.id), NOW)
    other = a_person(db, "Tono")
    touches.remember(db, street.deal, other, Claim.LINK, NOW)
    wish = Wish(((street.card.variants[0], 1),), Handover("pickup", "Tono", None, None))
    placed = placing.place(db, other, street.card, wish, NOW)
    paying.choose(db, placed.order.id, other, "qris", NOW)
    shown = media.keep(db, other, picture, NOW)
    paying.claim(db, placed.order.id, other, shown, NOW)
    proofs.seen_before(db, whole(db, placed.order.id), NOW)
    return confirming.confirm(db, placed.order.id, street.shop.owner_id, NOW)


def by_who_helps_in_the_shop(db: Writer, street: Street) -> Whole:
    nia = a_person(db, "Nia")
    staff.join(db, staff.invitation(db, staff.invite(db, street.shop.id, NOW), NOW).id, nia, NOW)
    return bought(db, street, nia, through=street.deal)


def by_the_sellers_second_account(db: Writer, street: Street) -> Whole:
    """Rina recommends herself under another name that is paid to her own account."""
    account = PayTo("bank", "BCA", "1234567890", "Rina", "BCA ••••7890")
    shops.keep_destination(db, account, NOW, shop_id=street.shop.id)
    second = a_person(db, "Rin")
    shops.keep_destination(db, account, NOW, person_id=second)
    deal = deals.agree(db, street.shop, street.card.product.id, second, "Rin", 1_000, NOW)
    return bought(db, street, a_person(db, "Budi"), through=deal)


def in_a_flood(db: Writer, street: Street) -> Whole:
    for number in range(FLOOD - 1):
        bought(
            db, street, a_person(db, f"n{number}"), door=f"Griya Asri blok E{number} no 1", through=street.deal, now=NOW
        )
    return bought(
        db, street, a_person(db, "last"), door="Griya Asri blok F9 no 9", through=street.deal, now=NOW + 50 * MINUTE
    )


def with_one_code_after_the_other(db: Writer, street: Street) -> Whole:
    buyer = a_person(db, "Budi")
    for name in ("Wulan", "Ani"):
        other = deals.agree(db, street.shop, street.card.product.id, a_person(db, name), name, 1_000, NOW)
        touches.remember(db, other, buyer, Claim.CODE, NOW)
    return bought(db, street, buyer, through=street.deal, claim=Claim.CODE)


def under_the_sellers_own_post(db: Writer, street: Street) -> Whole:
    buyer = a_person(db, "Budi")
    touches.by_own_door(db, street.shop.id, buyer, NOW)
    return bought(db, street, buyer, through=street.deal, claim=Claim.CODE, now=NOW + 5 * MINUTE)


def to_and_fro(db: Writer, street: Street) -> Whole:
    buyer = a_person(db, "Budi")
    for _ in range(2):
        gone = bought(db, street, buyer, through=street.deal)
        changing.cancel(db, gone.order.id, buyer, NOW)
    return bought(db, street, buyer, through=street.deal)


WAYS: dict[str, tuple[Way, list[str]]] = {
    "her own order": (by_herself, []),
    "her other channel": (on_her_other_channel, []),
    "her number": (with_her_number, ["same_phone"]),
    "her account": (with_her_account, ["same_account"]),
    "her door": (to_her_door, ["same_address"]),
    "her picture": (with_her_picture, ["same_proof"]),
    "who helps in the shop": (by_who_helps_in_the_shop, ["with_the_seller"]),
    "the seller's second account": (by_the_sellers_second_account, ["with_the_seller"]),
    "a flood": (in_a_flood, ["flood"]),
    "one code after the other": (with_one_code_after_the_other, ["stuffing"]),
    "under the seller's own post": (under_the_sellers_own_post, ["sniping"]),
    "to and fro": (to_and_fro, ["wash"]),
}


@pytest.mark.both
@pytest.mark.parametrize("way", WAYS)
def test_twelve_ways_to_order_from_oneself(way: str, database: Database) -> None:
    """The order always goes on. One's own earns nothing and says so; what is odd waits with its reason."""
    deed, expected = WAYS[way]
    with database.write() as db:
        street = a_street(db)

        w = deed(db, street)

        thanked = db.get_one(Attribution, w.order.id)
        held = db.scalars(select(Commission).where(Commission.order_id == w.order.id)).all()
        assert whole(db, w.order.id).payment.state == "confirmed"
        assert reasons(db, w) == expected
        if expected:
            assert statements.state_of(held[0], whole(db, w.order.id).order, None) == "held"
        else:
            assert (thanked.creator_id, thanked.reason, len(held)) == (None, "own_order", 0)
        assert list(verifying.problems(db)) == []


def test_nobody_recommends_her_own_shop(database: Database) -> None:
    with database.write() as db:
        street = a_street(db)

        with pytest.raises(OwnShop):
            deals.agree(db, street.shop, street.card.product.id, street.shop.owner_id, "Rina", 1_000, NOW)


# -- fifty families --------------------------------------------------------------------------------------

FAMILIES = [
    *[("a neighbour next door", number) for number in range(15)],
    *[("an office, one door for all", number) for number in range(10)],
    *[("a husband of the same house", number) for number in range(10)],
    *[("a mother who pays with her daughter's e-wallet", number) for number in range(5)],
    *[("a friend who had looked at the shop before", number) for number in range(10)],
]


def orders_like(db: Writer, street: Street, kind: str, number: int) -> Whole:
    """One order, as such a family would make it."""
    buyer = a_person(db, f"{kind}-{number}")
    when = NOW + number * 7 * MINUTE
    door = f"Griya Asri blok {'ABCEF'[number % 5]}{number} no {number + 1}"
    if kind == "an office, one door for all":
        door = "Griya Asri kantor Melati no 2"
    if kind == "a husband of the same house":
        door = "Griya Asri blok D1 no 9"
    if kind == "a mother who pays with her daughter's e-wallet":
        shops.keep_destination(db, DANA, NOW, person_id=street.dewi)
        shops.keep_destination(db, DANA, NOW, person_id=buyer)
    if kind == "a friend who had looked at the shop before":
        touches.by_own_door(db, street.shop.id, buyer, when - timedelta(hours=2))
    return bought(db, street, buyer, door=door, through=street.deal, now=when)


@pytest.mark.parametrize("kind", dict(FAMILIES))
def test_fifty_innocent_families(kind: str, database: Database) -> None:
    """None is blocked, none loses its commission: at worst it waits until the deadline, which decides for it."""
    with database.write() as db:
        street = a_street(db)
        mine = [number for family, number in FAMILIES if family == kind]
        found = [orders_like(db, street, kind, number) for number in mine]
        for w in found:
            fulfilling.send(db, w.order.id, street.shop.owner_id, NOW + DAY)
        waits = [w for w in found if reasons(db, w)]
        assert all(db.get_one(Attribution, w.order.id).creator_id == street.dewi for w in found)
        assert not db.scalars(select(Commission).where(Commission.voided_at.is_not(None))).all()
        if kind in {
            "a neighbour next door",
            "an office, one door for all",
            "a friend who had looked at the shop before",
        }:
            assert waits == []
    timetable.run_due(database, NOW + DAY + DECIDED_WITHIN + DAY)

    with database.write() as db:
        earned = db.scalars(select(Commission).where(Commission.creator_id == street.dewi)).all()
        assert len(earned) == len(found)
        assert all(one.released_at and not one.voided_at for one in earned)
        assert list(verifying.problems(db)) == []


def test_there_are_fifty_of_them() -> None:
    assert len(FAMILIES) == 50


# -- who decides -----------------------------------------------------------------------------------------


def a_doubt(db: Writer, street: Street) -> tuple[Whole, CommissionHold]:
    w = to_her_door(db, street)
    found = doubts.of_order(db, w.order.id)
    assert found
    return w, found


def told(db: Writer, notice: str) -> list[dict[str, object]]:
    return list(db.scalars(select(OutboxMessage.facts).where(OutboxMessage.notice == notice)))


def test_both_sides_read_the_reason_and_the_deadline(database: Database) -> None:
    with database.write() as db:
        _, hold = a_doubt(db, a_street(db))

        (creator,) = told(db, "commission_pending")
        (seller,) = told(db, "commission_doubted")
        assert creator["reasons"] == seller["reasons"] == ["same_address"]
        assert creator["until"] == seller["until"]
        assert datetime.fromisoformat(str(creator["until"])) == hold.due_at == NOW + DECIDED_WITHIN


def test_the_seller_may_pay_all_the_same_and_cannot_take_it(database: Database) -> None:
    with database.write() as db:
        street = a_street(db)
        w, hold = a_doubt(db, street)

        for stranger in (street.dewi, w.order.buyer_id):
            with pytest.raises(NotYours):
                doubts.pay_all_the_same(db, hold.id, stranger, NOW)
        with pytest.raises(NotYours):
            doubts.judge(db, hold.id, street.shop.owner_id, "mine", NOW, is_valid=False)
        doubts.pay_all_the_same(db, hold.id, street.shop.owner_id, NOW)

        assert statements.stages(db, street.dewi, "IDR")["pending"] == 6_500
        assert [facts["decision"] for facts in told(db, "doubt_decided")] == ["valid"]
        with pytest.raises(AlreadyDone):
            doubts.pay_all_the_same(db, hold.id, street.shop.owner_id, NOW)


@pytest.mark.both
def test_who_runs_the_hub_may_void_it_with_a_reason_the_creator_reads(database: Database) -> None:
    with database.write() as db:
        street = a_street(db)
        w, hold = a_doubt(db, street)
        tetua = a_person(db, "Tetua")
        people.change(db, tetua, is_operator=True)

        doubts.judge(db, hold.id, tetua, "sudah mengaku", NOW, is_valid=False)

        why = statements.explain(db, w.order, street.dewi)
        assert why
        assert (why.state, why.void_reason) == ("void", "not_valid")
        assert [facts["words"] for facts in told(db, "doubt_decided")] == ["sudah mengaku"]
        assert statements.stages(db, street.dewi, "IDR")["held"] == 0
        assert list(verifying.problems(db)) == []


def test_an_operator_decides_nothing_about_himself(database: Database) -> None:
    with database.write() as db:
        street = a_street(db)
        _, hold = a_doubt(db, street)
        for one in (street.dewi, street.shop.owner_id):
            people.change(db, one, is_operator=True)
            with pytest.raises(NotYours):
                doubts.judge(db, hold.id, one, "saya sendiri", NOW, is_valid=True)


@pytest.mark.both
def test_silence_decides_for_the_creator(database: Database) -> None:
    with database.write() as db:
        street = a_street(db)
        w, _ = a_doubt(db, street)
        fulfilling.send(db, w.order.id, street.shop.owner_id, NOW + DAY)
    timetable.run_due(database, NOW + 2 * DAY)
    with database.read() as db:
        assert statements.stages(db, street.dewi, "IDR")["held"] == 6_500
    timetable.run_due(database, NOW + DECIDED_WITHIN)

    with database.write() as db:
        assert statements.stages(db, street.dewi, "IDR")["payable"] == 6_500
        assert [facts["decision"] for facts in told(db, "doubt_decided")] == ["lapsed"]
        assert list(verifying.problems(db)) == []
