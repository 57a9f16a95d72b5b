"""Codes people can read aloud, write on a cardboard sign and type with flour on their fingers.

A code keeps the creator's own name and adds the shortest tail that makes it unlike every other code.
Two codes are alike when their *skeletons* are equal: the skeleton folds the letters and digits that
people confuse (the idea of Unicode UTS #39, over the few signs a code may use).
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

SHORTEST, LONGEST = 5, 20
TAIL_DIGITS = "74936"  # no 0 1 2 5 8: each has a letter it is mistaken for
TAIL_LETTERS = "ACEFHJKMNPRTUVWXY"
FALLBACK = "TETANGGA"  # for a name without any letter of A to Z
# Words of the chat itself: a code like one would catch what people mean to say.
RESERVED = {
    *("ANTAR", "AMBIL", "TRANSFER", "SETUJU", "BOLEH", "TIDAK", "BELUM", "DIKIRIM", "GANTI", "BETUL", "NANTI", "BATAL"),
    *("KOMISI", "SALDO", "REKAP", "UNDANG", "BERHENTI", "MULAI", "BANTUAN", "ENGLISH", "TUNAI", "SUDAH", "GRATIS"),
    *("DELIVER", "READY", "AGREE", "RIGHT", "OTHER", "LATER", "SHARE", "CANCEL", "CHECK"),
}


_LOOK_ALIKE = str.maketrans("01258QDILSZBVG", "OIZSBOOIISZBU6")
_SHAPE = re.compile(r"([A-Z0-9]{5,20})(?:-([1-9][0-9]{0,3})(?:-([1-9][0-9]{0,3}))?)?")


def candidates(name: str) -> Iterator[str]:
    """Every code we could offer a person of this name, the best first; take the first whose skeleton is free."""
    stem = letters_of(name)[: LONGEST - 4] or FALLBACK
    for length in range(1, 5):
        for tail in product(TAIL_DIGITS if length == 1 else TAIL_DIGITS + TAIL_LETTERS, repeat=length):
            code = stem + "".join(tail)
            if len(code) >= SHORTEST:
                yield code


def letters_of(name: str) -> str:
    """The first word of a name in plain capitals: ``Dewi Lestari`` is ``DEWI``, ``Zoë`` is ``ZOE``."""
    for word in unicodedata.normalize("NFKD", name).split():
        letters = "".join(sign for sign in word if sign.isascii() and sign.isalpha())
        if letters:
            return letters.upper()
    return ""


def skeleton(code: str) -> str:
    """What a code looks like from across the street: equal skeletons are the same code to us."""
    return ascii_upper(code).translate(_LOOK_ALIKE)


def is_nearly(said: str, code: str) -> bool:
    """Whether somebody who wrote ``said`` may have meant ``code``: they look alike, or one slip of a finger apart.

    A slip is a sign too much, too little, another, or two neighbours swapped (Damerau 1964), in the skeletons. It is
    for asking back; nobody is ever credited by it.
    """
    one, other = skeleton(said), skeleton(code)
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < SHORTEST - 1:
        return False
    return is_a_slip(one, other)


def is_a_slip(one: str, other: str) -> bool:
    if len(one) > len(other):
        one, other = other, one
    at = next((i for i, sign in enumerate(one) if sign != other[i]), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    swapped = one[:at] + one[at + 1 : at + 2] + one[at : at + 1] + one[at + 2 :]
    return one[at + 1 :] == other[at + 1 :] or swapped == other


class Said(NamedTuple):
    """A code as somebody said it: ``DEWI7``, with a product's number ``DEWI7-1``, with a picture's ``DEWI7-1-3``."""

    code: str
    product: int | None = None
    picture: int | None = None


def split(text: str) -> Said | None:
    """Read ``DEWI7-1-3`` as the code and its two numbers; None when it cannot be a code at all."""
    match = _SHAPE.fullmatch(ascii_upper(text.strip()))
    if not match:
        return None
    return Said(match[1], *(int(number) if number else None for number in (match[2], match[3])))


def ascii_upper(text: str) -> str:
    """Capitals of A to Z only: Python's own ``upper`` would turn ß into SS and ı into I."""
    return "".join(sign.upper() if sign.isascii() else sign for sign in text)
