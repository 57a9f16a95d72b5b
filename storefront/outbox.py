"""Promises to say something, kept after the transaction that made them.

A use case leaves a *notice*: its name, the person, frozen facts. A conversation leaves a rendered
screen. Both are rows committed with the work itself; a courier outside delivers them, each chat's in
order, and marks them. A crash between sending and marking leaves a message *in doubt*: it is sent
again and says so. At least once, never lost, never silently twice.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    insert,
    literal,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import aliased
from sqlalchemy.types import JSON

from storefront import rows
from storefront.database import Instant, Reader, Writer
from storefront.models import Identity, OutboxMessage, Pause

AT_ONCE = ("answer", "results")  # a spinner and a list of results never wait for their chat
LEASE = timedelta(seconds=45)  # longer than one message may take; a dead worker's messages wait that long
THE_MOMENT = bindparam("now", type_=Instant())
IS_WAITING = OutboxMessage.state == literal_column("'waiting'")  # spelt out, or SQLite does not use its partial indexes
WINDOW = timedelta(hours=23, minutes=45)  # WhatsApp's 24 hours, less the minutes a message may wait
HELD_FOR = timedelta(days=7)  # what waits for somebody to write is stale after that
TRIES = 8  # of a message that we cannot put into words ourselves
KEPT = timedelta(hours=24)  # how long we knock at a channel that does not answer; Telegram keeps updates as long
TOLD = ["person_id", "channel", "address", "kind", "notice", "facts", "state", "created_at", "due_at", "attempts"]


class Taken(Exception):
    """The lease ran out and another worker has the message."""


def tell(db: Writer, person_id: int, notice: str, facts: dict[str, Any], now: datetime) -> None:
    """Promise a notice to a person: where she answered last, or where it arrives (and is free) while that is closed.

    Whoever cannot be reached is not told.
    """
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
        .order_by(is_closed(now), Identity.last_inbound_at.desc())
        .limit(1)
    )
    db.execute(insert(OutboxMessage).from_select(TOLD, address))


def is_closed(now: datetime) -> ColumnElement[bool]:
    """Whether only a paid template would arrive there just now (WhatsApp, 24 hours after she wrote last)."""
    return and_(Identity.channel == "whatsapp", Identity.last_inbound_at <= now - WINDOW)


def tell_at(db: Writer, identity: Identity, notice: str, facts: dict[str, Any], now: datetime) -> None:
    """Promise a notice on one channel of a person, whichever she used last."""
    place = {"person_id": identity.person_id, "channel": identity.channel, "address": identity.address}
    state = {"kind": "say", "state": "waiting", "created_at": now, "due_at": now, "attempts": 0}
    db.execute(insert(OutboxMessage).values(**place, **state, notice=notice, facts=facts))


def promise(db: Writer, rows: Sequence[dict[str, Any]], now: datetime) -> None:
    """Promise rendered screens; each row says channel, address, kind, screen and what it replaces."""
    common = {"state": "waiting", "created_at": now, "due_at": now, "attempts": 0, "facts": {}}
    if rows:
        db.execute(insert(OutboxMessage), [{**common, **row} for row in rows])


def claim(
    db: Writer, now: datetime, limit: int = 20, channels: Collection[str] | None = None
) -> Sequence[OutboxMessage]:
    """Lease the first waiting message of each chat (of these channels), so that nobody else sends it meanwhile.

    A chat that was written to within the last second waits, and so does a channel that asked for a pause;
    only a tapped button's spinner never waits for its chat.
    """
    messages = db.scalars(claimable(names(channels), limit), {"now": now}).all()
    if messages:
        ids = [message.id for message in messages]
        lease = {"leased_until": now + LEASE, "attempts": OutboxMessage.attempts + 1}
        db.execute(update(OutboxMessage).where(OutboxMessage.id.in_(ids)).values(lease))
        return db.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.id.in_(ids))
            .order_by(OutboxMessage.id)
            .execution_options(populate_existing=True)
        ).all()
    return []


def is_any_due(db: Reader, now: datetime, channels: Collection[str] | None = None) -> bool:
    """Whether there may be something to claim."""
    return db.scalar(due(names(channels)), {"now": now}) is not None


def names(channels: Collection[str] | None) -> tuple[str, ...] | None:
    return None if channels is None else tuple(sorted(channels))


# These are asked several times a second; composing them each time would cost more than running them.


@lru_cache
def due(channels: tuple[str, ...] | None) -> Select[int]:
    waiting = select(OutboxMessage.id).where(IS_WAITING, OutboxMessage.due_at <= THE_MOMENT)
    return (waiting if channels is None else waiting.where(OutboxMessage.channel.in_(channels))).limit(1)


@lru_cache
def claimable(channels: tuple[str, ...] | None, limit: int) -> Select[OutboxMessage]:
    """The first waiting message of each chat that may be written to now."""
    free = or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until <= THE_MOMENT)
    mine = true() if channels is None else OutboxMessage.channel.in_(channels)
    is_due = and_(IS_WAITING, OutboxMessage.due_at <= THE_MOMENT, free, mine)
    return (
        select(OutboxMessage)
        .where(is_due, is_first(), ~is_paused(), or_(OutboxMessage.kind.in_(AT_ONCE), ~is_quiet()))
        .order_by(OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def is_first() -> ColumnElement[bool]:
    """No earlier message of the same chat still waits."""
    earlier = aliased(OutboxMessage)
    return ~exists().where(
        earlier.channel == OutboxMessage.channel,
        earlier.address == OutboxMessage.address,
        earlier.state == literal_column("'waiting'"),
        earlier.id < OutboxMessage.id,
    )


def is_paused() -> ColumnElement[bool]:
    return exists().where(Pause.channel == OutboxMessage.channel, Pause.until > THE_MOMENT)


def is_quiet() -> ColumnElement[bool]:
    chat = (Identity.channel == OutboxMessage.channel, Identity.address == OutboxMessage.address)
    return exists().where(*chat, Identity.quiet_until > THE_MOMENT)


def begin(db: Writer, message: OutboxMessage, now: datetime) -> bool:
    """Note that a message goes out now; True when it may have gone out before and nobody knows.

    A line of messages may take longer than its lease, so each is taken anew when its turn comes. Raises
    `Taken` when somebody else has it by now.
    """
    held = OutboxMessage.leased_until == message.leased_until
    ours = (OutboxMessage.id == message.id, OutboxMessage.state == "waiting", held)
    was_in_doubt = db.scalar(select(OutboxMessage.in_doubt).where(*ours).with_for_update())
    if was_in_doubt is None:
        raise Taken
    change(db, message.id, in_doubt=True, leased_until=now + LEASE)
    return was_in_doubt


def sent(db: Writer, message_id: int, provider_id: str | None, screen: dict[str, Any] | None, now: datetime) -> None:
    """Mark a message as accepted by its channel, with the name the channel gave it and what was shown."""
    change(db, message_id, state="sent", sent_at=now, provider_id=provider_id, screen=screen, leased_until=None)


def keep_quiet(db: Writer, channel: str, address: str, until: datetime) -> None:
    """A chat has just been written to; its next message waits a moment."""
    who = (Identity.channel == channel, Identity.address == address)
    db.execute(update(Identity).where(*who).values(quiet_until=until))


def pause(db: Writer, channel: str, until: datetime) -> None:
    """A channel asked to be left alone; nobody's message goes there before that."""
    rows.put(db, Pause, {"channel": channel}, until=until)


def later(db: Writer, message_id: int, due_at: datetime, *, in_doubt: bool | None = None) -> None:
    """Try again at a moment; the chat's later messages wait behind it.

    ``in_doubt``: whether it may have arrived; None leaves that as it stands.
    """
    doubt = {} if in_doubt is None else {"in_doubt": in_doubt}
    change(db, message_id, due_at=due_at, leased_until=None, **doubt)


def give_back(db: Writer, messages: Sequence[OutboxMessage]) -> None:
    """Claimed and not begun: free again, as if never touched, unless somebody else has them by now."""
    untouched = {"leased_until": None, "attempts": OutboxMessage.attempts - 1}
    for lease in {message.leased_until for message in messages}:
        ids = [message.id for message in messages if message.leased_until == lease]
        held = (OutboxMessage.id.in_(ids), OutboxMessage.leased_until == lease)
        db.execute(update(OutboxMessage).where(*held).values(untouched))


def free_all(db: Writer) -> None:
    """After a crash of the only process nobody holds a lease any more. What had begun stays in doubt."""
    held = (OutboxMessage.state == "waiting", OutboxMessage.leased_until.is_not(None))
    db.execute(update(OutboxMessage).where(*held).values(leased_until=None))


def dead(db: Writer, message_id: int, reason: str) -> None:
    """Give a message up, with the reason; the chat's next one goes on."""
    change(db, message_id, state="dead", dead_reason=reason, leased_until=None)


UNTIL_SHE_WRITES = "held until she writes"


def hold(db: Writer, message: OutboxMessage, reason: str = UNTIL_SHE_WRITES) -> None:
    """It waits until the person writes, or ``reason`` is over, and the chat's next ones go on meanwhile.

    Whether it may have arrived already stays as it was before this try.
    """
    still = (OutboxMessage.id == message.id, OutboxMessage.state == "waiting")
    held = {"state": "held", "leased_until": None, "in_doubt": message.in_doubt, "dead_reason": reason}
    db.execute(update(OutboxMessage).where(*still).values(held))


def free(db: Writer, reason: str, now: datetime) -> None:
    """The reason for which these were held is over."""
    held = (OutboxMessage.state == "held", OutboxMessage.dead_reason == reason)
    db.execute(update(OutboxMessage).where(*held).values(state="waiting", due_at=now, attempts=0, dead_reason=None))


def release(db: Writer, channel: str, address: str, now: datetime) -> None:
    """She has written: what waited for that goes out, unless it is stale by now."""
    here = (OutboxMessage.channel == channel, OutboxMessage.address == address)
    held = (*here, OutboxMessage.state == "held", OutboxMessage.dead_reason == UNTIL_SHE_WRITES)
    fresh = OutboxMessage.created_at > now - HELD_FOR
    freed = {"state": "waiting", "due_at": now, "attempts": 0, "dead_reason": None}
    db.execute(update(OutboxMessage).where(*held, fresh).values(freed))
    db.execute(update(OutboxMessage).where(*held, ~fresh).values(state="dead", dead_reason="nobody wrote for a week"))


def elsewhere(db: Writer, message: OutboxMessage, now: datetime) -> bool:
    """Say a notice on another of its person's channels that is open; False where there is none, or it is no notice."""
    if message.notice is None:
        return False
    other = (Identity.person_id == message.person_id, Identity.unreachable_at.is_(None), ~is_closed(now))
    here = select(Identity.id).where(Identity.person_id == message.person_id, Identity.address == message.address)
    ways = select(Identity).where(*other, Identity.address != message.address, here.exists())
    identity = db.scalar(ways.order_by(Identity.last_inbound_at.desc()).limit(1))
    if identity is None:
        return False
    tell_at(db, identity, message.notice, message.facts, now)
    return True


def readdress(db: Writer, channel: str, old: str, new: str) -> None:
    """A chat lives under another address now; what waits for it goes there."""
    waits = (OutboxMessage.channel == channel, OutboxMessage.address == old, OutboxMessage.state == "waiting")
    db.execute(update(OutboxMessage).where(*waits).values(address=new))


def change(db: Writer, message_id: int, **values: Any) -> None:
    db.execute(update(OutboxMessage).where(OutboxMessage.id == message_id).values(**values))


def unreachable(db: Writer, channel: str, address: str, now: datetime) -> None:
    """A person blocked us or is gone: nothing more is sent there until she writes again."""
    who = (Identity.channel == channel, Identity.address == address)
    db.execute(update(Identity).where(*who).values(unreachable_at=now))


FORWARD = ("queued", "accepted", "sending", "sent", "delivered", "read", "undelivered", "failed")


def note_status(db: Writer, channel: str, provider_id: str, status: str, error: str | None) -> bool:
    """What the channel says became of a message; a status that comes late never moves it back.

    Returns whether it was news.
    """
    if status not in FORWARD:
        return False
    earlier = FORWARD[: FORWARD.index(status)]
    mine = (OutboxMessage.channel == channel, OutboxMessage.provider_id == provider_id)
    may_move = or_(OutboxMessage.delivery_status.is_(None), OutboxMessage.delivery_status.in_(earlier))
    changes = {"delivery_status": status, **({"dead_reason": f"error {error}"} if error else {})}
    return rows.changed(db, update(OutboxMessage).where(*mine, may_move).values(**changes))


def again(db: Writer, channel: str, provider_id: str, reason: str, now: datetime, tries: int = TRIES) -> None:
    """A message that was accepted and then failed goes out once more, another way; ``reason`` says why."""
    mine = (OutboxMessage.channel == channel, OutboxMessage.provider_id == provider_id)
    once = (OutboxMessage.state == "sent", OutboxMessage.dead_reason == reason, OutboxMessage.attempts < tries)
    anew = {"state": "waiting", "due_at": now, "provider_id": None, "delivery_status": None, "in_doubt": False}
    db.execute(update(OutboxMessage).where(*mine, *once).values(anew))


def named(db: Reader, channel: str, provider_id: str) -> OutboxMessage | None:
    """The message a channel calls by this name."""
    mine = (OutboxMessage.channel == channel, OutboxMessage.provider_id == provider_id)
    return db.scalar(select(OutboxMessage).where(*mine).execution_options(populate_existing=True).limit(1))


def known(db: Reader, channel: str, provider_ids: Sequence[str]) -> set[str | None]:
    """Which of these ids belong to messages we have marked as sent."""
    mine = (OutboxMessage.channel == channel, OutboxMessage.provider_id.in_(provider_ids))
    return set(db.scalars(select(OutboxMessage.provider_id).where(*mine)))


def shown(db: Reader, channel: str, address: str, limit: int = 8) -> Sequence[OutboxMessage]:
    """What a chat was shown last, the newest first, to understand a number or a word typed under it.

    A message in doubt may be on her screen already, and a crash between sending and marking leaves it so for a minute:
    a number that comes in meanwhile is about that one.
    """
    maybe_seen = or_(OutboxMessage.state == "sent", and_(IS_WAITING, OutboxMessage.in_doubt))
    return db.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.channel == channel, OutboxMessage.address == address)
        .where(maybe_seen, OutboxMessage.kind.not_in(AT_ONCE), OutboxMessage.screen.is_not(None))
        .order_by(OutboxMessage.id.desc())
        .limit(limit)
    ).all()
