"""How Twilio speaks: its errors, its message resource, its signature.

Written from Twilio's published pages and nothing else; the client library is what we hold this against in the tests.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

Json = dict[str, Any]

MEGABYTE = 1024 * 1024
LONGEST_BODY = 1600
LONGEST_TEMPLATE = 1024
MAGIC = {"image/jpeg": rb"\xff\xd8\xff", "image/png": rb"\x89PNG\r\n", "application/pdf": rb"%PDF-"}
MAGIC["image/webp"] = rb"RIFF.{4}WEBP"

WORDS = {
    11751: "Media exceeds size limit",
    20003: "Authenticate",
    20429: "Too Many Requests",
    20500: "Internal Server Error",
    20503: "Service Unavailable",
    21211: "Invalid 'To' Phone Number",
    21610: "Attempt to send to unsubscribed recipient",
    21614: "'To' number is not a valid mobile number",
    30001: "Queue overflow",
    63003: "Channel could not find To address",
    63012: "Channel provider returned an internal service error",
    63013: "Channel policy violation",
    63014: "Channel message blocked by user action",
    63016: "Failed to send freeform message because you are outside the allowed window. "
    "If you are using WhatsApp, please use a Message Template.",
    63017: "Channel rate limit exceeded",
    63018: "Rate limit exceeded for Channel",
    63019: "Media failed to download",
    63021: "Channel invalid content error",
    63024: "Invalid message recipient",
    63038: "Account exceeded the daily messages limit",
    63049: "Meta chose not to deliver this WhatsApp marketing message",
}


class TwilioError(Exception):
    """Refuse a request in Twilio's own shape."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    def as_json(self) -> Json:
        more = f"https://www.twilio.com/docs/errors/{self.code}"
        return {"code": self.code, "message": str(self), "more_info": more, "status": self.status}


def missing(path: str) -> TwilioError:
    return TwilioError(404, 20404, f"The requested resource {path} was not found")


class Undeliverable(Exception):
    """Fail a message that was accepted, with the code its status callback will carry."""

    def __init__(self, code: int) -> None:
        super().__init__(WORDS[code])
        self.code = code


@dataclass
class Message:
    """Keep one message as the Messages resource shows it."""

    sid: str
    account: str
    sender: str
    to: str
    body: str
    at: datetime
    direction: str = "outbound-api"
    status: str = "queued"
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    num_media: int = 0
    callback: str = ""
    error: int | None = None

    @property
    def uri(self) -> str:
        return f"/2010-04-01/Accounts/{self.account}/Messages/{self.sid}.json"

    def as_json(self) -> Json:
        stamp = format_datetime(self.at.astimezone(UTC))
        return {
            "sid": self.sid,
            "account_sid": self.account,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": stamp,
            "date_sent": None if self.status == "queued" else stamp,
            "date_updated": stamp,
            "direction": self.direction,
            "error_code": self.error,
            "error_message": WORDS.get(self.error) if self.error else None,
            "from": self.sender,
            "messaging_service_sid": None,
            "num_media": str(self.num_media),
            "num_segments": "1",
            "price": None,
            "price_unit": None,
            "status": self.status,
            "subresource_uris": {"media": self.uri.replace(".json", "/Media.json")},
            "to": self.to,
            "uri": self.uri,
        }


def account(number: str) -> Json:
    """Return the Account resource of somebody who pays and is not suspended."""
    uri = f"/2010-04-01/Accounts/{number}.json"
    return {"sid": number, "friendly_name": "Getok", "status": "active", "type": "Full", "uri": uri}


def listed(message: Message, asked: Mapping[str, str]) -> bool:
    """Whether a message is among those asked for; `DateSent>` means on or after, `DateSent<` on or before."""
    if asked.get("To", message.to) != message.to or asked.get("From", message.sender) != message.sender:
        return False
    bounds = {name: asked[name] for name in ("DateSent", "DateSent<", "DateSent>") if asked.get(name)}
    if bounds and message.status == "queued":
        return False
    return all(_dated(message.at.astimezone(UTC), name, value) for name, value in bounds.items())


def _dated(at: datetime, name: str, value: str) -> bool:
    is_day = len(value) == len("2026-06-16")
    try:
        wanted = datetime.fromisoformat(value)
    except ValueError:
        raise TwilioError(400, 20001, f"Invalid value for DateSent: {value}") from None
    wanted = wanted.astimezone(UTC) if wanted.tzinfo else wanted.replace(tzinfo=UTC)
    at = at.replace(microsecond=0)
    if name == "DateSent>":
        return at >= wanted
    if name == "DateSent<":
        return at.date() <= wanted.date() if is_day else at <= wanted
    return at.date() == wanted.date() if is_day else at == wanted


def sid(prefix: str, *parts: object) -> str:
    """Return a stable identifier of Twilio's shape."""
    return prefix + hashlib.sha256(":".join(map(str, parts)).encode()).hexdigest()[:32]


def signature(token: str, url: str, form: Mapping[str, str]) -> str:
    """Sign a webhook: the address, then each field's name and value in order of name."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), "sha1").digest()).decode()


def check_media(status: int, kind: str, content: bytes) -> str:
    """Return the type of a medium WhatsApp would carry, or fail the message."""
    kind = kind.partition(";")[0].strip().lower()
    if status != 200 or not content:
        raise Undeliverable(63019)
    if kind not in MAGIC or not re.match(MAGIC[kind], content, re.DOTALL):
        raise Undeliverable(63021)
    if len(content) > (16 if kind == "application/pdf" else 5) * MEGABYTE:
        raise Undeliverable(11751)
    return kind


def variables_in(written: str) -> dict[str, str]:
    """Return what ContentVariables say; they are a JSON object of strings or nothing."""
    try:
        given = json.loads(written or "{}")
    except ValueError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise wrong_variables()
    return given


def wrong_variables() -> TwilioError:
    return TwilioError(400, 21656, "The ContentVariables Parameter is invalid")


def is_fillable(value: str) -> bool:
    """Whether a value may stand in a place: not empty, on one line, and not spread out with spaces or tabs."""
    return bool(value.strip()) and not re.search(r"[\r\n\t]| {5}", value)


def filled(template: str, variables: str) -> str:
    """Fill {{1}} and its like from ContentVariables."""
    given = variables_in(variables)
    return re.sub(r"\{\{(\w+)\}\}", lambda found: _variable(given.get(found.group(1), "")), template)


def _variable(value: str) -> str:
    if not is_fillable(value):
        raise Undeliverable(63013)
    return value
