"""Persons and their ways to be reached. A person is not an identity: she may come through any number of channels."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, insert, or_, select, update

from storefront import chores, outbox
from storefront.database import Reader, Writer
from storefront.models import (
    CodeMiss,
    Conversation,
    CreatorProfile,
    Deal,
    Destination,
    Identity,
    InboxMessage,
    JoinCode,
    LessonDone,
    Media,
    Order,
    OutboxMessage,
    OwnDoor,
    Person,
    Profile,
    Recipient,
    Relay,
    Report,
    Reseller,
    SecondContact,
    SignIn,
    Staff,
    UsualAddress,
    WaitingPlace,
    WebSession,
)

ERASABLE = (Identity, JoinCode, SignIn, WebSession, Profile, Recipient, UsualAddress, OwnDoor, CodeMiss,
            CreatorProfile, LessonDone)  # fmt: skip
SEEN_LATELY = timedelta(minutes=5)  # finer would cost every message a write
GOODBYE_KEPT = timedelta(hours=1)


@dataclass(frozen=True)
class Met:
    """Whom a message came from, and what we remember of the talk."""

    person: Person
    identity: Identity
    talk: Conversation
    name: str
    is_new: bool = False


def meet(
    db: Writer, channel: str, address: str, external_id: str | None, name: str, language: str, now: datetime
) -> Met:
    """Find or make the person behind an address, and lock her conversation until the transaction ends."""
    met = known(db, channel, address, external_id)
    if met is None:
        make(db, channel, address, external_id, name, language, now)
        met = known(db, channel, address, external_id)
        assert met, "we have just met her"
        return Met(met.person, met.identity, met.talk, met.name, is_new=True)
    identity = met.identity
    if now - identity.last_inbound_at > SEEN_LATELY or identity.unreachable_at or identity.address != address:
        if identity.address != address:
            move_out(db, channel, address)
        seen = update(Identity).where(Identity.id == identity.id)
        db.execute(seen.values(last_inbound_at=now, unreachable_at=None, address=address))
        if channel == "whatsapp":
            outbox.release(
                db, channel, address, now
            )  # Twilio's clock decides what was outside of her 24 hours, not ours
    return met


def move_out(db: Writer, channel: str, address: str) -> None:
    """A number that has changed hands: whoever had it before is no longer reached by it."""
    old = update(Identity).where(Identity.channel == channel, Identity.address == address)
    db.execute(old.values(address=Identity.address + ":moved", unreachable_at=Identity.last_inbound_at))


def by_sender(db: Reader, channel: str, sender: str) -> Identity | None:
    """The identity an inbox row came from."""
    mine = or_(Identity.address == sender, Identity.external_id == sender)
    return db.scalar(select(Identity).where(Identity.channel == channel, mine).limit(1))


def known(db: Writer, channel: str, address: str, external_id: str | None) -> Met | None:
    """Match by address or by external id: a WhatsApp number may change or vanish behind a username."""
    matches = [Identity.address == address]
    if external_id:
        matches.append(Identity.external_id == external_id)
    row = db.execute(
        select(Person, Identity, Conversation, Profile.name)
        .join(Identity, Identity.person_id == Person.id)
        .join(Conversation, Conversation.identity_id == Identity.id)
        .join(Profile, Profile.person_id == Person.id)
        .where(Identity.channel == channel, or_(*matches))
        .order_by((Identity.external_id == external_id).desc() if external_id else Identity.id, Identity.id)
        .limit(1)
        .with_for_update(of=Conversation)
    ).first()
    return Met(*row) if row else None


def make(
    db: Writer, channel: str, address: str, external_id: str | None, name: str, language: str, now: datetime
) -> None:
    person_id = written(db, name, language, now)
    identity = insert(Identity).values(
        person_id=person_id, channel=channel, address=address, external_id=external_id, last_inbound_at=now
    )
    identity_id = db.scalar(identity.returning(Identity.id))
    db.execute(insert(Conversation).values(identity_id=identity_id, args={}, answers={}, drafts={}, changed_at=now))


def guest(db: Writer, shop_id: int, name: str, language: str, now: datetime) -> int:
    """Somebody a seller knows by name and we do not know at all; the same name at her shop is the same neighbour."""
    reached = select(Identity.id).where(Identity.person_id == UsualAddress.person_id)
    known = select(UsualAddress.person_id).where(UsualAddress.shop_id == shop_id, UsualAddress.name == name)
    person_id = db.scalar(known.where(~reached.exists()).limit(1))
    if person_id is not None:
        return person_id
    return written(db, name, language, now)


def written(db: Writer, name: str, language: str, now: datetime) -> int:
    person = insert(Person).values(language=language, is_bunda=False, wants_promotion=False, created_at=now)
    person_id = db.execute(person.returning(Person.id)).scalar_one()
    db.execute(insert(Profile).values(person_id=person_id, name=name))
    return person_id


def is_reached(db: Reader, person_id: int) -> bool:
    """Whether anything we say can come to this person."""
    return db.scalar(select(Identity.id).where(Identity.person_id == person_id).limit(1)) is not None


def name_of(db: Reader, person_id: int) -> str:
    """What a person is called; someone erased is called nothing."""
    return db.scalar(select(Profile.name).where(Profile.person_id == person_id)) or ""


def contact_of(db: Reader, person_id: int) -> str:
    """The way to write to somebody who asked for it."""
    latest = select(Identity).where(Identity.person_id == person_id).order_by(Identity.last_inbound_at.desc()).limit(1)
    identity = db.scalar(latest)
    if identity is None:
        return ""
    if identity.channel == "whatsapp":
        return f"https://wa.me/{identity.address.removeprefix('whatsapp:+')}"
    return f"tg://user?id={identity.address}"


def keep_phone(db: Writer, person_id: int, phone: str) -> None:
    """The number she gave herself."""
    db.execute(update(Profile).where(Profile.person_id == person_id).values(phone=phone))


def phone_of(db: Reader, person_id: int) -> str:
    return db.scalar(select(Profile.phone).where(Profile.person_id == person_id)) or ""


def unsealed(db: Reader, destination: Destination) -> str:
    """The number (or QRIS payload) somebody is paid by, for the one moment it is shown or used."""
    return db.vault.unseal(destination.sealed, destination.salt.hex())


def former(db: Reader, person_id: int) -> list[int]:
    """Whom she was on her other channel before the two were joined."""
    return list(db.scalars(select(Person.id).where(Person.joined_to == person_id)))


def ways_to(db: Reader, person_id: int) -> list[tuple[str, str]]:
    """Every channel and address of a person."""
    mine = select(Identity.channel, Identity.address).where(Identity.person_id == person_id)
    return [(channel, address) for channel, address in db.execute(mine)]


def change(db: Writer, person_id: int, **values: Any) -> None:
    db.execute(update(Person).where(Person.id == person_id).values(**values))


def erase(db: Writer, person_id: int, now: datetime) -> None:
    """Forget a person: name, addresses, pictures, account numbers and talks go; the books keep a bare number."""
    identities = select(Identity.id).where(Identity.person_id == person_id)
    senders = db.execute(
        select(Identity.channel, Identity.address, Identity.external_id).where(Identity.person_id == person_id)
    ).all()
    db.execute(delete(Conversation).where(Conversation.identity_id.in_(identities)))
    for channel, *names in senders:
        keys = [f"{channel}:{name}" for name in names if name]
        db.execute(delete(InboxMessage).where(InboxMessage.sender.in_(keys)))
    forget_in_chats(db, person_id)
    running = or_(Deal.ended_at.is_(None), Deal.ended_at > now)
    db.execute(update(Deal).where(Deal.creator_id == person_id, running).values(ended_at=now))
    db.execute(update(Staff).where(Staff.person_id == person_id, Staff.removed_at.is_(None)).values(removed_at=now))
    resells = (Reseller.person_id == person_id, Reseller.removed_at.is_(None))
    db.execute(update(Reseller).where(*resells).values(removed_at=now))
    gone = update(WaitingPlace).where(WaitingPlace.person_id == person_id, WaitingPlace.state == "waiting")
    db.execute(gone.values(state="gone"))
    for table in ERASABLE:
        db.execute(delete(table).where(table.person_id == person_id))
    blank = {"content": b"", "digest": b"", "is_public": False}
    db.execute(update(Media).where(Media.person_id == person_id).values(**blank))
    sealed = {"sealed": b"", "salt": b"", "holder": "", "mask": "", "retired_at": now, "fingerprint": None}
    db.execute(update(Destination).where(Destination.person_id == person_id).values(**sealed))
    db.execute(delete(OutboxMessage).where(OutboxMessage.person_id == person_id, OutboxMessage.state != "waiting"))
    chores.schedule(db, "forget_goodbye", person_id, now + GOODBYE_KEPT)
    change(db, person_id, erased_at=now, is_bunda=False, wants_promotion=False)


def forget_reports(db: Writer, person_id: int) -> None:
    """What she told who runs the hub, and whom she trusted."""
    db.execute(update(Report).where(Report.person_id == person_id).values(words=""))
    db.execute(delete(SecondContact).where(SecondContact.person_id == person_id))
    hers = update(SecondContact).where(SecondContact.contact_id == person_id)
    db.execute(hers.values(contact_id=None))


def forget_in_chats(db: Writer, person_id: int) -> None:
    """What sellers were told of her orders keeps its place in their chats and loses its words here."""
    orders = db.scalars(select(Order.id).where(Order.buyer_id == person_id)).all()
    talks = db.scalars(select(Relay.id).where(Relay.buyer_id == person_id)).all()
    of_hers = OutboxMessage.facts["order"].as_integer().in_(orders)
    about = or_(of_hers, OutboxMessage.facts["relay"].as_integer().in_(talks))
    told = update(OutboxMessage).where(OutboxMessage.state != "waiting", OutboxMessage.notice.is_not(None), about)
    of_no_more_use = case((OutboxMessage.state == "held", "dead"), else_=OutboxMessage.state)
    db.execute(told.values(facts={}, screen=None, state=of_no_more_use))


def forget_goodbye(db: Writer, person_id: int, _: datetime) -> None:
    """The last message has been delivered; its address goes too."""
    db.execute(delete(OutboxMessage).where(OutboxMessage.person_id == person_id))


def named(channel: str, address: str) -> str:
    """An address as the settings spell it: ``telegram:123``, ``whatsapp:+62...``."""
    return address if channel == "whatsapp" else f"{channel}:{address}"


def keeps_the_hub(db: Reader, person: Person, operators: Collection[str]) -> bool:
    """Whether she runs the hub today: by its first link, or because the settings name one of her addresses."""
    if not person.is_operator:
        return False
    return person.keeps_hub_since is not None or any(named(*way) in operators for way in ways_to(db, person.id))
