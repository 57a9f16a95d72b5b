"""Telegram: heard, delivered. The only file with asyncio in it.

python-telegram-bot gives the types, the Bot and its HTTP; its update queue is not used, because a crash
would lose what it had acknowledged. Updates go to our inbox together with the offset that confirms them.
"""

import asyncio
import re
import threading
from collections.abc import Coroutine
from datetime import datetime
from typing import Any, TypeVar

import structlog
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import MessageLimit, ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.request import BaseRequest, HTTPXRequest

from bots.channel import NOT_A_PICTURE, TOO_LARGE, Delivery, Gone, Later, Refused, seen
from bots.dialogue import Choice, Heard, Screen
from storefront import inbox, rows
from storefront.database import Database, Writer
from storefront.models import Offset

T = TypeVar("T")
log = structlog.get_logger()
FILE_LARGEST = 10 * 1024 * 1024
SHORT_LABEL = 16
NAME = "telegram"
KINDS = ("voice", "sticker", "contact", "document", "video", "audio", "animation", "video_note")


class Telegram:
    """The bot, with one event loop of its own in a thread."""

    name = NAME

    def __init__(self, token: str, api_url: str, request: BaseRequest | None = None) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="telegram-loop", daemon=True)
        self.thread.start()
        self.bot = Bot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=request or HTTPXRequest(connection_pool_size=8),
            get_updates_request=request or HTTPXRequest(connection_pool_size=1, read_timeout=40),
        )
        self.wait(self.bot.initialize())

    @property
    def username(self) -> str:
        return self.bot.username

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Do one thing on the bot's loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def close(self) -> None:
        self.wait(self.bot.shutdown())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()

    # -- heard -----------------------------------------------------------------------------------

    def poll(self, database: Database, now: datetime, timeout: int = 0) -> int:
        """Fetch updates and keep them, with the offset that confirms them, in one transaction."""
        with database.read() as db:
            offset = db.get(Offset, NAME)
        updates = self.wait(self.fetch(offset.value if offset else None, timeout))
        if updates:
            with database.write() as db:
                for update in updates:
                    admit(db, update, now)
                rows.put(db, Offset, {"source": NAME}, value=max(u["update_id"] for u in updates) + 1)
        return len(updates)

    async def fetch(self, offset: int | None, timeout: int) -> list[dict[str, Any]]:
        found = await self.bot.get_updates(
            offset=offset, timeout=timeout, allowed_updates=["message", "callback_query"]
        )
        return [update.to_dict() for update in found]

    def understand(self, raw: dict[str, Any]) -> Heard | None:
        """An update as something a person did; None for what is not meant for us (an edit, a membership)."""
        if tap := raw.get("callback_query"):
            return tapped(tap)
        message = raw.get("message")
        if not message or message["chat"]["type"] != "private":
            return None
        who = spoken_by(message["from"], message["chat"]["id"])
        photo = largest(message)
        if photo:
            return Heard(**who, kind="photo", text=message.get("caption", ""), **self.look(photo))
        return Heard(**who, **worded(message))

    def look(self, photo: dict[str, Any]) -> dict[str, Any]:
        """Fetch a picture and look at it."""
        if (photo.get("file_size") or 0) > FILE_LARGEST:
            return {"picture_problem": TOO_LARGE}
        try:
            return seen(self.wait(self.download(photo["file_id"])))
        except BadRequest:
            return {"picture_problem": NOT_A_PICTURE}
        except NetworkError as fault:
            raise Later(5) from fault

    async def download(self, file_id: str) -> bytes:
        file = await self.bot.get_file(file_id)
        return bytes(await file.download_as_bytearray())

    def announce_commands(self) -> None:
        """Tell Telegram the commands it should offer; a refusal is logged and never fatal."""
        commands = [BotCommand("start", "Mulai"), BotCommand("menu", "Menu"), BotCommand("batal", "Batal")]
        try:
            self.wait(self.bot.set_my_commands(commands))
        except TelegramError as fault:
            log.warning("setMyCommands failed", fault=str(fault))

    # -- delivered -------------------------------------------------------------------------------

    def deliver(self, delivery: Delivery) -> str | None:
        """Send, edit or answer; returns the message's id. Raises `Later`, `Gone` or `Refused`."""
        try:
            return self.wait(self.sent(delivery))
        except RetryAfter as wait:
            seconds = wait.retry_after
            raise Later(seconds if isinstance(seconds, int | float) else seconds.total_seconds()) from wait
        except Forbidden as gone:
            raise Gone(gone.message) from gone
        except BadRequest as no:
            if "chat not found" in no.message.lower():
                raise Gone(no.message) from no
            raise Refused(no.message) from no
        except NetworkError as fault:
            raise Later(5) from fault
        except TelegramError as fault:
            raise Refused(fault.message) from fault

    async def sent(self, delivery: Delivery) -> str | None:
        if delivery.kind == "answer":
            await self.answer(delivery)
            return None
        if delivery.kind == "edit":
            return await self.edit(delivery)
        return await self.say(delivery)

    async def answer(self, delivery: Delivery) -> None:
        """Stop the tapped button's spinner, perhaps with a word. Too old to answer is as good as answered."""
        text = str(delivery.screen.text)[: MessageLimit.MAX_TEXT_LENGTH]
        try:
            await self.bot.answer_callback_query(delivery.replaces or "", text=as_plain(text)[:200] or None)
        except BadRequest as problem:
            if "query" not in problem.message.lower():
                raise

    async def edit(self, delivery: Delivery) -> str | None:
        """Change the message that was tapped; one that cannot be changed any more is said anew."""
        shown: dict[str, Any] = {"chat_id": delivery.address, "message_id": int(delivery.replaces or 0)}
        text = str(delivery.screen.text)
        common: dict[str, Any] = {"parse_mode": ParseMode.HTML, "reply_markup": keyboard(delivery.screen)}
        longest = MessageLimit.CAPTION_LENGTH if delivery.replaces_picture else MessageLimit.MAX_TEXT_LENGTH
        if utf16(text) > longest:
            return await self.say(delivery)
        try:
            if delivery.replaces_picture:
                await self.bot.edit_message_caption(**shown, caption=text, **common)
            else:
                preview = LinkPreviewOptions(is_disabled=True)
                await self.bot.edit_message_text(text, **shown, link_preview_options=preview, **common)
        except BadRequest as problem:
            if "not modified" in problem.message.lower():
                return delivery.replaces
            if "to edit" in problem.message.lower() or "can't be edited" in problem.message.lower():
                return await self.say(delivery)
            raise
        return delivery.replaces

    async def say(self, delivery: Delivery) -> str:
        """A new message; a picture carries its words where they fit."""
        text, markup = str(delivery.screen.text), keyboard(delivery.screen)
        common: dict[str, Any] = {"chat_id": delivery.address, "parse_mode": ParseMode.HTML}
        if delivery.picture and utf16(text) <= MessageLimit.CAPTION_LENGTH:
            sent = await self.bot.send_photo(photo=delivery.picture, caption=text, reply_markup=markup, **common)
            return str(sent.message_id)
        if delivery.picture:
            await self.bot.send_photo(photo=delivery.picture, **common)
        *first, last = parts(text)
        preview = LinkPreviewOptions(is_disabled=True)
        for part in first:
            await self.bot.send_message(text=part, link_preview_options=preview, **common)
        sent = await self.bot.send_message(text=last, link_preview_options=preview, reply_markup=markup, **common)
        return message_id(sent)


def message_id(sent: Message) -> str:
    return str(sent.message_id)


def admit(db: Writer, update: dict[str, Any], now: datetime) -> bool:
    """Keep one update under its own number; a copy stops here."""
    body = update.get("callback_query") or update.get("message") or update.get("edited_message") or {}
    sender = (body.get("from") or {}).get("id", "nobody")
    return inbox.admit(db, NAME, str(update["update_id"]), f"{NAME}:{sender}", update, now)


def spoken_by(sender: dict[str, Any], chat_id: int) -> dict[str, Any]:
    return {
        "channel": NAME,
        "address": str(chat_id),
        "external_id": str(sender["id"]),
        "name": sender.get("first_name", "")[:60],
        "language": sender.get("language_code"),
    }


def tapped(tap: dict[str, Any]) -> Heard | None:
    message = tap.get("message")
    if not message:
        return None
    who = spoken_by(tap["from"], message["chat"]["id"])
    shown = str(message["message_id"])
    return Heard(**who, kind="tap", button=tap.get("data", ""), shown=shown, callback=tap["id"])


def largest(message: dict[str, Any]) -> dict[str, Any] | None:
    """The photo of a message in its best size; a picture sent as a file counts as a photo."""
    if sizes := message.get("photo"):
        best: dict[str, Any] = max(sizes, key=lambda size: size["width"] * size["height"])
        return best
    document = message.get("document") or {}
    return document if document.get("mime_type", "").startswith("image/") else None


def worded(message: dict[str, Any]) -> dict[str, Any]:
    """A message without a picture: its words, its pin, or what kind of thing it is."""
    if place := message.get("location"):
        return {"kind": "location", "text": f"pin {place['latitude']:.5f},{place['longitude']:.5f}"}
    for kind in KINDS:
        if kind in message:
            return {"kind": kind if kind in {"voice", "sticker", "contact", "document"} else "other"}
    text = message.get("text", "")
    reply = message.get("reply_to_message") or {}
    shown = str(reply["message_id"]) if reply.get("from", {}).get("is_bot") else None
    if match := re.fullmatch(r"/start(?:@\w+)?(?:\s+(\S+))?\s*", text):
        return {"kind": "text", "text": "", "start": match[1] or ""}
    return {"kind": "text", "text": text.removeprefix("/"), "shown": shown}


def keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    """Two short buttons share a row; a longer one has its own."""
    grid: list[list[InlineKeyboardButton]] = []
    for choice in screen.choices:
        is_short = len(choice.label) <= SHORT_LABEL
        if is_short and grid and len(grid[-1]) == 1 and len(grid[-1][0].text) <= SHORT_LABEL:
            grid[-1].append(button(choice))
        else:
            grid.append([button(choice)])
    return InlineKeyboardMarkup(grid) if grid else None


def button(choice: Choice) -> InlineKeyboardButton:
    if choice.url:
        return InlineKeyboardButton(choice.label, url=choice.url)
    return InlineKeyboardButton(choice.label, callback_data=choice.data)


def utf16(text: str) -> int:
    """Telegram counts what a person reads, in UTF-16 units."""
    return len(as_plain(text).encode("utf-16-le")) // 2


def as_plain(text: str) -> str:
    from markupsafe import Markup

    return Markup(text).striptags() if "<" in text else str(Markup(text).unescape())  # noqa: S704 - read, not shown


def parts(text: str) -> list[str]:
    """A long text in pieces that fit, cut between lines."""
    pieces = [""]
    for line in text.splitlines(keepends=True):
        if utf16(pieces[-1] + line) > MessageLimit.MAX_TEXT_LENGTH:
            pieces.append("")
        pieces[-1] += line
    return pieces
