"""Who has a Telegram here: people with a phone each, and the groups they write in together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bots.phones.botapi import Json
from bots.phones.bubbles import Bubble, Button, PhoneError

FIRST_CHAT = 7001
FIRST_GROUP = -7_000_001
FIRST_SUPERGROUP = -1_000_000_007_001
FIRST_MOVED = -1_000_001_007_001
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


@dataclass(frozen=True)
class InlineResult:
    """Show one line of the list above the letters; picked, it becomes a message of `content` and `markup`."""

    id: str
    title: str
    description: str
    text: str
    rows: list[list[Button]]
    thumb: str | None
    content: Json = field(repr=False)
    markup: Json | None = field(repr=False)
    photo_url: str | None = None

    def says(self) -> str:
        return "\n".join([self.title, self.description, self.text, *(b.label for row in self.rows for b in row)])


@dataclass(frozen=True)
class Keyboard:
    """Lie in place of the letters until another comes, it is removed, or it was used and was there for once."""

    bubble: Bubble
    markup: Json


@dataclass
class TelegramPerson:
    name: str
    chat_id: int
    language: str
    started: bool = False
    blocked: bool = False
    sent: int = 0
    bubbles: list[Bubble] = field(default_factory=list)
    toasts: list[tuple[int, str]] = field(default_factory=list)
    offered_url: str | None = None
    keyboard: Keyboard | None = None
    query: str = ""
    results: list[InlineResult] = field(default_factory=list)
    results_seq: int = 0
    results_button: Json | None = None

    @property
    def first_name(self) -> str:
        return self.name.capitalize()

    @property
    def phone(self) -> str:
        return f"+6280000{self.chat_id:06d}"

    def user(self) -> Json:
        told = {"id": self.chat_id, "is_bot": False, "first_name": self.first_name}
        return told | {"language_code": self.language}

    def chat(self) -> Json:
        return {"id": self.chat_id, "type": "private", "first_name": self.first_name}

    def put_keyboard_away(self) -> None:
        if self.keyboard:
            self.keyboard.bubble.rows = []
        self.keyboard = None


@dataclass
class TelegramGroup:
    """Everybody in it sees the same `bubbles`; those that a member wrote are `mine`, whoever looks."""

    name: str
    title: str
    chat_id: int
    type: Literal["group", "supergroup"] = "supergroup"
    bot_is_member: bool = False
    bot_was_removed: bool = False
    sent: int = 0
    bubbles: list[Bubble] = field(default_factory=list)

    def chat(self) -> Json:
        return {"id": self.chat_id, "type": self.type, "title": self.title}


Chat = TelegramPerson | TelegramGroup


@dataclass
class Tap:
    chat_id: int
    at: datetime
    answered: bool = False


@dataclass
class InlineAsk:
    person: TelegramPerson
    at: datetime
    answered: bool = False


@dataclass
class Shared:
    """Keep what somebody sent as an inline result; the bot knows it by `inline_id` and by nothing else."""

    inline_id: str
    chat: Chat
    bubble: Bubble
    message: Json


def written(text: str) -> Json:
    command = re.match(r"/[A-Za-z0-9_]{1,32}(?:@\w+)?(?=\s|$)", text)
    if command is None:
        return {"text": text}
    return {"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": command.end()}]}


def checked_payload(payload: str) -> str:
    if not PAYLOAD.fullmatch(payload):
        raise PhoneError(f"Telegram does not pass on the start parameter {payload!r}")
    return payload
