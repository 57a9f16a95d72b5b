"""What an order line earns the creator, and when it may be paid."""

from datetime import datetime

from referral import terms

WHOLE = 10_000  # basis points


def share(base: int, rate_bp: int) -> int:
    """The creator's share of one order line, in whole smallest units, a half rounded up, once.

    >>> share(65_000, 1_000)
    6500
    """
    if base < 0 or not 0 <= rate_bp <= WHOLE:
        raise ValueError("a base is never negative and a rate never above the whole")
    return (base * rate_bp + WHOLE // 2) // WHOLE


def to_reverse(base: int, refunded_in_all: int, rate_bp: int, reversed_before: int) -> int:
    """What this refund takes back: the share of everything refunded so far, less what was taken back already.

    Cumulative, so that any number of part refunds that end at the whole base end at exactly nothing.
    ``refunded_in_all`` counts this refund too.
    """
    if not 0 <= refunded_in_all <= base:
        raise ValueError("a refund is between nothing and the whole base")
    kept = share(base, rate_bp) - reversed_before - share(base - refunded_in_all, rate_bp)
    return max(kept, 0)


def release_at(kind: str, sent_at: datetime, received_at: datetime | None) -> datetime:
    """The moment a commission becomes payable, unless a problem was reported by then.

    Food spoils or pleases within a day. Goods wait for the buyer's word, or a few days for her silence.
    """
    if kind == "food":
        return sent_at + terms.HOLD_FOOD_AFTER_SENT
    if received_at is not None:
        return min(received_at + terms.HOLD_GOODS_AFTER_RECEIVED, sent_at + terms.HOLD_GOODS_AFTER_SENT)
    return sent_at + terms.HOLD_GOODS_AFTER_SENT


def payday_is_due(amount: int, *, first_payout: bool, oldest: datetime, now: datetime) -> bool:
    """Whether a payable amount is paid this week: the floor never holds a first payout nor one older than 30 days."""
    if amount <= 0:
        return False
    return first_payout or amount >= terms.PAYOUT_FLOOR or now - oldest >= terms.FLOOR_HOLDS_AT_MOST
