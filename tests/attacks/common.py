"""What every attack needs: a shop to attack, the fingerprint of a database, raw updates and signed forms."""

import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select, update
from structlog.testing import capture_logs

from bots.hub import SIMULATED_AUTH, SIMULATED_NUMBER, SIMULATED_SID, Simulated
from bots.phones.twilioapi import signature
from bots.phones.whatsapp import WhatsAppPerson
from storefront.database import Database
from storefront.models import Base, Conversation

HOME = "http://127.0.0.1:8000"
WEBHOOK = "/whatsapp/webhook"
STATUS = "/whatsapp/status"
TALK = {
    *("contents", "traffic", "inbox", "outbox", "conversations", "used_buttons", "offsets"),
    *("own_doors", "code_misses", "link_days", "link_visitors"),  # who came by which door, and what she tried
}
numbers = itertools.count(1)

ORDER = """
sari@telegram opens: $link
sari@telegram says: 2, antar griya asri C2/5, Sari, qris
"""


# -- the database ------------------------------------------------------------------------------------


def fingerprints(database: Database) -> dict[str, str]:
    """One digest a table, of every row in it."""
    with database.read() as db:
        return {table.name: digest(db, table) for table in Base.metadata.sorted_tables}


def digest(db: Any, table: Any) -> str:
    rows = sorted(repr(tuple(row)) for row in db.execute(select(table)))
    return hashlib.sha256("\n".join(rows).encode("utf-8", "backslashreplace")).hexdigest()


def changed_since(database: Database, before: Mapping[str, str], besides: set[str] = TALK) -> set[str]:
    """The tables that are no longer what they were, the ones for talk aside."""
    after = fingerprints(database)
    return {name for name in after if after[name] != before[name]} - besides


def forget_talks(database: Database) -> None:
    """Every talk as if nothing had been asked."""
    with database.write() as db:
        db.execute(update(Conversation).values(script=None, args={}, asked=None, answers={}, drafts={}))


@contextmanager
def calm() -> Iterator[None]:
    """Whatever happens inside, nothing of it is logged as a mistake of ours."""
    with capture_logs() as logged:
        yield
    mistakes = [entry for entry in logged if entry["log_level"] in {"error", "critical"}]
    assert not mistakes, mistakes


# -- Telegram ----------------------------------------------------------------------------------------


def press(hub: Simulated, name: str, data: str) -> bool:
    """Send a tap with any data at all, from somebody's own chat; True when her spinner stopped."""
    phones = hub.phones.telegram
    person = phones.person(name)
    shown = next(bubble for bubble in reversed(person.bubbles) if not bubble.mine)
    phones._call_back(person, phones.messages[int(shown.id)], data)
    hub.settle()
    return list(phones._taps.values())[-1].answered


def arrives(hub: Simulated, name: str, content: Mapping[str, Any]) -> None:
    """A message of any kind, as Telegram would hand it over."""
    phones = hub.phones.telegram
    person = phones.person(name)
    person.started = True
    message = phones._framed(person.user(), person, {}) | dict(content)
    phones.messages[message["message_id"]] = message
    phones._update("message", message)
    hub.settle()


# -- WhatsApp ----------------------------------------------------------------------------------------


def inbound(**changes: str) -> dict[str, str]:
    """A message as Twilio posts it."""
    number = next(numbers)
    usual = {
        "MessageSid": f"SM{number:032x}",
        "SmsMessageSid": f"SM{number:032x}",
        "AccountSid": SIMULATED_SID,
        "From": "whatsapp:+6281200000001",
        "To": f"whatsapp:{SIMULATED_NUMBER}",
        "Body": "halo",
        "NumMedia": "0",
        "ProfileName": "Penny",
        "WaId": "6281200000001",
        "MessageType": "text",
    }
    return {**usual, **changes}


def signed(form: Mapping[str, str], path: str = WEBHOOK, home: str = HOME) -> dict[str, str]:
    return {"X-Twilio-Signature": signature(SIMULATED_AUTH, home + path, form)}


def on_whatsapp(hub: Simulated, name: str = "penny", number: str = "+6281200000001") -> None:
    """Give somebody a phone of her own, so that what is said to her arrives."""
    hub.phones.whatsapp.people.setdefault(name, WhatsAppPerson(name, number, wrote_at=hub.now()))


def posted(hub: Simulated, form: Mapping[str, str], path: str = WEBHOOK) -> int:
    """Post a form that Twilio really signed, and let the hub work on it."""
    on_whatsapp(hub)
    answer = hub.client.post(path, data=dict(form), headers=signed(form, path), base_url=HOME)
    hub.settle()
    return answer.status_code


def as_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
