"""Where money is sent: a bank account, an e-wallet, or into the hand."""

import re
from dataclasses import dataclass
from typing import Literal

from storefront.reading.noise import clean, plain, without_noise_after, word_set

BANKS = {
    name.casefold(): name
    for name in word_set(
        "BCA BNI BRI Mandiri BSI CIMB Jago SeaBank Permata BTN Danamon Mega Panin OCBC Maybank BTPN Jenius blu Neo BJB"
        " DKI Muamalat Superbank Allo Sinarmas Bukopin UOB HSBC"
    )
}
WALLETS = {
    "gopay": "GoPay", "ovo": "OVO", "dana": "DANA", "shopeepay": "ShopeePay", "spay": "ShopeePay", "linkaja": "LinkAja",
}  # fmt: skip
CASH = frozenset({"tunai", "cash", "uang tunai", "bayar tunai", "kontan", "in cash"})

BRAND = re.compile(rf"\b(?:{'|'.join(BANKS | WALLETS)})\b", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\w-])\+?\d(?:[ .-]?\d){5,19}(?![\w-])")
HOLDER = re.compile(r"\b(?:a\.\s?n\b\.?|a/n|an|atas nama|nama|name|holder)[\s.:]+([^\d,;:]{2,60})", re.IGNORECASE)


@dataclass(frozen=True)
class Destination:
    kind: Literal["bank", "ewallet", "cash"]
    brand: str
    number: str
    holder: str | None


def read_destination(text: str) -> Destination | None:
    if plain(text) in CASH:
        return Destination("cash", "Tunai", "", None)
    message = clean(text)
    brands = {match[0].casefold() for match in BRAND.finditer(_without_holder(message))}
    numbers = NUMBER.findall(message)
    if len(brands) != 1 or len(numbers) != 1:
        return None
    brand, digits = brands.pop(), re.sub(r"\D", "", numbers[0])
    if brand in BANKS:
        return Destination("bank", BANKS[brand], digits, _holder(message))
    phone = "0" + digits[2:] if digits.startswith("62") else digits
    return Destination("ewallet", WALLETS[brand], phone, _holder(message)) if 9 <= len(phone) <= 15 else None


def mask(destination: Destination) -> str:
    """Enough to recognise one's own account, too little to use it."""
    number = destination.number
    if destination.kind == "cash":
        return destination.brand
    first = number[:4] if destination.kind == "ewallet" else ""
    last = number[-4:] if len(number) >= 8 else number[-2:]
    return f"{destination.brand} {first}••••{last}"


def shown(destination: Destination) -> str:
    number = destination.number
    if destination.kind == "ewallet":
        number = "-".join(part for part in (number[:4], number[4:8], number[8:]) if part)
    return f"{destination.brand} {number}".strip()


def _without_holder(message: str) -> str:
    return HOLDER.sub(" ", message)


def _holder(message: str) -> str | None:
    if match := HOLDER.search(message):
        return _name(match[1])
    # "bca 1234567890 Rina": what follows the number is a name, unless it is a sentence.
    rest = message[[found.end() for found in NUMBER.finditer(message)][-1] :]
    name = _name(rest)
    return name if name and len(name.split()) <= 3 and not BRAND.search(name) else None


def _name(words: str) -> str | None:
    name = without_noise_after(BRAND.split(words)[0].strip(" ,.:()-"))
    return name if re.fullmatch(r"[^\W\d_][^\d_,;:]{1,59}", name) else None
