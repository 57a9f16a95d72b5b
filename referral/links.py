"""A code as something to tap: Telegram and WhatsApp open a chat with it already said."""

import re
from urllib.parse import quote

START_LONGEST = 64
_START = re.compile(r"[A-Za-z0-9_-]{1,64}")


def telegram(bot: str, payload: str) -> str:
    """Open the bot with a payload of at most 64 signs of A-Z a-z 0-9 _ - (Bot API, "Deep linking")."""
    if not _START.fullmatch(payload):
        raise ValueError(f"a start payload cannot carry {payload!r}")
    return f"https://t.me/{bot}?start={payload}"


def telegram_group(bot: str, payload: str) -> str:
    """Choose a group to put the bot into, which is told the payload there (Bot API, "Deep linking")."""
    return telegram(bot, payload).replace("?start=", "?startgroup=")


def whatsapp(number: str, text: str) -> str:
    """Open a WhatsApp chat with the hub's number and the words already written."""
    digits = "".join(sign for sign in number if sign.isdigit())
    return f"https://wa.me/{digits}?text={quote(text, safe='')}"


def suffixed(code: str, product_number: int | None, picture: int | None = None) -> str:
    """The code that also names a product, ``DEWI7-1``, and the picture it stands on, ``DEWI7-1-3``."""
    return "-".join([code, *(str(number) for number in (product_number, picture) if number is not None)])
