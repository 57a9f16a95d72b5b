"""Prices as people write them: 45rb, 45k, 45.000, Rp45.000,-, 1,5jt. A bare 15 is a question, not a price."""

import re
from dataclasses import dataclass

from storefront.reading.noise import clean, words_of
from storefront.reading.tokens import tokens

HIGHEST = 1_000_000_000
FREE = frozenset({"gratis", "free", "cuma-cuma"})
THOUSAND = frozenset({"rb", "ribu", "rebu", "k"})

PRICE = re.compile(
    r"""
    (?<![\w/-])(?<!\d[.,:])
    (?P<plus>\+\s?)?
    (?P<rupiah>(?:rp|idr)\b\.?\s?|rp(?=\d))?
    (?P<number>\d{1,3}(?:[.,]\d{3})+|\d{1,10}(?:[.,]\d{1,2})?)(?!\d)
    (?:(?P<tail>,-|,00\b|,\s?=)|(?:\s?(?P<scale>rb|ribu|rebu|jt|juta)|(?P<k>k))(?![\w]))?
    (?!\w|[.,:]\d|\s?[-–]\s?\d|/\d)
    """,
    re.IGNORECASE | re.VERBOSE,
)
MEASURE = re.compile(r"\s?(?:g|gr|gram|kg|kilo|ons|ml|ltr|liter|cm|mm|m|x|%)\b|\s?%", re.IGNORECASE)
COUNTED = re.compile(
    r"\b(?:no|nomor|rt|rw|blok|blk|jl|jalan|gg|tgl|tanggal|jam|pukul|kode|hp|wa|tahun)\W*$", re.IGNORECASE
)
SIGNED = re.compile(r"[-−–]\s?$")
SPELT = re.compile(r"^[a-z ]+$|\d\s?jt\s?\d|ewu$", re.IGNORECASE)
PHONE = re.compile(r"(?<!\w)(?:\+?62|0)[ .-]?\d{2,4}(?:[ .-]?\d{2,5}){1,3}(?![\w])")


@dataclass(frozen=True)
class Found:
    """A price and where it stands in the clean text; `plus` marks a surcharge, "+10rb"."""

    amount: int
    start: int
    end: int
    plus: bool


def read_price(text: str) -> int | None:
    """The one price in the text; None when there is none, or more than one to choose from."""
    found = find_prices(text)
    return found[0].amount if len(found) == 1 else None


def read_fee(text: str) -> int | None:
    """As a price, but a fee may also be nothing."""
    words = words_of(text)
    if find_prices(text):
        return None if FREE & set(words) else read_price(text)
    return 0 if FREE & set(words) or words in (["0"], ["rp0"], ["rp", "0"], ["0rb"]) else None


def find_prices(text: str) -> list[Found]:
    """Every price in the text, in order. Positions are those of `clean(text)`."""
    message = without_phones(clean(text))
    found = []
    for match in PRICE.finditer(message):
        amount = _amount(match, message)
        if amount is not None and 0 < amount <= HIGHEST:
            found.append(Found(amount, match.start(), match.end(), match["plus"] is not None))
    return found or in_words(message)


def in_words(message: str) -> list[Found]:
    """Sums that need no digits, or are cut short: goceng, dua puluh ribu, 1jt2, setengah juta."""
    return [
        Found(token.value.amount, token.start, token.end, token.value.plus)
        for token in tokens(message)
        if token.kind == "sum" and token.value.sure == "written" and 0 < (token.value.amount or 0) <= HIGHEST
        and not (token.value.vague or token.value.minus or SIGNED.search(message, 0, token.start))
        and SPELT.search(message[token.start : token.end])
    ]  # fmt: skip


def without_phones(text: str) -> str:
    """Phone numbers blanked out, every other character where it was."""
    return PHONE.sub(lambda match: " " * len(match[0]), text)


def _amount(match: re.Match[str], message: str) -> int | None:
    number, scale = match["number"], (match["scale"] or match["k"] or "").casefold()
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", number) is not None
    if scale:
        return None if grouped else _scaled(number, 1_000 if scale in THOUSAND else 1_000_000)
    if MEASURE.match(message, match.end()) or COUNTED.search(message, max(0, match.start() - 12), match.start()):
        return None
    if grouped:
        return None if number.startswith("0") else int(re.sub(r"[.,]", "", number))
    return _bare(number, match["rupiah"] is not None)


def _scaled(number: str, scale: int) -> int | None:
    whole, _, part = number.replace(",", ".").partition(".")
    return int(whole) * scale + (int(part) * scale // 10 ** len(part) if part else 0)


def _bare(digits: str, rupiah: bool) -> int | None:
    """Digits alone are money when they look it: Rp2500, 36000. A 15, a year or a house number does not."""
    if not digits.isdigit() or digits.startswith("0"):
        return None
    if rupiah:
        return int(digits) if len(digits) >= 3 else None
    return int(digits) if 4 <= len(digits) <= 8 and digits.endswith("00") else None
