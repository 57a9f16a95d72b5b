"""Telegram: heard, delivered. The only file with asyncio in it.

python-telegram-bot gives the types, the Bot and its HTTP; its update queue is not used, because a crash
would lose what it had acknowledged. Updates go to our inbox together with the offset that confirms them.
"""

import asyncio
import os
import threading
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx
import structlog
from markupsafe import Markup
from telegram import Bot, BotCommand, InlineQueryResultsButton, InputMediaPhoto, LinkPreviewOptions, Message
from telegram.constants import MessageLimit, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import BaseRequest, HTTPXRequest

from bots.channel import NOT_A_PICTURE, TOO_LARGE, Delivery, Gone, Later, MovedTo, Refused, seen
from bots.dialogue import Heard
from bots.intake import Intake
from bots.keyboards import as_plain, as_result, asking, keyboard, menu_button, parts, utf16
from bots.updates import (
    NAME,
    WANTED,
    asked,
    event_of,
    filled,
    in_a_group,
    is_group,
    largest,
    put_out,
    replied_to,
    sent_at,
    spoken_by,
    tapped,
    worded,
)
from storefront import inbox, rows
from storefront.database import Database, Writer
from storefront.models import Offset

os.environ.setdefault("PTB_TIMEDELTA", "1")  # the library's pauses as timedelta, which is what it is moving to

T = TypeVar("T")
log = structlog.get_logger()
FILE_LARGEST = 10 * 1024 * 1024
ANSWERS_S = 15
WEBHOOK_CONNECTIONS = 8  # as many as we have threads
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
QUERY_KEPT_S = 10  # by Telegram, for her alone: a price may change
COMMANDS = {
    "": (
        ("menu", "Ada apa saja"),
        ("pesanan", "Pesanan saya"),
        ("komisi", "Komisi saya"),
        ("batal", "Batal"),
        ("bantuan", "Bantuan"),
    ),
    "en": (
        ("menu", "What there is"),
        ("orders", "My orders"),
        ("earnings", "My commissions"),
        ("cancel", "Cancel"),
        ("help", "Help"),
    ),
}


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
        if query := raw.get("inline_query"):
            return asked(query)
        if change := raw.get("my_chat_member"):
            return put_out(change)
        message = raw.get("message")
        if isinstance(message, dict) and is_group(message):
            return in_a_group(message)
        if cart := raw.get("mini_app"):
            return filled(cart)
        if not self.wrote(raw) or not message:
            return None
        who = spoken_by(message["from"], message["chat"]["id"])
        photo = largest(message)
        if photo:
            album = message.get("media_group_id")
            shown = replied_to(message)
            return Heard(
                **who, kind="photo", text=message.get("caption", ""), album=album, shown=shown, **self.look(photo)
            )
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

    def announce_commands(self, public_url: str = "") -> None:
        """Tell Telegram the commands to offer, in both languages, and what its menu button opens.

        A refusal is logged and never fatal.
        """
        try:
            for language, commands in COMMANDS.items():
                said = [BotCommand(name, told) for name, told in commands]
                self.wait(self.bot.set_my_commands(said, language_code=language or None))
            self.wait(self.bot.set_chat_menu_button(menu_button=menu_button(public_url)))
        except TelegramError as fault:
            log.warning("the commands or the menu button are not set", fault=type(fault).__name__)

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
            is_a_group = delivery.address.startswith("-")  # twenty a minute are a group's own limit, nobody else's
            raise Later(seconds, is_for_all=not is_a_group) from wait
        except Forbidden as gone:
            raise Gone(gone.message) from gone
        except ChatMigrated as moved:
            raise MovedTo(str(moved.new_chat_id)) from moved
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
        if delivery.kind == "results":
            await self.offer(delivery)
            return None
        if delivery.kind == "edit":
            return await self.edit(delivery)
        return await self.say(delivery)

    async def answer(self, delivery: Delivery) -> None:
        """Stop the tapped button's spinner, perhaps with a word. Too old to answer is as good as answered."""
        text = str(delivery.screen.text)[: MessageLimit.MAX_TEXT_LENGTH]
        door = next((choice.url for choice in delivery.screen.choices if choice.url), None)
        try:
            await self.bot.answer_callback_query(delivery.replaces or "", text=as_plain(text)[:200] or None, url=door)
        except BadRequest as problem:
            if "query" not in problem.message.lower():
                raise

    async def offer(self, delivery: Delivery) -> None:
        """List what an inline query may mean. Too late to answer is as good as answered: she has typed on."""
        empty = InlineQueryResultsButton(as_plain(str(delivery.screen.text)), start_parameter="menu")
        try:
            await self.bot.answer_inline_query(
                delivery.replaces or "",
                [as_result(one) for one in delivery.results],
                cache_time=QUERY_KEPT_S,
                is_personal=True,
                button=None if delivery.results else empty,
            )
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
            is_gone = "to edit" in problem.message.lower() or "can't be edited" in problem.message.lower()
            if is_gone and not delivery.address.startswith("-"):
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
        text, markup = str(delivery.screen.text), keyboard(delivery.screen) or asking(delivery)
        common: dict[str, Any] = {"chat_id": delivery.address, "parse_mode": parse_mode}
        if delivery.album:
            shown = [InputMediaPhoto(one) for one in delivery.album]
            await self.bot.send_media_group(chat_id=delivery.address, media=shown)
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
