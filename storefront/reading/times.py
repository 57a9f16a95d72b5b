"""Days and hours as people write them: "kamis jam 8 mlm", "18/6 20.00", "besok sore", "thursday 8 pm"."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from storefront.reading.noise import clean

DayPart = Literal["pagi", "siang", "sore", "malam"]

WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "senin monday mon",
            "selasa tuesday tue",
            "rabu wednesday wed",
            "kamis thursday thu",
            "jumat jum'at jum’at friday fri",
            "sabtu saturday sat",
            "minggu ahad sunday sun",
        )
    )
    for name in names.split()
}
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari february pebruari feb",
            "maret march mar mrt",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agu aug agt",
            "september sept sep",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        start=1,
    )
    for name in names.split()
}
RELATIVE = {
    "hari ini": 0, "hr ini": 0, "today": 0, "tonight": 0, "nanti malam": 0,
    "besok": 1, "bsk": 1, "tomorrow": 1, "lusa": 2,
}  # fmt: skip
DAY_PARTS: dict[str, DayPart] = {
    "pagi": "pagi", "pg": "pagi", "morning": "pagi",
    "siang": "siang", "noon": "siang", "afternoon": "siang",
    "sore": "sore", "sr": "sore",
    "malam": "malam", "mlm": "malam", "malem": "malam", "evening": "malam", "night": "malam", "tonight": "malam",
}  # fmt: skip
HOURS: dict[DayPart, range] = {
    "pagi": range(1, 12),
    "siang": range(10, 18),
    "sore": range(14, 19),
    "malam": range(17, 25),
}
ZONES = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


PARTS = _any_of(DAY_PARTS)
DAY = re.compile(
    rf"""
    (?P<relative>\b(?:{_any_of(RELATIVE)})\b)
    | (?P<eve>\b(?:malam|malem|mlm)\s)?\b(?P<weekday>{_any_of(WEEKDAYS)})\b(?P<vague>\s(?:depan|lalu|kemarin)\b)?
    | (?<![\w/.])(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<month>{_any_of(MONTHS)})\b(?:\s(?P<year>20\d\d)\b)?
    | \b(?P<english>{_any_of(MONTHS)})\s(?P<nth>\d{{1,2}})(?:st|nd|rd|th)?\b
    | (?<![\w/.])(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})(?:/(?P<y>20\d\d|\d\d))?(?![\w/])
    | \b(?:tgl|tanggal)\.?\s?(?P<alone>\d{{1,2}})\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
CLOCK = re.compile(
    rf"""
    (?<![\w.,:/])
    (?P<said>(?:jam|jm|pukul|pkl|at)\.?\s?)?(?P<half>(?:setengah|stgh)\s)?
    (?P<hour>\d{{1,2}})(?:[.:](?P<minute>[0-5]\d))?(?!\d|[.,:/]\d)
    \s?(?P<ampm>[ap]\.?m\b)?(?:in\sthe\s|at\s)?(?P<part>(?:{PARTS})\b)?
    """,
    re.IGNORECASE | re.VERBOSE,
)
HOUR_WORDS = {
    word.replace("_", " "): str(hour)
    for hour, words in enumerate(
        ("satu one", "dua two", "tiga three", "empat four", "lima five", "enam six", "tujuh seven", "delapan eight",
         "sembilan nine", "sepuluh ten", "sebelas eleven", "dua_belas twelve"),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
SAID_HOUR = re.compile(rf"\b(jam|jm|pukul|pkl|setengah|stgh)\s({_any_of(HOUR_WORDS)})\b(?!\sbelas)", re.IGNORECASE)
PRAYERS = {
    "subuh": "05.00", "shubuh": "05.00", "zuhur": "12.30", "dzuhur": "12.30", "duhur": "12.30", "lohor": "12.30",
    "jumatan": "13.00", "asar": "15.30", "ashar": "15.30", "magrib": "18.15", "maghrib": "18.15", "isya": "19.30",
    "tarawih": "21.00", "taraweh": "21.00",
}  # fmt: skip
AFTER_PRAYER = re.compile(
    rf"\b(?:(?:habis|abis|ba'?da|bakda|sesudah|setelah|sehabis|after)\s)?(?:sholat\s|salat\s)?({_any_of(PRAYERS)})\b",
    re.IGNORECASE,
)
BESIDE_HOUR = re.compile(
    r"\b(?:jam|jm|pukul|pkl)\s(\d{1,2})\s(kurang|lewat|lebih)\s(\d{1,2}|seperempat)\b(?:\smenit)?", re.IGNORECASE
)
PART = re.compile(rf"\b(?:{PARTS})\b", re.IGNORECASE)
ZONE = re.compile(r"\b(?:wib|wita|wit)\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Day:
    """A day somebody named; a weekday comes again."""

    date: date
    weekly: bool
    eve: bool
    start: int
    end: int


def read_moment(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The one day and hour the text names, in UTC; None when either is missing or could be two things.

    A weekday whose hour has passed today is next week's.
    """
    message, zone = spelt_out(clean(text)), _zone_named(text, zone)
    day = _only_day(message, now.astimezone(zone).date())
    if day is None:
        return None
    rest = message[: day.start] + " " + message[day.end :]
    clock = _read_clock(rest, "malam" if day.eve else None)
    if clock is None:
        return None
    moment = _at(day.date, clock, zone)
    return _at(day.date + timedelta(days=7), clock, zone) if day.weekly and moment <= now else moment


def spelt_out(message: str) -> str:
    """Hours as clocks show them: "setengah tiga" is half *to* three, "habis magrib" is about 18.15.

    The hours of prayer are those of Java, to a quarter of an hour; what comes of them is always said back.
    """
    message = SAID_HOUR.sub(lambda found: f"{found[1]} {HOUR_WORDS[found[2].casefold()]}", message)
    message = AFTER_PRAYER.sub(lambda found: f"jam {PRAYERS[found[1].casefold()]}", message)
    return BESIDE_HOUR.sub(_beside, message)


def _beside(found: re.Match[str]) -> str:
    """ "jam 3 kurang 15" is 2.45, "jam 3 lewat 15" is 3.15."""
    minutes = 15 if found[3].casefold() == "seperempat" else int(found[3])
    hour = int(found[1])
    if minutes > 59 or not 1 <= hour <= 23:
        return found[0]
    if found[2].casefold() != "kurang":
        return f"jam {hour}.{minutes:02}"
    return f"jam {hour - 1 or 12}.{60 - minutes:02}"


def read_day(text: str, now: datetime, zone: ZoneInfo) -> date | None:
    """The one day the text names; a weekday is the next such day, today if it is today."""
    today = now.astimezone(zone).date()
    day = _only_day(clean(text), today)
    return day.date if day else None


def read_day_from(text: str, now: datetime, zone: ZoneInfo, first: date) -> date | None:
    """The same, where a weekday is the next such day on or after `first`."""
    day = _only_day(clean(text), now.astimezone(zone).date())
    if day is None:
        return None
    return first + timedelta(days=(day.date.weekday() - first.weekday()) % 7) if day.weekly else day.date


def read_day_part(text: str) -> DayPart | None:
    parts = {DAY_PARTS[match[0].casefold()] for match in PART.finditer(clean(text))}
    return parts.pop() if len(parts) == 1 else None


def _zone_named(text: str, zone: ZoneInfo) -> ZoneInfo:
    match = ZONE.search(clean(text))
    return ZoneInfo(ZONES[match[0].casefold()]) if match else zone


def _only_day(message: str, today: date) -> _Day | None:
    days = list(_days(message, today))
    named = {day.date for day in days if day}
    return days[0] if len(named) == 1 and None not in days else None


def _days(message: str, today: date) -> Iterator[_Day | None]:
    for match in DAY.finditer(message):
        weekly = match["weekday"] is not None
        day = _date_of(match, today)
        yield _Day(day, weekly, match["eve"] is not None, match.start(), match.end()) if day else None


def _date_of(match: re.Match[str], today: date) -> date | None:
    if match["relative"]:
        return today + timedelta(days=RELATIVE[match["relative"].casefold()])
    if match["weekday"]:
        return None if match["vague"] else _weekday(match["weekday"], today, match["eve"] is not None)
    if match["alone"]:
        return _day_of_month(int(match["alone"]), today)
    if match["d"]:
        year = int(match["y"][-2:]) + 2000 if match["y"] else None
        return _dated(int(match["d"]), int(match["m"]), year, today)
    month, day = (match["month"], match["day"]) if match["month"] else (match["english"], match["nth"])
    return _dated(int(day), MONTHS[month.casefold()], int(match["year"]) if match["year"] else None, today)


def _weekday(name: str, today: date, eve: bool) -> date:
    # "malam Minggu" is the evening before Sunday; "Minggu malam" is Sunday's own.
    wanted = (WEEKDAYS[name.casefold()] - eve) % 7
    return today + timedelta(days=(wanted - today.weekday()) % 7)


def _day_of_month(day: int, today: date) -> date | None:
    for ahead in range(2):
        year, month = today.year + (today.month + ahead > 12), (today.month + ahead - 1) % 12 + 1
        found = _dated(day, month, year, today)
        if found is None or found >= today:
            return found
    return None


def _dated(day: int, month: int, year: int | None, today: date) -> date | None:
    try:
        found = date(year or today.year, month, day)
        if year or found >= today:
            return found
        # A date of a few weeks ago is a slip of the pen to ask about; one long gone means next year's.
        return found.replace(year=found.year + 1) if (today - found).days > 60 else None
    except ValueError:
        return None


def _read_clock(message: str, eve: DayPart | None) -> int | None:
    """Minutes since midnight; 24 hours and more run into the next day."""
    part = read_day_part(message) or eve
    clocks = {_minutes(match, part) for match in CLOCK.finditer(message) if _is_clock(match)}
    return clocks.pop() if len(clocks) == 1 else None


def _is_clock(match: re.Match[str]) -> bool:
    return any(match[group] for group in ("said", "minute", "ampm", "part"))


def _minutes(match: re.Match[str], around: DayPart | None) -> int | None:
    """What a clock says; without a part of its own, the one said elsewhere in the message holds."""
    written = match["minute"] is not None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if hour > 23 or (match["half"] and (written or not 1 <= hour <= 12)):
        return None
    if match["ampm"]:
        return _twelve(hour, minute, match["ampm"][0].casefold() == "p")
    part = DAY_PARTS[match["part"].casefold()] if match["part"] else around
    if part and 1 <= hour <= 12:
        full = next((candidate for candidate in (hour, hour + 12) if candidate in HOURS[part]), None)
    else:
        # "jam 5" could be dawn or dusk; "jam 10" and "05.00" are taken as written and read back to her.
        full = hour if written or hour >= 7 else None
    return None if full is None else full * 60 + minute - (30 if match["half"] else 0)


def _twelve(hour: int, minute: int, afternoon: bool) -> int | None:
    return (hour % 12 + 12 * afternoon) * 60 + minute if 1 <= hour <= 12 else None


def _at(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    midnight = datetime.combine(day, time(), zone)
    return (midnight + timedelta(minutes=minutes)).astimezone(UTC)
