"""A hub as its operator starts it: a process of its own between the peers, killed and started again."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests.conftest import ROOT
from tests.faults.figures import secret
from tests.outside import Outside

LOOPBACK = "127.0.0.1"
PATIENCE_S = 90


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], object], seconds: float = PATIENCE_S, pause: float = 0.05) -> bool:
    """Wait for something another process does; whether it happened in time."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


@dataclass
class HubProcess:
    """`python -m bots run`, or the same with a doom built in."""

    env: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    returns: list[float] = field(default_factory=list)  # seconds from each start to the first healthy answer

    @property
    def url(self) -> str:
        return self.env["PUBLIC_URL"]

    def start(self, doom: str = "") -> None:
        module = ["tests.faults.doomed"] if doom else ["bots", "run"]
        env = {**self.env, "GETOK_DOOM": doom}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *module], cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT
            )

    def healthy(self) -> bool:
        """Wait until it answers; False when it died before it ever did."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_S and self.is_alive():
            if answers(f"{self.url}/healthz"):
                self.returns.append(time.monotonic() - began)
                return True
            time.sleep(0.03)
        return False

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """End it as power ends it."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.RequestException:
        return False


@contextmanager
def world(folder: Path, database_url: str) -> Iterator[tuple[Outside, HubProcess]]:
    """The two peers and a hub between them that is not started yet; all of it ends with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    public_url = f"http://{LOOPBACK}:{port}"
    with Outside(folder, public_url) as outside:
        env = {**os.environ, **outside.env(), "PORT": str(port), "DATABASE_URL": database_url}
        hub = HubProcess({**env, "SECRET_KEY": secret(), "GETOK_SPOOL": str(folder / "spool")}, folder / "hub.log")
        try:
            yield outside, hub
        finally:
            hub.kill()
