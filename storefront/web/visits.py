"""Who looked at a creator's page, counted by class, after the page has been answered. Never money.

A look is noted in memory and written a moment later, many at once. Whoever looked is known for a day by a keyed digest
of address and browser, so that the same person is counted once; nothing else of her is kept.
"""

from collections import Counter, deque
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Request
from sqlalchemy import delete, func, select

from referral.visits import SAME_VISIT, Class, Look, classed
from storefront import rows
from storefront.database import Database, Reader, Writer
from storefront.earning import results
from storefront.models import LinkDay, LinkVisitor

MOST_WAITING = 10_000  # a flood of looks is counted up to here, and costs no more memory than this


@dataclass(frozen=True)
class Noted:
    """A look that waits to be counted."""

    deal: int
    look: Look
    visitor: bytes
    at: datetime


class Visits:
    """The looks of one process that are not written yet."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.waiting: deque[Noted] = deque(maxlen=MOST_WAITING)

    def note(self, deal_id: int, request: Request, now: datetime) -> None:
        """Remember that a page was asked for; nothing is written yet."""
        agent = request.user_agent.string[:400]
        who = {"address": request.remote_addr or "", "agent": agent}
        look = Look(request.method, agent, purpose_of(request), request.headers.get("Sec-Fetch-Dest", ""))
        self.waiting.append(Noted(deal_id, look, self.database.vault.digest("visitor", dict(who))[:16], now))

    def flush(self) -> int:
        """Count what waits, in one transaction; returns how many looks that were. What fails is lost: no money is."""
        taken: list[Noted] = []
        while self.waiting:
            taken.append(self.waiting.popleft())
        if taken:
            with self.database.write() as db:
                count(db, taken)
        return len(taken)


def purpose_of(request: Request) -> str:
    """What a browser says when it looks ahead of its person."""
    headers = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
    return " ".join(request.headers.get(name, "") for name in headers).strip()[:100]


def count(db: Writer, looks: list[Noted]) -> None:
    db.execute(delete(LinkVisitor).where(LinkVisitor.at < max(one.at for one in looks) - SAME_VISIT))
    sums: dict[tuple[int, Any, Class], int] = {}
    for one in looks:
        kind = classed_as(db, one)
        key = (one.deal, one.at.astimezone(db.zone).date(), kind)
        sums[key] = sums.get(key, 0) + 1
    for (deal_id, day, kind), looked in sums.items():
        rows.add_to(db, LinkDay, {"deal_id": deal_id, "day": day, "kind": kind}, looks=looked)
    people = Counter({deal_id: 0 for deal_id, _, _ in sums})
    for (deal_id, _, kind), looked in sums.items():
        people[deal_id] += looked if kind == "person" else 0
    results.opened(db, people, max(one.at for one in looks))


def classed_as(db: Writer, one: Noted) -> Class:
    """What a look is, and that she was here, if it was a person's first in a day."""
    key = (LinkVisitor.deal_id == one.deal, LinkVisitor.visitor == one.visitor)
    seen_at = db.scalar(select(LinkVisitor.at).where(*key))
    look = one.look
    kind = classed(Look(look.method, look.agent, look.purpose, look.destination, seen_at), one.at)
    if kind == "person":
        rows.put(db, LinkVisitor, {"deal_id": one.deal, "visitor": one.visitor}, at=one.at)
    return kind


def looks_of(db: Reader, deal_id: int, since: date) -> dict[str, int]:
    """How often a deal's page was looked at from a day on, by class."""
    mine = (LinkDay.deal_id == deal_id, LinkDay.day >= since)
    summed = select(LinkDay.kind, func.sum(LinkDay.looks)).where(*mine).group_by(LinkDay.kind)
    return {kind: int(looks) for kind, looks in db.execute(summed)}
