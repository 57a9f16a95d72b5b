"""Pictures made to hurt: too large, too deep, not pictures at all, or with more in them than meets the eye."""

import io
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from functools import cache

import pytest
from PIL import Image, PngImagePlugin
from sqlalchemy import func, select

from bots.hub import Simulated
from storefront import pictures
from storefront.models import Media, Payment, Product
from tests.attacks.common import calm
from tests.conftest import OPEN_SHOP, ROOT, STORIES, tell

MEGABYTE = 1024 * 1024


# -- how they are made -------------------------------------------------------------------------------


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@cache
def png(width: int, height: int, colour: int = 0, depth: int = 1, channels: int = 1) -> bytes:
    """A PNG of nothing, however large, in a few bytes."""
    line = b"\0" + bytes((width * depth * channels + 7) // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def saved(picture: Image.Image, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def square(mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (64, 64))


def with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x0110] = "A very particular telephone"
    exif.get_ifd(0x8825).update({1: "S", 2: (6.0, 24.0, 13.0), 3: "E", 4: (106.0, 48.0, 7.0)})
    return saved(square(), "JPEG", exif=exif)


def with_text(size: int) -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "a" * size, zip=True)
    return saved(square(), "PNG", pnginfo=words)


def moving(frames: int) -> bytes:
    small = [Image.new("P", (8, 8), number % 250) for number in range(frames)]
    return saved(small[0], "GIF", save_all=True, append_images=small[1:])


def noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)  # noqa: S311 - the same noise every time


REFUSED: dict[str, Callable[[], bytes]] = {
    "a bomb of 13,300 x 13,300": lambda: png(13_300, 13_300),
    "a bomb of 60,000 x 60,000 in its head": lambda: (
        png(64, 64)[:16] + struct.pack(">II", 60_000, 60_000) + png(64, 64)[24:]
    ),
    "cut off in the middle": lambda: (STORIES / "brownies.jpg").read_bytes()[:-2_000],
    "cut off after its head": lambda: png(64, 64)[:40],
    "nothing at all": lambda: b"",
    "one byte": lambda: b"\xff",
    "ten megabytes of noise": lambda: noise(10 * MEGABYTE),
    "eleven megabytes": lambda: saved(square(), "JPEG") + bytes(11 * MEGABYTE),
    "a GIF that is a script": lambda: b"GIF89a/*<script>alert(1)</script>*/=1;",
    "SVG": lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>',
    "HTML": lambda: b"<html><script>alert(1)</script></html>",
    "PDF": lambda: b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
    "EPS": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nwhile(1){}\n",
    "TIFF": lambda: saved(square(), "TIFF"),
    "ICO": lambda: saved(square(), "ICO"),
    "PSD": lambda: b"8BPS\0\1" + bytes(100),
    "FITS": lambda: b"SIMPLE  =                    T" + bytes(4_000),
    "a zip": lambda: b"PK\x03\x04" + bytes(100),
    "a text of 100 MB in a PNG": lambda: with_text(100 * MEGABYTE),
}
TIDIED: dict[str, Callable[[], bytes]] = {
    "JPEG with a place in it": with_gps,
    "PNG with some words in it": lambda: with_text(500),
    "five thousand frames": lambda: moving(5_000),
    "CMYK": lambda: saved(square("CMYK"), "JPEG"),
    "sixteen bits": lambda: saved(Image.new("I;16", (64, 64)), "PNG"),
    "a palette": lambda: saved(square("P"), "PNG", transparency=0),
    "one bit": lambda: saved(square("1"), "PNG"),
    "grey and clear": lambda: saved(square("LA"), "PNG"),
    "clear": lambda: saved(square("RGBA"), "PNG"),
    "WebP": lambda: saved(square(), "WEBP"),
    "one pixel": lambda: saved(Image.new("RGB", (1, 1)), "PNG"),
    "one by forty thousand": lambda: png(1, 40_000),
    "forty thousand by one": lambda: png(40_000, 1),
    "a page behind the picture": lambda: saved(square(), "JPEG") + b"<script>alert(1)</script>",
    "a page in a comment": lambda: saved(square(), "JPEG", comment=b"<script>alert(1)</script>"),
    "a profile of colours that is none": lambda: saved(square(), "JPEG", icc_profile=b"<script>alert(1)</script>" * 10),
}
PLACES = {
    "as a proof": "sari@{c} opens: $link\nsari@{c} says: 2, antar griya asri C2/5, Sari, qris",
    "as a sticker": "sari@{c} says: mulai jualan\nsari@{c} says: Dapur Sari\nsari@{c} says: griya asri depok",
    "as a product": "sari@{c} says: halo",
}


def sends(hub: Simulated, channel: str, data: bytes, caption: str = "donat 5rb/pcs") -> None:
    """A picture as somebody's app would send it; the phone itself never looks into it."""
    if channel == "whatsapp":
        hub.phones.whatsapp.sends_photo("sari", data, caption)
    else:
        phones = hub.phones.telegram
        person = phones.person("sari")
        sizes = [{**phones.drawer.put("photo", "photos", ".jpg", data), "width": 100, "height": 100}]
        message = phones._framed(person.user(), person, {}) | {"photo": sizes, "caption": caption}
        phones._update("message", message)
    hub.settle()


def kept(hub: Simulated) -> list[bytes]:
    with hub.database.read() as db:
        return list(db.scalars(select(Media.content).order_by(Media.id)))


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
@pytest.mark.parametrize("place", PLACES)
def test_a_picture_that_is_none_gets_a_kind_word_and_is_not_kept(hub: Simulated, place: str, channel: str) -> None:
    player = tell(hub, OPEN_SHOP)
    tell(hub, PLACES[place].format(c=channel), **player.kept)
    before, silent = kept(hub), []

    for name, make in REFUSED.items():
        heard = hub.phones.sent_to("sari", channel)
        with calm():
            sends(hub, channel, make())
        silent += [] if hub.phones.sent_to("sari", channel) > heard else [name]
        assert kept(hub) == before, name

    assert silent == []
    with hub.database.read() as db:
        assert db.scalar(select(func.count()).select_from(Payment).where(Payment.state == "claimed")) == 0
    assert hub.verdict() == []


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
@pytest.mark.parametrize("name", TIDIED)
def test_a_picture_of_any_kind_is_kept_bare(hub: Simulated, name: str, channel: str) -> None:
    player = tell(hub, OPEN_SHOP)
    tell(hub, PLACES["as a proof"].format(c=channel), **player.kept)
    before = len(kept(hub))

    with calm():
        sends(hub, channel, TIDIED[name](), "")

    fresh = kept(hub)[before:]
    assert len(fresh) == 1
    with Image.open(io.BytesIO(fresh[0])) as picture:
        assert picture.format == "JPEG"
        assert max(picture.size) <= 1_600
        assert not picture.getexif()
        assert not {"icc_profile", "exif", "comment", "xmp"} & picture.info.keys()
    assert b"script" not in fresh[0]
    assert b"telephone" not in fresh[0]


@pytest.mark.parametrize("width", [160, 200])
def test_a_place_is_in_the_picture_before_and_gone_after(width: int) -> None:
    """Else the test above would look for what was never there."""
    given = with_gps()
    assert Image.open(io.BytesIO(given)).getexif().get_ifd(0x8825)

    assert not Image.open(io.BytesIO(pictures.tidy(given, width))).getexif().get_ifd(0x8825)


# -- memory ------------------------------------------------------------------------------------------

MEASURED = """
import resource, sys, zlib
from storefront import pictures
pictures.tidy(pictures.qr_png("warm"))
pictures.read_codes(pictures.qr_png("warm"))
data = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    pictures.read_codes(pictures.tidy(data))
except (pictures.NotAPicture, pictures.PictureTooLarge):
    pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def grown_by(data: bytes) -> int:
    """Megabytes that a process of its own grew by while it looked at a picture."""
    code = [sys.executable, "-c", MEASURED]
    return int(subprocess.run(code, input=data, stdout=subprocess.PIPE, cwd=ROOT, timeout=60, check=True).stdout)


HEAVY: dict[str, Callable[[], bytes]] = {
    "the bomb": lambda: png(13_300, 13_300),
    "the largest that is let in, in black and white": lambda: png(7_000, 7_000),
    "the largest that is let in, in colour": lambda: png(7_000, 7_000, colour=2, depth=8, channels=3),
    "the largest that is let in, clear": lambda: png(7_000, 7_000, colour=6, depth=8, channels=4),
    "the largest that is let in, clear and deep": lambda: png(7_000, 7_000, colour=6, depth=16, channels=4),
    "five thousand frames": lambda: moving(5_000),
    "a text of 100 MB": lambda: with_text(100 * MEGABYTE),
}


@pytest.mark.parametrize("name", HEAVY)
def test_no_picture_takes_more_memory_than_a_small_server_has(name: str) -> None:
    assert grown_by(HEAVY[name]()) < 300


def test_the_bomb_is_a_small_one() -> None:
    assert len(png(13_300, 13_300)) < 30_000


def test_a_product_with_a_hostile_photo_is_not_on_sale(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP)

    tell(hub, "sari@telegram says: halo")
    sends(hub, "telegram", REFUSED["SVG"]())

    with hub.database.read() as db:
        assert db.scalar(select(func.count()).select_from(Product)) == 1
