"""The books for everybody: sums by shop and for the hub, the log behind them, and a page that checks a receipt.

/books                  what is owed, paid, confirmed, disputed; how soon; whether it still adds up
/books/log              the log's key, its newest checkpoints, its newest leaves
/books/log/checkpoint   the newest checkpoint, as text (C2SP tlog-checkpoint)
/books/log/root         the root of so many leaves: ?size=100
/books/log/leaves       leaves as they were hashed, a line each: ?from=0
/books/log/proof        that the log only grew: ?old=100&new=200
/verify, /verify.py     check a receipt: in the browser, on the hub, or with one file and no network
"""

from base64 import b64encode
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, current_app, make_response, request
from sqlalchemy import select

from referral import checkpoints
from referral.checkpoints import Unreadable
from storefront.earning import log
from storefront.models import LogCheckpoint, LogEntry
from storefront.selling import disputes
from storefront.web import books
from storefront.web.pages import here, reader, shown

openbooks = Blueprint("openbooks", __name__)
SHOWN = 20
PAGE = 1_000
LONGEST_RECEIPT = 20_000
STATIC = Path(__file__).with_name("static")


@openbooks.get("/books")
def public_books() -> str:
    with reader() as db:
        check = current_app.extensions["getok.selfcheck"].newest(here().now)
        facts = {"books": books.of_hub(db, here().now), "log": log.newest(db), "check": check}
        return shown("books.html", **facts, disputes=disputes.published(db))


@openbooks.get("/books/log")
def public_log() -> str:
    """The key that signs, the newest roots it signed, and the newest leaves."""
    with reader() as db:
        signed = db.scalars(select(LogCheckpoint).order_by(LogCheckpoint.size.desc()).limit(SHOWN)).all()
        leaves = db.scalars(select(LogEntry).order_by(LogEntry.id.desc()).limit(SHOWN)).all()
        key = log.key_of(db.vault).written
        return shown("log.html", key=key, signed=signed, leaves=leaves, newest=log.newest(db))


@openbooks.get("/books/log/checkpoint")
def checkpoint() -> Response:
    with reader() as db:
        found = log.newest_row(db)
        if found is None:
            abort(404)
        return plainly(found.note)


@openbooks.get("/books/log/leaves")
def leaves() -> Response:
    """So many leaves from one number on, as they were hashed."""
    with reader() as db:
        some = select(LogEntry.leaf).where(LogEntry.id >= number("from", 0)).order_by(LogEntry.id).limit(PAGE)
        return plainly("".join(f"{leaf}\n" for leaf in db.scalars(some)))


@openbooks.get("/books/log/proof")
def consistency() -> Response:
    """The hashes that prove that the log of one length begins with that of another (RFC 6962, 2.1.2)."""
    with reader() as db:
        standing = log.newest(db)
        new = number("new", standing.size if standing else 0)
        old = number("old", 0)
        if standing is None or not 0 < old <= new <= standing.size:
            abort(404)
        return plainly("".join(f"{b64encode(one).decode()}\n" for one in log.consistency(db, old, new)))


@openbooks.get("/books/log/root")
def root() -> Response:
    """The root of the first so many leaves, as a checkpoint has it."""
    size = number("size", 0)
    with reader() as db:
        if size > log.size_of(db):
            abort(404)
        return plainly(b64encode(log.root_of(db, size)).decode() + "\n")


def number(name: str, default: int) -> int:
    """A number out of the address; what is none is nowhere."""
    given = request.args.get(name, str(default))
    if not (given.isascii() and given.isdigit() and len(given) < 16):
        abort(404)
    return int(given)


def plainly(text: str) -> Response:
    answer = make_response(text)
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


# -- checking ------------------------------------------------------------------------------------------------


@openbooks.get("/verify")
def verify() -> str:
    return shown("verify.html", said=None, found=None, own=None, log=own_name())


def own_name() -> str:
    return log.key_of(current_app.extensions["getok.database"].vault).name


@openbooks.post("/verify")
def verified() -> tuple[str, int]:
    """The same for a browser that cannot: the hub says it, and says that it does."""
    text = request.form.get("receipt", "")[:LONGEST_RECEIPT]
    try:
        proof = checkpoints.read_proof(text)
        found = checkpoints.checked(proof)
    except Unreadable:
        return shown("verify.html", said=text, found=None, own=None, log=own_name()), 422
    with reader() as db:
        own = found.origin == log.key_of(db.vault).name
        is_ours = own and found.size <= log.size_of(db) and log.root_of(db, found.size) == found.root
    facts: dict[str, Any] = {"found": {**proof.row, "log": found.origin, "kode cek": found.code}}
    return shown("verify.html", said=text, own=is_ours, log=own_name(), **facts), 200


@openbooks.get("/verify.py")
def verifier() -> Response:
    answer = make_response((STATIC / "verify.py").read_text(encoding="utf-8"))
    answer.headers["Content-Type"] = "text/x-python; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="verify.py"'
    return answer
