"""Searching a shelf: spelt right, spelt wrong, by category, by what it can be had with; and nothing for nothing."""

import pytest

from storefront.reading.searching import Searched, search, searched_for

SHELF = (
    Searched(1, "Brownies Kukus Pandan", "kue basah", ("polos", "keju")),
    Searched(2, "Nastar", "kue kering"),
    Searched(3, "Kastengel", "kue kering"),
    Searched(4, "Risol Mayo", "jajanan pasar", ("pedas",)),
    Searched(5, "Es Kopi Susu"),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("brownies", [1]),
        ("bronis", [1]),
        ("browniez", [1]),
        ("BROWNIES pandan", [1]),
        ("kue", [1, 2, 3]),
        ("kue kering", [2, 3]),
        ("keju", [1]),
        ("kastengl", [3]),
        ("nas", [2]),
        ("kopi", [5]),
        ("rendang", []),
        ("brownies rendang", []),
        ("ya dong", []),
        ("", []),
        ("🙏", []),
    ],
)
def test_what_is_found(text: str, found: list[int]) -> None:
    assert search(text, SHELF) == found


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("cari brownies", "brownies"),
        ("cariin kue kering?", "kue kering"),
        ("search chocolate", "chocolate"),
        ("mau brownies", None),
        ("cari", None),
    ],
)
def test_who_searches(text: str, what: str | None) -> None:
    assert searched_for(text) == what
