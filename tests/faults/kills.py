"""kill -9 of the whole hub, at every named point and at random, while people trade: nothing is lost, nothing doubled.

The hub is the real `getok run`; the peers are processes of their own, and their logs are the witness.
"""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from storefront.database import Database
from storefront.models import Order, OutboxMessage, Payment
from tests.faults.databases import Shelf, opened, problems, reachable, shelf, spoken
from tests.faults.doomed import NAIVE
from tests.faults.figures import Figure, Scale, percentile, shortened
from tests.faults.market import Crowd, Market, NotSeen, quiet_for
from tests.faults.outgoing import LABELS
from tests.faults.points import SIDES, Moment
from tests.faults.running import HubProcess, until, world

BACK_S = 30
REACHED_WITHIN_S = {"sqlite": 20.0, "postgres": 90.0}  # on PostgreSQL a dead hub's lease ends after a minute
LINES = 3
TRADED = {
    "inbox.admit": 3,
    "offset": 2,
    "inbox.waiting": 5,
    "inbox.take": 3,
    "inbox.done": 3,
    "conversation.hear": 3,
    "conversation.remember": 2,
    "people.meet": 3,
    "buttons.use": 1,
    "placing.place": 1,
    "batches.take": 1,
    "paying.choose": 1,
    "paying.claim": 1,
    "confirming.confirm": 1,
    "ledger.post": 1,
    "chores.schedule": 1,
    "outbox.tell": 2,
    "outbox.promise": 3,
    "outbox.claim": 3,
    "courier.prepare": 3,
    "telegram.deliver": 3,
    "whatsapp.deliver": 2,
    "outbox.sent": 3,
    "commit": 20,
}  # the points a trade comes by, and up to which of its calls the doom may be put off


@dataclass
class Siege:
    """One hub under fire: how often it fell, and what was left when it was over."""

    kills: int = 0
    never: list[str] = field(default_factory=list)
    returns: list[float] = field(default_factory=list)
    intents: int = 0
    bought: int = 0
    orders: int = 0
    doubled: int = 0
    promised: int = 0
    lost: int = 0
    repeats: int = 0
    unlabelled: int = 0
    said_again: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def held(self) -> bool:
        whole = self.intents == self.bought == self.orders and not (self.doubled or self.lost or self.wrong)
        return whole and self.repeats <= self.kills + self.said_again and max(self.returns, default=0) <= BACK_S


def measure(scale: Scale, seed: int) -> Figure:
    engines, missing = reachable() if scale.is_full else (("sqlite",), ())
    rng = random.Random(seed)  # noqa: S311 - a repeatable chance
    with shelf() as shelf_:
        sieges = [besieged(shelf_, engine, dooms(scale, len(engines), rng), rng) for engine in engines]
    return Figure(
        "kills",
        "The hub is killed while people trade: nothing is lost, nothing happens twice, it is back within 30 s.",
        sum(one.kills for one in sieges),
        f"kills during {sum(one.intents for one in sieges)} orders ({spoken(engines)})",
        found(sieges),
        all(one.held for one in sieges) and not missing,
        shortened([*missing, *(line for one in sieges for line in [*one.wrong, *one.never])]),
    )


def found(sieges: Sequence[Siege]) -> str:
    returns = [seconds for one in sieges for seconds in one.returns]
    total: Counter[str] = Counter()
    for one in sieges:
        lost = one.intents - one.bought + one.lost
        total.update({"lost": lost, "doubled": one.doubled, "repeats": one.repeats, "unlabelled": one.unlabelled})
        total.update({"again": one.said_again})
    return (
        f"{total['lost']} lost, {total['doubled']} doubled, {total['repeats']} messages repeated "
        f"({total['unlabelled']} without a word about it), back after p99 {percentile(returns, 0.99):.1f} s; "
        f"{total['again']} WhatsApp messages met a closed door and were said again"
    )


def dooms(scale: Scale, engines: int, rng: random.Random) -> list[Moment | float]:
    """Named points (some of them; fully: all, on both sides), and kills at random moments, in a random order."""
    points = rng.sample(sorted(TRADED), min(scale.of(3, len(TRADED)), len(TRADED)))
    named = [
        Moment(point, side, rng.randint(1, TRADED[point]))
        for point in points
        for side in (SIDES if scale.is_full else (rng.choice(SIDES),))
    ]
    random_ones = [rng.uniform(0.1, 3.0) for _ in range(scale.of(1, 300) // engines)]
    mixed: list[Moment | float] = [*named, *random_ones]
    rng.shuffle(mixed)
    return mixed


def besieged(shelf_: Shelf, engine: str, plan: Sequence[Moment | float], rng: random.Random) -> Siege:
    """Open a market, kill its hub as planned, let everybody finish, and look."""
    siege, url = Siege(), shelf_.new(engine)
    folder = shelf_.folder / f"siege-{engine}-{rng.randrange(10_000)}"
    with world(folder, url) as (outside, hub):
        market = Market(outside)
        hub.start()
        assert hub.healthy(), hub.log.read_text(encoding="utf-8")[-2_000:]
        market.open()
        crowd = Crowd(market, LINES, ("telegram", "telegram", "whatsapp"))
        crowd.begin()
        for doom in plan:
            fall(siege, hub, doom, REACHED_WITHIN_S[engine], crowd)
        hub.kill()
        hub.start()
        hub.healthy()
        crowd.end()
        quiet_for(3, lambda: len(outside.calls()))
        hub.kill()
        judge(siege, url, market, crowd)
    siege.returns = hub.returns[1:]
    return siege


def fall(siege: Siege, hub: HubProcess, doom: Moment | float, patience: float, crowd: Crowd) -> None:
    """Start the hub with its doom and wait for it."""
    if crowd.troubles:
        return
    hub.kill()
    hub.start(doom.written() if isinstance(doom, Moment) else "")
    hub.healthy()
    if isinstance(doom, Moment):
        end = time.monotonic() + patience
        while hub.is_alive() and time.monotonic() < end and not crowd.troubles:
            time.sleep(0.02)
        siege.never += [f"never came by {doom}"] if hub.is_alive() else []
    else:
        time.sleep(doom)
    siege.kills += 1
    hub.kill()


def judge(siege: Siege, url: str, market: Market, crowd: Crowd) -> None:
    """Set what people wanted beside the database, and the database beside the peers' own logs."""
    database = opened(url)
    siege.intents, siege.bought, siege.said_again = len(crowd.names), len(crowd.codes), market.said_again
    with database.read() as db:
        by_buyer = [count for _, count in db.execute(select(Order.buyer_id, func.count()).group_by(Order.buyer_id))]
        siege.orders = db.scalar(select(func.count(Payment.id)).where(Payment.state == "confirmed")) or 0
    siege.doubled = sum(count - 1 for count in by_buyer)
    siege.wrong += [*crowd.troubles, *problems(database), *undelivered(database)]
    witnessed(siege, database, market)
    database.close()


def undelivered(database: Database) -> list[str]:
    """Promises that were never kept, each with the reason the hub gives."""
    with database.read() as db:
        left = db.scalars(select(OutboxMessage).where(OutboxMessage.state != "sent").order_by(OutboxMessage.id)).all()
    return [f"outbox {one.id}: {one.kind} to {one.channel} is {one.state} ({one.dead_reason})" for one in left]


def witnessed(siege: Siege, database: Database, market: Market) -> None:
    """What the peers took, by their own logs: every promised message, and how often."""
    took = [one for channel in ("telegram", "whatsapp") for one in market.outside.on(channel).sent()]
    ids = {str(one["id"]) for one in took}
    said = (OutboxMessage.kind == "say", OutboxMessage.state == "sent")
    with database.read() as db:
        promised = [str(number) for number in db.scalars(select(OutboxMessage.provider_id).where(*said))]
    siege.promised = len(promised)
    siege.lost = len([number for number in promised if number not in ids])
    texts = Counter((one["person"], bare(one["text"])) for one in took)
    twice = {key: count for key, count in texts.items() if count > 1}
    siege.repeats = sum(count - 1 for count in twice.values())
    marked = [one for one in took if LABELS.search(one["text"] or "")]
    siege.unlabelled = max(siege.repeats - len(marked) - siege.said_again, 0)


def bare(text: str | None) -> str:
    """A message's words without the line that says it may be a repeat."""
    lines = [line for line in (text or "").splitlines() if line.strip() and not LABELS.search(line)]
    return re.sub(r"\s+", " ", " ".join(lines))


# -- the naive way -----------------------------------------------------------------------------------


def lost_by_marking(shelf_: Shelf) -> str:
    """What a seller waits for in vain when a hub that marks before it sends is killed in between."""
    with world(shelf_.folder / "naive", shelf_.new("sqlite")) as (outside, hub):
        hub.start(Moment("telegram.deliver", NAIVE, 2).written())
        hub.healthy()
        opening = threading.Thread(target=start_again, args=(hub,))
        opening.start()
        try:
            Market(outside, patience=8).open()
        except NotSeen as missing:
            return str(missing)
        finally:
            opening.join(30)
    return ""


def start_again(hub: HubProcess) -> None:
    until(lambda: not hub.is_alive(), 20)
    hub.start()
