"""The ways in. A link opens a chat; what it carries decides which door of the shop that is."""

from bots.dialogue import Screen, go, is_number
from bots.screens.wording import paragraphs
from bots.visit import Begin, Outcome, Visit, entrance, screen
from referral.attribution import Claim
from storefront.database import Reader, Writer
from storefront.earning import deals, touches
from storefront.models import Product, Shop
from storefront.refusals import NotInvited
from storefront.selling import catalogue, shops


@entrance("code")
def by_code(db: Writer, visit: Visit, said: str) -> Outcome:
    """A creator's link, QR or word: remember the touch, show what she recommends."""
    known = deals.known(db, said)
    if known is None:
        return nobody_has(visit, said)
    deal = known.deal
    if deal.creator_id != visit.person_id:
        touches.remember(db, deal, visit.person_id, Claim.LINK, visit.now)
    return recommended(db, known)


def recommended(db: Reader, known: deals.Known) -> Begin:
    """What a code recommends: the product of its suffix, else the one the deal began with."""
    deal = known.deal
    suffixed = catalogue.numbered(db, deal.shop_id, known.product_number) if known.product_number else None
    product_id = suffixed.id if suffixed else deal.product_id
    return Begin("buying", {"product": product_id, "deal": deal.id}, shop_id=deal.shop_id)


@entrance("said_code")
def by_word(db: Writer, visit: Visit, said: str) -> Outcome | None:
    """A code written in the chat. A word nobody has as a code is only a word, unless it looks like one."""
    known = deals.known(db, said)
    if known is None:
        return nobody_has(visit, said) if any(sign.isdigit() for sign in said) else None
    if known.deal.creator_id != visit.person_id:
        touches.remember(db, known.deal, visit.person_id, Claim.CODE, visit.now)
    return recommended(db, known)


def nobody_has(visit: Visit, said: str) -> Screen:
    return Screen(visit.t("Nobody has the code {code}, {kak}. Could you check it once more?", code=said[:20]))


@entrance("invitation")
def by_invitation(db: Writer, visit: Visit, token: str) -> Outcome:  # raises NotInvited
    invited = deals.invitation(db, token)
    return Begin("agreeing", {"invitation": invited.id}, shop_id=invited.shop_id)


@screen("invitation")
def invitation(db: Writer, visit: Visit, token: str = "") -> Outcome:
    if not token:
        raise NotInvited
    return by_invitation(db, visit, token)


@entrance("product")
def by_product(db: Writer, visit: Visit, reference: str) -> Outcome:
    product = catalogue.by_reference(db, reference)
    if product is None:
        return Screen(visit.t("That product is not on sale right now."), choices=(go(visit.t("Menu"), "front"),))
    return Begin("buying", {"product": product.id}, shop_id=product.shop_id)


@screen("product")
def product(db: Writer, visit: Visit, number: str = "") -> Outcome:
    found = db.get(Product, int(number)) if is_number(number) else None
    if found is None:
        return Screen(visit.t("That product is not on sale right now."))
    return Begin("buying", {"product": found.id}, shop_id=found.shop_id)


@entrance("shop")
def by_shop(db: Writer, visit: Visit, slug: str) -> Outcome:
    shop = shops.by_slug(db, slug)
    if shop is None:
        return Screen(visit.t("I do not know that shop."), choices=(go(visit.t("Menu"), "front"),))
    return entered(db, visit, shop)


@screen("shop")
def shop(db: Writer, visit: Visit, number: str = "") -> Outcome:
    found = db.get(Shop, int(number)) if is_number(number) else None
    return entered(db, visit, found) if found else Screen(visit.t("I do not know that shop."))


def entered(db: Writer, visit: Visit, found: Shop) -> Outcome:
    """A shop with one product shows it; with more, its shelf."""
    shelf = list(catalogue.shelf(db, found.id))
    if len(shelf) == 1:
        return Begin("buying", {"product": shelf[0].id}, shop_id=found.id)
    return at_shop(visit, found, shelf)


def at_shop(visit: Visit, found: Shop, shelf: list[Product]) -> Screen:
    t = visit.t
    place = ", ".join(part for part in (found.place, found.city) if part)
    hello = t("Hello {kak}, I am the order assistant of <b>{shop}</b> ({place}).", shop=found.name, place=place)
    if not shelf:
        return Screen(paragraphs(hello, t("Nothing is on sale right now.")))
    choices = tuple(go(one.name, "product", one.id) for one in shelf[:9])
    return Screen(paragraphs(hello, t("What would you like?")), choices=choices)


@entrance("start")
def start(db: Writer, visit: Visit, _: str) -> Outcome:
    """A bare start always leads to the front door, whatever was open."""
    from bots.counter.everybody import front_door

    return front_door(db, visit)
