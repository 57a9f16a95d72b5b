"""Merchant-presented QR codes of the EMVCo family (EMV QRCPS, Merchant-Presented Mode 1.1), for many countries.

A code is a row of tags, two digits of name, two of length, then the value; the last tag is a checksum over all before
it. What a country adds is a small profile: whose template it is, its currency, how an amount is spelt. QRIS, PromptPay
and PIX are here; a further one is a further `Profile` and a published vector.
"""

import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Reason = Literal["not_emv", "bad_crc", "not_ours", "truncated", "one_payment"]

LONGEST = 2_000
TEMPLATES = [f"{number:02}" for number in range(26, 52)]
TIPS = ("55", "56", "57")
AMOUNT_LONGEST = 13


class NotACode(Exception):
    """Text that is no code we can ask money with."""

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
class Profile:
    """What one country's scheme adds. ``domains``: the globally unique identifiers (sub-tag 00) of its templates.

    ``number`` is its currency's ISO 4217 number, ``exponent`` how many decimals an amount is written with.
    """

    name: str
    country: str
    currency: str
    number: str
    exponent: int
    domains: tuple[str, ...]
    bill_tag: str = "01"  #: of tag 62, where a payment's own reference stands
    bill_longest: int = 25

    def amount(self, smallest: int) -> str:
        """An amount in whole smallest units as tag 54 spells it: ``144983``, ``4.22``. Raises `ValueError`."""
        if smallest < 1:
            raise ValueError(f"{smallest} is no amount a code can carry")
        whole, rest = divmod(smallest, 10**self.exponent)
        text = f"{whole}.{rest:0{self.exponent}}" if self.exponent else str(whole)
        if len(text) > AMOUNT_LONGEST:
            raise ValueError(f"{smallest} is no amount a code can carry")
        return text

    def is_of(self, tags: dict[str, str]) -> bool:
        """Whether a code is of this country, in its currency, and of its scheme."""
        if tags.get("53") != self.number or tags.get("58") != self.country:
            return False
        found = {inner(tags[id_]).get("00", "").upper() for id_ in TEMPLATES if id_ in tags}
        return not self.domains or bool(found & {domain.upper() for domain in self.domains})


QRIS = Profile("QRIS", "ID", "IDR", "360", 0, ())  # any acquirer's template; most stickers carry two
PROMPTPAY = Profile("PromptPay", "TH", "THB", "764", 2, ("A000000677010111", "A000000677010112"))
PIX = Profile("PIX", "BR", "BRL", "986", 2, ("br.gov.bcb.pix",), bill_tag="05")
PROFILES = {profile.country: profile for profile in (QRIS, PROMPTPAY, PIX)}


def with_amount(payload: str, amount: int, profile: Profile, reference: str | None = None) -> str:
    """Somebody's standing code as one for one payment: the payer's app shows the amount, and no tip is asked.

    Raises `NotACode` for a code of another scheme or one that is for a single payment already, `ValueError` for an
    amount a code cannot carry.
    """
    spelt = profile.amount(amount)
    tags = parse(payload)
    if not profile.is_of(tags):
        raise NotACode("not_ours")
    if tags.get("01") == "12":
        raise NotACode("one_payment")
    kept = {id_: value for id_, value in tags.items() if id_ not in {"54", *TIPS, "63"}}
    kept |= {"01": "12", "54": spelt}
    if reference:
        kept["62"] = with_bill(kept.get("62", ""), reference, profile)
    return sealed(kept)


def promptpay(target: str, amount: int | None = None) -> str:
    """A PromptPay code (Bank of Thailand, Thai QR Payment) for a mobile number or a 13-digit national or tax number."""
    digits = re.sub(r"\D", "", target)
    if len(digits) == 13:
        account = Tag("02", digits)
    elif 9 <= len(digits) <= 10:
        account = Tag("01", "0066" + digits.removeprefix("0"))
    else:
        raise ValueError("PromptPay knows mobile numbers and 13-digit numbers")
    tags = {"00": "01", "01": "11", "29": written([Tag("00", PROMPTPAY.domains[0]), account])}
    code = sealed(tags | {"53": PROMPTPAY.number, "58": PROMPTPAY.country})
    return code if amount is None else with_amount(code, amount, PROMPTPAY)


def pix(key: str, name: str, city: str, amount: int | None = None, reference: str = "***") -> str:
    """A PIX code (Banco Central do Brasil, BR Code) for a key; ``reference`` is the txid, ``***`` for none."""
    if not 1 <= len(name) <= 25 or not 1 <= len(city) <= 15 or len(key) > 77:
        raise ValueError("a PIX name has 25 signs at most, a city 15, a key 77")
    account = written([Tag("00", PIX.domains[0]), Tag("01", key)])
    tags = {"00": "01", "26": account, "52": "0000", "53": PIX.number, "58": PIX.country, "59": name, "60": city}
    code = sealed(tags | {"62": written([Tag("05", reference)])})
    return code if amount is None else with_amount(code, amount, PIX, None if reference == "***" else reference)


# -- tags ------------------------------------------------------------------------------------------------


def parse(payload: str) -> dict[str, str]:
    """The top-level tags of a code whose checksum holds."""
    payload = payload.strip()
    if not payload.startswith("000201") or len(payload) > LONGEST:
        raise NotACode("not_emv")
    tags: dict[str, str] = {}
    for tag in split(payload):
        if tag.id in tags:
            raise NotACode("not_emv")
        tags[tag.id] = tag.value
    if list(tags)[-1] != "63":
        raise NotACode("not_emv" if "63" in tags else "truncated")
    if len(tags["63"]) != 4 or checksum(payload[:-4]) != tags["63"].upper():
        raise NotACode("bad_crc")
    return tags


def checksum(text: str) -> str:
    """CRC-16/CCITT-FALSE (ISO/IEC 13239) over the UTF-8 bytes, as four capital hexadecimal digits."""
    return f"{binascii.crc_hqx(text.encode('utf-8', 'surrogatepass'), 0xFFFF):04X}"


def split(text: str) -> Iterator[Tag]:
    position = 0
    while position < len(text):
        head = text[position : position + 4]
        if not (head.isascii() and head.isdigit()):
            raise NotACode("not_emv")
        if len(head) < 4 or position + 4 + int(head[2:]) > len(text):
            raise NotACode("truncated")
        # A length counts characters, not bytes: a merchant's name may be in any script.
        yield Tag(head[:2], text[position + 4 : position + 4 + int(head[2:])])
        position += 4 + int(head[2:])


def inner(value: str) -> dict[str, str]:
    """The tags inside a template; nothing where it is sloppy, as many in the wild are."""
    try:
        return {tag.id: tag.value for tag in split(value)}
    except NotACode:
        return {}


def with_bill(additional: str, reference: str, profile: Profile) -> str:
    """Tag 62 with a payment's own reference in it; one that would grow too long goes without."""
    inside = inner(additional)
    if additional and not inside:
        return additional
    bill = {profile.bill_tag: reference[: profile.bill_longest]}
    changed = written(Tag(id_, value) for id_, value in sorted((inside | bill).items()))
    return changed if len(changed) <= 99 else additional


def sealed(tags: dict[str, str]) -> str:
    """The tags in their order, with the checksum behind them."""
    body = written(Tag(id_, value) for id_, value in sorted(tags.items()) if value) + "6304"
    return body + checksum(body)


def written(tags: Iterable[Tag]) -> str:
    return "".join(map(str, tags))
