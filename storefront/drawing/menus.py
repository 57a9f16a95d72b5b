"""A shop's menu on paper, for the door, the fridge and the counter: what there is, what it costs, and a QR to order by.

fpdf2 sets the page; nothing here looks at a database.
"""

import io
from collections.abc import Sequence

from fpdf.enums import XPos, YPos

from storefront import pictures
from storefront.drawing.lettering import readable
from storefront.drawing.papers import FONT, Paper, plain
from storefront.models import Shop
from storefront.phrases import Voice
from storefront.selling.catalogue import Card

QR_MM = 42
ROW_MM = 9
LONGEST_PRICE = 40


def drawn(t: Voice, shop: Shop, cards: Sequence[Card], address: str, reached: str) -> bytes:
    """The PDF of a menu, over as many sheets as it takes."""
    pdf = Paper(" \u00b7 ".join(part for part in (shop.place, shop.city) if part))
    pdf.add_page()
    pdf.image(io.BytesIO(pictures.qr_png(address)), x=pdf.w - pdf.r_margin - QR_MM, y=14, w=QR_MM)
    pdf.set_right_margin(pdf.r_margin + QR_MM + 6)
    pdf.section(readable(shop.name, "Menu"), 30)
    line(pdf, plain(t("Scan to order on WhatsApp or Telegram.")), 12)
    line(pdf, readable(reached), 11)
    pdf.set_right_margin(16)
    pdf.set_y(max(pdf.get_y() + 4, 14 + QR_MM + 6))
    for card in cards:
        product(t, pdf, card)
    return bytes(pdf.output())


def product(t: Voice, pdf: Paper, card: Card) -> None:
    """One product with its kinds, never over two pages."""
    first, *others = card.variants
    if pdf.will_page_break(ROW_MM * (1 + len(others)) + 6):
        pdf.add_page()
    price = plain(t("{price} per {unit}", price=t.money(first.price, first.currency), unit=card.product.unit))
    row(pdf, readable(card.product.name, card.shop.letters), price, "B", 15)
    for variant in others:
        row(pdf, f"   {readable(variant.name)}", t.money(variant.price, variant.currency), "", 12)
    if card.batch.delivers_on and card.batch.closed_at is None:
        day = t.day_and_part(card.batch.delivers_on, card.batch.day_part)
        line(pdf, plain(t("brought {day}", day=day)), 11)
    pdf.ln(2)


def row(pdf: Paper, name: str, price: str, style: str, size: int) -> None:
    """A name on the left, a price on the right, dots between them."""
    price = readable(price)[:LONGEST_PRICE]
    pdf.set_font(FONT, style, size)
    width = pdf.w - pdf.l_margin - pdf.r_margin
    room = width - pdf.get_string_width(price) - 6
    while len(name) > 1 and pdf.get_string_width(name) > room:
        name = name[:-2].rstrip() + "\u2026"
    dots = "." * max(int((room - pdf.get_string_width(name)) / pdf.get_string_width(".")) - 1, 0)
    pdf.cell(room + 6, ROW_MM, f"{name} {dots}")
    pdf.cell(0, ROW_MM, price, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def line(pdf: Paper, words: str, size: int) -> None:
    pdf.set_font(FONT, "", size)
    pdf.multi_cell(0, size * 0.5, words, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
