"""When sellers are told to pay, what they owe since when, and how well they keep to it.

A payday is Monday. What could have been paid for two weeks is overdue: that is said to the seller, to the creators she
invites, and in the public books; who owes much for long makes no new deals until she has paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from referral import terms
from storefront import freezing, outbox
from storefront.database import Reader, Writer
from storefront.earning import contents, drafts, log
from storefront.earning.payouts import draft, facts_of, payable
from storefront.models import Commission, Deliverable, Payout, PayoutStep, Shop
from storefront.people import name_of
from storefront.refusals import NothingToPay, OwesTooMuch


def payday(db: Writer, shop: Shop, now: datetime, *, by_hand: bool = False) -> int:
    """Tell the seller whom she owes what, one notice a creator; returns how many were told.

    Nobody is told to pay while the books are older than the world: by hand it raises `Frozen`.
    """
    if by_hand:
        freezing.refuse_while_frozen(db)
    elif freezing.frozen_by(db):
        return 0
    told = 0
    for creator_id in {*creators_to_pay(db, shop.id), *waiting_creators(db, shop.id)}:
        try:
            payout = draft(db, shop, creator_id, now, by_hand=by_hand)
        except NothingToPay:
            continue
        more = {"restored": restored(db, now), "log": log.extend(db, now).code, "days": waited(payout, now)}
        outbox.tell(db, shop.owner_id, "payday", {**facts_of(db, payout), **more}, now)
        told += 1
    return told


def creators_to_pay(db: Reader, shop_id: int) -> Sequence[int]:
    """The creators who have something payable at a shop that stands in no payout yet."""
    earned = select(Commission.creator_id).where(*payable(shop_id))
    return sorted(set(db.scalars(earned.union(select(Deliverable.creator_id).where(*contents.payable(shop_id))))))


def waiting_creators(db: Reader, shop_id: int) -> Sequence[int]:
    waiting = Payout.state.in_(drafts.WAITING)
    return db.scalars(select(Payout.creator_id).where(Payout.shop_id == shop_id, waiting)).all()


def restored(db: Reader, now: datetime) -> str | None:
    """The moment since when payments may be missing from these books; None on an ordinary day."""
    lately = freezing.lately(db, now)
    return lately.taken_at.isoformat() if lately else None


def waited(payout: Payout, now: datetime) -> int:
    """For how many days a payout could have been paid, once that is too long; 0 before."""
    since = now - (payout.ready_at or payout.drafted_at)
    return since.days if since >= terms.OVERDUE_AFTER else 0


# -- what is owed, and since when ------------------------------------------------------------------------


@dataclass(frozen=True)
class Debt:
    """What a shop could pay one creator now. ``since``: when the oldest part of it was ready."""

    creator_id: int
    creator: str
    amount: int
    since: datetime
    payout: Payout | None

    def days(self, now: datetime) -> int:
        return max((now - self.since).days, 0)

    def is_overdue(self, now: datetime) -> bool:
        return now - self.since >= terms.OVERDUE_AFTER


def debts(db: Reader, shop: Shop) -> list[Debt]:
    """What a shop could pay now, the oldest first: what stands in a payout that waits, and what stands in none."""
    waiting = db.scalars(select(Payout).where(Payout.shop_id == shop.id, Payout.state.in_(drafts.WAITING))).all()
    found = {
        one.creator_id: Debt(one.creator_id, "", one.amount, one.ready_at or one.drafted_at, one) for one in waiting
    }
    shares = select(Commission.creator_id, func.sum(Commission.amount), func.min(Commission.released_at))
    fees = select(Deliverable.creator_id, func.sum(Deliverable.fee), func.min(Deliverable.decided_at))
    for query in (
        shares.where(*payable(shop.id)).group_by(Commission.creator_id),
        fees.where(*contents.payable(shop.id)).group_by(Deliverable.creator_id),
    ):
        for creator_id, amount, since in db.execute(query):
            assert since is not None, "what is payable has been ready since some moment"
            known = found.get(creator_id, Debt(creator_id, "", 0, since, None))
            more = Debt(creator_id, "", known.amount + int(amount), min(known.since, since), known.payout)
            found[creator_id] = more
    named = [
        Debt(one.creator_id, name_of(db, one.creator_id), one.amount, one.since, one.payout) for one in found.values()
    ]
    return sorted(named, key=lambda one: (one.since, one.creator_id))


def overdue(db: Reader, shop: Shop, now: datetime) -> int:
    """What a shop owes for longer than two weeks, in its smallest units."""
    return sum(one.amount for one in debts(db, shop) if one.is_overdue(now))


def refuse_new_deals(db: Reader, shop: Shop, now: datetime) -> None:
    """Raises `OwesTooMuch`: who owes much for long does not promise more."""
    if overdue(db, shop, now) > terms.UNPAID_LIMIT:
        raise OwesTooMuch(shop=shop.name)


ON_TIME_OF = 20  # the newest payouts a score is made from


@dataclass(frozen=True)
class Score:
    """How many of a shop's newest payouts were sent within a week of being ready."""

    in_time: int
    of: int


def score(db: Reader, shop_id: int) -> Score:
    """From the newest payouts that were sent; of each its first try counts."""
    first = (
        select(PayoutStep.payout_id, func.min(PayoutStep.at).label("sent_at"))
        .where(PayoutStep.shop_id == shop_id, PayoutStep.step == "sent")
        .group_by(PayoutStep.payout_id)
        .order_by(PayoutStep.payout_id.desc())
        .limit(ON_TIME_OF)
        .subquery()
    )
    found = db.execute(select(Payout, first.c.sent_at).join(first, first.c.payout_id == Payout.id)).all()
    waited = [at - (one.ready_at or one.drafted_at) for one, at in found]
    return Score(sum(one <= terms.PAID_IN_TIME for one in waited), len(waited))
