"""News of a shop, to those who asked for it and nobody else: one a week, a few at a time, stopped when people mind.

waiting  written, and confirmed by the seller
sending  a few every minute
paused   too many said no, or could not be reached: the rest is not sent
done     everybody who asked for it has it
"""

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update

from storefront import chores, consents, outbox, rows
from storefront.database import Reader, Writer
from storefront.models import Broadcast, Consent, Identity, OutboxMessage, Shop
from storefront.refusals import NobodyAsked, TooSoon

EVERY = timedelta(days=7)
AT_A_TIME = 20
PACE = timedelta(minutes=1)
WINDOW = timedelta(hours=24)  # on WhatsApp only who wrote lately hears news; outside of it nothing unasked is sent
REFUSED_AT_LEAST = 2
REFUSED_BP = 500


def audience(db: Reader, shop_id: int) -> int:
    """How many have asked for this shop's news."""
    asked = (Consent.shop_id == shop_id, Consent.kind == "promotion", Consent.withdrawn_at.is_(None))
    return db.scalar(select(func.count()).select_from(Consent).where(*asked)) or 0


def may(db: Reader, shop: Shop, now: datetime) -> int:
    """How many it would go to. Raises `TooSoon` within a week of the last one, `NobodyAsked`."""
    last = db.scalar(select(func.max(Broadcast.at)).where(Broadcast.shop_id == shop.id))
    if last is not None and now - last < EVERY:
        raise TooSoon(days=(EVERY - (now - last)).days + 1)
    many = audience(db, shop.id)
    if not many:
        raise NobodyAsked
    return many


def send(db: Writer, shop: Shop, words: str, now: datetime) -> int:
    """Begin; the chore does the rest. Raises as `may` does."""
    may(db, shop, now)
    broadcast_id = rows.add(db, Broadcast, shop_id=shop.id, words=words, state="sending", at=now)
    chores.schedule(db, "broadcast_on", broadcast_id, now)
    return broadcast_id


def go_on(db: Writer, broadcast_id: int, now: datetime) -> None:
    """The next few; or the end, or a pause."""
    found = db.get(Broadcast, broadcast_id, populate_existing=True)
    if found is None or found.state != "sending":
        return
    shop = db.get_one(Shop, found.shop_id)
    refused = found.refused + unreachable(db, broadcast_id)
    if refused >= REFUSED_AT_LEAST and refused * 10_000 > REFUSED_BP * max(found.sent, 1):
        change(db, broadcast_id, state="paused")
        outbox.tell(db, shop.owner_id, "broadcast_paused", {"sent": found.sent, "refused": refused}, now)
        return
    due = next_few(db, found)
    sent = found.sent + sum(tell(db, found, shop, consent.person_id, now) for consent in due)
    last = due[-1].id if due else found.reached
    if len(due) == AT_A_TIME:
        change(db, broadcast_id, sent=sent, reached=last)
        chores.schedule(db, "broadcast_on", broadcast_id, now + PACE, again=str(last))
        return
    change(db, broadcast_id, sent=sent, reached=last, state="done")
    outbox.tell(db, shop.owner_id, "broadcast_done", {"sent": sent}, now)


def next_few(db: Reader, found: Broadcast) -> list[Consent]:
    asked = (Consent.shop_id == found.shop_id, Consent.kind == "promotion", Consent.withdrawn_at.is_(None))
    query = select(Consent).where(*asked, Consent.id > found.reached, Consent.at <= found.at)
    return list(db.scalars(query.order_by(Consent.id).limit(AT_A_TIME)))


def tell(db: Writer, found: Broadcast, shop: Shop, person_id: int, now: datetime) -> bool:
    """On the channel she used last, where news may go there."""
    open_ = or_(Identity.channel != "whatsapp", Identity.last_inbound_at > now - WINDOW)
    reached = (Identity.person_id == person_id, Identity.unreachable_at.is_(None), open_)
    latest = select(Identity).where(*reached).order_by(Identity.last_inbound_at.desc()).limit(1)
    identity = db.scalar(latest)
    if identity is None:
        return False
    facts = {"shop": shop.name, "shop_id": shop.id, "words": found.words, "broadcast": found.id}
    outbox.tell_at(db, identity, "broadcast", facts, now)
    return True


def unreachable(db: Reader, broadcast_id: int) -> int:
    """How many of it a channel has given up."""
    dead = (OutboxMessage.notice == "broadcast", OutboxMessage.state == "dead")
    about = OutboxMessage.facts["broadcast"].as_integer() == broadcast_id
    return db.scalar(select(func.count()).select_from(OutboxMessage).where(*dead, about)) or 0


def refuse(db: Writer, shop_id: int, person_id: int, now: datetime) -> bool:
    """*Stop kabar*: no more from this shop, and its running broadcast knows that somebody minded."""
    if not consents.take_back(db, person_id, now, kind="promotion", shop_id=shop_id):
        return False
    newest = select(func.max(Broadcast.id)).where(Broadcast.shop_id == shop_id).scalar_subquery()
    db.execute(update(Broadcast).where(Broadcast.id == newest).values(refused=Broadcast.refused + 1))
    return True


def change(db: Writer, broadcast_id: int, **values: object) -> None:
    db.execute(update(Broadcast).where(Broadcast.id == broadcast_id).values(**values))
