"""Somebody met a creator's code: by a link, a QR picture, or a word written in the chat. A touch is never money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select

from referral import attribution
from storefront import rows
from storefront.database import Reader, Writer
from storefront.models import Customer, Deal, Touch

REMEMBERED = 10


def remember(db: Writer, deal: Deal, person_id: int, claim: attribution.Claim, now: datetime) -> None:
    """Write down that a person met a deal's code."""
    rows.add(db, Touch, shop_id=deal.shop_id, deal_id=deal.id, person_id=person_id, claim=int(claim), at=now)


@dataclass(frozen=True)
class Met:
    """What is known of a person at a shop when she orders: whom she met, and whether she bought before."""

    touches: Sequence[attribution.Touch]
    deals: dict[int, Deal]
    customer: attribution.Customer


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
