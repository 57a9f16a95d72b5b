"""Products and their variants, and the card a buyer is shown of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, select, update

from storefront import chores, media, rows
from storefront.database import Reader, Writer
from storefront.models import Batch, Destination, Media, Product, ProductPhoto, Reseller, Shop, Variant, VariantQuota
from storefront.reading.blocked import blocked
from storefront.reading.searching import Searched
from storefront.reading.shelf import Ware
from storefront.refusals import BlockedGoods, NotOnSale
from storefront.selling import batches, polls, shops, waiting

BASE_VARIANT = batches.PLAIN_NAME
SHELF_LONGEST = 500
PLAIN = 0  # the position of the variant one gets by saying nothing; without one, positions begin behind it


@dataclass(frozen=True)
class Listing:
    """A product as its seller described it: each option with what it costs on top of ``price``.

    ``plain`` is what the product without any option is called; None where something has to be chosen.
    """

    name: str
    price: int
    unit: str
    options: tuple[tuple[str, int], ...]
    is_preorder: bool
    quota: int | None
    closes_at: datetime | None
    delivers_on: date | None
    day_part: str | None
    opens_at: datetime | None = None  #: None is at once
    plain: str | None = BASE_VARIANT
    minimum: int | None = None  #: how many it takes for the PO to run
    min_order: int | None = None
    max_order: int | None = None
    mix: tuple[int, int] | None = None  #: a box of so many pieces, in so many kinds at most
    told: tuple[tuple[str, str], ...] = ()  #: what she says of the food, by the name of its column


@dataclass(frozen=True)
class Card:
    """One product with everything an order needs to know of it."""

    shop: Shop
    product: Product
    batch: Batch
    variants: Sequence[Variant]
    account: str | None  #: the kind of account the shop has: bank or ewallet
    has_sticker: bool
    photo: str | None
    limits: Mapping[int, int] = field(default_factory=dict)  #: what is left of the variants with a quota of their own
    more_photos: bool = False
    held: int = 0  #: what is kept for whoever looks at it, from the waiting list
    is_resale: bool = False  #: whether its prices are a reseller's

    @property
    def left(self) -> int | None:
        return None if self.batch.quota is None else max(self.batch.quota - self.batch.taken, 0) + self.held

    @property
    def ways(self) -> list[str]:
        """The ways to pay the seller gave, and COD until she switches it off; a deposit is never paid at the door.

        Where the operator has frozen a shop, none.
        """
        if self.shop.frozen_at:
            return []
        if self.shop.is_cash_only:
            return ["cod"]
        given = [*(["qris"] if self.has_sticker else []), *(["transfer"] if self.account else [])]
        return [*given, *(["cod"] if self.shop.takes_cod and not self.product.deposit_bp else [])]

    def is_open(self, now: datetime) -> bool:
        closes_later = self.batch.closes_at is None or self.batch.closes_at > now
        return self.batch.closed_at is None and closes_later and self.batch.opened_at <= now

    def is_paused(self, now: datetime) -> bool:
        """Whether it is gone for today, as its seller says."""
        return self.product.paused_until is not None and self.product.paused_until > now

    @property
    def has_plain(self) -> bool:
        """Whether it can be had without choosing anything."""
        return self.variants[0].position == PLAIN

    def variant(self, name: str | None) -> Variant:
        return next((v for v in self.variants if v.name == (name or "")), self.variants[0])


def list_product(db: Writer, shop: Shop, listing: Listing, photo_id: int | None, now: datetime) -> int:
    """Put a product on sale: its variants, and the batch it is sold from.

    The same name again is the same product in a new batch: its links, its codes and its buyers' *pesan lagi* go on.
    """
    if blocked(listing.name):
        raise BlockedGoods(product=listing.name)
    product_id = same_product(db, shop.id, listing.name) or new_product(db, shop, listing, now)
    changes = {
        "unit": listing.unit,
        **({"photo_id": photo_id} if photo_id else {}),
        **dict(listing.told),
        "min_order": listing.min_order,
        "max_order": listing.max_order,
        "mix_size": listing.mix[0] if listing.mix else None,
        "mix_kinds": listing.mix[1] if listing.mix else None,
        "is_hidden": False,
        "paused_until": None,
    }
    db.execute(update(Product).where(Product.id == product_id).values(**changes))
    write_variants(db, shop, product_id, listing)
    open_batch(db, shop.id, product_id, listing, now)
    if photo_id:
        media.publish(db, photo_id)
    polls.opens(db, shop.id, listing.name, product_id, now)
    return product_id


def same_product(db: Reader, shop_id: int, name: str) -> int | None:
    known = db.execute(select(Product.id, Product.name).where(Product.shop_id == shop_id)).all()
    return next((product_id for product_id, known_name in known if known_name.casefold() == name.casefold()), None)


def new_product(db: Writer, shop: Shop, listing: Listing, now: datetime) -> int:
    number = len(db.scalars(select(Product.id).where(Product.shop_id == shop.id)).all()) + 1
    return rows.add(
        db,
        Product,
        shop_id=shop.id,
        number=number,
        name=listing.name,
        unit=listing.unit,
        kind="food",
        currency=shop.currency,
        photo_id=None,
        batch_id=None,
        listed_at=now,
    )


def write_variants(db: Writer, shop: Shop, product_id: int, listing: Listing) -> None:
    """Today's variants at today's prices; what is not named any more is no longer offered."""
    db.execute(update(Variant).where(Variant.product_id == product_id).values(is_offered=False))
    for row in variant_rows(shop, product_id, listing):
        named = {"product_id": row.pop("product_id"), "name": row.pop("name")}
        rows.put(db, Variant, named, **row)


def variant_rows(shop: Shop, product_id: int, listing: Listing) -> list[dict[str, Any]]:
    """The plain one comes first; it has a name only where there is something to tell it from."""
    plain = [(listing.plain if listing.options else "", 0)] if listing.plain or not listing.options else []
    first = PLAIN if plain else PLAIN + 1
    common = {"shop_id": shop.id, "product_id": product_id, "currency": shop.currency, "is_offered": True}
    return [
        {**common, "position": position, "name": name, "price": listing.price + extra}
        for position, (name, extra) in enumerate([*plain, *listing.options], start=first)
    ]


def mixed(db: Writer, card: Card, kinds: Sequence[str]) -> Variant:
    """The variant that is a box of these kinds. It stands on no shelf; whoever chooses the same gets the same one."""
    name = batches.MIXED.join(variant.name for variant in card.variants if variant.name in kinds)
    price = max(variant.price for variant in card.variants if variant.name in kinds)
    common = {"shop_id": card.shop.id, "price": price, "currency": card.product.currency, "is_offered": False}
    behind = max(variant.position for variant in card.variants) + 1
    rows.put(db, Variant, {"product_id": card.product.id, "name": name}, position=behind, **common)
    return db.scalars(select(Variant).where(Variant.product_id == card.product.id, Variant.name == name)).one()


def open_batch(db: Writer, shop_id: int, product_id: int, listing: Listing, now: datetime) -> int:
    batch_id = rows.add(
        db,
        Batch,
        shop_id=shop_id,
        product_id=product_id,
        kind="po" if listing.is_preorder else "ready",
        quota=listing.quota,
        taken=0,
        closes_at=listing.closes_at,
        delivers_on=listing.delivers_on,
        day_part=listing.day_part,
        opened_at=listing.opens_at or now,
        closed_at=None,
        minimum=listing.minimum,
    )
    db.execute(update(Product).where(Product.id == product_id).values(batch_id=batch_id))
    batches.schedule_closing(db, batch_id, listing.closes_at)
    if listing.opens_at:
        chores.schedule(db, "batch_opens", batch_id, listing.opens_at)
    else:
        waiting.opens_again(db, product_id, now)
    return batch_id


def card(db: Reader, product_id: int) -> Card:
    """Everything about one product; raises `NotOnSale`."""
    shop, product, batch, account, sticker, photo, more, _ = found(db, product_id)
    variants, limits = variants_of(db, product)
    return Card(shop, product, batch, variants, account, sticker, photo, limits, more)


def counter(db: Reader, product_id: int, person_id: int) -> tuple[Card, tuple[Ware, ...]]:
    """One product as this person buys it, and everything else its shop offers beside it; raises `NotOnSale`."""
    shop, product, batch, account, sticker, photo, more, is_resale = found(db, product_id, person_id)
    offered = [one for one in offers(db, shop.id) if not one.product.is_hidden or one.product.id == product_id]
    mine = [one for one in offered if one.product.id == product_id]
    kinds = [one.variant for one in mine]
    card_ = Card(shop, product, batch, kinds, account, sticker, photo, limits_of(mine), more, is_resale=is_resale)
    return card_, as_wares(offered)


Found = tuple[Shop, Product, Batch, str | None, bool, str | None, bool, bool]


def found(db: Reader, product_id: int, person_id: int = 0) -> Found:
    """A product with its shop and batch, the account and whether there is a sticker, its photo and whether there are
    more, and whether this person is one of the shop's resellers."""
    here = (Destination.shop_id == Shop.id, shops.IN_USE)
    account = select(Destination.kind).where(*here, Destination.kind != "qris").limit(1).scalar_subquery()
    sticker = exists(select(Destination.id).where(*here, Destination.kind == "qris").correlate(Shop))
    active = (Reseller.shop_id == Shop.id, Reseller.person_id == person_id, Reseller.removed_at.is_(None))
    resells = exists(select(Reseller.shop_id).where(*active).correlate(Shop))
    further = exists(select(ProductPhoto.id).where(ProductPhoto.product_id == Product.id))
    row = db.execute(
        select(Shop, Product, Batch, account, sticker, Media.token, further, resells)
        .join(Product, Product.shop_id == Shop.id)
        .join(Batch, Batch.id == Product.batch_id)
        .outerjoin(Media, Media.id == Product.photo_id)
        .where(Product.id == product_id)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotOnSale
    shop, product, batch, account_kind, has_sticker, photo, more, is_resale = row
    return shop, product, batch, account_kind, has_sticker, photo, more, is_resale


def variants_of(db: Reader, product: Product) -> tuple[Sequence[Variant], Mapping[int, int]]:
    """What a product can be had as, and what is left of those that have a quota of their own."""
    found = offers(db, product.shop_id, product.id)
    return [one.variant for one in found], limits_of(found)


def shelf(db: Reader, shop_id: int, *, with_hidden: bool = False) -> Sequence[Product]:
    """The products of a shop as its seller arranged them, the newest first where she did not."""
    shown = select(Product).where(Product.shop_id == shop_id, *([] if with_hidden else [~Product.is_hidden]))
    return db.scalars(shown.order_by(Product.position, Product.id.desc()).limit(SHELF_LONGEST)).all()


@dataclass(frozen=True)
class Offer:
    """A variant, the product it is of, and its own quota where it has one."""

    variant: Variant
    product: Product
    limit: VariantQuota | None


def limits_of(offered: Sequence[Offer]) -> dict[int, int]:
    """What is left of each variant that has a quota of its own, by its number."""
    return {one.variant.id: max(one.limit.quota - one.limit.taken, 0) for one in offered if one.limit}


def wares(db: Reader, shop_id: int, *, with_plain: bool = False, with_hidden: bool = False) -> tuple[Ware, ...]:
    """Everything a shop offers, as a reader of messages needs it; in the order of their numbers.

    ``with_plain``: the kind one gets by naming none is an option as well, for a list that counts it beside the others.
    """
    offered = [one for one in offers(db, shop_id) if with_hidden or not one.product.is_hidden]
    return as_wares(offered, with_plain=with_plain)


def offers(db: Reader, shop_id: int, product_id: int | None = None) -> list[Offer]:
    own_quota = and_(VariantQuota.variant_id == Variant.id, VariantQuota.batch_id == Product.batch_id)
    only = [Product.id == product_id] if product_id else []
    rows_ = db.execute(
        select(Variant, Product, VariantQuota)
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(VariantQuota, own_quota)
        .where(Variant.shop_id == shop_id, Variant.is_offered, *only)
        .order_by(Product.number, Variant.position)
        .execution_options(populate_existing=True)
    )
    return [Offer(*row) for row in rows_]


def as_wares(offered: Sequence[Offer], *, with_plain: bool = False) -> tuple[Ware, ...]:
    named: dict[int, Ware] = {}
    for one in offered:
        variant, product = one.variant, one.product
        known = named.get(product.id, Ware(product.id, product.name, variant.price, product.unit))
        is_option = variant.position != PLAIN or (with_plain and bool(variant.name))
        options = (*known.options, variant.name) if is_option else known.options
        named[product.id] = replace(known, options=options)
    return tuple(named.values())


def more_photos(db: Reader, product_id: int) -> Sequence[str]:
    """The further photos of a product, by the tokens under which they may be seen."""
    mine = select(Media.token).join(ProductPhoto, ProductPhoto.media_id == Media.id)
    return db.scalars(mine.where(ProductPhoto.product_id == product_id).order_by(ProductPhoto.id)).all()


def searched(db: Reader, shop_id: int) -> list[Searched]:
    """A shop's shelf as a search sees it."""
    found_: dict[int, Searched] = {}
    for one in offers(db, shop_id):
        if not one.product.is_hidden:
            product = one.product
            known = found_.get(product.id, Searched(product.id, product.name, product.category or ""))
            found_[product.id] = replace(known, options=(*known.options, one.variant.name))
    return list(found_.values())


def all_cards(db: Reader, shop: Shop) -> list[Card]:
    """Every product of a shop as its seller arranged them, hidden ones too, in two statements however many."""
    offered = offers(db, shop.id)
    shown = select(Product, Batch, Media.token).join(Batch, Batch.id == Product.batch_id)
    query = shown.outerjoin(Media, Media.id == Product.photo_id).where(Product.shop_id == shop.id)
    found_ = db.execute(query.order_by(Product.position, Product.id.desc()).limit(SHELF_LONGEST)).all()
    by_product: dict[int, list[Offer]] = {}
    for one in offered:
        by_product.setdefault(one.product.id, []).append(one)
    return [
        Card(shop, product, batch, [one.variant for one in mine], None, False, photo, limits_of(mine))
        for product, batch, photo in found_
        if (mine := by_product.get(product.id))
    ]


def cards(db: Reader, product_ids: tuple[int, ...]) -> tuple[Card, ...]:
    return tuple(card(db, product_id) for product_id in product_ids)


def numbered(db: Reader, shop_id: int, number: int | None) -> Product | None:
    """The product with a number in its shop; without a number, the newest."""
    query = select(Product).where(Product.shop_id == shop_id)
    query = query.where(Product.number == number) if number else query.order_by(Product.id.desc()).limit(1)
    return db.scalar(query)


def by_reference(db: Reader, reference: str) -> Product | None:
    """The product of a short reference: ``DR1`` is product 1 of the shop with the letters DR."""
    letters, number = reference[:2].upper(), reference[2:]
    if not (number.isascii() and number.isdecimal() and len(number) <= 4):
        return None
    query = select(Product).join(Shop, Shop.id == Product.shop_id).where(Shop.letters == letters)
    return db.scalar(query.where(Product.number == int(number)))
