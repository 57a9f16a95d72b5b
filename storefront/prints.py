"""What a picture looks like, kept small, so that a proof of payment is known again when it was squeezed, cut or edited.

A receipt of one bank looks like every other receipt of that bank, so a hash of the whole picture (aHash, dHash, pHash)
cannot tell an edited receipt from a new one. We compare by the field: what is written in one print is cut out line by
line and looked for at the same place in the other, and the share of fields is counted that show the same. An edited
copy changes a few of them, a new receipt most of those that are not the bank's own. The coarse print only finds what is
worth laying over each other.

Pillow does the work in C; a library for the hashes (ImageHash) would bring numpy, scipy and 200 MB, and not the rest.
"""

import hashlib
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter, sub

from PIL import Image, ImageChops, ImageFilter

WIDTH, HEIGHT = 256, 448  # of the fine print, in pixels
COARSE = (9, 8)
MIDDLE = 128
FAR_APART = 26  # bits of 64: beyond that two pictures are not laid over each other
INK = 40  # how far a pixel stands out from its surroundings when something is written there
BLACKENED = [255 if difference > INK else 0 for difference in range(256)]
INKED = 2  # so many such pixels make a row or column of them a part of something written
THIN = 3  # pixels: a ruled line, nothing that is read
TALLEST, WIDEST = 30, 200  # pixels: beyond that it is a picture or the edge of a panel, and every receipt has it
GAP = 9  # pixels between two fields of one line
LOOSE = 2  # how many pixels a field may have moved
LETTER = 0.8  # how wide a letter is about, beside its height
CHANGED = 0.62  # of the ink of both, how much may differ before a letter is another one
ALIKE = 0.735  # of all fields, how many must say the same
CUTS = tuple(cut / 100 for cut in range(11))  # how much may have been cut off the top or the foot

NUDGES = (-0.0075, -0.005, -0.0025, 0.0, 0.0025, 0.005, 0.0075)

Box = tuple[int, int, int, int]
Cut = tuple[int, float, float]  # which of two pictures lost how much at its top and at its foot


@dataclass(frozen=True)
class Print:
    """A picture's prints: ``pixels`` is the digest of what is seen, ``coarse`` finds it, ``fine`` compares it."""

    pixels: bytes
    coarse: bytes
    fine: bytes


def of(content: bytes) -> Print:
    """The prints of a picture we have decoded and written ourselves. Raises `OSError` for anything else."""
    with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as opened:
        seen = opened.convert("RGB")
    grey = seen.convert("L")
    small = grey.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    shape = seen.width.to_bytes(4, "big") + seen.height.to_bytes(4, "big")
    pixels = hashlib.sha256(shape + seen.tobytes()).digest()
    return Print(pixels, coarse(grey), zlib.compress(small.tobytes(), 6))


def coarse(grey: Image.Image) -> bytes:
    """Where it grows lighter from left to right, in 64 bits (dHash, Krawetz 2013)."""
    tiny = grey.resize(COARSE, Image.Resampling.BOX).tobytes()
    across = COARSE[0]
    bits = [
        tiny[row * across + at] < tiny[row * across + at + 1] for row in range(COARSE[1]) for at in range(across - 1)
    ]
    return sum(bit << place for place, bit in enumerate(bits)).to_bytes(8, "big")


def distance(one: bytes, other: bytes) -> int:
    """In how many bits two coarse prints differ."""
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


def looks_like(one: Print, other: Print) -> bool:
    """Whether one is a copy of the other, perhaps squeezed, cut or edited."""
    if one.pixels == other.pixels:
        return True
    return distance(one.coarse, other.coarse) <= FAR_APART and alike(one.fine, other.fine)


def alike(one: bytes, other: bytes, enough: float = ALIKE) -> bool:
    """Whether, of all letters written in two fine prints, this share stands in fields that say the same.

    The longest fields are looked at first, and no more of them once it cannot be enough: somebody waits for the answer.
    """
    first, second = laid_over(unpacked(one), unpacked(other))
    boxes = sorted([*fields(first), *fields(second)], key=letters, reverse=True)
    if not boxes:
        return normal_difference(first, second) < CHANGED
    may_differ = (1 - enough) * sum(letters(box) for box in boxes)
    for box in boxes:
        if not says_the_same(first, second, box):
            may_differ -= letters(box)
        if may_differ < 0:
            return False
    return True


def unpacked(fine: bytes) -> Image.Image:
    return Image.frombytes("L", (WIDTH, HEIGHT), zlib.decompress(fine))


# -- laying over each other ----------------------------------------------------------------------------


def laid_over(one: Image.Image, other: Image.Image) -> tuple[Image.Image, Image.Image]:
    """The reliefs of both, where either may have lost a strip at its top or foot, as a screenshot does that was cut."""
    rows = profile(one), profile(other)

    def fit(cut: Cut) -> int:
        return apart(shortened(rows[0], cut, 0), shortened(rows[1], cut, 1))

    rough = min(
        ((side, top, foot) for side in (0, 1) for top in CUTS for foot in CUTS if top + foot <= CUTS[-1]), key=fit
    )
    side, top, foot = rough
    nearby = [(side, max(top + by, 0.0), max(foot + at, 0.0)) for by in NUDGES for at in NUDGES]
    cut = min([rough, *nearby], key=fit) if top or foot else rough
    return relief(trimmed(one, cut, 0)), relief(trimmed(other, cut, 1))


def shortened(rows: bytes, cut: Cut, side: int) -> bytes:
    """A profile as it would be with the strips cut off, as long as before."""
    chosen, top, foot = cut
    if chosen != side or not (top or foot):
        return rows
    return bytes(rows_left(top, foot)(rows))


@lru_cache(maxsize=1_024)
def rows_left(top: float, foot: float) -> Callable[[bytes], tuple[int, ...]]:
    """Which rows stand where when the strips are cut off and the rest is stretched over the whole height."""
    step = 1 - top - foot
    return itemgetter(*(min(int((top + step * at / HEIGHT) * HEIGHT), HEIGHT - 1) for at in range(HEIGHT)))


def trimmed(picture: Image.Image, cut: Cut, side: int) -> Image.Image:
    """What is left of this side when the strips are cut off, as large as before."""
    chosen, top, foot = cut
    if chosen != side or not (top or foot):
        return picture
    box = (0.0, HEIGHT * top, float(WIDTH), HEIGHT * (1 - foot))
    return picture.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box=box)


def profile(picture: Image.Image) -> bytes:
    """How much is written in each row of pixels."""
    ink = ImageChops.difference(relief(picture), Image.new("L", picture.size, MIDDLE))
    return ink.resize((1, picture.height), Image.Resampling.BOX).tobytes()


def apart(one: bytes, other: bytes) -> int:
    return sum(map(abs, map(sub, one, other)))


def relief(picture: Image.Image) -> Image.Image:
    """What stands out from its surroundings: letters, lines and edges, whatever the light."""
    return ImageChops.subtract(picture, picture.filter(ImageFilter.BoxBlur(4)), 1, MIDDLE)


# -- fields --------------------------------------------------------------------------------------------


def fields(shape: Image.Image) -> Iterator[Box]:
    """The boxes of what is written: line by line, and in a line by the wide gaps in it."""
    ink = ImageChops.difference(shape, Image.new("L", shape.size, MIDDLE)).point(BLACKENED)
    for top, foot in runs(marked(ink, across=False), 1):
        if not THIN <= foot - top <= TALLEST:
            continue
        line = ink.crop((0, top, WIDTH, foot))
        for left, right in runs(marked(line, across=True), GAP):
            if THIN <= right - left <= WIDEST:
                yield left, top, right, foot


def letters(box: Box) -> int:
    """How many letters about are in a field: what is long tells more, like a reference number."""
    left, top, right, foot = box
    return max(1, round((right - left) / max(LETTER * (foot - top), 6)))


def marked(picture: Image.Image, *, across: bool) -> list[bool]:
    """Which columns (or rows) of pixels have something written in them: at least `INKED` pixels."""
    size = (picture.width, 1) if across else (1, picture.height)
    lines = picture.resize(size, Image.Resampling.BOX).tobytes()
    least = 255 * INKED / (picture.height if across else picture.width)
    return [value >= least for value in lines]


def runs(found: list[bool], gap: int) -> Iterator[tuple[int, int]]:
    """From where to where something is marked, over gaps that are no wider than this."""
    places = [place for place, is_marked in enumerate(found) if is_marked]
    if not places:
        return
    start = places[0]
    for here, following in pairwise(places):
        if following - here > gap:
            yield start, here + 1
            start = following
    yield start, places[-1] + 1


def says_the_same(one: Image.Image, other: Image.Image, box: Box) -> bool:
    """Whether the same is written in a box of both, give or take a pixel or two: letter by letter, about."""
    here = one.crop(box)
    left, top, right, foot = box

    def there(move: tuple[int, int]) -> Image.Image:
        return other.crop((left + move[0], top + move[1], right + move[0], foot + move[1]))

    pieces, floor = letters(box), inked(here)

    def is_same(found: Image.Image) -> bool:
        halves = ((piece(here, at, pieces), piece(found, at, pieces)) for at in range(pieces))
        return all(normal_difference(mine, theirs, floor) <= CHANGED for mine, theirs in halves)

    if is_same(there((0, 0))):
        return True
    moves = [(x, y) for x in range(-LOOSE, LOOSE + 1) for y in range(-LOOSE, LOOSE + 1)]
    return is_same(there(min(moves, key=lambda move: normal_difference(here, there(move)))))


def piece(picture: Image.Image, at: int, of_so_many: int) -> Image.Image:
    width = picture.width
    return picture.crop((width * at // of_so_many, 0, width * (at + 1) // of_so_many, picture.height))


def normal_difference(one: Image.Image, other: Image.Image, floor: float = 0.0) -> float:
    """How much two reliefs differ, as a share of the ink of both (at least ``floor``): 0 for the same, about 1 for two
    that share nothing."""
    ink = max(inked(one) + inked(other), floor)
    return 2 * mean(ImageChops.difference(one, other)) / ink if ink else 0.0


def inked(picture: Image.Image) -> float:
    """How much stands out in a relief, on average."""
    return mean(ImageChops.difference(picture, Image.new("L", picture.size, MIDDLE)))


def mean(picture: Image.Image) -> float:
    return sum(picture.tobytes()) / (picture.width * picture.height)  # ImageStat's histogram takes four times as long
