"""Commands, claims, codes, yes and no, and the words that call a person."""

from collections.abc import Callable

import pytest

from storefront.reading.noise import plain, squeeze
from storefront.reading.words import (
    COMMANDS,
    code_of_order,
    command,
    no,
    numbered,
    read_fee_answer,
    reference,
    referral_code,
    safety,
    yes,
)


@pytest.mark.parametrize(
    ("key", "phrase"), [(key, each) for key, words in COMMANDS.items() for each in words.split("|")]
)
@pytest.mark.parametrize("dress", [str, str.upper, "tolong {} ya kak 🙏".format, "{}!!".format])
def test_every_phrase_is_understood_in_any_dress(key: str, phrase: str, dress: Callable[[str], str]) -> None:
    assert command(dress(phrase)) == key
    assert squeeze(plain(phrase))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("sudah", "paid_claim"),
        ("sudah bayar", "paid_claim"),
        ("udah tf ya", "paid_claim"),
        ("sdh transfer kak", "paid_claim"),
        ("i have paid", "paid_claim"),
        ("Halooo kak", "greeting"),
        ("P", "greeting"),
        ("mulai", "resume"),
        ("mulai jualan", "start_selling"),
        ("batal", "cancel"),
        ("sudah?", None),
        ("sudah diterima", None),
        ("batal puasa dulu", None),
        ("2 ya", None),
        ("", None),
        ("🙏", None),
    ],
)
def test_commands(text: str, key: str | None) -> None:
    assert command(text) == key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cek 0001", ("check", "0001")),
        ("cek DR-0001", ("check", "0001")),
        ("Check 1", ("check", "0001")),
        ("batal DR-0001", ("cancel", "DR-0001")),
        ("batal dr0001 ya", ("cancel", "DR-0001")),
        ("batal", None),
        ("cek rp5000", None),
        ("cek", None),
        ("tolong cek mutasi 0001", None),
    ],
)
def test_numbered(text: str, expected: tuple[str, str] | None) -> None:
    assert numbered(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ongkir DR-0001 10rb", ("DR-0001", 10_000)),
        ("ongkir dr0001 gosend", ("DR-0001", None)),
        ("fee DR-0001 10k", ("DR-0001", 10_000)),
        ("ongkir DR-0001 gratis", ("DR-0001", 0)),
        ("ongkir DR-0001 10", None),
        ("ongkir DR-0001", None),
        ("ongkir 10rb", None),
    ],
)
def test_a_fee_answer(text: str, expected: tuple[str, int | None] | None) -> None:
    assert read_fee_answer(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "basi bun",
        "kuenya berjamur",
        "kok basi?",
        "anak saya alergi habis makan kuenya",
        "habis makan mual",
        "muntah-muntah",
        "got food poisoning",
        "it was mouldy",
        "ga basi tapi bikin mual",
        "bikin diare ga?",
        "BASI!!!",
        "kok bau ya",
    ],
)
def test_harm_calls_a_person(text: str) -> None:
    assert safety(text)


@pytest.mark.parametrize(
    "text",
    [
        "ada kacangnya? saya alergi",
        "saya alergi kacang",
        "tahan berapa hari sebelum basi?",
        "ga basi kok",
        "baunya enak",
        "does it contain nuts? I'm allergic",
        "rasa jamur ada?",
        "nasi 2",
        "2 ya kak",
        "basil pesto",
        "",
    ],
)
def test_a_question_about_food_is_no_harm(text: str) -> None:
    assert not safety(text)


@pytest.mark.parametrize(
    ("text", "is_yes", "is_no"),
    [
        ("ya", True, False),
        ("iya kak", True, False),
        ("Yaaa", True, False),
        ("okeee", True, False),
        ("boleh", True, False),
        ("Ya, batalkan", True, False),
        ("yes please", True, False),
        ("mau dong", True, False),
        ("tidak", False, True),
        ("ga jadi", False, True),
        ("enggak dulu ya", False, True),
        ("Tidak, tetap jadi", False, True),
        ("no thanks", False, True),
        ("ga mau", False, True),
        ("iya?", False, False),
        ("ya gitu deh", False, False),
        ("kak", False, False),
        ("ya ga", False, True),
        ("2", False, False),
        ("", False, False),
    ],
)
def test_yes_and_no(text: str, is_yes: bool, is_no: bool) -> None:
    assert (yes(text), no(text)) == (is_yes, is_no)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Mau Brownies dari Dapur Rina (kode DEWI7-1)", "DEWI7-1"),
        ("code DEWI7-1", "DEWI7-1"),
        ("dewi7", "DEWI7"),
        ("kode dewi7-1 kak", "DEWI7-1"),
        ("MEJALARIS", "MEJALARIS"),
        ("DEWI", None),
        ("BATAL", None),
        ("dewimanis", None),
        ("kode unik 017", None),
        ("DR-0001", None),
        ("DR0001", None),
        ("100rb", None),
        ("500gr", None),
        ("0800000123", None),
        ("kode DEWI7 kode SARI8", None),
        ("", None),
    ],
)
def test_a_referral_code(text: str, code: str | None) -> None:
    assert referral_code(text) == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Halo (undangan aBc_-9)", ("invitation", "aBc_-9")),
        ("(invitation abc)", ("invitation", "abc")),
        ("Mau Brownies (produk dr1)", ("product", "DR1")),
        ("(product DR1)", ("product", "DR1")),
        ("(toko dapur-rina)", ("shop", "dapur-rina")),
        ("(shop Dapur-Rina)", ("shop", "dapur-rina")),
        ("toko dapur", None),
        ("(kode DEWI7-1)", None),
    ],
)
def test_a_reference(text: str, expected: tuple[str, str] | None) -> None:
    assert reference(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("pesanan dr0001 mana?", "DR-0001"),
        ("DR-0001 dan DR-0001", "DR-0001"),
        ("DR-0001 DR-0002", None),
        ("rp5000", None),
        ("rt0004", None),
        ("0001", None),
        ("XDR-0001", None),
    ],
)
def test_the_order_a_message_names(text: str, code: str | None) -> None:
    assert code_of_order(text) == code
