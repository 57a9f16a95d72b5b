"""The public log: every row of the books, numbered once, under a root that we sign and that others keep.

What is written into the books is noted down as not yet logged in the same transaction. A little later it is given its
number, in the order in which it was noted, and a leaf: its kind, its day, its amount, and a salted commitment to the
rest (`referral.checkpoints`). The leaves make a tree (`referral.transparency`); its root is signed with a key that is
derived from the hub's secret and so never in the database. Whoever holds a receipt holds a signed root, and can show
that the log was rewritten, should we ever do so.

Leaves name nobody. What opens a leaf (its salt) stands in a table of its own; when somebody is erased, hers go, and the
log stays valid.
"""

import json
import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, func, insert, select, text, tuple_

from referral import checkpoints
from referral.checkpoints import Checkpoint, Key, Proof
from referral.transparency import Span, complete, folded, inclusion, leaf_hash, node_hash
from referral.transparency import consistency as grown
from storefront import chores, outbox
from storefront.database import Reader, Writer
from storefront.models import LogCheckpoint, LogEntry, LogNode, LogOpening, OutboxMessage, Person, Unlogged
from storefront.vault import Vault

PAGE = 1_000
SALT_BYTES = 16
EVENING = 20  # o'clock
PG_LOCK = 0x6765746F6B  # "getok": whoever lengthens the log holds it


@dataclass(frozen=True)
class Source:
    """A table whose rows are logged: how to read some, what of a row is committed, what its leaf calls it.

    ``keeps``: what was committed is kept beside the salt, because the row alone does not say it.
    """

    table: Any
    opened: Callable[[Reader, Mapping[str, Any]], dict[str, Any]]
    kind: Callable[[Mapping[str, Any]], str]
    person: Callable[[Mapping[str, Any]], int | None]
    keeps: bool = False


SOURCES: dict[str, Source] = {}


def logs(table: Any, opened: Any, kind: Any, person: Any = lambda _: None, *, keeps: bool = False) -> None:
    """Say once, where a table's rows are written, how the log reads them."""
    SOURCES[table.__tablename__] = Source(table.__table__, opened, kind, person, keeps)


def note_down(db: Writer, table: Any, ids: Iterable[int]) -> None:
    """These rows are new in the books; the log numbers them when it is lengthened next."""
    if noted := [{"source": table.__tablename__, "source_id": number} for number in ids]:
        db.execute(insert(Unlogged), noted)


# -- whose log it is ---------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def key_of(vault: Vault) -> Key:
    """The log's public key; its name carries the key's own digest, so two hubs never share one."""
    public = Ed25519PrivateKey.from_private_bytes(vault.key("log")).public_key().public_bytes_raw()
    return Key(checkpoints.log_name(public), public)


# -- growing -----------------------------------------------------------------------------------------------


def extend(db: Writer, now: datetime, *, most: int | None = None) -> Checkpoint:
    """Number what was noted down, and sign how long the log is now; the newest checkpoint where nothing is new.

    ``most``: leave it to the evening where more than so many wait, because somebody waits for an answer.
    """
    lock(db)
    size = size_of(db)
    if most is not None and too_many(db, most) and (standing := newest(db)):
        return standing
    while waiting := waiting_rows(db):
        numbered(db, size, [(source, number) for _, source, number in waiting])
        db.execute(delete(Unlogged).where(Unlogged.id.in_([row.id for row in waiting])))
        size += len(waiting)
    standing = newest(db)
    if standing is not None and standing.size == size:
        return standing
    return sign(db, size, now)


def waiting_rows(db: Reader) -> Sequence[Any]:
    return db.execute(select(Unlogged.id, Unlogged.source, Unlogged.source_id).order_by(Unlogged.id).limit(PAGE)).all()


def too_many(db: Reader, most: int) -> bool:
    return db.scalar(select(Unlogged.id).order_by(Unlogged.id).offset(most).limit(1)) is not None


def catch_up(db: Writer) -> bool:
    """Number some thousands, and say whether more wait: a long backlog is taken in steps with a commit each."""
    lock(db)
    waiting = waiting_rows(db)
    numbered(db, size_of(db), [(source, number) for _, source, number in waiting])
    db.execute(delete(Unlogged).where(Unlogged.id.in_([row.id for row in waiting])))
    return too_many(db, 0)


def begin(db: Writer, now: datetime) -> None:
    """See to it that the log is lengthened every evening."""
    today = now.astimezone(db.zone)
    evening = today.replace(hour=EVENING, minute=0, second=0, microsecond=0)
    due = evening if today < evening else evening + timedelta(days=1)
    chores.schedule(db, "log_grows", 0, due, again=due.date().isoformat())


def publish(db: Writer, now: datetime) -> None:
    """Post the newest checkpoint to the channel that whoever runs the hub has named, where strangers keep it for us."""
    found, owner = newest_row(db), db.scalar(select(Person.id).where(Person.is_operator).order_by(Person.id).limit(1))
    if not db.log_channel or found is None or owner is None:
        return
    last = select(OutboxMessage.facts["note"].as_string()).where(OutboxMessage.address == db.log_channel)
    if db.scalar(last.order_by(OutboxMessage.id.desc()).limit(1)) == found.note:
        return  # nothing was written since yesterday
    said = {"note": found.note, "code": code(db)}
    where = {"person_id": owner, "channel": "telegram", "address": db.log_channel}
    outbox.promise(db, [{**where, "kind": "say", "notice": "log_signed", "facts": said}], now)


def lock(db: Writer) -> None:
    """One at a time: SQLite has one writer anyway."""
    if db.get_bind().dialect.name != "sqlite":
        db.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": PG_LOCK})


def size_of(db: Reader) -> int:
    last = db.scalar(select(func.max(LogEntry.id)))
    return 0 if last is None else last + 1


def numbered(db: Writer, size: int, waiting: Sequence[tuple[str, int]]) -> None:
    """Give these rows the numbers from ``size`` on, a leaf each, and a salt that opens it."""
    if not waiting:
        return
    found = read(db, waiting)
    origin = key_of(db.vault).name
    entries: list[dict[str, Any]] = []
    openings: list[dict[str, Any]] = []
    for index, (source, number) in enumerate(waiting, size):
        told, row = SOURCES[source], found[source, number]
        salt, opened = secrets.token_bytes(SALT_BYTES), told.opened(db, row)
        content = checkpoints.leaf(origin, index, told.kind(row), day_of(db, row["at"]), salt, opened)
        which = {"id": index, "source": source, "source_id": number}
        entries.append({**which, "leaf": content.decode(), "hash": leaf_hash(content)})
        kept = opened if told.keeps else None
        openings.append({"id": index, "person_id": told.person(row), "salt": salt, "row": kept})
    gone = erased(db, {one["person_id"] for one in openings})
    db.execute(insert(LogEntry), entries)
    if openings := [one for one in openings if one["person_id"] not in gone]:
        db.execute(insert(LogOpening), openings)
    if nodes := above(frontier(db, size), size, [entry["hash"] for entry in entries]):
        db.execute(insert(LogNode), nodes)


def erased(db: Reader, people: Collection[int | None]) -> set[int]:
    """Who of these asked to be forgotten: nothing that could be opened is kept of them."""
    return set(db.scalars(select(Person.id).where(Person.id.in_(people), Person.erased_at.is_not(None))))


def read(db: Reader, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Mapping[str, Any]]:
    """The rows themselves, a statement a table."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for source, number in wanted:
        numbers[source].append(number)
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    for source, ids in numbers.items():
        table = SOURCES[source].table
        for row in db.execute(select(*table.c).where(table.c.id.in_(ids))).mappings():
            found[source, row["id"]] = dict(row)
    return found


def day_of(db: Reader, moment: datetime) -> str:
    """The public log says the day only, so that nobody reads from it who was paid when she was seen at the door."""
    return moment.astimezone(db.zone).date().isoformat()


Place = tuple[int, int]  # of a complete subtree: how high it is, and its number among those of that height


def place_of(span: Span) -> Place:
    level = span.size.bit_length() - 1
    return level, span.begin >> level


def frontier(db: Reader, size: int) -> dict[Place, bytes]:
    """The complete subtrees a log of this size consists of: all one needs to make it longer."""
    return subtrees(db, [place_of(span) for span in complete(Span(0, size))])


def subtrees(db: Reader, places: Sequence[Place]) -> dict[Place, bytes]:
    leaves = [position for level, position in places if level == 0]
    nodes = [place for place in places if place[0]]
    found: dict[Place, bytes] = {}
    if leaves:
        of_leaves = select(LogEntry.id, LogEntry.hash).where(LogEntry.id.in_(leaves))
        found |= {(0, number): digest for number, digest in db.execute(of_leaves)}
    if nodes:
        where = tuple_(LogNode.level, LogNode.position).in_(nodes)
        of_nodes = select(LogNode.level, LogNode.position, LogNode.hash).where(where)
        found |= {(level, at): digest for level, at, digest in db.execute(of_nodes)}
    return found


def above(edge: dict[Place, bytes], size: int, hashes: Sequence[bytes]) -> list[dict[str, Any]]:
    """The complete subtrees that new leaves close, from the edge of the tree as it was."""
    known, fresh = dict(edge), []
    for index, one in enumerate(hashes, size):
        level, position, top = 0, index, one
        known[level, position] = top
        while position & 1:
            top = node_hash(known[level, position - 1], top)
            level, position = level + 1, position >> 1
            known[level, position] = top
            fresh.append({"level": level, "position": position, "hash": top})
    return fresh


def sign(db: Writer, size: int, now: datetime) -> Checkpoint:
    key = key_of(db.vault)
    found = Checkpoint(key.name, size, root_of(db, size))
    note = checkpoints.signed(found.body, key.name, db.vault.key("log"))
    db.execute(insert(LogCheckpoint).values(size=size, root=found.root, note=note, at=now))
    return found


# -- reading -----------------------------------------------------------------------------------------------


def newest(db: Reader) -> Checkpoint | None:
    """The newest checkpoint that was signed; None before the first."""
    found = newest_row(db)
    return Checkpoint(key_of(db.vault).name, found.size, found.root) if found else None


def newest_row(db: Reader) -> LogCheckpoint | None:
    return db.scalar(select(LogCheckpoint).order_by(LogCheckpoint.size.desc()).limit(1))


def code(db: Reader) -> str:
    """What people compare (*kode cek*); nothing before the first checkpoint."""
    found = newest(db)
    return found.code if found else ""


def root_of(db: Reader, size: int) -> bytes:
    return hashes_of(db, [Span(0, size)])[0]


def hashes_of(db: Reader, spans: Sequence[Span]) -> list[bytes]:
    """The hash of each span, from those of its complete subtrees: two statements, whatever the log's length."""
    parts = [[place_of(one) for one in complete(span)] for span in spans]
    found = subtrees(db, [place for places in parts for place in places])
    return [folded([found[place] for place in places]) for places in parts]


def consistency(db: Reader, old: int, new: int) -> list[bytes]:
    """The proof that the log of size ``new`` begins with that of size ``old``."""
    return hashes_of(db, grown(old, new))


def proof(db: Reader, table: Any, number: int) -> Proof | None:
    """The proof that a row is in the log, under the newest checkpoint; None where it is not, or nothing opens it."""
    mine = (LogEntry.source == table.__tablename__, LogEntry.source_id == number)
    found = db.execute(select(LogEntry, LogOpening).join(LogOpening, LogOpening.id == LogEntry.id).where(*mine)).first()
    standing = newest_row(db)
    if found is None or standing is None or found.LogEntry.id >= standing.size:
        return None
    entry, opening = found
    told, row = SOURCES[entry.source], read(db, [(entry.source, entry.source_id)])[entry.source, entry.source_id]
    opened = (opening.row or {}) if told.keeps else told.opened(db, row)
    path = hashes_of(db, inclusion(entry.id, standing.size))
    said = json.loads(entry.leaf)  # the day is that of the zone the hub was in
    what = (said["kind"], said["day"], opening.salt, opened)
    return Proof(*what, entry.id, path, standing.note, key_of(db.vault).written)


def forget(db: Writer, person_id: int) -> None:
    """Nobody can open what was committed about her any more, and no root changes."""
    db.execute(delete(LogOpening).where(LogOpening.person_id == person_id))
