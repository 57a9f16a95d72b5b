"""What could not be said, told to whoever waits for it: a seller of her buyer's order, either side of a talk."""

from datetime import datetime

from sqlalchemy import select

from storefront import outbox, rows
from storefront.database import Writer
from storefront.models import Order, OutboxMessage, Profile, Relay, Shop, UsedButton


def tell_others(db: Writer, message: OutboxMessage, now: datetime, *, may_come_later: bool) -> None:
    """Tell, once a day and matter, that a notice did not reach the one it was for."""
    if message.notice is None:
        return
    order_id, relay_id = message.facts.get("order"), message.facts.get("relay")
    if isinstance(order_id, int):
        of_an_order(db, message, order_id, now, may_come_later=may_come_later)
    elif isinstance(relay_id, int) and message.notice == "relayed":
        of_a_talk(db, message, relay_id, now, may_come_later=may_come_later)


def of_an_order(db: Writer, message: OutboxMessage, order_id: int, now: datetime, *, may_come_later: bool) -> None:
    """The seller can still knock at a door."""
    found = db.execute(
        select(Order, Shop, Profile.name)
        .join(Shop, Shop.id == Order.shop_id)
        .outerjoin(Profile, Profile.person_id == Order.buyer_id)
        .where(Order.id == order_id, Order.buyer_id == message.person_id, Shop.owner_id != message.person_id)
    ).first()
    if found is None:
        return
    order, shop, buyer = found
    facts = {"order": order.id, "code": order.code, "buyer": buyer or "", "later": may_come_later}
    if is_first(db, f"unreached:{order_id}", shop.owner_id, now):
        outbox.tell(db, shop.owner_id, "unreached", facts, now)


def of_a_talk(db: Writer, message: OutboxMessage, relay_id: int, now: datetime, *, may_come_later: bool) -> None:
    """Whoever wrote it knows then that she waits in vain, or for how long."""
    found = db.execute(
        select(Relay, Shop, Profile.name)
        .join(Shop, Shop.id == Relay.shop_id)
        .outerjoin(Profile, Profile.person_id == Relay.buyer_id)
        .where(Relay.id == relay_id)
    ).first()
    if found is None:
        return
    relay, shop, buyer = found
    is_for_buyer = message.person_id == relay.buyer_id
    writer, name = (shop.owner_id, buyer or "") if is_for_buyer else (relay.buyer_id, shop.name)
    if is_first(db, f"unreached:talk:{relay_id}:{int(is_for_buyer)}", writer, now):
        outbox.tell(db, writer, "words_wait", {"name": name, "later": may_come_later}, now)


def is_first(db: Writer, matter: str, person_id: int, now: datetime) -> bool:
    """Whether nobody has been told of this today."""
    once = f"{matter}:{now.astimezone(db.zone):%Y%m%d}"
    return rows.add_once(db, UsedButton, button=once, person_id=person_id, at=now)
