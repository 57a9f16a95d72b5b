"""What a chat looks like to whoever holds the phone.

Both messengers end on the same glass: bubbles with words, pictures and buttons. A story, the simulator and a test ask
that glass what a person sees, never what a server stored, so one look serves every channel.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

Kind = Literal["text", "photo", "voice", "sticker", "contact", "location", "document", "notice"]

ADDRESS = re.compile(r"https?://[^\s<>\"]+")
MARKED = re.compile(r"(?<![\w*_~])([*_~])(?=\S)([^\n]*?\S)\1(?![\w*_~])")


class PhoneError(Exception):
    """Say why a person cannot do this on this phone."""


@dataclass(frozen=True)
class Button:
    label: str
    data: str | None = None
    url: str | None = None


@dataclass
class Bubble:
    """Show one message as it looks now; `seq` rises when it is new and each time it is edited."""

    id: str
    mine: bool
    text: str
    rows: list[list[Button]]
    picture: bytes | None
    at: datetime
    seq: int
    edited_at: datetime | None = None
    kind: Kind = "text"
    links: tuple[str, ...] = ()
    quotes: str = ""  # the words of the message this one replies to
    by: str = ""  # whose name stands above it where several people write
    via: str = ""  # the bot whose inline result it was
    opens: str = ""  # what the button says that opens its list

    @property
    def buttons(self) -> list[Button]:
        return [button for row in self.rows for button in row]

    def says(self) -> str:
        """Return everything a reader could find on it: words, labels, addresses, and what its picture encodes."""
        labels = [button.label for button in self.buttons]
        behind = [button.url for button in self.buttons if button.url]
        return "\n".join([self.text, *labels, *self.links, *behind, *codes_in(self.picture or b"")])


def addresses_in(text: str) -> tuple[str, ...]:
    """Return the web addresses a phone would underline, without the punctuation and markup around them."""
    return tuple(dict.fromkeys(_bare(found, text) for found in ADDRESS.finditer(text)))


def _bare(found: re.Match[str], text: str) -> str:
    address = found.group().rstrip(".,;:!?'*~")
    if text[: found.start()].endswith("_"):
        address = address.rstrip("_")
    if address.endswith(")") and "(" not in address:
        address = address.rstrip(").,")
    return address


def readable(text: str) -> str:
    """Return WhatsApp text as it is shown: *bold*, _italic_ and ~struck~ without their markers, addresses untouched."""
    kept = sorted(addresses_in(text), key=len, reverse=True)
    for number, address in enumerate(kept):
        text = text.replace(address, f"\0{number}\0")
    text = text.replace("```", "")
    while (plain := MARKED.sub(r"\2", text)) != text:
        text = plain
    return re.sub(r"\0(\d+)\0", lambda found: kept[int(found.group(1))], text)


@lru_cache(maxsize=256)
def codes_in(picture: bytes) -> tuple[str, ...]:
    """Return what the QR and bar codes in a picture say; something that is no picture says nothing."""
    import zxingcpp
    from PIL import Image

    try:
        shown = Image.open(io.BytesIO(picture)).convert("RGB")
    except OSError:
        return ()
    return tuple(found.text for found in zxingcpp.read_barcodes(shown))
