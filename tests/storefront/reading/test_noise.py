"""Clean text, plain phrases, and who calls herself Bunda."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.reading.noise import LONGEST, calls_herself_bunda, clean, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Dua\u00a0 loyang\n ya ", "Dua loyang ya"),
        ("Rp4\u200b5.0\u200d00", "Rp45.000"),
        ("\U0001d7ed\U0001d7f1\U0001d5ff\U0001d5ef", "15rb"),
        ("1\ufe0f\u20e30\ufe0f\u20e3rb", "10rb"),
        ("\u202e000.54 pR\u202c", "000.54 pR"),
        ("", ""),
    ],
)
def test_clean_keeps_only_what_is_seen(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Batal dong kak 🙏", "batal"),
        ("tolong batal ya bun!!!", "batal"),
        ("*SUDAH*", "sudah"),
        ("ya kak", "ya"),
        ("kak ya", "ya"),
        ("mau dong", "mau"),
        ("kak", "kak"),
        ("cek DR-0001 ya", "cek dr-0001"),
        ("mas kawin", "kawin"),
        ("🙏", ""),
    ],
)
def test_plain_is_the_heart_of_a_message(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bunda mau 2", True),
        ("halo, bunda pesan 1 ya", True),
        ("makasih bunda", False),
        ("halo bunda mau pesan 2", False),
        ("bunda, mau 2", False),
        ("bunda mau kirim kapan?", False),
        ("bundaku mau 2", False),
    ],
)
def test_bunda_is_herself_or_somebody_else(text: str, expected: bool) -> None:
    assert calls_herself_bunda(text) is expected


@given(st.text(max_size=3_000))
def test_clean_text_stays_clean_and_short(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert len(once) <= LONGEST
