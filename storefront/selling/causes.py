"""*Titip 1*: a buyer pays for one more, and the seller brings it to somebody who needs it.

Each is an ordinary order of an ordinary product, paid to the seller like any other and delivered elsewhere. No money is
collected (to collect it needs a permit: UU 9/1961), and nothing is counted that was not paid.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from storefront import outbox, rows
from storefront.database import Reader, Writer
from storefront.earning import deals
from storefront.models import PAYMENT_OF_ORDER, Cause, Media, Order, OrderLine, Payment, Product, Shop, Waiver
from storefront.people import name_of
from storefront.refusals import AlreadyDone, NothingToBring, NotYours, StillUnpaid
from storefront.selling.orders import fulfilling

MOST_TARGET = 1_000  # and so at most as many givers, all of whom are told in one step


@dataclass(frozen=True)
class Standing:
    """How far a cause has come, in pieces: paid, and on the way to it."""

    cause: Cause
    shop: Shop
    product: Product
    paid: int
    givers: int


def begin(db: Writer, shop: Shop, product_id: int, recipient: str, address: str, target: int, now: datetime) -> Cause:
    """A cause of a shop. Its seller has said that the recipient knows of it and agrees."""
    assert 0 < target <= MOST_TARGET, "a number of pieces"
    token = secrets.token_urlsafe(9).replace("-", "x").replace("_", "y")
    what = {"product_id": product_id, "recipient": recipient, "address": address, "target": target}
    return db.get_one(Cause, rows.add(db, Cause, token=token, shop_id=shop.id, at=now, **what))


def by_token(db: Reader, token: str) -> Cause | None:
    return db.scalar(select(Cause).where(Cause.token == token))


def of_shop(db: Reader, shop_id: int) -> Sequence[Cause]:
    """The causes of a shop that have not been brought, the newest first."""
    still = (Cause.shop_id == shop_id, Cause.delivered_at.is_(None))
    return db.scalars(select(Cause).where(*still).order_by(Cause.id.desc()).limit(9)).all()


def standing(db: Reader, cause: Cause) -> Standing:
    """Only what is paid counts."""
    pieces = select(func.coalesce(func.sum(OrderLine.quantity), 0), func.count(func.distinct(Order.buyer_id)))
    paid = pieces.select_from(Order).join(OrderLine, OrderLine.order_id == Order.id).join(Payment, PAYMENT_OF_ORDER)
    stands = (Order.cause_id == cause.id, Order.state.in_(["placed", "sent", "received"]), Payment.state == "confirmed")
    many, givers = db.execute(paid.where(*stands)).one()
    shop, product = db.get_one(Shop, cause.shop_id), db.get_one(Product, cause.product_id)
    return Standing(cause, shop, product, int(many), int(givers))


def is_open(cause: Cause) -> bool:
    return cause.closed_at is None and cause.delivered_at is None


def waivers(db: Reader, cause_id: int) -> frozenset[int]:
    """The creators who take nothing for it."""
    return frozenset(db.scalars(select(Waiver.creator_id).where(Waiver.cause_id == cause_id)))


def waive(db: Writer, cause: Cause, creator_id: int, now: datetime) -> None:
    """A creator of the shop gives up her commission for it, from now on. Raises `NotYours`, `AlreadyDone`."""
    if deals.of(db, cause.shop_id, creator_id) is None:
        raise NotYours
    if not rows.add_once(db, Waiver, cause_id=cause.id, creator_id=creator_id, at=now):
        raise AlreadyDone


def of_seller(db: Reader, cause_id: int, person_id: int) -> tuple[Cause, Shop]:
    """A cause of her shop. Raises `NotYours`."""
    found = db.get(Cause, cause_id)
    shop = db.get(Shop, found.shop_id) if found else None
    if found is None or shop is None or shop.owner_id != person_id:
        raise NotYours
    return found, shop


def brought(db: Writer, cause: Cause, seller_id: int, proof_id: int, thanks: str, now: datetime) -> Standing:
    """The seller has brought everything that is paid, and shows it: every giver sees the photo and the words.

    Raises `NothingToBring` where nothing is paid, `StillUnpaid` while something of it may still be, `AlreadyDone`.
    """
    found = standing(db, cause)
    if not found.paid:
        raise NothingToBring
    unpaid = (Order.cause_id == cause.id, Order.state == "placed", Payment.state.in_(["due", "claimed"]))
    open_ = db.scalars(select(Order.code).join(Payment, PAYMENT_OF_ORDER).where(*unpaid).order_by(Order.id)).all()
    if open_:
        raise StillUnpaid(codes=", ".join(open_))
    still = (Cause.id == cause.id, Cause.delivered_at.is_(None))
    values = {"delivered_at": now, "closed_at": now, "proof_id": proof_id, "thanks": thanks}
    if not rows.changed(db, update(Cause).where(*still).values(**values)):
        raise AlreadyDone
    token = db.scalar(select(Media.token).where(Media.id == proof_id))
    facts = {
        "shop": found.shop.name,
        "recipient": cause.recipient,
        "n": found.paid,
        "product": found.product.name,
        "thanks": thanks,
        "picture": token,
        "cause": cause.id,
    }
    given = (Order.cause_id == cause.id, Payment.state == "confirmed")
    orders = db.execute(
        select(Order.id, Order.buyer_id, Order.state).join(Payment, PAYMENT_OF_ORDER).where(*given).order_by(Order.id)
    ).all()
    for order_id, _, state in orders:
        if state == "placed":
            fulfilling.send(db, order_id, seller_id, now)
    for buyer_id in dict.fromkeys(buyer for _, buyer, _ in orders):
        outbox.tell(db, buyer_id, "cause_brought", facts, now)
    return found


def proof_for(db: Reader, cause_id: int, person_id: int) -> tuple[Cause, str]:
    """The photo of a cause, for somebody who gave to it. Raises `NotYours`."""
    gave = select(Order.id).where(Order.cause_id == cause_id, Order.buyer_id == person_id)
    cause = db.get(Cause, cause_id)
    token = db.scalar(select(Media.token).where(Media.id == cause.proof_id)) if cause else None
    if cause is None or token is None or db.scalar(gave.limit(1)) is None:
        raise NotYours
    return cause, token


def close(db: Writer, cause: Cause, now: datetime) -> None:
    """Nothing more is given to it; what is paid is brought. Raises `AlreadyDone`."""
    still = (Cause.id == cause.id, Cause.closed_at.is_(None))
    if not rows.changed(db, update(Cause).where(*still).values(closed_at=now)):
        raise AlreadyDone


def waived_by(db: Reader, cause: Cause) -> list[str]:
    """The names of who takes nothing, to be thanked beside the cause: they chose to be seen with it."""
    return [name.split()[0] for one in sorted(waivers(db, cause.id)) if (name := name_of(db, one))]
