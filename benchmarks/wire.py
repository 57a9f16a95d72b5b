"""A wire as thin as it can be: python-telegram-bot composes and reads in full, and at the other end nobody thinks.

The phones (`bots/wires.py`) check every call as the real server does. That work is nobody's whom we measure, and on
both sides of a comparison it would flatter the ratio, so here each method has its answer ready.
"""

import json
from dataclasses import dataclass
from typing import Any

from telegram.request import BaseRequest, RequestData

from bots.hub import SIMULATED_BOT

Json = dict[str, Any]
ME = {"id": 700_000_001, "is_bot": True, "first_name": "Getok", "username": SIMULATED_BOT}
NOTED = ("sendMessage", "sendPhoto", "editMessageText", "editMessageCaption", "answerCallbackQuery")


@dataclass(frozen=True)
class Call:
    """One call as it went out."""

    method: str
    fields: Json
    picture: bytes | None
    number: int  # of the message it made or changed; 0 where there is none

    @property
    def buttons(self) -> list[Json]:
        """Every button the message shows."""
        keyboard = json.loads(self.fields.get("reply_markup") or "{}").get("inline_keyboard", [])
        return [button for row in keyboard for button in row]


class Wire(BaseRequest):
    """Takes python-telegram-bot's requests, notes them, and answers as Telegram would."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.last_message = 0

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
        name = url.rpartition("/")[2]
        if name == "getMe":
            return 200, written(ME | {"can_join_groups": False})
        assert request_data, name
        assert name in NOTED, name
        fields: Json = dict(request_data.json_parameters)
        call = Call(name, fields, picture_of(request_data), self.number_of(name, fields))
        self.calls.append(call)
        return 200, written(message(call) if call.number else True)

    def number_of(self, name: str, fields: Json) -> int:
        """The message a call changes, or the next one."""
        if name == "answerCallbackQuery":
            return 0
        if "message_id" in fields:
            return int(fields["message_id"])
        self.last_message += 1
        return self.last_message


def written(result: Any) -> bytes:
    return json.dumps({"ok": True, "result": result}).encode()


def picture_of(data: RequestData) -> bytes | None:
    """The picture in a call, if it carries one."""
    files = list((data.multipart_data or {}).values())
    return files[0][1] if files else None  # type: ignore[return-value]


def message(call: Call) -> Json:
    """A message of the bot's own in a private chat, as Telegram gives it back."""
    chat = {"id": int(call.fields["chat_id"]), "type": "private"}
    told: Json = {"message_id": call.number, "from": ME, "date": 1_781_600_000, "chat": chat}
    if "caption" in call.method.lower() or call.method == "sendPhoto":
        sizes = [{"file_id": "AgAC0", "file_unique_id": "0", "width": 400, "height": 400, "file_size": 2_000}]
        told |= {"photo": sizes, "caption": call.fields.get("caption", "")}
    else:
        told |= {"text": call.fields.get("text", "")}
    keyboard = json.loads(call.fields.get("reply_markup") or "{}")
    return told | ({"reply_markup": keyboard} if keyboard else {})
