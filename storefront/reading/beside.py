"""What stands beside a sum: the unit it buys, a bundle, a weight, or the words it is the price of."""

from collections.abc import Sequence
from fractions import Fraction

from storefront.reading.containers import CONTAINERS, PIECES
from storefront.reading.packs import SPOKEN
from storefront.reading.sums import Priced
from storefront.reading.tokens import SIZED, Token

WHOLE = frozenset({"kg", "ons", "liter"})
HALF = Fraction(1, 2)
NOTHING = frozenset().union(
    SPOKEN.talk, SPOKEN.price_cues, SPOKEN.particles, SPOKEN.addressing, SPOKEN.now, SPOKEN.was, SPOKEN.option_cues,
    SPOKEN.units, SPOKEN.ready, SPOKEN.praise, SPOKEN.per, SPOKEN.either, {"rp", "idr"},
)  # fmt: skip


def describe(row: Sequence[Token], found: list[Priced]) -> None:
    for place, one in enumerate(found):
        start = found[place - 1].at + 1 if place else 0
        stop = found[place + 1].at if place + 1 < len(found) else len(row)
        _after(row, one, stop)
        if one.beside == "nothing":
            _before(row, one, start)
        _named(row, one, start)
    sized = [one for one in found if one.beside in {"measure", "contents"}]
    if (
        len(sized) == 1
        and len(found) > 1
        and not sized[0].unit
        and not any(one.beside in {"unit", "nothing"} for one in found)
    ):
        sized[0].beside, sized[0].label = "nothing", ""


def _skip(row: Sequence[Token], at: int, step: int) -> int:
    """The next token that says something, over particles and little signs."""
    little = {"(", ")", "=", ":", "💰"} | SPOKEN.particles | SPOKEN.addressing | SPOKEN.price_cues
    at += step
    while 0 <= at < len(row) and row[at].low in little and row[at].kind in {"word", "sign", "end"}:
        at += step
    return at


def _after(row: Sequence[Token], one: Priced, stop: int) -> None:
    """ "45rb/box", "10rb dapat 3", "15rb sebungkus", "45rb box"."""
    at = _skip(row, one.at, 1)
    if at >= stop:
        return
    token = row[at]
    if token.low in SPOKEN.gives and at + 1 < len(row) and row[at + 1].kind in {"number", "count"}:
        _bundled(one, row[at + 1].value, row[at + 1].unit, row, (at, at + 1))
    elif token.kind == "per":
        _per(row, one, at)
    elif token.kind == "count" and row[at - 1].kind != "end" and not _belongs_to_next(row, at, stop):
        if token.value == 1:
            _for_one(one, token, token.unit)
        elif row[at - 1].low in {"="} | SPOKEN.gives:
            _bundled(one, token.value, token.unit, row, (at,))
    elif _is_one_of(row, at):
        _for_one(one, token, SPOKEN.units[token.low])


def _is_one_of(row: Sequence[Token], at: int) -> bool:
    """ "45rb box", "2rb hiji": a unit alone right behind the sum is one of it."""
    token = row[at]
    if token.kind == "number":
        return token.low in SPOKEN.units
    return token.kind == "word" and SPOKEN.units.get(token.low) in CONTAINERS | PIECES and row[at - 1].kind == "sum"


def _per(row: Sequence[Token], one: Priced, at: int) -> None:
    token = row[at]
    token.role = "price"
    if token.unit == "number":
        _bundled(one, token.value, None, row, (at,))
    elif token.unit == "bundle":
        one.beside, one.unit, one.label = "unit", _with_blank(str(token.value)), token.low.lstrip("/ ")
    else:
        one.beside, one.unit, one.label = "unit", token.value, _bare_unit(token.low)


def _for_one(one: Priced, token: Token, unit: str | None) -> None:
    one.beside, one.unit = "unit", unit
    token.role = "price"


def _belongs_to_next(row: Sequence[Token], at: int, stop: int) -> bool:
    """A count right before the next sum is that one's: "1 cup 6rb, selusin 65rb"."""
    return stop < len(row) and _skip(row, at, 1) == stop


def _with_blank(text: str) -> str:
    """ "500gr" is written "500 gr" where it is a unit."""
    digits = len(text) - len(text.lstrip("0123456789/.,"))
    return f"{text[:digits]} {text[digits:].strip()}" if 0 < digits < len(text) else text


def _bare_unit(low: str) -> str:
    return low.replace("/", " ").replace("@", " ").strip().removeprefix("per ").strip()


def _before(row: Sequence[Token], one: Priced, start: int) -> None:
    at = _skip(row, one.at, -1)
    if at < start:
        return
    token = row[at]
    if token.kind == "per" and token.unit is None:
        one.beside, one.unit, one.label = "unit", token.value, token.low
        token.role = "price"
    elif token.kind == "count" and token.role in {"", "price"}:
        if token.value == 1 and token.unit not in {"lusin", "kodi"}:
            one.beside, one.unit, one.label = "unit", token.unit, token.low
            token.role = "price"
        else:
            _bundled(one, token.value, token.unit, row, (at,))
    elif (
        token.low in SPOKEN.gives and at > start and row[at - 1].kind in {"number", "count"} and row[at - 1].role == ""
    ):
        _bundled(one, row[at - 1].value, row[at - 1].unit, row, (at - 1, at))
    elif token.kind == "number" and row[one.at - 1].low == "=" and token.role == "":
        _bundled(one, token.value, None, row, (at,))
    elif token.kind == "measure" and token.role == "":
        one.beside, one.label = "measure", token.low.replace(" ", "") if token.value != HALF else token.low
        one.unit = token.unit if token.value == 1 and token.unit in WHOLE else None
        token.role = "price"
    elif token.kind == "contents" and token.role == "":
        one.beside, one.label = "contents", token.low
        token.role = "contents"


def _bundled(one: Priced, number: object, unit: str | None, row: Sequence[Token], places: tuple[int, ...]) -> None:
    said = [row[place].low for place in places if row[place].kind != "word"]
    one.beside, one.unit = "bundle", f"{number} {unit or '?'}"
    one.label = " ".join(said)
    for place in places:
        row[place].role = "price"


def _named(row: Sequence[Token], one: Priced, start: int) -> None:
    """The words before a sum, back to the sum or the end before it: what it is the price of."""
    words: list[int] = []
    for place in range(one.at - 1, start - 1, -1):
        token = row[place]
        if token.kind == "sum" or token.low == "(" or (words and _ends_a_label(token)):
            break
        names = token.kind in {"word", "size"} and not says_nothing(token.low)
        if token.role == "" and (names or (token.kind == "number" and not words)):
            words.insert(0, place)
    one.words = words
    if words and one.beside in {"nothing", "unit"}:
        spoken = " ".join(row[place].low for place in words)
        one.label = spoken if one.beside == "nothing" else one.label
        one.beside = "words" if one.beside == "nothing" else one.beside
    first = next(
        (place for place, token in enumerate(row) if token.kind == "word" and not says_nothing(token.low)), None
    )
    one.opens = bool(words) and words[0] == first


def _ends_a_label(token: Token) -> bool:
    return token.kind == "end" or token.low in {"/", "-"} or token.low in SPOKEN.option_cues or token.low in SIZED


def says_nothing(low: str) -> bool:
    """Whether a word names nothing. A letter may be a size, so it is only noise where it is nothing else."""
    if low in SPOKEN.sizes or low in SPOKEN.flavours:
        return False
    return low in NOTHING
