"""*Patungan* and *kabar warga*: a PO that needs company, and the month of the whole neighbourhood."""

from sqlalchemy import select

from bots.counter.buyer import a_number
from bots.counter.seller import mine
from bots.dialogue import Heard, Screen, go
from bots.screens import together as screens
from bots.visit import Outcome, Visit, command, screen
from referral import links
from storefront.database import Reader, Writer
from storefront.earning import deals, monthly
from storefront.models import Attribution, Deal, Order, Shop
from storefront.selling import catalogue
from storefront.selling.catalogue import Card


@command("pool")
def pool_said(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """*patungan*: the PO in view that has a minimum."""
    shop_ids = [one.id for one in mine(db, visit, "0")] or ([visit.shop_id] if visit.shop_id else [])
    shop_ids = shop_ids or [one.shop_id for one in deals.running(db, visit.person_id, visit.now)]
    for shop_id in shop_ids:
        cards = [card for card in catalogue.all_cards(db, db.get_one(Shop, shop_id)) if needs_company(card, visit)]
        if len(cards) == 1:
            return pool(db, visit, str(cards[0].product.id))
        if cards:
            choices = tuple(go(card.product.name, "pool", card.product.id) for card in cards[:9])
            return Screen(visit.t("Which one?"), choices=choices)
    return Screen(visit.t("No PO here waits for a minimum just now, {kak}."))


def needs_company(card: Card, visit: Visit) -> bool:
    return bool(card.batch.minimum) and card.is_open(visit.now) and not card.product.is_hidden


@screen("pool")
def pool(db: Writer, visit: Visit, product: str = "") -> Outcome:
    """A message to pass on; a buyer's carries the code of who brought her, a creator's her own."""
    card = catalogue.card(db, a_number(product))
    if not needs_company(card, visit):
        return Screen(visit.t("No PO here waits for a minimum just now, {kak}."))
    own = deals.of(db, card.shop.id, visit.person_id)
    mine_ = own if own and deals.is_running(own, visit.now) else None
    through = mine_ or brought_by(db, visit, card.shop.id)
    if through is None:
        address = f"{visit.place.public_url}/p/{card.shop.letters}{card.product.number}"
    else:
        address = f"{visit.place.public_url}/r/{links.suffixed(through.code, card.product.number)}"
    return screens.pool(visit.t, card, address, is_ad=mine_ is not None)


def brought_by(db: Reader, visit: Visit, shop_id: int) -> Deal | None:
    """The deal that her newest order at this shop thanked, while it runs."""
    thanked = (
        select(Attribution.deal_id)
        .join(Order, Order.id == Attribution.order_id)
        .where(Order.buyer_id == visit.person_id, Order.shop_id == shop_id, Attribution.deal_id.is_not(None))
        .order_by(Order.id.desc())
        .limit(1)
    )
    deal_id = db.scalar(thanked)
    deal = db.get(Deal, deal_id) if deal_id else None
    return deal if deal and deals.is_running(deal, visit.now) else None


# -- the neighbourhood's month -----------------------------------------------------------------------------


@command("news")
def news_said(db: Writer, visit: Visit, heard: Heard) -> Screen:
    """*kabar warga*: the month that is over, for whoever asks. One that runs would tell, asked twice, what was paid
    in between."""
    found = monthly.month(db, monthly.before(db, visit.now))
    if found.kitchens >= monthly.FEWEST_KITCHENS:
        return screens.news(visit.t, found.as_json())
    text = visit.t(
        "Not enough yet, {kak}: the news tell of a month in which at least {n} kitchens sold.",
        n=monthly.FEWEST_KITCHENS,
    )
    return Screen(text)
