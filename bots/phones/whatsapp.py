"""Twilio's WhatsApp with the people's phones attached.

A choice is a numbered line, an older one a reply to its message; or it is a button or a row of a list, which a content
made beforehand puts under a message, and which works for as long as the message is to be seen. Nobody hears from us a
day after they last wrote unless an approved template says it. All of that is decided here as Twilio decides it, mostly
after it has said 201.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from bots.phones.bubbles import Bubble, Button, Kind, PhoneError, addresses_in, readable
from bots.phones.contents import CONTENT, LIST, Contents, Filled, Offer
from bots.phones.samples import VOICE, sticker, vcard
from bots.phones.twilioapi import (
    LONGEST_BODY,
    LONGEST_TEMPLATE,
    WORDS,
    Json,
    Message,
    TwilioError,
    Undeliverable,
    account,
    check_media,
    filled,
    listed,
    missing,
    sid,
    signature,
)

Form = Mapping[str, str | list[str]]
Answer = tuple[int, dict[str, str], bytes]

WINDOW = timedelta(hours=24)
MESSAGES = re.compile(
    r"/2010-04-01/Accounts/(?P<account>\w+)/Messages(?:/(?P<message>\w+))?(?:\.json|/Media/(?P<media>\w+))?"
)
INBOUND = "/whatsapp/webhook"
RECIPIENT = re.compile(r"whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}\.[A-Za-z0-9]{1,128})")
NUMBERED = re.compile(r"\s*(?:\*(\d{1,2})[.)]?\*[.)]?|(\d{1,2})[.)])\s+(\S.*)")
WORDED = re.compile(r"\s*▸ +(\S.*)")


@dataclass
class WhatsAppPerson:
    """Somebody with WhatsApp; her `external_id` stays the same whether or not we see her number, or it changes."""

    name: str
    number: str
    sent: int = 0
    wrote_at: datetime | None = None
    bubbles: list[Bubble] = field(default_factory=list)
    has_hidden_number: bool = False
    has_blocked: bool = False
    external_id: str = field(init=False)

    def __post_init__(self) -> None:
        self.external_id = f"whatsapp:ID.{int(self.number.removeprefix('+')) * 719:016d}"

    @property
    def address(self) -> str:
        """Where an answer to her goes: what her messages come from."""
        return self.external_id if self.has_hidden_number else f"whatsapp:{self.number}"

    def is_reached_at(self, address: str) -> bool:
        return address in {self.external_id, f"whatsapp:{self.number}"}

    @property
    def profile_name(self) -> str:
        return self.name.capitalize()


class WhatsAppPhones:
    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        number: str,
        post: Callable[[str, dict[str, str], dict[str, str]], int],
        public_url: str,
        *,
        fetch: Callable[[str], tuple[int, str, bytes]],
        now: Callable[[], datetime],
        seq: Iterator[int],
        api_origin: str = "https://api.twilio.com",
        storage_origin: str = "https://mms.twiliocdn.example",
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.number = number.removeprefix("whatsapp:")
        self.post = post
        self.public_url = public_url.rstrip("/")
        self.fetch = fetch
        self.now = now
        self.seq = seq
        self.api_origin = api_origin
        self.storage_origin = storage_origin
        self.people: dict[str, WhatsAppPerson] = {}
        self.messages: dict[str, Message] = {}
        self.templates: dict[str, str] = {}
        self.contents = Contents(account_sid, now)
        self.content_off = False
        self.list_style: Literal["list", "button", "data"] = "list"
        self.calls: list[tuple[str, str | None]] = []
        self.failed_posts: list[tuple[str, dict[str, str], int]] = []
        self._statuses: list[tuple[Message, str]] = []
        self._numbers = count()
        self._new_numbers = count(1)
        self._refusals: list[TwilioError] = []
        self._drops: list[int] = []

    # Our end.

    def handle(
        self, method: str, path: str, form: Form, auth: tuple[str, str] | None, *, body: Json | None = None
    ) -> Answer:
        """Serve one request, with a form or a JSON `body`, and return its status, headers and body."""
        parts = urlsplit(path)
        asked = {name: _one(value) for name, value in form.items()} | dict(parse_qsl(parts.query))
        to = asked.get("To", "").removeprefix("whatsapp:") or None
        self.calls.append((f"{method.upper()} {parts.path}", to))
        try:
            if parts.path.startswith("/2010-04-01/"):
                return self._api(method.upper(), parts.path, asked, form, auth)
            if parts.path.startswith("/v1/"):
                return self._content(method.upper(), parts.path, asked, body, auth)
            return self._stored(parts.path)
        except TwilioError as refusal:
            return _told(refusal.status, refusal.as_json())

    def flush_statuses(self, order: Literal["sent-first", "reversed"] = "sent-first") -> int:
        """Report what became of the messages sent since the last time; the reports may overtake each other.

        Returns how many there were.
        """
        waiting, self._statuses = self._statuses, []
        for message, status in waiting:
            message.status = status
        for message, status in waiting if order == "sent-first" else reversed(waiting):
            if message.callback:
                self.report(message, status)
        return len(waiting)

    # What goes wrong.

    def fails_next(self, status: int, code: int, count: int = 1) -> None:
        """Refuse the next messages at once."""
        self._refusals += [TwilioError(status, code, WORDS[code]) for _ in range(count)]

    def drops_next(self, code: int, count: int = 1) -> None:
        """Accept the next messages and have them fail later."""
        assert code in WORDS
        self._drops += [code] * count

    def _authenticate(self, auth: tuple[str, str] | None) -> None:
        if auth != (self.account_sid, self.auth_token):
            raise TwilioError(401, 20003, WORDS[20003])

    def _content(
        self, method: str, path: str, asked: dict[str, str], body: Json | None, auth: tuple[str, str] | None
    ) -> Answer:
        self._authenticate(auth)
        if self.content_off:
            raise TwilioError(403, 20003, "The Content API is not available to this account")
        if path != CONTENT and not path.startswith(f"{CONTENT}/"):
            raise missing(path)
        status, told = self.contents.answer(method, path, asked, body)
        return (status, {}, b"") if told is None else _told(status, told)

    def _api(self, method: str, path: str, asked: dict[str, str], form: Form, auth: tuple[str, str] | None) -> Answer:
        self._authenticate(auth)
        if path == f"/2010-04-01/Accounts/{self.account_sid}.json" and method == "GET":
            return _told(200, account(self.account_sid))
        found = MESSAGES.fullmatch(path)
        if found is None or found["account"] != self.account_sid:
            raise missing(path)
        message_sid, media_sid = found["message"], found["media"]
        if method == "POST" and path.endswith("/Messages.json"):
            return _told(201, self._create(asked, form))
        if method != "GET":
            raise TwilioError(405, 20004, "Method not allowed")
        if message_sid is None:
            return _told(200, self._listed(asked))
        message = self.messages.get(message_sid)
        if message is None or (media_sid and media_sid not in message.media):
            raise missing(path)
        if media_sid:
            return 307, {"Location": f"{self.storage_origin}/{self.account_sid}/{media_sid}"}, b""
        return _told(200, message.as_json())

    def _stored(self, path: str) -> Answer:
        media_sid = path.removeprefix(f"/{self.account_sid}/")
        for message in self.messages.values():
            if media_sid in message.media:
                kind, content = message.media[media_sid]
                return 200, {"Content-Type": kind}, content
        raise missing(path)

    def _listed(self, asked: dict[str, str]) -> Json:
        wanted = [message for message in reversed(self.messages.values()) if listed(message, asked)]
        size, page = int(asked.get("PageSize", "50")), int(asked.get("Page", "0"))
        first = page * size
        shown = [message.as_json() for message in wanted[first : first + size]]
        filters = {name: value for name, value in asked.items() if name not in {"PageSize", "Page", "PageToken"}}

        def uri(number: int) -> str:
            query = urlencode({**filters, "PageSize": size, "Page": number})
            return f"/2010-04-01/Accounts/{self.account_sid}/Messages.json?{query}"

        follows = uri(page + 1) if len(wanted) > first + size else None
        pages = {"page": page, "page_size": size, "uri": uri(page), "first_page_uri": uri(0), "next_page_uri": follows}
        before = {"previous_page_uri": uri(page - 1) if page else None}
        return {"messages": shown, "start": first, "end": max(first + len(shown) - 1, first)} | pages | before

    # What we send.

    def _create(self, asked: dict[str, str], form: Form) -> Json:
        if self._refusals:
            raise self._refusals.pop(0)
        media = [address for address in _many(form.get("MediaUrl", [])) if address]
        self._check(asked, media)
        content = self.contents.kept.get(asked.get("ContentSid", ""))
        filling = content.filled(asked.get("ContentVariables", "")) if content else None
        media = filling.media if filling else media
        message = Message(
            sid("MM" if media or filling else "SM", self.account_sid, next(self._numbers)),
            self.account_sid,
            asked["From"],
            asked["To"],
            filling.body if filling else asked.get("Body", ""),
            self.now(),
            num_media=len(media),
            callback=asked.get("StatusCallback", ""),
        )
        try:
            self._deliver(message, asked, media, filling)
            self._statuses += [(message, "sent"), (message, "delivered")]
        except Undeliverable as failure:
            message.error = failure.code
            self._statuses.append((message, "failed"))
        self.messages[message.sid] = message
        return message.as_json() | {"status": "queued", "error_code": None, "error_message": None}

    def _check(self, asked: dict[str, str], media: list[str]) -> None:
        if not asked.get("To"):
            raise TwilioError(400, 21604, "A 'To' phone number is required.")
        if not asked.get("From"):
            raise TwilioError(400, 21603, "A 'From' phone number is required.")
        if not RECIPIENT.fullmatch(asked["To"]):
            raise TwilioError(400, 21211, f"The 'To' number {asked['To']} is not a valid phone number.")
        if asked["From"] != f"whatsapp:{self.number}":
            raise TwilioError(400, 63007, "Twilio could not find a Channel with the specified From address")
        if len(asked.get("Body", "")) > LONGEST_BODY:
            raise TwilioError(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        if len(media) > 1:
            raise TwilioError(400, 21623, "Number of media files exceeds allowed limit")
        if any(urlsplit(address).scheme not in {"http", "https"} for address in media):
            raise TwilioError(400, 21620, "Invalid media URL(s)")
        self._check_content(asked, media)
        callback = asked.get("StatusCallback", "")
        if callback and urlsplit(callback).scheme not in {"http", "https"}:
            raise TwilioError(400, 21609, f"The 'StatusCallback' URL {callback} is not a valid URL.")

    def _check_content(self, asked: dict[str, str], media: list[str]) -> None:
        content, written = asked.get("ContentSid", ""), bool(asked.get("Body", "").strip() or media)
        if not content and not written:
            raise TwilioError(400, 21602, "Message body is required.")
        if content and (written or content not in {*self.templates, *self.contents.kept}):
            raise TwilioError(400, 21655, "The ContentSid is Invalid")

    def _deliver(self, message: Message, asked: dict[str, str], media: list[str], filling: Filled | None) -> None:
        template = self.templates.get(asked.get("ContentSid", ""))
        if template is not None and filling is None:
            message.body = filled(template, asked.get("ContentVariables", ""))
        # WhatsApp approves no list, whatever the account says about it.
        is_approved = template is not None and not (filling and filling.kind == LIST)
        person = self._receiver(message.to, is_approved)
        if filling:
            filling.check(is_approved)
        elif is_approved and len(message.body) > LONGEST_TEMPLATE:
            raise Undeliverable(63021)
        kind, content = self._carried(message, media)
        # A document travels without words on WhatsApp, whatever was written with it.
        body = "" if kind == "application/pdf" else message.body
        bubble = self._shown(message.sid, body, kind, content)
        person.sent += 1
        person.bubbles.append(filling.under(bubble) if filling else bubble)

    def _receiver(self, address: str, is_approved: bool) -> WhatsAppPerson:
        """Return whose phone a message arrives on, if on any."""
        if self._drops:
            raise Undeliverable(self._drops.pop(0))
        person = next((person for person in self.people.values() if person.is_reached_at(address)), None)
        if not is_approved and not self._window_open(person):
            raise Undeliverable(63016)
        if person is None:
            raise Undeliverable(63024)
        if person.has_blocked:
            raise Undeliverable(63014)
        return person

    def _window_open(self, person: WhatsAppPerson | None) -> bool:
        return person is not None and person.wrote_at is not None and self.now() - person.wrote_at <= WINDOW

    def _carried(self, message: Message, media: list[str]) -> tuple[str, bytes]:
        if not media:
            return "", b""
        status, declared, content = self.fetch(media[0])
        kind = check_media(status, declared, content)
        message.media[sid("ME", message.sid)] = (kind, content)
        return kind, content

    def _shown(self, number: str, body: str, mime: str, content: bytes) -> Bubble:
        kind: Kind = "photo" if mime.startswith("image/") else "document" if mime else "text"
        picture = content if kind == "photo" else None
        rows = [[button] for line in body.splitlines() if (button := offered(line))]
        text = readable(body)
        seq = next(self.seq)
        return Bubble(number, False, text, rows, picture, self.now(), seq, None, kind, addresses_in(body))

    def report(self, message: Message, status: str) -> None:
        """Post what became of a message to the address it named."""
        form = {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "MessageStatus": status,
            "SmsStatus": status,
            "To": message.to,
            "From": message.sender,
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "ChannelPrefix": "whatsapp",
            "ChannelToAddress": message.to.removeprefix("whatsapp:"),
            "ChannelInstallSid": sid("XE", self.account_sid),
        }
        if message.error:
            form |= {"ErrorCode": str(message.error), "ErrorMessage": WORDS[message.error]}
        parts = urlsplit(message.callback)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        self._post(path, form, message.callback)

    def _post(self, path: str, form: dict[str, str], url: str) -> None:
        status = self.post(path, form, {"X-Twilio-Signature": signature(self.auth_token, url, form)})
        if not 200 <= status < 300:
            self.failed_posts.append((path, form, status))

    # The people's end.

    def person(self, name: str) -> WhatsAppPerson:
        """Return the person of this name, made on first use."""
        name = name.lower()
        if name not in self.people:
            self.people[name] = WhatsAppPerson(name, f"+628{len(self.people) + 1:010d}")
        return self.people[name]

    def bubbles(self, name: str) -> list[Bubble]:
        return self.person(name).bubbles

    def sent_to(self, name: str) -> int:
        """Count the messages that reached the person."""
        return self.person(name).sent

    def says(self, name: str, text: str, reply_to: Bubble | None = None) -> Bubble:
        return self._receive(name, {"Body": text, "MessageType": "text"}, reply_to=reply_to)

    def sends_photo(self, name: str, picture: bytes, caption: str | None = None) -> Bubble:
        form = {"Body": caption or "", "MessageType": "image"}
        return self._receive(name, form, "photo", (_picture_type(picture), picture))

    def sends_voice(self, name: str) -> Bubble:
        return self._receive(name, {"MessageType": "audio"}, "voice", ("audio/ogg", VOICE))

    def sends_sticker(self, name: str) -> Bubble:
        return self._receive(name, {"MessageType": "sticker"}, "sticker", ("image/webp", sticker()))

    def sends_contact(self, name: str, phone: str, own: bool = True) -> Bubble:
        whose = self.person(name).profile_name if own else "Teman"
        form = {"MessageType": "contacts"}
        return self._receive(name, form, "contact", ("text/vcard", vcard(whose, phone)), text=phone)

    def sends_location(self, name: str, lat: float, lng: float) -> Bubble:
        form = {"Latitude": str(lat), "Longitude": str(lng), "MessageType": "location"}
        return self._receive(name, form, "location", text=f"{lat},{lng}")

    def taps(self, name: str, bubble: Bubble, label: str) -> None:
        """Choose what a message offers: by its button, or by writing its number or words, replying if it is older."""
        button = _chosen(bubble, label)
        theirs = [shown for shown in self.bubbles(name) if not shown.mine]
        if bubble not in theirs:
            raise PhoneError("that message is not in this chat")
        if isinstance(bubble, Offer):
            form = self._list_form(button) if bubble.opens else _button_form(button)
            self._receive(name, {"Body": button.label, "MessageType": "interactive"} | form, reply_to=bubble)
            return
        if button.data is None:
            newest = theirs[-1]
        else:
            newest = [shown for shown in theirs if any(choice.data for choice in shown.buttons)][-1]
        self.says(name, button.data or button.label, reply_to=None if bubble is newest else bubble)

    def hides_number(self, name: str) -> None:
        """From now on she is known by a username, and we see no number of hers."""
        self.person(name).has_hidden_number = True

    def changes_number(self, name: str) -> str:
        """Move her to a new number and return it; nobody is reached at the old one."""
        person = self.person(name)
        person.number = f"+6285{next(self._new_numbers):09d}"
        return person.number

    def blocks(self, name: str) -> None:
        self.person(name).has_blocked = True

    def unblocks(self, name: str) -> None:
        self.person(name).has_blocked = False

    def _list_form(self, row: Button) -> dict[str, str]:
        """Tell which row was chosen, in the one of three ways this account is told."""
        number = row.data or ""
        if self.list_style == "list":
            return {"ListId": number, "ListTitle": row.label}
        if self.list_style == "button":
            return _button_form(row)
        return {"InteractiveData": json.dumps({"list_reply": {"id": number, "title": row.label}})}

    def _receive(
        self,
        name: str,
        form: dict[str, str],
        kind: Kind = "text",
        media: tuple[str, bytes] | None = None,
        *,
        text: str | None = None,
        reply_to: Bubble | None = None,
    ) -> Bubble:
        person = self.person(name)
        if person.has_blocked:
            raise PhoneError(f"{name} has blocked this number")
        message = self._kept(person, form.get("Body", ""), media)
        person.wrote_at = self.now()
        picture = media[1] if media and kind == "photo" else None
        words = form.get("Body", "") if text is None else text
        seq = next(self.seq)
        bubble = Bubble(message.sid, True, words, [], picture, self.now(), seq, None, kind, addresses_in(words))
        bubble.quotes = reply_to.text if reply_to else ""
        person.bubbles.append(bubble)
        full = self._inbound(person, message) | form | self._replied(person, reply_to)
        self._post(INBOUND, full, self.public_url + INBOUND)
        return bubble

    def _kept(self, person: WhatsAppPerson, body: str, media: tuple[str, bytes] | None) -> Message:
        number = sid("MM" if media else "SM", self.account_sid, next(self._numbers))
        message = Message(
            number,
            self.account_sid,
            person.address,
            f"whatsapp:{self.number}",
            body,
            self.now(),
            direction="inbound",
            status="received",
            media={sid("ME", number): media} if media else {},
            num_media=1 if media else 0,
        )
        self.messages[number] = message
        return message

    def _inbound(self, person: WhatsAppPerson, message: Message) -> dict[str, str]:
        known = {} if person.has_hidden_number else {"WaId": person.number.removeprefix("+")}
        context = {"ProfileName": person.profile_name, **known}
        form = {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsMessageSid": message.sid,
            "AccountSid": self.account_sid,
            "From": message.sender,
            "To": message.to,
            "Body": "",
            "NumMedia": str(message.num_media),
            "NumSegments": "1",
            "ReferralNumMedia": "0",
            "ApiVersion": "2010-04-01",
            "SmsStatus": "received",
            "ProfileName": person.profile_name,
            **known,
            "ExternalUserId": person.external_id,
            "Forwarded": "false",
            "FrequentlyForwarded": "false",
            "ChannelMetadata": json.dumps({"type": "whatsapp", "data": {"context": context}}),
        }
        for place, (media_sid, (kind, _)) in enumerate(message.media.items()):
            at = f"{self.api_origin}{message.uri.removesuffix('.json')}/Media/{media_sid}"
            form |= {f"MediaUrl{place}": at, f"MediaContentType{place}": kind}
        return form

    def _replied(self, person: WhatsAppPerson, bubble: Bubble | None) -> dict[str, str]:
        if bubble is None:
            return {}
        sender = person.address if bubble.mine else f"whatsapp:{self.number}"
        return {"OriginalRepliedMessageSid": bubble.id, "OriginalRepliedMessageSender": sender}


def offered(line: str) -> Button | None:
    """Return the choice a line of text offers: numbered, worded, or none."""
    if numbered := NUMBERED.fullmatch(line):
        return Button(readable(numbered.group(3)).strip(), data=numbered.group(1) or numbered.group(2))
    if worded := WORDED.fullmatch(line):
        return Button(readable(worded.group(1)).strip())
    return None


def _chosen(bubble: Bubble, label: str) -> Button:
    wanted = label.casefold().strip()
    exact = [button for button in bubble.buttons if button.label.casefold() == wanted]
    close = [button for button in bubble.buttons if wanted in button.label.casefold()]
    for button in [*exact, *close]:
        return button
    raise PhoneError(f"there is no choice {label!r} in that message")


def _button_form(button: Button) -> dict[str, str]:
    return {"ButtonText": button.label, "ButtonPayload": button.data or ""}


def _picture_type(picture: bytes) -> str:
    if picture.startswith(b"\x89PNG"):
        return "image/png"
    return "image/webp" if picture[8:12] == b"WEBP" else "image/jpeg"


def _one(value: str | list[str]) -> str:
    return value if isinstance(value, str) else (value[0] if value else "")


def _many(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _told(status: int, told: Json) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(told).encode()
