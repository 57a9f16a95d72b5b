"""One peer as a process: an address on loopback, a control desk, and a way to hang up in the middle of a call."""

import argparse
import json
import os
import signal
import socket
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from tests.outside.calllog import CallLog, Json
from tests.outside.faults import FINE, Fault, Faults, Pace
from tests.outside.parcels import packed, unpacked

LOOPBACK = "127.0.0.1"
CONTROL = "/_control"
BAD_GATEWAY = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"


class Clock:
    """The peer's own clock; a test may put it forward."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Call:
    """One request as the log tells it and as the phones are handed it."""

    method: str
    verb: str
    path: str
    fields: Json
    told: Json
    chat: str = ""
    person: str = ""
    told_path: str = ""
    files: dict[str, tuple[str, bytes, str]] = field(default_factory=dict)
    auth: tuple[str, str] | None = None
    has_credentials: bool = False
    at: float = field(default_factory=time.time)

    @property
    def chats(self) -> set[str]:
        return {self.chat, self.person} - {""}


@dataclass
class Answer:
    """What goes back, and what the log keeps of it."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    accepted: bool = False
    kept: Json = field(default_factory=dict)

    @classmethod
    def json(cls, status: int, told: Json, *, accepted: bool = False, **kept: Any) -> "Answer":
        body = json.dumps(told).encode()
        return cls(status, body, {"Content-Type": "application/json"}, accepted, kept)


class Peer(ABC):
    """What both peers do with a request: note it, let it go wrong as scripted, answer after the log has it."""

    def __init__(self, log: CallLog) -> None:
        self.log = log
        self.clock = Clock()
        self.changed = threading.Condition()
        self.faults = Faults()
        self.pace = Pace()

    @abstractmethod
    def read(self, request: Request) -> Call: ...

    @abstractmethod
    def act(self, call: Call) -> Answer: ...

    @abstractmethod
    def refusal(self, fault: Fault) -> Answer: ...

    @abstractmethod
    def control(self, do: str, args: list[Any], kwargs: Json) -> Any: ...

    @abstractmethod
    def is_paced(self, call: Call) -> bool: ...

    def answer(self, request: Request) -> Answer | None:
        """Answer one request; None hangs up."""
        call = self.read(request)
        fault = self.faults.next(call.method, call.chats)
        if fault and fault.kind == "delay":
            time.sleep(fault.seconds)
        if (fault is None or fault.acts) and self.is_paced(call) and self.pace.refuses(call.chat):
            return self.noted(call, "rate", self.refusal(Fault.of("429:1")))
        applied = fault or FINE
        if not applied.acts:
            answer = None if applied.kind == "drop" else self.spoilt(applied)
            return self.noted(call, applied, answer)
        return self.after(call, fault, self.act(call))

    def after(self, call: Call, fault: Fault | None, answer: Answer) -> Answer | None:
        """The request has taken effect; its sender may still never hear of it."""
        kind = fault.kind if fault else ""
        if kind == "ok_then_500":
            spoilt = self.refusal(Fault.of("500"))
            answer = Answer(500, spoilt.body, spoilt.headers, answer.accepted, answer.kept)
        silent = kind in {"ok_then_drop", "ok_then_timeout"}
        self.noted(call, fault, answer, heard=not silent)
        if fault and kind == "ok_then_timeout":
            time.sleep(fault.seconds)
        return None if silent else answer

    def spoilt(self, fault: Fault) -> Answer:
        if fault.kind == "502html":
            return Answer(502, BAD_GATEWAY, {"Content-Type": "text/html"})
        return self.refusal(fault)

    def noted(
        self, call: Call, script: Fault | str | None, answer: Answer | None, *, heard: bool = True
    ) -> Answer | None:
        """Write the call down, before anybody hears the answer."""
        facts: Json = {"at": call.at, "took": round(time.time() - call.at, 4)}
        facts |= {"method": call.method, "verb": call.verb, "path": call.told_path or call.path, "fields": call.told}
        facts |= {"chat": call.chat or None, "person": call.person or None}
        facts |= {"script": str(script) if script else None, "status": answer.status if answer and heard else None}
        facts |= {"accepted": bool(answer and answer.accepted), "result": None} | (answer.kept if answer else {})
        self.log.write("call", **facts)
        return answer


class Front:
    """The WSGI end of a peer: control calls to its desk, all others to its counter."""

    def __init__(self) -> None:
        self.peer: Peer | None = None

    def __call__(self, environ: Json, start: Callable[..., Any]) -> Iterable[bytes]:
        assert self.peer, "nobody calls before the peer has an address"
        request = Request(environ)
        if request.path == CONTROL:
            return controlled(self.peer, request)(environ, start)
        answer = self.peer.answer(request)
        if answer is None:
            hang_up(environ["werkzeug.socket"])
        return Response(answer.body, answer.status, answer.headers)(environ, start)


def controlled(peer: Peer, request: Request) -> Response:
    asked = unpacked(request.get_data())
    try:
        told, status = {"value": peer.control(asked["do"], asked.get("args", []), asked.get("kwargs", {}))}, 200
    except Exception as no:  # whatever it was, the test that asked is told, and the peer lives on
        told, status = {"error": f"{type(no).__name__}: {no}"}, 400
    return Response(packed(told), status, mimetype="application/json")


def hang_up(connection: socket.socket) -> NoReturn:
    """End the connection without a byte of an answer."""
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError("hung up on purpose")


class Quiet(WSGIRequestHandler):
    """Say nothing on standard error: the log tells more."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def arguments(*names: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    for name in ("--log", *names):
        parser.add_argument(name, required=True)
    return parser


def serve(port: int, opened: Callable[[str], Peer]) -> None:
    """Serve until standard input ends or SIGTERM comes; the first line printed says where."""
    front = Front()
    server = make_server(LOOPBACK, port, front, threaded=True, request_handler=Quiet)
    front.peer = opened(f"http://{LOOPBACK}:{server.server_port}")
    signal.signal(signal.SIGTERM, lambda *_: in_background(server.shutdown))
    in_background(lambda: end_with_the_parent(server))
    print(json.dumps({"port": server.server_port}), flush=True)
    server.serve_forever(poll_interval=0.02)
    server.server_close()
    os._exit(0)  # a call that is kept waiting on purpose keeps nobody here


def in_background(work: Callable[[], Any]) -> None:
    threading.Thread(target=work, daemon=True).start()


def end_with_the_parent(server: BaseWSGIServer) -> None:
    """Whoever started us holds the other end of standard input, and lets go of it even when killed."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    server.shutdown()
