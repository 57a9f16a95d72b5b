"""Words that take something off an order: made by a seller, said by a buyer, counted in the step that takes one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update

from storefront import rows
from storefront.database import Reader, Writer
from storefront.models import Coupon
from storefront.money import written
from storefront.refusals import AlreadyDone, CouponGone, CouponNeeds, TooLate
from storefront.selling.orders import amounts, changing, paying, placing
from storefront.selling.orders.views import Whole, is_unpaid, whole


@dataclass(frozen=True)
class Terms:
    """What a coupon gives: a share in basis points or an amount, off goods that come to ``least`` or more."""

    code: str
    bp: int | None = None
    amount: int | None = None
    least: int = 0
    most_uses: int | None = None
    ends_on: date | None = None


def make(db: Writer, shop_id: int, terms: Terms, now: datetime) -> int:
    """Give a shop a coupon; the same word again replaces what it gave. Orders that have one keep what they have."""
    given = {
        "bp": terms.bp,
        "amount": terms.amount,
        "least": terms.least,
        "most_uses": terms.most_uses,
        "ends_on": terms.ends_on,
    }
    key = {"shop_id": shop_id, "code": terms.code.upper()}
    rows.put(db, Coupon, key, at=now, ended_at=None, **given)
    return db.scalars(select(Coupon.id).where(Coupon.shop_id == shop_id, Coupon.code == key["code"])).one()


def end(db: Writer, shop_id: int, code: str, now: datetime) -> bool:
    mine = (Coupon.shop_id == shop_id, Coupon.code == code.upper(), Coupon.ended_at.is_(None))
    return rows.changed(db, update(Coupon).where(*mine).values(ended_at=now))


def of_shop(db: Reader, shop_id: int) -> Sequence[Coupon]:
    running = select(Coupon).where(Coupon.shop_id == shop_id, Coupon.ended_at.is_(None))
    return db.scalars(running.order_by(Coupon.id)).all()


def named(db: Reader, shop_id: int, code: str) -> Coupon | None:
    """The coupon of a shop that runs under this word."""
    mine = (Coupon.shop_id == shop_id, Coupon.code == code.upper(), Coupon.ended_at.is_(None))
    return db.scalar(select(Coupon).where(*mine).execution_options(populate_existing=True))


def apply(db: Writer, order_id: int, buyer_id: int, code: str, now: datetime) -> Whole:
    """Take it off an order that is not paid yet. Raises `CouponGone`, `CouponNeeds`, `AlreadyDone` or `TooLate`."""
    w = paying.owned(db, order_id, buyer_id)
    if not is_unpaid(w) or w.order.total is None:
        raise TooLate(why=w.order.code)
    coupon = named(db, w.shop.id, code)
    if coupon is None or (coupon.ends_on and coupon.ends_on < now.astimezone(db.zone).date()):
        raise CouponGone(code=code.upper())
    if w.order.coupon_id == coupon.id:
        raise AlreadyDone
    if w.order.goods < coupon.least:
        raise CouponNeeds(code=coupon.code, least=written(coupon.least, w.order.currency))
    if not amounts.coupon_worth(coupon, w.order.goods) or w.order.is_resale:
        raise CouponGone(code=code.upper())
    paying.free_coupon(db, w.order)
    take(db, coupon)
    paying.change_order(db, order_id, coupon_id=coupon.id)
    reprice(db, order_id, now)
    paying.step(db, w.order, "coupon", buyer_id, now)
    return whole(db, order_id)


def take(db: Writer, coupon: Coupon) -> None:
    """One use, if one is left: decided in this step, whoever else asks at the same moment. Raises `CouponGone`."""
    left = (Coupon.most_uses.is_(None)) | (Coupon.used < Coupon.most_uses)
    taken = update(Coupon).where(Coupon.id == coupon.id, left).values(used=Coupon.used + 1)
    if not rows.changed(db, taken):
        raise CouponGone(code=coupon.code)


def reprice(db: Writer, order_id: int, now: datetime) -> None:
    """Take the order's coupon off its goods, find a unique code for the new sum, and bring the sums along."""
    changing.rediscount(db, order_id)
    w = whole(db, order_id)
    if w.order.unique_code:
        first = placing.next_code(db, w.shop.id)
        goods = w.order.goods - w.order.discount
        code = placing.unique_code(db, w.shop.id, goods + (w.order.fee or 0), first, now)
        paying.change_order(db, order_id, unique_code=code)
    paying.bring_sums_along(db, order_id)
