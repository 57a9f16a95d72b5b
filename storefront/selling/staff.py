"""Who works in a shop beside its owner: they take, pack and send orders, and touch no money and no prices.

One place decides who may: `works_at`. Whoever is taken off the staff can do nothing more from that moment on.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from storefront import outbox, rows
from storefront.database import Reader, Writer
from storefront.models import Profile, Shop, Staff, StaffInvitation
from storefront.refusals import AlreadyDone, NotInvited, NotYours, OwnersOnly

INVITED_FOR = timedelta(hours=24)


def invite(db: Writer, shop_id: int, now: datetime, *, role: str = "staff") -> str:
    """Make a link that makes one person staff (or a reseller); returns its token, which works once and for a day."""
    token = secrets.token_urlsafe(9).replace("-", "x").replace("_", "y")
    rows.add(db, StaffInvitation, token=token, shop_id=shop_id, at=now, role=role)
    return token


def invitation(db: Reader, token: str, now: datetime, *, role: str = "staff") -> StaffInvitation:
    """The invitation of a token that still works. Raises `NotInvited`."""
    found = db.scalar(select(StaffInvitation).where(StaffInvitation.token == token, StaffInvitation.role == role))
    if found is None or found.used_at is not None or now - found.at > INVITED_FOR:
        raise NotInvited
    return found


def shop_invited_to(db: Reader, token: str, now: datetime, *, role: str = "staff") -> str | None:
    """The name of the shop a token invites to help in; None for any other token, or one that works no more."""
    try:
        found = invitation(db, token, now, role=role)
    except NotInvited:
        return None
    return db.get_one(Shop, found.shop_id).name


def join(db: Writer, invitation_id: int, person_id: int, now: datetime) -> Shop:
    """She joins, and the link is spent. Raises `NotInvited` where somebody was quicker."""
    shop_id = spend(db, invitation_id, person_id, now)
    rows.put(db, Staff, {"shop_id": shop_id, "person_id": person_id}, added_at=now, removed_at=None)
    shop = db.get_one(Shop, shop_id)
    name = db.scalar(select(Profile.name).where(Profile.person_id == person_id)) or ""
    outbox.tell(db, shop.owner_id, "staff_joined", {"name": name, "shop": shop.name}, now)
    return shop


def spend(db: Writer, invitation_id: int, person_id: int, now: datetime) -> int:
    """Use an invitation up; returns the shop it is of. Raises `NotInvited` where somebody was quicker."""
    unused = (StaffInvitation.id == invitation_id, StaffInvitation.used_at.is_(None))
    fresh = (*unused, StaffInvitation.at >= now - INVITED_FOR)
    if not rows.changed(db, update(StaffInvitation).where(*fresh).values(used_at=now, used_by=person_id)):
        raise NotInvited
    return db.scalars(select(StaffInvitation.shop_id).where(StaffInvitation.id == invitation_id)).one()


def remove(db: Writer, shop_id: int, person_id: int, now: datetime) -> None:
    """She is staff no more, from this moment. Raises `AlreadyDone`."""
    mine = (Staff.shop_id == shop_id, Staff.person_id == person_id, Staff.removed_at.is_(None))
    if not rows.changed(db, update(Staff).where(*mine).values(removed_at=now)):
        raise AlreadyDone


def works_at(db: Reader, shop_id: int, person_id: int) -> bool:
    mine = (Staff.shop_id == shop_id, Staff.person_id == person_id, Staff.removed_at.is_(None))
    return db.scalar(select(Staff.shop_id).where(*mine)) is not None


def refusal(db: Reader, shop_id: int, person_id: int) -> NotYours | OwnersOnly:
    """Why somebody else may not do what is the owner's: staff hear that kindly, everybody else is told the same."""
    return OwnersOnly() if works_at(db, shop_id, person_id) else NotYours()


def members(db: Reader, shop_id: int) -> Sequence[tuple[int, str]]:
    """Who works in a shop: their numbers and what they are called."""
    query = select(Staff.person_id, Profile.name).outerjoin(Profile, Profile.person_id == Staff.person_id)
    found = db.execute(query.where(Staff.shop_id == shop_id, Staff.removed_at.is_(None)).order_by(Staff.added_at))
    return [(person_id, name or "") for person_id, name in found]


def shops_of(db: Reader, person_id: int) -> Sequence[Shop]:
    """The shops somebody works in: her own first, then those she is staff of."""
    staffed = select(Staff.shop_id).where(Staff.person_id == person_id, Staff.removed_at.is_(None))
    mine = select(Shop).where(or_(Shop.owner_id == person_id, Shop.id.in_(staffed)))
    return db.scalars(mine.order_by(Shop.owner_id != person_id, Shop.id)).all()


def tell(
    db: Writer, shop: Shop, notice: str, facts: dict[str, Any], now: datetime, *, buyer_id: int | None = None
) -> None:
    """News of kitchen and road: for the owner, and for whoever works with her; not of what a helper ordered herself."""
    outbox.tell(db, shop.owner_id, notice, facts, now)
    for person_id in [person_id for person_id, _ in members(db, shop.id) if person_id != buyer_id]:
        outbox.tell(db, person_id, notice, facts, now)
