"""Which order a person means. More than one that fits is a question for her, never a guess of ours."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select

from storefront.database import Reader
from storefront.models import (
    PAYMENT_OF_ORDER,
    Attribution,
    Deal,
    Order,
    OrderLine,
    Payment,
    Recipient,
    Shop,
    Staff,
    Touch,
)

OPEN_SHOWN = 8


def open_of_buyer(db: Reader, buyer_id: int) -> Sequence[tuple[Order, Payment]]:
    """A buyer's open orders, the newest first, over all shops."""
    mine = select(Order, Payment).join(Payment, PAYMENT_OF_ORDER)
    query = mine.where(Order.buyer_id == buyer_id, Order.is_open).order_by(Order.id.desc()).limit(OPEN_SHOWN)
    return [(order, payment) for order, payment in db.execute(query)]


def awaiting_proof(db: Reader, buyer_id: int) -> list[Order]:
    """The orders a picture may be a proof for."""
    orders = open_of_buyer(db, buyer_id)
    return [
        o for o, p in orders if p.state in {"due", "claimed"} and o.state == "placed" and p.method != "cod" and o.total
    ]


def open_of_shops(db: Reader, shop_ids: Sequence[int], limit: int) -> tuple[list[dict[str, Any]], int]:
    """The open orders of these shops with what each waits for, the oldest first, and how many there are in all."""
    open_ = (Order.shop_id.in_(shop_ids), Order.is_open, Order.state != "received")
    query = (
        select(Order, Payment, Recipient.name, Shop.name)
        .join(Shop, Shop.id == Order.shop_id)
        .join(Payment, PAYMENT_OF_ORDER)
        .outerjoin(Recipient, Recipient.order_id == Order.id)
        .where(*open_)
        .order_by(Order.id)
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    total = db.scalar(select(func.count()).select_from(Order).where(*open_)) or 0
    return [waits_for(*row) for row in db.execute(query)], total


def waits_for(order: Order, payment: Payment, name: str | None, shop: str) -> dict[str, Any]:
    """An open order as a line of the inbox, and the group it stands in."""
    return {
        "order": order.id,
        "code": order.code,
        "name": name or "",
        "shop": shop,
        "total": order.total,
        "currency": order.currency,
        "group": group_of(order, payment),
    }


def group_of(order: Order, payment: Payment) -> str:
    if order.state == "sent":
        return "on_the_way"
    if order.total is None:
        return "fee_missing"
    if payment.state == "claimed":
        return "to_check"
    if payment.state == "confirmed" or payment.accepted_at:
        return "to_send"
    return "to_accept" if payment.method == "cod" else "due"


def unpaid_of_shops(db: Reader, shop_ids: Sequence[int], limit: int) -> list[dict[str, Any]]:
    """Who has not paid, and has not said so either; what the seller wrote down herself stands there too."""
    unpaid = (Payment.state == "due", Payment.method.is_distinct_from("cod"), Order.total.is_not(None))
    query = (
        select(Order, Payment, Recipient.name, Shop.name)
        .join(Shop, Shop.id == Order.shop_id)
        .join(Payment, PAYMENT_OF_ORDER)
        .outerjoin(Recipient, Recipient.order_id == Order.id)
        .where(Order.shop_id.in_(shop_ids), Order.is_open, Order.state.in_(["placed", "sent"]), *unpaid)
        .order_by(Order.id)
        .limit(limit)
    )
    return [waits_for(*row) for row in db.execute(query)]


def by_code(db: Reader, code: str, person_id: int) -> Sequence[Order]:
    """The orders a number may name for this person: her own, her shop's, one that thanks her, or might have.

    ``0001`` alone fits one order of every shop she has to do with; ``DR-0001`` fits one.
    """
    wanted = Order.code == code if "-" in code else Order.number == int(code)
    helped = select(Staff.shop_id).where(Staff.person_id == person_id, Staff.removed_at.is_(None))
    works_there = or_(Shop.owner_id == person_id, Shop.id.in_(helped))
    brought = select(Touch.id).join(Deal, Deal.id == Touch.deal_id).where(Deal.creator_id == person_id)
    met = brought.where(Touch.person_id == Order.buyer_id, Touch.shop_id == Order.shop_id, Touch.at <= Order.placed_at)
    thanked = or_(Attribution.creator_id == person_id, met.exists())
    concerned = or_(Order.buyer_id == person_id, works_there, thanked)
    return db.scalars(
        select(Order)
        .join(Shop, Shop.id == Order.shop_id)
        .outerjoin(Attribution, Attribution.order_id == Order.id)
        .where(wanted, concerned)
        .order_by(Order.id.desc())
        .limit(OPEN_SHOWN)
    ).all()


def last_of_buyer(db: Reader, buyer_id: int) -> Sequence[Order]:
    """The newest orders of a buyer that were not cancelled, for *pesan lagi*: one a shop."""
    recent = db.scalars(
        select(Order).where(Order.buyer_id == buyer_id, Order.state != "cancelled").order_by(Order.id.desc()).limit(20)
    )
    newest: dict[int, Order] = {}
    for order in recent:
        newest.setdefault(order.shop_id, order)
    return list(newest.values())


def wanted_of(db: Reader, order_id: int) -> Sequence[OrderLine]:
    return db.scalars(
        select(OrderLine).where(OrderLine.order_id == order_id, OrderLine.quantity > 0).order_by(OrderLine.position)
    ).all()
