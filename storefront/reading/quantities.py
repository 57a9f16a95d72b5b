"""Numbers as people say them: dua puluh lima, selusin, setengah, thirty-five, a couple.

A number is read from a row of lower-case words and says how many of them it took.
"""

from collections.abc import Sequence
from fractions import Fraction

from storefront.reading.packs import SPOKEN

MOST_DIGITS = 7
FRACTIONS = {
    "½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4), "1/2": Fraction(1, 2), "1/4": Fraction(1, 4),
    "3/4": Fraction(3, 4), "1⁄2": Fraction(1, 2), "seperempat": Fraction(1, 4), "seprapat": Fraction(1, 4),
    "separo": Fraction(1, 2), "quarter": Fraction(1, 4),
} | dict.fromkeys(SPOKEN.halves, Fraction(1, 2))  # fmt: skip


def whole_at(words: Sequence[str], start: int) -> tuple[int, int] | None:
    """The number said in words at a place, and where it ends: ("dua", "puluh", "lima") is 25."""
    total = current = 0
    at = start
    while at < len(words):
        word = words[at]
        if word in SPOKEN.numbers:
            if at > start and not _goes_on(words[at - 1], current, SPOKEN.numbers[word]):
                break
            current += SPOKEN.numbers[word]
        elif word in SPOKEN.teens and at > start and 0 < current < 10:
            current += 10
        elif word in SPOKEN.tens and at > start and current:
            tail = current % 10 or current
            current += tail * (SPOKEN.tens[word] - 1)
        else:
            break
        at += 1
    return (total + current, at) if at > start else None


def _goes_on(before: str, current: int, number: int) -> bool:
    """Whether a number word belongs to the one before it: twenty-five, dua puluh lima, but not "dua tiga"."""
    after_tens = before in SPOKEN.tens or (current >= 20 and current % 10 == 0)
    return (after_tens and 0 < number < 10) or (before in SPOKEN.tens and 10 <= number < 100 and current % 100 == 0)


def number_at(words: Sequence[str], start: int) -> tuple[int | Fraction, int] | None:
    """A number in digits, in words, or a part of one, and where it ends."""
    if start >= len(words):
        return None
    word = words[start]
    if word in FRACTIONS:
        return FRACTIONS[word], start + 1
    if word.isascii() and word.isdigit():
        return (int(word), start + 1) if len(word) <= MOST_DIGITS else None
    return whole_at(words, start)


def one_of_a(word: str) -> str | None:
    """The unit in a word that means one of it: "seloyang" is one loyang."""
    for prefix in SPOKEN.one_of:
        unit = word.removeprefix(prefix)
        if unit != word and unit in SPOKEN.units and len(unit) > 1:
            return SPOKEN.units[unit]
    return None
