"""What an order's lines earn: credited when it is placed, accrued when paid, released when it has arrived well."""

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, insert, select, update

from referral import attribution, commissions
from referral.rates import Frozen
from referral.terms import RULES_VERSION
from storefront import chores, outbox, rows
from storefront.database import Reader, Writer
from storefront.earning import drafts, ledger, rates, results, touches
from storefront.earning.ledger import Posting
from storefront.models import (
    Attribution,
    Commission,
    CommissionHold,
    Customer,
    Deal,
    Destination,
    Order,
    OrderLine,
    Problem,
    Shop,
    Touch,
    Transfer,
)
from storefront.refusals import AlreadyDone


@dataclass(frozen=True)
class Sale:
    """What earning needs to know of an order, and nothing more."""

    order_id: int
    code: str
    shop_id: int
    currency: str
    buyer_id: int
    goods: int


def sale_of(order: Order) -> Sale:
    return Sale(order.id, order.code, order.shop_id, order.currency, order.buyer_id, order.goods)


@dataclass(frozen=True)
class Thanks:
    """Whom an order about to be placed thanks, what it froze, and what its buyer gets for it."""

    decision: attribution.Attribution
    deal: Deal | None
    frozen: Frozen | None
    weighed: dict[str, Any]
    benefit_bp: int = 0
    discount_bp: int = 0
    gift_bp: int = 0
    recreates: int | None = None
    picture_id: int | None = None


def decide(
    db: Reader,
    buyer_id: int,
    shop: Shop,
    now: datetime,
    *,
    is_resale: bool = False,
    recreates: int | None = None,
    waived: Collection[int] = (),
) -> Thanks:
    """Decide which deal an order thanks, from everything known of its buyer at this shop.

    A reseller earns her margin on it, so it thanks nobody. ``recreates``: the cancelled order this one is again.
    ``waived``: the creators who take nothing for the cause it is given to.
    """
    met = touches.of(db, buyer_id, shop.id)
    again, deals = recreated(db, recreates) if recreates else (None, {})
    decision = attribution.credited(
        met.touches, buyer_id, met.customer, now, is_resale=is_resale, recreates=again, waived=waived
    )
    kept = touches.weighed(met, buyer_id, now, is_resale=is_resale, recreates=again, waived=waived)
    winner = {**met.deals, **deals}[decision.touch.deal] if decision.touch else None
    holding = rates.frozen(db, winner, now) if winner else None
    if winner is None or holding is None:
        return Thanks(decision, None, None, kept)
    gift = gift_of(winner, holding)
    benefit = commissions.together(shop.code_discount_bp, gift)
    again_of = recreates if decision.reason == "recreated" else None
    picture = met.picture_of(decision.touch)
    return Thanks(decision, winner, holding, kept, benefit, shop.code_discount_bp, gift, again_of, picture)


def gift_of(deal: Deal, holding: Frozen) -> int:
    """What a creator gives her buyers: out of her own commission, so never as much as the least of her rates."""
    return deal.gift_bp if deal.gift_bp < min([holding.rate_bp, *holding.products.values()]) else 0


def recreated(db: Reader, order_id: int) -> tuple[attribution.Touch | None, dict[int, Deal]]:
    """The touch that an earlier order had thanked."""
    before = db.get_one(Attribution, order_id)
    deal = db.get(Deal, before.deal_id) if before.deal_id else None
    if deal is None or before.touched_at is None:
        return None, {}
    touch = Touch(deal_id=deal.id, claim=int(attribution.Claim.CODE), at=before.touched_at)
    return touches.as_rule(touch, deal), {deal.id: deal}


def credit(db: Writer, sale: Sale, thanks: Thanks) -> None:
    """Write down whom an order thanks and why, whoever won or lost, and what it froze."""
    decision, winner, holding = thanks.decision, thanks.deal, thanks.frozen
    gift = thanks.gift_bp
    left = commissions.after_gift
    own = {str(product): left(rate_bp, gift) for product, rate_bp in holding.products.items()} if holding else {}
    db.execute(
        insert(Attribution).values(
            order_id=sale.order_id,
            shop_id=sale.shop_id,
            deal_id=winner.id if winner else None,
            creator_id=winner.creator_id if winner else None,
            code=winner.code if winner else None,
            reason=decision.reason if winner or not decision.touch else "nothing_offered",
            rate_bp=left(holding.rate_bp, gift) if holding else None,
            touched_at=decision.touch.at if decision.touch else None,
            rules_version=RULES_VERSION,
            lost=[list(loser) for loser in decision.lost],
            weighed=thanks.weighed,
            rate_id=holding.rule if holding else None,
            product_rates=own,
            cap=cap_after_gift(holding.cap, sale.goods, thanks) if holding else None,
            gift_bp=gift,
            recreates=thanks.recreates,
            picture_id=thanks.picture_id,
        )
    )


def cap_after_gift(cap: int | None, goods: int, thanks: Thanks) -> int | None:
    """A cap is what the seller gives at most, and a gift is part of that; ``goods`` is their price before anything."""
    if cap is None or not thanks.gift_bp:
        return cap
    gift = commissions.share(goods, thanks.benefit_bp) - commissions.share(goods, thanks.discount_bp)
    return max(cap - gift, 0)


def accrue(db: Writer, sale: Sale, now: datetime, *, held: dict[str, object] | None = None) -> None:
    """The seller has the buyer's money: from now on the shop owes the credited creator her share of every line.

    ``held``: why it waits, told to the creator along with it.
    """
    lines = db.scalars(select(OrderLine).where(OrderLine.order_id == sale.order_id)).all()
    thanked = db.get_one(Attribution, sale.order_id)
    turn = next_round(db, sale.order_id)
    goods = sum(line.net for line in lines)
    postings = [evidence(sale, goods, turn)] if goods else []
    earned: Sequence[Commission] = ()
    is_valid = thanked.creator_id is not None and not was_invalid(db, sale.order_id)
    if is_valid:
        earned = commit(db, sale, thanked, lines, turn, now)
        postings += [owed(sale, commission) for commission in earned]
    ledger.post(db, postings, now)  # before the running sums: whoever locks both locks them in this order
    results.earned(db, thanked, earned, 1)
    remember_customer(db, sale, thanked.deal_id, now)
    results.sold(db, sale.shop_id, 1, now)
    if earned:
        count_brought(db, thanked, 1, now)
    if is_valid and thanked.creator_id:
        facts = money_facts(sale, thanked, goods, sum(p.amount for p in postings if p.journal == "accrual"))
        outbox.tell(db, thanked.creator_id, "commission_pending", {**facts, **(held or {})}, now)


def was_invalid(db: Reader, order_id: int) -> bool:
    """Whether who runs the hub has decided that an order earns nobody anything."""
    decided = select(CommissionHold.id).where(CommissionHold.order_id == order_id)
    return db.scalar(decided.where(CommissionHold.decision == "invalid")) is not None


def count_brought(db: Writer, thanked: Attribution, by: int, at: datetime) -> None:
    """How many orders a deal has brought, which is what a tier asks for; ``at``: when it began to count."""
    brought = case((Deal.orders + by < 0, 0), else_=Deal.orders + by)
    db.execute(update(Deal).where(Deal.id == thanked.deal_id).values(orders=brought))
    results.brought(db, thanked, by, at)


def next_round(db: Reader, order_id: int) -> int:
    """A wrong tap undone and tapped again is a new round, so that every transfer keeps a key of its own."""
    sold = select(Transfer.id).where(Transfer.order_id == order_id, Transfer.journal == "sale")
    return len(db.scalars(sold).all()) + 1


def commit(
    db: Writer,
    sale: Sale,
    thanked: Attribution,
    lines: Sequence[OrderLine],
    turn: int,
    now: datetime,
    *,
    only: Container[int] | None = None,
) -> Sequence[Commission]:
    """One commission per order line, with the base and the rate as they were when it was ordered.

    ``only``: the lines to write; the cap is that of the whole order all the same.
    """
    earned = [
        {
            "shop_id": sale.shop_id,
            "order_id": sale.order_id,
            "order_line_id": line.id,
            "round": turn,
            "deal_id": thanked.deal_id,
            "creator_id": thanked.creator_id,
            "base": line.net,
            "rate_bp": rate_of(thanked, line),
            "amount": amount,
            "currency": sale.currency,
            "accrued_at": now,
        }
        for line, amount in zip(lines, earned_by(thanked, lines), strict=True)
        if amount and (only is None or line.id in only)
    ]
    if earned:
        db.execute(insert(Commission), earned)
    return of_order(db, sale.order_id)


def rate_of(thanked: Attribution, line: OrderLine) -> int:
    """The rate an order froze for this line."""
    assert thanked.rate_bp is not None, "a credited order has its rate frozen"
    rate_bp = thanked.product_rates.get(str(line.product_id), thanked.rate_bp)
    return int(rate_bp)


def earned_by(thanked: Attribution, lines: Sequence[OrderLine]) -> list[int]:
    """What each line earns by what the order froze: its rate, and the cap of the whole."""
    return commissions.of_lines([(line.net, rate_of(thanked, line)) for line in lines], thanked.cap)


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
    if rows.add_once(db, Customer, shop_id=sale.shop_id, person_id=sale.buyer_id, **first):
        results.new_buyer(db, sale.shop_id, deal_id, 1, now)
        return
    mine = (Customer.shop_id == sale.shop_id, Customer.person_id == sale.buyer_id)
    first.pop("received")
    if rows.changed(db, update(Customer).where(*mine, Customer.first_paid_at.is_(None)).values(**first)):
        results.new_buyer(db, sale.shop_id, deal_id, 1, now)
    else:
        results.came_back(db, sale.shop_id, sale.buyer_id, sale.order_id, now)


def forget_customer(db: Writer, sale: Sale, deal_id: int | None, now: datetime) -> None:
    """The payment that made her a customer was a wrong tap or came back."""
    mine = (Customer.shop_id == sale.shop_id, Customer.person_id == sale.buyer_id)
    is_first = (Customer.first_order_id == sale.order_id, Customer.received == 0)
    gone = update(Customer).where(*mine, *is_first).values(first_paid_at=None, first_order_id=None)
    if rows.changed(db, gone):
        results.new_buyer(db, sale.shop_id, deal_id, -1, now)
    else:
        results.not_back(db, sale.shop_id, sale.buyer_id, sale.order_id, now)


def void(db: Writer, sale: Sale, reason: str, now: datetime) -> None:
    """The order came to nothing: what it had accrued is taken back, with the reason the creator reads."""
    standing = of_order(db, sale.order_id)
    thanked = db.get_one(Attribution, sale.order_id)
    sold_at = take_back(db, sale, standing, reason, now)
    forget_customer(db, sale, thanked.deal_id, sold_at)
    results.sold(db, sale.shop_id, -1, sold_at)
    if reason == "cancelled":
        let_go(db, sale.order_id, now)
    if standing:
        count_brought(db, thanked, -1, standing[0].accrued_at)
        facts = money_facts(sale, thanked, sum(c.base for c in standing), sum(c.amount for c in standing))
        outbox.tell(db, standing[0].creator_id, "commission_void", {**facts, "reason": reason}, now)


def let_go(db: Writer, order_id: int, now: datetime) -> None:
    """An order that is gone leaves nothing to doubt."""
    still = update(CommissionHold).where(CommissionHold.order_id == order_id, CommissionHold.decided_at.is_(None))
    gone = db.scalars(still.values(decided_at=now, decision="gone").returning(CommissionHold.id)).all()
    for hold_id in gone:
        chores.cancel_all(db, ["doubt_ends"], hold_id)


def disallow(db: Writer, sale: Sale, reason: str, now: datetime) -> int:
    """The sale stands and its commission does not: decided, with the reason the creator reads. Returns the amount."""
    standing = [c for c in of_order(db, sale.order_id) if c.payout_id is None]
    ledger.post(db, [dropped(db, c) for c in standing], now)
    gone = update(Commission).where(Commission.id.in_([c.id for c in standing]))
    db.execute(gone.values(voided_at=now, void_reason=reason))
    if standing:
        thanked = db.get_one(Attribution, sale.order_id)
        results.earned(db, thanked, standing, -1)
        count_brought(db, thanked, -1, standing[0].accrued_at)
    return sum(c.amount for c in standing)


def concede(db: Writer, sale: Sale, deal: Deal, holding: Frozen, now: datetime, *, is_paid: bool) -> int:
    """The seller lets a creator's objection stand: an order that thanked nobody thanks her. Returns what she earns.

    What the rule had said stays written in what was weighed.
    """
    chosen = update(Attribution).where(Attribution.order_id == sale.order_id, Attribution.creator_id.is_(None))
    who = {"deal_id": deal.id, "creator_id": deal.creator_id, "code": deal.code, "reason": "conceded"}
    if deal.creator_id == sale.buyer_id:
        raise AlreadyDone
    own = {str(product): rate_bp for product, rate_bp in holding.products.items()}
    what = {"rate_bp": holding.rate_bp, "rate_id": holding.rule, "product_rates": own, "cap": holding.cap}
    if not rows.changed(db, chosen.values(**who, **what, touched_at=now)):
        raise AlreadyDone
    brought = (Customer.first_order_id == sale.order_id, Customer.first_deal_id.is_(None))
    is_hers = rows.changed(db, update(Customer).where(*brought).values(first_deal_id=deal.id))
    if not is_paid:
        return 0
    thanked = db.get_one(Attribution, sale.order_id, populate_existing=True)
    lines = db.scalars(select(OrderLine).where(OrderLine.order_id == sale.order_id)).all()
    fresh = commit(db, sale, thanked, lines, next_round(db, sale.order_id) - 1, now)
    ledger.post(db, [owed(sale, c) for c in fresh], now)
    results.earned(db, thanked, fresh, 1)
    results.conceded_buyer(db, deal.id, int(is_hers), now)
    if fresh:
        count_brought(db, thanked, 1, now)
        if is_held(db, fresh[0]):
            ledger.post(db, [stepped(c, "hold", "pending", "held", again="conceded") for c in fresh], now)
    return sum(c.amount for c in fresh)


def take_back(db: Writer, sale: Sale, standing: Sequence[Commission], reason: str, now: datetime) -> datetime:
    """Reverse the newest sale of an order and these commissions of it; returns when it had first been sold."""
    turn = next_round(db, sale.order_id) - 1
    counted = (Transfer.order_id == sale.order_id, Transfer.journal.in_(["sale", "unsale"]))
    sales = db.scalars(select(Transfer).where(*counted).order_by(Transfer.id)).all()
    amount = sum(one.amount for one in sales if one.key == f"order:{sale.order_id}:sale:{turn}")
    ledger.post(db, [*taken_back(sale, amount, turn), *[dropped(db, c) for c in standing]], now)
    gone = update(Commission).where(Commission.id.in_([c.id for c in standing]))
    db.execute(gone.values(voided_at=now, void_reason=reason))
    results.earned(db, db.get_one(Attribution, sale.order_id), standing, -1)
    return sold_since(sales, now)


def sold_since(sales: Sequence[Transfer], now: datetime) -> datetime:
    """Since when an order counts as sold: what was made smaller was taken back and sold again in the same moment."""
    since, taken_back_at = now, None
    for one in sales:
        if one.journal == "unsale":
            taken_back_at = one.at
        elif one.at != taken_back_at:
            since = one.at
    return since


def resize(db: Writer, sale: Sale, now: datetime) -> None:
    """Part of the goods was paid back: every commission is taken back and written anew on what the seller keeps.

    Each one stands afterwards where it stood before. What a creator has been paid already, or is being paid, stays
    hers; what of it is too much is noted as owed back out of later commissions of the same shop (clawback).
    """
    standing = of_order(db, sale.order_id)
    drafts.locked(db, standing)
    for one in standing:
        db.refresh(one)
    untouched = [c for c in standing if c.payout_id is None or drafts.is_open(db, c.payout_id)]
    paid_out = [c for c in standing if c not in untouched]
    drafts.leave(db, untouched, now)
    before = {c.order_line_id: c for c in untouched}
    take_back(db, sale, untouched, "refunded", now)
    lines = db.scalars(select(OrderLine).where(OrderLine.order_id == sale.order_id)).all()
    thanked = db.get_one(Attribution, sale.order_id)
    turn = next_round(db, sale.order_id)
    goods = sum(line.net for line in lines)
    postings = [evidence(sale, goods, turn)] if goods else []
    fresh: Sequence[Commission] = []
    if thanked.creator_id and before:
        began = min(c.accrued_at for c in before.values())  # it counts for the week in which it was earned
        fresh = [c for c in commit(db, sale, thanked, lines, turn, began, only=before) if c.round == turn]
        postings += [owed(sale, c) for c in fresh]
    due = dict(zip((line.id for line in lines), earned_by(thanked, lines), strict=True)) if standing else {}
    ledger.post(db, [*postings, *clawed_back(db, sale, paid_out, due, turn)], now)
    results.earned(db, thanked, fresh, 1)
    stand_as_before(db, fresh, before, now)
    if standing:
        facts = money_facts(sale, thanked, goods, sum(due[c.order_line_id] for c in standing))
        outbox.tell(db, standing[0].creator_id, "commission_resized", facts, now)


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
    db: Reader, sale: Sale, paid_out: Sequence[Commission], due: dict[int, int], turn: int
) -> list[Posting]:
    """J13: the seller gave back goods whose commission is out of her hands already.

    ``due``: what each line earns now.
    """
    found = []
    for commission in paid_out:
        too_much = commission.amount - due[commission.order_line_id]
        already = db.scalars(
            select(Transfer.amount).where(
                Transfer.journal == "clawback", Transfer.key.startswith(f"clawback:{commission.id}:")
            )
        )
        more = too_much - sum(already)
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


def may_go_on(db: Reader, order_id: int) -> bool:
    """Whether nothing holds an order's commission any more: no open case, no open doubt."""
    case = select(Problem.id).where(Problem.order_id == order_id, Problem.settled_at.is_(None))
    doubt = select(CommissionHold.id).where(CommissionHold.order_id == order_id, CommissionHold.decided_at.is_(None))
    return db.scalar(case.limit(1)) is None and db.scalar(doubt) is None


def money_facts(sale: Sale, thanked: Attribution, goods: int, amount: int) -> dict[str, object]:
    """What a creator may know of an order: never who bought."""
    return {"order": sale.code, "code": thanked.code, "goods": goods, "amount": amount, "currency": sale.currency}
