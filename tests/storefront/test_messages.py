"""Inbox and outbox: kept once, worked on in order, tried again, set aside, never lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from storefront import chores, inbox, outbox, people, timetable
from storefront.database import Database, Writer
from storefront.models import Chore, Identity, InboxMessage, OutboxMessage
from tests.builders import NOW, a_person

SECOND = timedelta(seconds=1)


def admit(database: Database, key: str, sender: str = "telegram:1") -> bool:
    with database.write() as db:
        return inbox.admit(db, "telegram", key, sender, {"update_id": key}, NOW)


@pytest.mark.both
def test_a_second_copy_stops_at_the_door(database: Database) -> None:
    assert [admit(database, "7"), admit(database, "7"), admit(database, "8")] == [True, False, True]


@pytest.mark.both
def test_one_senders_messages_are_worked_on_one_after_the_other(database: Database) -> None:
    for key, sender in [("1", "a"), ("2", "a"), ("3", "b")]:
        admit(database, key, sender)
    with database.write() as db:
        assert [m.event_key for m in inbox.waiting(db, NOW)] == ["1", "3"]
        first = inbox.take(db, 1)
        assert first
        inbox.done(db, first, NOW)
        assert inbox.take(db, 1) is None
        assert [m.event_key for m in inbox.waiting(db, NOW)] == ["2", "3"]


def test_what_always_fails_is_set_aside_after_five_tries(database: Database) -> None:
    admit(database, "1")
    with database.write() as db:
        ends = [inbox.failed(db, 1, "boom", NOW) for _ in range(inbox.TRIES)]

        assert ends == [False, False, False, False, True]
        assert list(inbox.waiting(db, NOW + timedelta(days=1))) == []
        assert db.get_one(InboxMessage, 1, populate_existing=True).dead_reason == "boom"


def test_a_failed_try_waits_longer_each_time(database: Database) -> None:
    admit(database, "1")
    with database.write() as db:
        inbox.failed(db, 1, "boom", NOW)

        assert list(inbox.waiting(db, NOW + 3 * SECOND)) == []
        assert len(list(inbox.waiting(db, NOW + 4 * SECOND))) == 1


def say(database: Database, address: str, text: str) -> None:
    with database.write() as db:
        outbox.promise(db, [{"channel": "telegram", "address": address, "kind": "say", "screen": {"text": text}}], NOW)


@pytest.mark.both
def test_a_chat_hears_its_messages_in_order_and_others_do_not_wait(database: Database) -> None:
    for address, text in [("1", "a1"), ("1", "a2"), ("2", "b1")]:
        say(database, address, text)
    with database.write() as db:
        claimed = outbox.claim(db, NOW)
        assert [m.screen["text"] for m in claimed if m.screen] == ["a1", "b1"]
        assert outbox.claim(db, NOW) == []  # leased
        outbox.later(db, claimed[0].id, NOW + 5 * SECOND, in_doubt=False)
        outbox.sent(db, claimed[1].id, "77", {"text": "b1"}, NOW)
        assert outbox.claim(db, NOW + SECOND) == []  # a2 waits behind a1
        outbox.dead(db, claimed[0].id, "refused")

        assert [m.screen["text"] for m in outbox.claim(db, NOW + SECOND) if m.screen] == ["a2"]


def test_a_lease_that_was_never_closed_ends(database: Database) -> None:
    say(database, "1", "a1")
    with database.write() as db:
        outbox.claim(db, NOW)

        assert len(outbox.claim(db, NOW + outbox.LEASE)) == 1


def test_promising_nothing_writes_nothing(database: Database) -> None:
    with database.write() as db:
        outbox.promise(db, [], NOW)

        assert db.scalars(select(OutboxMessage)).all() == []


@pytest.mark.both
def test_a_notice_goes_to_the_channel_used_last_and_to_nobody_who_is_gone(database: Database) -> None:
    with database.write() as db:
        sari = a_person(db, "Sari")
        db.execute(update(Identity).values(last_inbound_at=NOW - SECOND))
        whatsapp = {"person_id": sari, "channel": "whatsapp", "address": "whatsapp:+6280000000001"}
        from storefront import rows

        rows.add(db, Identity, **whatsapp, external_id="x", last_inbound_at=NOW)
        outbox.tell(db, sari, "paid", {"n": 1}, NOW)
        outbox.unreachable(db, "whatsapp", "whatsapp:+6280000000001", NOW)
        outbox.tell(db, sari, "paid", {"n": 2}, NOW)
        outbox.unreachable(db, "telegram", "telegram-Sari", NOW)
        outbox.tell(db, sari, "paid", {"n": 3}, NOW)

        told = db.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        assert [(m.channel, m.facts["n"]) for m in told] == [("whatsapp", 1), ("telegram", 2)]
        assert people.meet(db, "telegram", "telegram-Sari", None, "Sari", "id", NOW).identity.id
        assert db.scalar(select(Identity.unreachable_at).where(Identity.channel == "telegram")) is None


def test_what_was_shown_last_comes_first(database: Database) -> None:
    for text in ("a", "b"):
        say(database, "1", text)
    with database.write() as db:
        for message_id in (1, 2):
            outbox.sent(db, message_id, str(message_id), {"text": str(message_id)}, NOW)

        assert [m.screen["text"] for m in outbox.shown(db, "telegram", "1") if m.screen] == ["2", "1"]


@pytest.mark.parametrize(
    ("statuses", "last"),
    [
        (["sent", "delivered", "read"], "read"),
        (["read", "delivered", "sent"], "read"),
        (["delivered", "delivered"], "delivered"),
        (["nonsense"], None),
        (["sent", "failed", "delivered"], "failed"),
    ],
)
def test_statuses_only_move_forward(statuses: list[str], last: str | None, database: Database) -> None:
    say(database, "1", "a")
    with database.write() as db:
        outbox.sent(db, 1, "SM1", {"text": "a"}, NOW)
        for status in statuses:
            outbox.note_status(db, "telegram", "SM1", status, "63016" if status == "failed" else None)

        message = db.get_one(OutboxMessage, 1, populate_existing=True)
        assert message.delivery_status == last
        assert message.dead_reason == ("error 63016" if "failed" in statuses else None)


def test_a_chore_is_promised_once_and_can_be_called_off(database: Database) -> None:
    with database.write() as db:
        for _ in range(2):
            chores.schedule(db, "close_batch", 1, NOW)
        chores.schedule(db, "close_batch", 2, NOW + SECOND)
        assert len(db.scalars(select(Chore)).all()) == 2
        assert chores.next_due(db) == NOW
        chores.cancel(db, "close_batch", 1)

        assert chores.next_due(db) == NOW + SECOND
        assert chores.first_due(db, NOW) is None
        assert chores.waiting(db, 1) is None


def test_a_chore_that_always_fails_is_left_after_five_tries(database: Database) -> None:
    with database.write() as db:
        chores.schedule(db, "close_batch", 99, NOW)  # there is no such batch, and closing it is quietly nothing
        chores.schedule(db, "payday", 99, NOW)  # there is no such shop, which is a mistake

    assert timetable.run_due(database, NOW) == 1
    timetable.run_due(database, NOW + 59 * SECOND)
    for minutes in (1, 3, 7, 15):  # each pause twice the last
        timetable.run_due(database, NOW + timedelta(minutes=minutes))

    with database.read() as db:
        left = db.scalars(select(Chore).where(Chore.done_at.is_(None))).one()
        assert (left.kind, left.attempts) == ("payday", chores.TRIES)
        assert chores.next_due(db) is None


# -- where it goes, and when ---------------------------------------------------------------------------


def on_both(db: Writer, name: str = "Sari") -> int:
    """Somebody with a chat on each channel; she wrote on WhatsApp last, two days ago."""
    person_id = a_person(db, name, "whatsapp")
    other = a_person(db, f"{name}-too", "telegram")
    db.execute(update(Identity).where(Identity.person_id == other).values(person_id=person_id))
    wrote = update(Identity).where(Identity.person_id == person_id)
    db.execute(wrote.where(Identity.channel == "whatsapp").values(last_inbound_at=NOW - timedelta(days=2)))
    db.execute(wrote.where(Identity.channel == "telegram").values(last_inbound_at=NOW - timedelta(days=9)))
    return person_id


@pytest.mark.both
@pytest.mark.parametrize(("wrote", "channel"), [(timedelta(hours=23), "whatsapp"), (timedelta(hours=24), "telegram")])
def test_a_notice_goes_where_she_answered_last_unless_that_is_closed(
    wrote: timedelta, channel: str, database: Database
) -> None:
    with database.write() as db:
        person_id = on_both(db)
        hers = update(Identity).where(Identity.person_id == person_id, Identity.channel == "whatsapp")
        db.execute(hers.values(last_inbound_at=NOW - wrote))
        outbox.tell(db, person_id, "paid", {}, NOW)

        assert db.scalars(select(OutboxMessage.channel)).all() == [channel]


@pytest.mark.both
def test_what_is_held_lets_the_next_ones_pass_and_comes_when_she_writes(database: Database) -> None:
    with database.write() as db:
        person_id = a_person(db, "Sari", "whatsapp")
        for name in ("first", "second"):
            outbox.tell(db, person_id, name, {}, NOW)
        first, second = outbox.claim(db, NOW)[0], None
        outbox.hold(db, first)
        second = outbox.claim(db, NOW)[0]
        assert second.notice == "second"
        outbox.sent(db, second.id, "SM2", None, NOW)
        assert list(outbox.claim(db, NOW + timedelta(hours=1))) == []

        outbox.release(db, "whatsapp", "whatsapp-Sari", NOW + timedelta(hours=2))
        assert [one.notice for one in outbox.claim(db, NOW + timedelta(hours=2))] == ["first"]


@pytest.mark.both
def test_what_was_held_for_a_week_is_stale(database: Database) -> None:
    with database.write() as db:
        outbox.tell(db, a_person(db, "Sari", "whatsapp"), "paid", {}, NOW)
        outbox.hold(db, outbox.claim(db, NOW)[0])
        outbox.release(db, "whatsapp", "whatsapp-Sari", NOW + outbox.HELD_FOR)

        assert db.scalars(select(OutboxMessage.state)).all() == ["dead"]


@pytest.mark.both
def test_what_is_held_for_a_reason_comes_when_the_reason_is_over(database: Database) -> None:
    with database.write() as db:
        outbox.tell(db, a_person(db, "Sari", "whatsapp"), "paid", {}, NOW)
        outbox.hold(db, outbox.claim(db, NOW)[0], "too dear today")
        outbox.free(db, "something else", NOW)
        assert list(outbox.claim(db, NOW)) == []
        outbox.free(db, "too dear today", NOW)
        assert [one.notice for one in outbox.claim(db, NOW)] == ["paid"]


@pytest.mark.both
def test_a_notice_finds_another_way_and_an_answer_does_not(database: Database) -> None:
    with database.write() as db:
        person_id = on_both(db)
        alone = a_person(db, "Budi", "whatsapp")
        whatsapp = db.scalars(
            select(Identity).where(Identity.person_id == person_id, Identity.channel == "whatsapp")
        ).one()
        outbox.tell_at(db, whatsapp, "paid", {"order": 1}, NOW)
        outbox.tell(db, alone, "paid", {}, NOW)
        words = {"text": "halo", "picture": None, "choices": [], "numbered": True, "about": ""}
        row = {"person_id": person_id, "channel": "whatsapp", "address": whatsapp.address, "kind": "say"}
        outbox.promise(db, [{**row, "screen": words}], NOW)
        notice, lonely, answer = db.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()

        assert outbox.elsewhere(db, notice, NOW)
        assert not outbox.elsewhere(db, lonely, NOW)
        assert not outbox.elsewhere(db, answer, NOW)
        newest = db.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)).one()
        assert (newest.channel, newest.notice, newest.facts) == ("telegram", "paid", {"order": 1})


@pytest.mark.both
def test_a_chat_that_moved_is_written_to_under_its_new_address(database: Database) -> None:
    with database.write() as db:
        outbox.tell(db, a_person(db, "Sari"), "paid", {}, NOW)
        outbox.readdress(db, "telegram", "telegram-Sari", "-100")
        message = outbox.claim(db, NOW)[0]
        assert message.address == "-100"
        outbox.sent(db, message.id, "77", None, NOW)

        found = outbox.named(db, "telegram", "77")
        assert found
        assert found.id == message.id
        assert outbox.named(db, "telegram", "78") is None
