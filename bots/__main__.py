"""The command line: ``getok run``, ``getok demo``, ``getok play``, and the rest of a hub's life."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from storefront import settings as environment
from storefront.database import Database
from storefront.settings import HOME, Settings, Unsafe
from storefront.vault import Vault

if TYPE_CHECKING:
    from bots.hub import Simulated

NOT_YET = {
    "console": "The console is not there yet; `getok demo` opens the same talk in a browser.",
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code. A fault of the world outside is one sentence, not a traceback."""
    from bots import logs

    logs.quiet()
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
        "templates": "the WhatsApp templates to hand in for approval",
        "doctor": "look at everything that may be wrong, and say what to do",
    }.items():
        commands.add_parser(name, help=about)
    checking = commands.add_parser("verify", help="check the books; a bad row is a line, and exit 1")
    checking.add_argument("--anchor", metavar="TEXT", help="a kode cek, a checkpoint or a receipt that somebody kept")
    commands.add_parser("books", help="print the ledger as beancount text, for another program to add up")
    story = commands.add_parser("play", help="play a .chat story")
    story.add_argument("story", type=Path)
    story.add_argument("--channel", choices=["telegram", "whatsapp"])
    story.add_argument("--database", help="an empty database; without it, a temporary one")
    for name, about in {"backup": "write everything into one file", "restore": "put a backup in place"}.items():
        commands.add_parser(name, help=about).add_argument("file", type=Path, metavar="FILE")
    compared = commands.add_parser("reconciled", help="after a restore: compared, payouts go on")
    compared.add_argument("--resend", action="store_true", help="send the messages that waited at the backup")
    reading = commands.add_parser("read", help="read captions or orders, a line of JSON each, as the chat does")
    kinds = reading.add_subparsers(dest="what", required=True)
    kinds.add_parser("caption", help='{"caption": ...} in, the same with "read" out')
    orders = kinds.add_parser("order", help='{"catalogue_id": ..., "message": ...} in, the same with "read" out')
    orders.add_argument("--catalogues", type=Path, required=True, metavar="FILE")
    for name, about in NOT_YET.items():
        later = commands.add_parser(name, help=about)
        later.add_argument("rest", nargs=argparse.REMAINDER)
    return top


# -- a hub that runs ---------------------------------------------------------------------------------


def run(_: argparse.Namespace) -> int:
    """Everything in one process: the simulator without tokens, the real channels with them."""
    from bots import running

    settings = environment.read()
    if settings.is_simulated:
        words = "Getok is open at {url}/simulator (no tokens: the simulator's phones stand in)"
        running.simulate(settings, words)
    else:
        running.everything(settings)
    return 0


def demo(_: argparse.Namespace) -> int:
    """A small living hub on a fresh database of its own, with the simulator's phones."""
    from bots import running

    folder = HOME / "var" / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("TELEGRAM_", "TWILIO_"))}
    settings = environment.read({**outside, "DATABASE_URL": f"sqlite:///{folder / 'demo.db'}"})
    running.simulate(settings, "The demo hub is open at {url}/simulator", history=True)
    return 0


def web(_: argparse.Namespace) -> int:
    return part("web")


def worker(_: argparse.Namespace) -> int:
    return part("worker")


def telegram(_: argparse.Namespace) -> int:
    return part("telegram")


def part(name: str) -> int:
    """One part of a hub as a process of its own; SQLite keeps everything in one."""
    from bots import running

    settings = environment.read()
    if settings.is_sqlite:
        raise SystemExit("web, worker and telegram apart need PostgreSQL (DATABASE_URL); on SQLite use `getok run`.")
    getattr(running, name)(settings)
    return 0


def templates(_: argparse.Namespace) -> int:
    """What WhatsApp has to approve, ready to be handed in."""
    from bots.templates import to_submit

    print(to_submit())
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


def verify(given: argparse.Namespace) -> int:
    """Check every rule the books must keep, and what somebody else kept of them; print what does not hold."""
    from referral.checkpoints import Unreadable
    from storefront import verifying, verifying_log

    database = opened(existing(environment.read))
    with database.read() as db:
        found = list(verifying.problems(db))
        try:
            found += verifying_log.behind(db, text_of(given.anchor)) if given.anchor else []
        except Unreadable:
            raise SystemExit("--anchor is no kode cek, no checkpoint and no receipt of this hub.") from None
    database.close()
    for line in found:
        print(line)
    print("The books hold." if not found else f"{len(found)} problems.")
    return 1 if found else 0


def text_of(given: str) -> str:
    """A text, or what stands in the file of that name."""
    path = Path(given)
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else given
    except OSError:
        return given


def books(_: argparse.Namespace) -> int:
    """Print the whole ledger as beancount text."""
    from storefront.earning import exporting

    database = opened(existing(environment.read))
    with database.read() as db:
        for line in exporting.beancount(db):
            sys.stdout.write(line)
    database.close()
    return 0


def doctor(_: argparse.Namespace) -> int:
    """Look at everything that may be wrong with this hub and say what to do; exit 1 when something is."""
    from bots import doctor as doctors

    settings = existing(environment.read)
    findings = list(doctors.findings(settings, Path(settings.database_url.removeprefix("sqlite:///"))))
    for finding in findings:
        print(finding)
    return 1 if any(finding.is_bad for finding in findings) else 0


def backup(given: argparse.Namespace) -> int:
    """Write a backup of this hub into one file, beside a running one."""
    from bots.hub import real_clock
    from storefront import backups

    database = opened(existing(environment.read))
    if given.file.exists():
        raise SystemExit(f"{given.file} is already there; a backup is never written over another.")
    try:
        about = backups.take(database, given.file, real_clock(), progress("Backing up"))
    except OSError as fault:
        raise SystemExit(f"{given.file}: {fault.strerror}.") from None
    finally:
        database.close()
    size = given.file.stat().st_size
    print(f"{given.file}: {size / 1_000_000:.1f} MB, {about.transfers} transfers. The key is not in it;")
    print("keep a copy of it (the .key file, or SECRET_KEY) in another place: without it nobody can put this back.")
    return 0


def restore(given: argparse.Namespace) -> int:
    """Put a backup in place of this hub; what was there is kept beside it."""
    from bots.hub import real_clock
    from storefront import backups

    settings = existing_key()
    now = real_clock()
    try:
        with backups.in_place(settings, now) as database:
            about, wrong = backups.restore(given.file, database, now, progress("Putting back"))
    except backups.Unusable as no:
        raise SystemExit(str(no)) from None
    print(f"The hub is back as it was on {about.taken_at:%Y-%m-%d %H:%M} UTC, with {about.transfers} transfers.")
    for line in wrong:
        print(line)
    print("Payouts and old messages wait until you have compared what happened since; then say `getok reconciled`.")
    return 1 if wrong else 0


def reconciled(given: argparse.Namespace) -> int:
    """Somebody has compared the books with the world after a restore: payouts go on."""
    from bots.hub import real_clock
    from storefront import freezing

    database = opened(existing(environment.read))
    with database.write() as db:
        was_frozen = freezing.frozen_by(db) is not None
        held = freezing.reconciled(db, real_clock(), resend=given.resend)
    database.close()
    if not was_frozen:
        print("Nothing is frozen here.")
        return 0
    print("Payouts go on. Every seller is asked to look before she pays.")
    print(f"{held} old messages {'go out now, marked as repeats' if given.resend else 'are not sent any more'}.")
    return 0


def progress(what: str) -> Callable[[int, int], None]:
    """Show how far something long is, where somebody watches."""

    def show(done: int, of: int) -> None:
        if sys.stderr.isatty() and of:
            end = "\n" if done == of else ""
            print(f"\r{what} {100 * done // of:3d}%", end=end, file=sys.stderr, flush=True)

    return show


def existing(read: Callable[[], Settings]) -> Settings:
    """Settings of a hub that is there: looking at one must not make one."""
    path = environment.sqlite_file()
    if path is not None and not (path.exists() and is_key_there(path)):
        raise Unsafe(f"DATABASE_URL: there is no hub at {path} (its database or its key is missing).")
    return read()


def existing_key() -> Settings:
    """Settings of a hub whose key is there, whatever became of its database."""
    path = environment.sqlite_file()
    if path is not None and not is_key_there(path):
        raise Unsafe(
            f"SECRET_KEY: put the hub's key at {path.with_suffix('.key')} first; a backup opens with no other."
        )
    return environment.read()


def is_key_there(database: Path) -> bool:
    return bool(os.environ.get("SECRET_KEY")) or database.with_suffix(".key").exists()


def opened(settings: Settings) -> Database:
    return Database(settings.database_url, Vault(settings.secret_key), settings.zone)


# -- reading -----------------------------------------------------------------------------------------


def read(given: argparse.Namespace) -> int:
    """Read what comes in on standard input, a line of JSON each; as many lines come out, whatever came in."""
    from bots import reads

    reading: reads.Reading = reads.caption
    if given.what == "order":
        try:
            reading = reads.against(reads.catalogues_in(given.catalogues))
        except ValueError as problem:
            print(f"{given.catalogues}: {problem}", file=sys.stderr)
            return 2
    lines = (line.decode("utf-8", "replace") for line in sys.stdin.buffer)
    try:
        reads.each_line(lines, reading, sys.stdout)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on; that is no fault
    return 0


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
