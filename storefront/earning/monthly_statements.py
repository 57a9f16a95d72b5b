"""A month's statement, for a creator or for a shop: what was earned, what was taken back, what was paid, line by line.

Read from the transfers, so that it says what the books say. Taxes are an estimate of the year, and stand below.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from referral import taxes
from storefront.database import Reader
from storefront.earning import trail
from storefront.models import Account, Order, Payout, PayoutReceipt, Shop, Transfer, Turnover
from storefront.people import name_of

Scope = Literal["creator", "shop"]
# What adds to what a creator has earned or had, and what takes from it.
EARNED = {"accrual": 1, "fee": 1, "void": -1}
PAID = {"settle": 1, "reverse": -1}
OTHER = {"net": -1, "withhold": -1, "clawback": -1, "write_off": 1}
PAGE = 500


@dataclass(frozen=True)
class Entry:
    """One line: when, what kind of thing (a journal), about which order or payout, with whom, how much."""

    at: datetime
    journal: str
    about: str
    other: str
    amount: int


@dataclass(frozen=True)
class Statement:
    """One month of one creator or shop in one currency, in whole smallest units."""

    scope: Scope
    name: str
    month: str
    currency: str
    earned: int = 0
    paid: int = 0
    netted: int = 0
    withheld: int = 0
    entries: Sequence[Entry] = field(default_factory=list)
    year_paid: int = 0

    @property
    def tax(self) -> int:
        """What the year's income tax on what was received so far may come to."""
        return taxes.estimate(max(self.year_paid, 0)) if self.currency == "IDR" else 0


def months(db: Reader, scope: Scope, scope_id: int, limit: int = 12) -> Sequence[str]:
    """The months in which anything happened, the newest first: ``2026-06``."""
    mine = (Turnover.scope == scope, Turnover.scope_id == scope_id, Turnover.journal.in_([*EARNED, *PAID]))
    found = select(Turnover.month).where(*mine).distinct().order_by(Turnover.month.desc()).limit(limit)
    return db.scalars(found).all()


def statement(db: Reader, scope: Scope, scope_id: int, month: str, currency: str) -> Statement:
    """One month, from the running sums, with its lines."""
    sums = of_months(db, scope, scope_id, currency, [month])
    year = of_months(
        db, scope, scope_id, currency, [f"{month[:4]}-{number:02d}" for number in range(1, int(month[5:]) + 1)]
    )
    name = name_of(db, scope_id) if scope == "creator" else db.get_one(Shop, scope_id).name
    return Statement(
        scope=scope,
        name=name,
        month=month,
        currency=currency,
        earned=added(sums, EARNED),
        paid=added(sums, PAID),
        netted=sums.get("net", 0),
        withheld=sums.get("withhold", 0),
        entries=entries(db, scope, scope_id, month, currency),
        year_paid=added(year, PAID) + year.get("withhold", 0),
    )


def added(sums: dict[str, int], signs: dict[str, int]) -> int:
    return sum(sign * sums.get(journal, 0) for journal, sign in signs.items())


def of_months(db: Reader, scope: Scope, scope_id: int, currency: str, names: Sequence[str]) -> dict[str, int]:
    """How much of each journal happened in these months."""
    mine = (Turnover.scope == scope, Turnover.scope_id == scope_id, Turnover.currency == currency)
    sums: dict[str, int] = {}
    for journal, amount in db.execute(
        select(Turnover.journal, Turnover.amount).where(*mine, Turnover.month.in_(names))
    ):
        sums[journal] = sums.get(journal, 0) + amount
    return sums


def bounds_in(zone: ZoneInfo, month: str) -> tuple[datetime, datetime]:
    """From when until before when a month is, in a zone."""
    first = date.fromisoformat(f"{month}-01")
    following = (first + timedelta(days=31)).replace(day=1)
    start = datetime(first.year, first.month, 1, tzinfo=zone)
    return start, datetime(following.year, following.month, 1, tzinfo=zone)


def entries(db: Reader, scope: Scope, scope_id: int, month: str, currency: str) -> list[Entry]:
    """The month's lines, the oldest first, at most some hundred; the sums above count all of them."""
    start, end = bounds_in(db.zone, month)
    owner = Account.person_id == scope_id if scope == "creator" else Account.shop_id == scope_id
    accounts = select(Account.id).where(owner, Account.currency == currency)
    signs = EARNED | PAID | OTHER
    query = (
        select(Transfer, Order.code)
        .outerjoin(Order, Order.id == Transfer.order_id)
        .where(Transfer.debit_id.in_(accounts) | Transfer.credit_id.in_(accounts))
        .where(Transfer.at >= start, Transfer.at < end, Transfer.journal.in_(signs))
        .order_by(Transfer.id)
        .limit(PAGE)
    )
    return [
        Entry(one.at, one.journal, code or about(db, one), other(db, scope, one), signs[one.journal] * one.amount)
        for one, code in db.execute(query)
    ]


def about(db: Reader, one: Transfer) -> str:
    """The paper of a payout; nothing for what belongs to no order and no payout."""
    if one.payout_id is None:
        return ""
    paper = select(PayoutReceipt).where(PayoutReceipt.payout_id == one.payout_id, PayoutReceipt.at >= one.at)
    found = db.scalar(paper.order_by(PayoutReceipt.id).limit(1))
    return trail.code_of(db.get_one(Shop, one.shop_id).letters, found.number) if found else ""


def other(db: Reader, scope: Scope, one: Transfer) -> str:
    """Who stands on the other side: a creator reads the shop, a shop the creator."""
    if scope == "creator":
        return db.get_one(Shop, one.shop_id).name
    if one.payout_id:
        return name_of(db, db.get_one(Payout, one.payout_id).creator_id)
    person = select(Account.person_id).where(
        Account.id.in_([one.debit_id, one.credit_id]), Account.person_id.is_not(None)
    )
    creator_id = db.scalar(person.limit(1))
    return name_of(db, creator_id) if creator_id else ""


def yearly(db: Reader, scope: Scope, scope_id: int, year: int, currency: str) -> list[tuple[str, int, int, int]]:
    """Month by month: earned, paid, kept back as tax. Months in which nothing happened are left out."""
    found = []
    for number in range(1, 13):
        sums = of_months(db, scope, scope_id, currency, [f"{year}-{number:02d}"])
        line = (added(sums, EARNED), added(sums, PAID), sums.get("withhold", 0))
        if any(line):
            found.append((f"{year}-{number:02d}", *line))
    return found
