"""Waiting lists: whoever comes too late for a batch is asked first when a place comes free, in the order they came.

A place that is offered is held for half an hour and is nobody else's meanwhile. Whoever waits for a batch that has
closed is told when the product opens again.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from storefront import chores, outbox, rows
from storefront.database import Reader, Writer
from storefront.models import Batch, Product, Shop, WaitingPlace
from storefront.refusals import BatchClosed, NotToday, SoldOut
from storefront.selling import batches
from storefront.selling.batches import Share

OFFER_HOLDS = timedelta(minutes=30)
STILL = ("waiting", "offered")


def join(db: Writer, product_id: int, person_id: int, quantity: int, now: datetime) -> WaitingPlace:
    """Wait for so many; whoever waits already waits for this many now, and keeps her turn."""
    product = db.get_one(Product, product_id)
    assert product.batch_id, "what is waited for is on sale or was"
    standing = waits(db, product.batch_id, person_id)
    if standing is not None:
        if standing.state == "waiting":
            db.execute(update(WaitingPlace).where(WaitingPlace.id == standing.id).values(quantity=quantity))
        return standing
    place = {"shop_id": product.shop_id, "product_id": product_id, "batch_id": product.batch_id, "person_id": person_id}
    values = {**place, "quantity": quantity, "state": "waiting", "at": now}
    return WaitingPlace(id=rows.add(db, WaitingPlace, **values), **values)


def waits(db: Reader, batch_id: int, person_id: int) -> WaitingPlace | None:
    """The place somebody waits for, or is being offered, in a batch."""
    mine = (WaitingPlace.batch_id == batch_id, WaitingPlace.person_id == person_id)
    query = select(WaitingPlace).where(*mine, WaitingPlace.state.in_(STILL)).order_by(WaitingPlace.id.desc()).limit(1)
    return db.scalar(query.execution_options(populate_existing=True))


def ahead_of(db: Reader, place: WaitingPlace) -> int:
    """How many wait before her."""
    before = (WaitingPlace.batch_id == place.batch_id, WaitingPlace.state == "waiting", WaitingPlace.id < place.id)
    return db.scalar(select(func.count()).select_from(WaitingPlace).where(*before)) or 0


def leave(db: Writer, waiting_id: int, person_id: int, now: datetime) -> bool:
    """She waits no more. What was held for her goes to the next one; False when it was nobody's any more."""
    mine = (WaitingPlace.id == waiting_id, WaitingPlace.person_id == person_id)
    if rows.changed(db, update(WaitingPlace).where(*mine, WaitingPlace.state == "waiting").values(state="gone")):
        return True
    return ended(db, waiting_id, now, person_id)


def offer(db: Writer, batch_id: int, now: datetime) -> None:
    """Places came free: hold them for whoever waits, the first first, as far as they go round."""
    for place in in_turn(db, batch_id):
        try:
            batches.take(db, batch_id, Share("", place.quantity), now)
        except (SoldOut, BatchClosed, NotToday):
            continue
        until = now + OFFER_HOLDS
        db.execute(update(WaitingPlace).where(WaitingPlace.id == place.id).values(state="offered", offered_until=until))
        chores.schedule(db, "offer_ends", place.id, until)
        outbox.tell(db, place.person_id, "place_free", facts_of(db, place, until), now)


def in_turn(db: Writer, batch_id: int) -> list[WaitingPlace]:
    """Everybody who waits, in the order they came. The batch's row is locked first: two offers at once take turns."""
    db.execute(select(Batch.id).where(Batch.id == batch_id).with_for_update())
    query = select(WaitingPlace).where(WaitingPlace.batch_id == batch_id, WaitingPlace.state == "waiting")
    return list(db.scalars(query.order_by(WaitingPlace.id).execution_options(populate_existing=True)))


def facts_of(db: Reader, place: WaitingPlace, until: datetime | None = None) -> dict[str, object]:
    product, shop = db.execute(
        select(Product, Shop).join(Shop, Shop.id == Product.shop_id).where(Product.id == place.product_id)
    ).one()
    return {
        "waiting": place.id,
        "product_id": product.id,
        "product": product.name,
        "unit": product.unit,
        "shop": shop.name,
        "quantity": place.quantity,
        "until": until.isoformat() if until else None,
    }


def offer_ends(db: Writer, waiting_id: int, now: datetime) -> None:
    """Half an hour without an answer: the place is the next one's, and she is told."""
    if ended(db, waiting_id, now):
        place = db.get_one(WaitingPlace, waiting_id, populate_existing=True)
        outbox.tell(db, place.person_id, "place_gone", facts_of(db, place), now)


def ended(db: Writer, waiting_id: int, now: datetime, person_id: int | None = None) -> bool:
    """Give an offered place back, once."""
    if not settled(db, waiting_id, "gone", person_id):
        return False
    place = db.get_one(WaitingPlace, waiting_id, populate_existing=True)
    batches.give_back(db, place.batch_id, Share("", place.quantity), now)
    return True


def settled(db: Writer, waiting_id: int, state: str, person_id: int | None) -> bool:
    mine = [WaitingPlace.person_id == person_id] if person_id else []
    offered = update(WaitingPlace).where(WaitingPlace.id == waiting_id, WaitingPlace.state == "offered", *mine)
    return rows.changed(db, offered.values(state=state))


def held_for(db: Reader, waiting_id: int, person_id: int) -> int:
    """How many are held for her; 0 for anybody else, and once the half hour is over."""
    place = db.get(WaitingPlace, waiting_id, populate_existing=True)
    mine = place is not None and place.person_id == person_id and place.state == "offered"
    return place.quantity if place and mine else 0


def take_up(db: Writer, waiting_id: int, person_id: int) -> None:
    """She orders: what was held for her is free for this very order, in the same transaction."""
    if not settled(db, waiting_id, "taken", person_id):
        return
    place = db.get_one(WaitingPlace, waiting_id, populate_existing=True)
    chores.cancel(db, "offer_ends", waiting_id)
    held = update(Batch).where(Batch.id == place.batch_id).values(taken=Batch.taken - place.quantity)
    db.execute(held)


def opens(db: Writer, batch_id: int, now: datetime) -> None:
    """The hour has come at which a batch opens: whoever asked for it is told."""
    opens_again(db, db.get_one(Batch, batch_id).product_id, now)


def opens_again(db: Writer, product_id: int, now: datetime) -> int:
    """A batch opens: whoever waited for it or an earlier one is told, and begins anew. Returns how many were told."""
    query = select(WaitingPlace).where(WaitingPlace.product_id == product_id, WaitingPlace.state == "waiting")
    waited = db.scalars(query.order_by(WaitingPlace.id)).all()
    for place in waited:
        db.execute(update(WaitingPlace).where(WaitingPlace.id == place.id).values(state="gone"))
        outbox.tell(db, place.person_id, "open_again", facts_of(db, place), now)
    return len(waited)
