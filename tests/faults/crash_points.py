"""The sale, with a crash at every named point of it: before and after, in the middle and at the end of a transaction.

The hub runs in this process and falls by an exception that nothing catches; a new one finds the same database, the
same phones, and what was promised. The story must go on as written, line by line, and the books must hold.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise

from sqlalchemy import update

from storefront.models import OutboxMessage
from tests.conftest import STORIES
from tests.faults.databases import Shelf, reachable, shelf, spoken
from tests.faults.figures import Figure, Scale, shortened
from tests.faults.points import POINTS, SIDES, Moment, Seen, once, watched
from tests.faults.reborn import Crash, Reborn, told

STORY = STORIES / "the_sale.chat"
CHANNELS = ("telegram", "whatsapp")


def measure(scale: Scale, seed: int) -> Figure:
    """A third of the points on one side; fully all of them on both, in each third of the story, on everything."""
    engines, missing = reachable() if scale.is_full else (("sqlite",), ())
    channels = CHANNELS if scale.is_full else ("telegram",)
    rng = random.Random(seed)  # noqa: S311 - a repeatable chance
    found: list[tuple[Moment, int, str]] = []
    never = {name for name in POINTS if not name.endswith(".deliver") or name.startswith(channels)}
    with shelf() as shelf_:
        for engine in engines:
            for channel in channels:
                calls = counted_calls(shelf_, engine, channel)
                never -= set(calls)
                found += [crashed(shelf_, engine, channel, moment) for moment in moments(calls, scale, rng)]
    broken = [f"{moment}: {words}" for moment, _, words in found if words]
    unhurt = [f"{moment}: no crash happened" for moment, falls, _ in found if not falls]
    return Figure(
        "crash_points",
        "A crash at any named point: the new hub goes on, nothing is lost, the books hold.",
        len(found),
        f"crashes at {len({moment.point for moment, *_ in found})} points ({', '.join(channels)}; {spoken(engines)})",
        f"{len(found) - len(broken)} stories went to their end, {len(broken)} broke",
        not broken and not unhurt and not missing,
        shortened([*missing, *broken, *unhurt, *(f"never reached: {name}" for name in sorted(never))]),
    )


def counted_calls(shelf_: Shelf, engine: str, channel: str) -> Counter[str]:
    """How often the story comes by each point when nothing goes wrong."""
    calls: Counter[str] = Counter()
    with ExitStack() as stack:
        for name in POINTS:
            stack.enter_context(watched(name, counter_of(name, calls)))
        words = played(shelf_, engine, channel)
    assert not words, words
    return calls


def counter_of(name: str, calls: Counter[str]) -> Seen:
    return lambda side: calls.update([name] if side == "after" else [])


def moments(calls: Counter[str], scale: Scale, rng: random.Random) -> Iterator[Moment]:
    """For every point, calls chosen by chance: one, or for both sides one in each third of the story."""
    chosen = calls if scale.is_full else rng.sample(sorted(calls), len(calls) // 3)
    for point in chosen:
        count = calls[point]
        for side in SIDES if scale.is_full else (rng.choice(SIDES),):
            yield from (Moment(point, side, nth) for nth in spread(count, scale.of(1, 3), rng))


def spread(count: int, each: int, rng: random.Random) -> list[int]:
    parts = min(count, each)
    edges = [count * part // parts for part in range(parts + 1)]
    return [rng.randint(low + 1, high) for low, high in pairwise(edges)]


def crashed(shelf_: Shelf, engine: str, channel: str, moment: Moment) -> tuple[Moment, int, str]:
    """Play the story with one crash: the moment, how often the hub fell, and what broke."""
    hub = Reborn(shelf_.new(engine))

    try:
        with watched(moment.point, once(moment, crash)):
            words = survived(hub, channel)
    finally:
        hub.close()
    return moment, hub.falls, words


def survived(hub: Reborn, channel: str) -> str:
    try:
        return told(hub, STORY, channel)
    except (Crash, AssertionError) as problem:
        return f"{type(problem).__name__}: {problem}"


def played(shelf_: Shelf, engine: str, channel: str) -> str:
    hub = Reborn(shelf_.new(engine))
    try:
        return told(hub, STORY, channel)
    finally:
        hub.close()


# -- the naive way -----------------------------------------------------------------------------------


def marked_before_sent(url: str, nth: int) -> str:
    """What breaks when messages are marked as sent before they are, and the process dies in between."""
    hub = Reborn(url)
    fall = once(Moment("telegram.deliver", "before", nth), crash)

    def mark_then_fall(side: str) -> None:
        if side == "before":
            with hub.hub.database.write() as db:
                leased = (OutboxMessage.state == "waiting", OutboxMessage.leased_until.is_not(None))
                db.execute(update(OutboxMessage).where(*leased).values(state="sent"))
        fall(side)

    try:
        with watched("telegram.deliver", mark_then_fall):
            return survived(hub, "telegram")
    finally:
        hub.close()


def crash() -> None:
    raise Crash
