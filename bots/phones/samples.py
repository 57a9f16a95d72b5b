"""The small things a phone sends when nobody cares what is in them: a voice note, a sticker, a business card."""

from __future__ import annotations

import io
from functools import cache

VOICE = b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead\x01\x01\x38\x01\x80\xbb\x00\x00\x00\x00\x00"


@cache
def sticker() -> bytes:
    from PIL import Image

    drawn = io.BytesIO()
    Image.new("RGBA", (512, 512), (255, 200, 0, 255)).save(drawn, "WEBP")
    return drawn.getvalue()


def vcard(name: str, phone: str) -> bytes:
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"N:;{name};;;", f"FN:{name}", f"TEL;TYPE=CELL:{phone}", "END:VCARD", ""]
    return "\r\n".join(lines).encode()
