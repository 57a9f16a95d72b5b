"""What a buyer asks of the food itself: what is in it, how long it keeps, whether it is halal, whose permit it has.

Such a question is answered from what the seller wrote and from nothing else, so it is enough to know what is asked.
"""

from dataclasses import dataclass
from typing import Literal

from storefront.reading.forms import said
from storefront.reading.intents import ASKING, Spoken
from storefront.reading.packs import SPOKEN
from storefront.reading.shelf import Ware, parts

Fact = Literal["allergens", "shelf_life", "halal", "pirt"]
FACTS: tuple[Fact, ...] = ("allergens", "shelf_life", "halal", "pirt")


@dataclass(frozen=True)
class Inquiry:
    """What is asked. ``foods`` are the things somebody may not tolerate, under one name in all languages."""

    facts: tuple[Fact, ...]
    foods: tuple[str, ...] = ()


def inquiry(text: str, wares: tuple[Ware, ...]) -> Inquiry | None:
    """What a message asks of the food, or None. A food that the shop sells by that name is no allergen here."""
    spoken = Spoken(said(text).text)
    is_asked = spoken.asks or not ASKING.isdisjoint(spoken.words) or spoken.has(SPOKEN.tolerates)
    sold = {part for ware in wares for name in (ware.name, *ware.options) for part in parts(name)}
    foods = foods_in(spoken) - sold if is_asked else frozenset()
    asked = {
        "allergens": bool(foods) or spoken.has(SPOKEN.contents_asked | SPOKEN.tolerates),
        "shelf_life": spoken.has(SPOKEN.keeping_asked),
        "halal": is_asked and spoken.has(SPOKEN.halal_asked),
        "pirt": spoken.has(SPOKEN.permit_asked),
    }
    facts = tuple(fact for fact in FACTS if asked[fact])
    return Inquiry(facts, tuple(sorted(foods))) if facts else None


def is_named(food: str, told: str) -> bool:
    """Whether what the seller wrote names this food: "susu" in "mengandung telur dan susu sapi"."""
    return food in foods_in(Spoken(said(told).text))


def foods_in(spoken: Spoken) -> frozenset[str]:
    return frozenset(SPOKEN.allergens[row] for row in spoken.rows & SPOKEN.allergens.keys())
