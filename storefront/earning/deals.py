"""A creator and a shop agree: an invitation, the terms, a code. The seller's published rate is her standing yes."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import select, update

from referral import codes
from referral.terms import RATE_CUT_NOTICE, Terms
from storefront import chores, outbox, rows
from storefront.database import Reader, Writer
from storefront.models import Deal, Invitation, ReferralCode, Shop
from storefront.refusals import CodeTaken, NotInvited, OwnShop

OFFERED_AT_ONCE = 40


@dataclass(frozen=True)
class Known:
    """A code somebody said: the deal it stands for, and the product its suffix names."""

    code: str
    deal: Deal
    product_number: int | None


def invite(db: Writer, shop_id: int, product_id: int, rate_bp: int, now: datetime) -> str:
    """Make a link that invites neighbours to recommend a shop; returns its token."""
    token = secrets.token_urlsafe(9).replace("-", "x").replace("_", "y")
    rows.add(db, Invitation, token=token, shop_id=shop_id, product_id=product_id, rate_bp=rate_bp, at=now)
    return token


def invitation(db: Reader, token: str) -> Invitation:
    """The invitation of a token; raises `NotInvited`."""
    found = db.scalar(select(Invitation).where(Invitation.token == token))
    if found is None:
        raise NotInvited
    return found


def latest_invitation(db: Reader, shop_id: int) -> Invitation | None:
    newest = select(Invitation).where(Invitation.shop_id == shop_id).order_by(Invitation.id.desc()).limit(1)
    return db.scalar(newest)


def agree(db: Writer, shop: Shop, product_id: int, creator_id: int, name: str, rate_bp: int, now: datetime) -> Deal:
    """Make the deal of a creator with a shop, and her code. A second yes finds the first deal. Raises `OwnShop`."""
    if shop.owner_id == creator_id:
        raise OwnShop
    existing = of(db, shop.id, creator_id)
    if existing:
        return existing
    terms = Terms(rate_bp)
    code = free_code(db, name)
    deal_id = rows.add(
        db,
        Deal,
        shop_id=shop.id,
        creator_id=creator_id,
        code=code,
        rate_bp=terms.rate_bp,
        window_days=terms.window.days,
        new_customers_only=terms.new_customers_only,
        terms_version=terms.version,
        product_id=product_id,
        agreed_at=now,
    )
    own_code(db, code, shop.id, deal_id, now)
    return db.get_one(Deal, deal_id)


def of(db: Reader, shop_id: int, creator_id: int) -> Deal | None:
    return db.scalar(select(Deal).where(Deal.shop_id == shop_id, Deal.creator_id == creator_id))


def free_code(db: Reader, name: str) -> str:
    """The best code for a name whose look-alikes are all free."""
    offers = codes.candidates(name)
    while chunk := list(islice(offers, OFFERED_AT_ONCE)):
        skeletons = {codes.skeleton(code) for code in chunk}
        taken = set(db.scalars(select(ReferralCode.skeleton).where(ReferralCode.skeleton.in_(skeletons))))
        for code in chunk:
            if codes.skeleton(code) not in taken:
                return code
    raise AssertionError("some hundred thousand codes of one name are taken")


def own_code(db: Writer, code: str, shop_id: int, deal_id: int, now: datetime) -> None:
    if code in codes.RESERVED:
        raise CodeTaken(code=code)
    row = {"code": code, "skeleton": codes.skeleton(code), "shop_id": shop_id, "deal_id": deal_id, "at": now}
    if not rows.add_once(db, ReferralCode, **row):
        raise CodeTaken(code=code)


def rename(db: Writer, deal: Deal, code: str, now: datetime) -> str:
    """Give a deal another code. The old one keeps working. Raises `CodeTaken`."""
    own_code(db, code, deal.shop_id, deal.id, now)
    db.execute(update(Deal).where(Deal.id == deal.id).values(code=code))
    return code


def known(db: Reader, text: str) -> Known | None:
    """The deal behind a code somebody said or opened; None when nobody has it."""
    parts = codes.split(text)
    if parts is None:
        return None
    code, number = parts
    deal = db.scalar(select(Deal).join(ReferralCode, ReferralCode.deal_id == Deal.id).where(ReferralCode.code == code))
    return Known(code, deal, number) if deal else None


def offer(db: Writer, shop_id: int, rate_bp: int, now: datetime) -> None:
    """Publish the rate a shop pays. A raise holds for running deals at once, a cut after its notice."""
    db.execute(update(Shop).where(Shop.id == shop_id).values(rate_bp=Terms(rate_bp).rate_bp))
    running = (Deal.shop_id == shop_id, Deal.ended_at.is_(None))
    db.execute(update(Deal).where(*running, Deal.rate_bp < rate_bp).values(rate_bp=rate_bp))
    above = db.scalars(select(Deal.creator_id).where(*running, Deal.rate_bp > rate_bp)).all()
    if above:
        from_when = now + RATE_CUT_NOTICE
        chores.schedule(db, "lower_rates", shop_id, from_when, again=now.isoformat())
        shop = db.scalar(select(Shop.name).where(Shop.id == shop_id))
        for creator_id in above:
            facts = {"shop": shop, "rate_bp": rate_bp, "from": from_when.isoformat()}
            outbox.tell(db, creator_id, "rate_cut", facts, now)


def lower_rates(db: Writer, shop_id: int, _: datetime) -> None:
    """The notice is over: running deals come down to what the shop offers now."""
    rate_bp = db.scalar(select(Shop.rate_bp).where(Shop.id == shop_id))
    if rate_bp is not None:
        db.execute(update(Deal).where(Deal.shop_id == shop_id, Deal.rate_bp > rate_bp).values(rate_bp=rate_bp))
