"""Where a message's time goes: a profile of each kind, summed up by whose code it is.

The profiler makes every call dearer than it is, so these are shares and no times. It sees the thread that works; what
python-telegram-bot does in its own thread shows as waiting for it. A built-in counts for whoever called it.
"""

import cProfile
import pstats
from collections import Counter
from collections.abc import Callable
from typing import Any

from benchmarks.messages import WARM_UP, walked
from benchmarks.subject import Subject, Worked
from tests.faults.databases import Shelf

PROFILED = ("menu", "open", "place", "confirm")
DRIVER = "the database and its driver"
REST = "the rest of Python"
ROOMS = {
    "/sqlalchemy/": "SQLAlchemy",
    "/qrcode/": "drawing the QR code",
    "/PIL/": "drawing the QR code",
    "/telegram/": "python-telegram-bot and waiting for its thread",
    "/asyncio/": "python-telegram-bot and waiting for its thread",
    "/concurrent/futures/": "python-telegram-bot and waiting for its thread",
    "threading.py": "python-telegram-bot and waiting for its thread",
    "/storefront/": "storefront/",
    "/referral/": "referral/",
    "/bots/": "bots/",
    "/psycopg": DRIVER,
}
DRIVEN = ("sqlite3", "psycopg")

Function = tuple[str, int, str]


def measured(shelf: Shelf, rounds: int, warm_up: int = WARM_UP) -> dict[str, Counter[str]]:
    """The share of each room in each kind, on SQLite."""
    subject = Subject(shelf.new("sqlite"), rounds + warm_up)
    profiles = {name: cProfile.Profile() for name in PROFILED}
    try:
        for number in range(rounds + warm_up):
            walked(subject, number, watched(subject, profiles if number >= warm_up else {}))
    finally:
        subject.close()
    return {name: shares(profile) for name, profile in profiles.items()}


def watched(subject: Subject, profiles: dict[str, cProfile.Profile]) -> Callable[[str, bytes], Worked]:
    """Works on a message under its kind's profiler, if it has one."""

    def work(name: str, body: bytes) -> Worked:
        profile = profiles.get(name)
        return profile.runcall(subject.work, body) if profile else subject.work(body)

    return work


def shares(profile: cProfile.Profile) -> Counter[str]:
    """Each room's part of the whole."""
    spent: Counter[str] = Counter()
    told: dict[Function, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for function, (_, _, seconds, _, callers) in told.items():
        if function[0] != "~" or is_driven(function):
            spent[room(function)] += seconds
            continue
        for caller, (_, _, part, _) in callers.items():
            spent[room(caller)] += part
    whole = sum(spent.values())
    return Counter({name: seconds / whole for name, seconds in spent.items()})


def is_driven(function: Function) -> bool:
    return any(driver in function[2] for driver in DRIVEN)


def room(function: Function) -> str:
    if function[0] == "~" and is_driven(function):
        return DRIVER
    return next((name for part, name in ROOMS.items() if part in function[0]), REST)
