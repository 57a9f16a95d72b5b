"""What a seller pastes, forwards or notes for others: lists, one neighbour's order, and the bills for them."""

from bots.counter.buyer import a_number
from bots.counter.seller import batch_label, mine, worked_batch
from bots.dialogue import Heard, Screen, go
from bots.screens import lists
from bots.scripts import noting as script
from bots.visit import Begin, Outcome, Visit, aside, command, screen
from storefront import people, qris
from storefront.database import Writer
from storefront.reading.destinations import Destination as Account
from storefront.reading.destinations import shown as account_shown
from storefront.reading.lists import looks_numbered, said_to_note
from storefront.selling import batches, catalogue, staff
from storefront.selling.orders import entering, paying
from storefront.selling.orders.views import pay_facts


@aside(45)
def list_pasted(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """A numbered list, or *catat Bu Ani 2 polos*: of her shops, the one that understands most of it."""
    if heard.kind != "text" or not (looks_numbered(heard.text) or said_to_note(heard.text)):
        return None
    read = [
        (len(found.entries), shop.id)
        for shop in staff.shops_of(db, visit.person_id)
        if (found := script.understood(heard.text, catalogue.wares(db, shop.id, with_plain=True)))
    ]
    if not read:
        return note_example(visit) if said_to_note(heard.text) and staff.shops_of(db, visit.person_id) else None
    _, shop_id = max(read)
    return Begin("noting", {"shop": shop_id, "mark": script.marked(heard.text)}, answers={"list": heard.text})


def note_example(visit: Visit) -> Screen:
    return Screen(
        visit.t("I did not understand whose order that is, {kak}. For example: <i>note Bu Ani 2, block C2/5</i>.")
    )


@command("group_list")
def group_list_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*list*: who ordered so far, as a group keeps it; with several batches, which."""
    running = [batch for one in mine(db, visit, "0", with_staff=True) for batch in batches.running(db, one.id)]
    if len(running) == 1:
        return Screen(lists.printed(visit.t, entering.group_list(db, running[0])))
    if running:
        choices = tuple(go(batch_label(db, batch), "group_list", batch) for batch in running[:9])
        return Screen(visit.t("Which one do you mean?"), choices=choices)
    return None


@screen("group_list")
def group_list(db: Writer, visit: Visit, batch: str = "") -> Screen:
    found = worked_batch(db, visit, batch)
    return Screen(lists.printed(visit.t, entering.group_list(db, found.id)))


@screen("bill")
def bill(db: Writer, visit: Visit, order: str = "") -> Screen:
    """What a neighbour owes, to be passed on."""
    w = paying.bill(db, a_number(order), visit.person_id)
    destination = paying.payable_to(db, w)
    number = people.unsealed(db, destination)
    if w.payment.method == "qris":
        return lists.bill(
            visit.t, pay_facts(w, destination), qris.with_amount(number, w.order.total or 0, w.order.code), ""
        )
    account = account_shown(Account(destination.kind, destination.brand, number, None))  # type: ignore[arg-type]
    return lists.bill(visit.t, pay_facts(w, destination), None, account)
