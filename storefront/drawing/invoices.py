"""An order on paper: what was ordered, what it comes to, and a receipt for every payment that has come."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fpdf.enums import XPos, YPos

from storefront.drawing.lettering import readable
from storefront.drawing.papers import FONT, Paper, plain
from storefront.phrases import Voice

Facts = Mapping[str, Any]


def drawn(t: Voice, facts: Facts) -> bytes:
    """The PDF: the invoice, and under it each receipt with its number."""
    pdf = Paper(" · ".join(part for part in (facts["seller"], facts["place"]) if part))
    pdf.add_page()
    pdf.section(plain(t("Invoice {code}", code=facts["code"])), 24)
    said(pdf, dated(t, facts["placed_at"]))
    if facts["buyer"]:
        said(pdf, plain(t("For {name}", name=facts["buyer"])))
    pdf.ln(4)
    for name, quantity, price, amount in facts["lines"]:
        row(pdf, f"{quantity} × {name}, {t.money(price, facts['currency'])}", t.money(amount, facts["currency"]))
    ruled(pdf)
    for label, amount in sums(t, facts):
        row(pdf, label, t.money(amount, facts["currency"]))
    ruled(pdf)
    row(pdf, plain(t("Total")), t.money(facts["total"], facts["currency"]), style="B", size=14)
    for receipt in facts["receipts"]:
        shown(t, pdf, receipt, facts["currency"])
    for back in facts["refunds"]:
        row(pdf, plain(t("Returned to the buyer")), t.money(-back, facts["currency"]))
    open_ = facts["total"] - sum(receipt["amount"] for receipt in facts["receipts"])
    if open_ > 0:
        pdf.ln(2)
        row(pdf, plain(t("Still open")), t.money(open_, facts["currency"]), style="B")
    pdf.ln(8)
    said(pdf, plain(t("The buyer pays the seller directly; Getok never holds money.")))
    return bytes(pdf.output())


def sums(t: Voice, facts: Facts) -> list[tuple[str, int]]:
    """What leads from the goods to the total, a line each."""
    parts = [(plain(t("Goods")), facts["goods"])]
    if facts["discount"]:
        named = t("Coupon") if facts.get("discount_by", "coupon") == "coupon" else t("Discount")
        parts.append((plain(named), -facts["discount"]))
    if facts["fee"]:
        parts.append((plain(t("Delivery fee")), facts["fee"]))
    if facts["unique_code"]:
        parts.append((plain(t("Unique code")), -facts["unique_code"]))
    return parts


def shown(t: Voice, pdf: Paper, receipt: Facts, currency: str) -> None:
    """One payment that came: its number, when, how and how much."""
    pdf.ln(6)
    pdf.section(plain(t("Receipt {number}", number=receipt["number"])), 16)
    ways = {"qris": "QRIS", "transfer": "Transfer", "cod": plain(t("cash"))}
    parts = {"deposit": plain(t("deposit")), "balance": plain(t("balance"))}
    how = ", ".join(part for part in (ways.get(receipt["method"], ""), parts.get(receipt["part"], "")) if part)
    row(
        pdf,
        " · ".join(part for part in (dated(t, receipt["at"]), how) if part),
        t.money(receipt["amount"], currency),
        style="B",
    )


def dated(t: Voice, moment: str) -> str:
    """``Selasa 16 Juni 2026, 09.00``: a paper is read years later."""
    local = datetime.fromisoformat(moment).astimezone(t.zone)
    return f"{t.day(local.date())} {local.year}, {t.clock(local)}"


def said(pdf: Paper, words: str) -> None:
    pdf.set_font(FONT, "", 12)
    pdf.multi_cell(0, 6.5, readable(words), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def row(pdf: Paper, label: str, amount: str, *, style: str = "", size: int = 12) -> None:
    """Words on the left, an amount on the right, on one line or as many as the words need."""
    pdf.set_font(FONT, style, size)
    width = 45.0
    top = pdf.get_y()
    pdf.multi_cell(pdf.epw - width, size * 0.55, readable(label), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    foot = pdf.get_y()
    pdf.set_xy(pdf.w - pdf.r_margin - width, top)
    pdf.cell(width, size * 0.55, readable(amount), align="R")
    pdf.set_xy(pdf.l_margin, foot)


def ruled(pdf: Paper) -> None:
    pdf.ln(2)
    pdf.line(pdf.l_margin, pdf.get_y(), pdf.w - pdf.r_margin, pdf.get_y())
    pdf.ln(2)
