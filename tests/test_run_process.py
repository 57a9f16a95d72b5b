"""`getok run` as an operator starts it: a process of its own, a Bot API to poll, a Twilio that posts to it."""

import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import requests

from bots.hub import SIMULATED_AUTH, SIMULATED_BOT, SIMULATED_NUMBER, SIMULATED_SID, SIMULATED_TOKEN, real_clock
from bots.phones import Phones, TelegramPhones, WhatsAppPhones
from tests.conftest import ROOT
from tests.peers import LOOPBACK, bot_api, origin, served, twilio

PATIENCE_S = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], object]) -> None:
    """Wait for something another process does."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Phones, str, subprocess.Popen[bytes]]]:
    port = free_port()
    public_url = f"http://{LOOPBACK}:{port}"

    def post(path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> int:
        return requests.post(public_url + path, data=dict(form), headers=dict(headers), timeout=10).status_code

    def fetch(url: str) -> tuple[int, str, bytes]:
        answer = requests.get(url, timeout=10)
        return answer.status_code, answer.headers["Content-Type"].split(";")[0], answer.content

    seq = itertools.count(1)
    telegram = TelegramPhones(SIMULATED_TOKEN, SIMULATED_BOT, real_clock, seq)
    whatsapp = WhatsAppPhones(
        SIMULATED_SID, SIMULATED_AUTH, SIMULATED_NUMBER, post, public_url, fetch=fetch, now=real_clock, seq=seq
    )
    peers = [served(bot_api(telegram)), served(twilio(whatsapp))]
    env = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/getok.db",
        "PORT": str(port),
        "PUBLIC_URL": public_url,
        "TELEGRAM_BOT_TOKEN": SIMULATED_TOKEN,
        "TELEGRAM_API_URL": origin(peers[0]),
        "TWILIO_ACCOUNT_SID": SIMULATED_SID,
        "TWILIO_AUTH_TOKEN": SIMULATED_AUTH,
        "TWILIO_WHATSAPP_FROM": SIMULATED_NUMBER,
        "TWILIO_API_URL": origin(peers[1]),
    }
    process = subprocess.Popen([sys.executable, "-m", "bots", "run"], cwd=ROOT, env=env)
    try:
        until(lambda: answers(f"{public_url}/healthz"))
        yield Phones(telegram, whatsapp), public_url, process
    finally:
        process.kill()
        process.wait(10)
        for peer in peers:
            peer.shutdown()
            peer.server_close()


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=1).status_code == 200
    except requests.RequestException:
        return False


def told(phones: Phones, channel: str, words: str) -> bool:
    return any(words in bubble.text for bubble in phones.bubbles("sari", channel) if not bubble.mine)


def test_it_polls_takes_signed_posts_and_stops_when_asked(
    running: tuple[Phones, str, subprocess.Popen[bytes]],
) -> None:
    phones, public_url, process = running

    phones.telegram.starts("sari", "")
    phones.whatsapp.says("sari", "halo")
    until(lambda: told(phones, "telegram", "Ini Getok") and told(phones, "whatsapp", "Ini Getok"))

    assert requests.get(f"{public_url}/simulator", timeout=5).status_code == 404
    assert requests.post(f"{public_url}/whatsapp/webhook", data={"Body": "x"}, timeout=5).status_code == 403
    assert phones.telegram.commands
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0
