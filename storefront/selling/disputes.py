"""Two who disagree whether a payout arrived: a clock, what both say, somebody who decides, and a word for the public.

    open        one side has said so; the other has 48 hours to agree or to answer
    mediating   whoever runs the hub has seven days, and never decides where he is a side
    closed      owed: it is still to be paid; received: it had arrived; settled: the two had settled it themselves

Where nobody decides in time, what was promised stays promised. The outcome is published without a name.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from referral.terms import CONTESTED_WITHIN, DISPUTE_ANSWERED_WITHIN, DISPUTE_DECIDED_WITHIN
from storefront import chores, outbox, rows
from storefront.database import Reader, Writer
from storefront.earning import payouts
from storefront.models import Dispute, Media, Payout, PayoutStep, Person
from storefront.people import name_of
from storefront.refusals import AlreadyDone, DisputeOpen, NothingToDispute, NotYours
from storefront.selling.cases import tell_operators


def open_of(db: Reader, payout_id: int) -> Dispute | None:
    """The dispute about a payout that is not closed yet."""
    running = (Dispute.payout_id == payout_id, Dispute.state != "closed")
    return db.scalar(select(Dispute).where(*running).execution_options(populate_existing=True))


def may_open(payout: Payout, person_id: int, now: datetime) -> bool:
    """Whether there is anything to argue about: it is missing, or nobody but silence has confirmed it to her lately."""
    if payout.state == "missing":
        return True
    is_quiet = payout.state == "confirmed" and payout.confirmed_by == "silence" and payout.confirmed_at is not None
    return is_quiet and person_id == payout.creator_id and now - (payout.confirmed_at or now) <= CONTESTED_WITHIN


def begin(db: Writer, payout: Payout, by: int, words: str, now: datetime) -> Dispute:
    """One side says so. Raises `NotYours`, `NothingToDispute` or `DisputeOpen`."""
    owner = payouts.owner_of(db, payout)
    if by not in {payout.creator_id, owner}:
        raise NotYours
    if not may_open(payout, by, now):
        raise NothingToDispute
    if open_of(db, payout.id):
        raise DisputeOpen
    due = now + DISPUTE_ANSWERED_WITHIN
    who = {"shop_id": payout.shop_id, "payout_id": payout.id, "creator_id": payout.creator_id, "opened_by": by}
    dispute_id = rows.add(db, Dispute, **who, words=words, state="open", at=now, due_at=due)
    chores.schedule(db, "dispute_due", dispute_id, due)
    found = db.get_one(Dispute, dispute_id)
    outbox.tell(db, other_side(db, found), "disputed", facts_of(db, found), now)
    return found


def other_side(db: Reader, dispute: Dispute) -> int:
    owner = payouts.owner_of(db, db.get_one(Payout, dispute.payout_id))
    return owner if dispute.opened_by == dispute.creator_id else dispute.creator_id


def facts_of(db: Reader, dispute: Dispute) -> dict[str, Any]:
    """Everything about it that both sides may read: what was paid when and how, and what each of them says."""
    payout = db.get_one(Payout, dispute.payout_id, populate_existing=True)
    tried = payouts.newest_attempt(db, payout.id)
    proof = db.get(Media, tried.proof_id) if tried.proof_id else None
    steps = select(PayoutStep).where(PayoutStep.payout_id == payout.id).order_by(PayoutStep.id)
    return {
        **payouts.facts_of(db, payout),
        "dispute": dispute.id,
        "by_creator": dispute.opened_by == dispute.creator_id,
        "opener": name_of(db, dispute.opened_by),
        "words": dispute.words,
        "reply": dispute.reply or "",
        "until": dispute.due_at.isoformat(),
        "outcome": dispute.outcome,
        "by_default": dispute.by_default,
        "reason": dispute.reason or "",
        "how": tried.provider,
        "mask": tried.mask,
        "proof": proof.token if proof and proof.content else None,
        "steps": [[one.step, one.at.isoformat()] for one in db.scalars(steps)],
    }


def for_answer(db: Reader, dispute_id: int, person_id: int) -> Dispute:
    """An open dispute for the side that has not spoken yet. Raises `NotYours`."""
    found = db.get(Dispute, dispute_id, populate_existing=True)
    if found is None or other_side(db, found) != person_id:
        raise NotYours
    return found


def agree(db: Writer, dispute_id: int, by: int, now: datetime) -> Dispute:
    """The other side says that she is right: the seller that it did not go out, the creator that it was there."""
    found = for_answer(db, dispute_id, by)
    outcome = "owed" if by != found.creator_id else "received"
    return close(db, found, outcome, by, "", now)


def answer(db: Writer, dispute_id: int, by: int, words: str, now: datetime) -> Dispute:
    """The other side sees it otherwise; now whoever runs the hub looks. Raises `AlreadyDone`."""
    found = for_answer(db, dispute_id, by)
    said = update(Dispute).where(Dispute.id == found.id, Dispute.state == "open")
    if not rows.changed(db, said.values(reply=words)):
        raise AlreadyDone
    chores.cancel_all(db, ["dispute_due"], found.id)
    mediate(db, found.id, now)
    return db.get_one(Dispute, found.id, populate_existing=True)


def mediate(db: Writer, dispute_id: int, now: datetime) -> None:
    """Whoever runs the hub is asked, with all there is to look at; his time runs from now."""
    due = now + DISPUTE_DECIDED_WITHIN
    on = update(Dispute).where(Dispute.id == dispute_id, Dispute.state == "open")
    db.execute(on.values(state="mediating", due_at=due))
    found = db.get_one(Dispute, dispute_id, populate_existing=True)
    facts = facts_of(db, found)
    owner = payouts.owner_of(db, db.get_one(Payout, found.payout_id))
    tell_operators(db, "dispute_to_decide", facts, now, but=owner)
    for side in (found.creator_id, owner):
        outbox.tell(db, side, "dispute_goes_on", facts, now)
    chores.schedule(db, "dispute_due", dispute_id, due, again="mediating")


def decide(db: Writer, dispute_id: int, by: int, outcome: str, reason: str, now: datetime) -> Dispute:
    """Whoever runs the hub decides, with a reason both read, and never where he is a side. Raises `NotYours`."""
    found, person = db.get(Dispute, dispute_id, populate_existing=True), db.get(Person, by)
    if found is None or person is None or not person.is_operator or found.state != "mediating":
        raise NotYours
    if by in {found.creator_id, payouts.owner_of(db, db.get_one(Payout, found.payout_id))}:
        raise NotYours
    return close(db, found, outcome, by, reason, now)


def due(db: Writer, dispute_id: int, now: datetime) -> None:
    """Time is up: from the two to the mediator, and from him to the promise as it was."""
    found = db.get(Dispute, dispute_id, populate_existing=True)
    if found is None or found.state == "closed":
        return
    if found.state == "open":
        mediate(db, dispute_id, now)
    else:
        close(db, found, "owed", None, "", now)


def close(db: Writer, dispute: Dispute, outcome: str, by: int | None, reason: str, now: datetime) -> Dispute:
    """Write the outcome down and let the money follow it. Raises `AlreadyDone`."""
    payout = db.get_one(Payout, dispute.payout_id, populate_existing=True)
    is_over = payout.state in {"sent", "sending", "cancelled"} or payout.confirmed_by in {"creator", "mediator"}
    if is_over or payouts.newest_attempt(db, payout.id).sent_at > dispute.at:
        outcome = "settled"  # it was sent once more, and is another question now
    over = update(Dispute).where(Dispute.id == dispute.id, Dispute.state != "closed")
    decided = {"decided_by": by, "decided_at": now, "reason": reason or None, "by_default": by is None}
    if not rows.changed(db, over.values(state="closed", outcome=outcome, **decided)):
        raise AlreadyDone
    if by is not None:  # else this is that very chore
        chores.cancel_all(db, ["dispute_due"], dispute.id)
    if outcome == "owed" and payout.state == "confirmed":
        payouts.reverse(db, payout.id, by, now, how="dispute")
    if outcome == "received" and payout.state == "missing":
        payouts.was_received(db, payout.id, by or 0, now)
    if outcome == "received" and payout.state == "confirmed":
        payouts.upheld(db, payout.id, by or 0, now)
    fresh = db.get_one(Dispute, dispute.id, populate_existing=True)
    facts = facts_of(db, fresh)
    for side in (payout.creator_id, payouts.owner_of(db, payout)):
        if side != by:
            outbox.tell(db, side, "dispute_closed", {**facts, "to_seller": side != payout.creator_id}, now)
    return fresh


def published(db: Reader, limit: int = 20) -> Sequence[Dispute]:
    """The newest outcomes, for everybody to read; who it was about is nobody's business."""
    closed = (Dispute.state == "closed", Dispute.outcome != "settled")
    return db.scalars(select(Dispute).where(*closed).order_by(Dispute.id.desc()).limit(limit)).all()
