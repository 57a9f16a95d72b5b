"""Getting in: /login/<token> shows whose link it is, its button begins a session; /sessions shows them and ends them.

A page that is looked at changes nothing: chats open every link to draw its picture. So the session begins with the
button, and whoever is about to press it reads for whom: nobody works in somebody else's name without knowing it.
"""

from typing import Any

from flask import Blueprint, current_app, make_response, render_template, request

from storefront import joining, people, sessions
from storefront.database import Reader
from storefront.earning import deals
from storefront.models import Person
from storefront.phrases import LANGUAGES, Voice
from storefront.refusals import LinkSpent
from storefront.selling import staff
from storefront.web.forms import a_number
from storefront.web.pages import doors, here, reader, voice
from storefront.web.visitors import (
    Visitor,
    act,
    database,
    done,
    inside,
    look,
    outside_door,
    unkept,
    with_cookie,
    without_cookie,
)

signin = Blueprint("signin", __name__)


@signin.get("/login/<token>")
def ask(token: str) -> Any:
    """Whose link it is, and one button. Unknown, used and too old look alike."""
    with reader() as db:
        person = sessions.invited(db, token, here().now)
        if person is None:
            return spent()
        name = people.name_of(db, person.id)
        t = voice() if request.args.get("lang") else Voice(person.language, here().zone, person.is_bunda)
        page = render_template("inside/login.html", t=t, place=here(), name=name, token=token)
        return unkept(make_response(page))


@signin.post("/login/<token>")
def enter(token: str) -> Any:
    """Spend the link. Another page cannot press this button for her: it does not know her link."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return spent()
    try:
        with database().write() as db:
            person = sessions.invited(db, token, here().now)
            fresh = sessions.enter(db, token, request.headers.get("User-Agent", ""), here().now)
            address = home_of(db, person) if person else "/"
    except LinkSpent:
        return spent()
    ring()
    return with_cookie(done(address), fresh)


def spent() -> Any:
    return outside_door(404, is_spent=True)


def home_of(db: Reader, person: Person) -> str:
    """Where somebody works: at her desk, over her commissions, or on the hub."""
    if staff.shops_of(db, person.id):
        return "/desk"
    if deals.takes_part(db, person.id):
        return "/me"
    return "/hub" if person.is_operator else "/sessions"


def ring() -> None:
    """Something is to be said in a chat: whoever brings messages need not wait for its next round."""
    hub = current_app.extensions.get("getok.hub")
    if hub is not None:
        hub.ring()


@signin.get("/sessions")
@look
def listed(db: Reader, me: Visitor) -> Any:
    """Where she is signed in, her language, and whether a chat is hers."""
    has_chat = people.is_reached(db, me.person.id)
    found = sessions.running(db, me.person.id, me.now)
    return inside("inside/sessions.html", me, sessions=found, has_chat=has_chat, join="")


@signin.post("/sessions/end")
@act
def end(db: Any, me: Visitor) -> Any:
    """End one of hers, or all. What is not hers is left alone, and she is told the same."""
    if request.form.get("all"):
        sessions.end_all(db, me.person.id, me.now)
        return without_cookie(done("/"))
    session_id = a_number(request.form.get("session")) or me.session.id
    sessions.end(db, session_id, me.person.id, me.now)
    return without_cookie(done("/")) if session_id == me.session.id else done("/sessions", "ended")


@signin.post("/sessions/chat")
@act
def join_chat(db: Any, me: Visitor) -> Any:
    """A word that makes the chat in which it is written hers: for whoever came in by the hub's own machine."""
    if people.is_reached(db, me.person.id):
        return done("/sessions")
    word = joining.begin(db, me.person.id, me.now)
    facts = {"sessions": sessions.running(db, me.person.id, me.now), "has_chat": False, "join": word}
    said = me.t("connect {word}", word=word).unescape()
    return inside("inside/sessions.html", me, **facts, doors=doors(f"j_{word}", said))


@signin.post("/sessions/language")
@act
def speak(db: Any, me: Visitor) -> Any:
    """From now on in this language, here and in the chat."""
    asked = request.form.get("language", "")
    if asked in LANGUAGES:
        people.change(db, me.person.id, language=asked)
    return done("/sessions")
