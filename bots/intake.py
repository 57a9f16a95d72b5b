"""The way in: what a channel delivers is counted, kept, and only then acknowledged.

Kept means in the inbox; or, for a channel that says everything once, on disk while the database does not
answer. A person who sends more than anybody can mean is told once and not heard for the rest of the
minute, so that one flood is nobody else's wait.
"""

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storefront import inbox, outbox, people
from storefront.database import Database, Writer
from storefront.inbox import Event
from storefront.spool import Spool

log = structlog.get_logger()

A_MINUTE = 40  # a seller who ticks off a list taps faster than one who chats; nobody means more than this
SENDERS_REMEMBERED = 50_000
PATIENCE_S = 9  # of the 15 seconds within which Twilio wants an answer
CLERKS = 4


class Flood:
    """How many messages each sender sent in a minute. Counted in this process, by the time they were sent."""

    def __init__(self, a_minute: int = A_MINUTE) -> None:
        self.a_minute = a_minute
        self.minutes: dict[tuple[str, int], dict[str, int]] = {}
        self.guard = threading.Lock()

    def number(self, sender: str, key: str, at: datetime) -> int:
        """The how-manieth of its minute this one is; brought once more, it is still the same one."""
        with self.guard:
            if len(self.minutes) > SENDERS_REMEMBERED:
                self.minutes.clear()
            minute = self.minutes.setdefault((sender, int(at.timestamp()) // 60), {})
            return minute.setdefault(key, len(minute) + 1)


class Intake:
    """One process's door."""

    def __init__(self, database: Database, spool: Spool, flood: Flood | None) -> None:
        self.database = database
        self.spool = spool
        self.flood = flood
        self.clerks = ThreadPoolExecutor(CLERKS, "intake")

    def take(self, event: Event, now: datetime) -> None:
        """Keep one event in the inbox. Raises what the database raises when it does not answer."""
        with self.database.write() as db:
            self.admit(db, event, now, now)

    def take_for_good(self, event: Event, now: datetime) -> None:
        """Keep one event whatever the database does. Raises OSError only when the disk takes nothing either.

        While older events wait on disk, newer ones go behind them: a sender's messages keep their order.
        """
        if self.spool.waiting() or not self.taken_in_time(event, now):
            self.spool.keep(event, now)

    def taken_in_time(self, event: Event, now: datetime) -> bool:
        """Whether the database took it while the channel still listens; kept twice is kept once."""
        try:
            self.clerks.submit(self.take, event, now).result(PATIENCE_S)
        except (DBAPIError, PoolTimeout, FutureTimeout) as fault:
            log.warning("kept on disk: the database does not answer", source=event.source, fault=type(fault).__name__)
            return False
        return True

    def admit(self, db: Writer, event: Event, at: datetime, now: datetime) -> None:
        """Keep it, unless its sender floods us. ``at`` is when it was sent, as far as the channel says."""
        number = self.flood.number(event.sender, event.key, at) if self.flood else 0
        if self.flood and number > self.flood.a_minute:
            return self.slow_down(db, event, now) if number == self.flood.a_minute + 1 else None
        inbox.admit(db, *event, now)
        return None

    def admit_all(self, db: Writer, events: Iterable[tuple[Event, datetime]], now: datetime) -> None:
        for event, at in events:
            self.admit(db, event, at, now)

    def slow_down(self, db: Writer, event: Event, now: datetime) -> None:
        """Ask her to wait a minute, once."""
        met = people.by_sender(db, event.source, event.sender.partition(":")[2])
        log.warning("a flood", source=event.source, person=met.person_id if met else None)
        if met:
            outbox.tell(db, met.person_id, "slow_down", {}, now)

    def empty_spool(self) -> int:
        """Take what waits on disk into the inbox; returns how much there was."""
        if not self.spool.waiting():
            return 0
        with self.database.write() as db:
            taken = list(self.spool.drain(db))
        for path in taken:
            path.unlink(missing_ok=True)  # another process may have drained the same folder
        log.info("events came in from disk", events=len(taken))
        return len(taken)
