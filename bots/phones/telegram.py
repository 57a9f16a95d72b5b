"""A Bot API server with the people's phones attached.

The bot calls it as it calls the real one and is refused what the real one refuses; the people say and tap on the same
object and read what the bot sent. Both ends of one chat in one room: nothing that is shown here skipped the wire.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bots.phones.botapi import (
    Asked,
    BotApiError,
    Drawer,
    Json,
    Upload,
    bad,
    captioned,
    links_of,
    rows_of,
)
from bots.phones.bubbles import Bubble, Button, Kind, PhoneError
from bots.phones.markup import units
from bots.phones.samples import VOICE, sticker

FIRST_CHAT = 7001
TAP_LIVES = timedelta(minutes=5)
DELETE_WITHIN = timedelta(hours=48)
FRAME = ("message_id", "from", "chat", "date", "reply_to_message")
DOING = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


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

    @property
    def first_name(self) -> str:
        return self.name.capitalize()

    def user(self) -> Json:
        told = {"id": self.chat_id, "is_bot": False, "first_name": self.first_name}
        return told | {"language_code": self.language}

    def chat(self) -> Json:
        return {"id": self.chat_id, "type": "private", "first_name": self.first_name}


@dataclass
class Tap:
    chat_id: int
    at: datetime
    answered: bool = False


class TelegramPhones:
    def __init__(
        self, token: str, username: str, now: Callable[[], datetime], seq: Iterator[int], language: str = "id"
    ) -> None:
        self.token = token
        self.username = username
        self.now = now
        self.seq = seq
        self.language = language
        self.people: dict[str, TelegramPerson] = {}
        self.messages: dict[int, Json] = {}
        self.updates: list[Json] = []
        self.allowed: list[str] = []
        self.webhook: Json = {"url": ""}
        self.commands: dict[str, list[Json]] = {}
        self.menu: Json = {"type": "default"}
        self.calls: list[tuple[str, int | None]] = []
        self.trouble: list[BotApiError] = []
        self.drawer = Drawer(token)
        self._taps: dict[str, Tap] = {}
        self._last_message = 0
        self._last_update = 100_000
        self._methods = self._served()

    # The bot's end.

    def handle(
        self, path: str, fields: Mapping[str, Any], files: Mapping[str, Upload] | None = None
    ) -> tuple[int, Json]:
        """Serve one call and return its status and JSON."""
        try:
            name = self._method_named(path)
            asked = Asked(fields, files or {})
            self.calls.append((name, asked.chat()))
            if self.trouble:
                raise self.trouble.pop(0)
            if name.lower() not in self._methods:
                raise BotApiError("Not Found", 404)
            result = self._methods[name.lower()](asked)
        except BotApiError as refusal:
            return refusal.code, refusal.as_json()
        return 200, {"ok": True, "result": result}

    def download(self, file_path: str) -> bytes | None:
        """Return the file that getFile named, None if there is none."""
        return self.drawer.by_path.get(file_path)

    def fails_next(self, description: str, code: int = 400, **parameters: Any) -> None:
        """Refuse the next call with this, as a busy server would."""
        self.trouble.append(BotApiError(description, code, parameters))

    def _served(self) -> dict[str, Callable[[Asked], Any]]:
        methods = {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._get_webhook_info,
            "setMyCommands": self._set_my_commands,
            "setChatMenuButton": self._set_chat_menu_button,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "sendDocument": self._send_document,
            "sendChatAction": self._send_chat_action,
            "editMessageText": self._edit_text,
            "editMessageCaption": self._edit_caption,
            "editMessageMedia": self._edit_media,
            "editMessageReplyMarkup": self._edit_markup,
            "deleteMessage": self._delete_message,
            "answerCallbackQuery": self._answer_callback_query,
            "getFile": lambda asked: self.drawer.file(asked.text("file_id")),
        }
        return {name.lower(): method for name, method in methods.items()}

    def _method_named(self, path: str) -> str:
        found = re.fullmatch(r"/bot([^/]+)/(\w+)", path.partition("?")[0])
        if found is None:
            raise BotApiError("Not Found", 404)
        if found.group(1) != self.token:
            raise BotApiError("Unauthorized", 401)
        return found.group(2)

    # How updates travel.

    def _get_me(self, _: Asked) -> Json:
        talents = {"can_join_groups": False, "can_read_all_group_messages": False, "supports_inline_queries": False}
        return self._me() | talents

    def _me(self) -> Json:
        digits = self.token.partition(":")[0]
        number = int(digits) if digits.isdigit() else 42
        return {"id": number, "is_bot": True, "first_name": self.username, "username": self.username}

    def _get_updates(self, asked: Asked) -> list[Json]:
        if self.webhook["url"]:
            raise BotApiError(
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
                409,
            )
        self._allow(asked)
        offset = asked.whole("offset", 0)
        old = sum(update["update_id"] < offset for update in self.updates)
        del self.updates[: max(len(self.updates) + offset, 0) if offset < 0 else old]
        return self.updates[: min(max(asked.whole("limit", 100), 1), 100)]

    def _allow(self, asked: Asked) -> None:
        wanted = asked.parsed("allowed_updates")
        if wanted is not None:
            self.allowed = list(wanted)

    def _set_webhook(self, asked: Asked) -> bool:
        address, secret = asked.text("url"), asked.text("secret_token")
        parts = urlsplit(address)
        near = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        if address and parts.scheme != "https" and not near:
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad("secret token contains unallowed characters")
        self._allow(asked)
        if asked.yes("drop_pending_updates"):
            self.updates.clear()
        self.webhook = {"url": address, "secret_token": secret, "max_connections": asked.whole("max_connections", 40)}
        return True

    def _delete_webhook(self, asked: Asked) -> bool:
        if asked.yes("drop_pending_updates"):
            self.updates.clear()
        self.webhook = {"url": ""}
        return True

    def _get_webhook_info(self, _: Asked) -> Json:
        told = {name: value for name, value in self.webhook.items() if name != "secret_token"}
        told |= {"has_custom_certificate": False, "pending_update_count": len(self.updates)}
        return told | ({"allowed_updates": self.allowed} if self.allowed else {})

    def _update(self, kind: str, content: Json) -> None:
        if self.allowed and kind not in self.allowed:
            return
        self._last_update += 1
        self.updates.append({"update_id": self._last_update, kind: content})

    # How the bot dresses.

    def _set_my_commands(self, asked: Asked) -> bool:
        commands = asked.parsed("commands") or []
        if len(commands) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", "")).removeprefix("/")):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= units(str(command.get("description", ""))) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[asked.text("language_code")] = commands
        return True

    def _set_chat_menu_button(self, asked: Asked) -> bool:
        menu = asked.parsed("menu_button") or {"type": "default"}
        if menu.get("type") not in {"default", "commands", "web_app"}:
            raise bad("can't parse menu button: unsupported type")
        self.menu = menu
        return True

    # What the bot sends.

    def _send_message(self, asked: Asked) -> Json:
        person = self._reachable(asked)
        text, entities = asked.body()
        return self._send(person, asked, {"text": text} | ({"entities": entities} if entities else {}))

    def _send_photo(self, asked: Asked) -> Json:
        person = self._reachable(asked)
        caption = asked.caption()
        return self._send(person, asked, self.drawer.meant(asked, "photo", asked.text("photo")) | caption)

    def _send_document(self, asked: Asked) -> Json:
        person = self._reachable(asked)
        caption = asked.caption()
        return self._send(person, asked, self.drawer.meant(asked, "document", asked.text("document")) | caption)

    def _send_chat_action(self, asked: Asked) -> bool:
        self._reachable(asked)
        if asked.text("action") not in DOING:
            raise bad("wrong parameter action in request")
        return True

    def _reachable(self, asked: Asked) -> TelegramPerson:
        if not asked.text("chat_id"):
            raise bad("chat_id is empty")
        for person in self.people.values():
            if person.chat_id == asked.chat() and person.started:
                if person.blocked:
                    raise BotApiError("Forbidden: bot was blocked by the user", 403)
                return person
        raise bad("chat not found")

    def _send(self, person: TelegramPerson, asked: Asked, content: Json) -> Json:
        markup = asked.markup()
        message = self._framed(self._me(), person, self._answered(asked, person)) | content
        if markup and markup.get("inline_keyboard"):
            message["reply_markup"] = markup
        person.sent += 1
        self._show(person, message, markup, mine=False)
        return message

    def _answered(self, asked: Asked, person: TelegramPerson) -> Json:
        wanted = asked.parsed("reply_parameters") or {}
        number = int(wanted.get("message_id", asked.whole("reply_to_message_id", 0)))
        message = self.messages.get(number)
        if message and message["chat"]["id"] == person.chat_id:
            return {"reply_to_message": {key: value for key, value in message.items() if key != "reply_to_message"}}
        if number and not wanted.get("allow_sending_without_reply"):
            raise bad("message to be replied not found")
        return {}

    def _framed(self, sender: Json, person: TelegramPerson, reply: Json) -> Json:
        self._last_message += 1
        frame = {"message_id": self._last_message, "from": sender, "chat": person.chat()}
        return frame | {"date": int(self.now().timestamp())} | reply

    # What the bot changes.

    def _edit_text(self, asked: Asked) -> Json:
        person, message = self._editable(asked)
        if "text" not in message:
            raise bad("there is no text in the message to edit")
        text, entities = asked.body()
        return self._redraw(person, message, asked, {"text": text} | ({"entities": entities} if entities else {}))

    def _edit_caption(self, asked: Asked) -> Json:
        person, message = self._editable(asked)
        if "text" in message:
            raise bad("there is no caption in the message to edit")
        media = {kind: message[kind] for kind in ("photo", "document") if kind in message}
        return self._redraw(person, message, asked, media | asked.caption())

    def _edit_media(self, asked: Asked) -> Json:
        person, message = self._editable(asked)
        media = asked.parsed("media")
        if not isinstance(media, dict) or media.get("type") not in {"photo", "document"}:
            raise bad("can't parse InputMedia: unsupported type")
        content = self.drawer.meant(asked, media["type"], str(media.get("media", "")))
        caption = captioned(media.get("caption") or "", media.get("parse_mode") or "", media.get("caption_entities"))
        return self._redraw(person, message, asked, content | caption)

    def _edit_markup(self, asked: Asked) -> Json:
        person, message = self._editable(asked)
        left_out = {*FRAME, "reply_markup", "edit_date"}
        return self._redraw(person, message, asked, {k: v for k, v in message.items() if k not in left_out})

    def _editable(self, asked: Asked) -> tuple[TelegramPerson, Json]:
        person = self._reachable(asked)
        message = self.messages.get(asked.whole("message_id", 0))
        if message is None or message["chat"]["id"] != person.chat_id:
            raise bad("message to edit not found")
        if not message["from"]["is_bot"]:
            raise bad("message can't be edited")
        return person, message

    def _redraw(self, person: TelegramPerson, message: Json, asked: Asked, content: Json) -> Json:
        markup = asked.markup()
        if markup and "inline_keyboard" not in markup:
            raise bad("inline keyboard expected")
        shown = {"reply_markup": markup} if markup and markup["inline_keyboard"] else {}
        changed = {key: message[key] for key in FRAME if key in message} | content | shown
        if changed == {key: value for key, value in message.items() if key != "edit_date"}:
            raise bad(
                "message is not modified: specified new message content and reply markup are exactly the same "
                "as a current content and reply markup of the message"
            )
        changed["edit_date"] = int(self.now().timestamp())
        self.messages[message["message_id"]] = changed
        self._repaint(person, changed, markup)
        return changed

    def _delete_message(self, asked: Asked) -> bool:
        person = self._reachable(asked)
        message = self.messages.get(asked.whole("message_id", 0))
        if message is None or message["chat"]["id"] != person.chat_id:
            raise bad("message to delete not found")
        if self.now().timestamp() - message["date"] > DELETE_WITHIN.total_seconds():
            raise bad("message can't be deleted")
        del self.messages[message["message_id"]]
        person.bubbles[:] = [bubble for bubble in person.bubbles if bubble.id != str(message["message_id"])]
        return True

    def _answer_callback_query(self, asked: Asked) -> bool:
        tap = self._taps.get(asked.text("callback_query_id"))
        if tap is None or tap.answered or self.now() - tap.at > TAP_LIVES:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if units(asked.text("text")) > 200:
            raise bad("MESSAGE_TOO_LONG")
        tap.answered = True
        person = next(person for person in self.people.values() if person.chat_id == tap.chat_id)
        if asked.text("text"):
            person.toasts.append((next(self.seq), asked.text("text")))
        return True

    # What the glass shows.

    def _show(self, person: TelegramPerson, message: Json, markup: Json | None, *, mine: bool) -> Bubble:
        text, kind, picture, links = self._look(message)
        number, at = message["message_id"], self.now()
        bubble = Bubble(str(number), mine, text, rows_of(markup), picture, at, next(self.seq), None, kind, links)
        self.messages[number] = message
        person.bubbles.append(bubble)
        return bubble

    def _repaint(self, person: TelegramPerson, message: Json, markup: Json | None) -> None:
        bubble = next(bubble for bubble in person.bubbles if bubble.id == str(message["message_id"]))
        bubble.text, bubble.kind, bubble.picture, bubble.links = self._look(message)
        bubble.rows = rows_of(markup)
        bubble.edited_at, bubble.seq = self.now(), next(self.seq)

    def _look(self, message: Json) -> tuple[str, Kind, bytes | None, tuple[str, ...]]:
        text = message.get("text") or message.get("caption") or ""
        links = links_of(text, message.get("entities") or message.get("caption_entities") or [])
        if "photo" in message:
            return text, "photo", self.drawer.content(message["photo"][-1]["file_id"]), links
        if "document" in message:
            content = self.drawer.content(message["document"]["file_id"])
            named = f"{message['document']['file_name']}\n{text}".strip()
            return named, "document", content if _is_picture(content) else None, links
        if "contact" in message:
            return message["contact"]["phone_number"], "contact", None, ()
        if "location" in message:
            return f"{message['location']['latitude']},{message['location']['longitude']}", "location", None, ()
        kinds: tuple[Kind, ...] = ("voice", "sticker")
        return text, next((kind for kind in kinds if kind in message), "text"), None, links

    # The people's end.

    def person(self, name: str) -> TelegramPerson:
        """Return the person of this name, made on first use."""
        name = name.lower()
        if name not in self.people:
            self.people[name] = TelegramPerson(name, FIRST_CHAT + len(self.people), self.language)
        return self.people[name]

    def bubbles(self, name: str) -> list[Bubble]:
        return self.person(name).bubbles

    def toasts(self, name: str) -> list[tuple[int, str]]:
        return self.person(name).toasts

    def sent_to(self, name: str) -> int:
        """Count the messages the bot sent; edits and pop-ups are none."""
        return self.person(name).sent

    def says(self, name: str, text: str, reply_to: Bubble | None = None) -> Bubble:
        return self._receive(name, _written(text), reply_to)

    def starts(self, name: str, payload: str = "") -> Bubble:
        """Press Start, as after opening the bot's link with this payload."""
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", payload):
            raise PhoneError(f"Telegram does not pass on the start parameter {payload!r}")
        return self.says(name, f"/start {payload}".strip())

    def sends_photo(self, name: str, picture: bytes, caption: str | None = None) -> Bubble:
        words = {"caption": caption} if caption else {}
        return self._receive(name, self.drawer.photo(picture, strict=False) | words)

    def sends_voice(self, name: str) -> Bubble:
        kept = self.drawer.put("voice", "voice", ".oga", VOICE)
        return self._receive(name, {"voice": {**kept, "duration": 3, "mime_type": "audio/ogg"}})

    def sends_sticker(self, name: str) -> Bubble:
        kept = self.drawer.put("sticker", "stickers", ".webp", sticker())
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self._receive(name, {"sticker": {**kept, **shape, "emoji": "👍"}})

    def sends_contact(self, name: str, phone: str, own: bool = True) -> Bubble:
        person = self.person(name)
        card: Json = {"phone_number": phone, "first_name": person.first_name if own else "Teman"}
        return self._receive(name, {"contact": card | ({"user_id": person.chat_id} if own else {})})

    def sends_location(self, name: str, lat: float, lng: float) -> Bubble:
        return self._receive(name, {"location": {"latitude": lat, "longitude": lng}})

    def taps(self, name: str, bubble: Bubble, button: Button) -> str | None:
        """Tap a button still shown; return the address to open if it has one."""
        person = self._writing(name)
        if button not in bubble.buttons or bubble not in person.bubbles:
            raise PhoneError(f"there is no button [{button.label}] on that message")
        if button.url is not None:
            return button.url
        message = self.messages[int(bubble.id)]
        if button.data is not None:
            self._call_back(person, message, button.data)
        elif "reply_markup" not in message:
            self.says(name, button.label)
        return None

    def edits(self, name: str, bubble: Bubble, text: str) -> None:
        person = self._writing(name)
        if not bubble.mine or bubble.kind != "text":
            raise PhoneError("only a text of one's own can be edited")
        old = self.messages[int(bubble.id)]
        message = {key: old[key] for key in FRAME if key in old} | _written(text)
        message["edit_date"] = int(self.now().timestamp())
        self.messages[message["message_id"]] = message
        self._repaint(person, message, None)
        self._update("edited_message", message)

    def blocks(self, name: str) -> None:
        self._membership(name, blocked=True)

    def unblocks(self, name: str) -> None:
        self._membership(name, blocked=False)

    def _receive(self, name: str, content: Json, reply_to: Bubble | None = None) -> Bubble:
        person = self._writing(name)
        answered = self.messages[int(reply_to.id)] if reply_to else None
        reply = {"reply_to_message": answered} if answered else {}
        message = self._framed(person.user(), person, reply) | content
        person.started = True
        bubble = self._show(person, message, None, mine=True)
        bubble.quotes = reply_to.text if reply_to else ""
        self._update("message", message)
        return bubble

    def _writing(self, name: str) -> TelegramPerson:
        person = self.person(name)
        if person.blocked:
            raise PhoneError(f"{name} has blocked the bot")
        return person

    def _call_back(self, person: TelegramPerson, message: Json, data: str) -> None:
        number = str(4_000_000_000 + len(self._taps))
        self._taps[number] = Tap(person.chat_id, self.now())
        query = {"id": number, "from": person.user(), "message": message}
        self._update("callback_query", query | {"chat_instance": f"-{person.chat_id}00", "data": data})

    def _membership(self, name: str, *, blocked: bool) -> None:
        person = self.person(name)
        if person.blocked == blocked:
            return
        person.blocked = blocked
        free: Json = {"user": self._me(), "status": "member"}
        shut: Json = {"user": self._me(), "status": "kicked", "until_date": 0}
        change = {"chat": person.chat(), "from": person.user(), "date": int(self.now().timestamp())}
        old, new = (free, shut) if blocked else (shut, free)
        self._update("my_chat_member", change | {"old_chat_member": old, "new_chat_member": new})


def _written(text: str) -> Json:
    command = re.match(r"/[A-Za-z0-9_]{1,32}(?=@|\s|$)", text)
    if command is None:
        return {"text": text}
    return {"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": command.end()}]}


def _is_picture(content: bytes) -> bool:
    from PIL import Image

    try:
        Image.open(io.BytesIO(content))
    except OSError:
        return False
    return True
