"""The environment, read once into one frozen value. What is missing or unsafe stops the start, in one sentence."""

import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from storefront.database import Keeps

HOME = Path(__file__).resolve().parent.parent
SECRET_SHORTEST = 24
SAMPLES = {"changeme", "change-me", "secret", "sample", "test", "password", "your-secret-key", "my-secret-token", "xxx"}
SIGNS_FEWEST = 8
_TELEGRAM_TOKEN = re.compile(r"\d{5,}:[\w-]{30,}")
_OPERATOR = re.compile(r"telegram:\d{3,20}|whatsapp:\+\d{6,15}")
_CHANNEL = re.compile(r"@[A-Za-z]\w{4,31}|-100\d{5,15}")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{8,256}")


class Unsafe(SystemExit):
    """A setting stops the start; the message is one sentence that names it."""


@dataclass(frozen=True)
class Prices:
    """What WhatsApp costs, in whole rupiah: a message, more for a template; ``limit``: of a day, 0 is none."""

    message: int = 0
    template: int = 0
    limit: int = 0

    def of(self, session: int, template: int, received: int = 0) -> int:
        """What so many messages cost."""
        return self.message * (session + template + received) + self.template * template


FREE = Prices()


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides. Empty strings mean "not given"."""

    database_url: str = field(repr=False)
    public_url: str
    secret_key: str = field(repr=False)
    port: int
    telegram_token: str = field(repr=False)
    telegram_api_url: str
    telegram_username: str
    telegram_webhook_secret: str = field(repr=False)
    twilio_sid: str
    twilio_token: str = field(repr=False)
    twilio_from: str = field(repr=False)
    twilio_api_url: str
    xendit_api_url: str
    whatsapp_templates: Mapping[str, str]
    operator: str
    operators: tuple[str, ...]
    zone: ZoneInfo
    is_public: bool
    spool: Path
    proxies: int
    keeps: Keeps
    log_channel: str = ""
    prices: Prices = FREE
    has_buttons: bool = True
    backups: Path | None = None  #: where those begun from the web lie

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def has_telegram(self) -> bool:
        return bool(self.telegram_token)

    @property
    def has_telegram_webhook(self) -> bool:
        """Telegram posts to us where it can; a home without a public address asks it instead."""
        return bool(self.telegram_token and self.telegram_webhook_secret and self.is_public)

    @property
    def has_whatsapp(self) -> bool:
        return bool(self.twilio_sid)

    @property
    def is_simulated(self) -> bool:
        """Without any channel's credentials, the simulator's phones stand in for both."""
        return not (self.has_telegram or self.has_whatsapp)


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the environment; raise `Unsafe` with one sentence that names what is wrong."""
    env = os.environ if environ is None else environ
    port = a_port(env.get("PORT", "8000"))
    database_url = a_database(env.get("DATABASE_URL", ""))
    settings = Settings(
        database_url=database_url,
        public_url=an_origin("PUBLIC_URL", env.get("PUBLIC_URL", "")) or f"http://127.0.0.1:{port}",
        secret_key=a_secret(env.get("SECRET_KEY", ""), database_url),
        port=port,
        telegram_token=a_token(env.get("TELEGRAM_BOT_TOKEN", "")),
        telegram_api_url=an_origin("TELEGRAM_API_URL", env.get("TELEGRAM_API_URL", "")) or "https://api.telegram.org",
        telegram_username=env.get("GETOK_TELEGRAM_USERNAME", ""),
        telegram_webhook_secret=a_webhook_secret(env.get("TELEGRAM_WEBHOOK_SECRET", "")),
        twilio_sid=env.get("TWILIO_ACCOUNT_SID", ""),
        twilio_token=env.get("TWILIO_AUTH_TOKEN", ""),
        twilio_from=env.get("TWILIO_WHATSAPP_FROM", "").removeprefix("whatsapp:"),
        twilio_api_url=an_origin("TWILIO_API_URL", env.get("TWILIO_API_URL", "")),
        xendit_api_url=an_origin("XENDIT_API_URL", env.get("XENDIT_API_URL", "")) or "https://api.xendit.co",
        whatsapp_templates=some_templates(env.get("GETOK_WHATSAPP_TEMPLATES", "")),
        operator=env.get("GETOK_OPERATOR", ""),
        operators=some_operators(env.get("GETOK_OPERATORS", "")),
        zone=a_zone(env.get("GETOK_ZONE", "Asia/Jakarta")),
        is_public=bool(env.get("PUBLIC_URL")),
        spool=a_spool(env.get("GETOK_SPOOL", ""), database_url),
        proxies=a_count("GETOK_PROXIES", env.get("GETOK_PROXIES", "0")),
        keeps=Keeps(
            chat_days=some_days("GETOK_KEEP_CHAT_DAYS", env.get("GETOK_KEEP_CHAT_DAYS", "30")),
            proof_days=some_days("GETOK_KEEP_PROOF_DAYS", env.get("GETOK_KEEP_PROOF_DAYS", "90")),
            address_days=some_days("GETOK_KEEP_ADDRESS_DAYS", env.get("GETOK_KEEP_ADDRESS_DAYS", "365")),
        ),
        prices=Prices(
            message=some_rupiah("GETOK_WHATSAPP_MESSAGE_COST", env.get("GETOK_WHATSAPP_MESSAGE_COST", "0")),
            template=some_rupiah("GETOK_WHATSAPP_TEMPLATE_COST", env.get("GETOK_WHATSAPP_TEMPLATE_COST", "0")),
            limit=some_rupiah("GETOK_WHATSAPP_DAY_LIMIT", env.get("GETOK_WHATSAPP_DAY_LIMIT", "0")),
        ),
        log_channel=a_channel(env.get("GETOK_LOG_CHANNEL", "")),
        has_buttons=on_or_off("GETOK_WHATSAPP_BUTTONS", env.get("GETOK_WHATSAPP_BUTTONS", "on")),
        backups=a_backup_folder(env.get("GETOK_BACKUPS", ""), database_url),
    )
    all_of_twilio_or_none(settings)
    if settings.has_whatsapp and not settings.is_public:
        raise Unsafe("PUBLIC_URL is missing: Twilio signs the public address, so WhatsApp cannot work without it.")
    return settings


def a_port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6) or not 0 < int(text) < 65_536:
        raise Unsafe(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def a_database(url: str) -> str:
    """The default is one SQLite file under var/. Hosts still hand out postgres:// addresses; we mean psycopg."""
    if not url:
        return f"sqlite:///{HOME / 'var' / 'getok.db'}"
    url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise Unsafe("DATABASE_URL must begin with sqlite:/// or postgresql://.")
    return url


def an_origin(name: str, url: str) -> str:
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Unsafe(f"{name} must be an address like https://shop.example, not {url!r}.")
    return url.rstrip("/")


def a_secret(given: str, database_url: str) -> str:
    """The key everything private hangs on. A home install makes its own once and keeps it beside the database."""
    if given:
        if len(given) < SECRET_SHORTEST or len(set(given)) < SIGNS_FEWEST or is_sample(given):
            raise Unsafe("SECRET_KEY must be at least 24 characters that nobody can guess.")
        return given
    path = key_file(database_url)
    if path is None:
        raise Unsafe("SECRET_KEY is missing: with PostgreSQL it must be given, the same to every process.")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".key.new")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        fresh.rename(path)  # whole or not at all
    kept = path.read_text().strip()
    if len(kept) < SECRET_SHORTEST:
        raise Unsafe(f"SECRET_KEY: the key kept in {path.name} is damaged; put back the one from your backup.")
    return kept


def sqlite_file(environ: Mapping[str, str] | None = None) -> Path | None:
    """Where the hub's SQLite database lies by this environment; None with PostgreSQL."""
    url = a_database((os.environ if environ is None else environ).get("DATABASE_URL", ""))
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def is_sample(secret: str) -> bool:
    """Whether this is the kind of thing a manual shows."""
    plain = secret.lower()
    return plain in SAMPLES or any(
        word in plain for word in ("changeme", "change-me", "your-secret", "your_secret", "your_auth")
    )


def key_file(database_url: str) -> Path | None:
    if not database_url.startswith("sqlite:///"):
        return None
    return Path(database_url.removeprefix("sqlite:///")).with_suffix(".key")


def a_token(token: str) -> str:
    if token and not _TELEGRAM_TOKEN.fullmatch(token):
        raise Unsafe("TELEGRAM_BOT_TOKEN does not look like a token from BotFather (digits, a colon, 35 signs).")
    return token


def a_channel(name: str) -> str:
    """A Telegram channel that the bot may post to: ``@name``, or its number (Bot API, *chat_id*)."""
    if name and not _CHANNEL.fullmatch(name):
        raise Unsafe(f"GETOK_LOG_CHANNEL must be a Telegram channel like @name or -1001234567890, not {name!r}.")
    return name


def a_webhook_secret(secret: str) -> str:
    """What only Telegram and we know (Bot API, setWebhook: 1 to 256 of A-Z a-z 0-9 _ -)."""
    if secret and (not _WEBHOOK_SECRET.fullmatch(secret) or secret.lower() in SAMPLES):
        raise Unsafe("TELEGRAM_WEBHOOK_SECRET must be 8 to 256 of A-Z, a-z, 0-9, _ and -, and nobody can guess it.")
    return secret


def a_spool(folder: str, database_url: str) -> Path:
    """Where events wait while the database does not answer: beside a SQLite hub, else under var/."""
    if folder:
        return Path(folder)
    if database_url.startswith("sqlite:///"):
        return Path(database_url.removeprefix("sqlite:///")).with_suffix(".spool")
    return HOME / "var" / "spool"


def a_backup_folder(folder: str, database_url: str) -> Path:
    """Where backups begun from the web are written to: beside a SQLite hub, else under var/."""
    if folder:
        return Path(folder)
    if database_url.startswith("sqlite:///"):
        return Path(database_url.removeprefix("sqlite:///")).with_suffix(".backups")
    return HOME / "var" / "backups"


def a_count(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > 9:
        raise Unsafe(f"{name} must be a number from 0 to 9, not {text!r}.")
    return int(text)


def some_days(name: str, text: str) -> int:
    """From a week, so that nothing is forgotten under somebody's hands, to thirty years."""
    if not (text.isascii() and text.isdigit() and 7 <= int(text[:6]) <= 10_958):
        raise Unsafe(f"{name} must be a number of days from 7 to 10958, not {text!r}.")
    return int(text)


def some_rupiah(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Unsafe(f"{name} must be an amount in whole rupiah, like 80, not {text!r}.")
    return int(text)


def on_or_off(name: str, text: str) -> bool:
    if text not in {"on", "off"}:
        raise Unsafe(f"{name} must be on or off, not {text!r}.")
    return text == "on"


def a_zone(name: str) -> ZoneInfo:
    if name not in available_timezones():
        raise Unsafe(f"GETOK_ZONE must be a time zone like Asia/Jakarta, not {name!r}.")
    return ZoneInfo(name)


def some_operators(text: str) -> tuple[str, ...]:
    """Who runs the hub, as the chats know them: ``telegram:<chat id>`` or ``whatsapp:+62...``, with commas between."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    for one in found:
        if not _OPERATOR.fullmatch(one):
            raise Unsafe(f"GETOK_OPERATORS names people like telegram:123456 or whatsapp:+62..., not {one!r}.")
    return found


def some_templates(text: str) -> dict[str, str]:
    """The content ids of approved WhatsApp templates, as JSON: {"update_id_0": "HX...", ...}."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(str(sid).startswith("HX") for sid in found.values()):
        raise Unsafe("GETOK_WHATSAPP_TEMPLATES must be JSON that gives each template's name its content id (HX...).")
    return {str(name): str(sid) for name, sid in found.items()}


def all_of_twilio_or_none(settings: Settings) -> None:
    given = {
        "TWILIO_ACCOUNT_SID": settings.twilio_sid,
        "TWILIO_AUTH_TOKEN": settings.twilio_token,
        "TWILIO_WHATSAPP_FROM": settings.twilio_from,
    }
    missing = [name for name, value in given.items() if not value]
    if missing and len(missing) < len(given):
        raise Unsafe(f"{missing[0]} is missing: WhatsApp needs all of {', '.join(given)}.")
    if is_sample(settings.twilio_token):
        raise Unsafe("TWILIO_AUTH_TOKEN is a sample; take the account's own from Twilio's console.")
