"""What a shop did in a day, a week or a month, beside the one before: sales that are paid, and what came of the rest.

A sale counts on the day its money was confirmed, in the hub's zone; weeks begin on Monday. Every figure is of the span
alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, func, select

from storefront.database import Reader
from storefront.models import (
    PAYMENT_OF_ORDER,
    Attribution,
    Commission,
    Customer,
    Order,
    OrderLine,
    Payment,
    Recipient,
)

Span = Literal["day", "week", "month"]
SPANS: tuple[Span, ...] = ("day", "week", "month")
STANDING = ("placed", "sent", "received")
BEST = 5
MOST_BACK = 600
LINES_MOST = 20_000  # of a file
THIS_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Report:
    """One span of one or several shops. Money is whole smallest units; ``parts`` are goods by hour or by day."""

    begins: date
    ends: date  #: its last day
    goods: int
    fees: int
    before: int  #: the goods of the span before; of one still running, as far into it as this one is
    orders: int  #: paid
    placed: int
    cancelled: int
    released: int
    buyers: int
    new_buyers: int
    by_way: tuple[tuple[str, int], ...]  #: qris, transfer, cod, noted by hand: what came in, unique codes taken off
    best: tuple[tuple[str, int, int], ...]  #: product, pieces, rupiah; the dearest first
    others: int  #: rupiah of the products that are not among the best
    commission: int
    parts: tuple[tuple[int, int], ...]


def report(db: Reader, shop_ids: Sequence[int], span: Span, back: int, now: datetime) -> Report:
    """The span that holds now, or so many before it."""
    begins, ends = bounds(now.astimezone(db.zone).date(), span, back)
    start, end = at(begins, db.zone), at(ends, db.zone)
    sold = sales(db, shop_ids, start, end)
    products = by_product(db, shop_ids, start, end)
    counts = ends_of(db, shop_ids, start, end)
    earlier, _ = bounds(now.astimezone(db.zone).date(), span, back + 1)
    return Report(
        begins=begins,
        ends=ends - timedelta(days=1),
        goods=sum(one.goods for one in sold),
        fees=sum(one.fee or 0 for one in sold),
        before=goods_between(db, shop_ids, *as_far(at(earlier, db.zone), start, now)),
        orders=len(sold),
        placed=counts["placed"],
        cancelled=counts["cancelled"],
        released=counts["released"],
        buyers=len({one.buyer_id for one in sold}),
        new_buyers=len({one.buyer_id for one in sold if one.is_first}),
        by_way=by_way(sold),
        best=tuple(products[:BEST]),
        others=sum(amount for _, _, amount in products[BEST:]),
        commission=commission(db, shop_ids, start, end),
        parts=parts(sold, span, begins, ends, db.zone),
    )


def bounds(today: date, span: Span, back: int) -> tuple[date, date]:
    """The first day of a span, and the first one after it."""
    if span == "day":
        first = today - timedelta(days=back)
        return first, first + timedelta(days=1)
    if span == "week":
        first = today - timedelta(days=today.weekday() + 7 * back)
        return first, first + timedelta(days=7)
    month = today.year * 12 + today.month - 1 - back
    return date(month // 12, month % 12 + 1, 1), date((month + 1) // 12, (month + 1) % 12 + 1, 1)


def as_far(earlier: datetime, start: datetime, now: datetime) -> tuple[datetime, datetime]:
    """The span before, as far into it as now is into this one; all of it once this one is over."""
    return earlier, min(start, earlier + (now - start) + THIS_SECOND)


def at(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def paid_between(shop_ids: Sequence[int], start: datetime, end: datetime) -> tuple[Any, ...]:
    """Orders whose money was confirmed in a span and that still stand."""
    confirmed = (Payment.state == "confirmed", Payment.confirmed_at >= start, Payment.confirmed_at < end)
    return (Order.shop_id.in_(shop_ids), Order.state.in_(STANDING), *confirmed)


def sales(db: Reader, shop_ids: Sequence[int], start: datetime, end: datetime) -> Sequence[Any]:
    first = and_(Customer.shop_id == Order.shop_id, Customer.person_id == Order.buyer_id)
    is_first = (Customer.first_order_id == Order.id).label("is_first")
    query = (
        select(Order.buyer_id, Order.goods, Order.fee, Order.total, Payment.method, Payment.confirmed_at, is_first)
        .join(Payment, PAYMENT_OF_ORDER)
        .outerjoin(Customer, first)
    )
    return db.execute(query.where(*paid_between(shop_ids, start, end))).all()


def goods_between(db: Reader, shop_ids: Sequence[int], start: datetime, end: datetime) -> int:
    goods = select(func.coalesce(func.sum(Order.goods), 0)).join(Payment, PAYMENT_OF_ORDER)
    return int(db.scalar(goods.where(*paid_between(shop_ids, start, end))) or 0)


def by_product(db: Reader, shop_ids: Sequence[int], start: datetime, end: datetime) -> list[tuple[str, int, int]]:
    """What was sold of each product, the dearest first; together it is the goods."""
    pieces, amount = func.sum(OrderLine.quantity), func.sum(OrderLine.amount)
    query = (
        select(func.max(OrderLine.product_name), pieces, amount)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Payment, PAYMENT_OF_ORDER)
        .where(*paid_between(shop_ids, start, end), OrderLine.quantity > 0)
        .group_by(OrderLine.product_id)
        .order_by(amount.desc(), OrderLine.product_id)
    )
    return [(name, int(many), int(money)) for name, many, money in db.execute(query)]


def ends_of(db: Reader, shop_ids: Sequence[int], start: datetime, end: datetime) -> dict[str, int]:
    """How many orders were placed in a span, and how many ended without a sale."""
    placed = and_(Order.placed_at >= start, Order.placed_at < end)
    closed = and_(Order.closed_at >= start, Order.closed_at < end)
    counted = {
        "placed": placed,
        "cancelled": and_(closed, Order.state == "cancelled"),
        "released": and_(closed, Order.state == "released"),
    }
    sums = [func.coalesce(func.sum(case((rule, 1), else_=0)), 0) for rule in counted.values()]
    row = db.execute(select(*sums).where(Order.shop_id.in_(shop_ids), placed | closed)).one()
    return dict(zip(counted, map(int, row), strict=True))


def by_way(sold: Sequence[Any]) -> tuple[tuple[str, int], ...]:
    sums: dict[str, int] = {}
    for one in sold:
        way = one.method or "noted"
        sums[way] = sums.get(way, 0) + one.total
    return tuple(sorted(sums.items(), key=lambda entry: -entry[1]))


def commission(db: Reader, shop_ids: Sequence[int], start: datetime, end: datetime) -> int:
    """What neighbours earned by sales of the span."""
    stands = (Commission.voided_at.is_(None), Commission.accrued_at >= start, Commission.accrued_at < end)
    query = select(func.coalesce(func.sum(Commission.amount), 0)).where(Commission.shop_id.in_(shop_ids), *stands)
    return int(db.scalar(query) or 0)


def parts(sold: Sequence[Any], span: Span, begins: date, ends: date, zone: ZoneInfo) -> tuple[tuple[int, int], ...]:
    """The goods by the hour of a day, or by the day of a week or month."""
    local = [(one.confirmed_at.astimezone(zone), one.goods) for one in sold]
    if span == "day":
        return tuple((hour, sum(goods for when, goods in local if when.hour == hour)) for hour in range(24))
    days = (ends - begins).days
    numbers = [(when.date() - begins).days for when, _ in local]
    return tuple(
        (day, sum(goods for number, (_, goods) in zip(numbers, local, strict=True) if number == day))
        for day in range(days)
    )


def lines(db: Reader, shop_id: int, span: Span, back: int, now: datetime) -> Sequence[Any]:
    """Every line that was sold in a span, the oldest first, with who bought it and which code it thanks."""
    begins, ends = bounds(now.astimezone(db.zone).date(), span, back)
    query = (
        select(
            Payment.confirmed_at,
            Order.code,
            Recipient.name,
            OrderLine.product_name,
            OrderLine.variant_name,
            OrderLine.quantity,
            OrderLine.amount,
            Payment.method,
            Attribution.code.label("thanked"),
        )
        .join(Payment, PAYMENT_OF_ORDER)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .outerjoin(Recipient, Recipient.order_id == Order.id)
        .outerjoin(Attribution, Attribution.order_id == Order.id)
        .where(*paid_between([shop_id], at(begins, db.zone), at(ends, db.zone)), OrderLine.quantity > 0)
        .order_by(Payment.confirmed_at, OrderLine.id)
        .limit(LINES_MOST)
    )
    return db.execute(query).all()
