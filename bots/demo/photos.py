"""Photos of what the demo's shops sell: painted rather than photographed, so that nobody's picture is shown."""

import io
import math
from collections.abc import Callable
from functools import cache
from random import Random

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 800, 600
Brush = ImageDraw.ImageDraw


def brownies() -> bytes:
    """The pandan brownie of the simulator's sample, which sellers send in the chat."""
    from bots.simulator import cake

    return cake()


def painted(cloth: str, stripe: str, paint: Callable[[Brush], None], shade: tuple[int, int, int, int]) -> bytes:
    """A cloth with stripes, a soft shadow, and what stands on it."""
    canvas = Image.new("RGB", (WIDTH, HEIGHT), cloth)
    brush = ImageDraw.Draw(canvas)
    for left in range(0, WIDTH, 64):
        brush.rectangle((left, 0, left + 30, HEIGHT), fill=stripe)
    dark = Image.new("L", (WIDTH // 4, HEIGHT // 4), 0)
    ImageDraw.Draw(dark).ellipse([edge // 4 for edge in shade], fill=120)
    soft = dark.filter(ImageFilter.GaussianBlur(6)).resize(canvas.size)
    canvas.paste("#5b4030", mask=soft)
    paint(brush)
    written = io.BytesIO()
    canvas.filter(ImageFilter.SMOOTH).save(written, "JPEG", quality=86)
    return written.getvalue()


def disc(brush: Brush, x: int, y: int, radius: int, fill: str, outline: str = "", *, flat: float = 1.0) -> None:
    low = int(radius * flat)
    brush.ellipse((x - radius, y - low, x + radius, y + low), fill=fill, outline=outline or None, width=3)


def plate(brush: Brush, y: int = 400) -> None:
    disc(brush, 400, y, 310, "#f4f1ea", "#d8d0c2", flat=0.45)
    disc(brush, 400, y - 6, 250, "#fbfaf6", flat=0.42)


@cache
def nastar() -> bytes:
    """Golden pineapple tarts, heaped on a plate."""

    def paint(brush: Brush) -> None:
        plate(brush)
        heap = [(row, place) for row in range(4) for place in range(6 - row)]
        for row, place in heap:
            x, y = 215 + row * 37 + place * 74, 415 - row * 62
            disc(brush, x, y + 5, 43, "#a86a1c", flat=0.86)
            disc(brush, x, y, 42, "#e2a63b", flat=0.86)
            disc(brush, x - 8, y - 10, 27, "#f0bf57", flat=0.75)
            disc(brush, x - 14, y - 16, 9, "#fbe09a", flat=0.7)
            brush.line((x + 4, y - 16, x + 9, y - 34), fill="#4a2c14", width=6)

    return painted("#cfe0d3", "#c3d6c8", paint, (90, 300, 710, 560))


@cache
def risoles() -> bytes:
    """Crumbed rolls, one of them cut open."""

    def paint(brush: Brush) -> None:
        plate(brush)
        crumbs = Random(4)  # noqa: S311 - crumbs, not secrets
        for x, y in ((235, 370), (400, 345), (565, 370), (315, 440), (485, 440)):
            brush.rounded_rectangle((x - 85, y - 40, x + 85, y + 42), 40, fill="#8f5314")
            brush.rounded_rectangle((x - 85, y - 46, x + 85, y + 32), 38, fill="#cf8a2e")
            for _ in range(46):
                left, top = x + crumbs.randint(-70, 66), y + crumbs.randint(-40, 24)
                brush.ellipse((left, top, left + 6, top + 5), fill=crumbs.choice(("#e9b45c", "#b8741f", "#f3cb7d")))
        disc(brush, 560, 436, 36, "#fdf3d8", "#cf8a2e")
        disc(brush, 552, 430, 13, "#f5c84c")
        disc(brush, 574, 446, 11, "#e58a7b")
        disc(brush, 170, 300, 34, "#4c8a3c", flat=0.5)
        disc(brush, 205, 282, 30, "#6aa84f", flat=0.5)

    return painted("#e7d3c6", "#dec7b8", paint, (90, 290, 710, 570))


@cache
def kopi() -> bytes:
    """Three bottles of milk coffee with palm sugar at the bottom."""

    def bottle(brush: Brush, x: int) -> None:
        brush.rounded_rectangle((x - 70, 190, x + 70, 500), 30, fill="#c08a5a")
        brush.rounded_rectangle((x - 70, 400, x + 70, 500), 30, fill="#5a2f17")
        brush.rectangle((x - 70, 400, x + 70, 440), fill="#84502c")
        brush.polygon(((x - 70, 225), (x - 34, 150), (x + 34, 150), (x + 70, 225)), fill="#d9b48c")
        brush.rectangle((x - 36, 104, x + 36, 154), fill="#2d2a28")
        brush.rounded_rectangle((x - 54, 280, x + 54, 380), 12, fill="#fbf4e6")
        disc(brush, x, 322, 24, "#6b3d1f", flat=1.2)
        brush.line((x - 4, 298, x + 5, 346), fill="#fbf4e6", width=5)
        brush.rectangle((x - 56, 215, x - 46, 390), fill="#ecd2b4")

    def paint(brush: Brush) -> None:
        for x in (210, 400, 590):
            bottle(brush, x)

    return painted("#b9cdd6", "#aec4ce", paint, (90, 440, 720, 560))


@cache
def dimsum() -> bytes:
    """A bamboo steamer of dumplings."""

    def paint(brush: Brush) -> None:
        disc(brush, 400, 370, 300, "#8a5a2a", flat=0.62)
        disc(brush, 400, 340, 300, "#c9934f", "#8a5a2a", flat=0.62)
        disc(brush, 400, 336, 262, "#efe2bd", flat=0.6)
        for step in range(7):
            turn = math.tau * step / 6
            far = 0 if step == 6 else 165
            dumpling(brush, 400 + int(far * math.cos(turn)), 330 + int(far * 0.6 * math.sin(turn)))

    return painted("#e9c9c0", "#e2bcb2", paint, (80, 260, 720, 580))


def dumpling(brush: Brush, x: int, y: int) -> None:
    disc(brush, x, y + 10, 62, "#d8b36a", flat=0.8)
    disc(brush, x, y, 60, "#f6dfa0", "#e0bd6c", flat=0.8)
    for fold in range(10):
        turn = math.tau * fold / 10
        end = (x + int(54 * math.cos(turn)), y + int(42 * math.sin(turn)))
        brush.line((x, y - 4, *end), fill="#e6c67c", width=4)
    disc(brush, x, y - 6, 30, "#d58a5c", flat=0.75)
    disc(brush, x, y - 10, 11, "#f07f2e")


@cache
def roti() -> bytes:
    """A pull-apart loaf, shining, with chocolate between the buns."""

    def paint(brush: Brush) -> None:
        brush.rounded_rectangle((130, 170, 670, 510), 40, fill="#3f3b3a")
        brush.rounded_rectangle((148, 186, 652, 492), 30, fill="#6a3a18")
        for x in (231, 400, 569):
            for y in (255, 415):
                brush.rounded_rectangle((x - 80, y - 74, x + 80, y + 74), 56, fill="#b86f26")
                brush.rounded_rectangle((x - 74, y - 72, x + 72, y + 58), 52, fill="#d6923f")
                disc(brush, x - 14, y - 26, 46, "#e8b264", flat=0.6)
                disc(brush, x - 26, y - 38, 16, "#f7dba2", flat=0.5)
                for shift in (-34, 0, 34):
                    brush.line((x + shift - 22, y + 34, x + shift + 22, y + 4), fill="#4a230f", width=8)

    return painted("#d7dcc4", "#ccd2b6", paint, (110, 160, 700, 560))


@cache
def syal() -> bytes:
    """A scarf with kawung, four petals and a point, over and over."""

    def paint(brush: Brush) -> None:
        brush.polygon(((150, 60), (660, 60), (690, 540), (120, 540)), fill="#27344f")
        for row, y in enumerate(range(100, 500, 68)):
            for x in range(190 + 34 * (row % 2), 640, 68):
                kawung(brush, x, y, "#e8d9b5", "#a8492f")
        for x in range(125, 690, 13):
            brush.line((x, 540, x - 4, 580), fill="#e8d9b5", width=3)

    return painted("#efe6d6", "#e7dcc8", paint, (110, 440, 720, 590))


def kawung(brush: Brush, x: int, y: int, petal: str, point: str) -> None:
    for across, down in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
        middle = (x + 14 * across, y + 14 * down)
        brush.ellipse((middle[0] - 12, middle[1] - 12, middle[0] + 12, middle[1] + 12), fill=petal)
        disc(brush, *middle, 4, point)
    disc(brush, x, y, 4, point)


@cache
def pouch() -> bytes:
    """A small zipped bag."""

    def paint(brush: Brush) -> None:
        brush.rounded_rectangle((190, 210, 610, 480), 50, fill="#7a2f24")
        for row, y in enumerate(range(290, 460, 60)):
            for x in range(240 + 32 * (row % 2), 575, 64):
                kawung(brush, x, y, "#f0dcae", "#2d4a3e")
        brush.rectangle((190, 236, 610, 254), fill="#d9b76a")
        for x in range(200, 606, 14):
            brush.line((x, 238, x, 252), fill="#7d622c", width=3)
        brush.rounded_rectangle((566, 246, 590, 310), 10, fill="#d9b76a")

    return painted("#d3dfe0", "#c7d5d6", paint, (160, 400, 650, 540))


@cache
def tas() -> bytes:
    """A shopping bag with parang, slanting waves."""

    def paint(brush: Brush) -> None:
        for left in (280, 300):
            brush.arc((left, 60, left + 220, 360), 180, 360, fill="#5a3a22", width=14)
        brush.polygon(((190, 210), (610, 210), (640, 550), (160, 550)), fill="#ead9b0")
        for start in range(-60, 420, 62):
            for step in range(9):
                x, y = 215 + start + step * 20, 530 - step * 38
                if 200 < x < 592 and y > 215:
                    disc(brush, x, y, 17, "#6b3e1d", flat=0.8)
                    disc(brush, x + 5, y - 5, 8, "#ead9b0", flat=0.8)
        brush.rectangle((190, 206, 610, 226), fill="#5a3a22")

    return painted("#dcd3e2", "#d1c6d9", paint, (140, 460, 680, 590))


@cache
def proof(amount: str) -> bytes:
    """What a banking app shows after a transfer; it proves as much as any picture does."""
    canvas = Image.new("RGB", (360, 480), "#f2f5f7")
    brush = ImageDraw.Draw(canvas)
    disc(brush, 180, 130, 56, "#2f9e6e")
    brush.line((154, 132, 174, 152, 210, 108), fill="white", width=12, joint="curve")
    for line, words in enumerate(("Transfer berhasil", amount, "DANA 0800")):
        brush.text((180, 230 + 50 * line), words, fill="#23323d", anchor="mm", font_size=26)
    written = io.BytesIO()
    canvas.save(written, "PNG")
    return written.getvalue()
