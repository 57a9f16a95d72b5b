"""The world outside the hub: Telegram and Twilio as two processes on loopback, each with a durable log of every call.

They are made from the phones and from nothing else of ours: an independent witness of what a hub really sent.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

from tests.outside.calllog import Json, Reader
from tests.outside.parcels import packed, unpacked

__all__ = ["AUTH", "BOT", "NUMBER", "SID", "TOKEN", "Outside", "OutsideError", "Provider", "a_bot_api", "a_twilio"]

ROOT = Path(__file__).resolve().parent.parent.parent
TOKEN = "700000002:" + "outside-bot-token-for-the-phones-000"
BOT = "getok_of_the_world_outside_bot"
SID = "AC" + "0" * 32
AUTH = "outside-auth-token"
NUMBER = "+6280000000000"
SENDS = {"sendMessage", "sendPhoto", "sendDocument", "Messages.create"}
PATIENCE_S = 60
CONTROL_PATIENCE_S = 120


class OutsideError(AssertionError):
    """A person or a test asked for something that cannot be done out there."""


class Provider:
    """One peer: a process, its address, its log; any other attribute is a control call."""

    def __init__(self, module: str, log: Path, *options: str) -> None:
        self.log = log
        self.book = Reader(log)
        errors = log.with_suffix(".err").open("ab")
        command = [sys.executable, "-m", module, "--port", "0", "--log", str(log), *options]
        with errors:
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
            )
        assert self.process.stdout
        told = self.process.stdout.readline()
        assert told, log.with_suffix(".err").read_text(encoding="utf-8")
        self.url = f"http://127.0.0.1:{json.loads(told)['port']}"

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return partial(self.control, name)

    def control(self, do: str, /, *args: Any, **kwargs: Any) -> Any:
        """Ask the peer to do or tell something."""
        asked = packed({"do": do, "args": list(args), "kwargs": kwargs})
        headers = {"Content-Type": "application/json"}
        answer = requests.post(f"{self.url}/_control", data=asked.encode(), headers=headers, timeout=CONTROL_PATIENCE_S)
        if answer.status_code != 200:
            told = unpacked(answer.content) if answer.status_code == 400 else {"error": f"{answer.status_code}"}
            raise OutsideError(f"{do}: {told['error']}")
        return unpacked(answer.content)["value"]

    def lines(self) -> list[Json]:
        """Return everything the log holds, also after the process is dead."""
        return self.book.lines()

    def calls(self, method: str = "*") -> list[Json]:
        """Return the calls received, of methods like this one."""
        return [line for line in self.lines() if line["kind"] == "call" and fnmatchcase(line["method"], method)]

    def delivered(self) -> list[Json]:
        """Return the webhook posts made, with the status each one got."""
        return [line for line in self.lines() if line["kind"] == "delivery"]

    def sent(self, person: str | None = None) -> list[Json]:
        """Return the messages that took effect: n, at, person, chat, text, id, method."""
        kept = ("n", "at", "person", "chat", "text", "method", "script", "status")
        took = [call for call in self.calls() if call["accepted"] and call["method"] in SENDS]
        return [
            {name: call.get(name) for name in kept} | {"id": call["result"]}
            for call in took
            if person in {None, call["person"]}
        ]

    def kill(self) -> None:
        """End it as power ends it."""
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process.stdin.close()
        self.process.stdout.close()


def a_bot_api(folder: Path) -> Provider:
    return Provider("tests.outside.botapi", folder / "telegram.jsonl", "--token", TOKEN, "--bot", BOT)


def a_twilio(folder: Path, public_url: str) -> Provider:
    given = ("--sid", SID, "--auth", AUTH, "--number", NUMBER, "--public-url", public_url)
    return Provider("tests.outside.twilio", folder / "twilio.jsonl", *given)


class Outside:
    """Both peers, and the environment of a hub that lives among them."""

    def __init__(self, folder: Path, public_url: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.public_url = public_url
        self.telegram = a_bot_api(folder)
        try:
            self.twilio = a_twilio(folder, public_url)
        except BaseException:
            self.telegram.close()
            raise

    def env(self) -> dict[str, str]:
        """Return what an operator would put into the environment of a hub out here."""
        return {
            "PUBLIC_URL": self.public_url,
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.telegram.url,
            "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_AUTH_TOKEN": AUTH,
            "TWILIO_WHATSAPP_FROM": NUMBER,
            "TWILIO_API_URL": self.twilio.url,
        }

    def on(self, channel: str) -> Provider:
        return self.telegram if channel == "telegram" else self.twilio

    def calls(self) -> list[Json]:
        """Return all calls to both, for the spec checker."""
        return [*self.telegram.calls(), *self.twilio.calls()]

    def close(self) -> None:
        self.telegram.close()
        self.twilio.close()

    def __enter__(self) -> "Outside":
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.close()
