"""`getok run` as an operator starts it: a process of its own between a Telegram and a Twilio that are others."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.conftest import ROOT, STORIES
from tests.outside import AUTH, TOKEN, Outside

PATIENCE_S = 30
SECRET = "only-telegram-and-we-know"
LISTING = "brownies 65rb/loyang, PO tutup kamis jam 8 mlm, max 20"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], object]) -> None:
    """Wait for something another process does."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=1).status_code == 200
    except requests.RequestException:
        return False


@dataclass
class Running:
    """A hub that runs, and the world around it."""

    world: Outside
    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def told(self, channel: str, words: str, person: str = "sari") -> bool:
        bubbles = self.world.on(channel).bubbles(person)
        return any(words in bubble["text"] for bubble in bubbles if not bubble["mine"])

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(params=["polled", "webhook"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with Outside(tmp_path / "outside", url) as world, (tmp_path / "hub.log").open("wb") as log:
        env = {**os.environ, **world.env(), "DATABASE_URL": f"sqlite:///{tmp_path}/getok.db", "PORT": str(port)}
        if request.param == "webhook":
            env["TELEGRAM_WEBHOOK_SECRET"] = SECRET
        process = subprocess.Popen([sys.executable, "-m", "bots", "run"], cwd=ROOT, env=env, stderr=log)
        try:
            until(lambda: answers(f"{url}/healthz"))
            yield Running(world, url, process, tmp_path / "hub.log")
        finally:
            process.kill()
            process.wait(10)


def test_it_hears_both_channels_and_stops_when_asked(running: Running, request: pytest.FixtureRequest) -> None:
    world = running.world
    world.telegram.starts("sari")
    world.twilio.says("sari", "halo")
    until(lambda: running.told("telegram", "Ini Getok") and running.told("whatsapp", "Ini Getok"))

    assert requests.get(f"{running.url}/simulator", timeout=5).status_code == 404
    assert requests.post(f"{running.url}/whatsapp/webhook", data={"Body": "x"}, timeout=5).status_code == 403
    assert requests.post(f"{running.url}/telegram/webhook", json={"update_id": 1}, timeout=5).status_code == 403
    until(world.telegram.commands)
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(PATIENCE_S) == 0
    polls = world.telegram.calls("getUpdates")
    assert bool(polls) == ("polled" in request.node.name)


def test_its_log_has_ids_and_neither_secrets_nor_words(running: Running) -> None:
    running.world.telegram.sends_photo("PIICANARYrina", (STORIES / "brownies.jpg").read_bytes(), f"PIICANARY {LISTING}")
    running.world.twilio.says("PIICANARYsari", "PIICANARY halo")
    until(lambda: running.told("whatsapp", "belum paham", "PIICANARYsari"))
    until(lambda: running.told("telegram", "Mau jualan di sini", "PIICANARYrina"))
    until(lambda: len([line for line in running.lines() if line["event"] == "sent"]) >= 2)

    sent = [line for line in running.lines() if line["event"] == "sent"]
    assert all(isinstance(line["outbox"], int) and line["timestamp"] for line in sent)
    told = running.log.read_text(encoding="utf-8")
    phone = running.world.twilio.number("PIICANARYsari")
    assert not [
        canary for canary in ("CANARY", TOKEN.partition(":")[2], AUTH, SECRET, str(phone).lstrip("+")) if canary in told
    ]
