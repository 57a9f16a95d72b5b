"""Sums of money in a row of signs: 45rb, Rp45.000,-, 1jt2, dua puluh lima ribu, goceng, 45-60rb, 12 ribuan.

Every notation is one small reader; the longest one that fits wins. What may be a sum or something else (a bare 2500,
a 25 after *harga*) says how sure it is, and the caption decides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from storefront.reading.packs import SPOKEN
from storefront.reading.quantities import whole_at

LEAST, MOST = 100, 100_000_000
Sure = Literal["written", "cued", "bare"]
GROUPED = re.compile(r"[1-9]\d{0,2}(?:([.,'])\d{3})(?:\1\d{3})*(?:[.,]00)?")
DECIMAL = re.compile(r"\d{1,4}[.,]\d{1,2}")
DIGITS = re.compile(r"\d{1,15}")
ROUND = frozenset({"an", "-an"})
ABOUT_SO_MANY = frozenset(f"{scale}{end}" for scale in SPOKEN.scales for end in ROUND) | {"an", "ribuan"}


@dataclass(frozen=True)
class Sum:
    """An amount in whole rupiah: how sure, how far it reaches (a place in the row), and what kind it is."""

    amount: int | None
    end: int
    sure: Sure = "written"
    vague: bool = False  #: a range, or about so much: to be asked
    plus: bool = False  #: a surcharge
    minus: bool = False


def sum_at(row: Sequence[str], glued: Sequence[bool], start: int, thousands: bool = False) -> Sum | None:
    """The sum that begins at a place of the row, if one does. ``glued``: which sign stands close to the one before."""
    at, cued, plus = _before(row, start)
    minus = at < len(row) and cued and row[at] == "-"
    at += minus
    found = _number(row, glued, at, cued or thousands)
    if found is None:
        return None
    found = _ranged(row, glued, _tailed(row, found))
    return replace(found, plus=plus, minus=minus, sure="cued" if cued and found.sure == "bare" else found.sure)


def _before(row: Sequence[str], at: int) -> tuple[int, bool, bool]:
    """Rp, IDR, @ and + in front of the digits."""
    plus = at < len(row) and row[at] == "+"
    at += plus
    cued = at < len(row) and row[at] in {"rp", "idr", "@"}
    at += cued
    if cued and at < len(row) and row[at] in {".", ":"}:
        at += 1
    if cued and at < len(row) and row[at] in {"rp", "idr"}:
        at += 1
    return at, cued, plus


def _number(row: Sequence[str], glued: Sequence[bool], at: int, cued: bool) -> Sum | None:
    if at >= len(row):
        return None
    word = row[at]
    pair = " ".join(row[at : at + 2])
    if " " in pair and pair in SPOKEN.slang:
        return Sum(SPOKEN.slang[pair], at + 2)
    if word in SPOKEN.slang:
        return _further(row, SPOKEN.slang[word], at + 1)
    if word[0].isdigit():
        return _digits(row, glued, at, cued)
    if word in SPOKEN.halves and at + 1 < len(row) and row[at + 1] in SPOKEN.scales:
        return Sum(SPOKEN.scales[row[at + 1]] // 2, at + 2)
    said = whole_at(row, at)
    if said and said[1] < len(row) and row[said[1]] in SPOKEN.scales:
        return _further(row, said[0] * SPOKEN.scales[row[said[1]]], said[1] + 1)
    if said and said[1] < len(row) and row[said[1]] in SPOKEN.literal:
        return Sum(said[0], said[1] + 1)
    return None


def _further(row: Sequence[str], amount: int, at: int) -> Sum:
    """ "sejuta dua ratus ribu", "1jt 250rb": the smaller part that follows is added."""
    thousands = _thousands_at(row, at) if amount >= 1_000_000 and amount % 1_000_000 == 0 else None
    if thousands:
        return Sum(amount + thousands[0], thousands[1])
    said = whole_at(row, at)
    if said and 100 <= said[0] < 1_000 <= amount and said[0] % 100 == 0:
        return Sum(amount + said[0], said[1])
    return Sum(amount, at)


def _thousands_at(row: Sequence[str], at: int) -> tuple[int, int] | None:
    """ "250rb", "dua ratus ribu": less than a million, behind one."""
    said = (int(row[at]), at + 1) if at < len(row) and re.fullmatch(r"\d{1,3}", row[at]) else whole_at(row, at)
    if said is None or not said[0] < 1_000 or SPOKEN.scales.get(row[said[1]] if said[1] < len(row) else "") != 1_000:
        return None
    return said[0] * 1_000, said[1] + 1


def _digits(row: Sequence[str], glued: Sequence[bool], at: int, cued: bool) -> Sum | None:
    word, after = row[at], row[at + 1] if at + 1 < len(row) else ""
    if after in SPOKEN.scales and not (len(after) == 1 and not glued[at + 1] and not _lone_k(row, at)):
        return _scaled(row, glued, at, SPOKEN.scales[after])
    if _about(after):
        return Sum(None, at + 2, vague=True)
    if after in SPOKEN.literal and after != "rp":
        return Sum(int(word), at + 2) if DIGITS.fullmatch(word) else None
    if GROUPED.fullmatch(word):
        return Sum(int(re.sub(r"\D", "", re.sub(r"[.,]00$", "", word))), at + 1)
    return _bare(row, at, cued)


def _lone_k(row: Sequence[str], at: int) -> bool:
    """ "45 k" is money; "2 k" is two, said to a Kak."""
    return DIGITS.fullmatch(row[at]) is not None and int(row[at]) >= 10


def _about(after: str) -> bool:
    """rban, ribuan, k-an: about so many thousand."""
    return after in ABOUT_SO_MANY


def _scaled(row: Sequence[str], glued: Sequence[bool], at: int, scale: int) -> Sum | None:
    word, end = row[at], at + 2
    if GROUPED.fullmatch(word) and scale == 1_000:
        return Sum(None, end)
    if DECIMAL.fullmatch(word):
        whole, part = re.split(r"[.,]", word)
        amount = int(whole) * scale + int(part) * scale // 10 ** len(part)
    elif DIGITS.fullmatch(word):
        amount = int(word) * scale
    else:
        return None
    if end < len(row) and row[end] in ROUND and glued[end]:
        return Sum(None, end + 1, vague=True)
    if scale == 1_000_000 and end < len(row) and DIGITS.fullmatch(row[end]) and len(row[end]) <= 3 and glued[end]:
        # 1jt2 and 1jt200 are both one million two hundred thousand.
        return Sum(amount + int(row[end].ljust(3, "0")) * 1_000, end + 1)
    return _further(row, amount, end)


def _bare(row: Sequence[str], at: int, cued: bool) -> Sum | None:
    word = row[at]
    if cued and DIGITS.fullmatch(word) and len(word) <= 3 and at + 1 < len(row) and row[at + 1] == "000":
        return Sum(int(word) * 1_000, at + 2)
    if cued and DECIMAL.fullmatch(word):
        whole, part = re.split(r"[.,]", word)
        return Sum(int(whole) * 1_000 + int(part) * 1_000 // 10 ** len(part), at + 1, sure="bare")
    if DIGITS.fullmatch(word) is None:
        return None
    if word.startswith("0"):
        return Sum(0, at + 1, sure="bare") if set(word) == {"0"} else None
    return Sum(small(int(word)), at + 1, sure="bare")


def small(number: int) -> int | None:
    """What a bare number means where a price is due: 45 is 45.000, 2500 is 2500, 700 could be either."""
    if number >= 1_000:
        return number
    return number * 1_000 if number < 500 else None


def _tailed(row: Sequence[str], found: Sum) -> Sum:
    """The ",-" of old price tags is no range, and makes a small number a price."""
    at = found.end
    if at + 1 < len(row) and row[at] in {",", "."} and row[at + 1] in {"-", "="}:
        return replace(found, end=at + 2, sure="cued" if found.sure == "bare" else found.sure)
    return found


def _ranged(row: Sequence[str], glued: Sequence[bool], found: Sum) -> Sum:
    """45rb-60rb and 45-60rb: two ends and no price."""
    at = found.end
    if at >= len(row) or row[at] not in {"-", "~"} | SPOKEN.until:
        return found
    other = _number(row, glued, at + 1, cued=found.sure != "bare")
    if other is None or (other.sure == "bare" and found.sure == "bare"):
        return found
    if other.sure == "bare" and (other.amount or 0) <= (found.amount or 0):
        return found  # "45rb - 2 pcs": not a range, which goes up
    return Sum(None, other.end, vague=True)


def valid(amount: int | None) -> int | None:
    """Within what anything at a home shop costs."""
    return amount if amount is not None and LEAST <= amount <= MOST else None
