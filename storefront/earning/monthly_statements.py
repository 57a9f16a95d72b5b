"""A month's statement, for a creator or for a shop: what was earned, what was taken back, what was paid, line by line.

Read from the transfers, so that it says what the books say. Taxes are an estimate of the year, and stand below.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from referral import taxes
from storefront.database import Reader
from storefront.earning import trail
from storefront.models import Account, Order, Payout, PayoutReceipt, Profile, Shop, Transfer, Turnover
from storefront.people import name_of
from storefront.phrases import marked

Scope = Literal["creator", "shop"]
# What adds to what a creator has earned or had, and what takes from it.
EARNED = {"accrual": 1, "fee": 1, "void": -1}
PAID = {"settle": 1, "reverse": -1}
OTHER = {"net": -1, "withhold": -1, "clawback": -1, "write_off": 1}
PAGE = 500
JOURNALS = {
    "accrual": marked("commission"),
    "fee": marked("content"),
    "void": marked("void"),
    "settle": marked("paid out"),
    "reverse": marked("came back"),
    "net": marked("against earlier money"),
    "withhold": marked("tax kept back"),
    "clawback": marked("paid too much"),
    "write_off": marked("let go"),
}


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
    if scope == "shop":
        hers: Any = Transfer.shop_id == scope_id
    else:
        accounts = select(Account.id).where(Account.person_id == scope_id)
        hers = Transfer.debit_id.in_(accounts) | Transfer.credit_id.in_(accounts)
    signs = EARNED | PAID | OTHER
    query = (
        select(Transfer, Order.code)
        .outerjoin(Order, Order.id == Transfer.order_id)
        .where(
            hers, Transfer.currency == currency, Transfer.at >= start, Transfer.at < end, Transfer.journal.in_(signs)
        )
        .order_by(Transfer.id)
        .limit(PAGE)
    )
    found = db.execute(query).all()
    papers, others = papers_of(db, [one for one, _ in found]), others_of(db, scope, [one for one, _ in found])
    return [
        Entry(
            one.at,
            one.journal,
            code or papers.get(one.payout_id or 0, ""),
            others[one.id],
            signs[one.journal] * one.amount,
        )
        for one, code in found
    ]


def papers_of(db: Reader, found: Sequence[Transfer]) -> dict[int, str]:
    """The newest paper of each payout."""
    wanted = {one.payout_id for one in found if one.payout_id}
    named = select(PayoutReceipt, Shop.letters).join(Shop, Shop.id == PayoutReceipt.shop_id)
    rows = db.execute(named.where(PayoutReceipt.payout_id.in_(wanted)).order_by(PayoutReceipt.id))
    return {one.payout_id: trail.code_of(letters, one.number) for one, letters in rows}


def others_of(db: Reader, scope: Scope, found: Sequence[Transfer]) -> dict[int, str]:
    """Who stands on the other side of each: a creator reads the shop, a shop the creator."""
    if scope == "creator":
        names = dict(db.execute(select(Shop.id, Shop.name).where(Shop.id.in_({one.shop_id for one in found}))).all())
        return {one.id: names[one.shop_id] for one in found}
    touched = {number for one in found for number in (one.debit_id, one.credit_id)}
    whose = dict(db.execute(select(Account.id, Account.person_id).where(Account.id.in_(touched))).all())
    who = select(Payout.id, Payout.creator_id).where(Payout.id.in_({one.payout_id for one in found if one.payout_id}))
    paid = dict(db.execute(who).all())
    people = {one.id: paid.get(one.payout_id or 0) or whose[one.debit_id] or whose[one.credit_id] for one in found}
    called = select(Profile.person_id, Profile.name).where(Profile.person_id.in_(set(people.values())))
    names = dict(db.execute(called).all())
    return {number: names.get(person or 0, "") for number, person in people.items()}


def yearly(db: Reader, scope: Scope, scope_id: int, year: int, currency: str) -> list[tuple[str, int, int, int]]:
    """Month by month: earned, paid, kept back as tax. Months in which nothing happened are left out."""
    found = []
    for number in range(1, 13):
        sums = of_months(db, scope, scope_id, currency, [f"{year}-{number:02d}"])
        line = (added(sums, EARNED), added(sums, PAID), sums.get("withhold", 0))
        if any(line):
            found.append((f"{year}-{number:02d}", *line))
    return found
