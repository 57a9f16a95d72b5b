"""Backups: one file from either database, back into either, and nobody is paid twice because a book is old."""

import shutil
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bots.hub import MovableClock, Simulated
from storefront import backups, freezing, verifying
from storefront.backups import Unusable
from storefront.database import Database
from storefront.models import Base, Chore, OutboxMessage, Restoration
from storefront.vault import Vault
from tests.conftest import JAKARTA, STORIES, story_settings, tell

THE_SALE = (STORIES / "the_sale.chat").read_text(encoding="utf-8")
UNTIL_PAYDAY = THE_SALE[: THE_SALE.index("rina@telegram taps: Lihat nomor")]
COPIED = [table for table in Base.metadata.sorted_tables if table.name not in {"restorations", "outbox"}]
DAY = timedelta(days=1)


def told(hub: Simulated, story: str = UNTIL_PAYDAY) -> Simulated:
    tell(hub, story)
    return hub


def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as db:
        return {
            table.name: [tuple(row) for row in db.execute(select(table).order_by(*table.primary_key))]
            for table in COPIED
        }


def empty_url(engine: str, new_url: Callable[[], str]) -> str:
    """An address with nothing behind it, not even tables."""
    url = new_url()
    if engine == "sqlite":
        Path(url.removeprefix("sqlite:///")).unlink()
        return url
    database = Database(url, Vault("x" * 30), JAKARTA)
    with database.writing.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    database.close()
    return url


@pytest.fixture
def put_back(engine: str, hub: Simulated, new_url: Callable[[], str], tmp_path: Path) -> Callable[[], Simulated]:
    """Take a backup of a hub and put it back elsewhere; the phones and their owners are the same."""

    def restored() -> Simulated:
        file = tmp_path / "hub.backup"
        backups.take(hub.database, file, hub.now())
        other = Simulated(story_settings(empty_url(engine, new_url)), MovableClock(hub.now()))
        _, wrong = backups.restore(file, other.database, hub.now())
        assert wrong == []
        other.phones.telegram, other.phones.whatsapp = hub.phones.telegram, hub.phones.whatsapp
        other.channels, other.bot = hub.channels, hub.bot
        return other

    return restored


@pytest.mark.both
def test_every_row_comes_back_and_the_books_hold(hub: Simulated, put_back: Callable[[], Simulated]) -> None:
    told(hub)

    again = put_back()

    assert contents(again.database) == contents(hub.database)
    assert again.verdict() == []
    again.database.close()


@pytest.mark.both
def test_nobody_is_paid_twice_because_the_books_are_old(hub: Simulated, put_back: Callable[[], Simulated]) -> None:
    told(hub)
    again = put_back()

    tell(
        again,
        """
        clock: 2026-06-22 10:00
        rina@telegram says: bayar komisi
        rina@telegram sees: Hub ini baru dipulihkan dari cadangan
        clock: 2026-06-29 09:00
        rina@telegram does not see: minggu ini laku
        """,
    )
    with again.database.write() as db:
        freezing.reconciled(db, again.now(), resend=False)
    tell(
        again,
        """
        clock: 2026-06-29 10:00
        rina@telegram sees: kalau sejak itu sudah dibayar, jangan bayar lagi
        rina@telegram taps: Sudah kirim
        rina@telegram says: tunai
        dewi@telegram sees: Rp14.000
        """,
    )
    assert again.verdict() == []
    again.database.close()


@pytest.mark.both
def test_a_restored_hub_goes_on_selling(hub: Simulated, put_back: Callable[[], Simulated]) -> None:
    """PostgreSQL's counters do not notice rows that bring their own number."""
    told(hub)
    again = put_back()

    tell(
        again,
        "clock: 2026-06-22 10:00\ntono@telegram says: halo\ntono@telegram sees: Getok\nrina@telegram says: pesanan",
    )

    assert again.verdict() == []
    again.database.close()


def test_old_messages_wait_until_somebody_says_so(hub: Simulated, put_back: Callable[[], Simulated]) -> None:
    told(hub)
    with hub.database.write() as db:
        db.execute(update(OutboxMessage).where(OutboxMessage.id == 1).values(state="waiting"))
    again = put_back()

    again.settle()
    with again.database.write() as db:
        assert db.scalar(select(OutboxMessage.state).where(OutboxMessage.id == 1)) == "held"
        assert freezing.reconciled(db, again.now(), resend=True) == 1
        assert db.get_one(OutboxMessage, 1, populate_existing=True).in_doubt
        assert freezing.reconciled(db, again.now(), resend=True) == 0
    again.database.close()


def test_the_reminder_ends_with_the_month(database: Database) -> None:
    from tests.builders import NOW

    with database.write() as db:
        freezing.freeze(db, NOW - DAY, NOW)

        assert freezing.lately(db, NOW + 34 * DAY)
        assert freezing.lately(db, NOW + 35 * DAY) is None


def test_from_one_database_to_the_other(
    hub: Simulated, tmp_path: Path, new_url: Callable[[], str], request: pytest.FixtureRequest
) -> None:
    """How a hub grows: taken on SQLite, put into PostgreSQL, taken there, put back into SQLite."""
    from tests.conftest import administer, str_of

    told(hub)
    server = request.getfixturevalue("postgres_server")
    administer(server, "DROP DATABASE IF EXISTS getok_grown")
    administer(server, "CREATE DATABASE getok_grown")
    grown = Database(str_of(server, "getok_grown"), hub.database.vault, JAKARTA)
    home = Database(f"sqlite:///{tmp_path}/home.db", hub.database.vault, JAKARTA)
    backups.take(hub.database, tmp_path / "one", hub.now())
    backups.restore(tmp_path / "one", grown, hub.now())
    backups.take(grown, tmp_path / "two", hub.now())
    backups.restore(tmp_path / "two", home, hub.now())

    assert contents(grown) == contents(hub.database) == contents(home)
    with home.read() as db:
        assert list(verifying.problems(db)) == []
        assert len(db.scalars(select(Restoration)).all()) == 2
    grown.close()
    home.close()
    administer(server, "DROP DATABASE getok_grown WITH (FORCE)")


# -- what a backup is, and is not -------------------------------------------------------------------------


def test_rows_that_stand_in_the_log_only_are_in_it(hub: Simulated, tmp_path: Path) -> None:
    told(hub)
    file = tmp_path / "hub.backup"
    backups.take(hub.database, file, hub.now())

    assert count(file) == count(Path(hub.database.url.removeprefix("sqlite:///"))) > 0
    assert file.stat().st_mode & 0o777 == 0o600


def test_control_a_plain_copy_misses_them(hub: Simulated, tmp_path: Path) -> None:
    """Copying the file of a running hub leaves out everything that is still in its write-ahead log."""
    told(hub)
    live = Path(hub.database.url.removeprefix("sqlite:///"))
    shutil.copy(live, tmp_path / "copy.db")

    assert count(tmp_path / "copy.db") < count(live)


def count(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        found: int = connection.execute("SELECT count(*) FROM transfers").fetchone()[0]
    connection.close()
    return found


def broken(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2 :] = b"\0" * (len(content) - len(content) // 2)
    file.write_bytes(content)


def newer(file: Path) -> None:
    """As a version of the future would leave it: its own schema, sealed with the same key."""
    from datetime import datetime

    with sqlite3.connect(file) as connection:
        at, _, transfers, _ = connection.execute("SELECT * FROM about_backup").fetchone()
        about = backups.About(datetime.fromisoformat(at), "9999", transfers, b"")
        seal = Vault("a story's secret, kept by nobody").digest("backup", backups.leaf(about))
        connection.execute("UPDATE about_backup SET revision = '9999', seal = ?", (seal,))
    connection.close()


def short_of_a_row(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TRIGGER transfers_no_delete")
        connection.execute("DELETE FROM transfers WHERE id = 1")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (Path.unlink, "is not there"),
        (broken, "damaged"),
        (short_of_a_row, "damaged"),
        (newer, "newer Getok"),
        (lambda file: file.write_bytes(b"hello"), "not a backup"),
    ],
)
def test_what_cannot_be_put_back_is_refused_with_a_sentence(
    spoil: Callable[[Path], object], sentence: str, hub: Simulated, tmp_path: Path
) -> None:
    told(hub)
    file = tmp_path / "hub.backup"
    backups.take(hub.database, file, hub.now())
    spoil(file)

    with pytest.raises(Unusable, match=sentence):
        backups.examine(file, hub.database)


def test_another_hubs_key_does_not_open_it(hub: Simulated, tmp_path: Path) -> None:
    backups.take(hub.database, tmp_path / "hub.backup", hub.now())
    stranger = Database(f"sqlite:///{tmp_path}/other.db", Vault("another key, as long as it has to be"), JAKARTA)

    with pytest.raises(Unusable, match="another key"):
        backups.restore(tmp_path / "hub.backup", stranger, hub.now())
    stranger.close()


def test_a_hub_is_never_poured_over_another(hub: Simulated, tmp_path: Path) -> None:
    backups.take(hub.database, tmp_path / "hub.backup", hub.now())

    with pytest.raises(Unusable, match="already has a hub"):
        backups.restore(tmp_path / "hub.backup", hub.database, hub.now())


def test_what_was_due_is_still_due(hub: Simulated, put_back: Callable[[], Simulated]) -> None:
    told(hub, THE_SALE[: THE_SALE.index("clock: 2026-06-18")])
    again = put_back()

    with again.database.read() as db:
        assert db.scalars(select(Chore.kind).where(Chore.done_at.is_(None))).all()
    tell(again, "clock: 2026-06-18 20:00\nrina@telegram sees: Daftar masak: 1 polos, 1 keju")
    again.database.close()


def test_a_backup_ends_although_the_hub_goes_on_writing(
    hub: Simulated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else every write beside it would begin the copy anew, and a busy hub would never have a backup."""
    told(hub)
    monkeypatch.setattr(backups, "PAGES", 10)
    steps: list[int] = []

    def writes_meanwhile(done: int, of: int) -> None:
        steps.append(done)
        assert len(steps) < of, "it began again"
        with hub.database.write() as db:
            db.execute(update(OutboxMessage).where(OutboxMessage.id == 1).values(attempts=len(steps)))

    backups.take(hub.database, tmp_path / "hub.backup", hub.now(), writes_meanwhile)

    assert len(steps) > 5
