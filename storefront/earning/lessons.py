"""Five cards of a minute each, shown when they matter: before the first link, at the first offer, payout, tie, tax.

For creators and sellers alike. A card that was answered is not offered again; anybody may read all of them at any time.
"""

from datetime import datetime
from typing import Final, Literal

from sqlalchemy import select

from storefront import rows
from storefront.database import Reader, Writer
from storefront.models import LessonDone

Lesson = Literal["honest", "offer", "payout", "exclusive", "tax"]
LESSONS: Final[tuple[Lesson, ...]] = ("honest", "offer", "payout", "exclusive", "tax")


def done(db: Reader, person_id: int) -> set[str]:
    """The cards somebody has answered."""
    return set(db.scalars(select(LessonDone.card).where(LessonDone.person_id == person_id)))


def due(db: Reader, person_id: int, card: Lesson) -> str:
    """The card's name where she has not answered it yet; else nothing."""
    mine = (LessonDone.person_id == person_id, LessonDone.card == card)
    return "" if db.scalar(select(LessonDone.card).where(*mine)) else card


def answer(db: Writer, person_id: int, card: Lesson, now: datetime, *, is_right: bool) -> bool:
    """Write down that she has answered a card; her first answer counts. False where she had."""
    return rows.add_once(db, LessonDone, person_id=person_id, card=card, is_right=is_right, at=now)
