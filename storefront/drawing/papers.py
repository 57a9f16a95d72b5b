"""A batch on paper: the kitchen's page, big enough to read at the stove, and the road's, with a box for every door.

Both say what the chat says: they are made of the same facts. fpdf2 sets the pages; nothing here looks at a database.
"""

from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from typing import Any

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

from storefront.drawing.lettering import readable
from storefront.phrases import Voice

FONT = "Source Sans"
STYLES = {"": "Regular", "B": "Bold"}
MARGIN = 16.0
NOTES = (50_000, 100_000)  # the banknotes people pay with
Facts = Mapping[str, Any]


def lists(t: Voice, facts: Facts, shop: str, day: str) -> bytes:
    """The PDF of a batch: what to cook, where to bring it, what to collect, who has not paid."""
    pdf = Paper(f"{shop} · {facts['product']}" + (f" · {day}" if day else ""))
    kitchen(t, pdf, facts)
    if facts["road"]:
        pdf.add_page()
        stops(t, pdf, str(t("Daftar antar (delivery list)")), facts)
    if facts["pickup"]:
        pdf.section(str(t("Pickup list")))
        for stop in facts["pickup"]:
            pdf.stop(stop, facts["unit"], cash(t, stop, facts["currency"]))
    if facts["unpaid"]:
        pdf.section(plain(t("Not paid: {codes}.", codes=", ".join(facts["unpaid"]))))
    return bytes(pdf.output())


def kitchen(t: Voice, pdf: "Paper", facts: Facts) -> None:
    """So many of each, and together."""
    pdf.add_page()
    pdf.section(plain(t("Daftar masak (cook list)")), 26)
    for quantity, name in facts["cook"]:
        pdf.tally(str(quantity), name or facts["unit"], 34)
    total = sum(quantity for quantity, _ in facts["cook"])
    pdf.ln(4)
    pdf.line(pdf.l_margin, pdf.get_y(), pdf.w - pdf.r_margin, pdf.get_y())
    pdf.ln(4)
    pdf.tally(str(total), plain(t("{unit} together", unit=facts["unit"])), 34)
    if facts["pieces"]:
        pdf.ln(6)
        pdf.section(plain(t("In the boxes")), 20)
        for quantity, kind in facts["pieces"]:
            pdf.tally(str(quantity), kind, 24)


def stops(t: Voice, pdf: "Paper", title: str, facts: Facts) -> None:
    """One door after the other, as one walks."""
    pdf.section(title)
    to_collect = sum(stop["cash"] or 0 for stop in facts["road"])
    for stop in facts["road"]:
        pdf.stop(stop, facts["unit"], cash(t, stop, facts["currency"]))
    if to_collect:
        money = t.money(to_collect, facts["currency"])
        pdf.section(plain(t("Cash to collect on the way: {amount}", amount=money)), 14)


def cash(t: Voice, stop: Facts, currency: str) -> str:
    """What to collect at this door, and the change to have ready."""
    if not stop["cash"]:
        return ""
    amount = t.money(stop["cash"], currency)
    change = stop["ready"] - stop["cash"] if stop["ready"] else change_for(stop["cash"])
    if not change:
        return plain(t("collect {amount}", amount=amount))
    return plain(t("collect {amount}, change {change}", amount=amount, change=t.money(change, currency)))


def change_for(amount: int) -> int:
    """The change for the next full banknote: 83.000 is likely paid with 100.000, 145.000 with 150.000."""
    small, _ = NOTES
    return -amount % small


def plain(text: object) -> str:
    """Words without markup."""
    return getattr(text, "striptags", lambda: str(text))()


class Paper(FPDF):
    """An A4 sheet in the house's type, with what it is about on every page."""

    def __init__(self, title: str) -> None:
        super().__init__(format="A4")
        self.title_line = readable(title)
        lettered(self)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, 18)

    def header(self) -> None:
        self.set_font(FONT, "", 11)
        self.set_text_color(104, 96, 90)
        self.multi_cell(0, 6, self.title_line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_text_color(36, 32, 30)
        self.ln(3)

    def footer(self) -> None:
        self.set_y(-13)
        self.set_font(FONT, "", 10)
        self.set_text_color(104, 96, 90)
        self.cell(0, 6, f"{self.page_no()}", align="R")
        self.set_text_color(36, 32, 30)

    def section(self, words: str, size: int = 18) -> None:
        """A heading that never stands alone at the foot of a page."""
        if self.will_page_break(size + 20):
            self.add_page()
        self.set_font(FONT, "B", size)
        self.multi_cell(0, size * 0.5, readable(words), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(2)

    def tally(self, number: str, words: str, size: int) -> None:
        """A number and what it counts, side by side."""
        height = size * 0.48
        if self.will_page_break(height):
            self.add_page()
        self.set_font(FONT, "B", size)
        self.cell(max(30.0, self.get_string_width(number) + 8), height, number, align="R")
        self.set_font(FONT, "", size)
        self.set_x(self.get_x() + 4)
        self.multi_cell(0, height, readable(words), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def stop(self, stop: Facts, unit: str, to_collect: str) -> None:
        """One door, never over two pages: a box to tick, where, who, what, and what to collect."""
        said = (readable(part or "") for part in (stop["hours"], stop["address"], stop["name"]))
        # Of a name in letters our face lacks, nothing is left but marks.
        where = " · ".join(part for part in said if any(map(str.isalnum, part)))
        beside = f" ({stop['landmark']})" if stop["landmark"] else ""
        what = readable(f"{stop['code']}: {goods(stop['lines'], unit)}{beside}")
        said_lines = [("B", 13, 6.5, where or stop["code"]), ("", 12, 6.0, what), ("B", 12, 6.0, to_collect)]
        lines = [line for line in said_lines if line[-1]]
        self.set_left_margin(MARGIN + 9)
        self.set_x(MARGIN + 9)
        if self.will_page_break(sum(self.written(*line, dry=True) for line in lines)):
            self.add_page()
        self.rect(MARGIN, self.get_y() + 1.2, 5, 5)
        for line in lines:
            self.written(*line)
        self.set_left_margin(MARGIN)
        self.set_x(MARGIN)
        self.ln(3)

    def written(self, style: str, size: int, height: float, words: str, *, dry: bool = False) -> float:
        """Words over the whole width; returns how high they stand, or would."""
        self.set_font(FONT, style, size)
        high = self.multi_cell(
            0,
            height,
            words,
            align="L",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
            dry_run=dry,
            output=MethodReturnValue.HEIGHT,
        )
        assert isinstance(high, float), "asked for its height alone"
        return high


def lettered(pdf: FPDF) -> FPDF:
    """The same with our face in it."""
    for style, weight in STYLES.items():
        with as_file(files("font_source_sans_pro") / "files" / f"SourceSansPro-{weight}.ttf") as path:
            pdf.add_font(FONT, style, str(path))
    return pdf


def goods(lines: Sequence[Sequence[Any]], unit: str) -> str:
    return " + ".join(f"{quantity} {name or unit}".strip() for quantity, name in lines)
