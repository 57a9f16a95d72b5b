"""What each chore does when its moment comes. The rows stand in `chores`; here they meet the use cases."""

from collections.abc import Callable
from datetime import datetime

import structlog

from storefront import chores, freezing, people, privacy, traffic
from storefront.database import Database, Reader, Writer, is_down
from storefront.earning import clawbacks, contents, drafts, log, monthly, paydays, payouts, sharing
from storefront.models import Shop
from storefront.selling import (
    batches,
    broadcasts,
    cases,
    disputes,
    doubts,
    objections,
    polls,
    posts,
    relays,
    safeguards,
    sheets,
    waiting,
)
from storefront.selling.orders import deposits, fulfilling, paying


def pay_day(db: Writer, shop_id: int, now: datetime) -> None:
    """Tell a seller what to pay; while anything is open she is told again next week."""
    paydays.payday(db, db.get_one(Shop, shop_id), now)
    if paydays.creators_to_pay(db, shop_id) or paydays.waiting_creators(db, shop_id):
        drafts.on_monday(db, shop_id, now)


def tidy_up(db: Writer, _: int, now: datetime) -> None:
    """Once a week: forget and let go what is old enough, and see to it that the month's news come and the log grows."""
    privacy.retention(db, 0, now)
    monthly.begin(db, now)
    log.begin(db, now)
    clawbacks.write_off(db, now)


def log_grows(db: Writer, _: int, now: datetime) -> None:
    """Once a day: number what is new in the books, and sign how long the log is."""
    if log.catch_up(db):
        chores.schedule(db, "log_grows", 0, now, again=f"more-{log.size_of(db)}")
        return
    log.extend(db, now)
    log.publish(db, now)
    log.begin(db, now)


said = structlog.get_logger()

CHORES: dict[str, Callable[[Writer, int, datetime], None]] = {
    "close_batch": batches.close,
    "batch_full": batches.full,
    "batch_opens": waiting.opens,
    "redraw_post": posts.redraw,
    "relay_ends": relays.ends,
    "limit_over": traffic.limit_over,
    "offer_places": waiting.offer,
    "offer_ends": waiting.offer_ends,
    "hold_reminder": paying.hold_reminder,
    "hold_ends": paying.hold_ends,
    "release_order": paying.release,
    "balance_reminder": deposits.remind,
    "destination_starts": safeguards.destination_starts,
    "recovery_moves": safeguards.moves,
    "broadcast_on": broadcasts.go_on,
    "case_due": cases.due,
    "doubt_ends": doubts.lapses,
    "objection_due": objections.due,
    "content_due": contents.due,
    "share_reminder": sharing.remind,
    "second_day": sharing.second_day,
    "poll_ends": polls.ends,
    "month_over": monthly.tell,
    "arrived_yet": cases.arrived_yet,
    "release_commission": fulfilling.release_commission,
    "payday": pay_day,
    "payout_asks": payouts.asks,
    "payout_silence": payouts.silence,
    "log_grows": log_grows,
    "dispute_due": disputes.due,
    "forget_goodbye": people.forget_goodbye,
    "retention": tidy_up,
    "read_import": sheets.read,
    "write_import": sheets.write_later,
}


FORGETS = ("forget_goodbye", "retention")  # after these nothing is left in the files either
# What would act on money or on a buyer's place by books that are older than the world.
WAIT_FOR_RECONCILING = (
    "hold_reminder",
    "hold_ends",
    "offer_ends",
    "release_order",
    "release_commission",
    "payday",
    "payout_silence",
    "dispute_due",
    "limit_over",
    "doubt_ends",
    "content_due",
    "objection_due",
)


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
        return chores.first_due(db, now, failed, held(db))


def next_due(db: Reader) -> datetime | None:
    """When something is due next, for a clock that is moved by hand."""
    return chores.next_due(db, held(db))


def held(db: Reader) -> tuple[str, ...]:
    """The kinds of chores that wait just now."""
    return WAIT_FOR_RECONCILING if freezing.frozen_by(db) else ()


class DoneElsewhere(Exception):
    """Another worker was quicker; this try is rolled back."""


def do(database: Database, chore_id: int, now: datetime) -> bool:
    """Do one chore; one that fails is noted, left for the next round, and tried five times in all."""
    try:
        with database.write() as db:
            chore = chores.waiting(db, chore_id)
            if chore is None:
                return False
            CHORES[chore.kind](db, chore.subject_id, now)
            kind = chore.kind
            if not chores.done(db, chore, now):
                raise DoneElsewhere
        if kind in FORGETS:
            database.scrub()
    except DoneElsewhere:
        return False
    except Exception as fault:
        if is_down(fault):
            raise  # the chore is not to blame, and waits for the database
        said.exception("chore failed", chore=chore_id)
        with database.write() as db:
            chores.failed(db, chore_id, now)
        return False
    return True
