"""A batch is what can be sold at once. Its quota moves in the same step as the order, and it closes by itself."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, update

from storefront import chores, outbox, rows
from storefront.database import Reader, Writer
from storefront.models import Batch, Order, OrderLine, Payment, Product, Recipient, Shop
from storefront.refusals import BatchClosed, SoldOut

PLAIN_NAME = "polos"
COUNTED = ("claimed", "confirmed")


def take(db: Writer, batch_id: int, quantity: int, product: str, now: datetime) -> None:
    """Take a quantity out of a batch, or raise `SoldOut` or `BatchClosed`. One conditional step: never N plus one."""
    room = or_(Batch.quota.is_(None), Batch.taken + quantity <= Batch.quota)
    is_open = and_(Batch.closed_at.is_(None), or_(Batch.closes_at.is_(None), Batch.closes_at > now))
    if rows.changed(db, update(Batch).where(Batch.id == batch_id, room, is_open).values(taken=Batch.taken + quantity)):
        return
    batch = db.get_one(Batch, batch_id, populate_existing=True)
    if batch.closed_at or (batch.closes_at and batch.closes_at <= now):
        raise BatchClosed(product=product)
    raise SoldOut(left=max((batch.quota or 0) - batch.taken, 0), product=product)


def give_back(db: Writer, batch_id: int, quantity: int) -> None:
    """An order came to nothing: others may have its place."""
    held = update(Batch).where(Batch.id == batch_id, Batch.taken >= quantity)
    assert rows.changed(db, held.values(taken=Batch.taken - quantity)), "a batch gives back only what was taken"


def take_all(db: Writer, lines: Iterable[OrderLine], now: datetime) -> None:
    """Take an order's lines out of their batches once more, all or nothing."""
    for batch_id, (quantity, product) in by_batch(lines).items():
        take(db, batch_id, quantity, product, now)


def give_back_all(db: Writer, lines: Iterable[OrderLine]) -> None:
    """All lines of an order, each to its batch."""
    for batch_id, (quantity, _) in by_batch(lines).items():
        give_back(db, batch_id, quantity)


def by_batch(lines: Iterable[OrderLine]) -> dict[int, tuple[int, str]]:
    """How much of each batch, and of what, by batch number."""
    sums: dict[int, tuple[int, str]] = {}
    for line in lines:
        sums[line.batch_id] = (sums.get(line.batch_id, (0, ""))[0] + line.quantity, line.product_name)
    return dict(sorted(sums.items()))


def schedule_closing(db: Writer, batch_id: int, closes_at: datetime | None) -> None:
    if closes_at:
        chores.schedule(db, "close_batch", batch_id, closes_at)


def close(db: Writer, batch_id: int, now: datetime) -> None:
    """Close an open PO at its time, and send the seller her lists."""
    if not rows.changed(db, update(Batch).where(Batch.id == batch_id, Batch.closed_at.is_(None)).values(closed_at=now)):
        return
    owner_id = db.scalars(select(Shop.owner_id).join(Batch, Batch.shop_id == Shop.id).where(Batch.id == batch_id)).one()
    outbox.tell(db, owner_id, "batch_closed", lists(db, batch_id), now)


def lists(db: Reader, batch_id: int) -> dict[str, Any]:
    """What to cook, where to bring it, and who has not paid: the batch as the seller's day."""
    batch, product = db.execute(
        select(Batch, Product).join(Product, Product.id == Batch.product_id).where(Batch.id == batch_id)
    ).one()
    rows_ = db.execute(
        select(Order, OrderLine, Payment, Recipient)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Payment, Payment.order_id == Order.id)
        .outerjoin(Recipient, Recipient.order_id == Order.id)
        .where(or_(OrderLine.batch_id == batch_id, Order.batch_id == batch_id), Order.state == "placed")
        .order_by(Order.id, OrderLine.position)
    ).all()
    due = [row for row in rows_ if is_counted(row.Payment)]
    leading = [row for row in due if row.Order.batch_id == batch_id]
    return {
        "batch": batch_id,
        "product": product.name,
        "unit": product.unit,
        "kind": batch.kind,
        "delivers_on": batch.delivers_on.isoformat() if batch.delivers_on else None,
        "day_part": batch.day_part,
        "closed": batch.closed_at is not None,
        "cook": cook_list(line for _, line, _, _ in due if line.batch_id == batch_id),
        "road": road_list(leading, "deliver"),
        "pickup": road_list(leading, "pickup"),
        "unpaid": sorted({order.code for order, _, payment, _ in rows_ if is_owed(payment)}),
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


def road_list(found: Iterable[Any], kind: str) -> list[dict[str, Any]]:
    """One stop an order: where, who, what."""
    stops: dict[int, dict[str, Any]] = {}
    products: dict[int, set[int]] = {}
    rows_ = list(found)
    for order, line, _, _ in rows_:
        products.setdefault(order.id, set()).add(line.product_id)
    for order, line, _, recipient in rows_:
        if order.handover != kind:
            continue
        where = {
            "address": recipient.address if recipient else None,
            "landmark": recipient.landmark if recipient else None,
            "name": recipient.name if recipient else "",
        }
        stop = stops.setdefault(order.id, {"code": order.code, **where, "lines": []})
        stop["lines"].append([line.quantity, label(line, alone=len(products[order.id]) == 1)])
    return list(stops.values())


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
