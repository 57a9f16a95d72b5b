"""The floor: the least a bot with a durable memory can do for the same message.

python-telegram-bot reads the same update, composes the same answers and hands them to the same kind of wire; the
database commits as often, one row each time, in plain SQL on the same disk (SQLite with WAL and synchronous=FULL, or
the same PostgreSQL server). No shop, no conversation, no promise.
"""

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import psycopg
from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.constants import ParseMode

from benchmarks.subject import API
from benchmarks.wire import Call, Wire
from bots.hub import SIMULATED_TOKEN

TABLE = "CREATE TABLE floor (id INTEGER PRIMARY KEY, body TEXT NOT NULL)"
SERIAL = "CREATE TABLE floor (id BIGSERIAL PRIMARY KEY, body TEXT NOT NULL)"
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Notebook(Protocol):
    """A database in plain SQL."""

    commits: int

    def note(self, body: str) -> None:
        """Insert one row and commit it."""
        ...

    def close(self) -> None: ...


class SqliteNotebook:
    """One connection with the settings the hub's writer has."""

    def __init__(self, url: str) -> None:
        self.commits = 0
        self.connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.execute(TABLE)

    def note(self, body: str) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute("INSERT INTO floor (body) VALUES (?)", (body,))
        self.connection.execute("COMMIT")
        self.commits += 1

    def close(self) -> None:
        self.connection.close()


class PostgresNotebook:
    """One connection of the driver the hub uses, without anything above it."""

    def __init__(self, url: str) -> None:
        self.commits = 0
        self.connection = psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1))
        self.connection.execute(SERIAL)
        self.connection.commit()

    def note(self, body: str) -> None:
        self.connection.execute("INSERT INTO floor (body) VALUES (%s)", (body,))
        self.connection.commit()
        self.commits += 1

    def close(self) -> None:
        self.connection.close()


class Floor:
    """A bot that knows its answers beforehand."""

    def __init__(self, database_url: str) -> None:
        is_sqlite = database_url.startswith("sqlite")
        self.notebook: Notebook = SqliteNotebook(database_url) if is_sqlite else PostgresNotebook(database_url)
        self.wire = Wire()
        self.loop = asyncio.new_event_loop()
        self.bot = Bot(SIMULATED_TOKEN, base_url=f"{API}/bot", request=self.wire, get_updates_request=self.wire)
        self.loop.run_until_complete(self.bot.initialize())

    def work(self, body: bytes, calls: Sequence[Call], commits: int) -> tuple[float, float]:
        """The same update in, the same calls out, as many commits; returns what it took by clock and processor."""
        del self.wire.calls[:]
        answers = [(call.method, said(call)) for call in calls]
        burnt, began = time.process_time(), time.perf_counter()
        self.loop.run_until_complete(self.answered(body, answers, commits))
        return time.perf_counter() - began, time.process_time() - burnt

    async def answered(self, body: bytes, answers: Sequence[tuple[str, dict[str, Any]]], commits: int) -> None:
        update = Update.de_json(json.loads(body), self.bot)
        for _ in range(commits):
            self.notebook.note(str(update.update_id))
        for method, given in answers:
            await SENT[method](self.bot, **composed(given))

    def close(self) -> None:
        self.loop.run_until_complete(self.bot.shutdown())
        self.loop.close()
        self.notebook.close()


def said(call: Call) -> dict[str, Any]:
    """What a call said, as plain values; which they are is known before the clock starts."""
    fields = {name: value for name, value in call.fields.items() if name in SAID}
    if call.buttons:
        fields["reply_markup"] = json.loads(call.fields["reply_markup"])
    return fields | ({"photo": call.picture} if call.picture else {})


def composed(given: dict[str, Any]) -> dict[str, Any]:
    """The same as the library's own objects: building them is part of the work."""
    more: dict[str, Any] = {"parse_mode": ParseMode.HTML} if "text" in given or "caption" in given else {}
    if "reply_markup" in given:
        more["reply_markup"] = InlineKeyboardMarkup.de_json(given["reply_markup"], None)
    if "text" in given and "chat_id" in given:
        more["link_preview_options"] = NO_PREVIEW
    return {name: value for name, value in given.items() if name != "parse_mode"} | more


SAID = ("chat_id", "text", "caption", "message_id", "callback_query_id")
SENT: dict[str, Callable[..., Any]] = {
    "sendMessage": Bot.send_message,
    "sendPhoto": Bot.send_photo,
    "editMessageText": Bot.edit_message_text,
    "editMessageCaption": Bot.edit_message_caption,
    "answerCallbackQuery": Bot.answer_callback_query,
}
