"""Where a process can be killed: functions by name, watched from outside. The product carries no switch for it."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from typing import Any

COMMIT = "storefront.database:Database.write"

POINTS = {
    "inbox.admit": "storefront.inbox:admit",
    "offset": "storefront.rows:put",
    "inbox.waiting": "storefront.inbox:waiting",
    "inbox.take": "storefront.inbox:take",
    "inbox.done": "storefront.inbox:done",
    "conversation.hear": "bots.conversation:hear",
    "conversation.remember": "bots.conversation:remember",
    "people.meet": "storefront.people:meet",
    "buttons.use": "bots.buttons:use",
    "media.keep": "storefront.media:keep",
    "shops.open_shop": "storefront.selling.shops:open_shop",
    "placing.place": "storefront.selling.orders.placing:place",
    "batches.take": "storefront.selling.batches:take",
    "paying.choose": "storefront.selling.orders.paying:choose",
    "paying.claim": "storefront.selling.orders.paying:claim",
    "confirming.confirm": "storefront.selling.orders.confirming:confirm",
    "fulfilling.send": "storefront.selling.orders.fulfilling:send",
    "fulfilling.receive": "storefront.selling.orders.fulfilling:receive",
    "accruals.accrue": "storefront.earning.accruals:accrue",
    "accruals.release": "storefront.earning.accruals:release",
    "ledger.post": "storefront.earning.ledger:post",
    "payouts.payday": "storefront.earning.paydays:payday",
    "payouts.send": "storefront.earning.payouts:send",
    "payouts.confirm": "storefront.earning.payouts:confirm",
    "chores.schedule": "storefront.chores:schedule",
    "chores.done": "storefront.chores:done",
    "outbox.tell": "storefront.outbox:tell",
    "outbox.promise": "storefront.outbox:promise",
    "outbox.claim": "storefront.outbox:claim",
    "courier.prepare": "bots.courier:prepare",
    "telegram.deliver": "bots.telegram:Telegram.deliver",
    "whatsapp.deliver": "bots.whatsapp:WhatsApp.deliver",
    "outbox.sent": "storefront.outbox:sent",
    "commit": COMMIT,
}
SIDES = ("before", "after")

Seen = Callable[[str], None]  # told which side of a call it is


@dataclass(frozen=True)
class Moment:
    """Before or after the n-th call of a point."""

    point: str
    side: str
    nth: int

    def __str__(self) -> str:
        return f"{self.side} {self.point} no. {self.nth}"

    @classmethod
    def of(cls, written: str) -> "Moment":
        side, point, nth = written.split(":")
        return cls(point, side, int(nth))

    def written(self) -> str:
        return f"{self.side}:{self.point}:{self.nth}"


@contextmanager
def watched(point: str, seen: Seen) -> Iterator[None]:
    """Let a function tell when it is called and when it has returned."""
    module, _, path = POINTS[point].partition(":")
    owner: Any = import_module(module)
    *outer, name = path.split(".")
    for part in outer:
        owner = getattr(owner, part)
    original = getattr(owner, name)
    setattr(owner, name, commit_wrapper(original, seen) if POINTS[point] == COMMIT else wrapper(original, seen))
    try:
        yield
    finally:
        setattr(owner, name, original)


def wrapper(original: Callable[..., Any], seen: Seen) -> Callable[..., Any]:
    @wraps(original)
    def call(*args: Any, **more: Any) -> Any:
        seen("before")
        result = original(*args, **more)
        seen("after")
        return result

    return call


def commit_wrapper(original: Callable[..., Any], seen: Seen) -> Callable[..., Any]:
    """A transaction that tells when its work is done and when it is committed."""

    @contextmanager
    @wraps(original)
    def write(*args: Any, **more: Any) -> Iterator[Any]:
        with original(*args, **more) as db:
            yield db
            seen("before")
        seen("after")

    return write


def once(moment: Moment, fall: Callable[[], None]) -> Seen:
    """Fall at this moment, and only there."""
    lock, calls = threading.Lock(), Counter[str]()

    def seen(side: str) -> None:
        with lock:
            calls[side] += 1
            is_it = side == moment.side and calls[side] == moment.nth
        if is_it:
            fall()

    return seen
