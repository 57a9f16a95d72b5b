"""Check the books: every rule they must keep at every moment, each as a query over what is really there.

Each problem is one line that names the table and the row: ``transfers 17: its digest does not match``.
The rules are those of a ledger of obligations (conservation, no negative promise, every commission's
money in exactly one place) and those of a shop (nothing sold twice, every order's sum right).
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import LargeBinary, Text, cast, func, not_, or_, select
from sqlalchemy.orm import aliased

from storefront import verifying_log
from storefront.database import Reader, is_down
from storefront.earning import ledger, tallies, touches, trail
from storefront.models import (
    PAYMENT_OF_ORDER,
    Account,
    Attribution,
    Batch,
    Commission,
    Deliverable,
    Media,
    Order,
    OrderLine,
    Payment,
    Payout,
    PayoutAttempt,
    PayoutReceipt,
    PayoutStep,
    Receipt,
    Refund,
    Slot,
    Tally,
    Transfer,
    Turnover,
    VariantQuota,
    WaitingPlace,
)

STEP = 1_000


def problems(db: Reader) -> Iterator[str]:
    """Every rule that does not hold, a line each; nothing when all is well."""
    for name, rule in RULES.items():
        try:
            yield from rule(db)
        except Exception as fault:  # a row that cannot even be read must not hide the others
            if is_down(fault):
                raise
            yield f"{name}: could not be checked whole ({type(fault).__name__})"


Wrong = Callable[[Reader, dict[str, Any]], str | None]


def transfers_as_written(db: Reader) -> Iterator[str]:
    """Every row is what was posted: its keyed digest says so, and no amount is nothing."""
    yield from as_written(db, Transfer, wrong_in)


def as_written(db: Reader, table: Any, wrong: Wrong) -> Iterator[str]:
    """The rows of a table that is written once, a page at a time; each that is not what was written is named."""
    last = -(2**63)
    while numbers := db.scalars(select(table.id).where(table.id > last).order_by(table.id).limit(STEP)).all():
        yield from page_as_written(db, table, wrong, numbers)
        last = numbers[-1]
    yield from moments_as_written(db, table)


def page_as_written(db: Reader, table: Any, wrong: Wrong, numbers: Sequence[int]) -> Iterator[str]:
    """A page of rows; where one of them cannot be read, each by itself."""
    try:
        page = db.execute(select(*table.__table__.columns).where(table.id.in_(numbers))).mappings().all()
        found = [(row["id"], said) for row in page if (said := wrong(db, dict(row)))]
    except Exception as fault:
        if is_down(fault):
            raise
        found = [(number, said) for number in numbers if (said := wrong_alone(db, table, wrong, number))]
    for number, said in sorted(found):
        yield f"{table.__tablename__} {number}: {said}"


def wrong_alone(db: Reader, table: Any, wrong: Wrong, number: int) -> str | None:
    try:
        row = db.execute(select(*table.__table__.columns).where(table.id == number)).mappings().one()
        return wrong(db, dict(row))
    except Exception as fault:
        if is_down(fault):
            raise
        return "it is no longer what it was written as"


NO_MATCH = "its digest does not match its contents"


def wrong_in(db: Reader, row: dict[str, Any]) -> str | None:
    if db.vault.digest("ledger", ledger.leaf(row)) != row["digest"]:
        return NO_MATCH
    if row["amount"] <= 0 or row["debit_id"] == row["credit_id"]:
        return "it moves nothing"
    return None


def wrong_step(db: Reader, row: dict[str, Any]) -> str | None:
    return None if trail.step_digest(db.vault, row) == row["digest"] else NO_MATCH


def wrong_receipt(db: Reader, row: dict[str, Any]) -> str | None:
    return None if trail.receipt_digest(db.vault, row) == row["digest"] else NO_MATCH


def moments_as_written(db: Reader, table: Any) -> Iterator[str]:
    """SQLite keeps a moment as text, and reading it is more patient than the digest should be."""
    if db.get_bind().dialect.name != "sqlite":
        return
    usual = "____-__-__ __:__:__.______"
    odd = or_(func.length(cast(table.at, LargeBinary)) != len(usual), not_(cast(table.at, Text).like(usual)))
    for number in db.scalars(select(table.id).where(odd).order_by(table.id)):
        yield f"{table.__tablename__} {number}: its moment is written in another way"


def balances(db: Reader) -> Iterator[str]:
    """The cached sums are the transfers' sums, one currency an account, and no promise is below zero."""
    debits = sums(db, Transfer.debit_id)
    credits_ = sums(db, Transfer.credit_id)
    for account in db.scalars(select(Account).order_by(Account.id)):
        if account.debits != debits.get(account.id, 0) or account.credits != credits_.get(account.id, 0):
            yield f"accounts {account.id}: {account.name} caches other sums than its transfers have"
        standing = credits_.get(account.id, 0) - debits.get(account.id, 0)
        is_debt = account.name.startswith(("A:", "M:sales", "M:inkind"))
        if (standing > 0) if is_debt else (standing < 0):
            yield f"accounts {account.id}: {account.name} stands below zero"
    foreign = select(Transfer.id).join(Account, Account.id.in_([Transfer.debit_id, Transfer.credit_id]))
    for transfer_id in db.scalars(foreign.where(Account.currency != Transfer.currency).distinct()):
        yield f"transfers {transfer_id}: it mixes currencies"


def sums(db: Reader, side: Any) -> dict[int, int]:
    return {
        account: int(amount) for account, amount in db.execute(select(side, func.sum(Transfer.amount)).group_by(side))
    }


def turnovers(db: Reader) -> Iterator[str]:
    """The monthly sums are the transfers' sums."""
    found: dict[tuple[str, int, str, str, str], int] = defaultdict(int)
    accounts = {account.id: account for account in db.scalars(select(Account))}
    for transfer in db.scalars(select(Transfer).order_by(Transfer.id).execution_options(yield_per=STEP)):
        ends = [accounts.get(transfer.debit_id), accounts.get(transfer.credit_id)]
        creator = next((end.person_id for end in ends if end and end.person_id), None)
        month = ledger.month_of(db, transfer.at)
        for scope, number in ledger.scopes(transfer.shop_id, creator):
            found[scope, number, transfer.currency, month, transfer.journal] += transfer.amount
    for row in db.scalars(select(Turnover)):
        if found.pop((row.scope, row.scope_id, row.currency, row.month, row.journal), 0) != row.amount:
            yield f"turnovers {row.scope} {row.scope_id} {row.month} {row.journal}: not what the transfers say"
    for scope, number, _, month, journal in found:
        yield f"turnovers {scope} {number} {month} {journal}: missing"


def commissions(db: Reader) -> Iterator[str]:
    """A commission's whole amount stands in one place, and the row says where."""
    moved: dict[int, set[str]] = defaultdict(set)
    for commission_id, journal, amount in db.execute(
        select(Transfer.commission_id, Transfer.journal, Transfer.amount).where(Transfer.commission_id.is_not(None))
    ):
        moved[commission_id or 0].add(journal)
        commission = db.get(Commission, commission_id)
        if commission is None or amount != commission.amount:
            yield f"commissions {commission_id}: a transfer moves another amount"
    for one in db.scalars(select(Commission).order_by(Commission.id)):
        steps = moved.get(one.id, set())
        if "accrual" not in steps:
            yield f"commissions {one.id}: it was never accrued"
        if (one.voided_at is not None) != ("void" in steps):
            yield f"commissions {one.id}: void in one place only"
        if (one.released_at is not None) != ("release" in steps):
            yield f"commissions {one.id}: released in one place only"
        if one.voided_at is not None and one.payout_id is not None:
            yield f"commissions {one.id}: void, but it stands in a payout"
        if one.amount > one.base:
            yield f"commissions {one.id}: more than its base"


def attributions(db: Reader) -> Iterator[str]:
    """Whom an order thanks follows from what was weighed, and its commissions from what it froze."""
    earned: dict[int, dict[int, Commission]] = defaultdict(dict)
    for one in db.scalars(select(Commission).where(Commission.voided_at.is_(None))):
        if one.order_line_id in earned[one.order_id]:
            yield f"commissions {one.id}: a second one for the same order line"
        earned[one.order_id][one.order_line_id] = one
    for thanked in db.scalars(select(Attribution).order_by(Attribution.order_id)):
        yield from wrong_thanks(thanked, earned.get(thanked.order_id, {}))


def wrong_thanks(thanked: Attribution, earned: dict[int, Commission]) -> Iterator[str]:
    if thanked.weighed and thanked.reason not in {"conceded", "nothing_offered"}:
        again = touches.decided_again(thanked.weighed)
        if (again.touch.deal if again.touch else None, again.reason) != (thanked.deal_id, thanked.reason):
            yield f"attributions {thanked.order_id}: it does not follow from what was weighed"
    for one in earned.values():
        if (one.creator_id, one.deal_id) != (thanked.creator_id, thanked.deal_id):
            yield f"commissions {one.id}: its order thanks somebody else"
        if (
            thanked.cap is not None
            and sum(each.amount for each in earned.values()) > thanked.cap
            and one.payout_id is None
        ):
            yield f"commissions {one.id}: above the cap of its order"


def contents(db: Reader) -> Iterator[str]:
    """A fee is owed for what was accepted, and for nothing else."""
    owed = set(db.scalars(select(Transfer.key).where(Transfer.journal == "fee")))
    for one in db.scalars(select(Deliverable).order_by(Deliverable.id)):
        if (one.state == "accepted") != (f"content:{one.id}:fee" in owed):
            yield f"deliverables {one.id}: accepted in one place only"


def payouts(db: Reader) -> Iterator[str]:
    """A payout is the sum of its lines, less what was taken off it, and its state is where its money stands."""
    lines = dict(
        db.execute(
            select(Commission.payout_id, func.sum(Commission.amount))
            .where(Commission.payout_id.is_not(None))
            .group_by(Commission.payout_id)
        ).all()
    )
    fees = select(Deliverable.payout_id, func.sum(Deliverable.fee)).where(Deliverable.payout_id.is_not(None))
    for payout_id, amount in db.execute(fees.group_by(Deliverable.payout_id)):
        lines[payout_id] = lines.get(payout_id, 0) + amount
    moved: dict[int, Counter[str]] = defaultdict(Counter)
    by_journal = select(Transfer.payout_id, Transfer.journal, func.sum(Transfer.amount))
    for payout_id, journal, amount in db.execute(
        by_journal.where(Transfer.payout_id.is_not(None)).group_by(Transfer.payout_id, Transfer.journal)
    ):
        moved[payout_id or 0][journal] = int(amount)
    last = newest_steps(db)
    for payout in db.scalars(select(Payout).order_by(Payout.id)):
        yield from wrong_payout(payout, lines.get(payout.id, 0), moved[payout.id], last.get(payout.id))
    twice = (
        select(PayoutAttempt.payout_id)
        .where(PayoutAttempt.state == "succeeded")
        .group_by(PayoutAttempt.payout_id)
        .having(func.count() > 1)
    )
    for payout_id in db.scalars(twice):
        yield f"payouts {payout_id}: two attempts succeeded"


def newest_steps(db: Reader) -> dict[int, PayoutStep]:
    newest = select(func.max(PayoutStep.id)).group_by(PayoutStep.payout_id)
    return {one.payout_id: one for one in db.scalars(select(PayoutStep).where(PayoutStep.id.in_(newest)))}


# What the newest step of a payout leaves it in.
STATES_AFTER = {
    "drafted": {"draft"},
    "submitted": {"submitted", "draft", "missing"},
    "approved": {"approved", "draft", "missing"},
    "sent_back": {"draft", "missing"},
    "upheld": {"confirmed"},
    "handed_over": {"sending"},
    "sent": {"sent"},
    "missing": {"missing"},
    "failed": {"missing"},
    "reversed": {"missing"},
    "confirmed": {"confirmed"},
    "cancelled": {"cancelled"},
}


def wrong_payout(payout: Payout, lines: int, moved: Counter[str], last: PayoutStep | None) -> Iterator[str]:
    taken_off = payout.netted + payout.withheld
    if payout.state != "cancelled" and (lines != payout.gross or payout.amount != payout.gross - taken_off):
        yield f"payouts {payout.id}: its lines come to another amount"
    if payout.state == "cancelled" and lines:
        yield f"payouts {payout.id}: called off, but lines stand in it"
    arrived = moved["settle"] - moved["reverse"]
    if arrived != (payout.amount if payout.state == "confirmed" else 0):
        yield f"payouts {payout.id}: confirmed in one place only"
    on_its_way = moved["send"] - moved["return"] - moved["settle"]
    if on_its_way != (payout.amount if payout.state in {"sent", "sending"} else 0):
        yield f"payouts {payout.id}: it is {payout.state}, but {on_its_way} is on its way"
    if last is None or payout.state not in STATES_AFTER.get(last.step, set()):
        yield f"payouts {payout.id}: it is {payout.state}, which its steps do not say"
    if last is not None and last.step in {"confirmed", "upheld"} and last.how != payout.confirmed_by:
        yield f"payouts {payout.id}: somebody else confirmed it"


def steps(db: Reader) -> Iterator[str]:
    """Every step and every receipt is what was written, and a proof is still the picture it was."""
    yield from as_written(db, PayoutStep, wrong_step)
    yield from as_written(db, PayoutReceipt, wrong_receipt)
    told = select(PayoutStep.payout_id, PayoutStep.attempt, PayoutStep.proof_digest).where(PayoutStep.step == "sent")
    digests = {(payout_id, attempt): digest for payout_id, attempt, digest in db.execute(told)}
    tried = select(PayoutAttempt, Media).outerjoin(Media, Media.id == PayoutAttempt.proof_id)
    for attempt, proof in db.execute(tried.order_by(PayoutAttempt.id)):
        which = (attempt.payout_id, attempt.number)
        if which in digests and digests[which] != attempt.proof_digest:
            yield f"payout_attempts {attempt.id}: its proof is not the one that was sent"
        if proof is not None and proof.content and hashlib.sha256(proof.content).digest() != attempt.proof_digest:
            yield f"payout_attempts {attempt.id}: the picture of its proof was changed"


def receipts(db: Reader) -> Iterator[str]:
    """A shop's payout receipts are numbered without a gap, one for each time a payout was settled."""
    count, last = func.count(), func.max(PayoutReceipt.number)
    for shop_id, many, highest in db.execute(
        select(PayoutReceipt.shop_id, count, last).group_by(PayoutReceipt.shop_id)
    ):
        if many != highest:
            yield f"payout_receipts of shop {shop_id}: {many} papers, but the last number is {highest}"
    settled = select(PayoutStep.payout_id, func.count()).where(PayoutStep.step == "confirmed")
    wanted = dict(db.execute(settled.group_by(PayoutStep.payout_id)).all())
    papers_of = select(PayoutReceipt.payout_id, func.count()).group_by(PayoutReceipt.payout_id)
    if wanted != (found := dict(db.execute(papers_of).all())):
        for payout_id in sorted({*wanted, *found}):
            if wanted.get(payout_id, 0) != found.get(payout_id, 0):
                yield f"payouts {payout_id}: it was settled as often as it has receipts, or should be"


def pairs(db: Reader) -> Iterator[str]:
    """What a shop owes stands at its creators' stages or is kept back as tax; what it may net was paid too much."""
    sums: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for account in db.scalars(select(Account).where(Account.shop_id.is_not(None))):
        side = 1 if account.name.startswith("A:") else -1
        sums[account.shop_id or 0, account.currency][ledger.kind_of(account.name)] += side * (
            account.debits - account.credits
        )
    for (shop_id, currency), stands in sorted(sums.items()):
        promised = sum(stands[name] for name in (*ledger.STAGES, "in_transit", "withheld"))
        if stands["owes"] != promised:
            yield f"shops {shop_id}: owes {stands['owes']} {currency}, but {promised} is promised"
        if stands["credit"] != stands["clawback"]:
            yield f"shops {shop_id}: may net {stands['credit']} {currency}, but {stands['clawback']} was paid too much"


def journals(db: Reader) -> Iterator[str]:
    """Every transfer is between the two accounts its journal has, of the shop and the pair it is about."""
    debit, credit = aliased(Account), aliased(Account)
    found = (
        select(Transfer.id, Transfer.journal, Transfer.shop_id, debit, credit)
        .join(debit, debit.id == Transfer.debit_id)
        .join(credit, credit.id == Transfer.credit_id)
        .order_by(Transfer.id)
    )
    for number, journal, shop_id, one, other in db.execute(found.execution_options(yield_per=STEP)):
        if not ledger.fits(journal, one.name, other.name):
            yield f"transfers {number}: {journal} does not go from {one.name} to {other.name}"
        elif {one.shop_id, other.shop_id} != {shop_id} or len({one.person_id, other.person_id} - {None}) > 1:
            yield f"transfers {number}: it is between two who have nothing to do with each other"


def orders(db: Reader) -> Iterator[str]:
    """An order is the sum of its lines and its fee, and a paid one has its sale in the books."""
    summed = select(
        OrderLine.order_id,
        func.sum(OrderLine.amount),
        func.sum(OrderLine.discount),
        func.sum(OrderLine.amount - OrderLine.discount - OrderLine.refunded),
    )
    lines = {order_id: sums for order_id, *sums in db.execute(summed.group_by(OrderLine.order_id)).all()}
    net: dict[int, int] = defaultdict(int)
    for order_id, journal, amount in db.execute(
        select(Transfer.order_id, Transfer.journal, Transfer.amount).where(Transfer.journal.in_(["sale", "unsale"]))
    ):
        net[order_id or 0] += amount if journal == "sale" else -amount
    for order, payment in db.execute(select(Order, Payment).join(Payment, PAYMENT_OF_ORDER)):
        amount, discount, kept = lines.get(order.id, (0, 0, 0))
        if order.goods != amount or order.discount != discount:
            yield f"orders {order.id}: {order.code} is not the sum of its lines"
        code = 0 if payment.method == "cod" and payment.part == "whole" else order.unique_code
        if order.total is not None and order.total != order.goods - order.discount + (order.fee or 0) - code:
            yield f"orders {order.id}: {order.code} has another total"
        if net.get(order.id, 0) != (kept if payment.state == "confirmed" else 0):
            yield f"orders {order.id}: {order.code} stands otherwise in the books"


def papers(db: Reader) -> Iterator[str]:
    """A shop's receipts are numbered without a gap, and what goes back is never more than what came."""
    count, last = func.count(), func.max(Receipt.number)
    for shop_id, many, highest in db.execute(select(Receipt.shop_id, count, last).group_by(Receipt.shop_id)):
        if many != highest:
            yield f"receipts of shop {shop_id}: {many} papers, but the last number is {highest}"
    came = select(Payment.order_id, func.sum(func.coalesce(Payment.received, Payment.amount)))
    paid = dict(db.execute(came.where(Payment.state != "due").group_by(Payment.order_id)).all())
    back = select(Refund.order_id, func.sum(Refund.amount)).where(
        Refund.state.not_in(["void", "asked"]), Refund.reason != "changed"
    )
    for order_id, amount in db.execute(back.group_by(Refund.order_id)):
        if amount > (paid.get(order_id) or 0):
            yield f"refunds of order {order_id}: more goes back than came"


STANDING = ("placed", "sent", "received")


def batches(db: Reader) -> Iterator[str]:
    """What is taken from a batch is what its orders and its offered places hold, and never above the quota."""
    held = held_by(db, OrderLine.batch_id)
    offered = select(WaitingPlace.batch_id, func.sum(WaitingPlace.quantity)).where(WaitingPlace.state == "offered")
    for batch_id, quantity in db.execute(offered.group_by(WaitingPlace.batch_id)).all():
        held[batch_id] = held.get(batch_id, 0) + int(quantity)
    for batch in db.scalars(select(Batch).order_by(Batch.id)):
        if batch.taken != held.get(batch.id, 0):
            yield f"batches {batch.id}: {batch.taken} taken, but orders hold {held.get(batch.id, 0)}"
        if batch.quota is not None and batch.taken > batch.quota:
            yield f"batches {batch.id}: more taken than there is"


def variant_quotas(db: Reader) -> Iterator[str]:
    """The same for variants that have a quota of their own."""
    held = held_by(db, OrderLine.batch_id, OrderLine.variant_id)
    for limit in db.scalars(select(VariantQuota).order_by(VariantQuota.batch_id, VariantQuota.variant_id)):
        holds = held.get((limit.batch_id, limit.variant_id), 0)
        if limit.taken != holds:
            yield f"variant_quotas {limit.batch_id}/{limit.variant_id}: {limit.taken} taken, but orders hold {holds}"
        if limit.taken > limit.quota:
            yield f"variant_quotas {limit.batch_id}/{limit.variant_id}: more taken than there is"


def held_by(db: Reader, *by: Any) -> dict[Any, int]:
    """How many pieces standing orders hold, by one or two columns of their lines."""
    lines = select(*by, func.sum(OrderLine.quantity)).join(Order, OrderLine.order_id == Order.id)
    found = db.execute(lines.where(Order.state.in_(STANDING)).group_by(*by)).all()
    return {(key[0] if len(key) == 1 else tuple(key)): int(quantity) for *key, quantity in found}


def slots(db: Reader) -> Iterator[str]:
    """An hour holds the orders that chose it."""
    chosen = select(Order.slot_id, func.count()).where(Order.state.in_(STANDING), Order.slot_id.is_not(None))
    held = dict(db.execute(chosen.group_by(Order.slot_id)).all())
    for slot in db.scalars(select(Slot).order_by(Slot.id)):
        if slot.taken != held.get(slot.id, 0):
            yield f"slots {slot.id}: {slot.taken} taken, but {held.get(slot.id, 0)} orders chose it"


def results(db: Reader) -> Iterator[str]:
    """What a deal's weeks say it sold and earned is what its standing commissions come to, product by product too."""
    standing: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    products: dict[tuple[int, str], Counter[int]] = defaultdict(Counter)
    last = 0
    query = select(Commission, OrderLine.product_id).join(OrderLine, OrderLine.id == Commission.order_line_id)
    while page := db.execute(
        query.where(Commission.voided_at.is_(None), Commission.id > last).order_by(Commission.id).limit(STEP)
    ).all():
        for one, product_id in page:
            key = (one.deal_id, tallies.week_of(db, one.accrued_at))
            standing[key] += Counter(sold=one.base, earned=one.amount)
            products[key][product_id] += one.amount
        last = page[-1][0].id
    kept: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    kept_products: dict[tuple[int, str], Counter[int]] = defaultdict(Counter)
    counted = (Tally.scope == "deal", Tally.what.in_(["sold", "earned", "product"]), Tally.n != 0)
    for row in db.scalars(select(Tally).where(*counted)):
        if row.what == "product":
            kept_products[row.scope_id, row.period][row.subject] += row.n
        else:
            kept[row.scope_id, row.period][row.what] += row.n
    for deal_id, week in sorted({*standing, *kept, *products, *kept_products}):
        key = (deal_id, week)
        if +standing[key] != +kept[key] or +products[key] != +kept_products[key]:
            yield f"tallies {deal_id}: in {week} its sums are not what its commissions come to"


RULES: dict[str, Callable[[Reader], Iterator[str]]] = {
    "transfers": transfers_as_written,
    "accounts": balances,
    "turnovers": turnovers,
    "commissions": commissions,
    "attributions": attributions,
    "contents": contents,
    "results": results,
    "journals": journals,
    "pairs": pairs,
    "payouts": payouts,
    "steps": steps,
    "receipts": receipts,
    "log": verifying_log.problems,
    "orders": orders,
    "papers": papers,
    "batches": batches,
    "variant_quotas": variant_quotas,
    "slots": slots,
}
