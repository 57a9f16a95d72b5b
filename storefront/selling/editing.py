"""What a seller changes of her shelf afterwards: prices, quotas, limits, names, photos, and what is shown where.

An order already placed keeps what it was told; a change holds for whoever orders next.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update

from storefront import chores, media, rows
from storefront.database import Reader, Writer
from storefront.models import Batch, Order, OrderLine, Product, ProductPhoto, Shop, Variant, VariantQuota
from storefront.reading.blocked import blocked
from storefront.refusals import AlreadyDone, BlockedGoods, NameTaken, NotYours, QuotaTaken
from storefront.selling import batches, catalogue, staff
from storefront.selling.catalogue import Card

COUNTED = ("placed", "sent", "received")
PHOTOS_MOST = 5


def owned(db: Reader, product_id: int, seller_id: int) -> Card:
    """A product of the seller's own, hidden or not; anybody else's, or none, is refused with the same `NotYours`."""
    product = db.get(Product, product_id, populate_existing=True)
    shop = db.get(Shop, product.shop_id) if product else None
    if shop is None:
        raise NotYours
    if shop.owner_id != seller_id:
        raise staff.refusal(db, shop.id, seller_id)
    return catalogue.card(db, product_id)


# -- prices and names ----------------------------------------------------------------------------------


def new_prices(card: Card, price: int, option: str | None = None) -> list[tuple[Variant, int]]:
    """What a new price makes of each variant: of the one named, or of all, which keep what they cost beside the first.

    A variant is never below one unit of the currency.
    """
    if option is not None:
        return [(card.variant(option), price)]
    first = card.variants[0]
    return [(variant, max(price + variant.price - first.price, 1)) for variant in card.variants]


def set_price(db: Writer, card: Card, price: int, option: str | None = None) -> None:
    for variant, amount in new_prices(card, price, option):
        db.execute(update(Variant).where(Variant.id == variant.id).values(price=amount))


def rename(db: Writer, card: Card, name: str) -> None:
    """Raises `NameTaken`. Links and codes go by number, so they go on."""
    if blocked(name):
        raise BlockedGoods(product=name)
    same = catalogue.same_product(db, card.shop.id, name)
    if same is not None and same != card.product.id:
        raise NameTaken(product=name)
    change(db, card, name=name)


def change(db: Writer, card: Card, **values: Any) -> None:
    """Whatever else a product's row says: its category, its limits, what the seller says of the food."""
    db.execute(update(Product).where(Product.id == card.product.id).values(**values))


# -- quotas --------------------------------------------------------------------------------------------


def set_quota(db: Writer, card: Card, quota: int, now: datetime) -> None:
    """How many there are in all. Raises `QuotaTaken` below what is ordered; more places go to whoever waits."""
    allowed = (Batch.id == card.batch.id, Batch.taken <= quota)
    if not rows.changed(db, update(Batch).where(*allowed).values(quota=quota)):
        taken = db.get_one(Batch, card.batch.id, populate_existing=True).taken
        raise QuotaTaken(n=taken, product=card.product.name, quota=quota)
    chores.schedule(db, "offer_places", card.batch.id, now, again=f"quota:{quota}:{now.isoformat()}")


def restock(db: Writer, card: Card, stock: int, now: datetime) -> None:
    """So many lie on the table now, whatever was sold before."""
    stocked = update(Batch).where(Batch.id == card.batch.id).values(quota=Batch.taken + stock)
    db.execute(stocked.execution_options(synchronize_session=False))
    chores.schedule(db, "offer_places", card.batch.id, now, again=f"stock:{stock}:{now.isoformat()}")


def set_variant_quota(db: Writer, card: Card, option: str, quota: int) -> None:
    """How many of one variant; what is ordered of it counts. Raises `QuotaTaken`."""
    variant = card.variant(option)
    counts = update(Batch).where(Batch.id == card.batch.id).values(has_variant_quotas=True)
    db.execute(counts)  # first, so that nobody orders until this is counted
    taken = ordered_of(db, card.batch.id, variant.id)
    if taken > quota:
        raise QuotaTaken(n=taken, product=f"{card.product.name} {variant.name}", quota=quota)
    mine = {"batch_id": card.batch.id, "variant_id": variant.id}
    rows.put(db, VariantQuota, mine, shop_id=card.shop.id, quota=quota, taken=taken)


def ordered_of(db: Reader, batch_id: int, variant_id: int) -> int:
    of_batch = (OrderLine.batch_id == batch_id, OrderLine.variant_id == variant_id, Order.state.in_(COUNTED))
    query = select(func.coalesce(func.sum(OrderLine.quantity), 0)).join(Order, Order.id == OrderLine.order_id)
    return int(db.scalar(query.where(*of_batch)) or 0)


def set_minimum(db: Writer, card: Card, minimum: int) -> None:
    """How many it takes for the open PO to run."""
    db.execute(update(Batch).where(Batch.id == card.batch.id).values(minimum=minimum))


def move_closing(db: Writer, card: Card, closes_at: datetime, now: datetime) -> None:
    """Orders close at another moment that is still to come. Raises `AlreadyDone` for a batch that has closed."""
    assert closes_at > now, "a closing that is past was asked about before"
    open_ = (Batch.id == card.batch.id, Batch.closed_at.is_(None))
    if not rows.changed(db, update(Batch).where(*open_).values(closes_at=closes_at)):
        raise AlreadyDone
    chores.cancel_all(db, ["close_batch"], card.batch.id)
    chores.schedule(db, "close_batch", card.batch.id, closes_at, again=closes_at.isoformat())


def close_now(db: Writer, card: Card, now: datetime) -> None:
    """Orders close this minute, with all that follows. Raises `AlreadyDone`."""
    if card.batch.closed_at is not None:
        raise AlreadyDone
    chores.cancel_all(db, ["close_batch"], card.batch.id)
    batches.close(db, card.batch.id, now)


# -- the shelf -----------------------------------------------------------------------------------------


def pause(db: Writer, card: Card, now: datetime) -> None:
    """*Habis hari ini*: from now until midnight of the shop's zone nobody can order it."""
    tomorrow = now.astimezone(db.zone).date() + timedelta(days=1)
    change(db, card, paused_until=datetime.combine(tomorrow, time(), tzinfo=db.zone))


def resume(db: Writer, card: Card) -> None:
    change(db, card, paused_until=None)


def hide(db: Writer, card: Card) -> None:
    """It is on no shelf and takes no order; what is ordered stands."""
    change(db, card, is_hidden=True)


def show(db: Writer, card: Card) -> None:
    change(db, card, is_hidden=False)


def put_first(db: Writer, cards: Sequence[Card]) -> None:
    """These stand on top of their shelf, in this order; the rest behind them as before."""
    shop_id = cards[0].shop.id
    smallest = db.scalar(select(func.min(Product.position)).where(Product.shop_id == shop_id)) or 0
    for place, card in enumerate(cards):
        change(db, card, position=smallest - len(cards) + place)


def add_photo(db: Writer, card: Card, media_id: int) -> int:
    """One more photo of it; the first of all becomes its own. Returns how many there are; six would be too many."""
    if card.product.photo_id is None:
        change(db, card, photo_id=media_id)
    else:
        more = photos_of(db, card.product.id)
        if len(more) + 1 >= PHOTOS_MOST:
            raise AlreadyDone
        db.execute(insert(ProductPhoto).values(shop_id=card.shop.id, product_id=card.product.id, media_id=media_id))
    media.publish(db, media_id)
    return len(photos_of(db, card.product.id)) + 1


def room_for_photos(db: Reader, product_id: int) -> int:
    """How many more photos a product may have beside its own."""
    return max(PHOTOS_MOST - 1 - len(photos_of(db, product_id)), 0)


def photos_of(db: Reader, product_id: int) -> Sequence[int]:
    """The further photos of a product, as they came."""
    mine = select(ProductPhoto.media_id).where(ProductPhoto.product_id == product_id)
    return db.scalars(mine.order_by(ProductPhoto.id)).all()
