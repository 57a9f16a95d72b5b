"""Pictures: nothing leaves its frame, codes can be read, who earns says so, and they look as they were meant to."""

import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat
from sqlalchemy import select, update

from bots.hub import Simulated
from storefront.drawing import charts, lettering, offers, payments, recipes, values
from storefront.drawing.sheet import QUIET, Box, Frame, Sheet, Style, qr_modules
from storefront.drawing.shelf import SHELF, Shelf, digest
from storefront.drawing.themes import THEMES, theme_of
from storefront.drawing.values import Earned, Offer, Payment, Recommender, Sales, Week
from storefront.models import Media
from storefront.phrases import Voice
from storefront.qris import build_static, with_amount
from storefront.web import tokens
from tests.conftest import OPEN_SHOP, STORIES, tell

GOLDEN = Path(__file__).parent / "golden"
ALIKE = 1.0  # of 255, the mean difference that other edges of letters may make
WIDE = 270
JAKARTA = ZoneInfo("Asia/Jakarta")
T, EN = Voice("id", JAKARTA), Voice("en", JAKARTA)

BROWNIES = Offer(
    "Dapur Rina",
    "Griya Asri, Depok",
    "DR",
    "Brownies Kukus Pandan",
    "loyang",
    "IDR",
    (("polos", 65_000), ("keju", 75_000)),
    datetime(2026, 6, 18, 20, tzinfo=JAKARTA),
    date(2026, 6, 20),
    "pagi",
    "https://getok.example/p/DR1",
)
DEWI = replace(BROWNIES, link="https://getok.example/r/DEWI7-1", recommender=Recommender("Dewi", "DEWI7"))
MUCH = replace(
    DEWI,
    shop="Kue Ulang Tahun & Hantaran Bunda Nurhayati Situmorang",
    place="Perumahan Bumi Serpong Damai Sektor XII, Tangerang Selatan",
    letters="KU",
    name="Kue Ulang Tahun Tiga Susun Cokelat Belgia Stroberi Segar 🎂🍓",
    prices=tuple((f"diameter {n} cm dengan lilin dan kartu ucapan", 1_250_000 + n) for n in range(13)),
    recommender=Recommender("Nurhayati Situmorang Panjang Sekali Namanya", "NURHAYATI2026"),
)
PAYLOAD = with_amount(build_static("DAPUR RINA", "DEPOK"), 144_983, "DR-0001")
PAYMENT = Payment(
    PAYLOAD, 144_983, "IDR", "DAPUR RINA", "DR-0001", "Dapur Rina", "DR", datetime(2026, 6, 16, 11, tzinfo=JAKARTA)
)
MONDAY = date(2026, 6, 15)
WEEK = Sales("Dapur Rina", "DR", "IDR", [(MONDAY + timedelta(days=n), 140_000 * n * (n % 3)) for n in range(7)])
EARNED = Earned(
    "Dewi",
    "IDR",
    [
        Week(date(2026, 6, 1), confirmed=65_000, paid=14_000),
        Week(date(2026, 6, 8), paid=28_000, payable=31_500, pending=7_000),
        Week(MONDAY, payable=14_000, pending=48_500),
    ],
)


def photo(width: int = 1200, height: int = 900, *, light: float = 1.0, **saved: Any) -> bytes:
    """Something green on a plate on a table, to the right of the middle."""
    taken = Image.new("RGB", (width, height), (196, 164, 120))
    draw = ImageDraw.Draw(taken)
    x, y, r = width * 0.62, height * 0.5, height * 0.38
    draw.ellipse((x - r, y - r, x + r, y + r), fill=(244, 242, 236))
    for n in range(9):
        left, top = x - r * 0.6 + n % 3 * r * 0.42, y - r * 0.55 + n // 3 * r * 0.4
        draw.rounded_rectangle((left, top, left + r * 0.36, top + r * 0.3), 12, fill=(80, 130, 56))
    taken = taken.filter(ImageFilter.GaussianBlur(1)).point(lambda value: int(value * light))
    return encoded(taken, **saved)


def encoded(picture: Image.Image, kind: str = "JPEG", **saved: Any) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **saved)
    return written.getvalue()


def decoded(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def words_of(sheet: Sheet) -> str:
    return " ".join(box.words for box in sheet.boxes)


SCENES: dict[str, Callable[[], Sheet]] = {
    "card": lambda: offers.card(T, replace(BROWNIES, link=""), photo()),
    "post": lambda: offers.post(T, DEWI, photo(900, 1600)),
    "status": lambda: offers.status(T, DEWI, photo()),
    "status-dim": lambda: offers.status(T, BROWNIES, photo(light=0.25)),
    "status-much": lambda: offers.status(T, MUCH),
    "poster": lambda: offers.poster(EN, MUCH, photo()),
    "poster-shop": lambda: offers.poster(
        T, Offer("Dapur Rina", "Depok", "SB", link="https://getok.example/s/dapur-rina")
    ),
    "payment": lambda: payments.card(T, PAYMENT),
    "sales": lambda: charts.sales(T, WEEK),
    "earned": lambda: charts.earned(T, EARNED),
}


# -- as they were meant to look ----------------------------------------------------------------------


def small(sheet: Sheet) -> Image.Image:
    return sheet.image.resize((WIDE, sheet.frame.height * WIDE // sheet.frame.width), Image.Resampling.LANCZOS)


def difference(one: Image.Image, other: Image.Image) -> float:
    if one.size != other.size:
        return 255.0
    means = ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean
    return sum(means) / len(means)


@pytest.mark.parametrize("name", SCENES)
def test_it_looks_as_it_was_meant_to(name: str) -> None:
    """``GETOK_GOLDEN=1`` draws them anew, to be looked at before they are kept."""
    path, drawn = GOLDEN / f"{name}.png", small(SCENES[name]())
    if os.environ.get("GETOK_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        drawn.quantize(256).save(path, optimize=True)

    assert difference(drawn, Image.open(path)) < ALIKE


def test_another_picture_looks_different() -> None:
    """The tolerance tells a changed theme, a missing line and another product from the same one."""
    kept = Image.open(GOLDEN / "status.png")
    for other in (replace(DEWI, letters="SB"), replace(DEWI, name="Sambal Bawang"), replace(DEWI, closes_at=None)):
        assert difference(small(offers.status(T, other, photo())), kept) > ALIKE


# -- nothing leaves its frame ------------------------------------------------------------------------


def strays(sheet: Sheet) -> Iterator[Box]:
    """Words whose ink is outside of their frame or of the sheet; an italic edge of two pixels is none."""
    for box in sheet.boxes:
        if box.ink.width and not (box.frame.inside(-3).holds(box.ink) and sheet.frame.holds(box.ink)):
            yield box


@pytest.mark.parametrize("name", SCENES)
def test_no_words_leave_their_frame(name: str) -> None:
    assert list(strays(SCENES[name]())) == []


ODD_NAMES = [
    "Brownies",
    "W" * 60,
    "Mi" * 30,
    "Kue 🎂 Ulang 👨‍👩‍👧‍👦 Tahun 🇮🇩",
    "🍰🍰🍰",
    "متجر الحلويات",
    "חלה מתוקה עם ביצה",
    "e\u0301" * 30,
    "Z" + "\u0300\u0301\u0302\u0303" * 20 + "algo",
    "\u202eterbalik\u2066",
    "a\nb\tc\0d",
    "   ",
    "蛋糕",
    "-",
    "ì",
    "ïj",
]


@pytest.mark.parametrize("draw", [offers.card, offers.post, offers.status, offers.poster])
@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_name_fits(draw: Callable[..., Sheet], name: str) -> None:
    prices = tuple((name, 1_250_000) for _ in range(12))
    odd = replace(DEWI, name=name, shop=name, place=name, unit=name, prices=prices, recommender=Recommender(name, name))

    assert list(strays(draw(T, odd))) == []


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=60), st.text(max_size=30), st.integers(1, 10**12), st.integers(0, 14))
def test_whatever_people_write_fits(name: str, option: str, price: int, count: int) -> None:
    odd = replace(DEWI, name=name, unit=option, prices=((option, price),) * count)

    assert list(strays(offers.status(EN, odd))) == []


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=25), st.text(max_size=12), st.integers(1, 10**13 - 1))
def test_any_payment_fits(holder: str, code: str, amount: int) -> None:
    assert list(strays(payments.card(T, replace(PAYMENT, holder=holder, code=code, amount=amount)))) == []


@pytest.mark.parametrize("count", [0, 1, 2, 7, 12, 31, 60])
@pytest.mark.parametrize("t", [T, EN], ids=["id", "en"])
def test_any_number_of_bars_fits(count: int, t: Voice) -> None:
    sums = [(MONDAY + timedelta(weeks=n), (n * 7919) % 11 * 9_999_999) for n in range(count)]
    weeks = [Week(day, amount, amount // 2, amount // 3, 1) for day, amount in sums]

    assert list(strays(charts.sales(t, Sales("W" * 60, "DR", "IDR", sums, by_week=count < 20)))) == []
    assert list(strays(charts.earned(t, Earned("W" * 60, "IDR", weeks)))) == []


def test_blocks_of_words_do_not_lie_on_each_other() -> None:
    for draw in (offers.card, offers.post, offers.status, offers.poster):
        boxes = draw(T, MUCH).boxes
        lying = [
            (one.words, other.words)
            for place, one in enumerate(boxes)
            for other in boxes[place + 1 :]
            if one.ink.x < other.ink.right
            and other.ink.x < one.ink.right
            and one.ink.y + 4 < other.ink.bottom
            and other.ink.y + 4 < one.ink.bottom
        ]
        assert lying == []


def test_a_stray_would_be_seen() -> None:
    sheet = Sheet(400, 200, (255, 255, 255))
    setting = lettering.Setting(("far too wide for its frame",), "Bold", 60)
    sheet.place(setting, Frame(10, 10, 100, 80), Style(60, (0, 0, 0)))

    assert list(strays(sheet))


def test_what_cannot_be_written_is_left_out() -> None:
    assert lettering.readable("Sambal 🌶️🔥 Bawang ⭐") == "Sambal Bawang"
    assert lettering.readable("متجر", "DR") == "DR"
    assert lettering.readable("Cafe\u0301") == "Café"
    assert not any(lettering.has(sign) for sign in "🎂م中⭐")
    assert all(lettering.has(sign) for sign in "Aé·–…+/&'\"")


def test_long_words_are_made_smaller_then_broken_then_cut() -> None:
    fits = lettering.fitted("Brownies", "Bold", 400, 100, 80, 40, 1)
    smaller = lettering.fitted("Brownies Pandan", "Bold", 400, 100, 80, 40, 1)
    broken = lettering.fitted("W" * 12, "Bold", 400, 200, 80, 60, 2)
    cut = lettering.fitted("W" * 60, "Bold", 400, 200, 80, 60, 2)

    assert (fits.lines, fits.size) == (("Brownies",), 80)
    assert 40 <= smaller.size < 80
    assert smaller.lines == ("Brownies Pandan",)
    assert "".join(broken.lines) == "W" * 12
    assert cut.lines[-1].endswith("…")
    assert max(fits.width, smaller.width, broken.width, cut.width) <= 400


# -- codes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1080, 600])
@pytest.mark.parametrize("quality", [92, 60, 35])
def test_the_payment_code_is_read_after_the_post_has_squeezed_it(width: int, quality: int) -> None:
    sent = Image.open(io.BytesIO(recipes.drawn(recipes.payment(T, PAYMENT))))
    arrived = sent.resize((width, sent.height * width // sent.width), Image.Resampling.BICUBIC)

    assert decoded(Image.open(io.BytesIO(encoded(arrived, quality=quality)))) == [PAYLOAD]


@settings(max_examples=10, deadline=None)
@given(st.integers(40, 640))
def test_a_code_of_any_length_keeps_its_quiet_zone(length: int) -> None:
    payload = PAYLOAD.ljust(length, "7")[:length]
    sheet = payments.card(T, replace(PAYMENT, payload=payload))
    tile, modules = payments.tile_for(payload), qr_modules(payload).width

    box = tile.width // (modules + 2 * QUIET)
    ring = sheet.image.crop(tile.corners).convert("L")
    ring.paste(255, (QUIET * box, QUIET * box, tile.width - QUIET * box, tile.width - QUIET * box))
    edge = ring.crop((0, tile.width // 2, tile.width, tile.width // 2 + 1))
    assert edge.getextrema() == (255, 255)
    assert decoded(sheet.image.resize((600, 800))) == [payload]


@pytest.mark.parametrize("draw", [offers.card, offers.post, offers.status, offers.poster])
@pytest.mark.parametrize("offer", [BROWNIES, DEWI, MUCH], ids=["seller", "creator", "much"])
def test_the_link_is_read(draw: Callable[..., Sheet], offer: Offer) -> None:
    shown = Image.open(io.BytesIO(draw(T, offer, photo()).jpeg()))
    shown.thumbnail((1600, 1600))

    assert decoded(shown) == [offer.link]


def test_a_code_that_has_no_room_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="no room"):
        Sheet(100, 100, (0, 0, 0)).code("x" * 500, Frame(0, 0, 60, 60))


# -- what must be said -------------------------------------------------------------------------------


@pytest.mark.parametrize("draw", [offers.card, offers.post, offers.status, offers.poster])
@pytest.mark.parametrize("name", ["Dewi", "D" * 60, "🌸", "", "دوي"])
def test_whoever_earns_says_so(draw: Callable[..., Sheet], name: str) -> None:
    sheet = draw(T, replace(DEWI, recommender=Recommender(name, "DEWI7")), photo())
    box = next(box for box in sheet.boxes if box.words.startswith("Iklan · Kak "))

    assert box.words.endswith("dapat komisi dari penjual")
    assert box.ink.height >= 22 * sheet.frame.width / 1080
    assert "Kode DEWI7" in words_of(sheet)
    assert "earns a commission" in words_of(draw(EN, DEWI))


def test_a_sellers_own_picture_is_no_advert_of_somebodys() -> None:
    assert "Iklan" not in words_of(offers.status(T, BROWNIES))


def test_there_is_no_code_without_somebody() -> None:
    with pytest.raises(AssertionError):
        Recommender("", "")
    assert {"recommender"} == {name for name in values.Offer.__dataclass_fields__ if "recomm" in name or "code" in name}


def test_an_offer_says_what_a_buyer_needs() -> None:
    said = words_of(offers.status(T, DEWI))

    for words in (
        "Brownies",
        "Rp65.000",
        "per loyang",
        "keju",
        "Rp75.000",
        "Kamis 18 Juni 20.00",
        "Sabtu 20 Juni pagi",
    ):
        assert words in said
    assert "Dapur Rina · Griya Asri, Depok" in said
    assert "getok.example/r/DEWI7-1" in said


def test_more_prices_than_there_is_room_for_are_counted() -> None:
    assert "pilihan lagi" in words_of(offers.post(T, MUCH))


def test_a_payment_says_what_a_buyer_needs() -> None:
    said = words_of(payments.card(T, PAYMENT))

    for words in ("Rp144.983", "983", "DAPUR RINA", "DR-0001", "pas ya, jangan dibulatkan", "Selasa 16 Juni 11.00"):
        assert words in said


def test_charts_carry_their_figures() -> None:
    assert "1,4 jt" in words_of(charts.sales(T, WEEK))
    assert "1.4m" in words_of(charts.sales(EN, WEEK))
    said = words_of(charts.earned(T, EARNED))
    for words in ("Rp208.000", "79 rb", "diterima", "Rp65.000", "menunggu", "Rp55.500"):
        assert words in said
    assert [charts.short(T, n, "IDR") for n in (950, 65_000, 999_600, 12_340_000)] == [
        "950",
        "65 rb",
        "1 jt",
        "12,3 jt",
    ]
    assert charts.short(T, 950, "USD") == "$9.50"


# -- photos and themes -------------------------------------------------------------------------------


def test_a_photo_is_turned_and_its_subject_kept() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    lying = Image.open(io.BytesIO(photo(1600, 900))).rotate(90, expand=True)
    sent = encoded(lying, exif=turned.tobytes())
    upright = offers.status(T, BROWNIES, photo(1600, 900))

    assert difference(offers.status(T, BROWNIES, sent).image, upright.image) < ALIKE


@pytest.mark.parametrize("broken", [b"", b"no picture", b"\xff\xd8\xff\xe0 half"])
def test_without_a_photo_the_pattern_stands_there(broken: bytes) -> None:
    assert offers.status(T, BROWNIES, broken).image.tobytes() == offers.status(T, BROWNIES).image.tobytes()


def test_a_shop_keeps_its_theme_and_all_are_in_use() -> None:
    assert theme_of("DR") is theme_of("DR")
    letters = [a + b for a in "ABCDEFGH" for b in "ABCDEFGH"]
    assert {theme_of(pair).name for pair in letters} == {theme.name for theme in THEMES}


def test_a_poster_is_a5_at_300_dpi() -> None:
    sheet = offers.poster(T, DEWI, photo())

    assert sheet.image.size == (1748, 2480)
    assert Image.open(io.BytesIO(sheet.jpeg(dpi=offers.POSTER_DPI))).info["dpi"] == (300, 300)
    assert b"/MediaBox [ 0 0 419.52 595.2" in sheet.pdf(offers.POSTER_DPI)
    assert Image.open(io.BytesIO(sheet.png())).size == sheet.image.size


# -- recipes and the shelf ---------------------------------------------------------------------------


@pytest.mark.parametrize("offer", [BROWNIES, DEWI, MUCH, Offer("Dapur Rina", "", "DR", link="x")])
def test_a_recipe_carries_everything(offer: Offer) -> None:
    assert values.offer_from_json(json.loads(json.dumps(offer.as_json()))) == offer
    assert values.payment_from_json(json.loads(json.dumps(PAYMENT.as_json()))) == PAYMENT
    assert recipes.photo_of(recipes.offer("post", T, offer, "token")) == "token"
    assert recipes.photo_of(recipes.payment(T, PAYMENT)) == ""


@pytest.mark.parametrize("kind", recipes.OFFERS)
def test_a_recipe_is_drawn_and_fits_a_message(kind: str) -> None:
    drawn = recipes.drawn(recipes.offer(kind, T, MUCH), photo())

    assert drawn.startswith(b"\xff\xd8")
    assert len(drawn) < 5_000_000


def test_the_same_recipe_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = recipes.payment(T, replace(PAYMENT, code="DR-7777"))
    first = recipes.drawn(recipe)
    monkeypatch.setattr(recipes, "_drawn", None)

    assert recipes.drawn(recipe) is first


def test_where_the_drawing_fails_the_code_still_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipes, "_drawn", lambda *_: 1 / 0)
    for recipe, code in (
        (recipes.payment(T, replace(PAYMENT, code="DR-8888")), PAYLOAD),
        (recipes.offer("status", T, replace(DEWI, name="Bolu")), DEWI.link),
    ):
        assert decoded(Image.open(io.BytesIO(recipes.drawn(recipe)))) == [code]


def test_the_shelf_is_bounded() -> None:
    shelf = Shelf(room=100)
    for n in range(10):
        shelf.picture(digest("x", n), lambda: b"y" * 30)
    shelf.picture(digest("large"), lambda: b"y" * 101)

    assert shelf.taken == sum(map(len, shelf.standing.values())) <= 100
    assert list(shelf.standing) == [digest("x", n) for n in (7, 8, 9)]
    shelf.picture(digest("x", 7), lambda: b"another")
    assert next(iter(shelf.standing)) == digest("x", 8)
    assert SHELF.taken <= SHELF.room


def test_keys_tell_where_one_value_ends() -> None:
    assert digest("ab", "c") != digest("a", "bc") != digest("abc")


# -- in the chat -------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_the_chat_shows_them(channel: str, hub: Simulated) -> None:
    """The seller's Status, the creator's own, and the code that is paid with; WhatsApp fetches each from our page."""
    tell(hub, (STORIES / "the_sale.chat").read_text(encoding="utf-8"), channel)

    def codes_shown(name: str, size: tuple[int, int]) -> list[str]:
        shown = [bubble.picture for bubble in hub.phones.bubbles(name, channel) if bubble.picture and not bubble.mine]
        pictures = [Image.open(io.BytesIO(picture)) for picture in shown]
        return [code for picture in pictures if picture.size == size for code in decoded(picture)]

    assert any(code.endswith("/p/DR1") for code in codes_shown("rina", (1080, 1920)))
    assert any(code.endswith("/r/DEWI7-1") for code in codes_shown("dewi", (1080, 1920)))
    assert any("5406144983" in code for code in codes_shown("sari", (1080, 1440)))


def test_a_photo_nobody_published_is_in_no_picture(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP)
    with hub.database.write() as db:
        token = db.scalar(select(Media.token).where(Media.is_public))
        db.execute(update(Media).values(is_public=False))
    recipe = recipes.offer("status", T, BROWNIES, token)

    answer = hub.client.get(tokens.picture_link(hub.database.vault, "", recipe, hub.now()))

    assert answer.mimetype == "image/jpeg"
    assert answer.data == offers.status(T, BROWNIES).jpeg()
