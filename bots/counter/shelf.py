"""A seller's shelf: what she sells, each product with its handles, and what she changes by writing it."""

from dataclasses import replace

from bots.counter.buyer import a_number
from bots.counter.seller import mine
from bots.dialogue import Heard, Screen, link
from bots.screens import shelf
from bots.scripts import managing as script
from bots.scripts.noting import marked
from bots.visit import Begin, Outcome, Visit, action, aside, command, screen
from referral import links
from storefront import media
from storefront.database import Writer
from storefront.models import Batch, Product
from storefront.reading.managing import Change
from storefront.refusals import NotYours
from storefront.selling import catalogue, editing, posts, preorders

# -- looking ---------------------------------------------------------------------------------------------


@command("goods")
def goods_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    return goods(db, visit, "0") if mine(db, visit, "0") else None


@screen("goods")
def goods(db: Writer, visit: Visit, shop: str = "0", page: str = "0") -> Screen:
    """*Jualan*: everything she sells, hidden or not."""
    cards = [card for one in mine(db, visit, shop) for card in catalogue.all_cards(db, one)]
    return shelf.shelf(visit.t, cards, visit.now, a_number(page))


@screen("desk")
def desk(db: Writer, visit: Visit, product: str = "") -> Screen:
    card = editing.owned(db, a_number(product), visit.person_id)
    shown = shelf.desk(visit.t, card, visit.now)
    if visit.channel != "telegram" or card.product.is_hidden or not card.is_open(visit.now):
        return shown
    address = links.telegram_group(visit.place.bot, f"po_{card.shop.letters}{card.product.number}")
    return replace(shown, choices=(*shown.choices, link(visit.t("Post in a group"), address)))


# -- changing --------------------------------------------------------------------------------------------


@aside(48)
def change_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*harga brownies jadi 70rb*, *bolu habis hari ini*: only from somebody who sells."""
    if heard.kind != "text" or script.understood(db, visit.person_id, heard.text, visit) is None:
        return None
    return Begin("managing", {"mark": marked(heard.text)}, answers={"said": heard.text})


@action("pause_product")
def pause_product(db: Writer, visit: Visit, product: str) -> Screen:
    card = editing.owned(db, a_number(product), visit.person_id)
    editing.pause(db, card, visit.now)
    return done(db, visit, card.product.id, Change("pause", ()))


@action("resume_product")
def resume_product(db: Writer, visit: Visit, product: str) -> Screen:
    card = editing.owned(db, a_number(product), visit.person_id)
    editing.resume(db, card)
    return done(db, visit, card.product.id, Change("resume", ()))


@action("hide_product")
def hide_product(db: Writer, visit: Visit, product: str) -> Screen:
    card = editing.owned(db, a_number(product), visit.person_id)
    editing.hide(db, card)
    return done(db, visit, card.product.id, Change("hide", ()))


@action("show_product")
def show_product(db: Writer, visit: Visit, product: str) -> Screen:
    card = editing.owned(db, a_number(product), visit.person_id)
    editing.show(db, card)
    return done(db, visit, card.product.id, Change("show", ()))


def done(db: Writer, visit: Visit, product_id: int, change: Change) -> Screen:
    card = editing.owned(db, product_id, visit.person_id)
    posts.changed(db, card.batch.id)
    return shelf.desk(visit.t, card, visit.now).after(shelf.changed(visit.t, card, change))


# -- the next round of a PO ------------------------------------------------------------------------------


@screen("reopen")
def reopen_asked(db: Writer, visit: Visit, batch: str = "") -> Screen:
    """The same PO a week on, read back."""
    card = of_batch(db, visit, batch)
    if card.is_open(visit.now):
        return shelf.desk(visit.t, card, visit.now)
    return shelf.reopening(visit.t, card, preorders.next_round(db, card.batch, visit.now))


@action("reopen")
def reopen(db: Writer, visit: Visit, batch: str) -> Screen:
    card = of_batch(db, visit, batch)
    preorders.open_again(db, card.batch.id, visit.now)
    opened = editing.owned(db, card.product.id, visit.person_id)
    address = f"{visit.place.public_url}/p/{opened.shop.letters}{opened.product.number}"
    return shelf.opened(visit.t, opened, address)


def of_batch(db: Writer, visit: Visit, batch: str) -> catalogue.Card:
    """The product whose newest batch this is; an older one's button leads to where the product stands now."""
    found = db.get(Batch, a_number(batch))
    if found is None:
        raise NotYours
    return editing.owned(db, found.product_id, visit.person_id)


# -- one more photo --------------------------------------------------------------------------------------


def photo_added(db: Writer, visit: Visit, heard: Heard) -> Screen | None:
    """*foto brownies*, under a photo: one more picture of something on the shelf already."""
    named = script.photo_of(heard.text, script.wares_of(db, visit.person_id))
    if named is None or heard.picture is None:
        return None
    card = editing.owned(db, named, visit.person_id)
    kept = media.keep(db, visit.person_id, heard.picture, visit.now)
    count = editing.add_photo(db, card, kept)
    name = db.get_one(Product, named).name
    return Screen(visit.t("Added: {product} has {n} photos now.", product=name, n=count))
