"""Days off, hours, pickup points, slots, fees by distance: what is meant, what cannot be, what was something else."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.reading.shopkeeping import (
    Away,
    Back,
    FeesByDistance,
    Hours,
    Points,
    Said,
    SlotWords,
    read_shopkeeping,
)
from tests.conftest import JAKARTA, START


def june(day: int) -> date:
    return date(2026, 6, day)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("libur besok", Away(june(17), june(17))),
        ("libur 20 juni sampai 22 juni", Away(june(20), june(22))),
        ("libur 20-22 juni", Away(june(20), june(22))),
        ("libur sampai senin", Away(june(16), june(22))),
        ("away 20 June until 22 June", Away(june(20), june(22))),
        ("batal libur", Back()),
        ("buka 08.00-17.00", Hours("08:00-17:00")),
        ("buka jam 8 sampai 5 sore", Hours("08:00-17:00")),
        ("open 8-17", Hours("08:00-17:00")),
        ("buka 24 jam", Hours(None)),
        ("titik ambil: pos satpam; masjid al hidayah", Points(("Pos satpam", "Masjid al hidayah"))),
        ("pickup points: guard post; mosque", Points(("Guard post", "Mosque"))),
        ("titik ambil: tidak ada", Points(())),
        ("slot sabtu 09-11 maks 5", SlotWords(june(20), (("09:00", "11:00", 5, "deliver"),))),
        (
            "slot saturday 09-11 max 5, 13.30-15 max 8 pickup",
            SlotWords(june(20), (("09:00", "11:00", 5, "deliver"), ("13:30", "15:00", 8, "pickup"))),
        ),
        ("slot sabtu 09-11 maks 0", SlotWords(june(20), (("09:00", "11:00", None, "deliver"),))),
        ("slot sabtu 09-11 maks -2", SlotWords(june(20), (("09:00", "11:00", None, "deliver"),))),
        ("slot sabtu 09-11 maks 501", SlotWords(june(20), (("09:00", "11:00", None, "deliver"),))),
        ("ongkir 2km 5rb, 5km 10rb", FeesByDistance(((2, 5_000), (5, 10_000)))),
        ("ongkir 8km 15rb, 3 km gratis", FeesByDistance(((3, 0), (8, 15_000)))),
    ],
)
def test_what_is_meant(text: str, said: Said) -> None:
    assert read_shopkeeping(text, START, JAKARTA) == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "libur?",
        "libur",
        "buka 17-8",
        "buka 25.00-26.00",
        "slot sabtu 11-09 maks 5",
        "slot 09-11 maks 5",
        "ongkir DR-0001 10rb",
        "ongkir 500km 5rb",
        "buka lagi brownies",
        "ambil di masjid ya",
        "mau 2 antar besok",
        "y" * 5_000,
    ],
)
def test_what_is_not(text: str) -> None:
    assert read_shopkeeping(text, START, JAKARTA) is None


@given(st.text(max_size=120))
def test_it_never_raises(text: str) -> None:
    read_shopkeeping(text, START, JAKARTA)
