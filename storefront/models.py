"""Every table, on one page.

Four habits hold throughout. Every row that belongs to a shop says which, and in which currency. Money
and ids are BIGINT. Personal data lives in tables of its own (marked *erasable*); rows that stay for the
books know people only by number. What happened is a row with who and when; a ``state`` column beside it
is only the place where a change is decided in one conditional step.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    and_,
    false,
    text,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storefront.database import BigInt, Instant

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
WAITING = text("done_at IS NULL")
TO_SEND = text("state = 'waiting'")
CURRENT = text("is_current")
TO_RETURN = text("state = 'refund_due'")
DUE = text("state = 'due'")


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - read once by SQLAlchemy
        int: BigInt,
        datetime: Instant(),
        date: Date(),
        str: Text(),
        bytes: LargeBinary(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }


Id = Mapped[int]


def key() -> Mapped[int]:
    return mapped_column(BigInt, primary_key=True, autoincrement=True)


def to(target: str, *, index: bool = False) -> Any:
    return mapped_column(ForeignKey(target), index=index)


# -- people ------------------------------------------------------------------------------------------


class Person(Base):
    """Somebody, known to the books by number only. ``is_operator``: runs the hub, and mediates where two disagree.

    ``joined_to``: who she turned out to be, when her second channel was joined to her first. ``of_age_on``: the day
    she may earn a commission from, where she has said that she is too young; nobody is asked. ``keeps_hub_since``: she
    runs the hub by the link its own machine printed, and not by the settings.
    """

    __tablename__ = "people"
    id: Id = key()
    language: Mapped[str] = mapped_column(String(2))
    is_bunda: Mapped[bool]
    wants_promotion: Mapped[bool]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    is_operator: Mapped[bool] = mapped_column(server_default=false())
    joined_to: Mapped[int | None]
    of_age_on: Mapped[date | None]
    keeps_hub_since: Mapped[datetime | None]


class Profile(Base):
    """What a person is called, and the number she gave herself, for the courier. *Erasable.*"""

    __tablename__ = "profiles"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    name: Mapped[str]
    phone: Mapped[str | None]


class JoinCode(Base):
    """A word, good once and for some minutes, by which a person's second channel finds her. *Erasable.*"""

    __tablename__ = "join_codes"
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[int] = to("people.id", index=True)
    until: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignIn(Base):
    """A link into the web, good for some minutes and once; only its digest is here. *Erasable.*"""

    __tablename__ = "sign_ins"
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[int] = to("people.id", index=True)
    until: Mapped[datetime]
    used_at: Mapped[datetime | None]


class WebSession(Base):
    """A browser in which somebody is signed in. ``device``: what it calls itself, in two words. *Erasable.*"""

    __tablename__ = "web_sessions"
    id: Id = key()
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[int] = to("people.id", index=True)
    device: Mapped[str]
    at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Identity(Base):
    """One channel's way to a person; a person may have any number. *Erasable.*

    ``address`` is what a channel delivers to (a chat id, ``whatsapp:+62...``). A WhatsApp identity is
    also found by ``external_id``, because a person with a username may show no phone number.
    ``quiet_until``: a chat takes one message a second, so the next one waits until then.
    """

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("channel", "address"), UniqueConstraint("channel", "external_id"))
    id: Id = key()
    person_id: Mapped[int] = to("people.id", index=True)
    channel: Mapped[str]
    address: Mapped[str]
    external_id: Mapped[str | None]
    last_inbound_at: Mapped[datetime]
    unreachable_at: Mapped[datetime | None]
    quiet_until: Mapped[datetime | None]


class Conversation(Base):
    """What we remember between two messages: the open question, its answers, the shop in view. *Erasable.*"""

    __tablename__ = "conversations"
    identity_id: Mapped[int] = mapped_column(ForeignKey("identities.id"), primary_key=True, autoincrement=False)
    shop_id: Mapped[int | None] = mapped_column(ForeignKey("shops.id"))
    script: Mapped[str | None]
    args: Mapped[dict[str, Any]]
    asked: Mapped[str | None]
    answers: Mapped[dict[str, Any]]
    drafts: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]


class UsedButton(Base):
    """A button that moved money or stock, and who pressed it first. It works once."""

    __tablename__ = "used_buttons"
    button: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = to("people.id", index=True)
    at: Mapped[datetime]


class Media(Base):
    """A picture somebody sent. *Erasable.* ``token`` is the unguessable name under which a page may show it."""

    __tablename__ = "media"
    id: Id = key()
    token: Mapped[str] = mapped_column(String(43), unique=True)
    person_id: Mapped[int | None] = to("people.id", index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    mime: Mapped[str]
    content: Mapped[bytes]
    is_public: Mapped[bool]
    created_at: Mapped[datetime]


# -- messages ----------------------------------------------------------------------------------------


class InboxMessage(Base):
    """One event as a channel delivered it. The unique key is the memory that makes a second copy stop here."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("source", "event_key"),
        Index("ix_inbox_waiting", "id", postgresql_where=WAITING, sqlite_where=WAITING),
    )
    id: Id = key()
    source: Mapped[str]
    event_key: Mapped[str]
    sender: Mapped[str]
    raw: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    attempts: Mapped[int]
    next_try_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    dead_reason: Mapped[str | None]


class OutboxMessage(Base):
    """One promise to say something. *Erasable.*

    Either a rendered ``screen`` or a ``notice`` with frozen ``facts``, rendered at delivery in the
    reader's language. ``kind`` is say, edit, answer (a tapped button's) or results (of an inline query). Order within
    an address is by ``id``. ``state`` is waiting, held (until the person writes, WhatsApp's window), sent or dead.
    ``shop_id``: whose business it is, as far as that can be told.
    ``in_doubt`` is set while it is being sent and stays set where nobody can know whether it arrived.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "channel", "due_at", postgresql_where=TO_SEND, sqlite_where=TO_SEND),
        Index("ix_outbox_line", "channel", "address", "id", postgresql_where=TO_SEND, sqlite_where=TO_SEND),
        Index("ix_outbox_address", "channel", "address", "id"),
    )
    id: Id = key()
    person_id: Mapped[int | None] = to("people.id", index=True)
    channel: Mapped[str]
    address: Mapped[str]
    kind: Mapped[str]
    notice: Mapped[str | None]
    facts: Mapped[dict[str, Any]]
    screen: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    replaces: Mapped[str | None]
    state: Mapped[str]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int]
    in_doubt: Mapped[bool] = mapped_column(server_default=false())
    sent_at: Mapped[datetime | None]
    provider_id: Mapped[str | None] = mapped_column(index=True)
    delivery_status: Mapped[str | None]
    dead_reason: Mapped[str | None]
    shop_id: Mapped[int | None]


class Traffic(Base):
    """How many messages of a kind one day took: in WhatsApp's 24 hours (session) or by template. Without a shop, 0."""

    __tablename__ = "traffic"
    day: Mapped[date] = mapped_column(primary_key=True)
    shop_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(String(12), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    messages: Mapped[int]


class Content(Base):
    """A shape of message with buttons that Twilio keeps for us, by the digest of its structure."""

    __tablename__ = "contents"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    sid: Mapped[str] = mapped_column(String(34))
    created_at: Mapped[datetime]


class Relay(Base):
    """A buyer and a shop talk through the bot; neither sees the other's number. It closes by itself.

    ``heard_at``: when either of them last said something.
    """

    __tablename__ = "relays"
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id", index=True)
    buyer_id: Mapped[int] = to("people.id", index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    opened_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Pause(Base):
    """A channel that asked to be left alone (429), and until when."""

    __tablename__ = "pauses"
    channel: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]


class Restoration(Base):
    """That a backup was put back: what happened between the backup and then is not in here.

    Until somebody has looked (``reconciled_at``), no payout is begun and no old message is sent.
    """

    __tablename__ = "restorations"
    id: Id = key()
    taken_at: Mapped[datetime]
    restored_at: Mapped[datetime]
    reconciled_at: Mapped[datetime | None]


class Chore(Base):
    """Something that happens by itself at a moment: a batch closes, a hold ends, a commission is released."""

    __tablename__ = "chores"
    __table_args__ = (Index("ix_chores_due", "due_at", "id", postgresql_where=WAITING, sqlite_where=WAITING),)
    id: Id = key()
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigInt, index=True)
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    done_at: Mapped[datetime | None]


class Offset(Base):
    """How far a polled channel has been read; it moves in the transaction that keeps the updates."""

    __tablename__ = "offsets"
    source: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


# -- the shop ----------------------------------------------------------------------------------------


class Shop(Base):
    """One seller's shop. ``next_order`` and ``next_unique_code`` are counters moved in the order's own step.

    ``hours``: from when until when she sells ready stock, ``08:00-17:00``, None for always. ``away_from`` and
    ``away_until``: her days off, both included. ``pin``: where she sends from, ``-6.4025,106.7942``; ``km_fees``: what
    delivery costs up to so many kilometres from there, ``[[2, 5000], [5, 10000]]``. ``qris_check``: what became of the
    trial payment with an amount in her sticker: offered, works, fails (then the sticker itself is shown).
    ``rate_bp``: the newest rate it has published, the promises themselves stand in ``rates``. ``code_discount_bp`` and
    ``code_bonus``: what a buyer gets who comes by a creator's code.
    ``frozen_at``: the operator has stopped it; nobody is shown where to pay. ``is_cash_only``: somebody says she has
    lost her phone, and until that is sure no money goes anywhere but into a hand.
    ``four_eyes_from``: from which amount on a payout needs a second person, None for never. ``withholds_bp``: what she
    keeps back as income tax, by her own word. ``is_named``: whether the public books say its name.
    """

    __tablename__ = "shops"
    id: Id = key()
    owner_id: Mapped[int] = to("people.id", index=True)
    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    letters: Mapped[str] = mapped_column(String(2), unique=True)
    place: Mapped[str]
    city: Mapped[str]
    currency: Mapped[str] = mapped_column(String(3))
    zone: Mapped[str]
    areas: Mapped[list[Any]]
    takes_cod: Mapped[bool]
    rate_bp: Mapped[int | None]
    next_order: Mapped[int]
    next_unique_code: Mapped[int]
    opened_at: Mapped[datetime]
    hours: Mapped[str | None] = mapped_column(String(11))
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]
    pickup_points: Mapped[list[Any]] = mapped_column(JSON, server_default="[]")
    pin: Mapped[str | None]
    km_fees: Mapped[list[Any]] = mapped_column(JSON, server_default="[]")
    has_slots: Mapped[bool] = mapped_column(server_default=false())
    next_receipt: Mapped[int] = mapped_column(server_default="1")
    qris_check: Mapped[str | None] = mapped_column(String(10))
    frozen_at: Mapped[datetime | None]
    is_cash_only: Mapped[bool] = mapped_column(server_default=false())
    code_discount_bp: Mapped[int] = mapped_column(server_default="0")
    code_bonus: Mapped[str | None]
    next_payout_receipt: Mapped[int] = mapped_column(server_default="1")
    four_eyes_from: Mapped[int | None]
    withholds_bp: Mapped[int] = mapped_column(server_default="0")
    is_named: Mapped[bool] = mapped_column(server_default=false())


class Staff(Base):
    """Somebody who takes orders for a shop, and cannot touch where its money goes or what it pays."""

    __tablename__ = "staff"
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False, index=True)
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class StaffInvitation(Base):
    """A link that makes one person staff, or a reseller, once."""

    __tablename__ = "staff_invitations"
    id: Id = key()
    token: Mapped[str] = mapped_column(unique=True)
    shop_id: Mapped[int] = to("shops.id", index=True)
    at: Mapped[datetime]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    used_at: Mapped[datetime | None]
    role: Mapped[str] = mapped_column(String(10), server_default="staff")


class Reseller(Base):
    """Somebody who buys at the reseller's price and sells on: her orders pay her a margin and nobody a commission."""

    __tablename__ = "resellers"
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False, index=True)
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Destination(Base):
    """Where somebody wants to be paid, sealed; only the mask is ever shown unasked. *Erasable.*

    A seller's belongs to a shop, a creator's to a person. A change is a new row; the old one is retired. One that
    ``waits_until`` a moment is not used yet: whoever was reached before has time to say no. ``fingerprint`` tells
    whether two are the same account, without saying which.
    """

    __tablename__ = "destinations"
    id: Id = key()
    shop_id: Mapped[int | None] = mapped_column(ForeignKey("shops.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str]
    brand: Mapped[str]
    mask: Mapped[str]
    holder: Mapped[str]
    sealed: Mapped[bytes]
    salt: Mapped[bytes]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    waits_until: Mapped[datetime | None]
    fingerprint: Mapped[bytes | None] = mapped_column(index=True)


class Commitment(Base):
    """That something about money was changed, by whom and when, without saying what: a digest that can be opened
    later. Written once; a trigger refuses UPDATE and DELETE."""

    __tablename__ = "commitments"
    id: Id = key()
    kind: Mapped[str]
    shop_id: Mapped[int | None] = mapped_column(ForeignKey("shops.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    subject_id: Mapped[int]
    digest: Mapped[bytes]
    at: Mapped[datetime]


class SecondContact(Base):
    """Whom somebody trusts to say that it is really her, should she lose her phone or her number."""

    __tablename__ = "second_contacts"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    token: Mapped[str | None] = mapped_column(unique=True)
    at: Mapped[datetime]


class Recovery(Base):
    """Somebody says that a shop is hers and that her old number is lost.

    ``state``: asked, vouched (waits until ``moves_at``), moved, refused.
    """

    __tablename__ = "recoveries"
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id", index=True)
    owner_id: Mapped[int] = to("people.id", index=True)
    claimed_by: Mapped[int] = to("people.id", index=True)
    state: Mapped[str]
    at: Mapped[datetime]
    vouched_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    moves_at: Mapped[datetime | None]


class Product(Base):
    """Something a shop sells. What it contains, how long it keeps and its certificates are the seller's own words;
    None is not said, and nothing follows from it.

    ``position``: where it stands on the shelf, the smallest first, the newest first among equals. ``paused_until``:
    sold out for today. ``min_order`` and ``max_order``: how many an order takes. ``mix_size`` and ``mix_kinds``: a box
    of so many pieces, in so many kinds at most, which the buyer chooses. ``deposit_bp``: what is paid beforehand; the
    balance is due ``balance_days`` before the day, and who cancels later than ``forfeit_days`` before it loses it.
    ``cost``: what one of it costs the seller to make, which nobody but her is told.
    """

    __tablename__ = "products"
    __table_args__ = (UniqueConstraint("shop_id", "number"),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    number: Mapped[int]
    name: Mapped[str]
    unit: Mapped[str]
    kind: Mapped[str]
    currency: Mapped[str] = mapped_column(String(3))
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("media.id"))
    batch_id: Mapped[int | None]
    shelf_life: Mapped[str | None]
    allergens: Mapped[str | None]
    halal: Mapped[str | None]
    pirt: Mapped[str | None]
    listed_at: Mapped[datetime]
    category: Mapped[str | None]
    position: Mapped[int] = mapped_column(server_default="0")
    is_hidden: Mapped[bool] = mapped_column(server_default=false())
    paused_until: Mapped[datetime | None]
    min_order: Mapped[int | None]
    max_order: Mapped[int | None]
    mix_size: Mapped[int | None]
    mix_kinds: Mapped[int | None]
    deposit_bp: Mapped[int | None]
    balance_days: Mapped[int] = mapped_column(server_default="1")
    forfeit_days: Mapped[int] = mapped_column(server_default="2")
    cost: Mapped[int | None]


class ProductPhoto(Base):
    """A further photo of a product; the first one is the product's own."""

    __tablename__ = "product_photos"
    __table_args__ = (UniqueConstraint("product_id", "media_id"),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    product_id: Mapped[int] = to("products.id")
    media_id: Mapped[int] = to("media.id")


class Variant(Base):
    """One way to have a product. The first one (position 0) is what you get when you say nothing.

    One that is not offered any more stays, because orders point at it.
    """

    __tablename__ = "variants"
    __table_args__ = (UniqueConstraint("product_id", "name"),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    product_id: Mapped[int] = to("products.id")
    position: Mapped[int]
    name: Mapped[str]
    price: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    is_offered: Mapped[bool]
    reseller_price: Mapped[int | None]


class Batch(Base):
    """What can be sold at once: an open PO with its closing time, or the ready stock (which never closes).

    ``taken`` counts what orders hold, and is only ever moved in one conditional step with an order. ``minimum``: how
    many it takes for the PO to run; ``decided``: what became of one that missed it (runs, called_off, moved).
    """

    __tablename__ = "batches"
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id", index=True)
    product_id: Mapped[int] = to("products.id", index=True)
    kind: Mapped[str]
    quota: Mapped[int | None]
    taken: Mapped[int]
    closes_at: Mapped[datetime | None]
    delivers_on: Mapped[date | None]
    day_part: Mapped[str | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    minimum: Mapped[int | None]
    decided: Mapped[str | None]
    has_variant_quotas: Mapped[bool] = mapped_column(server_default=false())
    has_posts: Mapped[bool] = mapped_column(server_default=false())


class GroupPost(Base):
    """A live post of a batch in a group: how many are taken, a button for one more. Edited, at a polite pace.

    ``rounds`` counts how often it was drawn; ``deal_id`` is the creator's who posted it, if one did.
    """

    __tablename__ = "group_posts"
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id", index=True)
    product_id: Mapped[int] = to("products.id")
    batch_id: Mapped[int] = to("batches.id", index=True)
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deals.id"))
    chat: Mapped[str] = mapped_column(index=True)
    by_person: Mapped[int] = to("people.id", index=True)
    rounds: Mapped[int]
    drawn_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class VariantQuota(Base):
    """How many of one variant a batch has; counted beside the batch itself, in the same step."""

    __tablename__ = "variant_quotas"
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), primary_key=True, autoincrement=False)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), primary_key=True, autoincrement=False)
    shop_id: Mapped[int] = to("shops.id")
    quota: Mapped[int]
    taken: Mapped[int]


class WaitingPlace(Base):
    """Somebody waits for a place in a batch that is full, or for the next one after it has closed.

    ``state``: waiting; offered (so many are held for her until ``offered_until``); taken; gone.
    """

    __tablename__ = "waiting_places"
    __table_args__ = (Index("ix_waiting_places_batch_state", "batch_id", "state", "id"),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    product_id: Mapped[int] = to("products.id", index=True)
    batch_id: Mapped[int] = to("batches.id")
    person_id: Mapped[int] = to("people.id", index=True)
    quantity: Mapped[int]
    state: Mapped[str]
    at: Mapped[datetime]
    offered_until: Mapped[datetime | None]


class Slot(Base):
    """An hour or two in which a shop hands over, with room for so many orders; ``taken`` counts pending ones too."""

    __tablename__ = "slots"
    __table_args__ = (UniqueConstraint("shop_id", "day", "begins", "handover"),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    day: Mapped[date]
    begins: Mapped[str] = mapped_column(String(5))
    ends: Mapped[str] = mapped_column(String(5))
    handover: Mapped[str]
    capacity: Mapped[int]
    taken: Mapped[int]


class Import(Base):
    """A catalogue that comes as a file: how far it has been read, and what was wrong with which line."""

    __tablename__ = "imports"
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id", index=True)
    person_id: Mapped[int] = to("people.id")
    content: Mapped[str]
    lines: Mapped[int]
    done: Mapped[int]
    added: Mapped[int]
    changed: Mapped[int]
    errors: Mapped[list[Any]]
    state: Mapped[str]
    at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


# -- orders ------------------------------------------------------------------------------------------


class Order(Base):
    """What a buyer asked for, with everything it came to frozen.

    ``state``: placed, sent, received, cancelled or released (its hold ended unpaid). ``batch_id``: of its lines'
    batches the one that closes first; it decides until when the order can be cancelled, and on whose list it goes.
    ``goods`` is by the price list; ``discount`` is what a coupon takes off it. ``deposit_bp``: what of the goods is
    paid beforehand; who cancels from ``forfeits_at`` on loses it. ``benefit_bp``: what a buyer who came by a code gets
    off the goods; it is in ``discount``.
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("shop_id", "number"),
        Index("ix_orders_shop_open", "shop_id", "is_open", "id"),
        Index("ix_orders_buyer_open", "buyer_id", "is_open", "id"),
        Index("ix_orders_shop_total", "shop_id", "total"),
        Index("ix_orders_number", "number"),
    )
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    buyer_id: Mapped[int] = to("people.id")
    number: Mapped[int]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    currency: Mapped[str] = mapped_column(String(3))
    batch_id: Mapped[int] = to("batches.id", index=True)
    handover: Mapped[str]
    goods: Mapped[int]
    fee: Mapped[int | None]
    courier_paid_by_buyer: Mapped[bool]
    unique_code: Mapped[int]
    total: Mapped[int | None]
    state: Mapped[str]
    is_open: Mapped[bool]
    placed_at: Mapped[datetime]
    hold_until: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    destination_commitment: Mapped[bytes | None]
    release_held: Mapped[bool]
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slots.id"), index=True)
    kept_at: Mapped[datetime | None]
    discount: Mapped[int] = mapped_column(server_default="0")
    coupon_id: Mapped[int | None] = mapped_column(ForeignKey("coupons.id"), index=True)
    is_resale: Mapped[bool] = mapped_column(server_default=false())
    deposit_bp: Mapped[int | None]
    balance_due_at: Mapped[datetime | None]
    forfeits_at: Mapped[datetime | None]
    benefit_bp: Mapped[int] = mapped_column(server_default="0")
    cause_id: Mapped[int | None] = mapped_column(index=True)


class OrderLine(Base):
    """A snapshot: what the product was called and cost when it was ordered.

    A line that was given up after it had been paid stays with a quantity of 0, because the books point at it. What it
    earns a creator is a share of ``amount`` less ``discount`` (a coupon's part) less ``refunded``.
    """

    __tablename__ = "order_lines"
    __table_args__ = (UniqueConstraint("order_id", "position"),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    order_id: Mapped[int] = to("orders.id")
    position: Mapped[int]
    product_id: Mapped[int] = to("products.id")
    variant_id: Mapped[int] = to("variants.id")
    batch_id: Mapped[int] = to("batches.id", index=True)
    product_name: Mapped[str]
    variant_name: Mapped[str]
    unit: Mapped[str]
    kind: Mapped[str]
    quantity: Mapped[int]
    price: Mapped[int]
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    discount: Mapped[int] = mapped_column(server_default="0")
    refunded: Mapped[int] = mapped_column(server_default="0")

    @property
    def net(self) -> int:
        """What of its price the seller keeps, in whole smallest units."""
        return self.amount - self.discount - self.refunded


class OrderStep(Base):
    """What happened to an order, who did it and when: claimed, confirmed, undone, sent, received, cancelled..."""

    __tablename__ = "order_steps"
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    order_id: Mapped[int] = to("orders.id", index=True)
    step: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class Recipient(Base):
    """Where one order goes and to whom. *Erasable.*"""

    __tablename__ = "recipients"
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = to("people.id", index=True)
    name: Mapped[str]
    address: Mapped[str | None]
    landmark: Mapped[str | None]
    sender: Mapped[str | None]


class Payment(Base):
    """One payment of an order: the whole, or a deposit and then the balance. ``is_current``: the one it waits for.

    ``state``: due, claimed, confirmed, void, refund_due, refund_sent, refunded. A photo is a claim. ``received``: what
    the seller saw arrive, where it was another amount. ``cash_ready``: the note the buyer has, for the change.
    """

    __tablename__ = "payments"
    __table_args__ = (
        Index("uq_payments_current", "order_id", unique=True, postgresql_where=CURRENT, sqlite_where=CURRENT),
        Index("ix_payments_to_return", "shop_id", postgresql_where=TO_RETURN, sqlite_where=TO_RETURN),
    )
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    order_id: Mapped[int] = to("orders.id", index=True)
    method: Mapped[str | None]
    amount: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3))
    destination_id: Mapped[int | None] = mapped_column(ForeignKey("destinations.id"))
    state: Mapped[str]
    accepted_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("media.id"), index=True)
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    is_current: Mapped[bool] = mapped_column(server_default=true())
    part: Mapped[str] = mapped_column(String(10), server_default="whole")
    received: Mapped[int | None]
    cash_ready: Mapped[int | None]


PAYMENT_OF_ORDER = and_(Payment.order_id == Order.id, Payment.is_current)


class Receipt(Base):
    """The paper of one payment. Its numbers follow each other without a gap; a wrong one stays and is marked void."""

    __tablename__ = "receipts"
    __table_args__ = (UniqueConstraint("shop_id", "number"),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    number: Mapped[int]
    order_id: Mapped[int] = to("orders.id", index=True)
    payment_id: Mapped[int] = to("payments.id", index=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    at: Mapped[datetime]
    voided_at: Mapped[datetime | None]


class ProofPrint(Base):
    """What a proof looks like, to know it again: a coarse print to find, a fine one to compare. *Erasable.*"""

    __tablename__ = "proof_prints"
    media_id: Mapped[int] = mapped_column(ForeignKey("media.id"), primary_key=True, autoincrement=False)
    shop_id: Mapped[int] = to("shops.id", index=True)
    order_id: Mapped[int] = to("orders.id", index=True)
    pixels: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    coarse: Mapped[bytes]
    fine: Mapped[bytes]
    at: Mapped[datetime]


class Coupon(Base):
    """A word that takes something off: a share of the goods (``bp``) or an ``amount``. ``used`` counts open and paid
    orders, in the step that takes it."""

    __tablename__ = "coupons"
    __table_args__ = (UniqueConstraint("shop_id", "code"),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    code: Mapped[str] = mapped_column(String(20))
    bp: Mapped[int | None]
    amount: Mapped[int | None]
    least: Mapped[int] = mapped_column(server_default="0")
    most_uses: Mapped[int | None]
    used: Mapped[int] = mapped_column(server_default="0")
    ends_on: Mapped[date | None]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Refund(Base):
    """A part of what was paid that goes back. ``reason``: changed (the order became smaller), deposit, over (too much
    came), case, goodwill. ``state``: due, sent, received."""

    __tablename__ = "refunds"
    __table_args__ = (Index("ix_refunds_due", "shop_id", postgresql_where=DUE, sqlite_where=DUE),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    order_id: Mapped[int] = to("orders.id", index=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str]
    at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(10), server_default="changed")
    problem_id: Mapped[int | None] = mapped_column(ForeignKey("problems.id"), index=True)


class Customer(Base):
    """The roll-up of one buyer at one shop, so that no rule ever reads a history.

    ``received`` is what she confirmed, ``paid`` what the seller confirmed: each is told of by the other.
    ``back_order_id``: the order by which she came back, the first she paid after the one that made her a customer.
    """

    __tablename__ = "customers"
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    first_paid_at: Mapped[datetime | None]
    first_order_id: Mapped[int | None]
    first_deal_id: Mapped[int | None]
    received: Mapped[int]
    no_shows: Mapped[int] = mapped_column(server_default="0")
    paid: Mapped[int] = mapped_column(server_default="0")
    back_order_id: Mapped[int | None]


class UsualAddress(Base):
    """Where a buyer last had something of this shop brought. *Erasable.*"""

    __tablename__ = "usual_addresses"
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    handover: Mapped[str]
    name: Mapped[str]
    address: Mapped[str | None]
    landmark: Mapped[str | None]


class Review(Base):
    """How one received order was. Its words are the buyer's: the seller may answer and not delete. *Words erasable.*"""

    __tablename__ = "reviews"
    __table_args__ = (UniqueConstraint("order_id"), Index("ix_reviews_shop", "shop_id", "id"))
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    order_id: Mapped[int] = to("orders.id")
    person_id: Mapped[int] = to("people.id")
    stars: Mapped[int]
    at: Mapped[datetime]
    words: Mapped[str | None]
    may_show: Mapped[bool] = mapped_column(server_default=false())
    reply: Mapped[str | None]
    replied_at: Mapped[datetime | None]


class Problem(Base):
    """A case: a buyer says something is wrong with an order. While it is open, no commission of it is released.

    ``state``: open; offered (the seller offers something, the buyer decides); mediating; settled. ``due_at``: until
    when the two have it to themselves. ``offer``: resend, refund or part, of ``offer_amount``. ``outcome``: put_right,
    resend, refund, part, kept (the seller was right), cancelled.
    """

    __tablename__ = "problems"
    __table_args__ = (Index("ix_problems_shop_open", "shop_id", "settled_at", "id"),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    order_id: Mapped[int] = to("orders.id", index=True)
    person_id: Mapped[int] = to("people.id")
    is_unsafe: Mapped[bool]
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    kind: Mapped[str] = mapped_column(String(12), server_default="other")
    state: Mapped[str] = mapped_column(String(10), server_default="open")
    due_at: Mapped[datetime | None]
    offer: Mapped[str | None] = mapped_column(String(10))
    offer_amount: Mapped[int | None]
    outcome: Mapped[str | None] = mapped_column(String(10))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class CaseNote(Base):
    """What one side said or showed in a case. *Erasable.*"""

    __tablename__ = "case_notes"
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    problem_id: Mapped[int] = to("problems.id", index=True)
    person_id: Mapped[int] = to("people.id", index=True)
    words: Mapped[str | None]
    media_id: Mapped[int | None] = mapped_column(ForeignKey("media.id"))
    at: Mapped[datetime]


class Report(Base):
    """Somebody tells the operator that something is wrong with a shop or its link. *Words erasable.*"""

    __tablename__ = "reports"
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id", index=True)
    person_id: Mapped[int] = to("people.id", index=True)
    words: Mapped[str]
    at: Mapped[datetime]


class Consent(Base):
    """That somebody agreed to something: which text, when, on which channel, and when she took it back.

    ``kind``: promotion (news of one shop), testimonial (her review with her initial).
    """

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_shop_kind", "shop_id", "kind", "withdrawn_at"),)
    id: Id = key()
    person_id: Mapped[int] = to("people.id", index=True)
    shop_id: Mapped[int | None] = mapped_column(ForeignKey("shops.id"))
    kind: Mapped[str] = mapped_column(String(12))
    text_version: Mapped[int]
    channel: Mapped[str]
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Broadcast(Base):
    """News of a shop to those who asked for it. ``state``: waiting, sending, paused, done."""

    __tablename__ = "broadcasts"
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id", index=True)
    words: Mapped[str]
    state: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    sent: Mapped[int] = mapped_column(server_default="0")
    refused: Mapped[int] = mapped_column(server_default="0")
    reached: Mapped[int] = mapped_column(server_default="0")


# -- creators ----------------------------------------------------------------------------------------


class Invitation(Base):
    __tablename__ = "invitations"
    id: Id = key()
    token: Mapped[str] = mapped_column(unique=True)
    shop_id: Mapped[int] = to("shops.id", index=True)
    product_id: Mapped[int] = to("products.id")
    rate_bp: Mapped[int]
    at: Mapped[datetime]


class SellerInvitation(Base):
    """A creator's link that shows somebody how to open a shop here. It brings the creator nothing but a good shop."""

    __tablename__ = "seller_invitations"
    id: Id = key()
    token: Mapped[str] = mapped_column(unique=True)
    by_person: Mapped[int] = to("people.id", index=True)
    at: Mapped[datetime]
    shop_id: Mapped[int | None] = mapped_column(ForeignKey("shops.id"))


class Rate(Base):
    """One promise of a shop, as `referral.rates` reads it: never changed, only followed by a newer one.

    ``scope``: 1 a creator's own, 2 a product's, 3 a tier's, 4 the shop's, 5 the cap of an order. ``subject``: whose, or
    from how many orders on. ``withdrawn_at``: it was taken back before it began.
    """

    __tablename__ = "rates"
    __table_args__ = (Index("ix_rates_shop_scope", "shop_id", "scope", "subject"),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    scope: Mapped[int]
    subject: Mapped[int]
    value: Mapped[int]
    at: Mapped[datetime]
    holds_from: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Deal(Base):
    """One creator, one shop, agreed by both. ``rate_bp`` is what the card said that she agreed to; what holds today is
    in ``rates``.

    ``ended_at`` may lie ahead: a seller who ends a deal gives the notice of a cut. ``content_fee``: what an accepted
    content brings. ``gift_bp``: what she gives buyers out of her own commission. ``orders``: how many she brought.
    """

    __tablename__ = "deals"
    __table_args__ = (UniqueConstraint("shop_id", "creator_id"),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    creator_id: Mapped[int] = to("people.id", index=True)
    code: Mapped[str]
    rate_bp: Mapped[int]
    window_days: Mapped[int]
    new_customers_only: Mapped[bool]
    terms_version: Mapped[int]
    product_id: Mapped[int] = to("products.id")
    agreed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    content_fee: Mapped[int | None]
    gift_bp: Mapped[int] = mapped_column(server_default="0")
    orders: Mapped[int] = mapped_column(server_default="0")
    ended_by_seller: Mapped[bool] = mapped_column(server_default=false())


class Agreement(Base):
    """What somebody said yes to, word for word, and its digest, which stands in ``commitments`` as well."""

    __tablename__ = "agreements"
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    deal_id: Mapped[int] = to("deals.id", index=True)
    terms_version: Mapped[int]
    language: Mapped[str] = mapped_column(String(2))
    words: Mapped[str]
    digest: Mapped[bytes]
    at: Mapped[datetime]


class Bargain(Base):
    """A creator asks for other terms, and the seller answers. ``state``: open, accepted, used (it is in a deal),
    declined, withdrawn. ``reckoned``: what the fee helper had said to her who asks, its inputs and its range."""

    __tablename__ = "bargains"
    __table_args__ = (Index("ix_bargains_pair", "shop_id", "creator_id", "id"),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    creator_id: Mapped[int] = to("people.id", index=True)
    by_person: Mapped[int] = to("people.id")
    rate_bp: Mapped[int]
    content_fee: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(12))
    reckoned: Mapped[dict[str, Any]] = mapped_column(JSON, server_default="{}")


class Deliverable(Base):
    """A content that was agreed on, handed in by a link or words; accepted it brings its fee. *Words erasable.*

    ``state``: handed_in, accepted, declined. Whoever looks at nothing until ``due_at`` has accepted it.
    """

    __tablename__ = "deliverables"
    __table_args__ = (Index("ix_deliverables_pair", "creator_id", "shop_id", "payout_id"),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id", index=True)
    creator_id: Mapped[int] = to("people.id")
    deal_id: Mapped[int] = to("deals.id", index=True)
    words: Mapped[str]
    fee: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reply: Mapped[str | None]
    payout_id: Mapped[int | None] = mapped_column(ForeignKey("payouts.id"), index=True)


class Sample(Base):
    """Goods a seller gave a creator to try, at their retail value. A gift: it settles nothing that was promised."""

    __tablename__ = "samples"
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id", index=True)
    creator_id: Mapped[int] = to("people.id", index=True)
    product_id: Mapped[int] = to("products.id")
    quantity: Mapped[int]
    value: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    at: Mapped[datetime]


class ReferralCode(Base):
    """Every code a deal has ever had. An old one keeps working: it is printed on somebody's cardboard sign."""

    __tablename__ = "referral_codes"
    id: Id = key()
    code: Mapped[str] = mapped_column(unique=True)
    skeleton: Mapped[str] = mapped_column(unique=True)
    shop_id: Mapped[int] = to("shops.id")
    deal_id: Mapped[int] = to("deals.id", index=True)
    at: Mapped[datetime]


class Touch(Base):
    __tablename__ = "touches"
    __table_args__ = (Index("ix_touches_person_shop", "person_id", "shop_id", "id"),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    deal_id: Mapped[int] = to("deals.id", index=True)
    person_id: Mapped[int] = to("people.id")
    claim: Mapped[int]
    at: Mapped[datetime]
    picture_id: Mapped[int | None]


class OwnDoor(Base):
    """When a person last came to a shop by its own door, without anybody's code."""

    __tablename__ = "own_doors"
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False, index=True)
    at: Mapped[datetime]


class CodeMiss(Base):
    """How many codes nobody has somebody tried in an hour."""

    __tablename__ = "code_misses"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    misses: Mapped[int]


class LinkVisitor(Base):
    """That a visitor opened a creator's page, by a keyed digest that names nobody, for a day. *Erasable.*"""

    __tablename__ = "link_visitors"
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), primary_key=True, autoincrement=False)
    visitor: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class LinkDay(Base):
    """How many looks of each class a creator's page had in a day: person, preview, bot, repeat. Never money."""

    __tablename__ = "link_days"
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    looks: Mapped[int]


class Attribution(Base):
    """Why an order thanks this deal, or nobody, for creators and sellers to read.

    ``weighed`` is everything the decision was made from, so that anybody can make it again. ``rate_bp``,
    ``product_rates`` and ``cap`` are what the order froze, ``rate_id`` the promise they came from; ``recreates`` the
    cancelled order this one is again. Written once, with
    the order; only a seller who lets an objection stand adds a creator to one that thanked nobody.
    """

    __tablename__ = "attributions"
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    shop_id: Mapped[int] = to("shops.id")
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deals.id"), index=True)
    creator_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    code: Mapped[str | None]
    reason: Mapped[str]
    rate_bp: Mapped[int | None]
    touched_at: Mapped[datetime | None]
    rules_version: Mapped[int]
    lost: Mapped[list[Any]]
    weighed: Mapped[dict[str, Any]] = mapped_column(JSON, server_default="{}")
    rate_id: Mapped[int | None]
    product_rates: Mapped[dict[str, Any]] = mapped_column(JSON, server_default="{}")
    cap: Mapped[int | None]
    gift_bp: Mapped[int] = mapped_column(server_default="0")
    recreates: Mapped[int | None] = mapped_column(index=True)
    picture_id: Mapped[int | None]


class CommissionHold(Base):
    """An order whose commission waits because something looked odd: why, until when, and what was decided.

    ``decision``: valid, invalid, lapsed (nobody decided, so it is the creator's), or gone (the order was cancelled).
    """

    __tablename__ = "commission_holds"
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id", index=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), unique=True)
    creator_id: Mapped[int] = to("people.id", index=True)
    reasons: Mapped[list[Any]]
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(String(8))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    words: Mapped[str | None]


class Objection(Base):
    """A creator says that an order came through her although the rule thanked nobody. *Words erasable.*

    ``reason``: what the rule had said. ``state``: open, mediating, conceded (the seller or the mediator lets it
    stand), kept (the rule stands).
    """

    __tablename__ = "objections"
    __table_args__ = (UniqueConstraint("order_id", "creator_id"),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id", index=True)
    order_id: Mapped[int] = to("orders.id")
    creator_id: Mapped[int] = to("people.id", index=True)
    deal_id: Mapped[int] = to("deals.id")
    reason: Mapped[str]
    words: Mapped[str]
    state: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reply: Mapped[str | None]


class Commission(Base):
    """What one order line earns a creator. Where its money stands in the ledger is its state."""

    __tablename__ = "commissions"
    __table_args__ = (
        UniqueConstraint("order_line_id", "round"),
        Index("ix_commissions_creator", "creator_id", "id"),
        Index("ix_commissions_pair", "creator_id", "shop_id", "payout_id"),
    )
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    order_id: Mapped[int] = to("orders.id", index=True)
    order_line_id: Mapped[int] = to("order_lines.id")
    round: Mapped[int]
    deal_id: Mapped[int] = to("deals.id")
    creator_id: Mapped[int] = to("people.id")
    base: Mapped[int]
    rate_bp: Mapped[int]
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    accrued_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]
    payout_id: Mapped[int | None] = mapped_column(ForeignKey("payouts.id"), index=True)


# -- the books ---------------------------------------------------------------------------------------


class Account(Base):
    """A place where an amount stands. ``debits`` and ``credits`` are a cache of the transfers, checked by verify."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("name", "currency"),)
    id: Id = key()
    name: Mapped[str]
    shop_id: Mapped[int | None] = mapped_column(ForeignKey("shops.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    debits: Mapped[int]
    credits: Mapped[int]


class Transfer(Base):
    """One amount moved from one account to another. Written once; a trigger refuses UPDATE and DELETE.

    ``format`` is how its digest was made: 1 without the row's own number, 2 with it.
    """

    __tablename__ = "transfers"
    __table_args__ = (Index("ix_transfers_shop", "shop_id", "at"),)
    id: Id = key()
    key: Mapped[str] = mapped_column(String(120), unique=True)
    journal: Mapped[str]
    debit_id: Mapped[int] = to("accounts.id", index=True)
    credit_id: Mapped[int] = to("accounts.id", index=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    shop_id: Mapped[int] = to("shops.id")
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    commission_id: Mapped[int | None] = mapped_column(ForeignKey("commissions.id"), index=True)
    payout_id: Mapped[int | None] = mapped_column(ForeignKey("payouts.id"), index=True)
    at: Mapped[datetime]
    digest: Mapped[bytes]
    format: Mapped[int] = mapped_column(server_default="1")


class Turnover(Base):
    """How much of one journal happened in a month, for a shop or a creator: a roll-up that verify checks."""

    __tablename__ = "turnovers"
    scope: Mapped[str] = mapped_column(primary_key=True)
    scope_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    journal: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[int]


class Payout(Base):
    """What one shop pays one creator in one go.

    ``state``: draft, submitted (it waits for a second person), approved, sending (a provider has it), sent, missing
    (it did not arrive), confirmed, cancelled. ``gross`` is what its lines come to, ``netted`` what is taken off for
    goods paid back earlier, ``withheld`` what the seller keeps back as tax; ``amount`` is what is left, and moves.
    ``confirmed_by``: the creator, her silence, a provider, the mediator. ``ready_at``: since when the oldest of its
    lines could be paid.
    """

    __tablename__ = "payouts"
    __table_args__ = (
        Index("ix_payouts_pair", "shop_id", "creator_id", "state"),
        Index("ix_payouts_confirmed", "shop_id", "confirmed_at"),
    )
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    creator_id: Mapped[int] = to("people.id", index=True)
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int]
    sales: Mapped[int]
    state: Mapped[str]
    drafted_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None]
    gross: Mapped[int] = mapped_column(server_default="0")
    netted: Mapped[int] = mapped_column(server_default="0")
    withheld: Mapped[int] = mapped_column(server_default="0")
    ready_at: Mapped[datetime | None]
    submitted_by: Mapped[int | None]
    approved_by: Mapped[int | None]


class PayoutAttempt(Base):
    """One try at moving a payout's money. A payout has at most one that succeeded.

    ``state``: in_transit, succeeded, failed, reversed. ``key`` and ``body`` are what a provider is asked with, written
    before it is asked; ``status`` is what it said last (`storefront.providers`), ``checks`` how often it was asked, and
    ``due_at`` when it is asked next.
    """

    __tablename__ = "payout_attempts"
    __table_args__ = (
        UniqueConstraint("payout_id", "number"),
        Index("ix_payout_attempts_key", "key", unique=True),
    )
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    payout_id: Mapped[int] = to("payouts.id")
    number: Mapped[int]
    provider: Mapped[str]
    destination_id: Mapped[int | None] = mapped_column(ForeignKey("destinations.id"))
    mask: Mapped[str]
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("media.id"))
    proof_digest: Mapped[bytes | None]
    state: Mapped[str]
    sent_at: Mapped[datetime]
    sent_by: Mapped[int] = to("people.id")
    settled_at: Mapped[datetime | None]
    key: Mapped[str | None] = mapped_column(String(80))
    body: Mapped[str | None]
    reference: Mapped[str | None] = mapped_column(index=True)
    error: Mapped[str | None]
    checks: Mapped[int] = mapped_column(server_default="0")
    status: Mapped[str | None] = mapped_column(String(16))
    due_at: Mapped[datetime | None] = mapped_column(index=True)


class PayoutStep(Base):
    """What happened to a payout, by whom and when. Written once; a trigger refuses UPDATE and DELETE.

    ``step``: drafted, submitted, approved, cancelled, sent, failed, missing, confirmed, reversed. ``by``: a person's
    number; None for what happened by itself.
    """

    __tablename__ = "payout_steps"
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    payout_id: Mapped[int] = to("payouts.id", index=True)
    step: Mapped[str] = mapped_column(String(12))
    attempt: Mapped[int | None]
    amount: Mapped[int]
    by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    how: Mapped[str | None]
    proof_digest: Mapped[bytes | None]
    at: Mapped[datetime]
    digest: Mapped[bytes]


class PayoutReceipt(Base):
    """The paper of a payout that was settled: numbered without a gap in its shop. Written once, like a transfer."""

    __tablename__ = "payout_receipts"
    __table_args__ = (UniqueConstraint("shop_id", "number"),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    number: Mapped[int]
    payout_id: Mapped[int] = to("payouts.id", index=True)
    creator_id: Mapped[int] = to("people.id", index=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    confirmed_by: Mapped[str]
    at: Mapped[datetime]
    digest: Mapped[bytes]


class ProviderAccount(Base):
    """A seller's own account with somebody who moves money; the keys are sealed. *Erasable.*"""

    __tablename__ = "provider_accounts"
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"), primary_key=True, autoincrement=False)
    provider: Mapped[str] = mapped_column(String(12))
    sealed_key: Mapped[bytes]
    sealed_token: Mapped[bytes]
    at: Mapped[datetime]


class Dispute(Base):
    """Two who disagree whether a payout arrived. *Erasable* are the words.

    ``state``: open (the other side has 48 hours), mediating (whoever runs the hub has seven days), closed.
    ``outcome``: owed (it is still to be paid), received, withdrawn. ``by_default``: nobody decided in time, and then
    what was promised stays promised.
    """

    __tablename__ = "disputes"
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id", index=True)
    payout_id: Mapped[int] = to("payouts.id", index=True)
    creator_id: Mapped[int] = to("people.id", index=True)
    opened_by: Mapped[int] = to("people.id")
    words: Mapped[str]
    reply: Mapped[str | None]
    state: Mapped[str] = mapped_column(String(10), index=True)
    outcome: Mapped[str | None] = mapped_column(String(10))
    by_default: Mapped[bool] = mapped_column(server_default=false())
    reason: Mapped[str | None]
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]


# -- the log -----------------------------------------------------------------------------------------------


class Unlogged(Base):
    """A row of the books that the log has not numbered yet. ``source``: the table it stands in."""

    __tablename__ = "unlogged"
    id: Id = key()
    source: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[int]


class LogEntry(Base):
    """A leaf of the public log (RFC 6962). Written once; a trigger refuses UPDATE and DELETE."""

    __tablename__ = "log_entries"
    __table_args__ = (UniqueConstraint("source", "source_id"),)
    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[int]
    leaf: Mapped[str]
    hash: Mapped[bytes]


class LogOpening(Base):
    """What opens a leaf's commitment: the salt, and of a receipt the words that were committed. *Erasable.*"""

    __tablename__ = "log_openings"
    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    salt: Mapped[bytes]
    row: Mapped[dict[str, Any] | None]


class LogNode(Base):
    """The hash of a complete subtree: a cache from which any root and any proof is read in a few rows."""

    __tablename__ = "log_nodes"
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes]


class LogCheckpoint(Base):
    """What we signed: how long the log was, and its root. Written once; a trigger refuses UPDATE and DELETE."""

    __tablename__ = "log_checkpoints"
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes]
    note: Mapped[str]
    at: Mapped[datetime]


# -- what it brought -----------------------------------------------------------------------------------


class Tally(Base):
    """How much of something happened in a week (``2026-W25``, ISO 8601) or a month (``2026-06``): never money itself.

    ``scope``: deal, shop, hub (kept in parts, so that shops do not wait for each other). ``subject``: which product or
    picture, or the class of a histogram; 0 for all. `storefront.earning.tallies` says what is counted.
    """

    __tablename__ = "tallies"
    __table_args__ = (Index("ix_tallies_what", "scope", "what", "period"),)
    scope: Mapped[str] = mapped_column(String(4), primary_key=True)
    scope_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    period: Mapped[str] = mapped_column(String(8), primary_key=True)
    what: Mapped[str] = mapped_column(String(12), primary_key=True)
    subject: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int]


# -- meeting -------------------------------------------------------------------------------------------


class CreatorProfile(Base):
    """Where somebody lives and what she likes to tell of: how she and a kitchen meet. *Erasable.*

    ``topics``: three at most, of `referral.matching.TOPICS`. ``is_found``: sellers may find her and ask her.
    ``reminds``: how often she wants to be reminded to share: never, weekly, twice, daily.
    """

    __tablename__ = "creator_profiles"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    place: Mapped[str]
    city: Mapped[str] = mapped_column(index=True)
    topics: Mapped[list[Any]]
    is_found: Mapped[bool]
    reminds: Mapped[str] = mapped_column(String(8), server_default="never")
    at: Mapped[datetime]


class DealOffer(Base):
    """A seller asks a neighbour she found to recommend her. ``state``: open, accepted, declined (with a reason)."""

    __tablename__ = "deal_offers"
    __table_args__ = (Index("ix_deal_offers_pair", "shop_id", "creator_id", "id"),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    creator_id: Mapped[int] = to("people.id", index=True)
    product_id: Mapped[int] = to("products.id")
    rate_bp: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(12))
    at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class LessonDone(Base):
    """That somebody has read a card and answered its question."""

    __tablename__ = "lessons_done"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    card: Mapped[str] = mapped_column(String(12), primary_key=True)
    is_right: Mapped[bool]
    at: Mapped[datetime]


# -- telling -------------------------------------------------------------------------------------------


class SharedPicture(Base):
    """A picture a creator made to share: of what, in which template, with which photo. Its number is in its link, so
    that what it brings can be told. ``photo``: the token of the photo in it."""

    __tablename__ = "shared_pictures"
    __table_args__ = (UniqueConstraint("deal_id", "number"),)
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id")
    deal_id: Mapped[int] = to("deals.id")
    number: Mapped[int]
    product_id: Mapped[int] = to("products.id")
    template: Mapped[str] = mapped_column(String(8))
    photo: Mapped[str | None]
    source: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]


class KitchenPhoto(Base):
    """A photo of how it is made. Creators see those the seller lets them use."""

    __tablename__ = "kitchen_photos"
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id", index=True)
    media_id: Mapped[int] = to("media.id")
    words: Mapped[str]
    may_use: Mapped[bool]
    at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


# -- together ------------------------------------------------------------------------------------------


class Poll(Base):
    """What shall it be next: everybody has one vote, and the seller opens what wins. ``winner``: its place."""

    __tablename__ = "polls"
    id: Id = key()
    token: Mapped[str] = mapped_column(unique=True)
    shop_id: Mapped[int] = to("shops.id", index=True)
    by_person: Mapped[int] = to("people.id", index=True)
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deals.id"))
    question: Mapped[str]
    options: Mapped[list[Any]]
    at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    winner: Mapped[int | None]
    opened_at: Mapped[datetime | None]


class Vote(Base):
    """One person's vote; she may change it until the poll closes."""

    __tablename__ = "votes"
    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False, index=True)
    option: Mapped[int]
    at: Mapped[datetime]


class Faq(Base):
    """A question a seller has answered and lets the shop answer by itself from then on. ``used``: how often it did."""

    __tablename__ = "faqs"
    id: Id = key()
    shop_id: Mapped[int] = to("shops.id", index=True)
    question: Mapped[str]
    answer: Mapped[str]
    used: Mapped[int]
    at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Cause(Base):
    """*Titip 1*: ordinary orders that are brought to somebody who needs them. No money is collected.

    ``promised``: how many pieces are paid for; ``delivered_at``: they were brought, with a photo of it.
    """

    __tablename__ = "causes"
    id: Id = key()
    token: Mapped[str] = mapped_column(unique=True)
    shop_id: Mapped[int] = to("shops.id", index=True)
    product_id: Mapped[int] = to("products.id")
    recipient: Mapped[str]
    address: Mapped[str]
    target: Mapped[int]
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("media.id"))
    thanks: Mapped[str | None]


class Waiver(Base):
    """A creator takes no commission for a cause."""

    __tablename__ = "waivers"
    cause_id: Mapped[int] = mapped_column(ForeignKey("causes.id"), primary_key=True, autoincrement=False)
    creator_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime]
