"""What forms and addresses bring, read once: numbers, sums as people write them, words, moments."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import request

from storefront.reading.prices import read_price
from storefront.refusals import NothingSaid, NotSure

LONGEST_WORDS = 600
LONGEST_SEARCH = 60


def a_number(text: str | None) -> int:
    """A row's number; 0 for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else 0


def an_amount(text: str | None) -> int | None:
    """A sum as people write it: 15000, 15.000, 15rb, Rp 15.000; None for anything else, or too much to be one."""
    plain = (text or "").strip().removeprefix("Rp").strip()
    if plain.isascii() and plain.isdecimal() and len(plain) < 12:
        return int(plain)
    return read_price(plain[:40])


def a_count(text: str | None) -> int | None:
    """How many of something; None where nothing, or no such number, stands there."""
    plain = (text or "").strip()
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 7 else None


def words(name: str, most: int = LONGEST_WORDS) -> str:
    """What she wrote into a field, in one piece, no longer than that."""
    return " ".join(request.form.get(name, "").replace("\0", "").split())[:most]


def searched() -> str:
    """What she looks for, by the field of that name in the address."""
    return request.args.get("q", "").strip().replace("\0", "")[:LONGEST_SEARCH]


def a_day(text: str | None) -> date | None:
    """A day as a date field sends it (HTML, "valid date string")."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def a_moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    """A moment as a field of day and hour sends it, which is local time without a zone."""
    try:
        local = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return local.replace(tzinfo=zone) if local.tzinfo is None else None


def must_be_sure() -> None:
    """Raises `NotSure` unless she ticked that she is: for what cannot be taken back."""
    if request.form.get("sure") != "1":
        raise NotSure


def must_say(name: str = "words") -> str:
    """What she wrote into a field. Raises `NothingSaid`."""
    said = words(name)
    if not said:
        raise NothingSaid
    return said
