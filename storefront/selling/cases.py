"""When something went wrong with an order: a case that both sides see, with a clock, offers, and a way out.

    open        the buyer has said what is wrong; the two have 48 hours for it
    offered     the seller offers something: send again, all of the money, a part; the buyer decides
    mediating   nobody agreed in time: whoever runs the hub decides, and never about his own shop
    settled     the outcome is written down

While a case is open, no commission of its order is released. An unsafe one warns everybody who has something of the
same batch, and stops its sale, before anybody argues.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select, update

from storefront import chores, outbox, rows
from storefront.database import Reader, Writer
from storefront.earning import accruals, results
from storefront.models import Batch, CaseNote, Order, OrderLine, Person, Problem, Shop
from storefront.people import name_of
from storefront.refusals import AlreadyDone, CaseOpen, NotYours, OwnCase, StillTalking, TooMuchBack
from storefront.selling import staff
from storefront.selling.orders import refunding
from storefront.selling.orders.fulfilling import schedule_release
from storefront.selling.orders.paying import change_order, owned, sold_by, step
from storefront.selling.orders.views import Whole, buyer_facts, facts_of, whole

BETWEEN_THE_TWO = timedelta(hours=48)
MOST_NOTES = 20
WARNED_MOST = 500

Kind = Literal["not_arrived", "wrong", "spoiled", "short", "unsafe", "other"]
KINDS: tuple[Kind, ...] = ("not_arrived", "wrong", "spoiled", "short", "unsafe", "other")
OFFERS = ("resend", "refund", "part")
DECISIONS = ("refund", "part", "resend", "kept")


@dataclass(frozen=True)
class Case:
    """A case with its order and what was said in it."""

    problem: Problem
    w: Whole
    notes: Sequence[CaseNote]


def report(db: Writer, order_id: int, buyer_id: int, now: datetime, *, kind: Kind = "other", said: str = "") -> Whole:
    """*Ada masalah*: a case is opened and the seller told at once. A second one only where somebody may be unwell.

    Raises `CaseOpen`.
    """
    w = owned(db, order_id, buyer_id)
    known = open_of(db, order_id)
    if known and (kind != "unsafe" or known.is_unsafe):
        if said:
            note(db, known.id, buyer_id, said, None, now)
        raise CaseOpen(code=w.order.code)
    values = {"shop_id": w.shop.id, "order_id": order_id, "person_id": buyer_id, "is_unsafe": kind == "unsafe"}
    problem_id = rows.add(db, Problem, **values, at=now, kind=kind, state="open", due_at=now + BETWEEN_THE_TWO)
    if not w.order.release_held:
        accruals.hold(db, accruals.sale_of(w.order), now, again=str(problem_id))
        change_order(db, order_id, release_held=True)
    step(db, w.order, "unsafe" if kind == "unsafe" else "problem", buyer_id, now)
    if said:
        write_note(db, w.shop.id, problem_id, buyer_id, said, None, now)
    results.complained(db, order_id, now)
    chores.cancel_all(db, ["arrived_yet"], order_id)
    chores.schedule(db, "case_due", problem_id, now + BETWEEN_THE_TWO)
    facts = {**buyer_facts(db, w), "unsafe": kind == "unsafe", "kind": kind, "said": said, "case": problem_id}
    staff.tell(db, w.shop, "problem_reported", facts, now, buyer_id=buyer_id)
    if kind == "unsafe":
        warn(db, w, now)
    return w


def open_of(db: Reader, order_id: int) -> Problem | None:
    """The case of an order that is not settled; the newest, where there are two."""
    still = select(Problem).where(Problem.order_id == order_id, Problem.settled_at.is_(None))
    return db.scalar(still.order_by(Problem.id.desc()).limit(1).execution_options(populate_existing=True))


# -- unsafe food -----------------------------------------------------------------------------------------


def warn(db: Writer, w: Whole, now: datetime) -> None:
    """Stop the sale of what the order is of, and tell everybody else who has some or will have."""
    batch_ids = {line.batch_id for line in w.lines}
    names = sorted({line.product_name for line in w.lines})
    stop_sale(db, batch_ids, now)
    holders = (
        select(Order.buyer_id, Order.code)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(OrderLine.batch_id.in_(batch_ids), OrderLine.quantity > 0, Order.id != w.order.id)
        .where(Order.state.in_(["placed", "sent", "received"]))
        .distinct()
        .limit(WARNED_MOST)
    )
    told = db.execute(holders).all()
    for buyer_id, code in told:
        facts = {"shop": w.shop.name, "shop_id": w.shop.id, "product": ", ".join(names), "code": code}
        outbox.tell(db, buyer_id, "batch_unsafe", facts, now)
    facts = {"shop": w.shop.name, "shop_id": w.shop.id, "code": w.order.code, "product": ", ".join(names)}
    tell_operators(db, "unsafe_reported", {**facts, "warned": len(told)}, now)


def stop_sale(db: Writer, batch_ids: set[int], now: datetime) -> None:
    """Nobody orders from these batches any more; their lists and orders stay."""
    db.execute(update(Batch).where(Batch.id.in_(batch_ids), Batch.closed_at.is_(None)).values(closed_at=now))


def tell_operators(db: Writer, notice: str, facts: dict[str, Any], now: datetime, *, but: int | None = None) -> int:
    """Tell whoever runs the hub; returns how many there are to tell."""
    found = [one for one in db.scalars(select(Person.id).where(Person.is_operator)) if one != but]
    for person_id in found:
        outbox.tell(db, person_id, notice, facts, now)
    return len(found)


# -- what both say ---------------------------------------------------------------------------------------


def of(db: Writer, problem_id: int, person_id: int) -> Case:
    """A case for one of its two sides, or for who runs the hub; anybody else is refused with `NotYours`."""
    problem = db.get(Problem, problem_id, populate_existing=True)
    if problem is None:
        raise NotYours
    w = whole(db, problem.order_id, lock=True)
    person = db.get(Person, person_id)
    if person_id not in {w.order.buyer_id, w.shop.owner_id} and not (person and person.is_operator):
        raise NotYours
    said = select(CaseNote).where(CaseNote.problem_id == problem_id).order_by(CaseNote.id).limit(MOST_NOTES)
    return Case(problem, w, db.scalars(said).all())


def note(db: Writer, problem_id: int, person_id: int, words: str, media_id: int | None, now: datetime) -> Case:
    """One side adds words or a photo; the other one is told."""
    case = of(db, problem_id, person_id)
    if case.problem.settled_at is not None or len(case.notes) >= MOST_NOTES:
        raise AlreadyDone
    write_note(db, case.w.shop.id, problem_id, person_id, words, media_id, now)
    other = case.w.shop.owner_id if person_id == case.w.order.buyer_id else case.w.order.buyer_id
    facts = {**buyer_facts(db, case.w), "case": problem_id, "said": words, "photo": media_id is not None}
    outbox.tell(db, other, "case_noted", {**facts, "from": name_of(db, person_id)}, now)
    return case


def write_note(
    db: Writer, shop_id: int, problem_id: int, person_id: int, words: str, media_id: int | None, now: datetime
) -> None:
    values = {"shop_id": shop_id, "problem_id": problem_id, "person_id": person_id, "at": now}
    rows.add(db, CaseNote, **values, words=words or None, media_id=media_id)


# -- what becomes of it ----------------------------------------------------------------------------------


def offer(db: Writer, problem_id: int, seller_id: int, what: str, amount: int, now: datetime) -> Case:
    """The seller offers to put it right; the buyer decides. Raises `TooMuchBack` or `AlreadyDone`."""
    case = of(db, problem_id, seller_id)
    w = sold_by(db, case.w.order.id, seller_id)
    most = refunding.refundable(db, w)
    worth = {"resend": 0, "refund": most, "part": amount}[what]
    if what != "resend" and not 0 < worth <= most:
        from storefront.money import written

        raise TooMuchBack(code=w.order.code, most=written(most, w.order.currency))
    may = update(Problem).where(Problem.id == problem_id, Problem.settled_at.is_(None))
    mine = may.where(Problem.state.in_(["open", "offered"]))
    if not rows.changed(db, mine.values(state="offered", offer=what, offer_amount=worth)):
        raise AlreadyDone
    step(db, w.order, f"offered_{what}", seller_id, now)
    facts = {**facts_of(w), "case": problem_id, "offer": what, "offered": worth}
    outbox.tell(db, w.order.buyer_id, "case_offer", facts, now)
    return of(db, problem_id, seller_id)


def accept(db: Writer, problem_id: int, buyer_id: int, now: datetime) -> Case:
    """The buyer takes what was offered: it is settled, and what is owed is owed. Raises `AlreadyDone`."""
    case = buyers(db, problem_id, buyer_id)
    if case.problem.state != "offered" or case.problem.offer is None:
        raise AlreadyDone
    settle(db, case, case.problem.offer, case.problem.offer_amount or 0, buyer_id, now)
    return case


def decline(db: Writer, problem_id: int, buyer_id: int, now: datetime) -> Case:
    """Not like that: the seller may offer something else while the clock runs."""
    case = buyers(db, problem_id, buyer_id)
    open_again = update(Problem).where(Problem.id == problem_id, Problem.state == "offered")
    if not rows.changed(db, open_again.values(state="open", offer=None, offer_amount=None)):
        raise AlreadyDone
    outbox.tell(db, case.w.shop.owner_id, "offer_declined", {**buyer_facts(db, case.w), "case": problem_id}, now)
    return case


def put_right(db: Writer, order_id: int, buyer_id: int, now: datetime) -> Whole:
    """The buyer says it is put right, whatever was between. Raises `AlreadyDone`."""
    w = owned(db, order_id, buyer_id)
    problem = open_of(db, order_id)
    if problem is None:
        raise AlreadyDone
    settle(db, Case(problem, w, ()), "put_right", 0, buyer_id, now)
    return w


def buyers(db: Writer, problem_id: int, buyer_id: int) -> Case:
    case = of(db, problem_id, buyer_id)
    if case.w.order.buyer_id != buyer_id:
        raise NotYours
    return case


def settle(db: Writer, case: Case, outcome: str, amount: int, by: int, now: datetime) -> None:
    """Write the outcome down; the commission's clock goes on, and money that is owed becomes a refund to follow."""
    w, problem = case.w, case.problem
    still = db.scalars(select(Problem.id).where(Problem.order_id == w.order.id, Problem.settled_at.is_(None))).all()
    for problem_id in still:
        chores.cancel_all(db, ["case_due"], problem_id)
    ended = update(Problem).where(Problem.id.in_(still))
    db.execute(ended.values(settled_at=now, state="settled", outcome=outcome, decided_by=by))
    refund_id = None
    if amount:
        _, refund_id = refunding.given_back(db, w, amount, "case", now, problem_id=problem.id)
    if accruals.may_go_on(db, w.order.id):
        accruals.unhold(db, accruals.sale_of(w.order), now, again=str(problem.id))
        change_order(db, w.order.id, release_held=False)
    step(db, w.order, "settled", by, now)
    told = whole(db, w.order.id)
    facts = {**buyer_facts(db, told), "outcome": outcome, "back": amount, "refund": refund_id, "case": problem.id}
    if outcome == "put_right":
        outbox.tell(db, w.shop.owner_id, "problem_settled", facts, now)
    else:
        outbox.tell(db, w.shop.owner_id, "case_settled_seller", facts, now)
        if by != w.order.buyer_id:
            outbox.tell(db, w.order.buyer_id, "case_settled_buyer", facts, now)
    if w.order.state in {"sent", "received"}:
        schedule_release(db, told, now)


def due(db: Writer, problem_id: int, now: datetime) -> None:
    """The 48 hours are over: who runs the hub decides, unless it is his own shop."""
    problem = db.get(Problem, problem_id)
    if problem is None or problem.settled_at is not None or problem.state == "mediating":
        return
    to_mediate(db, problem, now)


def ask_mediator(db: Writer, problem_id: int, person_id: int, now: datetime) -> Case:
    """Either side asks for somebody else before the time is over; the seller has had a day by then, or has answered.

    Raises `AlreadyDone`.
    """
    case = of(db, problem_id, person_id)
    if case.problem.settled_at is not None or case.problem.state == "mediating":
        raise AlreadyDone
    to_mediate(db, case.problem, now)
    return of(db, problem_id, person_id)


def to_mediate(db: Writer, problem: Problem, now: datetime) -> None:
    db.execute(update(Problem).where(Problem.id == problem.id).values(state="mediating"))
    w = whole(db, problem.order_id)
    facts = {**buyer_facts(db, w), "case": problem.id, "kind": problem.kind}
    many = tell_operators(db, "case_to_mediate", facts, now, but=w.shop.owner_id)
    for person_id in (w.order.buyer_id, w.shop.owner_id):
        outbox.tell(db, person_id, "case_goes_on", {**facts, "mediators": many}, now)


def decide(db: Writer, problem_id: int, operator_id: int, outcome: str, amount: int, now: datetime) -> Case:
    """Who runs the hub decides, once the two had their time or one of them has called him.

    Raises `OwnCase` for his own shop or order, `StillTalking`, `NotYours` or `AlreadyDone`.

    The hub holds no money, so a decision is an obligation the seller carries, followed like any refund.
    """
    case = of(db, problem_id, operator_id)
    person = db.get_one(Person, operator_id)
    if operator_id in {case.w.shop.owner_id, case.w.order.buyer_id}:
        raise OwnCase
    if not person.is_operator:
        raise NotYours
    if case.problem.settled_at is not None:
        raise AlreadyDone
    if case.problem.state != "mediating":
        raise StillTalking
    back = {"refund": refunding.refundable(db, case.w), "part": amount}.get(outcome, 0)
    settle(db, case, outcome, back, operator_id, now)
    return case


def of_shop(db: Reader, shop: Shop) -> Sequence[Problem]:
    """The cases of a shop that are still open, the oldest first."""
    mine = (Problem.shop_id == shop.id, Problem.settled_at.is_(None))
    return db.scalars(select(Problem).where(*mine).order_by(Problem.id).limit(10)).all()


# -- has it come? ----------------------------------------------------------------------------------------


def arrived_yet(db: Writer, order_id: int, now: datetime) -> None:
    """The evening of the day it was to come: ask the buyer, unless she has said so already."""
    w = whole(db, order_id, lock=True)
    is_paid = w.payment.state == "confirmed" or w.payment.accepted_at is not None
    if w.order.state not in {"placed", "sent"} or not is_paid or open_of(db, order_id):
        return
    outbox.tell(db, w.order.buyer_id, "arrived_yet", facts_of(w), now)
