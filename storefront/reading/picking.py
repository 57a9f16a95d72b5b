"""Which of the shelf a few words mean: one product and option, several to choose between, or nothing we have."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from storefront.reading.packs import SPOKEN
from storefront.reading.shelf import Place, Shelf


@dataclass
class Phrase:
    """Words that stand together, as the shelf knows them; ``unknown`` are those it does not."""

    words: list[str] = field(default_factory=list)
    options: set[Place] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    price: int | None = None
    plain: bool = False

    @property
    def says_something(self) -> bool:
        return bool(self.words or self.options or self.price or self.denied)


@dataclass(frozen=True)
class Picked:
    """``ware`` and ``option`` when clear; ``choices`` when several fit; neither: nothing we have."""

    ware: int | None = None
    option: int | None = None
    choices: tuple[int, ...] = ()


NOTHING = Picked()


def picked(phrase: Phrase, shelf: Shelf, before: int | None = None) -> Picked:
    """What is meant. ``before`` is the ware spoken of last: its options and its head noun go on."""
    wares = _fitting(phrase, shelf, before)
    if len(wares) > 1 and phrase.price:
        wares = [ware for ware in wares if shelf.wares[ware].price == phrase.price] or wares
    if len(wares) == 1:
        return Picked(wares[0], _option(phrase, shelf, wares[0]))
    return Picked(choices=tuple(sorted(wares)))


def split(phrase: Phrase, shelf: Shelf) -> list[Phrase]:
    """ "nastar kastengel putri salju" is three products; every word must belong to one of them."""
    if len(phrase.words) < 2 or phrase.unknown or phrase.options:
        return [phrase]
    found: list[list[str]] = []
    at, before = 0, None
    while at < len(phrase.words):
        ware, length = _name_at(phrase.words, at, shelf, before)
        if ware is not None:
            found.append(list(phrase.words[at : at + length]))
            if before is not None and len(found[-1]) < len(shelf.names[ware]):
                found[-1] = list(shelf.names[ware])
            at, before = at + length, ware
        elif before is not None and any(phrase.words[at] in option for option in shelf.options[before]):
            found[-1].append(phrase.words[at])
            at += 1
        else:
            return [phrase]
    return [Phrase(words=words, price=phrase.price) for words in found] if len(found) > 1 else [phrase]


def _name_at(words: Sequence[str], at: int, shelf: Shelf, before: int | None) -> tuple[int | None, int]:
    """The ware whose whole name stands at a place; behind another one, its head may be left out."""
    best: tuple[int | None, int] = (None, 0)
    for place in shelf.words.get(words[at], ()):
        name = shelf.names[place.ware]
        if place.option is None and tuple(words[at : at + len(name)]) == name and len(name) > best[1]:
            best = place.ware, len(name)
    if best[0] is None and before is not None:
        for length in range(len(words) - at, 0, -1):
            ware = _with_the_head_of(set(words[at : at + length]), shelf, before)
            if ware is not None:
                return ware, length
    return best


def speaks_only_of_options(phrase: Phrase, shelf: Shelf, ware: int) -> bool:
    """Whether the words are nothing but options of this ware."""
    if phrase.unknown or not phrase.says_something:
        return False
    if phrase.options and not any(place.ware == ware for place in phrase.options):
        return False
    own = {word for option in shelf.options[ware] for word in option}
    return all(word in own for word in phrase.words) and bool(phrase.words or phrase.options or phrase.denied)


def _fitting(phrase: Phrase, shelf: Shelf, before: int | None) -> list[int]:
    words = set(phrase.words)
    whole = _named_in_full(words, shelf)
    if whole:
        return whole
    if before is not None and speaks_only_of_options(phrase, shelf, before):
        return [before]
    carried = _with_the_head_of(words, shelf, before)
    if carried is not None and not phrase.unknown:
        return [carried]
    if phrase.unknown and not _only_talks(phrase.unknown):
        return []
    fitting = [ware for ware in _touched(phrase, shelf) if _fits(phrase, words, shelf, ware)]
    return fitting or _without_others_options(words, shelf)


def _named_in_full(words: set[str], shelf: Shelf) -> list[int]:
    """Wares whose whole name is said; the longest name is meant (Nastar Keju, not Nastar)."""
    touched = {place.ware for word in words for place in shelf.words.get(word, ()) if place.option is None}
    found = [ware for ware in touched if set(shelf.names[ware]) <= words]
    longest = max((len(shelf.names[ware]) for ware in found), default=0)
    return [ware for ware in found if len(shelf.names[ware]) == longest]


def _with_the_head_of(words: set[str], shelf: Shelf, before: int | None) -> int | None:
    """In a list the head noun carries on: "nasi box ayam bakar 20, rendang 10" means Nasi Box Rendang."""
    if before is None or not words:
        return None
    name = shelf.names[before]
    for length in range(len(name) - 1, 0, -1):
        head = set(name[:length])
        for ware, other in enumerate(shelf.names):
            if ware != before and other[:length] == name[:length] and set(other) == head | words:
                return ware
    return None


def _only_talks(unknown: Iterable[str]) -> bool:
    return all(word in SPOKEN.praise or word in SPOKEN.talk for word in unknown)


def _touched(phrase: Phrase, shelf: Shelf) -> set[int]:
    if phrase.words:
        return set.union(*({place.ware for place in shelf.words.get(word, ())} for word in phrase.words))
    if phrase.options:
        return {place.ware for place in phrase.options}
    return set(range(len(shelf.wares))) if phrase.price else set()


def _fits(phrase: Phrase, words: set[str], shelf: Shelf, ware: int) -> bool:
    """Every word of the phrase is in the ware's name, or in one of its options."""
    if phrase.options and not any(place.ware == ware for place in phrase.options):
        return False
    if phrase.price and not words and not phrase.options:
        return shelf.wares[ware].price == phrase.price
    rest = words - set(shelf.names[ware])
    return not rest or any(rest <= set(option) for option in shelf.options[ware])


def _without_others_options(words: set[str], shelf: Shelf) -> list[int]:
    """A colour this one does not come in is left to be asked; a kind that nobody has is not there."""
    named = {word for word in words if any(place.option is None for place in shelf.words.get(word, ()))}
    if not named or named == words:
        return []
    rest = words - named
    if not all(word in SPOKEN.flavours or word in SPOKEN.sizes for word in rest):
        return []
    return [ware for ware in range(len(shelf.wares)) if named == set(shelf.names[ware])]


# -- options -------------------------------------------------------------------------------------------


def _option(phrase: Phrase, shelf: Shelf, ware: int) -> int | None:
    options = shelf.options[ware]
    marked = [place.option for place in phrase.options if place.ware == ware]
    if len(marked) == 1:
        return marked[0]
    rest = [word for word in phrase.words if word not in shelf.names[ware]]
    rest += [
        word
        for word in phrase.words
        if word in shelf.names[ware] and phrase.words.count(word) > list(shelf.names[ware]).count(word)
    ]
    chosen = _best(rest, options)
    if chosen is None and phrase.denied:
        return _other_of_two(phrase.denied, options)
    return chosen


def _best(rest: Sequence[str], options: Sequence[tuple[str, ...]]) -> int | None:
    """The option said in full; else the only one that a word of it fits."""
    if not rest:
        return None
    said = set(rest)
    full = [number for number, option in enumerate(options) if set(option) <= said]
    if full:
        longest = max(len(options[number]) for number in full)
        best = [number for number in full if len(options[number]) == longest]
        return best[0] if len(best) == 1 else None
    partly = [number for number, option in enumerate(options) if said & set(option) and "tanpa" not in option]
    return partly[0] if len(partly) == 1 else None


def _other_of_two(denied: Sequence[str], options: Sequence[tuple[str, ...]]) -> int | None:
    """Of two options, the one that is not refused."""
    refused = [number for number, option in enumerate(options) if set(denied) & set(option)]
    return 1 - refused[0] if len(options) == 2 and len(refused) == 1 else None
