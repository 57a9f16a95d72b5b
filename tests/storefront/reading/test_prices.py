"""Prices and fees, and the numbers that are neither."""

import pytest

from storefront.reading.noise import clean
from storefront.reading.prices import Found, find_prices, read_fee, read_price


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("45rb", 45_000),
        ("45 rb", 45_000),
        ("45ribu", 45_000),
        ("45k", 45_000),
        ("45K", 45_000),
        ("45.000", 45_000),
        ("45,000", 45_000),
        ("Rp45.000", 45_000),
        ("Rp 45.000,-", 45_000),
        ("rp45000", 45_000),
        ("Rp. 45.000", 45_000),
        ("Rp45.000,00", 45_000),
        ("IDR 15K", 15_000),
        ("@15rb", 15_000),
        ("65rb/loyang", 65_000),
        ("36000/pack", 36_000),
        ("1,5jt", 1_500_000),
        ("1.5jt", 1_500_000),
        ("2jt", 2_000_000),
        ("1.500.000", 1_500_000),
        ("12,5rb", 12_500),
        ("harganya 70rb ya kak", 70_000),
        ("2500", 2_500),
        ("45rb, WA 0800-0000-1123", 45_000),
        ("goceng", 5_000),
        ("lima belas ribu aja", 15_000),
        ("1jt2", 1_200_000),
        ("1jt200", 1_200_000),
        ("setengah juta", 500_000),
        ("3 ewu", 3_000),
    ],
)
def test_a_price_is_read(text: str, amount: int) -> None:
    assert read_price(text) == amount
    assert read_fee(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "15",
        "12.5",
        "2 kk",
        "2 kak",
        "500g",
        "500gr",
        "500 gram",
        "1.500 ml",
        "0812-3456-7890",
        "0800 0000 1200",
        "+62 812 3456 7800",
        "rt 04/05",
        "RT 1200",
        "no 1500",
        "18/6",
        "jam 20.00",
        "kamis 20.00",
        "2026",
        "35-40rb",
        "70rb-85rb",
        "15rban",
        "Rp -15.000",
        "1.000.000.000.000",
        "45rb atau 50rb",
        "rebus",
        "C2/5",
        "1.500rb",
        "0rb",
        "",
    ],
)
def test_what_is_no_price_or_could_be_two_is_left_open(text: str) -> None:
    assert read_price(text) is None


@pytest.mark.parametrize(
    ("text", "fee"),
    [
        ("gratis", 0),
        ("free", 0),
        ("Gratis ya kak", 0),
        ("0", 0),
        ("10rb", 10_000),
        ("15", None),
        ("gratis atau 5rb", None),
    ],
)
def test_a_fee_may_be_nothing(text: str, fee: int | None) -> None:
    assert read_fee(text) == fee


def test_free_is_no_price() -> None:
    assert read_price("gratis") is None


def test_prices_are_found_where_they_stand() -> None:
    text = "nastar 65rb/toples, keju +10rb"
    assert find_prices(text) == [Found(65_000, 7, 11, False), Found(10_000, 25, 30, True)]
    messy = "nastar  \u200b65rb"
    [found] = find_prices(messy)
    assert clean(messy)[found.start : found.end] == "65rb"
