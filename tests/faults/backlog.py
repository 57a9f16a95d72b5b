"""A day's backlog at once, after the hub was away: everybody is answered, in order, and no chat is flooded."""

import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from storefront.models import InboxMessage, OutboxMessage
from tests.faults.databases import opened, problems, shelf
from tests.faults.figures import Figure, Scale, shortened
from tests.faults.outgoing import deliver, speaking
from tests.faults.running import until, world
from tests.outside import Outside

A_DAY_S = 24 * 3600
DRAINED_WITHIN_S = 300
SLACK_S = 0.1  # what a message may be late on its way and the next one not
SAID = "halo"

Json = dict[str, Any]


def measure(scale: Scale, seed: int) -> Figure:
    senders, each = scale.of(20, 100), scale.of(10, 50)
    with shelf() as shelf_:
        url = shelf_.new("sqlite")
        with world(shelf_.folder / "peers", url) as (outside, hub):
            left_waiting(outside, senders, each)
            began = time.monotonic()
            hub.start()
            assert hub.healthy(), hub.log.read_text(encoding="utf-8")[-2_000:]
            until(lambda: is_drained(url, senders * each), 2 * DRAINED_WITHIN_S, 0.5)
            seconds = time.monotonic() - began
            calls = outside.telegram.calls("sendMessage")
            hub.kill()
        unanswered, disordered, wrong = left(url, senders * each)
    crowded = too_fast(calls)
    sent = [call for call in calls if call["accepted"]]
    return Figure(
        "backlog",
        "A day's backlog is answered within five minutes, each sender's in order, no chat more than once a second.",
        senders * each,
        f"updates of {senders} people",
        f"{unanswered} unanswered, {disordered} senders out of order, {len(sent):,} replies in {seconds:.0f} s, "
        f"{crowded} of them less than a second after the one before",
        not (unanswered or disordered or crowded or wrong)
        and seconds <= DRAINED_WITHIN_S
        and len(sent) >= senders * each,
        shortened(wrong),
    )


def left_waiting(outside: Outside, senders: int, each: int) -> None:
    """Everybody says something now and then, all day long, while nobody listens."""
    outside.telegram.advance(-A_DAY_S)
    for _ in range(each):
        for number in range(senders):
            outside.telegram.says(f"buyer{number}", SAID)
        outside.telegram.advance(A_DAY_S / each)


def is_drained(url: str, updates: int) -> bool:
    """Everything is heard, and nothing waits to be said."""
    database = opened(url)
    try:
        with database.read() as db:
            done = db.scalar(select(func.count(InboxMessage.id)).where(InboxMessage.done_at.is_not(None)))
            waits = db.scalar(select(func.count(OutboxMessage.id)).where(OutboxMessage.state == "waiting"))
        return bool(done and done >= updates and not waits)
    finally:
        database.close()


def left(url: str, updates: int) -> tuple[int, int, list[str]]:
    """Who was not answered, whose messages were worked on out of order, and what else is wrong."""
    database = opened(url)
    with database.read() as db:
        heard = db.scalars(
            select(InboxMessage).where(InboxMessage.dead_reason.is_(None)).order_by(InboxMessage.id)
        ).all()
        answers = db.scalar(select(func.count(OutboxMessage.id)).where(OutboxMessage.state == "sent")) or 0
        dead = db.scalars(select(InboxMessage.dead_reason).where(InboxMessage.dead_reason.is_not(None))).all()
    moments: dict[str, list[Any]] = defaultdict(list)
    for message in heard:
        moments[message.sender].append(message.done_at)
    disordered = sum(None in order or order != sorted(order) for order in moments.values())
    wrong = [*problems(database), *(f"set aside: {reason}" for reason in dead)]
    database.close()
    return updates - min(len(heard), answers), disordered, wrong


def too_fast(calls: Sequence[Json]) -> int:
    """How many messages set out to a chat less than a second after the one before."""
    last: dict[str, float] = {}
    count = 0
    for call in sorted(calls, key=lambda call: float(call["at"])):
        count += call["at"] - last.get(call["chat"], 0.0) < 1 - SLACK_S
        last[call["chat"]] = call["at"]
    return count


# -- the naive way -----------------------------------------------------------------------------------


def crowded_without_a_pace(url: str, folder: Any) -> int:
    """How many messages follow too fast when the backlog is answered as fast as it can be."""
    with Outside(folder, "http://127.0.0.1:9") as outside:
        left_waiting(outside, 3, 4)
        with speaking(url, outside) as hub:
            bot = hub.channels["telegram"]
            while bot.poll(hub.database, hub.clock(), intake=hub.intake) + hub.hear_all():  # type: ignore[attr-defined]
                deliver(hub)
        return too_fast(outside.telegram.calls("sendMessage"))
