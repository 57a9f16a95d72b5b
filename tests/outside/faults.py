"""What goes wrong on purpose: a queue of scripted faults, dice, and a speed limit."""

import random
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

WRITTEN = re.compile(r"(ok_then_timeout|ok_then_drop|ok_then_500|ok|drop|delay|502html|[45]\d\d)(?::(.*))?", re.DOTALL)
ACTS = {"ok", "delay", "ok_then_drop", "ok_then_500", "ok_then_timeout"}
TIMED = {"delay", "ok_then_timeout"}


@dataclass(frozen=True)
class Fault:
    """One fault as a test writes it: its kind, and after a colon what it needs to know."""

    kind: str
    detail: str = ""

    @classmethod
    def of(cls, written: str) -> "Fault":
        found = WRITTEN.fullmatch(written)
        if found is None:
            raise ValueError(f"{written!r} is no fault anybody here can make")
        fault = cls(found[1], found[2] or "")
        if fault.kind in TIMED:
            float(fault.detail)
        return fault

    def __str__(self) -> str:
        return f"{self.kind}:{self.detail}" if self.detail else self.kind

    @property
    def acts(self) -> bool:
        """Whether the request takes effect, whatever its sender hears of it."""
        return self.kind in ACTS

    @property
    def seconds(self) -> float:
        return float(self.detail)


FINE = Fault("ok")


@dataclass
class Script:
    method: str
    chat: str | None
    faults: deque[Fault]

    def meets(self, method: str, chats: set[str]) -> bool:
        return matches(self.method, method) and (self.chat is None or self.chat in chats)


@dataclass
class Dice:
    method: str
    chances: dict[Fault, float]
    random: random.Random

    def thrown(self) -> Fault | None:
        at = self.random.random()
        for fault, share in self.chances.items():
            if at < share:
                return fault
            at -= share
        return None


def matches(glob: str, method: str) -> bool:
    return fnmatchcase(method.lower(), glob.lower())


@dataclass
class Faults:
    """Choose what happens to each request: the script first, then the dice."""

    scripts: list[Script] = field(default_factory=list)
    dice: list[Dice] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def script(self, method: str, faults: list[str], chat: str | int | None = None) -> None:
        queue = deque(Fault.of(written) for written in faults)
        with self.lock:
            self.scripts.append(Script(method, None if chat is None else str(chat), queue))

    def chance(self, method: str, chances: dict[str, float], seed: int) -> None:
        told = {Fault.of(written): share for written, share in chances.items()}
        with self.lock:
            self.dice.append(Dice(method, told, random.Random(seed)))  # noqa: S311 - dice, not secrets

    def clear(self) -> None:
        with self.lock:
            self.scripts.clear()
            self.dice.clear()

    def left(self) -> int:
        """Count the scripted faults that nothing has met yet."""
        return sum(len(script.faults) for script in self.scripts)

    def next(self, method: str, chats: set[str]) -> Fault | None:
        """Take the fault for one request; None where nobody wrote or threw one."""
        with self.lock:
            for script in self.scripts:
                if script.faults and script.meets(method, chats):
                    return script.faults.popleft()
            thrown = [dice.thrown() for dice in self.dice if matches(dice.method, method)]
            return next((fault for fault in thrown if fault), None)


@dataclass
class Pace:
    """The provider's speed limit, for all chats together and for each of them."""

    per_second: float = 0
    per_chat: float = 0
    slack: float = 0.05
    clock: Callable[[], float] = time.monotonic
    sent: deque[float] = field(default_factory=deque)
    last: dict[str, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def enforce(self, per_second: float, per_chat: float, slack: float) -> None:
        with self.lock:
            self.per_second, self.per_chat, self.slack = per_second, per_chat, slack
            self.sent.clear()
            self.last.clear()

    def refuses(self, chat: str) -> bool:
        """Whether this request comes too early; one that does not is counted."""
        with self.lock:
            now = self.clock()
            while self.sent and now - self.sent[0] >= 1:
                self.sent.popleft()
            if self._too_many() or self._too_soon(chat, now):
                return True
            self.sent.append(now)
            if chat:
                self.last[chat] = now
            return False

    def _too_many(self) -> bool:
        return bool(self.per_second) and len(self.sent) >= self.per_second

    def _too_soon(self, chat: str, now: float) -> bool:
        if not (self.per_chat and chat in self.last):
            return False
        return now - self.last[chat] < (1 - self.slack) / self.per_chat
