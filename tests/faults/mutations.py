"""Transfers, steps and receipts changed behind the hub's back: each change is found, and the row is named."""

import io
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from bots import play
from bots.__main__ import story_settings
from bots.hub import MovableClock, Simulated
from storefront import verifying
from storefront.database import Database
from tests.conftest import START, STORIES
from tests.faults.databases import SPOKEN, opened, reachable, shelf, spoken
from tests.faults.figures import Figure, Scale, shortened

GUARDED = ("transfers", "payout_steps", "payout_receipts")
# Of each table that is written once: its numbers (its own first) and its words.
NUMBERS = {
    "transfers": ("id", "debit_id", "credit_id", "amount", "shop_id", "order_id", "commission_id", "payout_id"),
    "payout_steps": ("id", "shop_id", "payout_id", "attempt", "amount", "by"),
    "payout_receipts": ("id", "shop_id", "number", "payout_id", "creator_id", "amount"),
}
WORDS = {
    "transfers": ("key", "journal", "currency"),
    "payout_steps": ("step", "how"),
    "payout_receipts": ("currency", "confirmed_by"),
}
OTHER_MONEY = "AUDEGPXKR"  # what a currency's letters are flipped to

Row = dict[str, Any]


@dataclass(frozen=True)
class Mutation:
    """One field of one row, changed: what was done to it, and to which column."""

    kind: str
    column: str
    value: Any

    def __str__(self) -> str:
        return f"{self.column}: {self.kind}"


@dataclass
class Tally:
    """What was asked and what was missed, by kind."""

    asked: Counter[str]
    missed: Counter[str]
    how: dict[str, str]


def measure(scale: Scale, seed: int) -> Figure:
    engines, missing = reachable()
    tally = Tally(Counter(), Counter(), {})
    with shelf() as shelf_:
        gone = [line for engine in engines for line in tampered(shelf_.new(engine), engine, scale, seed, tally)]
    asked, missed = tally.asked.total(), tally.missed.total()
    return Figure(
        "mutations",
        "A row of the books that was changed by hand is found, and named.",
        asked,
        f"changes of one field ({spoken(engines)})",
        f"{asked - missed:,} found and named, {missed:,} not; rows deleted: {', '.join(gone)}",
        not missed and not missing,
        shortened([*missing, *(misses(tally))]),
    )


def tampered(url: str, engine: str, scale: Scale, seed: int, tally: Tally) -> list[str]:
    """Tamper with the books of one database; returns which deletions were found."""
    count = scale.of(500, 20_000) if engine == "sqlite" else scale.of(100, 2_000)
    write_books(url)
    with tampering(url) as (database, raw):
        mutate(database, raw, engine, count, random.Random(seed), tally)  # noqa: S311 - a repeatable chance
        return deletions(database, raw, engine)


def misses(tally: Tally) -> list[str]:
    return [
        f"not named: {kind} ({count} of {tally.asked[kind]}; {tally.how[kind]})" for kind, count in tally.missed.items()
    ]


def write_books(url: str) -> None:
    """Books as the sale leaves them: every journal from the sale to the settled payout."""
    hub = Simulated(story_settings(url), MovableClock(START))
    lines = play.parse((STORIES / "the_sale.chat").read_text(encoding="utf-8"))
    assert play.Player(hub, hub.phones, STORIES, "telegram", io.StringIO()).play(lines)
    hub.close()


@contextmanager
def tampering(url: str) -> Iterator[tuple[Database, Connection]]:
    """The hub's own view of the books, and a connection of somebody who goes round every guard."""
    database, thief = opened(url), create_engine(url, isolation_level="AUTOCOMMIT")
    with thief.connect() as raw:
        if database.is_sqlite:
            for statement in ("PRAGMA foreign_keys=OFF", "PRAGMA synchronous=OFF"):
                raw.exec_driver_sql(statement)
            for table in GUARDED:
                for what in ("update", "delete"):
                    raw.exec_driver_sql(f"DROP TRIGGER {table}_no_{what}")
        else:
            raw.exec_driver_sql("SET session_replication_role = replica")
        yield database, raw
    thief.dispose()
    database.close()


def mutate(database: Database, raw: Connection, engine: str, count: int, rng: random.Random, tally: Tally) -> None:
    """Change one field after the other, look, and put it back."""
    books = {table: rows_of(raw, table) for table in GUARDED}
    done = 0
    while done < count:
        table = rng.choices(GUARDED, [4, 2, 1])[0]
        row = rng.choice(books[table])
        mutation = rng.choice(mutations(table, row, engine, rng))
        if not applied(raw, table, books[table], row, mutation):
            continue
        done += 1
        kind = f"{SPOKEN[engine]} {table} {mutation}"
        tally.asked[kind] += 1
        if (said := unnamed(database, table, row, mutation)) is not None:
            tally.missed[kind] += 1
            tally.how[kind] = said
        put_back(raw, table, row, mutation)


def rows_of(raw: Connection, table: str = "transfers") -> list[Row]:
    """Every row of a table as the database itself keeps it."""
    return [dict(row) for row in raw.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id").mappings()]  # noqa: S608


def mutations(table: str, row: Row, engine: str, rng: random.Random) -> list[Mutation]:
    """One change of every kind that this database can hold, each in a place chosen by chance."""
    numbers, words = NUMBERS[table], [name for name in WORDS[table] if row[name]]
    found = [Mutation("number flipped", name, flipped(row[name], rng)) for name in numbers]
    found += [Mutation("emptied", name, None) for name in numbers[1:] if row[name] is not None]
    found += [Mutation("byte flipped", name, misspelt(name, row[name], rng)) for name in words]
    found += [Mutation("bit flipped", "digest", damaged(bytes(row["digest"]), rng))]
    found += [Mutation("cut short", "digest", bytes(row["digest"])[:-1])]
    if engine == "sqlite":
        return found + sqlite_only(row, numbers[1:], (*words, "at"), rng)
    return found + postgres_only(row, rng)


def sqlite_only(row: Row, numbers: Sequence[str], words: Sequence[str], rng: random.Random) -> list[Mutation]:
    """SQLite keeps any type in any column, and NUL in a text."""
    found = [Mutation("text to blob", name, row[name].encode()) for name in words]
    found += [Mutation("NUL suffix", name, row[name] + "\0") for name in words]
    there = [name for name in numbers if row[name] is not None]
    found += [Mutation("number to blob", name, str(row[name]).encode()) for name in there]
    found += [Mutation("number to text", name, f"{row[name]}x") for name in there]
    found += [Mutation("byte flipped", "at", misspelt("at", row["at"], rng))]
    found += [Mutation("NUL suffix", "digest", bytes(row["digest"]) + b"\0")]
    return [*found, Mutation("blob to text", "digest", bytes(row["digest"]).hex())]


def postgres_only(row: Row, rng: random.Random) -> list[Mutation]:
    from datetime import timedelta

    return [Mutation("moved", "at", row["at"] + timedelta(microseconds=1 << rng.randrange(40)))]


def flipped(number: int | None, rng: random.Random) -> int:
    return (number or 0) ^ (1 << rng.randrange(24))


def misspelt(name: str, word: str, rng: random.Random) -> str:
    place = rng.randrange(len(word))
    others = "0123456789" if name == "at" else OTHER_MONEY if name == "currency" else "abcdefghijklmnopqrstuvwxyz:0123"
    return word[:place] + rng.choice(others.replace(word[place], "")) + word[place + 1 :]


def damaged(content: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(content))
    return content[:place] + bytes([content[place] ^ (1 << rng.randrange(8))]) + content[place + 1 :]


def applied(raw: Connection, table: str, originals: list[Row], row: Row, mutation: Mutation) -> bool:
    """Whether the database took the change at all: a constraint may refuse it, or turn it back into what it was."""
    change = text(f'UPDATE {table} SET "{mutation.column}" = :value WHERE id = :id')  # noqa: S608 - our own names
    try:
        raw.execute(change, {"value": mutation.value, "id": row["id"]})
    except DBAPIError:
        return False
    return rows_of(raw, table) != originals


def unnamed(database: Database, table: str, row: Row, mutation: Mutation) -> str | None:
    """What was said instead of the row's name; None when it was named."""
    ids = {row["id"], mutation.value} if mutation.column == "id" else {row["id"]}
    said: list[str] = []
    try:
        with database.read() as db:
            quick = verifying.transfers_as_written if table == "transfers" else verifying.steps
            for check in (quick, verifying.problems):
                for line in check(db):
                    if line.startswith(tuple(f"{table} {number}:" for number in ids)):
                        return None
                    said.append(line)
    except Exception as problem:
        return f"the check itself failed: {type(problem).__name__}"
    return said[0] if said else "nothing was said"


def put_back(raw: Connection, table: str, row: Row, mutation: Mutation) -> None:
    is_at = mutation.value if mutation.column == "id" else row["id"]
    values = ", ".join(f'"{name}" = :{name}' for name in row)
    raw.execute(text(f"UPDATE {table} SET {values} WHERE id = :is_at"), {**row, "is_at": is_at})  # noqa: S608 - ours


def deletions(database: Database, raw: Connection, engine: str) -> list[str]:
    """Whether a row that is gone is missed: the first, one in the middle, the last."""
    originals = rows_of(raw)
    told = []
    for where, row in {"first": originals[0], "middle": originals[len(originals) // 2], "last": originals[-1]}.items():
        raw.execute(text("DELETE FROM transfers WHERE id = :id"), {"id": row["id"]})
        with database.read() as db:
            said = list(verifying.problems(db))
        names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        raw.execute(text(f"INSERT INTO transfers ({names}) VALUES ({marks})"), row)  # noqa: S608 - our own names
        told.append(f"{where} {'found' if said else 'not found'} ({SPOKEN[engine]})")
    return told


def missed(url: str, engine: str, count: int, seed: int) -> set[str]:
    """Which kinds of change go unnamed in these books."""
    tally = Tally(Counter(), Counter(), {})
    with tampering(url) as (database, raw):
        mutate(database, raw, engine, count, random.Random(seed), tally)  # noqa: S311 - a repeatable chance
    return {kind.removeprefix(f"{SPOKEN[engine]} ") for kind in tally.missed}
