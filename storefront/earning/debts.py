"""What a shop owes its creators since when, and how well it keeps to paying.

What could have been paid for two weeks is overdue: that is said to the seller, to whoever she invites, and in the
public books; who owes much for long makes no new deals until she has paid.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from referral import terms
from storefront.database import Reader
from storefront.earning import drafts
from storefront.models import Commission, Deliverable, Payout, PayoutStep, Shop
from storefront.people import name_of
from storefront.refusals import OwesTooMuch


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
        shares.where(*drafts.ready_shares(shop.id)).group_by(Commission.creator_id),
        fees.where(*drafts.ready_fees(shop.id)).group_by(Deliverable.creator_id),
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


def is_late(db: Reader, shop_id: int, now: datetime) -> bool:
    """Whether anything is overdue, in one statement."""
    limit = now - terms.OVERDUE_AFTER
    waiting = select(Payout.id).where(
        Payout.shop_id == shop_id, Payout.state.in_(drafts.WAITING), Payout.ready_at <= limit
    )
    shares = select(Commission.id).where(*drafts.ready_shares(shop_id), Commission.released_at <= limit)
    fees = select(Deliverable.id).where(*drafts.ready_fees(shop_id), Deliverable.decided_at <= limit)
    return bool(db.scalar(select(or_(waiting.exists(), shares.exists(), fees.exists()))))


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
