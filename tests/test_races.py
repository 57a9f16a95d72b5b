"""Many at once. Every race has its negative control: the naive way, which must go wrong, or the test proves nothing."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bots import telegram
from bots.hub import Simulated
from storefront import verifying
from storefront.database import Database
from storefront.models import Batch, Order, OrderStep, Payment, Transfer
from storefront.refusals import Refusal
from storefront.selling.orders import changing, fulfilling, paying, placing, views
from tests.builders import NOW, a_deal, a_person, a_product, a_shop, a_wish, an_order
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
            return paying.confirm(db, placed.order.id, placed.shop.owner_id, NOW).payment.state

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
        lambda db: paying.confirm(db, order, seller, NOW),
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
        paying.confirm(db, order, seller, NOW)

    ended = outcomes(
        database,
        placed,
        lambda db: paying.undo(db, order, seller, NOW),
        lambda db: fulfilling.send(db, order, seller, NOW),
    )

    assert ended in {("sent", "confirmed"), ("placed", "claimed")}


def test_control_cancelling_what_was_read_before_the_wait_loses_the_refund(database: Database) -> None:
    """The state is read, the seller confirms meanwhile, and the cancelling still believes that nothing was paid."""
    placed = claimed_order(database)
    with database.read() as db:
        before = views.whole(db, placed.order.id)
    with database.write() as db:
        paying.confirm(db, placed.order.id, placed.shop.owner_id, NOW)

    with database.write() as db:
        changing.end(db, before, placed.order.buyer_id, NOW)

    with database.read() as db:
        assert db.scalar(select(Payment.state).where(Payment.order_id == placed.order.id)) == "void"
        assert list(verifying.problems(db)) != []
