"""The simulator's clock: forward by a while, to a moment, or to the next thing that happens, which has a name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from storefront import chores
from storefront.models import Chore
from storefront.phrases import Voice, marked

if TYPE_CHECKING:
    from bots.hub import Simulated

FARTHEST = timedelta(days=120)
LATER = re.compile(r"(\d{1,3})([hd])")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")

HAPPENS = {
    "close_batch": marked("orders close, the cook list comes"),
    "batch_opens": marked("a PO opens"),
    "batch_full": marked("a PO is full"),
    "offer_places": marked("places are offered to whoever waits"),
    "offer_ends": marked("an offered place goes to the next one"),
    "hold_reminder": marked("a gentle reminder to pay"),
    "hold_ends": marked("the hold of an unpaid order ends"),
    "destination_starts": marked("a new account is used"),
    "recovery_moves": marked("a shop moves to its owner's new phone"),
    "broadcast_on": marked("a shop's news goes to the next few"),
    "retention": marked("what was kept long enough is forgotten"),
    "case_due": marked("a case goes to the mediator"),
    "arrived_yet": marked("buyers are asked whether it has come"),
    "payout_asks": marked("a creator is asked once more whether her money came"),
    "payout_silence": marked("a payout counts as not contested"),
    "dispute_due": marked("a disputed payout goes on"),
    "balance_reminder": marked("a reminder of the balance"),
    "release_order": marked("an unpaid order is released"),
    "release_commission": marked("a commission becomes payable"),
    "payday": marked("payday"),
    "doubt_ends": marked("a held commission is decided by its deadline"),
    "share_reminder": marked("a creator's afternoon reminder"),
    "second_day": marked("the first news of a link"),
    "poll_ends": marked("a poll closes"),
    "month_over": marked("the neighbourhood's month in a picture"),
    "content_due": marked("a content nobody answered counts as accepted"),
    "objection_due": marked("an objection goes to who runs the hub"),
    "forget_goodbye": marked("a goodbye is forgotten"),
    "read_import": marked("a catalogue file is read on"),
    "write_import": marked("a catalogue file is written"),
}


HOUSEKEEPING = (
    "retention",
    "month_over",
    "second_day",
    "share_reminder",
    "redraw_post",
    "relay_ends",
    "limit_over",
    "log_grows",
)  # happens by itself too, and nobody would stop the clock for it


@dataclass(frozen=True)
class Coming:
    """The next thing that happens by itself."""

    at: datetime
    what: str


def coming(hub: Simulated) -> Coming | None:
    waits = (Chore.done_at.is_(None), Chore.attempts < chores.TRIES, Chore.kind.not_in(HOUSEKEEPING))
    with hub.database.read() as db:
        found = db.execute(select(Chore.due_at, Chore.kind).where(*waits).order_by(Chore.due_at, Chore.id)).first()
    return Coming(found.due_at, HAPPENS.get(found.kind, found.kind)) if found else None


def named(t: Voice, thing: Coming) -> str:
    return t(thing.what)


def moved(now: datetime, by: str) -> datetime | None:
    """Later by hours or days, next Monday at nine, or at a moment of the shop's own clock; never back."""
    if later := LATER.fullmatch(by):
        unit = {"h": "hours", "d": "days"}[later[2]]
        return within(now, now + timedelta(**{unit: int(later[1])}))
    if MOMENT.fullmatch(by):
        return at_moment(now, by)
    if by != "monday":
        return None
    monday = (now + timedelta(days=-now.weekday() % 7)).replace(hour=9, minute=0, second=0, microsecond=0)
    return monday if monday > now else monday + timedelta(days=7)


def at_moment(now: datetime, written: str) -> datetime | None:
    try:
        return within(now, datetime.fromisoformat(written).replace(tzinfo=now.tzinfo))
    except ValueError:
        return None


def within(now: datetime, moment: datetime) -> datetime | None:
    return moment if now < moment <= now + FARTHEST else None
