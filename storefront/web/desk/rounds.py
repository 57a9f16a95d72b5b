"""The calendar of open POs, and one round of one product: what to make, where to bring it, and its closing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request

from storefront.database import Reader, Writer
from storefront.models import Batch
from storefront.phrases import marked
from storefront.refusals import AlreadyDone, NotYours, RoundRunning
from storefront.selling import batches, catalogue, editing, preorders
from storefront.selling.batches import Planned
from storefront.selling.orders import fulfilling
from storefront.web import tokens
from storefront.web.desk import desk
from storefront.web.desk.shelf import to_come
from storefront.web.desk.shops import act_of_shop, at, owners, page_of_shop, shop_of, shown
from storefront.web.forms import a_number, must_be_sure
from storefront.web.pages import here
from storefront.web.visitors import Visitor, done, just_done

WEEKS = 5
GRAVE = {"close", "call-off"}  #: asked about once more
DECISIONS = {"run", "week", "call-off"}  #: about a round that missed its minimum
SAID = {
    "sent": marked("They are on their way, and every buyer has been told."),
    "closed": marked("Orders are closed. This is what was ordered."),
    "moved": marked("The closing has been moved."),
    "again": marked("Open again, a week on."),
    "runs": marked("It runs."),
    "called_off": marked("Called off. Every buyer has been told what becomes of her money."),
}


@dataclass(frozen=True)
class Day:
    """One square of the calendar: what closes on it, what is brought."""

    day: date
    closes: Sequence[Planned]
    brings: Sequence[Planned]


@desk.get("/desk/<slug>/calendar")
@page_of_shop
def calendar(db: Reader, me: Visitor) -> Any:
    """Last week and the four to come."""
    today = me.now.astimezone(me.t.zone).date()
    back = min(a_number(request.args.get("back")), 52)
    first = today - timedelta(days=today.weekday() + 7 + 7 * back)
    last = first + timedelta(days=7 * WEEKS)
    planned = batches.planned(db, shop_of(me).id, first, last)
    weeks = squares(planned, first, me)
    ready = [one for one in planned if one.batch.kind != "po"]
    return shown("calendar", me, "calendar", weeks=weeks, today=today, back=back, ready=ready)


def squares(planned: Sequence[Planned], first: date, me: Visitor) -> list[list[Day]]:
    """The weeks from a Monday on, day by day."""
    closes, brings = defaultdict(list), defaultdict(list)
    for one in planned:
        if one.batch.closes_at:
            closes[one.batch.closes_at.astimezone(me.t.zone).date()].append(one)
        if one.batch.delivers_on:
            brings[one.batch.delivers_on].append(one)
    days = [first + timedelta(days=number) for number in range(7 * WEEKS)]
    cells = [Day(day, closes[day], brings[day]) for day in days]
    return [cells[begin : begin + 7] for begin in range(0, len(cells), 7)]


@desk.get("/desk/<slug>/rounds/<int:number>")
@page_of_shop
def lists(db: Reader, me: Visitor, number: int) -> Any:
    """A round as the day it makes: pots, stops, and who has not paid."""
    batch = batch_of(db, me, number)
    paper = {
        ending: tokens.lists_link(db.vault, here().public_url, batch.id, me.t.language, ending, me.now)
        for ending in ("pdf", "csv")
    }
    facts = batches.lists(db, batch.id)
    undecided = batches.is_undecided(db, batch)
    said = just_done(SAID)
    return shown(
        "round",
        me,
        "calendar",
        batch=batch,
        is_newest=catalogue.card(db, batch.product_id).batch.id == batch.id,
        facts=facts,
        paper=paper,
        undecided=undecided,
        said=said,
        joined=joined,
    )


def joined(pieces: Sequence[Sequence[Any]]) -> str:
    """``10 coklat, 8 keju``."""
    return ", ".join(f"{n} {kind}" for n, kind in pieces)


@desk.post("/desk/<slug>/rounds/<int:number>/send")
@act_of_shop
def send(db: Writer, me: Visitor, number: int) -> Any:
    """Everything of it that may go this way."""
    kind = "pickup" if request.form.get("kind") == "pickup" else "deliver"
    fulfilling.send_all(db, batch_of(db, me, number).id, kind, me.person.id, me.now)
    return done(at(me, "rounds", number), "sent")


@desk.post("/desk/<slug>/rounds/<int:number>/<act>")
@act_of_shop
@owners
def round_deed(db: Writer, me: Visitor, number: int, act: str) -> Any:
    """Close it, move its closing, open it again; or decide about one that missed its minimum."""
    batch = batch_of(db, me, number)
    card = editing.owned(db, batch.product_id, me.person.id)
    if act in GRAVE:
        must_be_sure()
    if act in DECISIONS and not batches.is_undecided(db, batch):
        raise AlreadyDone
    if act == "reopen" and (batch.closed_at is None or card.batch.id != batch.id):
        raise RoundRunning
    match act:
        case "close" if card.batch.id == batch.id:
            editing.close_now(db, card, me.now)
            return done(at(me, "rounds", number), "closed")
        case "move" if card.batch.id == batch.id:
            editing.move_closing(db, card, to_come(me, request.form.get("closes_at", "")), me.now)
            return done(at(me, "rounds", number), "moved")
        case "reopen":
            return done(at(me, "rounds", preorders.open_again(db, batch.id, me.now)), "again")
        case "run":
            preorders.run(db, batch.id)
            return done(at(me, "rounds", number), "runs")
        case "week":
            return done(at(me, "rounds", preorders.move(db, batch.id, me.now)), "again")
        case "call-off":
            preorders.call_off(db, batch.id, me.person.id, me.now)
            return done(at(me, "rounds", number), "called_off")
    raise NotYours


def batch_of(db: Reader, me: Visitor, number: int) -> Batch:
    """A round of the shop in view. Raises `NotYours`."""
    found = db.get(Batch, number, populate_existing=True) if number < 2**62 else None
    if found is None or found.shop_id != shop_of(me).id:
        raise NotYours
    return found
