"""Searching a shelf: the products a few words may mean, spelt as people spell. Pure; the best first.

A word is compared with every word of a product, its category and its options, so that "bronis" finds brownies and
"coklat" whatever can be had with chocolate.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from storefront.reading.packs import SPOKEN
from storefront.reading.spelling import lowered

ASKS = re.compile(r"(?:cari(?:in|kan)?|nyari|search|find|look for)\s+(?P<what>.{2,60})", re.IGNORECASE)
ENOUGH = 72.0  # of 100; below it two words are two words
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Searched:
    """One product as a search sees it: whatever it may be called by."""

    id: int
    name: str
    category: str = ""
    options: tuple[str, ...] = ()


def searched_for(text: str) -> str | None:
    """What stands behind *cari*; None where nobody searches."""
    found = ASKS.fullmatch(" ".join(text.split()).strip(" ?!."))
    return found["what"] if found else None


def search(text: str, shelf: Sequence[Searched], most: int = 9) -> list[int]:
    """The numbers of the products that fit every word, the best fit first; a product's name counts before the rest."""
    wanted = [word for word in words(text) if word not in SPOKEN.particles | SPOKEN.addressing | SPOKEN.wishes]
    if not wanted:
        return []
    scored = [(fit(wanted, one), place, one.id) for place, one in enumerate(shelf)]
    fits = sorted((-score, place, number) for score, place, number in scored if score)
    return [number for _, _, number in fits[:most]]


def fit(wanted: Sequence[str], one: Searched) -> float:
    """How well a product fits: 0 where any word is nowhere in it."""
    named, beside = words(one.name), [*words(one.category), *(word for option in one.options for word in words(option))]
    scores = [max(best(word, named), 0.9 * best(word, beside)) for word in wanted]
    return sum(scores) / len(scores) if all(scores) else 0.0


def best(word: str, among: Sequence[str]) -> float:
    """The nearest of some words: what begins like it counts whole, else how alike they are spelt."""
    scores = [100.0 if other.startswith(word) else fuzz.ratio(skeleton(word), skeleton(other)) for other in among]
    top = max(scores, default=0.0)
    return top if top >= ENOUGH else 0.0


def words(text: str) -> list[str]:
    return WORD.findall(lowered(text))


def skeleton(word: str) -> str:
    """Spelt the plain way: "bronis" and "brownies" share their sounds."""
    plain = word.replace("w", "").replace("ie", "i").replace("oe", "u").replace("ck", "k").replace("c", "k")
    return re.sub(r"(.)\1", r"\1", plain)
