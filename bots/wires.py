"""Wires that end in the phones instead of the internet: the real libraries speak, our phones listen.

Everything above these two classes (python-telegram-bot's Bot, Twilio's client, our codecs) is what runs
against the real services.
"""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from telegram.request import BaseRequest, RequestData
from twilio.http import HttpClient
from twilio.http.response import Response

from bots.channel import Later
from bots.phones import TelegramPhones, WhatsAppPhones


class TelegramWire(BaseRequest):
    """Carries python-telegram-bot's requests to the Telegram phones."""

    def __init__(self, phones: TelegramPhones) -> None:
        self.phones = phones

    @property
    def read_timeout(self) -> float | None:
        return 5

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(
        self,
        url: str,
        method: str,  # noqa: ARG002 - the Bot API takes either
        request_data: RequestData | None = None,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:
        path = urlsplit(url).path
        if path.startswith("/file/"):
            found = self.phones.download(path.split("/", 3)[3])
            return (200, found) if found is not None else (404, b"")
        fields = dict(request_data.json_parameters) if request_data else {}
        files = request_data.multipart_data if request_data else {}
        status, body = self.phones.handle(path, fields, files or {})  # type: ignore[arg-type]
        return status, json.dumps(body).encode()


class TwilioWire(HttpClient):  # type: ignore[misc]
    """Carries Twilio's requests to the WhatsApp phones."""

    def __init__(self, phones: WhatsAppPhones) -> None:
        super().__init__(None, False, None)
        self.phones = phones

    def request(
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002 - nothing here takes time
        allow_redirects: bool = False,  # noqa: ARG002 - Twilio's API redirects nothing but media
    ) -> Response:
        parts = urlsplit(url)
        form: dict[str, Any] = dict(parse_qsl(parts.query)) | (params or {})
        more: dict[str, Any] = {}
        if (headers or {}).get("Content-Type") == "application/json":
            more["body"] = json.loads(json.dumps(data))
        else:
            form |= data or {}
        status, sent, body = self.phones.handle(method, parts.path, as_form(form), auth, **more)
        return Response(status, body.decode(), sent)

    def fetch(self, url: str) -> bytes:
        """A person's picture, by way of the redirect to storage."""
        from bots.hub import SIMULATED_AUTH, SIMULATED_SID

        status, headers, body = self.phones.handle("GET", urlsplit(url).path, {}, (SIMULATED_SID, SIMULATED_AUTH))
        if status in {302, 307}:
            status, _, body = self.phones.handle("GET", urlsplit(headers["Location"]).path, {}, None)
        if status != 200:
            raise Later(5)
        return body


def as_form(fields: dict[str, Any]) -> dict[str, str | list[str]]:
    """Fields as a form carries them."""
    return {
        name: [str(one) for one in value] if isinstance(value, list) else str(value) for name, value in fields.items()
    }
