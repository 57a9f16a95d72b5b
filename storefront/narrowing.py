"""A photo as narrow as a page needs it: a phone on a bad line loads a tenth of it.

JPEG decodes small from the start, so this takes some milliseconds; the last ones made are kept.
"""

import io
from functools import lru_cache

from PIL import Image

QUALITY = 74
KEPT = 48


@lru_cache(maxsize=KEPT)
def narrowed(content: bytes, width: int) -> bytes:
    """The photo no wider than ``width`` pixels, as a JPEG that shows itself while it loads."""
    picture = Image.open(io.BytesIO(content), formats=("JPEG",))
    picture.draft("RGB", (width, width * 2))
    drawn = picture.convert("RGB")
    drawn.thumbnail((width, width * 2))
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=QUALITY, progressive=True, optimize=True)
    return out.getvalue()
