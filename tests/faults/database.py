"""The database in trouble: locked, full, restarted, cut off in the middle. Nothing that was acknowledged is lost."""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import make_url

from bots.hub import Simulated
from storefront.database import UNANSWERED
from tests.faults.databases import Server, Shelf, reachable, server, shelf
from tests.faults.figures import Figure, Scale, percentile, shortened
from tests.faults.webhooks import Delivery, keys_kept, receiving, replies, telegram_event, whatsapp_event

PATIENCE_S = 15  # what Twilio waits for an answer
TELEGRAM_REPEATS_S = 0.5
LOCKER = """
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
held.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
held.execute("COMMIT")
"""

Trouble = Callable[[Simulated, float], None]


@dataclass(frozen=True)
class Outcome:
    """What became of the events that came while the database was in trouble."""

    trouble: str
    acknowledged: int
    lost: int
    unanswered: int
    refused: int
    slowest: float
    wrong: tuple[str, ...]

    @property
    def held(self) -> bool:
        fine = not (self.lost or self.unanswered or self.refused or self.wrong)
        return fine and self.slowest <= PATIENCE_S

    def __str__(self) -> str:
        return (
            f"{self.trouble}: {self.acknowledged} acknowledged, {self.lost} of them lost, "
            f"{self.unanswered} unanswered, {self.refused} of Twilio's refused, "
            f"slowest answer to Twilio {self.slowest:.1f} s"
        )


def measure(scale: Scale, seed: int) -> Figure:
    engines, missing = reachable()
    count = scale.of(30, 200)
    with shelf() as shelf_:
        outcomes = [
            troubled(shelf_, engine, name, trouble, seconds, count, seed)
            for engine, name, trouble, seconds in troubles(scale)
            if engine in engines
        ]
    lost, refused = sum(one.lost for one in outcomes), sum(one.refused for one in outcomes)
    slowest = max(one.slowest for one in outcomes)
    return Figure(
        "database",
        "While the database is locked, full or gone, nothing that was acknowledged is lost.",
        sum(one.acknowledged for one in outcomes),
        f"acknowledged events ({', '.join(one.trouble for one in outcomes)})",
        f"{lost} lost, {refused} of Twilio's refused, slowest answer to Twilio {slowest:.1f} s",
        all(one.held for one in outcomes) and not missing,
        shortened([*missing, *map(str, outcomes), *(line for one in outcomes for line in one.wrong)]),
    )


def troubles(scale: Scale) -> Iterator[tuple[str, str, Trouble, float]]:
    for seconds in (1, 5, 15, 25) if scale.is_full else (1, 5):
        yield "sqlite", f"locked for {seconds} s", locked, seconds
    yield "sqlite", "full", full, scale.of(2, 10)
    if not server_is_given():
        yield "postgres", "restarted", restarted, scale.of(2, 10)
    yield "postgres", "connections cut", cut_off, scale.of(2, 10)


def server_is_given() -> bool:
    """A server that is not ours is not stopped."""
    with suppress(Exception):
        return server().own is None
    return True


def troubled(shelf_: Shelf, engine: str, name: str, trouble: Trouble, seconds: float, count: int, seed: int) -> Outcome:
    """Let events come before, during and after the trouble; then see what is there."""
    with receiving(shelf_.new(engine)) as hub:
        return received(hub, name, trouble, seconds, count, random.Random(seed))  # noqa: S311 - a repeatable chance


def received(hub: Simulated, name: str, trouble: Trouble, seconds: float, count: int, rng: random.Random) -> Outcome:
    makers = (whatsapp_event, whatsapp_event, telegram_event)
    events = [makers[number % 3](hub, number, is_forged=False) for number in range(count)]
    posts = [Post(one, rng.uniform(0, seconds + 1), makers[at % 3] is telegram_event) for at, one in enumerate(events)]
    with at_work(hub):
        threads = [threading.Thread(target=post.bring, args=(hub,)) for post in posts]
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        trouble(hub, seconds)
        for thread in threads:
            thread.join(120)
    rested(hub)
    kept, acknowledged = keys_kept(hub), {post.event.key for post in posts if post.status == 200}
    return Outcome(
        name,
        len(acknowledged),
        len(acknowledged - kept),
        max(len(acknowledged) - replies(hub, "WhatsApp") - replies(hub, "Telegram"), 0),
        sum(post.status != 200 for post in posts),
        percentile([post.seconds for post in posts if not post.is_repeated], 1),
        tuple(hub.verdict()),
    )


@dataclass
class Post:
    """One event on its way. Telegram brings it again until it is taken; Twilio does not."""

    event: Delivery
    at: float
    is_repeated: bool
    status: int = 0
    seconds: float = 0.0

    def bring(self, hub: Simulated) -> None:
        assert hub.app
        client = hub.app.test_client()
        time.sleep(self.at)
        began = time.monotonic()
        self.status = self.event.send(client)
        self.seconds = time.monotonic() - began
        while self.is_repeated and self.status != 200 and time.monotonic() - began < 60:
            time.sleep(TELEGRAM_REPEATS_S)
            self.status = self.event.send(client)


@contextmanager
def at_work(hub: Simulated) -> Iterator[None]:
    """The hub's own rounds go on meanwhile; a database that is down ends a round and not the hub."""
    done = threading.Event()

    def work() -> None:
        while not done.wait(0.05):
            with suppress(Exception):
                hub.work()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        done.set()
        worker.join(120)


def rested(hub: Simulated) -> None:
    """Everything that waited is done. The first rounds after a restart may still meet a dead connection."""
    for _ in range(20):
        with suppress(*UNANSWERED):
            hub.settle()
            return
        time.sleep(0.5)


# -- the troubles ------------------------------------------------------------------------------------


def locked(hub: Simulated, seconds: float) -> None:
    """Another process holds the write lock, as a backup tool or an open shell does."""
    path = hub.settings.database_url.removeprefix("sqlite:///")
    command = [sys.executable, "-c", LOCKER, path, str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"locked\n"
        other.wait(seconds + 30)


def full(hub: Simulated, seconds: float) -> None:
    """The disk has no page left for the writing connection, until somebody makes room."""
    limit_pages(hub, "(SELECT 1)")
    time.sleep(seconds)
    limit_pages(hub, "1073741823")


def limit_pages(hub: Simulated, pages: str) -> None:
    with hub.database.writing.connect() as connection, suppress(Exception):
        count = connection.exec_driver_sql("PRAGMA page_count").scalar() if pages.startswith("(") else pages
        connection.exec_driver_sql(f"PRAGMA max_page_count={count}")


def restarted(hub: Simulated, seconds: float) -> None:
    """PostgreSQL falls down at once, stays away, and comes back."""
    assert hub.database
    server().stop("immediate")
    time.sleep(seconds)
    server().start()


def cut_off(hub: Simulated, seconds: float) -> None:
    """Every connection is cut in the middle of whatever it was doing, again and again."""
    name = make_url(hub.settings.database_url).database
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        cut(server(), str(name))
        time.sleep(0.2)


def cut(where: Server, name: str) -> None:
    others = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
    )
    where.administer(others + f"'{name}'")


# -- the naive way -----------------------------------------------------------------------------------


def kept_in_memory(url: str, events: int) -> Outcome:
    """What becomes of events that are acknowledged first and written when the database has time."""
    with receiving(url) as hub:
        take = hub.intake.take

        def promise_only(event: object, now: object) -> None:
            with suppress(*UNANSWERED):
                take(event, now)  # type: ignore[arg-type]

        hub.intake.take_for_good = promise_only  # type: ignore[method-assign]
        rng = random.Random(1)  # noqa: S311 - a repeatable chance
        return received(hub, "kept in memory", full, 1, events, rng)
