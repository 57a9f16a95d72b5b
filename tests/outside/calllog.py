"""The book of the world outside: one line for all that crossed the wire, on disk before the other side hears of it.

It is the independent witness of every fault test, so it outlives the process that writes it, even one that is killed.
"""

import json
import os
import threading
from pathlib import Path
from typing import Any

Json = dict[str, Any]


class CallLog:
    """Append lines, each whole and on disk before `write` returns."""

    def __init__(self, path: Path, peer: str) -> None:
        self.peer = peer
        self.lock = threading.Lock()
        self.lines = len(lines_of(path))
        self.descriptor = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)

    def write(self, kind: str, **facts: Any) -> int:
        with self.lock:
            self.lines += 1
            told = {"n": self.lines, "kind": kind, "peer": self.peer, **facts}
            os.write(self.descriptor, (json.dumps(told, ensure_ascii=False, default=str) + "\n").encode())
            os.fsync(self.descriptor)
            return self.lines

    def close(self) -> None:
        os.close(self.descriptor)


class Reader:
    """Read a book as it grows, also one whose writer was killed in the middle of its last line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.offset = 0
        self.read: list[Json] = []

    def lines(self) -> list[Json]:
        with self.lock:
            if self.path.exists():
                self._read_on()
            return list(self.read)

    def _read_on(self) -> None:
        with self.path.open("rb") as book:
            book.seek(self.offset)
            whole, end, _ = book.read().rpartition(b"\n")
        self.offset += len(whole + end)
        self.read += [json.loads(line) for line in whole.split(b"\n") if line]


def lines_of(path: Path) -> list[Json]:
    return Reader(path).lines()
