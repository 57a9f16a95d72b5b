"""A caption cut into its smallest meanings: sums, counts, measures, contents, dates, and the words between them.

Each kind has a small reader; at every place the first kind that fits takes what belongs to it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from storefront.reading import amounts
from storefront.reading.packs import SPOKEN, words
from storefront.reading.quantities import number_at, one_of_a, whole_at
from storefront.reading.spelling import lowered
from storefront.reading.times import DAY_PARTS, MONTHS

Kind = Literal[
    "word", "number", "sum", "count", "measure", "contents", "per", "size", "date", "span", "ahead", "percent", "phone",
    "tag", "link", "struck", "foreign", "end", "sign",
]  # fmt: skip

LEXEME = re.compile(
    r"""
    (?P<link>(?:https?://|www\.|wa\.me/)[^\s]{1,300}|[\w.+-]{1,60}@[\w-]{1,60}\.[\w.]{2,30})
    | (?P<struck>~[^~\n]{1,40}~)
    | (?P<tag>\#\w{1,80})
    | (?P<phone>(?<![\w.,])(?:\+62|62(?=[ .-]?8)|0)[ .-]?\d{2,4}(?:[ .-]?\d{2,5}){1,3}(?![\w]))
    | (?P<percent>\d{1,3}(?:[.,]\d{1,2})?\s?%)
    | (?P<size>\d{1,4}(?:[.,]\d)?\s?x\s?\d{1,4}(?:[.,]\d)?(?:\s?x\s?\d{1,4}(?:[.,]\d)?)?(?:\s?(?:cm|mm|m)\b)?)
    | (?P<ahead>\bh\s?[-+]\s?\d{1,2}\b)
    | (?P<code>(?<!\w)[a-wyz]\d{1,3}(?![\w.,]))
    | (?P<part>\b[13]/[24]\b|[½¼¾])
    | (?P<number>\d+(?:[.,']\d+)*)
    | (?P<word>\bs/d\b|[^\W\d_]+(?:['-](?=[^\W\d_])[^\W\d_]+)*)
    | (?P<line>\n)
    | (?P<sign>[^\s])
    """,
    re.VERBOSE,
)
ENDS = frozenset(".,;!?|•·*:…=>→")
HOURS = frozenset({"jam", "jm", "pukul", "pkl"})
DAYS = words("hari hr minggu mgg bulan bln jam menit tahun day days week weeks hour hours month months year years")
SIZED = frozenset({"uk", "ukuran", "size", "diameter", "diam", "dia", "d", "no", "nomor", "ukr", "tinggi", "t"})
WHOLE_MEASURES = {
    "kg": "kg",
    "kilo": "kg",
    "kilogram": "kg",
    "ons": "ons",
    "liter": "liter",
    "ltr": "liter",
    "l": "liter",
}


@dataclass(slots=True)
class Token:
    """One meaning and where it stands. ``value``: a Sum, a number, a unit; ``unit``: of a count or measure."""

    kind: Kind
    low: str
    start: int
    end: int
    value: Any = None
    unit: str | None = None
    line: bool = False  #: the first of its line
    role: str = ""  #: what the caption took it for


@dataclass(frozen=True)
class Row:
    """The lexemes of a text: what each is, how it reads in lower case, where it stands."""

    kinds: tuple[str, ...]
    lows: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    glued: tuple[bool, ...]
    thousands: bool

    def low(self, at: int) -> str:
        return self.lows[at] if 0 <= at < len(self.lows) else ""


Found = tuple[Kind, int, Any, str | None]  #: kind, where it ends, value, unit
Reader = Callable[[Row, int], Found | None]


def tokens(text: str) -> list[Token]:
    """The meanings of a text that is spelt normally."""
    row = lexemes(text)
    made: list[Token] = []
    at, is_first = 0, True
    while at < len(row.lows):
        kind, end, value, unit = next(found for found in (reader(row, at) for reader in READERS) if found)
        low = " ".join(row.lows[at:end])
        made.append(Token(kind, low, row.spans[at][0], row.spans[end - 1][1], value, unit, is_first))
        is_first = row.kinds[at] == "line"
        at = end
    return made


def lexemes(text: str) -> Row:
    low = lowered(text)
    found = list(LEXEME.finditer(low))
    spans = tuple((one.start(), one.end()) for one in found)
    return Row(
        tuple(one.lastgroup or "" for one in found),
        tuple(one[0] for one in found),
        spans,
        tuple(number > 0 and spans[number - 1][1] == start for number, (start, _) in enumerate(spans)),
        "dalam ribuan" in low or "dlm ribuan" in low,
    )


# -- the kinds, in the order in which they are tried ---------------------------------------------------


def _as_it_is(row: Row, at: int) -> Found | None:
    kind = row.kinds[at]
    if kind in {"link", "tag", "phone", "percent", "size", "ahead", "struck"}:
        return kind, at + 1, row.lows[at], None  # type: ignore[return-value]
    return ("end", at + 1, "\n", None) if kind == "line" else None


def _foreign(row: Row, at: int) -> Found | None:
    """ "$5", "RM 12", "SGD 4": money of elsewhere is no price here."""
    if row.lows[at] in {"$", "€", "£", "¥"} | {"usd", "sgd", "rm", "myr", "eur", "aud", "us"}:
        end = at + 1 + (row.low(at + 1) in {"$", "."})
        if end < len(row.lows) and row.kinds[end] == "number":
            return "foreign", end + 1, None, None
    if row.kinds[at] == "number" and row.low(at + 1) in {"usd", "sgd", "myr", "eur", "dollar", "dollars", "ringgit"}:
        return "foreign", at + 2, None, None
    return None


def _date(row: Row, at: int) -> Found | None:
    """ "tgl 12", "12/6", "12 juni", "jam 10-15", "10.00 - 15.00"."""
    low = row.lows[at]
    if low in {"tgl", "tanggal"} and row.low(at + 1)[:1].isdigit():
        return "date", _through(row, at + 2), None, None
    if low in HOURS and re.fullmatch(r"(?:[01]?\d|2[0-4])(?:[.:]\d\d)?", row.low(at + 1)):
        return "date", _through(row, at + 2), None, None
    if not low[0].isdigit():
        return None
    if row.low(at + 1) in MONTHS or (row.low(at + 1) == "/" and row.glued[at + 1] and _is_month(row, at + 2)):
        return "date", at + 2 + (row.low(at + 1) == "/"), None, None
    if re.fullmatch(r"\d{1,2}[.:]\d\d", low) and (
        row.low(at + 1) in DAY_PARTS or row.low(at + 1) in {"wib", "wita", "wit"}
    ):
        return "date", at + 2, None, None
    return None


def _through(row: Row, end: int) -> int:
    """ "10-15", "10.00 s/d 15.00": the other end of an hour or a day."""
    while row.low(end) in {"-", "–"} | SPOKEN.until | {":", "."} and row.low(end + 1)[:1].isdigit():
        end += 2
    return end


def _is_month(row: Row, at: int) -> bool:
    low = row.low(at)
    return low.isdigit() and 1 <= int(low) <= 12 and row.glued[at] and len(low) <= 2 and len(row.low(at - 2)) <= 2


def _contents(row: Row, at: int) -> Found | None:
    """ "isi 12 pcs", "isi sepuluh", "box of 6": a count of what is inside."""
    if row.lows[at] not in SPOKEN.contents:
        return None
    if row.lows[at] == "of" and row.low(at - 1) not in SPOKEN.units and row.low(at - 1) != "set":
        return None
    begin = at + 1 + (row.low(at + 1) in {":", "@"})
    if _sum(row, begin, bare=False):
        return None
    number = number_at(row.lows, begin)
    if number is None:
        return None
    end = number[1]
    if row.low(end) == "-" and row.low(end + 1).isdigit():
        end += 2
    kinds = row.low(end) in {"macam", "jenis", "rasa"} and row.low(end + 1) not in SPOKEN.flavours
    unit = row.low(end) in SPOKEN.units or kinds
    return "contents", end + unit, number[0], None


def _sum(row: Row, at: int, *, bare: bool = True) -> Found | None:
    found = amounts.sum_at(row.lows, row.glued, at, row.thousands) if at < len(row.lows) else None
    if found is None or (found.sure == "bare" and not bare):
        return None
    return "sum", found.end, found, None


def _sure_sum(row: Row, at: int) -> Found | None:
    """A sum that can be nothing else; "45.000" can, where it counts grams."""
    found = _sum(row, at, bare=False)
    if found is None or row.low(found[1]) in SPOKEN.measures - {"l", "m", "g"}:
        return None
    if (
        row.lows[at] == "@"
        and found[2].sure != "written"
        and row.low(at + 1).isdigit()
        and int(row.low(at + 1)[:7]) < 1
    ):
        return None
    return found


def _cued_sum(row: Row, at: int) -> Found | None:
    """ "harga 25", "cuma 45", "45/box": a small number with a word of money right beside it."""
    if row.kinds[at] != "number" or row.low(at + 1) in SPOKEN.measures | SPOKEN.left_after:
        return None
    cue = _price_cue_before(row, at)
    per = row.low(at + 1) in {"/", "per"} and row.low(at + 2) in SPOKEN.units and row.low(at + 2) not in SPOKEN.measures
    counts = row.low(at + 1) in SPOKEN.units or row.low(at + 1) in SPOKEN.multiples
    if not (cue and not (counts and cue not in {"harga", "hrg", "price"})) and not per:
        return None
    found = amounts.sum_at(row.lows, row.glued, at, thousands=True)
    if found is None or (per and not cue and 0 < (found.amount or 0) < 1_000):
        return None
    if not re.fullmatch(r"\d{1,3}(?:[.,]\d{1,2})?|\d{4,9}|0", row.lows[at]):
        return None
    return "sum", found.end, replace(found, sure="cued"), None


def _price_cue_before(row: Row, at: int) -> str:
    """The word of money before a number: directly, or with a particle, a colon or "cuma" between."""
    for back in range(1, 4):
        low = row.low(at - back)
        if low in SPOKEN.price_cues or low in SPOKEN.now - {"jadi", "jd"} or low in SPOKEN.was - {"dari"}:
            return low
        if low not in {":", "=", "nya", "-"} and low not in SPOKEN.particles:
            return ""
    return ""


def _per(row: Row, at: int) -> Found | None:
    """ "/box", "per 250ml", "@box", "each", "satuan": what one price buys."""
    low = row.lows[at]
    if low in {"each", "apiece", "satuan", "satunya", "ecer", "eceran"}:
        return "per", at + 1, "pcs" if low.startswith("satu") else None, None
    if low.startswith("per") and low[3:] in SPOKEN.units and len(low) > 4:
        return "per", at + 1, SPOKEN.units[low[3:]], None
    if low not in {"/", "per", "@", "tiap", "setiap", "a", "an", "se"}:
        return None
    begin = at + 1
    if low in {"a", "an"} and not (row.kinds[at - 1 : at] == ("word",) or at):
        return None
    if row.low(begin) in {"1", "satu"} and row.low(begin + 1) in SPOKEN.units:
        begin += 1
    if row.low(begin) in SPOKEN.units and not row.low(begin).isdigit():
        if low in {"a", "an", "se"} and row.kinds[at - 1 : at] != ("number",) and row.low(at - 1) not in SPOKEN.scales:
            return None
        return "per", begin + 1, SPOKEN.units[row.low(begin)], None
    if low in {"/", "per"}:
        return _per_amount(row, begin)
    return None


def _per_amount(row: Row, begin: int) -> Found | None:
    """ "/500gr", "per 250 ml", "/3": a price for more than one, or for a weight."""
    measure = _measure(row, begin)
    if measure and not _sum(row, measure[1], bare=False):
        return "per", measure[1], _spaced(row, begin, measure[1]), "bundle"
    count = _count(row, begin)
    if count and _sum(row, count[1], bare=False):
        return None  # "1 pack 40.000 / 3 pack 110.000": the slash stands between two offers
    if count:
        return "per", count[1], f"{count[2]} {count[3]}", "bundle"
    priced = row.low(begin - 2) in SPOKEN.scales or "." in row.low(begin - 2)
    more = SPOKEN.scales.keys() | SPOKEN.measures
    if priced and row.low(begin).isdigit() and len(row.low(begin)) <= 2 and row.low(begin + 1) not in more:
        return "per", begin + 1, int(row.low(begin)), "number"
    return None


def _spaced(row: Row, start: int, end: int) -> str:
    return " ".join(row.lows[start:end])


def _measure(row: Row, at: int) -> Found | None:
    """ "500gr", "1 kg", "1/2 kg", "sekilo", "250 ml"."""
    low = row.lows[at] if at < len(row.lows) else ""
    for prefix in SPOKEN.one_of:
        if low.startswith(prefix) and low[len(prefix) :] in WHOLE_MEASURES and len(low) > len(prefix) + 1:
            return "measure", at + 1, 1, WHOLE_MEASURES[low[len(prefix) :]]
    number = number_at(row.lows, at)
    if number is None and row.kinds[at : at + 1] == ("number",) and re.fullmatch(r"\d{1,4}[.,]\d{1,3}", low):
        number = (Fraction(low.replace(",", ".")), at + 1)
    if number is None or row.low(number[1]) not in SPOKEN.measures:
        return None
    end = number[1]
    spelling = row.low(end)
    if spelling in {"g", "m", "l", "k"} and not row.glued[end]:
        return None
    return "measure", end + 1, number[0], WHOLE_MEASURES.get(spelling)


def _span(row: Row, at: int) -> Found | None:
    """ "2 hari", "3 days", "24 jam": how long, never how many."""
    number = number_at(row.lows, at)
    if number is None:
        return None
    end = number[1]
    if row.low(end) == "-" and row.low(end + 1).isdigit():
        end += 2
    return ("span", end + 1, number[0], row.low(end)) if row.low(end) in DAYS else None


def _count(row: Row, at: int) -> Found | None:
    """ "3 pcs", "dua loyang", "setengah lusin", "sebungkus", "sak bungkus"."""
    low = row.low(at)
    if unit := one_of_a(low):
        return "count", at + 1, 1, unit
    if low in SPOKEN.multiples and low not in SPOKEN.units:
        return "count", at + 1, Fraction(SPOKEN.multiples[low]), low
    if low in SPOKEN.one_of and row.low(at + 1) in SPOKEN.units:
        return "count", at + 2, 1, SPOKEN.units[row.low(at + 1)]
    number = number_at(row.lows, at)
    if number is None or row.low(number[1]) not in SPOKEN.units:
        return None
    if row.low(number[1]) in {"a", "d"} or (row.low(number[1]) in SPOKEN.measures and row.low(number[1]) != "kg"):
        return None
    return "count", number[1] + 1, number[0], SPOKEN.units[row.low(number[1])]


def _number(row: Row, at: int) -> Found | None:
    found = whole_at(row.lows, at)
    if row.kinds[at] == "number":
        return "number", at + 1, int(row.lows[at]) if row.lows[at].isdigit() and len(row.lows[at]) < 16 else None, None
    return ("number", found[1], found[0], None) if found else None


def _rest(row: Row, at: int) -> Found | None:
    if row.kinds[at] in {"word", "code"}:
        return "word", at + 1, None, None
    return ("end" if row.lows[at] in ENDS or not row.lows[at].isascii() else "sign"), at + 1, row.lows[at], None


READERS: Sequence[Reader] = (
    _as_it_is, _foreign, _contents, _date, _span, _sure_sum, _cued_sum, _per, _measure, _count, _number, _rest,
)  # fmt: skip
