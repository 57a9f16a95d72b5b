"""What people write about money: a coupon, a deposit, a reseller's price, a refund, the note one has ready.

Pure: words (and the shelf, where a product may be meant) in, one of the values below out, or None. Never raises.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from storefront.reading.managing import named
from storefront.reading.noise import clean, plain
from storefront.reading.prices import find_prices, read_price
from storefront.reading.shelf import Ware
from storefront.reading.times import read_day

LONGEST = 200
MOST_DAYS = 60
CODE = r"(?P<code>[A-Za-z0-9]{3,20})"
ORDER = r"(?P<order>[a-z]{2}-?\d{4,6})"
MAKES = re.compile(rf"(?:buat |bikin |make |new )?(?:kupon|voucher|coupon)\s+{CODE}\s+(?P<rest>.*\d.*)", re.IGNORECASE)
ENDS = re.compile(rf"(?:hapus|stop|tutup|matikan|end|delete|remove)\s+(?:kupon|voucher|coupon)\s+{CODE}", re.IGNORECASE)
SAYS = re.compile(rf"(?:pakai |pake |use )?(?:the )?(?:kupon|voucher|coupon)(?: code| kode)?\s+{CODE}", re.IGNORECASE)
PERCENT = re.compile(r"(\d{1,2}|100)(?:[.,](\d))?\s*(?:%|persen|percent)")
LEAST = re.compile(r"(?:minimal|minimum|min|from)\.?\s*(?:belanja|order|of)?\s*(?P<value>[^,;]+)", re.IGNORECASE)
USES = re.compile(
    r"(?:maks|max|maksimal|at most|untuk|for)\.?\s*(\d{1,5})\s*(?:x|kali|orang|pemakaian|times|uses)", re.I
)
UNTIL = re.compile(r"(?:sampai|sampe|s/d|hingga|berlaku sampai|until|till)\s+(?P<day>[^,;]+)", re.IGNORECASE)
DEPOSIT = re.compile(
    r"(?:dp|deposit|uang muka|down payment)(?:nya)?\s+(?P<what>.{0,60}?)\s*(?P<bp>\d{1,2})\s*(?:%|persen|percent)"
    r"(?P<rest>.*)",
    re.IGNORECASE,
)
NO_DEPOSIT = re.compile(
    r"(?:tanpa|hapus|tidak pakai|no|without)\s+(?:dp|deposit|uang muka)\s*(?:untuk |for )?(?P<what>.{0,60})",
    re.IGNORECASE,
)
BALANCE = re.compile(
    r"(?:sisa(?:nya)?|lunas(?:i)?|pelunasan|balance|rest)\s*(?:paling lambat )?h\s?-\s?(\d{1,2})", re.IGNORECASE
)
FORFEIT = re.compile(r"(?:hangus|batal|forfeit\w*|lost|cancel\w*)\D{0,30}h\s?-\s?(\d{1,2})", re.IGNORECASE)
RESELLER = re.compile(
    r"(?:(?:harga|price)\s+(?:untuk |for )?resellers?|reseller price(?: of)?)\s+(?P<value>.*\S)", re.IGNORECASE
)
REFUND = re.compile(
    rf"(?:refund|kembalikan(?: uang)?|balikin(?: uang)?|return|pay back)\s+(?:uang )?{ORDER}(?:\s+(?P<value>.+))?",
    re.IGNORECASE,
)
CAME = re.compile(rf"(?:masuk|yang masuk|received|came)\s+{ORDER}\s+(?P<value>.+)", re.IGNORECASE)
CASH = re.compile(
    r"(?:(?:pakai |pake |bayar pakai |bayar pake |siapkan |siapin |i have |with )?(?:uang|duit|pecahan|a note of|cash)"
    r"|kembalian(?: dari| untuk| buat)?|kembaliannya dari|change (?:for|from))\s+(?P<value>.+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class CouponWords:
    """A coupon as its seller wrote it: a share in basis points or an amount off."""

    code: str
    bp: int | None
    amount: int | None
    least: int
    most_uses: int | None
    ends_on: date | None


@dataclass(frozen=True)
class CouponEnd:
    code: str


@dataclass(frozen=True)
class DepositWords:
    """So many basis points beforehand (None: no deposit any more), for these products."""

    products: tuple[int, ...]
    bp: int | None
    balance_days: int = 1
    forfeit_days: int = 2


@dataclass(frozen=True)
class ResellerPrice:
    products: tuple[int, ...]
    amount: int


@dataclass(frozen=True)
class RefundWords:
    """So much of an order goes back; None is all of it."""

    order: str
    amount: int | None


@dataclass(frozen=True)
class CameWords:
    """So much arrived for an order."""

    order: str
    amount: int


Said = CouponWords | CouponEnd | DepositWords | ResellerPrice | RefundWords | CameWords


def read_dealing(text: str, wares: tuple[Ware, ...], now: datetime, zone: ZoneInfo) -> Said | None:
    """What a seller says about money."""
    message = clean(text).strip(" .!")
    if "?" in text or not 4 <= len(message) <= LONGEST:
        return None
    return (
        a_coupon(message, now, zone)
        or a_coupons_end(message)
        or a_deposit(message, wares)
        or a_resellers_price(message, wares)
        or a_refund(message)
        or what_came(message)
    )


def a_coupon(message: str, now: datetime, zone: ZoneInfo) -> CouponWords | None:
    match = MAKES.fullmatch(message)
    if match is None:
        return None
    rest = match["rest"]
    until, uses, least = UNTIL.search(rest), USES.search(rest), LEAST.search(rest)
    ends_on = read_day(until["day"].strip(), now, zone) if until else None
    if until and ends_on is None:
        return None
    for found in (until, uses, least):
        rest = rest.replace(found[0], " ") if found else rest
    floor = read_price(least["value"].split()[0]) if least else 0
    percent = PERCENT.search(rest)
    bp = int(percent[1]) * 100 + int(percent[2] or 0) * 10 if percent else None
    amount = None if percent else next((price.amount for price in find_prices(rest)), None)
    if not (bp or amount) or floor is None:
        return None
    most = int(uses[1]) if uses else None
    return CouponWords(match["code"].upper(), bp, amount, floor, most, ends_on)


def a_coupons_end(message: str) -> CouponEnd | None:
    match = ENDS.fullmatch(message)
    return CouponEnd(match["code"].upper()) if match else None


def a_deposit(message: str, wares: tuple[Ware, ...]) -> DepositWords | None:
    if match := NO_DEPOSIT.fullmatch(message):
        products = meant(match["what"], wares)
        return DepositWords(products, None) if products else None
    match = DEPOSIT.fullmatch(message)
    products = meant(match["what"], wares) if match else ()
    if match is None or not products or not 0 < int(match["bp"]) < 100:
        return None
    balance, forfeit = BALANCE.search(match["rest"]), FORFEIT.search(match["rest"])
    days = (int(balance[1]) if balance else 1, int(forfeit[1]) if forfeit else 2)
    return DepositWords(products, int(match["bp"]) * 100, *days) if max(days) <= MOST_DAYS else None


def a_resellers_price(message: str, wares: tuple[Ware, ...]) -> ResellerPrice | None:
    """The price stands last; what stands before it names the product."""
    match = RESELLER.fullmatch(message)
    prices = find_prices(match["value"]) if match else []
    if match is None or len(prices) != 1:
        return None
    products = meant(re.sub(r"(?i)\b(?:jadi|ke|to|is)\b|[=:]", " ", match["value"][: prices[0].start]), wares)
    return ResellerPrice(products, prices[0].amount) if products else None


def meant(words: str, wares: tuple[Ware, ...]) -> tuple[int, ...]:
    """The products some words name; every one where no words are left."""
    words = words.strip(" :,.-")
    return named(words, wares) if words else tuple(ware.id for ware in wares)


def a_refund(message: str) -> RefundWords | None:
    match = REFUND.fullmatch(message)
    if match is None:
        return None
    value = (match["value"] or "").strip()
    if not value or plain(value) in {"semua", "penuh", "all", "in full", "full"}:
        return RefundWords(as_code(match["order"]), None)
    amount = read_price(value)
    return RefundWords(as_code(match["order"]), amount) if amount else None


def what_came(message: str) -> CameWords | None:
    match = CAME.fullmatch(message)
    amount = read_price(match["value"]) if match else None
    return CameWords(as_code(match["order"]), amount) if match and amount else None


def as_code(order: str) -> str:
    """``DR-0001`` of "dr0001"."""
    letters, digits = order[:2].upper(), order[2:].lstrip("-")
    return f"{letters}-{digits}"


# -- a buyer -------------------------------------------------------------------------------------------


def coupon_said(text: str) -> str | None:
    """The word of "pakai kupon HEMAT10"."""
    match = SAYS.fullmatch(plain(text)) or SAYS.fullmatch(clean(text))
    return match["code"].upper() if match else None


def cash_said(text: str) -> int | None:
    """The note of "uang 200rb", "kembalian dari 100rb", in whole rupiah."""
    match = CASH.fullmatch(plain(text)) if "?" not in text else None
    return read_price(match["value"]) if match else None
