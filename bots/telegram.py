"""Telegram: heard, delivered. The only file with asyncio in it.

python-telegram-bot gives the types, the Bot and its HTTP; its update queue is not used, because a crash
would lose what it had acknowledged. Updates go to our inbox together with the offset that confirms them.
"""

import asyncio
import os
import re
import threading
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
import structlog
from markupsafe import Markup
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import MessageLimit, ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import BaseRequest, HTTPXRequest

from bots.channel import NOT_A_PICTURE, TOO_LARGE, Delivery, Gone, Later, Refused, pieces, seen
from bots.dialogue import Choice, Heard, Screen
from bots.intake import Intake
from storefront import inbox, rows
from storefront.database import Database, Writer
from storefront.inbox import Event
from storefront.models import Offset
from storefront.reading.noise import name_of

os.environ.setdefault("PTB_TIMEDELTA", "1")  # the library's pauses as timedelta, which is what it is moving to

T = TypeVar("T")
log = structlog.get_logger()
FILE_LARGEST = 10 * 1024 * 1024
SHORT_LABEL = 16
NAME = "telegram"
WANTED = ["message", "callback_query"]
ANSWERS_S = 15
WEBHOOK_CONNECTIONS = 8  # as many as we have threads
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
KINDS = ("voice", "sticker", "contact", "document", "video", "audio", "animation", "video_note")


class RawBot(Bot):
    """The library's bot, which also gives updates as they came.

    Its own `get_updates` builds an object of each, and one that it cannot build would keep all others from us.
    """

    async def raw_updates(self, offset: int | None, timeout: int) -> list[Any]:
        asked = {"offset": offset, "timeout": timeout, "allowed_updates": WANTED}
        found: Any = await self._post("getUpdates", asked, read_timeout=timeout + ANSWERS_S)
        return list(found)


class Telegram:
    """The bot, with one event loop of its own in a thread."""

    name = NAME

    def __init__(self, token: str, api_url: str, request: BaseRequest | None = None) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="telegram-loop", daemon=True)
        self.thread.start()
        self.bot = RawBot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=request or HTTPXRequest(connection_pool_size=8),
            get_updates_request=request or HTTPXRequest(connection_pool_size=1, read_timeout=40),
        )
        self.asking: Future[list[dict[str, Any]]] | None = None
        try:
            self.wait(self.bot.initialize())
        except TelegramError:
            self.end_loop()
            raise

    @property
    def username(self) -> str:
        return self.bot.username

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Do one thing on the bot's loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def close(self) -> None:
        self.wait(self.bot.shutdown())
        self.end_loop()

    def end_loop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()

    # -- heard -----------------------------------------------------------------------------------

    def poll(self, database: Database, now: datetime, timeout: int = 0, intake: Intake | None = None) -> int:
        """Fetch updates and keep them, with the offset that confirms them, in one transaction."""
        with database.read() as db:
            offset = db.get(Offset, NAME)
        self.asking = asyncio.run_coroutine_threadsafe(self.fetch(offset.value if offset else None, timeout), self.loop)
        updates = self.asking.result()
        if updates:
            with database.write() as db:
                for update in updates:
                    keep(db, update, now, intake)
                rows.put(db, Offset, {"source": NAME}, value=max(u["update_id"] for u in updates) + 1)
        return len(updates)

    def hang_up(self) -> None:
        """Stop asking for updates; what has not been confirmed comes again."""
        if self.asking:
            self.asking.cancel()

    async def fetch(self, offset: int | None, timeout: int) -> list[dict[str, Any]]:
        found = await self.bot.raw_updates(offset, timeout)
        return [update for update in found if isinstance(update, dict)]

    def understand(self, raw: dict[str, Any]) -> Heard | None:
        """An update as something a person did; None for what is not meant for us (an edit, a membership)."""
        if tap := raw.get("callback_query"):
            return tapped(tap)
        message = raw.get("message")
        if not self.wrote(raw) or not message:
            return None
        who = spoken_by(message["from"], message["chat"]["id"])
        photo = largest(message)
        if photo:
            return Heard(**who, kind="photo", text=message.get("caption", ""), **self.look(photo))
        return Heard(**who, **worded(message))

    def wrote(self, raw: dict[str, Any]) -> Heard | None:
        """Who wrote or tapped this, in her private chat."""
        event = raw.get("message") or raw.get("callback_query")
        if not isinstance(event, dict) or "from" not in event:
            return None
        chat = event.get("chat") or (event.get("message") or {}).get("chat") or {}
        if chat.get("type") != "private":
            return None
        return Heard(**spoken_by(event["from"], chat["id"]), kind="other")

    def look(self, photo: dict[str, Any]) -> dict[str, Any]:
        """Fetch a picture and look at it."""
        if (photo.get("file_size") or 0) > FILE_LARGEST:
            return {"picture_problem": TOO_LARGE}
        try:
            return seen(self.wait(self.download(photo["file_id"])))
        except BadRequest:
            return {"picture_problem": NOT_A_PICTURE}
        except TelegramError as fault:
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
            log.warning("setMyCommands failed", fault=type(fault).__name__)

    def be_posted_to(self, public_url: str, secret: str) -> None:
        """Ask for updates by webhook. Raises TelegramError."""
        self.wait(
            self.bot.set_webhook(
                f"{public_url}/telegram/webhook",
                secret_token=secret,
                allowed_updates=WANTED,
                max_connections=WEBHOOK_CONNECTIONS,
            )
        )

    def be_polled(self) -> None:
        """Take back a webhook that was set before; what waits there is kept for us. Raises TelegramError."""
        self.wait(self.bot.delete_webhook(drop_pending_updates=False))

    # -- delivered -------------------------------------------------------------------------------

    def deliver(self, delivery: Delivery) -> str | None:
        """Send, edit or answer; returns the message's id. Raises `Later`, `Gone` or `Refused`."""
        try:
            return self.wait(self.sent(delivery))
        except RetryAfter as wait:
            pause = wait.retry_after
            seconds = pause.total_seconds() if isinstance(pause, timedelta) else float(pause)
            raise Later(seconds, is_for_all=True) from wait
        except Forbidden as gone:
            raise Gone(gone.message) from gone
        except BadRequest as no:
            if "chat not found" in no.message.lower():
                raise Gone(no.message) from no
            raise Refused(no.message) from no
        except NetworkError as fault:
            raise Later(5, in_doubt=not isinstance(fault.__cause__, NEVER_LEFT)) from fault
        except InvalidToken as fault:
            raise Later(60, is_for_all=True) from fault  # the operator has to mend it; nobody's message is to blame
        except TelegramError as fault:
            raise Refused(fault.message) from fault

    def find(self, delivery: Delivery, since: datetime) -> Sequence[str] | None:  # noqa: ARG002 - the Bot API has no such question
        """The Bot API cannot be asked what a chat has received, so nobody can tell."""
        return None

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
        try:
            return await self.say_styled(delivery)
        except BadRequest as problem:
            if "parse entities" not in problem.message.lower():
                raise
        return await self.say_styled(plainly(delivery), parse_mode=None)

    async def say_styled(self, delivery: Delivery, parse_mode: str | None = ParseMode.HTML) -> str:
        text, markup = str(delivery.screen.text), keyboard(delivery.screen)
        common: dict[str, Any] = {"chat_id": delivery.address, "parse_mode": parse_mode}
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


def plainly(delivery: Delivery) -> Delivery:
    """The same words without any style: better plain than not at all."""
    words = Markup(as_plain(str(delivery.screen.text)))  # noqa: S704 - sent as plain text, where nothing is markup
    return replace(delivery, screen=delivery.screen.with_text(words))


def message_id(sent: Message) -> str:
    return str(sent.message_id)


def event_of(update: dict[str, Any]) -> Event:
    """One update under its own number."""
    body = update.get("callback_query") or update.get("message") or {}
    by = body.get("from") if isinstance(body, dict) else None
    sender = by.get("id", "nobody") if isinstance(by, dict) else "nobody"
    return Event(NAME, str(update["update_id"]), f"{NAME}:{sender}", update)


def keep(db: Writer, update: dict[str, Any], now: datetime, intake: Intake | None) -> None:
    """Keep one update; a copy stops here, and a flood at the door where there is one."""
    event = event_of(update)
    if intake:
        intake.admit(db, event, sent_at(update) or now, now)
    else:
        inbox.admit(db, *event, now)


def admit(db: Writer, update: dict[str, Any], now: datetime) -> bool:
    """Keep one update; a copy stops here."""
    return inbox.admit(db, *event_of(update), now)


def sent_at(update: dict[str, Any]) -> datetime | None:
    """When a message was sent; a tap does not say."""
    seconds = (update.get("message") or {}).get("date")
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None


def spoken_by(sender: dict[str, Any], chat_id: int) -> dict[str, Any]:
    return {
        "channel": NAME,
        "address": str(chat_id),
        "external_id": str(sender["id"]),
        "name": name_of(sender.get("first_name", "")),
        "language": sender.get("language_code"),
    }


def tapped(tap: dict[str, Any]) -> Heard | None:
    message = tap.get("message")
    if not message or message["chat"].get("type") != "private":
        return None  # in a group anybody may press, and the answer would be for everybody to read
    who = spoken_by(tap["from"], message["chat"]["id"])
    shown = str(message["message_id"])
    return Heard(**who, kind="tap", button=tap.get("data", ""), shown=shown, callback=tap["id"])


def largest(message: dict[str, Any]) -> dict[str, Any] | None:
    """The photo of a message in its best size; a picture sent as a file counts as a photo."""
    sizes = [size for size in message.get("photo") or [] if "file_id" in size]
    if sizes:
        best: dict[str, Any] = max(sizes, key=lambda size: size.get("width", 0) * size.get("height", 0))
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
    return Markup(text).striptags() if "<" in text else str(Markup(text).unescape())  # noqa: S704 - read, not shown


def parts(text: str) -> list[str]:
    return pieces(text, MessageLimit.MAX_TEXT_LENGTH, utf16)
