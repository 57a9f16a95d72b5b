"""Figures as pictures: bars drawn as SVG on the server, with every figure beside them in words.

A chart is a value a template draws (`inside/parts.html`): no script, nothing to load, readable by who sees and by who
listens. Heights are whole steps of a hundred; the largest bar fills the chart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

FULL = 100


@dataclass(frozen=True)
class Bar:
    """One bar: what stands under it, its amount, its height of a hundred, and how it is said."""

    label: str
    amount: int
    height: int
    said: str
    is_now: bool = False


@dataclass(frozen=True)
class Chart:
    """Bars of one measure. ``top`` is what the largest is said to be."""

    title: str
    bars: Sequence[Bar]
    top: str

    @property
    def is_empty(self) -> bool:
        return not any(bar.amount for bar in self.bars)


def chart(title: str, found: Sequence[tuple[str, int, str]], *, now: int | None = None) -> Chart:
    """A chart of (label, amount, how it is said); ``now`` is the number of the bar that still grows."""
    most = max([amount for _, amount, _ in found], default=0)
    bars = [
        Bar(label, amount, height_of(amount, most), said, place == now)
        for place, (label, amount, said) in enumerate(found)
    ]
    top = next((said for _, amount, said in found if amount == most and most), "")
    return Chart(title, bars, top)


def height_of(amount: int, most: int) -> int:
    """Of a hundred; what is more than nothing is seen."""
    if amount <= 0 or most <= 0:
        return 0
    return max(amount * FULL // most, 2)
