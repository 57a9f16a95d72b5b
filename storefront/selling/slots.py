"""Hours in which a shop hands over, with room for so many orders; one counts from the moment it is placed."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select, update

from storefront import rows
from storefront.database import Reader, Writer
from storefront.models import Shop, Slot
from storefront.refusals import SlotFull

DAYS_AHEAD = timedelta(days=7)


def set_slot(db: Writer, shop_id: int, day: date, begins: str, ends: str, capacity: int, handover: str) -> None:
    """Room for so many orders in these hours; said again, it is the new room, and who is in stays in."""
    key = {"shop_id": shop_id, "day": day, "begins": begins, "handover": handover}
    db.execute(update(Shop).where(Shop.id == shop_id).values(has_slots=True))
    known = db.scalar(select(Slot).filter_by(**key))
    if known is None:
        rows.add_once(db, Slot, **key, ends=ends, capacity=capacity, taken=0)
    else:
        db.execute(update(Slot).where(Slot.id == known.id).values(ends=ends, capacity=capacity))


def of_day(db: Reader, shop_id: int, day: date | None, today: date, handover: str) -> Sequence[Slot]:
    """The slots an order may go into: those of its day, or for ready stock those of the coming week."""
    days = [Slot.day == day] if day else [Slot.day >= today, Slot.day <= today + DAYS_AHEAD]
    mine = select(Slot).where(Slot.shop_id == shop_id, Slot.handover == handover, *days)
    return db.scalars(mine.order_by(Slot.day, Slot.begins).execution_options(populate_existing=True)).all()


def of_shop(db: Reader, shop_id: int, today: date) -> Sequence[Slot]:
    """Every slot still to come."""
    mine = select(Slot).where(Slot.shop_id == shop_id, Slot.day >= today)
    return db.scalars(mine.order_by(Slot.day, Slot.begins).limit(50)).all()


def take(db: Writer, shop_id: int, slot_id: int) -> None:
    """One more order in these hours, in one conditional step. Raises `SlotFull`."""
    room = (Slot.id == slot_id, Slot.shop_id == shop_id, Slot.taken < Slot.capacity)
    if not rows.changed(db, update(Slot).where(*room).values(taken=Slot.taken + 1)):
        raise SlotFull(slot=label(db.get_one(Slot, slot_id)))


def give_back(db: Writer, slot_id: int | None) -> None:
    """An order came to nothing: its hour has room again."""
    if slot_id is not None:
        held = update(Slot).where(Slot.id == slot_id, Slot.taken > 0)
        assert rows.changed(db, held.values(taken=Slot.taken - 1)), "a slot gives back only what was taken"


def of(db: Reader, slot_id: int | None) -> Slot | None:
    return db.get(Slot, slot_id) if slot_id else None


def copy(db: Writer, shop_id: int, old: date | None, new: date | None) -> None:
    """The next round has the hours of the one before."""
    if old is None or new is None or old == new:
        return
    for slot in db.scalars(select(Slot).where(Slot.shop_id == shop_id, Slot.day == old)).all():
        set_slot(db, shop_id, new, slot.begins, slot.ends, slot.capacity, slot.handover)


def label(slot: Slot) -> str:
    """``09.00-11.00``."""
    return f"{slot.begins}-{slot.ends}".replace(":", ".")
