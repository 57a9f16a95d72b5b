"""A shop in one breath: its name, where it sends from, and what delivery costs where."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from storefront.reading.cities import split_city
from storefront.reading.noise import NOISE, clean, clean_lines, without_noise_after, word_set
from storefront.reading.prices import find_prices

AreaKind = Literal["rt", "complex", "outside", "named"]

PIECES = re.compile(r"\s*(?:,(?!\d)|[;|•·]|(?<!\brt)(?<!\brw)(?<!\bno)(?<!\bjl)(?<!\brp)\.(?=\s|$))\s*", re.IGNORECASE)
COURIER = re.compile(
    r"\b(?:go-?send|go-?jek|grab(?:express)?|maxim|lalamove|kurir|ojol|courier|(?:bayar|tanggung) sendiri"
    r"|ditanggung pembeli|buyer pays|pays? (?:the )?courier|di ?bayar pembeli)\b",
    re.IGNORECASE,
)
FREE = re.compile(r"\b(?:gratis|free)\b", re.IGNORECASE)
RT = re.compile(r"\brt\s*[.:]?\s*0*(\d{1,3})\b", re.IGNORECASE)
RW = re.compile(r"\W{0,8}\brw\s*[.:]?\s*\d{1,3}\b", re.IGNORECASE)
COMPLEX = re.compile(
    r"\b(?:se|satu |1 |dalam |dlm )?(?:komplek|kompleks|komp|perumahan|perum|cluster|complex|estate)\b", re.IGNORECASE
)
OUTSIDE = re.compile(
    r"\b(?:di ?luar|luar|lainnya|lain|selain|outside|elsewhere|others?|anywhere else|gosend|go-send)\b", re.IGNORECASE
)
FILLING = NOISE | word_set(
    "ongkir ongkos kirim antar ke di untuk buat area daerah wilayah dan and fee delivery to for the per jadi itu cuma"
    " only same inside in within"
)
SENT_FROM = re.compile(
    r"^(?:(?:di)?kirim(?:nya)? dari|dari|di|lokasi(?:nya)?|alamat(?:nya)?|from|in|at)\b\s*:?\s+", re.IGNORECASE
)
NAMED_AT = re.compile(r"\s(?:(?:di)?kirim dari|lokasi|dari|di|from)\s", re.IGNORECASE)
CALLED = re.compile(r"^(?:nama(?:nya)?(?: (?:toko|jualan|usaha)(?:nya)?)?|name)\s*:?\s+", re.IGNORECASE)
LETTERS = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True)
class Area:
    """Where delivery costs what; without a fee the buyer pays a courier himself."""

    label: str
    kind: AreaKind
    fee: int | None


@dataclass(frozen=True)
class ShopWords:
    name: str | None
    place: str | None
    city: str | None
    areas: tuple[Area, ...]


@dataclass(frozen=True)
class _Fee:
    start: int
    end: int
    amount: int | None


def read_shop(text: str) -> ShopWords:
    """A name first, then a place, then the areas."""
    pieces = _pieces(text)
    if not pieces or _fees(pieces[0]):
        return _shop(None, pieces)
    name, *rest = NAMED_AT.split(pieces[0], maxsplit=1)
    return _shop(_name(name), rest + pieces[1:])


def read_place(text: str) -> ShopWords:
    """The same where the name is known: a place, then the areas."""
    return _shop(None, _pieces(text))


def match_area(address: str, areas: Sequence[Area]) -> Area | None:
    """The area an address lies in: an RT beats the complex, the complex a name. Unsure is None: the seller knows."""
    if OUTSIDE.search(clean(address)):
        return next((area for area in areas if area.kind == "outside"), None)
    numbers = {int(number) for number in RT.findall(clean(address))}
    for area in areas:
        if area.kind == "rt" and numbers & {int(number) for number in RT.findall(area.label)}:
            return area
    spoken = f" {_spoken(address)} "
    for kind in ("complex", "named"):
        inside = [area for area in areas if area.kind == kind and f" {_spoken(area.label)} " in spoken]
        if inside:
            return max(inside, key=lambda area: len(area.label))
    return None


def titled(text: str) -> str:
    """Words as on a sign; what she wrote with capitals of her own (BSD, McD) stays."""
    shouted = text.isupper() and len(text) > 4
    return " ".join(word if _has_capitals(word) and not shouted else word.capitalize() for word in text.split())


def _has_capitals(word: str) -> bool:
    return any(char.isupper() for char in word)


def _pieces(text: str) -> list[str]:
    return [piece for line in clean_lines(text) for piece in PIECES.split(line) if piece]


def _shop(name: str | None, pieces: list[str]) -> ShopWords:
    first_fee = next((index for index, piece in enumerate(pieces) if _fees(piece)), len(pieces))
    # "rt 03, rt 04 gratis": an RT alone just before the fees is the first of them.
    while first_fee > 1 and RT.fullmatch(pieces[first_fee - 1]):
        first_fee -= 1
    where = without_noise_after(SENT_FROM.sub("", " ".join(pieces[:first_fee])))
    rest, city = split_city(where)
    place = RT.sub(lambda rt: rt[0].upper(), titled(rest)) if rest else None
    return ShopWords(name, place, city, tuple(_areas(pieces[first_fee:], place)))


def _name(piece: str) -> str | None:
    name = without_noise_after(CALLED.sub("", piece))
    return titled(name) if name and len(name) <= 60 and re.search(r"[^\W\d_]", name) else None


def _areas(pieces: list[str], place: str | None) -> Iterator[Area]:
    waiting = ""
    for piece in pieces:
        fees = _fees(piece)
        if not fees:
            waiting = f"{waiting} {piece}" if RT.search(piece) else ""
            continue
        for label, fee in _labelled(piece, fees):
            yield from _area(f"{waiting} {label}", fee, place)
            waiting = ""


def _labelled(piece: str, fees: list[_Fee]) -> Iterator[tuple[str, int | None]]:
    """Each fee with its words: before it ("rt 04 gratis"), or after it where the fees come first ("gratis rt 04")."""
    ends = [fee.end for fee in fees]
    before = [piece[start : fee.start] for start, fee in zip([0, *ends], fees, strict=False)]
    if not _label(before[0]) and len(piece) > fees[0].end:
        starts = [fee.start for fee in fees[1:]] + [len(piece)]
        before = [piece[fee.end : start] for fee, start in zip(fees, starts, strict=True)]
    for words, fee in zip(before, fees, strict=True):
        yield words, fee.amount


def _area(words: str, fee: int | None, place: str | None) -> Iterator[Area]:
    rts = RT.findall(words)
    if rts:
        yield from (Area(f"RT {int(number):02}", "rt", fee) for number in rts)
    elif OUTSIDE.search(words):
        yield Area("luar", "outside", fee)
    elif COMPLEX.search(words):
        named = _label(COMPLEX.sub(" ", words))
        yield Area(titled(named) if named else place or "Kompleks", "complex", fee)
    elif label := _label(words):
        kind: AreaKind = "complex" if place and _spoken(label) == _spoken(place) else "named"
        yield Area(titled(label), kind, fee)


def _label(words: str) -> str:
    return " ".join(word for word in RW.sub("", words).split() if word.casefold().strip(".:-=()") not in FILLING | {""})


def _fees(piece: str) -> list[_Fee]:
    """The fees a piece names, in order. "gosend bayar sendiri" is one; a price beside it is what she asks."""
    paid = [_Fee(price.start, price.end, price.amount) for price in find_prices(piece)]
    free = [_Fee(match.start(), match.end(), 0) for match in FREE.finditer(piece)]
    own = [_Fee(match.start(), match.end(), None) for match in COURIER.finditer(piece)]
    fees: list[_Fee] = []
    for fee in sorted(paid + free + own, key=lambda fee: fee.start):
        if fees and fees[-1].amount == fee.amount and not _label(piece[fees[-1].end : fee.start]):
            fees[-1] = _Fee(fees[-1].start, fee.end, fee.amount)
        else:
            fees.append(fee)
    return fees


def _spoken(text: str) -> str:
    return " ".join(LETTERS.findall(clean(text).casefold()))
