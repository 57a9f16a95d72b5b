"""A backup is one SQLite file with every table in it, whichever database the hub runs on; and the way back.

It is taken beside a running hub from one unchanging picture of the data. It carries no key: what is sealed
in it stays sealed, and only who has the hub's key can put it back. So it is also how a hub moves from SQLite
to PostgreSQL.

What is put back is old: what happened since is not in it, so the hub starts frozen (`storefront.freezing`).
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event, func, insert, select, text

from storefront import freezing, migrations, verifying
from storefront.database import Database, begin, set_pragmas
from storefront.models import Base
from storefront.settings import Settings
from storefront.vault import Vault

PAGES = 2_000  # copied at a time, so that a running hub's writer gets its turn
STEP = 500
Progress = Callable[[int, int], None]


class Unusable(Exception):
    """A backup that cannot be put back; the message is a sentence for the operator."""


@dataclass(frozen=True)
class About:
    """What a backup says of itself, proven by the hub's key."""

    taken_at: datetime
    revision: str
    transfers: int
    seal: bytes


def quiet(_: int, __: int) -> None:
    pass


# -- there ---------------------------------------------------------------------------------------------


def take(database: Database, target: Path, now: datetime, progress: Progress = quiet) -> About:
    """Write a backup; the file appears whole or not at all. Raises OSError."""
    fresh = target.with_name(target.name + ".new")
    fresh.unlink(missing_ok=True)
    os.close(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))
    try:
        if database.is_sqlite:
            copy_file(Path(database.reading.url.database or ""), fresh, progress)
        else:
            copy_tables(database, fresh, progress)
        about = described(database, fresh, now)
        fresh.rename(target)
    finally:
        fresh.unlink(missing_ok=True)
    return about


def copy_file(source: Path, target: Path, progress: Progress) -> None:
    """SQLite's own online backup: every committed row, also those that stand in the WAL only."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as from_, closing(sqlite3.connect(target)) as to:
        from_.isolation_level = None
        from_.execute("BEGIN")  # one picture of the data; else every write beside it would begin the copy anew
        from_.execute("SELECT count(*) FROM sqlite_master").fetchone()
        from_.backup(to, pages=PAGES, progress=lambda _, left, total: progress(total - left, total))
        to.execute("PRAGMA journal_mode=DELETE")


def copy_tables(database: Database, target: Path, progress: Progress) -> None:
    """Every row of PostgreSQL as of one moment (REPEATABLE READ)."""
    with opened(target) as to, database.reading.connect() as connection:
        from_ = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with from_.begin(), to.begin():
            Base.metadata.create_all(to)
            pour(from_, to, progress)
            revision = MigrationContext.configure(from_).get_current_revision()
            to.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            to.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})


def pour(from_: Connection, to: Connection, progress: Progress) -> None:
    """Copy every table, parents first."""
    tables = Base.metadata.sorted_tables
    for number, table in enumerate(tables):
        progress(number, len(tables))
        for page in pages(from_, table):
            to.execute(insert(table), page)
    progress(len(tables), len(tables))


def pages(connection: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    found = connection.execution_options(yield_per=STEP).execute(select(table).order_by(*table.primary_key))
    for page in found.mappings().partitions():
        yield [dict(row) for row in page]


def described(database: Database, file: Path, now: datetime) -> About:
    """Write into the backup what it is, sealed with the hub's key."""
    with opened(file) as connection, connection.begin():
        revision = MigrationContext.configure(connection).get_current_revision() or ""
        about = About(now, revision, how_many_transfers(connection), b"")
        seal = database.vault.digest("backup", leaf(about))
        connection.exec_driver_sql(
            "CREATE TABLE about_backup (taken_at TEXT, revision TEXT, transfers INTEGER, seal BLOB)"
        )
        row = {"at": now.isoformat(), "revision": revision, "transfers": about.transfers, "seal": seal}
        connection.execute(text("INSERT INTO about_backup VALUES (:at, :revision, :transfers, :seal)"), row)
    return About(now, revision, about.transfers, seal)


def leaf(about: About) -> dict[str, object]:
    return {"at": about.taken_at.isoformat(), "revision": about.revision, "transfers": str(about.transfers)}


def how_many_transfers(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM transfers")).scalar_one())


@contextmanager
def opened(file: Path) -> Iterator[Connection]:
    engine = plain_engine(file)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def plain_engine(file: Path) -> Engine:
    engine = create_engine(f"sqlite:///{file}", hide_parameters=True)
    event.listen(engine, "connect", lambda dbapi, _: set_pragmas(dbapi, "journal_mode=DELETE"))
    event.listen(engine, "begin", begin)
    return engine


# -- and back ------------------------------------------------------------------------------------------


def examine(file: Path, database: Database) -> About:
    """Look whether a file is a whole backup of a hub with this key. Raises `Unusable` with a sentence."""
    if not file.is_file():
        raise Unusable(f"{file} is not there.")
    try:
        with opened(file) as connection:
            sound = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
            row = connection.exec_driver_sql("SELECT taken_at, revision, transfers, seal FROM about_backup").one()
            about = About(datetime.fromisoformat(row[0]), row[1], row[2], row[3])
            counted = how_many_transfers(connection)
    except Exception as fault:
        raise Unusable(f"{file} is not a backup of Getok, or it is damaged.") from fault
    if sound != "ok" or counted != about.transfers:
        raise Unusable(f"{file} is damaged.")
    if database.vault.digest("backup", leaf(about)) != about.seal:
        raise Unusable(f"{file} was made with another key; put that hub's key (SECRET_KEY) in place first.")
    if about.revision not in migrations.known():
        raise Unusable(f"{file} was made by a newer Getok; bring this one up to date first.")
    return about


def restore(file: Path, database: Database, now: datetime, progress: Progress = quiet) -> tuple[About, list[str]]:
    """Put a backup into an empty database, bring it to today's schema, freeze it and check the books.

    Returns what it was and what `verify` finds wrong in it. Raises `Unusable`.
    """
    about = examine(file, database)
    if is_in_use(database):
        raise Unusable("This database already has a hub in it; a backup is put into an empty one.")
    migrations.upgrade(database, about.revision)
    with opened(file) as from_, database.writing.connect() as to, from_.begin(), to.begin():
        pour_known(from_, to, progress)
        if not database.is_sqlite:
            continue_numbers(to)
    migrations.upgrade(database)
    with database.write() as db:
        freezing.freeze(db, about.taken_at, now)
    with database.read() as db:
        return about, list(verifying.problems(db))


@contextmanager
def in_place(settings: Settings, now: datetime) -> Iterator[Database]:
    """An empty database that takes the hub's place when the block ends well; what was there stays beside it.

    With PostgreSQL the place is the database itself, which has to be an empty one.
    """
    vault = Vault(settings.secret_key)
    if not settings.is_sqlite:
        database = Database(settings.database_url, vault, settings.zone)
        yield database
        database.close()
        return
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    running = Database(settings.database_url, vault, settings.zone)
    running.claim()
    fresh = path.with_name(path.name + ".restoring")
    for left in path.parent.glob(f"{fresh.name}*"):
        left.unlink()
    database = Database(f"sqlite:///{fresh}", vault, settings.zone)
    try:
        yield database
        database.close()
        set_aside(path, now)
        fresh.rename(path)
    finally:
        database.close()
        running.close()


def set_aside(path: Path, now: datetime) -> None:
    """Keep the database that was there, under a name with the moment in it."""
    for part in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        if part.exists() and (part.stat().st_size or part != path):
            part.rename(part.with_name(part.name.replace(path.name, f"{path.name}.before-{now:%Y%m%d-%H%M%S}", 1)))


def is_in_use(database: Database) -> bool:
    with database.reading.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() is not None


def pour_known(from_: Connection, to: Connection, progress: Progress) -> None:
    """Copy the tables as they stood when the backup was made, whatever today's models say."""
    then = MetaData()
    then.reflect(from_)
    tables = [table for table in then.sorted_tables if table.name not in {"about_backup", "alembic_version"}]
    for number, table in enumerate(tables):
        progress(number, len(tables))
        today = Base.metadata.tables.get(table.name, table)
        columns = [column for column in today.columns if column.name in table.columns]
        found = from_.execution_options(yield_per=STEP).execute(select(*columns).order_by(*table.primary_key))
        for page in found.mappings().partitions():
            to.execute(insert(today), [dict(row) for row in page])
    progress(len(tables), len(tables))


def continue_numbers(connection: Connection) -> None:
    """PostgreSQL's counters do not notice rows that bring their own number."""
    for table in Base.metadata.sorted_tables:
        if "id" in table.columns:
            last = connection.scalar(select(func.max(table.c.id)))
            name = f"pg_get_serial_sequence('{table.name}', 'id')"
            connection.exec_driver_sql(f"SELECT setval({name}, {int(last or 0) + 1}, false)")
