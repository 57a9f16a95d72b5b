"""A creator's code on paper, for a window or the neighbourhood's board: QR, the code in words, and that she earns."""

import io
from dataclasses import dataclass

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from storefront import pictures
from storefront.drawing.lettering import readable
from storefront.drawing.papers import FONT, lettered
from storefront.phrases import Voice

WIDE, HIGH = 148.0, 210.0  # A5, in millimetres
QR = 84.0
INK, QUIET, PAPER = (36, 32, 30), (104, 96, 90), (250, 245, 238)


@dataclass(frozen=True)
class Poster:
    """What is on it. ``address`` is what the QR opens, ``reach`` where one writes without a camera; ``bonus`` what a
    buyer gets by the code, or nothing."""

    product: str
    shop: str
    price: str
    code: str
    creator: str
    address: str
    reach: str
    bonus: str


def drawn(t: Voice, poster: Poster) -> bytes:
    """The PDF of one page, A5."""
    page = lettered(FPDF(format=(WIDE, HIGH)))
    page.set_margins(12, 12, 12)
    page.set_auto_page_break(False)
    page.add_page()
    page.set_fill_color(*PAPER)
    page.rect(0, 0, WIDE, HIGH, style="F")
    page.set_text_color(*INK)
    page.set_y(16)
    line(page, poster.product, "B", 25, 10.5)
    line(page, f"{poster.shop} · {poster.price}", "", 14, 7)
    page.ln(4)
    frame = page.get_y()
    page.set_fill_color(255, 255, 255)
    page.rect((WIDE - QR - 8) / 2, frame, QR + 8, QR + 8, style="F")
    page.image(io.BytesIO(pictures.qr_png(poster.address, box=12)), x=(WIDE - QR) / 2, y=frame + 4, w=QR, h=QR)
    page.set_y(frame + QR + 13)
    line(page, str(t("No camera? Write to us:")), "", 12, 6)
    line(page, t("code {code}", code=poster.code).unescape(), "B", 26, 12)
    line(page, poster.reach, "", 12, 6)
    if poster.bonus:
        page.ln(2)
        line(page, poster.bonus, "B", 13, 7)
    page.set_y(HIGH - 27)
    page.set_text_color(*QUIET)
    earns = t("Iklan: {creator} recommends this and earns a commission from the seller.", creator=poster.creator)
    line(page, earns.unescape(), "", 10, 5)
    line(page, poster.address.partition("://")[2], "", 10, 5)
    return bytes(page.output())


def line(page: FPDF, words: str, style: str, size: int, height: float) -> None:
    """Words in the middle, over as many lines as they need."""
    page.set_font(FONT, style, size)
    page.multi_cell(0, height, readable(words), align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
