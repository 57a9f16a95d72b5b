"""A payout that nobody has begun to pay: what it comes to follows its lines, until money moves."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update

from referral import commissions
from storefront.database import Reader, Writer
from storefront.earning import ledger, trail
from storefront.models import Commission, Deliverable, Payout, Shop

OPEN = ("draft", "submitted", "approved")
WAITING = (*OPEN, "missing")  # for the seller
UNSETTLED = (*WAITING, "sending", "sent")


def ready_shares(shop_id: int, creator_id: int | None = None) -> list[ColumnElement[bool]]:
    """Commissions that are payable and stand in no payout yet."""
    free = [Commission.shop_id == shop_id, Commission.payout_id.is_(None)]
    ready = [Commission.released_at.is_not(None), Commission.voided_at.is_(None)]
    return [*free, *ready, *([Commission.creator_id == creator_id] if creator_id else [])]


def ready_fees(shop_id: int, creator_id: int | None = None) -> list[ColumnElement[bool]]:
    """Fees of contents that are owed and stand in no payout yet."""
    free = [Deliverable.shop_id == shop_id, Deliverable.payout_id.is_(None), Deliverable.state == "accepted"]
    return [*free, *([Deliverable.creator_id == creator_id] if creator_id else [])]


def is_open(db: Reader, payout_id: int | None) -> bool:
    """Whether a payout may still change, because nothing of it has moved."""
    return payout_id is not None and db.scalar(select(Payout.state).where(Payout.id == payout_id)) in OPEN


def leave(db: Writer, found: Sequence[Commission], now: datetime) -> None:
    """These commissions come out of the payouts they stand in; one with nothing left in it is called off."""
    payouts = sorted({one.payout_id for one in found if one.payout_id is not None})
    out = update(Commission).where(Commission.id.in_([one.id for one in found]))
    db.execute(out.values(payout_id=None))
    for payout_id in payouts:
        fit(db, payout_id, now)


def fit(db: Writer, payout_id: int, now: datetime) -> Payout:
    """Count an open payout anew; whoever had agreed to another amount is asked again."""
    payout = db.get_one(Payout, payout_id, populate_existing=True)
    of_shares = select(func.sum(Commission.amount), func.sum(Commission.base)).where(Commission.payout_id == payout_id)
    shares, sales = db.execute(of_shares).one()
    fees = db.scalar(select(func.sum(Deliverable.fee)).where(Deliverable.payout_id == payout_id))
    gross = int(shares or 0) + int(fees or 0)
    values = {"sales": int(sales or 0), **parts(db, payout, gross), "submitted_by": None, "approved_by": None}
    state = "draft" if gross else "cancelled"
    db.execute(update(Payout).where(Payout.id == payout_id).values(**values, state=state))
    fresh = db.get_one(Payout, payout_id, populate_existing=True)
    if not gross:
        trail.step(db, fresh, "cancelled", None, now, how="emptied")
    return fresh


def parts(db: Reader, payout: Payout, gross: int) -> dict[str, int]:
    """What of a payout moves, and what of it goes against earlier money or is kept back as tax."""
    netted = commissions.netted(gross, paid_too_much(db, payout))
    rate_bp = db.scalars(select(Shop.withholds_bp).where(Shop.id == payout.shop_id)).one()
    withheld = commissions.withheld(gross - netted, rate_bp)
    return {"gross": gross, "netted": netted, "withheld": withheld, "amount": gross - netted - withheld}


def paid_too_much(db: Reader, payout: Payout) -> int:
    """What this pair's other payouts leave to be netted."""
    standing = ledger.balance(db, ledger.clawback(payout.creator_id, payout.shop_id), payout.currency)
    others = select(func.sum(Payout.netted)).where(
        Payout.shop_id == payout.shop_id,
        Payout.creator_id == payout.creator_id,
        Payout.state.in_(UNSETTLED),
        Payout.id != payout.id,
    )
    return standing - int(db.scalar(others) or 0)
