"""What an order comes to, and how a sum is spread over its lines. Pure, in whole smallest units of one currency."""

from collections.abc import Sequence

from storefront.models import Coupon, Order

WHOLE_BP = 10_000


def total(goods: int, discount: int, fee: int, code: int) -> int:
    """What the buyer pays in all: goods less a coupon's discount, delivery, less the unique code."""
    return goods - discount + fee - code


def share(amount: int, bp: int) -> int:
    """So many basis points of an amount, a half rounded up."""
    return (amount * bp + WHOLE_BP // 2) // WHOLE_BP


def coupon_worth(coupon: Coupon, goods: int) -> int:
    """What a coupon takes off goods of this price, and never more than they cost."""
    off = share(goods, coupon.bp) if coupon.bp else coupon.amount or 0
    return min(off, goods)


def deposit(order: Order) -> int:
    """What of an order is paid beforehand; the unique code is taken off it, because it is the first sum looked for."""
    return max(share(order.goods - order.discount, order.deposit_bp or 0) - order.unique_code, 1)


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount spread over weights, in parts that add up to it and of which none is above its weight.

    Each part is the difference of two rounded-down running sums, so nothing is lost and nothing depends on luck.
    Raises `ValueError` for more than there is to spread it over.
    """
    whole = sum(weights)
    if not 0 <= amount <= whole:
        raise ValueError("between nothing and everything")
    parts, seen, given = [], 0, 0
    for weight in weights:
        seen += weight
        until_here = amount * seen // whole if whole else 0
        parts.append(until_here - given)
        given = until_here
    return parts
