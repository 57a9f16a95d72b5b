"""WhatsApp through Twilio: heard, delivered.

Choices are numbered lines (or, where a number is an answer, worded ones): a picture carries no buttons
here, and the number or the words themselves do as well. What goes out is the same screen as anywhere else.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from bots.channel import Delivery, Gone, Later, Refused, seen
from bots.dialogue import Heard, Screen
from storefront import inbox
from storefront.database import Writer

NAME = "whatsapp"
BODY_LONGEST = 1600
TEMPLATE_WORDS = 800  # a whole template has 1024 characters; who replies opens the window for the rest
TIMEOUT = 10
PICTURE_LARGEST = 10 * 1024 * 1024
GONE_CODES = {21211, 21610, 21614, 63003, 63014, 63024}
WAIT_CODES = {20429, 20500, 30001, 63012, 63017, 63018, 63038}
REQUIRED = {"MessageSid", "From", "To", "AccountSid"}
FORWARD = ["queued", "sending", "sent", "delivered", "read", "undelivered", "failed"]

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
    ) -> None:
        self.templates = templates or {}
        self.number = number
        self.public_url = public_url
        self.validator = RequestValidator(token)
        self.client = Client(sid, token, http_client=http_client or Redirected(api_url))
        self.fetch = fetch or self.fetch_media
        self.redirected = bool(api_url)
        self.media_origin = api_url or "https://api.twilio.com"
        self.account = (sid, token)

    def is_signed(self, path: str, form: Mapping[str, str], signature: str) -> bool:
        """Whether Twilio itself sent this. The address is the configured one, whatever Host a proxy claims."""
        return bool(self.validator.validate(self.public_url + path, dict(form), signature))

    # -- heard -----------------------------------------------------------------------------------

    def understand(self, raw: dict[str, Any]) -> Heard | None:
        """A message as something a person did."""
        who = {
            "channel": NAME,
            "address": raw["From"],
            "external_id": raw.get("ExternalUserId") or raw["From"],
            "name": raw.get("ProfileName", "")[:60],
            "shown": raw.get("OriginalRepliedMessageSid") or None,
        }
        if raw.get("Latitude"):
            text = f"pin {float(raw['Latitude']):.5f},{float(raw['Longitude']):.5f}"
            return Heard(**who, kind="location", text=text)
        if int(raw.get("NumMedia") or 0):
            return self.with_media(who, raw)
        return Heard(**who, kind="text", text=raw.get("ButtonText") or raw.get("Body", ""))

    def with_media(self, who: dict[str, Any], raw: dict[str, Any]) -> Heard:
        mime = raw.get("MediaContentType0", "")
        if raw.get("MessageType") == "sticker":
            return Heard(**who, kind="sticker")
        if mime.startswith("image/"):
            return Heard(**who, kind="photo", text=raw.get("Body", ""), **seen(self.fetch(raw["MediaUrl0"])))
        return Heard(**who, kind="voice" if mime.startswith("audio/") else "document")

    def fetch_media(self, url: str) -> bytes:
        """Fetch a picture from Twilio, and only from there; the storage it redirects to never sees our credentials."""
        if origin_of(url) != origin_of(self.media_origin):
            raise Refused(f"media is not fetched from {origin_of(url)}")
        try:
            with requests.get(url, auth=self.account, timeout=TIMEOUT, allow_redirects=False, stream=True) as answer:
                if not answer.is_redirect:
                    return self.body_of(answer)
                storage = answer.headers["Location"]
            if not self.may_store(storage):
                raise Refused(f"media is not fetched from {origin_of(storage)}")
            with requests.get(storage, timeout=TIMEOUT, allow_redirects=False, stream=True) as answer:
                return self.body_of(answer)
        except requests.RequestException as fault:
            raise Later(5) from fault

    def may_store(self, url: str) -> bool:
        """Twilio's storage is wherever it redirects to, by https; a configured origin is the only one there is."""
        return origin_of(url) == self.media_origin if self.redirected else url.startswith("https://")

    def body_of(self, answer: requests.Response) -> bytes:
        """The bytes of a picture, and never more than a picture has."""
        if answer.status_code != 200:
            raise Later(5)
        return bytes(answer.raw.read(PICTURE_LARGEST + 1, decode_content=True))

    # -- delivered -------------------------------------------------------------------------------

    def deliver(self, delivery: Delivery) -> str | None:
        """Send; there is nothing to edit and no spinner to stop here. Raises `Later`, `Gone` or `Refused`."""
        if delivery.kind == "answer":
            return None
        try:
            return self.send(delivery)
        except TwilioRestException as problem:
            raise outcome_of(problem) from problem
        except (TwilioException, requests.RequestException) as problem:
            raise Later(5) from problem

    def send(self, delivery: Delivery) -> str | None:
        if not delivery.in_window:
            return self.send_template(delivery)
        *first, last = parts(written(delivery.screen))
        for part in first:
            self.create(delivery.address, part, None)
        return self.create(delivery.address, last, delivery.picture_url)

    def send_template(self, delivery: Delivery) -> str | None:
        """Outside of the 24 hours only an approved template arrives: the same words, in its places."""
        name, variables = as_template(delivery.screen, delivery.language)
        sid = self.templates.get(name)
        if sid is None:
            raise Refused(f"outside the 24-hour window, and no template {name} is configured")
        sent = self.client.messages.create(
            from_=f"whatsapp:{self.number}",
            to=delivery.address,
            content_sid=sid,
            content_variables=json.dumps(variables),
            status_callback=f"{self.public_url}/whatsapp/status",
        )
        return str(sent.sid)

    def create(self, to: str, body: str, picture_url: str | None) -> str | None:
        more: dict[str, Any] = {"media_url": [picture_url]} if picture_url else {}
        status = f"{self.public_url}/whatsapp/status"
        sent = self.client.messages.create(
            from_=f"whatsapp:{self.number}", to=to, body=body, status_callback=status, **more
        )
        return str(sent.sid)


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


def origin_of(url: str) -> str:
    parts_ = urlsplit(url)
    return f"{parts_.scheme}://{parts_.netloc}"


def outcome_of(problem: TwilioRestException) -> Exception:
    if problem.code in GONE_CODES:
        return Gone(str(problem.code))
    if problem.code in WAIT_CODES or problem.status >= 500 or problem.status == 429:
        return Later(5)
    return Refused(f"{problem.code} {problem.msg}"[:200])


def admit(db: Writer, form: Mapping[str, str], now: datetime) -> bool:
    """Keep one message under Twilio's own id; a copy stops here."""
    sender = form.get("ExternalUserId") or form["From"]
    return inbox.admit(db, NAME, form["MessageSid"], f"{NAME}:{sender}", dict(form), now)


# -- rendering ---------------------------------------------------------------------------------------


def written(screen: Screen) -> str:
    """A screen as WhatsApp text: bold and italic in its signs, choices as lines."""
    lines = [as_whatsapp(str(screen.text))]
    tappable = [choice for choice in screen.choices if not choice.url]
    if tappable:
        lines.append("")
    for number, choice in enumerate(tappable, start=1):
        lines.append(f"{number}. {choice.label}" if screen.numbered else f"▸ {choice.label}")
    lines += [f"{choice.label}: {choice.url}" for choice in screen.choices if choice.url]
    return "\n".join(lines)


TEMPLATES = {
    "update_id_0": "Kabar dari Getok:\n{{1}}\nBalas pesan ini kalau ada pertanyaan.",
    "update_id_1": "Kabar dari Getok:\n{{1}}\n\n1. {{2}}\n\nBalas dengan angkanya.",
    "update_id_2": "Kabar dari Getok:\n{{1}}\n\n1. {{2}}\n2. {{3}}\n\nBalas dengan angkanya.",
    "update_id_3": "Kabar dari Getok:\n{{1}}\n\n1. {{2}}\n2. {{3}}\n3. {{4}}\n\nBalas dengan angkanya.",
    "update_en_0": "News from Getok:\n{{1}}\nReply to this message with any question.",
    "update_en_1": "News from Getok:\n{{1}}\n\n1. {{2}}\n\nReply with the number.",
    "update_en_2": "News from Getok:\n{{1}}\n\n1. {{2}}\n2. {{3}}\n\nReply with the number.",
    "update_en_3": "News from Getok:\n{{1}}\n\n1. {{2}}\n2. {{3}}\n3. {{4}}\n\nReply with the number.",
}


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
    """A long text in pieces that fit, cut between lines."""
    pieces = [""]
    for line in text.splitlines(keepends=True) or [""]:
        if len(pieces[-1] + line) > BODY_LONGEST:
            pieces.append("")
        pieces[-1] += line[:BODY_LONGEST]
    return pieces
