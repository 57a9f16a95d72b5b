"""A living hub to meet Getok in: three shops, five neighbours who recommend, forty households, eight weeks up to now.

cast        who lives here and what is sold            photos      what it looks like
calendar    what happens when, and the clock           town        people, shops and deals while history is made
sales       the life of an order                       weeks       who buys what in which week, and paydays
last_days   the phones come alive: the end is a story  progress    the line on the terminal meanwhile

Everything in it really happened, by the use cases and by the clock. The same seed makes the same history; only what
must never be guessed (invitations, names of pictures) differs.
"""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import structlog

from bots.demo import last_days, weeks
from bots.demo.calendar import Calendar
from bots.demo.progress import Progress
from bots.demo.town import Town
from bots.hub import Simulated
from storefront.database import Database

WEEKS = 8
SEED = 20


def live_a_little(hub: Simulated) -> None:
    """Make the history up to this very moment, then let the clock run."""
    make_history(hub, hub.now())
    hub.movable.run()
    hub.settle()


def make_history(hub: Simulated, end: datetime, *, number: int = WEEKS, seed: int = SEED) -> None:
    """So many weeks of history that end at a moment."""
    calendar = Calendar(hub, end, number)
    town = Town(hub, calendar, seed)
    first = calendar.at(-7 * number, 7, 15)
    hub.movable.moment = first  # it stands between two events
    progress = Progress(first, end, number)
    with hushed(), hastily(hub.database), tempfile.TemporaryDirectory() as folder:
        town.open_shops(first)
        town.plan_joining()
        last_days.plan(town, Path(folder))
        weeks.plan(town)
        calendar.turn(end, progress.reach)
    progress.done()


@contextmanager
def hushed() -> Iterator[None]:
    """Only what goes wrong is written to the log; a line for each message would tear the progress line apart."""
    usual = structlog.get_config()
    structlog.configure(**{**usual, "wrapper_class": structlog.make_filtering_bound_logger(logging.WARNING)})
    try:
        yield
    finally:
        structlog.configure(**usual)


@contextmanager
def hastily(database: Database) -> Iterator[None]:
    """Do not wait for the disk while a database is made that is thrown away if this fails."""
    if not database.is_sqlite:
        yield
        return
    waits_for_disk(database, "OFF")
    try:
        yield
    finally:
        waits_for_disk(database, "FULL")


def waits_for_disk(database: Database, how: str) -> None:
    connection = database.writing.raw_connection()  # the pool's only one; the level does not change in a transaction
    try:
        connection.cursor().execute(f"PRAGMA synchronous={how}")
    finally:
        connection.close()
