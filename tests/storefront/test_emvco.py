"""One encoder for many countries, against what their authorities and widely used generators have published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront import emvco, qris
from storefront.emvco import PIX, PROFILES, PROMPTPAY, QRIS, NotACode, Tag

# Banco Central do Brasil, Manual de Padroes para Iniciacao do Pix: the static example with a random key.
PIX_EXAMPLE = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal"
    "6008BRASILIA62070503***63041D3D"
)
# What generators of PromptPay codes print for the number 000-000-0000; they write the country before the currency.
PROMPTPAY_EXAMPLE = "00020101021129370016A000000677010111011300660000000005802TH530376463048956"
STICKER = qris.build_static("DAPUR RINA", "DEPOK")
STANDING = {
    "ID": STICKER,
    "TH": emvco.promptpay("080-000-0000"),
    "BR": emvco.pix("123e4567-e12b-12d1-a456-426655440000", "Fulano de Tal", "BRASILIA"),
}


def test_a_pix_code_is_the_published_one_to_the_letter() -> None:
    assert STANDING["BR"] == PIX_EXAMPLE


def test_a_promptpay_code_says_what_the_known_one_says() -> None:
    assert emvco.parse(PROMPTPAY_EXAMPLE) | {"63": ""} == emvco.parse(emvco.promptpay("000-000-0000")) | {"63": ""}


def test_a_thai_tax_number_is_an_account_of_its_own_kind() -> None:
    assert emvco.inner(emvco.parse(emvco.promptpay("1-1111-11111-11-1"))["29"])["02"] == "1111111111111"


@pytest.mark.parametrize("target", ["", "12", "abc", "1" * 14])
def test_a_number_that_is_none_is_refused(target: str) -> None:
    with pytest.raises(ValueError, match="PromptPay"):
        emvco.promptpay(target)


@pytest.mark.parametrize(
    ("profile", "smallest", "written"),
    [
        (QRIS, 1, "1"),
        (QRIS, 144_983, "144983"),
        (QRIS, 9_999_999_999_999, "9999999999999"),
        (PROMPTPAY, 1, "0.01"),
        (PROMPTPAY, 422, "4.22"),
        (PIX, 100_000, "1000.00"),
    ],
)
def test_an_amount_is_spelt_as_its_country_spells_it(profile: emvco.Profile, smallest: int, written: str) -> None:
    assert profile.amount(smallest) == written


@pytest.mark.parametrize("smallest", [0, -1, 10**13, 10**20])
def test_an_amount_no_code_can_carry_is_refused(smallest: int) -> None:
    for profile in PROFILES.values():
        with pytest.raises(ValueError, match="no amount"):
            profile.amount(smallest if profile.exponent == 0 or smallest < 1 else smallest * 100)


def test_one_countrys_code_is_not_anothers() -> None:
    for country, code in STANDING.items():
        for profile in PROFILES.values():
            if profile.country != country:
                with pytest.raises(NotACode, match="not_ours"):
                    emvco.with_amount(code, 1_000, profile)


@given(st.sampled_from(sorted(STANDING)), st.integers(1, 10**9), st.none() | st.text("AZ09-", max_size=30))
def test_whatever_is_asked_is_asked_once_and_checks(country: str, smallest: int, reference: str | None) -> None:
    profile = PROFILES[country]

    code = emvco.with_amount(STANDING[country], smallest, profile, reference)

    tags = emvco.parse(code)
    assert tags["54"] == profile.amount(smallest)
    assert tags["01"] == "12"
    assert list(tags) == sorted(tags)
    assert tags["53"] == profile.number
    if reference:
        assert emvco.inner(tags["62"])[profile.bill_tag] == reference[: profile.bill_longest]
    with pytest.raises(NotACode, match="one_payment"):
        emvco.with_amount(code, 1, profile)


def test_a_tag_counts_signs_and_not_bytes() -> None:
    assert str(Tag("59", "Café")) == "5904Café"
