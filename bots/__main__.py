"""The command line: ``getok run``, ``getok demo``, ``getok play``, and the rest of a hub's life."""

import argparse
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from storefront import settings as environment
from storefront.database import Database
from storefront.settings import HOME, Settings, Unsafe
from storefront.vault import Vault

if TYPE_CHECKING:
    from bots.hub import Hub, Simulated

NOT_YET = {
    "console": "The console is not there yet; `getok demo` opens the same talk in a browser.",
    "doctor": "The doctor is not there yet; `getok verify` checks the books.",
    "backup": "Backups are not there yet; stop the hub and copy its var/ folder.",
    "restore": "Restoring is not there yet; put a copy of the var/ folder back while the hub is stopped.",
    "read": "Reading from the command line is not there yet.",
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code. A fault of the world outside is one sentence, not a traceback."""
    given = parser().parse_args(argv)
    if given.command in NOT_YET:
        print(NOT_YET[given.command], file=sys.stderr)
        return 2
    command: Callable[[argparse.Namespace], int] = globals()[given.command]
    try:
        return command(given)
    except KeyboardInterrupt:
        return 0
    except OperationalError as fault:
        print(f"DATABASE_URL: the database does not answer ({type(fault.orig).__name__}).", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="getok", description="A chat storefront that pays the neighbours who recommend.")
    commands = top.add_subparsers(dest="command", required=True)
    for name, about in {
        "run": "everything in one process; without tokens it opens the simulator",
        "demo": "the same with a small living hub in it",
        "web": "pages and webhooks only (PostgreSQL)",
        "worker": "inbox, outbox and chores only (PostgreSQL)",
        "telegram": "Telegram polling only (PostgreSQL)",
        "migrate": "bring the database to today's schema",
        "verify": "check the books; a bad row is a line, and exit 1",
    }.items():
        commands.add_parser(name, help=about)
    story = commands.add_parser("play", help="play a .chat story")
    story.add_argument("story", type=Path)
    story.add_argument("--channel", choices=["telegram", "whatsapp"])
    story.add_argument("--database", help="an empty database; without it, a temporary one")
    for name, about in NOT_YET.items():
        later = commands.add_parser(name, help=about)
        later.add_argument("rest", nargs=argparse.REMAINDER)
    return top


# -- one process -------------------------------------------------------------------------------------


def run(_: argparse.Namespace) -> int:
    """Everything in one process: the simulator without tokens, the real channels with them."""
    settings = environment.read()
    if settings.is_simulated:
        return simulate(settings, "Getok is open at {url}/simulator (no tokens: the simulator's phones stand in)")
    from bots.web import create_app
    from storefront import migrations

    server = listening(settings)
    hub = reached(settings)
    hub.database.claim()
    migrations.upgrade(hub.database)
    hub.app = create_app(hub)
    stop = stopping()
    workers = [threading.Thread(target=hub.forever, args=(stop,), name="worker", daemon=True)]
    if settings.has_telegram:
        workers.append(threading.Thread(target=poll, args=(hub, stop), name="poller", daemon=True))
    for worker in workers:
        worker.start()
    serve(hub, server, f"Getok runs at {settings.public_url}")
    stop.set()
    return 0


def reached(settings: Settings) -> "Hub":
    """The hub on its real channels; a Telegram that does not answer at the start is one sentence."""
    from telegram.error import InvalidToken, NetworkError

    from bots.hub import connected

    try:
        return connected(settings)
    except InvalidToken:
        raise Unsafe("TELEGRAM_BOT_TOKEN is refused by Telegram; take a fresh one from BotFather.") from None
    except NetworkError:
        raise Unsafe(f"TELEGRAM_API_URL: {settings.telegram_api_url} does not answer; is there a network?") from None


def demo(_: argparse.Namespace) -> int:
    """A small living hub on a fresh database of its own, with the simulator's phones."""
    folder = HOME / "var" / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("TELEGRAM_", "TWILIO_"))}
    settings = environment.read({**outside, "DATABASE_URL": f"sqlite:///{folder / 'demo.db'}"})
    return simulate(settings, "The demo hub is open at {url}/simulator", history=True)


def simulate(settings: Settings, words: str, *, history: bool = False) -> int:
    from bots.hub import MovableClock, Simulated, real_clock
    from storefront import migrations

    server = listening(settings)
    lock = Database(settings.database_url, Vault(settings.secret_key), settings.zone)
    lock.claim()
    if history:
        start_afresh(Path(settings.database_url.removeprefix("sqlite:///")))
    clock = MovableClock(real_clock(), runs=True)
    hub = Simulated(settings, clock)
    migrations.upgrade(hub.database)
    if history:
        from bots.demo import live_a_little

        live_a_little(hub)
    stop = stopping()
    threading.Thread(target=tick, args=(hub, stop), name="clock", daemon=True).start()
    serve(hub, server, words.format(url=settings.public_url))
    stop.set()
    lock.close()
    return 0


def start_afresh(database: Path) -> None:
    """Throw the demo's last database away; its lock is ours by now."""
    for old in database.parent.glob(f"{database.name}*"):
        old.unlink()


def tick(hub: object, stop: threading.Event) -> None:
    """In the simulator, what is due by the clock happens without anybody touching a phone."""
    from bots.hub import Simulated

    assert isinstance(hub, Simulated)
    while not stop.wait(1):
        hub.settle()


def poll(hub: object, stop: threading.Event) -> None:
    """Read Telegram until stopped; a fault waits and tries again, nothing is lost by it."""
    import structlog
    from telegram.error import TelegramError

    from bots.hub import Hub
    from bots.telegram import Telegram

    assert isinstance(hub, Hub)
    bot = hub.channels["telegram"]
    assert isinstance(bot, Telegram)
    bot.announce_commands()
    while not stop.is_set():
        try:
            if bot.poll(hub.database, hub.clock(), timeout=25):
                hub.wake.set()
        except TelegramError as fault:
            structlog.get_logger().warning("Telegram did not answer", fault=str(fault))
            stop.wait(3)
        except Exception:  # whatever else it was, a hub that has gone deaf without a word would be worse
            structlog.get_logger().exception("polling failed")
            stop.wait(3)


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


def serve(hub: object, server: socket.socket, words: str) -> None:
    """Serve pages and webhooks until interrupted."""
    import logging

    from waitress import serve as waitress

    from bots.hub import Hub

    assert isinstance(hub, Hub)
    assert hub.app
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    print(words, flush=True)
    try:
        waitress(hub.app, sockets=[server], threads=8, _quiet=True)
    except KeyboardInterrupt:
        pass
    finally:
        hub.close()


def stopping() -> threading.Event:
    """An event that a polite SIGTERM sets."""
    stop = threading.Event()

    def stopped(_: int, __: FrameType | None) -> None:
        stop.set()
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, stopped)
    return stop


# -- several processes -------------------------------------------------------------------------------


def apart() -> Settings:
    """Settings for a process that shares the work; SQLite keeps everything in one."""
    settings = environment.read()
    if settings.is_sqlite:
        raise SystemExit("web, worker and telegram apart need PostgreSQL (DATABASE_URL); on SQLite use `getok run`.")
    return settings


def web(_: argparse.Namespace) -> int:
    from bots.web import create_app

    settings = apart()
    server = listening(settings)
    hub = reached(settings)
    with hub.database.read() as db:
        assert db.vault, "the database answers"
    hub.app = create_app(hub)
    serve(hub, server, f"Getok serves {settings.public_url}")
    return 0


def worker(_: argparse.Namespace) -> int:
    hub = reached(apart())
    try:
        hub.forever(stopping())
    except KeyboardInterrupt:
        hub.close()
    return 0


def telegram(_: argparse.Namespace) -> int:
    hub = reached(apart())
    if not hub.settings.has_telegram:
        raise SystemExit("TELEGRAM_BOT_TOKEN is missing: there is nothing to poll.")
    try:
        poll(hub, stopping())
    except KeyboardInterrupt:
        hub.close()
    return 0


# -- the database ------------------------------------------------------------------------------------


def migrate(_: argparse.Namespace) -> int:
    from storefront import migrations

    database = opened(environment.read())
    database.claim()
    migrations.upgrade(database)
    database.close()
    print("The database is at today's schema.")
    return 0


def verify(_: argparse.Namespace) -> int:
    """Check every rule the books must keep; print what does not hold."""
    from storefront import verifying

    database = opened(existing(environment.read))
    with database.read() as db:
        found = list(verifying.problems(db))
    database.close()
    for line in found:
        print(line)
    print("The books hold." if not found else f"{len(found)} problems.")
    return 1 if found else 0


def existing(read: Callable[[], Settings]) -> Settings:
    """Settings of a hub that is there: looking at one must not make one."""
    path = environment.sqlite_file()
    if path is not None and not (path.exists() and path.with_suffix(".key").exists()):
        raise Unsafe(f"DATABASE_URL: there is no hub at {path} (its database or its key is missing).")
    return read()


def opened(settings: Settings) -> Database:
    return Database(settings.database_url, Vault(settings.secret_key), settings.zone)


# -- stories -----------------------------------------------------------------------------------------


def play(given: argparse.Namespace) -> int:
    """Play a story against a fresh hub; exit 1 at the first line that does not hold, 2 for one it cannot read."""
    from bots import play as plays

    try:
        lines = plays.parse(given.story.read_text(encoding="utf-8"))
    except plays.Unreadable as problem:
        print(problem, file=sys.stderr)
        return 2
    except OSError as problem:
        print(f"{given.story}: {problem.strerror}", file=sys.stderr)
        return 2
    except UnicodeDecodeError:
        print(f"{given.story}: a story is written in UTF-8.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="getok-play-") as folder:
        hub = fresh_hub(given.database or f"sqlite:///{folder}/story.db")
        try:
            held = plays.Player(hub, hub.phones, given.story.parent, given.channel, sys.stdout).play(lines)
            wrong = hub.verdict()
        finally:
            hub.close()
    for line in wrong:
        print(line)
    return 0 if held and not wrong else 1


def fresh_hub(database_url: str) -> "Simulated":
    """A hub on an empty database, its clock standing at the stories' first morning."""
    from bots.hub import MovableClock, Simulated
    from storefront import migrations

    settings = story_settings(database_url)
    start = datetime(2026, 6, 16, 9, 0, tzinfo=settings.zone)
    hub = Simulated(settings, MovableClock(start))
    migrations.upgrade(hub.database)
    return hub


def story_settings(database_url: str) -> Settings:
    """A story's world does not depend on the machine's environment."""
    env = {"DATABASE_URL": database_url, "SECRET_KEY": "a story's secret, kept by nobody", "PORT": "8000"}
    return environment.read({**env, "PUBLIC_URL": "http://127.0.0.1:8000"})


if __name__ == "__main__":
    raise SystemExit(main())
