"""What changes after an order was placed: the fee of an unknown area, another quantity, an end by either side."""

from datetime import datetime

from sqlalchemy import delete, func, select, update

from storefront import chores, outbox, people, rows
from storefront.database import Reader, Writer
from storefront.earning import accruals
from storefront.models import Coupon, Order, OrderLine, Payment, Variant
from storefront.refusals import AlreadyDone, GiftStays, PaidAlready, TooLate
from storefront.selling import batches, slots, staff
from storefront.selling.catalogue import card
from storefront.selling.orders import amounts, deposits, placing, refunding
from storefront.selling.orders.paying import (
    REMINDED_BEFORE,
    bring_sums_along,
    change_order,
    change_payment,
    end_hold,
    free_coupon,
    owned,
    sold_by,
    step,
)
from storefront.selling.orders.placing import Wish
from storefront.selling.orders.views import Whole, buyer_facts, facts_of, is_unpaid, may_cancel, may_change, whole


def set_fee(db: Writer, order_id: int, seller_id: int, fee: int | None, now: datetime) -> Whole:
    """The seller names the fee of an area we did not know; None: the buyer pays a courier. Raises `AlreadyDone`."""
    w = sold_by(db, order_id, seller_id, by_staff=True)
    if w.order.fee is not None or not is_unpaid(w):
        raise AlreadyDone
    amount = fee or 0
    goods = w.order.goods - w.order.discount
    code = placing.unique_code(db, w.shop.id, goods + amount, placing.next_code(db, w.shop.id), now)
    end_hold(db, order_id)
    until = now + placing.HOLD
    values = {"fee": amount, "courier_paid_by_buyer": fee is None, "unique_code": code}
    change_order(db, order_id, **values, hold_until=until)
    bring_sums_along(db, order_id)
    chores.schedule(db, "hold_reminder", order_id, until - REMINDED_BEFORE, again=now.isoformat())
    step(db, w.order, "fee_set", seller_id, now)
    told = whole(db, order_id)
    ways = card(db, w.lines[0].product_id).ways
    outbox.tell(db, w.order.buyer_id, "fee_set", {**facts_of(told), "ways": ways}, now)
    return told


def change_quantity(db: Writer, order_id: int, buyer_id: int, wish: Wish, now: datetime) -> Whole:
    """Something else in the same order, until the cut-off: its new lines, its new total.

    What is not paid yet, or is paid in cash at the door, may become more or less. What is paid may become less, and
    the difference goes back; more of it is an order of its own. Raises `SoldOut`, `TooLate` or `PaidAlready`.
    """
    w = owned(db, order_id, buyer_id)
    if w.order.cause_id is not None:
        raise GiftStays(code=w.order.code)
    if not may_change(w, now):
        raise TooLate(why=w.order.code)
    if w.payment.state == "confirmed":
        return exchange(db, w, wish, now)
    if accruals.ever_earned(db, order_id):
        raise TooLate(why=w.order.code)
    retake(db, w, wish, now)
    db.execute(delete(OrderLine).where(OrderLine.order_id == order_id))
    baskets = wish.baskets(card(db, w.lines[0].product_id))
    placing.write_lines(db, baskets, w.order)
    leading = min((one.card.batch for one in baskets), key=placing.closes_first)
    in_cash = w.payment.accepted_at is not None
    change_order(db, order_id, goods=wish.goods, batch_id=leading.id)
    change_payment(db, order_id, method=w.payment.method if in_cash else None)
    rediscount(db, order_id)
    bring_sums_along(db, order_id)
    step(db, w.order, "quantity_changed", buyer_id, now)
    told = whole(db, order_id)
    if in_cash:
        facts = {**buyer_facts(db, told), "back": 0, "refund": 0}
        staff.tell(db, w.shop, "order_changed", facts, now, buyer_id=buyer_id)
    return told


def retake(db: Writer, w: Whole, wish: Wish, now: datetime) -> None:
    """Its old places back, its new ones taken, in one step: nobody comes between."""
    baskets = wish.baskets(card(db, w.lines[0].product_id))
    placing.fitting(baskets)
    batches.give_back_all(db, w.lines, now)
    is_less = sum(one.quantity for one in baskets) <= sum(line.quantity for line in w.lines)
    placing.take(db, baskets, now, even_if_paused=is_less)


def exchange(db: Writer, w: Whole, wish: Wish, now: datetime) -> Whole:
    """A paid order becomes smaller, or another kind at the same price: the books undo what was and note what is."""
    if card(db, w.lines[0].product_id).batch.id != w.lines[0].batch_id:
        raise TooLate(why=w.order.code)  # a newer round is open; what was paid belongs to its own
    if any(line.refunded for line in w.lines):
        raise TooLate(why=w.order.code)  # part of it was paid back, and stands in the books against these very lines
    goods = goods_after(w, wish)
    if goods > w.order.goods:
        raise PaidAlready(code=w.order.code)
    before = w.order.total or 0
    retake(db, w, wish, now)
    accruals.void(db, accruals.sale_of(w.order), "changed", now)
    rewrite_lines(db, w, wish)
    change_order(db, w.order.id, goods=goods)
    rediscount(db, w.order.id)
    bring_sums_along(db, w.order.id)
    back = before - (whole(db, w.order.id).order.total or 0)
    if w.payment.received is not None:
        change_payment(db, w.order.id, received=max(w.payment.received - back, 0))
    accruals.accrue(db, accruals.sale_of(w.order), now)
    if w.order.release_held:
        accruals.hold(db, accruals.sale_of(w.order), now, again=f"changed:{now.isoformat()}")
    step(db, w.order, "quantity_changed", w.order.buyer_id, now)
    refund = refunding.owe(db, w, back, "changed", now) if back else 0
    told = whole(db, w.order.id)
    facts = {**buyer_facts(db, told), "back": back, "refund": refund}
    outbox.tell(db, w.shop.owner_id, "order_changed", facts, now)
    return told


def rediscount(db: Writer, order_id: int) -> None:
    """The order's coupon, and what came with a creator's code, taken off what the order is now."""
    w = whole(db, order_id)
    off = discounted(db, w.order)
    for line, part in zip(w.lines, amounts.spread(off, [line.amount for line in w.lines]), strict=True):
        db.execute(update(OrderLine).where(OrderLine.id == line.id).values(discount=part))
    change_order(db, order_id, discount=off)


def discounted(db: Reader, order: Order) -> int:
    """What the order's coupon and its creator's code take off its goods as they are now; never more than they cost."""
    benefit = amounts.share(order.goods, order.benefit_bp)
    coupon = db.get(Coupon, order.coupon_id) if order.coupon_id else None
    if coupon is None or order.goods < coupon.least:
        return benefit
    return min(amounts.coupon_worth(coupon, order.goods) + benefit, order.goods)


def goods_after(w: Whole, wish: Wish) -> int:
    """What it comes to: what was in it already at the price it was ordered at."""
    return sum(price_of(w, variant) * quantity for variant, quantity in wish.wanted)


def price_of(w: Whole, variant: Variant) -> int:
    return next((line.price for line in w.lines if line.variant_id == variant.id), variant.price)


def rewrite_lines(db: Writer, w: Whole, wish: Wish) -> None:
    """The books point at lines, so none is deleted: each gets its new quantity, a new kind gets a new line."""
    wanted = {variant.id: quantity for variant, quantity in wish.wanted}
    for line in w.lines:
        quantity = wanted.pop(line.variant_id, 0)
        values = {"quantity": quantity, "amount": quantity * line.price}
        db.execute(update(OrderLine).where(OrderLine.id == line.id).values(**values))
    fresh = tuple((variant, quantity) for variant, quantity in wish.wanted if variant.id in wanted)
    if fresh:
        first = (db.scalar(select(func.max(OrderLine.position)).where(OrderLine.order_id == w.order.id)) or 0) + 1
        baskets = [placing.Basket(card(db, w.lines[0].product_id), fresh)]
        placing.write_lines(db, baskets, w.order, first=first)


def cancel(db: Writer, order_id: int, buyer_id: int, now: datetime) -> Whole:
    """The buyer cancels in time. What she paid is to come back in full. Raises `TooLate`."""
    w = owned(db, order_id, buyer_id)
    if not may_cancel(w, now):
        raise TooLate(why=w.order.code)
    has_come = w.payment.received is not None
    seller_knew = w.payment.state in {"claimed", "confirmed"} or w.payment.accepted_at is not None or has_come
    kept = deposits.is_forfeited(w, now) and deposits.paid_before(db, w) is not None
    refund_id = end(db, w, buyer_id, now, keeps_deposit=kept)
    told = whole(db, order_id)
    if seller_knew or w.order.fee is None or w.payment.method == "cod":
        facts = {**buyer_facts(db, told), **refunding.facts_of_refund(db, refund_id), "deposit_kept": kept}
        staff.tell(db, w.shop, "cancelled_by_buyer", facts, now, buyer_id=buyer_id)
    return told


def end(db: Writer, w: Whole, by: int, now: datetime, *, keeps_deposit: bool = False) -> int | None:
    """Close an order as cancelled: its place is free, its commission void, its money to be returned."""
    gone = update(Order).where(Order.id == w.order.id, Order.state == "placed")
    if not rows.changed(db, gone.values(state="cancelled", is_open=False, closed_at=now)):
        raise AlreadyDone
    end_hold(db, w.order.id)
    refunding.withdraw(db, w.order.id)
    free_coupon(db, w.order)
    batches.give_back_all(db, w.lines, now)
    slots.give_back(db, w.order.slot_id)
    step(db, w.order, "cancelled", by, now)
    return give_money_back(db, w, now, keeps_deposit=keeps_deposit)


def give_money_back(db: Writer, w: Whole, now: datetime, *, keeps_deposit: bool) -> int | None:
    """What came is owed back in full, less a deposit that is forfeited; the refund's id where it is one of its own."""
    back = refunding.refundable(db, w)
    was_paid = w.payment.state == "confirmed"
    is_plain = was_paid and w.payment.part == "whole" and back == w.payment.amount
    if is_plain:
        change_payment(db, w.order.id, state="refund_due")
    else:
        change_payment(db, w.order.id, state="void")
    if was_paid:
        accruals.void(db, accruals.sale_of(w.order), "cancelled", now)
    if w.payment.received is not None and not was_paid:
        back += w.payment.received
    if keeps_deposit:
        kept = deposits.paid_before(db, w)
        back -= kept.amount or 0 if kept else 0
    return refunding.owe(db, w, back, "cancelled", now) if back > 0 and not is_plain else None


def ask_to_cancel(db: Writer, order_id: int, seller_id: int, now: datetime) -> Whole:
    """The seller wants to cancel. The buyer decides: an order thanks somebody, and nobody cancels that alone.

    What the seller wrote down for somebody who is not here, she cancels herself.
    """
    w = sold_by(db, order_id, seller_id, by_staff=True)
    if w.order.state != "placed":
        raise TooLate(why=w.order.code)
    if not people.is_reached(db, w.order.buyer_id):
        end(db, w, seller_id, now)
        return whole(db, order_id)
    step(db, w.order, "cancel_asked", seller_id, now)
    outbox.tell(db, w.order.buyer_id, "cancel_asked", facts_of(w), now)
    return w


def agree_to_cancel(db: Writer, order_id: int, buyer_id: int, now: datetime) -> Whole:
    """The buyer agrees that it is cancelled, whatever the cut-off."""
    w = owned(db, order_id, buyer_id)
    refund_id = end(db, w, buyer_id, now)
    told = whole(db, order_id)
    facts = {**buyer_facts(db, told), **refunding.facts_of_refund(db, refund_id)}
    outbox.tell(db, w.shop.owner_id, "cancel_agreed", facts, now)
    return told


def keep(db: Writer, order_id: int, buyer_id: int, now: datetime) -> Whole:
    """The buyer wants her order: it stands."""
    w = owned(db, order_id, buyer_id)
    if w.order.state != "placed":
        raise AlreadyDone
    step(db, w.order, "cancel_declined", buyer_id, now)
    outbox.tell(db, w.shop.owner_id, "cancel_declined", buyer_facts(db, w), now)
    return w


def refund_sent(db: Writer, order_id: int, seller_id: int, now: datetime) -> Whole:
    """The seller says she sent the money back; the buyer is asked whether it arrived."""
    w = sold_by(db, order_id, seller_id)
    sent = update(Payment).where(Payment.order_id == order_id, Payment.is_current, Payment.state == "refund_due")
    if not rows.changed(db, sent.values(state="refund_sent")):
        raise AlreadyDone
    step(db, w.order, "refund_sent", seller_id, now)
    outbox.tell(db, w.order.buyer_id, "refund_sent", facts_of(whole(db, order_id)), now)
    return w


def refund_arrived(db: Writer, order_id: int, buyer_id: int, now: datetime) -> Whole:
    """*Uang kembali sudah masuk*: the buyer's word ends it."""
    w = owned(db, order_id, buyer_id)
    back = update(Payment).where(Payment.order_id == order_id, Payment.is_current, Payment.state == "refund_sent")
    if not rows.changed(db, back.values(state="refunded")):
        raise AlreadyDone
    step(db, w.order, "refunded", buyer_id, now)
    outbox.tell(db, w.shop.owner_id, "refund_arrived", buyer_facts(db, w), now)
    return w
