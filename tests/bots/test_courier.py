"""Delivery on a bad day: pauses are obeyed, doubts are told, and no chat waits for another's trouble."""

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from markupsafe import escape
from sqlalchemy import select

from bots import courier
from bots.channel import Delivery, Gone, Later, Refused
from bots.courier import Pace
from bots.dialogue import Heard, Screen
from bots.visit import Place
from storefront import outbox
from storefront.database import Database
from storefront.models import Identity, OutboxMessage
from tests.builders import NOW, a_person
from tests.conftest import JAKARTA

PLACE = Place("http://127.0.0.1", "bot", "", JAKARTA)
SECOND = timedelta(seconds=1)
FAST = Pace(per_second=0, per_chat=timedelta(0))


class Mouth:
    """A channel that answers by a script; without one it says yes."""

    def __init__(self, name: str, *outcomes: Exception, arrived: Sequence[str] | None = None) -> None:
        self.name = name
        self.outcomes = deque(outcomes)
        self.arrived = arrived
        self.said: list[tuple[str, str]] = []

    def understand(self, raw: dict[str, Any]) -> Heard | None:
        raise NotImplementedError

    def deliver(self, delivery: Delivery) -> str | None:
        self.said.append((delivery.address, str(delivery.screen.text)))
        if self.outcomes:
            raise self.outcomes.popleft()
        return f"{self.name}-{len(self.said)}"

    def find(self, delivery: Delivery, since: datetime) -> Sequence[str] | None:
        return self.arrived


class Only(Mouth):
    """Only this address has the trouble."""

    def __init__(self, address: str, trouble: Mouth) -> None:
        super().__init__(trouble.name)
        self.address = address
        self.trouble = trouble

    def deliver(self, delivery: Delivery) -> str | None:
        return (self.trouble if delivery.address == self.address else super()).deliver(delivery)


def promise(database: Database, *texts: str, to: str = "Sari", channel: str = "telegram", kind: str = "say") -> None:
    with database.write() as db:
        person = a_person(db, to, channel)
        address = db.scalar(select(Identity.address).where(Identity.person_id == person))
        common = {"channel": channel, "address": address, "person_id": person, "kind": kind, "replaces": "1"}
        outbox.promise(db, [{**common, "screen": Screen(escape(text)).as_json()} for text in texts], NOW)


def deliver(database: Database, *mouths: Mouth, at: timedelta = timedelta(0), pace: Pace = FAST) -> int:
    return courier.deliver_due(database, {one.name: one for one in mouths}, PLACE, lambda: NOW + at, pace)


def states(database: Database) -> list[str]:
    with database.read() as db:
        return list(db.scalars(select(OutboxMessage.state).order_by(OutboxMessage.id)))


@pytest.mark.parametrize("seconds", [1, 34, 1_386, 10_072])
def test_too_many_requests_is_obeyed_to_the_second_by_the_whole_channel(seconds: int, database: Database) -> None:
    for name in ("Sari", "Tono", "Wati"):
        promise(database, "halo", to=name)
    promise(database, "halo", to="Ani", channel="whatsapp")
    telegram, whatsapp = Mouth("telegram", Later(seconds, is_for_all=True)), Mouth("whatsapp")

    deliver(database, telegram, whatsapp)
    assert (len(telegram.said), len(whatsapp.said)) == (1, 1)
    deliver(database, telegram, whatsapp, at=timedelta(seconds=seconds, milliseconds=-1))
    assert len(telegram.said) == 1
    deliver(database, telegram, whatsapp, at=timedelta(seconds=seconds))

    assert states(database) == ["sent"] * 4
    with database.read() as db:  # who only stood in line was not tried
        assert db.scalars(select(OutboxMessage.attempts).order_by(OutboxMessage.id)).all() == [2, 1, 1, 1]


def test_a_chat_takes_one_message_a_second_and_others_do_not_wait_for_it(database: Database) -> None:
    promise(database, "one", "two", "three")
    promise(database, "halo", to="Tono")
    mouth, pace = Mouth("telegram"), Pace(per_second=0)
    for tenth in range(0, 30, 2):
        deliver(database, mouth, at=tenth * SECOND / 10, pace=pace)

    assert [text for _, text in mouth.said] == ["one", "halo", "two", "three"]


def test_a_spinner_does_not_wait_for_its_chat(database: Database) -> None:
    promise(database, "one")
    promise(database, "", kind="answer")
    mouth = Mouth("telegram")
    deliver(database, mouth, pace=Pace(per_second=0))
    deliver(database, mouth, pace=Pace(per_second=0))

    assert states(database) == ["sent", "sent"]


def test_a_second_has_so_many_messages_and_no_more(database: Database) -> None:
    for number in range(8):
        promise(database, "halo", to=f"person{number}")
    mouth, pace = Mouth("telegram"), Pace(per_second=5)
    deliver(database, mouth, pace=pace)
    deliver(database, mouth, pace=pace)

    assert len(mouth.said) == 5


def test_what_may_have_arrived_says_so_when_it_comes_again(database: Database) -> None:
    promise(database, "Rp144.983")
    mouth = Mouth("telegram", Later(5, in_doubt=True))
    deliver(database, mouth)
    deliver(database, mouth, at=5 * SECOND)

    assert [text for _, text in mouth.said] == [
        "Rp144.983",
        "Sekali lagi, barangkali tadi belum sampai:\n\nRp144.983",
    ]


def test_what_cannot_have_arrived_comes_again_without_a_word(database: Database) -> None:
    promise(database, "Rp144.983")
    mouth = Mouth("telegram", Later(5))
    deliver(database, mouth)
    deliver(database, mouth, at=5 * SECOND)

    assert [text for _, text in mouth.said] == ["Rp144.983"] * 2


def test_once_in_doubt_it_stays_in_doubt(database: Database) -> None:
    """A try that surely failed says nothing about the one before it."""
    promise(database, "Rp144.983")
    mouth = Mouth("telegram", Later(5, in_doubt=True), Later(1, is_for_all=True))
    for seconds in (0, 5, 60):
        deliver(database, mouth, at=seconds * SECOND)

    assert mouth.said[-1][1].startswith("Sekali lagi")


def test_a_crash_between_sending_and_marking_is_a_doubt(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    promise(database, "Rp144.983")
    mouth = Mouth("telegram")

    class Crash(BaseException):
        pass

    def crash(*_: object, **__: object) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "sent", crash)
        with pytest.raises(Crash):
            deliver(database, mouth)
    with database.write() as db:
        outbox.free_all(db)  # what a start does
    deliver(database, mouth)

    assert [text.startswith("Sekali lagi") for _, text in mouth.said] == [False, True]


@pytest.mark.parametrize(
    ("arrived", "copies", "name"),
    [(["SM-lost"], 1, "SM-lost"), ([], 2, "whatsapp-2"), (["SM-other"], 2, "whatsapp-2")],
)
def test_a_channel_that_can_be_asked_is_asked(arrived: list[str], copies: int, name: str, database: Database) -> None:
    """Twilio lists what it has sent; a message of the same words that is somebody's already is not this one."""
    promise(database, "before", to="Sari", channel="whatsapp")
    deliver(database, Mouth("whatsapp"))
    with database.write() as db:
        outbox.change(db, 1, provider_id="SM-other")
    promise(database, "halo", to="Sari", channel="whatsapp")
    mouth = Mouth("whatsapp", Later(5, in_doubt=True), arrived=arrived)
    deliver(database, mouth)
    deliver(database, mouth, at=5 * SECOND)

    assert [text for _, text in mouth.said] == ["halo"] * copies
    with database.read() as db:
        assert db.scalars(select(OutboxMessage.provider_id).order_by(OutboxMessage.id)).all()[-1] == name


def test_a_day_of_silence_is_waited_out_and_no_longer(database: Database) -> None:
    promise(database, "halo")
    mouth = Mouth("telegram", *[Later(5) for _ in range(400)])
    minutes = 0
    while states(database) == ["waiting"]:
        minutes += 1
        deliver(database, mouth, at=timedelta(minutes=minutes))

    assert states(database) == ["dead"]
    assert minutes > 24 * 60
    assert len(mouth.said) < 200  # about every ten minutes


@pytest.mark.parametrize(
    ("outcome", "reason"), [(Gone("blocked"), "gone: blocked"), (Refused("too long"), "refused: too long")]
)
def test_a_final_no_is_asked_once(outcome: Exception, reason: str, database: Database) -> None:
    promise(database, "halo")
    mouth = Mouth("telegram", outcome)
    deliver(database, mouth)
    deliver(database, mouth, at=timedelta(days=1))

    assert len(mouth.said) == 1
    with database.read() as db:
        assert db.scalar(select(OutboxMessage.dead_reason)) == reason
        gone = db.scalar(select(Identity.unreachable_at))
    assert (gone is not None) == isinstance(outcome, Gone)


def test_a_mistake_of_ours_in_one_message_is_set_aside_after_some_tries(database: Database) -> None:
    promise(database, "halo")
    promise(database, "halo", to="Tono")
    broken = Mouth("telegram", *[ValueError("ours") for _ in range(outbox.TRIES)])
    broken_for_sari = Only("telegram-Sari", broken)
    for hour in range(outbox.TRIES + 1):
        deliver(database, broken_for_sari, at=timedelta(hours=hour))

    assert states(database) == ["dead", "sent"]


def test_a_message_that_fails_after_it_was_accepted_goes_out_another_way(database: Database) -> None:
    """Twilio says 63016 (outside the 24 hours) only in a status; then the approved template is used, once."""
    from bots import whatsapp

    promise(database, "halo", channel="whatsapp")
    windows: list[bool] = []

    class Watched(Mouth):
        def deliver(self, delivery: Delivery) -> str | None:
            windows.append(delivery.in_window)
            return super().deliver(delivery)

    mouth = Watched("whatsapp")
    deliver(database, mouth)
    failed = {"MessageSid": "whatsapp-1", "MessageStatus": "failed", "ErrorCode": "63016", "To": "whatsapp-Sari"}
    for _ in range(3):
        with database.write() as db:
            whatsapp.note_status(db, failed, NOW)
        deliver(database, mouth)

    assert windows == [True, False]
    assert states(database) == ["sent"]


def test_a_status_that_says_she_blocked_us_is_believed(database: Database) -> None:
    from bots import whatsapp

    promise(database, "halo", channel="whatsapp")
    deliver(database, Mouth("whatsapp"))
    with database.write() as db:
        blocked = {"MessageSid": "whatsapp-1", "MessageStatus": "undelivered", "ErrorCode": "63014"}
        whatsapp.note_status(db, {**blocked, "To": "whatsapp-Sari"}, NOW)

        assert db.scalar(select(Identity.unreachable_at)) == NOW


@pytest.mark.both
def test_a_line_longer_than_its_lease_is_sent_by_one_worker_only(database: Database) -> None:
    """While the first message of a line is slow, another worker takes the rest; the first one leaves them alone."""
    for name in ("Sari", "Tono"):
        promise(database, f"halo {name}", to=name)
    moment = {"now": NOW}
    other = Mouth("telegram")

    class Slow(Mouth):
        def deliver(self, delivery: Delivery) -> str | None:
            moment["now"] += 2 * outbox.LEASE
            deliver(database, other, at=moment["now"] - NOW)
            return super().deliver(delivery)

    slow = Slow("telegram")
    courier.deliver_due(database, {"telegram": slow}, PLACE, lambda: moment["now"], FAST)

    assert [text for _, text in slow.said] == ["halo Sari"]
    assert [text.rpartition("\n")[2] for _, text in other.said] == ["halo Sari", "halo Tono"]
    assert other.said[0][1].startswith("Sekali lagi")
    assert states(database) == ["sent", "sent"]


def test_who_was_away_for_a_day_still_obeys_a_pause_and_loses_nothing(database: Database) -> None:
    promise(database, "halo")
    promise(database, "halo", to="Tono")
    late = outbox.KEPT + timedelta(hours=1)
    mouth = Mouth("telegram", Later(30, is_for_all=True))
    deliver(database, mouth, at=late)
    deliver(database, mouth, at=late + 29 * SECOND)
    assert len(mouth.said) == 1

    deliver(database, mouth, at=late + 30 * SECOND)

    assert states(database) == ["sent", "sent"]


@pytest.mark.parametrize(
    ("status", "code", "kind", "is_for_all"),
    [
        (401, 20003, Later, True),
        (403, 20005, Later, True),
        (404, 20404, Later, True),
        (429, 20429, Later, True),
        (500, 20500, Later, False),
        (400, 63018, Later, True),
        (400, 63024, Gone, False),
        (400, 21617, Refused, False),
    ],
)
def test_what_twilios_no_means(status: int, code: int, kind: type[Exception], is_for_all: bool) -> None:
    """An account that is refused is the operator's to mend: nobody's message is given up for it."""
    from twilio.base.exceptions import TwilioRestException

    from bots.whatsapp import outcome_of

    outcome = outcome_of(TwilioRestException(status, "/Messages.json", "no", code))

    assert type(outcome) is kind
    assert getattr(outcome, "is_for_all", False) == is_for_all


def test_looking_for_what_to_send_reads_only_what_waits(database: Database) -> None:
    """A year of sent messages must not be read twice a second."""
    from sqlalchemy import event

    asked: list[tuple[str, Any]] = []
    event.listen(database.writing, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    with database.write() as db:
        outbox.is_any_due(db, NOW, {"telegram"})
        outbox.claim(db, NOW, 20, {"telegram"})
    looks = [(sql, values) for sql, values in asked if "FROM outbox" in sql]
    assert len(looks) == 2
    for sql, values in looks:
        with database.writing.connect() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
        read = [str(step[3]) for step in plan if "outbox" in str(step[3])]
        assert read
        assert all("ix_outbox_due" in step or "ix_outbox_line" in step for step in read), plan
