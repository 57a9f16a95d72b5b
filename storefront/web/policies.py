"""What a browser may load and run on our pages (Content Security Policy, level 3).

A script runs only with the number its own page was sent with, so that nothing somebody smuggled into a page or uploaded
to us can: not even a file of our own address. Styles are our one sheet; there is no inline style and no handler.
"""

import secrets

from flask import g

FRAMED_BY_TELEGRAM = "https://web.telegram.org"


def nonce() -> str:
    """The number of this answer's scripts; the same for all of them, another one for every answer."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def policy(number: str = "", framed_by: str = "'none'") -> str:
    """The rules of one answer; without a number no script runs at all."""
    scripts = f"'nonce-{number}'" if number else "'none'"
    return (
        f"default-src 'none'; img-src 'self' data:; style-src 'self'; script-src {scripts}; connect-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {framed_by}"
    )
