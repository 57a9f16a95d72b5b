"""Whom an order thanks, as a table of people who met and bought."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from referral.attribution import Attribution, Claim, Customer, Touch, credited

NOW = datetime.fromisoformat("2026-06-20T09:00:00+00:00")
WEEK = timedelta(days=7)
DEWI, BUYER = 7, 9


def touch(deal: int = 1, claim: Claim = Claim.LINK, ago: timedelta = timedelta(hours=1), **more: object) -> Touch:
    usual: dict[str, object] = {"creator": DEWI, "window": WEEK, "new_customers_only": True}
    return Touch(deal=deal, claim=claim, at=NOW - ago, **{**usual, **more})  # type: ignore[arg-type]


def reason(decision: Attribution) -> tuple[int | None, str]:
    return (decision.touch.deal if decision.touch else None), decision.reason


@pytest.mark.parametrize(
    ("touches", "expected"),
    [
        ([], (None, "nobody")),
        ([touch()], (1, "link")),
        ([touch(1, Claim.TOUCH), touch(2, Claim.LINK)], (2, "link")),
        ([touch(1, Claim.LINK), touch(2, Claim.CODE, ago=timedelta(hours=24))], (2, "code")),
        ([touch(1, Claim.LINK), touch(2, Claim.CODE, ago=timedelta(hours=25))], (1, "link")),
        ([touch(1, ago=timedelta(days=3)), touch(2, ago=timedelta(days=2))], (2, "touch")),
        ([touch(ago=WEEK)], (1, "touch")),
        ([touch(ago=WEEK + timedelta(seconds=1))], (None, "window_over")),
        ([touch(creator=BUYER)], (None, "own_order")),
        ([touch(deal_ended_at=NOW)], (None, "deal_ended")),
        ([touch(deal_ended_at=NOW + timedelta(seconds=1))], (1, "link")),
        ([touch(1, creator=BUYER), touch(2, Claim.TOUCH)], (2, "touch")),
    ],
)
def test_whom_an_order_thanks(touches: list[Touch], expected: tuple[int | None, str]) -> None:
    assert reason(credited(touches, BUYER, Customer(), NOW)) == expected


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        (Customer(), (1, "link")),
        (Customer(NOW - timedelta(days=30), None), (None, "existing_customer")),
        (Customer(NOW - timedelta(hours=1), None), (None, "existing_customer")),
        (Customer(NOW - timedelta(minutes=59), None), (1, "link")),
        (Customer(NOW - timedelta(days=30), first_deal=1), (1, "link")),
        (Customer(NOW - timedelta(days=30), first_deal=2), (None, "existing_customer")),
    ],
)
def test_a_regular_customer_thanks_nobody_but_who_brought_her(
    customer: Customer, expected: tuple[int | None, str]
) -> None:
    assert reason(credited([touch()], BUYER, customer, NOW)) == expected


def test_a_deal_that_takes_regulars_is_thanked_for_them() -> None:
    regular = Customer(NOW - timedelta(days=30))

    assert reason(credited([touch(new_customers_only=False)], BUYER, regular, NOW)) == (1, "link")


def test_who_lost_is_remembered_with_the_reason() -> None:
    touches = [touch(1, creator=BUYER), touch(2), touch(3, Claim.TOUCH)]

    assert credited(touches, BUYER, Customer(), NOW).lost == ((1, "own_order"), (3, "later"))


hours = some.integers(0, 24 * 9).map(lambda ago: timedelta(hours=ago))
met = some.builds(touch, some.integers(1, 4), some.sampled_from(Claim), hours, creator=some.sampled_from([DEWI, BUYER]))


@given(some.lists(met, max_size=6), some.randoms())
def test_the_order_of_arrival_decides_nothing(touches: list[Touch], random: object) -> None:
    shuffled = sorted(touches, key=lambda _: random.random())  # type: ignore[attr-defined]

    one, other = credited(touches, BUYER, Customer(), NOW), credited(shuffled, BUYER, Customer(), NOW)

    assert (one.touch and (one.touch.claim, one.touch.at)) == (other.touch and (other.touch.claim, other.touch.at))


@given(some.lists(met, max_size=6))
def test_nobody_is_ever_thanked_for_her_own_order_or_too_late(touches: list[Touch]) -> None:
    winner = credited(touches, BUYER, Customer(), NOW).touch

    assert winner is None or (winner.creator != BUYER and NOW - winner.at <= winner.window)


def test_an_order_written_anew_thanks_whom_the_first_one_did_but_never_its_own_creator() -> None:
    before = touch(1, Claim.CODE, ago=timedelta(days=3))

    again = credited([touch(2)], BUYER, Customer(NOW - timedelta(days=30)), NOW, recreates=before)

    assert reason(again) == (1, "recreated")
    assert again.lost == ((2, "later"),)
    assert reason(credited([], DEWI, Customer(), NOW, recreates=before)) == (None, "nobody")


# -- given to a cause --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("touches", "waived", "expected"),
    [
        ([touch()], [DEWI], (None, "waived")),
        ([touch()], [8], (1, "link")),
        ([touch(1), touch(2, Claim.TOUCH, creator=8)], [DEWI], (None, "waived")),  # nobody else takes her place
        ([touch(1, creator=BUYER), touch(2, Claim.TOUCH, creator=8)], [DEWI], (2, "touch")),
        ([], [DEWI], (None, "nobody")),
    ],
)
def test_who_takes_nothing_for_a_cause_is_named_and_not_paid(
    touches: list[Touch], waived: list[int], expected: tuple[int | None, str]
) -> None:
    assert reason(credited(touches, BUYER, Customer(), NOW, waived=waived)) == expected
