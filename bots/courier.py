"""Deliver what is promised: claim, send outside of any transaction, mark. At least once, in each chat's order.

Each chat takes one message a second and the channels some twenty-five together (Bots FAQ of Telegram: one
a second to a chat, thirty a second in all); a channel that says *too many* is obeyed to the second.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select

from bots import buttons
from bots.channel import PLAIN_AFTER, Channel, Delivery, Gone, Later, MovedTo, OutsideWindow, Refused
from bots.dialogue import Picture, Screen, from_json
from bots.visit import NOTICES, Place
from storefront import media, outbox, traffic, unreached
from storefront.database import Database, Reader, Writer, is_down
from storefront.models import Identity, OutboxMessage, Person
from storefront.phrases import Voice, marked
from storefront.selling import posts
from storefront.settings import FREE, Prices
from storefront.web import tokens

log = structlog.get_logger()
MINUTE = timedelta(minutes=1)
OUTSIDE_WINDOW = "error 63016"
AT_ONCE = 20
FAIR_TRIES = 10  # a day alone proves nothing: the hub itself may have been away
ONCE_MORE = marked("Once more, in case this did not reach you before:")

Clock = Callable[[], datetime]


class Pace:
    """How fast we speak. Stories and the simulator are not paced."""

    def __init__(self, per_second: int = 25, per_chat: timedelta = timedelta(seconds=1)) -> None:
        self.per_second = per_second
        self.per_chat = per_chat
        self.lately: deque[float] = deque()
        self.guard = threading.Lock()

    def allows(self) -> int:
        """How many messages may go out now."""
        if not self.per_second:
            return AT_ONCE
        second_ago = time.monotonic() - 1
        with self.guard:
            while self.lately and self.lately[0] <= second_ago:
                self.lately.popleft()
            return min(AT_ONCE, self.per_second - len(self.lately))

    def note(self) -> None:
        if self.per_second:
            with self.guard:
                self.lately.append(time.monotonic())


@dataclass(frozen=True)
class Prepared:
    """A message in words. ``was_in_doubt``: it may have arrived before."""

    message: OutboxMessage
    delivery: Delivery
    was_in_doubt: bool
    photo: bytes | None = None  # what a card is drawn with


def deliver_due(
    database: Database,
    channels: Mapping[str, Channel],
    place: Place,
    clock: Clock,
    pace: Pace,
    only: Collection[str] | None = None,
) -> int:
    """Deliver the first waiting message of each chat (of ``only`` these channels); returns how many were claimed."""
    allowed = pace.allows()
    if allowed <= 0 or not anything_due(database, clock(), only):
        return 0
    with database.write() as db:
        claimed = outbox.claim(db, clock(), allowed, only)
    paused: set[str] = set()
    for place_in_line, message in enumerate(claimed):
        if message.channel in paused:
            continue
        pace.note()
        if not deliver_one(database, channels, message, place, clock, pace):
            paused.add(message.channel)
            spare(database, [one for one in claimed[place_in_line + 1 :] if one.channel == message.channel])
    return len(claimed)


def anything_due(database: Database, now: datetime, only: Collection[str] | None) -> bool:
    """A look before the writing transaction, so that a quiet hub writes nothing."""
    with database.read() as db:
        return outbox.is_any_due(db, now, only)


def spare(database: Database, messages: Sequence[OutboxMessage]) -> None:
    """Their channel asked for a pause while they stood in line; they have not been tried."""
    with database.write() as db:
        outbox.give_back(db, messages)


def deliver_one(
    database: Database,
    channels: Mapping[str, Channel],
    message: OutboxMessage,
    place: Place,
    clock: Clock,
    pace: Pace,
) -> bool:
    """Deliver one message; False when its channel wants a pause.

    A mistake of ours in it is its own: it is tried again, set aside, and holds up nobody.
    """
    prepared = None
    try:
        with database.write() as db:
            if traffic.must_wait(db, place.prices, message, clock()):
                traffic.keep_for_tomorrow(db, message, clock())
                return True
            prepared = prepare(db, message, place, clock())
        prepared = with_card(prepared)
    except outbox.Taken:
        return True
    except Exception as fault:
        if is_down(fault):
            raise  # the message is not to blame, and waits for the database
        log.exception("a message could not be put into words", outbox=message.id)
        unspeakable(database, message, clock(), in_doubt=prepared.was_in_doubt if prepared else None)
        return True
    return deliver(database, channels, prepared, clock, pace, place.prices)


def with_card(one: Prepared) -> Prepared:
    """The same with its card drawn: outside of the transaction, for nobody should wait until colours are mixed."""
    picture = one.delivery.screen.picture
    if picture is None or picture.kind != "card" or one.delivery.picture_url is None:
        return one
    from storefront.drawing import recipes

    return replace(one, delivery=replace(one.delivery, picture=recipes.drawn(picture.value, one.photo)))


def unspeakable(database: Database, message: OutboxMessage, now: datetime, in_doubt: bool | None = None) -> None:
    """Our own fault, so waiting for the channel will not mend it: a few tries, then it is set aside."""
    if message.attempts >= outbox.TRIES:
        give_up(database, message, "cannot be put into words", now)
        return
    with database.write() as db:
        outbox.later(db, message.id, now + patience(message, 5), in_doubt=in_doubt)


def prepare(db: Writer, message: OutboxMessage, place: Place, now: datetime) -> Prepared:
    """Put a notice into words, in its reader's language, and fetch the picture."""
    was_in_doubt = outbox.begin(db, message, now)
    screen = rendered(db, message, place)
    replaces_picture = message.kind == "edit" and shows_picture(db, message)
    shows = screen.picture if message.kind not in outbox.AT_ONCE else None
    picture, url = pictured(db, shows, place, now)
    photo = photo_for(db, screen.picture)
    album = album_of(db, screen.picture)
    person = db.get(Person, message.person_id) if message.person_id else None
    language = person.language if person else "id"
    delivery = Delivery(
        message.kind,
        message.address,
        screen,
        message.replaces,
        replaces_picture,
        picture=picture,
        picture_url=url,
        language=language,
        in_window=in_window(db, message, now),
        is_plain=message.dead_reason in PLAIN_AFTER,
        album=album,
        results=tuple((message.screen or {}).get("results", ())),
    )
    return Prepared(message, delivery, was_in_doubt, photo)


def in_window(db: Reader, message: OutboxMessage, now: datetime) -> bool:
    """Whether this address wrote to us within the last 24 hours, less the minutes a message may wait."""
    if message.channel != "whatsapp":
        return True
    if message.dead_reason == OUTSIDE_WINDOW:
        return False
    who = (Identity.channel == message.channel, Identity.address == message.address)
    wrote_at = db.scalar(select(Identity.last_inbound_at).where(*who))
    return wrote_at is not None and now - wrote_at < outbox.WINDOW


def rendered(db: Reader, message: OutboxMessage, place: Place) -> Screen:
    if message.kind in outbox.AT_ONCE:
        return from_json({"picture": None, "choices": [], "numbered": True, "about": "", **(message.screen or {})})
    if message.screen:
        return from_json(message.screen)
    person = db.get(Person, message.person_id) if message.person_id else None
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


def pictured(db: Reader, picture: Picture | None, place: Place, now: datetime) -> tuple[bytes | None, str | None]:
    """The picture's bytes (a card is drawn later), and the address where a channel may fetch it for some hours."""
    if picture is None or picture.kind == "album":
        return None, None
    if picture.kind == "media":
        kept = media.by_token(db, picture.value)
        return (
            (kept.content, tokens.sent_link(db.vault, place.public_url, picture.value, now)) if kept else (None, None)
        )
    if picture.kind == "card":
        return None, tokens.picture_link(db.vault, place.public_url, picture.value, now)
    from storefront.pictures import qr_png

    return qr_png(picture.value), tokens.qr_link(db.vault, place.public_url, picture.value, now)


def album_of(db: Reader, picture: Picture | None) -> tuple[bytes, ...]:
    """The pictures of an album, those that are still there."""
    if picture is None or picture.kind != "album":
        return ()
    found = [media.by_token(db, token) for token in picture.value.split()]
    return tuple(one.content for one in found if one and one.content)


def photo_for(db: Reader, picture: Picture | None) -> bytes | None:
    """The product's photo a card asks for."""
    if picture is None or picture.kind != "card":
        return None
    from storefront.drawing import recipes

    kept = media.by_token(db, recipes.photo_of(picture.value))
    return kept.content if kept and kept.is_public else None


def deliver(
    database: Database,
    channels: Mapping[str, Channel],
    one: Prepared,
    clock: Clock,
    pace: Pace,
    prices: Prices = FREE,
) -> bool:
    """Send one message and mark what became of it; False when the channel wants a pause."""
    message = one.message
    try:
        provider_id, delivery = said(database, channels.get(message.channel), one)
    except Later as wait:
        postpone(database, message, wait, one.was_in_doubt, clock())
        return not wait.is_for_all
    except Gone as gone:
        give_up(database, message, f"gone: {gone}", clock(), unreachable=True)
    except OutsideWindow:
        hold(database, message, clock())
    except MovedTo as where:
        move(database, message, where.address, clock())
    except Refused as no:
        give_up(database, message, f"refused: {no}", clock())
        end_post(database, message, clock())
    except Exception as fault:
        if is_down(fault):
            raise
        log.exception("a message could not be delivered", outbox=message.id)
        unspeakable(database, message, clock())
    else:
        mark(database, message, provider_id, delivery.screen, clock(), pace, prices)
    return True


def said(database: Database, channel: Channel | None, one: Prepared) -> tuple[str | None, Delivery]:
    """Say it. What may have arrived before is looked for first, and says so where nobody can tell."""
    if channel is None:
        raise Refused(f"no {one.message.channel} here")
    if not one.was_in_doubt or one.delivery.kind != "say":
        return channel.deliver(one.delivery), one.delivery
    found = channel.find(one.delivery, one.message.created_at)
    if found is None:
        again = once_more(one)
        return channel.deliver(again), again
    arrived = unclaimed(database, one.message.channel, found)
    return arrived or channel.deliver(one.delivery), one.delivery


def unclaimed(database: Database, channel: str, ids: Sequence[str]) -> str | None:
    """The first of these that is no other message of ours: two orders may be told in the same words."""
    with database.read() as db:
        taken = outbox.known(db, channel, ids)
    return next((one for one in ids if one not in taken), None)


def once_more(one: Prepared) -> Delivery:
    """The same message, with a word that it may be a repeat."""
    voice = Voice(one.delivery.language, ZoneInfo("UTC"))
    return replace(one.delivery, screen=one.delivery.screen.after(voice(ONCE_MORE)))


def mark(
    database: Database,
    message: OutboxMessage,
    provider_id: str | None,
    screen: Screen,
    now: datetime,
    pace: Pace,
    prices: Prices,
) -> None:
    """It was accepted: keep what was shown, and leave the chat alone for a moment."""
    with database.write() as db:
        outbox.sent(db, message.id, provider_id, replace(screen, toast=False).as_json(), now)
        if pace.per_chat and message.kind not in outbox.AT_ONCE:
            outbox.keep_quiet(db, message.channel, message.address, now + pace.per_chat)
        traffic.note(db, message, now)
        traffic.warn(db, prices, now)
    log.info("sent", outbox=message.id, channel=message.channel, kind=message.kind)


def postpone(database: Database, message: OutboxMessage, wait: Later, was_in_doubt: bool, now: datetime) -> None:
    """Wait as long as the channel says, longer each time it says nothing; after a day of silence, give up."""
    is_old = now - message.created_at > outbox.KEPT and message.attempts > FAIR_TRIES
    pause = timedelta(seconds=wait.seconds) if wait.is_for_all else patience(message, wait.seconds)
    log.info("waits", outbox=message.id, channel=message.channel, seconds=pause.total_seconds())
    with database.write() as db:
        if wait.is_for_all:
            outbox.pause(db, message.channel, now + pause)
        outbox.later(db, message.id, now + pause, in_doubt=was_in_doubt or wait.in_doubt)
    if is_old:
        give_up(database, message, "not accepted for a day", now)


def patience(message: OutboxMessage, seconds: float) -> timedelta:
    """Twice as long each time, up to ten minutes."""
    return max(timedelta(seconds=seconds), min(timedelta(seconds=2 ** min(message.attempts, 10)), 10 * MINUTE))


def give_up(
    database: Database, message: OutboxMessage, reason: str, now: datetime, *, unreachable: bool = False
) -> None:
    log.warning("not delivered", outbox=message.id, channel=message.channel, outcome=reason.partition(":")[0])
    with database.write() as db:
        outbox.dead(db, message.id, reason)
        if unreachable:
            outbox.unreachable(db, message.channel, message.address, now)
            posts.chat_is_gone(db, message.address, now)
            if not outbox.elsewhere(db, message, now):
                unreached.tell_others(db, message, now, may_come_later=False)


def end_post(database: Database, message: OutboxMessage, now: datetime) -> None:
    """A live post that cannot be drawn any more was taken down by somebody of the group: it stays down."""
    if message.notice == "group_post":
        with database.write() as db:
            posts.taken_down(db, message, now)


def hold(database: Database, message: OutboxMessage, now: datetime) -> None:
    """Nothing arrives there before she writes: say it elsewhere, or keep it for then and tell whose order it is."""
    log.info("held until the person writes", outbox=message.id, channel=message.channel)
    with database.write() as db:
        if in_window(db, message, now) and message.dead_reason != OUTSIDE_WINDOW:
            outbox.later(db, message.id, now, in_doubt=False)  # she has written while this was under way
            return
        if outbox.elsewhere(db, message, now):
            outbox.dead(db, message.id, "said elsewhere")
            return
        outbox.hold(db, message)
        unreached.tell_others(db, message, now, may_come_later=True)


def move(database: Database, message: OutboxMessage, address: str, now: datetime) -> None:
    """The chat has become another one; this message, and all that wait for it, go there."""
    log.info("a chat has moved", outbox=message.id, channel=message.channel)
    with database.write() as db:
        outbox.readdress(db, message.channel, message.address, address)
        posts.chat_moved(db, message.address, address, now)
        outbox.later(db, message.id, now, in_doubt=False)
        if message.notice == "group_post":
            outbox.dead(db, message.id, "said anew where the group is now")
