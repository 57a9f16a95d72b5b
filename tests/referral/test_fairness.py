"""What others are paid, and what a content is worth: both as tables, and the laws that hold for every value."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from referral.fairness import MOST_DAYS, MOST_HOURS, Spread, spread, worth


@pytest.mark.parametrize(
    ("histogram", "found"),
    [
        ({}, None),
        ({5: 0}, None),
        ({500: 1}, Spread(500, 500, 500, 1)),
        ({500: 1, 1_000: 1}, Spread(500, 500, 1_000, 2)),  # of two the lower one
        ({500: 1, 1_000: 2}, Spread(500, 1_000, 1_000, 3)),
        ({500: 5, 1_000: 1, 1_500: 1}, Spread(500, 500, 1_500, 7)),
        ({100: 1, 900: 1, 1_000: 3, 9_000: 0}, Spread(100, 1_000, 1_000, 5)),
    ],
)
def test_a_spread(histogram: dict[int, int], found: Spread | None) -> None:
    assert spread(histogram) == found


@given(some.lists(some.integers(0, 5_000), min_size=1, max_size=200))
def test_a_spread_is_that_of_the_values_themselves(values: list[int]) -> None:
    histogram = {value: values.count(value) for value in values}

    assert spread(histogram) == Spread(min(values), sorted(values)[(len(values) - 1) // 2], max(values), len(values))


@pytest.mark.parametrize(
    ("half_hours", "chats", "days", "least", "middle", "most"),
    [
        (1, 0, 0, 15_000, 19_000, 23_000),
        (4, 0, 0, 60_000, 75_000, 90_000),
        (3, 1, 7, 59_000, 82_000, 104_000),
        (4, 40, 30, 132_000, 206_000, 280_000),
        (2 * MOST_HOURS, 0, MOST_DAYS, 1_380_000, 1_815_000, 2_250_000),
    ],
)
def test_what_a_content_is_worth(half_hours: int, chats: int, days: int, least: int, middle: int, most: int) -> None:
    found = worth(half_hours, chats, days)

    assert (found.least, found.middle, found.most) == (least, middle, most)


@given(some.integers(1, 2 * MOST_HOURS), some.integers(0, 5_000), some.integers(0, MOST_DAYS))
def test_more_work_more_talks_and_more_days_are_never_worth_less(half_hours: int, chats: int, days: int) -> None:
    found = worth(half_hours, chats, days)

    assert found.least <= found.middle <= found.most
    assert found.least % 1_000 == found.middle % 1_000 == found.most % 1_000 == 0
    assert worth(half_hours, chats + 1, days).most >= found.most
    assert half_hours == 2 * MOST_HOURS or worth(half_hours + 1, chats, days).least > found.least
    assert days == MOST_DAYS or worth(half_hours, chats, days + 1).least > found.least
