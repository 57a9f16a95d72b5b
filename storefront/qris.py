"""The QRIS sticker on the counter (an EMVCo merchant-presented code): read, checked, given one order's amount."""

import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Reason = Literal["not_emv", "bad_crc", "not_qris", "truncated"]

NATIONAL = "ID.CO.QRIS.WWW"
SYNTHETIC_DOMAIN = "ID.CO.EXAMPLE.WWW"
SYNTHETIC_NMID = "ID0000000000000"
LONGEST = 2_000
TEMPLATES = [f"{number:02}" for number in range(26, 52)]


class NotQris(Exception):
    """A code that is no sticker we can ask money with."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True)
class Tag:
    id: str
    value: str

    def __str__(self) -> str:
        return f"{self.id}{len(self.value):02}{self.value}"


@dataclass(frozen=True)
class Sticker:
    payload: str
    merchant_name: str
    city: str
    nmid: str
    static: bool


def read_sticker(payload: str) -> Sticker:
    payload = payload.strip()
    tags = parse(payload)
    _must_be_qris(tags)
    return Sticker(payload, tags.get("59", "").strip(), tags.get("60", "").strip(), _nmid(tags), tags.get("01") != "12")


def with_amount(payload: str, amount: int, reference: str | None = None) -> str:
    """The sticker as a code for one payment: the buyer's app shows the amount, and no tip is asked."""
    if amount < 1 or len(str(amount)) > 13:
        raise ValueError(f"{amount} is no amount a QRIS code can carry")
    tags = parse(payload)
    _must_be_qris(tags)
    if tags.get("01") == "12":
        raise NotQris("not_qris")  # somebody's single payment, not a sticker
    kept = {id_: value for id_, value in tags.items() if id_ not in {"54", "55", "56", "57", "63"}}
    kept |= {"01": "12", "54": str(amount)}
    if reference:
        kept["62"] = _with_bill(kept.get("62", ""), reference)
    return _sealed(kept)


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
    return _sealed(
        {
            "00": "01", "01": "11", "26": _written(acquirer), "51": _written(national), "52": category, "53": "360",
            "58": "ID", "59": name, "60": city, "61": postal_code,
        }
    )  # fmt: skip


def parse(payload: str) -> dict[str, str]:
    """The top-level tags of a code whose checksum holds."""
    payload = payload.strip()
    if not payload.startswith("000201") or len(payload) > LONGEST:
        raise NotQris("not_emv")
    tags: dict[str, str] = {}
    for tag in _tags(payload):
        if tag.id in tags:
            raise NotQris("not_emv")
        tags[tag.id] = tag.value
    if list(tags)[-1] != "63":
        raise NotQris("not_emv" if "63" in tags else "truncated")
    if len(tags["63"]) != 4 or checksum(payload[:-4]) != tags["63"].upper():
        raise NotQris("bad_crc")
    return tags


def checksum(text: str) -> str:
    """CRC-16/CCITT-FALSE over the UTF-8 bytes, as four capital hexadecimal digits."""
    return f"{binascii.crc_hqx(text.encode('utf-8', 'surrogatepass'), 0xFFFF):04X}"


def _tags(text: str) -> Iterator[Tag]:
    position = 0
    while position < len(text):
        head = text[position : position + 4]
        if not (head.isascii() and head.isdigit()):
            raise NotQris("not_emv")
        if len(head) < 4 or position + 4 + int(head[2:]) > len(text):
            raise NotQris("truncated")
        # A length counts characters, not bytes: a merchant's name may be in any script.
        yield Tag(head[:2], text[position + 4 : position + 4 + int(head[2:])])
        position += 4 + int(head[2:])


def _must_be_qris(tags: dict[str, str]) -> None:
    if tags.get("53") != "360" or tags.get("58") != "ID" or not any(id_ in tags for id_ in TEMPLATES):
        raise NotQris("not_qris")


def _nmid(tags: dict[str, str]) -> str:
    candidates = [_inner(tags.get(id_, "")).get("02", "") for id_ in reversed(TEMPLATES)]
    return next((value for value in candidates if value.startswith("ID")), "")


def _inner(value: str) -> dict[str, str]:
    try:
        return {tag.id: tag.value for tag in _tags(value)}
    except NotQris:
        return {}  # stickers in the wild carry sloppy templates; what counts is outside them


def _with_bill(additional: str, reference: str) -> str:
    inner = _inner(additional)
    if additional and not inner:
        return additional
    changed = _written(Tag(id_, value) for id_, value in sorted((inner | {"01": reference[:25]}).items()))
    # The reference only helps; a code that would grow too long for its tag goes without it.
    return changed if len(changed) <= 99 else additional


def _sealed(tags: dict[str, str]) -> str:
    body = _written(Tag(id_, value) for id_, value in sorted(tags.items()) if value) + "6304"
    return body + checksum(body)


def _written(tags: Iterable[Tag]) -> str:
    return "".join(map(str, tags))
