"""How the Bot API reads a call: fields, styled text, keyboards, files, and its words of refusal.

No emulator and no client library enforces Telegram's limits, so a message that is too long would be found by the
first seller instead of by us. They are enforced here, in the words the real server uses.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bots.phones.bubbles import Button, addresses_in
from bots.phones.markup import Entity, MarkupError, parse_html, trimmed, units

Json = dict[str, Any]
Upload = tuple[str, bytes, str]

MEGABYTE = 1024 * 1024
LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
ACTIONS = {
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
}


class BotApiError(Exception):
    """Refuse a call in the Bot API's own shape."""

    def __init__(self, description: str, code: int = 400, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.description = description
        self.code = code
        self.parameters = parameters

    def as_json(self) -> Json:
        told: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return told | ({"parameters": self.parameters} if self.parameters else {})


def bad(reason: str) -> BotApiError:
    return BotApiError(f"Bad Request: {reason}")


class Asked:
    """Read what a call brought, whether its values came as text or already parsed."""

    def __init__(self, fields: Mapping[str, Any], files: Mapping[str, Upload]) -> None:
        self.fields = fields
        self.files = files

    def text(self, name: str) -> str:
        value = self.fields.get(name)
        return "" if value is None else str(value)

    def whole(self, name: str, default: int) -> int:
        try:
            return int(self.text(name) or default)
        except ValueError:
            return default

    def yes(self, name: str) -> bool:
        return self.text(name).lower() in {"true", "1", "yes"}

    def parsed(self, name: str) -> Any:
        value = self.fields.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def number(self, name: str, least: float, most: float) -> float:
        """Return a number between two ends, or refuse."""
        written = self.text(name)
        if not written:
            raise bad(f"{name} is empty")
        try:
            number = float(written)
        except ValueError:
            raise bad(f"can't parse {name}") from None
        if not least <= number <= most:
            raise bad(f"wrong {name} specified")
        return number

    def chat(self) -> int | None:
        written = self.text("chat_id")
        return int(written) if re.fullmatch(r"-?\d+", written) else None

    def body(self) -> Json:
        return checked_text(self.text("text"), self.text("parse_mode"), self.parsed("entities"))

    def caption(self) -> Json:
        return captioned(self.text("caption"), self.text("parse_mode"), self.parsed("caption_entities"))

    def markup(self) -> Json | None:
        given = self.parsed("reply_markup")
        return None if given is None else checked_markup(given)


def styled(text: str, mode: str, given: list[Entity] | None) -> tuple[str, list[Entity]]:
    """Return the text as it will be shown and its entities."""
    if mode and mode.lower() != "html":
        raise bad("unsupported parse_mode")
    if not mode:
        return trimmed(text, list(given or []))
    try:
        return trimmed(*parse_html(text))
    except MarkupError as problem:
        raise bad(f"can't parse entities: {problem}") from None


def checked_text(text: str, mode: str, given: list[Entity] | None) -> Json:
    """Return the text fields of a message."""
    text, entities = styled(text, mode, given)
    if not text:
        raise bad("message text is empty")
    if units(text) > LONGEST_TEXT:
        raise bad("message is too long")
    return {"text": text} | ({"entities": entities} if entities else {})


def captioned(text: str, mode: str, given: list[Entity] | None) -> Json:
    """Return the caption fields of a message, none for an empty caption."""
    caption, entities = styled(text, mode, given)
    if units(caption) > LONGEST_CAPTION:
        raise bad("message caption is too long")
    return ({"caption": caption} if caption else {}) | ({"caption_entities": entities} if entities else {})


def checked_markup(given: Any) -> Json:
    """Return a keyboard the server accepts, or refuse it."""
    if not isinstance(given, dict):
        raise bad("object expected as reply markup")
    rows = given.get("inline_keyboard")
    if rows is None:
        check_letters(given)
        return given
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    buttons = [button for row in rows for button in row]
    if len(buttons) > 100:
        raise bad("reply markup is too long")
    for button in buttons:
        check_button(button)
    return {"inline_keyboard": [row for row in rows if row]}


def check_letters(given: Json) -> None:
    """Refuse a keyboard in place of the letters that has no rows of buttons."""
    rows = given.get("keyboard")
    if rows is None:
        return
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
    if not all(label_of(button).strip() for row in rows for button in row):
        raise bad("can't parse keyboard button: text must be non-empty")


def check_shared_place(markup: Json | None) -> None:
    """Refuse the buttons that work between one person and the bot only."""
    for button in raw_buttons(markup):
        if not isinstance(button, dict):
            continue
        if "web_app" in button:
            raise bad("BUTTON_TYPE_INVALID")
        if button.get("request_contact"):
            raise bad("phone number can be requested in private chats only")
        if button.get("request_location"):
            raise bad("location can be requested in private chats only")


def check_button(button: Any) -> None:
    if not isinstance(button, dict) or not str(button.get("text", "")).strip():
        raise bad("can't parse inline keyboard button: text must be non-empty")
    chosen = ACTIONS & button.keys()
    if not chosen:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(chosen) > 1:
        raise bad("can't parse inline keyboard button: exactly one action must be used")
    if "callback_data" in chosen and not 1 <= len(str(button["callback_data"]).encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in chosen and not _opens(button["url"], {"http", "https", "tg"}):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Unsupported URL protocol")
    if "web_app" in chosen and not opens_app(button["web_app"]):
        raise bad("inline keyboard button Web App URL is invalid: Only HTTPS links are allowed")
    if "copy_text" in chosen and not 1 <= units(str(button["copy_text"].get("text", ""))) <= 256:
        raise bad("BUTTON_COPY_TEXT_INVALID")


def opens_app(app: Any) -> bool:
    """Tell whether a Mini App's address is taken; without TLS only here, as on Telegram's test servers."""
    address = app.get("url", "") if isinstance(app, dict) else ""
    return _opens(address, {"https"}) or (_opens(address, {"http"}) and is_near(address))


def is_web(address: Any) -> bool:
    return _opens(address, {"http", "https"})


def is_near(address: str) -> bool:
    return urlsplit(address).hostname in {"localhost", "127.0.0.1", "::1"}


def _opens(address: Any, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(str(address))
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.netloc)


def rows_of(markup: Json | None) -> list[list[Button]]:
    """Return the buttons a keyboard shows, inline or in place of the letters."""
    return [[_button(button) for button in row] for row in _rows(markup)]


def raw_buttons(markup: Json | None) -> list[Any]:
    """Return a keyboard's buttons as the bot wrote them."""
    return [button for row in _rows(markup) for button in row]


def label_of(button: Any) -> str:
    return button if isinstance(button, str) else str(button.get("text", ""))


def _rows(markup: Json | None) -> list[list[Any]]:
    given = markup or {}
    return given.get("inline_keyboard") or given.get("keyboard") or []


def _button(button: Any) -> Button:
    if isinstance(button, str):
        return Button(button)
    url = button.get("url") or (button.get("web_app") or {}).get("url")
    return Button(button["text"], button.get("callback_data"), url)


def links_of(text: str, entities: list[Entity]) -> tuple[str, ...]:
    """Return the addresses written in a text and those behind its words."""
    behind = [entity["url"] for entity in entities if "url" in entity]
    return tuple(dict.fromkeys([*addresses_in(text), *behind]))


@dataclass(frozen=True)
class Kept:
    kind: str
    path: str
    content: bytes
    facts: Json


class Drawer:
    """Keep the files of the chats, found again by file_id or by path."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.by_id: dict[str, Kept] = {}
        self.by_path: dict[str, bytes] = {}
        self.shapes: dict[str, Json] = {}

    def put(self, kind: str, folder: str, ending: str, content: bytes) -> Json:
        number = len(self.by_id)
        unique = hashlib.sha256(f"{self.secret}:{number}".encode()).hexdigest()
        facts: Json = {"file_id": f"AgAC{unique[:40]}", "file_unique_id": unique[40:56], "file_size": len(content)}
        kept = Kept(kind, f"{folder}/file_{number}{ending}", content, facts)
        self.by_id[facts["file_id"]] = kept
        self.by_path[kept.path] = content
        return facts

    def file(self, file_id: str) -> Json:
        if file_id not in self.by_id:
            raise bad("invalid file_id")
        kept = self.by_id[file_id]
        if len(kept.content) > 20 * MEGABYTE:
            raise bad("file is too big")
        return {**kept.facts, "file_path": kept.path}

    def content(self, file_id: str) -> bytes:
        return self.by_id[file_id].content

    def photo(self, content: bytes, *, strict: bool = True) -> Json:
        """Keep a photo in the two sizes a message lists; `strict` refuses what the server cannot draw."""
        if strict and len(content) > 10 * MEGABYTE:
            raise bad("file is too big for a photo")
        width, height, small = _sizes(content, strict=strict)
        sizes = [{**self.put("photo", "photos", ".jpg", content), "width": width, "height": height}]
        if small is not None:
            thumb, (narrow, low) = small
            sizes.insert(0, {**self.put("photo", "photos", ".jpg", thumb), "width": narrow, "height": low})
        shape = {"photo": sizes}
        self.shapes |= {size["file_id"]: shape for size in sizes}
        return shape

    def document(self, upload: Upload) -> Json:
        name, content, mime = upload
        if len(content) > 50 * MEGABYTE:
            raise BotApiError("Request Entity Too Large", 413)
        ending = "." + name.rpartition(".")[2] if "." in name else ""
        facts = self.put("document", "documents", ending, content)
        shape = {"document": {**facts, "file_name": name, "mime_type": mime or "application/octet-stream"}}
        self.shapes[facts["file_id"]] = shape
        return shape

    def meant(self, asked: Asked, name: str, reference: str) -> Json:
        """Return the stored file a call means: uploaded with it, or already here under its file_id."""
        upload = asked.files.get(reference.removeprefix("attach://") if "://" in reference else name)
        if upload is not None:
            if not upload[1]:
                raise bad("file must be non-empty")
            return self.photo(upload[1]) if name == "photo" else self.document(upload)
        if not reference:
            raise bad(f"there is no {name} in the request")
        if reference not in self.by_id:
            raise bad("wrong file identifier/HTTP URL specified")
        kind = self.by_id[reference].kind
        if kind != name:
            raise bad(f"can't use file of type {kind.capitalize()} as {name.capitalize()}")
        return self.shapes[reference]


def _sizes(content: bytes, *, strict: bool) -> tuple[int, int, tuple[bytes, tuple[int, int]] | None]:
    from PIL import Image

    try:
        picture = Image.open(io.BytesIO(content)).convert("RGB")
    except OSError:
        if strict:
            raise bad("IMAGE_PROCESS_FAILED") from None
        return 1280, 960, None
    width, height = picture.size
    if strict and (width + height > 10_000 or max(width, height) > 20 * min(width, height)):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    picture.thumbnail((320, 320))
    thumb = io.BytesIO()
    picture.save(thumb, "JPEG")
    return width, height, (thumb.getvalue(), picture.size)
