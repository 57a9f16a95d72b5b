"""One person on two channels: a word good once and for ten minutes, said on one, opened on the other.

Whoever has a shop, a deal or a staff place stays who she is, and the other, lighter one is taken up into her. Two who
both have such are not joined by us: their books would have to be one as well, and those are final.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, or_, select, update

from storefront import chores, outbox, people, rows, sessions
from storefront.database import Reader, Writer
from storefront.earning import sharing
from storefront.models import (
    Attribution,
    Bargain,
    CaseNote,
    Commission,
    Consent,
    CreatorProfile,
    Customer,
    Deal,
    DealOffer,
    Identity,
    JoinCode,
    LessonDone,
    Media,
    Order,
    OutboxMessage,
    OwnDoor,
    Person,
    Poll,
    Problem,
    Profile,
    Recipient,
    Recovery,
    Relay,
    Report,
    Reseller,
    Review,
    SecondContact,
    SellerInvitation,
    Shop,
    Staff,
    Touch,
    UsualAddress,
    Vote,
    WaitingPlace,
)
from storefront.refusals import BeginHere, CannotJoin, NoSuchWord
from storefront.vault import Vault

GOOD_FOR = timedelta(minutes=10)
SIGNS = "ACDEFHJKMNPRTUVWXY34679"  # none of them looks like another
DIGITS = "34679"
LENGTH = 8
# What is hers as a buyer, told by one column; the rest is merged by hand below.
MOVES = (
    (Order, "buyer_id"),
    (Relay, "buyer_id"),
    (Review, "person_id"),
    (Problem, "person_id"),
    (CaseNote, "person_id"),
    (Report, "person_id"),
    (Consent, "person_id"),
    (WaitingPlace, "person_id"),
    (Touch, "person_id"),
    (Media, "person_id"),
    (OutboxMessage, "person_id"),
    (Recipient, "person_id"),
    (Identity, "person_id"),
    (Bargain, "creator_id"),
    (Bargain, "by_person"),
    (SellerInvitation, "by_person"),
    (DealOffer, "creator_id"),
    (Poll, "by_person"),
)


@dataclass(frozen=True)
class Asked:
    """Whose other channel a word belongs to: what she is called there, and where that is."""

    person_id: int
    name: str
    channels: tuple[str, ...]


def begin(db: Writer, person_id: int, now: datetime) -> str:
    """Make a word for somebody's other channel; an earlier one of hers is worth nothing any more."""
    letters = [secrets.choice(SIGNS) for _ in range(LENGTH - 1)]
    letters.insert(secrets.randbelow(LENGTH), secrets.choice(DIGITS))  # so that it is no word of any language
    word = "".join(letters)
    db.execute(delete(JoinCode).where(JoinCode.person_id == person_id))
    digest = digest_of(db.vault, word)
    rows.add_once(db, JoinCode, digest=digest, person_id=person_id, until=now + GOOD_FOR, used_at=None)
    return word


def digest_of(vault: Vault, word: str) -> bytes:
    return vault.signature("join", word.upper(), 43).encode()


def asked(db: Reader, word: str, person_id: int, now: datetime) -> Asked:
    """Whom a word would join her with. Raises `NoSuchWord` or `CannotJoin`."""
    found = db.scalar(select(JoinCode).where(JoinCode.digest == digest_of(db.vault, word)))
    if found is None or found.used_at or found.until < now:
        raise NoSuchWord
    if is_relied_on(db, person_id):
        raise BeginHere  # whoever opens a link that somebody sent must not hand over a shop by one tap
    channels = {channel for channel, _ in people.ways_to(db, found.person_id)}
    if found.person_id == person_id or channels & {channel for channel, _ in people.ways_to(db, person_id)}:
        raise CannotJoin
    survivor(db, found.person_id, person_id)
    return Asked(found.person_id, people.name_of(db, found.person_id), tuple(sorted(channels)))


def join(db: Writer, word: str, person_id: int, now: datetime) -> int:
    """Make the two one; returns who she is from now on. Raises `NoSuchWord` or `CannotJoin`."""
    other = asked(db, word, person_id, now).person_id
    spent = (JoinCode.digest == digest_of(db.vault, word), JoinCode.used_at.is_(None))
    if not rows.changed(db, update(JoinCode).where(*spent).values(used_at=now)):
        raise NoSuchWord
    stays = survivor(db, other, person_id)
    goes = person_id if stays == other else other
    take_up(db, goes, stays, now)
    return stays


def survivor(db: Reader, one: int, two: int) -> int:
    """Which of the two stays: the one others rely on, else the first. Raises `CannotJoin` where both are relied on."""
    weighty = [person_id for person_id in (one, two) if is_relied_on(db, person_id)]
    ties = (sells_to_the_other, earned_by_the_other, is_being_recovered)
    if len(weighty) == 2 or any(tie(db, one, two) for tie in ties):
        raise CannotJoin
    return weighty[0] if weighty else one


def is_relied_on(db: Reader, person_id: int) -> bool:
    """Whether she has a shop, helps in one, recommends or resells: what others' books are written with."""
    marks = (
        exists().where(Shop.owner_id == person_id),
        exists().where(Staff.person_id == person_id),
        exists().where(Deal.creator_id == person_id),
        exists().where(Commission.creator_id == person_id),
        exists().where(Reseller.person_id == person_id),
        exists().where(Person.id == person_id, Person.is_operator),
    )
    return bool(db.scalar(select(or_(*marks))))


def sells_to_the_other(db: Reader, one: int, two: int) -> bool:
    """Whether one has ever ordered in a shop of the other: nobody is her own buyer, or praises her own food."""
    both = (Order.buyer_id.in_((one, two)), Shop.owner_id.in_((one, two)))
    return db.scalar(select(Order.id).join(Shop, Shop.id == Order.shop_id).where(*both).limit(1)) is not None


def earned_by_the_other(db: Reader, one: int, two: int) -> bool:
    """Whether one has earned by an order of the other: nobody recommends to herself, and what is booked is final."""
    both = (Order.buyer_id.in_((one, two)), Attribution.creator_id.in_((one, two)))
    thanked = select(Order.id).join(Attribution, Attribution.order_id == Order.id)
    return db.scalar(thanked.where(*both).limit(1)) is not None


def is_being_recovered(db: Reader, one: int, two: int) -> bool:
    """Whether a lost shop is on its way to or from one of them."""
    theirs = or_(Recovery.owner_id.in_((one, two)), Recovery.claimed_by.in_((one, two)))
    return db.scalar(select(Recovery.id).where(theirs, Recovery.state.in_(("asked", "vouched"))).limit(1)) is not None


def take_up(db: Writer, goes: int, stays: int, now: datetime) -> None:
    """Everything of one person becomes the other's."""
    for table, column in MOVES:
        hers = getattr(table, column) == goes
        db.execute(update(table).where(hers).values({column: stays}))
    add_up(db, goes, stays)
    keep_addresses(db, goes, stays)
    keep_doors(db, goes, stays)
    keep_once(db, Vote, Vote.poll_id, goes, stays)
    keep_once(db, LessonDone, LessonDone.card, goes, stays)
    keep_profile(db, goes, stays, now)
    trusted_by = db.scalar(select(SecondContact.person_id).where(SecondContact.person_id == stays))
    if trusted_by is None:
        db.execute(update(SecondContact).where(SecondContact.person_id == goes).values(person_id=stays))
    db.execute(delete(SecondContact).where(SecondContact.person_id == goes))
    db.execute(update(SecondContact).where(SecondContact.contact_id == goes).values(contact_id=stays))
    own = (SecondContact.person_id == stays, SecondContact.contact_id == stays)
    db.execute(delete(SecondContact).where(*own))  # nobody vouches for herself
    db.execute(delete(JoinCode).where(JoinCode.person_id.in_((goes, stays)), JoinCode.used_at.is_(None)))
    sessions.end_all(db, goes, now)
    phone = db.scalar(select(Profile.phone).where(Profile.person_id == goes))
    if phone:
        unknown = update(Profile).where(Profile.person_id == stays, Profile.phone.is_(None))
        db.execute(unknown.values(phone=phone))
    db.execute(update(Profile).where(Profile.person_id == goes).values(name="", phone=None))
    people.change(db, goes, joined_to=stays, wants_promotion=False)


def add_up(db: Writer, goes: int, stays: int) -> None:
    """What each shop knows of her as a customer, in one row."""
    for one in db.scalars(select(Customer).where(Customer.person_id == goes)).all():
        mine = (Customer.shop_id == one.shop_id, Customer.person_id == stays)
        other = db.scalar(select(Customer).where(*mine))
        if other is None:
            moved = update(Customer).where(Customer.shop_id == one.shop_id, Customer.person_id == goes)
            db.execute(moved.values(person_id=stays))
            continue
        sums = {name: getattr(one, name) + getattr(other, name) for name in ("received", "no_shows", "paid")}
        first = earlier(one, other)
        firsts = {name: getattr(first, name) for name in ("first_paid_at", "first_order_id", "first_deal_id")}
        second = later_order(one, other)
        back = other.back_order_id or one.back_order_id or second
        db.execute(update(Customer).where(*mine).values(**sums, **firsts, back_order_id=back))
        db.execute(delete(Customer).where(Customer.shop_id == one.shop_id, Customer.person_id == goes))


def later_order(one: Customer, other: Customer) -> int | None:
    """Where both had bought, the first order of the one who came later is that by which she came back."""
    if one.first_order_id is None or other.first_order_id is None:
        return None
    first = earlier(one, other)
    return other.first_order_id if first is one else one.first_order_id


def earlier(one: Customer, other: Customer) -> Customer:
    """Who of the two paid first."""
    if one.first_paid_at is None or (other.first_paid_at and other.first_paid_at <= one.first_paid_at):
        return other
    return one


def keep_addresses(db: Writer, goes: int, stays: int) -> None:
    """Where she has things brought; what she said as who she stays counts before the rest."""
    known = select(UsualAddress.shop_id).where(UsualAddress.person_id == stays)
    hers = (UsualAddress.person_id == goes, UsualAddress.shop_id.not_in(known))
    db.execute(update(UsualAddress).where(*hers).values(person_id=stays))
    db.execute(delete(UsualAddress).where(UsualAddress.person_id == goes))


def keep_doors(db: Writer, goes: int, stays: int) -> None:
    """By which shops' own doors she came, and how old she has said she is."""
    known = select(OwnDoor.shop_id).where(OwnDoor.person_id == stays)
    hers = (OwnDoor.person_id == goes, OwnDoor.shop_id.not_in(known))
    db.execute(update(OwnDoor).where(*hers).values(person_id=stays))
    db.execute(delete(OwnDoor).where(OwnDoor.person_id == goes))
    of_age_on = db.scalar(select(Person.of_age_on).where(Person.id == goes))
    if of_age_on is not None:
        people.change(db, stays, of_age_on=of_age_on)


def keep_once(db: Writer, table: Any, column: Any, goes: int, stays: int) -> None:
    """Of what a person has once for each of something, what she has as who she stays counts."""
    known = select(column).where(table.person_id == stays)
    db.execute(update(table).where(table.person_id == goes, column.not_in(known)).values(person_id=stays))
    db.execute(delete(table).where(table.person_id == goes))


def keep_profile(db: Writer, goes: int, stays: int, now: datetime) -> None:
    """Where she lives, what she tells of, how often she is reminded."""
    known = select(CreatorProfile.person_id).where(CreatorProfile.person_id == stays)
    hers = (CreatorProfile.person_id == goes, ~known.exists())
    moved = rows.changed(db, update(CreatorProfile).where(*hers).values(person_id=stays))
    db.execute(delete(CreatorProfile).where(CreatorProfile.person_id == goes))
    chores.cancel_all(db, ["share_reminder"], goes)
    reminds = db.scalar(select(CreatorProfile.reminds).where(CreatorProfile.person_id == stays))
    if moved and reminds:
        sharing.plan(db, stays, reminds, now)


def tell_all(db: Writer, person_id: int, but: str, now: datetime) -> None:
    """Say on her other channels that one more belongs to her now."""
    mine = select(Identity).where(Identity.person_id == person_id, Identity.unreachable_at.is_(None))
    others: Sequence[Identity] = db.scalars(mine.where(Identity.channel != but)).all()
    for identity in others:
        outbox.tell_at(db, identity, "joined", {"channel": but}, now)
