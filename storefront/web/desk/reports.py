"""What was sold: by day and by product, how it was paid, what neighbours brought; as pictures, in words, as a file."""

import csv
import io
from datetime import date
from typing import Any

from babel.dates import format_date
from flask import make_response, request

from storefront.database import Reader
from storefront.earning import deals, results
from storefront.people import name_of
from storefront.phrases import Voice, marked
from storefront.reading.sheets import guarded
from storefront.selling import reports
from storefront.selling.reports import Report, Span
from storefront.web.charts import Chart, chart
from storefront.web.desk import desk
from storefront.web.desk.shops import owners, page_of_shop, shop_of, shown
from storefront.web.forms import a_number
from storefront.web.visitors import Visitor

SPANS = {"day": marked("Day"), "week": marked("Week"), "month": marked("Month")}
WAYS = {
    "qris": marked("QRIS"),
    "transfer": marked("Transfer"),
    "cod": marked("Cash on delivery"),
    "noted": marked("Noted by hand"),
}
CREATORS_SHOWN = 8
COLUMNS = ("confirmed", "order", "name", "product", "kind", "quantity", "amount", "paid_by", "code")


@desk.get("/desk/<slug>/reports")
@page_of_shop
@owners
def report(db: Reader, me: Visitor) -> Any:
    """One span, beside the one before."""
    shop, span, back = shop_of(me), span_of(), min(a_number(request.args.get("back")), reports.MOST_BACK)
    found = reports.report(db, [shop.id], span, back, me.now)
    facts = {"span": span, "spans": SPANS, "back": back, "report": found, "ways": WAYS}
    charts = [by_time(me, found, span, back), by_product(me, found), by_creator(db, me)]
    return shown("reports", me, "reports", charts=charts, title=title_of(me.t, found, span), **facts)


def span_of() -> Span:
    asked = request.args.get("span", "week")
    return next((one for one in reports.SPANS if one == asked), "week")


def by_time(me: Visitor, found: Report, span: Span, back: int) -> Chart:
    """Sales by the hour of a day, or by the day."""
    t, currency = me.t, shop_of(me).currency
    bars = []
    for number, amount in found.parts:
        label = f"{number:02d}" if span == "day" else day_label(t, found.begins, number, span)
        bars.append((label, amount, t.money(amount, currency)))
    local = me.now.astimezone(t.zone)
    now = (local.hour if span == "day" else (local.date() - found.begins).days) if back == 0 else None
    return chart(t("Sales by the hour") if span == "day" else t("Sales by the day"), bars, now=now)


def day_label(t: Voice, begins: date, number: int, span: Span) -> str:
    day = date.fromordinal(begins.toordinal() + number)
    return format_date(day, "EEE" if span == "week" else "d", locale=t.language)


def by_product(me: Visitor, found: Report) -> Chart:
    t, currency = me.t, shop_of(me).currency
    bars = [(name, amount, f"{pieces} · {t.money(amount, currency)}") for name, pieces, amount in found.best]
    if found.others:
        bars.append((str(t("Others")), found.others, t.money(found.others, currency)))
    return chart(t("Sales by product"), bars)


def by_creator(db: Reader, me: Visitor) -> Chart:
    """What each neighbour brought in the last twelve weeks."""
    t, shop = me.t, shop_of(me)
    hers = deals.of_shop(db, shop.id, me.now)
    sold = results.sold_by_deal(db, [deal.id for deal in hers], me.now)
    ranked = sorted(hers, key=lambda deal: -sold.get(deal.id, 0))[:CREATORS_SHOWN]
    bars = [
        (name_of(db, deal.creator_id) or deal.code, sold[deal.id], t.money(sold[deal.id], shop.currency))
        for deal in ranked
        if sold.get(deal.id, 0) > 0
    ]
    return chart(t("What neighbours brought in twelve weeks"), bars)


def title_of(t: Voice, found: Report, span: Span) -> str:
    if span == "day":
        return t.day(found.begins)
    if span == "month":
        return str(format_date(found.begins, "MMMM y", locale=t.language))
    return f"{t.day(found.begins)} – {t.day(found.ends)}"


@desk.get("/desk/<slug>/reports.csv")
@page_of_shop
@owners
def file(db: Reader, me: Visitor) -> Any:
    """The same span as a table, a line an order line."""
    span, back = span_of(), min(a_number(request.args.get("back")), reports.MOST_BACK)
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in reports.lines(db, shop_of(me).id, span, back, me.now):
        day = row.confirmed_at.astimezone(me.t.zone).strftime("%Y-%m-%d %H:%M")
        named = [guarded(str(text or "")) for text in (row.code, row.name, row.product_name, row.variant_name)]
        writer.writerow([day, *named, row.quantity, row.amount, row.method or "noted", guarded(row.thanked or "")])
    answer = make_response(out.getvalue())
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="getok-{shop_of(me).slug}-{span}.csv"'
    return answer
