"""What a seller is shown of a list: read back to confirm, printed as her group keeps it, and a bill to pass on."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from bots.dialogue import Screen, do, go
from bots.screens import pictures
from bots.screens.wording import Facts, bold, counted, day_of, joined, lines_priced, moment_of, paragraphs
from storefront.phrases import Voice
from storefront.reading.lists import Entry, GroupList
from storefront.reading.shelf import Ware
from storefront.selling.batches import called

PAID = " ✅"
BILLS_SHOWN = 8
ECHOED = 40


def read_back(t: Voice, read: GroupList, standing: Sequence[Entry], wares: Mapping[int, Ware]) -> Screen:
    """The list as it was understood, who stands on it already, and what of it was not understood."""
    entries = read.entries
    alone = len({line.product_id for one in entries for line in one.lines}) == 1
    only = wares[entries[0].lines[0].product_id]
    title = t("Read: {n} orders", n=len(entries)) + (Markup(" · ") + bold(only.name) if alone else Markup(""))
    lines = joined([entry_line(one, wares, alone=alone) for one in entries], "\n")
    parts = [title + Markup(":\n") + lines, *left_out(t, standing, read.unclear), t("Write them down like this?")]
    return Screen(paragraphs(*parts), numbered=False)


def left_out(t: Voice, standing: Sequence[Entry], unclear: Sequence[tuple[int, str]]) -> list[Markup]:
    """What of a list is not written down, and why."""
    parts = []
    if standing:
        what = ", ".join(f"{one.number}. {one.name}" for one in standing)
        parts.append(t("Already on the list, and left as they are: {what}", what=what))
    if unclear:
        what = ", ".join(f"{number}. {said[:ECHOED]}" for number, said in unclear)
        parts.append(t("Not understood, and not written down: {what}", what=what))
    return parts


def nothing_new(t: Voice, standing: Sequence[Entry], unclear: Sequence[tuple[int, str]]) -> Screen:
    more = t("For one more order of somebody, write for example <i>note Bu Ani 1</i>.")
    return Screen(paragraphs(*left_out(t, standing, unclear), more))


def entry_line(one: Entry, wares: Mapping[int, Ware], *, alone: bool) -> Markup:
    """``2. Mba Budi (C2/5): 1 keju``."""
    named = [(line, wares[line.product_id]) for line in one.lines]
    what = " + ".join(
        counted(line.quantity, called(ware.name, line.option or "", alone=alone), ware.unit) for line, ware in named
    )
    where = Markup(" ({})").format(one.place) if one.place else Markup("")
    return Markup("{}. {}{}: {}{}").format(one.number, one.name, where, what, PAID if one.is_paid else "")


def too_long(t: Voice, lacking: Sequence[tuple[str, int, int]]) -> Screen:
    """More than there is: said before anything is asked."""
    what = ", ".join(
        t("{product}: {n} asked for, {left} left", product=name, n=n, left=left) for name, n, left in lacking
    )
    return Screen(
        t("That list is longer than the stock. {what}. Nothing was written down; shorten it, please.", what=what)
    )


def noted(t: Voice, orders: Sequence[Facts], lists: Sequence[Facts]) -> Screen:
    """Written down: the whole list in the shape the group keeps it, and the bills that are still to be passed on."""
    first, last = orders[0]["code"], orders[-1]["code"]
    codes = first if first == last else t("{first} to {last}", first=first, last=last)
    head = t("Written down: {codes}. The list, ready to pass on:", codes=codes)
    due = [one for one in orders if one["payment"] == "due"][:BILLS_SHOWN]
    choices = tuple(
        go(t("Bill {code} · {name}", code=one["code"], name=one["recipient"]), "bill", one["order"]) for one in due
    )
    return Screen(paragraphs(head, *(printed(t, one) for one in lists)), choices=choices, numbered=False)


def printed(t: Voice, facts: Facts) -> Markup:
    """The list of one batch, as a group keeps it: numbered names, who has paid, a free line, and what is left."""
    closes = moment_of(facts["closes_at"])
    title = joined(
        [
            bold(facts["product"]),
            t("orders close {when}", when=t.when(closes)) if closes else "",
            t.day_and_part(day_of(facts["delivers_on"]), facts["day_part"]),
        ]
    )
    lines = [order_line(number, one, facts["unit"]) for number, one in enumerate(facts["orders"], 1)]
    is_open = facts["left"] is None or facts["left"] > 0
    free = [Markup("{}.").format(len(lines) + 1)] if is_open else []
    left = "" if facts["left"] is None else t("Left: {n} {unit}", n=facts["left"], unit=facts["unit"])
    return joined([title, *lines, *free, left], "\n")


def order_line(number: int, one: Facts, unit: str) -> Markup:
    what = " + ".join(counted(quantity, variant, unit) for quantity, variant in one["lines"])
    return Markup("{}. {}: {}{}").format(number, one["name"], what, PAID if one["paid"] else "")


def bill(t: Voice, facts: Facts, payload: str | None, number: str) -> Screen:
    """What one neighbour owes, worded to be passed on from the seller's own phone."""
    fee = t(" + delivery {amount}", amount=t.money(facts["fee"], facts["currency"])) if facts["fee"] else Markup("")
    total = t.money(facts["total"], facts["currency"])
    text = t(
        "Hi {name}! Your order at {shop}, {code}: {lines}{fee}. Together <b>{total}</b>.",
        name=facts["recipient"],
        shop=facts["shop"],
        code=facts["code"],
        lines=lines_priced(t, facts),
        fee=fee,
        total=total,
    )
    how = t("Please pay exactly that, in the name of <b>{holder}</b>.", holder=facts["holder"])
    if payload is None:
        how = t(
            "Please pay exactly that to <b>{number}</b>, in the name of <b>{holder}</b>.",
            number=number,
            holder=facts["holder"],
        )
    choices = (
        do(t("Money arrived"), "money_arrived", facts["order"]),
        go(t("Cancel the order"), "seller_cancel", facts["order"]),
    )
    picture = pictures.payment(t, facts, payload) if payload else None
    return Screen(paragraphs(text, how), picture=picture, choices=choices, about=facts["code"])
