"""A shop pays a creator, and the creator says whether it arrived.

The money goes from the seller's hand to the creator's; we keep what was owed, what the seller says she
sent, and what the creator says she got. *Confirmed* is the creator's own word and nobody else's.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from referral import commissions
from storefront import freezing, outbox, rows
from storefront.database import Reader, Writer
from storefront.earning import contents, ledger, results
from storefront.earning.accruals import moved
from storefront.models import Commission, Deliverable, Destination, Media, Payout, PayoutAttempt, Shop
from storefront.people import name_of
from storefront.refusals import AlreadyDone, NothingToPay


def creators_to_pay(db: Reader, shop_id: int) -> Sequence[int]:
    """The creators who have something payable at a shop that stands in no payout yet."""
    earned = select(Commission.creator_id).where(*payable(shop_id))
    return sorted(set(db.scalars(earned.union(select(Deliverable.creator_id).where(*contents.payable(shop_id))))))


def payable(shop_id: int, creator_id: int | None = None) -> list[ColumnElement[bool]]:
    free = [Commission.shop_id == shop_id, Commission.payout_id.is_(None)]
    ready = [Commission.released_at.is_not(None), Commission.voided_at.is_(None)]
    return [*free, *ready, *([Commission.creator_id == creator_id] if creator_id else [])]


def draft(db: Writer, shop: Shop, creator_id: int, now: datetime, *, by_hand: bool = False) -> Payout:
    """Gather what is payable to one creator into a payout with a fixed amount; a draft made before is kept.

    On a payday the floor may hold a small amount back; a seller who asks by hand always may pay.
    Raises `NothingToPay`.
    """
    open_draft = live(db, shop.id, creator_id)
    if open_draft:
        return open_draft
    lines = db.scalars(select(Commission).where(*payable(shop.id, creator_id)).order_by(Commission.id)).all()
    fees = db.scalars(select(Deliverable).where(*contents.payable(shop.id, creator_id)).order_by(Deliverable.id)).all()
    amount = sum(line.amount for line in lines) + sum(one.fee for one in fees)
    if not amount or not (by_hand or is_due(db, shop.id, creator_id, amount, since(lines, fees), now)):
        raise NothingToPay
    payout_id = rows.add(
        db,
        Payout,
        shop_id=shop.id,
        creator_id=creator_id,
        currency=shop.currency,
        amount=amount,
        sales=sum(line.base for line in lines),
        state="draft",
        drafted_at=now,
    )
    mine = Commission.id.in_([line.id for line in lines])
    claimed = update(Commission).where(mine, Commission.payout_id.is_(None)).values(payout_id=payout_id)
    assert rows.count(db, claimed) == len(lines), "a commission is in one payout only"
    owed = Deliverable.id.in_([one.id for one in fees])
    put = update(Deliverable).where(owed, Deliverable.payout_id.is_(None)).values(payout_id=payout_id)
    assert rows.count(db, put) == len(fees), "a fee is in one payout only"
    return db.get_one(Payout, payout_id)


def live(db: Reader, shop_id: int, creator_id: int) -> Payout | None:
    """The payout of this pair that still waits for the seller: drafted, or reported missing."""
    waiting = Payout.state.in_(["draft", "missing"])
    return db.scalar(select(Payout).where(Payout.shop_id == shop_id, Payout.creator_id == creator_id, waiting).limit(1))


def since(lines: Sequence[Commission], fees: Sequence[Deliverable]) -> datetime:
    """Since when the oldest of these is ready to be paid."""
    ready = [line.released_at for line in lines if line.released_at]
    return min([*ready, *(one.decided_at for one in fees if one.decided_at)])


def is_due(db: Reader, shop_id: int, creator_id: int, amount: int, oldest: datetime, now: datetime) -> bool:
    earlier = select(Payout.id).where(Payout.shop_id == shop_id, Payout.creator_id == creator_id).limit(1)
    return commissions.payday_is_due(amount, first_payout=db.scalar(earlier) is None, oldest=oldest, now=now)


def payday(db: Writer, shop: Shop, now: datetime, *, by_hand: bool = False) -> int:
    """Tell the seller whom she owes what, one notice a creator; returns how many were told.

    Nobody is told to pay while the books are older than the world: by hand it raises `Frozen`.
    """
    if by_hand:
        freezing.refuse_while_frozen(db)
    elif freezing.frozen_by(db):
        return 0
    told = 0
    for creator_id in {*creators_to_pay(db, shop.id), *waiting_creators(db, shop.id)}:
        try:
            payout = draft(db, shop, creator_id, now, by_hand=by_hand)
        except NothingToPay:
            continue
        outbox.tell(db, shop.owner_id, "payday", {**facts_of(db, payout), "restored": restored(db, now)}, now)
        told += 1
    return told


def restored(db: Reader, now: datetime) -> str | None:
    """The moment since when payments may be missing from these books; None on an ordinary day."""
    lately = freezing.lately(db, now)
    return lately.taken_at.isoformat() if lately else None


def waiting_creators(db: Reader, shop_id: int) -> Sequence[int]:
    waiting = Payout.state.in_(["draft", "missing"])
    return db.scalars(select(Payout.creator_id).where(Payout.shop_id == shop_id, waiting)).all()


def facts_of(db: Reader, payout: Payout) -> dict[str, object]:
    where = destination_of(db, payout.creator_id)
    return {
        "payout": payout.id,
        "creator": name_of(db, payout.creator_id),
        "shop": db.scalar(select(Shop.name).where(Shop.id == payout.shop_id)),
        "amount": payout.amount,
        "sales": payout.sales,
        "fees": sum(one.fee for one in contents.of_payout(db, payout.id)),
        "currency": payout.currency,
        "mask": where.mask if where else None,
        "cash": bool(where and where.kind == "cash"),
    }


def destination_of(db: Reader, person_id: int) -> Destination | None:
    """Where a creator wants her money; None until she has said so."""
    in_use = (Destination.retired_at.is_(None), Destination.waits_until.is_(None))
    return db.scalar(select(Destination).where(Destination.person_id == person_id, *in_use))


def send(db: Writer, payout_id: int, seller_id: int, proof_id: int | None, now: datetime) -> Payout:
    """The seller says the money is on its way, with a picture or in cash. Raises `AlreadyDone`."""
    going = update(Payout).where(Payout.id == payout_id, Payout.state.in_(["draft", "missing"]))
    if not rows.changed(db, going.values(state="sent")):
        raise AlreadyDone
    payout = db.get_one(Payout, payout_id, populate_existing=True)
    number = attempt(db, payout, seller_id, proof_id, now)
    lines = lines_of(db, payout_id)
    first = [step(line, "reserve", "payable", "reserved", payout_id) for line in lines] if number == 1 else []
    on_the_way = [in_flight(line, "send", number, payout_id) for line in lines]
    ledger.post(db, [*first, *on_the_way], now)
    results.sent(db, payout, 1, now)
    where = destination_of(db, payout.creator_id)
    facts = {**facts_of(db, payout), "cash": proof_id is None, "mask": where.mask if where and proof_id else None}
    outbox.tell(db, payout.creator_id, "payout_sent", facts, now)
    return payout


def attempt(db: Writer, payout: Payout, seller_id: int, proof_id: int | None, now: datetime) -> int:
    """Write down one try: how, where to, with which proof."""
    tried = db.scalars(select(PayoutAttempt.number).where(PayoutAttempt.payout_id == payout.id)).all()
    number = len(tried) + 1
    where = destination_of(db, payout.creator_id)
    rows.add(
        db,
        PayoutAttempt,
        shop_id=payout.shop_id,
        payout_id=payout.id,
        number=number,
        provider="manual",
        destination_id=where.id if where and proof_id else None,
        mask=where.mask if where and proof_id else "",
        proof_id=proof_id,
        proof_digest=db.scalar(select(Media.digest).where(Media.id == proof_id)) if proof_id else None,
        state="in_transit",
        sent_at=now,
        sent_by=seller_id,
    )
    return number


Line = Commission | Deliverable  #: what a payout pays: a commission, or the fee of a content


def lines_of(db: Reader, payout_id: int) -> list[Line]:
    earned = db.scalars(select(Commission).where(Commission.payout_id == payout_id).order_by(Commission.id))
    return [*earned, *contents.of_payout(db, payout_id)]


def further(
    line: Line, journal: str, debit: ledger.Place, credit: ledger.Place, *, again: str, payout_id: int
) -> ledger.Posting:
    """One line's whole amount, one step further."""
    move = contents.moved if isinstance(line, Deliverable) else moved
    return move(line, journal, debit, credit, again=again, payout_id=payout_id)  # type: ignore[arg-type]


def step(line: Line, journal: str, source: ledger.Stage, target: ledger.Stage, payout_id: int) -> ledger.Posting:
    pair = (line.creator_id, line.shop_id)
    places = (ledger.stage(source, *pair), ledger.stage(target, *pair))
    return further(line, journal, *places, again=str(payout_id), payout_id=payout_id)


def in_flight(line: Line, journal: str, number: int, payout_id: int) -> ledger.Posting:
    """Out of the reserve onto the way (send), or back again (return)."""
    pair = (line.creator_id, line.shop_id)
    reserve, way = ledger.stage("reserved", *pair), ledger.in_transit(*pair)
    places = (reserve, way) if journal == "send" else (way, reserve)
    return further(line, journal, *places, again=f"{payout_id}:{number}", payout_id=payout_id)


def confirm(db: Writer, payout_id: int, creator_id: int, now: datetime) -> Payout:
    """The creator has the money in hand: both debts die. Raises `AlreadyDone`."""
    arrived = update(Payout).where(Payout.id == payout_id, Payout.creator_id == creator_id, Payout.state == "sent")
    if not rows.changed(db, arrived.values(state="confirmed", confirmed_at=now, confirmed_by="creator")):
        raise AlreadyDone
    payout = db.get_one(Payout, payout_id, populate_existing=True)
    close_attempt(db, payout_id, "succeeded", now)
    lines = lines_of(db, payout_id)
    settled = [
        further(
            line,
            "settle",
            ledger.in_transit(line.creator_id, line.shop_id),
            ledger.owes(line.shop_id),
            again=str(payout_id),
            payout_id=payout_id,
        )
        for line in lines
    ]
    ledger.post(db, settled, now)
    results.confirmed(db, payout, lines, now)
    outbox.tell(db, owner_of(db, payout), "payout_confirmed", facts_of(db, payout), now)
    return payout


def missing(db: Writer, payout_id: int, creator_id: int, now: datetime) -> Payout:
    """The creator says it did not arrive: the money is reserved again; the seller looks before a second transfer."""
    gone = update(Payout).where(Payout.id == payout_id, Payout.creator_id == creator_id, Payout.state == "sent")
    if not rows.changed(db, gone.values(state="missing")):
        raise AlreadyDone
    payout = db.get_one(Payout, payout_id, populate_existing=True)
    number = close_attempt(db, payout_id, "failed", now)
    ledger.post(db, [in_flight(line, "return", number, payout_id) for line in lines_of(db, payout_id)], now)
    results.sent(db, payout, -1, now)
    outbox.tell(db, owner_of(db, payout), "payout_missing", facts_of(db, payout), now)
    return payout


def close_attempt(db: Writer, payout_id: int, state: str, now: datetime) -> int:
    """Settle the attempt that is under way, and tell its number."""
    number = db.scalar(
        update(PayoutAttempt)
        .where(PayoutAttempt.payout_id == payout_id, PayoutAttempt.state == "in_transit")
        .values(state=state, settled_at=now)
        .returning(PayoutAttempt.number)
    )
    assert isinstance(number, int), "a sent payout has an attempt under way"
    return number


def owner_of(db: Reader, payout: Payout) -> int:
    return db.scalars(select(Shop.owner_id).where(Shop.id == payout.shop_id)).one()
