"""What a shop has promised to whoever recommends it: written down, followed by newer promises, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update

from referral import rates
from referral.rates import Scope
from storefront import outbox, rows
from storefront.database import Reader, Writer
from storefront.models import Deal, Product, Rate, Shop
from storefront.refusals import RateOutOfBounds

MOST_PROMISES = 5_000  # that stand, two of a kind at most: more than any shop has goods and neighbours


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

    Where anybody who recommends the shop would earn less by it, on any product, it is a cut and has a cut's notice;
    else it holds at once. Whoever it concerns is told. Raises `RateOutOfBounds`.
    """
    if scope is not Scope.CAP and (value or scope is Scope.SHOP) and not rates.may_be_promised(value):
        raise RateOutOfBounds
    known = promises(db, shop_id)
    kind = (scope, subject)
    standing = [one for one in known if (one.scope, one.subject) != kind or one.holds_from <= now]
    fresh = rates.Rate(max([one.id for one in known], default=0) + 1, scope, subject, value, now)
    changes = [change_for(deal, standing, fresh, now) for deal in running(db, shop_id, now)]
    begins = rates.holds_from(now, cuts=any(change.is_less for change in changes))
    replace(db, shop_id, scope, subject, now, also_begun=begins <= now)
    what = {"scope": int(scope), "subject": subject, "value": value}
    rows.add(db, Rate, shop_id=shop_id, at=now, holds_from=begins, **what)
    if scope is Scope.SHOP:
        db.execute(update(Shop).where(Shop.id == shop_id).values(rate_bp=value))
    tell_creators(db, shop_id, fresh, [change for change in changes if change.is_any], begins, now)
    return begins


@dataclass(frozen=True)
class Change:
    """What a new promise means to one creator: her rates and the cap, before and after."""

    creator: int
    before: rates.Frozen | None
    after: rates.Frozen | None
    products: tuple[int, ...]

    @property
    def is_any(self) -> bool:
        return rates.worth(self.before, self.products) != rates.worth(self.after, self.products)

    @property
    def is_less(self) -> bool:
        return rates.is_cut(self.before, self.after, self.products)


def change_for(deal: Deal, standing: Sequence[rates.Rate], fresh: rates.Rate, now: datetime) -> Change:
    with_it = [*standing, fresh]
    products = tuple(sorted({one.subject for one in with_it if one.scope is Scope.PRODUCT}))
    before = rates.frozen(standing, deal.creator_id, deal.orders, now)
    return Change(deal.creator_id, before, rates.frozen(with_it, deal.creator_id, deal.orders, now), products)


def running(db: Reader, shop_id: int, now: datetime) -> Sequence[Deal]:
    """Whoever recommends the shop, those on notice too."""
    found = select(Deal).where(Deal.shop_id == shop_id, or_(Deal.ended_at.is_(None), Deal.ended_at > now))
    return db.scalars(found.order_by(Deal.id)).all()


def replace(db: Writer, shop_id: int, scope: Scope, subject: int, now: datetime, *, also_begun: bool) -> None:
    """What a newer promise of the same kind takes the place of; orders keep what they froze."""
    same = (Rate.shop_id == shop_id, Rate.scope == int(scope), Rate.subject == subject, Rate.withdrawn_at.is_(None))
    over = () if also_begun else (Rate.holds_from > now,)
    db.execute(update(Rate).where(*same, *over).values(withdrawn_at=now))


def agreed(db: Writer, deal: Deal, rate_bp: int, now: datetime) -> None:
    """A creator's own rate that both agreed to: it begins at once, up or down, and nobody need be told."""
    replace(db, deal.shop_id, Scope.CREATOR, deal.creator_id, now, also_begun=True)
    what = {"scope": int(Scope.CREATOR), "subject": deal.creator_id, "value": rate_bp}
    rows.add(db, Rate, shop_id=deal.shop_id, at=now, holds_from=now, **what)


def begin_again(db: Writer, deal: Deal, now: datetime) -> None:
    """Whoever comes back has what everybody has: an own rate of before is over."""
    replace(db, deal.shop_id, Scope.CREATOR, deal.creator_id, now, also_begun=True)


def paid_now(db: Reader, shop_id: int, scope: Scope, subject: int, now: datetime) -> int:
    """What holds now for those a promise of this kind would be for, in basis points; 0 where nothing was said."""
    creator = subject if scope is Scope.CREATOR else 0
    held = rates.frozen(promises(db, shop_id), creator, subject if scope is Scope.TIER else 0, now)
    if held is None:
        return 0
    return held.of(subject) if scope is Scope.PRODUCT else held.rate_bp


def tell_creators(
    db: Writer, shop_id: int, fresh: rates.Rate, changes: Sequence[Change], begins: datetime, now: datetime
) -> None:
    """Whoever earns otherwise by it hears of it before it begins, or as it does, with her own rate."""
    shop = db.get_one(Shop, shop_id)
    is_product = fresh.scope is Scope.PRODUCT
    product = db.scalar(select(Product.name).where(Product.id == fresh.subject)) if is_product else None
    for change in changes:
        after = change.after
        base = (after.of(fresh.subject) if is_product else after.rate_bp) if after else 0
        facts = {
            "shop": shop.name,
            "scope": int(fresh.scope),
            "subject": fresh.subject,
            "product": product,
            "rate_bp": fresh.value if fresh.scope is Scope.CAP else base,
            "currency": shop.currency,
            "from": begins.isoformat(),
            "now": begins <= now,
        }
        outbox.tell(db, change.creator, "rate_changed", facts, now)
