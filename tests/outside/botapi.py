"""The Bot API of the world outside: a process of its own that polls hold open and whose webhooks try again."""

import hashlib
import itertools
import re
import time
from pathlib import Path
from typing import Any

import requests
from werkzeug.wrappers import Request

from bots.phones import PhoneError, TelegramPhones, showing
from tests.outside.calllog import CallLog, Json
from tests.outside.deliveries import Deliveries, Post
from tests.outside.faults import Fault
from tests.outside.people import Desk, seen
from tests.outside.serving import Answer, Call, Peer, arguments, serve

PATH = re.compile(r"/(?P<file>file/)?bot(?P<token>[^/]+)/(?P<rest>.+)")
LONGEST_POLL = 50
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
PATIENCE = 60
FORGED = 500_000_000
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
REPLACED = "Conflict: terminated by setWebhook request"
WORDS = {403: "Forbidden: bot was blocked by the user", 500: "Internal Server Error", 502: "Bad Gateway"}


class BotApi(Peer):
    def __init__(self, log: CallLog, token: str, bot: str) -> None:
        super().__init__(log)
        self.token = token
        self.phones = TelegramPhones(token, bot, self.clock, itertools.count(1))
        self.posts = Deliveries(self.post)
        self.desk = TelegramDesk(self, self.phones, self.posts)
        self.polls = 0
        self.ended = TERMINATED
        self.scheduled: set[int] = set()

    # -- what the bot calls ----------------------------------------------------------------------

    def read(self, request: Request) -> Call:
        fields: Json = {**request.args, **request.form}
        if request.is_json:
            fields |= request.get_json()
        files = {name: (f.filename or name, f.read(), f.mimetype) for name, f in request.files.items()}
        found = PATH.fullmatch(request.path)
        method = "?" if found is None else "file" if found["file"] else found["rest"]
        path = request.path.replace(found["token"], "<token>") if found else request.path
        told = {name: masked(name, value) for name, value in fields.items()}
        told |= {name: digest_of(content) for name, (_, content, _) in files.items()}
        chat = str(fields.get("chat_id", ""))
        return Call(method, request.method, request.path, fields, told, chat, self.named(chat), path, files)

    def named(self, chat: str) -> str:
        with self.changed:
            chats = [*self.phones.people.values(), *self.phones.groups.values()]
            return next((one.name for one in chats if str(one.chat_id) == chat), "")

    def is_paced(self, call: Call) -> bool:
        return not call.method.lower().startswith(("get", "file", "answer"))

    def act(self, call: Call) -> Answer:
        if call.method == "file":
            return self.file(call.path)
        if call.method.lower() == "getupdates":
            return self.updates(call)
        with self.changed:
            status, told = self.phones.handle(call.path, call.fields, call.files)
            if call.method.lower() == "setwebhook" and status == 200:
                self.end_poll(REPLACED)
        self.stirred()
        return answered(status, told)

    def file(self, path: str) -> Answer:
        found = PATH.fullmatch(path)
        if found is None or found["token"] != self.token:
            return Answer.json(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        content = self.phones.download(found["rest"])
        if content is None:
            return Answer.json(404, {"ok": False, "error_code": 404, "description": "Not Found"})
        return Answer(200, content, {"Content-Type": "application/octet-stream"}, accepted=True)

    def updates(self, call: Call) -> Answer:
        """Wait until there is something to tell; a second reader ends the first one's wait, as the real server does."""
        end = time.monotonic() + min(float(call.fields.get("timeout") or 0), LONGEST_POLL)
        with self.changed:
            mine = self.end_poll(TERMINATED)
            while True:
                status, told = self.phones.handle(call.path, call.fields)
                if status == 200 and self.posts.held:
                    told["result"] = []
                left = end - time.monotonic()
                if status != 200 or told["result"] or left <= 0:
                    return answered(status, told)
                self.changed.wait(left)
                if self.polls != mine:
                    return answered(409, {"ok": False, "error_code": 409, "description": self.ended})

    def end_poll(self, reason: str) -> int:
        self.polls += 1
        self.ended = reason
        self.changed.notify_all()
        return self.polls

    def refusal(self, fault: Fault) -> Answer:
        code = int(fault.kind)
        told: Json = {"ok": False, "error_code": code, "description": described(code, fault.detail)}
        if code == 429:
            told["parameters"] = {"retry_after": int(fault.detail or 1)}
        return Answer.json(code, told)

    # -- what the bot is told ----------------------------------------------------------------------

    def stirred(self) -> None:
        """Something may have happened: wake the reader, or give each new update to the webhook's postmen."""
        with self.changed:
            self.changed.notify_all()
            if not self.phones.webhook["url"]:
                self.posts.clear()
                self.scheduled.clear()
                return
            for update in self.phones.updates:
                if id(update) not in self.scheduled:
                    self.posts.put(str(update["update_id"]), chat_of(update), update)
            self.scheduled = {id(update) for update in self.phones.updates}

    def post(self, post: Post) -> float | None:
        """Post one update; in how many seconds to try again, if at all."""
        with self.changed:
            webhook = dict(self.phones.webhook)
        if not webhook["url"]:
            return None
        if post.forged:
            self.posted(webhook["url"], forgery(post.event), "forged", post)
            return None
        status, problem = self.posted(webhook["url"], post.event, webhook.get("secret_token", ""), post)
        if status is not None and 200 <= status < 300:
            self.taken(post.event)
            return None
        if post.copy > 1:
            return None
        with self.changed:
            told = {"last_error_date": int(self.clock().timestamp()), "last_error_message": problem}
            self.phones.webhook |= told if self.phones.webhook["url"] else {}
        return float(min(FIRST_PAUSE * 2 ** (post.attempt - 1), LONGEST_PAUSE))

    def posted(self, url: str, event: Json, secret: str, post: Post) -> tuple[int | None, str]:
        headers = {SECRET_HEADER: secret} if secret else {}
        at = time.time()
        try:
            status: int | None = requests.post(url, json=event, headers=headers, timeout=PATIENCE).status_code
            problem = f"Wrong response from the webhook: {status}"
        except requests.RequestException as fault:
            status, problem = None, f"Connection failed: {type(fault).__name__}"
        facts = {"at": at, "key": str(event["update_id"]), "attempt": post.attempt, "copy": post.copy}
        facts |= {"forged": post.forged, "url": url, "status": status, "problem": None if status else problem}
        self.log.write("delivery", **facts)
        return status, problem

    def taken(self, update: Json) -> None:
        with self.changed:
            self.phones.updates[:] = [one for one in self.phones.updates if one is not update]

    # -- what a test asks ----------------------------------------------------------------------------

    def control(self, do: str, args: list[Any], kwargs: Json) -> Any:
        if do.startswith("_"):
            raise LookupError(do)
        if do == "post_raw":
            return self.desk.post_raw(*args, **kwargs)
        with self.changed:
            told = getattr(self.desk, do)(*args, **kwargs)
        self.stirred()
        return told


class TelegramDesk(Desk[TelegramPhones]):
    """The control calls of Telegram's side."""

    _peer: BotApi

    def starts(self, person: str, payload: str = "") -> Json:
        return seen(self._phones.starts(person, payload))

    def taps(self, person: str, label: str, bubble: str | None = None, times: int = 1) -> str | None:
        """Tap the newest such button, perhaps several times; the address if it only opens one."""
        shown, button = self._shown(person, label, bubble)
        address: str | None = None
        for _ in range(times):
            address = self._phones.taps(person, shown, button)
        return address

    def sends_album(self, person: str, pictures: list[bytes], caption: str | None = None) -> list[Json]:
        return [seen(bubble) for bubble in self._phones.sends_album(person, pictures, caption)]

    def shares_contact(self, person: str) -> Json:
        return seen(self._phones.shares_contact(person))

    def adds_bot(self, person: str, group: str, payload: str = "", plain: bool = False) -> int:
        """Add the bot to a group, made if need be; the number of its chat."""
        there = self._phones.group(group, plain=plain)
        self._phones.adds_bot(person, there, payload)
        return there.chat_id

    def removes_bot(self, person: str, group: str) -> None:
        self._phones.removes_bot(person, self._phones.group(group))

    def migrates(self, group: str) -> int:
        """Make a plain group a supergroup; its new number."""
        there = self._phones.group(group)
        self._phones.migrates(there)
        return there.chat_id

    def says_in(self, person: str, group: str, text: str) -> Json:
        return seen(self._phones.says_in(person, self._phones.group(group), text))

    def taps_in(self, person: str, group: str, label: str) -> str | None:
        """Tap the newest such button in a group; the address if it only opens one."""
        there = self._phones.group(group)
        found = showing(there.bubbles, label)
        if found is None:
            raise PhoneError(f"{group} shows no button [{label}]")
        return self._phones.taps_in(person, there, *found)

    def takes_url(self, person: str) -> str | None:
        return self._phones.takes_url(person)

    def bubbles_in(self, group: str) -> list[Json]:
        return [seen(bubble) for bubble in self._phones.group(group).bubbles]

    def asks_inline(self, person: str, query: str) -> str:
        return self._phones.asks_inline(person, query)

    def inline_titles(self, person: str) -> list[str]:
        return [result.title for result in self._phones.inline_results(person)]

    def shares(self, person: str, title: str, to: str) -> Json:
        """Send the result of this title to a person, or into the group of that name."""
        found = next((one for one in self._phones.inline_results(person) if one.title == title), None)
        if found is None:
            raise PhoneError(f"{person} sees no result {title}")
        return seen(self._phones.shares(person, found, self._phones.groups.get(to.lower()) or to))

    def init_data(self, person: str, start_param: str | None = None) -> str:
        return self._phones.init_data(person, start_param)

    def edits(self, person: str, bubble: str, text: str) -> None:
        self._phones.edits(person, self._bubble(person, bubble), text)

    def blocks(self, person: str) -> None:
        self._phones.blocks(person)

    def unblocks(self, person: str) -> None:
        self._phones.unblocks(person)

    def toasts(self, person: str) -> list[str]:
        return [text for _, text in self._phones.toasts(person)]

    def chat_id(self, person: str) -> int:
        return self._phones.person(person).chat_id

    def commands(self) -> Json:
        return self._phones.commands

    def webhook(self) -> Json:
        return self._phones.webhook

    def pending(self) -> list[int]:
        """Tell which updates nobody has confirmed yet."""
        return [update["update_id"] for update in self._phones.updates]

    def push_update(self, update: Json) -> int:
        """Send a hand-made update the ordinary way, under a fresh number where it brings none."""
        known = [int(one["update_id"]) for one in self._phones.updates]
        number = int(update.get("update_id") or max(known, default=int(time.time())) + FORGED)
        self._phones.updates.append({"update_id": number} | update)
        return number

    def post_raw(self, update: Json, secret: str | None = None, url: str | None = None) -> int | None:
        """Post a hand-made update to the webhook once, here and now."""
        webhook = self._phones.webhook
        given = webhook.get("secret_token", "") if secret is None else secret
        post = Post(str(update.get("update_id")), "", update, attempt=1)
        return self._peer.posted(url or webhook["url"], {"update_id": 0} | update, given, post)[0]


def answered(status: int, told: Json) -> Answer:
    result = told.get("result")
    kept: Json = {"error": told.get("description")} if status != 200 else {}
    if isinstance(result, dict) and "message_id" in result:
        kept = {"result": str(result["message_id"]), "text": result.get("text") or result.get("caption") or ""}
    if isinstance(result, list):
        kept = {"result": [one.get("update_id") or one["message_id"] for one in result]}
    return Answer.json(status, told, accepted=status == 200, **kept)


def described(code: int, detail: str) -> str:
    if code == 429:
        return f"Too Many Requests: retry after {detail or 1}"
    if code == 400 and not detail.startswith("Bad Request"):
        return f"Bad Request: {detail or 'refused on purpose'}"
    return detail or WORDS.get(code, "refused on purpose")


def masked(name: str, value: Any) -> Any:
    return f"<{len(str(value))} characters>" if name in {"secret_token", "provider_token"} else value


def digest_of(content: bytes) -> Json:
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def forgery(update: Json) -> Json:
    """The same update under a number of its own: if anything comes of it, it is seen."""
    return update | {"update_id": update["update_id"] + FORGED}


def chat_of(update: Json) -> str:
    """Which chat an update belongs to, so that its updates keep their order."""
    body = next((value for name, value in update.items() if name != "update_id"), None) or {}
    message = body.get("message") or body
    return str((message.get("chat") or body.get("from") or {}).get("id", ""))


def main() -> None:
    given = arguments("--token", "--bot").parse_args()
    serve(given.port, lambda _: BotApi(CallLog(Path(given.log), "telegram"), given.token, given.bot))


if __name__ == "__main__":
    main()
