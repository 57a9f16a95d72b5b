"""Receipts, months and proofs: what a creator was paid, what a seller paid, and that it stands in the books."""

from bots.counter.buyer import a_number
from bots.dialogue import Heard, Screen, go
from bots.screens import papers as shown
from bots.visit import Outcome, Visit, command, screen
from storefront.database import Reader, Writer
from storefront.earning import monthly_statements, papers
from storefront.earning.monthly_statements import Scope
from storefront.models import Shop
from storefront.refusals import NotYours
from storefront.selling import shops
from storefront.web.tokens import month_link, receipt_link, year_link


@command("receipts")
def receipts_said(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    return receipts(db, visit)


@screen("receipts")
def receipts(db: Writer, visit: Visit, before: str = "") -> Screen:
    found = papers.held(db, visit.person_id, before=a_number(before) if before else None)
    more = found[-1][0].id if len(found) == papers.PAGE else None
    return shown.receipts(visit.t, found, more)


@screen("receipt")
def receipt(db: Writer, visit: Visit, receipt_id: str = "") -> Screen:
    one = papers.paper(db, papers.of_person(db, a_number(receipt_id), visit.person_id), visit.now)
    address = receipt_link(db.vault, visit.place.public_url, one.id, visit.language, visit.now)
    return shown.receipt(visit.t, one, address)


@screen("receipt_proof")
def receipt_proof(db: Writer, visit: Visit, receipt_id: str = "") -> Screen:
    one = papers.paper(db, papers.of_person(db, a_number(receipt_id), visit.person_id), visit.now)
    return shown.proof(visit.t, one, visit.place.public_url) if one.proof else receipt(db, visit, receipt_id)


@command("statement")
def statements_said(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    return statements(db, visit)


@screen("statements")
def statements(db: Writer, visit: Visit) -> Screen:
    """Her own months, and those of each shop of hers; a single one is shown at once."""
    found: list[tuple[Scope, int, str, str]] = [
        ("creator", visit.person_id, month, "")
        for month in monthly_statements.months(db, "creator", visit.person_id, 6)
    ]
    for one in shops.owned_by(db, visit.person_id):
        found += [("shop", one.id, month, one.name) for month in monthly_statements.months(db, "shop", one.id, 6)]
    if len(found) == 1:
        scope, scope_id, month, _ = found[0]
        return statement(db, visit, scope, str(scope_id), month)
    choices = tuple(
        go(" · ".join(part for part in (named(visit, month), name) if part), "statement", scope, scope_id, month)
        for scope, scope_id, month, name in found
    )
    return shown.months(visit.t, [(month, name) for _, _, month, name in found], choices)


def named(visit: Visit, month: str) -> str:
    return f"{visit.t.month(monthly_statements.bounds_in(visit.t.zone, month)[0])} {month[:4]}"


@screen("statement")
def statement(db: Writer, visit: Visit, scope: str = "", scope_id: str = "", month: str = "") -> Screen:
    whose, number = hers(db, visit, scope, scope_id)
    if month not in monthly_statements.months(db, whose, number, 240):
        raise NotYours
    found = monthly_statements.statement(db, whose, number, month, "IDR")
    where = (db.vault, visit.place.public_url, whose, number)
    pdf = month_link(*where, month, visit.language, visit.now)
    return shown.statement(visit.t, found, (pdf, year_link(*where, int(month[:4]), visit.now)))


def hers(db: Reader, visit: Visit, scope: str, scope_id: str) -> tuple[Scope, int]:
    """Whose statement it is, where it is hers to read. Raises `NotYours`."""
    if scope == "creator" and a_number(scope_id) == visit.person_id:
        return "creator", visit.person_id
    shop = db.get(Shop, a_number(scope_id)) if scope == "shop" else None
    if shop is None or shop.owner_id != visit.person_id:
        raise NotYours
    return "shop", shop.id
