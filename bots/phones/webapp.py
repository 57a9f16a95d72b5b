"""Mini Apps: what Telegram would hand the page, signed as it signs it, and the button that opens one from the menu."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from bots.phones.botapi import Json, bad, opens_app


def signed(token: str, fields: Mapping[str, str]) -> str:
    """Return these fields as `WebApp.initData`, with the bot's own hash over all of them."""
    told = {"signature": _third_party(fields)} | dict(fields)
    lines = "\n".join(f"{name}={value}" for name, value in sorted(told.items()))
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    return urlencode(told | {"hash": hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest()})


def _third_party(fields: Mapping[str, str]) -> str:
    """Return what stands where Telegram signs for others; nobody here holds its key, so it is only of that shape."""
    digest = hashlib.sha512(repr(sorted(fields.items())).encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def compact(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def checked_menu(given: Any) -> Json:
    menu = {"type": "default"} if given is None else given
    if not isinstance(menu, dict) or menu.get("type") not in {"default", "commands", "web_app"}:
        raise bad("can't parse menu button: unsupported type")
    if menu["type"] != "web_app":
        return menu
    if not str(menu.get("text", "")).strip():
        raise bad("can't parse menu button: text must be non-empty")
    if not opens_app(menu.get("web_app")):
        raise bad("menu button Web App URL is invalid: Only HTTPS links are allowed")
    return menu
