"""`getok run` with a doom: at one named moment the process kills itself, as if the power had failed just there."""

import os
import signal
import sqlite3

from bots.__main__ import main
from tests.faults.points import Moment, once, watched

NAIVE = "naive"  # the side of a moment at which messages are marked as sent before they are


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def mark_then_die() -> None:
    """What a hub does that marks first: its messages count as sent, and then the power fails."""
    with sqlite3.connect(os.environ["DATABASE_URL"].removeprefix("sqlite:///"), timeout=10) as raw:
        raw.execute("UPDATE outbox SET state = 'sent' WHERE state = 'waiting' AND leased_until IS NOT NULL")
    raw.close()
    die()


def doomed(moment: Moment) -> int:
    is_naive = moment.side == NAIVE
    real = Moment(moment.point, "before", moment.nth) if is_naive else moment
    with watched(real.point, once(real, mark_then_die if is_naive else die)):
        return main(["run"])


if __name__ == "__main__":
    raise SystemExit(doomed(Moment.of(os.environ["GETOK_DOOM"])))
