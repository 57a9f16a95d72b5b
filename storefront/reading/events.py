"""A buyer's message as a row of small events: a product's word, a number, a sum, "no", "rather", "each", a comma.

What only looks like a quantity (a date, an hour, a house, an age, a phone) is left out here, once.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from storefront.reading import amounts
from storefront.reading.packs import SPOKEN, Words
from storefront.reading.packs import words as phrases
from storefront.reading.quantities import number_at, one_of_a
from storefront.reading.shelf import Place, Shelf, spellings
from storefront.reading.times import MONTHS

Kind = Literal[
    "word", "option", "number", "money", "unknown", "comma", "end", "each", "rest", "not", "drop", "instead",
    "set", "add",     "less", "verb", "which", "purpose", "plain",
]  # fmt: skip

LEXEME = re.compile(
    r"""
    (?P<skip>(?:https?://|www\.)\S{1,300}|\d{1,3}\s?%
      |(?<![\w.,])(?:\+62|62(?=[ .-]?8)|0)[ .-]?\d{2,4}(?:[ .-]?\d{2,5}){1,3}(?!\w))
    | (?P<part>\b[13]/[24]\b(?!/)|[½¼¾])
    | (?P<number>\d+(?:[.,']\d+)*)
    | (?P<word>[^\W\d_]+(?:['-](?=[^\W\d_])[^\W\d_]+)*)
    | (?P<line>\n)
    | (?P<sign>\S)
    """,
    re.VERBOSE,
)
A_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
TIMES = re.compile(
    rf"""
    \b(?:tgl|tanggal|tggl)\s?\.?\s?\d{{1,2}}(?:\s?[/-]\s?\d{{1,2}}){{0,2}}\b
    | \b(?:jam|jm|pukul|pkl)\s?\d{{1,2}}(?:[.:]\d\d)?(?:\s?(?:-|sampai|s/d)\s?\d{{1,2}}(?:[.:]\d\d)?)?\b
    | \b\d{{1,2}}[.:]\d\d\s?(?:wib|wita|wit|am|pm|pagi|siang|sore|malam|mlm)\b
    | \b\d{{1,2}}\s?(?:am|pm|o'clock)\b
    | \b(?:[5-9]|\d\d)/\d{{1,2}}(?:/\d{{2,4}})?\b | \b\d{{1,2}}/(?:[5-9]|\d\d)(?:/\d{{2,4}})?\b
    | \bh\s?[-+]\s?\d{{1,2}}\b
    | (?<![\d.,])\d{{5}}(?![\d.,])(?!\s?(?:pcs|box|pack|porsi|biji|toples|loyang|rb|ribu))
    | \b\d{{1,2}}\s(?:{A_MONTH})\b
    """,
    re.VERBOSE,
)
LONGEST_PHRASE = 3


@dataclass(frozen=True)
class Event:
    kind: Kind
    value: Any = None  #: the shelf's words, a number, an amount, places of an option
    unit: str = ""
    said: str = ""
    deed: str = "want"  #: what a number does to what was said before: want, instead, add, less


CONTROLS: Sequence[tuple[Kind, Words]] = (
    ("drop", SPOKEN.drops),
    ("each", SPOKEN.each | {"masing-masing", "tiap-tiap"}),
    ("rest", SPOKEN.rest),
    ("not", SPOKEN.without - {"tdk"}),
    ("instead", SPOKEN.corrects),
    ("set", SPOKEN.sets),
    ("add", SPOKEN.adds),
    ("less", SPOKEN.lessens),
    ("comma", SPOKEN.joining | {"atau"}),
    ("purpose", SPOKEN.purposes),
    ("which", frozenset({"yang", "yg", "yng"})),
    ("plain", SPOKEN.plain),
    ("verb", SPOKEN.order_verbs),
)
SHAPES = frozenset({"gulung", "batang", "lembar"})  # behind a product's word they name another product
MEASURES = {"gram": "gr", "g": "gr", "grm": "gr", "kilo": "kg", "kilogram": "kg", "liter": "l", "ltr": "l"}
CONTROL_OF: dict[str, Kind] = {phrase: kind for kind, phrases in reversed(CONTROLS) for phrase in phrases}
CONTROL_BEGINS = frozenset(phrase.split()[0] for phrase in CONTROL_OF if phrase)
NOISE = frozenset().union(
    SPOKEN.talk, SPOKEN.addressing, SPOKEN.particles, SPOKEN.wishes, SPOKEN.greets, SPOKEN.thanks, SPOKEN.questions,
    SPOKEN.praise, SPOKEN.price_cues, SPOKEN.stock_cues, SPOKEN.prices_asked, SPOKEN.not_counted, SPOKEN.not_counting,
    SPOKEN.asides, SPOKEN.option_cues, SPOKEN.hypothetical,
    phrases("of pls total x lagi lg baru inget more di ke size uk kuenya one will paket"),
)  # fmt: skip


@dataclass(frozen=True)
class _Row:
    kinds: tuple[str, ...]
    lows: tuple[str, ...]
    glued: tuple[bool, ...]

    def low(self, at: int) -> str:
        return self.lows[at] if 0 <= at < len(self.lows) else ""


def events(goods: str, shelf: Shelf) -> list[Event]:
    row = _row(TIMES.sub(" ", goods))
    made: list[Event] = []
    at = 0
    while at < len(row.lows):
        event, at = _event(row, at, shelf)
        if event:
            made.append(event)
    return made


def _row(text: str) -> _Row:
    found = list(LEXEME.finditer(text))
    ends = [one.end() for one in found]
    return _Row(
        tuple(one.lastgroup or "" for one in found),
        tuple(one[0] for one in found),
        tuple(number > 0 and ends[number - 1] == one.start() for number, one in enumerate(found)),
    )


def _event(row: _Row, at: int, shelf: Shelf) -> tuple[Event | None, int]:
    kind, low = row.kinds[at], row.lows[at]
    if kind == "skip":
        return None, at + 1
    if kind == "line":
        return Event("end", "\n"), at + 1
    if kind == "sign" and _is_minus(row, at):
        return Event("number", Fraction(-1), said=low + row.low(at + 1)), at + 2
    if kind == "sign":
        return _sign(low), at + 1
    option = _option(row, at, shelf)
    if option:
        return option
    money = amounts.sum_at(row.lows, row.glued, at)
    if money and money.sure == "written" and not (kind == "word" and low in shelf.words):
        return Event("money", money.amount if not money.vague else None, said=low), money.end
    number = _number(row, at, shelf)
    if number:
        return number
    if kind in {"number", "part"}:
        return None, at + 1
    return _word(row, at, shelf)


def _is_minus(row: _Row, at: int) -> bool:
    """ "nastar -1"; a dash that opens a line is a bullet."""
    follows = row.kinds[at + 1 : at + 2] == ("number",) and row.glued[at + 1]
    return row.lows[at] == "-" and follows and not row.glued[at] and at > 0 and row.kinds[at - 1] != "line"


def _sign(low: str) -> Event | None:
    if low in {",", "&", "+", ";"}:
        return Event("comma", low)
    return Event("end", low) if low in {".", "!", "?"} else None


def _option(row: _Row, at: int, shelf: Shelf) -> tuple[Event, int] | None:
    """An option that is written with digits, or begins with "tanpa": "16cm", "isi 3", "tanpa kacang"."""
    if MEASURES.get(row.lows[at], row.lows[at]) not in shelf.phrase_begins:
        return None
    for length in (4, 3, 2, 1):
        words = row.lows[at : at + length]
        spoken = tuple(part for word in words for part in SPOKEN.synonyms.get(word, word).split())
        weighed = tuple(MEASURES.get(word, word) for word in words)
        places = shelf.phrases.get(words) or shelf.phrases.get(spoken) or shelf.phrases.get(weighed)
        if places and len(words) == length:
            return Event("option", frozenset(places), said=" ".join(words)), at + length
    return None


def _number(row: _Row, at: int, shelf: Shelf) -> tuple[Event | None, int] | None:
    low = row.lows[at]
    contents = number_at(row.lows, at + 1) if low in SPOKEN.contents and low != "of" else None
    if contents:
        is_named = low in shelf.words and not _counts_contents(row, at)
        return None if is_named else (None, contents[1])
    if unit := one_of_a(low):
        return Event("number", Fraction(1), unit, low), at + 1
    if low in {"x", "@"} and row.low(at + 1).isdigit():
        return None, at + 1
    if low in SPOKEN.multiples and low not in SPOKEN.units:
        return Event("number", Fraction(SPOKEN.multiples[low]), said=low), at + 1
    if low in SPOKEN.multiples and row.low(at - 1) in {"a", "satu"}:
        return Event("number", Fraction(1), low, low), at + 1
    if low in shelf.words and not low.isdigit():
        return None
    found = number_at(row.lows, at)
    if found is None:
        return _odd_number(row, at, shelf)
    if _counts_something_else(row, at, found[1], shelf):
        return None, found[1]
    return _counted(row, at, found)


def _odd_number(row: _Row, at: int, shelf: Shelf) -> tuple[Event | None, int] | None:
    """ "1.5", "10.000.000": not a number of things."""
    if row.kinds[at] != "number" or _counts_something_else(row, at, at + 1, shelf):
        return None
    return Event("number", Fraction(-1), said=row.lows[at]), at + 1


def _counts_contents(row: _Row, at: int) -> bool:
    """ "cireng isi 2" orders two of Cireng Isi, "adaan 2 pack isi 10" does not order ten."""
    return any(row.kinds[back] == "number" for back in range(max(0, at - 3), at))


def _counts_something_else(row: _Row, at: int, end: int, shelf: Shelf) -> bool:
    before = row.low(at - 1) if row.low(at - 1) not in {".", ":", "-"} else row.low(at - 2)
    before = "" if before in shelf.words else before
    letter = row.glued[at] and len(row.low(at - 1)) == 1 and row.low(at - 1).isalpha() and row.low(at - 1) not in {"x"}
    after = row.low(end) if row.low(end) != "-" else row.low(end + 1)
    split = row.low(end) == "/" and row.glued[end : end + 1] == (True,) and row.low(end + 1).isdigit()
    slashed = row.low(at - 1) == "/" and row.glued[at] and row.low(at - 2)[:1].isdigit()
    measured = after in SPOKEN.measures - {"kg", "kilo", "kilogram", "ons", "liter", "ltr", "m", "g", "l"} or (
        after in {"g", "m", "l"} and row.glued[end : end + 1] == (True,)
    )
    return before in SPOKEN.not_counted or after in SPOKEN.not_counting or letter or split or slashed or measured


def _counted(row: _Row, at: int, found: tuple[int | Fraction, int]) -> tuple[Event, int]:
    """A number with the unit behind it; half a dozen is six, "sepuluh an" is about ten."""
    number, end = Fraction(found[0]), found[1]
    said_ = " ".join(row.lows[at:end])
    if row.low(end) in {"x", "kali"}:
        end += 1
    if row.low(end) == "a" and row.low(end + 1) in SPOKEN.multiples:
        end += 1
    if row.low(end) in SPOKEN.multiples:
        return Event("number", number, row.low(end), said_), end + 1
    unit = SPOKEN.units.get(row.low(end), "")
    if number.denominator > 1 and unit and unit not in {"lusin", "kodi"}:
        return Event("number", number, unit, said_), end + 1
    return Event("number", number, unit, said_), end


def _word(row: _Row, at: int, shelf: Shelf) -> tuple[Event | None, int]:
    low = row.lows[at]
    control = _control(row, at, shelf)
    if control:
        return control
    shaped = low in SHAPES and low not in shelf.words and not _follows_number(row, at)
    counted = low not in shelf.words or (_follows_number(row, at) and not _goes_on(row, at, shelf))
    if low in SPOKEN.units and counted and not shaped:
        return None, at + 1
    pair = f"{low} {row.low(at + 1)}"
    joined = next((one for one in spellings(low + row.low(at + 1)) if one in shelf.words and one not in {low}), None)
    if joined and low not in shelf.words and row.kinds[at + 1 : at + 2] == ("word",):
        return Event("word", (joined,), said=pair), at + 2
    same = SPOKEN.synonyms.get(pair)
    if same and all(part in shelf.words for part in same.split()):
        return Event("word", tuple(same.split()), said=pair), at + 2
    if len(low) == 1 and not _is_a_letter_of(row, at, shelf):
        return None, at + 1
    if low == "teh" and row.low(at - 1) in {"es", "ice", "iced"}:
        return Event("unknown", f"es {low}", said=low), at + 1  # tea, not an elder sister
    called = shelf.called(low)
    if called:
        return Event("word", called, said=low), at + 1
    if not shaped and (
        low in NOISE
        or len(low) < 3
        or any(spelling in NOISE or spelling in SPOKEN.units for spelling in spellings(low))
    ):
        return None, at + 1
    return Event("unknown", low, said=low), at + 1


def _follows_number(row: _Row, at: int) -> bool:
    return row.kinds[at - 1 : at] == ("number",) or row.low(at - 1) in SPOKEN.numbers


def _goes_on(row: _Row, at: int, shelf: Shelf) -> bool:
    """ "30 box nasi ayam bakar": the unit begins the product's words."""
    return bool(row.low(at + 1)) and bool(shelf.called(row.low(at + 1))) and row.low(at + 1) not in SPOKEN.joining


def _control(row: _Row, at: int, shelf: Shelf) -> tuple[Event, int] | None:
    if row.lows[at] not in CONTROL_BEGINS:
        return None
    for length in range(min(LONGEST_PHRASE, len(row.lows) - at), 0, -1):
        phrase = " ".join(row.lows[at : at + length])
        kind = CONTROL_OF.get(phrase)
        if kind is None or (length == 1 and phrase in shelf.words and kind != "comma"):
            continue
        if phrase != "no" or shelf.called(row.low(at + 1)):
            return Event(kind, phrase, said=phrase), at + length
    return None


def _is_a_letter_of(row: _Row, at: int, shelf: Shelf) -> bool:
    """A single letter is a size or a kind only beside its product, a number, or the word size."""
    low = row.lows[at]
    if low not in shelf.words:
        return False
    before, after = row.low(at - 1), row.low(at + 1)
    names = any(place.option is None for place in shelf.words[low])
    if names:
        return before in SPOKEN.units or bool(shelf.called(before)) if before else False
    numbered = number_at(row.lows, at + 1) is not None or number_at(row.lows, at - 1) is not None
    return (
        before in {"uk", "size", "ukuran"}
        or numbered
        or (bool(before) and bool(shelf.called(before)))
        or after in {",", ""}
    )


def places_of(event: Event, shelf: Shelf) -> Iterator[Place]:
    """Where the words of an event stand on the shelf."""
    if event.kind == "option":
        yield from event.value
    elif event.kind == "word":
        for word in event.value:
            yield from shelf.words[word]
