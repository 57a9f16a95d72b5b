"""Deliver what is promised: claim, send outside of any transaction, mark. At least once, in each chat's order."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from bots import buttons
from bots.channel import Channel, Delivery, Gone, Later, Refused
from bots.dialogue import Picture, Screen, from_json
from bots.visit import NOTICES, Place
from storefront import media, outbox
from storefront.database import Database, Reader, Writer
from storefront.models import Identity, OutboxMessage, Person
from storefront.phrases import Voice
from storefront.web import tokens

log = structlog.get_logger()
MINUTE = timedelta(minutes=1)
WINDOW = timedelta(hours=23, minutes=45)


@dataclass(frozen=True)
class Prepared:
    message: OutboxMessage
    delivery: Delivery


def deliver_due(database: Database, channels: Mapping[str, Channel], place: Place, now: datetime) -> int:
    """Deliver the first waiting message of each chat; returns how many were claimed."""
    with database.write() as db:
        claimed = outbox.claim(db, now)
    for message in claimed:
        deliver_one(database, channels, message, place, now)
    return len(claimed)


def deliver_one(
    database: Database, channels: Mapping[str, Channel], message: OutboxMessage, place: Place, now: datetime
) -> None:
    """Deliver one message. A mistake of ours in it is its own: it is tried again, set aside, and holds up nobody."""
    try:
        with database.write() as db:
            prepared = prepare(db, message, place, now)
        deliver(database, channels, prepared, now)
    except Exception:
        log.exception("a message could not be delivered", outbox=message.id)
        postpone(database, message, 5, now)


def prepare(db: Writer, message: OutboxMessage, place: Place, now: datetime) -> Prepared:
    """Put a notice into words, in its reader's language, and fetch the picture."""
    screen = rendered(db, message, place)
    replaces_picture = message.kind == "edit" and shows_picture(db, message)
    picture, url = pictured(db, screen.picture, place) if message.kind != "answer" else (None, None)
    person = db.get(Person, message.person_id)
    delivery = Delivery(
        message.kind,
        message.address,
        screen,
        message.replaces,
        replaces_picture,
        picture=picture,
        picture_url=url,
        language=person.language if person else "id",
        in_window=in_window(db, message, now),
    )
    return Prepared(message, delivery)


def in_window(db: Reader, message: OutboxMessage, now: datetime) -> bool:
    """Whether this address wrote to us within the last 24 hours, less the minutes a message may wait."""
    if message.channel != "whatsapp":
        return True
    who = (Identity.channel == message.channel, Identity.address == message.address)
    wrote_at = db.scalar(select(Identity.last_inbound_at).where(*who))
    return wrote_at is not None and now - wrote_at < WINDOW


def rendered(db: Reader, message: OutboxMessage, place: Place) -> Screen:
    if message.kind == "answer":
        return from_json({"picture": None, "choices": [], "numbered": True, "about": "", **(message.screen or {})})
    if message.screen:
        return from_json(message.screen)
    person = db.get(Person, message.person_id)
    voice = Voice(person.language, place.zone, person.is_bunda) if person else Voice("id", place.zone)
    screen = NOTICES[message.notice or ""](voice, place, message.facts)
    return buttons.signed(screen, message.person_id or 0, db.vault)


def shows_picture(db: Reader, message: OutboxMessage) -> bool:
    """Whether the message that is edited is a picture with words under it."""
    edited = select(OutboxMessage.screen).where(
        OutboxMessage.channel == message.channel,
        OutboxMessage.address == message.address,
        OutboxMessage.provider_id == message.replaces,
        OutboxMessage.kind == "say",
    )
    screen = db.scalar(edited.limit(1))
    return bool(screen and screen.get("picture"))


def pictured(db: Reader, picture: Picture | None, place: Place) -> tuple[bytes | None, str | None]:
    """The picture's bytes, and the address under which a channel may fetch it."""
    if picture is None:
        return None, None
    if picture.kind == "media":
        kept = media.by_token(db, picture.value)
        return (kept.content, f"{place.public_url}/media/{picture.value}.jpg") if kept else (None, None)
    from storefront.pictures import qr_png

    return qr_png(picture.value), tokens.qr_link(db.vault, place.public_url, picture.value)


def deliver(database: Database, channels: Mapping[str, Channel], one: Prepared, now: datetime) -> None:
    """Send one message and mark what became of it."""
    message = one.message
    channel = channels.get(message.channel)
    try:
        if channel is None:
            raise Refused(f"no {message.channel} here")
        provider_id = channel.deliver(one.delivery)
    except Later as wait:
        postpone(database, message, wait.seconds, now)
    except Gone as gone:
        give_up(database, message, f"gone: {gone}", now, unreachable=True)
    except Refused as no:
        give_up(database, message, f"refused: {no}", now)
    else:
        shown = replace(one.delivery.screen, toast=False).as_json()
        with database.write() as db:
            outbox.sent(db, message.id, provider_id, shown, now)


def postpone(database: Database, message: OutboxMessage, seconds: float, now: datetime) -> None:
    """Wait as long as the channel says, longer each time it says nothing; at last give up."""
    if message.attempts + 1 >= outbox.TRIES:
        give_up(database, message, "tried too often", now)
        return
    pause = max(timedelta(seconds=seconds), min(timedelta(seconds=2**message.attempts), 10 * MINUTE))
    with database.write() as db:
        outbox.later(db, message.id, now + pause)


def give_up(
    database: Database, message: OutboxMessage, reason: str, now: datetime, *, unreachable: bool = False
) -> None:
    log.warning("message not delivered", outbox=message.id, channel=message.channel, reason=reason)
    with database.write() as db:
        outbox.dead(db, message.id, reason)
        if unreachable:
            outbox.unreachable(db, message.channel, message.address, now)
