"""When a shop is there: its hours and its days off. A PO can be ordered any time; what is ready, when she is in."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import update

from storefront.database import Writer
from storefront.models import Shop

OPENS = time(6)  # the hour a day begins where no hours were said
LOOKED_AHEAD = 400


def opens_at(shop: Shop, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the shop is there next; None while it is there."""
    local = now.astimezone(zone)
    start, end = hours_of(shop)
    is_in = start is None or (end is not None and start <= local.time() < end)
    if is_in and not is_away(shop, local.date()):
        return None
    day = local.date()
    if is_away(shop, day) or (start is not None and local.time() >= start):
        day += timedelta(days=1)
    for _ in range(LOOKED_AHEAD):
        if not is_away(shop, day):
            break
        day += timedelta(days=1)
    return datetime.combine(day, start or OPENS, tzinfo=zone)


def hours_of(shop: Shop) -> tuple[time | None, time | None]:
    """From when until when, in the shop's zone; nothing where she has said nothing."""
    if shop.hours is None:
        return None, None
    start, end = shop.hours.split("-")
    return time.fromisoformat(start), time.fromisoformat(end)


def is_away(shop: Shop, day: date) -> bool:
    return shop.away_from is not None and shop.away_until is not None and shop.away_from <= day <= shop.away_until


def change(db: Writer, shop_id: int, **values: Any) -> None:
    """Her hours, days off, pickup points, pin or fees by distance, as she said them."""
    db.execute(update(Shop).where(Shop.id == shop_id).values(**values))
