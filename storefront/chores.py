"""What happens by itself, and when. A chore is a row with a moment; doing it and marking it done commit together."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update

from storefront import rows
from storefront.database import Reader, Writer
from storefront.models import Chore

TRIES = 5
MINUTE = timedelta(minutes=1)


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


def schedule_all(db: Writer, kind: str, due: Mapping[int, datetime]) -> None:
    """The same for many subjects that are new, each at its moment."""
    promised = [
        {"key": f"{kind}:{subject_id}", "kind": kind, "subject_id": subject_id, "due_at": at, "attempts": 0}
        for subject_id, at in due.items()
    ]
    if promised:
        db.connection().execute(insert(Chore), promised)


def cancel(db: Writer, kind: str, subject_id: int, *, again: str = "") -> None:
    db.execute(delete(Chore).where(Chore.key == f"{kind}:{subject_id}{again and ':' + again}", Chore.done_at.is_(None)))


def cancel_all(db: Writer, kinds: Collection[str], subject_id: int) -> None:
    """Call off everything of these kinds that still waits for a subject."""
    waits = (Chore.kind.in_(kinds), Chore.subject_id == subject_id, Chore.done_at.is_(None))
    db.execute(delete(Chore).where(*waits))


def first_due(db: Reader, now: datetime, besides: Collection[int] = (), held: Collection[str] = ()) -> int | None:
    """The oldest chore that is due, besides these and those of a kind that is held."""
    due = (Chore.done_at.is_(None), Chore.due_at <= now, Chore.attempts < TRIES, Chore.id.not_in(besides))
    return db.scalar(select(Chore.id).where(*due, Chore.kind.not_in(held)).order_by(Chore.due_at, Chore.id).limit(1))


def waiting(db: Reader, chore_id: int) -> Chore | None:
    """One chore that is still to be done. It is not locked: its work locks what it changes, and `done` decides."""
    return db.scalar(select(Chore).where(Chore.id == chore_id, Chore.done_at.is_(None)))


def done(db: Writer, chore: Chore, now: datetime) -> bool:
    """Mark it done; False when somebody else did it or called it off meanwhile, and then this try must not count."""
    return rows.changed(db, update(Chore).where(Chore.id == chore.id, Chore.done_at.is_(None)).values(done_at=now))


def failed(db: Writer, chore_id: int, now: datetime) -> None:
    """Note a failed try; the next one comes after a minute, then two, four, eight."""
    tries = (db.scalar(select(Chore.attempts).where(Chore.id == chore_id)) or 0) + 1
    db.execute(update(Chore).where(Chore.id == chore_id).values(attempts=tries, due_at=now + MINUTE * 2 ** (tries - 1)))


def next_due(db: Reader, held: Collection[str] = ()) -> datetime | None:
    """When the next chore is due that is of no held kind, for a clock that is moved by hand."""
    waits = (Chore.done_at.is_(None), Chore.attempts < TRIES, Chore.kind.not_in(held))
    return db.scalar(select(func.min(Chore.due_at)).where(*waits))
