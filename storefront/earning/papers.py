"""The papers of payouts: what was paid, why, and a proof that it is in the log; for the two it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from referral.checkpoints import Proof
from storefront.database import Reader, Writer
from storefront.earning import contents, log, payouts, trail
from storefront.models import Commission, Order, Payout, PayoutReceipt, PayoutStep, Shop
from storefront.people import name_of
from storefront.phrases import marked
from storefront.refusals import NotYours

PAGE = 8
CONFIRMED = {
    "creator": marked("received, as {creator} said"),
    "silence": marked("not contested: {creator} said nothing for a week"),
    "mediator": marked("received, as the mediator decided"),
}


@dataclass(frozen=True)
class Line:
    """What a payout paid: an order's commission with its reckoning, or the fee of a content (no order)."""

    order: str
    base: int
    rate_bp: int
    amount: int


@dataclass(frozen=True)
class Paper:
    """One receipt, with everything that is said of it. ``proof`` is None once nobody can open it any more."""

    id: int
    code: str
    shop: str
    creator: str
    amount: int
    gross: int
    netted: int
    withheld: int
    currency: str
    to: str
    how: str
    sent_at: datetime | None
    at: datetime
    confirmed_by: str
    is_reversed: bool
    lines: Sequence[Line]
    check: str
    proof: Proof | None


def held(
    db: Reader, person_id: int, *, before: int | None = None, limit: int = PAGE
) -> Sequence[tuple[PayoutReceipt, str, str]]:
    """Her receipts and those of her shops, the newest first, with their names; ``before`` is the id to go on from."""
    mine = or_(PayoutReceipt.creator_id == person_id, Shop.owner_id == person_id)
    query = select(PayoutReceipt, Shop).join(Shop, Shop.id == PayoutReceipt.shop_id).where(mine)
    if before:
        query = query.where(PayoutReceipt.id < before)
    found = db.execute(query.order_by(PayoutReceipt.id.desc()).limit(limit))
    return [(one, trail.code_of(shop.letters, one.number), shop.name) for one, shop in found]


def of_person(db: Reader, receipt_id: int, person_id: int) -> PayoutReceipt:
    """A receipt for the creator who was paid or the seller who paid. Raises `NotYours`."""
    found = db.get(PayoutReceipt, receipt_id)
    if found is None or person_id not in {found.creator_id, db.get_one(Shop, found.shop_id).owner_id}:
        raise NotYours
    return found


def of_payout(db: Reader, payout_id: int) -> PayoutReceipt | None:
    """The newest receipt of a payout."""
    mine = select(PayoutReceipt).where(PayoutReceipt.payout_id == payout_id)
    return db.scalar(mine.order_by(PayoutReceipt.id.desc()).limit(1))


def paper(db: Writer, found: PayoutReceipt, now: datetime) -> Paper:
    """A receipt with its proof; the log is lengthened first where it has not come so far yet."""
    if log.proof(db, PayoutReceipt, found.id) is None:
        log.extend(db, now, most=payouts.AT_ONCE)
    return written(db, found)


def written(db: Reader, found: PayoutReceipt) -> Paper:
    shop, payout = db.get_one(Shop, found.shop_id), db.get_one(Payout, found.payout_id)
    tried = payouts.newest_attempt(db, payout.id)
    proof = log.proof(db, PayoutReceipt, found.id)
    sent = select(PayoutStep.at).where(PayoutStep.payout_id == payout.id, PayoutStep.step == "sent")
    back = select(PayoutStep.id).where(PayoutStep.payout_id == payout.id, PayoutStep.step == "reversed")
    return Paper(
        id=found.id,
        code=trail.code_of(shop.letters, found.number),
        shop=shop.name,
        creator=name_of(db, found.creator_id),
        amount=found.amount,
        gross=payout.gross,
        netted=payout.netted,
        withheld=payout.withheld,
        currency=found.currency,
        to=tried.mask,
        how=tried.provider,
        sent_at=db.scalar(sent.where(PayoutStep.at <= found.at).order_by(PayoutStep.id.desc()).limit(1)),
        at=found.at,
        confirmed_by=found.confirmed_by,
        is_reversed=db.scalar(back.where(PayoutStep.at >= found.at).limit(1)) is not None,
        lines=lines_of(db, payout.id),
        check=log.code(db) if proof else "",
        proof=proof,
    )


def lines_of(db: Reader, payout_id: int) -> list[Line]:
    """The why of a payout, line by line."""
    earned = select(Commission, Order.code).join(Order, Order.id == Commission.order_id)
    found = db.execute(earned.where(Commission.payout_id == payout_id).order_by(Commission.id))
    shares = [Line(code, one.base, one.rate_bp, one.amount) for one, code in found]
    return shares + [Line("", 0, 0, one.fee) for one in contents.of_payout(db, payout_id)]
