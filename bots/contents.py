"""The structures of messages Twilio keeps for us: each made once, found again by its digest, forgotten when it is gone.

They outlive the process in a table, because making one costs a call and a second of somebody's waiting.
"""

import time
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import delete, select

from bots.interactive import Interactive
from storefront import rows
from storefront.database import Database
from storefront.models import Content

log = structlog.get_logger()
RESTS_S = 600


class ContentsOff(Exception):
    """Twilio takes no structures just now, or not from this account; messages are written out meanwhile."""


class Contents:
    """One account's structures."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self.database = database
        self.clock = clock
        self.known: dict[str, str] = {}
        self.off_until = 0.0

    def sid_of(self, shape: Interactive, make: Callable[[Interactive], str]) -> str:
        """The id of a structure, made now if it never was. Raises `ContentsOff`."""
        sid = self.known.get(shape.digest) or self.kept(shape)
        if sid is None:
            sid = self.made(shape, make)
        self.known[shape.digest] = sid
        return sid

    def kept(self, shape: Interactive) -> str | None:
        with self.database.read() as db:
            return db.scalar(select(Content.sid).where(Content.digest == shape.digest))

    def made(self, shape: Interactive, make: Callable[[Interactive], str]) -> str:
        """Have it made; after a refusal nobody asks again for a while."""
        if time.monotonic() < self.off_until:
            raise ContentsOff("resting")
        try:
            sid = make(shape)
        except ContentsOff as why:
            log.warning("no buttons on WhatsApp for now", why=str(why))
            self.off_until = time.monotonic() + RESTS_S
            raise
        with self.database.write() as db:
            rows.put(db, Content, {"digest": shape.digest}, sid=sid, created_at=self.clock())
        return sid

    def forget(self, shape: Interactive) -> None:
        """Twilio does not take it any more; the next such message has it made anew."""
        self.known.pop(shape.digest, None)
        with self.database.write() as db:
            db.execute(delete(Content).where(Content.digest == shape.digest))
