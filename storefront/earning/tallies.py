"""Running sums by week and by month, moved in the step in which something happens, so that nobody counts a history.

A deal     opened, chatted, asked, ordered, buyers (new ones), back (buyers who came again), complained; sold and earned
           in whole smallest units; earned again by product and by picture, and how many orders a picture brought
A shop     orders, buyers, back; how many payouts were confirmed, and the days they took
The hub    orders, kitchens; what was sent and what was confirmed to creators; and as histograms the shares that were
           really paid (in half percents), the fees for contents, the days until the money was there
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from storefront import rows
from storefront.database import Reader, Writer
from storefront.models import Tally

WEEKS = 12
HUB_PARTS = 16  # the hub's own sums are kept in parts, so that payments in different shops do not wait for each other


class Key(NamedTuple):
    """One running sum."""

    scope: str
    scope_id: int
    period: str
    what: str
    subject: int = 0


def week_of(db: Reader, moment: datetime) -> str:
    """``2026-W25``, by the hub's own clock (ISO 8601)."""
    return week_named(moment.astimezone(db.zone).date())


def week_named(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def month_of(db: Reader, moment: datetime) -> str:
    return f"{moment.astimezone(db.zone):%Y-%m}"


def hub(shop_id: int, period: str, what: str, subject: int = 0) -> Key:
    return Key("hub", shop_id % HUB_PARTS, period, what, subject)


def add(db: Writer, sums: Mapping[Key, int]) -> None:
    """Add to many sums in one statement, always in the same order, so that nobody waits in a ring."""
    found = [{**key._asdict(), "n": n} for key, n in sorted(sums.items()) if n]
    if not found:
        return
    statement = rows.dialect_insert(db, Tally).values(found)
    more = {"n": Tally.n + statement.excluded.n}
    db.execute(statement.on_conflict_do_update(index_elements=list(Key._fields), set_=more))


def last_weeks(db: Reader, now: datetime, many: int = WEEKS) -> list[str]:
    """The names of the last so many weeks, the oldest first, this one last."""
    today = now.astimezone(db.zone).date()
    return [week_named(today - timedelta(weeks=back)) for back in reversed(range(many))]


def of_deals(db: Reader, deal_ids: Collection[int], weeks: Collection[str]) -> list[tuple[Key, int]]:
    """Everything that some deals brought in some weeks."""
    return read(db, "deal", deal_ids, weeks)


def read(db: Reader, scope: str, ids: Collection[int], periods: Collection[str]) -> list[tuple[Key, int]]:
    wanted = (Tally.scope == scope, Tally.scope_id.in_(ids), Tally.period.in_(periods))
    return [(Key(one.scope, one.scope_id, one.period, one.what, one.subject), one.n) for one in fresh(db, wanted)]


def fresh(db: Reader, wanted: Iterable[object]) -> Iterable[Tally]:
    return db.scalars(select(Tally).where(*wanted).execution_options(populate_existing=True))  # type: ignore[arg-type]


def summed(db: Reader, scope: str, ids: Collection[int], periods: Collection[str]) -> dict[int, dict[str, int]]:
    """For each of some deals or shops, what the periods come to."""
    mine = (Tally.scope == scope, Tally.scope_id.in_(ids), Tally.period.in_(periods), Tally.subject == 0)
    query = select(Tally.scope_id, Tally.what, func.sum(Tally.n)).where(*mine).group_by(Tally.scope_id, Tally.what)
    found: dict[int, dict[str, int]] = {one: {} for one in ids}
    for scope_id, what, n in db.execute(query):
        found[scope_id][what] = int(n)
    return found


def active_weeks(db: Reader, deal_ids: Collection[int], now: datetime) -> dict[int, set[str]]:
    """In which of the last twelve weeks each deal brought an order."""
    weeks = (Tally.period.in_(last_weeks(db, now)), Tally.what == "ordered", Tally.n > 0)
    query = select(Tally.scope_id, Tally.period).where(Tally.scope == "deal", Tally.scope_id.in_(deal_ids), *weeks)
    found: dict[int, set[str]] = {one: set() for one in deal_ids}
    for deal_id, period in db.execute(query):
        found[deal_id].add(period)
    return found


def of_hub(db: Reader, periods: Collection[str], whats: Collection[str]) -> dict[str, dict[int, int]]:
    """The hub's own sums over some months: by what, by subject."""
    mine = (Tally.scope == "hub", Tally.what.in_(whats), Tally.period.in_(periods))
    query = select(Tally.what, Tally.subject, func.sum(Tally.n)).where(*mine).group_by(Tally.what, Tally.subject)
    found: dict[str, dict[int, int]] = {what: {} for what in whats}
    for what, subject, n in db.execute(query):
        found[what][subject] = int(n)
    return found
