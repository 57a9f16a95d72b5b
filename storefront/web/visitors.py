"""Who is looking: the cookie of a session, what she may see, and what every form of hers must carry.

A view inside is a function of an open database and a visitor. It is wrapped once, here: without a session it is a page
that says how to get in; a form without this session's own token, or sent by another page, changes nothing; an expected
no is said on the page; and what is hers is kept by no cache.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge

from storefront import sessions
from storefront.database import Database, Reader
from storefront.models import Person, Shop, WebSession
from storefront.people import keeps_the_hub, name_of
from storefront.phrases import LANGUAGES, Voice
from storefront.refusals import NotYours, Refusal
from storefront.selling import staff
from storefront.web.pages import absent, doors, here, voice

F = TypeVar("F", bound=Callable[..., Any])

FIELD = "form_token"
OURS = re.compile(r"/(?!/)[\w/.?=&-]{0,200}", re.ASCII)
PLAIN_COOKIE = "getok"  # over http, which only a hub of this machine is reached by
SAFE_COOKIE = "__Host-getok"  # the browser itself sees to it that nobody else has set it (RFC 6265bis, 4.1.3.2)


@dataclass(frozen=True)
class Visitor:
    """Somebody who is signed in, in her language; ``shops`` are those she owns or helps in."""

    session: WebSession
    person: Person
    name: str
    t: Voice
    shops: Sequence[Shop]
    now: datetime
    runs_hub: bool = False
    shop: Shop | None = field(default=None)

    @property
    def is_owner(self) -> bool:
        """Whether the shop in view is her own: what is about money is hers to do, and nobody's who helps."""
        return self.shop is not None and self.shop.owner_id == self.person.id

    @property
    def own_shops(self) -> list[Shop]:
        return [shop for shop in self.shops if shop.owner_id == self.person.id]


def database() -> Database:
    found: Database = current_app.extensions["getok.database"]
    return found


def cookie_name() -> str:
    return SAFE_COOKIE if is_safe() else PLAIN_COOKIE


def is_safe() -> bool:
    return bool(here().public_url.startswith("https://"))


def visitor(db: Reader) -> Visitor | None:
    """Whoever the cookie says, while her session holds."""
    token = request.cookies.get(cookie_name(), "")
    found = sessions.of(db, token, here().now) if token else None
    if found is None:
        return None
    session, person = found
    g.form_token = sessions.form_token(db.vault, session)
    t = Voice(language_of(person), here().zone, person.is_bunda)
    hers, runs_hub = staff.shops_of(db, person.id), keeps_the_hub(db, person, operators())
    return Visitor(session, person, name_of(db, person.id), t, hers, here().now, runs_hub)


def operators() -> set[str]:
    """Who runs the hub by today's settings."""
    found: Callable[[], Iterable[str]] = current_app.extensions["getok.operators"]
    return set(found())


def language_of(person: Person) -> str:
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else person.language


# -- views -----------------------------------------------------------------------------------------------


def look(view: F) -> F:
    """A page of somebody who is signed in: ``view(db, me, ...)`` with a database that only reads."""
    return wrapped(view, lambda: database().read())


def act(view: F) -> F:
    """A form of hers: ``view(db, me, ...)`` in one transaction, and only when it carries her session's own token.

    That is looked at before anybody writes: a stranger's post waits for no writer, and lets nobody wait.
    """
    inner: Callable[..., Response] = wrapped(view, lambda: database().write())

    @wraps(view)
    def page(*given: Any, **named: Any) -> Response:
        with database().read() as db:
            if visitor(db) is None:
                return outside_door()
        must_be_ours()
        return inner(*given, **named)

    return page  # type: ignore[return-value]


def wrapped(view: F, opened: Callable[[], AbstractContextManager[Any]]) -> F:
    @wraps(view)
    def page(*given: Any, **named: Any) -> Response:
        try:
            with opened() as db:
                me = visitor(db)
                if me is None:
                    return outside_door()
                return unkept(make_response(view(db, me, *given, **named)))
        except NotYours:
            return unkept(make_response(absent()))
        except Refusal as no:
            return refused(no)

    return page  # type: ignore[return-value]


def must_be_ours() -> None:
    """Refuse a form that another page sends, or one that is not of this session."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    given = request.form.get(FIELD, "")
    if site not in {"same-origin", "none"} or not database().vault.same(given, g.form_token):
        abort(400)


def outside_door(status: int = 401, *, is_spent: bool = False) -> Response:
    """Nobody is signed in here: how to get in, and nothing of what is inside. ``is_spent``: by a link that is over."""
    t = voice()
    ways = doors("desk", t("desk").unescape())
    page = render_template("inside/door.html", t=t, place=here(), doors=ways, is_spent=is_spent)
    return unkept(make_response(page, status))


def refused(no: Refusal) -> Response:
    """An expected no: its sentence, and the way back to where she was. Nothing has changed."""
    with database().read() as db:
        me = visitor(db)
        if me is None:
            return outside_door()
        said = me.t(no.sentence, **no.facts)
        return unkept(make_response(inside("inside/refused.html", me, said=said, back=back_to()), 409))


def back_to() -> str:
    """The page of ours a form stands on, by its own word; an address elsewhere is none."""
    try:
        asked = request.form.get("back", "")
    except RequestEntityTooLarge:
        asked = request.path.rpartition("/")[0]
    return asked if OURS.fullmatch(asked) else "/"


def inside(template: str, me: Visitor, **facts: Any) -> str:
    """A page for somebody signed in."""
    return render_template(template, t=me.t, me=me, place=here(), form=form_field(), **facts)


def form_field() -> Markup:
    """What stands in every form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, g.form_token)


def done(address: str, word: str = "") -> Response:
    """After a deed the page is looked at anew, so that a reload repeats nothing; ``word`` says what was done."""
    return make_response(redirect(f"{address}?done={word}" if word else address, 303))


def just_done(words: Mapping[str, str]) -> str:
    """What was done a moment ago, by the word `done` left in the address; nothing for a word that is none of these."""
    return words.get(request.args.get("done", ""), "")


def unkept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


def with_cookie(answer: Response, token: str) -> Response:
    """Hand a browser its session."""
    kept = int(sessions.SESSION_HOLDS.total_seconds())
    answer.set_cookie(cookie_name(), token, max_age=kept, secure=is_safe(), httponly=True, samesite="Lax", path="/")
    return answer


def without_cookie(answer: Response) -> Response:
    answer.delete_cookie(cookie_name(), secure=is_safe(), httponly=True, samesite="Lax", path="/")
    return answer
