"""People, shops and orders for tests, made by the same use cases that make the real ones."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from bots import hub as _announces_everything  # noqa: F401 - notices are looked up by name
from referral.attribution import Claim
from storefront import people, qris, rows
from storefront.database import Writer
from storefront.earning import deals, rates, touches
from storefront.models import Customer, Deal, Shop
from storefront.reading.areas import Area
from storefront.selling import catalogue, shops
from storefront.selling.catalogue import Card, Listing
from storefront.selling.delivery import Handover
from storefront.selling.orders import confirming, fulfilling, paying, placing
from storefront.selling.orders.placing import Wish
from storefront.selling.orders.views import Whole
from storefront.selling.shops import PayTo
from tests.conftest import START

NOW = START
HOME = Handover("deliver", "Sari", "Griya Asri blok C2 no 5", None)


def a_person(db: Writer, name: str, channel: str = "telegram") -> int:
    return people.meet(db, channel, f"{channel}-{name}", None, name, "id", NOW).person.id


def a_shop(db: Writer, owner: str = "Rina", name: str = "Dapur Rina") -> Shop:
    """A shop that is never alone: a neighbour's stands beside it, with an order that must stay as it is."""
    if db.scalar(select(Shop.id)) is None:
        an_order(db, a_product(db, open_one(db, "Wati", "Warung Wati")), "Wulan")
    return open_one(db, owner, name)


def open_one(db: Writer, owner: str, name: str) -> Shop:
    pay_to = PayTo("qris", "Depok", qris.build_static(name.upper()[:25], "DEPOK"), name.upper(), "QRIS")
    areas = [Area("RT 04", "rt", 0), Area("Griya Asri", "complex", 5_000), Area("luar", "outside", None)]
    return shops.open_shop(db, a_person(db, owner), name, "Griya Asri", "Depok", areas, pay_to, NOW)


def trusted(db: Writer, shop: Shop) -> Shop:
    """A shop from which five buyers have received something: no limit on what is prepaid any more."""
    for number in range(5):
        key = {"shop_id": shop.id, "person_id": a_person(db, f"regular{number}")}
        rows.add_once(db, Customer, **key, received=1)
    return shop


def a_listing(**changes: object) -> Listing:
    usual: dict[str, object] = {
        "name": "Brownies Kukus Pandan",
        "price": 65_000,
        "unit": "loyang",
        "options": (("keju", 10_000),),
        "is_preorder": True,
        "quota": 20,
        "closes_at": NOW + timedelta(days=2, hours=11),
        "delivers_on": date(2026, 6, 20),
        "day_part": "pagi",
    }
    return Listing(**{**usual, **changes})  # type: ignore[arg-type]


def a_product(db: Writer, shop: Shop, **changes: object) -> Card:
    return catalogue.card(db, catalogue.list_product(db, shop, a_listing(**changes), None, NOW))


def a_wish(card: Card, plain: int = 1, cheese: int = 0, handover: Handover = HOME) -> Wish:
    wanted = [(card.variants[0], plain), *([(card.variants[1], cheese)] if cheese else [])]
    return Wish(tuple((variant, quantity) for variant, quantity in wanted if quantity), handover)


def a_deal(db: Writer, shop: Shop, card: Card, creator: str = "Dewi", rate_bp: int = 1_000) -> Deal:
    """What the shop offers everybody, agreed to."""
    if not rates.promises(db, shop.id):
        deals.offer(db, shop.id, rate_bp, NOW)
    return deals.agree(db, shop, card.product.id, a_person(db, creator), creator, rate_bp, NOW)


def an_order(
    db: Writer,
    card: Card,
    buyer: str = "Sari",
    *,
    plain: int = 1,
    cheese: int = 1,
    through: Deal | None = None,
    paid: bool = False,
    sent: bool = False,
    now: datetime = NOW,
) -> Whole:
    """An order as far along as asked for."""
    buyer_id = a_person(db, buyer)
    if through:
        touches.remember(db, through, buyer_id, Claim.LINK, now)
    placed = placing.place(db, buyer_id, card, a_wish(card, plain, cheese), now)
    if paid or sent:
        paying.choose(db, placed.order.id, buyer_id, "qris", now)
        paying.claim(db, placed.order.id, buyer_id, None, now)
        confirming.confirm(db, placed.order.id, card.shop.owner_id, now)
    if sent:
        fulfilling.send(db, placed.order.id, card.shop.owner_id, now)
    return placed
