"""What a seller is shown of her shop's times and places."""

from collections.abc import Sequence

from markupsafe import Markup

from bots.dialogue import Screen, do
from bots.screens.wording import bold, joined, paragraphs
from storefront.models import Shop, Slot
from storefront.phrases import Voice
from storefront.reading.shopkeeping import Away, FeesByDistance, Hours, Points, Said
from storefront.selling import slots as slot_words


def kept(t: Voice, said: Said) -> Screen:
    """What holds from now on, said back."""
    match said:
        case Away(since, until) if since == until:
            return Screen(t("Noted: off on {day}. An open PO can still be ordered.", day=t.day(since)))
        case Away(since, until):
            days = {"since": t.day(since), "until": t.day(until)}
            return Screen(t("Noted: off from {since} until {until}. An open PO can still be ordered.", **days))
        case Hours(None):
            return Screen(t("Noted: buyers can order what is ready at any hour."))
        case Hours(text):
            hours = str(text).replace(":", ".")
            return Screen(t("Noted: what is ready can be ordered {hours}; an open PO at any hour.", hours=hours))
        case Points(()):
            return Screen(t("Noted: no pickup points; buyers come to you."))
        case Points(names):
            return Screen(t("Noted: buyers choose where to pick up: {points}.", points=", ".join(names)))
        case FeesByDistance(steps):
            return Screen(t("Noted, for buyers who send a location: {fees}.", fees=fees(t, steps)))
    return Screen(t("Welcome back! Everything can be ordered again."))


def fees(t: Voice, steps: Sequence[Sequence[int]]) -> Markup:
    return joined([t("up to {km} km {fee}", km=km, fee=t.money(fee, "IDR")) for km, fee in steps], ", ")


def slots(t: Voice, found: Sequence[Slot]) -> Screen:
    """The hours as they stand, with what is taken of each."""
    return Screen(paragraphs(t("Noted. Buyers choose among these hours:"), slot_lines(t, found)))


def slot_lines(t: Voice, found: Sequence[Slot]) -> Markup:
    return joined([slot_line(t, slot) for slot in found], "\n")


def slot_line(t: Voice, slot: Slot) -> Markup:
    way = t("pickup") if slot.handover == "pickup" else t("delivery")
    hours, day = slot_words.label(slot), t.day(slot.day)
    return t(
        "{day} {hours}, {way}: {taken} of {room}", day=day, hours=hours, way=way, taken=slot.taken, room=slot.capacity
    )


def standing(t: Voice, found: Sequence[tuple[Shop, Sequence[Slot]]]) -> Screen:
    """How each of her shops is open, and what she may write to change it."""
    return Screen(paragraphs(*(one_shop(t, shop, mine) for shop, mine in found), examples(t).text))


def one_shop(t: Voice, shop: Shop, mine: Sequence[Slot]) -> Markup:
    lines: list[object] = [bold(shop.name)]
    if shop.hours:
        lines.append(t("Open {hours}", hours=shop.hours.replace(":", ".")))
    if shop.away_from and shop.away_until:
        lines.append(t("Off from {since} until {until}", since=t.day(shop.away_from), until=t.day(shop.away_until)))
    if shop.pickup_points:
        lines.append(t("Pickup: {points}", points=", ".join(map(str, shop.pickup_points))))
    if shop.km_fees:
        lines.append(t("By distance: {fees}", fees=fees(t, shop.km_fees)))
    return joined([*lines, slot_lines(t, mine)], "\n")


def examples(t: Voice) -> Screen:
    text = t(
        "Write it like this: <i>away 20 June until 22 June</i>, <i>open 08.00-17.00</i>, <i>pickup points: guard post; "
        "mosque</i>, <i>slot saturday 09-11 max 5</i>, <i>fee 2km 5rb, 5km 10rb</i>."
    )
    return Screen(text)


def days_gone(t: Voice) -> Screen:
    return Screen(
        t("Those days are past or the wrong way round. Nothing has changed; for example <i>away tomorrow</i>.")
    )


def room_asked(t: Voice) -> Screen:
    text = t(
        "How many orders fit into those hours? From 1 to 500, for example <i>slot saturday 09-11 max 5</i>. Nothing "
        "has changed."
    )
    return Screen(text)


def pin_first(t: Voice) -> Screen:
    return Screen(t("For fees by distance I need to know where you send from: send me that place as a location first."))


def pin_offered(t: Voice, north: str, east: str) -> Screen:
    text = t("Is this where you send from? Then delivery can cost by distance.")
    return Screen(text, choices=(do(t("Yes, from here"), "set_pin", north, east),))


def pin_kept(t: Voice) -> Screen:
    return Screen(t("Noted. What does delivery cost from there? For example <i>fee 2km 5rb, 5km 10rb</i>."))
