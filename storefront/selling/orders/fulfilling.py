"""From the kitchen to the table: sent or ready, received, liked; or a problem, which stops the commission's clock."""

from datetime import datetime, time, timedelta

from sqlalchemy import select, update

from referral import commissions
from storefront import chores, outbox, rows
from storefront.database import Writer
from storefront.earning import accruals, drafts
from storefront.models import PAYMENT_OF_ORDER, Customer, Order, Payment, Review
from storefront.refusals import AlreadyDone, OwnersOnly
from storefront.selling.orders.paying import change_order, owned, sold_by, step
from storefront.selling.orders.views import Whole, buyer_facts, facts_of, whole

PAYDAY_HOUR = time(9, 0)
EVENING = time(19, 0)
MONDAY = 0


def send(db: Writer, order_id: int, seller_id: int, now: datetime) -> Whole:
    """*Dikirim* or *Siap diambil*. Raises `AlreadyDone` for an order that is not paid or already on its way."""
    w = sold_by(db, order_id, seller_id, by_staff=True)
    if not may_go(w):
        raise AlreadyDone
    if not rows.changed(db, update(Order).where(Order.id == order_id, Order.state == "placed").values(state="sent")):
        raise AlreadyDone
    step(db, w.order, "sent", seller_id, now)
    told = whole(db, order_id)
    if w.order.cause_id is None:  # who gave it is told when it has been brought, with the photo
        outbox.tell(db, w.order.buyer_id, "on_the_way", facts_of(told), now)
        ask_in_the_evening(db, told, now)
    schedule_release(db, told, now)
    return told


def ask_in_the_evening(db: Writer, w: Whole, now: datetime) -> None:
    """The evening of the day it comes, whoever has not said that it came is asked."""
    day = (w.slot.day if w.slot else w.batch.delivers_on) or now.astimezone(db.zone).date()
    evening = datetime.combine(day, EVENING, tzinfo=db.zone)
    chores.schedule(db, "arrived_yet", w.order.id, max(evening, now + timedelta(hours=2)))


def may_go(w: Whole) -> bool:
    return w.order.state == "placed" and (w.payment.state == "confirmed" or w.payment.accepted_at is not None)


def send_all(db: Writer, batch_id: int, handover: str, seller_id: int, now: datetime) -> int:
    """*Semua berangkat*: everything of a batch that may go; returns how many orders went."""
    waiting = db.scalars(
        select(Order.id)
        .join(Payment, PAYMENT_OF_ORDER)
        .where(Order.batch_id == batch_id, Order.handover == handover, Order.state == "placed")
        .order_by(Order.id)
    ).all()
    return sum(1 for order_id in waiting if sent_if_ready(db, order_id, seller_id, now))


def sent_if_ready(db: Writer, order_id: int, seller_id: int, now: datetime) -> bool:
    try:
        send(db, order_id, seller_id, now)
    except (AlreadyDone, OwnersOnly):  # what a helper ordered herself, the owner sends
        return False
    return True


def schedule_release(db: Writer, w: Whole, now: datetime, *, received_at: datetime | None = None) -> None:
    """When the commission becomes payable; nothing to release before the money is confirmed."""
    if w.payment.state != "confirmed":
        return
    due = commissions.release_at(w.lines[0].kind, now, received_at)
    chores.schedule(db, "release_commission", w.order.id, due, again=now.isoformat())


def receive(db: Writer, order_id: int, buyer_id: int, now: datetime) -> Whole:
    """*Sudah diterima*: the buyer has it. She is a known customer from now on. Raises `AlreadyDone`."""
    w = owned(db, order_id, buyer_id)
    if not rows.changed(db, update(Order).where(Order.id == order_id, Order.state == "sent").values(state="received")):
        raise AlreadyDone
    step(db, w.order, "received", buyer_id, now)
    chores.cancel_all(db, ["arrived_yet"], order_id)
    customer = {"shop_id": w.shop.id, "person_id": buyer_id}
    rows.add_once(db, Customer, **customer, received=0)
    mine = (Customer.shop_id == w.shop.id, Customer.person_id == buyer_id)
    db.execute(update(Customer).where(*mine).values(received=Customer.received + 1))
    if w.payment.state == "confirmed":
        change_order(db, order_id, is_open=False, closed_at=now)
    else:
        outbox.tell(db, w.shop.owner_id, "cash_expected", buyer_facts(db, whole(db, order_id)), now)
    return whole(db, order_id)


def review(db: Writer, order_id: int, buyer_id: int, stars: int, now: datetime) -> Whole:
    """How it was, once an order, by the person who received it."""
    w = owned(db, order_id, buyer_id)
    said = {"shop_id": w.shop.id, "order_id": order_id, "person_id": buyer_id, "stars": stars, "at": now}
    if not rows.add_once(db, Review, **said):
        raise AlreadyDone
    return w


def release_commission(db: Writer, order_id: int, now: datetime) -> None:
    """The holding period is over: what the order earned may be paid, unless a problem is open."""
    w = whole(db, order_id, lock=True)
    if w.order.release_held or w.payment.state != "confirmed" or w.order.state not in {"sent", "received"}:
        return
    accruals.release(db, accruals.sale_of(w.order), now)
    change_order(db, order_id, is_open=False, closed_at=w.order.closed_at or now)
    drafts.on_monday(db, w.shop.id, now)
