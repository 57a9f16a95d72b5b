"""A batch is what can be sold at once. Its quota moves in the same step as the order, and it closes by itself."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, update

from storefront import chores, outbox, rows
from storefront.database import Reader, Writer
from storefront.models import (
    PAYMENT_OF_ORDER,
    Batch,
    Order,
    OrderLine,
    Payment,
    Product,
    Recipient,
    Shop,
    Slot,
    Variant,
    VariantQuota,
    WaitingPlace,
)
from storefront.reading.walking import home_of, walking_key
from storefront.refusals import BatchClosed, NotToday, NotYet, Refusal, SoldOut
from storefront.selling import posts, slots, staff

PLAIN_NAME = "polos"
MIXED = " + "  # between the kinds of a mixed box
COUNTED = ("claimed", "confirmed")
PLANNED_MOST = 300


@dataclass(frozen=True)
class Share:
    """How much of one batch, of what, and how many of which variant (by number)."""

    product: str
    quantity: int
    variants: dict[int, int] = field(default_factory=dict)

    def with_more(self, variant_id: int, quantity: int) -> "Share":
        variants = {**self.variants, variant_id: self.variants.get(variant_id, 0) + quantity}
        return Share(self.product, self.quantity + quantity, variants)


def take(db: Writer, batch_id: int, share: Share, now: datetime, *, even_if_paused: bool = False) -> None:
    """Take a share out of a batch. One conditional step: never N plus one.

    Raises `SoldOut`, `BatchClosed` or `NotToday`. What a seller hides or pauses she may still sell herself.
    """
    room = or_(Batch.quota.is_(None), Batch.taken + share.quantity <= Batch.quota)
    is_open = and_(Batch.closed_at.is_(None), or_(Batch.closes_at.is_(None), Batch.closes_at > now))
    takes = update(Batch).where(Batch.id == batch_id, room, is_open, *([] if even_if_paused else [offered(now)]))
    after = db.execute(
        takes.values(taken=Batch.taken + share.quantity)
        .returning(Batch.taken, Batch.quota, Batch.has_variant_quotas, Batch.has_posts)
        .execution_options(synchronize_session=False)
    ).first()
    if after is None:
        raise why_not(db, batch_id, share, now)
    if after.has_variant_quotas:
        take_variants(db, batch_id, share)
    if after.quota is not None and after.taken == after.quota:
        chores.schedule(db, "batch_full", batch_id, now)
    if after.has_posts:
        posts.changed(db, batch_id)


def offered(now: datetime) -> ColumnElement[bool]:
    """Whether the batch is open by now, and its product can be had today."""
    here = or_(Product.paused_until.is_(None), Product.paused_until <= now)
    shown = exists(select(Product.id).where(Product.id == Batch.product_id, ~Product.is_hidden, here))
    return and_(Batch.opened_at <= now, shown)


def why_not(db: Reader, batch_id: int, share: Share, now: datetime) -> Refusal:
    batch = db.get_one(Batch, batch_id, populate_existing=True)
    if batch.closed_at or (batch.closes_at and batch.closes_at <= now):
        return BatchClosed(product=share.product)
    if batch.opened_at > now:
        return NotYet(product=share.product)
    left = None if batch.quota is None else max(batch.quota - batch.taken, 0)
    if left is None or left >= share.quantity:
        return NotToday(product=share.product)
    return SoldOut(left=left, product=share.product)


def take_variants(db: Writer, batch_id: int, share: Share) -> None:
    """The variants that have a quota of their own; raises `SoldOut`, and the whole order is undone with it."""
    named = (VariantQuota.batch_id == batch_id, VariantQuota.variant_id.in_(share.variants))
    for limit, name in db.execute(
        select(VariantQuota, Variant.name).join(Variant, Variant.id == VariantQuota.variant_id).where(*named)
    ).all():
        wanted = share.variants[limit.variant_id]
        mine = (VariantQuota.batch_id == batch_id, VariantQuota.variant_id == limit.variant_id)
        room = update(VariantQuota).where(*mine, VariantQuota.taken + wanted <= VariantQuota.quota)
        if not rows.changed(db, room.values(taken=VariantQuota.taken + wanted)):
            raise SoldOut(left=max(limit.quota - limit.taken, 0), product=f"{share.product} {name}".strip())


def give_back(db: Writer, batch_id: int, share: Share, now: datetime) -> None:
    """An order came to nothing: others may have its place, whoever waits for it first."""
    held = update(Batch).where(Batch.id == batch_id, Batch.taken >= share.quantity)
    less = held.values(taken=Batch.taken - share.quantity).returning(Batch.has_posts)
    after = db.execute(less).first()
    assert after is not None, "a batch gives back only what was taken"
    if after.has_posts:
        posts.changed(db, batch_id)
    if share.variants:
        counted_apart = update(VariantQuota).where(
            VariantQuota.batch_id == batch_id, VariantQuota.variant_id.in_(share.variants)
        )
        each = case(share.variants, value=VariantQuota.variant_id)
        db.execute(counted_apart.values(taken=VariantQuota.taken - each))
    waits = select(WaitingPlace.id).where(WaitingPlace.batch_id == batch_id, WaitingPlace.state == "waiting")
    if db.scalar(waits.limit(1)):
        chores.schedule(db, "offer_places", batch_id, now, again=secrets.token_hex(4))


def take_all(db: Writer, lines: Iterable[OrderLine], now: datetime) -> None:
    """Take an order's lines out of their batches once more, all or nothing."""
    for batch_id, share in by_batch(lines).items():
        take(db, batch_id, share, now, even_if_paused=True)


def give_back_all(db: Writer, lines: Iterable[OrderLine], now: datetime) -> None:
    """All lines of an order, each to its batch."""
    for batch_id, share in by_batch(lines).items():
        give_back(db, batch_id, share, now)


def by_batch(lines: Iterable[OrderLine]) -> dict[int, Share]:
    """How much of each batch, and of what, by batch number."""
    shares: dict[int, Share] = {}
    for line in lines:
        before = shares.get(line.batch_id, Share(line.product_name, 0))
        shares[line.batch_id] = before.with_more(line.variant_id, line.quantity)
    return dict(sorted(shares.items()))


def full(db: Writer, batch_id: int, now: datetime) -> None:
    """The last place is taken: the seller hears it once, with what she can do."""
    staff.tell(db, db.scalars(shop_of(batch_id)).one(), "batch_full", lists(db, batch_id), now)


def shop_of(batch_id: int) -> Select[Shop]:
    return select(Shop).join(Batch, Batch.shop_id == Shop.id).where(Batch.id == batch_id)


def schedule_closing(db: Writer, batch_id: int, closes_at: datetime | None) -> None:
    if closes_at:
        chores.schedule(db, "close_batch", batch_id, closes_at)


def close(db: Writer, batch_id: int, now: datetime) -> None:
    """Close an open PO at its time, and send the seller her lists."""
    if not rows.changed(db, update(Batch).where(Batch.id == batch_id, Batch.closed_at.is_(None)).values(closed_at=now)):
        return
    posts.changed(db, batch_id)
    facts = lists(db, batch_id)
    missed = facts["minimum"] is not None and sum(quantity for quantity, _ in facts["cook"]) < facts["minimum"]
    shop = db.scalars(shop_of(batch_id)).one()
    if missed:
        outbox.tell(db, shop.owner_id, "batch_missed", facts, now)
    else:
        staff.tell(db, shop, "batch_closed", facts, now)


def lists(db: Reader, batch_id: int) -> dict[str, Any]:
    """What to cook, where to bring it, and who has not paid: the batch as the seller's day."""
    batch, product = db.execute(
        select(Batch, Product)
        .join(Product, Product.id == Batch.product_id)
        .where(Batch.id == batch_id)
        .execution_options(populate_existing=True)
    ).one()
    rows_ = db.execute(
        select(Order, OrderLine, Payment, Recipient, Slot)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Payment, PAYMENT_OF_ORDER)
        .outerjoin(Recipient, Recipient.order_id == Order.id)
        .outerjoin(Slot, Slot.id == Order.slot_id)
        .where(
            or_(OrderLine.batch_id == batch_id, Order.batch_id == batch_id),
            Order.state == "placed",
            OrderLine.quantity > 0,
        )
        .order_by(Order.id, OrderLine.position)
    ).all()
    due = [row for row in rows_ if is_counted(row.Payment)]
    leading = [row for row in due if row.Order.batch_id == batch_id]
    return {
        "batch": batch_id,
        "product": product.name,
        "unit": product.unit,
        "currency": product.currency,
        "kind": batch.kind,
        "delivers_on": batch.delivers_on.isoformat() if batch.delivers_on else None,
        "day_part": batch.day_part,
        "closed": batch.closed_at is not None,
        "quota": batch.quota,
        "minimum": batch.minimum,
        "decided": batch.decided,
        "pieces": pieces(product, [line for _, line, *_ in due if line.batch_id == batch_id]),
        "cook": cook_list(line for _, line, *_ in due if line.batch_id == batch_id),
        "road": road_list(leading, "deliver"),
        "pickup": road_list(leading, "pickup"),
        "unpaid": sorted({order.code for order, _, payment, *_ in rows_ if is_owed(payment)}),
        "to_send": {kind: to_send(leading, kind) for kind in ("deliver", "pickup")},
    }


def to_send(found: Iterable[Any], kind: str) -> int:
    """How many orders still wait to go this way."""
    return len({order.id for order, *_ in found if order.handover == kind})


def is_counted(payment: Payment) -> bool:
    """What is cooked: paid, claimed to be paid, or accepted as cash on delivery."""
    return payment.state in COUNTED or payment.accepted_at is not None


def is_owed(payment: Payment) -> bool:
    """What nobody has said to be paid, and what is not cash at the door either."""
    return payment.state == "due" and (payment.accepted_at is None or payment.method != "cod")


def cook_list(lines: Iterable[OrderLine]) -> list[list[Any]]:
    """How many of each variant, in the product's own order."""
    sums: dict[tuple[int, str], int] = {}
    for line in lines:
        sums[line.variant_id, line.variant_name] = sums.get((line.variant_id, line.variant_name), 0) + line.quantity
    return [[quantity, name] for (_, name), quantity in sorted(sums.items())]


def pieces(product: Product, lines: Iterable[OrderLine]) -> list[list[Any]]:
    """Of boxes that are mixed: how many pieces of each kind they take together."""
    if product.mix_size is None:
        return []
    sums: dict[str, int] = {}
    for line in lines:
        for quantity, kind in pieces_in(product.mix_size, line.variant_name, line.quantity):
            sums[kind] = sums.get(kind, 0) + quantity
    return [[quantity, kind] for kind, quantity in sums.items()]


def pieces_in(size: int, mix: str, boxes: int) -> list[tuple[int, str]]:
    """How many of each kind so many boxes of a mix take; what does not divide goes to the kinds named first."""
    kinds = mix.split(MIXED)
    each, rest = divmod(size, len(kinds))
    return [((each + (place < rest)) * boxes, kind) for place, kind in enumerate(kinds)]


def road_list(found: Iterable[Any], kind: str) -> list[dict[str, Any]]:
    """One stop an order: where, who, what."""
    stops: dict[int, dict[str, Any]] = {}
    products: dict[int, set[int]] = {}
    rows_ = list(found)
    for order, line, *_ in rows_:
        products.setdefault(order.id, set()).add(line.product_id)
    for order, line, payment, recipient, slot in rows_:
        if order.handover != kind:
            continue
        where = {
            "address": recipient.address if recipient else None,
            "landmark": recipient.landmark if recipient else None,
            "name": recipient.name if recipient else "",
        }
        hours = slots.label(slot) if slot else ""
        owes = payment.method == "cod" and payment.state != "confirmed"
        money = {"total": order.total, "paid": payment.state == "confirmed", "cash": payment.amount if owes else None}
        money["ready"] = payment.cash_ready if owes else None
        stop = stops.setdefault(
            order.id, {"code": order.code, "hours": hours, **where, **money, "lines": [], "sold": []}
        )
        stop["lines"].append([line.quantity, label(line, alone=len(products[order.id]) == 1)])
        stop["sold"].append([line.product_name, line.variant_name])
    home = home_of(stop["address"] for stop in stops.values())
    return sorted(stops.values(), key=lambda stop: (stop["hours"], walking_key(stop["address"], home)))


def label(line: OrderLine, *, alone: bool) -> str:
    """A line as it is called beside the others of its order."""
    return called(line.product_name, line.variant_name, alone=alone)


def called(product: str, variant: str, *, alone: bool) -> str:
    """By its variant; beside other products by the product as well: "Nastar", "Brownies Kukus keju"."""
    if alone:
        return variant
    return product if variant in {"", PLAIN_NAME} else f"{product} {variant}"


def running(db: Reader, shop_id: int) -> list[int]:
    """The batches a seller still has work with: open ones, and closed ones with orders not yet sent."""
    open_work = select(Order.batch_id).where(Order.shop_id == shop_id, Order.is_open, Order.state == "placed")
    return list(
        db.scalars(
            select(Batch.id)
            .where(Batch.shop_id == shop_id, or_(Batch.closed_at.is_(None), Batch.id.in_(open_work)))
            .order_by(Batch.id.desc())
            .limit(5)
        )
    )


@dataclass(frozen=True)
class Planned:
    """A round of a product as a calendar shows it."""

    batch: Batch
    product: Product

    @property
    def is_full(self) -> bool:
        return self.batch.quota is not None and self.batch.taken >= self.batch.quota


def planned(db: Reader, shop_id: int, since: date, until: date) -> list[Planned]:
    """The rounds of a shop that close or are brought between two days, and what is on sale without a closing."""
    start, end = (datetime.combine(day, time(), tzinfo=db.zone) for day in (since, until))
    closes = and_(Batch.closes_at >= start, Batch.closes_at < end)
    brought = and_(Batch.delivers_on >= since, Batch.delivers_on < until)
    standing = and_(Batch.closes_at.is_(None), Batch.closed_at.is_(None), Product.batch_id == Batch.id)
    query = select(Batch, Product).join(Product, Product.id == Batch.product_id)
    mine = query.where(Batch.shop_id == shop_id, or_(closes, brought, standing))
    found = db.execute(mine.order_by(Batch.closes_at, Batch.id).limit(PLANNED_MOST))
    return [Planned(batch, product) for batch, product in found]


def came_together(db: Reader, batch_id: int) -> int:
    """How many pieces of a round stand: to be made, on their way or received; whatever has gone since."""
    gone = Order.state.in_(["sent", "received"])
    counted = and_(Order.state == "placed", or_(Payment.state.in_(COUNTED), Payment.accepted_at.is_not(None)))
    query = (
        select(func.coalesce(func.sum(OrderLine.quantity), 0))
        .join(Order, Order.id == OrderLine.order_id)
        .join(Payment, PAYMENT_OF_ORDER)
        .where(OrderLine.batch_id == batch_id, or_(gone, counted))
    )
    return int(db.scalar(query) or 0)


def is_undecided(db: Reader, batch: Batch) -> bool:
    """Whether a closed round has missed its minimum, and nobody has said what becomes of it."""
    if batch.closed_at is None or batch.minimum is None or batch.decided is not None:
        return False
    return came_together(db, batch.id) < batch.minimum
