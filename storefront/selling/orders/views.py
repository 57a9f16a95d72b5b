"""What others are shown of an order: one value of plain facts, frozen at the moment it is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from storefront.database import Reader
from storefront.models import PAYMENT_OF_ORDER, Batch, Destination, Order, OrderLine, Payment, Recipient, Shop, Slot
from storefront.people import name_of
from storefront.selling import slots
from storefront.selling.batches import label

Facts = dict[str, Any]


@dataclass(frozen=True)
class Whole:
    """An order with everything that belongs to it."""

    order: Order
    shop: Shop
    batch: Batch
    payment: Payment
    recipient: Recipient | None
    lines: Sequence[OrderLine]
    slot: Slot | None = None


def whole(db: Reader, order_id: int, *, lock: bool = False) -> Whole:
    """Read an order with all its parts; ``lock`` lines up everybody who is about to change it."""
    if lock:  # first, and alone: a locking join would show its other rows as they were before the wait
        db.execute(select(Order.id).where(Order.id == order_id).with_for_update())
    row = db.execute(
        select(Order, Shop, Batch, Payment, Recipient, Slot)
        .join(Shop, Shop.id == Order.shop_id)
        .join(Batch, Batch.id == Order.batch_id)
        .join(Payment, PAYMENT_OF_ORDER)
        .outerjoin(Recipient, Recipient.order_id == Order.id)
        .outerjoin(Slot, Slot.id == Order.slot_id)
        .where(Order.id == order_id)
        .execution_options(populate_existing=True)
    ).one()
    lines = db.scalars(
        select(OrderLine).where(OrderLine.order_id == order_id, OrderLine.quantity > 0).order_by(OrderLine.position)
    ).all()
    order, shop, batch, payment, recipient, slot = row
    return Whole(order, shop, batch, payment, recipient, lines, slot)


def facts(db: Reader, order_id: int) -> Facts:
    return facts_of(whole(db, order_id))


def facts_of(w: Whole) -> Facts:
    """Everything a screen may need, as plain values that JSON keeps."""
    order, shop, batch, payment = w.order, w.shop, w.batch, w.payment
    alone = len({line.product_id for line in w.lines}) == 1
    return {
        "order": order.id,
        "code": order.code,
        "shop_id": shop.id,
        "shop": shop.name,
        "product": ", ".join(dict.fromkeys(line.product_name for line in w.lines)),
        "unit": w.lines[0].unit if alone else "",
        "lines": [[line.quantity, label(line, alone=alone), line.amount] for line in w.lines],
        "goods": order.goods,
        "fee": order.fee,
        "by_courier": order.courier_paid_by_buyer,
        "unique_code": order.unique_code,
        "total": order.total,
        "currency": order.currency,
        "handover": order.handover,
        "address": w.recipient.address if w.recipient else None,
        "landmark": w.recipient.landmark if w.recipient else None,
        "recipient": w.recipient.name if w.recipient else "",
        "kind": batch.kind,
        **handed_over_on(batch, w.slot),
        "closes_at": batch.closes_at.isoformat() if batch.closes_at else None,
        "hold_until": order.hold_until.isoformat() if order.hold_until else None,
        "state": order.state,
        "payment": payment.state,
        "part": payment.part,
        "to_pay": order.total if payment.amount is None else payment.amount,
        "received": payment.received,
        "to_find": to_find(order, payment),
        "cash_ready": payment.cash_ready,
        "discount": order.discount,
        "discount_by": discount_by(order),
        "is_resale": order.is_resale,
        "sender": w.recipient.sender if w.recipient else None,
        "balance_due_at": order.balance_due_at.isoformat() if order.balance_due_at else None,
        "forfeits_at": order.forfeits_at.isoformat() if order.forfeits_at else None,
        "method": payment.method,
        "accepted": payment.accepted_at is not None,
        "problem": order.release_held,
    }


def to_find(order: Order, payment: Payment) -> int | None:
    """What is still to be sent and looked for: what is asked for, less what has come of it."""
    asked = order.total if payment.amount is None else payment.amount
    if asked is None or payment.received is None or payment.received >= asked:
        return asked
    return asked - payment.received


def handed_over_on(batch: Batch, slot: Slot | None) -> Facts:
    """The day and, where one was chosen, the hours in which it is handed over."""
    day = slot.day if slot else batch.delivers_on
    part = slots.label(slot) if slot else batch.day_part
    return {"delivers_on": day.isoformat() if day else None, "day_part": part, "in_slot": slot is not None}


def may_cancel(w: Whole, now: datetime) -> bool:
    """The cut-off: until the PO closes; without a PO, until it is on its way."""
    if w.order.state != "placed":
        return False
    if w.payment.part == "balance" and w.payment.state == "due":
        return True  # by the deposit's own terms, which say what that costs
    return w.batch.closes_at is None or now < w.batch.closes_at or is_unpaid(w)


def may_change(w: Whole, now: datetime) -> bool:
    """Whether its buyer may still change what is in it: what is unpaid or in cash at any price, what is paid downwards.

    While the seller looks for the money it stands still.
    """
    return w.payment.state in {"due", "confirmed"} and w.payment.part == "whole" and may_cancel(w, now)


def is_unpaid(w: Whole) -> bool:
    """Placed, and nobody has said anything about money: not claimed, not paid, no cash agreed."""
    return w.order.state == "placed" and w.payment.state == "due" and w.payment.accepted_at is None


def pay_facts(w: Whole, destination: Destination) -> Facts:
    """The facts a buyer needs to pay: whose account it is comes from the account itself."""
    return {**facts_of(w), "holder": destination.holder, "mask": destination.mask, "brand": destination.brand}


def buyer_facts(db: Reader, w: Whole) -> Facts:
    """The facts a seller is told, with what the buyer is called."""
    called = w.recipient.name if w.recipient and w.recipient.name else name_of(db, w.order.buyer_id)
    return {**facts_of(w), "buyer": called}


def discount_by(order: Order) -> str:
    """What takes something off an order: a coupon, a creator's code, or both."""
    if order.benefit_bp:
        return "both" if order.coupon_id else "code"
    return "coupon"
