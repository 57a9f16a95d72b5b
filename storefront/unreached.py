"""What could not be said to a buyer, told to the seller whose order it was about: she can still knock at a door."""

from datetime import datetime

from sqlalchemy import select

from storefront import outbox, rows
from storefront.database import Writer
from storefront.models import Order, OutboxMessage, Profile, Shop, UsedButton


def tell_seller(db: Writer, message: OutboxMessage, now: datetime, *, may_come_later: bool) -> None:
    """Tell a seller, once a day and order, that news of it did not reach its buyer."""
    order_id = message.facts.get("order")
    if message.notice is None or not isinstance(order_id, int):
        return
    found = db.execute(
        select(Order, Shop, Profile.name)
        .join(Shop, Shop.id == Order.shop_id)
        .outerjoin(Profile, Profile.person_id == Order.buyer_id)
        .where(Order.id == order_id, Order.buyer_id == message.person_id, Shop.owner_id != message.person_id)
    ).first()
    if found is None:
        return
    order, shop, buyer = found
    once = f"unreached:{order_id}:{now.astimezone(db.zone):%Y%m%d}"
    if rows.add_once(db, UsedButton, button=once, person_id=shop.owner_id, at=now):
        facts = {"order": order.id, "code": order.code, "buyer": buyer or "", "later": may_come_later}
        outbox.tell(db, shop.owner_id, "unreached", facts, now)
