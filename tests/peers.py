"""A Bot API server and a Twilio on loopback, made from the phones: the other end of real HTTP."""

import hashlib
import itertools
import json
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import requests
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request, Response

from bots.contents import Contents
from bots.hub import (
    SIMULATED_AUTH,
    SIMULATED_BOT,
    SIMULATED_NUMBER,
    SIMULATED_SID,
    SIMULATED_TOKEN,
    Hub,
    approved,
    stops_before,
)
from bots.phones import Phones, TelegramPhones, WhatsAppPhones
from bots.telegram import Telegram
from bots.visit import Place
from bots.web import create_app
from bots.whatsapp import WhatsApp
from storefront import settings as environment
from tests.conftest import START

Json = dict[str, Any]
LOOPBACK = "127.0.0.1"
WEBHOOK_SECRET = "what-only-telegram-knows"


def served(app: Any) -> BaseWSGIServer:
    """Serve an app on a free loopback port, in a thread."""
    server = make_server(LOOPBACK, 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def origin(server: BaseWSGIServer) -> str:
    return f"http://{LOOPBACK}:{server.server_port}"


def bot_api(phones: TelegramPhones, kept: list[Json] | None = None) -> Callable[..., Any]:
    """The phones as a Bot API server, every call of which is kept where somebody wants to read them."""
    calls = [] if kept is None else kept

    @Request.application
    def app(request: Request) -> Response:
        if request.path.startswith("/file/"):
            found = phones.download(request.path.split("/", 3)[3])
            return Response(found or b"", 200 if found else 404)
        fields: dict[str, Any] = {**request.args, **request.form}
        if request.is_json:
            fields |= request.get_json()
        files = {name: (f.filename or name, f.read(), f.mimetype) for name, f in request.files.items()}
        told = fields | {name: weighed(content) for name, (_, content, _) in files.items()}
        calls.append({"peer": "telegram", "n": len(calls), "method": request.path.rpartition("/")[2], "fields": told})
        status, body = phones.handle(request.path, fields, files)
        return Response(json.dumps(body), status, mimetype="application/json")

    return app


def weighed(content: bytes) -> Json:
    """A file as it stands among the fields of a call."""
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def twilio(phones: WhatsAppPhones, kept: list[Json] | None = None) -> Callable[..., Any]:
    """The phones as Twilio's hosts, every call of which is kept where somebody wants to read them."""
    calls = [] if kept is None else kept

    @Request.application
    def app(request: Request) -> Response:
        told = request.get_json(silent=True) if request.is_json else None
        form = {} if request.is_json else parse_qs(request.get_data(as_text=True), keep_blank_values=True)
        if request.path.startswith(("/2010-04-01/", "/v1/")):
            asked = dict(request.args) | {name: one[0] if len(one) == 1 else one for name, one in form.items()}
            called = {"method": request.path, "verb": request.method, "path": request.path, "fields": told or asked}
            calls.append({"peer": "twilio", "n": len(calls), **called})
        given = request.authorization
        auth = (given.username or "", given.password or "") if given else None
        status, headers, body = phones.handle(request.method, request.full_path.rstrip("?"), form, auth, body=told)
        return Response(body, status, headers)

    return app


class WiredHub(Hub):
    """A hub that speaks to a Bot API and to a Twilio over HTTP, and keeps every call for whoever wants to read them.

    ``is_posted_to``: Telegram posts its updates to us; otherwise we ask for them. ``has_buttons``: whether WhatsApp's
    own buttons are used.
    """

    def __init__(self, database_url: str, *, is_posted_to: bool = False, has_buttons: bool = True) -> None:
        self.moment: datetime = START
        self.is_posted_to, self.has_buttons = is_posted_to, has_buttons
        self.calls: list[Json] = []
        self.servers: list[BaseWSGIServer] = []
        seq = itertools.count(1)
        telegram = TelegramPhones(SIMULATED_TOKEN, SIMULATED_BOT, self.now, seq)
        whatsapp = WhatsAppPhones(
            SIMULATED_SID, SIMULATED_AUTH, SIMULATED_NUMBER, self.post, "", fetch=self.fetch, now=self.now, seq=seq
        )
        self.phones = Phones(telegram, whatsapp)
        telegram.post = self.post_update
        peers = [served(bot_api(telegram, self.calls)), served(twilio(whatsapp, self.calls))]
        self.front = served(self.answer)
        self.servers += [*peers, self.front]
        whatsapp.public_url = whatsapp.api_origin = ""
        super().__init__(self.configured(database_url, origin(peers[0]), origin(peers[1])), self.now)
        self.connect(whatsapp)

    def answer(self, environ: Any, start: Any) -> Any:
        """The hub's own web server, which needs an address before it can have an app."""
        assert self.app, "nobody asks before the hub is connected"
        return self.app(environ, start)

    def configured(self, database_url: str, telegram_url: str, twilio_url: str) -> environment.Settings:
        """What an operator would put into the environment."""
        return environment.read(
            {
                "DATABASE_URL": database_url,
                "SECRET_KEY": "a secret that only tests know",
                "PUBLIC_URL": origin(self.front),
                "TELEGRAM_BOT_TOKEN": SIMULATED_TOKEN,
                "TELEGRAM_API_URL": telegram_url,
                "TWILIO_ACCOUNT_SID": SIMULATED_SID,
                "TWILIO_AUTH_TOKEN": SIMULATED_AUTH,
                "TWILIO_WHATSAPP_FROM": SIMULATED_NUMBER,
                "TWILIO_API_URL": twilio_url,
                "GETOK_WHATSAPP_BUTTONS": "on" if self.has_buttons else "off",
                **({"TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET} if self.is_posted_to else {}),
            }
        )

    def connect(self, phones: WhatsAppPhones) -> None:
        given = self.settings
        phones.public_url = given.public_url
        phones.api_origin = phones.storage_origin = given.twilio_api_url
        self.bot = Telegram(given.telegram_token, given.telegram_api_url)
        twilio_ = WhatsApp(
            given.twilio_sid,
            given.twilio_token,
            given.twilio_from,
            given.public_url,
            given.twilio_api_url,
            templates=approved(phones),
            contents=Contents(self.database, self.now) if given.has_buttons else None,
        )
        self.channels = {"telegram": self.bot, "whatsapp": twilio_}
        self.place = Place(given.public_url, self.bot.username, given.twilio_from, given.zone)
        self.app = create_app(self)
        if given.has_telegram_webhook:
            self.bot.be_posted_to(given.public_url, given.telegram_webhook_secret)

    # -- what a story needs --------------------------------------------------------------------------

    @property
    def zone(self) -> ZoneInfo:
        return self.settings.zone

    @property
    def public_url(self) -> str:
        return self.settings.public_url

    def now(self) -> datetime:
        return self.moment

    def settle(self) -> None:
        while self.taken_in() + self.work():
            pass
        self.phones.whatsapp.flush_statuses()

    def taken_in(self) -> int:
        """What Telegram has for us, the one way or the other."""
        if self.settings.has_telegram_webhook:
            return self.phones.telegram.push_updates()
        return self.bot.poll(self.database, self.moment)

    def post_update(self, url: str, update: Json, headers: dict[str, str]) -> int:
        """What Telegram posts to us."""
        return requests.post(url, json=update, headers=headers, timeout=10).status_code

    def move_to(self, moment: datetime) -> None:
        for due in stops_before(self.database, moment):
            self.moment = max(due, self.moment)
            self.settle()
        self.moment = moment
        self.settle()

    def page(self, url: str) -> str:
        return requests.get(url, timeout=10).text

    def post(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> int:
        return requests.post(self.public_url + path, data=dict(form), headers=dict(headers), timeout=10).status_code

    def fetch(self, url: str) -> tuple[int, str, bytes]:
        answer = requests.get(url, timeout=10)
        return answer.status_code, answer.headers.get("Content-Type", "").split(";")[0], answer.content

    def close(self) -> None:
        super().close()
        for server in self.servers:
            server.shutdown()
            server.server_close()
