"""When and where a seller's shop is there: days off, hours, pickup points, slots, fees by distance. Said, and done."""

import re

from bots.counter.seller import mine
from bots.dialogue import Heard, Screen
from bots.screens import shopkeeping as screens
from bots.visit import Outcome, Visit, action, aside, screen
from storefront.database import Writer
from storefront.models import Shop
from storefront.reading.shopkeeping import (
    Away,
    Back,
    FeesByDistance,
    Hours,
    Points,
    Said,
    SlotWords,
    read_shopkeeping,
)
from storefront.refusals import NotYours
from storefront.selling import delivery, hours, slots
from storefront.selling.delivery import PIN

MEANT = re.compile(
    r"\s*(?:libur|away|jam buka|titik ambil|pickup (?:at|points?)|slot)\b(?!.*\?)|\s*(?:buka|open) (?:jam )?\d", re.I
)
FEWEST_KM = 1


@aside(46)
def shopkeeping_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*libur besok*, *buka 08.00-17.00*, *slot sabtu 09-11 maks 5*: only from somebody who sells."""
    if heard.kind != "text" or not heard.text:
        return None
    said = read_shopkeeping(heard.text, visit.now, visit.place.zone)
    if said is None and not MEANT.match(heard.text):
        return None
    owned = mine(db, visit, "0")
    if not owned:
        return None
    if said is None:
        return screens.examples(visit.t)
    return keep(db, visit, owned, said)


def keep(db: Writer, visit: Visit, owned: list[Shop], said: Said) -> Screen:
    """Done for all her shops: they are one kitchen; what cannot be is said, and nothing of it is done."""
    if isinstance(said, FeesByDistance) and not all(shop.pin for shop in owned):
        return screens.pin_first(visit.t)
    if isinstance(said, SlotWords):
        return keep_slots(db, visit, owned, said)
    if isinstance(said, Away) and (
        said.until < said.since or said.until < visit.now.astimezone(visit.place.zone).date()
    ):
        return screens.days_gone(visit.t)
    for shop in owned:
        hours.change(db, shop.id, **columns(said))
    return screens.kept(visit.t, said)


def columns(said: Said) -> dict[str, object]:
    """What each of them is in a shop's row."""
    match said:
        case Away(since, until):
            return {"away_from": since, "away_until": until}
        case Back():
            return {"away_from": None, "away_until": None}
        case Hours(text):
            return {"hours": text}
        case Points(names):
            return {"pickup_points": list(names)}
        case FeesByDistance(steps):
            return {"km_fees": [list(step) for step in steps]}
    raise AssertionError(said)


def keep_slots(db: Writer, visit: Visit, owned: list[Shop], said: SlotWords) -> Screen:
    if any(room is None for _, _, room, _ in said.hours):
        return screens.room_asked(visit.t)
    for shop in owned:
        for begins, ends, room, way in said.hours:
            slots.set_slot(db, shop.id, said.day, begins, ends, room or 0, way)
    today = visit.now.astimezone(visit.place.zone).date()
    return screens.slots(visit.t, slots.of_shop(db, owned[0].id, today))


@aside(47)
def pin_sent(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """A place a seller sends out of the blue may be where she sends from."""
    if heard.kind != "location" or not heard.text.startswith(PIN) or visit.is_asked or not mine(db, visit, "0"):
        return None
    north, _, east = heard.text.removeprefix(PIN).partition(",")
    return screens.pin_offered(visit.t, north, east)


@action("set_pin")
def set_pin(db: Writer, visit: Visit, north: str, east: str) -> Screen:
    pin = f"{PIN}{north},{east}"
    if delivery.place_of(pin) is None:
        raise NotYours
    owned = mine(db, visit, "0")
    for shop in owned:
        hours.change(db, shop.id, pin=pin)
    return screens.pin_kept(visit.t)


@screen("hours")
def hours_shown(db: Writer, visit: Visit, shop: str = "0") -> Screen:
    """Where things stand: hours, days off, pickup points, slots, fees by distance."""
    owned = mine(db, visit, shop)
    today = visit.now.astimezone(visit.place.zone).date()
    found = [(one, slots.of_shop(db, one.id, today)) for one in owned[:3]]
    return screens.standing(visit.t, found)
