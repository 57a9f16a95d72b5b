"""A product in one caption: what it is, what it costs, with what, how many, until when, and when it comes.

The caption is cut into meanings; the sums decide the price, what stands around them the options and the unit, and the
words that are left over are the name. Nothing is guessed: where a careful neighbour would ask, a field is None.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from storefront.reading import beside, containers, counting, naming, options, pricing, schedule, sums
from storefront.reading.amounts import valid
from storefront.reading.noise import clean_lines
from storefront.reading.packs import SPOKEN
from storefront.reading.pricing import Pricing
from storefront.reading.spelling import normal
from storefront.reading.sums import Priced
from storefront.reading.times import DayPart, read_moment
from storefront.reading.tokens import Token, tokens

PLAIN = "polos"
NAMED = re.compile(r"\b(?:nama(?:nya)?|name)\b\s*:?\s+([^\n,;]{2,80})", re.IGNORECASE)
KEEPS = re.compile(
    r"\b(?:tahan|awet|bertahan|keeps|kadaluarsa|exp|expired|best before|shelf life)\b[^\d\n]{0,20}"
    r"(\d{1,3}(?:\s?-\s?\d{1,3})? ?"
    r"(?:jam|hari|minggu|bulan|tahun|hours?|days?|weeks?|months?))",
    re.IGNORECASE,
)
ALLERGENS = re.compile(
    r"\b(?:mengandung|ada kandungan|contains|allergens?:?|alergen:?)\s+([^.\n;()]{2,80})", re.IGNORECASE
)
HALAL = re.compile(
    r"\bhalal\b[^\w\n]{0,3}(?:(?:no|nomor|mui|bpjph|id)\b[^\w\n]{0,3}){0,3}([a-z]{0,3}\d{8,20})", re.IGNORECASE
)
PIRT = re.compile(r"\bp-?irt\b[^\w\n]{0,3}(?:no\b[^\w\n]{0,3})?(\d[\d. -]{8,22}\d)", re.IGNORECASE)
RUNS = re.compile(
    r"\b(?:jalan|jadi|lanjut|dibuat|runs|goes ahead)\b,?\s(?:kalau|kalo|klo|jika|bila|asal|if|from|with)\s(?:ada\s)?"
    r"(?:min(?:imal|imum)?\b\W{0,2}|at least\s)?(\d{1,4})\b(?![.,]\d)[ ]?(?:[a-z]{2,10}\b)?",
    re.IGNORECASE,
)
EACH = re.compile(
    r"\b(?:max|maks|maksimal|maximum|at most)\b\W{0,3}(\d{1,4})\s?(?:[a-z]{1,12}\s)?"
    r"(?:per|/|each|tiap|untuk tiap)\s?(?:orang|order|pesanan|pembeli|person|buyer)",
    re.IGNORECASE,
)
OPENS = re.compile(
    r"\b(?:po\s|orders?\s)?(?:dibuka|buka|opens?)\s(?:mulai\s|hari\s|on\s)?(?P<when>(?:senin|selasa|rabu|kamis|jumat|jum'?at|sabtu"
    r"|minggu|besok|lusa|monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|(?:tgl|tanggal) \d{1,2})"
    r"[^,.;\n]{0,24}?\b(?:jam|pukul|at)\s?\d{1,2}(?:[.:]\d{2})?(?:\s(?:pagi|siang|sore|mlm|malam|am|pm)\b)?)",
    re.IGNORECASE,
)
MIX = re.compile(
    r"\b(?:isi|box of|contains|of)\s(\d{1,3})\b[^.\n\d]{0,20}?\b(?:pilih|choose|pick|mix|campur|bebas)\b[^.\n\d]{0,16}?"
    r"(\d{1,2})\s(?:rasa|varian|macam|jenis|kind|kinds|flavou?rs?|topping)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Option:
    """Something to choose: ``price`` in full, or ``extra`` on top of the product's; neither, it costs the same.

    ``adds``: it is put on the plain product (a topping), so the plain one can be had as well.
    """

    name: str
    price: int | None = None
    extra: int | None = None
    adds: bool = False

    def costs(self, base: int | None) -> int | None:
        """What it costs in full, where that is said."""
        return self.price or (valid(base + self.extra) if base and self.extra else None)


@dataclass(frozen=True)
class Caption:
    """What a caption says. Money is whole rupiah for one ``unit``; times are UTC; None is not said, or not sure."""

    name: str | None = None
    price: int | None = None
    unit: str | None = None
    options: tuple[Option, ...] = ()
    stock: int | None = None
    quota: int | None = None
    min_order: int | None = None
    max_order: int | None = None
    minimum: int | None = None
    mix: tuple[int, int] | None = None  #: a box of so many pieces, in so many kinds at most
    preorder: bool = False
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    delivers_on: date | None = None
    day_part: DayPart | None = None
    shelf_life: str | None = None
    allergens: str | None = None
    halal: str | None = None
    pirt: str | None = None

    @property
    def is_priced(self) -> bool:
        """Whether everything that can be ordered has a price."""
        return self.price is not None or (bool(self.options) and all(option.price for option in self.options))

    @property
    def plain(self) -> str | None:
        """What the product is called without any option: polos, or its unit; None where something has to be chosen."""
        if self.price is None or not all(option.adds or option.price for option in self.options):
            return None
        bundles = self.options and not any(option.adds for option in self.options)
        return f"1 {self.unit}" if bundles and self.unit else PLAIN

    @property
    def base(self) -> int:
        """The price of one, or of the cheapest that can be chosen; 0 where none is said."""
        return self.price or min((option.price for option in self.options if option.price), default=0)

    @property
    def limit(self) -> int | None:
        """How many can be sold: what is in stock, or the quota of a PO."""
        return self.quota if self.stock is None else self.stock


def read_caption(text: str, now: datetime, zone: ZoneInfo) -> Caption:
    """A caption with its dates. Never raises."""
    return _dated(read_words(text), text, now, zone)


def read_words(text: str) -> Caption:
    """A caption as far as it says the same on every day."""
    whole = normal(text)
    minimum, each = RUNS.search(whole), EACH.search(whole)
    mix = MIX.search(whole)
    spelt = OPENS.sub(" ", EACH.sub(" ", RUNS.sub(" ", whole)))
    row = tokens(spelt)
    found = sums.sums(row)
    beside.describe(row, found)
    priced = pricing.decide(row, found, _has_heading(row, found))
    least = counting.least(row, priced.unit)
    stock = counting.stock(row, priced.unit)
    chosen = _options(row, found, priced)
    return Caption(
        name=None if priced.many else naming.name(spelt, row),
        price=priced.price,
        unit=priced.unit or containers.container(row) or containers.counted_unit(row),
        options=chosen,
        stock=stock,
        quota=schedule.read_quota(RUNS.sub(" ", text)),
        min_order=least,
        max_order=int(each[1]) or None if each else None,
        mix=a_mix(mix, chosen),
        minimum=int(minimum[1]) or None if minimum else None,
        preorder=counting.preorder(row, stock),
        shelf_life=_said(KEEPS, spelt),
        allergens=_said(ALLERGENS, spelt),
        halal=_said(HALAL, spelt),
        pirt=_said(PIRT, spelt),
    )


def a_mix(match: re.Match[str] | None, chosen: tuple[Option, ...]) -> tuple[int, int] | None:
    """Only where there is more to choose from than goes into one box."""
    if match is None:
        return None
    size, kinds = int(match[1]), int(match[2])
    return (size, kinds) if 1 < kinds <= min(size, len(chosen)) else None


def read_change(text: str, now: datetime, zone: ZoneInfo) -> Caption:
    """A correction: as a caption, where only "nama ..." is a name."""
    said = "\n".join(clean_lines(text))
    named = NAMED.search(said)
    rest = said[: named.start()] + " " + said[named.end() :] if named else said
    name = naming.titled(" ".join(_without_noise(named[1]))) if named else None
    return replace(_dated(read_words(rest), rest, now, zone), name=name or None)


def merge(old: Caption, change: Caption) -> Caption:
    """What the change says replaces; the rest stays."""
    changed = {name: value for name, value in vars(change).items() if value not in (None, (), False)}
    if change.stock == 0:
        changed["stock"] = 0
    return replace(old, **changed)


def _dated(caption: Caption, text: str, now: datetime, zone: ZoneInfo) -> Caption:
    opens = OPENS.search(normal(text))
    opens_at = read_moment(opens["when"], now, zone) if opens else None
    told = schedule.read_schedule(OPENS.sub(" ", text), now, zone)
    return replace(
        caption,
        opens_at=opens_at if opens_at and opens_at > now else None,
        preorder=caption.preorder or told.closes_at is not None,
        closes_at=told.closes_at,
        delivers_on=told.delivers_on,
        day_part=told.day_part,
    )


def _without_noise(name: str) -> list[str]:
    words = name.split()
    while words and words[-1].casefold().strip(".!?") in SPOKEN.particles | SPOKEN.addressing:
        words.pop()
    return words


# -- options -------------------------------------------------------------------------------------------


def _has_heading(row: Sequence[Token], found: Sequence[Priced]) -> bool:
    """Whether words stand before the first priced ones: "Kue kering: nastar 85rb, kastengel 95rb"."""
    if not found:
        return False
    first = next((one for one in found if one.words), found[0])
    start = first.words[0] if first.words else first.at
    return any(
        token.kind == "word" and token.role == "" and not beside.says_nothing(token.low) for token in row[:start]
    )


def _options(row: Sequence[Token], found: Sequence[Priced], priced: Pricing) -> tuple[Option, ...]:
    """Options with prices of their own, then those only named; a bundle stands beside either."""
    own = [Option(name, price) for name, price in priced.options]
    labels = {name for name, _ in priced.options}
    for one in found:
        if pricing.words_of(row, one) in labels:
            _take(row, one)
    named = options.choices(row)
    if named and (not own or _only_bundles(row, found, labels)):
        return tuple(_named(row, named, found) + own)
    return tuple(own + ([] if named else _surcharged(row, found)))


def _take(row: Sequence[Token], one: Priced) -> None:
    for place in one.words:
        row[place].role = "option"


def _only_bundles(row: Sequence[Token], found: Sequence[Priced], labels: set[str]) -> bool:
    priced = [one for one in found if not one.plus and pricing.label(row, one) in labels]
    return all(one.beside in {"bundle", "measure", "contents"} for one in priced)


def _named(row: Sequence[Token], named: Sequence[options.Choice], found: Sequence[Priced]) -> list[Option]:
    """Named options with the surcharge that follows them, if one does."""
    extras = [one for one in found if one.plus and one.amount]
    made = []
    for place, choice in enumerate(named):
        after = named[place + 1].at if place + 1 < len(named) else len(row)
        mine = [
            one
            for one in extras
            if choice.at < one.at and (one.at < after or (choice.shared and not _has_own(named, place, extras)))
        ]
        extra = mine[0].amount if mine else None
        made.append(Option(choice.name, extra=extra, adds=bool(mine) and choice.shared))
    return made


def _has_own(named: Sequence[options.Choice], place: int, extras: Sequence[Priced]) -> bool:
    """Whether earlier items of the same list have surcharges of their own; then this one has none to share."""
    return any(one.at < named[place].at for one in extras)


def _surcharged(row: Sequence[Token], found: Sequence[Priced]) -> list[Option]:
    """ "keju +10rb": whatever stands before a surcharge, without any word that announces it."""
    made = []
    for one in found:
        if one.plus and one.amount and one.words:
            names = _split(row, one)
            made += [Option(name, extra=one.amount, adds=True) for name in names]
            _take(row, one)
    return made


def _split(row: Sequence[Token], one: Priced) -> list[str]:
    """ "keju/coklat +10rb" is two."""
    start = one.words[0]
    while start >= 2 and row[start - 1].low in {"/", "&", "dan", "atau", "and", "or"} and row[start - 2].kind == "word":
        start -= 2
        row[start].role = "option"
    names = [""]
    for token in row[start : one.words[-1] + 1]:
        if token.low in {"/", "&", "dan", "atau", "and", "or"}:
            names.append("")
        else:
            names[-1] = f"{names[-1]} {token.low}".strip()
    return [name for name in names if name]


def _said(pattern: re.Pattern[str], spelt: str) -> str | None:
    found = pattern.search(spelt)
    return " ".join(found[1].split()).strip(" ,-") or None if found else None
