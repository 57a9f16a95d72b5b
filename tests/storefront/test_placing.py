"""An order's numbers: its place in the batch, its code, its unique amount, its two hours."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from storefront import timetable, verifying
from storefront.database import Database
from storefront.models import Batch, Chore, Order, Recipient, Shop, UsualAddress
from storefront.reading.lines import Line
from storefront.reading.lists import Entry
from storefront.refusals import (
    BatchClosed,
    ListClosed,
    ListTooLong,
    NotOnSale,
    NotYet,
    NoWayToPay,
    Refusal,
    SlotFull,
    SoldOut,
    TooFew,
    TooLate,
    TooMany,
)
from storefront.selling import batches, catalogue, editing, preorders, slots
from storefront.selling.delivery import Handover
from storefront.selling.orders import changing, confirming, entering, paying, placing
from storefront.selling.orders.views import facts_of
from tests.builders import HOME, NOW, a_person, a_product, a_shop, a_wish, an_order

PICKUP = Handover("pickup", "Sari")
FAR = Handover("deliver", "Sari", "Margonda Residence tower 2 no 9", None)
OUTSIDE = Handover("deliver", "Sari", "luar komplek, jl. mawar 3", None)


@pytest.mark.parametrize(
    ("handover", "fee", "total", "courier"),
    [
        (Handover("deliver", "Sari", "Griya Asri C2/5"), 5_000, 69_983, False),
        (Handover("deliver", "Sari", "RT 04 no 7"), 0, 64_983, False),
        (PICKUP, 0, 64_983, False),
        (OUTSIDE, 0, 64_983, True),
        (FAR, None, None, False),
    ],
)
def test_what_an_order_comes_to(
    handover: Handover, fee: int | None, total: int | None, courier: bool, database: Database
) -> None:
    with database.write() as db:
        card = a_product(db, a_shop(db))
        placed = placing.place(db, a_person(db, "Sari"), card, a_wish(card, handover=handover), NOW).order

        assert (placed.fee, placed.total, placed.courier_paid_by_buyer) == (fee, total, courier)
        assert placed.hold_until == (NOW + placing.HOLD if total else NOW + placing.FEE_ANSWERED_WITHIN)


def test_codes_go_round_and_skip_every_total_that_could_be_mistaken(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop, quota=None, options=())
        totals = [an_order(db, card, f"b{n}", cheese=0).order.total for n in range(3)]
        assert totals == [69_983, 69_982, 69_981]
        db.execute(update(Shop).values(next_unique_code=198))
        round_ = [an_order(db, card, f"c{n}", cheese=0).order.unique_code for n in range(4)]

        assert round_ == [198, 199, 1, 2]
        db.execute(update(Shop).values(next_unique_code=17))
        assert an_order(db, card, "d", cheese=0).order.unique_code == 20


def test_when_no_code_is_free_the_total_is_round(database: Database) -> None:
    with database.write() as db:
        card = a_product(db, a_shop(db), quota=None, options=())
        codes = [an_order(db, card, f"b{n}", cheese=0).order.unique_code for n in range(placing.UNIQUE_CODES + 1)]

        assert sorted(codes) == list(range(placing.UNIQUE_CODES + 1))


def test_a_tiny_amount_is_not_made_smaller(database: Database) -> None:
    with database.write() as db:
        card = a_product(db, a_shop(db), price=199, options=())

        assert an_order(db, card, cheese=0, plain=1).order.unique_code != 0  # the delivery fee makes it big enough
        placed = placing.place(db, a_person(db, "Ani"), card, a_wish(card, handover=PICKUP), NOW)
        assert placed.order.unique_code == 0


def test_closed_totals_stay_taken_for_two_days(database: Database) -> None:
    with database.write() as db:
        card = a_product(db, a_shop(db), quota=None, options=(), closes_at=NOW + timedelta(days=9))
        first = an_order(db, card, cheese=0).order
        changing.cancel(db, first.id, first.buyer_id, NOW)
        db.execute(update(Shop).values(next_unique_code=17))
        assert an_order(db, card, "b", cheese=0).order.unique_code == 18
        db.execute(update(Shop).values(next_unique_code=17))

        assert an_order(db, card, "c", cheese=0, now=NOW + timedelta(hours=49)).order.unique_code == 17


@pytest.mark.both
def test_the_last_one_and_one_more(database: Database) -> None:
    with database.write() as db:
        card = a_product(db, a_shop(db), quota=2)
        an_order(db, card)
        with pytest.raises(SoldOut) as no:
            placing.place(db, a_person(db, "Tono"), card, a_wish(card), NOW)

        assert no.value.facts == {"left": 0, "product": "Brownies Kukus Pandan"}


@pytest.mark.parametrize("seconds", [0, 1])
def test_a_batch_closes_to_the_second(seconds: int, database: Database) -> None:
    with database.write() as db:
        card = a_product(db, a_shop(db))
        assert card.batch.closes_at
        last = card.batch.closes_at - timedelta(seconds=1)
        assert placing.place(db, a_person(db, "Sari"), card, a_wish(card), last).order.id

        with pytest.raises(BatchClosed):
            placing.place(
                db, a_person(db, "Tono"), card, a_wish(card), card.batch.closes_at + timedelta(seconds=seconds)
            )


def test_a_product_that_is_not_there(database: Database) -> None:
    with database.read() as db, pytest.raises(NotOnSale):
        catalogue.card(db, 99)


@pytest.mark.both
def test_a_hold_that_ends_gives_the_place_back(database: Database) -> None:
    with database.write() as db:
        card = a_product(db, a_shop(db))
        order = an_order(db, card).order
        paying.choose(db, order.id, order.buyer_id, "qris", NOW)
    timetable.run_due(database, NOW + placing.HOLD)
    with database.read() as db:
        assert db.get_one(Order, order.id).state == "placed"  # the seller is asked first
    timetable.run_due(database, NOW + placing.HOLD + paying.ASKED_AFTER_HOLD)

    with database.read() as db:
        assert db.get_one(Order, order.id).state == "released"
        assert db.get_one(Batch, card.batch.id).taken == 0
        assert db.scalar(select(Recipient.name).where(Recipient.order_id == order.id)) == "Sari"
        assert list(verifying.problems(db)) == []


def test_money_that_comes_after_the_hold_gets_its_place_back_if_there_is_one(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop, quota=2)
        late = an_order(db, card).order
        paying.release(db, late.id, NOW)
        confirming.confirm(db, late.id, shop.owner_id, NOW)
        assert db.get_one(Order, late.id, populate_existing=True).state == "placed"
        other = an_order(db, a_product(db, shop, quota=2, name="Bolu"), "Tono").order
        paying.release(db, other.id, NOW)
        an_order(db, catalogue.card(db, other_product(db, other.id)), "Ani")

        with pytest.raises(SoldOut):
            confirming.confirm(db, other.id, shop.owner_id, NOW)


def other_product(db: object, order_id: int) -> int:
    from storefront.models import OrderLine

    return db.scalar(select(OrderLine.product_id).where(OrderLine.order_id == order_id))  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize(("plain", "no"), [(1, TooFew), (2, None), (4, None), (5, TooMany)])
def test_an_order_takes_as_many_as_its_seller_says(plain: int, no: type[Refusal] | None, database: Database) -> None:
    with database.write() as db:
        card = a_product(db, a_shop(db), min_order=2, max_order=4)
        order = partial(placing.place, db, a_person(db, "Sari"), card, a_wish(card, plain), NOW)

        if no is None:
            assert order().lines[0].quantity == plain
        else:
            with pytest.raises(no):
                order()


def test_nobody_orders_before_a_po_opens(database: Database) -> None:
    opens = NOW + timedelta(hours=3)
    with database.write() as db:
        card = a_product(db, a_shop(db), opens_at=opens)
        order = partial(placing.place, db, a_person(db, "Sari"), card, a_wish(card))

        with pytest.raises(NotYet):
            order(opens - timedelta(seconds=1))
        assert not card.is_open(NOW)
        assert order(opens).order.state == "placed"


def test_an_order_in_its_hours(database: Database) -> None:
    """The hours an order chose are counted with it, said with it, and free again without it."""
    with database.write() as db:
        card = a_product(db, a_shop(db))
        slots.set_slot(db, card.shop.id, date(2026, 6, 20), "09:00", "11:00", 1, "deliver")
        [slot] = slots.of_day(db, card.shop.id, date(2026, 6, 20), NOW.date(), "deliver")
        wish = a_wish(card, handover=replace(HOME, slot_id=slot.id))

        placed = placing.place(db, a_person(db, "Sari"), card, wish, NOW)
        told = facts_of(placed)
        with pytest.raises(SlotFull):
            placing.place(db, a_person(db, "Budi"), card, wish, NOW)
        changing.cancel(db, placed.order.id, placed.order.buyer_id, NOW)

        assert (told["delivers_on"], told["day_part"]) == ("2026-06-20", "09.00-11.00")
        assert placing.place(db, a_person(db, "Budi"), card, wish, NOW).slot is not None


def test_what_is_paid_stays_in_its_own_round(database: Database) -> None:
    """Closed early and opened again: the paid order is of the first round, whatever its hour; an unpaid one moves."""
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        paid = an_order(db, card, "Sari", paid=True)
        unpaid = an_order(db, card, "Budi")
        editing.close_now(db, card, NOW)
        fresh = preorders.open_again(db, card.batch.id, NOW)
        wish = a_wish(catalogue.card(db, card.product.id), plain=1, cheese=0)

        with pytest.raises(TooLate):
            changing.change_quantity(db, paid.order.id, paid.order.buyer_id, wish, NOW)
        moved = changing.change_quantity(db, unpaid.order.id, unpaid.order.buyer_id, wish, NOW)

        assert moved.batch.id == moved.lines[0].batch_id == fresh
        assert list(verifying.problems(db)) == []


def test_a_fee_set_later_completes_the_order(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        placed = placing.place(db, a_person(db, "Sari"), card, a_wish(card, handover=FAR), NOW).order

        told = changing.set_fee(db, placed.id, shop.owner_id, 10_000, NOW + timedelta(hours=3))

        assert told.order.total == 65_000 + 10_000 - told.order.unique_code
        assert told.order.hold_until == NOW + timedelta(hours=5)
        assert db.scalar(
            select(Chore.due_at).where(Chore.kind == "hold_reminder", Chore.subject_id == placed.id)
        ) == NOW + timedelta(hours=4.5)


def test_another_quantity_while_nothing_is_paid(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop, quota=5)
        order = an_order(db, card, cheese=0).order
        more = changing.change_quantity(db, order.id, order.buyer_id, a_wish(card, 2, 3), NOW)
        assert (more.order.goods, db.get_one(Batch, card.batch.id, populate_existing=True).taken) == (355_000, 5)
        with pytest.raises(SoldOut), db.begin_nested():
            changing.change_quantity(db, order.id, order.buyer_id, a_wish(card, 6), NOW)
        paying.choose(db, order.id, order.buyer_id, "qris", NOW)
        paying.claim(db, order.id, order.buyer_id, None, NOW)

        with pytest.raises(TooLate):
            changing.change_quantity(db, order.id, order.buyer_id, a_wish(card, 1), NOW)


HOLDS = Chore.kind.in_(["hold_ends", "release_order"])


def entry(name: str, product_id: int, quantity: int, *, place: str | None = None, is_paid: bool = False) -> Entry:
    return Entry(1, name, (Line(product_id, quantity),), place, is_paid)


def test_what_a_seller_notes_is_not_held_and_has_no_code(database: Database) -> None:
    with database.write() as db:
        card = a_product(db, a_shop(db))
        wanted = [
            entry("Ani", card.product.id, 2),
            entry("Budi", card.product.id, 1, place="Griya Asri C2/5"),
            entry("Cici", card.product.id, 1, place="Margonda Residence 9", is_paid=True),
        ]
        noted = entering.enter(db, card.shop.owner_id, "id", wanted, NOW)

        found = [paying.sold_by(db, one.order.id, card.shop.owner_id) for one in noted]
        assert [(w.order.total, w.order.fee, w.order.unique_code) for w in found] == [
            (130_000, 0, 0),
            (70_000, 5_000, 0),
            (65_000, 0, 0),
        ]
        assert [w.payment.state for w in found] == ["due", "due", "confirmed"]
        assert all(w.order.hold_until is None for w in found)
        assert db.scalars(select(Chore.id).where(Chore.subject_id.in_([w.order.id for w in found]), HOLDS)).all() == []
        assert list(verifying.problems(db)) == []


def test_the_same_name_at_the_same_shop_is_the_same_neighbour(database: Database) -> None:
    with database.write() as db:
        one, other = a_product(db, a_shop(db)), a_product(db, a_shop(db, "Kedai Bagus"))
        twice = [entry("Ani", one.product.id, 1)] * 2
        here = entering.enter(db, one.shop.owner_id, "id", twice, NOW)
        there = entering.enter(db, other.shop.owner_id, "id", [entry("Ani", other.product.id, 1)], NOW)[0]

        assert here[0].order.buyer_id == here[1].order.buyer_id != there.order.buyer_id


def test_a_list_is_written_down_whole_or_not_at_all(database: Database) -> None:
    with database.write() as db:
        card = a_product(db, a_shop(db), quota=3)
    wanted = [entry("Ani", card.product.id, 2), entry("Budi", card.product.id, 2)]
    with pytest.raises(ListTooLong), database.write() as db:
        entering.enter(db, card.shop.owner_id, "id", wanted, NOW)
    with database.write() as db:
        assert db.scalars(select(Order).where(Order.shop_id == card.shop.id)).all() == []
        assert db.get_one(Batch, card.batch.id).taken == 0
        batches.close(db, card.batch.id, NOW)
    with pytest.raises(ListClosed), database.write() as db:
        entering.enter(db, card.shop.owner_id, "id", [entry("Ani", card.product.id, 1)], NOW)


def test_a_list_does_not_choose_a_kind_for_anybody(database: Database) -> None:
    with database.write() as db:
        card = a_product(db, a_shop(db), options=(("coklat", 0), ("keju", 0)), plain=None)
        open_, said = (
            entry("Ani", card.product.id, 2),
            Entry(2, "Budi", (Line(card.product.id, 1, "keju"),), None, False),
        )

        assert entering.without_a_kind(db, [open_, said]) == [open_]


def test_who_stands_on_a_list_is_known_until_she_is_taken_off(database: Database) -> None:
    with database.write() as db:
        card = a_product(db, a_shop(db))
        wanted = [entry("Bu Ani", card.product.id, 2)]
        assert entering.names_on(db, wanted) == set()
        noted = entering.enter(db, card.shop.owner_id, "id", wanted, NOW)[0]
        assert entering.names_on(db, wanted) == {"bu ani"}
        changing.ask_to_cancel(db, noted.order.id, card.shop.owner_id, NOW)

        assert entering.names_on(db, wanted) == set()
        assert db.get_one(Batch, card.batch.id, populate_existing=True).taken == 0


# -- given to somebody else --------------------------------------------------------------------------------


@pytest.mark.both
def test_what_is_given_is_brought_for_nothing_and_is_nobodys_usual_address(database: Database) -> None:
    there = Handover("deliver", "Sari · Panti Kasih Ibu", "Jl Melati 3", None)
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        sari = a_person(db, "Sari")
        given = placing.Given(7, frozenset())
        placed = placing.place(db, sari, card, a_wish(card, 2, handover=there), NOW, given=given)

        assert (placed.order.fee, placed.order.cause_id, placed.order.total) == (0, 7, 130_000 - 17)
        assert db.scalar(select(UsualAddress).where(UsualAddress.person_id == sari)) is None
        with pytest.raises(NoWayToPay):
            paying.choose(db, placed.order.id, sari, "cod", NOW)
