"""The room in which the server and the phones stand: chats, messages, waiting updates, and what each glass shows.

What the bot calls and what people do are told elsewhere (telegram.py, groups.py, inline.py); both only move what is
kept here.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Literal

from bots.phones.botapi import Asked, BotApiError, Drawer, Json, bad, is_web, links_of, rows_of
from bots.phones.bubbles import Bubble, Kind, PhoneError
from bots.phones.chats import (
    FIRST_CHAT,
    FIRST_GROUP,
    FIRST_SUPERGROUP,
    Chat,
    InlineAsk,
    Keyboard,
    Shared,
    Tap,
    TelegramGroup,
    TelegramPerson,
)

FRAME = ("message_id", "from", "chat", "date", "reply_to_message", "media_group_id", "via_bot")


class Room:
    def __init__(
        self,
        token: str,
        username: str,
        now: Callable[[], datetime],
        seq: Iterator[int],
        language: str = "id",
        *,
        fetch: Callable[[str], bytes | None] | None = None,
        post: Callable[[str, Json, dict[str, str]], int] | None = None,
    ) -> None:
        self.token = token
        self.username = username
        self.now = now
        self.seq = seq
        self.language = language
        self.fetch = fetch
        self.post = post
        self.people: dict[str, TelegramPerson] = {}
        self.groups: dict[str, TelegramGroup] = {}
        self.moved: dict[int, int] = {}
        self.messages: dict[int, Json] = {}
        self.shared: list[Shared] = []
        self.updates: list[Json] = []
        self.allowed: list[str] = []
        self.webhook: Json = {"url": ""}
        self.commands: dict[str, list[Json]] = {}
        self.scoped_commands: dict[tuple[str, str], list[Json]] = {}
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}
        self.menu: Json = {"type": "default"}
        self.menus: dict[int, Json] = {}
        self.calls: list[tuple[str, int | None]] = []
        self.trouble: list[BotApiError] = []
        self.drawer = Drawer(token)
        self._taps: dict[str, Tap] = {}
        self._asks: dict[str, InlineAsk] = {}
        self._albums = 0
        self._last_message = 0
        self._last_update = 100_000

    # Who is here.

    def person(self, name: str) -> TelegramPerson:
        """Return the person of this name, made on first use."""
        name = name.lower()
        if name not in self.people:
            self.people[name] = TelegramPerson(name, FIRST_CHAT + len(self.people), self.language)
        return self.people[name]

    def group(self, name: str, *, plain: bool = False) -> TelegramGroup:
        """Return the group of this name, made on first use: a supergroup as most are by now, or a plain one."""
        key, number = name.lower(), len(self.groups)
        if key not in self.groups:
            kind: Literal["group", "supergroup"] = "group" if plain else "supergroup"
            first = FIRST_GROUP if plain else FIRST_SUPERGROUP
            self.groups[key] = TelegramGroup(key, name, first - number, kind)
        return self.groups[key]

    def _me(self) -> Json:
        digits = self.token.partition(":")[0]
        number = int(digits) if digits.isdigit() else 42
        return {"id": number, "is_bot": True, "first_name": self.username, "username": self.username}

    def _writing(self, name: str) -> TelegramPerson:
        person = self.person(name)
        if person.blocked:
            raise PhoneError(f"{name} has blocked the bot")
        return person

    def _reachable(self, asked: Asked) -> Chat:
        if not asked.text("chat_id"):
            raise bad("chat_id is empty")
        number = asked.chat()
        if number in self.moved:
            moved = {"migrate_to_chat_id": self.moved[number]}
            raise BotApiError("Bad Request: group chat was upgraded to a supergroup chat", 400, moved)
        chats: list[Chat] = [*self.people.values(), *self.groups.values()]
        for chat in chats:
            if chat.chat_id == number and _is_open(chat):
                return chat
        raise bad("chat not found")

    # What happened.

    def _update(self, kind: str, content: Json) -> None:
        if self.allowed and kind not in self.allowed:
            return
        self._last_update += 1
        self.updates.append({"update_id": self._last_update, kind: content})

    def _framed(self, sender: Json, chat: Chat, reply: Json) -> Json:
        self._last_message += 1
        frame = {"message_id": self._last_message, "from": sender, "chat": chat.chat()}
        return frame | {"date": int(self.now().timestamp())} | reply

    def _member_changed(self, chat: Chat, person: TelegramPerson, old: str, new: str) -> None:
        change = {"chat": chat.chat(), "from": person.user(), "date": int(self.now().timestamp())}
        members = {"old_chat_member": self._member(old), "new_chat_member": self._member(new)}
        self._update("my_chat_member", change | members)

    def _member(self, status: str) -> Json:
        shut = {"until_date": 0} if status == "kicked" else {}
        return {"user": self._me(), "status": status, **shut}

    def _call_back(self, person: TelegramPerson, message: Json, data: str) -> None:
        self._query(person, {"message": message}, message["chat"]["id"], data)

    def _press(self, person: TelegramPerson, bubble: Bubble, data: str) -> None:
        """Tap a button with data; the bot knows a shared message by its inline id only."""
        shared = next((shared for shared in self.shared if shared.bubble is bubble), None)
        if shared:
            self._query(person, {"inline_message_id": shared.inline_id}, shared.chat.chat_id, data)
        else:
            self._call_back(person, self.messages[int(bubble.id)], data)

    def _query(self, person: TelegramPerson, shown: Json, chat: int, data: str) -> None:
        number = str(4_000_000_000 + len(self._taps))
        self._taps[number] = Tap(person.chat_id, self.now())
        person.offered_url = None
        query = {"id": number, "from": person.user(), **shown}
        self._update("callback_query", query | {"chat_instance": f"-{abs(chat)}00", "data": data})

    # Files.

    def _meant(self, asked: Asked, kind: str, reference: str) -> Json:
        """Return the stored file a call means; what is on the web is fetched if there is a web."""
        if self.fetch is None or kind != "photo" or not is_web(reference):
            return self.drawer.meant(asked, kind, reference)
        content = self.fetch(reference)
        if content is None:
            raise bad("failed to get HTTP URL content")
        return self.drawer.photo(content)

    # What the glass shows.

    def _show(self, chat: Chat, message: Json, markup: Json | None, *, mine: bool) -> Bubble:
        self.messages[message["message_id"]] = message
        bubble = self._draw(chat, message, markup, mine=mine)
        if isinstance(chat, TelegramPerson) and markup and markup.keys() & {"keyboard", "remove_keyboard"}:
            chat.put_keyboard_away()
            chat.keyboard = Keyboard(bubble, markup) if "keyboard" in markup else None
        return bubble

    def _draw(self, chat: Chat, message: Json, markup: Json | None, *, mine: bool) -> Bubble:
        text, kind, picture, links = self._look(message)
        number, at = message["message_id"], self.now()
        bubble = Bubble(str(number), mine, text, rows_of(markup), picture, at, next(self.seq), None, kind, links)
        chat.bubbles.append(bubble)
        return bubble

    def _repaint(self, chat: Chat, message: Json, markup: Json | None) -> None:
        bubble = next(bubble for bubble in chat.bubbles if bubble.id == str(message["message_id"]))
        bubble.text, bubble.kind, bubble.picture, bubble.links = self._look(message)
        bubble.rows = rows_of(markup)
        bubble.edited_at, bubble.seq = self.now(), next(self.seq)

    def _look(self, message: Json) -> tuple[str, Kind, bytes | None, tuple[str, ...]]:
        text = message.get("text") or message.get("caption") or ""
        links = links_of(text, message.get("entities") or message.get("caption_entities") or [])
        if "photo" in message:
            sizes = message["photo"]  # none if it was shared from an address that could not be fetched
            return text, "photo", self.drawer.content(sizes[-1]["file_id"]) if sizes else None, links
        if "document" in message:
            content = self.drawer.content(message["document"]["file_id"])
            named = f"{message['document']['file_name']}\n{text}".strip()
            return named, "document", content if _is_picture(content) else None, links
        if "contact" in message:
            return message["contact"]["phone_number"], "contact", None, ()
        if "venue" in message:
            return f"{message['venue']['title']}\n{message['venue']['address']}", "location", None, ()
        if "location" in message:
            return f"{message['location']['latitude']},{message['location']['longitude']}", "location", None, ()
        kinds: tuple[Kind, ...] = ("voice", "sticker")
        return text, next((kind for kind in kinds if kind in message), "text"), None, links


def _is_open(chat: Chat) -> bool:
    """Tell whether the bot may write there, or refuse if it was shut out; unknown chats are not there at all."""
    if isinstance(chat, TelegramPerson):
        if chat.started and chat.blocked:
            raise BotApiError("Forbidden: bot was blocked by the user", 403)
        return chat.started
    if chat.bot_was_removed:
        raise BotApiError(f"Forbidden: bot was kicked from the {chat.type} chat", 403)
    return chat.bot_is_member


def _is_picture(content: bytes) -> bool:
    from PIL import Image

    try:
        Image.open(io.BytesIO(content))
    except OSError:
        return False
    return True
