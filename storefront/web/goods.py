"""The page of one shop's catalogue as a file: /goods/<token> gives it out, takes one in, and asks before it writes.

There is no session and no cookie here: the token in the address is all the permission there is, and every form posts to
an address that carries it. Another site that makes a browser post would have to know the token, and who knows it needs
no browser of hers; so there is nothing for a CSRF token to add. It is signed, holds for half an hour, opens one shop to
its owner, and the pages say `no-referrer` and `no-store`.
"""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from storefront.database import Database, Reader
from storefront.models import Person, Shop
from storefront.phrases import LANGUAGES, Voice, marked
from storefront.reading.sheets import HEADS, BadSheet, Problem, Sheet, Unreadable, as_cell, decoded, opened, size
from storefront.refusals import AlreadyDone
from storefront.selling import sheets
from storefront.web import tokens
from storefront.web.forms import a_number
from storefront.web.pages import absent, here, reader

goods = Blueprint("goods", __name__)

LARGEST_FILE = 10 * 1024 * 1024
AROUND_A_FILE = 64 * 1024  # what a form puts around it
MOST_NAMED = 20

NO_FILE = marked("Please choose a file first.")
TOO_LARGE = marked("That file is too large. It may have 10 MB and {lines} lines; please send it in parts.")
NOT_TEXT = marked(
    "I cannot read that file, so nothing has changed. Please save it as CSV UTF-8: in Excel under Save as, in Google "
    "Sheets under File, Download, CSV."
)
NO_LINES = marked("There is nothing below the first line of that file.")
MOVED = marked("Your catalogue has changed meanwhile. This is what the file would do now; please look once more.")


# -- looking -----------------------------------------------------------------------------------------


@goods.get("/goods/<token>")
def page(token: str) -> Any:
    """The catalogue to download, a file to send, and how the last one stands."""
    with reader() as db:
        held = holder(db, token)
        return shown(db, token, *held) if held else absent()


@goods.get("/goods/<token>/katalog.csv")
def download(token: str) -> Any:
    """The catalogue as CSV; ``for=excel`` puts semicolons between cells, as an Indonesian Excel expects them."""
    with reader() as db:
        held = holder(db, token)
        if held is None:
            return absent()
        table = sheets.written(db, held[0], ";" if request.args.get("for") == "excel" else ",")
    answer = make_response(table)
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="katalog-{held[0].slug}.csv"'
    return unkept(answer)


# -- doing -------------------------------------------------------------------------------------------


@goods.post("/goods/<token>")
def upload(token: str) -> Any:
    """Take a file in: what is no table at all is said at once, everything else when its lines have been read."""
    with reader() as db:
        held = holder(db, token)
        if held is None:
            return absent()
        try:
            sheet, lines = sent_sheet()
        except BadUpload as no:
            return shown(db, token, *held, said=no.sentence, problem=no.problem), no.status
    database: Database = current_app.extensions["getok.database"]
    with database.write() as db:
        sheets.take(db, held[0], sheet, lines, now())
    return back(token)


@goods.post("/goods/<token>/write")
def write(token: str) -> Any:
    """Her yes. Pressed twice it is one yes."""
    database: Database = current_app.extensions["getok.database"]
    with database.write() as db:
        held = holder(db, token)
        if held is None:
            return absent()
        try:
            stands = sheets.confirm(db, a_number(request.form.get("import", "")), held[0].id, now())
        except AlreadyDone:
            return back(token)
    if stands == "ready":
        with reader() as db:
            return shown(db, token, *held, said=MOVED)
    return back(token)


@goods.post("/goods/<token>/drop")
def drop(token: str) -> Any:
    """Her no: the file is forgotten and nothing has changed."""
    database: Database = current_app.extensions["getok.database"]
    with database.write() as db:
        held = holder(db, token)
        if held is None:
            return absent()
        sheets.drop(db, held[0].id, now())
    return back(token)


# -- who, what and how -------------------------------------------------------------------------------


def now() -> datetime:
    moment: datetime = here().now
    return moment


def holder(db: Reader, token: str) -> tuple[Shop, Person] | None:
    """The shop a token opens and its owner; None for a token that is forged, too old, or no longer hers."""
    found = tokens.goods_of(db.vault, token, now())
    return sheets.owner_of(db, *found) if found else None


class BadUpload(Exception):
    """What was sent is no catalogue: the sentence that says so, and the status of the answer."""

    def __init__(self, sentence: str, status: int = 400, problem: Problem | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.problem = problem


def sent_sheet() -> tuple[Sheet, int]:
    """The table that was posted, and how many lines it has; raises `BadUpload`."""
    content = sent_file()
    try:
        sheet = opened(decoded(content))
        lines = size(sheet)
    except Unreadable:
        raise BadUpload(NOT_TEXT) from None
    except BadSheet as no:
        raise BadUpload("", problem=no.problem) from None
    if lines > sheets.MOST_LINES:
        raise BadUpload(TOO_LARGE, 413)
    if lines == 0:
        raise BadUpload(NO_LINES)
    return sheet, lines


def sent_file() -> bytes:
    request.max_content_length = LARGEST_FILE + AROUND_A_FILE
    try:
        file = request.files.get("file")
    except RequestEntityTooLarge:
        raise BadUpload(TOO_LARGE, 413) from None
    if file is None or not file.filename:
        raise BadUpload(NO_FILE)
    with file.stream as stream:  # a large one lies on the disk until it is closed
        content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise BadUpload(TOO_LARGE, 413)
    return content


def shown(
    db: Reader, token: str, shop: Shop, owner: Person, *, said: str = "", problem: Problem | None = None
) -> Response:
    """The page in its owner's language, or the one she asks for."""
    asked = request.args.get("lang", "")
    t = Voice(asked if asked in LANGUAGES else owner.language, here().zone, owner.is_bunda)
    page_ = render_template(
        "goods.html",
        t=t,
        place=here(),
        shop=shop,
        token=token,
        report=sheets.latest(db, shop.id, now()),
        said=t(said, lines=f"{sheets.MOST_LINES:,}".replace(",", ".")) if said else "",
        problem=problem,
        heads=HEADS,
        cell=as_cell,
        most=MOST_NAMED,
    )
    return unkept(make_response(page_))


def back(token: str) -> Response:
    """After a deed the page is looked at anew, so that a reload repeats nothing."""
    asked = request.args.get("lang", "")
    answer = redirect(f"/goods/{token}" + (f"?lang={asked}" if asked in LANGUAGES else ""), 303)
    return unkept(make_response(answer))


def unkept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
