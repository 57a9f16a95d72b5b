"""A hub as its operator starts it: how soon it answers, what it weighs at rest, and what under a hundred a second."""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.conftest import ROOT
from tests.faults.databases import Shelf
from tests.faults.figures import secret
from tests.faults.running import LOOPBACK, HubProcess, free_port, world
from tests.outside import Outside

OURS = ("TELEGRAM_", "TWILIO_", "GETOK_", "PUBLIC_URL", "DATABASE_URL", "SECRET_KEY", "PORT")
WEBHOOK_SECRET = "only-the-benchmark-and-we-know"  # noqa: S105 - for a hub that lives half a minute
TOP = 10
SIMULATOR, CHANNELS = "with the simulator", "with both channels"
IMPORTED = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


class NotHealthy(AssertionError):
    """A hub that was started never answered."""


@dataclass(frozen=True)
class Weight:
    """Resident memory of one process, in MiB, and what it was asked to be."""

    name: str
    mib: float | None


@contextmanager
def simulator(shelf: Shelf) -> Iterator[HubProcess]:
    """A hub without credentials: the simulator's phones are its channels."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    env |= {"PORT": str(port), "PUBLIC_URL": f"http://{LOOPBACK}:{port}", "SECRET_KEY": secret()}
    hub = HubProcess(env | {"DATABASE_URL": shelf.new("sqlite")}, shelf.folder / f"hub{port}.log")
    try:
        yield hub
    finally:
        hub.kill()


@contextmanager
def channels(shelf: Shelf) -> Iterator[tuple[Outside, HubProcess]]:
    """A hub between a Telegram that posts to it and a Twilio."""
    with world(shelf.folder / f"outside{free_port()}", shelf.new("sqlite")) as (outside, hub):
        hub.env["TELEGRAM_WEBHOOK_SECRET"] = WEBHOOK_SECRET
        yield outside, hub


def started(hub: HubProcess) -> float:
    """Start a hub; returns the seconds from there to its first healthy answer."""
    hub.start()
    if not hub.healthy():
        raise NotHealthy(hub.log.read_text(encoding="utf-8")[-2_000:])
    return hub.returns[-1]


# -- the start -----------------------------------------------------------------------------------------


def starts(shelf: Shelf, times: int) -> dict[str, list[float]]:
    """Both ways to start, in alternation, each on an empty migrated database."""
    found: dict[str, list[float]] = {SIMULATOR: [], CHANNELS: []}
    for _ in range(times):
        with simulator(shelf) as hub:
            found[SIMULATOR].append(started(hub))
        with channels(shelf) as (_outside, hub):
            found[CHANNELS].append(started(hub))
    return found


def imports() -> list[tuple[str, float]]:
    """The packages whose modules take longest to import, in seconds, each with what it imports of itself only."""
    code = "import bots.__main__, bots.running"
    command = [sys.executable, "-X", "importtime", "-c", code]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stderr  # noqa: S603 - ours
    spent: Counter[str] = Counter()
    for microseconds, module in IMPORTED.findall(told):
        spent[module.partition(".")[0]] += int(microseconds)
    everything = [("everything", sum(spent.values()) / 1e6)]
    return everything + [(name, microseconds / 1e6) for name, microseconds in spent.most_common(TOP)]


# -- the weight ----------------------------------------------------------------------------------------


def weights(shelf: Shelf, rest_s: float) -> list[Weight]:
    """What both kinds of hub weigh some seconds after they are there."""
    with simulator(shelf) as hub:
        started(hub)
        requests.get(f"{hub.url}/simulator", timeout=10).raise_for_status()
        time.sleep(rest_s)
        first = Weight(SIMULATOR, resident(hub))
    with channels(shelf) as (_outside, hub):
        started(hub)
        time.sleep(rest_s)
        return [first, Weight(CHANNELS, resident(hub))]


def resident(hub: HubProcess, which: str = "VmRSS") -> float | None:
    """A process's resident memory in MiB (``VmHWM``: the most it ever was); None where no /proc tells."""
    assert hub.process
    try:
        told = Path(f"/proc/{hub.process.pid}/status").read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(rf"{which}:\s+(\d+) kB", told)
    return int(found[1]) / 1024 if found else None
