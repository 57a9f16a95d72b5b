"""*Kabar warga*: once a month, one picture for the neighbourhood group. Sums of everybody, nobody's name."""

from datetime import datetime, time, timedelta

from sqlalchemy import select

from referral.fairness import spread
from storefront import chores, outbox
from storefront.database import Reader, Writer
from storefront.drawing.values import Month
from storefront.earning import tallies
from storefront.models import Person

MORNING = time(9, 0)
FEWEST_KITCHENS = 3  # with two each could take her own sums off and read the other's


def month(db: Reader, name: str) -> Month:
    """The sums of a month (``2026-06``): a few rows, however much was sold."""
    found = tallies.of_hub(db, [name], ("orders", "kitchen", "paid", "confirmed", "days"))
    days = spread(found["days"])
    return Month(
        month=name,
        kitchens=sum(1 for orders in found["kitchen"].values() if orders > 0),
        orders=max(0, sum(found["orders"].values())),
        paid=max(0, sum(found["paid"].values())),
        confirmed=sum(found["confirmed"].values()),
        days=days.median if days else None,
    )


def before(db: Reader, now: datetime) -> str:
    """The month that is over."""
    first = now.astimezone(db.zone).date().replace(day=1)
    return f"{first - timedelta(days=1):%Y-%m}"


def begin(db: Writer, now: datetime) -> None:
    """Make sure that somebody tells of this month when it is over."""
    local = now.astimezone(db.zone)
    following = (local.date().replace(day=1) + timedelta(days=32)).replace(day=1)
    due = datetime.combine(following, MORNING, tzinfo=db.zone)
    chores.schedule(db, "month_over", 0, due, again=f"{following:%Y-%m}")


def tell(db: Writer, _: int, now: datetime) -> None:
    """The month is over: who runs the hub has its picture, to pass on. A month without orders is not told of."""
    begin(db, now)
    name = before(db, now)
    found = month(db, name)
    if found.kitchens < FEWEST_KITCHENS:
        return
    for person_id in db.scalars(select(Person.id).where(Person.is_operator).order_by(Person.id)).all():
        outbox.tell(db, person_id, "neighbourhood_news", found.as_json(), now)
