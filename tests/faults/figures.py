"""What a measurement says: how much was asked, what was found, and whether the promise held."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bots.__main__ import story_settings


@dataclass(frozen=True)
class Scale:
    """How much is asked: a sample for every day, or the full counts."""

    is_full: bool = False

    def of(self, sample: int, full: int) -> int:
        return full if self.is_full else sample


@dataclass(frozen=True)
class Figure:
    """One line of the table. ``asked`` counts what ``unit`` names; ``details`` are for whoever wants to know why."""

    name: str
    promise: str
    asked: int
    unit: str
    found: str
    held: bool
    details: tuple[str, ...] = ()

    def told(self) -> str:
        """The figure as a failing test shows it."""
        return "\n".join([f"{self.name}: {self.promise}", f"{self.asked} {self.unit}: {self.found}", *self.details])


Measurement = Callable[[Scale, int], Figure]

SAMPLE, FULL = Scale(), Scale(is_full=True)
SHOWN_DETAILS = 20


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which this part of the others lies; nothing measured is nothing waited."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(part * len(ordered)) - 1)] if ordered else 0.0


def counted(number: int, word: str) -> str:
    return f"{number:,} {word}"


def shortened(details: Sequence[str]) -> tuple[str, ...]:
    """The first details; a thousand equal ones help nobody."""
    more = len(details) - SHOWN_DETAILS
    return (*details[:SHOWN_DETAILS], *([f"and {more} more"] if more > 0 else []))


def secret() -> str:
    """The secret of every hub that is measured."""
    return story_settings("sqlite:///unused.db").secret_key
