"""Many at once. Every race has its negative control: the naive way, which must go wrong, or the test proves nothing."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bots import telegram
from bots.hub import Simulated
from storefront import verifying
from storefront.database import Database
from storefront.models import Batch, Order, OrderStep, OutboxMessage, Payment, Transfer
from storefront.refusals import Refusal
from storefront.selling import editing, slots, waiting
from storefront.selling.orders import changing, confirming, fulfilling, paying, placing, views
from tests.builders import HOME, NOW, a_deal, a_person, a_product, a_shop, a_wish, an_order
from tests.conftest import OPEN_SHOP, tell

pytestmark = pytest.mark.both


def at_once(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run every job in a thread of its own, all started at one barrier; a refusal is an answer, anything else fails."""
    barrier, answers = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(index: int) -> None:
        barrier.wait()
        try:
            answers[index] = jobs[index]()
        except Refusal as no:
            answers[index] = type(no).__name__
        except Exception as problem:
            answers[index] = problem

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    return answers


# -- fifty buyers, ten units -------------------------------------------------------------------------


def fifty_buyers(database: Database) -> tuple[Any, list[int]]:
    with database.write() as db:
        card = a_product(db, a_shop(db), quota=10)
        a_product(db, a_shop(db, "Bagus", "Kedai Bagus"))
        buyers = [a_person(db, f"buyer{number}") for number in range(50)]
    return card, buyers


def test_fifty_buyers_share_exactly_ten(database: Database) -> None:
    card, buyers = fifty_buyers(database)

    def buy(buyer: int) -> str:
        with database.write() as db:
            return placing.place(db, buyer, card, a_wish(card), NOW).order.code

    answers = at_once([lambda buyer=buyer: buy(buyer) for buyer in buyers])

    codes = [answer for answer in answers if answer != "SoldOut"]
    assert len(codes) == 10
    assert sorted(codes) == [f"DR-{number:04d}" for number in range(1, 11)]
    with database.read() as db:
        assert db.scalar(select(Batch.taken).where(Batch.id == card.batch.id)) == 10
        totals = db.scalars(select(Order.total).where(Order.shop_id == card.shop.id)).all()
        assert len(set(totals)) == len(totals) == 10
        assert list(verifying.problems(db)) == []


def test_control_looking_before_taking_oversells(database: Database) -> None:
    card, buyers = fifty_buyers(database)
    everybody_has_looked = threading.Barrier(len(buyers))

    def buy(_: int) -> str:
        with database.read() as db:
            taken = db.scalar(select(Batch.taken).where(Batch.id == card.batch.id)) or 0
        everybody_has_looked.wait()
        if taken >= 10:
            return "SoldOut"
        with database.write() as db:
            db.execute(update(Batch).where(Batch.id == card.batch.id).values(taken=Batch.taken + 1))
        return "sold"

    assert at_once([lambda buyer=buyer: buy(buyer) for buyer in buyers]).count("sold") > 10


# -- two taps at once --------------------------------------------------------------------------------


def claimed_order(database: Database) -> Any:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        placed = an_order(db, card, through=a_deal(db, shop, card))
        paying.choose(db, placed.order.id, placed.order.buyer_id, "qris", NOW)
        paying.claim(db, placed.order.id, placed.order.buyer_id, None, NOW)
    return placed


def test_two_confirmations_at_once_pay_once(database: Database) -> None:
    placed = claimed_order(database)

    def confirm() -> str:
        with database.write() as db:
            return confirming.confirm(db, placed.order.id, placed.shop.owner_id, NOW).payment.state

    assert sorted(at_once([confirm, confirm])) == ["AlreadyDone", "confirmed"]
    with database.read() as db:
        assert db.scalar(select(func.count()).where(Transfer.journal == "accrual")) == 2  # two lines, once each
        assert list(verifying.problems(db)) == []


def test_control_confirming_after_a_look_pays_twice(database: Database) -> None:
    placed = claimed_order(database)
    both_have_looked = threading.Barrier(2)

    def confirm() -> None:
        with database.read() as db:
            state = db.scalar(select(Payment.state).where(Payment.order_id == placed.order.id))
        both_have_looked.wait()
        if state == "claimed":
            with database.write() as db:
                paying.change_payment(db, placed.order.id, state="confirmed")
                paying.step(db, placed.order, "confirmed", placed.shop.owner_id, NOW)

    at_once([confirm, confirm])

    with database.read() as db:
        confirmed = select(func.count()).where(OrderStep.order_id == placed.order.id, OrderStep.step == "confirmed")
        assert db.scalar(confirmed) == 2


def test_a_button_tapped_twice_at_once_works_once(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP + "sari@telegram opens: $link\nsari@telegram says: 2, antar griya asri C2/5, Sari, qris")
    [(bubble, button)] = [hub.phones.newest_with("sari", "telegram", "Sudah bayar")]
    hub.phones.taps("sari", "telegram", bubble, button)
    hub.phones.taps("sari", "telegram", bubble, button)
    hub.bot.poll(hub.database, hub.now())

    at_once([hub.work, hub.work])
    hub.settle()

    assert len([b for b in hub.phones.bubbles("rina", "telegram") if "bilang sudah bayar" in b.text]) == 1
    assert hub.verdict() == []


# -- the same message twelve times at once -----------------------------------------------------------


def one_order_message(hub: Simulated) -> dict[str, Any]:
    """The very update that places an order, taken off the wire before the hub has seen it."""
    tell(hub, OPEN_SHOP + "sari@telegram opens: $link")
    hub.phones.telegram.says("sari", "2, antar griya asri C2/5, Sari")
    update_ = dict(hub.phones.telegram.updates[-1])
    hub.phones.telegram.updates.clear()
    return update_


def test_the_same_message_twelve_times_at_once_orders_once(hub: Simulated) -> None:
    update_ = one_order_message(hub)

    def deliver() -> None:
        with hub.database.write() as db:
            telegram.admit(db, update_, hub.now())
        hub.work()

    at_once([deliver] * 12)
    hub.settle()

    with hub.database.read() as db:
        assert db.scalar(select(func.count()).select_from(Order)) == 1
    assert len([b for b in hub.phones.bubbles("sari", "telegram") if "DR-0001" in b.text]) == 1
    assert hub.verdict() == []


def test_control_acting_on_every_copy_orders_twelve_times(database: Database) -> None:
    with database.write() as db:
        card = a_product(db, a_shop(db))
        sari = a_person(db, "Sari")

    def act() -> None:
        with database.write() as db:
            placing.place(db, sari, card, a_wish(card), NOW)

    at_once([act] * 12)

    with database.read() as db:
        ordered = select(func.count()).where(Order.buyer_id == sari, Order.shop_id == card.shop.id)
        assert db.scalar(ordered) == 12


# -- two people, one order ---------------------------------------------------------------------------


def outcomes(database: Database, placed: Any, one: Callable[..., Any], other: Callable[..., Any]) -> tuple[str, str]:
    """Let two deeds meet at one order, and tell where it ends: the order's state and its payment's."""

    def deed(act: Callable[..., Any]) -> None:
        with database.write() as db:
            act(db)

    at_once([lambda: deed(one), lambda: deed(other)])
    with database.read() as db:
        assert list(verifying.problems(db)) == []
        order = db.get_one(Order, placed.order.id)
        return order.state, db.scalars(select(Payment.state).where(Payment.order_id == order.id)).one()


@pytest.mark.parametrize("round_", range(4))
def test_money_confirmed_while_the_buyer_cancels(round_: int, database: Database) -> None:
    placed = claimed_order(database)
    order, buyer, seller = placed.order.id, placed.order.buyer_id, placed.shop.owner_id

    ended = outcomes(
        database,
        placed,
        lambda db: confirming.confirm(db, order, seller, NOW),
        lambda db: changing.cancel(db, order, buyer, NOW),
    )

    assert ended in {("cancelled", "refund_due"), ("cancelled", "void")}


@pytest.mark.parametrize("round_", range(4))
def test_money_claimed_while_the_hold_ends(round_: int, database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        placed = an_order(db, a_product(db, shop))
        paying.choose(db, placed.order.id, placed.order.buyer_id, "qris", NOW)
    order, buyer = placed.order.id, placed.order.buyer_id

    ended = outcomes(
        database,
        placed,
        lambda db: paying.claim(db, order, buyer, None, NOW),
        lambda db: paying.release(db, order, NOW),
    )

    assert ended in {("placed", "claimed"), ("released", "void")}


@pytest.mark.parametrize("round_", range(4))
def test_a_wrong_tap_undone_while_it_is_sent(round_: int, database: Database) -> None:
    placed = claimed_order(database)
    order, seller = placed.order.id, placed.shop.owner_id
    with database.write() as db:
        confirming.confirm(db, order, seller, NOW)

    ended = outcomes(
        database,
        placed,
        lambda db: confirming.undo(db, order, seller, NOW),
        lambda db: fulfilling.send(db, order, seller, NOW),
    )

    assert ended in {("sent", "confirmed"), ("placed", "claimed")}


def test_control_cancelling_what_was_read_before_the_wait_loses_the_refund(database: Database) -> None:
    """The state is read, the seller confirms meanwhile, and the cancelling still believes that nothing was paid."""
    placed = claimed_order(database)
    with database.read() as db:
        before = views.whole(db, placed.order.id)
    with database.write() as db:
        confirming.confirm(db, placed.order.id, placed.shop.owner_id, NOW)

    with database.write() as db:
        changing.end(db, before, placed.order.buyer_id, NOW)

    with database.read() as db:
        assert db.scalar(select(Payment.state).where(Payment.order_id == placed.order.id)) == "void"
        assert list(verifying.problems(db)) != []


# -- mixed carts, restocks, slots, waiting lists -----------------------------------------------------


def test_carts_of_two_products_in_opposite_order_sell_what_there_is(database: Database) -> None:
    """Thirty buyers want both products, named the other way round by every second: nobody waits in a ring."""
    with database.write() as db:
        shop = a_shop(db)
        one = a_product(db, shop, quota=12)
        other = a_product(db, shop, name="Nastar", quota=9, options=())
        buyers = [a_person(db, f"buyer{number}") for number in range(30)]

    def buy(number: int, buyer: int) -> str:
        first, second = (one, other) if number % 2 else (other, one)
        wish = replace(a_wish(first), more=(placing.Basket(second, ((second.variants[0], 1),)),))
        with database.write() as db:
            return placing.place(db, buyer, first, wish, NOW).order.code

    answers = at_once([lambda n=n, b=b: buy(n, b) for n, b in enumerate(buyers)])

    assert len([answer for answer in answers if answer != "SoldOut"]) == 9
    with database.read() as db:
        assert db.scalars(select(Batch.taken).where(Batch.id.in_([one.batch.id, other.batch.id]))).all() == [9, 9]
        assert list(verifying.problems(db)) == []


def test_a_variant_sells_no_more_than_its_own_quota(database: Database) -> None:
    with database.write() as db:
        card = a_product(db, a_shop(db), quota=40)
        editing.set_variant_quota(db, card, "keju", 5)
        buyers = [a_person(db, f"buyer{number}") for number in range(20)]

    def buy(buyer: int) -> str:
        with database.write() as db:
            return placing.place(db, buyer, card, a_wish(card, plain=0, cheese=1), NOW).order.code

    answers = at_once([lambda buyer=buyer: buy(buyer) for buyer in buyers])

    assert len([answer for answer in answers if answer != "SoldOut"]) == 5
    with database.read() as db:
        assert list(verifying.problems(db)) == []


@pytest.mark.parametrize("round_", range(4))
def test_the_last_pieces_are_bought_while_the_quota_shrinks(round_: int, database: Database) -> None:
    """Either the buyer was first and the smaller quota is refused, or the quota was and she is."""
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop, quota=5)
        an_order(db, card, plain=3, cheese=1)
        buyer = a_person(db, "Tuti")

    def buy() -> str:
        with database.write() as db:
            return placing.place(db, buyer, card, a_wish(card), NOW).order.state

    def shrink() -> str:
        with database.write() as db:
            editing.set_quota(db, card, 4, NOW)
        return "shrunk"

    assert at_once([buy, shrink]) in (["placed", "QuotaTaken"], ["SoldOut", "shrunk"])
    with database.read() as db:
        assert list(verifying.problems(db)) == []


def test_control_shrinking_by_what_was_read_before_sells_more_than_there_is(database: Database) -> None:
    """The seller reads that four are taken, somebody buys a fifth, and a naive quota of four is written anyway."""
    with database.write() as db:
        card = a_product(db, a_shop(db), quota=5)
        an_order(db, card, plain=3, cheese=1)
    with database.read() as db:
        taken = db.scalar(select(Batch.taken).where(Batch.id == card.batch.id)) or 0
    with database.write() as db:
        placing.place(db, a_person(db, "Tuti"), card, a_wish(card), NOW)

    with database.write() as db:
        if taken <= 4:
            db.execute(update(Batch).where(Batch.id == card.batch.id).values(quota=4))

    with database.read() as db:
        assert any("more taken than there is" in problem for problem in verifying.problems(db))


def test_a_new_price_meets_a_checkout(database: Database) -> None:
    """An order has one price for every piece: the one that was shown, whatever the seller changes meanwhile."""
    with database.write() as db:
        card = a_product(db, a_shop(db), quota=40)
        buyers = [a_person(db, f"buyer{number}") for number in range(8)]

    def buy(buyer: int) -> int:
        with database.write() as db:
            return placing.place(db, buyer, card, a_wish(card, plain=3), NOW).order.goods

    def reprice() -> int:
        with database.write() as db:
            editing.set_price(db, card, 70_000)
        return 3 * 65_000

    assert set(at_once([*[lambda b=b: buy(b) for b in buyers], reprice])) == {3 * 65_000}
    with database.read() as db:
        assert list(verifying.problems(db)) == []


def slot_for_two(database: Database) -> tuple[Any, int, list[int]]:
    with database.write() as db:
        card = a_product(db, a_shop(db), quota=40)
        slots.set_slot(db, card.shop.id, date(2026, 6, 20), "09:00", "11:00", 2, "deliver")
        [slot] = slots.of_day(db, card.shop.id, date(2026, 6, 20), NOW.date(), "deliver")
        buyers = [a_person(db, f"buyer{number}") for number in range(12)]
    return card, slot.id, buyers


def test_a_slot_holds_as_many_orders_as_it_has_room_for(database: Database) -> None:
    """Orders that nobody has paid yet count from the moment they are placed."""
    card, slot_id, buyers = slot_for_two(database)

    def buy(buyer: int) -> str:
        with database.write() as db:
            wish = a_wish(card, handover=replace(HOME, slot_id=slot_id))
            return placing.place(db, buyer, card, wish, NOW).order.code

    answers = at_once([lambda buyer=buyer: buy(buyer) for buyer in buyers])

    assert len([answer for answer in answers if answer != "SlotFull"]) == 2
    with database.read() as db:
        assert db.scalar(select(Batch.taken).where(Batch.id == card.batch.id)) == 2  # whoever was refused took nothing
        assert list(verifying.problems(db)) == []


def test_control_counting_paid_orders_only_overfills_a_slot(database: Database) -> None:
    card, slot_id, buyers = slot_for_two(database)
    everybody_has_looked = threading.Barrier(len(buyers))

    def buy(buyer: int) -> str:
        with database.read() as db:
            paid = select(func.count()).select_from(Order).join(Payment, Payment.order_id == Order.id)
            counted = paid.where(Order.slot_id == slot_id, Payment.state == "confirmed")
            full = (db.scalar(counted) or 0) >= 2
        everybody_has_looked.wait()
        if full:
            return "SlotFull"
        with database.write() as db:
            placed = placing.place(db, buyer, card, a_wish(card), NOW).order
            db.execute(update(Order).where(Order.id == placed.id).values(slot_id=slot_id))
        return "in"

    assert at_once([lambda buyer=buyer: buy(buyer) for buyer in buyers]).count("in") > 2
    with database.read() as db:
        assert any(problem.startswith("slots ") for problem in verifying.problems(db))


def one_waits(database: Database) -> tuple[Any, Any, Any]:
    """Everything is taken by two orders of one piece each, and somebody waits for one."""
    with database.write() as db:
        card = a_product(db, a_shop(db), quota=2)
        orders = [an_order(db, card, name, plain=1, cheese=0) for name in ("Sari", "Budi")]
        place = waiting.join(db, card.product.id, a_person(db, "Tuti"), 1, NOW)
    return card, orders, place


def test_two_cancel_at_once_and_one_waits(database: Database) -> None:
    """Both places come free; she is offered one, once, and the other is anybody's."""
    card, orders, place = one_waits(database)

    def cancel(placed: Any) -> None:
        with database.write() as db:
            changing.cancel(db, placed.order.id, placed.order.buyer_id, NOW)
        with database.write() as db:
            waiting.offer(db, card.batch.id, NOW)

    at_once([lambda placed=placed: cancel(placed) for placed in orders])

    with database.read() as db:
        assert waiting.held_for(db, place.id, place.person_id) == 1
        assert db.scalar(select(Batch.taken).where(Batch.id == card.batch.id)) == 1
        told = select(func.count()).where(OutboxMessage.notice == "place_free")
        assert db.scalar(told) == 1
        assert list(verifying.problems(db)) == []


@pytest.mark.parametrize("round_", range(4))
def test_an_offer_ends_while_it_is_taken_up(round_: int, database: Database) -> None:
    """Either she has her order, or the place is free again: never both, never neither."""
    card, orders, place = one_waits(database)
    with database.write() as db:
        changing.cancel(db, orders[0].order.id, orders[0].order.buyer_id, NOW)
        waiting.offer(db, card.batch.id, NOW)
    late = NOW + timedelta(minutes=30)

    def order() -> str:
        with database.write() as db:
            waiting.take_up(db, place.id, place.person_id)
            return placing.place(db, place.person_id, card, a_wish(card), late).order.state

    def end() -> str:
        with database.write() as db:
            waiting.offer_ends(db, place.id, late)
        return "ended"

    assert at_once([order, end])[0] == "placed"
    with database.read() as db:
        assert db.scalar(select(Batch.taken).where(Batch.id == card.batch.id)) == 2
        assert list(verifying.problems(db)) == []


def test_control_an_offer_ended_by_what_was_read_before_gives_the_place_away_twice(database: Database) -> None:
    card, orders, place = one_waits(database)
    with database.write() as db:
        changing.cancel(db, orders[0].order.id, orders[0].order.buyer_id, NOW)
        waiting.offer(db, card.batch.id, NOW)
    with database.read() as db:
        believed = waiting.held_for(db, place.id, place.person_id)
    with database.write() as db:
        waiting.take_up(db, place.id, place.person_id)
        placing.place(db, place.person_id, card, a_wish(card), NOW)

    with database.write() as db:  # the naive end of an offer trusts what it has read
        db.execute(update(Batch).where(Batch.id == card.batch.id).values(taken=Batch.taken - believed))

    with database.read() as db:
        assert any(problem.startswith("batches ") for problem in verifying.problems(db))
