"""After a backup was put back: what happened since is not in the books, so nothing is paid until somebody has compared.

A payout made after the backup would look unpaid, and a message from before it unsent. Both wait. The
operator compares (who was paid since? whose order is missing?), says `getok reconciled`, and every seller is
told to look at her own account before she pays what the books still ask for.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from storefront import chores, rows
from storefront.database import Reader, Writer
from storefront.models import OutboxMessage, Restoration, Shop, SignIn, WebSession
from storefront.refusals import Frozen

RESTORED = "held since a restore"
REMINDED = timedelta(days=35)  # a month's payouts and a little more


def freeze(db: Writer, taken_at: datetime, now: datetime) -> None:
    """Hold what was promised before the backup: it may have been said since."""
    rows.add(db, Restoration, taken_at=taken_at, restored_at=now)
    for ended_since in (SignIn, WebSession):  # nobody knows by now which of them
        db.execute(delete(ended_since))
    waiting = update(OutboxMessage).where(OutboxMessage.state.in_(("waiting", "held")))
    db.execute(waiting.values(state="held", leased_until=None, dead_reason=RESTORED))


def frozen_by(db: Reader) -> Restoration | None:
    """The restoration that nobody has reconciled yet."""
    return db.scalar(select(Restoration).where(Restoration.reconciled_at.is_(None)).order_by(Restoration.id).limit(1))


def refuse_while_frozen(db: Reader) -> None:
    """Raises `Frozen`: what is about to be paid may have been paid after the backup was made."""
    if frozen_by(db):
        raise Frozen


def reconciled(db: Writer, now: datetime, *, resend: bool) -> int:
    """Somebody has compared. Old messages go out now, or never; returns how many there were."""
    restoration = frozen_by(db)
    if restoration is None:
        return 0
    dead = {"state": "dead"}
    again = {"state": "waiting", "due_at": now, "in_doubt": True, "dead_reason": None}
    of_before = update(OutboxMessage).where(OutboxMessage.state == "held", OutboxMessage.dead_reason == RESTORED)
    held = rows.count(db, of_before.values(again if resend else dead))
    db.execute(update(Restoration).where(Restoration.reconciled_at.is_(None)).values(reconciled_at=now))
    for shop_id in db.scalars(select(Shop.id).order_by(Shop.id)):
        chores.schedule(db, "payday", shop_id, now, again=f"restored-{restoration.id}")
    return held


def lately(db: Reader, now: datetime) -> Restoration | None:
    """A restoration that sellers should still think of before they pay."""
    since = Restoration.restored_at > now - REMINDED
    return db.scalar(select(Restoration).where(since).order_by(Restoration.id.desc()).limit(1))
