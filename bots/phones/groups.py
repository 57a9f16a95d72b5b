"""Groups: where several people and the bot read the same messages, and the bot hears only what is meant for it."""

from __future__ import annotations

import re

from bots.phones.botapi import Json
from bots.phones.bubbles import Bubble, Button, PhoneError
from bots.phones.chats import FIRST_MOVED, TelegramGroup, checked_payload, written
from bots.phones.room import Room

NOBODY: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


class Groups(Room):
    def adds_bot(self, name: str, group: TelegramGroup, payload: str = "") -> None:
        """Pick this group after opening the bot's startgroup link with this payload."""
        person = self.person(name)
        checked_payload(payload)
        if not group.bot_is_member:
            old = _absent(group) if group.bot_was_removed else "left"
            group.bot_is_member, group.bot_was_removed = True, False
            self._member_changed(group, person, old, "member")
        if payload:
            self.says_in(name, group, f"/start@{self.username} {payload}")

    def removes_bot(self, name: str, group: TelegramGroup) -> None:
        if not group.bot_is_member:
            raise PhoneError(f"the bot is not in {group.title}")
        group.bot_is_member, group.bot_was_removed = False, True
        self._member_changed(group, self.person(name), "member", _absent(group))

    def migrates(self, group: TelegramGroup) -> None:
        """Make a supergroup of a plain group, as happens by itself when it grows: under another number."""
        if group.type == "supergroup":
            raise PhoneError(f"{group.title} is a supergroup already")
        old, leaving = group.chat_id, self._framed(NOBODY, group, {})
        group.chat_id, group.type = FIRST_MOVED - len(self.moved), "supergroup"
        self.moved[old] = group.chat_id
        if group.bot_is_member:
            self._update("message", leaving | {"migrate_to_chat_id": group.chat_id})
            self._update("message", self._framed(NOBODY, group, {}) | {"migrate_from_chat_id": old})

    def says_in(self, name: str, group: TelegramGroup, text: str, reply_to: Bubble | None = None) -> Bubble:
        """Write where everybody reads it; the bot in its privacy mode does only if it is addressed."""
        person, answered = self.person(name), self.messages.get(int(reply_to.id)) if reply_to else None
        reply = {"reply_to_message": answered} if answered else {}
        message = self._framed(person.user(), group, reply) | written(text)
        bubble = self._show(group, message, None, mine=True)
        bubble.by, bubble.quotes = person.first_name, reply_to.text if reply_to else ""
        if self._is_addressed(text) or (answered and self._is_ours(answered)):
            self._tell_of(group, message)
        return bubble

    def taps_in(self, name: str, group: TelegramGroup, bubble: Bubble, button: Button) -> str | None:
        """Tap a button still shown to the group; return the address to open if it has one."""
        person = self.person(name)
        if button not in bubble.buttons or not any(shown is bubble for shown in group.bubbles):
            raise PhoneError(f"there is no button [{button.label}] on that message")
        if button.url is not None:
            return button.url
        if button.data is not None:
            self._press(person, bubble, button.data)
        elif "reply_markup" not in self.messages[int(bubble.id)]:
            self.says_in(name, group, button.label, bubble)
        return None

    def _tell_of(self, group: TelegramGroup, message: Json) -> None:
        if group.bot_is_member:
            self._update("message", message)

    def _is_addressed(self, text: str) -> bool:
        command = re.match(r"/[A-Za-z0-9_]{1,32}(?:@(\w+))?(?=\s|$)", text)
        return command is not None and (command[1] or self.username).lower() == self.username.lower()

    def _is_ours(self, message: Json) -> bool:
        return bool(message["from"]["id"] == self._me()["id"] or message.get("via_bot"))


def _absent(group: TelegramGroup) -> str:
    """Return what a bot is that was taken out: a supergroup keeps it out, a plain group forgets it."""
    return "kicked" if group.type == "supergroup" else "left"
