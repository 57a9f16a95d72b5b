"""Which rate holds: the more particular promise first, raises at once, cuts after their notice, nothing above a cap."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from referral import commissions, fairness, rates
from referral.rates import Frozen, Rate, Scope
from referral.terms import RATE_CUT_NOTICE

NOW = datetime.fromisoformat("2026-06-16T02:00:00+00:00")
DAY = timedelta(days=1)
DEWI, WULAN, BROWNIES, NASTAR = 7, 8, 1, 2
SHOP = Rate(1, Scope.SHOP, 0, 1_000, NOW - 10 * DAY)
TIER = Rate(2, Scope.TIER, 20, 1_200, NOW - 9 * DAY)
HIGH = Rate(3, Scope.TIER, 50, 1_400, NOW - 9 * DAY)
PRODUCT = Rate(4, Scope.PRODUCT, BROWNIES, 1_500, NOW - 8 * DAY)
OWN = Rate(5, Scope.CREATOR, DEWI, 900, NOW - 7 * DAY)
EVERY = [SHOP, TIER, HIGH, PRODUCT, OWN]


@pytest.mark.parametrize(
    ("known", "creator", "orders", "product", "expected"),
    [
        ([SHOP], DEWI, 0, BROWNIES, 1_000),
        ([SHOP, TIER], DEWI, 19, BROWNIES, 1_000),
        ([SHOP, TIER], DEWI, 20, BROWNIES, 1_200),
        ([SHOP, TIER, HIGH], DEWI, 60, BROWNIES, 1_400),
        ([SHOP, TIER, PRODUCT], DEWI, 20, BROWNIES, 1_500),
        ([SHOP, TIER, PRODUCT], DEWI, 20, NASTAR, 1_200),
        (EVERY, DEWI, 60, BROWNIES, 900),
        (EVERY, WULAN, 60, BROWNIES, 1_500),
    ],
)
def test_the_more_particular_promise_goes_first(
    known: list[Rate], creator: int, orders: int, product: int, expected: int
) -> None:
    holding = rates.frozen(known, creator, orders, NOW)

    assert holding is not None
    assert holding.of(product) == expected


def test_who_promises_nothing_freezes_nothing() -> None:
    assert rates.frozen([], DEWI, 0, NOW) is None
    assert rates.frozen([PRODUCT], DEWI, 0, NOW) is None
    assert rates.frozen([Rate(1, Scope.SHOP, 0, 1_000, NOW + DAY)], DEWI, 0, NOW) is None


def test_a_particular_promise_taken_back_lets_the_general_one_speak() -> None:
    taken_back = Rate(9, Scope.PRODUCT, BROWNIES, 0, NOW)

    assert rates.frozen([*EVERY[:4], taken_back], WULAN, 0, NOW) == rates.frozen([SHOP, TIER, HIGH], WULAN, 0, NOW)


def held(rate_bp: int, products: dict[int, int] | None = None, cap: int | None = None) -> Frozen:
    return Frozen(rate_bp, 1, products or {}, cap)


@pytest.mark.parametrize(
    ("before", "after", "cuts"),
    [
        (None, held(1_000), False),
        (held(1_000), None, True),
        (held(1_000), held(1_000), False),
        (held(1_000), held(1_001), False),
        (held(1_000), held(999), True),
        (held(1_000), held(1_000, {BROWNIES: 1_500}), False),
        (held(1_200), held(1_200, {BROWNIES: 1_100}), True),
        (held(1_000, {BROWNIES: 1_500}), held(1_200), True),
        (held(1_000), held(2_000, {}, 50_000), True),
        (held(1_000, {}, 50_000), held(1_000), False),
        (held(1_000, {}, 50_000), held(1_000, {}, 60_000), False),
        (held(1_000, {}, 50_000), held(1_000, {}, 49_999), True),
    ],
)
def test_less_of_anything_is_a_cut(before: Frozen | None, after: Frozen | None, *, cuts: bool) -> None:
    assert rates.is_cut(before, after, [BROWNIES, NASTAR]) is cuts


def test_a_raise_at_once_a_cut_after_its_notice() -> None:
    assert rates.holds_from(NOW, cuts=False) == NOW
    assert rates.holds_from(NOW, cuts=True) == NOW + RATE_CUT_NOTICE


@pytest.mark.parametrize(
    ("rate_bp", "may"), [(-1, False), (0, False), (99, False), (100, True), (5_000, True), (5_001, False)]
)
def test_what_may_be_promised(rate_bp: int, *, may: bool) -> None:
    assert rates.may_be_promised(rate_bp) is may


days = some.integers(-40, 40).map(lambda day: NOW + timedelta(days=day))
promises = some.lists(
    some.builds(
        Rate,
        some.integers(1, 10_000),
        some.sampled_from(Scope),
        some.integers(0, 3),
        some.sampled_from([0, 100, 900, 1_000, 2_500, 5_000]),
        days,
    ),
    max_size=12,
    unique_by=lambda rate: rate.id,
)


@given(promises, some.integers(0, 3), some.integers(0, 3), some.randoms())
def test_the_order_they_are_read_in_decides_nothing(
    known: list[Rate], creator: int, orders: int, random: object
) -> None:
    shuffled = sorted(known, key=lambda _: random.random())  # type: ignore[attr-defined]

    assert rates.frozen(known, creator, orders, NOW) == rates.frozen(shuffled, creator, orders, NOW)


@given(promises, some.integers(0, 3), some.integers(0, 3))
def test_what_begins_later_changes_nothing_today(known: list[Rate], creator: int, orders: int) -> None:
    begun = [rate for rate in known if rate.holds_from <= NOW]

    assert rates.frozen(known, creator, orders, NOW) == rates.frozen(begun, creator, orders, NOW)


# -- a cap, and a gift -----------------------------------------------------------------------------------

lines = some.lists(some.tuples(some.integers(0, 3_000_000), some.integers(0, 5_000)), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("cap", "parts"),
    [
        (None, [6_500, 7_500]),
        (14_000, [6_500, 7_500]),
        (13_999, [6_500, 7_499]),
        (10_000, [4_643, 5_357]),
        (1, [0, 1]),
        (0, [0, 0]),
    ],
)
def test_a_cap_is_shared_to_the_last_rupiah(cap: int | None, parts: list[int]) -> None:
    assert commissions.of_lines([(65_000, 1_000), (75_000, 1_000)], cap) == parts


@given(lines, some.none() | some.integers(0, 500_000))
def test_never_above_a_base_or_the_cap(order: list[tuple[int, int]], cap: int | None) -> None:
    parts = commissions.of_lines(order, cap)
    shares = [commissions.share(*line) for line in order]

    assert all(0 <= part <= most for part, most in zip(parts, shares, strict=True))
    assert all(part <= base for part, (base, _) in zip(parts, order, strict=True))
    assert sum(parts) == (sum(shares) if cap is None else min(sum(shares), cap))


@given(some.integers(1_000, 3_000_000), some.integers(100, 5_000), some.integers(0, 4_999))
def test_a_gift_costs_the_creator_and_not_the_seller(price: int, rate_bp: int, gift_bp: int) -> None:
    if gift_bp >= rate_bp:
        with pytest.raises(ValueError, match="gift"):
            commissions.after_gift(rate_bp, gift_bp)
        return
    gift = commissions.share(price, gift_bp)
    earned = commissions.share(price - gift, commissions.after_gift(rate_bp, gift_bp))
    whole = commissions.share(price, rate_bp)

    assert abs(gift + earned - whole) <= price // 10_000 + 2  # a basis point of the price, and the rounding


@given(some.integers(1_000, 3_000_000), some.integers(0, 5_000), some.integers(0, 4_999))
def test_a_gift_is_of_what_the_discount_leaves(price: int, discount_bp: int, gift_bp: int) -> None:
    together = commissions.together(discount_bp, gift_bp)
    one_after_the_other = price * (10_000 - discount_bp) * (10_000 - gift_bp) / 100_000_000

    assert abs(price - price * together / 10_000 - one_after_the_other) <= price / 10_000


# -- what it leaves --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price", "cost", "rate_bp", "gift_bp", "left"),
    [
        (65_000, 40_000, 1_000, 0, 18_500),
        (65_000, 40_000, 1_000, 500, 15_575),
        (65_000, 58_500, 1_000, 0, 0),
        (65_000, 60_000, 1_000, 0, -1_500),
        (0, 0, 1_000, 0, 0),
    ],
)
def test_what_a_sale_leaves_the_seller(price: int, cost: int, rate_bp: int, gift_bp: int, left: int) -> None:
    assert fairness.margin(price, cost, rate_bp, gift_bp).left == left


@given(some.integers(1, 3_000_000), some.integers(0, 3_000_000))
def test_the_highest_rate_leaves_something_or_nothing(price: int, cost: int) -> None:
    most = fairness.highest_rate(price, cost)

    assert most == 0 or fairness.margin(price, cost, most).left >= -1  # half a rupiah, rounded up
