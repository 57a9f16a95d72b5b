"""What each chore does when its moment comes. The rows stand in `chores`; here they meet the use cases."""

from collections.abc import Callable
from datetime import datetime

import structlog

from storefront import chores
from storefront.database import Database, Writer
from storefront.earning import payouts
from storefront.models import Shop
from storefront.selling import batches
from storefront.selling.orders import fulfilling, paying


def pay_day(db: Writer, shop_id: int, now: datetime) -> None:
    payouts.payday(db, db.get_one(Shop, shop_id), now)


log = structlog.get_logger()

CHORES: dict[str, Callable[[Writer, int, datetime], None]] = {
    "close_batch": batches.close,
    "hold_ends": paying.hold_ends,
    "release_order": paying.release,
    "release_commission": fulfilling.release_commission,
    "payday": pay_day,
}


def run_due(database: Database, now: datetime) -> int:
    """Do everything that is due, the oldest first, each in a transaction of its own; returns how many were done."""
    done = 0
    failed: set[int] = set()
    while (chore_id := next_chore(database, now, failed)) is not None:
        if do(database, chore_id, now):
            done += 1
        else:
            failed.add(chore_id)
    return done


def next_chore(database: Database, now: datetime, failed: set[int]) -> int | None:
    """The oldest chore that is due and has not failed in this round."""
    with database.read() as db:
        return chores.first_due(db, now, failed)


def do(database: Database, chore_id: int, now: datetime) -> bool:
    """Do one chore; one that fails is noted, left for the next round, and tried five times in all."""
    try:
        with database.write() as db:
            chore = chores.take(db, chore_id)
            if chore is not None:
                CHORES[chore.kind](db, chore.subject_id, now)
                chores.done(db, chore, now)
    except Exception:
        log.exception("chore failed", chore=chore_id)
        with database.write() as db:
            chores.failed(db, chore_id)
        return False
    return True
