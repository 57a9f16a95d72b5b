"""Open PO: what becomes of a batch after its closing. It runs, is called off, moves a week, or opens again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update

from storefront import outbox, rows
from storefront.database import Reader, Writer
from storefront.models import Batch, Order, OrderLine, Product, VariantQuota
from storefront.refusals import AlreadyDone
from storefront.selling import batches, polls, slots, waiting
from storefront.selling.orders import changing, refunding
from storefront.selling.orders.views import facts_of, whole

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Round:
    """When the next round of a PO would close and be brought."""

    closes_at: datetime | None
    delivers_on: date | None


def next_round(db: Reader, batch: Batch, now: datetime) -> Round:
    """A week later at the same hour of the shop's zone, or as many weeks as it takes to be still to come."""
    weeks = 1
    while batch.closes_at and later(db, batch.closes_at, weeks) <= now:
        weeks += 1
    closes_at = later(db, batch.closes_at, weeks) if batch.closes_at else None
    return Round(closes_at, batch.delivers_on + WEEK * weeks if batch.delivers_on else None)


def later(db: Reader, moment: datetime, weeks: int) -> datetime:
    """So many weeks on, at the same time of the day as the clock on the wall shows it."""
    local = moment.astimezone(db.zone)
    return (local.replace(tzinfo=None) + WEEK * weeks).replace(tzinfo=db.zone).astimezone(moment.tzinfo)


def open_again(db: Writer, batch_id: int, now: datetime) -> int:
    """The same PO a week on: its quotas, its minimum, its hours. Raises `AlreadyDone` where a newer one is open."""
    old = db.get_one(Batch, batch_id)
    product = db.get_one(Product, old.product_id, populate_existing=True)
    if product.batch_id != batch_id:
        raise AlreadyDone
    following = next_round(db, old, now)
    new_id = rows.add(
        db,
        Batch,
        shop_id=old.shop_id,
        product_id=old.product_id,
        kind=old.kind,
        quota=old.quota,
        taken=0,
        closes_at=following.closes_at,
        delivers_on=following.delivers_on,
        day_part=old.day_part,
        opened_at=now,
        closed_at=None,
        minimum=old.minimum,
        has_variant_quotas=old.has_variant_quotas,
    )
    if not rows.changed(
        db,
        update(Product)
        .where(Product.id == product.id, Product.batch_id == batch_id)
        .values(batch_id=new_id, paused_until=None, is_hidden=False),
    ):
        raise AlreadyDone
    copy_quotas(db, batch_id, new_id)
    slots.copy(db, old.shop_id, old.delivers_on, following.delivers_on)
    batches.schedule_closing(db, new_id, following.closes_at)
    waiting.opens_again(db, product.id, now)
    polls.opens(db, product.shop_id, product.name, product.id, now)
    return new_id


def copy_quotas(db: Writer, old_id: int, new_id: int) -> None:
    before = db.scalars(select(VariantQuota).where(VariantQuota.batch_id == old_id)).all()
    fresh = [
        {"batch_id": new_id, "variant_id": one.variant_id, "shop_id": one.shop_id, "quota": one.quota, "taken": 0}
        for one in before
    ]
    if fresh:
        db.execute(insert(VariantQuota), fresh)


# -- a PO that missed its minimum ----------------------------------------------------------------------


def run(db: Writer, batch_id: int) -> None:
    """It runs all the same. Raises `AlreadyDone`."""
    decide(db, batch_id, "runs")


def call_off(db: Writer, batch_id: int, seller_id: int, now: datetime) -> list[dict[str, Any]]:
    """It does not run: every order ends, and every buyer is told what becomes of her money.

    Returns the orders whose money is to go back. Raises `AlreadyDone`.
    """
    decide(db, batch_id, "called_off")
    ended = []
    for order_id in orders_of(db, batch_id):
        w = whole(db, order_id, lock=True)
        if w.order.state != "placed":
            continue
        refund_id = changing.end(db, w, seller_id, now)
        told = {**facts_of(whole(db, order_id)), **refunding.facts_of_refund(db, refund_id)}
        outbox.tell(db, w.order.buyer_id, "called_off", told, now)
        ended.append({**told, "buyer": w.recipient.name if w.recipient else ""})
    return [one for one in ended if one["payment"] == "refund_due" or one["refund"]]


def move(db: Writer, batch_id: int, now: datetime) -> int:
    """It moves a week: every order goes along, every buyer is told and may still cancel. Returns the new batch."""
    decide(db, batch_id, "moved")
    new_id = open_again(db, batch_id, now)
    moved = list(orders_of(db, batch_id))
    mine = (OrderLine.batch_id == batch_id, OrderLine.order_id.in_(moved))
    sums = db.execute(
        select(OrderLine.variant_id, func.sum(OrderLine.quantity)).where(*mine).group_by(OrderLine.variant_id)
    ).all()
    for batch, sign in ((batch_id, -1), (new_id, 1)):
        everything = sum(int(quantity) for _, quantity in sums)
        db.execute(update(Batch).where(Batch.id == batch).values(taken=Batch.taken + sign * everything))
        for variant_id, quantity in sums:
            limit = (VariantQuota.batch_id == batch, VariantQuota.variant_id == variant_id)
            db.execute(update(VariantQuota).where(*limit).values(taken=VariantQuota.taken + sign * int(quantity)))
    db.execute(update(OrderLine).where(*mine).values(batch_id=new_id))
    db.execute(update(Order).where(Order.id.in_(moved), Order.batch_id == batch_id).values(batch_id=new_id))
    for order_id in moved:
        w = whole(db, order_id)
        outbox.tell(db, w.order.buyer_id, "moved", facts_of(w), now)
    return new_id


def decide(db: Writer, batch_id: int, what: str) -> None:
    """Once; whoever comes second finds it done."""
    open_question = (Batch.id == batch_id, Batch.closed_at.is_not(None), Batch.decided.is_(None))
    if not rows.changed(db, update(Batch).where(*open_question, Batch.minimum.is_not(None)).values(decided=what)):
        raise AlreadyDone


def orders_of(db: Reader, batch_id: int) -> Sequence[int]:
    """The orders of a batch that still wait to be brought."""
    lines = select(OrderLine.order_id).where(OrderLine.batch_id == batch_id)
    return db.scalars(select(Order.id).where(Order.id.in_(lines), Order.state == "placed").order_by(Order.id)).all()
