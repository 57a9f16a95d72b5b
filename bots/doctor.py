"""Everything that may be wrong with a hub, looked at from outside, each with what to do about it."""

import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import func, select, text

from bots.templates import TEMPLATES
from storefront import chores, freezing, migrations, verifying
from storefront.database import UNANSWERED, Database, Reader, sqlite_is_mended
from storefront.models import Chore, InboxMessage, OutboxMessage
from storefront.settings import Settings
from storefront.spool import DAMAGED, Spool
from storefront.vault import Vault

PATIENCE_S = 8
ROOM_MB = 200
LATE = timedelta(minutes=10)
SKEW = timedelta(minutes=1)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: ``ok``, ``note`` (worth knowing) or ``bad`` (somebody should act)."""

    kind: str
    what: str
    words: str

    @property
    def is_bad(self) -> bool:
        return self.kind == "bad"

    def __str__(self) -> str:
        return f"{self.kind:4}  {self.what}: {self.words}"


def findings(settings: Settings, file: Path, now: Callable[[], datetime] | None = None) -> Iterator[Finding]:
    """Look at everything, the nearest first."""
    from bots.hub import real_clock

    clock = now or real_clock
    database = Database(settings.database_url, Vault(settings.secret_key), settings.zone)
    yield software()
    if settings.is_sqlite:
        yield from the_file(file)
    yield from the_database(database, clock())
    yield from the_spool(settings, database)
    yield the_address(settings)
    yield from telegram(settings, clock)
    yield from twilio(settings)
    database.close()


def software() -> Finding:
    words = f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}"
    return Finding("ok", "software", words)


# -- on this machine ---------------------------------------------------------------------------------


def the_file(file: Path) -> Iterator[Finding]:
    """The database's own file, its key, and the room they have."""
    if sqlite_is_mended():
        yield Finding("ok", "SQLite", "3.51.3 or newer")
    else:
        yield Finding(
            "note",
            "SQLite",
            f"{sqlite3.sqlite_version} can damage a file that two processes write at once (mended in 3.51.3). Getok "
            "writes from one connection only; run no other program that writes to this file.",
        )
    for path in (file, file.with_suffix(".key")):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding("bad", path.name, f"others on this machine can read it; chmod 600 {path.name}")
    free = shutil.disk_usage(file.parent).free // 1_000_000
    yield Finding("ok" if free > ROOM_MB else "bad", "disk", f"{free} MB free beside the database")


def the_database(database: Database, now: datetime) -> Iterator[Finding]:
    """Whether it answers, is whole, holds the books' rules, and what waits in it for too long."""
    try:
        if not migrations.is_current(database):
            yield Finding("bad", "schema", "not today's; run `getok migrate`")
            return
        with database.read() as db:
            yield from inside(db, database, now)
    except UNANSWERED as fault:
        yield Finding("bad", "database", f"it does not answer ({type(fault).__name__})")


def inside(db: Reader, database: Database, now: datetime) -> Iterator[Finding]:
    if database.is_sqlite:
        sound = db.execute(text("PRAGMA quick_check")).scalar()
        yield Finding("ok" if sound == "ok" else "bad", "database", "whole" if sound == "ok" else f"damaged: {sound}")
    wrong = list(verifying.problems(db))
    yield Finding(
        "bad" if wrong else "ok", "books", f"{len(wrong)} rules broken; see `getok verify`" if wrong else "hold"
    )
    if frozen := freezing.frozen_by(db):
        day = f"{frozen.taken_at:%Y-%m-%d %H:%M} UTC"
        yield Finding("bad", "restored", f"from a backup of {day}; compare, then say `getok reconciled`")
    yield from left_lying(db, now)


def left_lying(db: Reader, now: datetime) -> Iterator[Finding]:
    """What was given up, and what has waited too long."""
    late = now - LATE
    waits = (OutboxMessage.state == "waiting", OutboxMessage.created_at < late)
    for what, words, condition in (
        ("inbox", "messages could not be understood by us and were set aside", InboxMessage.dead_reason.is_not(None)),
        (
            "inbox",
            "messages wait for more than ten minutes",
            InboxMessage.done_at.is_(None) & (InboxMessage.received_at < late),
        ),
        ("outbox", "messages were given up", OutboxMessage.state == "dead"),
        ("outbox", "messages wait for more than ten minutes", waits[0] & waits[1]),
        ("chores", "chores failed five times", Chore.done_at.is_(None) & (Chore.attempts >= chores.TRIES)),
        (
            "chores",
            "chores are late",
            Chore.done_at.is_(None) & (Chore.due_at < late) & (Chore.attempts < chores.TRIES),
        ),
    ):
        count = db.scalar(select(func.count()).where(condition)) or 0
        if count:
            yield Finding("note", what, f"{count} {words}")


def the_spool(settings: Settings, database: Database) -> Iterator[Finding]:
    waiting = len(Spool(settings.spool, database.vault).waiting())
    damaged = len(list(settings.spool.glob(f"*{DAMAGED}"))) if settings.spool.exists() else 0
    if waiting:
        yield Finding("note", "spool", f"{waiting} events wait on disk for the database")
    if damaged:
        yield Finding("bad", "spool", f"{damaged} events cannot be opened with this key ({settings.spool})")


# -- outside -----------------------------------------------------------------------------------------


def the_address(settings: Settings) -> Finding:
    """People open links at PUBLIC_URL, and Twilio signs it."""
    if settings.is_simulated:
        return Finding("note", "channels", "none is configured; `getok run` opens the simulator")
    if not settings.is_public:
        return Finding("note", "PUBLIC_URL", "not given; links lead to this machine only")
    if not settings.public_url.startswith("https://"):
        return Finding("bad", "PUBLIC_URL", "not https: links can be read and changed on their way")
    if not settings.proxies:
        words = (
            "GETOK_PROXIES is 0, but https means that a proxy stands in front; without it nobody's looks are limited"
        )
        return Finding("note", "PUBLIC_URL", words)
    return Finding("ok", "PUBLIC_URL", settings.public_url)


def telegram(settings: Settings, clock: Callable[[], datetime]) -> Iterator[Finding]:
    if not settings.has_telegram:
        return
    base = f"{settings.telegram_api_url}/bot{settings.telegram_token}"
    try:
        me = requests.get(f"{base}/getMe", timeout=PATIENCE_S)
        hook = requests.get(f"{base}/getWebhookInfo", timeout=PATIENCE_S).json().get("result", {})
    except (requests.RequestException, ValueError) as fault:
        yield Finding("bad", "Telegram", f"does not answer ({type(fault).__name__})")
        return
    if me.status_code != 200:
        yield Finding("bad", "Telegram", "refuses the token; take a fresh one from BotFather")
        return
    yield Finding("ok", "Telegram", f"@{me.json()['result']['username']}")
    yield from webhook(settings, hook)
    yield from skew(me.headers.get("Date"), clock())


def webhook(settings: Settings, hook: dict[str, Any]) -> Iterator[Finding]:
    """Whether Telegram brings updates to where we are, or is asked for them."""
    wanted = f"{settings.public_url}/telegram/webhook" if settings.has_telegram_webhook else ""
    if hook.get("url", "") != wanted:
        yield Finding("note", "Telegram webhook", "stands elsewhere; the next start puts it right")
    if hook.get("last_error_message"):
        yield Finding("note", "Telegram webhook", f"its last error: {hook['last_error_message'][:80]}")
    if hook.get("pending_update_count", 0) > 100:
        yield Finding("note", "Telegram webhook", f"{hook['pending_update_count']} updates wait there")


def skew(date: str | None, now: datetime) -> Iterator[Finding]:
    """Holds and closing times hang on this machine's clock."""
    from email.utils import parsedate_to_datetime

    if date and abs(parsedate_to_datetime(date) - now) > SKEW:
        yield Finding("bad", "clock", "this machine's clock is more than a minute off; switch time synchronisation on")


def twilio(settings: Settings) -> Iterator[Finding]:
    if not settings.has_whatsapp:
        return
    url = f"{settings.twilio_api_url or 'https://api.twilio.com'}/2010-04-01/Accounts/{settings.twilio_sid}.json"
    try:
        answer = requests.get(url, auth=(settings.twilio_sid, settings.twilio_token), timeout=PATIENCE_S)
    except requests.RequestException as fault:
        yield Finding("bad", "Twilio", f"does not answer ({type(fault).__name__})")
        return
    good = answer.status_code == 200
    yield Finding("ok" if good else "bad", "Twilio", "answers" if good else "refuses the account or its token")
    missing = TEMPLATES.keys() - settings.whatsapp_templates.keys()
    if missing:
        words = f"{len(missing)} of {len(TEMPLATES)} templates have no content id; news outside 24 hours is not sent"
        yield Finding("note", "Twilio", words)
