"""Three themes, and the kawung pattern that stands where there is no photo. A shop keeps its own by its letters."""

import zlib
from dataclasses import dataclass

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]

FINER = 3  # shapes are drawn larger and made smaller, for smooth edges


@dataclass(frozen=True)
class Theme:
    """``deep`` carries white letters, ``warm`` is the accent, ``paper`` the ground, ``tint`` a shade on it."""

    name: str
    deep: Colour
    warm: Colour
    paper: Colour
    tint: Colour
    ink: Colour = (36, 32, 30)
    muted: Colour = (104, 96, 90)


PANDAN = Theme("pandan", (24, 84, 66), (226, 160, 46), (253, 250, 242), (238, 240, 224))
BATA = Theme("bata", (152, 58, 38), (240, 176, 92), (254, 249, 243), (250, 234, 220))
NILA = Theme("nila", (38, 58, 110), (232, 148, 100), (252, 250, 246), (230, 234, 243))
THEMES = (PANDAN, BATA, NILA)
WHITE: Colour = (255, 255, 255)


def theme_of(letters: str) -> Theme:
    return THEMES[zlib.crc32(letters.encode("utf-8", "replace")) % len(THEMES)]


def between(one: Colour, other: Colour, share: float) -> Colour:
    """A colour on the way from one to another."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def kawung(size: tuple[int, int], theme: Theme, cell: int = 180) -> Image.Image:
    """Four petals round a star, over and over: the oldest of Javanese patterns, quiet in two shades of one colour."""
    tile = _tile(theme, cell)
    ground = Image.new("RGB", size, theme.deep)
    for top in range(-cell // 2, size[1], cell):
        for left in range(-cell // 2, size[0], cell):
            ground.paste(tile, (left, top))
    return ground


def _tile(theme: Theme, cell: int) -> Image.Image:
    side = cell * FINER
    tile = Image.new("RGB", (side, side), theme.deep)
    petal = between(theme.deep, theme.paper, 0.16)
    long, wide, gap = side * 0.52, side * 0.25, side * 0.075
    upright = Image.new("L", (side, side), 0)
    middle = side / 2
    box = (middle - wide / 2, middle - long / 2, middle + wide / 2, middle + long / 2)
    ImageDraw.Draw(upright).ellipse(box, fill=255)
    seed = (middle - gap / 3, middle - gap, middle + gap / 3, middle + gap)
    ImageDraw.Draw(upright).ellipse(seed, fill=0)
    for turn, x, y in ((45, 1, -1), (-45, 1, 1), (45, -1, 1), (-45, -1, -1)):
        one = upright.rotate(-turn, resample=Image.Resampling.BICUBIC)
        tile.paste(petal, (round(x * side / 4), round(y * side / 4)), one)
    star, corners = side * 0.035, ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0), (0.5, 0.5))
    dot = between(theme.deep, theme.warm, 0.6)
    for across, down in ((a * side, b * side) for a, b in corners):
        ImageDraw.Draw(tile).ellipse((across - star, down - star, across + star, down + star), fill=dot)
    return tile.resize((cell, cell), Image.Resampling.LANCZOS)
