"""The way in: what is said yes to is kept, whatever the database does, in order, and a flood drowns nobody."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bots.hub import Simulated
from bots.intake import A_MINUTE, Flood, Intake
from storefront.database import UNANSWERED, Database
from storefront.inbox import Event
from storefront.models import InboxMessage, OutboxMessage
from storefront.spool import DAMAGED, Spool
from tests.builders import NOW, a_person
from tests.conftest import vault


@pytest.fixture
def intake(database: Database, tmp_path: Path) -> Intake:
    return Intake(database, Spool(tmp_path / "spool", vault()), None)


@pytest.fixture
def locked(database: Database) -> Iterator[threading.Event]:
    """Somebody outside holds the database; it is let go when the event is set."""
    database.writing.dispose()
    let_go, is_held = threading.Event(), threading.Event()

    def hold() -> None:
        import sqlite3

        with sqlite3.connect(database.url.removeprefix("sqlite:///"), isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            is_held.set()
            let_go.wait(30)
            other.execute("ROLLBACK")
        other.close()

    thread = threading.Thread(target=hold)
    thread.start()
    is_held.wait(5)
    yield let_go
    let_go.set()
    thread.join()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    """Waiting for a lock takes a moment here, not ten seconds."""
    from sqlalchemy import event

    event.listen(database.writing, "connect", lambda dbapi, _: dbapi.execute("PRAGMA busy_timeout=50"))


def said(number: int, sender: str = "whatsapp:+6280000000001") -> Event:
    return Event("whatsapp", f"SM{number}", sender, {"Body": str(number)})


def kept(database: Database) -> list[str]:
    with database.read() as db:
        return [message.raw["Body"] for message in db.scalars(select(InboxMessage).order_by(InboxMessage.id))]


def test_while_the_database_is_locked_events_wait_on_disk_and_keep_their_order(
    database: Database, intake: Intake, locked: threading.Event, impatient: None
) -> None:
    for number in range(3):
        intake.take_for_good(said(number), NOW)
    assert len(intake.spool.waiting()) == 3
    assert b"Body" not in b"".join(path.read_bytes() for path in intake.spool.waiting())
    locked.set()
    intake.take_for_good(said(3), NOW)  # the database is well again, and an older one still waits

    while intake.empty_spool():
        pass

    assert kept(database) == ["0", "1", "2", "3"]
    assert intake.spool.waiting() == []


def test_what_telegram_says_may_be_refused_because_it_says_it_again(
    intake: Intake, locked: threading.Event, impatient: None
) -> None:
    with pytest.raises(UNANSWERED):
        intake.take(said(1), NOW)

    assert intake.spool.waiting() == []


def test_the_same_event_from_disk_and_from_the_wire_is_one(database: Database, intake: Intake) -> None:
    intake.spool.keep(said(1), NOW)
    intake.spool.keep(said(1), NOW)
    intake.empty_spool()
    intake.take_for_good(said(1), NOW)

    assert kept(database) == ["1"]


def test_a_crash_between_keeping_and_removing_keeps_once(database: Database, intake: Intake) -> None:
    intake.spool.keep(said(1), NOW)
    with database.write() as db:
        assert len(list(intake.spool.drain(db))) == 1  # and the power fails before the file is removed

    intake.empty_spool()

    assert kept(database) == ["1"]


def test_a_file_that_cannot_be_opened_is_set_aside_and_stops_nobody(database: Database, intake: Intake) -> None:
    intake.spool.keep(said(1), NOW)
    intake.spool.waiting()[0].write_bytes(b"no longer what it was, not at all")
    intake.spool.keep(said(2), NOW)

    intake.empty_spool()

    assert kept(database) == ["2"]
    assert len(list(intake.spool.folder.glob(f"*{DAMAGED}"))) == 1


def test_a_flood_is_told_once_and_drowns_nobody(database: Database, tmp_path: Path) -> None:
    intake = Intake(database, Spool(tmp_path / "spool", vault()), Flood())
    with database.write() as db:
        a_person(db, "Sari")
    for number in range(A_MINUTE + 30):
        intake.take(Event("telegram", f"{number}", "telegram:telegram-Sari", {"Body": str(number)}), NOW)
    intake.take(Event("telegram", "tono", "telegram:tono", {"Body": "tono"}), NOW)

    assert kept(database) == [str(number) for number in range(A_MINUTE)] + ["tono"]
    with database.read() as db:
        assert db.scalars(select(OutboxMessage.notice)).all() == ["slow_down"]


def test_a_flood_of_somebody_never_met_is_not_answered(database: Database, tmp_path: Path) -> None:
    intake = Intake(database, Spool(tmp_path / "spool", vault()), Flood(2))
    for number in range(5):
        intake.take(said(number), NOW)

    assert kept(database) == ["0", "1"]
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(OutboxMessage)) == 0


@pytest.mark.parametrize(
    ("times", "numbers"),
    [
        ([NOW, NOW, NOW], [1, 2, 3]),
        ([NOW, NOW + timedelta(minutes=1)], [1, 1]),
        ([NOW + timedelta(hours=hour) for hour in range(3)], [1, 1, 1]),  # a day's backlog is no flood
    ],
)
def test_messages_are_counted_by_the_minute_they_were_sent_in(times: list[datetime], numbers: list[int]) -> None:
    flood = Flood()

    assert [flood.number("sari", str(key), at) for key, at in enumerate(times)] == numbers


def test_the_words_of_slowing_down(hub: Simulated) -> None:
    from storefront import outbox
    from tests.conftest import tell

    tell(hub, "sari@telegram says: halo")
    with hub.database.write() as db:
        outbox.tell(db, 1, "slow_down", {}, hub.now())
    hub.settle()

    assert "Wah, cepat sekali, Kak!" in hub.phones.bubbles("sari", "telegram")[-1].text


@pytest.mark.both
def test_what_no_database_keeps_is_left_out(database: Database, intake: Intake) -> None:
    """NUL and half characters (a lone surrogate) come in JSON and must not block who comes after."""
    intake.take(Event("telegram", "1", "telegram:1", {"Body": "a\0b\ud83dc", "list": ["\udc00"], "n": 1}), NOW)

    with database.read() as db:
        assert db.scalars(select(InboxMessage.raw)).one() == {"Body": "ab?c", "list": ["?"], "n": 1}


def test_a_message_brought_again_is_no_flood(database: Database, tmp_path: Path) -> None:
    """A poll whose commit fails brings the same updates again, every few seconds, for as long as it lasts."""
    intake = Intake(database, Spool(tmp_path / "spool", vault()), Flood(2))
    for _ in range(5):
        intake.take(said(1), NOW)

    assert kept(database) == ["1"]
    assert intake.flood
    assert intake.flood.number(said(1).sender, "another", NOW) == 2
