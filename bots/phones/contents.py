"""Twilio's Content API: messages with buttons or a list under them, made once and sent by their id.

A content is looked at twice. When it is made, everything fixed must be as published; when it is sent, its places are
filled and what comes of them must still fit, which WhatsApp says only after Twilio has accepted the message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import urlencode

from bots.phones.bubbles import Bubble, Button
from bots.phones.twilioapi import (
    LONGEST_BODY,
    Json,
    TwilioError,
    Undeliverable,
    is_fillable,
    missing,
    sid,
    variables_in,
    wrong_variables,
)

CONTENT = "/v1/Content"
ORIGIN = "https://content.twilio.com"
TEXT, MEDIA, BUTTONS, LIST = "twilio/text", "twilio/media", "twilio/quick-reply", "twilio/list-picker"
PLACE = re.compile(r"\{\{([A-Za-z0-9_]+)\}\}")
NAME = re.compile(r"[A-Za-z0-9_]{1,16}")
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
MOST_VARIABLES = 100
LONGEST_VALUE = 1600
MOST_ROWS = 10
MOST_BUTTONS = 3  # in a message that WhatsApp has not approved as a template
LARGEST_PAGE = 1000


class Words(NamedTuple):
    """What a text may be: how long at most, whether it may be left out, whether places in it are refused."""

    longest: int
    optional: bool = False
    plain: bool = False


class Rows(NamedTuple):
    """What may be chosen from: where it is listed, the texts of each row, and which of them parts the rows."""

    name: str
    words: dict[str, Words]
    unique: str


TYPES: dict[str, dict[str, Words]] = {
    LIST: {"body": Words(1024), "button": Words(20)},
    BUTTONS: {"body": Words(1024)},
    MEDIA: {"body": Words(LONGEST_BODY, optional=True)},
    TEXT: {"body": Words(LONGEST_BODY)},
}
ROWS: dict[str, Rows] = {
    LIST: Rows("items", {"id": Words(200), "item": Words(24), "description": Words(72, optional=True)}, "id"),
    BUTTONS: Rows("actions", {"title": Words(20, plain=True), "id": Words(200, optional=True)}, "title"),
}


class Choice(NamedTuple):
    id: str
    title: str
    detail: str = ""


@dataclass
class Offer(Bubble):
    """Show a message with choices under it that are tapped, not written; `opens` names the button of a list."""

    details: tuple[str, ...] = ()

    def says(self) -> str:
        return "\n".join([super().says(), *filter(None, [self.opens, *self.details])])


@dataclass(frozen=True)
class Filled:
    """Keep what one person is sent: the places filled, nothing judged yet."""

    kind: str
    words: Json

    @property
    def body(self) -> str:
        return str(self.words.get("body", ""))

    @property
    def media(self) -> list[str]:
        return list(self.words.get("media", []))

    @property
    def choices(self) -> list[Choice]:
        if self.kind == LIST:
            return [Choice(row["id"], row["item"], row.get("description", "")) for row in self.words["items"]]
        return [Choice(row.get("id", row["title"]), row["title"]) for row in self.words.get("actions", [])]

    def check(self, is_approved: bool) -> None:
        """Fail the message if WhatsApp would not show it."""
        rows = self.words[ROWS[self.kind].name] if self.kind in ROWS else []
        if self.kind == BUTTONS and len(rows) > MOST_BUTTONS and not is_approved:
            raise Undeliverable(63013)
        fits = [_fits(self.words, TYPES[self.kind]), *(_fits(row, ROWS[self.kind].words) for row in rows)]
        if not all(fits) or len({choice.id for choice in self.choices}) < len(rows):
            raise Undeliverable(63021)

    def under(self, bubble: Bubble) -> Bubble:
        """Return the message as it is shown, with what can be tapped under it."""
        if self.kind not in ROWS:
            return bubble
        rows = [[Button(choice.title, choice.id)] for choice in self.choices]
        details = tuple(choice.detail for choice in self.choices)
        shown = {"rows": rows, "opens": self.words.get("button", ""), "details": details}
        return Offer(**(vars(bubble) | shown))


@dataclass(frozen=True)
class Content:
    """Keep one content as the Content resource shows it."""

    sid: str
    account: str
    name: str
    language: str
    variables: dict[str, str]
    types: dict[str, Json]
    at: datetime

    def as_json(self) -> Json:
        url = f"{ORIGIN}{CONTENT}/{self.sid}"
        stamp = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        approvals = {"approval_create": f"{url}/ApprovalRequests/whatsapp", "approval_fetch": f"{url}/ApprovalRequests"}
        return {
            "sid": self.sid,
            "account_sid": self.account,
            "friendly_name": self.name,
            "language": self.language,
            "variables": self.variables,
            "types": self.types,
            "date_created": stamp,
            "date_updated": stamp,
            "url": url,
            "links": approvals,
        }

    def filled(self, written: str) -> Filled:
        """Fill the places of the richest type from ContentVariables, or refuse the request."""
        given = variables_in(written)
        if any(len(value) > LONGEST_VALUE for value in given.values()):
            raise TwilioError(400, 21658, "Parameter exceeded character limit")
        kind = next(kind for kind in TYPES if kind in self.types)
        words = self.types[kind]
        values = self.variables | given
        told = {name: values.get(name, "") for name in {*given, *_places(words)}}
        # A place that is none, such as {{name} or {{}}, is found only now.
        if not all(map(is_fillable, told.values())) or any("{{" in PLACE.sub("", text) for text in _texts(words)):
            raise wrong_variables()
        return Filled(kind, _mapped(words, lambda text: PLACE.sub(lambda place: told[place.group(1)], text)))


class Contents:
    """Serve the contents of an account."""

    def __init__(self, account: str, now: Callable[[], datetime]) -> None:
        self.account = account
        self.now = now
        self.kept: dict[str, Content] = {}
        self._numbers = count()

    def answer(self, method: str, path: str, asked: Mapping[str, str], body: Json | None) -> tuple[int, Json | None]:
        if path == CONTENT:
            if method == "POST":
                return 201, self._made(body).as_json()
            if method == "GET":
                return 200, self._listed(asked)
            raise TwilioError(405, 20004, "Method not allowed")
        content = self.kept.get(path.removeprefix(f"{CONTENT}/"))
        if content is None:
            raise missing(path)
        if method == "DELETE":
            del self.kept[content.sid]
            return 204, None
        if method != "GET":
            raise TwilioError(405, 20004, "Method not allowed")
        return 200, content.as_json()

    def _made(self, body: Json | None) -> Content:
        if not isinstance(body, dict):
            raise _invalid("the request body is no JSON object")
        given = _without_nulls(body)
        _check(given)
        content = Content(
            sid("HX", self.account, next(self._numbers)),
            self.account,
            given.get("friendly_name", ""),
            given["language"],
            given.get("variables", {}),
            given["types"],
            self.now(),
        )
        self.kept[content.sid] = content
        return content

    def _listed(self, asked: Mapping[str, str]) -> Json:
        size, page = _number(asked, "PageSize", 50), _number(asked, "Page", 0)
        if not 1 <= size <= LARGEST_PAGE:
            raise TwilioError(400, 20001, f"Invalid value for PageSize: {size}")
        wanted = list(reversed(self.kept.values()))
        first = page * size

        def url(number: int) -> str:
            return f"{ORIGIN}{CONTENT}?{urlencode({'PageSize': size, 'Page': number})}"

        meta = {
            "page": page,
            "page_size": size,
            "first_page_url": url(0),
            "previous_page_url": url(page - 1) if page else None,
            "url": url(page),
            "next_page_url": url(page + 1) if len(wanted) > first + size else None,
            "key": "contents",
        }
        return {"contents": [content.as_json() for content in wanted[first : first + size]], "meta": meta}


# What a content must be.


def _check(given: Json) -> None:
    language = given.get("language")
    if not language:
        raise TwilioError(400, 92003, "Invalid language. Language is required")
    if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
        raise TwilioError(400, 92004, "Invalid language code")
    if not isinstance(given.get("friendly_name", ""), str):
        raise _invalid("friendly_name is no text")
    types = given.get("types")
    if not isinstance(types, dict) or not types:
        raise _invalid("types are required")
    for kind, words in types.items():
        _check_type(kind, words)
    _check_variables(given.get("variables", {}), types)


def _check_type(kind: str, words: Any) -> None:
    if kind not in TYPES:
        raise TwilioError(400, 92008, f"Unsupported Content Type {kind}")
    if not isinstance(words, dict):
        raise _invalid(f"{kind} is no object")
    rows, media = ROWS.get(kind), ["media"] if kind == MEDIA else []
    _check_words(kind, words, TYPES[kind], [*media, *([rows.name] if rows else [])])
    if rows:
        _check_rows(f"{kind}.{rows.name}", words.get(rows.name), rows)
    if media and not _are_texts(words.get("media")):
        raise _invalid(f"{kind}.media is no list of addresses")


def _check_rows(at: str, listed: Any, rows: Rows) -> None:
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_ROWS:
        raise _invalid(f"{at} must be 1 to {MOST_ROWS}")
    for place, row in enumerate(listed):
        if not isinstance(row, dict):
            raise _invalid(f"{at}[{place}] is no object")
        if row.get("type", "QUICK_REPLY") != "QUICK_REPLY":
            raise _invalid(f"{at}[{place}].type is not QUICK_REPLY")
        _check_words(f"{at}[{place}]", row, rows.words, ["type"] if rows.name == "actions" else [])
    if len({row[rows.unique] for row in listed}) < len(listed):
        raise _invalid(f"{at} must each have a {rows.unique} of their own")


def _check_words(at: str, given: Json, shape: Mapping[str, Words], besides: list[str]) -> None:
    unknown = sorted(given.keys() - shape.keys() - set(besides))
    if unknown:
        raise _invalid(f"{at}.{unknown[0]} is unknown")
    for name, words in shape.items():
        text = given.get(name)
        if text is None and words.optional:
            continue
        if not isinstance(text, str) or not text.strip():
            raise _invalid(f"{at}.{name} is required")
        has_places = "{{" in text
        if has_places and words.plain:
            raise _invalid(f"{at}.{name} supports no variables")
        if not has_places and len(text) > words.longest:
            raise _invalid(f"{at}.{name} is longer than {words.longest} characters")


def _check_variables(variables: Any, types: Json) -> None:
    if not isinstance(variables, dict) or not all(isinstance(value, str) for value in variables.values()):
        raise _invalid("variables are no object of texts")
    names = {*variables, *_places(types)}
    if len(names) > MOST_VARIABLES:
        raise TwilioError(400, 92002, f"Invalid variables. The max amount of variables allowed is {MOST_VARIABLES}")
    if not all(NAME.fullmatch(name) for name in names):
        raise _invalid("a variable's name is 1 to 16 letters, digits and underscores")


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) and one for one in value)


def _fits(given: Json, shape: Mapping[str, Words]) -> bool:
    return all(len(given.get(name, "")) <= words.longest for name, words in shape.items())


def _places(within: Any) -> set[str]:
    return {name for text in _texts(within) for name in PLACE.findall(text)}


def _texts(within: Any) -> list[str]:
    if isinstance(within, str):
        return [within]
    parts = within.values() if isinstance(within, dict) else within if isinstance(within, list) else []
    return [text for part in parts for text in _texts(part)]


def _mapped(within: Any, change: Callable[[str], str]) -> Any:
    if isinstance(within, str):
        return change(within)
    if isinstance(within, dict):
        return {name: _mapped(part, change) for name, part in within.items()}
    return [_mapped(part, change) for part in within]


def _without_nulls(within: Any) -> Any:
    """Leave out what is null: Twilio's own client writes null for all that was not given."""
    if isinstance(within, dict):
        return {name: _without_nulls(part) for name, part in within.items() if part is not None}
    return [_without_nulls(part) for part in within] if isinstance(within, list) else within


def _number(asked: Mapping[str, str], name: str, usual: int) -> int:
    value = asked.get(name, str(usual))
    if not value.isdecimal():
        raise TwilioError(400, 20001, f"Invalid value for {name}: {value}")
    return int(value)


def _invalid(why: str) -> TwilioError:
    return TwilioError(400, 20422, f"Invalid Parameter: {why}")
