"""Promises to say something, kept after the transaction that made them.

A use case leaves a *notice*: its name, the person, frozen facts. A conversation leaves a rendered
screen. Both are rows committed with the work itself; a courier outside delivers them, each chat's in
order, and marks them. A crash between sending and marking sends again: at least once, never lost.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, insert, literal, or_, select, update
from sqlalchemy.orm import aliased
from sqlalchemy.types import JSON

from storefront.database import Instant, Reader, Writer
from storefront.models import Identity, OutboxMessage

LEASE = timedelta(seconds=60)
TRIES = 8
TOLD = ["person_id", "channel", "address", "kind", "notice", "facts", "state", "created_at", "due_at", "attempts"]


def tell(db: Writer, person_id: int, notice: str, facts: dict[str, Any], now: datetime) -> None:
    """Promise a notice to a person, on the channel she used last. Whoever cannot be reached is not told."""
    address = (
        select(
            Identity.person_id,
            Identity.channel,
            Identity.address,
            literal("say"),
            literal(notice),
            literal(facts, JSON()),
            literal("waiting"),
            literal(now, Instant()),
            literal(now, Instant()),
            literal(0),
        )
        .where(Identity.person_id == person_id, Identity.unreachable_at.is_(None))
        .order_by(Identity.last_inbound_at.desc())
        .limit(1)
    )
    columns = [
        "person_id",
        "channel",
        "address",
        "kind",
        "notice",
        "facts",
        "state",
        "created_at",
        "due_at",
        "attempts",
    ]
    db.execute(insert(OutboxMessage).from_select(columns, address))


def promise(db: Writer, rows: Sequence[dict[str, Any]], now: datetime) -> None:
    """Promise rendered screens; each row says channel, address, kind, screen and what it replaces."""
    common = {"state": "waiting", "created_at": now, "due_at": now, "attempts": 0, "facts": {}}
    if rows:
        db.execute(insert(OutboxMessage), [{**common, **row} for row in rows])


def claim(db: Writer, now: datetime, limit: int = 20) -> Sequence[OutboxMessage]:
    """Lease the first waiting message of each chat, so that nobody else sends it for a minute."""
    earlier = aliased(OutboxMessage)
    is_first = ~exists().where(
        earlier.channel == OutboxMessage.channel,
        earlier.address == OutboxMessage.address,
        earlier.state == "waiting",
        earlier.id < OutboxMessage.id,
    )
    free = or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until <= now)
    messages = db.scalars(
        select(OutboxMessage)
        .where(and_(OutboxMessage.state == "waiting", OutboxMessage.due_at <= now, free, is_first))
        .order_by(OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if messages:
        ids = [message.id for message in messages]
        lease = {"leased_until": now + LEASE, "attempts": OutboxMessage.attempts + 1}
        db.execute(update(OutboxMessage).where(OutboxMessage.id.in_(ids)).values(lease))
    return messages


def sent(db: Writer, message_id: int, provider_id: str | None, screen: dict[str, Any] | None, now: datetime) -> None:
    """Mark a message as accepted by its channel, with the name the channel gave it and what was shown."""
    change(db, message_id, state="sent", sent_at=now, provider_id=provider_id, screen=screen, leased_until=None)


def later(db: Writer, message_id: int, due_at: datetime) -> None:
    """Try again at a moment; the chat's later messages wait behind it."""
    change(db, message_id, due_at=due_at, leased_until=None)


def dead(db: Writer, message_id: int, reason: str) -> None:
    """Give a message up, with the reason; the chat's next one goes on."""
    change(db, message_id, state="dead", dead_reason=reason, leased_until=None)


def change(db: Writer, message_id: int, **values: Any) -> None:
    db.execute(update(OutboxMessage).where(OutboxMessage.id == message_id).values(**values))


def unreachable(db: Writer, channel: str, address: str, now: datetime) -> None:
    """A person blocked us or is gone: nothing more is sent there until she writes again."""
    who = (Identity.channel == channel, Identity.address == address)
    db.execute(update(Identity).where(*who).values(unreachable_at=now))


FORWARD = ("queued", "accepted", "sending", "sent", "delivered", "read", "undelivered", "failed")


def note_status(db: Writer, channel: str, provider_id: str, status: str, error: str | None) -> None:
    """What the channel says became of a message; a status that comes late never moves it back."""
    if status not in FORWARD:
        return
    earlier = FORWARD[: FORWARD.index(status)]
    mine = (OutboxMessage.channel == channel, OutboxMessage.provider_id == provider_id)
    may_move = or_(OutboxMessage.delivery_status.is_(None), OutboxMessage.delivery_status.in_(earlier))
    changes = {"delivery_status": status, **({"dead_reason": f"error {error}"} if error else {})}
    db.execute(update(OutboxMessage).where(*mine, may_move).values(**changes))


def shown(db: Reader, channel: str, address: str, limit: int = 8) -> Sequence[OutboxMessage]:
    """What a chat was shown last, the newest first, to understand a number or a word typed under it."""
    return db.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.channel == channel, OutboxMessage.address == address)
        .where(OutboxMessage.state == "sent", OutboxMessage.kind != "answer")
        .order_by(OutboxMessage.id.desc())
        .limit(limit)
    ).all()
