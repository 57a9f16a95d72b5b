"""The doctor: what is wrong is one line that says what to do, and a healthy hub is told so."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bots import doctor
from bots.doctor import Finding
from bots.hub import real_clock
from storefront import freezing, migrations
from storefront import settings as environment
from storefront.database import Database
from storefront.inbox import Event
from storefront.models import InboxMessage
from storefront.settings import Settings
from storefront.spool import Spool
from storefront.vault import Vault
from tests.outside import AUTH, BOT, TOKEN, Outside

SECRET = "a secret that only tests know"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    with Outside(tmp_path_factory.mktemp("outside"), "http://127.0.0.1:1") as outside:
        yield outside


@pytest.fixture
def settings(tmp_path: Path, world: Outside) -> Settings:
    given = environment.read(
        {**world.env(), "DATABASE_URL": f"sqlite:///{tmp_path}/getok.db", "SECRET_KEY": SECRET, "PORT": "8000"}
    )
    database = opened(given)
    migrations.upgrade(database)
    database.close()
    return given


def opened(settings: Settings) -> Database:
    return Database(settings.database_url, Vault(SECRET), settings.zone)


def found(settings: Settings, **clock: int) -> list[Finding]:
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    return list(doctor.findings(settings, file, lambda: real_clock() + timedelta(**clock)))


def words(findings: list[Finding], *kinds: str) -> str:
    return "\n".join(str(one) for one in findings if one.kind in kinds)


def test_a_healthy_hub_is_told_so(settings: Settings) -> None:
    findings = found(settings)

    assert f"Telegram: @{BOT}" in words(findings, "ok")
    assert "Twilio: answers" in words(findings, "ok")
    assert "books: hold" in words(findings, "ok")
    assert words(findings, "bad") == "bad   PUBLIC_URL: not https: links can be read and changed on their way"
    assert AUTH not in words(findings, "ok", "note", "bad")
    assert TOKEN.partition(":")[2] not in words(findings, "ok", "note", "bad")


def late_message(settings: Settings) -> None:
    database = opened(settings)
    with database.write() as db:
        from storefront import inbox

        inbox.admit(db, *Event("whatsapp", "SM1", "whatsapp:1", {}), real_clock() - timedelta(hours=1))
        inbox.admit(db, *Event("whatsapp", "SM2", "whatsapp:2", {}), real_clock())
        db.execute(update(InboxMessage).where(InboxMessage.id == 2).values(dead_reason="x", done_at=real_clock()))
    database.close()


def restored(settings: Settings) -> None:
    database = opened(settings)
    with database.write() as db:
        freezing.freeze(db, real_clock(), real_clock())
    database.close()


def spooled(settings: Settings) -> None:
    Spool(settings.spool, Vault(SECRET)).keep(Event("whatsapp", "SM1", "whatsapp:1", {}), real_clock())
    (settings.spool / "old.damaged").write_bytes(b"x")


def readable(settings: Settings) -> None:
    Path(settings.database_url.removeprefix("sqlite:///")).chmod(0o644)


def emptied(settings: Settings) -> None:
    database = opened(settings)
    with database.writing.begin() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
    database.close()


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (late_message, "note  inbox: 1 messages wait for more than ten minutes"),
        (late_message, "note  inbox: 1 messages could not be understood by us and were set aside"),
        (restored, "then say `getok reconciled`"),
        (spooled, "note  spool: 1 events wait on disk for the database"),
        (spooled, "bad   spool: 1 events cannot be opened with this key"),
        (readable, "bad   getok.db: others on this machine can read it; chmod 600 getok.db"),
        (emptied, "bad   schema: not today's; run `getok migrate`"),
    ],
)
def test_what_is_wrong_is_one_line(spoil: Callable[[Settings], None], line: str, settings: Settings) -> None:
    spoil(settings)

    assert line in words(found(settings), "note", "bad")


def test_a_clock_that_is_off_is_noticed(settings: Settings) -> None:
    assert "bad   clock" in words(found(settings, minutes=5), "bad")


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"telegram_token": "123456:" + "z" * 35}, "bad   Telegram: refuses the token"),
        ({"telegram_api_url": "http://127.0.0.1:9"}, "bad   Telegram: does not answer"),
        ({"twilio_token": "another"}, "bad   Twilio: refuses the account or its token"),
        ({"twilio_api_url": "http://127.0.0.1:9"}, "bad   Twilio: does not answer"),
    ],
)
def test_a_channel_that_does_not_work_is_named(changes: dict[str, str], line: str, settings: Settings) -> None:
    from dataclasses import replace

    assert line in words(found(replace(settings, **changes)), "bad")  # type: ignore[arg-type]


def test_an_old_sqlite_is_a_note(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 51, 2))
    assert "note  SQLite" in words(found(settings), "note")
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 51, 3))
    assert "ok    SQLite: 3.51.3 or newer" in words(found(settings), "ok")
