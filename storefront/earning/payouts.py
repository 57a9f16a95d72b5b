"""A shop pays a creator, and the creator says whether it arrived.

The money goes from the seller's hand to the creator's; we keep what was owed, what the seller says she
sent, and what the creator says she got. *Confirmed* names by whom: the creator's own word and a week without one are
not the same, and are never shown as the same.

    draft -> (submitted -> approved ->) sent -> confirmed          submitted: it waits for a second person
                                        sent -> missing -> sent    it did not arrive: the same payout is tried again
    confirmed -> missing                                           it came back, or never was there
    draft, submitted, approved, missing -> cancelled               its lines are payable again

What a payout's lines come to is set aside with its first try (reserved); what moves is one sum, less what goes against
goods paid back earlier and what the seller keeps back as tax. Every step is written down once (`trail`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, select, update

from referral import commissions
from referral.terms import ASKED_AGAIN_AFTER, NOT_CONTESTED_AFTER
from storefront import chores, outbox, rows
from storefront.database import Reader, Writer
from storefront.earning import contents, drafts, ledger, log, results, trail
from storefront.earning.accruals import moved
from storefront.models import (
    Commission,
    Deliverable,
    Destination,
    Media,
    Payout,
    PayoutAttempt,
    PayoutReceipt,
    PayoutStep,
    Profile,
    ProviderAccount,
    Shop,
)
from storefront.people import name_of
from storefront.refusals import AlreadyDone, NeedsSecondPerson, NothingToPay, NotYours, ProofUsed

MOVED = ("sending", "sent", "confirmed")


def draft(db: Writer, shop: Shop, creator_id: int, now: datetime, *, by_hand: bool = False) -> Payout:
    """Gather what is payable to one creator into a payout with a fixed amount; one that waits already is kept.

    On a payday the floor may hold a small amount back; a seller who asks by hand always may pay.
    Raises `NothingToPay`.
    """
    open_draft = live(db, shop.id, creator_id)
    if open_draft:
        return open_draft
    lines = db.scalars(
        select(Commission).where(*drafts.ready_shares(shop.id, creator_id)).order_by(Commission.id)
    ).all()
    fees = db.scalars(select(Deliverable).where(*drafts.ready_fees(shop.id, creator_id)).order_by(Deliverable.id)).all()
    gross = sum(line.amount for line in lines) + sum(one.fee for one in fees)
    if not gross or not (by_hand or is_due(db, shop.id, creator_id, gross, since(lines, fees), now)):
        raise NothingToPay
    pair = {"shop_id": shop.id, "creator_id": creator_id, "currency": shop.currency}
    empty = {"amount": 0, "sales": 0, "state": "draft", "drafted_at": now, "ready_at": since(lines, fees)}
    payout_id = rows.add(db, Payout, **pair, **empty)
    # What was taken back or paid meanwhile is not claimed; `fit` counts what was.
    mine = (Commission.id.in_([line.id for line in lines]), *drafts.ready_shares(shop.id, creator_id))
    db.execute(update(Commission).where(*mine).values(payout_id=payout_id))
    owed = (Deliverable.id.in_([one.id for one in fees]), *drafts.ready_fees(shop.id, creator_id))
    db.execute(update(Deliverable).where(*owed).values(payout_id=payout_id))
    payout = drafts.fit(db, payout_id, now)
    if not payout.gross:
        raise NothingToPay
    trail.step(db, payout, "drafted", None, now)
    return payout


def live(db: Reader, shop_id: int, creator_id: int) -> Payout | None:
    """The payout of this pair that still waits for the seller."""
    waiting = Payout.state.in_(drafts.WAITING)
    return db.scalar(select(Payout).where(Payout.shop_id == shop_id, Payout.creator_id == creator_id, waiting).limit(1))


def since(lines: Sequence[Commission], fees: Sequence[Deliverable]) -> datetime:
    """Since when the oldest of these is ready to be paid."""
    ready = [line.released_at for line in lines if line.released_at]
    return min([*ready, *(one.decided_at for one in fees if one.decided_at)])


def is_due(db: Reader, shop_id: int, creator_id: int, amount: int, oldest: datetime, now: datetime) -> bool:
    earlier = select(Payout.id).where(
        Payout.shop_id == shop_id, Payout.creator_id == creator_id, Payout.state != "cancelled"
    )
    return commissions.payday_is_due(amount, first_payout=db.scalar(earlier.limit(1)) is None, oldest=oldest, now=now)


def facts_of(db: Reader, payout: Payout) -> dict[str, object]:
    where = destination_of(db, payout.creator_id)
    return {
        "payout": payout.id,
        "creator": name_of(db, payout.creator_id),
        "shop": db.scalar(select(Shop.name).where(Shop.id == payout.shop_id)),
        "amount": payout.amount,
        "sales": payout.sales,
        "fees": sum(one.fee for one in contents.of_payout(db, payout.id)),
        "gross": payout.gross,
        "netted": payout.netted,
        "withheld": payout.withheld,
        "state": payout.state,
        "needs_two": payout.state in drafts.WAITING and payout.approved_by is None and needs_two(db, payout),
        "provider": db.scalar(select(ProviderAccount.provider).where(ProviderAccount.shop_id == payout.shop_id)),
        "currency": payout.currency,
        "mask": where.mask if where else None,
        "cash": bool(where and where.kind == "cash"),
    }


def destination_of(db: Reader, person_id: int) -> Destination | None:
    """Where a creator wants her money; None until she has said so."""
    in_use = (Destination.retired_at.is_(None), Destination.waits_until.is_(None))
    return db.scalar(select(Destination).where(Destination.person_id == person_id, *in_use))


# -- the machine -----------------------------------------------------------------------------------------


def send(db: Writer, payout_id: int, seller_id: int, proof_id: int | None, now: datetime) -> Payout:
    """The seller says the money is on its way, with a picture or in cash.

    Raises `AlreadyDone`, `NeedsSecondPerson`, or `ProofUsed` for a picture that was the proof of something else.
    """
    digest = proof_of(db, proof_id)
    refuse_used_proof(db, payout_id, digest)
    refuse_unapproved(db, payout_id)
    going = update(Payout).where(Payout.id == payout_id, Payout.state.in_(drafts.WAITING))
    if not rows.changed(db, going.values(state="sent")):
        raise AlreadyDone
    payout = db.get_one(Payout, payout_id, populate_existing=True)
    how = "manual" if proof_id else "cash"
    number = attempt(db, payout, how, seller_id, now, proof_id=proof_id, digest=digest)
    on_its_way(db, payout, number, now)
    trail.step(db, payout, "sent", seller_id, now, how=how, attempt=number, proof=digest)
    where = destination_of(db, payout.creator_id)
    facts = {**facts_of(db, payout), "cash": proof_id is None, "mask": where.mask if where and proof_id else None}
    outbox.tell(db, payout.creator_id, "payout_sent", facts, now)
    ask_again_later(db, payout, number, now)
    return payout


def proof_of(db: Reader, proof_id: int | None) -> bytes | None:
    return db.scalar(select(Media.digest).where(Media.id == proof_id)) if proof_id else None


def refuse_used_proof(db: Reader, payout_id: int, digest: bytes | None) -> None:
    """Raises `ProofUsed`: one picture proves one payout. Shown again for the same one, it is the same transfer."""
    if digest is None:
        return
    used = select(PayoutAttempt.payout_id).where(
        PayoutAttempt.proof_digest == digest, PayoutAttempt.payout_id != payout_id
    )
    before = db.scalar(used.order_by(PayoutAttempt.id).limit(1))
    if before is not None:
        raise ProofUsed(creator=name_of(db, db.get_one(Payout, before).creator_id))


def refuse_unapproved(db: Reader, payout_id: int) -> None:
    """Raises `NeedsSecondPerson`: from an amount of the seller's choice on, two people agree before money moves."""
    payout = db.get_one(Payout, payout_id, populate_existing=True)
    if payout.approved_by is None and needs_two(db, payout):
        raise NeedsSecondPerson


def needs_two(db: Reader, payout: Payout) -> bool:
    least = db.scalar(select(Shop.four_eyes_from).where(Shop.id == payout.shop_id))
    return least is not None and payout.amount >= least


def attempt(
    db: Writer,
    payout: Payout,
    provider: str,
    by: int,
    now: datetime,
    *,
    proof_id: int | None = None,
    digest: bytes | None = None,
    **asked: Any,
) -> int:
    """Write down one try: how, where to, with which proof; returns its number."""
    tried = db.scalars(select(PayoutAttempt.number).where(PayoutAttempt.payout_id == payout.id)).all()
    number = len(tried) + 1
    where = None if provider == "cash" else destination_of(db, payout.creator_id)
    rows.add(
        db,
        PayoutAttempt,
        shop_id=payout.shop_id,
        payout_id=payout.id,
        number=number,
        provider=provider,
        destination_id=where.id if where else None,
        mask=where.mask if where else "",
        proof_id=proof_id,
        proof_digest=digest,
        state="in_transit",
        sent_at=now,
        sent_by=by,
        **asked,
    )
    return number


def on_its_way(db: Writer, payout: Payout, number: int, now: datetime) -> None:
    """Its lines are set aside with the first try; what moves is one sum."""
    lines = lines_of(db, payout.id)
    first = [step(line, "reserve", "payable", "reserved", payout.id) for line in lines] if number == 1 else []
    pair = (payout.creator_id, payout.shop_id)
    places = (ledger.stage("reserved", *pair), ledger.in_transit(*pair))
    ledger.post(db, [*first, of_payout(payout, f"send:{number}", "send", places, payout.amount)], now)
    results.sent(db, payout, 1, now)


def of_payout(
    payout: Payout, key: str, journal: str, places: tuple[ledger.Place, ledger.Place], amount: int
) -> ledger.Posting:
    """One sum of a payout, one step further."""
    which = {"currency": payout.currency, "shop_id": payout.shop_id, "payout_id": payout.id}
    return ledger.Posting(f"payout:{payout.id}:{key}", journal, *places, amount, **which)  # type: ignore[arg-type]


def ask_again_later(db: Writer, payout: Payout, number: int, now: datetime) -> None:
    """She is asked twice more; a week without a word counts as *not contested*, which is not the same as received."""
    for turn, after in enumerate(ASKED_AGAIN_AFTER):
        chores.schedule(db, "payout_asks", payout.id, now + after, again=f"{number}:{turn}")
    chores.schedule(db, "payout_silence", payout.id, now + NOT_CONTESTED_AFTER, again=str(number))


def asks(db: Writer, payout_id: int, now: datetime) -> None:
    """The creator is asked once more whether it has arrived."""
    payout = db.get_one(Payout, payout_id, populate_existing=True)
    if payout.state != "sent":
        return
    tried = newest_attempt(db, payout_id)
    facts = {**facts_of(db, payout), "cash": tried.provider == "cash", "mask": tried.mask or None, "again": True}
    outbox.tell(db, payout.creator_id, "payout_sent", facts, now)


def newest_attempt(db: Reader, payout_id: int) -> PayoutAttempt:
    mine = select(PayoutAttempt).where(PayoutAttempt.payout_id == payout_id).order_by(PayoutAttempt.number.desc())
    return db.scalars(mine.limit(1)).one()


def silence(db: Writer, payout_id: int, now: datetime) -> None:
    """Nobody objected in a week: settled, and named as what it is."""
    quiet = update(Payout).where(Payout.id == payout_id, Payout.state == "sent")
    if rows.changed(db, quiet.values(state="confirmed", confirmed_at=now, confirmed_by="silence")):
        payout = settled(db, payout_id, None, now)
        outbox.tell(db, payout.creator_id, "payout_not_contested", facts_of(db, payout), now)
        outbox.tell(db, owner_of(db, payout), "payout_not_contested_to_seller", facts_of(db, payout), now)


AT_ONCE = 500  # rows that are numbered while somebody waits
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


def confirm(db: Writer, payout_id: int, creator_id: int, now: datetime) -> Payout:
    """The creator has the money in hand: both debts die. Raises `AlreadyDone`."""
    arrived = update(Payout).where(Payout.id == payout_id, Payout.creator_id == creator_id, Payout.state == "sent")
    if not rows.changed(db, arrived.values(state="confirmed", confirmed_at=now, confirmed_by="creator")):
        raise AlreadyDone
    chores.cancel_all(db, ["payout_asks", "payout_silence"], payout_id)
    payout = settled(db, payout_id, creator_id, now)
    outbox.tell(db, owner_of(db, payout), "payout_confirmed", facts_of(db, payout), now)
    return payout


def settled(db: Writer, payout_id: int, by: int | None, now: datetime) -> Payout:
    """What moved has come to rest, and with it what was taken off and kept back; the paper of it is numbered."""
    payout = db.get_one(Payout, payout_id, populate_existing=True)
    number = close_attempt(db, payout_id, "succeeded", now)
    pair, owes = (payout.creator_id, payout.shop_id), ledger.owes(payout.shop_id)
    reserved, too_much = ledger.stage("reserved", *pair), ledger.clawback(*pair)
    credit, tax = ledger.credit(payout.shop_id), ledger.withheld(payout.shop_id)
    moves = [
        of_payout(payout, f"settle:{number}", "settle", (ledger.in_transit(*pair), owes), payout.amount),
        of_payout(payout, "net", "net", (reserved, too_much), payout.netted),
        of_payout(payout, "net_credit", "net_credit", (credit, owes), payout.netted),
        of_payout(payout, "withhold", "withhold", (reserved, tax), payout.withheld),
    ]
    ledger.post(db, [one for one in moves if one.amount], now)
    assert payout.confirmed_by, "it says who confirmed it"
    trail.step(db, payout, "confirmed", by, now, how=payout.confirmed_by, attempt=number)
    trail.receipt(db, payout, payout.confirmed_by, now)
    results.confirmed(db, payout, lines_of(db, payout_id), now)
    log.extend(db, now, most=AT_ONCE)  # so that her receipt carries its proof at once
    return payout


def missing(db: Writer, payout_id: int, creator_id: int, now: datetime) -> Payout:
    """The creator says it did not arrive: the money is reserved again; the seller looks before a second transfer."""
    gone = update(Payout).where(Payout.id == payout_id, Payout.creator_id == creator_id, Payout.state == "sent")
    if not rows.changed(db, gone.values(state="missing")):
        raise AlreadyDone
    payout = came_back(db, payout_id, creator_id, "missing", now)
    outbox.tell(db, owner_of(db, payout), "payout_missing", facts_of(db, payout), now)
    return payout


def came_back(
    db: Writer, payout_id: int, by: int | None, name: str, now: datetime, *, why: str | None = None
) -> Payout:
    """A try came to nothing: its sum is reserved again, for the next try of the same payout."""
    chores.cancel_all(db, ["payout_asks", "payout_silence"], payout_id)
    payout = db.get_one(Payout, payout_id, populate_existing=True)
    number = close_attempt(db, payout_id, "failed", now)
    pair = (payout.creator_id, payout.shop_id)
    places = (ledger.in_transit(*pair), ledger.stage("reserved", *pair))
    ledger.post(db, [of_payout(payout, f"return:{number}", "return", places, payout.amount)], now)
    trail.step(db, payout, name, by, now, how=why, attempt=number)
    results.sent(db, payout, -1, now)
    drafts.on_monday(db, payout.shop_id, now)
    return payout


def got(db: Writer, payout_id: int, creator_id: int, now: datetime) -> Payout:
    """*Sudah terima*, also an hour after *Belum*. Raises `AlreadyDone`."""
    payout = db.get(Payout, payout_id, populate_existing=True)
    if payout is None or payout.state != "missing" or payout.creator_id != creator_id:
        return confirm(db, payout_id, creator_id, now)
    found = was_received(db, payout_id, creator_id, now)
    outbox.tell(db, owner_of(db, found), "payout_confirmed", facts_of(db, found), now)
    return found


def was_received(db: Writer, payout_id: int, by: int, now: datetime) -> Payout:
    """It had arrived after all, as the creator says now or the mediator has decided: the try that failed did not."""
    there = update(Payout).where(Payout.id == payout_id, Payout.state == "missing")
    payout = db.get_one(Payout, payout_id, populate_existing=True)
    how = "creator" if by == payout.creator_id else "mediator"
    if not rows.changed(db, there.values(state="confirmed", confirmed_at=now, confirmed_by=how)):
        raise AlreadyDone
    last = newest_attempt(db, payout_id)
    number = attempt(db, payout, last.provider, last.sent_by, now, proof_id=last.proof_id, digest=last.proof_digest)
    on_its_way(db, payout, number, now)
    trail.step(db, payout, "sent", by, now, how=last.provider, attempt=number, proof=last.proof_digest)
    return settled(db, payout_id, by, now)


def upheld(db: Writer, payout_id: int, by: int, now: datetime) -> None:
    """What silence had confirmed is confirmed by somebody: who was paid, or the mediator."""
    payout = db.get_one(Payout, payout_id, populate_existing=True)
    how = "creator" if by == payout.creator_id else "mediator"
    db.execute(update(Payout).where(Payout.id == payout_id).values(confirmed_by=how))
    trail.step(db, payout, "upheld", by, now, how=how)


def reverse(db: Writer, payout_id: int, by: int | None, now: datetime, *, how: str) -> Payout:
    """What had been settled was not, or came back: it is owed again. Raises `AlreadyDone`.

    What had been netted or kept back stays so; only the sum that moved is to be moved again.
    """
    back = update(Payout).where(Payout.id == payout_id, Payout.state == "confirmed")
    if not rows.changed(db, back.values(state="missing", confirmed_at=None, confirmed_by=None)):
        raise AlreadyDone
    payout = db.get_one(Payout, payout_id, populate_existing=True)
    tried = newest_attempt(db, payout_id)
    db.execute(update(PayoutAttempt).where(PayoutAttempt.id == tried.id).values(state="reversed", settled_at=now))
    places = (ledger.owes(payout.shop_id), ledger.stage("reserved", payout.creator_id, payout.shop_id))
    key = f"reverse:{tried.number}"
    ledger.post(db, [of_payout(payout, key, "reverse", places, payout.amount)], now)
    trail.step(db, payout, "reversed", by, now, how=how, attempt=tried.number)
    results.sent(db, payout, -1, now)
    results.unconfirmed(db, payout, now)
    drafts.on_monday(db, payout.shop_id, now)
    return payout


def cancel(db: Writer, payout_id: int, by: int, now: datetime) -> Payout:
    """The seller calls a payout off that never was settled; its lines are payable again. Raises `AlreadyDone`."""
    papers = select(PayoutReceipt.id).where(PayoutReceipt.payout_id == payout_id)
    off = update(Payout).where(Payout.id == payout_id, Payout.state.in_(drafts.WAITING), ~papers.exists())
    before = db.scalar(select(Payout.state).where(Payout.id == payout_id))
    if not rows.changed(db, off.values(state="cancelled")):
        raise AlreadyDone
    payout = db.get_one(Payout, payout_id, populate_existing=True)
    lines = lines_of(db, payout_id)
    if before == "missing":
        ledger.post(db, [step(line, "unreserve", "reserved", "payable", payout_id) for line in lines], now)
    db.execute(update(Commission).where(Commission.payout_id == payout_id).values(payout_id=None))
    db.execute(update(Deliverable).where(Deliverable.payout_id == payout_id).values(payout_id=None))
    trail.step(db, payout, "cancelled", by, now)
    drafts.on_monday(db, payout.shop_id, now)
    return payout


# -- four eyes -------------------------------------------------------------------------------------------


def submit(db: Writer, payout_id: int, by: int, now: datetime) -> Payout:
    """The one who pays puts it before a second person. Raises `AlreadyDone`, or `NotYours` for who is paid by it."""
    payout = db.get_one(Payout, payout_id, populate_existing=True)
    if by == payout.creator_id:
        raise NotYours
    ready = update(Payout).where(Payout.id == payout_id, Payout.state.in_(["draft", "submitted", "missing"]))
    state = case((Payout.state == "missing", "missing"), else_="submitted")
    if not rows.changed(db, ready.values(state=state, submitted_by=by)):
        raise AlreadyDone
    trail.step(db, payout, "submitted", by, now)
    return db.get_one(Payout, payout_id, populate_existing=True)


def approve(db: Writer, payout_id: int, by: int, now: datetime) -> Payout:
    """A second person agrees: neither who put it forward, nor who is paid by it. Raises `AlreadyDone`, `NotYours`."""
    payout = db.get_one(Payout, payout_id, populate_existing=True)
    if by in {payout.submitted_by, payout.creator_id}:
        raise NotYours
    asked = (Payout.state.in_(["submitted", "missing"]), Payout.submitted_by.is_not(None), Payout.approved_by.is_(None))
    agreed = update(Payout).where(Payout.id == payout_id, *asked, Payout.amount == payout.amount)
    state = case((Payout.state == "missing", "missing"), else_="approved")
    if not rows.changed(db, agreed.values(state=state, approved_by=by)):
        raise AlreadyDone
    trail.step(db, payout, "approved", by, now)
    return db.get_one(Payout, payout_id, populate_existing=True)


def send_back(db: Writer, payout_id: int, by: int, now: datetime) -> Payout:
    """The second person does not agree; it is a draft again. Raises `AlreadyDone`."""
    asked = (Payout.state.in_(["submitted", "missing"]), Payout.submitted_by.is_not(None), Payout.approved_by.is_(None))
    state = case((Payout.state == "missing", "missing"), else_="draft")
    back = update(Payout).where(Payout.id == payout_id, *asked).values(state=state, submitted_by=None)
    if not rows.changed(db, back):
        raise AlreadyDone
    payout = db.get_one(Payout, payout_id, populate_existing=True)
    trail.step(db, payout, "sent_back", by, now)
    return payout


def close_attempt(db: Writer, payout_id: int, state: str, now: datetime) -> int:
    """Settle the attempt that is under way, and tell its number."""
    number = db.scalar(
        update(PayoutAttempt)
        .where(PayoutAttempt.payout_id == payout_id, PayoutAttempt.state.in_(["in_transit", "unknown"]))
        .values(state=state, settled_at=now)
        .returning(PayoutAttempt.number)
    )
    assert isinstance(number, int), "a sent payout has an attempt under way"
    return number


def owner_of(db: Reader, payout: Payout) -> int:
    return db.scalars(select(Shop.owner_id).where(Shop.id == payout.shop_id)).one()


def of_shop(db: Reader, shop_id: int, limit: int) -> Sequence[tuple[Payout, str]]:
    """The newest payouts of a shop that nobody has called off, with who is paid by each."""
    query = select(Payout, Profile.name).outerjoin(Profile, Profile.person_id == Payout.creator_id)
    mine = query.where(Payout.shop_id == shop_id, Payout.state != "cancelled")
    return [(one, name or "") for one, name in db.execute(mine.order_by(Payout.id.desc()).limit(limit))]


def of_creator(db: Reader, creator_id: int, limit: int) -> Sequence[tuple[Payout, str]]:
    """A creator's newest payouts that have moved, with the shop that pays each."""
    query = select(Payout, Shop.name).join(Shop, Shop.id == Payout.shop_id)
    mine = query.where(Payout.creator_id == creator_id, Payout.state.in_([*MOVED, "missing"]))
    return [(one, name) for one, name in db.execute(mine.order_by(Payout.id.desc()).limit(limit))]


def steps_of(db: Reader, payout_id: int) -> Sequence[PayoutStep]:
    """What happened to a payout, as it happened."""
    return db.scalars(select(PayoutStep).where(PayoutStep.payout_id == payout_id).order_by(PayoutStep.id)).all()
