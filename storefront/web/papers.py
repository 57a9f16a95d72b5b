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

from storefront import privacy
from storefront.database import Database, Reader
from storefront.models import Batch, Shop
from storefront.phrases import LANGUAGES, Voice
from storefront.reading.sheets import guarded
from storefront.selling import batches, receipts
from storefront.web import tokens

papers = Blueprint("papers", __name__)
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
