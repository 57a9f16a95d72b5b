"""What a seller writes to change her shelf: which product, which variant, what value; and what was not meant at all."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.reading.managing import Change, in_order, read_change
from storefront.reading.shelf import Ware
from tests.conftest import JAKARTA, START

BROWNIES, BOLU, NASTAR = 1, 2, 3
WARES = (
    Ware(BROWNIES, "Brownies Kukus Pandan", 65_000, "loyang", ("polos", "keju")),
    Ware(BOLU, "Bolu Tape", 40_000, "loyang"),
    Ware(NASTAR, "Nastar", 85_000, "toples", ("s", "m")),
)
ALL = (BROWNIES, BOLU, NASTAR)


def said(text: str) -> Change | None:
    return read_change(text, WARES, START, JAKARTA)


@pytest.mark.parametrize(
    ("text", "products", "option", "amount"),
    [
        ("harga brownies jadi 70rb", (BROWNIES,), None, 70_000),
        ("harga bolu 45.000", (BOLU,), None, 45_000),
        ("naikin harga bolu jadi Rp50.000 ya", (BOLU,), None, 50_000),
        ("harga keju jadi 80rb", (BROWNIES,), "keju", 80_000),
        ("harga brownies keju 82k", (BROWNIES,), "keju", 82_000),
        ("price of nastar to 90k", (NASTAR,), None, 90_000),
        ("harga jadi 70rb", ALL, None, 70_000),
        ("harga brownies jadi 0", (BROWNIES,), None, None),
        ("harga brownies jadi -5rb", (BROWNIES,), None, None),
        ("harga brownies jadi 12", (BROWNIES,), None, None),
    ],
)
def test_prices(text: str, products: tuple[int, ...], option: str | None, amount: int | None) -> None:
    read = said(text)

    assert read is not None
    assert (read.verb, read.products, read.option, read.amount) == ("price", products, option, amount)


@pytest.mark.parametrize(
    ("text", "verb", "products", "option", "amount"),
    [
        ("kuota brownies 30", "quota", (BROWNIES,), None, 30),
        ("kuota brownies jadi 30 loyang", "quota", (BROWNIES,), None, 30),
        ("kuota keju 5", "quota", (BROWNIES,), "keju", 5),
        ("kuota 25", "quota", ALL, None, 25),
        ("kuota brownies -3", "quota", (BROWNIES,), None, None),
        ("kuota brownies 2,5", "quota", (BROWNIES,), None, None),
        ("kuota brownies 0", "quota", (BROWNIES,), None, None),
        ("kuota brownies 999999999", "quota", (BROWNIES,), None, None),
        ("stok nastar 12", "stock", (NASTAR,), None, 12),
        ("stok nastar 0", "stock", (NASTAR,), None, 0),
        ("minimal bolu 2", "least", (BOLU,), None, 2),
        ("min order nastar 3", "least", (NASTAR,), None, 3),
        ("maks brownies 3 per orang", "most", (BROWNIES,), None, 3),
        ("brownies jalan kalau 10", "runs", (BROWNIES,), None, 10),
        ("brownies runs from 8", "runs", (BROWNIES,), None, 8),
    ],
)
def test_counts(text: str, verb: str, products: tuple[int, ...], option: str | None, amount: int | None) -> None:
    read = said(text)

    assert read is not None
    assert (read.verb, read.products, read.option, read.amount) == (verb, products, option, amount)


@pytest.mark.parametrize(
    ("text", "verb", "products"),
    [
        ("brownies habis hari ini", "pause", (BROWNIES,)),
        ("bolu habis", "pause", (BOLU,)),
        ("habis bolu dulu ya", "pause", (BOLU,)),
        ("nastar sold out today", "pause", (NASTAR,)),
        ("bolu ada lagi", "resume", (BOLU,)),
        ("sembunyikan nastar", "hide", (NASTAR,)),
        ("hide bolu", "hide", (BOLU,)),
        ("tampilkan nastar", "show", (NASTAR,)),
        ("nastar paling atas", "first", (NASTAR,)),
        ("tutup brownies sekarang", "close_now", (BROWNIES,)),
        ("buka lagi brownies minggu depan", "again", (BROWNIES,)),
        ("repeat brownies next week", "again", (BROWNIES,)),
        ("buka lagi", "again", ALL),
    ],
)
def test_what_takes_no_value(text: str, verb: str, products: tuple[int, ...]) -> None:
    read = said(text)

    assert read is not None
    assert (read.verb, read.products) == (verb, products)


@pytest.mark.parametrize(
    ("text", "verb", "value"),
    [
        ("nama bolu jadi bolu tape legit", "name", "Bolu Tape Legit"),
        ("nama brownies jadi Toko Kue", "name", "Toko Kue"),
        ("rename nastar to Nastar Wisman", "name", "Nastar Wisman"),
        ("kategori nastar: kue kering", "category", "kue kering"),
    ],
)
def test_names(text: str, verb: str, value: str) -> None:
    read = said(text)

    assert read is not None
    assert (read.verb, read.said) == (verb, value)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("brownies tahan 3 hari", (("shelf_life", "3 hari"),)),
        ("alergen brownies: telur, susu, gandum", (("allergens", "telur, susu, gandum"),)),
        ("nastar mengandung telur dan susu", (("allergens", "telur dan susu"),)),
        ("nastar halal no ID12345678901", (("halal", "ID12345678901"),)),
    ],
)
def test_facts_of_the_food(text: str, facts: tuple[tuple[str, str], ...]) -> None:
    read = said(text)

    assert read is not None
    assert (read.verb, read.facts) == ("facts", facts)


def test_a_closing_is_a_moment() -> None:
    read = said("tutup brownies jumat jam 7 malam")

    assert read is not None
    assert (read.verb, read.products) == ("closes", (BROWNIES,))
    assert read.when == datetime(2026, 6, 19, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "harga",
        "harga beras 70rb",
        "berapa harga brownies?",
        "habis gelap terbit terang",
        "saya mau ambil 2",
        "ongkir DR-0001 10rb",
        "tutup",
        "nanti tutup jam berapa?",
        "brownies 2 ya",
        "catat Bu Ani 2 polos",
        "1. Bu Ani 2\n2. Budi 1",
        "x" * 5_000,
    ],
)
def test_what_was_not_meant_for_the_shelf(text: str) -> None:
    assert said(text) is None


def test_an_order_of_the_shelf() -> None:
    assert list(in_order("urutan: nastar, bolu, brownies", WARES)) == [NASTAR, BOLU, BROWNIES]


@given(st.text(max_size=120))
def test_it_never_raises(text: str) -> None:
    read_change(text, WARES, START, JAKARTA)
