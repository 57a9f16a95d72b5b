"""A payout that nobody has begun to pay: what it comes to follows its lines, until money moves."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select, update

from referral import commissions
from storefront import chores
from storefront.database import Reader, Writer
from storefront.earning import ledger, trail
from storefront.models import Commission, Deliverable, Payout, PayoutReceipt, Shop

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
    mine = Commission.id.in_([one.id for one in found])
    standing = select(Commission.payout_id).where(mine, Commission.payout_id.is_not(None)).with_for_update()
    payouts = sorted({one for one in db.scalars(standing) if one})  # read anew: one may have been gathered this moment
    db.execute(update(Commission).where(mine).values(payout_id=None))
    for payout_id in payouts:
        fit(db, payout_id, now)


def locked(db: Writer, found: Sequence[Commission]) -> None:
    """Nobody gathers or sends these while they are counted anew: their rows first, then the payouts they stand in."""
    mine = select(Commission.payout_id).where(Commission.id.in_([one.id for one in found]))
    payouts = sorted({one for one in db.scalars(mine.order_by(Commission.id).with_for_update()) if one is not None})
    db.execute(select(Payout.id).where(Payout.id.in_(payouts)).order_by(Payout.id).with_for_update())


MONDAY, PAYDAY_HOUR = 0, time(9, 0)


def on_monday(db: Writer, shop_id: int, now: datetime) -> None:
    """See to it that a seller hears on the coming Monday what she owes."""
    day = next_payday(now, db)
    chores.schedule(db, "payday", shop_id, day, again=day.date().isoformat())


def next_payday(now: datetime, db: Reader) -> datetime:
    """The coming Monday at nine in the hub's zone, which is when sellers hear whom they owe."""
    local = now.astimezone(db.zone)
    days = (MONDAY - local.weekday()) % 7
    monday = datetime.combine(local.date() + timedelta(days=days), PAYDAY_HOUR, tzinfo=db.zone)
    return monday if monday > local else monday + timedelta(days=7)


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
    too_much = paid_too_much(db, payout.shop_id, payout.creator_id, payout.currency, besides=payout.id)
    netted = commissions.netted(gross, too_much)
    rate_bp = db.scalars(select(Shop.withholds_bp).where(Shop.id == payout.shop_id)).one()
    withheld = commissions.withheld(gross - netted, rate_bp)
    return {"gross": gross, "netted": netted, "withheld": withheld, "amount": gross - netted - withheld}


def paid_too_much(db: Reader, shop_id: int, creator_id: int, currency: str, *, besides: int | None = None) -> int:
    """What this pair's payouts, besides one of them, leave to be netted; nobody else counts it meanwhile."""
    place = ledger.clawback(creator_id, shop_id)
    ledger.locked(db, [(place, currency)])  # a payout that settles between the two looks would be netted twice
    return ledger.balance(db, place, currency) - to_be_netted(db, shop_id, creator_id, besides=besides)


def to_be_netted(db: Reader, shop_id: int, creator_id: int, *, besides: int | None = None) -> int:
    """What payouts under way take off already. One that was settled once has taken it, whatever became of its money."""
    settled = select(PayoutReceipt.id).where(PayoutReceipt.payout_id == Payout.id)
    pair = (Payout.shop_id == shop_id, Payout.creator_id == creator_id, Payout.id != (besides or 0))
    under_way = select(func.sum(Payout.netted)).where(*pair, Payout.state.in_(UNSETTLED), ~settled.exists())
    return int(db.scalar(under_way) or 0)
