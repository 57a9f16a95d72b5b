"""The hub at a glance for whoever runs it: what waits, what has given up, who is here, what is to be decided.

Each figure is bounded: queues are what is open, lists are pages, and nothing is counted over history.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, cast, func, or_, select, update

from storefront import freezing, rows
from storefront.database import Reader, Writer
from storefront.models import (
    Chore,
    Deal,
    Dispute,
    Identity,
    InboxMessage,
    LogCheckpoint,
    OutboxMessage,
    Person,
    Problem,
    Profile,
    Restoration,
    Shop,
    Staff,
)

LATE = timedelta(minutes=10)
PAGE = 25
COUNTED_TO = 1_000  # a queue longer than that is said to be "more"


@dataclass(frozen=True)
class Health:
    """What waits and what does not go on. ``heard`` and ``said``: the newest of each channel."""

    waiting_in: int
    waiting_out: int
    dead_in: int
    dead_out: int
    late_chores: int
    heard: Sequence[tuple[str, datetime | None]]
    said: Sequence[tuple[str, datetime | None]]
    frozen: Restoration | None
    checkpoint: LogCheckpoint | None

    @property
    def is_well(self) -> bool:
        return not (self.dead_in or self.dead_out or self.late_chores or self.frozen)


def health(db: Reader, channels: Sequence[str], now: datetime) -> Health:
    """The queues as they stand."""
    late = (Chore.done_at.is_(None), Chore.due_at < now - LATE)
    alive = (InboxMessage.done_at.is_(None), InboxMessage.dead_reason.is_(None))
    return Health(
        waiting_in=count(db, InboxMessage.id, *alive),
        waiting_out=count(db, OutboxMessage.id, OutboxMessage.state == "waiting"),
        dead_in=count(db, InboxMessage.id, *DEAD_IN),
        dead_out=count(db, OutboxMessage.id, *dead_out(now)),
        late_chores=count(db, Chore.id, *late),
        heard=[(one, newest(db, InboxMessage.received_at, InboxMessage.source == one)) for one in channels],
        said=[(one, newest(db, OutboxMessage.sent_at, *said_on(one))) for one in channels],
        frozen=freezing.frozen_by(db),
        checkpoint=db.scalar(select(LogCheckpoint).order_by(LogCheckpoint.size.desc()).limit(1)),
    )


def said_on(channel: str) -> tuple[Any, ...]:
    return (OutboxMessage.channel == channel, OutboxMessage.state == "sent")


DEAD_IN = (InboxMessage.dead_reason.is_not(None), InboxMessage.sender != "")
DEAD_SHOWN = timedelta(days=14)
#: given up because somebody meant it so: she was told another way, or has not written for long, or was not to be told
AS_MEANT = ("said elsewhere", "said anew where the group is now", "nobody wrote for a week", freezing.RESTORED)


def dead_out(now: datetime) -> tuple[Any, ...]:
    """What could not be said lately by no fault of hers, and still could be: its facts and an address are left."""
    lately = (OutboxMessage.state == "dead", OutboxMessage.created_at > now - DEAD_SHOWN, OutboxMessage.address != "")
    reason = OutboxMessage.dead_reason
    has_words = or_(OutboxMessage.notice.is_(None), cast(OutboxMessage.facts, String) != "{}")
    return (*lately, reason.is_not(None), reason.not_in(AS_MEANT), has_words)


def count(db: Reader, column: Any, *where: Any) -> int:
    """How many, up to a bound."""
    some = select(column).where(*where).limit(COUNTED_TO).subquery()
    return int(db.scalar(select(func.count()).select_from(some)) or 0)


def newest(db: Reader, moment: Any, *where: Any) -> datetime | None:
    """When the newest of these was."""
    table = moment.class_
    found: datetime | None = db.scalar(select(moment).where(*where).order_by(table.id.desc()).limit(1))
    return found


# -- messages that gave up -------------------------------------------------------------------------------


def dead_messages(db: Reader, now: datetime) -> tuple[Sequence[InboxMessage], Sequence[OutboxMessage]]:
    """What was not understood by mistakes of ours, and what could not be delivered; the newest of each."""
    came = db.scalars(select(InboxMessage).where(*DEAD_IN).order_by(InboxMessage.id.desc()).limit(PAGE)).all()
    went = db.scalars(select(OutboxMessage).where(*dead_out(now)).order_by(OutboxMessage.id.desc()).limit(PAGE)).all()
    return came, went


def hear_again(db: Writer, message_id: int, now: datetime) -> bool:
    """Try a message that came once more, from its first try on."""
    dead = (InboxMessage.id == message_id, *DEAD_IN)
    anew = {"dead_reason": None, "done_at": None, "attempts": 0, "next_try_at": now}
    return rows.changed(db, update(InboxMessage).where(*dead).values(**anew))


def say_again(db: Writer, message_id: int, now: datetime) -> bool:
    """Try to deliver a message once more."""
    dead = (OutboxMessage.id == message_id, *dead_out(now))
    anew = {"state": "waiting", "dead_reason": None, "attempts": 0, "due_at": now, "leased_until": None}
    again = update(OutboxMessage).where(*dead).values(**anew, in_doubt=True)
    return rows.changed(db, again.execution_options(synchronize_session=False))


# -- who is here, and what is to be decided --------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """Somebody as whoever runs the hub sees her: a name, what she does here, how she is reached; no number."""

    id: int
    name: str
    since: datetime
    channels: Sequence[str]
    roles: Sequence[str]
    is_reached: bool


def shops(db: Reader, said: str = "", before: int = 0) -> Sequence[tuple[Shop, str]]:
    """Shops with who owns them, the newest first."""
    query = select(Shop, Profile.name).outerjoin(Profile, Profile.person_id == Shop.owner_id)
    if said:
        query = query.where(
            or_(*(column.icontains(said, autoescape=True) for column in (Shop.name, Shop.slug, Shop.place)))
        )
    if before:
        query = query.where(Shop.id < before)
    return [(shop, name or "") for shop, name in db.execute(query.order_by(Shop.id.desc()).limit(PAGE))]


def people(db: Reader, said: str = "", before: int = 0) -> list[Known]:
    """Whoever wrote to the hub, the newest first; found by name."""
    query = select(Person, Profile.name).join(Profile, Profile.person_id == Person.id)
    reached = select(Identity.id).where(Identity.person_id == Person.id)
    query = query.where(Person.erased_at.is_(None), Person.joined_to.is_(None), reached.exists())
    if said:
        query = query.where(Profile.name.icontains(said, autoescape=True))
    if before:
        query = query.where(Person.id < before)
    found = db.execute(query.order_by(Person.id.desc()).limit(PAGE)).all()
    ids = [person.id for person, _ in found]
    ways: dict[int, list[Identity]] = {}
    for one in db.scalars(select(Identity).where(Identity.person_id.in_(ids)).order_by(Identity.id)):
        ways.setdefault(one.person_id, []).append(one)
    roles = roles_of(db, ids)
    return [
        Known(
            person.id,
            name,
            person.created_at,
            [one.channel for one in ways.get(person.id, ())],
            [*(["operator"] if person.is_operator else []), *roles.get(person.id, [])],
            any(one.unreachable_at is None for one in ways.get(person.id, ())),
        )
        for person, name in found
    ]


def roles_of(db: Reader, ids: Sequence[int]) -> dict[int, list[str]]:
    """Who of these sells, helps, recommends."""
    found: dict[int, list[str]] = {}
    for role, column in (
        ("seller", select(Shop.owner_id).where(Shop.owner_id.in_(ids))),
        ("staff", select(Staff.person_id).where(Staff.person_id.in_(ids), Staff.removed_at.is_(None))),
        ("creator", select(Deal.creator_id).where(Deal.creator_id.in_(ids))),
    ):
        for person_id in set(db.scalars(column)):
            found.setdefault(person_id, []).append(role)
    return found


def to_decide(db: Reader) -> tuple[Sequence[Dispute], Sequence[tuple[Problem, str]]]:
    """Payouts two disagree about, and orders something went wrong with, that are not settled; the oldest first."""
    disputes = db.scalars(select(Dispute).where(Dispute.state != "closed").order_by(Dispute.id).limit(PAGE)).all()
    query = select(Problem, Shop.name).join(Shop, Shop.id == Problem.shop_id)
    cases = db.execute(query.where(Problem.settled_at.is_(None)).order_by(Problem.id).limit(PAGE)).all()
    return disputes, [(problem, name) for problem, name in cases]
