"""What bringing an order costs, and where a buyer usually has things brought."""

import math
import re
from dataclasses import dataclass

from storefront import rows
from storefront.database import Reader, Writer
from storefront.models import Shop, UsualAddress
from storefront.reading.areas import match_area
from storefront.selling.shops import areas_of

PIN = "pin "  # how a place somebody sent as a location is written
EARTH_KM = 6_371.0


@dataclass(frozen=True)
class Fee:
    """What delivery costs. ``amount`` None means that the seller must be asked; ``by_courier``: the buyer pays one."""

    amount: int | None
    by_courier: bool = False


@dataclass(frozen=True)
class Handover:
    """How an order reaches its buyer: brought to an address, or picked up by name."""

    kind: str
    name: str
    address: str | None = None
    landmark: str | None = None
    slot_id: int | None = None  #: the hours she chose, where the shop has such


def fee_for(shop: Shop, handover: Handover) -> Fee:
    """The fee by the seller's own words; an area she did not name is hers to price."""
    if handover.kind == "pickup":
        return Fee(0)
    if (handover.address or "").startswith(PIN):
        return fee_by_distance(shop, handover.address or "")
    area = match_area(f"{handover.address} {handover.landmark or ''}", areas_of(shop))
    if area is None:
        return Fee(None)
    return Fee(0, by_courier=True) if area.fee is None else Fee(area.fee)


def fee_by_distance(shop: Shop, pin: str) -> Fee:
    """Up to so many kilometres, so much, as the seller said; what lies beyond, or no pin of hers, is hers to price."""
    here, there = place_of(shop.pin or ""), place_of(pin)
    if here is None or there is None:
        return Fee(None)
    away = kilometres(here, there)
    return Fee(next((int(fee) for limit, fee in shop.km_fees if away <= limit), None))


def place_of(pin: str) -> tuple[float, float] | None:
    """The latitude and longitude of ``pin -6.40250,106.79420``, in degrees."""
    found = re.fullmatch(rf"(?:{PIN})?(-?\d{{1,2}}\.\d{{1,7}}),(-?\d{{1,3}}\.\d{{1,7}})", pin)
    return (float(found[1]), float(found[2])) if found else None


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """As the crow flies: the haversine formula on a sphere of 6,371 km, true to half a percent."""
    (north_a, east_a), (north_b, east_b) = ((math.radians(x), math.radians(y)) for x, y in (a, b))
    across = math.sin((north_b - north_a) / 2) ** 2
    along = math.cos(north_a) * math.cos(north_b) * math.sin((east_b - east_a) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(across + along))


def usual(db: Reader, shop_id: int, person_id: int) -> Handover | None:
    row = db.get(UsualAddress, (shop_id, person_id))
    return Handover(row.handover, row.name, row.address, row.landmark) if row else None


def remember(db: Writer, shop_id: int, person_id: int, handover: Handover) -> None:
    """Next time she need not say it again."""
    rows.put(
        db,
        UsualAddress,
        {"shop_id": shop_id, "person_id": person_id},
        handover=handover.kind,
        name=handover.name,
        address=handover.address,
        landmark=handover.landmark,
    )
