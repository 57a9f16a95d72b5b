"""What changes after an order was placed: the fee of an unknown area, another quantity, an end by either side."""

from datetime import datetime

from sqlalchemy import delete, update

from storefront import chores, outbox, people, rows
from storefront.database import Writer
from storefront.earning import accruals
from storefront.models import Order, OrderLine, Payment
from storefront.refusals import AlreadyDone, TooLate
from storefront.selling import batches
from storefront.selling.catalogue import card
from storefront.selling.orders import placing
from storefront.selling.orders.paying import (
    change_order,
    change_payment,
    end_hold,
    owned,
    sold_by,
    step,
)
from storefront.selling.orders.placing import Wish
from storefront.selling.orders.views import Whole, buyer_facts, facts_of, is_unpaid, may_cancel, whole


def set_fee(db: Writer, order_id: int, seller_id: int, fee: int | None, now: datetime) -> Whole:
    """The seller names the fee of an area we did not know; None: the buyer pays a courier. Raises `AlreadyDone`."""
    w = sold_by(db, order_id, seller_id)
    if w.order.fee is not None or not is_unpaid(w):
        raise AlreadyDone
    amount = fee or 0
    code = placing.unique_code(db, w.shop.id, w.order.goods + amount, placing.next_code(db, w.shop.id), now)
    total = w.order.goods + amount - code
    end_hold(db, order_id)
    until = now + placing.HOLD
    values = {"fee": amount, "courier_paid_by_buyer": fee is None, "unique_code": code, "total": total}
    change_order(db, order_id, **values, hold_until=until)
    change_payment(db, order_id, amount=total)
    chores.schedule(db, "hold_ends", order_id, until)
    step(db, w.order, "fee_set", seller_id, now)
    told = whole(db, order_id)
    ways = card(db, w.lines[0].product_id).ways
    outbox.tell(db, w.order.buyer_id, "fee_set", {**facts_of(told), "ways": ways}, now)
    return told


def change_quantity(db: Writer, order_id: int, buyer_id: int, wish: Wish, now: datetime) -> Whole:
    """Another quantity while nothing is paid: the same order, its new lines, its new total. Raises `SoldOut`."""
    w = owned(db, order_id, buyer_id)
    if not is_unpaid(w) or accruals.ever_earned(db, order_id):
        raise TooLate(why=w.order.code)
    baskets = wish.baskets(card(db, w.lines[0].product_id))
    placing.fitting(baskets)
    batches.give_back_all(db, w.lines, now)
    is_less = sum(one.quantity for one in baskets) <= sum(line.quantity for line in w.lines)
    placing.take(db, baskets, now, even_if_paused=is_less)
    db.execute(delete(OrderLine).where(OrderLine.order_id == order_id))
    placing.write_lines(db, baskets, w.order)
    total = None if w.order.fee is None else wish.goods + w.order.fee - w.order.unique_code
    change_order(db, order_id, goods=wish.goods, total=total)
    change_payment(db, order_id, amount=total, method=None)
    step(db, w.order, "quantity_changed", buyer_id, now)
    return whole(db, order_id)


def cancel(db: Writer, order_id: int, buyer_id: int, now: datetime) -> Whole:
    """The buyer cancels in time. What she paid is to come back in full. Raises `TooLate`."""
    w = owned(db, order_id, buyer_id)
    if not may_cancel(w, now):
        raise TooLate(why=w.order.code)
    seller_knew = w.payment.state in {"claimed", "confirmed"} or w.payment.accepted_at is not None
    end(db, w, buyer_id, now)
    told = whole(db, order_id)
    if seller_knew or w.order.fee is None or w.payment.method == "cod":
        outbox.tell(db, w.shop.owner_id, "cancelled_by_buyer", buyer_facts(db, told), now)
    return told


def end(db: Writer, w: Whole, by: int, now: datetime) -> None:
    """Close an order as cancelled: its place is free, its commission void, its money to be returned."""
    gone = update(Order).where(Order.id == w.order.id, Order.state == "placed")
    if not rows.changed(db, gone.values(state="cancelled", is_open=False, closed_at=now)):
        raise AlreadyDone
    end_hold(db, w.order.id)
    batches.give_back_all(db, w.lines, now)
    step(db, w.order, "cancelled", by, now)
    if w.payment.state == "confirmed":
        change_payment(db, w.order.id, state="refund_due")
        accruals.void(db, accruals.sale_of(w.order), "cancelled", now)
    else:
        change_payment(db, w.order.id, state="void")


def ask_to_cancel(db: Writer, order_id: int, seller_id: int, now: datetime) -> Whole:
    """The seller wants to cancel. The buyer decides: an order thanks somebody, and nobody cancels that alone.

    What the seller wrote down for somebody who is not here, she cancels herself.
    """
    w = sold_by(db, order_id, seller_id)
    if w.order.state != "placed":
        raise TooLate(why=w.order.code)
    if not people.is_reached(db, w.order.buyer_id):
        end(db, w, seller_id, now)
        return whole(db, order_id)
    step(db, w.order, "cancel_asked", seller_id, now)
    outbox.tell(db, w.order.buyer_id, "cancel_asked", facts_of(w), now)
    return w


def agree_to_cancel(db: Writer, order_id: int, buyer_id: int, now: datetime) -> Whole:
    """The buyer agrees that it is cancelled, whatever the cut-off."""
    w = owned(db, order_id, buyer_id)
    end(db, w, buyer_id, now)
    told = whole(db, order_id)
    outbox.tell(db, w.shop.owner_id, "cancel_agreed", buyer_facts(db, told), now)
    return told


def keep(db: Writer, order_id: int, buyer_id: int, now: datetime) -> Whole:
    """The buyer wants her order: it stands."""
    w = owned(db, order_id, buyer_id)
    if w.order.state != "placed":
        raise AlreadyDone
    step(db, w.order, "cancel_declined", buyer_id, now)
    outbox.tell(db, w.shop.owner_id, "cancel_declined", buyer_facts(db, w), now)
    return w


def refund_sent(db: Writer, order_id: int, seller_id: int, now: datetime) -> Whole:
    """The seller says she sent the money back; the buyer is asked whether it arrived."""
    w = sold_by(db, order_id, seller_id)
    sent = update(Payment).where(Payment.order_id == order_id, Payment.state == "refund_due")
    if not rows.changed(db, sent.values(state="refund_sent")):
        raise AlreadyDone
    step(db, w.order, "refund_sent", seller_id, now)
    outbox.tell(db, w.order.buyer_id, "refund_sent", facts_of(whole(db, order_id)), now)
    return w


def refund_arrived(db: Writer, order_id: int, buyer_id: int, now: datetime) -> Whole:
    """*Uang kembali sudah masuk*: the buyer's word ends it."""
    w = owned(db, order_id, buyer_id)
    back = update(Payment).where(Payment.order_id == order_id, Payment.state == "refund_sent")
    if not rows.changed(db, back.values(state="refunded")):
        raise AlreadyDone
    step(db, w.order, "refunded", buyer_id, now)
    outbox.tell(db, w.shop.owner_id, "refund_arrived", buyer_facts(db, w), now)
    return w
