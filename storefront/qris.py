"""The QRIS sticker on the counter: read, checked, given one order's amount. The code itself is EMVCo's, see `emvco`."""

from dataclasses import dataclass
from typing import Literal

from storefront import emvco
from storefront.emvco import TEMPLATES, NotACode, Tag, checksum

__all__ = ["NotQris", "Sticker", "Tag", "build_static", "checksum", "parse", "read_sticker", "with_amount"]

Reason = Literal["not_emv", "bad_crc", "not_qris", "truncated"]

NATIONAL = "ID.CO.QRIS.WWW"
SYNTHETIC_DOMAIN = "ID.CO.EXAMPLE.WWW"
SYNTHETIC_NMID = "ID0000000000000"


class NotQris(Exception):
    """A code that is no sticker we can ask money with."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


REASONS: dict[emvco.Reason, Reason] = {
    "not_emv": "not_emv",
    "bad_crc": "bad_crc",
    "not_ours": "not_qris",
    "truncated": "truncated",
    "one_payment": "not_qris",  # somebody's single payment, not a sticker
}


@dataclass(frozen=True)
class Sticker:
    payload: str
    merchant_name: str
    city: str
    nmid: str
    static: bool


def read_sticker(payload: str) -> Sticker:
    """Whose sticker it is. Raises `NotQris`."""
    payload = payload.strip()
    tags = parse(payload)
    must_be_qris(tags)
    return Sticker(payload, tags.get("59", "").strip(), tags.get("60", "").strip(), nmid(tags), tags.get("01") != "12")


def with_amount(payload: str, amount: int, reference: str | None = None) -> str:
    """The sticker as a code for one payment: the buyer's app shows the amount, and no tip is asked.

    Raises `NotQris`, or `ValueError` for an amount that a code cannot carry.
    """
    emvco.QRIS.amount(amount)
    must_be_qris(parse(payload))
    try:
        return emvco.with_amount(payload, amount, emvco.QRIS, reference)
    except NotACode as no:
        raise NotQris(REASONS[no.reason]) from None


def build_static(
    name: str, city: str, nmid: str = SYNTHETIC_NMID, *, postal_code: str = "00000", category: str = "5499"
) -> str:
    """A sticker of a merchant who does not exist, for demos and tests: no wallet finds its acquirer or its NMID."""
    if not nmid.startswith("ID000000") or len(nmid) != len(SYNTHETIC_NMID):
        raise ValueError("a made-up merchant carries a made-up NMID, ID000000...")
    if not 1 <= len(name) <= 25 or not 1 <= len(city) <= 15:
        raise ValueError("a QRIS name has 25 characters at most, a city 15")
    acquirer = [
        Tag("00", SYNTHETIC_DOMAIN),
        Tag("01", "936000000000000000"),
        Tag("02", "000000000000000"),
        Tag("03", "UMI"),
    ]
    national = [Tag("00", NATIONAL), Tag("02", nmid), Tag("03", "UMI")]
    return emvco.sealed(
        {
            "00": "01", "01": "11", "26": emvco.written(acquirer), "51": emvco.written(national),
            "52": category, "53": "360",
            "58": "ID", "59": name, "60": city, "61": postal_code,
        }
    )  # fmt: skip


def parse(payload: str) -> dict[str, str]:
    """The top-level tags of a code whose checksum holds. Raises `NotQris`."""
    try:
        return emvco.parse(payload)
    except NotACode as no:
        raise NotQris(REASONS[no.reason]) from None


def must_be_qris(tags: dict[str, str]) -> None:
    if not emvco.QRIS.is_of(tags) or not any(id_ in tags for id_ in TEMPLATES):
        raise NotQris("not_qris")


def nmid(tags: dict[str, str]) -> str:
    candidates = [emvco.inner(tags.get(id_, "")).get("02", "") for id_ in reversed(TEMPLATES)]
    return next((value for value in candidates if value.startswith("ID")), "")
