"""A wish becomes an order: its place in the batch, its number, its thanks, its two hours, all in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update

from storefront import chores, rows
from storefront.database import Reader, Writer
from storefront.earning import accruals
from storefront.earning.accruals import Thanks
from storefront.models import Batch, Order, OrderLine, Payment, Product, Recipient, Shop, Variant
from storefront.people import name_of
from storefront.refusals import TooFew, TooMany
from storefront.selling import batches, delivery, slots, staff
from storefront.selling.batches import Share
from storefront.selling.catalogue import Card
from storefront.selling.delivery import Fee, Handover
from storefront.selling.orders import paying
from storefront.selling.orders.amounts import deposit, share, spread
from storefront.selling.orders.views import Whole, buyer_facts

HOLD = timedelta(hours=2)
FEE_ANSWERED_WITHIN = timedelta(hours=24)
UNIQUE_CODES = 199
REMEMBERED_TOTALS = timedelta(hours=48)


Wanted = tuple[tuple[Variant, int], ...]


@dataclass(frozen=True)
class Basket:
    """So many of the variants of one product."""

    card: Card
    wanted: Wanted

    @property
    def quantity(self) -> int:
        return sum(quantity for _, quantity in self.wanted)


@dataclass(frozen=True)
class Wish:
    """What a buyer wants of one product, and how she gets it; ``more`` is of other products of the same shop."""

    wanted: Wanted
    handover: Handover
    more: tuple[Basket, ...] = ()

    @property
    def goods(self) -> int:
        """The price of all of it, in whole smallest units."""
        every = [*self.wanted, *(one for basket in self.more for one in basket.wanted)]
        return sum(variant.price * quantity for variant, quantity in every)

    def baskets(self, card: Card) -> list[Basket]:
        return [Basket(card, self.wanted), *self.more]


@dataclass(frozen=True)
class Terms:
    """What an order gets beside its goods: a number, a fee, a unique code, how long it is held, whom it thanks."""

    number: int
    fee: Fee
    code: int
    hold_until: datetime | None
    thanks: Thanks
    deposit: Mapping[str, Any] = field(default_factory=dict)
    cause_id: int | None = None


@dataclass(frozen=True)
class Given:
    """The cause an order is given to, and the creators who take nothing for it."""

    cause_id: int
    waived: frozenset[int]


def place(db: Writer, buyer_id: int, card: Card, wish: Wish, now: datetime, *, given: Given | None = None) -> Whole:
    """Place an order and hold it. Raises `SoldOut` or `BatchClosed`, and then nothing has changed.

    What is ``given`` to a cause is brought there by the seller for nothing, and is nobody's usual address.
    """
    fee = Fee(0) if given else delivery.fee_for(card.shop, wish.handover)
    number, next_code = numbers(db, card.shop.id, with_code=fee.amount is not None)
    fitting(wish.baskets(card))
    take(db, wish.baskets(card), now)
    if wish.handover.slot_id:
        slots.take(db, card.shop.id, wish.handover.slot_id)
    waived = given.waived if given else frozenset()
    thanks = accruals.decide(db, buyer_id, card.shop, now, is_resale=is_resale(card, wish), waived=waived)
    total = wish.goods - benefit_of(wish, thanks) + (fee.amount or 0)
    code = unique_code(db, card.shop.id, total, next_code, now) if fee.amount is not None else 0
    policy = deposit_policy(db, wish.baskets(card), wish.handover)
    cause_id = given.cause_id if given else None
    terms = Terms(number, fee, code, hold_until(card, fee, now), thanks, policy, cause_id)
    placed = write(db, buyer_id, card, wish, terms, now)
    schedule_hold(db, placed.order)
    if fee.amount is None:
        staff.tell(db, card.shop, "fee_asked", buyer_facts(db, placed), now, buyer_id=buyer_id)
    return placed


def is_resale(card: Card, wish: Wish) -> bool:
    return any(one.card.is_resale for one in wish.baskets(card))


def benefit_of(wish: Wish, thanks: Thanks) -> int:
    """What a buyer gets off the goods because she came by a code."""
    return share(wish.goods, thanks.benefit_bp)


def note(db: Writer, buyer_id: int, card: Card, wish: Wish, now: datetime, *, recreates: int | None = None) -> Whole:
    """Place an order that the seller writes down herself: she knows who it is for, so nothing holds or codes it.

    Where her own words name no fee for the address, it costs none. ``recreates``: the cancelled order it is again.
    Raises `SoldOut` or `BatchClosed`.
    """
    fee = delivery.fee_for(card.shop, wish.handover)
    known = fee if fee.amount is not None else Fee(0)
    number, _ = numbers(db, card.shop.id, with_code=False)
    take(db, wish.baskets(card), now, even_if_paused=True)
    thanks = accruals.decide(db, buyer_id, card.shop, now, recreates=recreates)
    return write(db, buyer_id, card, wish, Terms(number, known, 0, None, thanks), now)


def write(db: Writer, buyer_id: int, card: Card, wish: Wish, terms: Terms, now: datetime) -> Whole:
    """Write the order with all that belongs to it."""
    leading = min((one.card.batch for one in wish.baskets(card)), key=closes_first)
    order = write_order(db, buyer_id, replace(card, batch=leading), wish, terms, now)
    lines = write_lines(db, wish.baskets(card), order, discount=order.discount)
    payment = write_payment(db, order)
    recipient = write_recipient(db, order, wish.handover)
    if terms.cause_id is None:
        delivery.remember(db, card.shop.id, buyer_id, wish.handover)
    accruals.credit(db, accruals.sale_of(order), terms.thanks)
    return Whole(order, card.shop, leading, payment, recipient, lines, slots.of(db, wish.handover.slot_id))


def fitting(baskets: Sequence[Basket]) -> None:
    """Raises `TooFew` or `TooMany` where the seller has said how many an order takes."""
    for one in baskets:
        product = one.card.product
        if product.min_order and one.quantity < product.min_order:
            raise TooFew(product=product.name, least=product.min_order)
        if product.max_order and one.quantity > product.max_order:
            raise TooMany(product=product.name, most=product.max_order)


def take(db: Writer, baskets: Sequence[Basket], now: datetime, *, even_if_paused: bool = False) -> None:
    """Take every basket out of its batch, all or nothing; in one order always, so that nobody waits in a ring."""
    for basket in sorted(baskets, key=lambda one: one.card.batch.id):
        batches.take(db, basket.card.batch.id, share_of(basket), now, even_if_paused=even_if_paused)


def share_of(basket: Basket) -> Share:
    share = Share(basket.card.product.name, 0)
    for variant, quantity in basket.wanted:
        share = share.with_more(variant.id, quantity)
    return share


def deposit_policy(db: Reader, baskets: Sequence[Basket], handover: Handover) -> Mapping[str, Any]:
    """What is paid beforehand, where any of the products asks for it: the largest share, by that product's terms."""
    asking = [one.card for one in baskets if one.card.product.deposit_bp]
    if not asking:
        return {}
    card = max(asking, key=lambda one: one.product.deposit_bp or 0)
    slot = slots.of(db, handover.slot_id)
    day = slot.day if slot else card.batch.delivers_on
    begins = datetime.combine(day, time(), tzinfo=db.zone) if day else None
    return policy(card.product, begins)


BALANCE_HOUR = time(20, 0)


def policy(product: Product, day: datetime | None) -> dict[str, object]:
    """What a deposit means for an order handed over on a day: frozen with it, and shown before it is paid.

    Who cancels on H-2 (``forfeit_days``) still gets it back; from the next midnight on it is the seller's. Without a
    day nothing is forfeited.
    """
    if day is None:
        return {"deposit_bp": product.deposit_bp}
    due = datetime.combine((day - timedelta(days=product.balance_days)).date(), BALANCE_HOUR, tzinfo=day.tzinfo)
    forfeits_at = day - timedelta(days=product.forfeit_days - 1)
    return {"deposit_bp": product.deposit_bp, "balance_due_at": due, "forfeits_at": forfeits_at}


def closes_first(batch: Batch) -> tuple[bool, datetime, int]:
    """Of several batches the one that closes first leads; ready stock never closes."""
    return batch.closes_at is None, batch.closes_at or datetime.max.replace(tzinfo=UTC), batch.id


def numbers(db: Writer, shop_id: int, *, with_code: bool) -> tuple[int, int]:
    """The next order number and unique code of a shop. This step also lines up everybody who orders there at once."""
    turn = Shop.next_unique_code % UNIQUE_CODES + 1 if with_code else Shop.next_unique_code
    taken = db.execute(
        update(Shop)
        .where(Shop.id == shop_id)
        .values(next_order=Shop.next_order + 1, next_unique_code=turn)
        .returning(Shop.next_order, Shop.next_unique_code)
        .execution_options(synchronize_session=False)
    ).one()
    return taken.next_order - 1, (taken.next_unique_code - 2) % UNIQUE_CODES + 1


def next_code(db: Writer, shop_id: int) -> int:
    """The next unique code alone, for a total that is known only later."""
    turn = Shop.next_unique_code % UNIQUE_CODES + 1
    moved = update(Shop).where(Shop.id == shop_id).values(next_unique_code=turn).returning(Shop.next_unique_code)
    following = db.execute(moved.execution_options(synchronize_session=False)).scalar_one()
    return (following - 2) % UNIQUE_CODES + 1


def unique_code(db: Writer, shop_id: int, amount: int | None, first: int, now: datetime) -> int:
    """A few rupiah off, so that no two totals a seller looks for are equal; none free means no code.

    A total also keeps clear of orders closed in the last 48 hours: their money may still come.
    """
    if amount is None or amount <= UNIQUE_CODES:
        return 0
    near = Order.total.between(amount - UNIQUE_CODES, amount)
    recent = or_(Order.is_open, Order.closed_at > now - REMEMBERED_TOTALS)
    taken = set(db.scalars(select(Order.total).where(Order.shop_id == shop_id, near, recent)))
    codes = [(first + step - 1) % UNIQUE_CODES + 1 for step in range(UNIQUE_CODES)]
    chosen = next((code for code in codes if amount - code not in taken), 0)
    if chosen != first:
        go_on = chosen % UNIQUE_CODES + 1 if chosen else first
        db.execute(update(Shop).where(Shop.id == shop_id).values(next_unique_code=go_on))
    return chosen


def write_order(db: Writer, buyer_id: int, card: Card, wish: Wish, terms: Terms, now: datetime) -> Order:
    fee = terms.fee
    values: dict[str, Any] = {
        "shop_id": card.shop.id,
        "buyer_id": buyer_id,
        "number": terms.number,
        "code": f"{card.shop.letters}-{terms.number:04d}",
        "currency": card.shop.currency,
        "batch_id": card.batch.id,
        "handover": wish.handover.kind,
        "goods": wish.goods,
        "fee": fee.amount,
        "courier_paid_by_buyer": fee.by_courier,
        "unique_code": terms.code,
        "total": None if fee.amount is None else wish.goods - benefit_of(wish, terms.thanks) + fee.amount - terms.code,
        "state": "placed",
        "is_open": True,
        "placed_at": now,
        "hold_until": terms.hold_until,
        "release_held": False,
        "slot_id": wish.handover.slot_id,
        "is_resale": is_resale(card, wish),
        "benefit_bp": terms.thanks.benefit_bp,
        "discount": benefit_of(wish, terms.thanks),
        "cause_id": terms.cause_id,
        **terms.deposit,
    }
    return Order(id=rows.add(db, Order, **values), **values)


def hold_until(card: Card, fee: Fee, now: datetime) -> datetime:
    """Two hours to pay; while the seller still has to name a fee, a day, or until the batch closes."""
    if fee.amount is not None:
        return now + HOLD
    latest = now + FEE_ANSWERED_WITHIN
    return min(latest, card.batch.closes_at) if card.batch.closes_at else latest


def write_lines(
    db: Writer, baskets: Sequence[Basket], order: Order, *, first: int = 0, discount: int = 0
) -> Sequence[OrderLine]:
    """Snapshots: a later change of the product changes no order. ``discount``: what is taken off all of them."""
    wanted = [(basket.card, variant, quantity) for basket in baskets for variant, quantity in basket.wanted]
    off = spread(discount, [variant.price * quantity for _, variant, quantity in wanted])
    lines = [
        {
            "shop_id": order.shop_id,
            "order_id": order.id,
            "position": position,
            "product_id": card.product.id,
            "variant_id": variant.id,
            "batch_id": card.batch.id,
            "product_name": card.product.name,
            "variant_name": variant.name,
            "unit": card.product.unit,
            "kind": card.product.kind,
            "quantity": quantity,
            "price": variant.price,
            "amount": variant.price * quantity,
            "currency": order.currency,
            "discount": part,
            "refunded": 0,
        }
        for position, ((card, variant, quantity), part) in enumerate(zip(wanted, off, strict=True), first)
    ]
    db.execute(insert(OrderLine), lines)
    return [OrderLine(**line) for line in lines]


def write_payment(db: Writer, order: Order) -> Payment:
    values = {
        "shop_id": order.shop_id,
        "order_id": order.id,
        "amount": order.total,
        "currency": order.currency,
        "state": "due",
        "part": "whole",
    }
    if order.deposit_bp:
        values |= {"part": "deposit", "amount": None if order.total is None else min(deposit(order), order.total)}
    return Payment(id=rows.add(db, Payment, **values), **values)


def write_recipient(db: Writer, order: Order, handover: Handover) -> Recipient:
    values = {"name": handover.name, "address": handover.address, "landmark": handover.landmark}
    if order.is_resale:
        values["sender"] = name_of(db, order.buyer_id)
    row = {"order_id": order.id, "person_id": order.buyer_id, **values}
    db.execute(insert(Recipient).values(**row))
    return Recipient(**row)


def schedule_hold(db: Writer, order: Order) -> None:
    assert order.hold_until, "an order just placed is held"
    remind_at = order.hold_until - paying.REMINDED_BEFORE
    chores.schedule(db, "hold_reminder", order.id, remind_at)
