"""The one way to the database, SQLite or PostgreSQL.

Two types keep a promise apart: a `Reader` may look, a `Writer` may change. On SQLite a Writer begins
with BEGIN IMMEDIATE on the only writing connection, so that two changes never meet halfway; readers
have their own connections that refuse to write. On PostgreSQL a Reader's transaction is READ ONLY.

The ORM reads, Core writes: a session that would flush is a mistake of ours and says so.
"""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, DateTime, Engine, Integer, TypeDecorator, create_engine, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from storefront.vault import Vault

BUSY_TIMEOUT_MS = 4_000  # thrice in a row, and Twilio still has its answer within fifteen seconds
SQLITE_DOWN = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")
PG_DOWN = {"08", "25", "40", "53", "57", "58"}

BigInt = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only in an INTEGER PRIMARY KEY


class Instant(TypeDecorator[datetime]):
    """A moment: aware and in UTC in Python, whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime names no moment")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@dataclass(frozen=True)
class Keeps:
    """For how many days what is personal is kept; the operator's to set."""

    chat_days: int = 30
    proof_days: int = 90
    address_days: int = 365


DEFAULT_KEEPS = Keeps()


class Reader(Session):
    """A transaction that may look. It knows the hub's vault and zone, which no row can do without."""

    vault: Vault
    zone: ZoneInfo
    keeps: Keeps
    log_channel: str


class Writer(Reader):
    """A transaction that may change things. Everything it changes is committed together, or not at all."""


@event.listens_for(Reader, "before_flush")
def core_writes(session: Session, *_: Any) -> None:
    """Refuse the unit of work: a change hidden in an attribute is a change nobody reads."""
    if session.new or session.dirty or session.deleted:
        raise AssertionError("the ORM only reads; write with insert() and update()")


Some = TypeVar("Some", bound=Reader)


class Database:
    """Opens transactions. One of these lives as long as its process."""

    def __init__(
        self, url: str, vault: Vault, zone: ZoneInfo, keeps: Keeps = DEFAULT_KEEPS, log_channel: str = ""
    ) -> None:
        self.url = url
        self.log_channel = log_channel
        self.keeps = keeps
        self.vault = vault
        self.zone = zone
        self.is_sqlite = url.startswith("sqlite")
        self.writing = sqlite_engine(url, writes=True) if self.is_sqlite else postgres_engine(url)
        self.reading = sqlite_engine(url, writes=False) if self.is_sqlite else self.writing
        self._lock: IO[str] | None = None

    @contextmanager
    def write(self) -> Iterator[Writer]:
        """A transaction that commits when the block ends, and leaves no trace when it raises."""
        with Writer(self.writing, expire_on_commit=False) as db, db.begin():
            yield self.equipped(db)

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A transaction over one unchanging picture of the data."""
        engine = (
            self.reading
            if self.is_sqlite
            else self.reading.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
        )
        with Reader(engine, expire_on_commit=False) as db, db.begin():
            yield self.equipped(db)

    def equipped(self, db: Some) -> Some:
        db.vault, db.zone, db.keeps, db.log_channel = self.vault, self.zone, self.keeps, self.log_channel
        return db

    def scrub(self) -> None:
        """After something was forgotten: nothing of it stays in the files either.

        SQLite is written anew, because a page keeps what once stood in its gaps (`secure_delete` blanks rows, not what
        was left where a row was moved from), and its log is written back and emptied. PostgreSQL frees the old rows'
        room, and may be asked later.
        """
        with self.writing.connect() as connection:
            if self.is_sqlite:
                connection.commit()
                driver = connection.connection.driver_connection
                assert driver is not None, "a connection has its driver's own"
                driver.execute("VACUUM")
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def claim(self) -> None:
        """Take the lock file: a SQLite hub has one process that writes. Raises `AlreadyRunning`."""
        if not self.is_sqlite or self._lock:
            return
        path = Path(self.writing.url.database or "").with_suffix(".lock")
        file = path.open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise AlreadyRunning(path) from None
        self._lock = file

    def close(self) -> None:
        self.writing.dispose()
        self.reading.dispose()
        if self._lock:
            self._lock.close()
            self._lock = None


def sqlite_is_mended() -> bool:
    """Whether this SQLite cannot lose a WAL that two connections reset at once (fixed in 3.51.3, sqlite.org/wal.html).

    Only one connection of ours writes, so an older one is a warning and no stop.
    """
    return sqlite3.sqlite_version_info >= (3, 51, 3)


UNANSWERED = (OperationalError, PoolTimeout)  # what a database that does not answer raises


def is_down(fault: BaseException) -> bool:
    """Whether the fault is the database's (locked, full, gone, out of connections) and not the statement's.

    What was tried has left no trace and may be tried again as it is. The kinds are SQLite's result codes and
    the classes of SQLSTATE (PostgreSQL, Appendix A): connection, rollback, resources, intervention, system.
    """
    if isinstance(fault, PoolTimeout):
        return True
    if not isinstance(fault, DBAPIError):
        return False
    if name := getattr(fault.orig, "sqlite_errorname", None):
        return str(name).startswith(SQLITE_DOWN)
    state = getattr(fault.orig, "sqlstate", None)
    return (
        fault.connection_invalidated or (isinstance(fault, OperationalError) and not state) or str(state)[:2] in PG_DOWN
    )


class AlreadyRunning(SystemExit):
    """Another process already writes to this hub."""

    def __init__(self, lock: Path) -> None:
        super().__init__(f"Another Getok already runs on this database ({lock.name} is held); one is enough.")


def sqlite_engine(url: str, *, writes: bool) -> Engine:
    """One connection that writes, some that only read. Threads queue for the writer in the pool, in fair order."""
    path = Path(url.removeprefix("sqlite:///"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as fault:
        raise SystemExit(f"DATABASE_URL: {path} cannot be opened ({fault.strerror}).") from None
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=1 if writes else 4,
        max_overflow=0,
        hide_parameters=True,  # an address in a traceback is an address in a log
        pool_timeout=60,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
    )
    event.listen(engine, "connect", set_writer_pragmas if writes else set_reader_pragmas)
    event.listen(engine, "begin", begin_immediate if writes else begin)
    return engine


def set_writer_pragmas(dbapi: Any, _: object) -> None:
    # What is deleted is overwritten, so that a person who was erased is in no page of the file.
    set_pragmas(dbapi, "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")


def set_reader_pragmas(dbapi: Any, _: object) -> None:
    set_pragmas(dbapi, "query_only=ON")


def set_pragmas(dbapi: Any, *more: str) -> None:
    dbapi.isolation_level = None  # the driver's own BEGIN comes too late and is never IMMEDIATE
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON", "temp_store=MEMORY", *more):
        dbapi.execute(f"PRAGMA {pragma}")


def begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def postgres_engine(url: str) -> Engine:
    patience = {"connect_timeout": 5, "tcp_user_timeout": 8_000}
    return create_engine(
        url,
        pool_size=10,
        max_overflow=10,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=patience,
    )
