"""How many messages each shop's business takes, what they cost on WhatsApp, and where a day's spending stops.

Twilio takes a price for every message, WhatsApp one more for a template. The prices are the operator's to set, in
whole rupiah; with none set, messages are counted all the same. When a day's limit is reached, news and reminders wait
for the next day; answers to what somebody has just written go on, up to a reserve.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from storefront import chores, outbox, rows
from storefront.database import Reader, Writer
from storefront.models import Identity, InboxMessage, Order, OutboxMessage, Person, Shop, Traffic, UsedButton
from storefront.settings import Prices

OVER_LIMIT = "the day's limit is spent"
RESERVE = 5  # a fifth of the limit is kept for answers


@dataclass(frozen=True)
class Day:
    """One shop's messages on WhatsApp on one day; ``shop`` is empty for what belongs to none."""

    day: date
    shop: str
    session: int
    template: int


def note(db: Writer, message: OutboxMessage, now: datetime) -> None:
    """Count a message that went out on WhatsApp, for the shop it was about."""
    if message.channel != "whatsapp" or message.kind in outbox.AT_ONCE:
        return
    kind = "session" if is_open(db, message, now) else "template"
    where = {"day": today(db, now), "shop_id": shop_of(db, message) or 0, "channel": message.channel, "kind": kind}
    rows.add_to(db, Traffic, where, messages=1)


def is_open(db: Reader, message: OutboxMessage, now: datetime) -> bool:
    who = (Identity.channel == message.channel, Identity.address == message.address)
    wrote_at = db.scalar(select(Identity.last_inbound_at).where(*who))
    return wrote_at is not None and now - wrote_at < outbox.WINDOW


def shop_of(db: Reader, message: OutboxMessage) -> int | None:
    """Whose business a message is: noted with it, or the shop of the order it speaks of."""
    order = message.facts.get("order")
    if message.shop_id or not isinstance(order, int):
        return message.shop_id
    return db.scalar(select(Order.shop_id).where(Order.id == order))


def today(db: Reader, now: datetime) -> date:
    return now.astimezone(db.zone).date()


def days(db: Reader, since: date) -> Sequence[Day]:
    """What each shop's business took, by day, the newest first."""
    counted = (
        select(Traffic.day, Shop.name, Traffic.kind, func.sum(Traffic.messages))
        .outerjoin(Shop, Shop.id == Traffic.shop_id)
        .where(Traffic.day >= since, Traffic.channel == "whatsapp")
        .group_by(Traffic.day, Shop.name, Traffic.kind)
        .order_by(Traffic.day.desc(), Shop.name)
    )
    found: dict[tuple[date, str], dict[str, int]] = {}
    for day, shop, kind, messages in db.execute(counted):
        found.setdefault((day, shop or ""), {})[kind] = int(messages)
    return [Day(*key, kinds.get("session", 0), kinds.get("template", 0)) for key, kinds in found.items()]


def received(db: Reader, day: date) -> int:
    """How many messages came in over WhatsApp on a day."""
    begins = datetime(day.year, day.month, day.day, tzinfo=db.zone)
    on_it = (InboxMessage.received_at >= begins, InboxMessage.received_at < begins + timedelta(days=1))
    return db.scalar(select(func.count()).where(InboxMessage.source == "whatsapp", *on_it)) or 0


def spent(db: Reader, prices: Prices, now: datetime) -> int:
    """What today's outgoing messages cost so far, in whole rupiah."""
    mine = (Traffic.day == today(db, now), Traffic.channel == "whatsapp")
    sums = dict(db.execute(select(Traffic.kind, func.sum(Traffic.messages)).where(*mine).group_by(Traffic.kind)).all())
    return prices.of(int(sums.get("session", 0)), int(sums.get("template", 0)))


def must_wait(db: Reader, prices: Prices, message: OutboxMessage, now: datetime) -> bool:
    """Whether a day's limit keeps this message for tomorrow."""
    if not prices.limit or message.channel != "whatsapp":
        return False
    room = prices.limit if message.notice is None else prices.limit - prices.limit // RESERVE
    return spent(db, prices, now) >= room


def warn(db: Writer, prices: Prices, now: datetime) -> None:
    """Tell who runs the hub, once each a day, when most of the day's limit is spent and when all of it is."""
    if not prices.limit:
        return
    so_far = spent(db, prices, now)
    for share, mark in ((prices.limit - prices.limit // RESERVE, "most"), (prices.limit, "all")):
        if so_far < share:
            continue
        for person_id in db.scalars(select(Person.id).where(Person.is_operator)).all():
            once = f"spending:{mark}:{today(db, now)}:{person_id}"
            if rows.add_once(db, UsedButton, button=once, person_id=person_id, at=now):
                outbox.tell(db, person_id, "spending", {"spent": so_far, "limit": prices.limit}, now)


def keep_for_tomorrow(db: Writer, message: OutboxMessage, now: datetime) -> None:
    """The day's limit is spent: this one goes out when the next day begins."""
    outbox.hold(db, message, OVER_LIMIT)
    chores.schedule(db, "limit_over", 0, tomorrow(db, now), again=str(today(db, now)))


def limit_over(db: Writer, _: int, now: datetime) -> None:
    """A new day with a new limit."""
    outbox.free(db, OVER_LIMIT, now)


def tomorrow(db: Reader, now: datetime) -> datetime:
    """When the next day's spending begins."""
    day = today(db, now) + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=db.zone)
