"""Pages put together: a database and a place in, a Flask app out. It needs no bot to run or to be tested."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response

from storefront.database import Database
from storefront.web.pages import absent, pages

LARGEST_POST = 1024 * 1024

SAFE = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def create_app(database: Database, place: Callable[[], Any]) -> Flask:
    """The storefront's pages as an app."""
    app = Flask("storefront", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_POST
    app.extensions["getok.database"] = database
    app.extensions["getok.place"] = place
    app.register_blueprint(pages)
    app.register_error_handler(404, lambda _: absent())
    app.after_request(safely)
    return app


def safely(answer: Response) -> Response:
    for header, value in SAFE.items():
        answer.headers.setdefault(header, value)
    return answer
