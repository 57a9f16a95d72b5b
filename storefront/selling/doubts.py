"""When a commission looks odd: it waits, both sides read why, and whoever keeps silent loses nothing by it.

The order itself goes on. Until the deadline the seller may pay it all the same, and whoever runs the hub may decide;
if nobody does, it is the creator's. The rules for what looks odd are in `referral.suspicions`.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update

from referral.suspicions import DECIDED_WITHIN, FLOOD, FLOOD_WITHIN, TRIED_WITHIN, Evidence, suspicions
from storefront import chores, outbox, rows
from storefront.database import Reader, Writer
from storefront.earning import accruals, touches
from storefront.models import (
    Attribution,
    Chore,
    Commission,
    CommissionHold,
    Destination,
    Identity,
    Media,
    Order,
    Person,
    Profile,
    ProofPrint,
    Recipient,
    Shop,
    Staff,
    UsualAddress,
)
from storefront.people import name_of
from storefront.reading.noise import plain
from storefront.refusals import AlreadyDone, NotYours
from storefront.selling.cases import tell_operators
from storefront.selling.orders.fulfilling import release_commission
from storefront.selling.orders.paying import change_order
from storefront.selling.orders.views import Whole, whole


def raised(db: Writer, w: Whole, now: datetime) -> dict[str, object] | None:
    """Look at an order whose money has come; where something is odd its commission will wait.

    Returns what its creator is told of it, None for an ordinary order. An order is looked at once.
    """
    thanked = db.get(Attribution, w.order.id)
    if thanked is None or thanked.creator_id is None or of_order(db, w.order.id):
        return None
    reasons = suspicions(evidence(db, w, thanked))
    if not reasons:
        return None
    due = now + DECIDED_WITHIN
    values = {"shop_id": w.shop.id, "creator_id": thanked.creator_id, "reasons": list(reasons)}
    hold_id = rows.add(db, CommissionHold, order_id=w.order.id, at=now, due_at=due, **values)
    chores.schedule(db, "doubt_ends", hold_id, due)
    facts = {
        "hold": hold_id,
        "order": w.order.code,
        "code": thanked.code,
        "creator": name_of(db, thanked.creator_id),
        "reasons": list(reasons),
        "until": due.isoformat(),
    }
    outbox.tell(db, w.shop.owner_id, "commission_doubted", facts, now)
    tell_operators(db, "doubt_to_decide", {**facts, "shop": w.shop.name}, now, but=w.shop.owner_id)
    return {"reasons": list(reasons), "until": due.isoformat()}


def of_order(db: Reader, order_id: int) -> CommissionHold | None:
    return db.scalar(select(CommissionHold).where(CommissionHold.order_id == order_id))


# -- what is known -------------------------------------------------------------------------------------


def evidence(db: Reader, w: Whole, thanked: Attribution) -> Evidence:
    """The roll-ups of one order, each from a few rows."""
    buyer, creator, owner = w.order.buyer_id, thanked.creator_id or 0, w.shop.owner_id
    phones, accounts = phones_of(db, {buyer, creator, owner}), accounts_of(db, {buyer, creator, owner}, w.shop.id)
    return Evidence(
        same_phone=shares(phones, buyer, creator),
        same_account=shares(accounts, buyer, creator),
        same_address=lives_there(db, w.order.id, creator),
        same_proof=showed_it(db, w.order.id, creator),
        with_the_seller=helps(db, w.shop.id, {buyer, creator})
        or any(shares(known, owner, one) for known in (phones, accounts) for one in (buyer, creator)),
        orders_lately=orders_lately(db, thanked, w.order.placed_at),
        codes_tried=codes_tried(thanked, w.order.placed_at),
        own_door=own_door(db, w, thanked),
        given_back=given_back(db, thanked, buyer),
    )


def shares(known: dict[int, set[Any]], one: int, other: int) -> bool:
    return bool(known.get(one, set()) & known.get(other, set()))


def phones_of(db: Reader, people: Collection[int]) -> dict[int, set[str]]:
    """The numbers people write from, and those they gave themselves, as digits."""
    found: dict[int, set[str]] = {}
    writes = select(Identity.person_id, Identity.address).where(
        Identity.person_id.in_(people), Identity.channel == "whatsapp"
    )
    gave = select(Profile.person_id, Profile.phone).where(Profile.person_id.in_(people), Profile.phone.is_not(None))
    for person, number in [*db.execute(writes), *db.execute(gave)]:
        digits = "".join(sign for sign in number if sign.isdigit())
        if digits:
            found.setdefault(person, set()).add(digits.removeprefix("62").removeprefix("0"))
    return found


def accounts_of(db: Reader, people: Collection[int], shop_id: int) -> dict[int, set[bytes]]:
    """The accounts people are paid to, as fingerprints; the shop's own is its owner's."""
    used = select(Destination.person_id, Destination.shop_id, Destination.fingerprint, Shop.owner_id)
    mine = or_(Destination.person_id.in_(people), Destination.shop_id == shop_id)
    owned = used.outerjoin(Shop, Shop.id == Destination.shop_id).where(mine, Destination.fingerprint.is_not(None))
    found: dict[int, set[bytes]] = {}
    for person, _, fingerprint, owner in db.execute(owned):
        found.setdefault(person or owner, set()).add(fingerprint or b"")
    return found


def lives_there(db: Reader, order_id: int, creator: int) -> bool:
    """Whether it goes where the creator has her own things brought."""
    to_a_door = select(Recipient.address).join(Order, Order.id == Recipient.order_id).where(Order.handover == "deliver")
    brought = db.scalar(to_a_door.where(Recipient.order_id == order_id))
    if not brought:
        return False
    hers = (UsualAddress.person_id == creator, UsualAddress.handover == "deliver")
    homes = db.scalars(select(UsualAddress.address).where(*hers).limit(20))
    return plain(brought) in {plain(home) for home in homes if home}


def showed_it(db: Reader, order_id: int, creator: int) -> bool:
    """Whether its proof is a picture the creator has shown as well."""
    mine = select(Media.digest, ProofPrint.pixels).join(ProofPrint, ProofPrint.media_id == Media.id)
    shown = db.execute(mine.where(ProofPrint.order_id == order_id).limit(5)).all()
    if not shown:
        return False
    same = or_(Media.digest.in_([row.digest for row in shown]), ProofPrint.pixels.in_([row.pixels for row in shown]))
    hers = select(Media.id).outerjoin(ProofPrint, ProofPrint.media_id == Media.id).where(Media.person_id == creator)
    return db.scalar(hers.where(same, Media.digest != b"").limit(1)) is not None


def helps(db: Reader, shop_id: int, people: Collection[int]) -> bool:
    works = select(Staff.person_id).where(Staff.shop_id == shop_id, Staff.removed_at.is_(None))
    return db.scalar(works.where(Staff.person_id.in_(people)).limit(1)) is not None


def orders_lately(db: Reader, thanked: Attribution, placed_at: datetime) -> int:
    """How many paid orders came through this code in the hour before this one, with it; no further than matters."""
    around = Order.placed_at.between(placed_at - FLOOD_WITHIN, placed_at)
    lately = select(Order.id).join(Commission, Commission.order_id == Order.id).distinct()
    through = lately.where(Commission.deal_id == thanked.deal_id, around, Order.id != thanked.order_id)
    some = through.limit(FLOOD).subquery()
    return (db.scalar(select(func.count()).select_from(some)) or 0) + 1


def codes_tried(thanked: Attribution, placed_at: datetime) -> int:
    met: Sequence[dict[str, Any]] = thanked.weighed.get("touches", [])
    since = placed_at - TRIED_WITHIN
    return len({touch["deal"] for touch in met if datetime.fromisoformat(touch["at"]) >= since})


def own_door(db: Reader, w: Whole, thanked: Attribution) -> timedelta | None:
    """How long before the code she had come in by the shop's own door; None where she had not."""
    came = touches.own_door(db, w.shop.id, w.order.buyer_id)
    if came is None or thanked.touched_at is None or came > thanked.touched_at:
        return None
    return thanked.touched_at - came


def given_back(db: Reader, thanked: Attribution, buyer: int) -> int:
    """Earlier orders of this buyer through this code whose money went back."""
    gone = Commission.void_reason == "cancelled"
    again = select(func.count(Commission.order_id.distinct())).join(Order, Order.id == Commission.order_id)
    mine = (Commission.deal_id == thanked.deal_id, Order.buyer_id == buyer, Order.id != thanked.order_id)
    return db.scalar(again.where(*mine, gone)) or 0


# -- what is decided -----------------------------------------------------------------------------------


def pay_all_the_same(db: Writer, hold_id: int, seller_id: int, now: datetime) -> Whole:
    """The seller sees nothing odd in it. Raises `NotYours` or `AlreadyDone`."""
    hold = db.get(CommissionHold, hold_id)
    if hold is None or db.get_one(Shop, hold.shop_id).owner_id != seller_id:
        raise NotYours
    return decided(db, hold, "valid", "", seller_id, now)


def judge(db: Writer, hold_id: int, operator_id: int, words: str, now: datetime, *, is_valid: bool) -> Whole:
    """Whoever runs the hub decides, never about his own shop or himself. Raises `NotYours` or `AlreadyDone`."""
    hold = db.get(CommissionHold, hold_id)
    person = db.get(Person, operator_id)
    if hold is None or person is None or not person.is_operator:
        raise NotYours
    buyer = db.scalars(select(Order.buyer_id).where(Order.id == hold.order_id)).one()
    if operator_id in {db.get_one(Shop, hold.shop_id).owner_id, hold.creator_id, buyer}:
        raise NotYours
    return decided(db, hold, "valid" if is_valid else "invalid", words, operator_id, now)


def lapses(db: Writer, hold_id: int, now: datetime) -> None:
    """Nobody decided in time: it is the creator's."""
    hold = db.get(CommissionHold, hold_id)
    if hold is not None and hold.decided_at is None:
        decided(db, hold, "lapsed", "", None, now)


def decided(db: Writer, hold: CommissionHold, decision: str, words: str, by: int | None, now: datetime) -> Whole:
    """Write it down, tell the creator, and let the commission go on, or go."""
    still = update(CommissionHold).where(CommissionHold.id == hold.id, CommissionHold.decided_at.is_(None))
    outcome = {"decided_at": now, "decision": decision, "decided_by": by, "words": words or None}
    if not rows.changed(db, still.values(**outcome)):
        raise AlreadyDone
    if by is not None:  # else this is that very chore
        chores.cancel_all(db, ["doubt_ends"], hold.id)
    w = whole(db, hold.order_id, lock=True)
    sale = accruals.sale_of(w.order)
    amount = accruals.disallow(db, sale, "not_valid", now) if decision == "invalid" else 0
    if accruals.may_go_on(db, w.order.id):
        accruals.unhold(db, sale, now, again=f"doubt:{hold.id}")
        change_order(db, w.order.id, release_held=False)
        if is_over(db, w.order.id):
            release_commission(db, w.order.id, now)
    if by is None and not accruals.of_order(db, w.order.id):
        return w  # nothing stands any more, so there is nothing to say
    facts = {"order": w.order.code, "shop": w.shop.name, "decision": decision, "words": words, "amount": amount}
    outbox.tell(db, hold.creator_id, "doubt_decided", {**facts, "currency": w.order.currency}, now)
    if by != w.shop.owner_id:
        outbox.tell(db, w.shop.owner_id, "doubt_decided_seller", {**facts, "currency": w.order.currency}, now)
    return whole(db, w.order.id)


def is_over(db: Reader, order_id: int) -> bool:
    """Whether the holding period of an order has ended while its commission waited."""
    mine = (Chore.kind == "release_commission", Chore.subject_id == order_id)
    asked = db.scalars(select(Chore.done_at).where(*mine)).all()
    return bool(asked) and all(done_at is not None for done_at in asked)
