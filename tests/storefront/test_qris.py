"""Stickers: read, refused, and given an amount."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.qris import NotQris, Tag, build_static, checksum, parse, read_sticker, with_amount

STICKER = build_static("DAPUR RINA", "DEPOK")
# The worked example of the EMVCo specification: a merchant who does not exist, with a name in two scripts.
EXAMPLE = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT"
    "6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME9132"
    "0016A0112233449988770708123456786304A13A"
)


def sealed(*tags: tuple[str, str]) -> str:
    body = "".join(str(Tag(*tag)) for tag in tags) + "6304"
    return body + checksum(body)


def changed(**values: str) -> str:
    tags = parse(STICKER) | {id_.removeprefix("t"): value for id_, value in values.items()}
    return sealed(*((id_, value) for id_, value in sorted(tags.items()) if id_ != "63" and value))


def test_the_checksum_is_the_published_one() -> None:
    assert checksum("123456789") == "29B1"
    assert checksum(EXAMPLE[:-4]) == "A13A"
    assert parse(EXAMPLE)["59"] == "BEST TRANSPORT"


def test_a_sticker_says_who_is_paid() -> None:
    sticker = read_sticker(f" {STICKER}\n")
    assert (sticker.merchant_name, sticker.city, sticker.nmid) == ("DAPUR RINA", "DEPOK", "ID0000000000000")
    assert sticker.static
    assert sticker.payload == STICKER


def test_a_long_name_in_the_wild_is_read() -> None:
    assert read_sticker(changed(t59="X" * 44)).merchant_name == "X" * 44


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ("", "not_emv"),
        ("https://example.com", "not_emv"),
        ("000201", "truncated"),
        (STICKER[:-1], "truncated"),
        (STICKER[:60], "truncated"),
        (STICKER[:-8], "truncated"),
        (STICKER[:-4] + "0000", "bad_crc"),
        (STICKER.replace("RINA", "RIMA"), "bad_crc"),
        (STICKER + "0000", "not_emv"),
        (EXAMPLE, "not_qris"),
        (changed(t53="840"), "not_qris"),
        (changed(t58="MY"), "not_qris"),
        (changed(t26="", t51=""), "not_qris"),
        (sealed(("00", "01"), ("53", "360"), ("53", "360")), "not_emv"),
        ("000201" + "٠١٠٢11", "not_emv"),
    ],
)
def test_what_is_no_sticker_is_refused_with_a_reason(payload: str, reason: str) -> None:
    with pytest.raises(NotQris) as refusal:
        read_sticker(payload)
    assert refusal.value.reason == reason


@given(amount=st.integers(1, 9_999_999_999_999), reference=st.none() | st.text("ABC-0123", min_size=1, max_size=40))
def test_an_amount_reads_back(amount: int, reference: str | None) -> None:
    payload = with_amount(STICKER, amount, reference)
    tags, before = parse(payload), parse(STICKER)
    assert tags["54"] == str(amount)
    assert tags["01"] == "12"
    assert list(tags) == [*sorted(set(tags) - {"63"}), "63"]
    assert {id_: tags[id_] for id_ in before if id_ not in {"01", "63"}} == {
        id_: before[id_] for id_ in before if id_ not in {"01", "63"}
    }
    assert not read_sticker(payload).static
    assert ("62" in tags) == (reference is not None)


def test_a_tip_asked_by_the_sticker_is_not_asked_of_the_buyer() -> None:
    tags = parse(with_amount(changed(t55="02", t56="1000"), 25_000, "DR-0001"))
    assert not {"55", "56", "57"} & set(tags)
    assert tags["62"] == "0107DR-0001"


def test_additional_data_is_kept_and_never_too_long() -> None:
    kept = parse(with_amount(changed(t62="0703A01"), 25_000, "DR-0001"))["62"]
    assert kept == "0107DR-00010703A01"
    full = "0895" + "X" * 95
    assert parse(with_amount(changed(t62=full), 25_000, "DR-0001"))["62"] == full


@pytest.mark.parametrize("amount", [0, -1, 10**13])
def test_an_amount_is_positive_and_fits(amount: int) -> None:
    with pytest.raises(ValueError, match="no amount"):
        with_amount(STICKER, amount)


@pytest.mark.parametrize("payload", [EXAMPLE, "x", with_amount(STICKER, 5)])
def test_only_a_sticker_takes_an_amount(payload: str) -> None:
    with pytest.raises(NotQris):
        with_amount(payload, 25_000)


@pytest.mark.parametrize(
    ("name", "city", "nmid"),
    [("X" * 26, "DEPOK", "ID0000000000000"), ("X", "Y" * 16, "ID0000000000000"), ("X", "Y", "ID1020030040050")],
)
def test_a_made_up_merchant_is_strict_and_made_up(name: str, city: str, nmid: str) -> None:
    with pytest.raises(ValueError, match=r"QRIS name|made-up"):
        build_static(name, city, nmid)


@given(st.text(max_size=300))
def test_nothing_but_a_refusal_comes_of_other_text(text: str) -> None:
    for payload in (text, "000201" + text):
        with pytest.raises(NotQris):
            read_sticker(payload)
