"""Who buys at a reseller's price and sells on. Her margin is what she earns: an order pays margin or commission, never
both."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update

from storefront import rows
from storefront.database import Reader, Writer
from storefront.models import Product, Profile, Reseller, Shop, Variant
from storefront.refusals import OwnShop
from storefront.selling import staff
from storefront.selling.catalogue import Card


def add(db: Writer, shop_id: int, person_id: int, now: datetime) -> None:
    rows.put(db, Reseller, {"shop_id": shop_id, "person_id": person_id}, added_at=now, removed_at=None)


def accept(db: Writer, token: str, person_id: int, now: datetime) -> Shop:
    """Open the seller's link: it is spent, and she is a reseller. Raises `NotInvited` or `OwnShop`."""
    invited = staff.invitation(db, token, now, role="reseller")
    shop = db.get_one(Shop, invited.shop_id)
    if shop.owner_id == person_id:
        raise OwnShop
    add(db, staff.spend(db, invited.id, person_id, now), person_id, now)
    return shop


def remove(db: Writer, shop_id: int, person_id: int, now: datetime) -> bool:
    mine = (Reseller.shop_id == shop_id, Reseller.person_id == person_id, Reseller.removed_at.is_(None))
    return rows.changed(db, update(Reseller).where(*mine).values(removed_at=now))


def is_one(db: Reader, shop_id: int, person_id: int) -> bool:
    found = db.get(Reseller, (shop_id, person_id), populate_existing=True)
    return found is not None and found.removed_at is None


def of_shop(db: Reader, shop_id: int) -> Sequence[tuple[int, str]]:
    """Her resellers, by number and name."""
    mine = (Reseller.shop_id == shop_id, Reseller.removed_at.is_(None))
    named = select(Reseller.person_id, Profile.name).join(Profile, Profile.person_id == Reseller.person_id)
    return [(number, name) for number, name in db.execute(named.where(*mine).order_by(Profile.name))]


def price(db: Writer, product: Product, amount: int) -> int:
    """What a reseller pays for the product said plainly; its other kinds keep their difference. Tells how many."""
    kinds = db.scalars(select(Variant).where(Variant.product_id == product.id).order_by(Variant.position)).all()
    base = kinds[0].price
    changes = [(one.id, amount + one.price - base) for one in kinds]
    for variant_id, reseller_price in changes:
        db.execute(update(Variant).where(Variant.id == variant_id).values(reseller_price=max(reseller_price, 1)))
    return len(changes)


def at_her_price(card: Card) -> Card:
    """The same product as a reseller buys it. What has no price for resellers costs everybody the same."""
    variants = [
        Variant(
            id=one.id,
            shop_id=one.shop_id,
            product_id=one.product_id,
            position=one.position,
            name=one.name,
            price=one.price if one.reseller_price is None else one.reseller_price,
            currency=one.currency,
            is_offered=one.is_offered,
            reseller_price=one.reseller_price,
        )
        for one in card.variants
    ]
    return replace(card, variants=variants, is_resale=any(one.reseller_price is not None for one in card.variants))
