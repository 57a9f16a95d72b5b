"""What somebody is shown who came too late, and what becomes of orders whose PO does not run."""

from markupsafe import Markup

from bots.dialogue import Screen, do, go
from bots.screens.wording import Facts, delivery_day, moment_of
from storefront.phrases import Voice


def waits(t: Voice, product: str, quantity: int, unit: str, place: int) -> Screen:
    """She is on the list."""
    text = t(
        "Noted, {kak}: you wait for {n} {unit} of {product}, {ahead} before you. I write as soon as there is a place.",
        n=quantity,
        unit=unit,
        product=product,
        ahead=place,
    )
    return Screen(text)


def waits_for_next(t: Voice, product: str) -> Screen:
    return Screen(t("Noted, {kak}: I write as soon as {product} opens again.", product=product))


def place_free(t: Voice, facts: Facts) -> Screen:
    """A place came free and is held for her."""
    until = moment_of(facts["until"])
    text = t(
        "A place is free, {kak}: {n} {unit} of <b>{product}</b> ({shop}). I keep it for you until {time}. Would you "
        "still like it?",
        n=facts["quantity"],
        unit=facts["unit"],
        product=facts["product"],
        shop=facts["shop"],
        time=t.clock(until) if until else "",
    )
    choices = (
        do(t("Yes, order"), "take_place", facts["waiting"]),
        do(t("Let it go"), "leave_place", facts["waiting"]),
    )
    return Screen(text, choices=choices, about=facts["product"])


def place_gone(t: Voice, facts: Facts) -> Screen:
    text = t("The half hour is over, {kak}, so {product} went to the next one.", product=facts["product"])
    return Screen(text, choices=(do(t("Wait again"), "wait", facts["product_id"], facts["quantity"]),))


def open_again(t: Voice, facts: Facts) -> Screen:
    text = t(
        "You asked me, {kak}: <b>{product}</b> ({shop}) is open again.", product=facts["product"], shop=facts["shop"]
    )
    return Screen(text, choices=(go(t("Order"), "product", facts["product_id"]),), about=facts["product"])


def called_off(t: Voice, facts: Facts) -> Screen:
    """The PO does not run; what becomes of her money is said in the same breath."""
    text = t(
        "Sorry, {kak}: too few ordered, so {shop} does not make {product} this time. {code} is cancelled.",
        shop=facts["shop"],
        product=facts["product"],
        code=facts["code"],
    )
    if facts["payment"] == "refund_due" or facts["refund"]:
        money = t.money(facts["back"] or facts["total"], facts["currency"])
        text += Markup(" ") + t("Your {total} comes back in full; the seller has been told so.", total=money)
    return Screen(text, choices=(go(t("Talk to the seller"), "talk", facts["shop_id"]),), about=facts["code"])


def moved(t: Voice, facts: Facts) -> Screen:
    """The PO moves a week; she comes along unless she says otherwise."""
    closes = moment_of(facts["closes_at"])
    text = t(
        "{code} moves, {kak}: too few ordered this week. {product} now comes {day}. All stays as you ordered it; you "
        "can still cancel until {when}, and money comes back in full.",
        code=facts["code"],
        product=facts["product"],
        day=delivery_day(t, facts),
        when=t.when(closes) if closes else "",
    )
    choices = (go(t("That is fine"), "order", facts["order"]), go(t("Cancel"), "cancel", facts["order"]))
    return Screen(text, choices=choices, about=facts["code"])
