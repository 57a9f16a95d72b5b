"""What an order line earns the creator, and when it may be paid."""

from collections.abc import Sequence
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


def of_lines(lines: Sequence[tuple[int, int]], cap: int | None = None) -> list[int]:
    """What each line of an order earns: ``lines`` are its base and its rate in basis points, ``cap`` the most of all.

    A cap is spread by largest remainder (Hamilton's method): the parts come to exactly the cap, none is above its
    share, and of equal remainders the earlier line gets the odd rupiah.
    """
    shares = [share(base, rate_bp) for base, rate_bp in lines]
    whole = sum(shares)
    if cap is None or whole <= cap:
        return shares
    parts = [cap * one // whole for one in shares]
    odd = sorted(range(len(shares)), key=lambda at: -(cap * shares[at] % whole))[: cap - sum(parts)]
    return [part + (at in odd) for at, part in enumerate(parts)]


def together(discount_bp: int, gift_bp: int) -> int:
    """What a buyer pays less in all: the seller's discount, and the creator's gift out of what is left."""
    return discount_bp + (gift_bp * (WHOLE - discount_bp) + WHOLE // 2) // WHOLE


def after_gift(rate_bp: int, gift_bp: int) -> int:
    """The rate that is left to a creator who gives the buyer ``gift_bp`` of the goods out of her own commission.

    The buyer pays that much less, so the same commission is a smaller share of a smaller base:
    (rate - gift) / (1 - gift), rounded to a basis point. The seller is left what she would have had.
    """
    if not 0 <= gift_bp < rate_bp <= WHOLE:
        raise ValueError("a gift is less than the commission it comes out of")
    rest = WHOLE - gift_bp
    return ((rate_bp - gift_bp) * WHOLE + rest // 2) // rest


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


def netted(gross: int, paid_too_much: int) -> int:
    """How much of a payout goes against what was paid too much before: all of that, but never above half of it."""
    return max(min(paid_too_much, gross * terms.NETTED_AT_MOST_BP // WHOLE), 0)


def withheld(paid: int, rate_bp: int) -> int:
    """The income tax a seller keeps back of what she pays, by the rate she has set; nothing where she has set none."""
    return share(paid, rate_bp)
