"""What must never stand in a log: keys, tokens, and anything people told us. Canaries are sent in, and looked for."""

import itertools
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import structlog
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bots.hub import SIMULATED_BOT, SIMULATED_NUMBER, MovableClock, Simulated, real_clock
from bots.phones import Phones, TelegramPhones, WhatsAppPhones
from storefront import rows
from storefront import settings as environment
from storefront.models import OutboxMessage, Person
from storefront.refusals import Refusal
from storefront.selling.orders import confirming, placing
from tests.attacks.common import HOME
from tests.conftest import OPEN_SHOP, ROOT, START, tell
from tests.peers import LOOPBACK, bot_api, origin, served, twilio
from tests.test_run_process import answers, free_port, until

logs = pytest.importorskip("bots.logs")

SECRETS = {
    "SECRET_KEY": "SECRETCANARY-key-0123456789-abcdefgh",
    "TELEGRAM_BOT_TOKEN": "700000001:SECRETCANARY-telegram-0123456789abcdef",
    "TELEGRAM_WEBHOOK_SECRET": "SECRETCANARY-webhook-0123456789",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "SECRETCANARY-twilio-0123456789",
    "TWILIO_WHATSAPP_FROM": SIMULATED_NUMBER,
}
CANARY = re.compile(r"SECRETCANARY|PIICANARY|0877700\w*|C2/55555|\+628\d{8,}", re.IGNORECASE)
SALE = """
sari@{c} opens: $link
sari@{c} says: 2, antar griya asri PIICANARY-gang C2/55555, an Piicanary-Sari, qris
sari@{c} says: PIICANARY apa kabar 087770012345
sari@{c} taps: Sudah bayar
rina@telegram taps: Uang masuk
rina@telegram says: dana 0877700-1234 an PIICANARY
"""


def settings_with(url: str) -> environment.Settings:
    shown = {name: value for name, value in SECRETS.items() if not name.startswith(("TELEGRAM_BOT", "TWILIO"))}
    return environment.read({"DATABASE_URL": url, "PUBLIC_URL": HOME, "PORT": "8000", **shown})


@pytest.fixture
def logged(url: str) -> Iterator[Simulated]:
    """A hub that logs as a real one does."""
    given = settings_with(url)
    before = structlog.get_config()
    logs.configure(given)
    hub = Simulated(given, MovableClock(START))
    yield hub
    hub.close()
    structlog.configure(**before)


def written(capfd: pytest.CaptureFixture[str]) -> str:
    out, err = capfd.readouterr()
    return out + err


def found_in(log: str) -> list[str]:
    return [line[:300] for line in log.splitlines() if CANARY.search(line)]


# -- what is logged when all is well -----------------------------------------------------------------


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_a_sale_leaves_no_word_in_the_log(logged: Simulated, capfd: pytest.CaptureFixture[str], channel: str) -> None:
    player = tell(logged, OPEN_SHOP)
    capfd.readouterr()

    tell(logged, SALE.format(c=channel), **player.kept)

    assert found_in(written(capfd)) == []


# -- what is logged when it is not -------------------------------------------------------------------

SAID = "PIICANARY of Sari, +6281234567890, SECRETCANARY-telegram"
TOKEN = SECRETS["TELEGRAM_BOT_TOKEN"]
FAULTS: dict[str, Callable[[], Exception]] = {
    "a mistake of ours": lambda: RuntimeError(SAID),
    "a lookup": lambda: KeyError(SAID),
    "a unique row": lambda: IntegrityError(f"INSERT '{SAID}'", {"name": SAID}, Exception(SAID)),
    "an address with the token": lambda: requests.ConnectionError(f"https://api.telegram.org/bot{TOKEN}/getMe refused"),
    "many at once": lambda: ExceptionGroup(SAID, [ValueError(SAID), OSError(SAID)]),
    "a decode": lambda: UnicodeDecodeError("utf-8", SAID.encode(), 0, 1, SAID),
    "one caused by another": lambda: caused(ValueError(SAID), KeyError(SAID)),
    "one with a note": lambda: noted(ValueError("x"), SAID),
}


def caused(fault: Exception, cause: Exception) -> Exception:
    fault.__cause__ = cause
    return fault


def noted(fault: Exception, note: str) -> Exception:
    fault.add_note(note)
    return fault


@pytest.mark.parametrize("kind", FAULTS)
def test_a_use_case_that_fails_says_no_word_of_it(
    logged: Simulated, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    player = tell(logged, OPEN_SHOP + "sari@telegram says: halo")

    def fails(*_: Any, **__: Any) -> None:
        raise FAULTS[kind]()

    monkeypatch.setattr(placing, "place", fails)
    capfd.readouterr()
    logged.phones.telegram.starts("sari", "p_" + player.kept["link"].rpartition("/")[2])
    logged.phones.telegram.says("sari", "2, antar griya asri PIICANARY C2/55555, an Sari, qris")
    logged.settle()

    log = written(capfd)
    assert "message failed" in log
    assert found_in(log) == []


def test_a_database_that_refuses_says_no_word_of_it(logged: Simulated, capfd: pytest.CaptureFixture[str]) -> None:
    """A unique violation quotes the row."""
    tell(logged, "sari@telegram says: halo")
    capfd.readouterr()

    with pytest.raises(IntegrityError) as caught, logged.database.write() as db:
        db.execute(text("INSERT INTO identities SELECT * FROM identities"))
    log = structlog.get_logger()
    log.error("it failed", exc_info=caught.value)
    try:
        with logged.database.write() as db:
            db.execute(text("INSERT INTO profiles (person_id, name) VALUES (1, :name)"), {"name": SAID})
    except IntegrityError:
        log.exception("it failed again")

    told = written(capfd)
    assert "it failed again" in told
    assert found_in(told) == []


def test_a_channel_that_fails_says_no_word_of_it(
    logged: Simulated, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An HTTP error names the address, and the address has the token in it."""
    tell(logged, "sari@telegram says: halo")
    capfd.readouterr()
    logged.phones.telegram.says("sari", "menu")
    logged.bot.poll(logged.database, logged.now())

    def fails(_: Any) -> None:
        raise requests.HTTPError(f"400 for url: https://api.telegram.org/bot{TOKEN}/sendMessage?text={SAID}")

    monkeypatch.setattr(logged.bot, "deliver", fails)
    logged.work()

    log = written(capfd)
    assert "deliver" in log
    assert found_in(log) == []


@pytest.mark.parametrize("reason", [SAID, f"bot was blocked by PIICANARY {TOKEN}"])
def test_what_a_channel_says_of_a_refusal_is_not_quoted(
    logged: Simulated, capfd: pytest.CaptureFixture[str], reason: str
) -> None:
    """Whoever refuses may quote what was said to it."""
    tell(logged, "sari@telegram says: halo")
    logged.phones.telegram.says("sari", "menu")
    logged.bot.poll(logged.database, logged.now())
    capfd.readouterr()

    logged.phones.telegram.fails_next(f"Bad Request: {reason}", 400)
    logged.work()

    assert found_in(written(capfd)) == []


def test_a_notice_that_cannot_be_rendered_says_no_word_of_it(
    logged: Simulated, capfd: pytest.CaptureFixture[str]
) -> None:
    tell(logged, "sari@telegram says: halo")
    capfd.readouterr()
    with logged.database.write() as db:
        times = {"created_at": logged.now(), "due_at": logged.now(), "attempts": 0, "state": "waiting"}
        broken = {"channel": "telegram", "kind": "say", "notice": "paid", "facts": {"buyer": SAID}}
        rows.add(db, OutboxMessage, **broken, address="PIICANARY", person_id=None, **times)

    logged.settle()

    log = written(capfd)
    assert log
    assert found_in(log) == []


def test_a_page_that_fails_says_no_word_of_it(
    logged: Simulated, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError(SAID)

    monkeypatch.setattr("storefront.web.books.of_hub", fails)
    capfd.readouterr()

    answer = logged.client.get("/books?name=PIICANARY", headers={"User-Agent": "PIICANARY"}, base_url=HOME)

    assert answer.status_code == 500
    assert not CANARY.search(answer.get_data(as_text=True))
    assert found_in(written(capfd)) == []


def test_another_librarys_log_says_no_word_of_it(logged: Simulated, capfd: pytest.CaptureFixture[str]) -> None:
    import logging

    capfd.readouterr()
    log = logging.getLogger("httpx")
    log.warning("HTTP Request: POST https://api.telegram.org/bot%s/sendMessage", TOKEN)
    log.warning("to %(who)s", {"who": SAID})
    log.error(f"said {SECRETS['SECRET_KEY']}")
    try:
        raise ValueError(SAID)
    except ValueError:
        log.exception("failed")

    told = written(capfd)
    assert "failed" in told
    assert found_in(told) == []


def test_a_line_of_the_log_is_one_line(logged: Simulated, capfd: pytest.CaptureFixture[str]) -> None:
    """A name with a line break in it must not write a second line in our name."""
    capfd.readouterr()
    structlog.get_logger().warning("x", reason='a\n{"event": "forged"}\r\n\x1b[31mred\u2028z\x85')

    lines = written(capfd).strip("\n").split("\n")
    assert len(lines) == 1
    assert "\x1b" not in lines[0]


def test_an_expected_no_is_not_logged_at_all(logged: Simulated, capfd: pytest.CaptureFixture[str]) -> None:
    tell(logged, "sari@telegram says: halo")
    capfd.readouterr()
    with pytest.raises(Refusal), logged.database.write() as db:
        confirming.confirm(db, 999, db.scalar(text("SELECT min(id) FROM people")) or 0, logged.now())

    assert written(capfd) == ""
    assert Person.__tablename__ == "people"


# -- a process of its own ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Running:
    phones: Phones
    url: str
    log: Path
    process: "subprocess.Popen[bytes]"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """`getok run` with a canary for every secret, and everything it writes in one file."""
    port = free_port()
    home = f"http://{LOOPBACK}:{port}"

    def post(path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> int:
        return requests.post(home + path, data=dict(form), headers=dict(headers), timeout=10).status_code

    def fetch(url: str) -> tuple[int, str, bytes]:
        answer = requests.get(url, timeout=10)
        return answer.status_code, answer.headers["Content-Type"].split(";")[0], answer.content

    seq = itertools.count(1)
    telegram = TelegramPhones(TOKEN, SIMULATED_BOT, real_clock, seq)
    sid, token = SECRETS["TWILIO_ACCOUNT_SID"], SECRETS["TWILIO_AUTH_TOKEN"]
    whatsapp = WhatsAppPhones(sid, token, SIMULATED_NUMBER, post, home, fetch=fetch, now=real_clock, seq=seq)
    peers = [served(bot_api(telegram)), served(twilio(whatsapp))]
    whatsapp.api_origin = whatsapp.storage_origin = origin(peers[1])
    secrets = {name: value for name, value in SECRETS.items() if name != "TELEGRAM_WEBHOOK_SECRET"}
    env = {**os.environ, **secrets, "DATABASE_URL": f"sqlite:///{tmp_path}/getok.db", "PORT": str(port)}
    env |= {"PUBLIC_URL": home, "TELEGRAM_API_URL": origin(peers[0]), "TWILIO_API_URL": origin(peers[1])}
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-m", "bots", "run"], cwd=ROOT, env=env, stdout=out, stderr=out)
    try:
        until(lambda: answers(f"{home}/healthz"))
        yield Running(Phones(telegram, whatsapp), home, log, process)
    finally:
        process.kill()
        process.wait(10)
        for peer in peers:
            peer.shutdown()
            peer.server_close()


def told(phones: Phones, channel: str, count: int = 1) -> bool:
    return phones.sent_to("sari", channel) >= count


def test_a_running_hub_writes_no_secret_whatever_happens_to_it(running: Running) -> None:
    """Faults of every channel, words in every place, forged posts: and then its whole log is read."""
    phones, home = running.phones, running.url
    phones.telegram.starts("sari")
    phones.whatsapp.says("sari", "PIICANARY halo")
    until(lambda: told(phones, "telegram") and told(phones, "whatsapp"))
    phones.telegram.fails_next(f"Bad Request: {SAID}", 400)
    phones.telegram.fails_next("Unauthorized", 401)
    phones.telegram.fails_next(f"Forbidden: {SAID}", 403)
    phones.telegram.fails_next("Bad Gateway", 502)
    phones.telegram.says("sari", "PIICANARY menu")
    phones.whatsapp.sends_photo("sari", b"PIICANARY", "PIICANARY")
    for path in ("/whatsapp/webhook", "/telegram/webhook", "/s/PIICANARY", "/statement/PIICANARY.csv?x=PIICANARY"):
        requests.post(home + path, data={"Body": SAID, "From": SAID}, headers={"X-Twilio-Signature": "x"}, timeout=10)
        requests.get(home + path, headers={"User-Agent": "PIICANARY"}, timeout=10)
    until(lambda: told(phones, "whatsapp", 2))
    time.sleep(1)  # what it has to say about all this, it says in a moment

    running.process.terminate()
    running.process.wait(30)
    log = running.log.read_text(encoding="utf-8")

    assert "Getok runs" in log
    assert found_in(log) == []


# -- starting ----------------------------------------------------------------------------------------

GOOD = {
    "SECRET_KEY": "k3y-0123456789-abcdefghijkl",
    "PUBLIC_URL": "https://shop.example",
    "TELEGRAM_BOT_TOKEN": "700000001:" + "a" * 35,
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": "t0ken-0123456789abcdef0123456789",
    "TWILIO_WHATSAPP_FROM": "+6280000000000",
}
UNSAFE: list[tuple[str, dict[str, str | None]]] = [
    ("SECRET_KEY", {"SECRET_KEY": "short"}),
    ("SECRET_KEY", {"SECRET_KEY": "changeme"}),
    ("SECRET_KEY", {"SECRET_KEY": "x" * 23}),
    ("SECRET_KEY", {"SECRET_KEY": "a" * 40}),
    ("SECRET_KEY", {"SECRET_KEY": " " * 40}),
    ("SECRET_KEY", {"SECRET_KEY": "changeme-changeme-changeme"}),
    ("SECRET_KEY", {"SECRET_KEY": "your-secret-key-goes-right-here"}),
    ("SECRET_KEY", {"SECRET_KEY": None, "DATABASE_URL": "postgresql://x/y"}),
    ("SECRET_KEY", {"SECRET_KEY": "", "DATABASE_URL": "postgresql://x/y"}),
    ("TELEGRAM_BOT_TOKEN", {"TELEGRAM_BOT_TOKEN": "token"}),
    ("TELEGRAM_BOT_TOKEN", {"TELEGRAM_BOT_TOKEN": "123:short"}),
    ("TELEGRAM_BOT_TOKEN", {"TELEGRAM_BOT_TOKEN": "700000001:" + "a" * 35 + "/../x"}),
    ("TWILIO_AUTH_TOKEN", {"TWILIO_AUTH_TOKEN": None}),
    ("TWILIO_AUTH_TOKEN", {"TWILIO_AUTH_TOKEN": ""}),
    ("TWILIO_AUTH_TOKEN", {"TWILIO_AUTH_TOKEN": "your_auth_token"}),
    ("TWILIO_ACCOUNT_SID", {"TWILIO_ACCOUNT_SID": ""}),
    ("TWILIO_WHATSAPP_FROM", {"TWILIO_WHATSAPP_FROM": ""}),
    ("PUBLIC_URL", {"PUBLIC_URL": None}),
    ("PUBLIC_URL", {"PUBLIC_URL": ""}),
    ("PUBLIC_URL", {"PUBLIC_URL": "shop.example"}),
    ("PUBLIC_URL", {"PUBLIC_URL": "javascript:alert(1)"}),
    ("TELEGRAM_API_URL", {"TELEGRAM_API_URL": "file:///etc/passwd"}),
    ("TWILIO_API_URL", {"TWILIO_API_URL": "gopher://x"}),
    ("DATABASE_URL", {"DATABASE_URL": "mysql://x"}),
    ("PORT", {"PORT": "0"}),
    ("PORT", {"PORT": "²"}),
    ("PORT", {"PORT": "99999"}),
    ("GETOK_ZONE", {"GETOK_ZONE": "../../etc/passwd"}),
    ("GETOK_WHATSAPP_TEMPLATES", {"GETOK_WHATSAPP_TEMPLATES": "[]"}),
]


def env_of(tmp_path: Path, changes: Mapping[str, str | None]) -> dict[str, str]:
    given: dict[str, str | None] = {"DATABASE_URL": f"sqlite:///{tmp_path}/x.db", **GOOD, **changes}
    return {name: value for name, value in given.items() if value is not None}


@pytest.mark.parametrize(("name", "changes"), UNSAFE, ids=lambda value: str(value)[:50])
def test_what_is_unsafe_stops_the_start_in_one_sentence(
    tmp_path: Path, name: str, changes: dict[str, str | None]
) -> None:
    with pytest.raises(environment.Unsafe, match=name) as stopped:
        environment.read(env_of(tmp_path, changes))

    said = str(stopped.value)
    assert "\n" not in said
    secret = changes.get(name) if "KEY" in name or "TOKEN" in name else None
    assert not secret or len(secret) < 9 or secret not in said


def test_what_is_safe_starts(tmp_path: Path) -> None:
    assert environment.read(env_of(tmp_path, {})).has_whatsapp


def test_the_environments_value_does_not_tell_its_secrets(tmp_path: Path) -> None:
    """Somebody will print it one day, or a traceback will."""
    shown = repr(environment.read(env_of(tmp_path, {"SECRET_KEY": SECRETS["SECRET_KEY"]})))

    assert not CANARY.search(shown)
    assert GOOD["TWILIO_AUTH_TOKEN"] not in shown


def test_a_key_that_is_made_is_ones_own(tmp_path: Path) -> None:
    environment.read(env_of(tmp_path, {"SECRET_KEY": None}))

    kept = tmp_path / "x.key"
    assert kept.stat().st_mode & 0o077 == 0
    assert len(kept.read_text()) >= 40
