"""Somebody met a creator's code: by a link, a QR picture, or a word written in the chat. A touch is never money.

And the opposite: somebody came by the shop's own door, or would rather that nobody is thanked for her order.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, select

from referral import attribution
from storefront import rows
from storefront.database import Reader, Writer
from storefront.earning import results
from storefront.models import Customer, Deal, OwnDoor, SharedPicture, Touch

REMEMBERED = 10


def remember(
    db: Writer, deal: Deal, person_id: int, claim: attribution.Claim, now: datetime, *, picture: int | None = None
) -> None:
    """Write down that a person met a deal's code; ``picture``: the number of the picture she met it by."""
    results.chatted(db, deal, person_id, now)
    who = {"shop_id": deal.shop_id, "deal_id": deal.id, "person_id": person_id}
    shown = (SharedPicture.deal_id == deal.id, SharedPicture.number == picture)
    picture_id = db.scalar(select(SharedPicture.id).where(*shown)) if picture else None
    rows.add(db, Touch, **who, claim=int(claim), at=now, picture_id=picture_id)


def by_own_door(db: Writer, shop_id: int, person_id: int, now: datetime) -> None:
    """She came without anybody's code."""
    rows.put(db, OwnDoor, {"shop_id": shop_id, "person_id": person_id}, at=now)


def own_door(db: Reader, shop_id: int, person_id: int) -> datetime | None:
    """When she last did."""
    return db.scalar(select(OwnDoor.at).where(OwnDoor.shop_id == shop_id, OwnDoor.person_id == person_id))


def forget(db: Writer, person_id: int, shop_id: int) -> int:
    """*Tanpa kode*: a buyer would rather that her next order thanks nobody; returns how many touches that undid."""
    return rows.count(db, delete(Touch).where(Touch.person_id == person_id, Touch.shop_id == shop_id))


@dataclass(frozen=True)
class Met:
    """What is known of a person at a shop when she orders: whom she met, and whether she bought before."""

    touches: Sequence[attribution.Touch]
    deals: dict[int, Deal]
    customer: attribution.Customer
    pictures: dict[tuple[int, datetime], int]  #: by deal and moment, the picture a touch came by

    def picture_of(self, touch: attribution.Touch | None) -> int | None:
        return self.pictures.get((touch.deal, touch.at)) if touch else None


def of(db: Reader, person_id: int, shop_id: int) -> Met:
    """The last touches of a person at a shop, with what their deals promise; the rule decides among them."""
    found = db.execute(
        select(Touch, Deal, Customer)
        .join(Deal, Deal.id == Touch.deal_id)
        .outerjoin(Customer, and_(Customer.shop_id == Touch.shop_id, Customer.person_id == Touch.person_id))
        .where(Touch.person_id == person_id, Touch.shop_id == shop_id)
        .order_by(Touch.id.desc())
        .limit(REMEMBERED)
    ).all()
    bought = next((customer for _, _, customer in found if customer), None)
    return Met(
        touches=[as_rule(touch, deal) for touch, deal, _ in found],
        deals={deal.id: deal for _, deal, _ in found},
        customer=attribution.Customer(bought.first_paid_at, bought.first_deal_id) if bought else attribution.Customer(),
        pictures={(touch.deal_id, touch.at): touch.picture_id for touch, _, _ in found if touch.picture_id},
    )


def as_rule(touch: Touch, deal: Deal) -> attribution.Touch:
    return attribution.Touch(
        deal=deal.id,
        creator=deal.creator_id,
        claim=attribution.Claim(touch.claim),
        at=touch.at,
        window=timedelta(days=deal.window_days),
        new_customers_only=deal.new_customers_only,
        deal_ended_at=deal.ended_at,
    )


# -- what a decision was made from -------------------------------------------------------------------------


def weighed(
    met: Met,
    buyer: int,
    now: datetime,
    *,
    is_resale: bool,
    recreates: attribution.Touch | None,
    waived: Collection[int] = (),
) -> dict[str, Any]:
    """Everything a decision is made from, as plain values, so that it can be made again from them alone."""
    customer = met.customer
    return {
        "buyer": buyer,
        "at": now.isoformat(),
        "resale": is_resale,
        "recreates": as_words(recreates) if recreates else None,
        "first_paid_at": customer.first_paid_at.isoformat() if customer.first_paid_at else None,
        "first_deal": customer.first_deal,
        "touches": [as_words(touch) for touch in met.touches],
        **({"waived": sorted(waived)} if waived else {}),
    }


def as_words(touch: attribution.Touch) -> dict[str, Any]:
    return {
        "deal": touch.deal,
        "creator": touch.creator,
        "claim": int(touch.claim),
        "at": touch.at.isoformat(),
        "days": touch.window.days,
        "new_only": touch.new_customers_only,
        "ended_at": touch.deal_ended_at.isoformat() if touch.deal_ended_at else None,
    }


def decided_again(kept: dict[str, Any]) -> attribution.Attribution:
    """The decision that follows from what was weighed."""
    first_paid = kept["first_paid_at"]
    return attribution.credited(
        [from_words(touch) for touch in kept["touches"]],
        kept["buyer"],
        attribution.Customer(datetime.fromisoformat(first_paid) if first_paid else None, kept["first_deal"]),
        datetime.fromisoformat(kept["at"]),
        is_resale=kept["resale"],
        recreates=from_words(kept["recreates"]) if kept["recreates"] else None,
        waived=kept.get("waived", ()),
    )


def from_words(touch: dict[str, Any]) -> attribution.Touch:
    return attribution.Touch(
        deal=touch["deal"],
        creator=touch["creator"],
        claim=attribution.Claim(touch["claim"]),
        at=datetime.fromisoformat(touch["at"]),
        window=timedelta(days=touch["days"]),
        new_customers_only=touch["new_only"],
        deal_ended_at=datetime.fromisoformat(touch["ended_at"]) if touch["ended_at"] else None,
    )
