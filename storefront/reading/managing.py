"""What a seller writes to change what she sells: "harga brownies jadi 70rb", "brownies habis hari ini", "kuota keju 5".

Pure: words and the shelf in, a `Change` out. Which product is meant may stay open; then somebody asks. Never raises.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from storefront.reading.captions import ALLERGENS, HALAL, KEEPS, PIRT
from storefront.reading.messages import spoken_of
from storefront.reading.naming import titled
from storefront.reading.noise import clean
from storefront.reading.prices import find_prices, without_phones
from storefront.reading.shelf import Ware
from storefront.reading.spelling import lowered, normal
from storefront.reading.times import read_moment

Verb = Literal[
    "price", "quota", "stock", "least", "most", "runs", "name", "category", "hide", "show", "pause", "resume", "first",
    "closes", "close_now", "again", "facts",
]  # fmt: skip
LONGEST = 200
HIGHEST_COUNT = 100_000
NAME_LONGEST = 60

TO = r"(?:\s+(?:jadi|jd|ke|menjadi|to|is|becomes)\s+|\s*[=:]\s*|\s+)"
TODAY = r"(?:hari ini|hr ini|dulu|today|for today)"
EACH = r"(?:per|/)\s?(?:orang|order|pesanan|person|pembeli)"
REPEAT = r"(?:buka lagi|buka po lagi|ulangi|ulang|repeat|open again|reopen)"
NEXT_WEEK = r"(?:minggu depan|next week)"
COUNT = r"(?P<n>[-−]?\d{1,9}(?:[.,]\d+)?)\s*(?P<unit>[a-z]{1,12})?"
SPELT: tuple[tuple[Verb, str], ...] = (
    (
        "name",
        r"(?:ganti nama|nama|rename|name)(?:nya)?\s+(?P<what>.{0,60}?)(?:\s+(?:jadi|menjadi|to)\s+|\s*:\s*)(?P<new>.+)",
    ),
    ("category", r"(?:kategori|category)(?:nya)?\s+(?P<what>.{0,60}?)(?:\s+(?:jadi|to)\s+|\s*[:=]\s*)(?P<new>.+)"),
    ("price", r"(?:ubah |ganti |naikin |turunin |change )?(?:the )?(?:harga|price)(?:nya)?(?: of)?\s(?P<value>.*\S)"),
    (
        "runs",
        rf"(?P<what>.{{0,60}}?)\s*(?:jalan|runs)\s+(?:kalau|kalo|klo|if|from|mulai)\s*(?:minimal|min)?\s*{COUNT}",
    ),
    ("least", rf"(?:minimal|minimum|min|at least)(?:\s*order)?(?P<what>.{{0,60}}?){TO}{COUNT}"),
    ("most", rf"(?:maksimal|maximum|maks|max|at most)(?:\s*order)?(?P<what>.{{0,60}}?){TO}{COUNT}\s*{EACH}"),
    ("quota", rf"(?:tambah |ubah |naikin )?(?:kuota|quota|maks|max)(?:nya)?(?P<what>.{{0,60}}?){TO}{COUNT}"),
    ("stock", rf"(?:restock|stock|stok|sisa|ready)(?:nya)?(?P<what>.{{0,60}}?){TO}{COUNT}"),
    ("hide", r"(?:sembunyikan|sembunyiin|umpetin|hide)\s+(?P<what>.+)"),
    ("show", r"(?:tampilkan|tampilin|munculkan|munculin|show)\s+(?P<what>.+)"),
    ("resume", r"(?P<what>.{0,60}?)\s*(?:ada lagi|tersedia lagi|ready lagi|is back|back again|available again)"),
    ("pause", rf"(?P<what>.{{0,60}}?)\s*(?:sudah |udah |is )?(?:habis|kosong|sold out|gone)(?:\s*{TODAY})?"),
    ("pause", rf"(?:habis|kosong)\s+(?P<what>.{{1,60}}?)(?:\s*{TODAY})?"),
    ("first", r"(?P<what>.{0,60}?)\s*(?:di )?(?:paling atas|paling depan|on top|first)"),
    ("first", r"(?:urutan|urutkan|susunan|arrange|sort)\s*:?\s*(?P<what>.+)"),
    ("close_now", r"(?:tutup|close)\s*(?:po\s*)?(?P<what>.{0,60}?)\s*(?:sekarang|now)"),
    ("closes", r"(?:(?:po|orders?)\s*)?(?:tutup|closes?)(?:nya)?\s*(?:po\s*)?(?P<value>\S.*)"),
    ("again", rf"{REPEAT}(?:\s*(?:po|{NEXT_WEEK}))*\s*(?P<what>.{{0,60}}?)(?:\s*{NEXT_WEEK})?"),
)
PATTERNS = tuple((verb, re.compile(pattern, re.IGNORECASE)) for verb, pattern in SPELT)
FACTS = {"shelf_life": KEEPS, "allergens": ALLERGENS, "halal": HALAL, "pirt": PIRT}
COURTESY = re.compile(r"\s*(?:ya|yaa|dong|deh|aja|please|pls|kak|min|bot)\W*$", re.IGNORECASE)


@dataclass(frozen=True)
class Change:
    """What is to change, and of which product; ``products`` holds several where the words leave it open.

    ``amount`` is whole rupiah or a count, None where it was not a sensible number (``said`` is what stood there).
    """

    verb: Verb
    products: tuple[int, ...]
    option: str | None = None
    amount: int | None = None
    said: str = ""
    when: datetime | None = None
    facts: tuple[tuple[str, str], ...] = ()


def read_change(text: str, wares: tuple[Ware, ...], now: datetime, zone: ZoneInfo) -> Change | None:
    """The change a message asks for; None for anything else. Without a product's name any of them may be meant."""
    message = COURTESY.sub("", clean(text))
    if not wares or "?" in message or "\n" in text.strip() or not 3 <= len(message) <= LONGEST:
        return None
    return next(filter(None, (read(message, wares, now, zone) for read in READERS)), None)


def by_pattern(message: str, wares: tuple[Ware, ...], now: datetime, zone: ZoneInfo) -> Change | None:
    for verb, pattern in PATTERNS:
        match = pattern.fullmatch(message)
        if match is None:
            continue
        change = VALUES.get(verb, nothing_more)(verb, match, wares, now, zone)
        if change is not None:
            return change
    return None


def said_of_the_food(message: str, wares: tuple[Ware, ...], _: datetime, __: ZoneInfo) -> Change | None:
    """ "brownies tahan 3 hari", "alergen brownies: telur, susu": facts of a product that is named."""
    spelt = re.sub(r"(?i)^(alergen|allergens|kandungan)\s+(.{2,60}?)\s*:\s*", r"\2 mengandung ", normal(message))
    found = {name: match for name, pattern in FACTS.items() if (match := pattern.search(spelt))}
    if not found:
        return None
    first = min(match.start() for match in found.values())
    products = named(spelt[:first], wares)
    if not products or find_prices(message) or len(spelt[:first].split()) > 6:
        return None
    said = tuple((name, " ".join(match[1].split()).strip(" ,-")) for name, match in found.items())
    return Change("facts", products, facts=said)


READERS: tuple[Callable[[str, tuple[Ware, ...], datetime, ZoneInfo], Change | None], ...] = (
    said_of_the_food,
    by_pattern,
)


# -- which product, which variant ----------------------------------------------------------------------


def subject(words: str, wares: tuple[Ware, ...]) -> tuple[tuple[int, ...], str | None] | None:
    """The products some words name, and the option among theirs; all there are where no words are left.

    None where they name nothing that is sold here: then it was not meant for the shelf.
    """
    words = re.sub(r"(?i)\b(?:po|yang|yg|varian|variant|produk|product|of|the)\b", " ", words).strip(" :,.-")
    if not words:
        return tuple(ware.id for ware in wares), None
    option = option_of(words, wares)
    products = named(words, wares)
    if not products and option is not None:
        products = tuple(ware.id for ware in wares if option in ware.options)
    return (products, option) if products else None


def named(words: str, wares: tuple[Ware, ...]) -> tuple[int, ...]:
    """The products some words name, spelt nearly right; else those that have every one of the words in their name."""
    said = set(lowered(words).split())
    if not said:
        return ()
    return spoken_of(words, wares) or tuple(one.id for one in wares if said <= set(lowered(one.name).split()))


def option_of(words: str, wares: tuple[Ware, ...]) -> str | None:
    """The one option all of whose words were said; the longer name wins."""
    said = set(lowered(words).split())
    options = {option for ware in wares for option in ware.options}
    fits = sorted((o for o in options if set(lowered(o).split()) <= said), key=lambda o: -len(o.split()))
    names = {word for ware in wares for word in lowered(ware.name).split()}
    return next((one for one in fits if not set(lowered(one).split()) <= names), None)


# -- values --------------------------------------------------------------------------------------------


def nothing_more(verb: Verb, match: re.Match[str], wares: tuple[Ware, ...], *_: object) -> Change | None:
    found = subject(match["what"] or "", wares)
    if found is None or (verb in {"hide", "show", "again"} and len(match["what"] or "") > NAME_LONGEST):
        return None
    return Change(verb, found[0], found[1])


def a_price(verb: Verb, match: re.Match[str], wares: tuple[Ware, ...], *_: object) -> Change | None:
    """The price stands last; whatever words stand before it say of what."""
    whole = clean(match["value"])
    prices = find_prices(whole)
    start = prices[0].start if prices else digits_at(whole)
    if start is None or len(prices) > 1:
        return None
    found = subject(re.sub(r"(?i)\b(?:jadi|jd|ke|menjadi|to|is|becomes)\b|[=:]", " ", whole[:start]), wares)
    if found is None:
        return None
    return Change(verb, *found, amount=prices[0].amount if prices else None, said=whole[start:])


def digits_at(text: str) -> int | None:
    found = re.search(r"[-−]?\d", without_phones(text))
    return found.start() if found else None


def a_count(verb: Verb, match: re.Match[str], wares: tuple[Ware, ...], *_: object) -> Change | None:
    found = subject(match["what"] or "", wares)
    if found is None:
        return None
    said = match["n"]
    whole = said.isascii() and said.isdecimal()
    amount = int(said) if whole and (0 < int(said) <= HIGHEST_COUNT or (verb == "stock" and int(said) == 0)) else None
    return Change(verb, *found, amount=amount, said=said)


def a_name(verb: Verb, match: re.Match[str], wares: tuple[Ware, ...], *_: object) -> Change | None:
    found = subject(match["what"] or "", wares)
    new = clean(match["new"]).strip(" .,:")
    if found is None or not 2 <= len(new) <= NAME_LONGEST:
        return None
    return Change(verb, *found, said=titled(new) if verb == "name" and new.islower() else new)


def a_moment(verb: Verb, match: re.Match[str], wares: tuple[Ware, ...], now: datetime, zone: ZoneInfo) -> Change | None:
    """ "tutup brownies jumat jam 7 malam": the words before the time name the product, one word after the other."""
    words = match["value"].split()
    for cut in range(len(words)):
        found = subject(" ".join(words[:cut]), wares)
        when = read_moment(" ".join(words[cut:]), now, zone)
        if found is not None and when is not None and not named(" ".join(words[cut:]), wares):
            return Change(verb, found[0], when=when, said=" ".join(words[cut:]))
    return None


VALUES: dict[Verb, Callable[..., Change | None]] = {
    "price": a_price,
    "quota": a_count,
    "stock": a_count,
    "least": a_count,
    "most": a_count,
    "runs": a_count,
    "name": a_name,
    "category": a_name,
    "closes": a_moment,
}


def in_order(text: str, wares: tuple[Ware, ...]) -> Iterator[int]:
    """The products of "urutan: brownies, bolu, nastar", as they were named; what is unclear is left out."""
    for piece in re.split(r"[,;>\n]|\blalu\b|\bthen\b", text.partition(":")[2] or text):
        found = named(piece, wares)
        if len(found) == 1:
            yield found[0]
