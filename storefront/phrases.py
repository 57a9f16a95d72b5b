"""Say a sentence in somebody's language.

The English sentence is the message id, so that code reads as dialogue; the Indonesian one stands in a
gettext catalogue. ``{kak}`` and ``{kakak}`` in a translation are how we address the reader: Kak, or
Bunda for one who calls herself so. Facts are escaped as they go in, because names are people's own words.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.messages.pofile import read_po
from markupsafe import Markup, escape

from storefront.money import written

LANGUAGES = ("id", "en")
LOCALES = Path(__file__).parent / "locales"

DAY_PARTS = {"pagi": "morning", "siang": "noon", "sore": "afternoon", "malam": "evening"}


@dataclass(frozen=True)
class Voice:
    """How we speak to one person: her language, her zone, how she wants to be called."""

    language: str
    zone: ZoneInfo
    is_bunda: bool = False

    def __call__(self, english: str, **facts: object) -> Markup:
        """The sentence in the reader's language with the facts put in, safe to show as HTML."""
        sentence = translated(self.language, english)
        you = "Bunda" if self.is_bunda else "Kak"
        yours = "Bunda" if self.is_bunda else "Kakak"
        safe = {name: escape(fact) for name, fact in facts.items()}
        return Markup(sentence.format(**{"kak": you, "kakak": yours, **safe}))  # noqa: S704 - facts are escaped

    def money(self, amount: int, currency: str) -> str:
        return written(amount, currency)

    def day(self, day: date) -> str:
        """``Kamis 18 Juni``, ``Thursday 18 June``; of a moment, the day it is where the hub stands."""
        local = day.astimezone(self.zone).date() if isinstance(day, datetime) else day
        return format_date(local, "EEEE d MMMM", locale=self.language)

    def clock(self, moment: datetime | time) -> str:
        """``20.00`` in Indonesian, ``20:00`` in English."""
        local = moment.astimezone(self.zone).time() if isinstance(moment, datetime) else moment
        return format_time(local, "HH.mm" if self.language == "id" else "HH:mm", locale=self.language)

    def when(self, moment: datetime) -> str:
        """``Kamis 18 Juni 20.00``."""
        return f"{self.day(moment)} {self.clock(moment)}"

    def month(self, moment: datetime) -> str:
        return format_datetime(moment.astimezone(self.zone), "MMMM", locale=self.language)

    def month_of(self, day: date) -> str:
        """``Juni``, ``June``: of a day on the calendar."""
        return format_date(day, "MMMM", locale=self.language)

    def day_and_part(self, day: date | None, part: str | None) -> str:
        """``Sabtu 20 Juni pagi``, as far as it is known."""
        spoken = (part if self.language == "id" else DAY_PARTS.get(part or "", part)) or ""
        return " ".join(word for word in (self.day(day) if day else "", spoken) if word)

    def weekday_and_part(self, day: date | None, part: str | None) -> str:
        """``Sabtu pagi``, for people who know which Saturday."""
        spoken = (part if self.language == "id" else DAY_PARTS.get(part or "", part)) or ""
        return " ".join(word for word in (self.weekday(day) if day else "", spoken) if word)

    def weekday(self, day: date) -> str:
        return format_date(day, "EEEE", locale=self.language)

    def percent(self, rate_bp: int) -> str:
        """``10%``, ``7,5%``."""
        text = f"{rate_bp / 100:g}%"
        return text.replace(".", ",") if self.language == "id" else text


def marked(english: str) -> str:
    """A sentence that is said somewhere else; marked here so that its translation is not forgotten."""
    return english


def translated(language: str, english: str) -> str:
    """The sentence in a language; English itself when nobody has translated it yet (a house test forbids that)."""
    return catalogue(language).get(english, english)


@lru_cache
def catalogue(language: str) -> dict[str, str]:
    """Every sentence of one language, read once."""
    path = LOCALES / language / "LC_MESSAGES" / "getok.po"
    if language == "en" or not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id and message.string}
