"""A product in one caption: what it is, what it costs, with what, how many, until when, and when it comes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from storefront.reading.areas import titled
from storefront.reading.noise import NOISE, clean_lines, is_picture, without_noise_after, without_noise_around, word_set
from storefront.reading.prices import Found, find_prices
from storefront.reading.times import DayPart, read_day_from, read_day_part, read_moment

UNITS = {
    spelling: spellings.split()[0]
    for spellings in (
        "loyang lyg tray", "toples tpls jar", "bungkus bks bgks", "pack pak pck pek", "box boks dus dos kotak",
        "pcs pc piece",
        "biji bj", "buah bh", "butir btr", "potong ptg slice", "porsi prs pax portion", "cup", "mika",
        "botol btl bottle", "ekor", "lusin lsn dozen", "kg kilo", "ikat", "renteng", "tusuk", "lembar", "pasang",
        "set", "loaf", "gelas", "kaleng",
    )
    for spelling in spellings.split()
}  # fmt: skip
A_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))

COMMAS = re.compile(r"\s*(,(?![\d-])|,(?=\d+\s)|[;|•·✨\n]|\.(?=\s|$))\s*")
ABBREVIATED = re.compile(r"\b(rp|no|min|maks|max|jl|uk)\.(?=\s)", re.IGNORECASE)
MARKERS = re.compile(
    r"\s(?=(?:po\s)?(?:tutup|ditutup|close[sd]?)\b|(?:di)?kirim\b|diantar\b|(?:max|maks|maksimal|kuota|quota)\b\W*\d"
    r"|(?:ready|stok|stock|sisa|tersisa)\b[^\d,]{0,12}\d|(?:topping|toping|rasa|varian)\b.*\+)",
    re.IGNORECASE,
)
PREORDER = re.compile(r"(?<!\bno )(?<!\bnon )(?<!\bbukan )\b(?:po|p\.o|pre-?\s?order|open order)\b", re.IGNORECASE)
CLOSES = re.compile(
    r"\b(?:tutup|ditutup|close[sd]?|closing|order sampai|pesan sampai|last order|terakhir|order by)\b", re.IGNORECASE
)
DELIVERS = re.compile(
    r"\b(?:(?:di|pe)?kirim(?:an)?|diantar|antar|diambil|ambil|deliver(?:y|ed|s)?|sent|ships?)\b", re.IGNORECASE
)
QUOTA = re.compile(r"\b(?:max|maks|maksimal|maximum|kuota|quota)\b\W{0,3}(\d{1,5})\b(?![.,]\d)", re.IGNORECASE)
STOCK = re.compile(
    r"\b(?:(?:ready|sisa|tersisa)(?: st?oc?k)?|stok|stock)\b\W{0,3}(\d{1,5})\b"
    r"(?!\s?(?:rb|k|ribu|gr?|gram|kg|cm|hari|jam)\b|[.,/]\d)"
    r"|\b(?P<left>\d{1,5})(?: [a-z]+)? left\b",
    re.IGNORECASE,
)
ASIDE = re.compile(
    r"^(?:min(?:imal|imum)?|max|maks|isi|ongkir|dp|wa|hp|no|nomor|order|pesan|pesen|uk|ukuran|hubungi|chat|info|alamat|buka|jam|tahan"
    r"|yuk|halo|hai|assalamualaikum|free ongkir|gratis ongkir|diskon)\b",
    re.IGNORECASE,
)
PER_UNIT = re.compile(rf"\s*(?:/|per\s|a\s|@\s?)\s?(?:1 )?({A_UNIT})\b", re.IGNORECASE)
ONE_UNIT = re.compile(rf"\b(?:per ?|se|1 )({A_UNIT})\b", re.IGNORECASE)
BUNDLE = re.compile(rf"\b(?:[2-9]|\d\d+) ?(?:{A_UNIT})?\s*(?:=|for)?\s*$", re.IGNORECASE)
BUNDLED = re.compile(r"\s*(?:dapat|dapet|dpt|isi|for|=)\s?\d", re.IGNORECASE)

OPTION_WORDS = re.compile(
    r"\b(?:topping|toping|rasa|varian|variasi|isi|pilihan|pake|pakai|tambah(?:an)?|extra|ekstra|with|add|flavou?rs?)\b"
    r"\s*:?",
    re.IGNORECASE,
)
SHARED = re.compile(r"^(?:topping|toping|tambah(?:an)?|extra|ekstra)\b", re.IGNORECASE)
LISTED = re.compile(r"^(?:rasa|varian|variasi|pilihan|flavou?rs?)\b", re.IGNORECASE)
EITHER = re.compile(r"\s*(?:/|&|,|\batau\b|\bdan\b|\bor\b|\band\b)\s*", re.IGNORECASE)

NOT_A_NAME = NOISE | word_set(
    "harga hrg price jual dijual jualan ready stock stok po open cuma only ada homemade ini hari kami"
)
NAMED = re.compile(r"\b(?:nama(?:nya)?|name)\b\s*:?\s+(.+)", re.IGNORECASE)
CONTENTS = re.compile(r"\b(?:isi|uk|ukuran|size)\s?\d.*$|\b\d+ ?(?:gr?|gram|kg|ml|cm)\b.*$", re.IGNORECASE)
LONGEST_NAME = 60

T = TypeVar("T")


@dataclass(frozen=True)
class Option:
    name: str
    extra: int


@dataclass(frozen=True)
class Caption:
    name: str | None
    price: int | None
    unit: str | None
    options: tuple[Option, ...]
    stock: int | None
    quota: int | None
    preorder: bool
    closes_at: datetime | None
    delivers_on: date | None
    day_part: DayPart | None


NOTHING = Caption(None, None, None, (), None, None, False, None, None, None)


@dataclass
class _Heard:
    """What the pieces have said so far."""

    names: list[str] = field(default_factory=list)
    prices: list[int] = field(default_factory=list)
    unit: str | None = None
    options: list[Option] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    listing: bool = False


def read_caption(text: str, now: datetime, zone: ZoneInfo) -> Caption:
    heard, caption = _read(text, now, zone)
    return replace(caption, name=_first_name(heard.names))


def read_change(text: str, now: datetime, zone: ZoneInfo) -> Caption:
    """A correction: as a caption, where only "nama ..." is a name."""
    named = NAMED.search("\n".join(clean_lines(text)))
    if named is None:
        return _read(text, now, zone)[1]
    name, *rest = COMMAS.split(named[1], maxsplit=1)
    before = "\n".join(clean_lines(text))[: named.start()]
    return replace(_read(f"{before}\n{rest[-1] if rest else ''}", now, zone)[1], name=_name(name))


def merge(old: Caption, change: Caption) -> Caption:
    """What the change says replaces; the rest stays."""
    return Caption(
        name=change.name or old.name,
        price=old.price if change.price is None else change.price,
        unit=change.unit or old.unit,
        options=change.options or old.options,
        stock=old.stock if change.stock is None else change.stock,
        quota=old.quota if change.quota is None else change.quota,
        preorder=change.preorder or old.preorder,
        closes_at=change.closes_at or old.closes_at,
        delivers_on=change.delivers_on or old.delivers_on,
        day_part=change.day_part or old.day_part,
    )


def _read(text: str, now: datetime, zone: ZoneInfo) -> tuple[_Heard, Caption]:
    pieces = list(_pieces(text))
    closing = [piece for _, piece in pieces if CLOSES.search(piece)]
    closes_at = _only([read_moment(piece, now, zone) for piece in closing])
    delivery = [piece for _, piece in pieces if DELIVERS.search(piece) and not CLOSES.search(piece)]
    first = (closes_at or now).astimezone(zone).date()
    days = [read_day_from(piece, now, zone, first) for piece in delivery]
    delivers_on = _only([day for day in days if day and day >= first])
    heard = _Heard()
    for comma, piece in pieces:
        if piece not in closing and (piece not in delivery or find_prices(piece)):
            _hear(heard, comma, piece)
    caption = replace(
        NOTHING,
        price=_only(heard.prices),
        unit=heard.unit,
        options=tuple(heard.options),
        stock=_number(STOCK, pieces),
        quota=_number(QUOTA, pieces),
        preorder=bool(closing) or any(PREORDER.search(piece) for _, piece in pieces),
        closes_at=closes_at,
        delivers_on=delivers_on,
        day_part=_only([part for part in map(read_day_part, delivery) if part]),
    )
    return heard, caption


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """The caption cut where a new thing begins; True for a piece that follows a comma."""
    for line in clean_lines(text):
        comma = False
        parts = COMMAS.split(ABBREVIATED.sub(r"\1", line))
        for index in range(0, len(parts), 2):
            for number, piece in enumerate(MARKERS.split(parts[index])):
                if piece.strip():
                    yield comma and number == 0, piece.strip()
            comma = index + 1 < len(parts) and parts[index + 1] == ","


def _hear(heard: _Heard, comma: bool, piece: str) -> None:
    found = find_prices(piece)
    heard.listing = heard.listing and comma and not found
    if found:
        _hear_prices(heard, piece, found)
    elif SHARED.search(piece):
        heard.waiting += _option_names(piece)
    elif LISTED.search(piece) or (heard.listing and len(piece.split()) <= 3):
        heard.options += [Option(name, 0) for name in _option_names(piece)]
        heard.listing = True
    elif not (ASIDE.search(piece) or STOCK.search(piece) or QUOTA.search(piece)):
        heard.names.append(piece)
    heard.unit = heard.unit or _unit_alone(piece)


def _hear_prices(heard: _Heard, piece: str, found: list[Found]) -> None:
    position = 0
    for price in found:
        before, position = piece[position : price.start], price.end
        if price.plus:
            names = heard.waiting + _option_names(before)
            heard.options += [Option(name, price.amount) for name in names]
            heard.waiting = []
        elif not ASIDE.search(piece):
            unit = PER_UNIT.match(piece, price.end)
            if unit:
                heard.unit, position = UNITS[unit[1].casefold()], unit.end()
            if not BUNDLE.search(before) and not BUNDLED.match(piece, price.end):
                heard.prices.append(price.amount)
            heard.names.append(before)


def _option_names(words: str) -> list[str]:
    names = (" ".join(without_noise_around(part.split())) for part in EITHER.split(OPTION_WORDS.sub(" ", words)))
    return [name.strip(" .:-").casefold() for name in names if re.search(r"[^\W\d_]", name) and len(name) <= 40]


def _unit_alone(piece: str) -> str | None:
    match = ONE_UNIT.search(piece)
    return UNITS[match[1].casefold()] if match else None


def _number(pattern: re.Pattern[str], pieces: list[tuple[bool, str]]) -> int | None:
    return _only([int(next(filter(None, match.groups()))) for _, piece in pieces for match in pattern.finditer(piece)])


def _only(values: list[T]) -> T | None:
    return values[0] if values and all(value == values[0] for value in values) else None


def _first_name(candidates: list[str]) -> str | None:
    return next((name for name in map(_name, candidates) if name), None)


def _name(words: str) -> str | None:
    """What stands before the price, without what people put around it."""
    letters = "".join(" " if is_picture(char) or char in "#<>~" else char for char in words)
    letters = ONE_UNIT.sub(" ", CONTENTS.sub(" ", letters))
    kept = letters.split()
    while kept and kept[0].casefold().strip(".,:!?-") in NOT_A_NAME | {""}:
        kept.pop(0)
    while kept and kept[-1].casefold().strip(".,:!?-@") in NOT_A_NAME | {""}:
        kept.pop()
    name = titled(without_noise_after(" ".join(kept)))
    return name if re.search(r"[^\W\d_]{2}", name) and len(name) <= LONGEST_NAME and len(kept) <= 7 else None
