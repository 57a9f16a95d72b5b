"""A button pressed again and again by an impatient thumb: one order, and every press is answered."""

import copy
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from bots import buttons, telegram
from bots.__main__ import story_settings
from bots.dialogue import Heard
from bots.hub import MovableClock, Simulated
from storefront.database import Writer
from storefront.models import InboxMessage, Order, OutboxMessage, UsedButton
from tests.conftest import START, tell
from tests.faults.databases import reachable, shelf, spoken
from tests.faults.figures import Figure, Scale, shortened

WITHIN_S = 0.3
WAYS = ("same update", "new updates", "two threads")
FIRST_ORDER = """
lina@telegram sends photo: brownies.jpg | bolu tape 40rb/loyang, PO tutup kamis jam 8 mlm, kirim sabtu pagi
lina@telegram says: Dapur Lina, griya asri depok. sekompleks 5rb
lina@telegram sends photo: sticker.png
lina@telegram taps: Tayangkan
lina@telegram keeps $shop: (https?://\\S+/p/\\S+)
joko@telegram opens: $shop
joko@telegram says: 2, antar griya asri A3/2, Joko, qris
"""


@dataclass(frozen=True)
class Trial:
    """One button and its presses: what came of them."""

    way: str
    presses: int
    orders: int
    unanswered: int

    @property
    def held(self) -> bool:
        return self.orders == 1 and not self.unanswered

    def __str__(self) -> str:
        return f"{self.way}, {self.presses} presses: {self.orders} orders, {self.unanswered} presses without an answer"


def measure(scale: Scale, seed: int) -> Figure:
    rng = random.Random(seed)  # noqa: S311 - a repeatable chance
    engines, missing = reachable()
    count = scale.of(30, 1_000)
    trials: list[Trial] = []
    wrong: list[str] = []
    with shelf() as shelf_:
        for engine in engines:
            share = count // len(engines)
            with shop(shelf_.new(engine)) as hub:
                trials += [tried(hub, WAYS[number % 3], rng) for number in range(share)]
                wrong += hub.verdict()
    orders_placed, unheard = sum(trial.orders for trial in trials), sum(trial.unanswered for trial in trials)
    bad = [str(trial) for trial in trials if not trial.held]
    return Figure(
        "taps",
        "A button pressed 2 to 10 times within 0.3 s places one order, and every press is answered.",
        len(trials),
        f"buttons, {sum(trial.presses for trial in trials):,} presses ({spoken(engines)})",
        f"{orders_placed:,} orders, {unheard} presses unanswered",
        not bad and not wrong and not missing,
        shortened([*missing, *bad, *wrong]),
    )


@contextmanager
def shop(url: str) -> Iterator[Simulated]:
    """A hub with a shop that never sells out, and a buyer who has ordered there once."""
    hub = Simulated(story_settings(url), MovableClock(START))
    try:
        tell(hub, FIRST_ORDER)
        yield hub
    finally:
        hub.close()


def tried(hub: Simulated, way: str, rng: random.Random) -> Trial:
    """Offer the same again, and let the button be pressed more than once."""
    before, updates = offered(hub, way, rng.randint(2, 10))
    pressed(hub, updates, rng, together=way == "two threads")
    hub.settle()
    return Trial(way, len(updates), orders(hub) - before, unanswered(hub, updates))


def offered(hub: Simulated, way: str, presses: int) -> tuple[int, list[dict[str, Any]]]:
    """How many orders there are, and the presses of a button that would place one more."""
    tell(hub, "joko@telegram says: pesan lagi\n")
    shown = hub.phones.newest_with("joko", "telegram", "Ya")
    assert shown, "the same again is offered"
    hub.phones.taps("joko", "telegram", *shown)
    first = hub.phones.telegram.updates.pop()  # here every press travels by itself, not in a poll
    return orders(hub), [first, *(pressed_again(hub, first, way) for _ in range(presses - 1))]


def pressed_again(hub: Simulated, first: dict[str, Any], way: str) -> dict[str, Any]:
    """The same press as it arrives again: as it was, or under a new number of its own."""
    if way == "same update":
        return copy.deepcopy(first)
    phones = hub.phones.telegram
    query = first["callback_query"]
    person = next(person for person in phones.people.values() if person.chat_id == query["from"]["id"])
    phones._call_back(person, query["message"], query["data"])  # the phone's own way to press
    return phones.updates.pop()


def pressed(hub: Simulated, updates: list[dict[str, Any]], rng: random.Random, *, together: bool) -> None:
    """Let every update arrive at its moment, each in a thread of its own; in two threads, all at once."""
    waits = [0.0 if together else rng.uniform(0, WITHIN_S) for _ in updates]
    threads = [
        threading.Thread(target=arrives, args=(hub, update, wait, 1 + together))
        for update, wait in zip(updates, waits, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def arrives(hub: Simulated, update: dict[str, Any], wait: float, workers: int) -> None:
    """Keep the update, and work on it; with two workers both take it up at the same moment."""
    time.sleep(wait)
    with hub.database.write() as db:
        telegram.admit(db, update, hub.now())
        kept = InboxMessage.event_key == str(update["update_id"])
        message_id = db.scalar(select(InboxMessage.id).where(InboxMessage.source == "telegram", kept))
    assert message_id
    others = [threading.Thread(target=hub.hear, args=(message_id, hub.now())) for _ in range(workers - 1)]
    for other in others:
        other.start()
    hub.hear(message_id, hub.now())
    for other in others:
        other.join(60)


def orders(hub: Simulated) -> int:
    with hub.database.read() as db:
        return db.scalar(select(func.count(Order.id))) or 0


def unanswered(hub: Simulated, updates: list[dict[str, Any]]) -> int:
    """Presses whose spinner nobody stopped."""
    asked = {update["callback_query"]["id"] for update in updates}
    with hub.database.read() as db:
        sent = select(OutboxMessage.replaces).where(OutboxMessage.kind == "answer", OutboxMessage.state == "sent")
        return len(asked - set(db.scalars(sent)))


# -- the naive way -----------------------------------------------------------------------------------


@contextmanager
def looking_first(hub: Simulated, presses: int) -> Iterator[None]:
    """Look whether a button was spent when its press arrives, and write it down when the press is worked on."""
    everybody_has_looked, looked = threading.Barrier(presses), threading.local()
    understand, strict = hub.understood, buttons.use

    def understood(message_id: int) -> Heard | None:
        heard = understand(message_id)
        with hub.database.read() as db:
            spent = select(UsedButton.button).where(UsedButton.button == (heard.button if heard else ""))
            looked.spent = db.scalar(spent) is not None
        everybody_has_looked.wait(20)
        return heard

    def use(db: Writer, data: str, person_id: int, now: datetime) -> bool:
        return not looked.spent and (strict(db, data, person_id, now) or True)

    hub.understood, buttons.use = understood, use  # type: ignore[method-assign]
    try:
        yield
    finally:
        hub.understood, buttons.use = understand, strict  # type: ignore[method-assign]


def doubled(url: str) -> int:
    """How many orders two presses place when the button is only looked at."""
    with shop(url) as hub:
        before, updates = offered(hub, "new updates", 2)
        with looking_first(hub, 2):
            pressed(hub, updates, random.Random(1), together=False)  # noqa: S311 - a repeatable chance
        return orders(hub) - before
