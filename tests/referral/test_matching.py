"""Who is shown to whom, and why: near, by topics, the steadiest first, and every third place to somebody new."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from referral.matching import TOPICS, Candidate, Match, Seeker, matches

HERE = frozenset({"griya asri", "rt 04"})
DEWI = Seeker(frozenset({"rt 04 griya asri"}), "depok", frozenset({"cake", "snack"}))


def kitchen(number: int = 1, **more: object) -> Candidate:
    usual: dict[str, object] = {"places": HERE, "city": "depok", "topics": frozenset({"cake"}), "active_weeks": 3}
    return Candidate(number, **{**usual, **more})  # type: ignore[arg-type]


def ids(found: list[Match]) -> list[int]:
    return [one.candidate.id for one in found]


@pytest.mark.parametrize(
    ("one", "is_shown"),
    [
        (kitchen(), True),
        (kitchen(places=frozenset({"griya"})), True),  # a place named within hers
        (kitchen(places=frozenset({"asri indah"})), True),  # not hers, but her city
        (kitchen(places=frozenset({"cimanggis"}), city="bogor"), False),
        (kitchen(places=frozenset(), city=""), False),
        (kitchen(topics=frozenset({"craft"})), False),
        (kitchen(topics=frozenset()), True),  # what it sells says nothing: the place decides
    ],
)
def test_near_and_about_what_she_tells_of(one: Candidate, is_shown: bool) -> None:
    assert bool(matches(DEWI, [one])) is is_shown


def test_a_city_nobody_named_is_no_neighbourhood() -> None:
    assert matches(Seeker(frozenset(), "", frozenset()), [kitchen(city="")]) == []


def test_who_tells_of_everything_is_shown_everything_near() -> None:
    everything = Seeker(DEWI.places, "depok", frozenset())

    assert ids(matches(everything, [kitchen(topics=frozenset({"craft"}))])) == [1]


def test_the_steadiest_comes_first_then_who_keeps_her_buyers_then_who_pays_soon() -> None:
    found = [
        kitchen(1, active_weeks=2, repeat_share=90, pay_days=1),
        kitchen(2, active_weeks=9, repeat_share=10, pay_days=9),
        kitchen(3, active_weeks=9, repeat_share=10, pay_days=2),
        kitchen(4, active_weeks=9, repeat_share=40),
        kitchen(5, active_weeks=9, repeat_share=10),
    ]

    assert ids(matches(DEWI, found)) == [4, 3, 2, 5, 1]


def test_every_third_place_is_for_somebody_new() -> None:
    known = [kitchen(number, active_weeks=20 - number) for number in range(1, 6)]
    fresh = [kitchen(number, active_weeks=0, is_new=True) for number in (11, 12)]

    assert ids(matches(DEWI, [*fresh, *known])) == [1, 2, 11, 3, 4, 12, 5]
    assert ids(matches(DEWI, fresh)) == [11, 12]


@pytest.mark.parametrize(
    ("one", "reasons"),
    [
        (kitchen(active_weeks=7), ("same_place", "topic")),
        (kitchen(active_weeks=8), ("same_place", "topic", "steady")),
        (kitchen(places=frozenset({"beji"})), ("same_city", "topic")),
        (kitchen(topics=frozenset(), repeat_share=29, pay_days=4), ("same_place",)),
        (kitchen(topics=frozenset(), repeat_share=30, pay_days=3), ("same_place", "repeat", "pays_soon")),
        (kitchen(topics=frozenset(), active_weeks=0, is_new=True), ("same_place", "new")),
    ],
)
def test_the_reasons_are_told(one: Candidate, reasons: tuple[str, ...]) -> None:
    assert matches(DEWI, [one])[0].reasons == reasons


@given(
    some.lists(
        some.builds(
            kitchen,
            some.integers(1, 10_000),
            active_weeks=some.integers(0, 12),
            repeat_share=some.integers(0, 100),
            pay_days=some.none() | some.integers(0, 60),
            topics=some.frozensets(some.sampled_from(TOPICS), max_size=3),
            is_new=some.booleans(),
        ),
        unique_by=lambda one: one.id,
        max_size=30,
    )
)
def test_nobody_is_lost_or_shown_twice_and_the_order_in_which_they_came_decides_nothing(found: list[Candidate]) -> None:
    shown = ids(matches(DEWI, found))

    assert len(shown) == len(set(shown))
    assert set(shown) == {one.id for one in found if not one.topics or one.topics & DEWI.topics}
    assert shown == ids(matches(DEWI, found[::-1]))
