"""How an order is paid. A buyer's word and a photo are claims; an order is paid when the seller says *Uang masuk*."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import NoResultFound

from storefront import chores, outbox, rows
from storefront.database import Reader, Writer
from storefront.earning import accruals
from storefront.models import Customer, Destination, Media, Order, OrderStep, Payment, PayoutAttempt
from storefront.refusals import AlreadyDone, FeeMissing, NotYours, NoWayToPay, OwnersOnly, TooLate
from storefront.selling import batches, shops, slots, staff
from storefront.selling.orders.views import Whole, buyer_facts, facts_of, is_unpaid, may_cancel, whole

UNDO_WITHIN = timedelta(minutes=5)
UNDONE_HELD = timedelta(hours=2)
ASKED_AFTER_HOLD = timedelta(minutes=30)
REMINDED_BEFORE = timedelta(minutes=30)
KEPT_FOR = timedelta(hours=24)


def choose(db: Writer, order_id: int, buyer_id: int, way: str, now: datetime) -> Whole:
    """The buyer chooses QRIS, transfer or cash on delivery. Raises `NoWayToPay` or `AlreadyDone`."""
    w = owned(db, order_id, buyer_id)
    if w.payment.state != "due" or w.order.state != "placed" or w.order.total is None or w.payment.accepted_at:
        raise AlreadyDone
    if way == "cod":
        return choose_cod(db, w, now)
    destination = shops.destination_of(db, w.shop.id)
    if destination is None or (destination.kind == "qris") != (way == "qris"):
        raise NoWayToPay
    return to_be_paid_to(db, w, destination, way)


def to_be_paid_to(db: Writer, w: Whole, destination: Destination, way: str) -> Whole:
    """Freeze where an order is paid, and what it comes to there."""
    total = w.order.goods + (w.order.fee or 0) - w.order.unique_code
    change_payment(db, w.order.id, method=way, destination_id=destination.id, amount=total)
    change_order(db, w.order.id, total=total, destination_commitment=shops.committed(db, destination))
    return whole(db, w.order.id)


def bill(db: Writer, order_id: int, seller_id: int) -> Whole:
    """What a buyer owes, for the seller to pass on herself. Raises `NoWayToPay` or `AlreadyDone`."""
    w = sold_by(db, order_id, seller_id)
    if w.payment.state != "due" or w.order.state != "placed" or w.order.total is None:
        raise AlreadyDone
    destination = shops.destination_of(db, w.shop.id)
    if destination is None:
        raise NoWayToPay
    return to_be_paid_to(db, w, destination, "qris" if destination.kind == "qris" else "transfer")


def choose_cod(db: Writer, w: Whole, now: datetime) -> Whole:
    """Cash needs no unique code. A known buyer's word is enough; for a stranger the seller says yes first."""
    if not w.shop.takes_cod:
        raise NoWayToPay
    cash = w.order.goods + (w.order.fee or 0)
    change_payment(db, w.order.id, method="cod", destination_id=None, amount=cash)
    change_order(db, w.order.id, total=cash)
    if is_known(db, w.shop.id, w.order.buyer_id):
        accept(db, w.order.id, now)
        told = whole(db, w.order.id)
        staff.tell(db, w.shop, "cod_placed", buyer_facts(db, told), now, buyer_id=w.order.buyer_id)
        return told
    told = whole(db, w.order.id)
    staff.tell(db, w.shop, "cod_asked", buyer_facts(db, told), now, buyer_id=w.order.buyer_id)
    return told


def is_known(db: Reader, shop_id: int, person_id: int) -> bool:
    """A buyer who has received something from this shop before."""
    customer = db.get(Customer, (shop_id, person_id))
    return bool(customer and customer.received)


def accept(db: Writer, order_id: int, now: datetime) -> None:
    """The order is as good as paid: it is cooked and brought, and no hold ends it."""
    change_payment(db, order_id, accepted_at=now)
    end_hold(db, order_id)


def accept_cod(db: Writer, order_id: int, seller_id: int, now: datetime) -> Whole:
    """The seller trusts a stranger's word. Raises `AlreadyDone`."""
    w = sold_by(db, order_id, seller_id, by_staff=True)
    if w.payment.method != "cod" or w.payment.accepted_at or w.order.state != "placed":
        raise AlreadyDone
    accept(db, order_id, now)
    step(db, w.order, "cod_accepted", seller_id, now)
    told = whole(db, order_id)
    outbox.tell(db, w.order.buyer_id, "cod_accepted", facts_of(told), now)
    return told


def claim(db: Writer, order_id: int, buyer_id: int, proof_id: int | None, now: datetime) -> Whole:
    """The buyer says she has paid. The hold stops; the seller is asked to look.

    Saying it twice asks once; with a proof, or after the seller saw nothing, it asks again.
    """
    w = owned(db, order_id, buyer_id)
    not_cash = Payment.method.is_distinct_from("cod")
    claimed = update(Payment).where(Payment.order_id == order_id, Payment.state == "due", not_cash)
    is_first = w.order.state == "placed" and rows.changed(db, claimed.values(state="claimed", claimed_at=now))
    if not is_first and not may_claim_again(db, w, proof_id):
        raise AlreadyDone
    change_payment(db, order_id, proof_id=proof_id or w.payment.proof_id)
    end_hold(db, order_id)
    step(db, w.order, "claimed", buyer_id, now)
    told = whole(db, order_id)
    reused = proof_seen_before(db, told.payment)
    outbox.tell(db, w.shop.owner_id, "payment_claimed", {**buyer_facts(db, told), "reused": reused}, now)
    return told


def may_claim_again(db: Reader, w: Whole, proof_id: int | None) -> bool:
    """A claim is repeated with a proof in hand, or after the seller looked and saw nothing."""
    if w.order.state != "placed" or w.payment.state != "claimed":
        return False
    newest = select(OrderStep.step).where(OrderStep.order_id == w.order.id).order_by(OrderStep.id.desc())
    return proof_id is not None or db.scalar(newest.limit(1)) == "not_there"


def proof_seen_before(db: Reader, payment: Payment) -> bool:
    """Whether the very same picture was sent as a proof before, for this or any other order."""
    if payment.proof_id is None:
        return False
    digest = select(Media.digest).where(Media.id == payment.proof_id).scalar_subquery()
    same = select(Media.id).where(Media.digest == digest, Media.id != payment.proof_id)
    earlier = select(Payment.id).where(Payment.proof_id.in_(same)).limit(1)
    paid_out = select(PayoutAttempt.id).where(PayoutAttempt.proof_id.in_(same)).limit(1)
    return bool(db.scalar(earlier) or db.scalar(paid_out))


def not_there(db: Writer, order_id: int, seller_id: int, now: datetime) -> Whole:
    """The seller sees no money yet. The buyer is asked to look, kindly; nothing is cancelled."""
    w = sold_by(db, order_id, seller_id)
    if w.payment.state not in {"due", "claimed"} or w.order.state != "placed":
        raise AlreadyDone
    step(db, w.order, "not_there", seller_id, now)
    outbox.tell(db, w.order.buyer_id, "not_there", facts_of(w), now)
    return w


def confirm(db: Writer, order_id: int, seller_id: int, now: datetime) -> Whole:
    """*Uang masuk*: the order is paid, the commission accrues, everybody is told. Raises `AlreadyDone`."""
    w = sold_by(db, order_id, seller_id)
    if w.order.state == "released":
        revive(db, w, now)
    elif w.order.total is None:
        raise FeeMissing(code=w.order.code)
    elif w.order.state == "cancelled" or (w.payment.method == "cod" and w.order.state == "placed"):
        raise TooLate(why=w.order.code)
    paid = update(Payment).where(Payment.order_id == order_id, Payment.state.in_(["due", "claimed", "void"]))
    if not rows.changed(db, paid.values(state="confirmed", confirmed_at=now, confirmed_by=seller_id)):
        raise AlreadyDone
    end_hold(db, order_id)
    step(db, w.order, "confirmed", seller_id, now)
    accruals.accrue(db, accruals.sale_of(w.order), now)
    if w.order.release_held:
        accruals.hold(db, accruals.sale_of(w.order), now, again=f"paid:{now.isoformat()}")
    told = whole(db, order_id)
    outbox.tell(db, w.order.buyer_id, "paid", {**facts_of(told), "may_cancel": may_cancel(told, now)}, now)
    if told.order.state in {"sent", "received"}:
        from storefront.selling.orders.fulfilling import schedule_release

        schedule_release(db, told, now)
    return told


def revive(db: Writer, w: Whole, now: datetime) -> None:
    """Money came after the hold had ended: the order gets its place back if there is one. Raises `SoldOut`."""
    batches.take_all(db, w.lines, now)
    if w.order.slot_id:
        slots.take(db, w.shop.id, w.order.slot_id)
    change_order(db, w.order.id, state="placed", is_open=True, closed_at=None)


def undo(db: Writer, order_id: int, seller_id: int, now: datetime) -> Whole:
    """*Salah pencet*: take a wrong *Uang masuk* back within five minutes. Raises `TooLate` or `AlreadyDone`."""
    w = sold_by(db, order_id, seller_id)
    if w.payment.state != "confirmed" or w.order.state != "placed":
        raise AlreadyDone
    if w.payment.confirmed_at and now - w.payment.confirmed_at > UNDO_WITHIN:
        raise TooLate(why=w.order.code)
    before = "claimed" if w.payment.claimed_at else "due"
    change_payment(db, order_id, state=before, confirmed_at=None, confirmed_by=None)
    if before == "due":
        change_order(db, order_id, hold_until=now + UNDONE_HELD)
        chores.schedule(db, "hold_ends", order_id, now + UNDONE_HELD, again=now.isoformat())
    step(db, w.order, "undone", seller_id, now)
    accruals.void(db, accruals.sale_of(w.order), "wrong_tap", now)
    told = whole(db, order_id)
    outbox.tell(db, w.order.buyer_id, "paid_undone", facts_of(told), now)
    return told


def hold_reminder(db: Writer, order_id: int, now: datetime) -> None:
    """Half an hour before the hold ends: one gentle word to whoever can pay and has not said anything."""
    w = whole(db, order_id, lock=True)
    if not is_unpaid(w) or w.order.hold_until is None:
        return
    if w.order.total is not None:
        outbox.tell(db, w.order.buyer_id, "hold_reminder", facts_of(w), now)
    chores.schedule(db, "hold_ends", order_id, w.order.hold_until, again=w.order.hold_until.isoformat())


def reserve(db: Writer, order_id: int, buyer_id: int, now: datetime) -> Whole:
    """*Keep dulu ya*: held a day, or until orders close, and once only. Raises `AlreadyDone` or `TooLate`."""
    w = owned(db, order_id, buyer_id)
    if not is_unpaid(w) or w.order.hold_until is None:
        raise TooLate(why=w.order.code)
    if w.order.kept_at is not None:
        raise AlreadyDone
    until = now + KEPT_FOR
    if w.batch.closes_at is not None:
        until = max(min(until, w.batch.closes_at), w.order.hold_until)
    end_hold(db, order_id)
    change_order(db, order_id, hold_until=until, kept_at=now)
    chores.schedule(db, "hold_reminder", order_id, until - REMINDED_BEFORE, again=now.isoformat())
    step(db, w.order, "kept", buyer_id, now)
    told = whole(db, order_id)
    facts = {**buyer_facts(db, told), "no_shows": no_shows(db, told)}
    staff.tell(db, w.shop, "order_kept", facts, now, buyer_id=buyer_id)
    return told


def no_shows(db: Reader, w: Whole) -> int:
    """How often this buyer kept something at this shop and let it go; for this seller's eyes alone."""
    customer = db.get(Customer, (w.shop.id, w.order.buyer_id), populate_existing=True)
    return customer.no_shows if customer else 0


def note_no_show(db: Writer, w: Whole) -> None:
    key = {"shop_id": w.shop.id, "person_id": w.order.buyer_id}
    rows.add_once(db, Customer, **key, received=0)
    mine = update(Customer).where(Customer.shop_id == w.shop.id, Customer.person_id == w.order.buyer_id)
    db.execute(mine.values(no_shows=Customer.no_shows + 1))


def hold_ends(db: Writer, order_id: int, now: datetime) -> None:
    """Two hours without a claim: the seller is asked first whether the money came; then half an hour more."""
    w = whole(db, order_id, lock=True)
    if not is_unpaid(w):
        return
    if w.order.total is None or w.payment.method in {None, "cod"}:
        release(db, order_id, now)
        return
    outbox.tell(db, w.shop.owner_id, "any_money", buyer_facts(db, w), now)
    chores.schedule(db, "release_order", order_id, now + ASKED_AFTER_HOLD, again=now.isoformat())


def release(db: Writer, order_id: int, now: datetime) -> None:
    """Nobody paid and nobody answered: the place goes to somebody else."""
    w = whole(db, order_id, lock=True)
    if not is_unpaid(w):
        return
    change_order(db, order_id, state="released", is_open=False, closed_at=now)
    change_payment(db, order_id, state="void")
    batches.give_back_all(db, w.lines, now)
    slots.give_back(db, w.order.slot_id)
    if w.order.kept_at is not None:
        note_no_show(db, w)
    step(db, w.order, "released", None, now)
    outbox.tell(db, w.order.buyer_id, "released", facts_of(w), now)


def owned(db: Writer, order_id: int, buyer_id: int) -> Whole:
    """The buyer's own order, locked; anybody else's, or none, is refused with the same `NotYours`."""
    w = locked(db, order_id)
    if w.order.buyer_id != buyer_id:
        raise NotYours
    return w


def sold_by(db: Writer, order_id: int, seller_id: int, *, by_staff: bool = False) -> Whole:
    """An order of the seller's own shop, locked; anybody else's, or none, is refused with the same `NotYours`.

    ``by_staff``: whoever works in the shop may do this too, except for what she ordered herself. What is about money
    is the owner's: raises `OwnersOnly`.
    """
    w = locked(db, order_id)
    if w.shop.owner_id == seller_id:
        return w
    refusal = staff.refusal(db, w.shop.id, seller_id)
    if isinstance(refusal, OwnersOnly) and by_staff and w.order.buyer_id != seller_id:
        return w
    raise refusal


def locked(db: Writer, order_id: int) -> Whole:
    try:
        return whole(db, order_id, lock=True)
    except NoResultFound:
        raise NotYours from None


def change_order(db: Writer, order_id: int, **values: object) -> None:
    db.execute(update(Order).where(Order.id == order_id).values(**values))


def change_payment(db: Writer, order_id: int, **values: object) -> None:
    db.execute(update(Payment).where(Payment.order_id == order_id).values(**values))


def end_hold(db: Writer, order_id: int) -> None:
    change_order(db, order_id, hold_until=None)
    chores.cancel_all(db, ["hold_reminder", "hold_ends", "release_order"], order_id)


def step(db: Writer, order: Order, what: str, person_id: int | None, now: datetime) -> None:
    """Write down what happened, who did it and when."""
    rows.add(db, OrderStep, shop_id=order.shop_id, order_id=order.id, step=what, person_id=person_id, at=now)


def payable_to(db: Reader, w: Whole) -> Destination:
    """Where this order is paid: the destination frozen when the way was chosen."""
    assert w.payment.destination_id, "the way to pay was chosen"
    return db.get_one(Destination, w.payment.destination_id)
