"""The lists of a batch as files: a PDF for the wall and the bag, a table for whoever likes tables.

A link carries its own permission, signed and for half an hour; who has it, has it from the seller's own chat.
"""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, current_app, make_response

from storefront import freezing, people, privacy
from storefront.database import Database, Reader
from storefront.earning import debts, monthly_statements, payouts
from storefront.earning import papers as payout_papers
from storefront.models import Batch, PayoutReceipt, Shop
from storefront.phrases import LANGUAGES, Voice
from storefront.reading.sheets import guarded
from storefront.selling import batches, receipts
from storefront.web import tokens

papers = Blueprint("papers", __name__)
CURRENCY = "IDR"
COLUMNS = ("code", "name", "address", "landmark", "hours", "product", "variant", "quantity", "paid", "total")
MIME = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}


@papers.get("/lists/<token>.<ending>")
def lists(token: str, ending: str) -> Response:
    """One batch as it stands now."""
    database: Database = current_app.extensions["getok.database"]
    place = current_app.extensions["getok.place"]()
    opened = tokens.lists_of(database.vault, token, place.now)
    if opened is None or ending not in MIME or opened[1] not in LANGUAGES:
        abort(404)
    batch_id, language = opened
    with database.read() as db:
        facts = batches.lists(db, batch_id)
        shop = shop_of(db, batch_id)
    content = as_pdf(Voice(language, place.zone), facts, shop) if ending == "pdf" else as_csv(facts)
    answer = make_response(content)
    answer.headers["Content-Type"] = MIME[ending]
    answer.headers["Content-Disposition"] = f'attachment; filename="getok-lists.{ending}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@papers.get("/paper/<token>.pdf")
def paper(token: str) -> Response:
    """The invoice of one order, with the receipts of what has been paid."""
    database: Database = current_app.extensions["getok.database"]
    place = current_app.extensions["getok.place"]()
    found = tokens.paper_of(database.vault, token, place.now)
    if found is None or found[1] not in LANGUAGES:
        abort(404)
    from storefront.drawing import invoices

    with database.read() as db:
        content = invoices.drawn(Voice(found[1], place.zone), receipts.paper(db, found[0]))
    answer = make_response(content)
    answer.headers["Content-Type"] = MIME["pdf"]
    answer.headers["Content-Disposition"] = 'attachment; filename="getok-invoice.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@papers.get("/data/<token>.json")
def data(token: str) -> Response:
    """Everything that is kept of one person, for her to keep."""
    database: Database = current_app.extensions["getok.database"]
    person_id = tokens.data_of(database.vault, token, current_app.extensions["getok.place"]().now)
    if person_id is None:
        abort(404)
    with database.read() as db:
        found = privacy.export(db, person_id)
    answer = make_response(json.dumps(found, ensure_ascii=False, indent=1))
    answer.headers["Content-Type"] = "application/json; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="getok-data.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def sent(content: bytes | str, ending: str, name: str) -> Response:
    """A file for one person, that nobody keeps on the way."""
    answer = make_response(content)
    answer.headers["Content-Type"] = MIME[ending]
    answer.headers["Content-Disposition"] = f'attachment; filename="getok-{name}.{ending}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def carried(purpose: str, token: str) -> list[Any]:
    """What a link carries, while it holds; 404 for any other."""
    database: Database = current_app.extensions["getok.database"]
    found = tokens.held(database.vault, purpose, token, current_app.extensions["getok.place"]().now)
    if found is None:
        abort(404)
    return found


@papers.get("/receipt/<token>.pdf")
def receipt(token: str) -> Response:
    """The receipt of a payout, with its proof."""
    receipt_id, language = carried("receipt", token)
    from storefront.drawing import receipts as drawn

    place = current_app.extensions["getok.place"]()
    with current_app.extensions["getok.database"].read() as db:
        one = payout_papers.written(db, db.get_one(PayoutReceipt, receipt_id))
        return sent(drawn.receipt(Voice(language, place.zone), one, place.public_url), "pdf", one.code)


@papers.get("/month/<token>.pdf")
def month(token: str) -> Response:
    """A month's statement."""
    scope, scope_id, name, language = carried("month", token)
    from storefront.drawing import receipts as drawn

    place = current_app.extensions["getok.place"]()
    with current_app.extensions["getok.database"].read() as db:
        one = monthly_statements.statement(db, scope, scope_id, name, CURRENCY)
        return sent(drawn.month(Voice(language, place.zone), one), "pdf", f"statement-{name}")


@papers.get("/year/<token>.csv")
def year(token: str) -> Response:
    """A year, month by month: what was earned, what was paid, what was kept back as tax."""
    scope, scope_id, name = carried("year", token)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["month", "earned", "paid", "tax_kept_back", "currency"])
    with current_app.extensions["getok.database"].read() as db:
        lines = monthly_statements.yearly(db, scope, scope_id, name, CURRENCY)
    writer.writerows([*line, CURRENCY] for line in lines)
    return sent(out.getvalue(), "csv", f"year-{name}")


@papers.get("/batch/<token>.csv")
def batch(token: str) -> Response:
    """Everything a shop may pay now by bank or wallet, as a file to upload; what needs a second person is not in it."""
    (shop_id,) = carried("batch", token)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["bank", "account", "name", "amount", "currency", "note"])
    with current_app.extensions["getok.database"].read() as db:
        writer.writerows(batch_lines(db, shop_id))
    return sent(out.getvalue(), "csv", "payouts")


def batch_lines(db: Reader, shop_id: int) -> Iterator[list[str]]:
    freezing.refuse_while_frozen(db)
    for one in debts.debts(db, db.get_one(Shop, shop_id)):
        where = payouts.destination_of(db, one.creator_id)
        if (
            one.payout is None
            or one.payout.state == "missing"
            or where is None
            or where.kind not in {"bank", "ewallet"}
        ):
            continue
        if one.payout.approved_by is None and payouts.needs_two(db, one.payout):
            continue
        account = (where.brand, people.unsealed(db, where), guarded(where.holder))
        yield [*account, str(one.payout.amount), one.payout.currency, f"Getok {one.payout.id}"]


def shop_of(db: Reader, batch_id: int) -> str:
    return db.get_one(Shop, db.get_one(Batch, batch_id).shop_id).name


def as_pdf(t: Voice, facts: dict[str, Any], shop: str) -> bytes:
    from storefront.drawing import papers as drawn

    day = date.fromisoformat(facts["delivers_on"]) if facts["delivers_on"] else None
    return drawn.lists(t, facts, shop, t.day_and_part(day, facts["day_part"]))


def as_csv(facts: dict[str, Any]) -> str:
    """One line an order line; the total stands once an order, so that a column of them is their sum."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(rows(facts))
    return out.getvalue()


def rows(facts: dict[str, Any]) -> Iterator[list[str]]:
    for stop in [*facts["road"], *facts["pickup"]]:
        for place, ((quantity, _), sold) in enumerate(zip(stop["lines"], stop["sold"], strict=True)):
            where = (stop["code"], stop["name"], stop["address"] or "", stop["landmark"] or "", stop["hours"])
            paid, total = ("yes" if stop["paid"] else "no"), ("" if place else str(stop["total"] or ""))
            yield [*map(guarded, (*where, *sold)), str(quantity), paid, total]
