"""What is measured: one message from Telegram's JSON to the mark that its answer was delivered.

The door (`bots/intake.py`), the ears and the voice (`bots/hub.py`) do here in one thread and in this order what a
running hub's threads do, with the door's count of floods and the second of quiet that each chat has. The clock is
moved on between messages, so that no chat has to wait for that second.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, event

from benchmarks.people import SELLER, Street, settled
from benchmarks.wire import Call, Wire, message
from bots import updates
from bots.__main__ import story_settings
from bots.courier import Pace
from bots.hub import SIMULATED_BOT, SIMULATED_NUMBER, SIMULATED_TOKEN, Hub, MovableClock
from bots.intake import Flood
from bots.telegram import Telegram
from bots.visit import Place
from tests.conftest import START

API = "https://api.telegram.org"
STEP = timedelta(seconds=3)
STAGES = ("kept", "answered", "delivered")


@dataclass
class Counted:
    """What the writing connection did, and how many statements were run in all, reads and writes."""

    commits: int = 0
    statements: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Worked:
    """One message: how long each stage took, how much of a processor it took in all, and what went out."""

    stages: tuple[float, float, float]
    cpu: float
    calls: tuple[Call, ...]

    @property
    def seconds(self) -> float:
        return sum(self.stages)


class Subject:
    """A hub between a thin wire and a database, and the street around it."""

    def __init__(self, database_url: str, buyers: int) -> None:
        settings = story_settings(database_url)
        self.clock = MovableClock(START)
        self.hub = Hub(settings, self.clock)
        self.hub.intake.flood = Flood()
        self.hub.pace = Pace(per_second=0, per_chat=timedelta(seconds=1))
        self.wire = Wire()
        self.hub.channels = {"telegram": Telegram(SIMULATED_TOKEN, API, self.wire)}
        self.hub.place = Place(settings.public_url, SIMULATED_BOT, SIMULATED_NUMBER, settings.zone)
        self.street: Street = settled(self.hub.database, buyers)
        self.last_update = 1_000

    def work(self, body: bytes) -> Worked:
        """One update, all the way."""
        self.clock.set(self.clock() + STEP)
        del self.wire.calls[:]
        burnt, began = time.process_time(), time.perf_counter()
        self.hub.intake.take(updates.event_of(json.loads(body)), self.clock())
        kept = time.perf_counter()
        self.hub.hear_all()
        answered = time.perf_counter()
        while self.hub.deliver({"telegram"}):
            pass
        delivered = time.perf_counter()
        stages = (kept - began, answered - kept, delivered - answered)
        return Worked(stages, time.process_time() - burnt, tuple(self.wire.calls))

    def close(self) -> None:
        self.hub.close()

    # -- what Telegram brings --------------------------------------------------------------------

    def said(self, chat: int, text: str) -> bytes:
        entities = [{"type": "bot_command", "offset": 0, "length": 6}] if text.startswith("/start") else []
        return self.update({"message": self.framed(chat, self.person(chat)) | {"text": text, "entities": entities}})

    def tapped(self, chat: int, worked: Worked, label: str) -> bytes:
        """A tap on a button that went out with this message."""
        shown, data = button(worked, chat, label)
        query = {"id": str(4_000_000_000 + self.last_update), "from": self.person(chat), "message": shown}
        return self.update({"callback_query": query | {"chat_instance": f"-{chat}00", "data": data}})

    def update(self, content: dict[str, Any]) -> bytes:
        self.last_update += 1
        return json.dumps({"update_id": self.last_update} | content).encode()

    def framed(self, chat: int, sender: dict[str, Any]) -> dict[str, Any]:
        where = {"id": chat, "type": "private", "first_name": sender["first_name"]}
        return {"message_id": self.wire.last_message + 1, "from": sender, "chat": where, "date": self.seconds}

    def person(self, chat: int) -> dict[str, Any]:
        name = "Rina" if chat == SELLER else "Sari"
        return {"id": chat, "is_bot": False, "first_name": name, "language_code": "id"}

    @property
    def seconds(self) -> int:
        return int(self.clock().timestamp())


class NoSuchButton(AssertionError):
    """The message shows something else than was expected."""


def button(worked: Worked, chat: int, label: str) -> tuple[dict[str, Any], str]:
    """The message in this chat that shows such a button, as Telegram tells it with the tap, and the button's data."""
    for call in worked.calls:
        for shown in call.buttons:
            if str(call.fields.get("chat_id")) == str(chat) and label in shown["text"] and "callback_data" in shown:
                return message(call), shown["callback_data"]
    raise NoSuchButton(label, [(call.method, call.fields) for call in worked.calls])


@contextmanager
def counted(hub: Hub) -> Iterator[Counted]:
    """Count what happens at the database in here."""
    found = Counted()

    def executed(_: object, __: object, statement: str, *___: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            found.statements.append(statement)

    def committed(connection: Any) -> None:
        found.commits += connection.get_execution_options().get("postgresql_readonly", False) is False

    with listening(hub.database.writing, "commit", committed), listening_to_all(hub, executed):
        yield found


@contextmanager
def listening_to_all(hub: Hub, executed: Any) -> Iterator[None]:
    with listening(hub.database.writing, "before_cursor_execute", executed):
        if hub.database.reading is hub.database.writing:
            yield
            return
        with listening(hub.database.reading, "before_cursor_execute", executed):
            yield


@contextmanager
def listening(engine: Engine, name: str, heard: Any) -> Iterator[None]:
    event.listen(engine, name, heard)
    try:
        yield
    finally:
        event.remove(engine, name, heard)
