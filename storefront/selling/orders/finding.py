"""Which order a person means. More than one that fits is a question for her, never a guess of ours."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from storefront.database import Reader
from storefront.models import Attribution, Order, OrderLine, Payment, Shop

OPEN_SHOWN = 8


def open_of_buyer(db: Reader, buyer_id: int) -> Sequence[tuple[Order, Payment]]:
    """A buyer's open orders, the newest first, over all shops."""
    mine = select(Order, Payment).join(Payment, Payment.order_id == Order.id)
    query = mine.where(Order.buyer_id == buyer_id, Order.is_open).order_by(Order.id.desc()).limit(OPEN_SHOWN)
    return [(order, payment) for order, payment in db.execute(query)]


def by_code(db: Reader, code: str, person_id: int) -> Sequence[Order]:
    """The orders a number may name for this person: her own, her shop's, or one that thanks her.

    ``0001`` alone fits one order of every shop she has to do with; ``DR-0001`` fits one.
    """
    wanted = Order.code == code if "-" in code else Order.number == int(code)
    concerned = or_(Order.buyer_id == person_id, Shop.owner_id == person_id, Attribution.creator_id == person_id)
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
    return db.scalars(select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.position)).all()
