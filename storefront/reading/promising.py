"""What people write about recommending: a rate, a fee, a gift, a cost, a sample, a content, their age, who sent them.

Pure: words (and the shelf, where a product may be meant) in, one of the values below out, or None. Never raises.
"""

import re
from dataclasses import dataclass

from storefront.reading.dealing import meant
from storefront.reading.managing import named
from storefront.reading.noise import clean
from storefront.reading.prices import find_prices, read_price
from storefront.reading.shelf import Ware

LONGEST = 200
MOST_ORDERS = 10_000
CODE = r"(?P<code>(?=\w*[A-Za-z])[A-Za-z0-9]{5,20})"
RATE = r"(?P<rate>\d{1,3}(?:[.,]\d{1,2})?)\s*(?:%|persen|percent)"
OFFERED = re.compile(rf"(?<![\d.,]){RATE}", re.IGNORECASE)
RATES = re.compile(
    rf"(?:komisi|commission)(?:nya)?(?: (?:untuk|buat|for))?\s+(?:(?P<what>\S.{{0,60}}?)\s+(?:jadi |to )?)?{RATE}"
    r"(?:\s+(?:mulai|dari|kalau|setelah|from|after)\s*(?P<orders>\d{1,5})\s*(?:pesanan|order|orders))?",
    re.IGNORECASE,
)
NO_RATE = re.compile(
    r"(?:hapus|tanpa|cabut|remove|no) (?:komisi|commission)(?: (?:khusus|special))?(?: (?:untuk|buat|for))?"
    r" (?P<what>\S.{0,60})",
    re.IGNORECASE,
)
CAP = re.compile(
    r"(?:komisi|commission)\s+(?:maks(?:imal)?|max(?:imal|imum)?|paling banyak|at most|cap)\.?\s+(?P<value>\S.{0,30}?)"
    r"(?:\s+(?:per|tiap|an|a|each)\s*(?:pesanan|order))?",
    re.IGNORECASE,
)
NO_CAP = re.compile(
    r"(?:komisi|commission)\s+(?:tanpa batas|tanpa maks(?:imal)?|no cap|without (?:a )?cap)", re.IGNORECASE
)
COST = re.compile(
    r"(?:modal(?:nya)?|hpp|cost(?: price)?)(?: (?:untuk|buat|of|for))?\s+(?P<value>\S.{0,80})", re.IGNORECASE
)
DISCOUNT = re.compile(
    rf"(?:potongan|diskon|discount)\s+(?:lewat |pakai |for |with )?(?:kode|codes?)\s+{RATE}", re.IGNORECASE
)
BONUS = re.compile(r"bonus\s+(?:lewat |pakai |for |with )?(?:kode|codes?)\s*:?\s+(?P<words>\S.{2,80})", re.IGNORECASE)
NO_BENEFIT = re.compile(
    r"(?:hapus|tanpa|remove|no)\s+(?:potongan|diskon|bonus|discount)\s+(?:untuk |for )?(?:kode|codes?)", re.IGNORECASE
)
GIFT = re.compile(rf"(?:hadiah|gift)\s+(?:untuk |buat |for |to )?(?:the )?(?:pembeli|buyers?)\s+{RATE}", re.IGNORECASE)
NO_GIFT = re.compile(
    r"(?:hapus|tanpa|remove|no)\s+(?:hadiah|gifts?)\s+(?:untuk |for )?(?:the )?(?:pembeli|buyers?)", re.IGNORECASE
)
SAMPLE = re.compile(
    rf"(?:sampel|sample|contoh|tester)\s+(?:(?P<n>\d{{1,3}})\s*)?(?P<what>\S.{{0,60}}?)\s+(?:untuk|buat|ke|for|to)\s+{CODE}",
    re.IGNORECASE,
)
END = re.compile(rf"(?:akhiri|putus|end)\s+(?:kerja ?sama|deal)\s+(?:dengan |with )?{CODE}", re.IGNORECASE)
CONTENT = re.compile(
    r"(?:konten|content)(?:nya)?\s*(?P<done>(?:sudah |udah )?(?:jadi|selesai|tayang|beres)|done|is up|finished)?"
    r"\s*:?\s+(?P<words>\S.{3,200})",
    re.IGNORECASE,
)
AGE = re.compile(
    r"(?:(?:umur|usia)(?: ?ku| saya| aku| gue| gw)(?: (?:baru|masih))?"
    r"|(?:saya|aku|gue|gw) (?:(?:baru|masih|umur|usia) )*)\s*(?P<years>\d{1,2})\s*(?P<unit>tahun|thn|th)?"
    r"|(?:i am|i'm|im)(?: only| just)?\s+(?P<age>\d{1,2}) years? old",
    re.IGNORECASE,
)
FREE_GOODS = re.compile(r"\b(?:gratis|barter|produk|barang|sampel|exposure|free|goods|product|sample)\b", re.IGNORECASE)
PER_CONTENT = re.compile(r"\b(?:konten|content|post|posting|video|story|reels?)\b", re.IGNORECASE)
TITLE = r"(?:bu|ibu|bun|bunda|mbak|mba|mb|kak|ka|teh|teteh|mas|mr|mrs|ms|pak|bapak|tante|om|cik|ci|ko)"
NAME = r"(?P<name>[a-z]{3,20})"
TOLD = (
    r"(?:tau|tahu|dapat|dapet|(?:dapat |dapet )?info(?:nya)?|rekomendasi(?:nya)?|rekomen|direkomendasi(?:kan|in)?"
    r"|disuruh|dikasih tau|dikenalin)\s+(?:dari|sama|oleh|dr)"
    r"|(?:heard|know|recommended|sent|told)(?: (?:of|about) (?:it|you))?(?: me)?\s+(?:from|by|through)"
)
SENT_BY = re.compile(
    rf"\b(?:{TOLD})\s+(?:{TITLE}\.?\s+)?{NAME}\b"
    rf"|\b(?:kata|rekomendasi|rekomen)\s+{TITLE}\.?\s+(?P<titled>[a-z]{{3,20}})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class RateWords:
    """A rate in basis points (0 takes it back): for products, for a creator's code, for a tier, or for everybody."""

    rate_bp: int
    products: tuple[int, ...] = ()
    code: str | None = None
    orders: int = 0


@dataclass(frozen=True)
class CapWords:
    """What an order earns at most, in whole smallest units; None is no cap."""

    amount: int | None


@dataclass(frozen=True)
class CostWords:
    products: tuple[int, ...]
    amount: int


@dataclass(frozen=True)
class BenefitWords:
    """What buyers who come by a code get: so many basis points off, or a bonus in words; neither takes it back."""

    discount_bp: int = 0
    bonus: str = ""


@dataclass(frozen=True)
class SampleWords:
    product: int
    quantity: int
    code: str


@dataclass(frozen=True)
class EndWords:
    code: str


SellerSaid = RateWords | CapWords | CostWords | BenefitWords | SampleWords | EndWords


def read_promise(text: str, wares: tuple[Ware, ...]) -> SellerSaid | None:
    """What a seller promises, or notes, about those who recommend her."""
    message = clean(text).strip(" .!")
    if "?" in text or not 4 <= len(message) <= LONGEST:
        return None
    return (
        a_cap(message)
        or a_rate(message, wares)
        or a_benefit(message)
        or a_cost(message, wares)
        or a_sample(message, wares)
        or an_end(message)
    )


def a_cap(message: str) -> CapWords | None:
    if NO_CAP.fullmatch(message):
        return CapWords(None)
    match = CAP.fullmatch(message)
    amount = read_price(match["value"]) if match else None
    return CapWords(amount) if amount else None


def a_rate(message: str, wares: tuple[Ware, ...]) -> RateWords | None:
    """Which is meant: a tier if it says from how many orders on, a product if there is one, else a code."""
    taken_back = NO_RATE.fullmatch(message)
    match = taken_back or RATES.fullmatch(message)
    if match is None:
        return None
    rate_bp = 0 if taken_back else basis_points(match["rate"])
    orders = 0 if taken_back else int(match["orders"] or 0)
    what = (match["what"] or "").strip(" :,")
    if not taken_back and match["orders"] and not orders:
        return None
    if orders:
        return RateWords(rate_bp, orders=orders) if not what and orders <= MOST_ORDERS else None
    if not what:
        return None if taken_back else RateWords(rate_bp)
    products = named(what, wares)
    if products:
        return RateWords(rate_bp, products=products)
    return RateWords(rate_bp, code=what.upper()) if re.fullmatch(CODE, what) else None


def a_benefit(message: str) -> BenefitWords | None:
    if NO_BENEFIT.fullmatch(message):
        return BenefitWords()
    if match := DISCOUNT.fullmatch(message):
        return BenefitWords(discount_bp=basis_points(match["rate"]))
    match = BONUS.fullmatch(message)
    return BenefitWords(bonus=match["words"].strip()) if match else None


def a_cost(message: str, wares: tuple[Ware, ...]) -> CostWords | None:
    """The amount stands last; what stands before it names the product."""
    match = COST.fullmatch(message)
    prices = find_prices(match["value"]) if match else []
    if match is None or len(prices) != 1:
        return None
    products = meant(match["value"][: prices[0].start], wares)
    return CostWords(products, prices[0].amount) if products else None


def a_sample(message: str, wares: tuple[Ware, ...]) -> SampleWords | None:
    match = SAMPLE.fullmatch(message)
    products = named(match["what"], wares) if match else ()
    if match is None or len(products) != 1:
        return None
    return SampleWords(products[0], int(match["n"] or 1), match["code"].upper())


def an_end(message: str) -> EndWords | None:
    match = END.fullmatch(message)
    return EndWords(match["code"].upper()) if match else None


def basis_points(rate: str) -> int:
    """``12,5`` percent is 1250."""
    whole, _, rest = rate.replace(",", ".").partition(".")
    return int(whole) * 100 + int((rest or "0").ljust(2, "0"))


# -- a creator -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OfferWords:
    """What somebody asks for: a share, a fee for each content, both. ``is_free``: she offered to do it for goods."""

    rate_bp: int
    content_fee: int | None
    is_free: bool = False


def read_offer(text: str) -> OfferWords | None:
    """ "12%", "50rb per konten", "50rb per konten + 8%"; None where nothing of the kind was said."""
    message = clean(text)[:LONGEST]
    percent = OFFERED.search(message)
    rest = OFFERED.sub(" ", message)
    prices = find_prices(rest)
    fee = prices[0].amount if len(prices) == 1 else None
    if not percent and fee is None:
        return OfferWords(0, None, is_free=True) if FREE_GOODS.search(message) else None
    rate_bp = basis_points(percent["rate"]) if percent else 0
    if len(prices) > 1 or (fee is not None and not PER_CONTENT.search(rest)):
        return None
    return OfferWords(rate_bp, fee)


def gift_said(text: str) -> int | None:
    """What a creator gives buyers out of her commission, in basis points; 0 takes it back."""
    message = clean(text).strip(" .!")
    if NO_GIFT.fullmatch(message):
        return 0
    match = GIFT.fullmatch(message)
    return basis_points(match["rate"]) if match else None


def content_said(text: str) -> str | None:
    """Where the content is that she hands in."""
    match = CONTENT.fullmatch(clean(text).strip())
    if match is None or not ("http" in match["words"] or (match["done"] and "?" not in text)):
        return None
    return match["words"].strip()


def age_said(text: str) -> int | None:
    """How old somebody says she is."""
    match = AGE.fullmatch(clean(text).strip(" .!"))
    if match is None or (match["years"] and not match["unit"] and not re.match(r"(?i)umur|usia", match[0])):
        return None
    return int(match["years"] or match["age"])


def sent_by(text: str) -> tuple[str, ...]:
    """The first names of those who may have recommended it: "tau dari bu Dewi", "kata Dewi"."""
    found = (match["name"] or match["titled"] for match in SENT_BY.finditer(clean(text)[:LONGEST]))
    return tuple(dict.fromkeys(name.casefold() for name in found))


def without_sender(text: str) -> str:
    """The same words without who may have recommended it, so that a name is not taken for a door."""
    return re.sub(r"[\s,;]*$", "", SENT_BY.sub(" ", clean(text)))
