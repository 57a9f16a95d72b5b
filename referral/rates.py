"""Which rate holds for one order line, out of everything a shop has promised.

The more particular promise goes before the more general one:

    1. what this creator was promised
    2. what this product brings
    3. the tier a creator has reached by the orders she brought
    4. what the shop gives everybody

A raise holds at once, a cut after `RATE_CUT_NOTICE`: until then the rate before it holds for everybody.
A promise of nothing (0) takes a particular promise back, and the next one holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from math import inf

from referral.terms import HIGHEST_RATE_BP, LOWEST_RATE_BP, RATE_CUT_NOTICE


class Scope(IntEnum):
    """Whom a promise is for, the most particular first. A cap is what one order earns at most, whatever the rate."""

    CREATOR = 1
    PRODUCT = 2
    TIER = 3
    SHOP = 4
    CAP = 5


@dataclass(frozen=True, slots=True)
class Rate:
    """One promise. ``subject`` is the creator, the product, or the number of orders a tier begins at (else 0).

    ``value`` is in basis points; of a cap, in whole smallest units. 0 takes the promise back.
    """

    id: int
    scope: Scope
    subject: int
    value: int
    holds_from: datetime


@dataclass(frozen=True, slots=True)
class Frozen:
    """What an order freezes: its rate, the products that have one of their own, and the cap.

    ``rule`` is the promise the rate came from. A product's own rate counts only where no creator's own does.
    """

    rate_bp: int
    rule: int
    products: dict[int, int]
    cap: int | None

    def of(self, product: int) -> int:
        """The rate of a line of this product, in basis points."""
        return self.products.get(product, self.rate_bp)


def frozen(rates: Iterable[Rate], creator: int, orders_brought: int, now: datetime) -> Frozen | None:
    """What holds at this moment for orders this creator brings; None where the shop promises nothing."""
    holding = in_force(rates, now)
    cap = next((rate.value for rate in holding if rate.scope is Scope.CAP), None)
    own = [rate for rate in holding if rate.scope is Scope.CREATOR and rate.subject == creator]
    reached = [rate for rate in holding if rate.scope is Scope.TIER and rate.subject <= orders_brought]
    tier = sorted(reached, key=lambda rate: rate.subject, reverse=True)[:1]
    general = [rate for rate in holding if rate.scope is Scope.SHOP]
    first = next(iter([*own, *tier, *general]), None)
    if first is None:
        return None
    of_products = {} if own else {rate.subject: rate.value for rate in holding if rate.scope is Scope.PRODUCT}
    return Frozen(first.value, first.id, of_products, cap)


def in_force(rates: Iterable[Rate], now: datetime) -> list[Rate]:
    """The newest promise of each kind that has begun, less those taken back; the order they come in decides nothing."""
    newest: dict[tuple[Scope, int], Rate] = {}
    for rate in sorted(rates, key=lambda one: (one.holds_from, one.id)):
        if rate.holds_from <= now:
            newest[rate.scope, rate.subject] = rate
    return [rate for rate in newest.values() if rate.value]


def worth(held: Frozen | None, products: Iterable[int]) -> list[float]:
    """What a creator has, in numbers that may be laid beside each other: the cap, her rate, and each product's."""
    if held is None:
        return [0.0, 0.0, *(0.0 for _ in products)]
    cap = inf if held.cap is None else float(held.cap)
    return [cap, float(held.rate_bp), *(float(held.of(product)) for product in products)]


def is_cut(before: Frozen | None, after: Frozen | None, products: Iterable[int]) -> bool:
    """Whether a creator would have less of anything: a raise of one promise may be a cut for her."""
    known = tuple(products)
    return any(less < more for more, less in zip(worth(before, known), worth(after, known), strict=True))


def holds_from(now: datetime, *, cuts: bool) -> datetime:
    """When a new promise begins: at once, or after its notice where it cuts anybody's."""
    return now + RATE_CUT_NOTICE if cuts else now


def may_be_promised(rate_bp: int) -> bool:
    """Whether a rate is one we let a shop promise: neither nothing nor so much that nobody could mean it."""
    return LOWEST_RATE_BP <= rate_bp <= HIGHEST_RATE_BP
