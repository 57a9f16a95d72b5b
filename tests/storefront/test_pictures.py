"""Pictures: opened with care, tidied, and read for their codes."""

import io
import random
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from storefront.pictures import LARGEST, NotAPicture, PictureTooLarge, open_picture, qr_png, qr_svg, read_codes, tidy
from storefront.qris import build_static

STICKER = build_static("DAPUR RINA", "DEPOK")


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def photo_of(code: bytes, *, turn: float, blur: float, quality: int) -> bytes:
    """A sticker on a busy counter, held at an angle."""
    dice = random.Random(7)  # noqa: S311 - the same noise every time
    table = Image.frombytes("RGB", (400, 300), dice.randbytes(400 * 300 * 3)).resize((1600, 1200))
    draw = ImageDraw.Draw(table)
    for _ in range(60):
        x, y = dice.randrange(1600), dice.randrange(1200)
        draw.rectangle((x, y, x + dice.randrange(300), y + dice.randrange(300)), fill=tuple(dice.randbytes(3)))
    sticker = Image.open(io.BytesIO(code)).convert("RGBA").rotate(turn, expand=True, resample=Image.Resampling.BICUBIC)
    table.paste(sticker, (450, 250), sticker)
    return encoded(table.filter(ImageFilter.GaussianBlur(blur)), quality=quality)


def bomb(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7", b"\xff\xd8\xff\xe0 half", qr_png("x")[:60], b"<svg/>"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        open_picture(data)


@pytest.mark.parametrize(
    "data", [b"\xff\xd8" + bytes(LARGEST), bomb(8_000, 7_000), bomb(10_000, 10_000), bomb(20_000, 20_000)]
)
def test_what_is_too_large_is_refused_before_it_is_decoded(data: bytes) -> None:
    with pytest.raises(PictureTooLarge):
        open_picture(data)


def test_tidy_turns_shrinks_and_forgets() -> None:
    picture = Image.new("RGB", (2_000, 1_000), "red")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "Jalan Mawar 5"
    data = encoded(picture, exif=exif, comment=b"Jalan Mawar 5")
    assert b"Mawar" in data
    tidied = tidy(data)
    result = Image.open(io.BytesIO(tidied))
    assert (result.format, result.size) == ("JPEG", (800, 1_600))
    assert b"Mawar" not in tidied
    assert not result.getexif()
    assert "comment" not in result.info


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_tidy_takes_every_kind_and_puts_glass_on_white(mode: str) -> None:
    glass = Image.new(mode, (10, 10))
    result = Image.open(io.BytesIO(tidy(encoded(glass, "PNG"))))
    assert result.mode == "RGB"
    if mode in {"LA", "RGBA"}:
        assert result.getpixel((5, 5)) == (255, 255, 255)


def test_a_small_picture_is_not_blown_up() -> None:
    assert Image.open(io.BytesIO(tidy(encoded(Image.new("RGB", (30, 20)))))).size == (30, 20)


@given(
    st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"RIFF"])
)
def test_random_bytes_meet_only_our_refusals(data: bytes, head: bytes) -> None:
    try:
        tidy(head + data)
    except (NotAPicture, PictureTooLarge):
        return


@given(st.integers(0, 2_000), st.binary(min_size=1, max_size=8))
def test_a_damaged_picture_meets_only_our_refusals(position: int, damage: bytes) -> None:
    whole = encoded(Image.effect_noise((32, 32), 50).convert("RGB"))
    position %= len(whole)
    try:
        tidy(whole[:position] + damage + whole[position + len(damage) :])
    except (NotAPicture, PictureTooLarge):
        return


@pytest.mark.parametrize(
    ("turn", "blur", "quality"), [(0, 0, 90), (7, 1.5, 60), (-20, 1.2, 60), (45, 1, 70), (187, 1, 60)]
)
def test_a_photo_of_a_sticker_is_read(turn: float, blur: float, quality: int) -> None:
    assert read_codes(photo_of(qr_png(STICKER), turn=turn, blur=blur, quality=quality)) == [STICKER]


def test_a_faint_and_a_tiny_code_are_read() -> None:
    code = Image.open(io.BytesIO(qr_png(STICKER, box=2))).convert("L")
    assert read_codes(encoded(code.point(lambda value: 150 + value // 8), "PNG")) == [STICKER]


def test_a_picture_without_a_code_has_none() -> None:
    assert read_codes(encoded(Image.effect_noise((300, 300), 80))) == []


def test_two_codes_are_both_read() -> None:
    left, right = (Image.open(io.BytesIO(qr_png(text))).convert("RGB") for text in ("kiri", "kanan"))
    both = Image.new("RGB", (left.width + right.width, left.height), "white")
    both.paste(left, (0, 0))
    both.paste(right, (left.width, 0))
    assert sorted(read_codes(encoded(both, "PNG"))) == ["kanan", "kiri"]


def test_codes_are_drawn_with_their_quiet_zone() -> None:
    picture = Image.open(io.BytesIO(qr_png("halo", box=5))).convert("L")
    assert picture.size == ((21 + 8) * 5,) * 2
    assert picture.crop((0, 0, picture.width, 20)).getextrema() == (255, 255)
    assert qr_svg("halo").startswith("<svg")
    assert 'viewBox="0 0 29 29"' in qr_svg("halo")
