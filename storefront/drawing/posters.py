"""A creator's code on paper, for a window or the neighbourhood's board: QR, the code in words, and that she earns."""

import io

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from storefront import pictures
from storefront.drawing.lettering import readable
from storefront.drawing.papers import FONT, lettered
from storefront.phrases import Voice

WIDE, HIGH = 148.0, 210.0  # A5, in millimetres
QR = 84.0
INK, QUIET, PAPER = (36, 32, 30), (104, 96, 90), (250, 245, 238)


def drawn(t: Voice, product: str, shop: str, price: str, code: str, creator: str, address: str, bonus: str) -> bytes:
    """The PDF of one page, A5. ``address`` is what the QR opens; ``bonus`` what a buyer gets by it, or nothing."""
    page = lettered(FPDF(format=(WIDE, HIGH)))
    page.set_margins(12, 12, 12)
    page.set_auto_page_break(False)
    page.add_page()
    page.set_fill_color(*PAPER)
    page.rect(0, 0, WIDE, HIGH, style="F")
    page.set_text_color(*INK)
    page.set_y(16)
    line(page, product, "B", 25, 10.5)
    line(page, f"{shop} · {price}", "", 14, 7)
    page.ln(4)
    frame = page.get_y()
    page.set_fill_color(255, 255, 255)
    page.rect((WIDE - QR - 8) / 2, frame, QR + 8, QR + 8, style="F")
    page.image(io.BytesIO(pictures.qr_png(address, box=12)), x=(WIDE - QR) / 2, y=frame + 4, w=QR, h=QR)
    page.set_y(frame + QR + 13)
    line(page, str(t("No camera? Write to us:")), "", 12, 6)
    line(page, t("code {code}", code=code).unescape(), "B", 26, 12)
    if bonus:
        line(page, bonus, "B", 13, 7)
    page.set_y(HIGH - 27)
    page.set_text_color(*QUIET)
    earns = t("Iklan: {creator} recommends this and earns a commission from the seller.", creator=creator)
    line(page, earns.unescape(), "", 10, 5)
    line(page, address.partition("://")[2], "", 10, 5)
    return bytes(page.output())


def line(page: FPDF, words: str, style: str, size: int, height: float) -> None:
    """Words in the middle, over as many lines as they need."""
    page.set_font(FONT, style, size)
    page.multi_cell(0, height, readable(words), align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
