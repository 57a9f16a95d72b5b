"""What is written down about a hub's work: one line of JSON an event, with ids to look things up by.

No name, no number, no word that anybody wrote, and no secret. An exception is told by its type and by where
it happened; its message stays out, because messages quote what they failed on (a PostgreSQL unique
violation quotes the address, an HTTP error the token in the URL). Secrets are struck from every line once
more at the very end, whatever wrote it.
"""

import json
import logging
import sys
import traceback
from collections.abc import Callable, Iterable, MutableMapping
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import structlog

from storefront.settings import Settings

Line = MutableMapping[str, Any]
FRAMES = 12
LONGEST = 200
STRUCK = "[secret]"
SHORTEST = 8


def quiet() -> None:
    """For short commands: warnings only, to standard error, and without anything people wrote."""
    structlog.configure(
        processors=[structlog.processors.add_log_level, told_by_type, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def configure(settings: Settings) -> None:
    """Send our own log and everybody else's through one door, to standard error."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            told_by_type,
            structlog.processors.JSONRenderer(ensure_ascii=False),
            striker(secrets_of(settings)),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.root.handlers = [Door()]
    logging.root.setLevel(logging.WARNING)


class Door(logging.Handler):
    """Another library's line goes through our door: its logger and its sentence, without what it put in."""

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[1] if record.exc_info else None
        ours = structlog.get_logger(library=record.name)
        ours.log(record.levelno, str(record.msg)[:LONGEST], **({"exc_info": fault} if fault else {}))


def secrets_of(settings: Settings) -> list[str]:
    """Every value that must never stand in a line."""
    token = settings.telegram_token
    database = urlsplit(settings.database_url).password or ""
    given = [
        database,
        settings.secret_key,
        token,
        token.partition(":")[2],
        settings.telegram_webhook_secret,
        settings.twilio_token,
    ]
    return [secret for secret in given if len(secret) >= SHORTEST]


def striker(secrets: Iterable[str]) -> Callable[[Any, str, Any], Any]:
    """Strike secrets from a finished line."""
    spelt = {form for secret in secrets for form in (secret, json.dumps(secret)[1:-1])}  # lines are JSON by now
    known = sorted(spelt, key=len, reverse=True)

    def strike(_: Any, __: str, line: Any) -> Any:
        for secret in known:
            line = line.replace(secret, STRUCK)
        return line

    return strike


def told_by_type(_: Any, __: str, line: Line) -> Line:
    """An exception as its chain of types and the places it came through, without its message."""
    given = line.pop("exc_info", None)
    if not given:
        return line
    fault = given if isinstance(given, BaseException) else sys.exc_info()[1]
    if fault:
        line.update(fault_of(fault))
    return line


def fault_of(fault: BaseException) -> dict[str, list[str]]:
    return {"fault": [type(one).__name__ for one in chain(fault)], "at": places(fault.__traceback__)}


def chain(fault: BaseException | None) -> Iterable[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)


def places(trace: TracebackType | None) -> list[str]:
    """Where it happened, the innermost last."""
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
