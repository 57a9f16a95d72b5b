"""The estimate of a year's income tax, at the edges of its brackets."""

import pytest

from referral.taxes import estimate


@pytest.mark.parametrize(
    ("received", "tax"),
    [
        (0, 0),
        (19, 0),
        (20, 1),
        (56_000, 1_400),
        (120_000_000, 3_000_000),
        (120_000_002, 3_000_000),
        (500_000_000, 31_500_000),
        (1_000_000_000, 94_000_000),
        (10_000_000_000, 1_444_000_000),
        (12_000_000_000, 1_794_000_000),
    ],
)
def test_half_of_it_at_the_progressive_rates(received: int, tax: int) -> None:
    assert estimate(received) == tax


def test_nobody_received_less_than_nothing() -> None:
    with pytest.raises(ValueError, match="never negative"):
        estimate(-1)
