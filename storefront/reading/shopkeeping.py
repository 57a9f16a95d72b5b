"""How a seller says when and where her shop is there: days off, hours, pickup points, slots, fees by distance.

Pure: words in, one of the values below out, or None. A day that has gone and a slot without room are told apart from
what was not meant at all. Never raises.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from storefront.reading.noise import clean
from storefront.reading.prices import find_prices
from storefront.reading.times import read_day

LONGEST = 300
MOST_POINTS = 8
POINT_LONGEST = 40
MOST_ROOM = 500
MOST_KM = 100

AWAY = re.compile(r"(?:saya |kita |toko |kami )?(?:libur|tutup libur|away|off)\s+(?P<rest>.+)", re.IGNORECASE)
NOT_AWAY = re.compile(
    r"(?:(?:batal|tidak jadi|ga jadi|gak jadi|nggak jadi|selesai) libur|(?:sudah |udah )?masuk lagi|not away|back from"
    r" (?:away|holiday))",
    re.IGNORECASE,
)
UNTIL = re.compile(r"\s*(?:sampai dengan|sampai|sampe|s/d|sd|until|till|to|hingga|–|-)\s*", re.IGNORECASE)
CLOCK = r"(\d{1,2})(?:[.:](\d{2}))?"
HOURS = re.compile(
    rf"(?:jam )?(?:buka|open)(?:nya)?(?: jam| from)?\s*{CLOCK}\s*(?:pagi|am)?\s*"
    rf"(?:-|–|sampai|sampe|s/d|to|until)\s*(?:jam )?{CLOCK}\s*(?P<part>siang|sore|malam|mlm|pm)?",
    re.IGNORECASE,
)
ALWAYS = re.compile(r"(?:buka terus|buka 24 jam|selalu buka|always open|open always)", re.IGNORECASE)
POINTS = re.compile(r"(?:titik ambil|tempat ambil|pickup at|pickup points?)\s*:?\s*(?P<rest>.+)", re.IGNORECASE)
NO_POINTS = re.compile(r"(?:tidak ada|ga ada|gak ada|hapus|none|no)(?: titik ambil)?", re.IGNORECASE)
SLOT = re.compile(r"slot\s+(?P<day>[^\d].*?|\d{1,2} [a-z]+)\s+(?P<rest>\d.*)", re.IGNORECASE)
HOUR = re.compile(
    rf"{CLOCK}\s*(?:-|–|sampai|to)\s*{CLOCK}\s*(?:(?:maks|max|isi|at most)\s*)?(?P<room>[-−]?\d{{1,6}})?"
    r"\s*(?:pesanan|orders?)?\s*(?P<way>antar|kirim|deliver(?:y)?|ambil|pick ?up)?",
    re.IGNORECASE,
)
BY_KM = re.compile(r"(?:ongkir|fee|delivery)\s+(?P<rest>(?:sampai |up to )?\d{1,3}(?:[.,]\d)? ?km\b.*)", re.IGNORECASE)
STEP = re.compile(r"(?:sampai |up to )?(\d{1,3})(?:[.,]\d)? ?km\s*(?:=|:)?\s*(.+)", re.IGNORECASE)


@dataclass(frozen=True)
class Away:
    """Days off, both included; ``until`` before ``since`` or before today is a slip of the tongue."""

    since: date
    until: date


@dataclass(frozen=True)
class Back:
    """She is there again."""


@dataclass(frozen=True)
class Hours:
    """``08:00-17:00``; None: whenever."""

    text: str | None


@dataclass(frozen=True)
class Points:
    names: tuple[str, ...]


@dataclass(frozen=True)
class SlotWords:
    """Hours of one day: from, until, room for so many orders (None where that was no sensible number)."""

    day: date
    hours: tuple[tuple[str, str, int | None, str], ...]


@dataclass(frozen=True)
class FeesByDistance:
    """Up to so many kilometres, so much in whole rupiah; the nearest first."""

    steps: tuple[tuple[int, int], ...]


Said = Away | Back | Hours | Points | SlotWords | FeesByDistance


def read_shopkeeping(text: str, now: datetime, zone: ZoneInfo) -> Said | None:
    """What a seller says of her shop's times and places."""
    message = clean(text).strip(" .!")
    if "?" in text or not 4 <= len(message) <= LONGEST:
        return None
    if NOT_AWAY.fullmatch(message):
        return Back()
    if ALWAYS.fullmatch(message):
        return Hours(None)
    for pattern, read in READERS:
        match = pattern.fullmatch(message)
        found = read(match, now, zone) if match else None
        if found is not None:
            return found
    return None


def days_off(match: re.Match[str], now: datetime, zone: ZoneInfo) -> Away | None:
    first, *last = UNTIL.split(with_month(match["rest"]), maxsplit=1)
    until = read_day(last[0], now, zone) if last else None
    if first == "" and until is not None:  # "libur sampai senin"
        return Away(now.astimezone(zone).date(), until)
    since = read_day(first, now, zone)
    if since is None:
        return None
    return Away(since, until or since) if until or not last else None


def with_month(days: str) -> str:
    """ "20-22 juni" names the month once: said in full, "20 juni - 22 juni"."""
    return re.sub(r"(?i)^(\d{1,2})(\s*(?:-|–|sampai|until)\s*)(\d{1,2}) ([a-z]{3,})", r"\1 \4\2\3 \4", days)


def opening(match: re.Match[str], *_: object) -> Hours | None:
    start = at(match[1], match[2], "")
    end = at(match[3], match[4], match["part"] or "")
    return Hours(f"{start}-{end}") if start and end and start < end else None


def at(hour: str, minute: str | None, part: str) -> str | None:
    """``17:00``; "5 sore" is 17."""
    hours = int(hour) + (12 if part and int(hour) < 12 else 0)
    return f"{hours:02}:{int(minute or 0):02}" if hours <= 23 and int(minute or 0) <= 59 else None


def points(match: re.Match[str], *_: object) -> Points | None:
    rest = match["rest"].strip()
    if NO_POINTS.fullmatch(rest):
        return Points(())
    names = tuple(dict.fromkeys(piece.strip(" .,") for piece in re.split(r"[;|/]|,(?=\s)", rest)))
    named = tuple(name[:1].upper() + name[1:] for name in names if name)
    fits = 0 < len(named) <= MOST_POINTS and all(len(name) <= POINT_LONGEST for name in named)
    return Points(named) if fits else None


def slots(match: re.Match[str], now: datetime, zone: ZoneInfo) -> SlotWords | None:
    day = read_day(match["day"], now, zone)
    hours = []
    for piece in re.split(r"[,;]\s*", match["rest"]):
        found = HOUR.fullmatch(piece.strip())
        start, end = (at(found[1], found[2], ""), at(found[3], found[4], "")) if found else (None, None)
        if day is None or found is None or start is None or end is None or start >= end:
            return None
        way = "pickup" if (found["way"] or "").casefold() in {"ambil", "pickup", "pick up"} else "deliver"
        hours.append((start, end, room(found["room"]), way))
    return SlotWords(day, tuple(hours)) if day else None


def room(said: str | None) -> int | None:
    """How many orders a slot takes; None where that is no sensible number."""
    return int(said) if said and said.isdecimal() and 1 <= int(said) <= MOST_ROOM else None


def by_distance(match: re.Match[str], *_: object) -> FeesByDistance | None:
    steps = []
    for piece in re.split(r"[,;](?=\s)", match["rest"]):
        found = STEP.fullmatch(piece.strip())
        prices = find_prices(found[2]) if found else []
        is_free = found is not None and found[2].strip().casefold() in {"gratis", "free", "0"}
        if found is None or not 0 < int(found[1]) <= MOST_KM or not (is_free or len(prices) == 1):
            return None
        steps.append((int(found[1]), 0 if is_free else prices[0].amount))
    return FeesByDistance(tuple(sorted(steps)))


READERS = (
    (AWAY, days_off),
    (HOURS, opening),
    (POINTS, points),
    (SLOT, slots),
    (BY_KM, by_distance),
)
