"""What a buyer changes of an order she has: another quantity, another kind, kept a while. Shown first, then done."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bots.counter.buyer import a_number, order_label, ways_of
from bots.dialogue import Choice, Heard, Screen, do, go
from bots.screens import buyer
from bots.screens.wording import counted
from bots.scripts import buying as script
from bots.visit import Outcome, Visit, action, aside
from storefront.database import Reader, Writer
from storefront.models import Order, OrderLine, Payment
from storefront.reading.noise import plain
from storefront.reading.orders import Wanted, read_order
from storefront.selling import catalogue
from storefront.selling.delivery import Handover
from storefront.selling.orders import changing, finding, paying, placing
from storefront.selling.orders.placing import Wish
from storefront.selling.orders.views import facts_of

PACKED_LONGEST = 20  # of a button's 64 bytes
SETS = re.compile(
    r"^\s*(?:eh\W+)?(?:jadi(?:in)?|ganti(?: jadi)?|ubah(?: jadi)?|make it|change (?:it )?to)\b", re.IGNORECASE
)
LESS = re.compile(r"\b(?:kurang\w*|less|minus)\b")
MORE = re.compile(r"\b(?:tambah\w*|nambah|lagi|add|more)\b")


@aside(60)
def quantity_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """A quantity with nothing asked: it may change an order that is not paid yet; which one is never guessed."""
    if not any(sign.isdigit() for sign in heard.text):
        return None
    choices = []
    for order, payment in finding.open_of_buyer(db, visit.person_id):
        if payment.state in {"due", "confirmed"} and order.state == "placed":
            choices += change_choice(db, visit, order, payment, heard.text)
    if not choices:
        return None
    return Screen(visit.t("Change the quantity of which order?"), choices=(*choices, go(visit.t("Menu"), "front")))


def change_choice(db: Reader, visit: Visit, order: Order, payment: Payment, said: str) -> list[Choice]:
    """A button that says what the order would become and what that costs; none when the words do not fit it."""
    lines: Sequence[OrderLine] = finding.wanted_of(db, order.id)
    if len({line.product_id for line in lines}) > 1:
        return []
    card = catalogue.card(db, lines[0].product_id)
    if payment.state == "confirmed" and card.batch.id != lines[0].batch_id:
        return []
    read = read_order(SETS.sub("", said), script.variant_names(card), script.places_of(card), card.product.name)
    if not read.wanted or read.unclear:
        return []
    wanted = script.counted(card, changed(lines, read.wanted, said.casefold()))
    if not wanted:
        return []
    what = " + ".join(counted(quantity, variant.name, card.product.unit) for variant, quantity in wanted)
    packed = ".".join(f"{variant.position}x{quantity}" for variant, quantity in wanted)
    if len(packed) > PACKED_LONGEST:
        return []
    more = difference(lines, wanted) if payment.state == "confirmed" else at_todays_price(order, wanted)
    if payment.state == "confirmed" and more > 0:
        return [go(visit.t("More: a new order beside {code}", code=order.code), "product", card.product.id)]
    said_more = f" ({'+' if more > 0 else '-'}{visit.t.money(abs(more), order.currency)})" if more else ""
    label_ = visit.t("{code}: {lines}", code=order.code, lines=what) + said_more
    return [do(label_, "requantify", order.id, packed)]


def at_todays_price(order: Order, wanted: placing.Wanted) -> int:
    """What the change adds to the goods, or takes from them, in whole smallest units."""
    return sum(variant.price * quantity for variant, quantity in wanted) - order.goods


def difference(lines: Sequence[OrderLine], wanted: placing.Wanted) -> int:
    """The same, where what is in it already keeps the price it was paid at."""
    paid = {line.variant_id: line.price for line in lines}
    after = sum(paid.get(variant.id, variant.price) * quantity for variant, quantity in wanted)
    return after - sum(line.amount for line in lines)


def changed(lines: Sequence[OrderLine], said: tuple[Wanted, ...], text: str) -> tuple[Wanted, ...]:
    """*tambah 1* adds to what there is, *kurangi 1* takes from it, anything else replaces it."""
    before = tuple(Wanted(line.variant_name, line.quantity) for line in lines)
    if MORE.search(text):
        return (*before, *said)
    if not LESS.search(text):
        return said
    named = {one.variant for one in before}
    less = {one.variant if one.variant in named else before[0].variant: one.quantity for one in said}
    left = (replace(one, quantity=one.quantity - less.get(one.variant, 0)) for one in before)
    return tuple(one for one in left if one.quantity > 0)


@action("requantify")
def requantify(db: Writer, visit: Visit, order: str, packed: str) -> Screen:
    w = paying.owned(db, a_number(order), visit.person_id)
    card = catalogue.card(db, w.lines[0].product_id)
    pairs = [part.split("x") for part in packed.split(".")]
    by_position = {variant.position: variant for variant in card.variants}
    wanted = tuple((by_position[int(position)], int(quantity)) for position, quantity in pairs)
    handover = Handover(w.order.handover, w.recipient.name if w.recipient else "")
    before = w.order.total
    told = changing.change_quantity(db, w.order.id, visit.person_id, Wish(wanted, handover), visit.now)
    if told.payment.state == "confirmed" or told.payment.accepted_at is not None:
        return buyer.changed(visit.t, facts_of(told), (before or 0) - (told.order.total or 0))
    return buyer.placed(visit.t, facts_of(told), card.ways)


KEEP = re.compile(r"\b(?:keep|keepin|simpen(?:in)?|simpan(?:kan)?|tahan|booking|book|reserve|hold)\b")
KEEP_MOST = 8


@aside(55)
def keep_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*keep dulu ya kak*: an unpaid order waits longer, with its deadline said."""
    said = plain(heard.text).split()
    if not KEEP.search(heard.text.casefold()) or len(said) > KEEP_MOST or any(word.isdigit() for word in said):
        return None
    waiting = [
        o
        for o, p in finding.open_of_buyer(db, visit.person_id)
        if p.state == "due" and not p.accepted_at and o.state == "placed" and o.kept_at is None
    ]
    if len(waiting) == 1:
        return kept(db, visit, waiting[0].id)
    choices = tuple(do(order_label(db, one), "reserve", one.id) for one in waiting)
    return Screen(visit.t("Which one do you mean?"), choices=choices) if waiting else None


@action("reserve")
def reserve(db: Writer, visit: Visit, order: str) -> Screen:
    return kept(db, visit, a_number(order))


def kept(db: Writer, visit: Visit, order_id: int) -> Screen:
    w = paying.reserve(db, order_id, visit.person_id, visit.now)
    return buyer.kept(visit.t, facts_of(w), ways_of(db, w))
