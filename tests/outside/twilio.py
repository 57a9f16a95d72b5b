"""The Twilio of the world outside: a process of its own that signs what it posts, once, and never tries again."""

import itertools
import json
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs

import requests
from werkzeug.wrappers import Request

from bots.phones import WhatsAppPhones
from bots.phones.twilioapi import Message, sid, signature
from tests.outside.calllog import CallLog, Json
from tests.outside.deliveries import Deliveries, Post
from tests.outside.faults import Fault
from tests.outside.people import Desk
from tests.outside.serving import Answer, Call, Peer, arguments, serve

MESSAGES = re.compile(r"/2010-04-01/Accounts/\w+/Messages(?P<message>/\w+)?(?P<media>/Media/\w+)?(?:\.json)?")
CONTENT = re.compile(r"/v1/Content(?P<content>/\w+)?")
ACCOUNT = re.compile(r"/2010-04-01/Accounts/\w+\.json")
PATIENCE = 15
FETCH_PATIENCE = 10
STATUS_PAUSE = 0.05
UNREACHABLE = 11205
NO_SUCCESS = 11200
CODES = {401: 20003, 403: 20403, 404: 20404, 429: 20429, 500: 20500, 503: 20503}
WORDS = {20429: "Too Many Requests", 20500: "Internal Server Error", 63018: "Rate limit exceeded for Channel"}


@dataclass
class TwilioCall(Call):
    """A request that may carry JSON in place of a form."""

    body: Json | None = None


@dataclass
class Notice:
    """Something Twilio wants to tell the hub."""

    url: str
    form: dict[str, str]
    inbound: bool


class Wired(WhatsAppPhones):
    """Phones whose posts go to a queue instead of out at once."""

    queue: Deliveries
    pause = STATUS_PAUSE

    def _post(self, path: str, form: dict[str, str], url: str) -> None:
        inbound = "MessageStatus" not in form
        key = form["MessageSid"] if inbound else f"{form['MessageSid']}/{form['MessageStatus']}"
        chat = form["From"] if inbound else form["MessageSid"]
        self.queue.put(key, chat, Notice(url, form, inbound), 0 if inbound else self.pause)


class Twilio(Peer):
    def __init__(self, log: CallLog, account: str, auth: str, number: str, public_url: str, origin: str) -> None:
        super().__init__(log)
        self.auth = auth
        self.fetched = threading.local()
        self.phones = Wired(
            account,
            auth,
            number,
            lambda *_: 200,
            public_url,
            fetch=self.medium,
            now=self.clock,
            seq=itertools.count(1),
            api_origin=origin,
            storage_origin=origin,
        )
        self.phones.queue = self.posts = Deliveries(self.post)
        self.desk = WhatsAppDesk(self, self.phones, self.posts)
        self.fallback_url = ""
        self.patience: float = PATIENCE

    # -- what the hub calls ------------------------------------------------------------------------

    def read(self, request: Request) -> TwilioCall:
        body = request.get_json(silent=True) if request.is_json else None
        form = {} if request.is_json else parse_qs(request.get_data(as_text=True), keep_blank_values=True)
        query = parse_qs(request.query_string.decode(), keep_blank_values=True)
        told = {name: values[0] if len(values) == 1 else values for name, values in (query | form).items()}
        chat = (query | form).get("To", [""])[0].removeprefix("whatsapp:")
        path = request.full_path.rstrip("?")
        if isinstance(body, dict):
            told |= body
        method = called(request.method, request.path)
        call = TwilioCall(method, request.method, path, form, told, chat, self.named(chat), body=body)
        call.told_path = request.path
        given = request.authorization
        call.auth = (given.username or "", given.password or "") if given else None
        call.has_credentials = "Authorization" in request.headers
        return call

    def named(self, number: str) -> str:
        with self.changed:
            return next((p.name for p in self.phones.people.values() if p.is_reached_at(f"whatsapp:{number}")), "")

    def medium(self, url: str) -> tuple[int, str, bytes]:
        """What was fetched before the phones were asked, or the medium of a content, which only they know."""
        return self.fetched.media.get(url) or fetched(url)

    def is_paced(self, call: Call) -> bool:
        return call.method == "Messages.create"

    def act(self, call: Call) -> Answer:
        assert isinstance(call, TwilioCall)
        if call.method == "Storage.fetch" and call.has_credentials:
            # What the real storage says to credentials that were meant for the api host only.
            return Answer(400, b"<Error><Code>InvalidRequest</Code></Error>", {"Content-Type": "application/xml"})
        if call.method == "Messages.create":
            self.fetched.media = {url: fetched(url) for url in call.fields.get("MediaUrl", []) if url}
        with self.changed:
            status, headers, body = self.phones.handle(call.verb, call.path, call.fields, call.auth, body=call.body)
            answer = Answer(status, body, headers, accepted=status < 400)
            if call.method == "Messages.create" and status == 201:
                self.accepted(answer)
        return answer

    def accepted(self, answer: Answer) -> None:
        """Keep what became of a message, and tell the hub about it by and by."""
        message = self.phones.messages[json.loads(answer.body)["sid"]]
        answer.kept = {"result": message.sid, "text": message.body, "error": message.error}
        answer.accepted = message.error is None
        if message.callback:
            self.phones.report(queued(message), "queued")
        self.phones.flush_statuses()

    def refusal(self, fault: Fault) -> Answer:
        status = int(fault.kind)
        code = int(fault.detail) if fault.detail and status != 429 else CODES.get(status, 20000 + status)
        more = f"https://www.twilio.com/docs/errors/{code}"
        words = WORDS.get(code, "refused on purpose")
        return Answer.json(status, {"code": code, "message": words, "more_info": more, "status": status}, error=code)

    # -- what the hub is told ------------------------------------------------------------------------

    def post(self, post: Post) -> None:
        """Post one notice, once; a failed message is told to the fallback address, also once."""
        notice: Notice = post.event
        if post.forged:
            notice = forgery(notice)
        status, code = self.posted(notice.url, notice.form, post, forged=post.forged)
        failed = status is None or not 200 <= status < 300
        if failed and notice.inbound and self.fallback_url and not post.forged:
            told = notice.form | {"ErrorCode": str(code), "ErrorUrl": notice.url}
            self.posted(self.fallback_url, told, post, fallback=True)

    def posted(
        self, url: str, form: Mapping[str, str], post: Post, *, forged: bool = False, fallback: bool = False
    ) -> tuple[int | None, int]:
        signed = signature("somebody else's token" if forged else self.auth, url, form)
        at = time.time()
        try:
            status: int | None = requests.post(
                url,
                data=dict(form),
                headers={"X-Twilio-Signature": signed, "I-Twilio-Idempotency-Token": sid("", post.key)},
                timeout=self.patience,
                allow_redirects=False,
            ).status_code
        except requests.RequestException:
            status = None
        facts = {"at": at, "key": key_of(form), "attempt": post.attempt, "copy": post.copy, "forged": forged}
        self.log.write("delivery", **facts, fallback=fallback, url=url, status=status)
        return status, UNREACHABLE if status is None else NO_SUCCESS

    # -- what a test asks ----------------------------------------------------------------------------

    def control(self, do: str, args: list[Any], kwargs: Json) -> Any:
        if do.startswith("_"):
            raise LookupError(do)
        if do == "post_raw":
            return self.desk.post_raw(*args, **kwargs)
        with self.changed:
            return getattr(self.desk, do)(*args, **kwargs)


class WhatsAppDesk(Desk[WhatsAppPhones]):
    """The control calls of WhatsApp's side."""

    _peer: Twilio
    _phones: Wired

    def starts(self, person: str, payload: str = "") -> Json:
        """Write the words a link to this chat would have put there."""
        return self.says(person, payload or "halo")

    def taps(self, person: str, label: str, bubble: str | None = None, times: int = 1) -> None:
        """Answer the newest message that offers this, by its number or its words."""
        shown, button = self._shown(person, label, bubble)
        for _ in range(times):
            self._phones.taps(person, shown, button.label)

    def number(self, person: str) -> str:
        return self._phones.person(person).number

    def approves(self, content: str, body: str) -> None:
        """Approve a template under its content id."""
        self._phones.templates[content] = body

    def drops_next(self, code: int, count: int = 1) -> None:
        """Accept the next messages and have them fail later; what is refused at once is scripted."""
        self._phones.drops_next(code, count)

    def content_off(self, off: bool = True) -> None:
        """Whether this account may make no contents."""
        self._phones.content_off = off

    def list_style(self, style: Literal["list", "button", "data"]) -> None:
        """How a row chosen from a list is told."""
        self._phones.list_style = style

    def hides_number(self, person: str) -> None:
        self._phones.hides_number(person)

    def changes_number(self, person: str) -> str:
        return self._phones.changes_number(person)

    def external_id(self, person: str) -> str:
        return self._phones.person(person).external_id

    def blocks(self, person: str) -> None:
        self._phones.blocks(person)

    def unblocks(self, person: str) -> None:
        self._phones.unblocks(person)

    def fallback(self, url: str) -> None:
        self._peer.fallback_url = url

    def patience(self, seconds: float) -> None:
        """How long the hub may take to answer; Twilio's own measure is 15 seconds."""
        self._peer.patience = seconds

    def status_pause(self, seconds: float) -> None:
        """How long after a message was accepted its statuses set out; 0 lets them race the answer itself."""
        self._phones.pause = seconds

    def public(self, url: str) -> None:
        """Where the hub is to be found from now on."""
        self._phones.public_url = url.rstrip("/")

    def message(self, number: str) -> Json:
        return self._phones.messages[number].as_json()

    def post_raw(
        self, form: dict[str, str], path: str = "/whatsapp/webhook", signed: bool = True, url: str | None = None
    ) -> int | None:
        """Post a hand-made form once, here and now."""
        to = url or self._phones.public_url + path
        return self._peer.posted(to, form, Post(key_of(form), "", None, attempt=1), forged=not signed)[0]


def called(verb: str, path: str) -> str:
    """Name the operation of a request."""
    if ACCOUNT.fullmatch(path):
        return "Account.fetch"
    if content := CONTENT.fullmatch(path):
        return named_after(verb, "Contents", content["content"])
    found = MESSAGES.fullmatch(path)
    if found is None:
        return "?" if path.startswith(("/2010-04-01/", "/v1/")) else "Storage.fetch"
    if found["media"]:
        return "Media.fetch" if verb == "GET" else f"Media.{verb.lower()}"
    return named_after(verb, "Messages", found["message"])


def named_after(verb: str, resource: str, one: str | None) -> str:
    """Name what is done to a resource: to one of it, or to all."""
    known = {"GET": "fetch"} if one else {"POST": "create", "GET": "list"}
    return f"{resource}.{known.get(verb, verb.lower())}"


def fetched(url: str) -> tuple[int, str, bytes]:
    """Fetch what the hub wants to show."""
    try:
        answer = requests.get(url, timeout=FETCH_PATIENCE)
    except requests.RequestException:
        return 0, "", b""
    return answer.status_code, answer.headers.get("Content-Type", "").split(";")[0], answer.content


def queued(message: Message) -> Message:
    """The message as it was before anybody knew what would become of it."""
    return Message(
        message.sid, message.account, message.sender, message.to, message.body, message.at, callback=message.callback
    )


def forgery(notice: Notice) -> Notice:
    """The same notice under an id of its own: if anything comes of it, it is seen."""
    other = sid("SM", "forged", notice.form["MessageSid"])
    names = {"MessageSid", "SmsSid", "SmsMessageSid"} & notice.form.keys()
    return Notice(notice.url, notice.form | dict.fromkeys(names, other), notice.inbound)


def key_of(form: Mapping[str, str]) -> str:
    number = form.get("MessageSid", "")
    return f"{number}/{form['MessageStatus']}" if "MessageStatus" in form else number


def main() -> None:
    given = arguments("--sid", "--auth", "--number", "--public-url").parse_args()
    log = CallLog(Path(given.log), "twilio")
    serve(given.port, lambda origin: Twilio(log, given.sid, given.auth, given.number, given.public_url, origin))


if __name__ == "__main__":
    main()
