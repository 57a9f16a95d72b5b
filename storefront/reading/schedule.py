"""An open PO in a seller's words: until when one orders, on which day it comes, how many there will be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from storefront.reading.noise import clean_lines
from storefront.reading.times import DayPart, read_day_from, read_day_part, read_moment

T = TypeVar("T")

COMMAS = re.compile(r"\s*(?:,(?![\d-])|,(?=\d+\s)|[;|•·✨\n]|\.(?=\s|$))\s*")
ABBREVIATED = re.compile(r"\b(rp|no|min|maks|max|jl|uk)\.(?=\s)", re.IGNORECASE)
MARKERS = re.compile(
    r"\s(?=(?:po\s)?(?:tutup|ditutup|close[sd]?)\b|(?:di)?kirim\b|diantar\b"
    r"|(?:max|maks|maksimal|kuota|quota)\b\W{0,3}\d)",
    re.IGNORECASE,
)
DAYS_BEFORE = re.compile(r"\bh\s?-\s?(\d)\b", re.IGNORECASE)
CLOSES = re.compile(
    r"\b(?:tutup|ditutup|close[sd]?|closing|order sampai|pesan sampai|last order|terakhir|order by)\b", re.IGNORECASE
)
DELIVERS = re.compile(
    r"\b(?:(?:di|pe)?kirim(?:an)?|diantar|antar|diambil|ambil|deliver(?:y|ed|s)?|sent|ships?)\b", re.IGNORECASE
)
QUOTA = re.compile(
    r"\b(?:max|maks|maksimal|maximum|kuota|quota)\b\W{0,3}(\d{1,5})\b(?![.,]\d)"
    r"(?! ?(?:\w{1,12} )?(?:per|/) ?(?:orang|order|person))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Schedule:
    """When orders close (UTC), when the goods come, and how many there are at the most."""

    closes_at: datetime | None = None
    delivers_on: date | None = None
    day_part: DayPart | None = None
    quota: int | None = None


def read_schedule(text: str, now: datetime, zone: ZoneInfo) -> Schedule:
    """What a caption says of its PO; what could be two things is None. Delivery never comes before the closing."""
    pieces = list(_pieces(text))
    delivery = [piece for piece in pieces if DELIVERS.search(piece) and not CLOSES.search(piece)]
    closing = [counted_back(piece, delivery, now, zone) for piece in pieces if CLOSES.search(piece)]
    closes_at = only([read_moment(piece, now, zone) for piece in closing])
    first = (closes_at or now).astimezone(zone).date()
    days = [read_day_from(piece, now, zone, first) for piece in delivery]
    return Schedule(
        closes_at,
        only([day for day in days if day and day >= first]),
        only([part for part in map(read_day_part, delivery) if part]),
        read_quota(text),
    )


def counted_back(piece: str, delivery: list[str], now: datetime, zone: ZoneInfo) -> str:
    """ "tutup H-1 jam 8 malam": so many days before it is delivered, where that day is named."""
    found = DAYS_BEFORE.search(piece)
    if found is None:
        return piece
    comes = only(
        [day for day in (read_day_from(one, now, zone, now.astimezone(zone).date()) for one in delivery) if day]
    )
    if comes is None:
        return piece
    return DAYS_BEFORE.sub(f"{comes - timedelta(days=int(found[1])):%-d/%-m/%Y}", piece)


def read_quota(text: str) -> int | None:
    return only([int(found[1]) for piece in _pieces(text) for found in QUOTA.finditer(piece)])


def _pieces(text: str) -> Iterator[str]:
    """The text cut where a new thing begins."""
    for line in clean_lines(text):
        for part in COMMAS.split(ABBREVIATED.sub(r"\1", line)):
            for piece in MARKERS.split(part):
                if piece.strip():
                    yield piece.strip()


def only(values: list[T]) -> T | None:
    """The one value all agree on."""
    return values[0] if values and all(value == values[0] for value in values) else None
