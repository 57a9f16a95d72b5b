"""Who opened the page inside Telegram: its signed initData, checked before anything in it is believed.

Telegram signs every field but the hash itself (Bot API, "Validating data received via the Mini App"); ``signature``
is a field like any other. A field that comes twice is refused before anybody could choose which of the two counts.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

GOOD_FOR = timedelta(hours=24)  # reopened or reloaded, Telegram hands out the old one for up to a day
CLOCKS_DIFFER = timedelta(minutes=5)
LONGEST = 8_192
FIELDS_MOST = 30


class Unproven(Exception):
    """Nobody can tell who this is: not signed by this bot, too old, or not as Telegram writes it."""


def user_of(init_data: str, token: str, now: datetime) -> dict[str, Any]:
    """The user who opened the page. Raises `Unproven`, with one wording for everything that may be wrong."""
    fields = fields_of(init_data)
    given = fields.get("hash", "")
    if not hmac.compare_digest(given.encode(), signed(fields, token).encode()):
        raise Unproven
    if not is_fresh(fields.get("auth_date", ""), now):
        raise Unproven
    return a_user(fields.get("user", ""))


def fields_of(init_data: str) -> dict[str, str]:
    if len(init_data) > LONGEST:
        raise Unproven
    try:
        init_data.encode()  # half a character is no text
        pairs = parse_qsl(init_data, keep_blank_values=True, strict_parsing=True, max_num_fields=FIELDS_MOST)
    except ValueError as fault:
        raise Unproven from fault
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Unproven
    return fields


def signed(fields: dict[str, str], token: str) -> str:
    """The hash these fields must carry."""
    lines = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()) if name != "hash")
    secret = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    return hmac.digest(secret, lines.encode(), hashlib.sha256).hex()


def is_fresh(auth_date: str, now: datetime) -> bool:
    if not (auth_date.isascii() and auth_date.isdigit() and len(auth_date) < 12):
        return False
    made = datetime.fromtimestamp(int(auth_date), UTC)
    return now - GOOD_FOR <= made <= now + CLOCKS_DIFFER


def a_user(text: str) -> dict[str, Any]:
    """The user as plain values; one whose JSON names a thing twice is nobody."""
    try:
        user = json.loads(text, object_pairs_hook=only_once)
    except (ValueError, RecursionError) as fault:
        raise Unproven from fault
    number = user.get("id") if isinstance(user, dict) else None
    if type(number) is not int or number <= 0 or user.get("is_bot"):
        raise Unproven
    name, language = user.get("first_name"), user.get("language_code")
    return {
        "id": number,
        "first_name": name if isinstance(name, str) else "",
        "language_code": language if isinstance(language, str) else None,
    }


def only_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found
