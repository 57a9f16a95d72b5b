"""What a shop has promised to whoever recommends it: written down, followed by newer promises, never changed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from referral import rates
from referral.rates import Scope
from storefront import outbox, rows
from storefront.database import Reader, Writer
from storefront.models import Deal, Product, Rate, Shop
from storefront.refusals import RateOutOfBounds

MOST_PROMISES = 500  # a shop's, newest first; more than any shop has ever meant


def promises(db: Reader, shop_id: int) -> list[rates.Rate]:
    """Everything a shop promises, also what begins only later."""
    standing = select(Rate).where(Rate.shop_id == shop_id, Rate.withdrawn_at.is_(None))
    found = db.scalars(standing.order_by(Rate.id.desc()).limit(MOST_PROMISES))
    return [rates.Rate(one.id, Scope(one.scope), one.subject, one.value, one.holds_from) for one in found]


def standing(db: Reader, shop_id: int, now: datetime) -> list[rates.Rate]:
    """What holds now, and what is announced."""
    known = promises(db, shop_id)
    return [*rates.in_force(known, now), *(one for one in known if one.holds_from > now)]


def announced(db: Reader, shop_id: int, now: datetime) -> rates.Rate | None:
    """The rate for everybody that begins later, where one does."""
    later = [one for one in promises(db, shop_id) if one.scope is Scope.SHOP and one.holds_from > now]
    return later[0] if later else None


def frozen(db: Reader, deal: Deal, now: datetime) -> rates.Frozen | None:
    """What an order brought by this deal would freeze now."""
    return rates.frozen(promises(db, deal.shop_id), deal.creator_id, deal.orders, now)


def general(db: Reader, shop_id: int, now: datetime) -> rates.Frozen | None:
    """What somebody new is promised now."""
    return rates.frozen(promises(db, shop_id), 0, 0, now)


def promise(db: Writer, shop_id: int, scope: Scope, subject: int, value: int, now: datetime) -> datetime:
    """Promise something anew; returns when it begins. What had not begun of the same kind is taken back.

    A raise holds at once, a cut after its notice, and whoever it concerns is told in either case. Raises
    `RateOutOfBounds`.
    """
    if scope is not Scope.CAP and value and not rates.may_be_promised(value):
        raise RateOutOfBounds
    known = promises(db, shop_id)
    before, after = paid_before(known, scope, subject, now), paid_after(known, scope, subject, value, now)
    begins = cap_begins(before, value, now) if scope is Scope.CAP else rates.holds_from(before, after, now)
    pending = (Rate.shop_id == shop_id, Rate.scope == int(scope), Rate.subject == subject, Rate.holds_from > now)
    db.execute(update(Rate).where(*pending, Rate.withdrawn_at.is_(None)).values(withdrawn_at=now))
    what = {"scope": int(scope), "subject": subject, "value": value}
    rows.add(db, Rate, shop_id=shop_id, at=now, holds_from=begins, **what)
    if scope is Scope.SHOP:
        db.execute(update(Shop).where(Shop.id == shop_id).values(rate_bp=value))
    if before not in {None, after} or (scope is Scope.CAP and before != (value or None)):
        tell_creators(db, shop_id, scope, subject, after if scope is not Scope.CAP else value, begins, now)
    return begins


def agreed(db: Writer, deal: Deal, rate_bp: int, now: datetime) -> None:
    """A creator's own rate that both agreed to: it begins at once, up or down, and nobody need be told."""
    mine = (Rate.shop_id == deal.shop_id, Rate.scope == int(Scope.CREATOR), Rate.subject == deal.creator_id)
    db.execute(update(Rate).where(*mine, Rate.holds_from > now, Rate.withdrawn_at.is_(None)).values(withdrawn_at=now))
    what = {"scope": int(Scope.CREATOR), "subject": deal.creator_id, "value": rate_bp}
    rows.add(db, Rate, shop_id=deal.shop_id, at=now, holds_from=now, **what)


def paid_before(known: Sequence[rates.Rate], scope: Scope, subject: int, now: datetime) -> int | None:
    """What holds now for those whom a promise of this kind is for; of a cap, the cap."""
    if scope is Scope.CAP:
        return next((one.value for one in rates.in_force(known, now) if one.scope is Scope.CAP), None)
    creator = subject if scope is Scope.CREATOR else 0
    orders = subject if scope is Scope.TIER else 0
    held = rates.frozen(known, creator, orders, now)
    if held is None:
        return None
    return held.of(subject) if scope is Scope.PRODUCT else held.rate_bp


def paid_after(known: Sequence[rates.Rate], scope: Scope, subject: int, value: int, now: datetime) -> int:
    """What would hold with the new promise; one taken back lets the more general one speak."""
    if value or scope is Scope.CAP:
        return value
    without = [one for one in known if (one.scope, one.subject) != (scope, subject)]
    return paid_before(without, scope, subject, now) or 0


def cap_begins(before: int | None, value: int, now: datetime) -> datetime:
    return rates.cap_holds_from(before, value or None, now)


def tell_creators(
    db: Writer, shop_id: int, scope: Scope, subject: int, value: int, begins: datetime, now: datetime
) -> None:
    """Whoever recommends the shop hears of a change before it begins, or as it does."""
    running = select(Deal.creator_id).where(Deal.shop_id == shop_id, Deal.ended_at.is_(None))
    if scope is Scope.CREATOR:
        running = running.where(Deal.creator_id == subject)
    shop = db.get_one(Shop, shop_id)
    product = db.scalar(select(Product.name).where(Product.id == subject)) if scope is Scope.PRODUCT else None
    facts = {
        "shop": shop.name,
        "scope": int(scope),
        "subject": subject,
        "product": product,
        "rate_bp": value,
        "currency": shop.currency,
        "from": begins.isoformat(),
        "now": begins <= now,
    }
    for creator_id in db.scalars(running):
        outbox.tell(db, creator_id, "rate_changed", facts, now)
