"""Money that goes back from a seller to a buyer, whole or in part, followed until the buyer has it in hand.

    asked     it would take a creator's commission along, so the buyer is asked first whether it is so
    due       the seller owes it; she is asked to send it
    sent      she says she sent it; the buyer is asked
    received  the buyer's word ends it
    gift      too much was paid and the buyer leaves it

What a seller keeps less of, the creator earns less of: a refund of goods takes its share of the commission along.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from storefront import outbox, people, rows
from storefront.database import Reader, Writer
from storefront.earning import accruals
from storefront.models import OrderLine, Payment, Refund
from storefront.money import written
from storefront.refusals import AlreadyDone, TooMuchBack
from storefront.selling.orders import amounts
from storefront.selling.orders.paying import owned, sold_by, step
from storefront.selling.orders.views import Whole, buyer_facts, facts_of, whole

STANDING = ("due", "sent", "received")


def owe(
    db: Writer,
    w: Whole,
    amount: int,
    reason: str,
    now: datetime,
    *,
    problem_id: int | None = None,
    state: str = "due",
) -> int:
    """Write down that so much goes back, and why."""
    values = {"shop_id": w.shop.id, "order_id": w.order.id, "amount": amount, "currency": w.order.currency}
    return rows.add(db, Refund, **values, state=state, at=now, reason=reason, problem_id=problem_id)


def propose(db: Writer, order_id: int, seller_id: int, amount: int, now: datetime) -> tuple[Whole, int | None]:
    """The seller would give something back. Where that takes a commission along, the buyer says first whether it is so.

    Returns the refund's id once it is owed, None while the buyer is asked. Raises `TooMuchBack`.
    """
    w = sold_by(db, order_id, seller_id)
    if not accruals.of_order(db, order_id) or not people.is_reached(db, w.order.buyer_id):
        return part(db, order_id, seller_id, amount, now)
    withdraw(db, order_id)
    most = refundable(db, w)
    if not 0 < amount <= most:
        raise TooMuchBack(code=w.order.code, most=written(most, w.order.currency))
    refund_id = owe(db, w, amount, "goodwill", now, state="asked")
    step(db, w.order, "refund_proposed", seller_id, now)
    facts = {**facts_of(w), "back": amount, "refund": refund_id}
    outbox.tell(db, w.order.buyer_id, "refund_proposed", facts, now)
    return w, None


def withdraw(db: Writer, order_id: int) -> None:
    """A newer proposal takes the place of one that was not answered."""
    unanswered = update(Refund).where(Refund.order_id == order_id, Refund.state == "asked")
    db.execute(unanswered.values(state="void"))


def agree(db: Writer, refund_id: int, buyer_id: int, now: datetime) -> Whole:
    """The buyer says that it is so: it is owed, and the commission follows. Raises `NotYours` or `AlreadyDone`."""
    w, amount = answered(db, refund_id, buyer_id, "void")
    most = refundable(db, w)
    if not 0 < amount <= most or w.order.state == "cancelled":
        raise AlreadyDone
    db.execute(update(Refund).where(Refund.id == refund_id).values(state="due"))
    take_from_goods(db, w, amount, now)
    step(db, w.order, "refund_owed", buyer_id, now)
    told = whole(db, w.order.id)
    ask_seller(db, told, refund_id, amount, now)
    return told


def decline(db: Writer, refund_id: int, buyer_id: int, now: datetime) -> Whole:
    """The buyer knows of nothing that should go back: it stays as it is. Raises `NotYours` or `AlreadyDone`."""
    w, amount = answered(db, refund_id, buyer_id, "void")
    step(db, w.order, "refund_declined", buyer_id, now)
    facts = {**buyer_facts(db, w), "back": amount, "refund": refund_id}
    outbox.tell(db, w.shop.owner_id, "refund_declined", facts, now)
    return w


def answered(db: Writer, refund_id: int, buyer_id: int, state: str) -> tuple[Whole, int]:
    refund = db.get(Refund, refund_id)
    w = owned(db, refund.order_id if refund else 0, buyer_id)
    open_ = update(Refund).where(Refund.id == refund_id, Refund.state == "asked")
    if refund is None or not rows.changed(db, open_.values(state=state)):
        raise AlreadyDone
    return w, refund.amount


def part(
    db: Writer, order_id: int, seller_id: int, amount: int, now: datetime, *, problem_id: int | None = None
) -> tuple[Whole, int]:
    """The seller gives part of a paid order back, or all of it. Raises `TooMuchBack` above what was paid."""
    w = sold_by(db, order_id, seller_id)
    return given_back(db, w, amount, "case" if problem_id else "goodwill", now, problem_id=problem_id)


def given_back(
    db: Writer, w: Whole, amount: int, reason: str, now: datetime, *, problem_id: int | None = None
) -> tuple[Whole, int]:
    most = refundable(db, w)
    if not 0 < amount <= most:
        raise TooMuchBack(code=w.order.code, most=written(most, w.order.currency))
    refund_id = owe(db, w, amount, reason, now, problem_id=problem_id)
    take_from_goods(db, w, amount, now)
    step(db, w.order, "refund_owed", w.shop.owner_id, now)
    told = whole(db, w.order.id)
    if reason == "goodwill":
        outbox.tell(db, w.order.buyer_id, "refund_promised", {**facts_of(told), "back": amount}, now)
    return told, refund_id


def take_from_goods(db: Writer, w: Whole, amount: int, now: datetime) -> None:
    """Spread it over the goods first; only what goes beyond them is of the delivery. The commission follows."""
    if w.payment.state != "confirmed":
        return
    nets = [line.net for line in w.lines]
    of_goods = min(amount, sum(nets))
    for line, off in zip(w.lines, amounts.spread(of_goods, nets), strict=True):
        back = update(OrderLine).where(OrderLine.id == line.id).values(refunded=OrderLine.refunded + off)
        db.execute(back)
    if of_goods:
        accruals.resize(db, accruals.sale_of(w.order), now)


def refundable(db: Reader, w: Whole) -> int:
    """What of the money that came may still go back, in whole smallest units."""
    paid = func.coalesce(func.sum(func.coalesce(Payment.received, Payment.amount)), 0)
    came = db.scalar(select(paid).where(Payment.order_id == w.order.id, Payment.state == "confirmed")) or 0
    gone = select(func.coalesce(func.sum(Refund.amount), 0)).where(Refund.order_id == w.order.id)
    back = db.scalar(gone.where(Refund.state.in_([*STANDING, "gift"]), Refund.reason != "changed")) or 0
    return max(int(came) - int(back), 0)


def facts_of_refund(db: Reader, refund_id: int | None) -> dict[str, int | None]:
    """What goes back and by which refund; nothing where nothing does."""
    refund = db.get(Refund, refund_id) if refund_id else None
    return {"refund": refund.id, "back": refund.amount} if refund else {"refund": None, "back": 0}


def ask_seller(db: Writer, w: Whole, refund_id: int, amount: int, now: datetime) -> None:
    """What is to be sent back, with the button that says it is on its way."""
    facts = {**buyer_facts(db, w), "back": amount, "refund": refund_id}
    outbox.tell(db, w.shop.owner_id, "refund_to_send", facts, now)


def part_returned(db: Writer, refund_id: int, seller_id: int, now: datetime) -> tuple[Whole, int]:
    """The seller says she sent it back; the buyer is asked. Raises `AlreadyDone`."""
    refund = db.get(Refund, refund_id)
    w = sold_by(db, refund.order_id if refund else 0, seller_id)
    sent = update(Refund).where(Refund.id == refund_id, Refund.state == "due")
    if refund is None or not rows.changed(db, sent.values(state="sent")):
        raise AlreadyDone
    step(db, w.order, "part_returned", seller_id, now)
    facts = {**facts_of(w), "back": refund.amount, "refund": refund_id}
    outbox.tell(db, w.order.buyer_id, "part_returned", facts, now)
    return w, refund.amount


def part_arrived(db: Writer, refund_id: int, buyer_id: int, now: datetime) -> Whole:
    """*Uang kembali sudah masuk*: the buyer has it. Raises `AlreadyDone`."""
    refund = db.get(Refund, refund_id)
    w = owned(db, refund.order_id if refund else 0, buyer_id)
    back = update(Refund).where(Refund.id == refund_id, Refund.state == "sent")
    if refund is None or not rows.changed(db, back.values(state="received", received_at=now)):
        raise AlreadyDone
    step(db, w.order, "part_arrived", buyer_id, now)
    outbox.tell(db, w.shop.owner_id, "refund_arrived", buyer_facts(db, w), now)
    return w


def leave_it(db: Writer, refund_id: int, buyer_id: int, now: datetime) -> Whole:
    """Too much came, and the buyer leaves it to the seller. Raises `AlreadyDone`."""
    refund = db.get(Refund, refund_id)
    w = owned(db, refund.order_id if refund else 0, buyer_id)
    due = update(Refund).where(Refund.id == refund_id, Refund.state == "due", Refund.reason == "over")
    if refund is None or not rows.changed(db, due.values(state="gift")):
        raise AlreadyDone
    step(db, w.order, "left_it", buyer_id, now)
    outbox.tell(db, w.shop.owner_id, "left_it", {**buyer_facts(db, w), "back": refund.amount}, now)
    return w


def forget_over(db: Writer, w: Whole) -> None:
    """The payment was not there: nor was what came too much with it."""
    over = (Refund.order_id == w.order.id, Refund.reason == "over", Refund.state == "due")
    db.execute(update(Refund).where(*over).values(state="void"))


def has_begun(db: Reader, w: Whole) -> bool:
    """Whether money of this order has been promised back, beside what came too much and is still with the seller."""
    waits = (Refund.reason == "over") & (Refund.state == "due")
    promised = select(Refund.id).where(Refund.order_id == w.order.id, Refund.state.not_in(["void", "asked"]), ~waits)
    return db.scalar(promised.limit(1)) is not None


def open_of_order(db: Reader, order_id: int) -> Sequence[Refund]:
    """What is still on its way back."""
    mine = (Refund.order_id == order_id, Refund.state.in_(["due", "sent"]))
    return db.scalars(select(Refund).where(*mine).order_by(Refund.id)).all()
