"""Pages put together: a database and a place in, a Flask app out. It needs no bot to run or to be tested."""

import uuid
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Response, g, make_response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import InternalServerError
from werkzeug.middleware.proxy_fix import ProxyFix

from storefront.database import UNANSWERED, Database
from storefront.web.backing import Keeper
from storefront.web.desk import desk
from storefront.web.goods import goods
from storefront.web.hub import hub
from storefront.web.keys import keys
from storefront.web.me import me
from storefront.web.miniapp import miniapp
from storefront.web.openbooks import openbooks
from storefront.web.pages import absent, pages, too_many, trouble
from storefront.web.papers import papers
from storefront.web.policies import nonce, policy
from storefront.web.selfcheck import Checker
from storefront.web.signin import signin
from storefront.web.visits import Visits

log = structlog.get_logger()
LARGEST_POST = 1024 * 1024

NOWHERE = "/nothing-is-here"
LOOKED_AT = (
    *("front", "shop", "product", "recommended", "invited", "qr_of", "poster", "menu", "statement", "results_table"),
    *("promises", "how", "picture_as_wide"),
)
BOOKS = ("public_books", "public_log", "checkpoint", "leaves", "root", "consistency", "verify", "verified", "verifier")
OPENED = ("page", "download", "upload", "write", "drop")
VIEWS = (*(f"pages.{name}" for name in LOOKED_AT), *(f"goods.{name}" for name in OPENED))
VIEWS += (*(f"openbooks.{name}" for name in BOOKS), "keys.page", "keys.put", "miniapp.page")
LOOKS = "240 per minute"
MISSES = "30 per hour"
SIGN_INS = "10 per minute"
INSIDE = ("signin", "desk", "me", "hub")

SAFE = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def create_app(
    database: Database,
    place: Callable[[], Any],
    ailing: Callable[[], Sequence[str]] = list,
    proxies: int = 0,
    *,
    is_limited: bool = True,
    visits: Visits | None = None,
    backups: Path | None = None,
) -> Flask:
    """The storefront's pages as an app.

    ``ailing`` names the parts that should run and do not; ``proxies`` is how many stand before us and may be
    believed about who asks (X-Forwarded-For says anything otherwise). ``visits``: where looks at creators' pages are
    noted, for somebody to count. ``backups``: the folder that backups begun from the web are written to.
    """
    app = Flask("storefront", static_folder=None)
    app.wsgi_app = legible(app.wsgi_app)  # type: ignore[method-assign]
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_POST
    app.extensions["getok.database"] = database
    app.extensions["getok.place"] = place
    app.extensions["getok.ailing"] = ailing
    app.extensions["getok.visits"] = visits or Visits(database)
    app.extensions["getok.selfcheck"] = Checker(database)
    app.register_blueprint(pages)
    app.register_blueprint(goods)
    app.register_blueprint(papers)
    app.register_blueprint(openbooks)
    app.register_blueprint(keys)
    app.register_blueprint(miniapp)
    app.register_blueprint(signin)
    app.register_blueprint(desk)
    app.register_blueprint(me)
    app.register_blueprint(hub)
    app.jinja_env.globals["nonce"] = nonce
    app.extensions["getok.backups"] = Keeper(backups)
    app.extensions["getok.operators"] = tuple
    app.register_error_handler(404, lambda _: absent())
    app.register_error_handler(429, lambda _: too_many())
    for fault in UNANSWERED:
        app.register_error_handler(fault, resting)
    app.register_error_handler(500, broken)
    app.after_request(safely)
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    if is_limited:
        limit(app)
    return app


def limit(app: Flask) -> None:
    """A limit for each asker's looks, and a narrow one for looking where nothing is: so codes are guessed slowly."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", strategy="moving-window")
    limiter.request_filter(is_next_door)
    for name in VIEWS:
        looks = limiter.limit(LOOKS)
        misses = limiter.limit(MISSES, deduct_when=lambda answer: answer.status_code == 404)
        view: Any = app.view_functions[name]
        app.view_functions[name] = looks(misses(view))
    for name, view in list(app.view_functions.items()):
        if name.split(".")[0] in INSIDE:
            app.view_functions[name] = limiter.limit(LOOKS)(view)
    for name in ("signin.ask", "signin.enter"):
        app.view_functions[name] = limiter.limit(SIGN_INS)(app.view_functions[name])  # type: ignore[assignment]


def is_next_door() -> bool:
    """Whether a proxy asks that we were not told of: one visitor must not close its address for all."""
    try:
        return not ip_address(request.remote_addr or "").is_global
    except ValueError:
        return False


def legible(pages: Any) -> Any:
    """An address of ours has neither NUL in it, which no database takes, nor two slashes: there is nothing there.

    Of two slashes the router would make one, by a redirect built from a Host that anybody may send.
    """

    def app(environ: dict[str, Any], start: Any) -> Any:
        path = environ.get("PATH_INFO") or "/"
        environ["PATH_INFO"] = NOWHERE if "\0" in path or "//" in path else path
        return pages(environ, start)

    return app


def resting(fault: Exception) -> Response:
    """The database does not answer just now."""
    log.warning("the database does not answer", page=request.endpoint, fault=type(fault).__name__)
    answer = make_response(trouble(""), 503)
    answer.headers["Retry-After"] = "5"
    return answer


def broken(fault: InternalServerError) -> tuple[str, int]:
    """A mistake of ours: logged with a number, told calmly."""
    incident = uuid.uuid4().hex[:8]
    log.error("page failed", incident=incident, page=request.endpoint, exc_info=fault.original_exception or fault)
    return trouble(incident), 500


def safely(answer: Response) -> Response:
    if nonce_ := g.get("nonce"):
        answer.headers.setdefault("Content-Security-Policy", policy(nonce_))
    for header, value in SAFE.items():
        answer.headers.setdefault(header, value)
    return answer
