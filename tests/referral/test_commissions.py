"""What a line earns and when: the last rupiah, the half rupiah, the last second."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from referral import commissions, terms
from referral.terms import Terms

AT = datetime.fromisoformat("2026-06-20T08:00:00+00:00")
amounts = some.integers(0, 10_000_000)
rates = some.integers(0, 10_000)


@pytest.mark.parametrize(
    ("base", "rate_bp", "share"),
    [
        (65_000, 1_000, 6_500),
        (0, 1_000, 0),
        (4, 1_000, 0),
        (5, 1_000, 1),
        (6, 1_000, 1),
        (1, 10_000, 1),
        (99_999, 750, 7_500),
    ],
)
def test_a_half_is_rounded_up_once(base: int, rate_bp: int, share: int) -> None:
    assert commissions.share(base, rate_bp) == share


@pytest.mark.parametrize(("base", "rate_bp"), [(-1, 1_000), (1, -1), (1, 10_001)])
def test_no_share_of_nonsense(base: int, rate_bp: int) -> None:
    with pytest.raises(ValueError, match="never"):
        commissions.share(base, rate_bp)


@given(amounts, rates)
def test_a_share_is_never_more_than_the_base(base: int, rate_bp: int) -> None:
    assert 0 <= commissions.share(base, rate_bp) <= base


@given(amounts, rates, some.lists(some.integers(0, 1_000_000), max_size=6))
def test_part_refunds_that_end_at_the_whole_end_at_exactly_nothing(base: int, rate_bp: int, parts: list[int]) -> None:
    refunded, reversed_ = 0, 0
    for part in [*parts, base]:
        refunded = min(refunded + part, base)
        taken = commissions.to_reverse(base, refunded, rate_bp, reversed_)
        assert taken >= 0
        reversed_ += taken

    assert reversed_ == commissions.share(base, rate_bp)


def test_a_refund_above_the_base_is_refused() -> None:
    with pytest.raises(ValueError, match="refund"):
        commissions.to_reverse(100, 101, 1_000, 0)


@pytest.mark.parametrize(
    ("kind", "received", "release"),
    [
        ("food", None, AT + timedelta(hours=24)),
        ("food", AT, AT + timedelta(hours=24)),
        ("goods", None, AT + timedelta(days=5)),
        ("goods", AT + timedelta(days=1), AT + timedelta(days=3)),
        ("goods", AT + timedelta(days=4), AT + timedelta(days=5)),
    ],
)
def test_when_a_commission_is_released(kind: str, received: datetime | None, release: datetime) -> None:
    assert commissions.release_at(kind, AT, received) == release


@pytest.mark.parametrize(
    ("amount", "first", "age", "due"),
    [
        (14_000, True, timedelta(0), True),
        (14_000, False, timedelta(0), False),
        (49_999, False, timedelta(days=29), False),
        (50_000, False, timedelta(0), True),
        (1, False, terms.FLOOR_HOLDS_AT_MOST, True),
        (0, True, timedelta(days=99), False),
    ],
)
def test_the_floor_never_holds_a_first_payout_nor_an_old_one(
    amount: int, first: bool, age: timedelta, due: bool
) -> None:
    assert commissions.payday_is_due(amount, first_payout=first, oldest=AT - age, now=AT) is due


@pytest.mark.parametrize("rate_bp", [0, -1, 10_001])
def test_no_terms_with_an_impossible_rate(rate_bp: int) -> None:
    with pytest.raises(ValueError, match="rate"):
        Terms(rate_bp)
