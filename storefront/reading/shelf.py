"""A shop's shelf as a reader knows it: every word of every product and option, with typing errors forgiven.

Built once for a catalogue and asked for every message, so that a message against 500 products takes a moment.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from storefront.reading.packs import SPOKEN
from storefront.reading.spelling import lowered, normal

SHORTEST_TYPO = 4
SURE_LENGTH = 7  # from here on two slips are forgiven
SUFFIXES = ("-nya", "nya", "ny", "an", "ku", "es", "s", "in")
PART = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+")
PREFIXES = frozenset({"tanpa", "no", "non", "without", "isi", "level", "size", "ukuran", "less", "extra", "uk"})
KNOWN = frozenset().union(
    SPOKEN.talk, SPOKEN.addressing, SPOKEN.particles, SPOKEN.wishes, SPOKEN.heads, SPOKEN.flavours, SPOKEN.order_verbs,
    SPOKEN.joining, SPOKEN.purposes, SPOKEN.questions, SPOKEN.units, SPOKEN.numbers, SPOKEN.greets, SPOKEN.thanks,
    SPOKEN.asides, SPOKEN.without, SPOKEN.corrects, SPOKEN.sets, SPOKEN.adds, SPOKEN.rest, SPOKEN.each,
    SPOKEN.not_counted,
    SPOKEN.not_counting, SPOKEN.prices_asked, SPOKEN.stock_asked, SPOKEN.plain,
)  # fmt: skip


@dataclass(frozen=True)
class Ware:
    """One product as a reader needs it; money is whole rupiah for one unit."""

    id: int
    name: str
    price: int | None
    unit: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where a word stands: in a ware's name, or in one of its options (by place)."""

    ware: int
    option: int | None = None


@dataclass
class Shelf:
    wares: tuple[Ware, ...]
    names: list[tuple[str, ...]] = field(default_factory=list)
    options: list[tuple[tuple[str, ...], ...]] = field(default_factory=list)
    words: dict[str, set[Place]] = field(default_factory=dict)
    phrases: dict[tuple[str, ...], set[Place]] = field(default_factory=dict)
    phrase_begins: set[str] = field(default_factory=set)
    joined: dict[str, tuple[str, ...]] = field(default_factory=dict)
    squeezed: dict[str, str] = field(default_factory=dict)
    vocabulary: list[str] = field(default_factory=list)
    heard: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def called(self, word: str) -> tuple[str, ...]:
        """A message's word as words of this shelf; empty when it is none of them."""
        if word not in self.heard:
            if len(self.heard) > MOST_HEARD:
                self.heard.clear()
            self.heard[word] = self._called(word)
        return self.heard[word]

    def _called(self, word: str) -> tuple[str, ...]:
        for spelling in spellings(word):
            if spelling in self.words:
                return (spelling,)
            known = tuple(SPOKEN.synonyms.get(spelling, "").split())
            if known and all(part in self.words for part in known):
                return known
        for spelling in spellings(word):
            if spelling in self.joined:
                return self.joined[spelling]
            if squeezed := self.squeezed.get(squeeze(spelling)):
                return (squeezed,)
        return self._split(word) or self._nearest(word)

    def _split(self, word: str) -> tuple[str, ...]:
        """ "putrisalju": two words without the blank between them."""
        if len(word) < 6 or word in KNOWN:
            return ()
        for cut in range(3, len(word) - 2):
            first, second = word[:cut], word[cut:]
            for spelling in spellings(second):
                if first in self.words and spelling in self.words:
                    return first, spelling
        return ()

    def _nearest(self, word: str) -> tuple[str, ...]:
        """The one word that is a slip of the finger away."""
        if len(word) < SHORTEST_TYPO or word in KNOWN:
            return ()
        for spelling in spellings(word)[:2]:
            slips = 1 if len(spelling) < SURE_LENGTH else 2
            near = process.extract(spelling, self.vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=2)
            if near and not (len(near) > 1 and near[0][1] == near[1][1]) and near[0][0][0] == spelling[0]:
                return (near[0][0],)
        return ()


MOST_HEARD = 4_096


def spellings(word: str) -> list[str]:
    """A word, and without the endings speech puts on it."""
    found = [word]
    found += [word.removesuffix(end) for end in SUFFIXES if word.endswith(end) and len(word) - len(end) >= 3]
    return found


def squeeze(word: str) -> str:
    """One letter for each stretched one."""
    return re.sub(r"(.)\1+", r"\1", word)


def parts(text: str) -> tuple[str, ...]:
    """The words of a name or option as they are compared: "16cm" is ("16", "cm")."""
    found: list[str] = []
    for word in PART.findall(lowered(normal(text))):
        same = SPOKEN.synonyms.get(word, word)
        found += same.split() if " " not in same or len(same.split()) > 1 else [same]
    return tuple(found)


@lru_cache(maxsize=64)
def shelved(wares: tuple[Ware, ...]) -> Shelf:
    """The shelf of these wares; the same wares are shelved once."""
    shelf = Shelf(wares)
    for at, ware in enumerate(wares):
        name = parts(ware.name)
        shelf.names.append(name)
        _add(shelf.words, name, Place(at))
        if len(name) > 1:
            shelf.joined["".join(name)] = name
        spoken = tuple(parts(option) for option in ware.options)
        shelf.options.append(spoken)
        for number, option in enumerate(spoken):
            place = Place(at, number)
            if any(part.isdigit() for part in option) or (option and option[0] in PREFIXES and len(option) > 1):
                shelf.phrases.setdefault(option, set()).add(place)
            else:
                _add(shelf.words, option, place)
    shelf.phrase_begins = {phrase[0] for phrase in shelf.phrases}
    shelf.vocabulary = [word for word in shelf.words if len(word) >= SHORTEST_TYPO]
    shelf.squeezed = {squeeze(word): word for word in shelf.words if len(word) > 2}
    return shelf


def _add(words: dict[str, set[Place]], names: Iterable[str], place: Place) -> None:
    for word in names:
        words.setdefault(word, set()).add(place)


def wares_of(rows: Sequence[Mapping[str, object]]) -> tuple[Ware, ...]:
    """Wares from plain data, as a file has them."""
    return tuple(
        Ware(int(str(row["id"])), str(row["name"]), int(str(row["price"])) if row.get("price") is not None else None,
             str(row.get("unit") or ""), tuple(map(str, row.get("options") or ())))  # type: ignore[call-overload]
        for row in rows
    )  # fmt: skip
