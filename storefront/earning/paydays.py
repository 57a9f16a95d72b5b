"""When sellers are told to pay: on Mondays, and on any day they ask."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from referral import terms
from storefront import freezing, outbox
from storefront.database import Reader, Writer
from storefront.earning import drafts, log
from storefront.earning.payouts import AT_ONCE, draft, facts_of
from storefront.models import Commission, Deliverable, Payout, Shop
from storefront.refusals import NothingToPay


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
        code = log.extend(db, now, most=AT_ONCE).code
        more = {"restored": restored(db, now), "log": code, "days": waited(payout, now)}
        outbox.tell(db, shop.owner_id, "payday", {**facts_of(db, payout), **more}, now)
        told += 1
    return told


def creators_to_pay(db: Reader, shop_id: int) -> Sequence[int]:
    """The creators who have something payable at a shop that stands in no payout yet."""
    earned = select(Commission.creator_id).where(*drafts.ready_shares(shop_id))
    return sorted(set(db.scalars(earned.union(select(Deliverable.creator_id).where(*drafts.ready_fees(shop_id))))))


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
