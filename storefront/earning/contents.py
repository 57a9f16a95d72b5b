"""Contents that were agreed on for a fee: handed in, accepted (or accepted by silence), and owed from then on.

A fee is owed for what was accepted, whatever it sells. It has no holding period, because nothing can be sent back.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from referral.terms import CONTENT_ANSWERED_WITHIN
from storefront import chores, outbox, rows
from storefront.database import Reader, Writer
from storefront.earning import deals, ledger
from storefront.earning.ledger import Posting
from storefront.models import Deal, Deliverable, Product, Sample, Shop
from storefront.people import name_of
from storefront.refusals import AlreadyDone, ContentsEnough, ContentWaits, NothingAgreed, NotYours

MONTH, MOST_A_MONTH = timedelta(days=30), 4  # so that silence never makes a debt nobody meant


def hand_in(db: Writer, deal: Deal, words: str, now: datetime) -> Deliverable:
    """A creator hands a content in; the seller has three days to look at it.

    Raises `NothingAgreed` where no deal with a fee runs, `ContentWaits` or `ContentsEnough`.
    """
    shop = db.get_one(Shop, deal.shop_id)
    if not deal.content_fee or not deals.is_running(deal, now):
        raise NothingAgreed(shop=shop.name)
    lately = select(Deliverable.state).where(Deliverable.deal_id == deal.id, Deliverable.at > now - MONTH)
    states = db.scalars(lately).all()
    if "handed_in" in states:
        raise ContentWaits(shop=shop.name)
    if states.count("accepted") >= MOST_A_MONTH:
        raise ContentsEnough(shop=shop.name, most=MOST_A_MONTH, days=MONTH.days)
    due = now + CONTENT_ANSWERED_WITHIN
    who = {"shop_id": shop.id, "creator_id": deal.creator_id, "deal_id": deal.id}
    what = {"words": words, "fee": deal.content_fee, "currency": shop.currency, "state": "handed_in"}
    content_id = rows.add(db, Deliverable, **who, **what, at=now, due_at=due)
    chores.schedule(db, "content_due", content_id, due)
    found = db.get_one(Deliverable, content_id)
    outbox.tell(db, shop.owner_id, "content_handed_in", facts_of(db, found), now)
    return found


def facts_of(db: Reader, one: Deliverable) -> dict[str, object]:
    return {
        "content": one.id,
        "creator": name_of(db, one.creator_id),
        "shop": db.scalar(select(Shop.name).where(Shop.id == one.shop_id)),
        "words": one.words,
        "fee": one.fee,
        "currency": one.currency,
        "state": one.state,
        "reply": one.reply or "",
        "until": one.due_at.isoformat(),
    }


def of_seller(db: Reader, content_id: int, seller_id: int) -> Deliverable:
    """A content handed in to this person's shop. Raises `NotYours`."""
    found = db.get(Deliverable, content_id)
    if found is None or db.get_one(Shop, found.shop_id).owner_id != seller_id:
        raise NotYours
    return found


def accept(db: Writer, one: Deliverable, by: int | None, now: datetime) -> Deliverable:
    """The seller takes it, or has kept silent (``by`` is None): the fee is owed (J18). Raises `AlreadyDone`."""
    closed(db, one, "accepted", "", by, now)
    fresh = db.get_one(Deliverable, one.id, populate_existing=True)
    pair = (fresh.creator_id, fresh.shop_id)
    ledger.post(db, [moved(fresh, "fee", ledger.owes(fresh.shop_id), ledger.stage("payable", *pair))], now)
    outbox.tell(db, fresh.creator_id, "content_answered", {**facts_of(db, fresh), "by_silence": by is None}, now)
    return fresh


def decline(db: Writer, one: Deliverable, by: int, reply: str, now: datetime) -> Deliverable:
    """The seller does not take it, and says why. Raises `AlreadyDone`."""
    closed(db, one, "declined", reply, by, now)
    fresh = db.get_one(Deliverable, one.id, populate_existing=True)
    outbox.tell(db, fresh.creator_id, "content_answered", {**facts_of(db, fresh), "by_silence": False}, now)
    return fresh


def closed(db: Writer, one: Deliverable, state: str, reply: str, by: int | None, now: datetime) -> None:
    still = update(Deliverable).where(Deliverable.id == one.id, Deliverable.state == "handed_in")
    answer = {"state": state, "reply": reply or None, "decided_by": by, "decided_at": now}
    if not rows.changed(db, still.values(**answer)):
        raise AlreadyDone
    if by is not None:  # else this is that very chore
        chores.cancel_all(db, ["content_due"], one.id)


def due(db: Writer, content_id: int, now: datetime) -> None:
    """Nobody looked at it in time."""
    found = db.get(Deliverable, content_id)
    if found is not None and found.state == "handed_in":
        accept(db, found, None, now)


# -- on its way to the creator ---------------------------------------------------------------------------


def of_payout(db: Reader, payout_id: int) -> Sequence[Deliverable]:
    return db.scalars(select(Deliverable).where(Deliverable.payout_id == payout_id).order_by(Deliverable.id)).all()


def moved(
    one: Deliverable,
    journal: str,
    debit: ledger.Place,
    credit: ledger.Place,
    *,
    again: str = "",
    payout_id: int | None = None,
) -> Posting:
    """One fee's whole amount, one step further."""
    return Posting(
        key=f"content:{one.id}:{journal}{again and ':' + again}",
        journal=journal,
        debit=debit,
        credit=credit,
        amount=one.fee,
        currency=one.currency,
        shop_id=one.shop_id,
        payout_id=payout_id,
    )


# -- goods to try ----------------------------------------------------------------------------------------


def give_sample(db: Writer, deal: Deal, product: Product, quantity: int, price: int, now: datetime) -> int:
    """Goods to try, noted at what anybody would pay for them (J20); returns that value. They settle no promise."""
    value = price * quantity
    who = {"shop_id": deal.shop_id, "creator_id": deal.creator_id, "product_id": product.id}
    sample_id = rows.add(db, Sample, **who, quantity=quantity, value=value, currency=product.currency, at=now)
    if value:
        places = (ledger.in_kind(deal.creator_id, deal.shop_id), ledger.contra(deal.shop_id))
        ledger.post(db, [Posting(f"sample:{sample_id}", "sample", *places, value, product.currency, deal.shop_id)], now)
    shop = db.scalar(select(Shop.name).where(Shop.id == deal.shop_id))
    facts = {"shop": shop, "product": product.name, "n": quantity, "value": value, "currency": product.currency}
    outbox.tell(db, deal.creator_id, "sample_given", facts, now)
    return value


def samples_of(db: Reader, creator_id: int) -> tuple[int, int]:
    """How many samples a creator was given in all, and their retail value."""
    found = select(func.count(), func.coalesce(func.sum(Sample.value), 0)).where(Sample.creator_id == creator_id)
    count, value = db.execute(found).one()
    return int(count), int(value)
