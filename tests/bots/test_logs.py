"""The log: ids to look things up by, and never a secret or a word that anybody wrote."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bots import logs
from storefront import settings as environment
from storefront.settings import Settings

TOKEN = "700000001:" + "SECRETCANARY" * 3


@pytest.fixture
def configured() -> Iterator[Settings]:
    settings = environment.read(
        {
            "DATABASE_URL": "postgresql://h/x",
            "SECRET_KEY": "SECRETCANARY of the hub itself",
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "PORT": "8000",
        }
    )
    handlers, level = logging.root.handlers, logging.root.level
    logs.configure(settings)
    yield settings
    logging.root.handlers, logging.root.level = handlers, level
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_json_with_a_time_a_level_and_ids(configured: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with structlog.contextvars.bound_contextvars(inbox=17):
        structlog.get_logger().info("heard", channel="telegram")

    (line,) = lines(capsys)
    assert {name: line[name] for name in ("event", "level", "inbox", "channel")} == {
        "event": "heard",
        "level": "info",
        "inbox": 17,
        "channel": "telegram",
    }
    assert str(line["timestamp"]).endswith("Z")


def test_an_exception_is_told_by_type_and_place(configured: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        try:
            raise KeyError("PIICANARY Sari, Griya Asri C2/5")
        except KeyError as inner:
            raise ValueError("PIICANARY 0800-0000-1234") from inner
    except ValueError:
        structlog.get_logger().exception("message failed", incident="ab12cd34")

    (line,) = lines(capsys)
    assert line["fault"] == ["ValueError", "KeyError"]
    assert "test_logs.py" in str(line["at"])
    assert "CANARY" not in json.dumps(line)


def test_other_libraries_say_what_and_not_whom(configured: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise OSError("PIICANARY")
    except OSError:
        logging.getLogger("httpx").warning("POST %s failed", f"https://api/bot{TOKEN}/x PIICANARY", exc_info=True)

    (line,) = lines(capsys)
    assert (line["event"], line["library"], line["fault"]) == ("POST %s failed", "httpx", ["OSError"])
    assert "CANARY" not in json.dumps(line)


@pytest.mark.parametrize("secret", [TOKEN, TOKEN.partition(":")[2], "SECRETCANARY of the hub itself"])
def test_a_secret_is_struck_whoever_writes_it(
    secret: str, configured: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    structlog.get_logger().warning("oops", url=f"https://api/bot{secret}/getMe")
    logging.getLogger("other").error(f"oops {secret}")

    told = capsys.readouterr().err
    assert "CANARY" not in told
    assert told.count(logs.STRUCK) == 2
