"""What an order's lines earn: credited when it is placed, accrued when paid, released when it has arrived well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from referral import attribution, commissions
from referral.terms import RULES_VERSION
from storefront import outbox, rows
from storefront.database import Reader, Writer
from storefront.earning import ledger, touches
from storefront.earning.ledger import Posting
from storefront.models import Attribution, Commission, Customer, Destination, Order, OrderLine, Payout, Transfer


@dataclass(frozen=True)
class Sale:
    """What earning needs to know of an order, and nothing more."""

    order_id: int
    code: str
    shop_id: int
    currency: str
    buyer_id: int


def sale_of(order: Order) -> Sale:
    return Sale(order.id, order.code, order.shop_id, order.currency, order.buyer_id)


def credit(db: Writer, sale: Sale, now: datetime, *, is_resale: bool = False) -> None:
    """Decide which deal an order just placed thanks, and write down why, whoever won or lost.

    A reseller earns her margin on it, so it thanks nobody.
    """
    met = touches.of(db, sale.buyer_id, sale.shop_id)
    decision = attribution.credited(met.touches, sale.buyer_id, met.customer, now, is_resale=is_resale)
    winner = met.deals[decision.touch.deal] if decision.touch else None
    db.execute(
        insert(Attribution).values(
            order_id=sale.order_id,
            shop_id=sale.shop_id,
            deal_id=winner.id if winner else None,
            creator_id=winner.creator_id if winner else None,
            code=winner.code if winner else None,
            reason=decision.reason,
            rate_bp=winner.rate_bp if winner else None,
            touched_at=decision.touch.at if decision.touch else None,
            rules_version=RULES_VERSION,
            lost=[list(loser) for loser in decision.lost],
        )
    )


def accrue(db: Writer, sale: Sale, now: datetime) -> None:
    """The seller has the buyer's money: from now on the shop owes the credited creator her share of every line."""
    lines = db.scalars(select(OrderLine).where(OrderLine.order_id == sale.order_id)).all()
    thanked = db.get_one(Attribution, sale.order_id)
    turn = next_round(db, sale.order_id)
    goods = sum(line.net for line in lines)
    postings = [evidence(sale, goods, turn)] if goods else []
    if thanked.creator_id:
        postings += [owed(sale, commission) for commission in commit(db, sale, thanked, lines, turn, now)]
    ledger.post(db, postings, now)
    remember_customer(db, sale, thanked.deal_id, now)
    if thanked.creator_id:
        facts = money_facts(sale, thanked, goods, sum(p.amount for p in postings if p.journal == "accrual"))
        outbox.tell(db, thanked.creator_id, "commission_pending", facts, now)


def next_round(db: Reader, order_id: int) -> int:
    """A wrong tap undone and tapped again is a new round, so that every transfer keeps a key of its own."""
    sold = select(Transfer.id).where(Transfer.order_id == order_id, Transfer.journal == "sale")
    return len(db.scalars(sold).all()) + 1


def commit(
    db: Writer, sale: Sale, thanked: Attribution, lines: Sequence[OrderLine], turn: int, now: datetime
) -> Sequence[Commission]:
    """One commission per order line, with the base and the rate as they were when it was ordered."""
    assert thanked.rate_bp, "a credited order has its rate frozen"
    earned = [
        {
            "shop_id": sale.shop_id,
            "order_id": sale.order_id,
            "order_line_id": line.id,
            "round": turn,
            "deal_id": thanked.deal_id,
            "creator_id": thanked.creator_id,
            "base": line.net,
            "rate_bp": thanked.rate_bp,
            "amount": commissions.share(line.net, thanked.rate_bp),
            "currency": sale.currency,
            "accrued_at": now,
        }
        for line in lines
        if commissions.share(line.net, thanked.rate_bp)
    ]
    if earned:
        db.execute(insert(Commission), earned)
    return of_order(db, sale.order_id)


def evidence(sale: Sale, goods: int, turn: int) -> Posting:
    places = (ledger.sales(sale.shop_id), ledger.contra(sale.shop_id))
    return Posting(
        f"order:{sale.order_id}:sale:{turn}", "sale", *places, goods, sale.currency, sale.shop_id, sale.order_id
    )


def owed(sale: Sale, commission: Commission) -> Posting:
    return moved(
        commission, "accrual", ledger.owes(sale.shop_id), ledger.stage("pending", commission.creator_id, sale.shop_id)
    )


def moved(
    commission: Commission,
    journal: str,
    debit: ledger.Place,
    credit: ledger.Place,
    *,
    again: str = "",
    payout_id: int | None = None,
) -> Posting:
    """One commission's whole amount, one step further."""
    return Posting(
        key=f"commission:{commission.id}:{journal}{again and ':' + again}",
        journal=journal,
        debit=debit,
        credit=credit,
        amount=commission.amount,
        currency=commission.currency,
        shop_id=commission.shop_id,
        order_id=commission.order_id,
        commission_id=commission.id,
        payout_id=payout_id,
    )


def of_order(db: Reader, order_id: int) -> Sequence[Commission]:
    """The commissions of an order that stand (not voided)."""
    return db.scalars(
        select(Commission)
        .where(Commission.order_id == order_id, Commission.voided_at.is_(None))
        .order_by(Commission.id)
    ).all()


def ever_earned(db: Reader, order_id: int) -> bool:
    """Whether commissions, even void ones, point at this order's lines."""
    return db.scalar(select(Commission.id).where(Commission.order_id == order_id).limit(1)) is not None


def remember_customer(db: Writer, sale: Sale, deal_id: int | None, now: datetime) -> None:
    """The first time a buyer pays a shop makes her its customer."""
    first: dict[str, object] = {
        "first_paid_at": now,
        "first_order_id": sale.order_id,
        "first_deal_id": deal_id,
        "received": 0,
    }
    if not rows.add_once(db, Customer, shop_id=sale.shop_id, person_id=sale.buyer_id, **first):
        mine = (Customer.shop_id == sale.shop_id, Customer.person_id == sale.buyer_id)
        first.pop("received")
        db.execute(update(Customer).where(*mine, Customer.first_paid_at.is_(None)).values(**first))


def forget_customer(db: Writer, sale: Sale) -> None:
    """The payment that made her a customer was a wrong tap or came back."""
    mine = (Customer.shop_id == sale.shop_id, Customer.person_id == sale.buyer_id)
    is_first = (Customer.first_order_id == sale.order_id, Customer.received == 0)
    db.execute(update(Customer).where(*mine, *is_first).values(first_paid_at=None, first_order_id=None))


def void(db: Writer, sale: Sale, reason: str, now: datetime) -> None:
    """The order came to nothing: what it had accrued is taken back, with the reason the creator reads."""
    standing = of_order(db, sale.order_id)
    take_back(db, sale, standing, reason, now)
    forget_customer(db, sale)
    if standing:
        thanked = db.get_one(Attribution, sale.order_id)
        facts = money_facts(sale, thanked, sum(c.base for c in standing), sum(c.amount for c in standing))
        outbox.tell(db, standing[0].creator_id, "commission_void", {**facts, "reason": reason}, now)


def take_back(db: Writer, sale: Sale, standing: Sequence[Commission], reason: str, now: datetime) -> None:
    """Reverse the newest sale of an order and these commissions of it."""
    turn = next_round(db, sale.order_id) - 1
    newest = select(Transfer.amount).where(Transfer.key == f"order:{sale.order_id}:sale:{turn}")
    ledger.post(db, [*taken_back(sale, db.scalar(newest) or 0, turn), *[dropped(db, c) for c in standing]], now)
    gone = update(Commission).where(Commission.id.in_([c.id for c in standing]))
    db.execute(gone.values(voided_at=now, void_reason=reason))


def resize(db: Writer, sale: Sale, now: datetime) -> None:
    """Part of the goods was paid back: every commission is taken back and written anew on what the seller keeps.

    Each one stands afterwards where it stood before. What a creator has been paid already, or is being paid, stays
    hers; what of it is too much is noted as owed back out of later commissions of the same shop (clawback).
    """
    standing = of_order(db, sale.order_id)
    untouched = [c for c in standing if c.payout_id is None or payouts_open(db, c)]
    paid_out = [c for c in standing if c not in untouched]
    leave_draft(db, untouched)
    before = {c.order_line_id: c for c in untouched}
    take_back(db, sale, untouched, "refunded", now)
    lines = db.scalars(select(OrderLine).where(OrderLine.order_id == sale.order_id)).all()
    thanked = db.get_one(Attribution, sale.order_id)
    turn = next_round(db, sale.order_id)
    goods = sum(line.net for line in lines)
    postings = [evidence(sale, goods, turn)] if goods else []
    again = [line for line in lines if line.id in before]
    fresh: Sequence[Commission] = []
    if thanked.creator_id and again:
        fresh = [c for c in commit(db, sale, thanked, again, turn, now) if c.round == turn]
        postings += [owed(sale, c) for c in fresh]
    ledger.post(db, [*postings, *clawed_back(db, sale, paid_out, lines, turn)], now)
    stand_as_before(db, fresh, before, now)
    if standing:
        facts = money_facts(
            sale, thanked, goods, sum(commissions.share(one.net, c.rate_bp) for one, c in pairs(lines, standing))
        )
        outbox.tell(db, standing[0].creator_id, "commission_resized", facts, now)


def pairs(lines: Sequence[OrderLine], found: Sequence[Commission]) -> list[tuple[OrderLine, Commission]]:
    by_line = {line.id: line for line in lines}
    return [(by_line[c.order_line_id], c) for c in found]


def payouts_open(db: Reader, commission: Commission) -> bool:
    """Whether the payout it stands in is a draft that nobody has begun to pay."""
    return db.scalar(select(Payout.state).where(Payout.id == commission.payout_id)) == "draft"


def leave_draft(db: Writer, found: Sequence[Commission]) -> None:
    """What stands in a draft comes out of it; a draft with nothing left in it is no payout."""
    drafted = [(c.id, c.payout_id, c.amount, c.base) for c in found if c.payout_id is not None]
    for commission_id, payout_id, amount, base in drafted:
        db.execute(update(Commission).where(Commission.id == commission_id).values(payout_id=None))
        less = {"amount": Payout.amount - amount, "sales": Payout.sales - base}
        db.execute(update(Payout).where(Payout.id == payout_id).values(less))
        db.execute(delete(Payout).where(Payout.id == payout_id, Payout.amount == 0))


def stand_as_before(db: Writer, fresh: Sequence[Commission], before: dict[int, Commission], now: datetime) -> None:
    """Released what was released, held what is held."""
    released = [c for c in fresh if before[c.order_line_id].released_at is not None]
    ledger.post(db, [stepped(c, "release", "pending", "payable") for c in released], now)
    for c in released:
        at = before[c.order_line_id].released_at
        db.execute(update(Commission).where(Commission.id == c.id).values(released_at=at))
    waiting = [c for c in fresh if c not in released]
    if waiting and is_held(db, waiting[0]):
        ledger.post(db, [stepped(c, "hold", "pending", "held", again=now.isoformat()) for c in waiting], now)


def clawed_back(
    db: Reader, sale: Sale, paid_out: Sequence[Commission], lines: Sequence[OrderLine], turn: int
) -> list[Posting]:
    """J13: the seller gave back goods whose commission is out of her hands already."""
    found = []
    for line, commission in pairs(lines, paid_out):
        due = commission.amount - commissions.share(line.net, commission.rate_bp)
        already = db.scalars(
            select(Transfer.amount).where(
                Transfer.journal == "clawback", Transfer.key.startswith(f"clawback:{commission.id}:")
            )
        )
        more = due - sum(already)
        if more > 0:
            places = (ledger.clawback(commission.creator_id, sale.shop_id), ledger.credit(sale.shop_id))
            key = f"clawback:{commission.id}:{turn}"
            found.append(Posting(key, "clawback", *places, more, sale.currency, sale.shop_id, sale.order_id))
    return found


def taken_back(sale: Sale, goods: int, turn: int) -> list[Posting]:
    places = (ledger.contra(sale.shop_id), ledger.sales(sale.shop_id))
    key = f"order:{sale.order_id}:unsale:{turn}"
    return [Posting(key, "unsale", *places, goods, sale.currency, sale.shop_id, sale.order_id)] if goods else []


def dropped(db: Reader, commission: Commission) -> Posting:
    where: ledger.Stage = "pending"
    if commission.released_at is not None:
        where = "payable"
    elif is_held(db, commission):
        where = "held"
    return moved(
        commission,
        "void",
        ledger.stage(where, commission.creator_id, commission.shop_id),
        ledger.owes(commission.shop_id),
    )


def is_held(db: Reader, commission: Commission) -> bool:
    return bool(db.scalar(select(Order.release_held).where(Order.id == commission.order_id)))


def release(db: Writer, sale: Sale, now: datetime) -> None:
    """The holding period is over and nobody complained: the commissions may be paid."""
    ready = [c for c in of_order(db, sale.order_id) if c.released_at is None]
    if not ready:
        return
    ledger.post(db, [stepped(c, "release", "pending", "payable") for c in ready], now)
    db.execute(update(Commission).where(Commission.id.in_([c.id for c in ready])).values(released_at=now))
    announce_first(db, ready, now)


def stepped(
    commission: Commission, journal: str, source: ledger.Stage, target: ledger.Stage, *, again: str = ""
) -> Posting:
    pair = (commission.creator_id, commission.shop_id)
    return moved(commission, journal, ledger.stage(source, *pair), ledger.stage(target, *pair), again=again)


def announce_first(db: Writer, ready: Sequence[Commission], now: datetime) -> None:
    """The first money a creator may have: say so, and ask where it should go."""
    creator_id = ready[0].creator_id
    has_destination = select(Destination.id).where(Destination.person_id == creator_id).limit(1)
    earlier = select(Commission.id).where(
        Commission.creator_id == creator_id,
        Commission.released_at.is_not(None),
        Commission.id.not_in([c.id for c in ready]),
    )
    if db.scalar(has_destination) or db.scalar(earlier.limit(1)):
        return
    facts = {"amount": sum(c.amount for c in ready), "currency": ready[0].currency}
    outbox.tell(db, creator_id, "first_payable", facts, now)


def hold(db: Writer, sale: Sale, now: datetime, *, again: str) -> None:
    """A problem was reported in time: what is pending waits until it is settled."""
    waiting = [c for c in of_order(db, sale.order_id) if c.released_at is None]
    ledger.post(db, [stepped(c, "hold", "pending", "held", again=again) for c in waiting], now)


def unhold(db: Writer, sale: Sale, now: datetime, *, again: str) -> None:
    """The problem is settled: what was held goes on where it stood."""
    waiting = [c for c in of_order(db, sale.order_id) if c.released_at is None]
    ledger.post(db, [stepped(c, "unhold", "held", "pending", again=again) for c in waiting], now)


def money_facts(sale: Sale, thanked: Attribution, goods: int, amount: int) -> dict[str, object]:
    """What a creator may know of an order: never who bought."""
    return {"order": sale.code, "code": thanked.code, "goods": goods, "amount": amount, "currency": sale.currency}
