"""What a seller's buttons and words do."""

from collections.abc import Sequence

from sqlalchemy import select

from bots.counter.buyer import a_number, already
from bots.dialogue import Choice, Heard, Screen, do, go, link
from bots.screens import inbox, seller
from bots.scripts.small import Offer
from bots.visit import Begin, Outcome, Visit, action, aside, command, screen
from referral import links
from referral.terms import DEFAULT_RATE_BP
from storefront import people
from storefront.database import Reader, Writer
from storefront.earning import deals
from storefront.models import Batch, Order, Shop
from storefront.reading import words
from storefront.refusals import NotYours
from storefront.selling import batches, catalogue, shops, staff
from storefront.selling.orders import changing, finding, fulfilling, paying, refunding
from storefront.selling.orders.views import buyer_facts, facts_of
from storefront.web import tokens

REMINDED = 8

# -- money -------------------------------------------------------------------------------------------


@action("not_there")
def not_there(db: Writer, visit: Visit, order: str) -> Screen:
    return seller.not_there_noted(visit.t, facts_of(paying.not_there(db, a_number(order), visit.person_id, visit.now)))


@action("accept_cod")
def accept_cod(db: Writer, visit: Visit, order: str) -> Screen:
    accepted = paying.accept_cod(db, a_number(order), visit.person_id, visit.now)
    return seller.cod_to_send(visit.t, buyer_facts(db, accepted), is_new=False)


@action("refund_sent")
def refund_sent(db: Writer, visit: Visit, order: str) -> Screen:
    w = changing.refund_sent(db, a_number(order), visit.person_id, visit.now)
    return Screen(
        visit.t("Thank you. I am asking the buyer of {code} whether it arrived.", code=w.order.code), about=w.order.code
    )


# -- kitchen and road --------------------------------------------------------------------------------


@action("sent")
def sent(db: Writer, visit: Visit, order: str) -> Screen:
    w = fulfilling.send(db, a_number(order), visit.person_id, visit.now)
    if w.order.cause_id is not None:
        text = visit.t("{code} is on its way; who gave it hears when you have brought it.", code=w.order.code)
        return Screen(text, choices=(go(visit.t("Gifts so far"), "cause", w.order.cause_id),), about=w.order.code)
    return seller.sent(visit.t, facts_of(w))


@action("all_sent")
def all_sent(db: Writer, visit: Visit, batch: str, kind: str) -> Screen:
    found = worked_batch(db, visit, batch)
    count = fulfilling.send_all(db, found.id, kind, visit.person_id, visit.now)
    return seller.all_sent(visit.t, count, kind, batches.lists(db, found.id))


@command("orders")
def orders_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*pesanan*: a seller's inbox; a buyer sees her own."""
    if not mine(db, visit, "0", with_staff=True):
        return already(db, visit, [order for order, _ in finding.open_of_buyer(db, visit.person_id)])
    return orders(db, visit, "0")


@screen("orders")
def orders(db: Writer, visit: Visit, shop: str = "0") -> Screen:
    """Every open order of hers, whichever channel it came by."""
    found, total = finding.open_of_shops(
        db, [one.id for one in mine(db, visit, shop, with_staff=True)], inbox.LINES_SHOWN
    )
    return inbox.orders(visit.t, found, total)


@screen("unpaid")
def unpaid(db: Writer, visit: Visit, shop: str = "0") -> Screen:
    return inbox.unpaid(visit.t, finding.unpaid_of_shops(db, [one.id for one in mine(db, visit, shop)], REMINDED))


@command("more")
def more_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    return more(db, visit) if mine(db, visit, "0") else None


@screen("more")
def more(db: Writer, visit: Visit, shop: str = "0") -> Screen:
    return inbox.more(visit.t, a_number(shop))


@screen("auto_reply")
def auto_reply(db: Writer, visit: Visit, shop: str = "0") -> Outcome:
    """The greeting of her own number, with the shop's links in it."""
    found = mine(db, visit, shop)
    if len(found) != 1:
        return which_shop(visit, found, "auto_reply")
    one, place = found[0], visit.place
    said = visit.t("I would like to order from {shop} (shop {slug})", shop=one.name, slug=one.slug)
    whatsapp = links.whatsapp(place.whatsapp, str(said)) if place.whatsapp else ""
    telegram = links.telegram(place.bot, f"s_{one.slug}") if place.bot else ""
    return inbox.auto_reply(visit.t, one.name, telegram, whatsapp)


@screen("commissions")
def commissions(db: Writer, visit: Visit, shop: str = "0") -> Outcome:
    """*Komisi*: what she gives, what she owes, whom to invite."""
    found = mine(db, visit, shop)
    if len(found) != 1:
        return which_shop(visit, found, "commissions")
    return inbox.commissions(visit.t, found[0].name, found[0].id, found[0].rate_bp)


@command("summary")
def summary_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    return summary(db, visit, "0")


@screen("summary")
def summary(db: Writer, visit: Visit, shop: str = "0") -> Outcome | None:
    """*rekap*: the lists of what is running; with several batches, which."""
    running = [batch for one in mine(db, visit, shop, with_staff=True) for batch in batches.running(db, one.id)]
    if not running:
        return Screen(visit.t("Nothing is running right now. Send a photo with a caption to list something."))
    if len(running) == 1:
        return seller.lists(visit.t, batches.lists(db, running[0]))
    choices = tuple(go(batch_label(db, batch), "lists", batch) for batch in running[:9])
    return Screen(visit.t("Which one do you mean?"), choices=choices)


def batch_label(db: Reader, batch_id: int) -> str:
    return str(batches.lists(db, batch_id)["product"])[:40]


@screen("lists")
def lists(db: Writer, visit: Visit, batch: str = "") -> Outcome:
    return seller.lists(visit.t, batches.lists(db, worked_batch(db, visit, batch).id))


def owned_batch(db: Reader, visit: Visit, batch: str) -> Batch:
    """A batch of the seller's own; anybody else's, or none, is refused with the same `NotYours`."""
    found = db.get(Batch, a_number(batch))
    if found is None:
        raise NotYours
    if db.get_one(Shop, found.shop_id).owner_id != visit.person_id:
        raise staff.refusal(db, found.shop_id, visit.person_id)
    return found


@command("print_lists")
def print_lists_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*cetak daftar*: the lists on paper; with several batches, of which."""
    running = [batch for one in mine(db, visit, "0", with_staff=True) for batch in batches.running(db, one.id)]
    if len(running) == 1:
        return list_files(db, visit, str(running[0]))
    choices = tuple(go(batch_label(db, batch), "list_files", batch) for batch in running[:9])
    return Screen(visit.t("Which one do you mean?"), choices=choices) if running else None


@screen("list_files")
def list_files(db: Writer, visit: Visit, batch: str = "") -> Screen:
    """Links to the lists as files; a chat cannot carry a table everywhere, a link can."""
    found = worked_batch(db, visit, batch)
    facts = (found.id, visit.language)
    links_ = [
        link(name, tokens.lists_link(db.vault, visit.place.public_url, *facts, ending, visit.now))
        for name, ending in (("PDF", "pdf"), ("CSV", "csv"))
    ]
    return Screen(visit.t("The lists as files. These links hold for half an hour:"), choices=tuple(links_))


def worked_batch(db: Reader, visit: Visit, batch: str) -> Batch:
    """A batch of a shop she owns or works in."""
    found = db.get(Batch, a_number(batch))
    if found is None or found.shop_id not in {one.id for one in staff.shops_of(db, visit.person_id)}:
        raise NotYours
    return found


def mine(db: Reader, visit: Visit, shop: str, *, with_staff: bool = False) -> list[Shop]:
    """The seller's shops, or the one a button names; ``with_staff``: those she works in as well."""
    found = staff.shops_of(db, visit.person_id) if with_staff else shops.owned_by(db, visit.person_id)
    owned = list(found)
    return [one for one in owned if one.id == a_number(shop)] if a_number(shop) else owned


def which_shop(visit: Visit, found: Sequence[Shop], name: str) -> Screen:
    """Asked of one who has several: each button shows the screen of that name for that shop."""
    if not found:
        return Screen(visit.t("You have no shop yet. Write <i>start selling</i> to open one."))
    return Screen(visit.t("For which shop?"), choices=tuple(go(one.name, name, one.id) for one in found))


# -- fees and ends -----------------------------------------------------------------------------------


@aside(10)
def fee_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*ongkir DR-0001 10rb*: the fee of an area we did not know."""
    said = words.read_fee_answer(heard.text)
    if said is None:
        return None
    code, fee = said
    order = db.scalar(select(Order).where(Order.code == code))
    if order is None:
        return Screen(visit.t("I find no order {code} that concerns you, {kak}.", code=code))
    return fee_set(db, visit, order.id, fee)


@action("fee_courier")
def fee_courier(db: Writer, visit: Visit, order: str) -> Screen:
    return fee_set(db, visit, a_number(order), None)


@action("fee_free")
def fee_free(db: Writer, visit: Visit, order: str) -> Screen:
    return fee_set(db, visit, a_number(order), 0)


def fee_set(db: Writer, visit: Visit, order_id: int, fee: int | None) -> Screen:
    return seller.fee_set(visit.t, facts_of(changing.set_fee(db, order_id, visit.person_id, fee, visit.now)))


@screen("seller_cancel")
def seller_cancel(db: Writer, visit: Visit, order: str = "") -> Screen:
    """The seller would like to cancel: one question first, then the buyer is asked."""
    w = paying.sold_by(db, a_number(order), visit.person_id, by_staff=True)
    if not people.is_reached(db, w.order.buyer_id):
        asked = visit.t("Cancel {code} of {buyer}?", code=w.order.code, buyer=buyer_facts(db, w)["buyer"])
        return Screen(asked, choices=(do(visit.t("Yes, cancel"), "ask_cancel", w.order.id),), about=w.order.code)
    text = visit.t("Ask the buyer to cancel {code}? She decides.", code=w.order.code)
    return Screen(text, choices=(do(visit.t("Yes, ask"), "ask_cancel", w.order.id),), about=w.order.code)


@action("ask_cancel")
def ask_cancel(db: Writer, visit: Visit, order: str) -> Screen:
    w = changing.ask_to_cancel(db, a_number(order), visit.person_id, visit.now)
    if w.order.state == "cancelled":  # there was nobody here to ask
        due = refunding.open_of_order(db, w.order.id)
        facts = {**facts_of(w), **refunding.facts_of_refund(db, due[-1].id if due else None)}
        return seller.refund_to_send(visit.t, facts, visit.t("{code} is cancelled.", code=w.order.code))
    return Screen(visit.t("I am asking the buyer of {code}.", code=w.order.code), about=w.order.code)


# -- neighbours --------------------------------------------------------------------------------------


@action("offer")
def offer(db: Writer, visit: Visit, shop: str, rate_bp: str) -> Outcome:
    """*Boleh, 10%*: from now on whoever recommends this shop earns that."""
    return Offer(a_number(shop), a_number(rate_bp))


@screen("adjust")
def adjust(db: Writer, visit: Visit, shop: str = "") -> Outcome:
    return Begin("adjusting", {"shop": owned(db, visit, shop).id})


@command("invite")
def invite_said(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    return invite(db, visit, "0")


@screen("invite")
def invite(db: Writer, visit: Visit, shop: str = "0") -> Outcome:
    """The invitation link; a shop that offers nothing yet is asked what it would give."""
    found = mine(db, visit, shop)
    if len(found) != 1:
        return which_shop(visit, found, "invite")
    one = found[0]
    if one.rate_bp is None:
        ask = visit.t("Would you like neighbours to help recommend it? You pay only when it sells.")
        choices: tuple[Choice, ...] = (
            do(visit.t("Yes, 10%"), "offer", one.id, DEFAULT_RATE_BP),
            go(visit.t("Adjust"), "adjust", one.id),
        )
        return Screen(ask, choices=(*choices, go(visit.t("Later"), "later")))
    return Offer(one.id, one.rate_bp)


@screen("invite_text")
def invite_text(db: Writer, visit: Visit, shop: str = "") -> Outcome:
    """The invitation as a message to pass on."""
    one = owned(db, visit, shop)
    standing = deals.latest_invitation(db, one.id)
    product = catalogue.numbered(db, one.id, None)
    if standing is None or product is None:
        return invite(db, visit, shop)
    link = f"{visit.place.public_url}/i/{standing.token}"
    return seller.invitation_to_forward(visit.t, one.name, product.name, standing.rate_bp, link)


def owned(db: Reader, visit: Visit, shop: str) -> Shop:
    found = db.get(Shop, a_number(shop))
    if found is None:
        raise NotYours
    if found.owner_id != visit.person_id:
        raise staff.refusal(db, found.id, visit.person_id)
    return found
