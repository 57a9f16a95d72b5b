"""How a hub runs: its processes, its threads, its port, and how it stops without dropping what it holds.

`run` is everything in one process. `web`, `worker` and `telegram` are the same parts apart, over PostgreSQL.
A polite SIGTERM ends the rounds that are under way and then the process; a rude one loses nothing either.
"""

import logging
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Iterable
from concurrent.futures import CancelledError
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import FrameType

import structlog
from telegram.error import InvalidToken, RetryAfter, TelegramError
from waitress import serve as waitress

from bots import logs
from bots.hub import Hub, MovableClock, Simulated, connected, real_clock, tried
from bots.telegram import Telegram
from bots.web import create_app
from storefront import migrations, outbox, sessions
from storefront.database import Database, sqlite_is_mended
from storefront.settings import Settings, Unsafe
from storefront.vault import Vault
from storefront.web.goods import LARGEST_FILE

log = structlog.get_logger()
FINISHES_S = 20  # a message under way may wait for a channel's answer
THREADS = 8
NOBODYS_NAME = "Pengelola"  # what whoever runs the hub is called until she has a chat
PAUSES_S = (0.5, 1, 2, 4)  # a passing fault of Telegram's must not keep a hub from starting


def everything(settings: Settings) -> None:
    """Pages, webhooks, ears and voices on the real channels, in one process."""
    server = listening(settings)
    hub = reached(settings)
    hub.database.claim()
    if hub.database.is_sqlite and not sqlite_is_mended():
        log.warning("this SQLite is older than 3.51.3; see `getok doctor`", sqlite=sqlite3.sqlite_version)
    prepared(hub)
    hub.app = create_app(hub)
    stop = stopping()
    workers = hub.start(stop)
    workers += telegram_reader(hub, stop)
    serve(hub, server, f"Getok runs at {settings.public_url}{how_to_begin(hub)}")
    finish(hub, stop, workers)


def how_to_begin(hub: Hub) -> str:
    """Where nobody runs the hub yet: the link by which whoever reads this terminal does."""
    if hub.settings.operators:
        return ""
    with hub.database.write() as db:
        token = sessions.first_link(db, hub.settings.operator or NOBODYS_NAME, "id", hub.clock())
    if token is None:
        return ""
    return f"\nNobody runs this hub yet. Open this within an hour to do so: {hub.settings.public_url}/login/{token}"


def prepared(hub: Hub) -> None:
    """Today's schema, and nobody's lease left from a process that is gone."""
    migrations.upgrade(hub.database)
    if hub.database.is_sqlite:
        with hub.database.write() as db:
            outbox.free_all(db)


def telegram_reader(hub: Hub, stop: threading.Event) -> list[threading.Thread]:
    """Let Telegram post to us where it can; otherwise a thread that asks it."""
    bot = hub.channels.get("telegram")
    if not isinstance(bot, Telegram):
        return []
    thread = threading.Thread(target=read_telegram, args=(hub, bot, stop), name="telegram reader", daemon=True)
    hub.beats[thread.name] = time.monotonic()
    thread.start()
    return [thread]


def read_telegram(hub: Hub, bot: Telegram, stop: threading.Event) -> None:
    """Say how we want updates, then fetch them until stopped; a fault waits and tries again, nothing is lost by it."""
    bot.announce_commands(hub.settings.public_url)
    is_agreed = False
    while not stop.is_set():
        hub.beat(threading.current_thread().name)
        try:
            is_agreed = is_agreed or agreed(hub, bot)
            if hub.settings.has_telegram_webhook:
                stop.wait(30)
            elif bot.poll(hub.database, hub.clock(), timeout=25, intake=hub.intake):
                hub.ring()
        except CancelledError:
            return
        except TelegramError as fault:
            log.warning("Telegram did not answer", fault=type(fault).__name__)
            stop.wait(pause_after(fault))
        except Exception:  # whatever else it was, a hub that has gone deaf without a word would be worse
            log.exception("reading Telegram failed")
            stop.wait(3)


def pause_after(fault: TelegramError) -> float:
    """Seconds until we ask again: as long as Telegram says, else a few."""
    if not isinstance(fault, RetryAfter):
        return 3
    pause = fault.retry_after
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)


def agreed(hub: Hub, bot: Telegram) -> bool:
    """Tell Telegram to post to us, or that we ask."""
    given = hub.settings
    if given.has_telegram_webhook:
        bot.be_posted_to(given.public_url, given.telegram_webhook_secret)
    else:
        bot.be_polled()
    return True


def simulate(settings: Settings, words: str, *, history: bool = False) -> None:
    """The simulator's phones instead of the channels; ``history``: on a fresh database with a little life in it."""
    logs.configure(settings)
    server = listening(settings)
    lock = Database(settings.database_url, Vault(settings.secret_key), settings.zone)
    lock.claim()
    if history:
        start_afresh(Path(settings.database_url.removeprefix("sqlite:///")))
    hub = Simulated(settings, MovableClock(real_clock(), runs=True))
    prepared(hub)
    if history:
        from bots.demo import live_a_little

        live_a_little(hub)
    stop = stopping()
    clock = threading.Thread(target=tick, args=(hub, stop), name="clock", daemon=True)
    clock.start()
    serve(hub, server, words.format(url=settings.public_url))
    finish(hub, stop, [clock])
    lock.close()


def start_afresh(database: Path) -> None:
    """Throw the demo's last database away; its lock is ours by now."""
    for old in database.parent.glob(f"{database.name}*"):
        old.unlink()


def tick(hub: Simulated, stop: threading.Event) -> None:
    """In the simulator, what is due by the clock happens without anybody touching a phone."""
    while not stop.wait(1):
        hub.settle()


# -- several processes -------------------------------------------------------------------------------


def web(settings: Settings) -> None:
    """Pages and webhooks; what waits on this machine's disk is brought in from here."""
    server = listening(settings)
    hub = at_todays_schema(reached(settings))
    hub.app = create_app(hub)
    stop = stopping()
    drain = threading.Thread(target=drained, args=(hub, stop), name="spool", daemon=True)
    drain.start()
    serve(hub, server, f"Getok serves {settings.public_url}{how_to_begin(hub)}")
    finish(hub, stop, [drain])


def drained(hub: Hub, stop: threading.Event) -> None:
    while not stop.wait(1):
        tried("spool", hub.intake.empty_spool)
        tried("looks", hub.visits.flush)


def worker(settings: Settings) -> None:
    """Ears and voices; as many of these processes as are wanted."""
    hub = at_todays_schema(reached(settings))
    stop = stopping()
    workers = hub.start(stop)
    until_stopped(stop)
    finish(hub, stop, workers)


def telegram(settings: Settings) -> None:
    """Telegram's reader alone."""
    if not settings.has_telegram:
        raise SystemExit("TELEGRAM_BOT_TOKEN is missing: there is nothing to read.")
    hub = at_todays_schema(reached(settings))
    stop = stopping()
    readers = telegram_reader(hub, stop)
    until_stopped(stop)
    finish(hub, stop, readers)


def at_todays_schema(hub: Hub) -> Hub:
    """A part of a hub does not migrate by itself: many of them start at once."""
    if not migrations.is_current(hub.database):
        raise SystemExit("The database is not at today's schema; run `getok migrate` first.")
    return hub


# -- starting and stopping ---------------------------------------------------------------------------


def reached(settings: Settings) -> Hub:
    """The hub on its real channels; a Telegram that does not answer at the start is one sentence."""
    logs.configure(settings)
    for pause in PAUSES_S:
        try:
            return connected(settings)
        except InvalidToken:
            raise Unsafe("TELEGRAM_BOT_TOKEN is refused by Telegram; take a fresh one from BotFather.") from None
        except TelegramError as fault:
            log.warning("Telegram did not answer at the start", fault=type(fault).__name__)
            time.sleep(pause)
    raise Unsafe(f"TELEGRAM_API_URL: {settings.telegram_api_url} does not answer; is there a network?")


def listening(settings: Settings) -> socket.socket:
    """Take the port before anything else is done; one that is taken stops the start."""
    host = "127.0.0.1" if settings.is_simulated else "0.0.0.0"  # noqa: S104 - a host routes to it; the simulator stays home
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, settings.port))
    except OSError:
        taken.close()
        raise Unsafe(f"PORT {settings.port} is already in use; give another one, for example PORT=8001.") from None
    return taken


def serve(hub: Hub, server: socket.socket, words: str) -> None:
    """Serve pages and webhooks until interrupted."""
    assert hub.app
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    print(words, flush=True)
    with suppress(KeyboardInterrupt):
        waitress(
            hub.app, sockets=[server], threads=THREADS, max_request_body_size=2 * LARGEST_FILE, ident=None, _quiet=True
        )


def until_stopped(stop: threading.Event) -> None:
    with suppress(KeyboardInterrupt):
        stop.wait()


def finish(hub: Hub, stop: threading.Event, workers: Iterable[threading.Thread]) -> None:
    """Let what is under way come to its end, then close. What does not end in time is as safe as in a crash."""
    stop.set()
    hub.ring()
    hub.hang_up()
    for worker in workers:
        worker.join(FINISHES_S)
    hub.close()
    log.info("stopped")


def stopping() -> threading.Event:
    """An event that a polite SIGTERM sets."""
    stop = threading.Event()

    def stopped(_: int, __: FrameType | None) -> None:
        stop.set()
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, stopped)
    return stop
