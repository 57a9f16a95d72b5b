"""The shelf: every product with its photo, price and quota; what a seller changes of one; and a new one."""

from datetime import date, datetime, timedelta
from typing import Any

from flask import request

from storefront import media
from storefront.database import Reader, Writer
from storefront.phrases import marked
from storefront.reading.prices import find_prices
from storefront.refusals import NotAMoment, NotAnAmount, NothingSaid, NotYours, RoundRunning
from storefront.selling import catalogue, editing, preorders
from storefront.selling.catalogue import BASE_VARIANT, Card, Listing
from storefront.web import tokens
from storefront.web.desk import desk
from storefront.web.desk.shops import act_of_shop, at, owners, page_of_shop, shop_of, shown
from storefront.web.forms import a_count, a_day, a_moment, a_number, an_amount, must_be_sure, words
from storefront.web.pages import here
from storefront.web.uploads import kept, with_picture
from storefront.web.visitors import Visitor, done, just_done

NAME_LONGEST = 60
UNIT_LONGEST = 20
OPTIONS_MOST = 30
FURTHEST = timedelta(days=366)
PARTS = ("pagi", "siang", "sore", "malam")
SAID = {
    "listed": marked("It is live. Its link and picture are below."),
    "changed": marked("Changed. What was ordered before stays as it was."),
    "photo": marked("The photo is on its page."),
    "again": marked("Open again."),
    "closed": marked("Orders are closed. The lists are under Calendar."),
}


# -- looking ---------------------------------------------------------------------------------------------


@desk.get("/desk/<slug>/shelf")
@page_of_shop
def all_of_it(db: Reader, me: Visitor) -> Any:
    """Everything there is, what is hidden too."""
    shop = shop_of(me)
    file = tokens.goods_link(db.vault, here().public_url, shop.id, me.person.id, me.now) if me.is_owner else ""
    return shown("shelf", me, "shelf", cards=catalogue.all_cards(db, shop), file=file)


@desk.get("/desk/<slug>/shelf/new")
@page_of_shop
@owners
def new(db: Reader, me: Visitor) -> Any:
    return shown("new_product", me, "shelf", parts=PARTS)


@desk.get("/desk/<slug>/shelf/<int:number>")
@page_of_shop
def product(db: Reader, me: Visitor, number: int) -> Any:
    """One product, with everything that may be changed of it."""
    card = card_of(db, me, number)
    return shown(
        "product",
        me,
        "shelf",
        card=card,
        more=catalogue.more_photos(db, card.product.id),
        most=editing.PHOTOS_MOST,
        may_reopen=is_over(card, me),
        said=just_done(SAID),
    )


# -- doing -----------------------------------------------------------------------------------------------


@desk.post("/desk/<slug>/shelf/new")
@with_picture
@act_of_shop
@owners
def list_it(db: Writer, me: Visitor) -> Any:
    """Put something on sale. The same name again is the same product in a new round."""
    shop = shop_of(me)
    product_id = catalogue.list_product(db, shop, listing(me), kept(db, me), me.now)
    return done(at(me, "shelf", catalogue.card(db, product_id).product.number), "listed")


@desk.post("/desk/<slug>/shelf/<int:number>")
@act_of_shop
@owners
def change(db: Writer, me: Visitor, number: int) -> Any:
    """What she changed in the form, at once. What she left as it stood there stays as it is by now."""
    card = editing.owned(db, card_of(db, me, number).product.id, me.person.id)
    if (name := changed("name")) and (name := words("name", NAME_LONGEST)):
        editing.rename(db, card, name)
    for variant in card.variants:
        said = changed(f"price-{variant.id}")
        if said is not None:
            price = an_amount(said)
            must_be_priced(price)
            editing.set_price(db, card, price or 0, variant.name)
    change_limits(db, me, card)
    return done(at(me, "shelf", number), "changed")


def change_limits(db: Writer, me: Visitor, card: Card) -> None:
    """How many, until when, how many an order."""
    quota = a_count(changed("quota"))
    if quota is not None:
        editing.set_quota(db, card, quota, me.now)
    if said := changed("closes_at"):
        editing.move_closing(db, card, to_come(me, said), me.now)
    limits = {name: a_count(said) or None for name in ("min_order", "max_order") if (said := changed(name)) is not None}
    if limits:
        editing.change(db, card, **limits)


def changed(name: str) -> str | None:
    """What a field says, where that is not what stood in it when the page was made; None for one left alone."""
    said = request.form.get(name)
    return said if said is not None and said != request.form.get(f"was-{name}") else None


@desk.post("/desk/<slug>/shelf/<int:number>/photo")
@with_picture
@act_of_shop
@owners
def add_photo(db: Writer, me: Visitor, number: int) -> Any:
    """One more photo; or in place of the first."""
    card = editing.owned(db, card_of(db, me, number).product.id, me.person.id)
    photo = kept(db, me)
    if photo is None:
        raise NothingSaid
    if request.form.get("first") == "1":
        editing.change(db, card, photo_id=photo)
        media.publish(db, photo)
    else:
        editing.add_photo(db, card, photo)
    return done(at(me, "shelf", number), "photo")


@desk.post("/desk/<slug>/shelf/<int:number>/<act>")
@act_of_shop
@owners
def product_deed(db: Writer, me: Visitor, number: int, act: str) -> Any:
    """Gone for today, hidden, on top, closed, open again."""
    card = editing.owned(db, card_of(db, me, number).product.id, me.person.id)
    match act:
        case "pause":
            editing.pause(db, card, me.now)
        case "resume":
            editing.resume(db, card)
        case "hide":
            editing.hide(db, card)
        case "show":
            editing.show(db, card)
        case "first":
            editing.put_first(db, [card])
        case "close":
            must_be_sure()
            editing.close_now(db, card, me.now)
            return done(at(me, "shelf", number), "closed")
        case "reopen":
            if not is_over(card, me) or card.batch.id != a_number(request.form.get("round")):
                raise RoundRunning
            preorders.open_again(db, card.batch.id, me.now)
            return done(at(me, "shelf", number), "again")
        case _:
            raise NotYours
    return done(at(me, "shelf", number), "changed")


def is_over(card: Card, me: Visitor) -> bool:
    """Whether its newest round has closed, so that another one may begin."""
    closed = card.batch.closed_at is not None or (card.batch.closes_at is not None and card.batch.closes_at <= me.now)
    return card.batch.kind == "po" and closed


# -- what the form of a new product says -----------------------------------------------------------------


def listing(me: Visitor) -> Listing:
    """A product as the form describes it. Raises `NothingSaid`, `NotAnAmount` or `NotAMoment`."""
    name, price = words("name", NAME_LONGEST), an_amount(request.form.get("price"))
    if not name:
        raise NothingSaid
    must_be_priced(price)
    assert price is not None, "it is priced"
    is_preorder = request.form.get("kind") == "po"
    part = request.form.get("day_part", "")
    return Listing(
        name=name,
        price=price,
        unit=words("unit", UNIT_LONGEST) or "pcs",
        options=options(request.form.get("options", ""), price),
        is_preorder=is_preorder,
        quota=a_count(request.form.get("quota")),
        closes_at=to_come(me, request.form.get("closes_at", "")) if is_preorder else None,
        delivers_on=day_to_come(me, request.form.get("delivers_on", "")) if is_preorder else None,
        day_part=part if part in PARTS else None,
        minimum=a_count(request.form.get("minimum")) or None if is_preorder else None,
        min_order=a_count(request.form.get("min_order")) or None,
        max_order=a_count(request.form.get("max_order")) or None,
        plain=words("plain", NAME_LONGEST) or BASE_VARIANT,
    )


def options(text: str, price: int) -> tuple[tuple[str, int], ...]:
    """One kind a line, with what it adds (+10rb) or costs (75rb): each with what it costs on top."""
    found: dict[str, int] = {}
    for line in text.replace("\0", "").splitlines()[:OPTIONS_MOST]:
        prices = find_prices(line)
        name = " ".join((line[: prices[0].start] if prices else line).strip(" +:-").split())[:NAME_LONGEST]
        if name:
            found[name] = (prices[0].amount if prices[0].plus else prices[0].amount - price) if prices else 0
    return tuple(found.items())


def must_be_priced(price: int | None) -> None:
    if not price:
        raise NotAnAmount


def to_come(me: Visitor, text: str) -> datetime:
    """The moment in a field, which is to be in the future, and not so far that it is a slip. Raises `NotAMoment`."""
    moment = a_moment(text, me.t.zone)
    if moment is None or not me.now < moment <= me.now + FURTHEST:
        raise NotAMoment
    return moment


def day_to_come(me: Visitor, text: str) -> date | None:
    """The day in a field, today or later; None where none was chosen. Raises `NotAMoment`."""
    if not text:
        return None
    day, today = a_day(text), me.now.astimezone(me.t.zone).date()
    if day is None or not today <= day <= today + FURTHEST:
        raise NotAMoment
    return day


def card_of(db: Reader, me: Visitor, number: int) -> Card:
    """The product of the shop in view that has this number, hidden or not. Raises `NotYours`."""
    shop = shop_of(me)
    found = next((card for card in catalogue.all_cards(db, shop) if card.product.number == a_number(str(number))), None)
    if found is None:
        raise NotYours
    return found
