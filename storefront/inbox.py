"""Everything a channel told us, kept before it is understood.

A channel repeats itself until it hears yes, so the same event arrives twice on an ordinary day. It is
kept once, under the channel's own key, and only then acknowledged. One sender's messages are worked on
one after the other; an event that always fails is set aside after five tries and loses nobody else a minute.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select, true, update

from storefront.database import Reader, Writer
from storefront.models import InboxMessage
from storefront.rows import add_once

TRIES = 5
UNKEPT = re.compile("[\0\ud800-\udfff]")
PAUSE = timedelta(seconds=2)


class Event(NamedTuple):
    """One event as a channel tells it: whose key, who sent it, and all of it."""

    source: str
    key: str
    sender: str
    raw: dict[str, Any]


def admit(db: Writer, source: str, event_key: str, sender: str, raw: dict[str, Any], now: datetime) -> bool:
    """Keep one event. False when it was kept before: a second copy stops here."""
    return add_once(
        db,
        InboxMessage,
        source=source,
        event_key=event_key,
        sender=sender,
        raw=storable(raw),
        received_at=now,
        attempts=0,
        next_try_at=now,
    )


def storable(value: Any) -> Any:
    """The same without what no database keeps: NUL, and halves of characters (lone surrogates)."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode() if UNKEPT.search(value) else value
    if isinstance(value, dict):
        return {storable(name): storable(one) for name, one in value.items()}
    return [storable(one) for one in value] if isinstance(value, list) else value


def waiting(db: Reader, now: datetime, sources: Sequence[str] | None = None, limit: int = 50) -> Iterable[InboxMessage]:
    """The first unfinished event of each sender (of these channels) that may be tried now, the oldest first."""
    first_of_sender = (
        select(func.min(InboxMessage.id)).where(InboxMessage.done_at.is_(None)).group_by(InboxMessage.sender)
    )
    return db.scalars(
        select(InboxMessage)
        .where(InboxMessage.id.in_(first_of_sender), InboxMessage.next_try_at <= now)
        .where(true() if sources is None else InboxMessage.source.in_(sources))
        .order_by(InboxMessage.id)
        .limit(limit)
    ).all()


def take(db: Writer, message_id: int) -> InboxMessage | None:
    """Lock one event for this transaction; None when another worker has it or it is finished."""
    return db.scalars(
        select(InboxMessage)
        .where(InboxMessage.id == message_id, InboxMessage.done_at.is_(None))
        .with_for_update(skip_locked=True)
    ).first()


def done(db: Writer, message: InboxMessage, now: datetime) -> None:
    db.execute(update(InboxMessage).where(InboxMessage.id == message.id).values(done_at=now))


def failed(db: Writer, message_id: int, reason: str, now: datetime) -> bool:
    """Note a failed try; True when it was the last one and the event is set aside for the operator."""
    tries = db.scalar(select(InboxMessage.attempts).where(InboxMessage.id == message_id)) or 0
    tries += 1
    is_last = tries >= TRIES
    changes: dict[str, Any] = {"attempts": tries, "next_try_at": now + PAUSE * 2**tries}
    if is_last:
        changes |= {"done_at": now, "dead_reason": reason}
    db.execute(update(InboxMessage).where(InboxMessage.id == message_id).values(**changes))
    return is_last
