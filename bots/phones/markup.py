"""HTML as the Bot API reads it.

Telegram's "HTML" is a small language of its own: a handful of tags, four named entities, and offsets counted in UTF-16
units. A browser's parser forgives what Telegram refuses, so it is read here by hand.
"""

from __future__ import annotations

import re
from typing import Any

Entity = dict[str, Any]

STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "s": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-spoiler": "spoiler",
    "blockquote": "blockquote",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*)(?P<rest>(?:\s[^<>]*)?)>")
ENTITY = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));")
HREF = re.compile(r"\shref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)


class MarkupError(Exception):
    """Say why a text cannot be read as HTML."""


def parse_html(text: str) -> tuple[str, list[Entity]]:
    """Return the plain text and its entities, or refuse what is not well nested."""
    reader = _Reader(text)
    while reader.at < len(text):
        reader.step()
    return reader.finish()


def units(text: str) -> int:
    """Count UTF-16 units, Telegram's measure of length."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def decoded(text: str) -> str:
    """Resolve the entities Telegram knows; any other stays as it was typed."""
    return ENTITY.sub(_character, text)


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Strip the white space around a text and move its entities along."""
    plain = text.strip()
    shift, room = units(text[: len(text) - len(text.lstrip())]), units(plain)
    moved = []
    for entity in entities:
        start = min(max(entity["offset"] - shift, 0), room)
        end = min(max(entity["offset"] + entity["length"] - shift, 0), room)
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    return plain, moved


def _character(found: re.Match[str]) -> str:
    named, decimal, hexadecimal = found.groups()
    if named:
        return NAMED[named]
    number = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(number) if 0 < number < 0x110000 else found.group()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.plain = ""
        self.open: list[tuple[str, int, str]] = []
        self.entities: list[Entity] = []

    def step(self) -> None:
        if self.text[self.at] == "<":
            self._tag()
            return
        end = self.text.find("<", self.at)
        end = len(self.text) if end < 0 else end
        self.plain += decoded(self.text[self.at : end])
        self.at = end

    def finish(self) -> tuple[str, list[Entity]]:
        if self.open:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return self.plain, self.entities

    def _tag(self) -> None:
        place = len(self.text[: self.at].encode())
        tag = TAG.match(self.text, self.at)
        if tag is None:
            raise MarkupError(f"Unclosed start tag at byte offset {place}")
        name = tag["name"].lower()
        if tag["end"]:
            self._close(name, place)
        elif name not in STYLES:
            raise MarkupError(f'Unsupported start tag "{name}" at byte offset {place}')
        else:
            href = HREF.search(tag["rest"])
            address = decoded(next(part for part in href.groups() if part is not None)) if href else ""
            self.open.append((name, len(self.plain), address))
        self.at = tag.end()

    def _close(self, name: str, place: int) -> None:
        if not self.open:
            raise MarkupError(f"Unexpected end tag at byte offset {place}")
        opened, start, address = self.open.pop()
        if opened != name:
            raise MarkupError(f'Unmatched end tag at byte offset {place}, expected "</{opened}>", found "</{name}>"')
        inside = self.plain[start:]
        entity: Entity = {"type": STYLES[name], "offset": units(self.plain[:start]), "length": units(inside)}
        if name == "a":
            entity["url"] = address or inside
            if "." not in entity["url"] and ":" not in entity["url"]:
                return
        if inside:
            self.entities.append(entity)
