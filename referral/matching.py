"""Who meets whom: neighbours and kitchens near each other, by what they like, and how steadily they go on.

Never by how many follow anybody. What counts is what both can check: weeks with an order, buyers who came back, days
until the money was there. Who is new has none of these, so every third place is hers (a list that only repeats its past
shows the same few for ever; compare "rich get richer", Merton 1968).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

Topic = Literal["cake", "meal", "snack", "drink", "frozen", "craft", "fashion", "kids"]
TOPICS: Final[tuple[Topic, ...]] = ("cake", "meal", "snack", "drink", "frozen", "craft", "fashion", "kids")
MOST_TOPICS: Final = 3
Reason = Literal["same_place", "same_city", "topic", "steady", "repeat", "pays_soon", "new"]
STEADY_WEEKS: Final = 8
REPEAT_SHARE: Final = 30  # of a hundred buyers
PAYS_SOON: Final = 3  # days
SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Seeker:
    """Who looks: where she is, by the words of her places, and what she tells of."""

    places: frozenset[str]
    city: str
    topics: frozenset[Topic]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be met, with what the running sums know of her last twelve weeks."""

    id: int
    places: frozenset[str]
    city: str
    topics: frozenset[Topic]
    active_weeks: int = 0
    repeat_share: int = 0
    pay_days: int | None = None
    is_new: bool = field(default=False)


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate, and why she is shown."""

    candidate: Candidate
    reasons: tuple[Reason, ...]


def matches(seeker: Seeker, candidates: Sequence[Candidate]) -> list[Match]:
    """Those near enough who share a topic, the steadiest first; where nobody names a topic, the place decides alone."""
    near = [one for one in candidates if is_near(seeker, one) and shares(seeker, one)]
    ranked = sorted(near, key=rank)
    return [Match(one, why(seeker, one)) for one in with_newcomers(ranked)]


def is_near(seeker: Seeker, one: Candidate) -> bool:
    return is_same_place(seeker, one) or (bool(seeker.city) and seeker.city == one.city)


def is_same_place(seeker: Seeker, one: Candidate) -> bool:
    """Whether a place of one is named within a place of the other: ``griya asri`` in ``rt 04 griya asri``."""
    pairs = ((f" {mine} ", f" {hers} ") for mine in seeker.places for hers in one.places)
    return any(mine in hers or hers in mine for mine, hers in pairs)


def shares(seeker: Seeker, one: Candidate) -> bool:
    return not seeker.topics or not one.topics or bool(seeker.topics & one.topics)


def rank(one: Candidate) -> tuple[int, int, int, int]:
    """Active weeks, then buyers who came back, then how soon the money comes; the longest here among equals."""
    soon = one.pay_days if one.pay_days is not None else 10_000
    return (-one.active_weeks, -one.repeat_share, soon, one.id)


def with_newcomers(ranked: Sequence[Candidate]) -> list[Candidate]:
    """Every third place goes to somebody new, as long as there is one."""
    known = [one for one in ranked if not one.is_new]
    fresh = [one for one in ranked if one.is_new]
    mixed: list[Candidate] = []
    while known or fresh:
        turn = fresh if (len(mixed) % SHOWN == SHOWN - 1 and fresh) or not known else known
        mixed.append(turn.pop(0))
    return mixed


def why(seeker: Seeker, one: Candidate) -> tuple[Reason, ...]:
    """The reasons that hold, the nearest first."""
    is_here = is_same_place(seeker, one)
    holds: dict[Reason, bool] = {
        "same_place": is_here,
        "same_city": not is_here,
        "topic": bool(seeker.topics & one.topics),
        "steady": one.active_weeks >= STEADY_WEEKS,
        "repeat": one.repeat_share >= REPEAT_SHARE,
        "pays_soon": one.pay_days is not None and one.pay_days <= PAYS_SOON,
        "new": one.is_new,
    }
    return tuple(reason for reason, is_so in holds.items() if is_so)
