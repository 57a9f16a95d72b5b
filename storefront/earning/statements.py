"""What a creator is shown of her money, and the why of one order. Never who bought."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select

from storefront.database import Reader
from storefront.earning import ledger, log
from storefront.models import (
    Account,
    Attribution,
    Commission,
    CommissionHold,
    Deliverable,
    Order,
    OrderLine,
    OrderStep,
    Payout,
    Transfer,
    Turnover,
)
from storefront.phrases import marked

PAGE = 10
STATES = {
    "void": marked("void"),
    "held": marked("held"),
    "pending": marked("pending"),
    "payable": marked("ready"),
    "being_paid": marked("being paid"),
    "settled": marked("received"),
    "recorded": marked("recorded"),
}
HOW = {
    "code": marked("the code was said for it"),
    "link": marked("your link opened the chat"),
    "touch": marked("the last link she had opened"),
    "recreated": marked("written anew after one that thanked you was cancelled"),
    "conceded": marked("the seller let your objection stand"),
}
VOID_REASONS = {
    "wrong_tap": marked("the seller had tapped the wrong button; the payment is still being checked"),
    "cancelled": marked("the order was cancelled and its money goes back"),
    "changed": marked("the buyer changed the order; what it is now is counted anew"),
    "refunded": marked("the seller paid the goods back to the buyer"),
    "not_valid": marked("the hub looked at it and decided so"),
}


@dataclass(frozen=True)
class Earnings:
    """One creator's money of one currency. ``earned`` and ``received`` are this month's, the others stand now."""

    currency: str
    month: datetime
    earned: int = 0
    received: int = 0
    payable: int = 0
    pending: int = 0
    held: int = 0
    being_paid: int = 0
    clawback: int = 0
    was_paid: bool = False


def earnings(db: Reader, creator_id: int, currency: str, now: datetime) -> Earnings:
    """The creator's money by state, read from running sums."""
    month = ledger.month_of(db, now)
    key = (Turnover.scope == "creator", Turnover.scope_id == creator_id)
    sums = select(Turnover.journal, Turnover.amount).where(*key, Turnover.currency == currency, Turnover.month == month)
    moved = dict(db.execute(sums).all())
    accounts = accounts_of(db, creator_id, currency)
    standing = summed(accounts)
    return Earnings(
        currency=currency,
        month=now,
        earned=moved.get("accrual", 0) + moved.get("fee", 0) - moved.get("void", 0),
        received=moved.get("settle", 0) - moved.get("reverse", 0),
        payable=standing["payable"],
        pending=standing["pending"],
        held=standing["held"],
        being_paid=standing["reserved"] + standing["in_transit"],
        clawback=-standing["clawback"],
        was_paid=any(one.credits for one in accounts if one.name.endswith(":reserved")),
    )


def stages(db: Reader, creator_id: int, currency: str) -> dict[str, int]:
    """What stands at each stage, over all the shops that owe her: a few rows a shop, whatever the history."""
    return summed(accounts_of(db, creator_id, currency))


def accounts_of(db: Reader, creator_id: int, currency: str) -> Sequence[Account]:
    return db.scalars(select(Account).where(Account.person_id == creator_id, Account.currency == currency)).all()


def summed(accounts: Sequence[Account]) -> dict[str, int]:
    standing = dict.fromkeys([*ledger.STAGES, "in_transit", "clawback"], 0)
    for account in accounts:
        standing[account.name.rsplit(":", 1)[1]] += account.credits - account.debits
    return standing


@dataclass(frozen=True)
class Line:
    """One line of a statement: which order (none for the fee of a content), what it came to, where it stands."""

    order: str
    amount: int
    currency: str
    state: str
    at: datetime
    id: int = 0  #: of its commission; the next page goes on from the last one


def lines(db: Reader, creator_id: int, *, before: int | None = None, limit: int = PAGE) -> Sequence[Line]:
    """The creator's own commissions, the newest first; ``before`` is the id to go on from."""
    query = (
        select(Commission, Order, Payout.state)
        .join(Order, Order.id == Commission.order_id)
        .outerjoin(Payout, Payout.id == Commission.payout_id)
        .where(Commission.creator_id == creator_id)
    )
    if before:
        query = query.where(Commission.id < before)
    found = db.execute(query.order_by(Commission.id.desc()).limit(limit))
    return [Line(o.code, c.amount, c.currency, state_of(c, o, paid), c.accrued_at, c.id) for c, o, paid in found]


def by_order(found: Sequence[Line]) -> list[Line]:
    """The same with one line an order and state: its products' shares together. The last id is the next page's."""
    together: dict[tuple[str, str, str], Line] = {}
    for one in found:
        key = (one.order, one.state, one.currency)
        known = together.get(key)
        together[key] = replace(one, amount=one.amount + known.amount, at=known.at) if known else one
    return list(together.values())


def fees(db: Reader, creator_id: int, *, limit: int = PAGE) -> Sequence[Line]:
    """The fees of her accepted contents, the newest first."""
    accepted = (Deliverable.creator_id == creator_id, Deliverable.state == "accepted")
    found = db.execute(
        select(Deliverable, Payout.state)
        .outerjoin(Payout, Payout.id == Deliverable.payout_id)
        .where(*accepted)
        .order_by(Deliverable.id.desc())
        .limit(limit)
    )
    return [
        Line("", one.fee, one.currency, state_of_payout(paid) or "payable", one.decided_at or one.at)
        for one, paid in found
    ]


def state_of(commission: Commission, order: Order, payout: str | None) -> str:
    """The one word for where a commission's money stands: void, held, pending, payable, being_paid or settled."""
    if commission.voided_at:
        return "void"
    if payout and (state := state_of_payout(payout)):
        return state
    if commission.released_at:
        return "payable"
    return "held" if order.release_held else "pending"


def state_of_payout(payout: str | None) -> str | None:
    """Where money stands by its payout; None where nothing of that has moved."""
    if payout == "confirmed":
        return "settled"
    return "being_paid" if payout in {"sending", "sent", "missing"} else None


@dataclass(frozen=True)
class Explanation:
    """Why an order earned a creator what it did."""

    order: str
    code: str
    reason: str
    touched_at: datetime | None
    amounts: Sequence[int]
    rates: Sequence[int]
    cap: int | None
    held_for: Sequence[str]
    commission: int
    currency: str
    state: str
    void_reason: str | None
    sent_at: datetime | None
    payout_sent_at: datetime | None
    confirmed_at: datetime | None
    confirmed_by: str | None
    digest: str | None


def explain(db: Reader, order: Order, creator_id: int) -> Explanation | None:
    """The why of an order, for the creator it thanked; None when it did not thank her."""
    thanked = db.get(Attribution, order.id)
    if thanked is None or thanked.creator_id != creator_id:
        return None
    mine = db.scalars(
        select(Commission).where(Commission.order_id == order.id, Commission.creator_id == creator_id)
    ).all()
    standing = [c for c in mine if c.voided_at is None] or [c for c in mine if c.round == mine[-1].round]
    payout = db.get(Payout, standing[0].payout_id) if standing and standing[0].payout_id else None
    kept = OrderLine.amount - OrderLine.discount - OrderLine.refunded
    return Explanation(
        order=order.code,
        code=thanked.code or "",
        reason=thanked.reason,
        touched_at=thanked.touched_at,
        amounts=db.scalars(
            select(kept).where(OrderLine.order_id == order.id, kept > 0).order_by(OrderLine.position)
        ).all(),
        rates=sorted({c.rate_bp for c in standing}) or [thanked.rate_bp or 0],
        cap=thanked.cap if thanked.cap is not None and sum(c.amount for c in standing) == thanked.cap else None,
        held_for=held_for(db, order.id) if any(c.voided_at is None for c in mine) else (),
        commission=sum(c.amount for c in standing),
        currency=order.currency,
        state=state_of(standing[0], order, payout.state if payout else None) if standing else "recorded",
        void_reason=standing[0].void_reason if standing else None,
        sent_at=moment_of(db, order.id, "sent"),
        payout_sent_at=sent_at(db, payout) if payout else None,
        confirmed_at=payout.confirmed_at if payout else None,
        confirmed_by=payout.confirmed_by if payout else None,
        digest=log.code(db) or check_code(db, [c.id for c in standing], payout.id if payout else None),
    )


def held_for(db: Reader, order_id: int) -> Sequence[str]:
    """The reasons why an order's commission waits; none where nothing is open."""
    found = db.scalar(select(CommissionHold).where(CommissionHold.order_id == order_id))
    return found.reasons if found and found.decided_at is None else ()


def moment_of(db: Reader, order_id: int, step: str) -> datetime | None:
    latest = select(OrderStep.at).where(OrderStep.order_id == order_id, OrderStep.step == step)
    return db.scalar(latest.order_by(OrderStep.id.desc()).limit(1))


def sent_at(db: Reader, payout: Payout) -> datetime | None:
    first = select(Transfer.at).where(Transfer.payout_id == payout.id, Transfer.journal == "send")
    return db.scalar(first.order_by(Transfer.id.desc()).limit(1))


def check_code(db: Reader, commission_ids: Sequence[int], payout_id: int | None) -> str | None:
    """Before the first root is signed: the first signs of the latest transfer's own digest."""
    newest = select(Transfer.digest).where(
        or_(Transfer.commission_id.in_(commission_ids), Transfer.payout_id == payout_id)
    )
    digest = db.scalar(newest.order_by(Transfer.id.desc()).limit(1))
    return digest.hex()[:12] if digest else None
