"""Who comes too late for a batch and waits; and what its seller decides of one that missed its minimum."""

from bots.counter.buyer import a_number
from bots.counter.seller import owned_batch
from bots.dialogue import Screen, do, go
from bots.screens import seller
from bots.screens import waiting as screens
from bots.screens.wording import paragraphs
from bots.visit import Begin, Outcome, Visit, action, screen
from storefront.database import Writer
from storefront.models import Product, WaitingPlace
from storefront.refusals import AlreadyDone, NotOnSale, NotYours
from storefront.selling import batches, catalogue, preorders, waiting

MOST = 1_000


# -- a buyer ---------------------------------------------------------------------------------------------


@action("wait")
def wait(db: Writer, visit: Visit, product: str, quantity: str) -> Outcome:
    """She waits for so many; where there are enough by now, she orders at once."""
    found = db.get(Product, a_number(product))
    if found is None:
        raise NotOnSale
    card = catalogue.card(db, found.id)
    many = min(max(a_number(quantity), 1), MOST)
    if card.is_open(visit.now) and (card.left is None or card.left >= many):
        return Begin("buying", {"product": card.product.id}, shop_id=card.shop.id)
    place = waiting.join(db, card.product.id, visit.person_id, many, visit.now)
    if not card.is_open(visit.now):
        return screens.waits_for_next(visit.t, card.product.name)
    ahead = waiting.ahead_of(db, place)
    return screens.waits(visit.t, card.product.name, many, card.product.unit, ahead)


@action("take_place")
def take_place(db: Writer, visit: Visit, place: str) -> Outcome:
    """What was held for her becomes an order: the usual questions, and nobody else's place meanwhile."""
    found = of_person(db, visit, place)
    if not waiting.held_for(db, found.id, visit.person_id):
        raise AlreadyDone
    args = {"product": found.product_id, "waiting": found.id}
    return Begin("buying", args, shop_id=found.shop_id, answers={"order": str(found.quantity)})


@action("leave_place")
def leave_place(db: Writer, visit: Visit, place: str) -> Screen:
    if not waiting.leave(db, of_person(db, visit, place).id, visit.person_id, visit.now):
        raise AlreadyDone
    return Screen(visit.t("All right, {kak}, it goes to the next one."))


def of_person(db: Writer, visit: Visit, place: str) -> WaitingPlace:
    found = db.get(WaitingPlace, a_number(place))
    if found is None or found.person_id != visit.person_id:
        raise NotYours
    return found


# -- a seller whose PO missed its minimum ----------------------------------------------------------------


@action("run_batch")
def run_batch(db: Writer, visit: Visit, batch: str) -> Screen:
    found = owned_batch(db, visit, batch)
    preorders.run(db, found.id)
    return seller.lists(visit.t, batches.lists(db, found.id))


@action("move_batch")
def move_batch(db: Writer, visit: Visit, batch: str) -> Screen:
    found = owned_batch(db, visit, batch)
    moved = preorders.move(db, found.id, visit.now)
    facts = batches.lists(db, moved)
    told = visit.t("{product} moves a week; every buyer has been told.", product=facts["product"])
    return seller.lists(visit.t, facts).after(told)


@screen("call_off")
def call_off_asked(db: Writer, visit: Visit, batch: str = "") -> Screen:
    """One question first: it ends every order of the batch."""
    found = owned_batch(db, visit, batch)
    facts = batches.lists(db, found.id)
    text = visit.t(
        "Cancel all orders of {product}? Every buyer is told, and what was paid is to be returned.",
        product=facts["product"],
    )
    return Screen(text, choices=(do(visit.t("Yes, cancel all"), "call_off", found.id),), about=facts["product"])


@action("call_off")
def call_off(db: Writer, visit: Visit, batch: str) -> Screen:
    found = owned_batch(db, visit, batch)
    owed = preorders.call_off(db, found.id, visit.person_id, visit.now)
    text = visit.t("All orders are cancelled and every buyer has been told.")
    if not owed:
        return Screen(text)
    lines = [
        f"{one['code']} {one['buyer']}: {visit.t.money(one['back'] or one['total'], one['currency'])}" for one in owed
    ]
    back = visit.t("Please return in full: {what}", what=", ".join(lines))
    choices = tuple(go(one["code"], "check", one["order"]) for one in owed[:9])
    return Screen(paragraphs(text, back), choices=choices)
