"""Inline mode: the bot is asked by name in any chat, and whoever asked sends one of its answers there.

The bot never sees that chat. It knows the message by an inline id, hears of taps on it, and may edit it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bots.phones.botapi import (
    Asked,
    Drawer,
    Json,
    bad,
    captioned,
    check_shared_place,
    checked_markup,
    checked_text,
    is_web,
    opens_app,
    rows_of,
)
from bots.phones.bubbles import Bubble, PhoneError
from bots.phones.chats import PAYLOAD, InlineAsk, InlineResult, Shared, TelegramGroup
from bots.phones.room import Room

LONGEST_QUERY = 256
MOST_RESULTS = 50
ASK_LIVES = timedelta(seconds=30)
CHATS = {"sender", "private", "group", "supergroup", "channel"}
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Inline(Room):
    # The people's end.

    def asks_inline(self, name: str, query: str, chat_type: str = "sender") -> str:
        """Write the bot's name and these words into any chat; return the number of the query."""
        if len(query) > LONGEST_QUERY or chat_type not in CHATS:
            raise PhoneError(f"Telegram does not ask this of a bot: {query[:40]!r} in {chat_type}")
        person, number = self.person(name), str(5_000_000_000 + len(self._asks))
        self._asks[number] = InlineAsk(person, self.now())
        person.query, person.results, person.results_button = number, [], None
        asked = {"id": number, "from": person.user(), "query": query, "offset": "", "chat_type": chat_type}
        self._update("inline_query", asked)
        return number

    def inline_results(self, name: str) -> list[InlineResult]:
        """Return what the bot answered to the person's last query."""
        return self.person(name).results

    def shares(self, name: str, result: InlineResult, to: str | TelegramGroup) -> Bubble:
        """Send a result into the chat with another person, or into a group."""
        person = self.person(name)
        if not any(shown is result for shown in person.results):
            raise PhoneError(f"{name} is shown no such result")
        chat = to if isinstance(to, TelegramGroup) else self.person(to)
        shown = {"reply_markup": result.markup} if result.markup else {}
        message = self._framed(person.user(), chat, {"via_bot": self._me()}) | self._posted(result) | shown
        bubble = self._draw(chat, message, result.markup, mine=False)
        bubble.by, bubble.via = person.first_name, f"@{self.username}"
        if result.markup:  # a message without buttons gets no inline id: it can never be changed
            self.shared.append(Shared(f"AQAAAA{message['message_id']}", chat, bubble, message))
        if isinstance(chat, TelegramGroup):
            self._reaches(chat, message)
        return bubble

    def _reaches(self, group: TelegramGroup, message: Json) -> None:
        """Tell the bot if it is there: what was sent through it is always meant for it."""
        self.messages[message["message_id"]] = message
        if group.bot_is_member:
            self._update("message", message)

    def _posted(self, result: InlineResult) -> Json:
        if result.photo_url is None:
            return result.content
        content = self.fetch(result.photo_url) if self.fetch else None
        shape: Json = {"photo": []} if content is None else self.drawer.photo(content, strict=False)
        return shape | result.content

    # The bot's end.

    def _answer_inline_query(self, asked: Asked) -> bool:
        ask = self._asks.get(asked.text("inline_query_id"))
        if ask is None or ask.answered or self.now() - ask.at > ASK_LIVES:
            raise bad(TOO_OLD)
        results = read_results(asked.parsed("results"), self.drawer)
        button = checked_switch(asked.parsed("button"))
        if len(asked.text("next_offset").encode()) > 64:
            raise bad("NEXT_OFFSET_INVALID")
        ask.answered = True
        if self._asks[ask.person.query] is ask:
            ask.person.results, ask.person.results_button = results, button
            ask.person.results_seq = next(self.seq)
        return True

    def _shared_as(self, inline_id: str) -> Shared:
        found = next((shared for shared in self.shared if shared.inline_id == inline_id), None)
        if found is None:
            raise bad("MESSAGE_ID_INVALID")
        return found


# Reading an answer.


def read_results(given: Any, drawer: Drawer) -> list[InlineResult]:
    """Return the results a person will be shown, or refuse the answer."""
    if not isinstance(given, list):
        raise bad("can't parse inline query results: expected an Array of InlineQueryResult")
    if len(given) > MOST_RESULTS:
        raise bad("RESULTS_TOO_MUCH")
    results = [_result(one, drawer) for one in given]
    if len({result.id for result in results}) < len(results):
        raise bad("RESULT_ID_DUPLICATE")
    return results


def checked_switch(given: Any) -> Json | None:
    """Return the button above the results, which leads to the private chat or to a Mini App."""
    if given is None:
        return None
    if not isinstance(given, dict) or not str(given.get("text", "")).strip():
        raise bad("SWITCH_PM_TEXT_EMPTY")
    if "web_app" in given:
        if not opens_app(given["web_app"]):
            raise bad("SWITCH_WEBVIEW_URL_INVALID")
        return given
    start = str(given.get("start_parameter", ""))
    if not start:
        raise bad("START_PARAM_EMPTY")
    if not PAYLOAD.fullmatch(start):
        raise bad("START_PARAM_INVALID")
    return given


def _result(given: Any, drawer: Drawer) -> InlineResult:
    if not isinstance(given, dict):
        raise unread("expected an Object")
    number, kind = str(given.get("id", "")), given.get("type")
    if not number:
        raise bad("RESULT_ID_EMPTY")
    if len(number.encode()) > 64:
        raise bad("RESULT_ID_INVALID")
    if kind not in {"article", "photo"}:
        raise unread(f'type "{kind}" is unsupported for the inline query result')
    content, address, thumb = _article(given) if kind == "article" else _photo(given, drawer)
    markup = _markup(given.get("reply_markup"))
    text = content.get("text") or content.get("caption") or ""
    title, description = str(given.get("title", "")), str(given.get("description", ""))
    return InlineResult(number, title, description, text, rows_of(markup), thumb, content, markup, address)


def _article(given: Json) -> tuple[Json, None, str | None]:
    if not str(given.get("title", "")).strip():
        raise bad("ARTICLE_TITLE_EMPTY")
    if "input_message_content" not in given:
        raise unread('Can\'t find field "input_message_content"')
    thumb = given.get("thumbnail_url")
    if thumb is not None and not is_web(thumb):
        raise bad("WEBDOCUMENT_URL_INVALID")
    return _words(given["input_message_content"]), None, thumb


def _photo(given: Json, drawer: Drawer) -> tuple[Json, str | None, str | None]:
    """Return what would be sent, the address to fetch first, and that of its small picture."""
    caption = captioned(given.get("caption") or "", given.get("parse_mode") or "", given.get("caption_entities"))
    kept, address, thumb = given.get("photo_file_id"), given.get("photo_url"), given.get("thumbnail_url")
    if kept is not None:
        content, address, thumb = drawer.meant(Asked({}, {}), "photo", str(kept)) | caption, None, None
    else:
        _check_addresses(address, thumb)
        content = caption
    if "input_message_content" in given:
        return _words(given["input_message_content"]), None, thumb
    return content, address, thumb


def _check_addresses(photo: Any, thumb: Any) -> None:
    if not photo:
        raise bad("PHOTO_CONTENT_URL_EMPTY")
    if not thumb:
        raise bad("PHOTO_THUMB_URL_EMPTY")
    if not (is_web(photo) and is_web(thumb)):
        raise bad("WEBDOCUMENT_URL_INVALID")


def _words(given: Any) -> Json:
    if not isinstance(given, dict) or "message_text" not in given:
        raise unread('Can\'t find field "message_text"')
    return checked_text(str(given["message_text"]), given.get("parse_mode") or "", given.get("entities"))


def _markup(given: Any) -> Json | None:
    if given is None:
        return None
    markup = checked_markup(given)
    if "inline_keyboard" not in markup:
        raise bad("inline keyboard expected")
    check_shared_place(markup)
    return markup if markup["inline_keyboard"] else None


def unread(reason: str) -> Exception:
    return bad(f"can't parse inline query result: {reason}")
