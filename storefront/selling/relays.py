"""A buyer and a shop talk through the bot: words pass both ways, neither number is shown, and it ends by itself.

Whoever works in the shop may answer; the buyer hears the shop, not who of them wrote.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from storefront import chores, outbox, people, rows
from storefront.database import Reader, Writer
from storefront.earning import results
from storefront.models import Media, Relay, Shop
from storefront.refusals import NotYours
from storefront.selling import staff

QUIET = timedelta(minutes=30)  # so long nobody says anything, and the talk is over


def opened(db: Writer, shop_id: int, buyer_id: int, order_id: int | None, now: datetime) -> Relay:
    """The open talk of these two, begun now if there is none."""
    found = open_between(db, shop_id, buyer_id)
    if found is not None:
        wake(db, found.id, now)
        return found
    row = {"shop_id": shop_id, "buyer_id": buyer_id, "order_id": order_id}
    relay_id = rows.add(db, Relay, **row, opened_at=now, heard_at=now, closed_at=None)
    chores.schedule(db, "relay_ends", relay_id, now + QUIET)
    results.asked(db, shop_id, buyer_id, now)
    return db.get_one(Relay, relay_id)


def open_between(db: Reader, shop_id: int, buyer_id: int) -> Relay | None:
    mine = (Relay.shop_id == shop_id, Relay.buyer_id == buyer_id, Relay.closed_at.is_(None))
    return db.scalar(select(Relay).where(*mine).order_by(Relay.id.desc()).limit(1))


def is_open(db: Reader, relay_id: int, person_id: int) -> bool:
    """Whether this person may still say something in it."""
    relay = db.get(Relay, relay_id)
    return relay is not None and relay.closed_at is None and may_speak(db, relay, person_id)


def may_speak(db: Reader, relay: Relay, person_id: int) -> bool:
    shop = db.get_one(Shop, relay.shop_id)
    return person_id in {relay.buyer_id, shop.owner_id} or staff.works_at(db, shop.id, person_id)


def of(db: Reader, relay_id: int, person_id: int) -> tuple[Relay, Shop]:
    """A talk of hers, over or not, and its shop. Raises `NotYours`."""
    relay = db.get(Relay, relay_id)
    if relay is None or not may_speak(db, relay, person_id):
        raise NotYours
    return relay, db.get_one(Shop, relay.shop_id)


def going_on(db: Writer, relay_id: int, person_id: int, now: datetime) -> Relay:
    """The open talk of the same two. One that was over stays so: what its other side still writes into it is not
    carried on behind her back, so another is begun. Raises `NotYours`."""
    relay, _ = of(db, relay_id, person_id)
    return opened(db, relay.shop_id, relay.buyer_id, relay.order_id, now)


def wake(db: Writer, relay_id: int, now: datetime) -> None:
    """Something is said in it, or about to be."""
    db.execute(update(Relay).where(Relay.id == relay_id).values(heard_at=now))
    chores.schedule(db, "relay_ends", relay_id, now + QUIET, again=now.isoformat())


def buyer_of(db: Reader, relay_id: int) -> str:
    """What the buyer in it is called."""
    return people.name_of(db, db.scalars(select(Relay.buyer_id).where(Relay.id == relay_id)).one())


def pass_on(db: Writer, relay_id: int, person_id: int, words: str, picture: int | None, now: datetime) -> None:
    """Carry what one of them said to the other. Raises `NotYours`."""
    relay = going_on(db, relay_id, person_id, now)
    relay_id, shop = relay.id, db.get_one(Shop, relay.shop_id)
    token = db.scalar(select(Media.token).where(Media.id == picture)) if picture else None
    facts = {"relay": relay_id, "shop": shop.name, "words": words, "picture": token}
    if person_id == relay.buyer_id:
        told = facts | {"buyer": people.name_of(db, person_id), "from_buyer": True}
        staff.tell(db, shop, "relayed", told, now, buyer_id=person_id)
    else:
        outbox.tell(db, relay.buyer_id, "relayed", facts | {"from_buyer": False}, now)


def close(db: Writer, relay_id: int, person_id: int, now: datetime) -> Shop:
    """One of them says that it is over. Raises `NotYours`."""
    _, shop = of(db, relay_id, person_id)
    db.execute(update(Relay).where(Relay.id == relay_id, Relay.closed_at.is_(None)).values(closed_at=now))
    return shop


def ends(db: Writer, relay_id: int, now: datetime) -> None:
    """Nobody has said anything for a while: it is over, and nobody needs to be told."""
    quiet = (Relay.id == relay_id, Relay.closed_at.is_(None), Relay.heard_at <= now - QUIET)
    db.execute(update(Relay).where(*quiet).values(closed_at=now))
