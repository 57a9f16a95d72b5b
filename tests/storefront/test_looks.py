"""The looks of a shared picture, and the month's news: whatever the look, what must be said stands on it."""

from dataclasses import replace
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image, ImageStat

from storefront.drawing import news_sheet, offers, recipes
from storefront.drawing.sheet import Sheet
from storefront.drawing.values import TEMPLATES, Month
from tests.storefront.test_drawing import DEWI, EN, MUCH, T, photo, strays, words_of

LOOKS = [template for template in TEMPLATES if template]
DRAWN = [(draw, template) for draw in (offers.post, offers.status) for template in LOOKS]


@pytest.mark.parametrize(("draw", "template"), DRAWN)
@pytest.mark.parametrize("with_photo", [True, False])
def test_every_look_says_the_same(draw: object, template: str, with_photo: bool) -> None:
    assert callable(draw)
    sent = photo() if with_photo else None
    sheet: Sheet = draw(T, replace(DEWI, template=template), sent)

    said = words_of(sheet)
    assert said == words_of(draw(T, DEWI, sent))
    assert "Iklan · Kak Dewi dapat komisi dari penjual" in said
    assert list(strays(sheet)) == []
    assert [code.text for code in zxingcpp.read_barcodes(sheet.image)] == [DEWI.link]


@pytest.mark.parametrize(("draw", "template"), DRAWN)
def test_much_to_say_has_room_in_every_look(draw: object, template: str) -> None:
    assert callable(draw)
    assert list(strays(draw(EN, replace(MUCH, template=template), photo()))) == []


def test_where_white_letters_stand_a_bright_photo_is_dark() -> None:
    sheet = offers.status(T, replace(DEWI, template="full"), photo(light=1.6))
    below = sheet.image.crop((0, 1_250, 1_080, 1_400)).convert("L")

    assert ImageStat.Stat(below).mean[0] < 90


def test_the_looks_are_not_one_another() -> None:
    drawn = {template: offers.post(T, replace(DEWI, template=template), photo()).image for template in TEMPLATES}

    assert len({image.tobytes() for image in drawn.values()}) == len(TEMPLATES)


def test_a_picture_keeps_nothing_of_where_a_photo_was_taken() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Rumah Sari, Griya Asri C2/5"
    taken = BytesIO()
    Image.new("RGB", (900, 1_200), (90, 70, 50)).save(taken, "JPEG", exif=exif)

    made = recipes.drawn(recipes.offer("post", T, DEWI, "token"), taken.getvalue())

    assert b"Griya Asri C2/5" in taken.getvalue()
    assert b"Griya Asri C2/5" not in made
    assert not dict(Image.open(BytesIO(made)).getexif())


@pytest.mark.parametrize("t", [T, EN], ids=["id", "en"])
@pytest.mark.parametrize("days", [None, 0, 3])
def test_the_month_in_a_picture(t: object, days: int | None) -> None:
    sheet = news_sheet.card(t, Month("2026-06", 1_250, 41_000, 12_345_678_901, 9_999_999_999, days))  # type: ignore[arg-type]

    assert list(strays(sheet)) == []
    assert "Rp12.345.678.901" in words_of(sheet)
    assert "2026" in words_of(sheet)
