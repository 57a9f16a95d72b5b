"""An order in a buyer's words: how many of what, brought where or fetched, for whom, and how it is paid."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from storefront.reading.areas import COMPLEX, titled
from storefront.reading.cities import is_city
from storefront.reading.lines import Line
from storefront.reading.noise import (
    NOISE,
    RAISED,
    clean,
    clean_lines,
    without_noise_after,
    without_noise_around,
    word_set,
)
from storefront.reading.packs import SPOKEN
from storefront.reading.prices import find_prices, without_phones
from storefront.reading.times import DAY_PARTS, MONTHS, WEEKDAYS

Handover = Literal["deliver", "pickup"]
Way = Literal["qris", "transfer", "cod"]

MOST = 999
UNITS = SPOKEN.units
NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "nol zero", "satu one", "dua two", "tiga three", "empat four", "lima five", "enam six", "tujuh seven",
            "delapan eight", "sembilan nine", "sepuluh ten", "sebelas eleven", "twelve selusin",
        )
    )
    for word in words.split()
} | {f"se{unit}": 1 for unit in UNITS if unit not in {"t", "lusin", "set"}}  # fmt: skip
MULTIPLES = {"lusin": 12, "lsn": 12, "dozen": 12, "kodi": 20}
MEASURES = word_set("g gr gram kg ml cm mm rb ribu k jt persen hari jam bulan tahun th orang")
BEFORE_A_NUMBER = word_set("jam pukul tgl tanggal rt rw no nomor blok blk umur ke ukuran uk kode angka jl")
FILLING = NOISE | UNITS.keys() | word_set(
    "pesan pesen pesanan psn order beli ambil pake pakai yg yang sama dan and with want would like i a of rasa"
    " topping toping varian isi aku saya ku x lagi dulu untuk buat for the mix campur ready halo hai hi hello dgn"
    " dengan bisa makasih terima kasih thanks thank you"
)  # fmt: skip
THINGS = word_set(
    "brownies bronis brownis kue cake bolu donat nastar kastengel roti cookies kukis pempek risol dimsum bakso siomay"
    " nasi lapis puding cireng keripik martabak pizza sambal rendang bros tas kukus panggang goreng frozen mini"
)
SAID_NOTHING = word_set("tanpa no gak ga nggak tidak without bukan")

QRIS = re.compile(r"\b(?:(?:bayar|pake|pakai|pay|via|with|by)\s)*qris\b", re.IGNORECASE)
COD = re.compile(r"\b(?:(?:bayar|pake|pakai|via)\s)*(?:cod|bayar di ?(?:tempat|rumah)|cash on delivery)\b", re.I)
TRANSFER = re.compile(r"\b(?:(?:bayar|pake|pakai|via|by|bank)\s)*(?:transfer|tf|trf|bank transfer)\b", re.IGNORECASE)
WAYS: tuple[tuple[Way, re.Pattern[str]], ...] = (("qris", QRIS), ("cod", COD), ("transfer", TRANSFER))
DELIVER = re.compile(
    r"\b(?:(?:minta|tolong|mau|please)\s)?(?:di)?(?:antar(?:in|kan)?|anter(?:in)?|kirim(?:in|kan)?|deliver(?:ed|y)?)\b"
    r"(?:\s(?:ke|to)\b)?",
    re.IGNORECASE,
)
PICKUP = re.compile(
    r"\b(?:(?:di)?ambil sendiri|ambil (?:ke|di) (?:rumah|toko|tempat)|pick(?:ing)?[ -]?up|jemput sendiri"
    r"|(?:di)?ambil(?!\s*(?:\d|satu|dua|tiga|empat|lima|enam|se\w)))\b",
    re.IGNORECASE,
)
PIECES = re.compile(
    r"\s*(?:[,;\n]|(?<!\bno)(?<!\brt)(?<!\brw)(?<!\bjl)(?<!\bgg)(?<!\ba\.n)(?<!\ban)\.(?=\s|$))\s*", re.IGNORECASE
)
NO_NUMBER = re.compile(rf"(?:^|(?<=\s))[-−–+]\d\S*|(?<!\w)\w*[{''.join(sorted(RAISED))}]\w*")
TOKEN = re.compile(r"\d+(?:[.,/⁄]\d+)*|[^\W\d_]+(?:['’-][^\W\d_]+)*")

RECIPIENT = re.compile(
    r"(?:^|(?<=[\s,(]))(?:a\.\s?n\b\.?|a/n|an\b\.?|atas nama|nama(?:nya)?|penerima(?:nya)?|for|name)\s*:?\s+"
    r"(?P<name>[^\d,;()]+)",
    re.IGNORECASE,
)
LANDMARK = re.compile(
    r"(?:^|(?<=[\s,(]))(?:titip\w*|deket|dekat|dkt|depan|dpn|sebelah|sblh|samping|seberang|belakang|blkg|patokan\w*|ancer-ancer"
    r"|near|next to|behind|opposite|in front of|across from)\s[^,;()]+",
    re.IGNORECASE,
)
HOUSE = re.compile(r"\s(?=(?:blok|blk|no|nomor|rt|jl|jalan)\b[. ]|\b[a-z]{1,2}\d)", re.IGNORECASE)
STREET = re.compile(
    r"\b(?:jl|jln|jalan|gg|gang|blok|blk|perum|cluster|desa|kel|kec|dusun|rt|rw|street|road)\b|\b[a-z]{1,2}\s?\d{1,3}\s?/\s?\d"
    r"|\bno\b\.?\s?\d|\b[a-z]\d{1,3}\b",
    re.IGNORECASE,
)
BLOCK = re.compile(
    r"\b(?!(?:no|gg|jl|rt|rw|km)\d)[a-z]{1,2}\d{1,3}(?:[a-z]\b|\b)|(?<=\bblok )[a-z]{1,2}\b", re.IGNORECASE
)
NOT_A_HOUSE = re.compile(r"\b(?:rt|rw)\W{0,3}\d+|\b\d{5}\b", re.IGNORECASE)
LEADING = re.compile(
    r"^(?:(?:ke|di|to|at|alamat(?:nya)?|address|rumah(?:nya)?|antar|kirim)\b\s*(?::\s*)?)+", re.IGNORECASE
)
NOT_A_PERSON = (
    FILLING | UNITS.keys() | WEEKDAYS.keys() | MONTHS.keys() | DAY_PARTS.keys() | NUMBERS.keys()
    | word_set(
        "hari ini besok bsk lusa nanti sekarang makasih terima kasih thanks ok oke luar komplek kompleks qris cod tf"
        " transfer bayar gosend gojek grab pagar cat rumah warna toko secepatnya sendiri"
    )
) - word_set("mas mba mbak bu ibu pak bang mei april mar nov")  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """So many of one variant, by its name in the catalogue."""

    variant: str | None
    quantity: int


@dataclass(frozen=True)
class OrderWords:
    wanted: tuple[Wanted, ...]
    handover: Handover | None
    address: str | None
    landmark: str | None
    recipient: str | None
    way: Way | None
    unclear: tuple[str, ...]
    more: tuple[Line, ...] = ()  #: of other products of the same shop
    sent_by: tuple[str, ...] = ()  #: first names of whoever may have recommended it


@dataclass(frozen=True)
class AddressWords:
    """An address is complete when it has a house or block number: then somebody can find the door."""

    address: str | None
    landmark: str | None
    recipient: str | None
    complete: bool


@dataclass
class _Parts:
    """The message sorted by what its pieces speak of."""

    goods: list[str] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    deliver: bool = False
    pickup: bool = False


def read_order(text: str, variants: Sequence[str], places: Sequence[str] = (), product: str = "") -> OrderWords:
    """The order in a message. `variants` has the base first; the words of `product` may stand beside a number."""
    way, pieces = _way("\n".join(map(_spelt_out, _without_bullets(clean_lines(text)))))
    parts = _sorted_parts(pieces, variants, places)
    found = read_address(", ".join(parts.where), places)
    wanted, unclear = _Goods(variants, product).read(parts.goods)
    handover = _handover(parts, found)
    address = None if parts.pickup else found.address
    recipient = found.recipient or (_person(found.address) if handover == "pickup" and found.address else None)
    return OrderWords(wanted, handover, address, found.landmark, recipient, way, unclear)


def _without_bullets(lines: list[str]) -> list[str]:
    """A list with dashes has no negative numbers in it."""
    is_list = sum(line.startswith("-") for line in lines) > 1
    return [line.removeprefix("-").lstrip() for line in lines] if is_list else lines


def _spelt_out(line: str) -> str:
    """Short cuts of speech in full: "2 ke griya asri" brings two, "bayarnya cod" pays."""
    line = re.sub(r"\b(\d{1,3}) ke (?=\w)", r"\1, antar ke ", line, flags=re.IGNORECASE)
    return re.sub(r"\bbayarnya\b", "bayar", line, flags=re.IGNORECASE)


def read_address(text: str, places: Sequence[str]) -> AddressWords:
    """The door, what stands beside it, and whose name to call."""
    rest = without_phones(", ".join(clean_lines(text)))
    recipient = landmark = None
    if match := _recipient_said(rest):
        recipient, rest = _person_said(match["name"]), rest[: match.start()] + "," + rest[match.end() :]
    if match := LANDMARK.search(rest):
        landmark = HOUSE.split(match[0], maxsplit=1)[0].strip(" .")
        rest = rest[: match.start()] + rest[match.start() + len(HOUSE.split(match[0], maxsplit=1)[0]) :]
        landmark = without_noise_after(landmark) or None
    pieces = [piece for piece in (piece.strip(" .()") for piece in re.split(r"[,;]", rest)) if piece]
    if recipient is None and len(pieces) > 1 and (recipient := _person(pieces[-1], places)):
        pieces.pop()
    address = _address(", ".join(pieces), places)
    complete = address is not None and re.search(r"\d", NOT_A_HOUSE.sub(" ", address)) is not None
    return AddressWords(address, landmark, recipient, complete)


def _handover(parts: _Parts, found: AddressWords) -> Handover | None:
    if parts.deliver and parts.pickup:
        return None
    if parts.pickup:
        return "pickup"
    return "deliver" if parts.deliver or found.complete else None


def _way(message: str) -> tuple[Way | None, list[str]]:
    said = [(way, pattern) for way, pattern in WAYS if pattern.search(message)]
    for _, pattern in said:
        message = pattern.sub(" ", message)
    pieces = [piece.strip() for piece in PIECES.split(message) if piece.strip()]
    return (said[0][0] if len(said) == 1 else None), pieces


def _sorted_parts(pieces: list[str], variants: Sequence[str], places: Sequence[str]) -> _Parts:
    """Goods come first; from the word "antar", or from the first words of an address, it is about the door."""
    parts = _Parts()
    for piece in pieces:
        deliver, pickup = DELIVER.search(piece), PICKUP.search(piece)
        if deliver or pickup:
            marker = deliver or pickup
            assert marker is not None
            parts.deliver, parts.pickup = parts.deliver or bool(deliver), parts.pickup or bool(pickup)
            parts.goods.append(piece[: marker.start()])
            (parts.where if deliver else parts.goods).append(piece[marker.end() :])
        elif _is_goods(piece, variants) and not (parts.where and piece.isdigit()):
            parts.goods.append(piece)
        elif parts.deliver or parts.pickup or parts.where or _is_place(piece, places):
            parts.where.append(piece)
        else:
            parts.goods.append(piece)
    parts.where = [piece for piece in parts.where if without_noise_around(piece.split())]
    return parts


def _is_goods(piece: str, variants: Sequence[str]) -> bool:
    """A piece that holds nothing but numbers, variants and the words around them."""
    known = FILLING | THINGS | NUMBERS.keys() | {word for variant in variants for word in variant.casefold().split()}
    words = TOKEN.findall(piece.casefold())
    said = any(word.isdigit() or word in NUMBERS or word not in FILLING for word in words)
    return said and all(word.isdigit() or word in known or word.removesuffix("nya") in known for word in words)


def _is_place(piece: str, places: Sequence[str]) -> bool:
    known = any(place and re.search(rf"\b{re.escape(place)}\b", piece, re.IGNORECASE) for place in places)
    return known or bool(STREET.search(piece)) or bool(RECIPIENT.search(piece)) or bool(COMPLEX.search(piece))


@dataclass(frozen=True)
class _Goods:
    """Reads numbers and variants, one after the other."""

    variants: Sequence[str]
    product: str

    def read(self, pieces: list[str]) -> tuple[tuple[Wanted, ...], tuple[str, ...]]:
        tokens: list[tuple[int | None, str | None]] = []
        unclear: list[str] = []
        for piece in pieces:
            unclear += [match[0].strip() for match in NO_NUMBER.finditer(piece)]
            tokens += self._paired(list(self._tokens(piece, unclear)))
        if unclear:
            return (), tuple(dict.fromkeys(unclear))
        return self._counted(tokens)

    def _tokens(self, piece: str, unclear: list[str]) -> Iterator[int | str]:
        """Numbers as int, variants as str; what should be a variant and is not goes to `unclear`."""
        words = _joined_numbers(TOKEN.findall(_without_prices(piece).casefold()))
        unclear += self._stranger(words)
        index, expecting = 0, False
        while index < len(words):
            word, variant = words[index], self._variant_at(words, index)
            if variant is not None:
                unclear += [f"{words[index - 1]} {variant}"] if index and words[index - 1] in SAID_NOTHING else []
                yield variant
                expecting = False
            elif (number := _number(word)) is not None:
                if _counts_goods(words, index):
                    number *= MULTIPLES.get("".join(words[index + 1 : index + 2]), 1)
                    unclear += [] if 0 < number <= MOST else [word]
                    yield number
                    expecting = True
            elif word[0].isdigit() or (expecting and not self._is_known(word)):
                unclear.append(word)
                expecting = False
            index += len(variant.split()) if variant else 1

    def _stranger(self, words: list[str]) -> list[str]:
        """ "durian 2": a word that stands alone before its number."""
        if len(words) != 2 or _number(words[1]) is None or _number(words[0]) is not None or words[0][0].isdigit():
            return []
        known = self._is_known(words[0]) or words[0] in BEFORE_A_NUMBER or self._variant_at(words, 0) is not None
        return [] if known else [words[0]]

    def _variant_at(self, words: list[str], index: int) -> str | None:
        for variant in sorted(filter(None, self.variants), key=len, reverse=True):
            parts = variant.casefold().split()
            spoken = words[index : index + len(parts)]
            if spoken and (spoken == parts or [*spoken[:-1], spoken[-1].removesuffix("nya")] == parts):
                return variant
        return None

    def _is_known(self, word: str) -> bool:
        own = self.product.casefold().split()
        bare = word.removesuffix("nya")
        known = FILLING | THINGS | MULTIPLES.keys() | SAID_NOTHING | set(own)
        return word in known or bare in known

    def _paired(self, tokens: list[int | str]) -> list[tuple[int | None, str | None]]:
        """(number, variant) pairs; whichever comes first in a piece leads: "2 keju 3 polos", "keju 2 polos 3"."""
        pairs: list[tuple[int | None, str | None]] = []
        leads = bool(tokens) and isinstance(tokens[0], int)
        for token in tokens:
            number, variant = pairs[-1] if pairs else (None, None)
            if isinstance(token, int) and not leads and variant is not None and number is None:
                pairs[-1] = (token, variant)
            elif isinstance(token, str) and leads and number is not None and variant is None:
                pairs[-1] = (number, token)
            else:
                pairs.append((token, None) if isinstance(token, int) else (None, token))
        return pairs

    def _counted(self, pairs: list[tuple[int | None, str | None]]) -> tuple[tuple[Wanted, ...], tuple[str, ...]]:
        bare = [number for number, variant in pairs if variant is None and number is not None]
        named = [(number, variant) for number, variant in pairs if variant is not None]
        if len(bare) > 1 or (bare and pairs[0] != (bare[0], None)):
            return (), (" + ".join(map(str, bare)),)
        if bare and len(named) == 1 and named[0][0] is None:
            named = [(bare[0], named[0][1])]
        counted: dict[str | None, int] = {}
        for number, variant in named:
            counted[variant] = counted.get(variant, 0) + (number or 1)
        base = self.variants[0] if self.variants else None
        rest = bare[0] - sum(counted.values()) if bare else 0
        if rest < 0 or (rest and base in counted) or sum(counted.values()) > MOST:
            most = max(counted, key=lambda variant: counted[variant])
            return (), (f"{counted[most]} {most}",)
        wanted = ({base: rest} if rest else {}) | counted
        return tuple(Wanted(variant, quantity) for variant, quantity in wanted.items()), ()


def _without_prices(piece: str) -> str:
    piece = without_phones(clean(piece))
    for price in reversed(find_prices(piece)):
        if piece[price.start : price.end].isdigit():
            continue  # 1000 without a sign of money is a number of things
        piece = piece[: price.start] + " " + piece[price.end :]
    return piece


def _joined_numbers(words: list[str]) -> list[str]:
    """ "dua belas" is one number."""
    joined: list[str] = []
    for word in words:
        if word == "belas" and joined and joined[-1] in NUMBERS:
            joined[-1] = str(NUMBERS[joined[-1]] + 10)
        else:
            joined.append(word)
    return joined


def _number(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() else NUMBERS.get(word)


def _counts_goods(words: list[str], index: int) -> bool:
    after = words[index + 1] if index + 1 < len(words) else ""
    return after not in MEASURES and (index == 0 or words[index - 1] not in BEFORE_A_NUMBER)


def _recipient_said(text: str) -> re.Match[str] | None:
    return next((match for match in RECIPIENT.finditer(text) if _person_said(match["name"])), None)


def _person_said(words: str) -> str | None:
    name = without_noise_after(LANDMARK.split(words)[0])
    return titled(name) if name and len(name.split()) <= 4 and len(name) <= 60 else None


def _person(piece: str, places: Sequence[str] = ()) -> str | None:
    """A last piece of one to three words that can only be a name."""
    name = without_noise_after(piece)
    words = name.casefold().split()
    if not 1 <= len(words) <= 3 or not re.fullmatch(r"[^\W\d_][^\d_]*", name):
        return None
    if any(word.strip(".") in NOT_A_PERSON for word in words) or is_city(name) or STREET.search(name):
        return None
    return None if name.casefold() in {place.casefold() for place in places} else titled(name)


def _address(text: str, places: Sequence[str]) -> str | None:
    address = without_noise_after(LEADING.sub("", " ".join(text.split())))
    for place in sorted(filter(None, places), key=len, reverse=True):
        own = place.replace("\\", r"\\")
        address = re.sub(rf"\b{re.escape(place)}\b", own, address, flags=re.IGNORECASE)
    address = BLOCK.sub(lambda block: block[0].upper(), address)
    return address if re.search(r"\w", address) else None
