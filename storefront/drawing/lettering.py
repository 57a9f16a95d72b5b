"""Letters: words set into a frame so that they never leave it: made smaller first, then broken, then cut with ….

The face is Source Sans Pro (SIL Open Font License 1.1). What it has no letter for, emoji above all, is left out:
a small empty box on a picture looks like a mistake of the seller's.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from PIL import ImageFont

Weight = Literal["Regular", "Semibold", "Bold", "Black"]

ASCENT, DESCENT = 0.93, 0.29  # of the size; room for an accent on a capital and for a tail
LEADING = 1.16
MOST_MARKS = 1  # on one letter; a tower of them would leave the line
CUT = "…"
SHRINK = 0.94
NOBODYS = "\U0010fffd"  # a private sign no face has: how the face shows what it lacks


@dataclass(frozen=True)
class Setting:
    """Words as they will stand: their lines, their size."""

    lines: tuple[str, ...]
    weight: Weight
    size: int

    @property
    def height(self) -> int:
        return height_of(len(self.lines), self.size)

    @property
    def width(self) -> int:
        return max((length(line, self.weight, self.size) for line in self.lines), default=0)


def height_of(lines: int, size: int) -> int:
    return round((ASCENT + DESCENT + LEADING * (lines - 1)) * size) if lines else 0


@lru_cache(maxsize=256)
def face(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    path = files("font_source_sans_pro") / "files" / f"SourceSansPro-{weight}.ttf"
    return ImageFont.truetype(str(path), size)


@lru_cache(maxsize=4096)
def has(letter: str) -> bool:
    """Whether the face can write this sign."""
    return bool(letter.isspace() or _drawn(letter) != _drawn(NOBODYS))


def _drawn(letter: str) -> tuple[tuple[int, int], bytes]:
    mask = face("Regular", 24).getmask(letter)
    return mask.size, bytes(mask)


def readable(text: str, otherwise: str = "") -> str:
    """What can be written of a text; ``otherwise`` when nothing can."""
    kept = " ".join("".join(_writable(unicodedata.normalize("NFC", text))).split())
    return kept if any(sign.isalnum() for sign in kept) or not otherwise else otherwise


def _writable(text: str) -> Iterator[str]:
    marks = MOST_MARKS
    for sign in text:
        kind = unicodedata.category(sign)
        if kind == "Mn":
            marks += 1
            if marks <= MOST_MARKS and has(sign):
                yield sign
            continue
        written = " " if kind in {"Zs", "Zl", "Zp", "Cc"} else sign if kind[0] != "C" and has(sign) else ""
        marks = 0 if written.strip() else MOST_MARKS  # a mark on a letter that was left out goes with it
        yield written


def length(text: str, weight: Weight, size: int) -> int:
    return int(face(weight, size).getlength(text)) + 1


def fitted(text: str, weight: Weight, width: int, height: int, size: int, least: int, most: int) -> Setting:
    """The words at the largest size that fits ``most`` lines of a frame; at the least size they are cut."""
    words = text.split()
    tried = size
    while words and tried > least:
        lines = wrapped(words, weight, tried, width)
        if fits(lines, width, weight, tried, most) and height_of(len(lines), tried) <= height:
            return Setting(balanced(words, lines, weight, tried, width), weight, tried)
        tried = max(least, min(tried - 1, int(tried * SHRINK)))
    while tried > 1 and height_of(1, tried) > height:
        tried -= 1
    room = max(line for line in range(1, most + 1) if line == 1 or height_of(line, tried) <= height)
    return Setting(cut(broken(words, weight, tried, width), room, weight, tried, width), weight, tried)


def fits(lines: list[str], width: int, weight: Weight, size: int, most: int) -> bool:
    return len(lines) <= most and all(length(line, weight, size) <= width for line in lines)


def wrapped(words: list[str], weight: Weight, size: int, width: int) -> list[str]:
    """As many words a line as fit; a word that is wider than the line stands alone and too wide."""
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and length(longer, weight, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def balanced(words: list[str], lines: list[str], weight: Weight, size: int, width: int) -> tuple[str, ...]:
    """The same number of lines, as even as they come: one word alone on the last line looks left behind."""
    if len(lines) < 2:
        return tuple(lines)
    best, low, high = lines, width // len(lines), width
    while high - low > 8:
        middle = (low + high) // 2
        tried = wrapped(words, weight, size, middle)
        if fits(tried, middle, weight, size, len(lines)):
            best, high = tried, middle
        else:
            low = middle
    return tuple(best)


def broken(words: list[str], weight: Weight, size: int, width: int) -> list[str]:
    """Lines that are never too wide: a word that no line can hold is broken where the line ends."""
    pieces = [piece for word in words for piece in _pieces(word, weight, size, width)]
    return wrapped(pieces, weight, size, width)


def _pieces(word: str, weight: Weight, size: int, width: int) -> Iterator[str]:
    while length(word, weight, size) > width and len(word) > 1:
        end = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or length(word[:n], weight, size) <= width)
        yield word[:end]
        word = word[end:]
    yield word


def cut(lines: list[str], most: int, weight: Weight, size: int, width: int) -> tuple[str, ...]:
    if len(lines) <= most:
        return tuple(line for line in lines if length(line, weight, size) <= width)
    last = lines[most - 1]
    while last and length(last.rstrip(" ·,-") + CUT, weight, size) > width:
        last = last[:-1]
    return (*lines[: most - 1], last.rstrip(" ·,-") + CUT)
