"""What bringing an order costs, and where a buyer usually has things brought."""

from dataclasses import dataclass

from storefront import rows
from storefront.database import Reader, Writer
from storefront.models import Shop, UsualAddress
from storefront.reading.areas import match_area
from storefront.selling.shops import areas_of


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


def fee_for(shop: Shop, handover: Handover) -> Fee:
    """The fee by the seller's own words; an area she did not name is hers to price."""
    if handover.kind == "pickup":
        return Fee(0)
    area = match_area(f"{handover.address} {handover.landmark or ''}", areas_of(shop))
    if area is None:
        return Fee(None)
    return Fee(0, by_courier=True) if area.fee is None else Fee(area.fee)


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
