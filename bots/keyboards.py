"""A screen as Telegram shows it: keyboards, results of an inline query, and texts measured as it measures them."""

from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResult,
    InlineQueryResultArticle,
    InputTextMessageContent,
    KeyboardButton,
    LinkPreviewOptions,
    MenuButton,
    MenuButtonCommands,
    MenuButtonWebApp,
    ReplyKeyboardMarkup,
    WebAppInfo,
)
from telegram.constants import MessageLimit, ParseMode

from bots.channel import Delivery, pieces
from bots.dialogue import MINI_APP, Choice, Screen

SHORT_LABEL = 16


def asking(delivery: Delivery) -> ReplyKeyboardMarkup | None:
    """The button that sends one's own number, where it is wanted."""
    if delivery.screen.wants != "contact":
        return None
    words = {"id": "Kirim nomor saya", "en": "Send my number"}.get(delivery.language, "Kirim nomor saya")
    mine = KeyboardButton(words, request_contact=True)
    return ReplyKeyboardMarkup([[mine]], resize_keyboard=True, one_time_keyboard=True)


def menu_button(public_url: str) -> MenuButton:
    """Beside the line one writes in: the shop as a page, where we have an address Telegram opens; else the commands."""
    if public_url.startswith("https://"):
        return MenuButtonWebApp("Belanja", WebAppInfo(f"{public_url}{MINI_APP}"))
    return MenuButtonCommands()


def as_result(one: dict[str, Any]) -> InlineQueryResult:
    """One result: a product with its photo where it can be fetched, and the message that is sent when it is picked."""
    buttons = [button(Choice(*choice)) for choice in one["choices"]]
    picture = one["picture"] if str(one["picture"]).startswith("https://") else None
    words = InputTextMessageContent(
        one["text"], parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
    )
    return InlineQueryResultArticle(
        one["id"],
        one["title"],
        words,
        reply_markup=InlineKeyboardMarkup([buttons]),
        description=one["told"],
        thumbnail_url=picture,
    )


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
    if choice.url and urlsplit(choice.url).path == MINI_APP:
        return InlineKeyboardButton(choice.label, web_app=WebAppInfo(choice.url))
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
