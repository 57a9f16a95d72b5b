"""*Tawar*: a creator asks for other terms than the card's, the seller takes them, leaves them, or asks back.

No offer is without money: a share of the sales, a fee for a content, or both. Goods may come on top, as a gift.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import select, update

from referral.rates import may_be_promised
from storefront import outbox, rows
from storefront.database import Reader, Writer
from storefront.earning import deals, lessons, rates
from storefront.models import Bargain, Deal, Shop
from storefront.people import name_of
from storefront.refusals import AlreadyDone, NotAnOffer, NotYours, OwnShop, RateOutOfBounds


def ask(
    db: Writer,
    shop: Shop,
    creator_id: int,
    by: int,
    rate_bp: int,
    content_fee: int | None,
    now: datetime,
    *,
    reckoned: Mapping[str, object] | None = None,
) -> Bargain:
    """Ask for a share, a fee for each accepted content, or both. What was open between the two is withdrawn.

    ``reckoned``: what the fee helper had said, kept with it and shown to the other side.

    Raises `NotAnOffer`, `RateOutOfBounds`, `OwnShop` or `TooYoung`.
    """
    if not rate_bp and not content_fee:
        raise NotAnOffer
    if rate_bp and not may_be_promised(rate_bp):
        raise RateOutOfBounds
    if shop.owner_id == creator_id:
        raise OwnShop
    deals.refuse_the_young(db, creator_id, now)
    between = (Bargain.shop_id == shop.id, Bargain.creator_id == creator_id, Bargain.state == "open")
    db.execute(update(Bargain).where(*between).values(state="withdrawn", answered_at=now))
    who = {"shop_id": shop.id, "creator_id": creator_id, "by_person": by}
    what = {"rate_bp": rate_bp, "content_fee": content_fee, "state": "open", "at": now, "reckoned": reckoned or {}}
    found = db.get_one(Bargain, rows.add(db, Bargain, **who, **what))
    other = shop.owner_id if by == creator_id else creator_id
    facts = {**facts_of(db, found), "lesson": lessons.due(db, other, "offer")}
    outbox.tell(db, other, "bargain_asked", facts, now)
    return found


def facts_of(db: Reader, bargain: Bargain) -> dict[str, object]:
    shop = db.get_one(Shop, bargain.shop_id)
    return {
        "bargain": bargain.id,
        "shop": shop.name,
        "creator": name_of(db, bargain.creator_id),
        "by_creator": bargain.by_person == bargain.creator_id,
        "rate_bp": bargain.rate_bp,
        "content_fee": bargain.content_fee or 0,
        "published_bp": shop.rate_bp or 0,
        "currency": shop.currency,
        "state": bargain.state,
        "reckoned": bargain.reckoned,
        "reason": bargain.reason or "",
    }


def of_answerer(db: Reader, bargain_id: int, person_id: int) -> Bargain:
    """An offer that this person may answer: the other side made it. Raises `NotYours`."""
    found = db.get(Bargain, bargain_id)
    if found is None or found.by_person == person_id:
        raise NotYours
    if person_id not in {found.creator_id, db.get_one(Shop, found.shop_id).owner_id}:
        raise NotYours
    return found


def accept(db: Writer, bargain: Bargain, by: int, now: datetime) -> Deal | None:
    """Both agree. A deal that runs has the new terms at once; else the creator still says yes to the whole card.

    A share of nothing keeps what the shop promises everybody. Raises `AlreadyDone`.
    """
    answered(db, bargain, "accepted", now)
    deal = deals.of(db, bargain.shop_id, bargain.creator_id)
    if deal and deals.is_running(deal, now):
        settle(db, deal, bargain, now)
    told(db, bargain, by, now)
    return deal


def settle(db: Writer, deal: Deal, bargain: Bargain, now: datetime) -> None:
    """Put what was agreed into the deal, once. Both wanted it, so it needs no notice, up or down."""
    if bargain.rate_bp:
        rates.agreed(db, deal, bargain.rate_bp, now)
    if bargain.content_fee:
        db.execute(update(Deal).where(Deal.id == deal.id).values(content_fee=bargain.content_fee))
    db.execute(update(Bargain).where(Bargain.id == bargain.id).values(state="used"))


Reason = Literal["too_much", "too_little", "enough", "other"]
OF_SELLER: Final[tuple[Reason, ...]] = ("too_much", "enough", "other")
OF_CREATOR: Final[tuple[Reason, ...]] = ("too_little", "enough", "other")


def decline(db: Writer, bargain: Bargain, by: int, now: datetime, reason: Reason = "other") -> None:
    """Not like that, and why; the published terms are there all the same. Raises `AlreadyDone`."""
    answered(db, bargain, "declined", now)
    db.execute(update(Bargain).where(Bargain.id == bargain.id).values(reason=reason))
    told(db, bargain, by, now)


def answered(db: Writer, bargain: Bargain, state: str, now: datetime) -> None:
    still = update(Bargain).where(Bargain.id == bargain.id, Bargain.state == "open")
    if not rows.changed(db, still.values(state=state, answered_at=now)):
        raise AlreadyDone


def told(db: Writer, bargain: Bargain, by: int, now: datetime) -> None:
    fresh = db.get_one(Bargain, bargain.id, populate_existing=True)
    owner = db.scalars(select(Shop.owner_id).where(Shop.id == bargain.shop_id)).one()
    other = owner if by == bargain.creator_id else bargain.creator_id
    outbox.tell(db, other, "bargain_answered", facts_of(db, fresh), now)


def accepted(db: Reader, shop_id: int, creator_id: int) -> Bargain | None:
    """The newest offer both agreed to, for the card she has yet to say yes to."""
    between = (Bargain.shop_id == shop_id, Bargain.creator_id == creator_id, Bargain.state == "accepted")
    return db.scalar(select(Bargain).where(*between).order_by(Bargain.id.desc()).limit(1))
