"""*Kok nol?* A creator says that an order came through her although the rule thanked nobody.

She reads the rule's answer first. If she objects, the seller may let it stand, or say why not; then whoever runs the
hub may be asked. An order that thanks somebody already is not taken from her.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from referral.terms import OBJECTED_WITHIN, OBJECTION_ANSWERED_WITHIN
from storefront import chores, outbox, rows
from storefront.database import Reader, Writer
from storefront.earning import accruals, deals, rates
from storefront.models import Attribution, Deal, Objection, Order, Person, Shop
from storefront.people import name_of
from storefront.refusals import AlreadyDone, NotYours, ObjectedAlready, TooLateToObject
from storefront.selling.cases import tell_operators
from storefront.selling.doubts import is_over
from storefront.selling.orders.fulfilling import release_commission
from storefront.selling.orders.views import whole

NEVER_DISPUTED = {"own_order", "resale", "waived"}  # a rule that no seller may set aside


def why_not(db: Reader, order: Order, creator_id: int) -> str | None:
    """The reason code why an order does not thank this creator, who had been met by its buyer; None where she had not.

    An order that thanks her is no matter of this.
    """
    thanked = db.get(Attribution, order.id)
    deal = deals.of(db, order.shop_id, creator_id)
    if thanked is None or deal is None or thanked.creator_id == creator_id:
        return None
    if order.buyer_id == creator_id:
        return "own_order"
    return next((reason for lost, reason in thanked.lost if lost == deal.id), None)


def of_order(db: Reader, order_id: int, creator_id: int) -> Objection | None:
    return db.scalar(select(Objection).where(Objection.order_id == order_id, Objection.creator_id == creator_id))


def may_object(db: Reader, order: Order, reason: str | None, now: datetime) -> bool:
    """Whether there is anything to ask for: a young order that thanks nobody, by a rule a seller may waive."""
    if reason is None or reason in NEVER_DISPUTED or now - order.placed_at > OBJECTED_WITHIN:
        return False
    return db.scalar(select(Attribution.creator_id).where(Attribution.order_id == order.id)) is None


def object_to(db: Writer, order: Order, creator_id: int, words: str, now: datetime) -> Objection:
    """She objects; the seller has 48 hours. Raises `NotYours`, `TooLateToObject` or `ObjectedAlready`."""
    reason = why_not(db, order, creator_id)
    deal = deals.of(db, order.shop_id, creator_id)
    if reason is None or deal is None:
        raise NotYours
    if not may_object(db, order, reason, now):
        raise TooLateToObject(code=order.code)
    due = now + OBJECTION_ANSWERED_WITHIN
    who = {"shop_id": order.shop_id, "order_id": order.id, "creator_id": creator_id, "deal_id": deal.id}
    what = {"reason": reason, "words": words, "state": "open", "at": now, "due_at": due}
    if not rows.add_once(db, Objection, **who, **what):
        raise ObjectedAlready(code=order.code)
    found = of_order(db, order.id, creator_id)
    assert found, "it has just been written"
    chores.schedule(db, "objection_due", found.id, due)
    shop = db.get_one(Shop, order.shop_id)
    outbox.tell(db, shop.owner_id, "objected", facts_of(db, found), now)
    return found


def facts_of(db: Reader, objection: Objection) -> dict[str, object]:
    order = db.get_one(Order, objection.order_id)
    return {
        "objection": objection.id,
        "order": order.code,
        "shop": db.scalar(select(Shop.name).where(Shop.id == objection.shop_id)),
        "creator": name_of(db, objection.creator_id),
        "reason": objection.reason,
        "words": objection.words,
        "until": objection.due_at.isoformat(),
        "reply": objection.reply or "",
        "currency": order.currency,
    }


def of_seller(db: Reader, objection_id: int, seller_id: int) -> Objection:
    """An objection this person may answer as the seller. Raises `NotYours`."""
    found = db.get(Objection, objection_id)
    if found is None or db.get_one(Shop, found.shop_id).owner_id != seller_id:
        raise NotYours
    return found


def of_operator(db: Reader, objection_id: int, operator_id: int) -> Objection:
    """One that waits for whoever runs the hub, who is neither side of it. Raises `NotYours`."""
    found, person = db.get(Objection, objection_id), db.get(Person, operator_id)
    if found is None or person is None or not person.is_operator:
        raise NotYours
    if operator_id in {found.creator_id, db.get_one(Shop, found.shop_id).owner_id}:
        raise NotYours
    return found


def concede(db: Writer, objection: Objection, by: int, now: datetime) -> int:
    """It stands: the order thanks her at what holds today. Returns what she earns. Raises `AlreadyDone`."""
    chores.cancel_all(db, ["objection_due"], objection.id)
    closed(db, objection, "conceded", "", by, now)
    w = whole(db, objection.order_id, lock=True)
    deal = db.get_one(Deal, objection.deal_id)
    holding = rates.frozen(db, deal, now)
    if holding is None or w.order.state not in {"placed", "sent", "received"}:
        raise AlreadyDone
    is_paid = w.payment.state == "confirmed"
    amount = accruals.concede(db, accruals.sale_of(w.order), deal, holding, now, is_paid=is_paid)
    if is_paid and not w.order.release_held and is_over(db, w.order.id):
        release_commission(db, w.order.id, now)
    told(db, objection, by, now, amount=amount)
    return amount


def keep(db: Writer, objection: Objection, by: int, reply: str, now: datetime) -> None:
    """The rule stands, and why; once the mediator has it, it is his to say so. Raises `AlreadyDone`."""
    owner = db.scalars(select(Shop.owner_id).where(Shop.id == objection.shop_id)).one()
    if by == owner and objection.state != "open":
        raise AlreadyDone
    chores.cancel_all(db, ["objection_due"], objection.id)
    closed(db, objection, "kept", reply, by, now)
    told(db, objection, by, now, amount=0)


def closed(db: Writer, objection: Objection, state: str, reply: str, by: int, now: datetime) -> None:
    still = update(Objection).where(Objection.id == objection.id, Objection.state.in_(["open", "mediating"]))
    answer = {"state": state, "reply": reply or None, "decided_by": by, "decided_at": now}
    if not rows.changed(db, still.values(**answer)):
        raise AlreadyDone


def told(db: Writer, objection: Objection, by: int, now: datetime, *, amount: int) -> None:
    fresh = db.get_one(Objection, objection.id, populate_existing=True)
    owner = db.scalars(select(Shop.owner_id).where(Shop.id == objection.shop_id)).one()
    facts = {**facts_of(db, fresh), "state": fresh.state, "amount": amount, "by_seller": by == owner}
    outbox.tell(db, objection.creator_id, "objection_answered", facts, now)
    if by != owner:
        outbox.tell(db, owner, "objection_decided", facts, now)


def ask_mediator(db: Writer, objection_id: int, creator_id: int, now: datetime) -> int:
    """The seller said no, and she would like somebody else to look; returns how many were asked.

    Raises `NotYours`, or `AlreadyDone` where that has been done.
    """
    found = db.get(Objection, objection_id)
    if found is None or found.creator_id != creator_id:
        raise NotYours
    owner = db.scalars(select(Shop.owner_id).where(Shop.id == found.shop_id)).one()
    refused = update(Objection).where(
        Objection.id == found.id, Objection.state == "kept", Objection.decided_by == owner
    )
    if not rows.changed(db, refused.values(state="mediating")):
        raise AlreadyDone
    asked = tell_operators(db, "objection_to_decide", facts_of(db, found), now, but=owner)
    chores.schedule(db, "objection_due", found.id, now + MEDIATED_WITHIN, again="mediating")
    if not asked:  # nobody else runs this hub: the seller's answer stays
        db.execute(update(Objection).where(Objection.id == found.id).values(state="kept"))
    return asked


MEDIATED_WITHIN = timedelta(days=7)


def due(db: Writer, objection_id: int, now: datetime) -> None:
    """The seller kept silent: whoever runs the hub decides. Where he does too, the rule stands, and that is said."""
    found = db.get(Objection, objection_id)
    if found is None or found.state not in {"open", "mediating"}:
        return
    owner = db.scalars(select(Shop.owner_id).where(Shop.id == found.shop_id)).one()
    if found.state == "open":
        db.execute(update(Objection).where(Objection.id == found.id).values(state="mediating"))
        if tell_operators(db, "objection_to_decide", facts_of(db, found), now, but=owner):
            chores.schedule(db, "objection_due", found.id, now + MEDIATED_WITHIN, again="mediating")
            return
    closed(db, found, "kept", "", owner, now)
    told(db, found, owner, now, amount=0)
