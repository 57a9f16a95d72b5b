"""Getting into the web without a password: a link from the chat, one button, a session that can be seen and ended.

A link is good for ten minutes and once, and the newest one only. Opening it spends nothing, because chats look at links
by themselves; its button does. What is kept to know a link and a session by is a keyed digest (OWASP ASVS 7.2; the
tokens have 256 bits). The message that brought a link stands in the outbox like every other, and is worth nothing after
ten minutes.
"""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from storefront import outbox, people, rows
from storefront.database import Reader, Writer
from storefront.models import Person, SignIn, WebSession
from storefront.refusals import LinkSpent
from storefront.vault import Vault

LINK_HOLDS = timedelta(minutes=10)
FIRST_LINK_HOLDS = timedelta(hours=1)
SESSION_HOLDS = timedelta(days=30)
TOKEN_BYTES = 32
LISTED = 20
BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
            ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
           ("Linux", "Linux"))  # fmt: skip
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


# -- a link --------------------------------------------------------------------------------------------


def invite(db: Writer, person_id: int, now: datetime, holds: timedelta = LINK_HOLDS) -> str:
    """A fresh link's token for somebody; any earlier one of hers that was not used opens nothing any more."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.used_at.is_(None)))
    digest = digest_of(db.vault, "sign-in", token)
    rows.add_once(db, SignIn, digest=digest, person_id=person_id, until=now + holds, used_at=None)
    return token


def first_link(db: Writer, name: str, language: str, now: datetime) -> str | None:
    """A link for whoever stands at the hub's own machine, while nobody runs it yet; None once somebody does.

    Whoever opens it runs the hub, whatever the settings say; so it is printed where only she reads it, and good for an
    hour. A start that nobody followed prints another one.
    """
    running = select(Person).where(Person.is_operator, Person.erased_at.is_(None)).order_by(Person.id)
    keeper = db.scalar(running.limit(1))
    if keeper is not None and (keeper.keeps_hub_since is not None or people.is_reached(db, keeper.id)):
        return None
    keeper_id = keeper.id if keeper else people.written(db, name, language, now)
    people.change(db, keeper_id, is_operator=True)
    return invite(db, keeper_id, now, FIRST_LINK_HOLDS)


def invited(db: Reader, token: str, now: datetime) -> Person | None:
    """Whom a link would sign in; None for one that is unknown, used or too old, which nobody can tell apart."""
    good = (SignIn.digest == digest_of(db.vault, "sign-in", token), SignIn.used_at.is_(None), SignIn.until > now)
    return db.scalar(select(Person).join(SignIn, SignIn.person_id == Person.id).where(*good))


def enter(db: Writer, token: str, agent: str, now: datetime) -> str:
    """Spend a link and begin a session in this browser; her chats are told. Raises `LinkSpent`."""
    person = invited(db, token, now)
    mine = (SignIn.digest == digest_of(db.vault, "sign-in", token), SignIn.used_at.is_(None))
    if person is None or not rows.changed(db, update(SignIn).where(*mine).values(used_at=now)):
        raise LinkSpent
    if person.is_operator and not people.is_reached(db, person.id):
        people.change(db, person.id, keeps_hub_since=now)  # by the link the machine printed: she has no chat
    fresh = secrets.token_urlsafe(TOKEN_BYTES)
    device = device_of(agent)
    rows.add(
        db,
        WebSession,
        digest=digest_of(db.vault, "session", fresh),
        person_id=person.id,
        device=device,
        at=now,
        until=now + SESSION_HOLDS,
        ended_at=None,
    )
    outbox.tell(db, person.id, "signed_in", {"device": device, "at": now.isoformat()}, now)
    return fresh


def digest_of(vault: Vault, purpose: str, token: str) -> bytes:
    return vault.signature(purpose, token if TOKEN.fullmatch(token) else "", 43).encode()


def device_of(agent: str) -> str:
    """``Chrome · Android``: enough to know one's own phone by, and not more."""
    named = [next((name for mark, name in known if mark in agent), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(name for name in named if name)


# -- a session -----------------------------------------------------------------------------------------


def of(db: Reader, token: str, now: datetime) -> tuple[WebSession, Person] | None:
    """The session a cookie names and whose it is, while it holds."""
    good = (WebSession.digest == digest_of(db.vault, "session", token), WebSession.ended_at.is_(None))
    query = select(WebSession, Person).join(Person, Person.id == WebSession.person_id)
    found = db.execute(query.where(*good, WebSession.until > now, Person.erased_at.is_(None))).first()
    return (found[0], found[1]) if found else None


def running(db: Reader, person_id: int, now: datetime) -> Sequence[WebSession]:
    """Where somebody is signed in, the newest first."""
    hers = (WebSession.person_id == person_id, WebSession.ended_at.is_(None), WebSession.until > now)
    return db.scalars(select(WebSession).where(*hers).order_by(WebSession.id.desc()).limit(LISTED)).all()


def end(db: Writer, session_id: int, person_id: int, now: datetime) -> bool:
    """End one session of hers; somebody else's is left alone."""
    hers = (WebSession.id == session_id, WebSession.person_id == person_id, WebSession.ended_at.is_(None))
    return rows.changed(db, update(WebSession).where(*hers).values(ended_at=now))


def end_all(db: Writer, person_id: int, now: datetime) -> int:
    """End every session of hers, and whatever link is still open."""
    db.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.used_at.is_(None)))
    hers = (WebSession.person_id == person_id, WebSession.ended_at.is_(None))
    return rows.count(db, update(WebSession).where(*hers).values(ended_at=now))


def forget_old(db: Writer, before: datetime) -> None:
    """What nobody can use any more is not kept."""
    db.execute(delete(SignIn).where(SignIn.until < before))
    db.execute(delete(WebSession).where(WebSession.until < before))


def form_token(vault: Vault, session: WebSession) -> str:
    """What every form of a session carries, so that no other page can post for her (a synchroniser token)."""
    return vault.signature("form", session.digest.decode(), 32)
