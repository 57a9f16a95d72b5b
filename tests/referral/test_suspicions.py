"""What makes us look twice, with the edges, and that an ordinary order never does."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from referral.suspicions import CODES_TRIED, FLOOD, GIVEN_BACK, REASONS, SNIPED_WITHIN, Evidence, suspicions

ORDINARY = Evidence()
SECOND = timedelta(seconds=1)


def test_an_ordinary_order_is_not_looked_at_twice() -> None:
    assert suspicions(ORDINARY) == ()


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"same_phone": True}, ("same_phone",)),
        ({"same_account": True}, ("same_account",)),
        ({"same_address": True}, ("same_address",)),
        ({"same_proof": True}, ("same_proof",)),
        ({"with_the_seller": True}, ("with_the_seller",)),
        ({"orders_lately": FLOOD - 1}, ()),
        ({"orders_lately": FLOOD}, ("flood",)),
        ({"codes_tried": CODES_TRIED - 1}, ()),
        ({"codes_tried": CODES_TRIED}, ("stuffing",)),
        ({"own_door": SNIPED_WITHIN + SECOND}, ()),
        ({"own_door": SNIPED_WITHIN}, ("sniping",)),
        ({"own_door": timedelta(0)}, ("sniping",)),
        ({"own_door": -SECOND}, ()),
        ({"given_back": GIVEN_BACK - 1}, ()),
        ({"given_back": GIVEN_BACK}, ("wash",)),
        ({"same_address": True, "same_phone": True}, ("same_phone", "same_address")),
    ],
)
def test_each_reason_with_its_edge(changes: dict[str, object], reasons: tuple[str, ...]) -> None:
    assert suspicions(replace(ORDINARY, **changes)) == reasons


@given(
    some.builds(
        Evidence,
        *(some.booleans() for _ in range(5)),
        some.integers(0, 50),
        some.integers(0, 9),
        some.none() | some.timedeltas(-timedelta(days=2), timedelta(days=2)),
        some.integers(0, 9),
    )
)
def test_more_evidence_never_takes_a_reason_away(seen: Evidence) -> None:
    worse = replace(seen, same_phone=True, orders_lately=seen.orders_lately + FLOOD)

    assert set(suspicions(seen)) <= set(suspicions(worse)) <= set(REASONS)
