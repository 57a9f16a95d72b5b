"""The commands: what they print, how they end, and one sentence for everything that is missing or unsafe."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bots.__main__ import main
from storefront import settings
from storefront.database import AlreadyRunning, Database
from storefront.earning import commitments, log
from storefront.settings import Unsafe
from storefront.vault import Vault
from tests.builders import NOW
from tests.conftest import JAKARTA, ROOT, STORIES, vault

GOOD = {"DATABASE_URL": "sqlite:////tmp/x/getok.db", "SECRET_KEY": "long enough to be a secret", "PORT": "8000"}
TOKEN = "700000001:" + "x" * 35


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"PORT": "abc"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"SECRET_KEY": "changeme"}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DATABASE_URL": "postgres://h/x", "SECRET_KEY": ""}, "SECRET_KEY"),
        ({"PUBLIC_URL": "shop.example"}, "PUBLIC_URL"),
        ({"TELEGRAM_BOT_TOKEN": "nonsense"}, "TELEGRAM_BOT_TOKEN"),
        ({"TWILIO_ACCOUNT_SID": "AC1"}, "TWILIO_AUTH_TOKEN"),
        (
            {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_WHATSAPP_FROM": "+62800"},
            "PUBLIC_URL",
        ),
        ({"GETOK_ZONE": "Jakarta"}, "GETOK_ZONE"),
        ({"GETOK_LOG_CHANNEL": "buku"}, "GETOK_LOG_CHANNEL"),
        ({"GETOK_WHATSAPP_TEMPLATES": "[]"}, "GETOK_WHATSAPP_TEMPLATES"),
        ({"GETOK_WHATSAPP_TEMPLATES": "{"}, "GETOK_WHATSAPP_TEMPLATES"),
    ],
)
def test_an_unsafe_start_is_stopped_with_one_sentence_that_names_it(changes: dict[str, str], named: str) -> None:
    with pytest.raises(Unsafe) as stop:
        settings.read({**GOOD, **changes})

    assert named in str(stop.value)
    assert "\n" not in str(stop.value)


def test_a_good_environment_is_read() -> None:
    read = settings.read({**GOOD, "DATABASE_URL": "postgres://u@h/x", "TELEGRAM_BOT_TOKEN": TOKEN})

    assert read.database_url == "postgresql+psycopg://u@h/x"
    assert (read.has_telegram, read.has_whatsapp, read.is_simulated, read.is_sqlite) == (True, False, False, False)


def test_a_home_hub_makes_its_own_secret_once(tmp_path: Path) -> None:
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/new/getok.db"}

    first, second = settings.read(env).secret_key, settings.read(env).secret_key

    assert first == second
    assert len(first) > 40
    assert (tmp_path / "new/getok.key").stat().st_mode & 0o777 == 0o600


def test_a_second_process_that_would_write_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/getok.db"
    one, other = Database(url, vault(), JAKARTA), Database(url, vault(), JAKARTA)
    one.claim()
    with pytest.raises(AlreadyRunning, match="one is enough"):
        other.claim()
    with other.read() as db:
        assert db.vault
    one.close()
    other.close()


@pytest.mark.parametrize("name", ["console"])
def test_what_is_not_there_yet_says_so(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "x"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("story", "code", "shown"),
    [
        ("sari@telegram says: halo\nsari@telegram sees: Getok", 0, "bot messages"),
        ("sari@telegram says: halo\nsari@telegram sees: Rp1", 1, "line 2"),
        ("sari@telegram dances", 2, "line 1"),
    ],
)
def test_playing_a_story(story: str, code: int, shown: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "story.chat"
    path.write_text(story)

    assert main(["play", str(path)]) == code

    captured = capsys.readouterr()
    assert shown in captured.out + captured.err


def test_playing_a_story_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["play", str(STORIES / "nowhere.chat")]) == 2
    assert "nowhere.chat" in capsys.readouterr().err


def test_apart_on_sqlite_says_what_to_do() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bots", "worker"], capture_output=True, text=True, cwd=ROOT, env={**GOOD}, check=False
    )

    assert done.returncode == 1
    assert "need PostgreSQL" in done.stderr


def test_migrate_then_verify(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/getok.db")

    assert main(["migrate"]) == 0
    assert main(["verify"]) == 0
    assert "The books hold." in capsys.readouterr().out


def test_looking_at_a_hub_that_is_not_there_makes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none/getok.db")
    with pytest.raises(Unsafe, match="there is no hub"):
        main(["verify"])

    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        env = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/getok.db", "PORT": port}
        done = subprocess.run(
            [sys.executable, "-m", "bots", "run"], capture_output=True, text=True, cwd=ROOT, env=env, check=False
        )

    assert done.returncode == 1
    assert done.stderr.startswith(f"PORT {port} is already in use")


def test_a_database_that_does_not_answer_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
        patch.setenv("SECRET_KEY", "long enough to be a secret")

        assert main(["verify"]) == 1

    assert capsys.readouterr().err.startswith("DATABASE_URL: the database does not answer")


def test_a_story_is_found_from_where_one_stands(tmp_path: Path) -> None:
    (tmp_path / "mine.chat").write_text("sari@telegram says: halo\nsari@telegram sees: Getok\n")
    done = subprocess.run(
        [ROOT / "bin" / "getok", "play", "mine.chat"], capture_output=True, text=True, cwd=tmp_path, check=False
    )

    assert done.returncode == 0, done.stderr


def reads(given: bytes, *arguments: str) -> list[dict[str, object]]:
    """What ``getok read`` writes for what comes in: one line for each, whatever it was."""
    done = subprocess.run(
        [sys.executable, "-m", "bots", "read", *arguments], input=given, capture_output=True, check=True, cwd=ROOT
    )
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def test_captions_are_read_line_by_line() -> None:
    first, second = reads(b'{"caption": "Nastar 85rb/toples, stok 6", "id": 7}\n{"caption": "apa kabar"}', "caption")

    assert (first["id"], first["caption"]) == (7, "Nastar 85rb/toples, stok 6")
    read = first["read"]
    assert isinstance(read, dict)
    assert (read["name"], read["price"], read["unit"], read["stock"]) == ("Nastar", 85_000, "toples", 6)
    assert second["read"]["price"] is None  # type: ignore[index]


GARBAGE = b'\n{"caption": 5}\n[]\nnastar 85rb\n{"caption": NaN}\n\xff\xfe\n{"caption": "\\ud83d"}\n' + b"[" * 5_000


def test_garbage_gives_a_line_each_and_no_fault() -> None:
    found = reads(GARBAGE, "caption")

    assert len(found) == len(GARBAGE.split(b"\n"))
    assert ["error" in line for line in found] == [True] * 6 + [False, True]


def test_orders_are_read_against_the_catalogue_they_name(tmp_path: Path) -> None:
    shelf = tmp_path / "shelf.json"
    product = {"id": 3, "name": "Nastar", "price": 85_000, "unit": "toples", "options": []}
    shelf.write_text(json.dumps([{"catalogue_id": "a", "products": [product]}]), encoding="utf-8")
    lines = b'{"catalogue_id": "a", "message": "nastar 2 ya"}\n{"catalogue_id": "b", "message": "nastar 2"}\n{}\n'

    first, *others = reads(lines, "order", "--catalogues", str(shelf))

    assert first["read"]["lines"] == [{"product_id": 3, "quantity": 2, "option": None}]  # type: ignore[index]
    assert [line["error"] for line in others] == ["no such catalogue"] * 2


def test_a_file_that_holds_no_catalogues_is_a_sentence(tmp_path: Path) -> None:
    page = tmp_path / "page.json"
    page.write_text("{}x", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "bots", "read", "order", "--catalogues", str(page)],
        input=b"", capture_output=True, check=False, cwd=ROOT,
    )  # fmt: skip

    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)


def test_verify_knows_everything_that_is_logged(tmp_path: Path) -> None:
    """In a process of its own, which has loaded nothing but what it asked for."""
    url = f"sqlite:///{tmp_path}/getok.db"
    env = {**os.environ, "DATABASE_URL": url}
    subprocess.run([sys.executable, "-m", "bots", "migrate"], env=env, cwd=ROOT, check=True, capture_output=True)
    database = Database(url, Vault(settings.read(env).secret_key), JAKARTA)
    with database.write() as db:
        commitments.write(db, "frozen", 1, b"digest", NOW)
        code = log.extend(db, NOW).code
    database.close()

    for anchor, said in ((code, "The books hold."), (f"{code[:-1]}9", "behind")):
        done = subprocess.run(
            [sys.executable, "-m", "bots", "verify", "--anchor", anchor],
            check=False,
            env=env,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert said in done.stdout
