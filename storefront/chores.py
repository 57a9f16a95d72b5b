"""What happens by itself, and when. A chore is a row with a moment; doing it and marking it done commit together."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select, update

from storefront.database import Reader, Writer
from storefront.models import Chore
from storefront.rows import add_once

TRIES = 5


def schedule(db: Writer, kind: str, subject_id: int, due_at: datetime, *, again: str = "") -> None:
    """Promise to do something at a moment; the same kind for the same subject once (``again`` tells rounds apart)."""
    add_once(
        db,
        Chore,
        key=f"{kind}:{subject_id}{again and ':' + again}",
        kind=kind,
        subject_id=subject_id,
        due_at=due_at,
        attempts=0,
    )


def cancel(db: Writer, kind: str, subject_id: int, *, again: str = "") -> None:
    db.execute(delete(Chore).where(Chore.key == f"{kind}:{subject_id}{again and ':' + again}", Chore.done_at.is_(None)))


def first_due(db: Reader, now: datetime, besides: Collection[int] = ()) -> int | None:
    """The oldest chore that is due."""
    due = (Chore.done_at.is_(None), Chore.due_at <= now, Chore.attempts < TRIES, Chore.id.not_in(besides))
    return db.scalar(select(Chore.id).where(*due).order_by(Chore.due_at, Chore.id).limit(1))


def take(db: Writer, chore_id: int) -> Chore | None:
    """Lock one chore for this transaction; None when another worker has it or it is done."""
    still = select(Chore).where(Chore.id == chore_id, Chore.done_at.is_(None))
    return db.scalars(still.with_for_update(skip_locked=True)).first()


def done(db: Writer, chore: Chore, now: datetime) -> None:
    db.execute(update(Chore).where(Chore.id == chore.id).values(done_at=now))


def failed(db: Writer, chore_id: int) -> None:
    db.execute(update(Chore).where(Chore.id == chore_id).values(attempts=Chore.attempts + 1))


def next_due(db: Reader) -> datetime | None:
    """When the next chore is due, for a clock that is moved by hand."""
    return db.scalar(select(func.min(Chore.due_at)).where(Chore.done_at.is_(None), Chore.attempts < TRIES))
