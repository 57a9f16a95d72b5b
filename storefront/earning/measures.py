"""How creators fare on this hub, for who runs it: the figures by which what we built for them is judged.

They are counts over small tables and running sums; none of them names anybody.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Subquery, func, select

from referral.fairness import spread
from storefront.database import Reader
from storefront.earning import tallies
from storefront.models import (
    Bargain,
    Cause,
    CreatorProfile,
    Deal,
    DealOffer,
    Faq,
    LessonDone,
    Poll,
    SharedPicture,
    Tally,
)

CARDS = 5
TENTH = 10
LOOKED_AT = 1_000


@dataclass(frozen=True)
class Measures:
    """One look at the whole hub. Shares are of a hundred; days and gaps are the middle of what there is."""

    creators: int
    findable: int
    offers: dict[str, int]  #: open, accepted, declined
    days_to_deal: int | None
    top_tenth: int | None  #: what share of twelve weeks' commission the tenth of deals with most has
    taught: int  #: people who have answered all the cards
    fee_gap: int | None  #: how far agreed fees lie from what the helper had called the middle, in percent
    pictures: int
    by_picture: int  #: orders of twelve weeks that came by a picture's own link
    ordered: int
    answers: int
    answered: int  #: how often a kept answer was given
    polls: int
    opened: int  #: polls whose winner came on sale
    gifts: int
    brought: int


def measures(db: Reader, now: datetime) -> Measures:
    weeks = tallies.last_weeks(db, now)
    sums = of_weeks(db, weeks)
    return Measures(
        creators=count(db, select(func.count(func.distinct(Deal.creator_id)))),
        findable=count(db, select(func.count()).select_from(CreatorProfile).where(CreatorProfile.is_found)),
        offers=dict(db.execute(select(DealOffer.state, func.count()).group_by(DealOffer.state)).all()),
        days_to_deal=days_to_deal(db),
        top_tenth=top_tenth(db, weeks),
        taught=count(db, select(func.count()).select_from(all_cards())),
        fee_gap=fee_gap(db),
        pictures=count(db, select(func.count()).select_from(SharedPicture)),
        by_picture=sums.get("pic_orders", 0),
        ordered=sums.get("ordered", 0),
        answers=count(db, select(func.count()).select_from(Faq).where(Faq.removed_at.is_(None))),
        answered=count(db, select(func.coalesce(func.sum(Faq.used), 0))),
        polls=count(db, select(func.count()).select_from(Poll)),
        opened=count(db, select(func.count()).select_from(Poll).where(Poll.opened_at.is_not(None))),
        gifts=count(db, select(func.count()).select_from(Cause)),
        brought=count(db, select(func.count()).select_from(Cause).where(Cause.delivered_at.is_not(None))),
    )


def count(db: Reader, query: Select[Any]) -> int:
    return int(db.scalar(query) or 0)


def of_weeks(db: Reader, weeks: list[str]) -> dict[str, int]:
    whole = select(Tally.what, func.sum(Tally.n)).where(Tally.scope == "deal", Tally.period.in_(weeks))
    wanted = whole.where(Tally.what.in_(["ordered", "pic_orders"])).group_by(Tally.what)
    return {what: int(n) for what, n in db.execute(wanted)}


def days_to_deal(db: Reader) -> int | None:
    """From introducing oneself to the first deal, of those who came to one."""
    first = select(Deal.creator_id, func.min(Deal.agreed_at).label("at")).group_by(Deal.creator_id).subquery()
    met = select(CreatorProfile.at, first.c.at).join(first, first.c.creator_id == CreatorProfile.person_id)
    found = db.execute(met.order_by(CreatorProfile.at.desc()).limit(LOOKED_AT)).all()
    days: dict[int, int] = {}
    for introduced, agreed in found:
        waited = max((agreed - introduced).days, 0)
        days[waited] = days.get(waited, 0) + 1
    middle = spread(days)
    return middle.median if middle else None


def top_tenth(db: Reader, weeks: list[str]) -> int | None:
    """Whether a few have it all: watched, because a marketplace tends to that by itself."""
    earned = select(func.sum(Tally.n)).where(Tally.scope == "deal", Tally.what == "earned", Tally.period.in_(weeks))
    sums = sorted((int(n) for n in db.scalars(earned.group_by(Tally.scope_id)) if n > 0), reverse=True)
    if len(sums) < TENTH:
        return None
    return sum(sums[: len(sums) // TENTH]) * 100 // sum(sums)


def all_cards() -> Subquery:
    done = select(LessonDone.person_id).group_by(LessonDone.person_id).having(func.count() >= CARDS)
    return done.subquery()


def fee_gap(db: Reader) -> int | None:
    """Of the offers the helper had a word in and both agreed to: how far from its middle, in percent."""
    used = (Bargain.state == "used", Bargain.content_fee.is_not(None))
    found = db.execute(
        select(Bargain.content_fee, Bargain.reckoned).where(*used).order_by(Bargain.id.desc()).limit(LOOKED_AT)
    )
    gaps: dict[int, int] = {}
    for fee, reckoned in found:
        if reckoned.get("middle"):
            gap = abs(fee - reckoned["middle"]) * 100 // reckoned["middle"]
            gaps[gap] = gaps.get(gap, 0) + 1
    middle = spread(gaps)
    return middle.median if middle else None
