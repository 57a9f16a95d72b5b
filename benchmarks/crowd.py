"""A crowd that writes: updates posted to a running hub's webhook at a steady rate, and what became of them.

The updates are posted from here with the secret the hub agreed on with Telegram's stand-in, over eight connections as
Telegram would, each at its own moment whether or not the one before was answered. The answers go out to that stand-in
at the hub's own pace. What came in when, was answered when and was delivered when, the hub's database tells.
"""

import http.client
import json
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select

from benchmarks.processes import WEBHOOK_SECRET, channels, resident, started
from benchmarks.samples import percentile
from storefront.database import Database
from storefront.models import InboxMessage, OutboxMessage
from tests.faults.databases import Shelf, opened
from tests.faults.running import HubProcess, until
from tests.outside import Outside

CONNECTIONS = 8
FIRST_UPDATE = 900_000_000
LOOKS_S = 0.25
SOON_S = 10.0
PATIENCE_S = 300


@dataclass(frozen=True)
class Rush:
    """How much is posted: so many a second, for so long, by so many people."""

    per_second: int
    seconds: int
    people: int

    @property
    def posts(self) -> int:
        return self.per_second * self.seconds


@dataclass
class Outcome:
    """What became of a rush. Times are seconds, weights MiB."""

    rush: Rush
    acknowledged: list[float] = field(default_factory=list)
    refused: int = 0
    heard: list[float] = field(default_factory=list)
    delivered: list[float] = field(default_factory=list)
    backlog: int = 0
    caught_up: float = 0.0
    before: float | None = None
    after: float | None = None
    peak: float | None = None

    @property
    def soon(self) -> int:
        """How many had their answer delivered within ten seconds."""
        return sum(seconds <= SOON_S for seconds in self.delivered)


def measured(shelf: Shelf, rushes: Sequence[Rush]) -> list[Outcome]:
    """One hub, one rush after the other, each on what the one before has left."""
    with channels(shelf) as (outside, hub):
        started(hub)
        database = opened(hub.env["DATABASE_URL"])
        try:
            chats = acquainted(outside, database, max(rush.people for rush in rushes))
            return [rushed(hub, database, chats[: rush.people], rush) for rush in rushes]
        finally:
            database.close()


def acquainted(outside: Outside, database: Database, people: int) -> list[int]:
    """Everybody has met the hub and had an answer before anything is counted."""
    names = [f"orang{number}" for number in range(people)]
    for name in names:
        outside.telegram.starts(name)
    assert until(lambda: waiting(database) == (0, 0) and count(database) >= people, PATIENCE_S), "nobody answers"
    return [outside.telegram.chat_id(name) for name in names]


def rushed(hub: HubProcess, database: Database, chats: Sequence[int], rush: Rush) -> Outcome:
    found = Outcome(rush, before=resident(hub))
    first = count(database)
    crowd = Crowd(hub.url, chats, rush, FIRST_UPDATE + first)
    crowd.begin()
    while crowd.is_posting():
        found.backlog = max(found.backlog, waiting(database)[0])
        time.sleep(LOOKS_S)
    ended = time.monotonic()
    until(lambda: waiting(database)[0] == 0, PATIENCE_S, LOOKS_S)
    found.caught_up = time.monotonic() - ended
    until(lambda: waiting(database) == (0, 0), PATIENCE_S, LOOKS_S)
    found.acknowledged, found.refused = crowd.acknowledged, crowd.refused
    found.heard, found.delivered = times(database, first)
    found.after, found.peak = resident(hub), resident(hub, "VmHWM")
    return found


class Crowd:
    """Threads that post, each with a connection of its own."""

    def __init__(self, url: str, chats: Sequence[int], rush: Rush, first_update: int) -> None:
        self.host = urlsplit(url).netloc
        self.chats = chats
        self.rush = rush
        self.first_update = first_update
        self.acknowledged: list[float] = []
        self.refused = 0
        self.guard = threading.Lock()
        self.threads = [threading.Thread(target=self.post_all, args=(line,)) for line in range(CONNECTIONS)]

    def begin(self) -> None:
        self.began = time.monotonic() + 0.2
        for thread in self.threads:
            thread.start()

    def is_posting(self) -> bool:
        return any(thread.is_alive() for thread in self.threads)

    def post_all(self, line: int) -> None:
        """Every eighth update, each at its moment."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        for number in range(line, self.rush.posts, CONNECTIONS):
            due = self.began + number / self.rush.per_second
            time.sleep(max(0.0, due - time.monotonic()))
            status = self.posted(connection, number)
            with self.guard:
                self.acknowledged.append(time.monotonic() - due)  # from when it was due: a queue here counts too
                self.refused += status != 200
        connection.close()

    def posted(self, connection: http.client.HTTPConnection, number: int) -> int:
        body = json.dumps(update(self.first_update + number, self.chats[number % len(self.chats)]))
        headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": WEBHOOK_SECRET}
        connection.request("POST", "/telegram/webhook", body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status


def update(number: int, chat: int) -> dict[str, Any]:
    """Somebody says *menu*."""
    who = {"id": chat, "is_bot": False, "first_name": "Orang", "language_code": "id"}
    where = {"id": chat, "type": "private", "first_name": "Orang"}
    said = {"message_id": number, "from": who, "chat": where, "date": int(time.time()), "text": "menu"}
    return {"update_id": number, "message": said}


# -- what the database tells -----------------------------------------------------------------------------


def count(database: Database) -> int:
    """How many messages have ever come in."""
    with database.read() as db:
        return db.scalar(select(func.max(InboxMessage.id))) or 0


def waiting(database: Database) -> tuple[int, int]:
    """How many messages wait to be answered, and how many answers to be delivered."""
    with database.read() as db:
        unheard = select(func.count()).select_from(InboxMessage).where(InboxMessage.done_at.is_(None))
        unsaid = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state == "waiting")
        return db.scalar(unheard) or 0, db.scalar(unsaid) or 0


def times(database: Database, first: int) -> tuple[list[float], list[float]]:
    """From coming in to being answered, and to the mark of delivery, of every message after the first ones.

    A message and its answer find each other by their place in their chat: each has one, in the same order.
    """
    heard: list[float] = []
    came: dict[str, list[Any]] = defaultdict(list)
    said: dict[str, list[Any]] = defaultdict(list)
    with database.read() as db:
        for message in db.scalars(select(InboxMessage).order_by(InboxMessage.id)):
            came[message.sender.partition(":")[2]].append(message)
            if message.id > first and message.done_at:
                heard.append(max(0.0, (message.done_at - message.received_at).total_seconds()))
        for answer in db.scalars(select(OutboxMessage).order_by(OutboxMessage.id)):
            said[answer.address].append(answer)
    pairs = [pair for chat, messages in came.items() for pair in zip(messages, said[chat], strict=False)]
    late = [(m, a) for m, a in pairs if m.id > first and a.sent_at]
    return heard, [(answer.sent_at - message.received_at).total_seconds() for message, answer in late]


def spread(values: Sequence[float]) -> str:
    """p50, p95 and p99, in seconds."""
    return " / ".join(f"{percentile(values, part):.2f}" for part in (0.5, 0.95, 0.99)) if values else "none"
