"""A Bot API server with the people's phones attached.

The bot calls it as it calls the real one and is refused what the real one refuses; the people say and tap on the same
object and read what the bot sent. Both ends of one chat in one room: nothing that is shown here skipped the wire.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bots.phones.botapi import (
    Asked,
    BotApiError,
    Json,
    Upload,
    bad,
    captioned,
    check_shared_place,
    is_near,
    is_web,
    label_of,
    raw_buttons,
)
from bots.phones.bubbles import Bubble, Button, PhoneError
from bots.phones.chats import Chat, TelegramPerson, checked_payload, written
from bots.phones.groups import Groups
from bots.phones.inline import TOO_OLD, Inline
from bots.phones.markup import units
from bots.phones.room import FRAME
from bots.phones.samples import VOICE, sticker
from bots.phones.webapp import checked_menu, compact, signed

TAP_LIVES = timedelta(minutes=5)
DELETE_WITHIN = timedelta(hours=48)
HERE = (-6.4025, 106.7942)
ALBUM = range(2, 11)
SCOPES = {
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
}
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


class TelegramPhones(Groups, Inline):
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

    @cached_property
    def _methods(self) -> dict[str, Callable[[Asked], Any]]:
        methods = {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._get_webhook_info,
            "setMyCommands": self._set_my_commands,
            "setMyDescription": self._set_my_description,
            "setMyShortDescription": self._set_my_short_description,
            "setChatMenuButton": self._set_chat_menu_button,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "sendDocument": self._send_document,
            "sendMediaGroup": self._send_media_group,
            "sendLocation": self._send_location,
            "sendVenue": self._send_venue,
            "sendChatAction": self._send_chat_action,
            "editMessageText": self._edit_text,
            "editMessageCaption": self._edit_caption,
            "editMessageMedia": self._edit_media,
            "editMessageReplyMarkup": self._edit_markup,
            "deleteMessage": self._delete_message,
            "answerCallbackQuery": self._answer_callback_query,
            "answerInlineQuery": self._answer_inline_query,
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
        talents = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True}
        return self._me() | talents

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
        if address and parts.scheme != "https" and not is_near(address):
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

    def push_updates(self) -> int:
        """Post the waiting updates to the webhook until one is not taken; return how many were."""
        taken = 0
        while self.post and self.webhook["url"] and self.updates:
            update, secret = self.updates[0], self.webhook.get("secret_token")
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
            if not 200 <= self.post(self.webhook["url"], update, headers) < 300:
                break
            self.updates[:] = [waiting for waiting in self.updates if waiting is not update]
            taken += 1
        return taken

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
        scope, language = (asked.parsed("scope") or {"type": "default"}).get("type"), asked.text("language_code")
        if scope not in SCOPES:
            raise bad("can't parse BotCommandScope: unsupported type specified")
        self.scoped_commands[scope, language] = commands
        if scope in {"default", "all_private_chats"}:
            self.commands[language] = commands
        return True

    def _set_my_description(self, asked: Asked) -> bool:
        if units(asked.text("description")) > 512:
            raise bad("DESCRIPTION_TOO_LONG")
        self.descriptions[asked.text("language_code")] = asked.text("description")
        return True

    def _set_my_short_description(self, asked: Asked) -> bool:
        if units(asked.text("short_description")) > 120:
            raise bad("ABOUT_TOO_LONG")
        self.short_descriptions[asked.text("language_code")] = asked.text("short_description")
        return True

    def _set_chat_menu_button(self, asked: Asked) -> bool:
        menu = checked_menu(asked.parsed("menu_button"))
        if not asked.text("chat_id"):
            self.menu = menu
            return True
        if asked.chat() not in {person.chat_id for person in self.people.values() if person.started}:
            raise bad("chat not found")
        self.menus[asked.chat() or 0] = menu
        return True

    # What the bot sends.

    def _send_message(self, asked: Asked) -> Json:
        chat = self._reachable(asked)
        return self._send(chat, asked, asked.body())

    def _send_photo(self, asked: Asked) -> Json:
        chat = self._reachable(asked)
        caption = asked.caption()
        return self._send(chat, asked, self._meant(asked, "photo", asked.text("photo")) | caption)

    def _send_document(self, asked: Asked) -> Json:
        chat = self._reachable(asked)
        caption = asked.caption()
        return self._send(chat, asked, self._meant(asked, "document", asked.text("document")) | caption)

    def _send_media_group(self, asked: Asked) -> list[Json]:
        chat, media = self._reachable(asked), asked.parsed("media")
        if not isinstance(media, list):
            raise bad("can't parse media: expected an Array of InputMedia")
        if len(media) < ALBUM.start:
            raise bad("there are no messages to send" if not media else "media must include 2-10 items")
        if len(media) >= ALBUM.stop:
            raise bad("too many messages to send as an album")
        album = self._album()
        return [self._send(chat, asked, content | album) for content in [self._item(asked, one) for one in media]]

    def _item(self, asked: Asked, media: Any) -> Json:
        if not isinstance(media, dict) or media.get("type") != "photo":
            raise bad("can't parse InputMedia: unsupported type")
        return self._pictured(asked, media)

    def _album(self) -> Json:
        self._albums += 1
        return {"media_group_id": str(13_000_000_000_000_000 + self._albums)}

    def _send_location(self, asked: Asked) -> Json:
        chat = self._reachable(asked)
        return self._send(chat, asked, {"location": _place(asked)})

    def _send_venue(self, asked: Asked) -> Json:
        chat, place = self._reachable(asked), _place(asked)
        for name in ("title", "address"):
            if not asked.text(name).strip():
                raise bad(f"{name} is empty")
        venue = {"location": place, "title": asked.text("title"), "address": asked.text("address")}
        return self._send(chat, asked, {"location": place, "venue": venue})

    def _send_chat_action(self, asked: Asked) -> bool:
        self._reachable(asked)
        if asked.text("action") not in DOING:
            raise bad("wrong parameter action in request")
        return True

    def _send(self, chat: Chat, asked: Asked, content: Json) -> Json:
        markup = self._markup(asked, private=isinstance(chat, TelegramPerson))
        message = self._framed(self._me(), chat, self._answered(asked, chat)) | content
        if markup and markup.get("inline_keyboard"):
            message["reply_markup"] = markup
        chat.sent += 1
        self._show(chat, message, markup, mine=False)
        return message

    def _markup(self, asked: Asked, *, private: bool) -> Json | None:
        markup = asked.markup()
        if not private:
            check_shared_place(markup)
        return markup

    def _answered(self, asked: Asked, chat: Chat) -> Json:
        wanted = asked.parsed("reply_parameters") or {}
        number = int(wanted.get("message_id", asked.whole("reply_to_message_id", 0)))
        message = self.messages.get(number)
        if message and message["chat"]["id"] == chat.chat_id:
            return {"reply_to_message": {key: value for key, value in message.items() if key != "reply_to_message"}}
        if number and not wanted.get("allow_sending_without_reply"):
            raise bad("message to be replied not found")
        return {}

    # What the bot changes.

    def _edit_text(self, asked: Asked) -> Json | bool:
        return self._edited(asked, self._new_text)

    def _edit_caption(self, asked: Asked) -> Json | bool:
        return self._edited(asked, self._new_caption)

    def _edit_media(self, asked: Asked) -> Json | bool:
        return self._edited(asked, self._new_media)

    def _edit_markup(self, asked: Asked) -> Json | bool:
        left_out = {*FRAME, "reply_markup", "edit_date"}
        return self._edited(asked, lambda _, message: {k: v for k, v in message.items() if k not in left_out})

    def _new_text(self, asked: Asked, message: Json) -> Json:
        if "text" not in message:
            raise bad("there is no text in the message to edit")
        return asked.body()

    def _new_caption(self, asked: Asked, message: Json) -> Json:
        if "text" in message:
            raise bad("there is no caption in the message to edit")
        return {kind: message[kind] for kind in ("photo", "document") if kind in message} | asked.caption()

    def _new_media(self, asked: Asked, _: Json) -> Json:
        media = asked.parsed("media")
        if not isinstance(media, dict) or media.get("type") not in {"photo", "document"}:
            raise bad("can't parse InputMedia: unsupported type")
        return self._pictured(asked, media)

    def _pictured(self, asked: Asked, media: Json) -> Json:
        content = self._meant(asked, media["type"], str(media.get("media", "")))
        caption = captioned(media.get("caption") or "", media.get("parse_mode") or "", media.get("caption_entities"))
        return content | caption

    def _edited(self, asked: Asked, renewed: Callable[[Asked, Json], Json]) -> Json | bool:
        """Change one of the bot's messages, or one that somebody sent as an inline result."""
        if not asked.text("inline_message_id"):
            chat, message = self._editable(asked)
            return self._redraw(chat, message, asked, renewed(asked, message))
        shared = self._shared_as(asked.text("inline_message_id"))
        shared.message = self._redraw(shared.chat, shared.message, asked, renewed(asked, shared.message))
        return True

    def _editable(self, asked: Asked) -> tuple[Chat, Json]:
        chat = self._reachable(asked)
        message = self.messages.get(asked.whole("message_id", 0))
        if message is None or message["chat"]["id"] != chat.chat_id:
            raise bad("message to edit not found")
        if not message["from"]["is_bot"]:
            raise bad("message can't be edited")
        return chat, message

    def _redraw(self, chat: Chat, message: Json, asked: Asked, content: Json) -> Json:
        private = isinstance(chat, TelegramPerson) and "via_bot" not in message
        markup = self._markup(asked, private=private)
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
        if message["message_id"] in self.messages:  # a message between two people is none of the bot's
            self.messages[message["message_id"]] = changed
        self._repaint(chat, changed, markup)
        return changed

    def _delete_message(self, asked: Asked) -> bool:
        chat = self._reachable(asked)
        message = self.messages.get(asked.whole("message_id", 0))
        if message is None or message["chat"]["id"] != chat.chat_id:
            raise bad("message to delete not found")
        foreign = not isinstance(chat, TelegramPerson) and not message["from"]["is_bot"]
        if foreign or self.now().timestamp() - message["date"] > DELETE_WITHIN.total_seconds():
            raise bad("message can't be deleted")
        del self.messages[message["message_id"]]
        chat.bubbles[:] = [bubble for bubble in chat.bubbles if bubble.id != str(message["message_id"])]
        return True

    def _answer_callback_query(self, asked: Asked) -> bool:
        tap, url = self._taps.get(asked.text("callback_query_id")), asked.text("url")
        if tap is None or tap.answered or self.now() - tap.at > TAP_LIVES:
            raise bad(TOO_OLD)
        if units(asked.text("text")) > 200:
            raise bad("MESSAGE_TOO_LONG")
        if url and not self._starts_us(url):
            raise bad("URL_INVALID")
        tap.answered = True
        person = next(person for person in self.people.values() if person.chat_id == tap.chat_id)
        person.offered_url = url or None
        if asked.text("text"):
            person.toasts.append((next(self.seq), asked.text("text")))
        return True

    def _starts_us(self, url: str) -> bool:
        address = url if "://" in url else f"https://{url}"
        if not is_web(address):
            return False
        parts = urlsplit(address)
        start = parse_qs(parts.query).get("start", [""])[0]
        ours = parts.hostname == "t.me" and parts.path.strip("/").lower() == self.username.lower()
        return ours and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", start) is not None

    # The people's end.

    def bubbles(self, name: str) -> list[Bubble]:
        return self.person(name).bubbles

    def toasts(self, name: str) -> list[tuple[int, str]]:
        return self.person(name).toasts

    def sent_to(self, name: str) -> int:
        """Count the messages the bot sent; edits and pop-ups are none."""
        return self.person(name).sent

    def says(self, name: str, text: str, reply_to: Bubble | None = None) -> Bubble:
        return self._receive(name, written(text), reply_to)

    def starts(self, name: str, payload: str = "") -> Bubble:
        """Press Start, as after opening the bot's link with this payload."""
        return self.says(name, f"/start {checked_payload(payload)}".strip())

    def sends_photo(self, name: str, picture: bytes, caption: str | None = None) -> Bubble:
        words = {"caption": caption} if caption else {}
        return self._receive(name, self.drawer.photo(picture, strict=False) | words)

    def sends_album(self, name: str, pictures: list[bytes], caption: str | None = None) -> list[Bubble]:
        """Send photos together: one message each, the words under the first."""
        if len(pictures) not in ALBUM:
            raise PhoneError("an album has 2 to 10 pictures")
        album, words = self._album(), [{"caption": caption} if caption else {}, *({} for _ in pictures[1:])]
        photos = [self.drawer.photo(picture, strict=False) for picture in pictures]
        return [self._receive(name, album | photo | word) for photo, word in zip(photos, words, strict=True)]

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

    def shares_contact(self, name: str) -> Bubble:
        """Send one's own number, as a button that asks for it does."""
        return self.sends_contact(name, self.person(name).phone)

    def sends_location(self, name: str, lat: float, lng: float) -> Bubble:
        return self._receive(name, {"location": {"latitude": lat, "longitude": lng}})

    def taps(self, name: str, bubble: Bubble, button: Button) -> str | None:
        """Tap a button still shown; return the address to open if it has one."""
        person = self._writing(name)
        if button not in bubble.buttons or bubble not in person.bubbles:
            raise PhoneError(f"there is no button [{button.label}] on that message")
        if button.url is not None:
            return button.url
        if button.data is not None:
            self._press(person, bubble, button.data)
        elif person.keyboard and person.keyboard.bubble is bubble:
            self._types(person, button.label, person.keyboard.markup)
        return None

    def _types(self, person: TelegramPerson, label: str, markup: Json) -> None:
        """Press a key in place of the letters: it writes its words, or sends what it asks for."""
        key = next(key for key in raw_buttons(markup) if label_of(key) == label)
        asks = key if isinstance(key, dict) else {}
        if asks.get("request_contact"):
            self.shares_contact(person.name)
        elif asks.get("request_location"):
            self.sends_location(person.name, *HERE)
        else:
            self.says(person.name, label)
        if markup.get("one_time_keyboard"):
            person.put_keyboard_away()

    def takes_url(self, name: str) -> str | None:
        """Return the address that the answer to the last tap opens, once."""
        person = self.person(name)
        offered, person.offered_url = person.offered_url, None
        return offered

    def menu_button(self, name: str) -> Button | None:
        """Return the button beside the letters, None where it only lists the commands."""
        menu = self.menus.get(self.person(name).chat_id, {"type": "default"})
        menu = self.menu if menu["type"] == "default" else menu
        return Button(menu["text"], url=menu["web_app"]["url"]) if menu["type"] == "web_app" else None

    def init_data(self, name: str, start_param: str | None = None, **extra: object) -> str:
        """Return the signed words a Mini App of this bot would find about who opened it."""
        person = self.person(name)
        user = {"id": person.chat_id, "first_name": person.first_name, "last_name": ""}
        user |= {"language_code": person.language, "allows_write_to_pm": True}
        fields: Json = {"query_id": f"AAH{next(self.seq):021d}", "user": compact(user)}
        fields |= {"auth_date": int(self.now().timestamp()), "start_param": start_param} | extra
        return signed(self.token, {field: str(value) for field, value in fields.items() if value is not None})

    def edits(self, name: str, bubble: Bubble, text: str) -> None:
        person = self._writing(name)
        if not bubble.mine or bubble.kind != "text":
            raise PhoneError("only a text of one's own can be edited")
        old = self.messages[int(bubble.id)]
        message = {key: old[key] for key in FRAME if key in old} | written(text)
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
        answered = self.messages.get(int(reply_to.id)) if reply_to else None
        reply = {"reply_to_message": answered} if answered else {}
        message = self._framed(person.user(), person, reply) | content
        person.started = True
        bubble = self._show(person, message, None, mine=True)
        bubble.quotes = reply_to.text if reply_to else ""
        self._update("message", message)
        return bubble

    def _membership(self, name: str, *, blocked: bool) -> None:
        person = self.person(name)
        if person.blocked == blocked:
            return
        person.blocked = blocked
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        self._member_changed(person, person, old, new)


def _place(asked: Asked) -> Json:
    return {"latitude": asked.number("latitude", -90, 90), "longitude": asked.number("longitude", -180, 180)}
