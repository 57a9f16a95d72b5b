"""Check the log against the books: every row numbered once, no leaf changed, every signed root still the root.

A row that was changed is named by its table and number. What is missing at the end (a cut tail, an old copy put back)
is named by whoever holds a later checkpoint: `behind`.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import exists, func, select

from referral import checkpoints
from referral.checkpoints import Checkpoint, Unreadable
from referral.transparency import EMPTY, leaf_hash, node_hash
from storefront.database import Reader
from storefront.earning import commitments, ledger, log, trail
from storefront.models import LogCheckpoint, LogEntry, LogNode, LogOpening, Person, Unlogged

STEP = 1_000
LOGGED = (ledger, commitments, trail)  # each says how its rows are logged


def problems(db: Reader) -> Iterator[str]:
    yield from unnumbered(db)
    tops: dict[int, bytes] = {}
    wanted = set(db.scalars(select(LogCheckpoint.size)))
    yield from leaves(db, wanted, tops)
    yield from signatures(db, tops)


def unnumbered(db: Reader) -> Iterator[str]:
    """Every row of the books is in the log or waits to be; and nothing is logged that is not in the books."""
    for name, source in log.SOURCES.items():
        own = source.table.c.id
        logged = exists().where(LogEntry.source == name, LogEntry.source_id == own, LogEntry.id >= 0)
        waits = exists().where(Unlogged.source == name, Unlogged.source_id == own)
        for number in db.scalars(select(own).where(~logged, ~waits).order_by(own)):
            yield f"{name} {number}: it is not in the log"
        there = exists(select(own).where(own == LogEntry.source_id).correlate(LogEntry))
        gone = select(LogEntry.source_id).where(LogEntry.source == name, ~there)
        for number in db.scalars(gone.order_by(LogEntry.source_id)):
            yield f"{name} {number}: it is in the log, but not in the books"


class Tree:
    """The roots of a log that is read from its beginning: as many hashes at hand as it is high."""

    def __init__(self) -> None:
        self.edge: list[tuple[int, bytes]] = []
        self.size = 0

    def add(self, top: bytes) -> Iterator[tuple[int, int, bytes]]:
        """One leaf more; tells the complete subtrees it closes, as level, position and hash."""
        level, position = 0, self.size
        while self.edge and self.edge[-1][0] == level:
            top = node_hash(self.edge.pop()[1], top)
            level, position = level + 1, position >> 1
            yield level, position, top
        self.edge.append((level, top))
        self.size += 1

    @property
    def root(self) -> bytes:
        if not self.edge:
            return EMPTY
        *rest, (_, top) = self.edge
        for _, left in reversed(rest):
            top = node_hash(left, top)
        return top


def leaves(db: Reader, wanted: set[int], tops: dict[int, bytes]) -> Iterator[str]:
    """Each leaf is what its row still says, and stands under its own hash; ``tops`` is filled with the roots wanted."""
    tree = Tree()
    if 0 in wanted:
        tops[0] = tree.root
    query = select(LogEntry, LogOpening).outerjoin(LogOpening, LogOpening.id == LogEntry.id)
    last = -1
    while page := db.execute(query.where(LogEntry.id > last).order_by(LogEntry.id).limit(STEP)).all():
        found = log.read(db, [(entry.source, entry.source_id) for entry, _ in page if entry.source in log.SOURCES])
        closed: dict[log.Place, bytes] = {}
        for entry, opening in page:
            if entry.id != tree.size:
                yield f"log_entries {tree.size}: the log has a gap here"
                tree.size = entry.id
            yield from wrong_leaf(db, entry, opening, found.get((entry.source, entry.source_id)))
            closed |= {(level, position): top for level, position, top in tree.add(entry.hash)}
            if tree.size in wanted:
                tops[tree.size] = tree.root
        kept = log.subtrees(db, [*closed])
        for level, position in sorted(place for place, top in closed.items() if kept.get(place) != top):
            yield f"log_nodes {level}/{position}: it is not the hash of what stands below it"
        last = page[-1][0].id
    many = db.scalar(select(func.count()).select_from(LogNode))
    if many != tree.size - tree.size.bit_count():
        yield f"log_nodes: {many} rows for a log of {tree.size}"


def wrong_leaf(db: Reader, entry: LogEntry, opening: LogOpening | None, row: Mapping[str, Any] | None) -> Iterator[str]:
    if leaf_hash(entry.leaf.encode()) != entry.hash:
        yield f"log_entries {entry.id}: its hash does not match its leaf"
    if entry.source not in log.SOURCES:
        yield f"log_entries {entry.id}: nothing of that kind is logged"
        return
    if row is None:
        return  # named by `unnumbered` already
    told, said = log.SOURCES[entry.source], plainly(entry.leaf)
    if (said.get("n"), said.get("kind")) != (str(entry.id), told.kind(row)):
        yield f"{entry.source} {entry.source_id}: the log says otherwise"
        return
    if opening is None:
        if not is_erased(db, told.person(row)):
            yield f"{entry.source} {entry.source_id}: what opens it in the log is gone"
        return
    opened = (opening.row or {}) if told.keeps else told.opened(db, row)
    where = (log.key_of(db.vault).name, entry.id, str(said.get("kind")), str(said.get("day")))
    again = checkpoints.leaf(*where, opening.salt, opened)
    if again.decode() != entry.leaf or (told.keeps and told.opened(db, row) | as_it_was(opened) != opened):
        yield f"{entry.source} {entry.source_id}: the log says otherwise"


def plainly(leaf: str) -> dict[str, Any]:
    try:
        said = json.loads(leaf)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def as_it_was(opened: dict[str, Any]) -> dict[str, Any]:
    """What may be called otherwise since: a shop and an account, as they were when it was committed."""
    return {name: opened[name] for name in ("shop", "to") if name in opened}


def is_erased(db: Reader, person_id: int | None) -> bool:
    erased = select(Person.id).where(Person.id == person_id, Person.erased_at.is_not(None))
    return person_id is not None and db.scalar(erased) is not None


def signatures(db: Reader, tops: dict[int, bytes]) -> Iterator[str]:
    """Every checkpoint is signed by us, and its root is still the root of so many leaves."""
    key = log.key_of(db.vault)
    for one in db.scalars(select(LogCheckpoint).order_by(LogCheckpoint.size)):
        try:
            said = checkpoints.read_checkpoint(checkpoints.opened(one.note, key))
        except Unreadable:
            yield f"log_checkpoints {one.size}: it is not signed by this hub"
            continue
        if said != Checkpoint(key.name, one.size, one.root):
            yield f"log_checkpoints {one.size}: it says something else than what was signed"
        if one.size not in tops:
            yield f"log_checkpoints {one.size}: the log is shorter than what was signed"
        elif tops[one.size] != one.root:
            yield f"log_checkpoints {one.size}: the log before it was changed"


def behind(db: Reader, anchor: str) -> Iterator[str]:
    """What a checkpoint, a receipt or a *kode cek* that somebody kept says against this log.

    Raises `Unreadable` for what is none of them.
    """
    size, start = anchored(db, anchor)
    here = log.size_of(db)
    if here < size:
        yield f"log_entries: the log is {size - here} rows behind the checkpoint of {size}"
    elif not log.root_of(db, size).hex().startswith(start):
        yield f"log_entries: the first {size} rows are not those of that checkpoint"


def anchored(db: Reader, anchor: str) -> tuple[int, str]:
    """The size and the root (or how it begins) that a kept text tells."""
    said = anchor.strip()
    if checkpoints.PROOF in said:
        found = checkpoints.checked(checkpoints.read_proof(said), log.key_of(db.vault))
        return found.size, found.root.hex()
    if "\n" in said:
        found = checkpoints.read_checkpoint(
            checkpoints.opened(checkpoints.note_of(checkpoints.lines_of(said)), log.key_of(db.vault))
        )
        return found.size, found.root.hex()
    start, _, size = said.partition("-")
    if not size.isdigit() or len(start) < len("0" * 12) or set(start) - set("0123456789abcdef"):
        raise Unreadable(said)
    return int(size), start
