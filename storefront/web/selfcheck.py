"""Whether the books still add up, as the public page says it: checked anew at most every ten minutes, by one visitor.

A whole check reads the whole history, so no page waits for it: the newest verdict is shown with its time, and a thread
makes the next one.
"""

import threading
import time
from dataclasses import dataclass
from datetime import datetime

import structlog

from storefront import verifying
from storefront.database import Database, is_down

said = structlog.get_logger()
KEPT_S = 600


@dataclass(frozen=True)
class Check:
    """When it was made, how many rules there are, and how many lines did not hold."""

    at: datetime
    rules: int
    wrong: int


class Checker:
    """The newest verdict over one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.guard = threading.Lock()
        self.check: Check | None = None
        self.made = -KEPT_S * 1.0

    def newest(self, now: datetime) -> Check | None:
        """The verdict there is; an old one begins a new one, in the background."""
        if time.monotonic() - self.made >= KEPT_S and self.guard.acquire(blocking=False):
            thread = threading.Thread(target=self.make, args=(now,), name="self-check", daemon=True)
            thread.start()
            if self.check is None:
                thread.join(timeout=2)  # the first visitor would rather see it than wait for the next look
        return self.check

    def make(self, now: datetime) -> None:
        try:
            with self.database.read() as db:
                wrong = sum(1 for _ in verifying.problems(db))
            self.check, self.made = Check(now, len(verifying.RULES), wrong), time.monotonic()
        except Exception as fault:
            if not is_down(fault):
                said.exception("the self-check failed")
        finally:
            self.guard.release()
