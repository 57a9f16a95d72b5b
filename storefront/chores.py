"""What happens by itself, and when. A chore is a row with a moment; doing it and marking it done commit together."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select, update

from storefront import rows
from storefront.database import Reader, Writer
from storefront.models import Chore

TRIES = 5


def schedule(db: Writer, kind: str, subject_id: int, due_at: datetime, *, again: str = "") -> None:
    """Promise to do something at a moment; the same kind for the same subject once (``again`` tells rounds apart)."""
    rows.add_once(
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


def cancel_all(db: Writer, kinds: Collection[str], subject_id: int) -> None:
    """Call off everything of these kinds that still waits for a subject."""
    waits = (Chore.kind.in_(kinds), Chore.subject_id == subject_id, Chore.done_at.is_(None))
    db.execute(delete(Chore).where(*waits))


def first_due(db: Reader, now: datetime, besides: Collection[int] = ()) -> int | None:
    """The oldest chore that is due."""
    due = (Chore.done_at.is_(None), Chore.due_at <= now, Chore.attempts < TRIES, Chore.id.not_in(besides))
    return db.scalar(select(Chore.id).where(*due).order_by(Chore.due_at, Chore.id).limit(1))


def waiting(db: Reader, chore_id: int) -> Chore | None:
    """One chore that is still to be done. It is not locked: its work locks what it changes, and `done` decides."""
    return db.scalar(select(Chore).where(Chore.id == chore_id, Chore.done_at.is_(None)))


def done(db: Writer, chore: Chore, now: datetime) -> bool:
    """Mark it done; False when somebody else did it or called it off meanwhile, and then this try must not count."""
    return rows.changed(db, update(Chore).where(Chore.id == chore.id, Chore.done_at.is_(None)).values(done_at=now))


def failed(db: Writer, chore_id: int) -> None:
    db.execute(update(Chore).where(Chore.id == chore_id).values(attempts=Chore.attempts + 1))


def next_due(db: Reader) -> datetime | None:
    """When the next chore is due, for a clock that is moved by hand."""
    return db.scalar(select(func.min(Chore.due_at)).where(Chore.done_at.is_(None), Chore.attempts < TRIES))
