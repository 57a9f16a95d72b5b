"""Telegram's updates read: what somebody did, from the JSON that says so. Pure; nothing is fetched here."""

import re
from datetime import UTC, datetime
from typing import Any

from bots.dialogue import Heard
from storefront.inbox import Event
from storefront.reading.noise import name_of

NAME = "telegram"
QUERIES = "telegram-query"
WANTED = ["message", "callback_query", "inline_query", "my_chat_member"]
GROUPS = {"group", "supergroup"}
STARTED = re.compile(r"/start(?:@\w+)?(?:\s+(\S+))?\s*")
KINDS = ("voice", "sticker", "contact", "document", "video", "audio", "animation", "video_note")


def event_of(update: dict[str, Any]) -> Event:
    """One update under its own number."""
    kind = next((kind for kind in WANTED if isinstance(update.get(kind), dict)), "")
    by = update[kind].get("from") if kind else None
    sender = by.get("id", "nobody") if isinstance(by, dict) else "nobody"
    # Who types our name elsewhere sends a query a key: they neither hold up nor count among what she says to us.
    return Event(NAME, str(update["update_id"]), f"{QUERIES if kind == 'inline_query' else NAME}:{sender}", update)


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
    if not message:
        return None
    shown = str(message["message_id"])
    if is_group(message):  # anybody may press there, and what is answered is for her alone
        who = spoken_by(tap["from"], tap["from"]["id"])
        group = str(message["chat"]["id"])
        return Heard(**who, kind="group", button=tap.get("data", ""), shown=shown, callback=tap["id"], group=group)
    if message["chat"].get("type") != "private":
        return None
    who = spoken_by(tap["from"], message["chat"]["id"])
    return Heard(**who, kind="tap", button=tap.get("data", ""), shown=shown, callback=tap["id"])


def is_group(message: dict[str, Any]) -> bool:
    return message.get("chat", {}).get("type") in GROUPS


def in_a_group(message: dict[str, Any]) -> Heard | None:
    """What is for us in a group: that we were asked to post something there, or that it has another number now."""
    group = str(message["chat"]["id"])
    if "from" not in message:
        return None
    who = spoken_by(message["from"], message["from"]["id"])
    if new := message.get("migrate_to_chat_id"):
        return Heard(**who, kind="moved", text=str(new), group=group)
    start = STARTED.fullmatch(message.get("text", ""))
    return Heard(**who, kind="group", start=start[1], group=group) if start and start[1] else None


def asked(query: dict[str, Any]) -> Heard:
    """Somebody types our name in another chat, and perhaps what she looks for."""
    who = spoken_by(query["from"], query["from"]["id"])
    return Heard(**who, kind="query", text=query.get("query", ""), callback=query["id"])


def put_out(change: dict[str, Any]) -> Heard | None:
    """We were blocked, or put out of a group; to be let in is nothing to us until somebody says something."""
    if change.get("new_chat_member", {}).get("status") not in {"kicked", "left"}:
        return None
    who = spoken_by(change["from"], change["from"]["id"])
    is_blocked = change["chat"].get("type") == "private"
    return Heard(**who, kind="left", group=None if is_blocked else str(change["chat"]["id"]))


def filled(cart: dict[str, Any]) -> Heard:
    """What somebody put together on the page inside Telegram; `bots.miniapp` has checked who she is."""
    who = spoken_by(cart["user"], cart["user"]["id"])
    lines = tuple((int(variant), int(quantity)) for variant, quantity in cart["lines"])
    return Heard(**who, kind="cart", start=cart.get("start") or None, cart=lines)


def largest(message: dict[str, Any]) -> dict[str, Any] | None:
    """The photo of a message in its best size; a picture sent as a file counts as a photo."""
    sizes = [size for size in message.get("photo") or [] if "file_id" in size]
    if sizes:
        best: dict[str, Any] = max(sizes, key=lambda size: size.get("width", 0) * size.get("height", 0))
        return best
    document = message.get("document") or {}
    return document if document.get("mime_type", "").startswith("image/") else None


def replied_to(message: dict[str, Any]) -> str | None:
    """The message of ours that she replied to."""
    reply = message.get("reply_to_message") or {}
    return str(reply["message_id"]) if reply.get("from", {}).get("is_bot") else None


def worded(message: dict[str, Any]) -> dict[str, Any]:
    """A message without a picture: its words, its pin, or what kind of thing it is."""
    if place := message.get("location"):
        return {"kind": "location", "text": f"pin {place['latitude']:.5f},{place['longitude']:.5f}"}
    if card := message.get("contact"):
        own = card.get("user_id") == message["from"]["id"]
        return {"kind": "contact", "text": str(card.get("phone_number", ""))[:20] if own else ""}
    for kind in KINDS:
        if kind in message:
            return {"kind": kind if kind in {"voice", "sticker", "contact", "document"} else "other"}
    text = message.get("text", "")
    shown = replied_to(message)
    if match := STARTED.fullmatch(text):
        return {"kind": "text", "text": "", "start": match[1] or ""}
    return {"kind": "text", "text": text.removeprefix("/"), "shown": shown}
