"""A payout on paper, and a month: what was paid and why, with the proof to keep and a QR that checks it."""

import io
import zlib
from base64 import urlsafe_b64encode

from fpdf.enums import XPos, YPos

from storefront.drawing.invoices import dated, row, ruled, said
from storefront.drawing.papers import FONT, Paper, plain
from storefront.earning.monthly_statements import JOURNALS, Statement, bounds_in
from storefront.earning.papers import CONFIRMED
from storefront.earning.papers import Paper as Receipt
from storefront.money import thousands
from storefront.phrases import Voice

QR_MM = 62.0
LINE_SIGNS = 118
LINE_MM = 3.1


def receipt(t: Voice, one: Receipt, public_url: str) -> bytes:
    """The PDF of one payout's receipt."""
    pdf = Paper(one.shop)
    pdf.add_page()
    pdf.section(plain(t("Receipt {number}", number=one.code)), 24)
    said(pdf, dated(t, one.at.isoformat()))
    said(pdf, plain(t("{shop} to {creator}", shop=one.shop, creator=one.creator)))
    if one.how == "cash" or one.to:
        said(pdf, plain(t("in cash") if one.how == "cash" else t("to {to}", to=one.to)))
    said(pdf, plain(t(CONFIRMED[one.confirmed_by], creator=one.creator)))
    if one.is_reversed:
        said(pdf, plain(t("It came back later and is owed again.")))
    pdf.ln(4)
    for line in one.lines:
        words = (
            f"{line.order}: {t.percent(line.rate_bp)} × {thousands(line.base)}" if line.order else plain(t("contents"))
        )
        row(pdf, words, t.money(line.amount, one.currency))
    if one.netted:
        row(pdf, plain(t("against what was paid too much before")), t.money(-one.netted, one.currency))
    if one.withheld:
        row(pdf, plain(t("tax kept back")), t.money(-one.withheld, one.currency))
    ruled(pdf)
    row(pdf, plain(t("Paid out")), t.money(one.amount, one.currency), style="B", size=14)
    if one.proof:
        proof(t, pdf, one, public_url)
    pdf.ln(6)
    said(pdf, plain(t("The seller pays the neighbour directly; Getok never holds money.")))
    return bytes(pdf.output())


def proof(t: Voice, pdf: Paper, one: Receipt, public_url: str) -> None:
    """The code to compare, a QR that opens the check with the receipt in it, and the text itself."""
    from storefront import pictures

    assert one.proof, "there is one to print"
    lines = [part for line in one.proof.text.replace("\u2014", "-").split("\n") for part in broken(line)]
    if pdf.will_page_break(QR_MM + 40 + LINE_MM * len(lines)):  # so that it can be copied in one go
        pdf.add_page()
    pdf.ln(6)
    pdf.section(plain(t("check code {digest}", digest=one.check)), 14)
    said(
        pdf,
        plain(
            t(
                "Scan it to check it in your browser; the receipt is not sent to anybody. Or check the text below with "
                "the file {url}/verify.py, without any network.",
                url=public_url,
            )
        ),
    )
    pdf.image(io.BytesIO(pictures.qr_png(address(one.proof.text, public_url), 6)), w=QR_MM)
    pdf.ln(2)
    pdf.set_font("Courier", "", 6.8)
    for line in lines:
        pdf.cell(0, LINE_MM, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_font(FONT, "", 12)


def broken(line: str) -> list[str]:
    """A line in pieces that fit the paper; whoever checks the text puts them together again."""
    return [line[start : start + LINE_SIGNS] for start in range(0, len(line), LINE_SIGNS)] or [""]


def address(text: str, public_url: str) -> str:
    """Where a receipt is checked, with the receipt behind the ``#``, which no browser sends."""
    return f"{public_url}/verify#{urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode()}"


def month(t: Voice, one: Statement) -> bytes:
    """The PDF of a month: sums, then every line."""
    start = bounds_in(t.zone, one.month)[0]
    pdf = Paper(one.name)
    pdf.add_page()
    pdf.section(plain(t("Statement of {month} {year}", month=t.month(start), year=start.year)), 24)
    said(pdf, one.name)
    pdf.ln(3)
    row(pdf, plain(t("Earned")), t.money(one.earned, one.currency))
    if one.netted:
        row(pdf, plain(t("against what was paid too much before")), t.money(-one.netted, one.currency))
    if one.withheld:
        row(pdf, plain(t("tax kept back")), t.money(-one.withheld, one.currency))
    row(pdf, plain(t("Paid out")), t.money(one.paid, one.currency), style="B")
    ruled(pdf)
    for line in one.entries:
        words = [t.day(line.at), plain(t(JOURNALS[line.journal])), line.about, line.other]
        row(pdf, " · ".join(part for part in words if part), t.money(line.amount, one.currency), size=10)
    if one.scope == "creator" and one.tax:
        pdf.ln(4)
        money = {"paid": t.money(one.year_paid, one.currency), "tax": t.money(one.tax, one.currency)}
        about = t("An estimate, no advice: income tax on this year's {paid} so far is about {tax} (PPh 21).", **money)
        said(pdf, plain(about))
    return bytes(pdf.output())
