"""WhatsApp through Twilio: heard, delivered.

Choices are WhatsApp's own buttons where they fit (`bots.interactive`), else numbered lines (or, where a number is an
answer, worded ones): a picture carries no buttons here, and the number or the words themselves do as well, always.
What goes out is the same screen as anywhere else.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import requests
import structlog
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from urllib3.exceptions import NewConnectionError

from bots import fetching
from bots.channel import NOT_A_PICTURE, PLAIN_AFTER, Delivery, Gone, Later, OutsideWindow, Refused, pieces, seen
from bots.contents import Contents, ContentsOff
from bots.dialogue import Choice, Heard, Screen
from bots.interactive import Interactive, interactive
from bots.templates import TEMPLATES
from storefront import inbox, outbox, unreached
from storefront.database import Writer
from storefront.inbox import Event
from storefront.reading.noise import name_of

NAME = "whatsapp"
BODY_LONGEST = 1600
TEMPLATE_WORDS = 800  # a whole template has 1024 characters; who replies opens the window for the rest
TIMEOUT = 10
GONE_CODES = {21211, 21610, 21614, 63003, 63014, 63024}
WAIT_CODES = {20500, 30001, 63005, 63012}
WINDOW_CODES = {63016}
CONTENT_CODES = {20404, 21655, 21656, 63013, 63021, 63027}  # of a message with buttons: it is said as lines instead
ACCOUNT_CODES = {20003, 20005, 20006, 20404}
BUSY_CODES = {20429, 63017, 63018, 63038}
CLOCKS_DIFFER = timedelta(minutes=2)
BUSY_PAUSE = timedelta(seconds=10)
LATELY = 50  # messages to one number to look through for one in doubt
REQUIRED = {"MessageSid", "From", "To", "AccountSid", "Body", "NumMedia"}
SHAPES = {"MessageSid": re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}"), "From": re.compile(r"whatsapp:\+?[\w.:-]{1,160}")}
PLACED = re.compile(r"[1-9]|10")  # the number of a choice, as our own buttons carry it

log = structlog.get_logger()
Fetch = Callable[[str], bytes]


class WhatsApp:
    """One WhatsApp sender of a Twilio account."""

    name = NAME

    def __init__(
        self,
        sid: str,
        token: str,
        number: str,
        public_url: str,
        api_url: str = "",
        http_client: HttpClient | None = None,
        fetch: Fetch | None = None,
        templates: Mapping[str, str] | None = None,
        contents: Contents | None = None,
    ) -> None:
        self.templates = templates or {}
        self.contents = contents
        self.number = number
        self.public_url = public_url
        self.validator = RequestValidator(token)
        self.client = Client(sid, token, http_client=http_client or Redirected(api_url))
        self.fetch = fetch or self.fetch_media
        self.source = fetching.Source(api_url or "https://api.twilio.com", sid, token, bool(api_url))

    def is_signed(self, path: str, form: Mapping[str, str], signature: str) -> bool:
        """Whether Twilio itself sent this. The address is the configured one, whatever Host a proxy claims."""
        return bool(self.validator.validate(self.public_url + path, dict(form), signature))

    def is_well_formed(self, form: Mapping[str, str]) -> bool:
        """Whether the fields have the shapes they must have.

        The signature runs names and values together with nothing between them, so words could be moved from one
        field into the name or the end of another without breaking it.
        """
        ours = form.get("AccountSid") == self.source.account
        return ours and all(shape.fullmatch(form.get(name, "")) for name, shape in SHAPES.items())

    # -- heard -----------------------------------------------------------------------------------

    def understand(self, raw: dict[str, Any]) -> Heard | None:
        """A message as something a person did."""
        who = spoken_by(raw)
        if pin := pin_of(raw):
            return Heard(**who, kind="location", text=pin)
        if "MediaUrl0" in raw:
            return self.with_media(who, raw)
        text, place = chosen(raw)
        return Heard(**who, kind="text", text=text, chosen=place)

    def wrote(self, raw: dict[str, Any]) -> Heard | None:
        return Heard(**spoken_by(raw), kind="other")

    def with_media(self, who: dict[str, Any], raw: dict[str, Any]) -> Heard:
        mime = raw.get("MediaContentType0", "")
        if raw.get("MessageType") == "sticker":
            return Heard(**who, kind="sticker")
        if mime.startswith("image/"):
            return Heard(**who, kind="photo", text=raw.get("Body", ""), **self.look(raw.get("MediaUrl0", "")))
        return Heard(**who, kind="voice" if mime.startswith("audio/") else "document")

    def look(self, url: str) -> dict[str, Any]:
        """Fetch a picture and look at it; one that is not Twilio's to give is not fetched at all."""
        try:
            return seen(self.fetch(url))
        except fetching.Forbidden as where:
            log.warning("a picture is not fetched from there", where=str(where)[:100])
            return {"picture_problem": NOT_A_PICTURE}

    def fetch_media(self, url: str) -> bytes:
        """Fetch a picture from our own account at Twilio. Raises `fetching.Forbidden` or `Later`."""
        return fetching.picture(url, self.source)

    # -- delivered -------------------------------------------------------------------------------

    def deliver(self, delivery: Delivery) -> str | None:
        """Send; there is nothing to edit and no spinner to stop here. Raises `Later`, `Gone` or `Refused`."""
        if delivery.kind not in {"say", "edit"}:
            return None
        try:
            return self.send(delivery)
        except TwilioRestException as problem:
            raise outcome_of(problem) from problem
        except (TwilioException, requests.RequestException) as problem:
            raise Later(5, in_doubt=not never_left(problem)) from problem

    def find(self, delivery: Delivery, since: datetime) -> Sequence[str] | None:
        """Look among what was sent to this number since then for the same words: a message carries no other mark."""
        words = bodies_of(delivery, self.templates)
        day_before = (since - CLOCKS_DIFFER).date()
        try:
            lately = self.client.messages.list(to=delivery.address, date_sent_after=day_before, limit=LATELY)
        except (TwilioException, requests.RequestException) as problem:
            raise Later(5, in_doubt=True) from problem
        return [
            str(sent.sid)
            for sent in lately
            if sent.body in words
            and sent.status not in {"failed", "undelivered"}
            and sent.date_created >= since - CLOCKS_DIFFER
        ]

    def send(self, delivery: Delivery) -> str | None:
        if not delivery.in_window:
            return self.send_template(delivery)
        sent = self.send_buttons(delivery)
        if sent is not None:
            return sent
        *first, last = parts(written(delivery.screen))
        for part in first:
            self.create(delivery.address, part, None)
        return self.create(delivery.address, last, delivery.picture_url)

    def send_template(self, delivery: Delivery) -> str | None:
        """Outside of the 24 hours only an approved template arrives: the same words, in its places."""
        name, variables = as_template(delivery.screen, delivery.language)
        sid = self.templates.get(name)
        if sid is None:
            raise OutsideWindow(name)
        sent = self.client.messages.create(
            from_=f"whatsapp:{self.number}",
            to=delivery.address,
            content_sid=sid,
            content_variables=json.dumps(variables),
            status_callback=f"{self.public_url}/whatsapp/status",
        )
        return str(sent.sid)

    def send_buttons(self, delivery: Delivery) -> str | None:
        """Send it with WhatsApp's own buttons; None where it has to be written out instead."""
        shape = with_buttons(delivery)
        if shape is None or self.contents is None:
            return None
        try:
            sid = self.contents.sid_of(shape, self.make_content)
        except ContentsOff:
            return None
        try:
            sent = self.client.messages.create(
                from_=f"whatsapp:{self.number}",
                to=delivery.address,
                content_sid=sid,
                content_variables=json.dumps(shape.variables, ensure_ascii=False),
                status_callback=f"{self.public_url}/whatsapp/status",
            )
        except TwilioRestException as problem:
            if problem.code not in CONTENT_CODES:
                raise
            log.warning("buttons are refused", code=problem.code)
            self.contents.forget(shape)
            return None
        return str(sent.sid)

    def make_content(self, shape: Interactive) -> str:
        """Have Twilio keep a structure; returns its id. Raises `ContentsOff`.

        The library's own call sends a null for every type we do not use; ours sends what there is.
        """
        asked = {
            "friendly_name": f"getok_{shape.digest[:12]}",
            "language": "id",
            "variables": shape.samples,
            "types": shape.types,
        }
        headers = {"Content-Type": "application/json"}
        try:
            made = self.client.request("POST", "https://content.twilio.com/v1/Content", data=asked, headers=headers)
        except (TwilioException, requests.RequestException) as problem:
            raise ContentsOff(type(problem).__name__) from problem
        found = json.loads(made.text) if made.status_code == 201 else {}
        if "sid" not in found:
            raise ContentsOff(f"status {made.status_code}")
        return str(found["sid"])

    def create(self, to: str, body: str, picture_url: str | None) -> str | None:
        more: dict[str, Any] = {"media_url": [picture_url]} if picture_url else {}
        status = f"{self.public_url}/whatsapp/status"
        sent = self.client.messages.create(
            from_=f"whatsapp:{self.number}", to=to, body=body, status_callback=status, **more
        )
        return str(sent.sid)


def spoken_by(raw: Mapping[str, str]) -> dict[str, Any]:
    return {
        "channel": NAME,
        "address": raw["From"],
        "external_id": raw.get("ExternalUserId") or raw["From"],
        "name": name_of(raw.get("ProfileName", "")),
        "shown": raw.get("OriginalRepliedMessageSid") or None,
    }


def chosen(raw: Mapping[str, str]) -> tuple[str, int | None]:
    """The words of a message and, where one of our buttons was tapped, the place of the choice.

    A list's row comes under one of three names, by the age of the account.
    """
    found = as_json(raw.get("InteractiveData", "")).get("list_reply")
    row = found if isinstance(found, dict) else {}
    key = raw.get("ListId") or str(row.get("id", "")) or raw.get("ButtonPayload", "")
    words = raw.get("ListTitle") or str(row.get("title", "")) or raw.get("ButtonText") or raw.get("Body", "")
    return words, int(key) if PLACED.fullmatch(key) else None


def as_json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def pin_of(raw: Mapping[str, str]) -> str | None:
    """A place on the map as words; None where there is none."""
    try:
        north, east = float(raw.get("Latitude", "")), float(raw.get("Longitude", ""))
    except ValueError:
        return None
    return f"pin {north:.5f},{east:.5f}" if abs(north) <= 90 and abs(east) <= 180 else None


class Redirected(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's own client with a time limit, and another origin where one is configured."""

    def __init__(self, origin: str) -> None:
        super().__init__(timeout=TIMEOUT)
        self.origin = origin

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Response:
        if self.origin:
            parts_ = urlsplit(url)
            url = self.origin + parts_.path + (f"?{parts_.query}" if parts_.query else "")
        return super().request(method, url, *args, **more)


def outcome_of(problem: TwilioRestException) -> Exception:
    """What an error means for the message: gone, not now (and perhaps said all the same), or never."""
    if problem.code in GONE_CODES:
        return Gone(str(problem.code))
    if problem.status == 401 or problem.code in ACCOUNT_CODES:
        return Later(60, is_for_all=True)  # the operator has to mend it; nobody's message is to blame
    if problem.status == 429 or problem.code in BUSY_CODES:
        return Later(10, is_for_all=True)
    if problem.code in WAIT_CODES or problem.status >= 500:
        return Later(5, in_doubt=problem.status >= 500)
    return Refused(f"{problem.code} {problem.msg}"[:200])


def never_left(problem: Exception) -> bool:
    """Whether the request cannot have reached Twilio: no connection was ever made."""
    if isinstance(problem, requests.ConnectTimeout):
        return True
    cause = problem.args[0] if problem.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)


def bodies_of(delivery: Delivery, templates: Mapping[str, str]) -> set[str]:
    """The words under which a message may stand in Twilio's list: its last part, with buttons, or as a template."""
    if delivery.in_window or not templates:
        shape = with_buttons(delivery)
        return {parts(written(delivery.screen))[-1], *([shape.body] if shape else [])}
    name, variables = as_template(delivery.screen, delivery.language)
    return {re.sub(r"\{\{(\w+)\}\}", lambda place: variables.get(place[1], ""), TEMPLATES[name])}


def event_of(form: Mapping[str, str]) -> Event:
    """One message under Twilio's own id."""
    sender = form.get("ExternalUserId") or form["From"]
    return Event(NAME, form["MessageSid"], f"{NAME}:{sender}", dict(form))


def admit(db: Writer, form: Mapping[str, str], now: datetime) -> bool:
    """Keep one message; a copy stops here."""
    return inbox.admit(db, *event_of(form), now)


def note_status(db: Writer, form: Mapping[str, str], now: datetime) -> None:
    """What Twilio says became of a message. Some failures come only here, after it had been accepted."""
    name, status = form.get("MessageSid", ""), form.get("MessageStatus", "")
    error = form.get("ErrorCode") or None
    if not outbox.note_status(db, NAME, name, status, error):
        return
    code = int(error) if error and error.isdigit() else 0
    if code in WINDOW_CODES:
        outbox.again(db, NAME, name, f"error {error}", now)
    elif f"error {error}" in PLAIN_AFTER:
        # Once: a template that is refused would be refused each time.
        outbox.again(db, NAME, name, f"error {error}", now, tries=2)
    elif code in BUSY_CODES | WAIT_CODES:
        outbox.again(db, NAME, name, f"error {error}", now + BUSY_PAUSE)
        if code in BUSY_CODES:
            outbox.pause(db, NAME, now + BUSY_PAUSE)
    elif code in GONE_CODES:
        outbox.unreachable(db, NAME, form.get("To", ""), now)
        message = outbox.named(db, NAME, name)
        if message and not outbox.elsewhere(db, message, now):
            unreached.tell_others(db, message, now, may_come_later=False)


# -- rendering ---------------------------------------------------------------------------------------


def written(screen: Screen) -> str:
    """A screen as WhatsApp text: bold and italic in its signs, choices as lines."""
    lines = [as_whatsapp(str(screen.text))]
    tappable = tappable_of(screen)
    if tappable:
        lines.append("")
    for number, choice in enumerate(tappable, start=1):
        lines.append(f"{number}. {choice.label}" if screen.numbered else f"▸ {choice.label}")
    return "\n".join(lines + links_of(screen))


def with_buttons(delivery: Delivery) -> Interactive | None:
    """A message with WhatsApp's own buttons, where this one can be."""
    screen = delivery.screen
    if delivery.is_plain or delivery.picture_url:
        return None
    text = "\n".join([as_whatsapp(str(screen.text)), *links_of(screen)])
    return interactive(text, tappable_of(screen), delivery.language)


def tappable_of(screen: Screen) -> list[Choice]:
    return [choice for choice in screen.choices if not choice.url]


def links_of(screen: Screen) -> list[str]:
    return [f"{choice.label}: {choice.url}" for choice in screen.choices if choice.url]


def as_template(screen: Screen, language: str) -> tuple[str, dict[str, str]]:
    """Which template says this screen, and what stands in its places: no new lines, at most three choices."""
    labels = [choice.label for choice in screen.choices if not choice.url][:3]
    text = in_one_line(as_whatsapp(str(screen.text)))
    if len(text) > TEMPLATE_WORDS:
        text = text[: TEMPLATE_WORDS - 1] + "…"
    variables = {str(place): words for place, words in enumerate([text, *labels], start=1)}
    return f"update_{language}_{len(labels)}", variables


def in_one_line(text: str) -> str:
    """A template's places take no new lines (63013); a line that ends in the middle is parted by a dot."""
    whole = ""
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        between = "" if not whole else " " if whole.rstrip("*_")[-1:] in ":.!?" else " · "
        whole += between + line
    return whole


class Signs(HTMLParser):
    """Turns our few tags into WhatsApp's signs."""

    marks: Mapping[str, str] = {"b": "*", "i": "_"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - our tags carry none
        self.text += self.marks.get(tag, "")

    def handle_endtag(self, tag: str) -> None:
        self.text += self.marks.get(tag, "")

    def handle_data(self, data: str) -> None:
        self.text += data


def as_whatsapp(html: str) -> str:
    reader = Signs()
    reader.feed(html)
    reader.close()
    return reader.text


def parts(text: str) -> list[str]:
    return pieces(text, BODY_LONGEST)
