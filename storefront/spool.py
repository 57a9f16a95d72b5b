"""Where events wait while the database does not answer: one sealed file each, on disk before it is acknowledged.

Twilio says a message once and does not say it again for a server error, so *kept* must not depend on the
database being well. The files are sealed with the hub's key, because they are people's words. They go
into the inbox, the oldest first, as soon as the database answers.
"""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

from cryptography.exceptions import InvalidTag

from storefront.database import Writer
from storefront.inbox import Event, admit
from storefront.vault import Vault

ENDING = ".event"
DAMAGED = ".damaged"


class Spool:
    """A folder of events that are not in the database yet."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self.folder = folder
        self.vault = vault
        self.numbers = count()

    def keep(self, event: Event, now: datetime) -> None:
        """Put an event on disk, whole or not at all, before anybody is told that it was kept. Raises OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{int(now.timestamp() * 1_000_000):020d}-{next(self.numbers):06d}-{os.getpid()}"
        fresh, final = self.folder / f"{name}.new", self.folder / f"{name}{ENDING}"
        told = json.dumps([*event, now.isoformat()])
        with open(fresh, "xb", opener=private) as file:
            file.write(self.vault.seal(told, "spool"))
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(final)
        sync(self.folder)

    def waiting(self) -> list[Path]:
        """The events that wait, the oldest first."""
        return sorted(self.folder.glob(f"*{ENDING}")) if self.folder.exists() else []

    def drain(self, db: Writer, limit: int = 200) -> Iterator[Path]:
        """Take the oldest events into the inbox; each path is yielded to be removed once that is committed."""
        for path in self.waiting()[:limit]:
            try:
                *event, at = json.loads(self.vault.unseal(path.read_bytes(), "spool"))
            except FileNotFoundError:
                continue  # another process was quicker
            except (InvalidTag, ValueError):
                path.rename(path.with_suffix(DAMAGED))
                continue
            admit(db, *Event(*event), datetime.fromisoformat(at))
            yield path


def private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def sync(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
