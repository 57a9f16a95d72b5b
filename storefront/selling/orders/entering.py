"""Orders a seller writes down herself: told to her at the door, on the phone, or collected in a group's list.

They are orders like every other, taken out of the same batches. Whom they are for is known by name only.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from referral.terms import RECREATED_WITHIN
from storefront import outbox, people
from storefront.database import Reader, Writer
from storefront.models import PAYMENT_OF_ORDER, Attribution, Batch, Order, OrderLine, Payment, Product, Recipient
from storefront.reading.lists import Entry
from storefront.refusals import BatchClosed, ListClosed, ListTooLong, SoldOut
from storefront.selling import batches, catalogue
from storefront.selling.batches import label
from storefront.selling.catalogue import Card
from storefront.selling.delivery import Handover
from storefront.selling.orders import confirming, paying, placing
from storefront.selling.orders.placing import Basket, Wish
from storefront.selling.orders.views import Whole


def enter(db: Writer, seller_id: int, language: str, entries: Sequence[Entry], now: datetime) -> list[Whole]:
    """Write all of them down, or none. Raises `ListTooLong` or `ListClosed`."""
    products = tuple({line.product_id for one in entries for line in one.lines})
    cards = {card.product.id: card for card in catalogue.cards(db, products)}
    try:
        return [entered(db, seller_id, language, one, cards, now) for one in entries]
    except SoldOut as too_many:
        raise ListTooLong(**too_many.facts) from too_many
    except BatchClosed as closed:
        raise ListClosed(**closed.facts) from closed


def entered(db: Writer, seller_id: int, language: str, one: Entry, cards: dict[int, Card], now: datetime) -> Whole:
    """One order. The seller vouches for it, so it is cooked whether it is paid by now or not."""
    main, *more = baskets_of(one, cards)
    kind = "deliver" if one.place else "pickup"
    wish = Wish(main.wanted, Handover(kind, one.name, one.place), tuple(more))
    buyer_id = people.guest(db, main.card.shop.id, one.name, language, now)
    before = written_again(db, main.card.shop.id, one, now)
    noted = placing.note(db, buyer_id, main.card, wish, now, recreates=before.id if before else None)
    if before:
        tell_of_it(db, noted, before, now)
    paying.accept(db, noted.order.id, now)
    paying.step(db, noted.order, "entered", seller_id, now)
    if one.is_paid and seller_id == main.card.shop.owner_id:  # whoever helps notes the order; the money is the owner's
        confirming.confirm(db, noted.order.id, seller_id, now)
    return noted


def written_again(db: Reader, shop_id: int, one: Entry, now: datetime) -> Order | None:
    """An order through a code that was cancelled lately, of the same product, for the same name or door.

    Written down anew it is still the order a creator brought.
    """
    lately = (Order.shop_id == shop_id, Order.state == "cancelled", Order.closed_at > now - RECREATED_WITHIN)
    same = or_(
        func.lower(Recipient.name) == one.name.lower(),
        and_(Recipient.address.is_not(None), func.lower(Recipient.address) == (one.place or "").lower()),
    )
    products = {line.product_id for line in one.lines}
    found = (
        select(Order)
        .join(Attribution, Attribution.order_id == Order.id)
        .join(Recipient, Recipient.order_id == Order.id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(*lately, same, Attribution.creator_id.is_not(None), OrderLine.product_id.in_(products))
        .where(Order.id.not_in(select(Attribution.recreates).where(Attribution.recreates.is_not(None))))
    )
    return db.scalar(found.order_by(Order.id.desc()).limit(1))


def tell_of_it(db: Writer, noted: Whole, before: Order, now: datetime) -> None:
    """The seller hears that it thanks the same code; the creator sees it with the order's money."""
    thanked = db.get_one(Attribution, noted.order.id)
    if thanked.code is None:
        return
    facts = {"order": noted.order.code, "before": before.code, "code": thanked.code}
    outbox.tell(db, noted.shop.owner_id, "recreated", facts, now)


def baskets_of(one: Entry, cards: dict[int, Card]) -> list[Basket]:
    """What one line wants, product by product, each variant once."""
    wanted: dict[int, dict[int, int]] = {}
    for line in one.lines:
        position = cards[line.product_id].variant(line.option).position
        sums = wanted.setdefault(line.product_id, {})
        sums[position] = sums.get(position, 0) + line.quantity
    return [
        Basket(card, tuple((v, sums[v.position]) for v in card.variants if v.position in sums))
        for card, sums in ((cards[product], sums) for product, sums in wanted.items())
    ]


def lacking(db: Reader, entries: Iterable[Entry]) -> list[tuple[str, int, int]]:
    """What a list wants more of than there is: the product, how many it wants, how many are left."""
    wanted: dict[int, int] = {}
    for line in (line for one in entries for line in one.lines):
        wanted[line.product_id] = wanted.get(line.product_id, 0) + line.quantity
    cards = [(card, wanted[card.product.id]) for card in catalogue.cards(db, tuple(wanted))]
    return [(card.product.name, n, card.left) for card, n in cards if card.left is not None and n > card.left]


def without_a_kind(db: Reader, entries: Sequence[Entry]) -> list[Entry]:
    """Entries that leave open which kind is meant, of a product that has no plain one."""
    cards = catalogue.cards(db, tuple({line.product_id for one in entries for line in one.lines}))
    kinds_only = {card.product.id for card in cards if not card.has_plain}
    return [one for one in entries if any(line.product_id in kinds_only and not line.option for line in one.lines)]


def names_on(db: Reader, entries: Iterable[Entry]) -> set[str]:
    """Who stands already on the lists of the batches that these entries would come out of, in small letters."""
    products = tuple({line.product_id for one in entries for line in one.lines})
    lists = [group_list(db, card.batch.id) for card in catalogue.cards(db, products)]
    return {order["name"].casefold() for facts in lists for order in facts["orders"]}


def group_list(db: Reader, batch_id: int) -> dict[str, Any]:
    """Everybody who ordered from a batch, in the shape a group keeps it, with what is left."""
    batch, product = db.execute(
        select(Batch, Product)
        .join(Product, Product.id == Batch.product_id)
        .where(Batch.id == batch_id)
        .execution_options(populate_existing=True)
    ).one()
    rows = db.execute(
        select(Order, OrderLine, Payment, Recipient)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Payment, PAYMENT_OF_ORDER)
        .outerjoin(Recipient, Recipient.order_id == Order.id)
        .where(OrderLine.batch_id == batch_id, OrderLine.quantity > 0, Order.state.in_(["placed", "sent", "received"]))
        .order_by(Order.id, OrderLine.position)
    ).all()
    orders: dict[int, dict[str, Any]] = {}
    for order, line, payment, recipient in rows:
        name = recipient.name if recipient else ""
        new = {"order": order.id, "code": order.code, "name": name, "paid": payment.state == "confirmed", "lines": []}
        orders.setdefault(order.id, new)["lines"].append([line.quantity, label(line, alone=True)])
    return {
        "batch": batch_id,
        "product": product.name,
        "unit": product.unit,
        "closes_at": batch.closes_at.isoformat() if batch.closes_at and not batch.closed_at else None,
        "delivers_on": batch.delivers_on.isoformat() if batch.delivers_on else None,
        "day_part": batch.day_part,
        "left": None if batch.quota is None else max(batch.quota - batch.taken, 0),
        "orders": list(orders.values()),
    }


def batches_of(noted: Iterable[Whole]) -> list[int]:
    """The batches that orders came out of."""
    return sorted({batch_id for one in noted for batch_id in batches.by_batch(one.lines)})
