"""What a creator's link brought, and what a shop and the hub did: counted as it happens, read as a handful of rows.

Nobody is counted by name: a sum of the week says how many, never who.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from referral.terms import ATTRIBUTION_WINDOW
from storefront.database import Reader, Writer
from storefront.earning import tallies
from storefront.earning.tallies import Key
from storefront.models import (
    Attribution,
    Commission,
    Customer,
    Deal,
    Deliverable,
    OrderLine,
    Payout,
    Product,
    SharedPicture,
    Tally,
    Touch,
)

RATE_STEP = 50  # shares are told apart by half percents
FEE_STEP = 5_000  # fees for contents by so many of the currency's smallest whole unit
LONGEST_WAIT = 60  # days; what took longer is in the last class

# -- as it happens ---------------------------------------------------------------------------------------


def chatted(db: Writer, deal: Deal, person_id: int, now: datetime) -> None:
    """Somebody came by a creator's code; who has come before is one person still. In one statement."""
    before = select(Touch.id).where(Touch.deal_id == deal.id, Touch.person_id == person_id)
    week = tallies.week_of(db, now)
    row = select(literal("deal"), literal(deal.id), literal(week), literal("chatted"), literal(0), literal(1))
    fresh = row.where(~before.exists())
    dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(Tally).from_select([*Key._fields, "n"], fresh)
    db.execute(statement.on_conflict_do_update(index_elements=list(Key._fields), set_={"n": Tally.n + 1}))


def asked(db: Writer, shop_id: int, person_id: int, now: datetime) -> None:
    """Somebody who came by a code has a question: her creator brought a talk."""
    lately = (Touch.person_id == person_id, Touch.shop_id == shop_id, Touch.at > now - ATTRIBUTION_WINDOW)
    deal_id = db.scalar(select(Touch.deal_id).where(*lately).order_by(Touch.id.desc()).limit(1))
    if deal_id is not None:
        tallies.add(db, {Key("deal", deal_id, tallies.week_of(db, now), "asked"): 1})


def complained(db: Writer, order_id: int, now: datetime) -> None:
    """An order a creator brought has become a case."""
    deal_id = db.scalar(select(Attribution.deal_id).where(Attribution.order_id == order_id))
    if deal_id is not None:
        tallies.add(db, {Key("deal", deal_id, tallies.week_of(db, now), "complained"): 1})


def opened(db: Writer, looks: dict[int, int], now: datetime) -> None:
    """So many people opened a creator's page, by deal."""
    week = tallies.week_of(db, now)
    tallies.add(db, {Key("deal", deal_id, week, "opened"): many for deal_id, many in looks.items()})


def earned(db: Writer, thanked: Attribution, found: Sequence[Commission], by: int) -> None:
    """Commissions were written (1) or taken back (-1), each counted in the week in which it was written."""
    if not found:
        return
    of_line = select(OrderLine.id, OrderLine.product_id).where(OrderLine.id.in_([one.order_line_id for one in found]))
    products = dict(db.execute(of_line).all())
    sums: Counter[Key] = Counter()
    for one in found:
        week = tallies.week_of(db, one.accrued_at)
        for what, subject, amount in (
            ("sold", 0, one.base),
            ("earned", 0, one.amount),
            ("product", products[one.order_line_id], one.amount),
            ("picture", thanked.picture_id or 0, one.amount if thanked.picture_id else 0),
        ):
            sums[Key("deal", one.deal_id, week, what, subject)] += amount * by
    tallies.add(db, sums)


def brought(db: Writer, thanked: Attribution, by: int, at: datetime) -> None:
    """One order more or less of a deal, and of the picture it came by."""
    assert thanked.deal_id, "it is thanked"
    week = tallies.week_of(db, at)
    sums = {Key("deal", thanked.deal_id, week, "ordered"): by}
    if thanked.picture_id:
        sums[Key("deal", thanked.deal_id, week, "pic_orders", thanked.picture_id)] = by
    tallies.add(db, sums)


def sold(db: Writer, shop_id: int, by: int, now: datetime) -> None:
    """A shop has one paid order more or less."""
    week, month = tallies.week_of(db, now), tallies.month_of(db, now)
    sums = {
        Key("shop", shop_id, week, "orders"): by,
        tallies.hub(shop_id, month, "orders"): by,
        tallies.hub(shop_id, month, "kitchen", shop_id): by,
    }
    tallies.add(db, sums)


def new_buyer(db: Writer, shop_id: int, deal_id: int | None, by: int, now: datetime) -> None:
    """A shop has one customer more or less, and so has who brought her."""
    count_customer(db, shop_id, deal_id, "buyers", by, now)


def conceded_buyer(db: Writer, deal_id: int, by: int, now: datetime) -> None:
    """A customer the shop had already turns out to have come through this deal."""
    tallies.add(db, {Key("deal", deal_id, tallies.week_of(db, now), "buyers"): by})


def came_back(db: Writer, shop_id: int, person_id: int, order_id: int, now: datetime) -> None:
    """A customer pays again: the first time she does, she has come back."""
    again = (Customer.first_paid_at.is_not(None), Customer.first_order_id != order_id, Customer.back_order_id.is_(None))
    mine = (Customer.shop_id == shop_id, Customer.person_id == person_id)
    back = update(Customer).where(*mine, *again).values(back_order_id=order_id).returning(Customer.first_deal_id)
    found = db.execute(back.execution_options(synchronize_session=False)).first()
    if found is not None:
        count_customer(db, shop_id, found.first_deal_id, "back", 1, now)


def not_back(db: Writer, shop_id: int, person_id: int, order_id: int, now: datetime) -> None:
    """The order by which she had come back was a wrong tap or came back itself."""
    mine = (Customer.shop_id == shop_id, Customer.person_id == person_id, Customer.back_order_id == order_id)
    back = update(Customer).where(*mine).values(back_order_id=None).returning(Customer.first_deal_id)
    found = db.execute(back.execution_options(synchronize_session=False)).first()
    if found is not None:
        count_customer(db, shop_id, found.first_deal_id, "back", -1, now)


def count_customer(db: Writer, shop_id: int, deal_id: int | None, what: str, by: int, now: datetime) -> None:
    week = tallies.week_of(db, now)
    sums = {Key("shop", shop_id, week, what): by}
    if deal_id:
        sums[Key("deal", deal_id, week, what)] = by
    tallies.add(db, sums)


def sent(db: Writer, payout: Payout, by: int, now: datetime) -> None:
    """A shop says that it has sent a payout; or its creator that it is not there."""
    tallies.add(db, {tallies.hub(payout.shop_id, tallies.month_of(db, now), "paid"): payout.amount * by})


def confirmed(db: Writer, payout: Payout, lines: Sequence[Commission | Deliverable], now: datetime) -> None:
    """A creator has her money: how much, how soon, for which share, for which fee."""
    month = tallies.month_of(db, now)
    shares = [line for line in lines if isinstance(line, Commission)]
    fees = [line for line in lines if isinstance(line, Deliverable)]
    ready = [one.released_at for one in shares if one.released_at] + [one.decided_at for one in fees if one.decided_at]
    days = min(max((now - min(ready)).days, 0), LONGEST_WAIT) if ready else 0
    sums: Counter[Key] = Counter()
    sums[tallies.hub(payout.shop_id, month, "confirmed")] += payout.amount
    sums[tallies.hub(payout.shop_id, month, "days", days)] += 1
    sums[Key("shop", payout.shop_id, tallies.week_of(db, now), "days")] += days
    sums[Key("shop", payout.shop_id, tallies.week_of(db, now), "payouts")] += 1
    for deal_id in {line.deal_id for line in lines}:
        sums[tallies.hub(payout.shop_id, month, "deal", deal_id)] += 1
    base = sum(one.base for one in shares)
    if base:
        rate_bp = sum(one.amount for one in shares) * 10_000 // base
        for deal_id in {one.deal_id for one in shares}:
            sums[tallies.hub(payout.shop_id, month, "rate_deal", deal_id)] += 1
        sums[tallies.hub(payout.shop_id, month, "rate", (rate_bp + RATE_STEP // 2) // RATE_STEP * RATE_STEP)] += 1
    for one in fees:
        sums[tallies.hub(payout.shop_id, month, "fee_deal", one.deal_id)] += 1
        sums[tallies.hub(payout.shop_id, month, "fee", (one.fee + FEE_STEP // 2) // FEE_STEP * FEE_STEP)] += 1
    tallies.add(db, sums)


def unconfirmed(db: Writer, payout: Payout, now: datetime) -> None:
    """What had been counted as paid is owed again."""
    tallies.add(db, {tallies.hub(payout.shop_id, tallies.month_of(db, now), "confirmed"): -payout.amount})


# -- as it is read ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Results:
    """What some deals brought in the last weeks. Money is whole smallest units of ``currency``."""

    opened: int
    chatted: int
    asked: int
    ordered: int
    buyers: int
    back: int
    complained: int
    sold: int
    earned: int
    active_weeks: int
    by_week: Sequence[tuple[str, int]]  #: earned in each week, the oldest first
    by_product: Sequence[tuple[str, int]]  #: its name and what it earned, the most first
    by_picture: Sequence[tuple[SharedPicture, int, int]]  #: orders and what it earned, the most first
    currency: str


def of(db: Reader, deals: Sequence[Deal], currency: str, now: datetime, weeks: int = tallies.WEEKS) -> Results:
    """The sums of the last weeks over these deals: a few rows a week, however long the history."""
    names = tallies.last_weeks(db, now, weeks)
    found = tallies.of_deals(db, [deal.id for deal in deals], names)
    whole: Counter[str] = Counter()
    earned_in: Counter[str] = Counter()
    parts: dict[str, Counter[int]] = {what: Counter() for what in ("product", "picture", "pic_orders")}
    active = set()
    for key, n in found:
        if key.what in parts:
            parts[key.what][key.subject] += n
        else:
            whole[key.what] += n
        if key.what == "earned":
            earned_in[key.period] += n
        if key.what == "ordered" and n > 0:
            active.add(key.period)
    plain = ("opened", "chatted", "asked", "ordered", "buyers", "back", "complained", "sold", "earned")
    return Results(
        **{what: max(whole[what], 0) for what in plain},
        active_weeks=len(active),
        by_week=[(name, earned_in[name]) for name in names],
        by_product=products_named(db, parts["product"]),
        by_picture=pictures_named(db, parts["picture"], parts["pic_orders"]),
        currency=currency,
    )


def sold_by_deal(db: Reader, deal_ids: Sequence[int], now: datetime) -> dict[int, int]:
    """What each of these deals sold in the last weeks, in whole smallest units."""
    sums: Counter[int] = Counter()
    for key, n in tallies.of_deals(db, deal_ids, tallies.last_weeks(db, now)):
        if key.what == "sold":
            sums[key.scope_id] += n
    return dict(sums)


def products_named(db: Reader, sums: Counter[int]) -> list[tuple[str, int]]:
    names = dict(db.execute(select(Product.id, Product.name).where(Product.id.in_(list(sums)))).all())
    return [(names[number], amount) for number, amount in sums.most_common() if amount > 0 and number in names]


def pictures_named(db: Reader, sums: Counter[int], orders: Counter[int]) -> list[tuple[SharedPicture, int, int]]:
    numbers = {*sums, *orders}
    found = db.scalars(select(SharedPicture).where(SharedPicture.id.in_(numbers))).all() if numbers else []
    ranked = sorted(found, key=lambda one: (-orders[one.id], -sums[one.id], one.id))
    return [(one, orders[one.id], sums[one.id]) for one in ranked if orders[one.id] > 0]


def of_deal_week(db: Reader, deal_id: int, now: datetime) -> dict[str, int]:
    """What a deal has brought in this week and the one before: for the news of a link's first days."""
    return tallies.summed(db, "deal", [deal_id], tallies.last_weeks(db, now, 2))[deal_id]


@dataclass(frozen=True)
class Weekly:
    """One line of the table: what a deal brought in one week."""

    week: str
    code: str
    shop: str
    sums: dict[str, int]


def weekly(db: Reader, deals: Sequence[tuple[Deal, str]], now: datetime, weeks: int) -> list[Weekly]:
    """Week by week and deal by deal, the newest first; weeks in which nothing happened are left out."""
    names = tallies.last_weeks(db, now, weeks)
    sums: dict[tuple[str, int], dict[str, int]] = {}
    for key, n in tallies.of_deals(db, [deal.id for deal, _ in deals], names):
        if key.subject == 0:
            sums.setdefault((key.period, key.scope_id), {})[key.what] = n
    return [
        Weekly(name, deal.code, shop, sums[name, deal.id])
        for name in reversed(names)
        for deal, shop in deals
        if (name, deal.id) in sums
    ]


def pay_days(sums: dict[str, int]) -> int | None:
    """How many days a shop's payouts take, on average and rounded; None where it has paid nobody yet."""
    paid = sums.get("payouts", 0)
    return round(sums.get("days", 0) / paid) if paid else None


def repeat_share(sums: dict[str, int]) -> int:
    """How many of a hundred new buyers came back."""
    buyers = sums.get("buyers", 0)
    return min(100, max(0, sums.get("back", 0) * 100 // buyers)) if buyers > 0 else 0


def months_of_year(db: Reader, now: datetime) -> list[str]:
    """The last twelve months, this one too."""
    today = now.astimezone(db.zone).date()
    first = today.year * 12 + today.month - 1
    return [f"{(first - back) // 12}-{(first - back) % 12 + 1:02d}" for back in range(12)]
