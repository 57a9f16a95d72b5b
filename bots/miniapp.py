"""What the page inside Telegram sends: a cart, from somebody whose initData says who she is. It goes into the inbox.

From there on it is a message like any other: the talk goes on in her chat, where money and address belong.
"""

import hashlib
import re
from typing import TYPE_CHECKING, Any

import structlog
from flask import Blueprint, Response, current_app, jsonify, request

from bots import initdata, updates
from storefront.database import UNANSWERED
from storefront.inbox import Event
from storefront.phrases import Voice, marked

if TYPE_CHECKING:
    from bots.hub import Hub

log = structlog.get_logger()
miniapp = Blueprint("miniapp_order", __name__)

LARGEST = 32 * 1024
LINES_MOST = 30
ONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")
START = re.compile(r"[A-Za-z0-9_-]{1,64}")
REOPEN = marked("Please open the shop again from Telegram; then I know who you are.")
EMPTY = marked("Nothing is in the cart yet.")
LATER = marked("The chat does not answer just now. Please press the button again in a moment.")


@miniapp.post("/miniapp/order")
def order() -> tuple[Response, int]:
    """Take a cart. Pressed twice, or brought twice by a bad line, it is one."""
    hub: Hub = current_app.extensions["getok.hub"]
    asked = a_cart()
    t = Voice(spoken(asked), hub.settings.zone)
    if "telegram" not in hub.channels:
        return told(t(REOPEN)), 401
    try:
        user = initdata.user_of(asked["init_data"], hub.telegram_token, hub.clock())
    except initdata.Unproven:
        return told(t(REOPEN)), 401
    if not asked["lines"]:
        return told(t(EMPTY)), 422
    raw = {"mini_app": {"user": user, "lines": asked["lines"], "start": asked["start"]}}
    event = Event(updates.NAME, f"app:{user['id']}:{asked['once']}", f"{updates.NAME}:{user['id']}", raw)
    try:
        hub.intake.take(event, hub.clock())
    except UNANSWERED:
        return told(t(LATER)), 503
    hub.ring()
    return jsonify(ok=True), 200


def told(words: Any) -> Response:
    return jsonify(ok=False, words=str(words))


def a_cart() -> dict[str, Any]:
    """What was posted, with everything in it of the kind it must be; what is not, is empty."""
    given = request.get_json(silent=True) if (request.content_length or 0) <= LARGEST else None
    given = given if isinstance(given, dict) else {}
    lines = given.get("lines")
    return {
        "init_data": given["init_data"] if isinstance(given.get("init_data"), str) else "",
        "lines": [line for line in lines if is_line(line)][:LINES_MOST] if isinstance(lines, list) else [],
        "start": fitting(START, given.get("start")),
        "once": fitting(ONCE, given.get("once")) or hashlib.sha256(request.get_data()).hexdigest(),
        "language": given.get("language"),
    }


def fitting(shape: re.Pattern[str], value: object) -> str:
    return value if isinstance(value, str) and shape.fullmatch(value) else ""


def is_line(line: object) -> bool:
    """A variant's number, and how many of it."""
    if not isinstance(line, list) or len(line) != 2 or not all(type(one) is int for one in line):
        return False
    variant, quantity = line
    return bool(0 < variant < 2**62 and 0 < quantity <= 999)


def spoken(asked: dict[str, Any]) -> str:
    return "en" if asked["language"] == "en" else "id"
