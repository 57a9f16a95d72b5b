"""A creator and a shop agree: an invitation, the terms, a code. The seller's published rate is her standing yes."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import or_, select, update

from referral import codes
from referral.rates import Scope
from referral.terms import RATE_CUT_NOTICE, YOUNGEST_CREATOR_YEARS, Terms
from storefront import outbox, people, rows
from storefront.database import Reader, Writer
from storefront.earning import commitments, debts, rates
from storefront.models import (
    Agreement,
    CodeMiss,
    Deal,
    Invitation,
    Person,
    Profile,
    ReferralCode,
    SellerInvitation,
    Shop,
)
from storefront.refusals import (
    AlreadyDone,
    CodeTaken,
    DealWasEnded,
    NotInvited,
    NotYours,
    OwnShop,
    TooManyMisses,
    TooYoung,
)

OFFERED_AT_ONCE = 40


@dataclass(frozen=True)
class Known:
    """A code somebody said: the deal it stands for, the product its suffix names, and the number of the picture."""

    code: str
    deal: Deal
    product_number: int | None
    picture: int | None = None


def invite(db: Writer, shop_id: int, product_id: int, rate_bp: int, now: datetime) -> str:
    """Make a link that invites neighbours to recommend a shop; returns its token."""
    token = new_token()
    rows.add(db, Invitation, token=token, shop_id=shop_id, product_id=product_id, rate_bp=rate_bp, at=now)
    return token


def new_token() -> str:
    return secrets.token_urlsafe(9).replace("-", "x").replace("_", "y")


def invitation(db: Reader, token: str) -> Invitation:
    """The invitation of a token; raises `NotInvited`."""
    found = db.scalar(select(Invitation).where(Invitation.token == token))
    if found is None:
        raise NotInvited
    return found


def latest_invitation(db: Reader, shop_id: int) -> Invitation | None:
    newest = select(Invitation).where(Invitation.shop_id == shop_id).order_by(Invitation.id.desc()).limit(1)
    return db.scalar(newest)


def agree(
    db: Writer,
    shop: Shop,
    product_id: int,
    creator_id: int,
    name: str,
    rate_bp: int,
    now: datetime,
    *,
    seller_agreed: bool = False,
) -> Deal:
    """Make the deal of a creator with a shop, and her code.

    A second yes finds the first deal; one that had ended goes on, with the code it had, unless the seller had ended it
    and has not agreed anew (``seller_agreed``). Raises `OwnShop`, `TooYoung`, `OwesTooMuch` or `DealWasEnded`.
    """
    if shop.owner_id == creator_id:
        raise OwnShop
    refuse_the_young(db, creator_id, now)
    if debts.is_late(db, shop.id, now):
        debts.refuse_new_deals(db, shop, now)
    existing = of(db, shop.id, creator_id)
    if existing:
        if existing.ended_by_seller and not is_running(existing, now) and not seller_agreed:
            raise DealWasEnded(shop=shop.name)
        return gone_on(db, existing, now)
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


def refuse_the_young(db: Reader, creator_id: int, now: datetime) -> None:
    """Raises `TooYoung` for somebody who has said that she is not of age yet."""
    of_age_on = db.scalar(select(Person.of_age_on).where(Person.id == creator_id))
    if of_age_on is not None and of_age_on > now.astimezone(db.zone).date():
        raise TooYoung(age=YOUNGEST_CREATOR_YEARS)


def says_her_age(db: Writer, person_id: int, years: int, now: datetime) -> None:
    """Somebody said how old she is. Below the age her deals stop at once; what she has earned stays hers."""
    today = now.astimezone(db.zone).date()
    missing = max(YOUNGEST_CREATOR_YEARS - years, 0)
    of_age = today.replace(year=today.year + missing, day=min(today.day, 28)) if missing else None
    people.change(db, person_id, of_age_on=of_age)
    if missing:
        for deal in of_creator(db, person_id):
            if is_running(deal, now):
                leave(db, deal, now)


def gone_on(db: Writer, deal: Deal, now: datetime) -> Deal:
    """The deal there is; one that has ended goes on, on the terms everybody has."""
    if deal.ended_at is not None and deal.ended_at <= now:
        rates.begin_again(db, deal, now)
        anew = {"ended_at": None, "ended_by_seller": False, "agreed_at": now, "content_fee": None, "gift_bp": 0}
        db.execute(update(Deal).where(Deal.id == deal.id).values(anew))
    return db.get_one(Deal, deal.id, populate_existing=True)


def keep_words(db: Writer, deal: Deal, words: str, language: str, now: datetime) -> bytes:
    """What was agreed, word for word, and its digest in the log of commitments; returns the digest.

    The digest is plain SHA-256 of the words as UTF-8, so that whoever keeps the text can make it herself.
    """
    digest = hashlib.sha256(words.encode()).digest()
    rows.add(
        db,
        Agreement,
        shop_id=deal.shop_id,
        deal_id=deal.id,
        terms_version=deal.terms_version,
        language=language,
        words=words,
        digest=digest,
        at=now,
    )
    commitments.write(db, "deal", deal.id, digest, now, shop_id=deal.shop_id, person_id=deal.creator_id)
    return digest


def agreement(db: Reader, deal_id: int) -> Agreement | None:
    """The words she last said yes to."""
    newest = select(Agreement).where(Agreement.deal_id == deal_id).order_by(Agreement.id.desc())
    return db.scalar(newest.limit(1))


def of_creator(db: Reader, creator_id: int) -> Sequence[Deal]:
    """Her deals, those that run first."""
    return db.scalars(
        select(Deal).where(Deal.creator_id == creator_id).order_by(Deal.ended_at.is_not(None), Deal.id)
    ).all()


def running(db: Reader, creator_id: int, now: datetime) -> list[Deal]:
    """Her deals that run."""
    return [deal for deal in of_creator(db, creator_id) if is_running(deal, now)]


def takes_part(db: Reader, person_id: int) -> bool:
    """Whether she sells or recommends; who only buys is not bothered with the words of either."""
    sells = select(Shop.id).where(Shop.owner_id == person_id)
    recommends = select(Deal.id).where(Deal.creator_id == person_id)
    return bool(db.scalar(select(sells.exists() | recommends.exists())))


def own(db: Reader, deal_id: int, creator_id: int) -> Deal:
    """A deal of hers. Raises `NotYours`."""
    found = db.get(Deal, deal_id)
    if found is None or found.creator_id != creator_id:
        raise NotYours
    return found


def of_shop(db: Reader, shop_id: int, now: datetime) -> Sequence[Deal]:
    """The deals of a shop that have not ended, those that brought most first."""
    running = select(Deal).where(Deal.shop_id == shop_id, or_(Deal.ended_at.is_(None), Deal.ended_at > now))
    return db.scalars(running.order_by(Deal.orders.desc(), Deal.id).limit(NEAR_ENOUGH)).all()


def give(db: Writer, deal: Deal, gift_bp: int) -> None:
    """What buyers get out of a creator's own commission, from the next order on."""
    db.execute(update(Deal).where(Deal.id == deal.id).values(gift_bp=gift_bp))


def benefit(db: Writer, shop: Shop, discount_bp: int, bonus: str) -> None:
    """What the seller gives whoever comes by a code: one or the other, or neither."""
    db.execute(update(Shop).where(Shop.id == shop.id).values(code_discount_bp=discount_bp, code_bonus=bonus or None))


def is_running(deal: Deal, now: datetime) -> bool:
    return deal.ended_at is None or deal.ended_at > now


def leave(db: Writer, deal: Deal, now: datetime) -> None:
    """The creator stops, at once. What she has earned stays hers. Raises `AlreadyDone`."""
    running = or_(Deal.ended_at.is_(None), Deal.ended_at > now)
    if not rows.changed(db, update(Deal).where(Deal.id == deal.id, running).values(ended_at=now)):
        raise AlreadyDone
    shop = db.get_one(Shop, deal.shop_id)
    facts = {"creator": people.name_of(db, deal.creator_id), "code": deal.code, "shop": shop.name}
    outbox.tell(db, shop.owner_id, "creator_left", facts, now)


def end(db: Writer, deal: Deal, now: datetime) -> datetime:
    """The seller ends it: that is a cut to nothing, and has a cut's notice. Returns when. Raises `AlreadyDone`."""
    ends = now + RATE_CUT_NOTICE
    running = update(Deal).where(Deal.id == deal.id, Deal.ended_at.is_(None))
    if not rows.changed(db, running.values(ended_at=ends, ended_by_seller=True)):
        raise AlreadyDone
    shop = db.scalar(select(Shop.name).where(Shop.id == deal.shop_id))
    outbox.tell(db, deal.creator_id, "deal_ends", {"shop": shop, "code": deal.code, "from": ends.isoformat()}, now)
    return ends


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
    code, number, picture = parts
    deal = db.scalar(select(Deal).join(ReferralCode, ReferralCode.deal_id == Deal.id).where(ReferralCode.code == code))
    return Known(code, deal, number, picture) if deal else None


# -- nearly right --------------------------------------------------------------------------------------

MISSES_AN_HOUR = 20
NEAR_ENOUGH = 200


def nearly(db: Reader, text: str, now: datetime) -> list[str]:
    """Codes that run and that somebody who wrote this may have meant; three at most. For asking, never for crediting.

    Only those that share its first or its last two signs are looked at: one slip leaves one of the ends whole.
    """
    parts = codes.split(text)
    if parts is None:
        return []
    said = codes.skeleton(parts[0])
    ends = or_(ReferralCode.skeleton.startswith(said[:2]), ReferralCode.skeleton.endswith(said[-2:]))
    running = or_(Deal.ended_at.is_(None), Deal.ended_at > now)
    found = db.scalars(
        select(ReferralCode.code).join(Deal, Deal.id == ReferralCode.deal_id).where(ends, running).limit(NEAR_ENOUGH)
    )
    return sorted(code for code in found if codes.is_nearly(parts[0], code))[:3]


def count_miss(db: Writer, person_id: int, now: datetime) -> None:
    """A code nobody has; codes are not to be guessed, so tries are counted."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    rows.add_to(db, CodeMiss, {"person_id": person_id, "hour": hour}, misses=1)


def refuse_guessing(db: Reader, person_id: int, now: datetime) -> None:
    """Raises `TooManyMisses` for somebody who has tried too many codes within this hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    tried = select(CodeMiss.misses).where(CodeMiss.person_id == person_id, CodeMiss.hour == hour)
    if (db.scalar(tried) or 0) >= MISSES_AN_HOUR:
        raise TooManyMisses


def named_in(db: Reader, shop_id: int, names: Sequence[str], visitor: int, now: datetime) -> Deal | None:
    """The creator of this shop whom somebody mentions by a first name; None where it may be nobody, or two."""
    running = or_(Deal.ended_at.is_(None), Deal.ended_at > now)
    met = select(Deal, Profile.name).join(Profile, Profile.person_id == Deal.creator_id)
    found = db.execute(met.where(Deal.shop_id == shop_id, Deal.creator_id != visitor, running).limit(NEAR_ENOUGH)).all()
    called = [deal for deal, name in found if name.split() and name.split()[0].casefold() in names]
    return called[0] if len(called) == 1 else None


# -- a creator brings a seller ---------------------------------------------------------------------------


def invite_seller(db: Writer, creator_id: int, now: datetime) -> str:
    """A link that shows a neighbour how to sell here; one a person. Nobody earns anything by it."""
    known = db.scalar(select(SellerInvitation.token).where(SellerInvitation.by_person == creator_id).limit(1))
    if known:
        return known
    token = new_token()
    rows.add(db, SellerInvitation, token=token, by_person=creator_id, at=now)
    return token


def seller_invited_by(db: Reader, token: str) -> int | None:
    """Who sent this link; None where nobody did."""
    return db.scalar(select(SellerInvitation.by_person).where(SellerInvitation.token == token))


def offer(db: Writer, shop_id: int, rate_bp: int, now: datetime) -> datetime:
    """Publish the rate a shop pays everybody. A raise holds at once, a cut after its notice; returns when."""
    return rates.promise(db, shop_id, Scope.SHOP, 0, Terms(rate_bp).rate_bp, now)
