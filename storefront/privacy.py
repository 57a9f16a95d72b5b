"""What is kept of people, for how long, and what they may see and take with them.

    chat text and what was said to a channel    30 days
    pictures sent as proofs                      90 days after they were confirmed
    addresses and names on orders                12 months after the order was closed
    the books                                    as long as the operator has to keep them: they know only numbers

The days are the operator's to set (PP 80/2019 and UU 27/2022 leave him a choice); these are the defaults.
"""

import json
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Text, case, cast, delete, exists, func, or_, select, update

from storefront import chores, people, rows, sessions
from storefront.database import Reader, Writer
from storefront.earning import log
from storefront.models import (
    Agreement,
    CaseNote,
    Cause,
    CodeMiss,
    Commission,
    CommissionHold,
    Consent,
    CreatorProfile,
    Deal,
    Deliverable,
    Destination,
    Dispute,
    Faq,
    Identity,
    InboxMessage,
    KitchenPhoto,
    LessonDone,
    LinkVisitor,
    Media,
    Objection,
    Order,
    OrderLine,
    OutboxMessage,
    Payment,
    Payout,
    PayoutAttempt,
    PayoutReceipt,
    Poll,
    Problem,
    Product,
    ProductPhoto,
    Profile,
    ProofPrint,
    ProviderAccount,
    Recipient,
    Review,
    Shop,
    UsualAddress,
    Vote,
    WebSession,
)

NIGHT = time(3, 30)
SUNDAY = 6
STEP = 5_000


def forget_payouts(db: Writer, person_id: int) -> None:
    """Where she was paid, what she said of it, and her own provider's keys."""
    hers = select(Payout.id).where(Payout.creator_id == person_id)
    db.execute(update(PayoutAttempt).where(PayoutAttempt.payout_id.in_(hers)).values(mask="", body=None))
    owned = select(Shop.id).where(Shop.owner_id == person_id)
    db.execute(delete(ProviderAccount).where(ProviderAccount.shop_id.in_(owned)))
    a_side = or_(Dispute.creator_id == person_id, Dispute.shop_id.in_(owned))
    db.execute(update(Dispute).where(Dispute.opened_by == person_id).values(words=""))
    db.execute(update(Dispute).where(a_side, Dispute.opened_by != person_id).values(reply=None))


# -- what is forgotten by itself --------------------------------------------------------------------------


def begin(db: Writer, now: datetime) -> None:
    """Make sure that somebody tidies up on the coming Sunday night."""
    chores.schedule(db, "retention", 0, coming_night(db, now))


def coming_night(db: Reader, now: datetime) -> datetime:
    local = now.astimezone(db.zone)
    day = local.date() + timedelta(days=(SUNDAY - local.weekday()) % 7)
    night = datetime.combine(day, NIGHT, tzinfo=db.zone)
    return night if night > local else night + timedelta(days=7)


def retention(db: Writer, _: int, now: datetime) -> None:
    """Forget what has been kept long enough, and come again next week."""
    forget_chats(db, now - timedelta(days=db.keeps.chat_days))
    forget_proofs(db, now - timedelta(days=db.keeps.proof_days))
    forget_addresses(db, now - timedelta(days=db.keeps.address_days))
    db.execute(delete(LinkVisitor).where(LinkVisitor.at < now - timedelta(days=1)))
    db.execute(delete(CodeMiss).where(CodeMiss.hour < now - timedelta(days=1)))
    sessions.forget_old(db, now - timedelta(days=1))
    night = coming_night(db, now + timedelta(days=1))
    chores.schedule(db, "retention", 0, night, again=night.date().isoformat())


def forget_chats(db: Writer, before: datetime) -> int:
    """Raw events and sent messages lose their words; that they were there stays, so that a copy is still known."""
    done = (InboxMessage.done_at < before, InboxMessage.sender != "")
    events = rows.count(db, update(InboxMessage).where(*done).values(raw={}, sender=""))
    sent = (OutboxMessage.state != "waiting", OutboxMessage.created_at < before, OutboxMessage.address != "")
    pictures = db.scalars(
        select(OutboxMessage.facts["picture"].as_string()).where(*sent, OutboxMessage.notice == "relayed")
    )
    shown = Media.token.in_([token for token in pictures if token])
    db.execute(update(Media).where(shown, ~used(Media.id)).values(content=b"", digest=b"", is_public=False))
    of_no_more_use = case((OutboxMessage.state == "held", "dead"), else_=OutboxMessage.state)
    blank: dict[str, Any] = {"facts": {}, "screen": None, "address": "", "state": of_no_more_use}
    messages = rows.count(db, update(OutboxMessage).where(*sent).values(blank))
    return events + messages


def used(media_id: Any) -> Any:
    """Whether a picture is something else as well: a proof, a product, a word in a case."""
    others = (
        *(Payment.proof_id, Product.photo_id, ProductPhoto.media_id, CaseNote.media_id),
        *(KitchenPhoto.media_id, Cause.proof_id, PayoutAttempt.proof_id),
    )
    return or_(*(exists().where(one == media_id) for one in others))


def forget_proofs(db: Writer, before: datetime) -> int:
    """A proof is a claim; once the seller has long confirmed the money, nobody needs the picture."""
    long_paid = select(Payment.proof_id).where(Payment.proof_id.is_not(None), Payment.confirmed_at < before)
    printed = select(ProofPrint.media_id).where(ProofPrint.at < before)
    received = select(PayoutAttempt.proof_id).where(
        PayoutAttempt.settled_at < before, PayoutAttempt.state == "succeeded"
    )
    old = or_(Media.id.in_(long_paid), Media.id.in_(printed), Media.id.in_(received))
    db.execute(delete(ProofPrint).where(ProofPrint.at < before))
    blank = {"content": b"", "digest": b"", "is_public": False}
    return rows.count(db, update(Media).where(old, Media.content != b"").values(**blank))


def forget_addresses(db: Writer, before: datetime) -> int:
    """Names and doors of orders that are long over, and where nobody has ordered for as long."""
    closed = select(Order.id).where(Order.closed_at < before)
    gone = rows.count(db, delete(Recipient).where(Recipient.order_id.in_(closed)))
    lately = select(Order.id).where(
        Order.buyer_id == UsualAddress.person_id, Order.shop_id == UsualAddress.shop_id, Order.placed_at >= before
    )
    gone += rows.count(db, delete(UsualAddress).where(~lately.exists()))
    forget_causes(db, before)
    settled = select(Problem.id).where(Problem.settled_at < before)
    db.execute(update(CaseNote).where(CaseNote.problem_id.in_(settled)).values(words=None, media_id=None))
    return gone


def forget_causes(db: Writer, before: datetime) -> None:
    """To whom something was brought, where, and the photo of it; also of what was begun long ago and never brought."""
    waits = select(Order.id).where(Order.cause_id == Cause.id, Order.is_open)
    over = or_(Cause.delivered_at < before, (Cause.at < before) & ~waits.exists())
    shown = select(Cause.proof_id).where(over, Cause.proof_id.is_not(None))
    db.execute(update(Media).where(Media.id.in_(shown)).values(content=b"", digest=b"", is_public=False))
    blank = {"recipient": "", "address": "", "thanks": None}
    db.execute(update(Cause).where(over).values(**blank, closed_at=func.coalesce(Cause.closed_at, Cause.at)))


# -- what one may take along ------------------------------------------------------------------------------


def export(db: Reader, person_id: int) -> dict[str, Any]:
    """Everything here that is about one person, as plain values she can keep (UU 27/2022, art. 7 and 13)."""
    return {
        "name": db.scalar(select(Profile.name).where(Profile.person_id == person_id)),
        "number": db.scalar(select(Profile.phone).where(Profile.person_id == person_id)),
        "channels": told(db, select(Identity.channel, Identity.address).where(Identity.person_id == person_id)),
        "orders": [order_of(db, order) for order in db.scalars(mine(Order, Order.buyer_id, person_id))],
        "addresses": told(
            db,
            select(UsualAddress.name, UsualAddress.address, UsualAddress.landmark).where(
                UsualAddress.person_id == person_id
            ),
        ),
        "accounts": told(
            db,
            select(Destination.brand, Destination.mask, Destination.holder).where(Destination.person_id == person_id),
        ),
        **as_creator(db, person_id),
        **together(db, person_id),
        "signed_in": told(
            db,
            select(WebSession.device, WebSession.at, WebSession.until, WebSession.ended_at).where(
                WebSession.person_id == person_id
            ),
        ),
        "reviews": told(db, select(Review.stars, Review.words, Review.at).where(Review.person_id == person_id)),
        "cases": told(db, select(CaseNote.words, CaseNote.at).where(CaseNote.person_id == person_id)),
        "consents": told(
            db,
            select(Consent.kind, Consent.text_version, Consent.channel, Consent.at, Consent.withdrawn_at).where(
                Consent.person_id == person_id
            ),
        ),
    }


def as_creator(db: Reader, person_id: int) -> dict[str, Any]:
    """What she recommends, on which words, what it earned, and who she said she is."""
    return {
        "commissions": told(
            db,
            select(Commission.amount, Commission.currency, Commission.accrued_at).where(
                Commission.creator_id == person_id
            ),
        ),
        "payouts": told(
            db,
            select(Shop.name, PayoutReceipt.number, PayoutReceipt.amount, PayoutReceipt.currency, PayoutReceipt.at)
            .join(Shop, Shop.id == PayoutReceipt.shop_id)
            .where(PayoutReceipt.creator_id == person_id),
        ),
        "disputes": told(
            db, select(Dispute.words, Dispute.reply, Dispute.outcome, Dispute.at).where(Dispute.creator_id == person_id)
        ),
        "deals": told(
            db,
            select(Shop.name, Deal.code, Deal.agreed_at, Deal.ended_at, Deal.orders)
            .join(Shop, Shop.id == Deal.shop_id)
            .where(Deal.creator_id == person_id),
        ),
        "agreements": told(
            db,
            select(Agreement.words, Agreement.at)
            .join(Deal, Deal.id == Agreement.deal_id)
            .where(Deal.creator_id == person_id),
        ),
        "contents": told(
            db,
            select(Deliverable.words, Deliverable.fee, Deliverable.state, Deliverable.at).where(
                Deliverable.creator_id == person_id
            ),
        ),
        "profile": told(
            db,
            select(CreatorProfile.place, CreatorProfile.city, CreatorProfile.topics, CreatorProfile.is_found).where(
                CreatorProfile.person_id == person_id
            ),
        ),
    }


def together(db: Reader, person_id: int) -> dict[str, Any]:
    """What she voted for, and the cards she has read."""
    return {
        "votes": told(
            db,
            select(Poll.question, Poll.options, Vote.option, Vote.at)
            .join(Vote, Vote.poll_id == Poll.id)
            .where(Vote.person_id == person_id),
        ),
        "cards": told(
            db, select(LessonDone.card, LessonDone.is_right, LessonDone.at).where(LessonDone.person_id == person_id)
        ),
    }


def mine(table: Any, column: Any, person_id: int) -> Any:
    return select(table).where(column == person_id).order_by(table.id)


def order_of(db: Reader, order: Order) -> dict[str, Any]:
    """One order with its lines and where it went."""
    lines = select(OrderLine.product_name, OrderLine.variant_name, OrderLine.quantity, OrderLine.amount)
    where = select(Recipient.name, Recipient.address, Recipient.landmark).where(Recipient.order_id == order.id)
    return {
        "code": order.code,
        "placed_at": order.placed_at.isoformat(),
        "state": order.state,
        "total": order.total,
        "currency": order.currency,
        "lines": told(db, lines.where(OrderLine.order_id == order.id)),
        "recipient": told(db, where),
    }


def told(db: Reader, query: Any) -> list[dict[str, Any]]:
    """The rows of a query, a moment as its ISO text."""
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
        for row in db.execute(query).mappings()
    ]


# -- what is erased on request ----------------------------------------------------------------------------


def erase(db: Writer, person_id: int, now: datetime) -> None:
    """*Hapus data saya*: the person goes, and so does what others were told of her by name and by door."""
    known_by = traces(db, person_id)
    forget_words(db, person_id)
    for trace in known_by:
        forget_mentions(db, trace)
    log.forget(db, person_id)
    forget_payouts(db, person_id)
    people.erase(db, person_id, now)


def traces(db: Reader, person_id: int) -> set[str]:
    """What she is known by in others' messages: her names, doors and landmarks."""
    found = {people.name_of(db, person_id)}
    for table in (Recipient, UsualAddress):
        query = select(table.name, table.address, table.landmark).where(table.person_id == person_id)
        found.update(part for row in db.execute(query) for part in row if part)
    return {trace for trace in found if len(trace) > 2}


def forget_words(db: Writer, person_id: int) -> None:
    """Her words, and the prints of her pictures; stars stay, they are nobody's."""
    pictures = select(Media.id).where(Media.person_id == person_id)
    db.execute(delete(ProofPrint).where(ProofPrint.media_id.in_(pictures)))
    db.execute(update(CaseNote).where(CaseNote.person_id == person_id).values(words=None, media_id=None))
    theirs = update(Review).where(Review.person_id == person_id)
    db.execute(theirs.values(words=None, reply=None, may_show=False))
    for table in (Deliverable, Objection):
        db.execute(update(table).where(table.creator_id == person_id).values(words="", reply=None))
    db.execute(update(CommissionHold).where(CommissionHold.creator_id == person_id).values(words=None))
    taken = update(Consent).where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None))
    people.forget_reports(db, person_id)
    db.execute(taken.values(withdrawn_at=Consent.at))


def forget_mentions(db: Writer, said_or_written: str) -> None:
    """What others were told with it keeps its place in their chats and loses its words here; so do the events by which
    they answered, because a channel sends the message along that was tapped."""
    for trace in {
        said_or_written,
        json.dumps(said_or_written)[1:-1],
    }:  # as JSON spells it, letters of all kinds escaped
        forget_in_messages(db, trace)


def forget_in_messages(db: Writer, trace: str) -> None:
    said = or_(
        cast(OutboxMessage.facts, Text).contains(trace, autoescape=True),
        cast(OutboxMessage.screen, Text).contains(trace, autoescape=True),
    )
    of_no_more_use = case((OutboxMessage.state == "held", "dead"), else_=OutboxMessage.state)
    blank: dict[str, Any] = {"facts": {}, "screen": None, "state": of_no_more_use}
    db.execute(update(OutboxMessage).where(OutboxMessage.state != "waiting", said).values(blank))
    asked = or_(Faq.question.contains(trace, autoescape=True), Faq.answer.contains(trace, autoescape=True))
    db.execute(update(Faq).where(asked).values(question="", answer="", removed_at=Faq.at))
    heard = (InboxMessage.done_at.is_not(None), cast(InboxMessage.raw, Text).contains(trace, autoescape=True))
    db.execute(update(InboxMessage).where(*heard).values(raw={}))
