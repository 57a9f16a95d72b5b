"""What was sold in a day, a week or a month, in words and as a picture."""

import re

from bots.counter.buyer import a_number
from bots.counter.seller import mine
from bots.dialogue import Heard, Screen
from bots.screens import reports as screens
from bots.visit import Outcome, Visit, aside, command, screen
from storefront.database import Writer
from storefront.reading.noise import plain
from storefront.selling import reports
from storefront.selling.reports import Span

ASKED = re.compile(
    r"(?:laporan|report|rekap penjualan)(?: penjualan| sales)? (?:"
    r"(?P<this>hari ini|minggu ini|bulan ini|today|this week|this month|harian|mingguan|bulanan|daily|weekly|monthly)"
    r"|(?P<last>kemarin|minggu lalu|bulan lalu|yesterday|last week|last month))"
)
SAID: dict[str, Span] = {
    "hari": "day",
    "kemarin": "day",
    "today": "day",
    "yesterday": "day",
    "daily": "day",
    "minggu": "week",
    "week": "week",
    "bulan": "month",
    "month": "month",
}


@command("report")
def report_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    return report(db, visit) if mine(db, visit, "0") else None


@aside(43)
def span_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*laporan minggu lalu*: of a seller."""
    asked = ASKED.fullmatch(plain(heard.text)) if heard.kind == "text" else None
    if asked is None or not mine(db, visit, "0"):
        return None
    words = asked["this"] or asked["last"]
    span = next(span for word, span in SAID.items() if word in words)
    return report(db, visit, "0", span, "1" if asked["last"] else "0")


@screen("reports")
def report(db: Writer, visit: Visit, shop: str = "0", span: str = "week", back: str = "0") -> Screen:
    """One span, with the others and the one before a tap away."""
    owned = mine(db, visit, shop)
    wanted: Span = next((one for one in reports.SPANS if one == span), "week")
    earlier = min(a_number(back), reports.MOST_BACK)
    if not owned:
        return Screen(visit.t("You have no shop yet. Write <i>start selling</i> to open one."))
    found = reports.report(db, [one.id for one in owned], wanted, earlier, visit.now)
    return screens.report(visit.t, owned, found, wanted, earlier)
