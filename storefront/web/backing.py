"""Backups begun from the web: one at a time, in the background, with how far it is for whoever looks.

A backup is not handed out over the web: it stays on the hub's own disk, where whoever runs the machine takes it from.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from storefront import backups
from storefront.database import Database

said = structlog.get_logger()
LISTED = 10


@dataclass(frozen=True)
class Kept:
    """A backup that lies there: its name, when it was made, its size in bytes."""

    name: str
    at: float
    size: int


class Keeper:
    """The folder of backups, and the one that is being made. Without a folder nothing can be begun."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.guard = threading.Lock()
        self.done, self.total = 0, 0
        self.failed = False

    @property
    def is_running(self) -> bool:
        return self.guard.locked()

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0

    def begin(self, database: Database, now: datetime) -> bool:
        """Begin one; False while another runs, or where there is no folder."""
        if self.folder is None or not self.guard.acquire(blocking=False):
            return False
        self.done, self.total, self.failed = 0, 0, False
        target = self.folder / f"getok-{now:%Y%m%d-%H%M%S}.backup"
        threading.Thread(target=self.make, args=(database, target, now), name="backup", daemon=True).start()
        return True

    def make(self, database: Database, target: Path, now: datetime) -> None:
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            backups.take(database, target, now, self.reach)
        except Exception:  # whatever it was, the page says that it failed and the log says why
            self.failed = True
            said.exception("the backup failed")
        finally:
            self.guard.release()

    def reach(self, done: int, total: int) -> None:
        self.done, self.total = done, total

    def listed(self) -> Sequence[Kept]:
        """The newest of them."""
        if self.folder is None or not self.folder.is_dir():
            return []
        found = [Kept(one.name, one.stat().st_mtime, one.stat().st_size) for one in self.folder.glob("getok-*.backup")]
        return sorted(found, key=lambda one: -one.at)[:LISTED]
