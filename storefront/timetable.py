"""What each chore does when its moment comes. The rows stand in `chores`; here they meet the use cases."""

from collections.abc import Callable
from datetime import datetime

from storefront import chores
from storefront.database import Database, Writer
from storefront.earning import payouts
from storefront.models import Shop
from storefront.selling import batches
from storefront.selling.orders import fulfilling, paying


def pay_day(db: Writer, shop_id: int, now: datetime) -> None:
    payouts.payday(db, db.get_one(Shop, shop_id), now)


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
    while do_next(database, now):
        done += 1
    return done


def do_next(database: Database, now: datetime) -> bool:
    """Do one chore; one that fails is left for the next round and tried five times in all."""
    with database.write() as db:
        chore = chores.take_due(db, now)
        if chore is None:
            return False
        CHORES[chore.kind](db, chore.subject_id, now)
        chores.done(db, chore, now)
        return True
