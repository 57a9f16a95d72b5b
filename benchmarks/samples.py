"""Figures from measured pairs: medians, the 95th percentile, and a ratio with how sure of it one may be.

Subject and floor are measured one after the other, over and over, so that a disk or a processor that is slow for a
minute is slow for both. The interval is a bootstrap's over pairs: whatever slowed a pair stays in its pair.
"""

import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

RESAMPLES = 2_000
SEED = 20260616


@dataclass
class Pairs:
    """Seconds of the subject and of its floor, pair by pair, in the order they were taken."""

    subject: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)

    def add(self, subject: float, floor: float) -> None:
        self.subject.append(subject)
        self.floor.append(floor)

    @property
    def ratio(self) -> float:
        return statistics.median(self.subject) / statistics.median(self.floor)

    def interval(self, resamples: int = RESAMPLES, seed: int = SEED) -> tuple[float, float]:
        """Between which ratios the true one lies, 95 times in 100."""
        dice = random.Random(seed)  # noqa: S311 - dice, not secrets
        pairs = list(zip(self.subject, self.floor, strict=True))
        drawn = sorted(Pairs(*of(dice.choices(pairs, k=len(pairs)))).ratio for _ in range(resamples))
        return percentile(drawn, 0.025), percentile(drawn, 0.975)


def of(pairs: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [one for one, _ in pairs], [other for _, other in pairs]


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which this part of the others lies."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


def ms(seconds: float) -> str:
    return f"{seconds * 1_000:.2f}"
