"""The ways in. A link opens a chat; what it carries decides which door of the shop that is."""

from collections.abc import Sequence

from bots.dialogue import MINI_APP, Choice, Heard, Picture, Screen, go, is_number, link
from bots.screens.wording import bold, paragraphs
from bots.visit import Begin, InView, Outcome, Visit, command, entrance, screen
from referral.attribution import Claim
from storefront.database import Reader, Writer
from storefront.earning import deals, touches
from storefront.models import Product, Shop
from storefront.phrases import Voice
from storefront.refusals import NotInvited
from storefront.selling import catalogue, shops


@entrance("code")
def by_code(db: Writer, visit: Visit, said: str) -> Outcome:
    """A creator's link, QR or word: remember the touch, show what she recommends."""
    known = deals.known(db, said)
    if known is None:
        return nobody_has(db, visit, said)
    return met(db, visit, known, Claim.LINK)


def met(db: Writer, visit: Visit, known: deals.Known, claim: Claim) -> Outcome:
    """A code she met: remembered where its deal runs; where it has ended, what it recommended is sold all the same."""
    deal = known.deal
    if not deals.is_running(deal, visit.now):
        return ended(db, visit, known)
    if deal.creator_id != visit.person_id:
        touches.remember(db, deal, visit.person_id, claim, visit.now, picture=known.picture)
    return recommended(db, known)


def ended(db: Writer, visit: Visit, known: deals.Known) -> Screen:
    """It is on somebody's cardboard sign still; it thanks nobody, and nothing is lost by that."""
    product_id = recommended(db, known).args["product"]
    text = visit.t("The code {code} thanks nobody any more, {kak}; you can order all the same.", code=known.code)
    return Screen(text, choices=(go(visit.t("Order"), "product", product_id),))


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
        return nobody_has(db, visit, said) if any(sign.isdigit() for sign in said) else None
    return met(db, visit, known, Claim.CODE)


def nobody_has(db: Writer, visit: Visit, said: str) -> Screen:
    """Nearly right is asked, never guessed; who tries one after the other waits. Raises `TooManyMisses`."""
    deals.refuse_guessing(db, visit.person_id, visit.now)
    deals.count_miss(db, visit.person_id, visit.now)
    near = deals.nearly(db, said, visit.now)
    nobody = visit.t("Nobody has the code {code}, {kak}. Could you check it once more?", code=said[:20])
    if not near:
        return Screen(nobody)
    text = visit.t("Nobody has the code {code}, {kak}. Did you mean one of these?", code=said[:20])
    return Screen(text, choices=tuple(go(code, "said_code", code) for code in near))


@screen("said_code")
def said_code(db: Writer, visit: Visit, code: str = "") -> Outcome:
    """The code somebody had nearly written, tapped."""
    known = deals.known(db, code)
    if known is None:
        raise NotInvited
    return met(db, visit, known, Claim.CODE)


@command("no_code")
def no_code(db: Writer, visit: Visit, heard: Heard) -> Screen:
    """*tanpa kode*: she would rather that her next order thanks nobody."""
    if visit.shop_id is None:
        return Screen(visit.t("Of which shop? Open its link first."))
    touches.forget(db, visit.person_id, visit.shop_id)
    shop = db.get_one(Shop, visit.shop_id)
    return Screen(visit.t("All right, {kak}: your next order at {shop} thanks nobody.", shop=shop.name))


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
    touches.by_own_door(db, product.shop_id, visit.person_id, visit.now)
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
    touches.by_own_door(db, shop.id, visit.person_id, visit.now)
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
    return InView(found.id, at_shop(visit, found, shelf))


SHELF_SHOWN = 8
REST = ""  # products that stand under no category


def at_shop(visit: Visit, found: Shop, shelf: list[Product], page: int = 0) -> Screen:
    """What a shop has: everything where it is little, its categories where it is much."""
    t = visit.t
    place = ", ".join(part for part in (found.place, found.city) if part)
    hello = t("Hello {kak}, I am the order assistant of <b>{shop}</b> ({place}).", shop=found.name, place=place)
    if not shelf:
        return Screen(paragraphs(hello, t("Nothing is on sale right now.")))
    kinds = categories_of(shelf)
    if len(shelf) > SHELF_SHOWN and len(kinds) > 1:
        choices = tuple(
            go(f"{name or t('Everything else')} ({count})", "category", found.id, at)
            for at, (name, count) in enumerate(kinds)
        )
        how = t("Or look for something: <i>search brownies</i>.")
        return Screen(paragraphs(hello, t("What would you like?"), how), choices=choices[:9])
    choices = (*page_of(t, found.id, shelf, page), *as_page(visit, found))
    return Screen(paragraphs(hello, t("What would you like?")), choices=choices)


def as_page(visit: Visit, shop: Shop) -> tuple[Choice, ...]:
    """The same as a page inside Telegram, with pictures and a cart."""
    if visit.channel != "telegram" or not visit.place.public_url.startswith("https://"):
        return ()
    return (link(visit.t("Look and choose"), f"{visit.place.public_url}{MINI_APP}?at=s_{shop.slug}"),)


def page_of(t: Voice, shop_id: int, shelf: Sequence[Product], page: int) -> tuple[Choice, ...]:
    shown = [go(one.name, "product", one.id) for one in shelf[page * SHELF_SHOWN : (page + 1) * SHELF_SHOWN]]
    if len(shelf) > (page + 1) * SHELF_SHOWN:
        shown.append(go(t("More"), "shop_page", shop_id, page + 1))
    return tuple(shown)


def categories_of(shelf: Sequence[Product]) -> list[tuple[str, int]]:
    """The categories in the order of the shelf, and how many products stand under each; the rest comes last."""
    counts: dict[str, int] = {}
    for one in shelf:
        counts[one.category or REST] = counts.get(one.category or REST, 0) + 1
    return sorted(counts.items(), key=lambda entry: entry[0] == REST)


@screen("shop_page")
def shop_page(db: Writer, visit: Visit, shop: str = "", page: str = "0") -> Screen:
    found = db.get(Shop, int(shop)) if is_number(shop) else None
    if found is None or not is_number(page):
        return Screen(visit.t("I do not know that shop."))
    shelf = catalogue.shelf(db, found.id)
    return Screen(visit.t("What would you like?"), choices=page_of(visit.t, found.id, shelf, int(page)))


@screen("category")
def category(db: Writer, visit: Visit, shop: str = "", place: str = "0") -> Screen:
    """Everything that stands under one category."""
    found = db.get(Shop, int(shop)) if is_number(shop) else None
    shelf = catalogue.shelf(db, found.id) if found else []
    kinds = categories_of(shelf)
    if found is None or not is_number(place) or int(place) >= len(kinds):
        return Screen(visit.t("I do not know that shop."))
    name = kinds[int(place)][0]
    choices = tuple(go(one.name, "product", one.id) for one in shelf if (one.category or REST) == name)
    return Screen(bold(name or visit.t("Everything else")), choices=choices[:20])


def album(visit: Visit, product: Product, tokens: Sequence[str]) -> Screen:
    """All of them at once, where the channel shows albums."""
    text = visit.t("All photos of {product}, {kak}.", product=product.name)
    return Screen(text, Picture("album", " ".join(tokens)), (go(visit.t("Order"), "product", product.id),))


@screen("photos")
def photos(db: Writer, visit: Visit, product: str = "", at: str = "0") -> Screen:
    """One more photo of a product, and a way to the next."""
    found = db.get(Product, int(product)) if is_number(product) else None
    tokens = catalogue.more_photos(db, found.id) if found and not found.is_hidden else []
    if found and len(tokens) > 1 and visit.channel == "telegram":
        return album(visit, found, tokens)
    if found is None or not is_number(at) or int(at) >= len(tokens):
        return Screen(visit.t("That product is not on sale right now."))
    following = int(at) + 1
    choices = [go(visit.t("Order"), "product", found.id)]
    if following < len(tokens):
        choices.insert(0, go(visit.t("More photos"), "photos", found.id, following))
    return Screen(bold(found.name), picture=Picture("media", tokens[int(at)]), choices=tuple(choices))


@entrance("start")
def start(db: Writer, visit: Visit, _: str) -> Outcome:
    """A bare start always leads to the front door, whatever was open."""
    from bots.counter.everybody import front_door

    return front_door(db, visit)
