"""A part beforehand, the rest before the day (*DP* and *pelunasan*): two payments of one order.

A deposit that came makes the order as good as paid: it is made and brought, and no hold ends it. The sale is in the
books when the balance has come, because only then has it been paid.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from storefront import chores, outbox, rows
from storefront.database import Reader, Writer
from storefront.models import Payment
from storefront.refusals import AlreadyDone, TooLate
from storefront.selling import catalogue, receipts
from storefront.selling.orders import paying, refunding
from storefront.selling.orders.views import Whole, facts_of, whole

REMINDED_BEFORE = timedelta(hours=11)


def pay_in_full(db: Writer, order_id: int, buyer_id: int) -> Whole:
    """She would rather pay all of it at once. Raises `AlreadyDone`."""
    w = paying.owned(db, order_id, buyer_id)
    if w.payment.part != "deposit" or w.payment.state != "due":
        raise AlreadyDone
    paying.change_payment(db, order_id, part="whole", amount=w.order.total)
    paying.change_order(db, order_id, deposit_bp=None, balance_due_at=None, forfeits_at=None)
    return whole(db, order_id)


def arrived(db: Writer, w: Whole, seller_id: int, now: datetime) -> Whole:
    """The deposit is there: the order stands, and the balance is what it waits for now."""
    here = update(Payment).where(Payment.id == w.payment.id, Payment.state.in_(["due", "claimed"]))
    values = {"state": "confirmed", "confirmed_at": now, "confirmed_by": seller_id, "is_current": False}
    if not rows.changed(db, here.values(**values)):
        raise AlreadyDone
    receipts.issue(db, w, w.payment.id, w.payment.received or w.payment.amount or 0, now)
    rest = (w.order.total or 0) - (w.payment.amount or 0)
    row = {"shop_id": w.shop.id, "order_id": w.order.id, "currency": w.order.currency, "state": "due"}
    rows.add(db, Payment, **row, part="balance", amount=rest, accepted_at=now, is_current=True)
    paying.end_hold(db, w.order.id)
    paying.step(db, w.order, "deposit_confirmed", seller_id, now)
    if w.order.balance_due_at:
        remind_at = max(w.order.balance_due_at - REMINDED_BEFORE, now + timedelta(hours=1))
        chores.schedule(db, "balance_reminder", w.order.id, remind_at, again=now.isoformat())
    told = whole(db, w.order.id)
    outbox.tell(db, w.order.buyer_id, "deposit_paid", {**facts_of(told), "ways": ways_of(db, told)}, now)
    return told


def undo(db: Writer, w: Whole, seller_id: int, now: datetime) -> Whole:
    """The deposit was a wrong tap: what it opened is closed again. Raises `TooLate`."""
    paid = paid_before(db, w)
    if paid is None or w.payment.state != "due" or w.order.state != "placed":
        raise AlreadyDone
    if now - (paid.confirmed_at or now) > paying.UNDO_WITHIN or refunding.has_begun(db, w):
        raise TooLate(why=w.order.code)
    db.execute(delete(Payment).where(Payment.id == w.payment.id))
    before = "claimed" if paid.claimed_at else "due"
    values = {"state": before, "confirmed_at": None, "confirmed_by": None, "is_current": True}
    db.execute(update(Payment).where(Payment.id == paid.id).values(**values))
    receipts.void(db, paid.id, now)
    return paying.taken_back(db, w, before, seller_id, now)


def paid_before(db: Reader, w: Whole) -> Payment | None:
    """The deposit that has come, of an order that waits for its balance or has it."""
    if w.payment.part != "balance":
        return None
    earlier = (Payment.order_id == w.order.id, Payment.part == "deposit", Payment.state == "confirmed")
    return db.scalar(select(Payment).where(*earlier).execution_options(populate_existing=True))


def ways_of(db: Reader, w: Whole) -> list[str]:
    return catalogue.card(db, w.lines[0].product_id).ways


def remind(db: Writer, order_id: int, now: datetime) -> None:
    """The balance is due soon: one word to the buyer, and nothing to anybody who has paid."""
    w = whole(db, order_id, lock=True)
    if w.payment.part == "balance" and w.payment.state == "due" and w.order.state == "placed":
        outbox.tell(db, w.order.buyer_id, "balance_due", {**facts_of(w), "ways": ways_of(db, w)}, now)


def is_forfeited(w: Whole, now: datetime) -> bool:
    """Whether cancelling now costs the deposit, by the policy the order was placed under."""
    return w.order.forfeits_at is not None and now >= w.order.forfeits_at
