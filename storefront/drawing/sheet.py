"""The sheet a picture is drawn on: words in frames, smooth corners, codes with their quiet zone. It remembers every
box it wrote in, so that a test can see that nothing left its frame.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import qrcode
import qrcode.constants
from PIL import Image, ImageDraw, ImageFont

from storefront.drawing import lettering
from storefront.drawing.lettering import ASCENT, LEADING, Setting, Weight
from storefront.drawing.themes import WHITE, Colour

Align = Literal["left", "centre", "right"]

QUIET = 4  # modules of white around a code, as the standard asks
FINER = 4


class Frame(NamedTuple):
    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def corners(self) -> tuple[int, int, int, int]:
        return self.x, self.y, self.right, self.bottom

    def inside(self, across: int, down: int | None = None) -> "Frame":
        down = across if down is None else down
        return Frame(self.x + across, self.y + down, self.width - 2 * across, self.height - 2 * down)

    def back(self, other: "Frame") -> int:
        """How far another has to move sideways to stand inside; 0 for one that does, and for one that never can."""
        if other.width > self.width:
            return 0
        return max(0, self.x - other.x) - max(0, other.right - self.right)

    def holds(self, other: "Frame") -> bool:
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )  # fmt: skip


@dataclass(frozen=True)
class Box:
    """Words that were written: which, in which frame, and where their ink is."""

    words: str
    frame: Frame
    ink: Frame


@dataclass(frozen=True)
class Style:
    """How words look: their size and how small they may become, their weight and colour, where they stand."""

    size: int
    colour: Colour
    weight: Weight = "Regular"
    least: int = 0
    lines: int = 1
    align: Align = "left"
    upright: Literal["top", "middle", "bottom"] = "middle"


class Sheet:
    def __init__(self, width: int, height: int, ground: Colour) -> None:
        self.image = Image.new("RGB", (width, height), ground)
        self.draw = ImageDraw.Draw(self.image)
        self.frame = Frame(0, 0, width, height)
        self.boxes: list[Box] = []

    # -- words ---------------------------------------------------------------------------------------

    def write(self, words: str, frame: Frame, style: Style, *, otherwise: str = "") -> Setting:
        """Words in a frame, as large as the style and the frame allow."""
        least = style.least or max(12, round(style.size * 0.6))
        text = lettering.readable(words, otherwise)
        setting = lettering.fitted(text, style.weight, frame.width, frame.height, style.size, least, style.lines)
        self.place(setting, frame, style)
        return setting

    def place(self, setting: Setting, frame: Frame, style: Style) -> None:
        """Words that are set already."""
        room = frame.height - setting.height
        top = frame.y + {"top": 0, "middle": room // 2, "bottom": room}[style.upright]
        for number, line in enumerate(setting.lines):
            width = lettering.length(line, setting.weight, setting.size)
            left = (
                frame.x + {"left": 0, "centre": (frame.width - width) // 2, "right": frame.width - width}[style.align]
            )
            baseline = top + round((ASCENT + LEADING * number) * setting.size)
            self.line(line, (left, baseline), setting, style.colour, frame)

    def line(self, line: str, start: tuple[int, int], setting: Setting, colour: Colour, frame: Frame) -> None:
        """Some letters lean out of the place they take (the accent of ì, alone on its line): they are moved back in."""
        font = lettering.face(setting.weight, setting.size)
        ink = self.ink(line, start, font)
        start = (start[0] + frame.back(ink), start[1])
        self.draw.text(start, line, font=font, fill=colour, anchor="ls")
        self.boxes.append(Box(line, frame, self.ink(line, start, font)))

    def ink(self, line: str, start: tuple[int, int], font: ImageFont.FreeTypeFont) -> Frame:
        left, top, right, bottom = (round(edge) for edge in self.draw.textbbox(start, line, font=font, anchor="ls"))
        return Frame(left, top, right - left, bottom - top)

    # -- shapes --------------------------------------------------------------------------------------

    def rounded(self, frame: Frame, radius: int, colour: Colour, *, corners: str = "all") -> None:
        mask = rounded_mask((frame.width, frame.height), radius, corners)
        self.image.paste(colour, frame.corners, mask)

    def picture(self, picture: Image.Image, frame: Frame, radius: int = 0) -> None:
        mask = rounded_mask((frame.width, frame.height), radius, "all") if radius else None
        self.image.paste(picture, frame.corners, mask)

    def rule(self, frame: Frame, colour: Colour) -> None:
        self.draw.rectangle((frame.x, frame.y, frame.right - 1, frame.bottom - 1), fill=colour)

    def code(
        self, text: str, frame: Frame, *, radius: int = 0, ink: Colour = (0, 0, 0), mask: int | None = None
    ) -> Frame:
        """A QR code on white, each module a whole number of pixels, so that nothing is blurred; returns its modules."""
        modules = qr_modules(text, mask)
        whole = modules.width + 2 * QUIET
        box = min(frame.width, frame.height) // whole
        assert box >= 2, f"{whole} modules have no room in {frame.width} x {frame.height}"
        side = box * modules.width
        where = Frame(frame.x + (frame.width - side) // 2, frame.y + (frame.height - side) // 2, side, side)
        self.rounded(frame, radius, WHITE)
        self.image.paste(ink, where.corners, modules.resize((side, side), Image.Resampling.NEAREST))
        return where

    # -- out -----------------------------------------------------------------------------------------

    def jpeg(self, quality: int = 88, dpi: int = 72) -> bytes:
        return self._saved("JPEG", quality=quality, subsampling=0, dpi=(dpi, dpi), optimize=True)

    def png(self) -> bytes:
        return self._saved("PNG", optimize=False, compress_level=6)

    def pdf(self, dpi: int) -> bytes:
        return self._saved("PDF", resolution=dpi, quality=92)

    def _saved(self, kind: str, **options: object) -> bytes:
        written = io.BytesIO()
        self.image.save(written, kind, **options)
        return written.getvalue()


@lru_cache(maxsize=16)
def qr_modules(text: str, mask: int | None = None) -> Image.Image:
    """The code itself, a pixel a module, white where ink goes.

    ``mask``: one of the standard's eight (ISO/IEC 18004, 7.8), instead of trying them all for the one that is
    easiest on a bad camera. Every reader takes any; on a screen the seven others are time for nothing.
    """
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0, mask_pattern=mask)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    return Image.frombytes("L", (len(rows), len(rows)), bytes(255 if dark else 0 for row in rows for dark in row))


def rounded_mask(size: tuple[int, int], radius: int, corners: str) -> Image.Image:
    """Only the corners are drawn finer: a whole sheet four times larger would take a slow computer a second."""
    mask = Image.new("L", size, 255)
    radius = min(radius, size[0] // 2, size[1] // 2)
    if radius < 1:
        return mask
    round_ = quarter(radius)
    right, bottom = size[0] - radius, size[1] - radius
    mask.paste(round_, (0, 0))
    mask.paste(round_.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (right, 0))
    if corners == "all":
        mask.paste(round_.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (0, bottom))
        mask.paste(round_.transpose(Image.Transpose.ROTATE_180), (right, bottom))
    return mask


@lru_cache(maxsize=32)
def quarter(radius: int) -> Image.Image:
    large = Image.new("L", (radius * FINER, radius * FINER), 0)
    ImageDraw.Draw(large).ellipse((0, 0, 2 * radius * FINER, 2 * radius * FINER), fill=255)
    return large.resize((radius, radius), Image.Resampling.LANCZOS)
