"""What lies ready on the simulator's table: painted pictures, and words as people write them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from storefront import pictures, qris

DAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
HOME_PIN = (-6.4025, 106.8191)  # somewhere in Depok
OWN_NUMBER = "+6280000001234"

SHOP_WORDS = "Dapur Rina, griya asri depok. rt 04 gratis, sekompleks 5rb, luar gosend bayar sendiri ya"
ADDRESS_WORDS = "griya asri blok c2 no 5 deket pos satpam, an Sari"
WALLET_WORDS = "dana 0800-0000-1234 an Dewi"


@cache
def sticker() -> bytes:
    """Rina's QRIS sticker, of a merchant who does not exist."""
    return pictures.qr_png(qris.build_static("DAPUR RINA", "DEPOK"))


@cache
def cake() -> bytes:
    """A pandan brownie on a plate, painted rather than photographed."""
    from PIL import Image, ImageDraw, ImageFilter

    canvas = Image.new("RGB", (960, 720), "#ecd9bf")
    brush = ImageDraw.Draw(canvas)
    for stripe in range(0, 960, 80):
        brush.rectangle((stripe, 0, stripe + 38, 720), fill="#e6cfb0")
    shade = Image.new("L", canvas.size, 0)
    ImageDraw.Draw(shade).ellipse((130, 400, 850, 670), fill=110)
    canvas.paste("#8a6a4c", mask=shade.filter(ImageFilter.GaussianBlur(22)))
    brush.ellipse((110, 340, 850, 630), fill="#f4f1ea", outline="#d8d0c2", width=6)
    brush.ellipse((190, 385, 770, 590), fill="#fbfaf6")
    layers = ((470, "#3f2417"), (415, "#6f9a3c"), (360, "#3f2417"), (305, "#7fae48"))
    for top, colour in layers:
        brush.rectangle((250, top, 710, top + 40), fill=colour)
        brush.ellipse((250, top, 710, top + 95), fill=colour)
    brush.ellipse((250, 255, 710, 355), fill="#93c159", outline="#7fae48", width=4)
    for step in range(26):  # grated cheese
        left, top = 310 + (step * 97) % 320, 278 + (step * 41) % 50
        brush.line((left, top, left + 26, top + (step % 3 - 1) * 8), fill="#f7d774", width=6)
    brush.polygon(((480, 285), (440, 170), (505, 235)), fill="#3f8a3a")
    brush.polygon(((480, 285), (560, 175), (500, 250)), fill="#2f7431")
    return as_jpeg(canvas.filter(ImageFilter.SMOOTH))


@cache
def proof() -> bytes:
    """A screen that says a transfer went through, of a bank that does not exist."""
    from PIL import Image, ImageDraw, ImageFont

    canvas = Image.new("RGB", (480, 720), "#eef3f8")
    brush = ImageDraw.Draw(canvas)
    brush.rectangle((0, 0, 480, 250), fill="#2b5fa8")
    brush.ellipse((190, 60, 290, 160), fill="#ffffff")
    brush.line(((215, 112), (234, 132), (268, 90)), fill="#2f9e5b", width=12, joint="curve")
    brush.rounded_rectangle((30, 210, 450, 640), radius=24, fill="#ffffff")
    big, small = ImageFont.load_default(34), ImageFont.load_default(22)
    brush.text((240, 190), "Transfer berhasil", font=small, fill="#ffffff", anchor="ms")
    brush.text((240, 290), "Bank Contoh", font=big, fill="#24364b", anchor="ms")
    for row, words in enumerate(("Status: selesai", "Ke: sesuai pesan", "Catatan: makasih ya")):
        brush.text((70, 350 + 70 * row), words, font=small, fill="#51657c")
        brush.line((70, 390 + 70 * row, 410, 390 + 70 * row), fill="#dde5ee", width=2)
    return as_jpeg(canvas)


def as_jpeg(canvas: object) -> bytes:
    from PIL import Image

    assert isinstance(canvas, Image.Image)
    written = io.BytesIO()
    canvas.save(written, "JPEG", quality=88)
    return written.getvalue()


PICTURES: dict[str, Callable[[], bytes]] = {"sticker": sticker, "cake": cake, "proof": proof}


def sample_caption(now: datetime) -> str:
    """What a seller writes under her photo, with days that are still to come."""
    closing, sending = (DAYS[(now + timedelta(days=days)).weekday()] for days in (2, 4))
    told = "brownies kukus pandan 65rb/loyang, topping keju +10rb."
    return f"{told} PO tutup {closing} jam 8 mlm, kirim {sending} pagi, max 20"
