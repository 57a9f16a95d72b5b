"""How an order is paid. A buyer's word and a photo are claims; an order is paid when the seller says *Uang masuk*."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import NoResultFound

from storefront import chores, outbox, rows
from storefront.database import Reader, Writer
from storefront.models import Coupon, Customer, Destination, Order, OrderStep, Payment
from storefront.money import written
from storefront.refusals import AlreadyDone, NotYours, NoWayToPay, OwnersOnly, ShopFrozen, TooLate, TooLittleCash
from storefront.selling import batches, proofs, shops, slots, staff, trust
from storefront.selling.orders import amounts
from storefront.selling.orders.views import Whole, buyer_facts, facts_of, is_unpaid, whole

UNDO_WITHIN = timedelta(minutes=5)
UNDONE_HELD = timedelta(hours=2)
ASKED_AFTER_HOLD = timedelta(minutes=30)
REMINDED_BEFORE = timedelta(minutes=30)
KEPT_FOR = timedelta(hours=24)


def choose(db: Writer, order_id: int, buyer_id: int, way: str, now: datetime) -> Whole:
    """The buyer chooses QRIS, transfer or cash on delivery. Raises `NoWayToPay`, `AlreadyDone` or `ShopFrozen`."""
    w = owned(db, order_id, buyer_id)
    if w.payment.state != "due" or w.order.total is None or not is_to_be_paid(w):
        raise AlreadyDone
    if way == "cod" and w.order.cause_id is not None:
        raise NoWayToPay  # nobody takes cash at the door of who is given to
    if way == "cod" and not w.shop.frozen_at:
        return choose_cod(db, w, now)
    must_be_shown(w)
    trust.must_be_trusted(db, w)
    destination = shops.destination_for(db, w.shop.id, way)
    if destination is None:
        raise NoWayToPay
    return to_be_paid_to(db, w, destination, way)


def must_be_shown(w: Whole) -> None:
    """Where to pay is shown by no shop that is frozen, and by none that sells for cash only just now.

    Raises `ShopFrozen` or `NoWayToPay`.
    """
    if w.shop.frozen_at:
        raise ShopFrozen(shop=w.shop.name)
    if w.shop.is_cash_only:
        raise NoWayToPay


def is_to_be_paid(w: Whole) -> bool:
    """Whether it is for the buyer to say how: what is placed and not agreed in cash, or a balance that is open."""
    if w.payment.part == "balance":
        return w.order.state in {"placed", "sent", "received"}
    return w.order.state == "placed" and w.payment.accepted_at is None


def to_be_paid_to(db: Writer, w: Whole, destination: Destination, way: str) -> Whole:
    """Freeze where an order is paid, and what it comes to there."""
    change_payment(db, w.order.id, method=way, destination_id=destination.id)
    change_order(db, w.order.id, destination_commitment=shops.committed(db, destination))
    bring_sums_along(db, w.order.id)
    return whole(db, w.order.id)


def bring_sums_along(db: Writer, order_id: int) -> None:
    """The total and what is to be paid now, after any part of the sum has changed. Cash has no unique code."""
    w = whole(db, order_id)
    if w.order.fee is None:
        return
    code = 0 if w.payment.method == "cod" and w.payment.part == "whole" else w.order.unique_code
    total = amounts.total(w.order.goods, w.order.discount, w.order.fee, code)
    change_order(db, order_id, total=total)
    if w.payment.part == "deposit":
        change_payment(db, order_id, amount=min(amounts.deposit(w.order), total))
    elif w.payment.part == "whole":
        change_payment(db, order_id, amount=total)


def bill(db: Writer, order_id: int, seller_id: int) -> Whole:
    """What a buyer owes, for the seller to pass on herself. Raises `NoWayToPay` or `AlreadyDone`."""
    w = sold_by(db, order_id, seller_id)
    if w.payment.state != "due" or w.order.state != "placed" or w.order.total is None:
        raise AlreadyDone
    must_be_shown(w)
    destination = shops.destination_of(db, w.shop.id)
    if destination is None:
        raise NoWayToPay
    return to_be_paid_to(db, w, destination, "qris" if destination.kind == "qris" else "transfer")


def choose_cod(db: Writer, w: Whole, now: datetime) -> Whole:
    """Cash needs no unique code. A known buyer's word is enough; for a stranger the seller says yes first."""
    if not (w.shop.takes_cod or w.shop.is_cash_only) or w.payment.part == "deposit":
        raise NoWayToPay
    change_payment(db, w.order.id, method="cod", destination_id=None)
    bring_sums_along(db, w.order.id)
    if w.payment.part == "balance":
        return whole(db, w.order.id)
    if is_known(db, w.shop.id, w.order.buyer_id):
        accept(db, w.order.id, now)
        told = whole(db, w.order.id)
        staff.tell(db, w.shop, "cod_placed", buyer_facts(db, told), now, buyer_id=w.order.buyer_id)
        return told
    told = whole(db, w.order.id)
    staff.tell(db, w.shop, "cod_asked", buyer_facts(db, told), now, buyer_id=w.order.buyer_id)
    return told


def note_cash(db: Writer, order_id: int, buyer_id: int, ready: int) -> Whole:
    """The note she has ready, so that the change comes along. Raises `AlreadyDone` where nothing is paid in cash."""
    w = owned(db, order_id, buyer_id)
    if w.payment.method != "cod" or w.payment.state != "due":
        raise AlreadyDone
    if ready < (w.payment.amount or 0):
        raise TooLittleCash(total=written(w.payment.amount or 0, w.order.currency))
    change_payment(db, order_id, cash_ready=ready)
    return whole(db, order_id)


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
    claimed = update(Payment).where(Payment.order_id == order_id, Payment.is_current, Payment.state == "due", not_cash)
    is_first = w.order.state == "placed" and rows.changed(db, claimed.values(state="claimed", claimed_at=now))
    if not is_first and not may_claim_again(db, w, proof_id):
        raise AlreadyDone
    change_payment(db, order_id, proof_id=proof_id or w.payment.proof_id)
    end_hold(db, order_id)
    step(db, w.order, "claimed", buyer_id, now)
    told = whole(db, order_id)
    reused = proofs.seen_before(db, told, now) if proof_id else None
    outbox.tell(db, w.shop.owner_id, "payment_claimed", {**buyer_facts(db, told), "reused": reused}, now)
    return told


def may_claim_again(db: Reader, w: Whole, proof_id: int | None) -> bool:
    """A claim is repeated with a proof in hand, or after the seller looked and saw nothing."""
    if w.order.state != "placed" or w.payment.state != "claimed":
        return False
    newest = select(OrderStep.step).where(OrderStep.order_id == w.order.id).order_by(OrderStep.id.desc())
    return proof_id is not None or db.scalar(newest.limit(1)) in {"not_there", "short"}


def not_there(db: Writer, order_id: int, seller_id: int, now: datetime) -> Whole:
    """The seller sees no money yet. The buyer is asked to look, kindly; nothing is cancelled."""
    w = sold_by(db, order_id, seller_id)
    if w.payment.state not in {"due", "claimed"} or w.order.state != "placed":
        raise AlreadyDone
    step(db, w.order, "not_there", seller_id, now)
    outbox.tell(db, w.order.buyer_id, "not_there", facts_of(w), now)
    return w


def taken_back(db: Writer, w: Whole, before: str, seller_id: int, now: datetime) -> Whole:
    """A wrong tap is undone: the order waits for its money again, and who was told is told."""
    if before == "due":
        change_order(db, w.order.id, hold_until=now + UNDONE_HELD)
        chores.schedule(db, "hold_ends", w.order.id, now + UNDONE_HELD, again=now.isoformat())
    step(db, w.order, "undone", seller_id, now)
    told = whole(db, w.order.id)
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
    free_coupon(db, w.order)
    batches.give_back_all(db, w.lines, now)
    slots.give_back(db, w.order.slot_id)
    if w.order.kept_at is not None:
        note_no_show(db, w)
    step(db, w.order, "released", None, now)
    outbox.tell(db, w.order.buyer_id, "released", facts_of(w), now)


def free_coupon(db: Writer, order: Order) -> None:
    """The order came to nothing: somebody else may use its coupon."""
    if order.coupon_id:
        db.execute(update(Coupon).where(Coupon.id == order.coupon_id).values(used=Coupon.used - 1))


def take_coupon_again(db: Writer, order: Order) -> None:
    """The order stands again, and she had the coupon: it counts again, whoever has come since."""
    if order.coupon_id:
        db.execute(update(Coupon).where(Coupon.id == order.coupon_id).values(used=Coupon.used + 1))


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


def look_at(db: Reader, order_id: int) -> Whole:
    """An order as it stands, for whoever may see it to be decided; none is refused with `NotYours`."""
    try:
        return whole(db, order_id)
    except NoResultFound:
        raise NotYours from None


def locked(db: Writer, order_id: int) -> Whole:
    try:
        return whole(db, order_id, lock=True)
    except NoResultFound:
        raise NotYours from None


def change_order(db: Writer, order_id: int, **values: object) -> None:
    db.execute(update(Order).where(Order.id == order_id).values(**values))


def change_payment(db: Writer, order_id: int, **values: object) -> None:
    db.execute(update(Payment).where(Payment.order_id == order_id, Payment.is_current).values(**values))


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
