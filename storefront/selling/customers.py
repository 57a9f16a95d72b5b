"""A shop's buyers as sums: how often each has paid, since when, and how many come back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from storefront.database import Reader
from storefront.earning import tallies
from storefront.models import Customer, Order, Profile

PAGE = 30


@dataclass(frozen=True)
class Buyer:
    """One buyer: orders she paid, received, kept and let go; her first and her newest order."""

    person_id: int
    name: str
    paid: int
    received: int
    no_shows: int
    since: datetime | None
    newest: str


def faithful(db: Reader, shop_id: int, after: tuple[int, int] | None = None) -> Sequence[Buyer]:
    """Those who paid most often, a page at a time; ``after`` is how often the last one of a page paid, and who."""
    newest = (
        select(Order.code)
        .where(Order.shop_id == shop_id, Order.buyer_id == Customer.person_id)
        .order_by(Order.id.desc())
        .limit(1)
        .correlate(Customer)
        .scalar_subquery()
    )
    query = (
        select(Customer, Profile.name, newest)
        .outerjoin(Profile, Profile.person_id == Customer.person_id)
        .where(Customer.shop_id == shop_id, Customer.paid > 0)
    )
    if after:
        paid, person_id = after
        query = query.where(or_(Customer.paid < paid, and_(Customer.paid == paid, Customer.person_id > person_id)))
    found = db.execute(query.order_by(Customer.paid.desc(), Customer.person_id).limit(PAGE))
    return [
        Buyer(one.person_id, name or "", one.paid, one.received, one.no_shows, one.first_paid_at, code or "")
        for one, name, code in found
    ]


@dataclass(frozen=True)
class Week:
    """How many bought for the first time in a week, and how many of all came back in it for the first time."""

    name: str
    fresh: int
    back: int


def weeks(db: Reader, shop_id: int, now: datetime, many: int = 12) -> list[Week]:
    """New buyers and those who came back, week by week, from running sums."""
    names = tallies.last_weeks(db, now, many)
    sums = {(key.period, key.what): n for key, n in tallies.read(db, "shop", [shop_id], names) if key.subject == 0}
    return [Week(name, max(sums.get((name, "buyers"), 0), 0), max(sums.get((name, "back"), 0), 0)) for name in names]
