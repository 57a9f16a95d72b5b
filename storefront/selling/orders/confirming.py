"""*Uang masuk*: the seller has seen the money in her own account. Nothing else makes an order paid."""

from datetime import datetime

from sqlalchemy import update

from storefront import outbox, rows
from storefront.database import Writer
from storefront.earning import accruals
from storefront.models import Customer, Payment
from storefront.refusals import AlreadyDone, FeeMissing, TooLate
from storefront.selling import batches, doubts, receipts, slots
from storefront.selling.orders import deposits, fulfilling, refunding
from storefront.selling.orders.paying import (
    UNDO_WITHIN,
    change_order,
    change_payment,
    end_hold,
    sold_by,
    step,
    take_coupon_again,
    taken_back,
)
from storefront.selling.orders.views import Whole, facts_of, may_cancel, whole


def confirm(db: Writer, order_id: int, seller_id: int, now: datetime) -> Whole:
    """The order is paid, the commission accrues, everybody is told. Raises `AlreadyDone`.

    A deposit that came opens the wait for the balance instead; the sale is in the books when that has come.
    """
    w = to_confirm(db, order_id, seller_id, now)
    if is_short(w):  # the rest has come: now it is what was asked for
        change_payment(db, order_id, received=None)
        w = whole(db, order_id)
    return taken(db, w, seller_id, now)


def to_confirm(db: Writer, order_id: int, seller_id: int, now: datetime) -> Whole:
    """The seller's order, as one whose money may be confirmed. Raises `FeeMissing` or `TooLate`."""
    w = sold_by(db, order_id, seller_id)
    if w.order.state == "released":
        revive(db, w, now)
        return whole(db, order_id)
    if w.order.total is None:
        raise FeeMissing(code=w.order.code)
    if w.order.state == "cancelled" or (w.payment.method == "cod" and w.order.state == "placed"):
        raise TooLate(why=w.order.code)
    return w


def is_short(w: Whole) -> bool:
    """Whether only a part of what was asked for is there."""
    return w.payment.received is not None and w.payment.received < (w.payment.amount or 0)


def taken(db: Writer, w: Whole, seller_id: int, now: datetime) -> Whole:
    """A deposit opens its balance; everything else is paid."""
    if w.payment.part == "deposit":
        return deposits.arrived(db, w, seller_id, now)
    return paid(db, w, seller_id, now)


def paid(db: Writer, w: Whole, seller_id: int, now: datetime) -> Whole:
    """All of it is there."""
    waiting = update(Payment).where(Payment.id == w.payment.id, Payment.state.in_(["due", "claimed", "void"]))
    if not rows.changed(db, waiting.values(state="confirmed", confirmed_at=now, confirmed_by=seller_id)):
        raise AlreadyDone
    end_hold(db, w.order.id)
    step(db, w.order, "confirmed", seller_id, now)
    came = w.payment.amount if w.payment.received is None else w.payment.received
    receipts.issue(db, w, w.payment.id, came or 0, now)
    doubt = doubts.raised(db, w, now)
    if doubt:
        change_order(db, w.order.id, release_held=True)
    accruals.accrue(db, accruals.sale_of(w.order), now, held=doubt)
    count_paid(db, w, 1)
    if w.order.release_held or doubt:
        accruals.hold(db, accruals.sale_of(w.order), now, again=f"paid:{now.isoformat()}")
    told = whole(db, w.order.id)
    outbox.tell(db, w.order.buyer_id, "paid", {**facts_of(told), "may_cancel": may_cancel(told, now)}, now)
    if told.order.state in {"sent", "received"}:
        fulfilling.schedule_release(db, told, now)
    return told


def count_paid(db: Writer, w: Whole, by: int) -> None:
    """What a buyer is known for at a shop is what its seller confirmed."""
    mine = (Customer.shop_id == w.shop.id, Customer.person_id == w.order.buyer_id)
    db.execute(update(Customer).where(*mine).values(paid=Customer.paid + by))


def revive(db: Writer, w: Whole, now: datetime) -> None:
    """Money came after the hold had ended: the order gets its place back if there is one. Raises `SoldOut`."""
    batches.take_all(db, w.lines, now)
    take_coupon_again(db, w.order)
    if w.order.slot_id:
        slots.take(db, w.shop.id, w.order.slot_id)
    change_order(db, w.order.id, state="placed", is_open=True, closed_at=None)
    change_payment(db, w.order.id, state="due")


def return_late(db: Writer, order_id: int, seller_id: int, now: datetime) -> Whole:
    """Money came after the hold, and its place is somebody else's, or she would rather not: it goes back.

    Raises `AlreadyDone` for an order that was not let go.
    """
    w = sold_by(db, order_id, seller_id)
    if w.order.state != "released":
        raise AlreadyDone
    change_order(db, order_id, state="cancelled")
    step(db, w.order, "came_late", seller_id, now)
    refund_id = refunding.owe(db, w, w.payment.amount or 0, "late", now)
    told = whole(db, order_id)
    outbox.tell(db, w.order.buyer_id, "late_returned", {**facts_of(told), "back": w.payment.amount}, now)
    refunding.ask_seller(db, told, refund_id, w.payment.amount or 0, now)
    return told


def undo(db: Writer, order_id: int, seller_id: int, now: datetime) -> Whole:
    """*Salah pencet*: take a wrong *Uang masuk* back within five minutes. Raises `TooLate` or `AlreadyDone`."""
    w = sold_by(db, order_id, seller_id)
    if w.payment.part == "balance" and w.payment.state == "due":
        return deposits.undo(db, w, seller_id, now)
    if w.payment.state != "confirmed" or w.order.state != "placed":
        raise AlreadyDone
    if now - (w.payment.confirmed_at or now) > UNDO_WITHIN or refunding.has_begun(db, w):
        raise TooLate(why=w.order.code)
    before = "claimed" if w.payment.claimed_at else "due"
    change_payment(db, order_id, state=before, confirmed_at=None, confirmed_by=None)
    receipts.void(db, w.payment.id, now)
    refunding.forget_over(db, w)
    refunding.withdraw(db, order_id)
    accruals.void(db, accruals.sale_of(w.order), "wrong_tap", now)
    count_paid(db, w, -1)
    return taken_back(db, w, before, seller_id, now)


def other_amount(db: Writer, order_id: int, seller_id: int, amount: int, now: datetime) -> Whole:
    """Another sum arrived than was asked for: too little waits for the rest, too much is paid and the rest goes back.

    Raises `AlreadyDone`.
    """
    w = sold_by(db, order_id, seller_id)
    asked = w.payment.amount or 0
    if w.payment.state not in {"due", "claimed"} or w.order.state != "placed" or amount <= 0:
        raise AlreadyDone
    if amount == asked:
        return confirm(db, order_id, seller_id, now)
    change_payment(db, order_id, received=amount)
    end_hold(db, order_id)
    if amount < asked:
        return too_little(db, w, amount, seller_id, now)
    told = confirm(db, order_id, seller_id, now)
    refund_id = refunding.owe(db, told, amount - asked, "over", now)
    facts = {**facts_of(told), "back": amount - asked, "refund": refund_id}
    outbox.tell(db, w.order.buyer_id, "paid_over", facts, now)
    return told


def too_little(db: Writer, w: Whole, amount: int, seller_id: int, now: datetime) -> Whole:
    """Part of it is there. Nothing ends by itself now: the buyer is asked for the rest, the seller may let it be."""
    step(db, w.order, "short", seller_id, now)
    told = whole(db, w.order.id)
    outbox.tell(db, w.order.buyer_id, "paid_short", {**facts_of(told), "received": amount}, now)
    return told


def accept_short(db: Writer, order_id: int, seller_id: int, now: datetime) -> Whole:
    """*Segini saja*: the seller lets the missing rest be; what came is on the receipt. Raises `AlreadyDone`."""
    w = to_confirm(db, order_id, seller_id, now)
    if not is_short(w):
        raise AlreadyDone
    return taken(db, w, seller_id, now)
