"""What a picture is made of: plain values, so that it can be kept as JSON, signed in a link, and drawn only once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Recommender:
    """Who recommends and earns by it. Whatever shows her code says so: there is no picture of one without the other."""

    name: str
    code: str

    def __post_init__(self) -> None:
        assert self.name or self.code, "somebody earns by this picture"


TEMPLATES = ("", "full", "framed")  #: the photo above the words, behind them, in a frame


@dataclass(frozen=True)
class Offer:
    """A product as it is shown to people who may want it; without a name it is the shop itself.

    ``prices`` are (option, price), the plain one first; ``link`` becomes the QR code; ``template``: one of
    `TEMPLATES`.
    """

    shop: str
    place: str = ""
    letters: str = ""
    name: str = ""
    unit: str = ""
    currency: str = "IDR"
    prices: tuple[tuple[str, int], ...] = ()
    closes_at: datetime | None = None
    delivers_on: date | None = None
    day_part: str | None = None
    link: str = ""
    recommender: Recommender | None = None
    template: str = ""

    def as_json(self) -> dict[str, Any]:
        """Only what is said: links are made of this, and short ones are better."""
        by = self.recommender
        values = vars(self) | {
            "closes_at": self.closes_at.isoformat() if self.closes_at else None,
            "delivers_on": self.delivers_on.isoformat() if self.delivers_on else None,
            "recommender": [by.name, by.code] if by else None,
        }
        return {name: value for name, value in values.items() if value}


def offer_from_json(data: dict[str, Any]) -> Offer:
    closes, day, by = data.get("closes_at"), data.get("delivers_on"), data.get("recommender")
    return Offer(
        **data
        | {
            "prices": tuple((name, amount) for name, amount in data.get("prices", ())),
            "closes_at": datetime.fromisoformat(closes) if closes else None,
            "delivers_on": date.fromisoformat(day) if day else None,
            "recommender": Recommender(*by) if by else None,
        }
    )


@dataclass(frozen=True)
class Payment:
    """One order's money: the code to scan, what it comes to exactly, whose name appears, how long it is held."""

    payload: str
    amount: int
    currency: str
    holder: str
    code: str
    shop: str
    letters: str
    until: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        return vars(self) | {"until": self.until.isoformat() if self.until else None}


def payment_from_json(data: dict[str, Any]) -> Payment:
    until = data.get("until")
    return Payment(**data | {"until": datetime.fromisoformat(until) if until else None})


@dataclass(frozen=True)
class Sales:
    """What a shop sold, one sum a day or a week (which then begins on the day named)."""

    shop: str
    letters: str
    currency: str
    sums: Sequence[tuple[date, int]]
    by_week: bool = False


@dataclass(frozen=True)
class Span:
    """What was sold in a day, a week or a month, bar by bar: what stands under each, and its sum."""

    title: str
    subtitle: str
    letters: str
    currency: str
    bars: Sequence[tuple[str, int]]

    def as_json(self) -> dict[str, Any]:
        return vars(self) | {"bars": [list(bar) for bar in self.bars]}


@dataclass(frozen=True)
class Week:
    """A creator's commissions of one week by where they stand; ``begins`` is its Monday."""

    begins: date
    pending: int = 0
    payable: int = 0
    paid: int = 0
    confirmed: int = 0

    @property
    def by_state(self) -> tuple[int, int, int, int]:
        """From the safest upwards: what has arrived is the ground the rest stands on."""
        return self.confirmed, self.paid, self.payable, self.pending


@dataclass(frozen=True)
class Earned:
    """A creator's weeks, the oldest first."""

    creator: str
    currency: str
    weeks: Sequence[Week]


@dataclass(frozen=True)
class Testimonial:
    """A review its buyer lets be shown: words as they are, her initial, nothing else of her."""

    shop: str
    letters: str
    product: str
    stars: int
    words: str
    initial: str

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True)
class Month:
    """What a neighbourhood did in a month (``2026-06``): sums of everybody; ``days`` until the money was there."""

    month: str
    kitchens: int
    orders: int
    paid: int
    confirmed: int
    days: int | None = None

    @property
    def first_day(self) -> date:
        year, month = self.month.split("-")
        return date(int(year), int(month), 1)

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))
