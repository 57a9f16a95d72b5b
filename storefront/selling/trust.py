"""What a shop is trusted with, and by whom: counts that others confirmed, and a limit while nobody has yet.

Nobody counts for himself. A seller's number is how many different buyers said that they have received something; a
buyer's number is how many orders the seller said were paid.
"""

from sqlalchemy import func, select

from storefront.database import Reader
from storefront.models import PAYMENT_OF_ORDER, Customer, Order, Payment, Shop
from storefront.refusals import ShopFull
from storefront.selling.orders.views import Whole

BUYERS_UNTIL_TRUSTED = 5
NEW_SHOP_HOLDS_MOST = 1_000_000  # in whole rupiah: what a stranger could run away with, and no more


def buyers_who_received(db: Reader, shop_id: int, most: int = 1_000) -> int:
    """How many different buyers have confirmed that something of this shop reached them."""
    said_so = select(Customer.person_id).where(Customer.shop_id == shop_id, Customer.received > 0).limit(most)
    return db.scalar(select(func.count()).select_from(said_so.subquery())) or 0


def prepaid_and_unfulfilled(db: Reader, shop_id: int) -> int:
    """What buyers have paid this shop, or say they have, for orders that have not reached them yet."""
    here = (Order.shop_id == shop_id, Order.is_open, Order.state == "placed")
    said = (Payment.state.in_(["claimed", "confirmed"]), Payment.method.is_distinct_from("cod"))
    money = select(func.coalesce(func.sum(Payment.amount), 0)).join(Order, PAYMENT_OF_ORDER)
    before = select(func.coalesce(func.sum(Payment.amount), 0)).join(Order, Payment.order_id == Order.id)
    deposits = before.where(*here, Payment.part == "deposit", Payment.state == "confirmed")
    return int(db.scalar(money.where(*here, *said)) or 0) + int(db.scalar(deposits) or 0)


def must_be_trusted(db: Reader, w: Whole) -> None:
    """A new shop may hold only so much prepaid money. Raises `ShopFull`: the buyer may pay in cash, or wait."""
    if buyers_who_received(db, w.shop.id, BUYERS_UNTIL_TRUSTED) >= BUYERS_UNTIL_TRUSTED:
        return
    if prepaid_and_unfulfilled(db, w.shop.id) + (w.payment.amount or 0) > NEW_SHOP_HOLDS_MOST:
        raise ShopFull(shop=w.shop.name)


def received_here(db: Reader, shop: Shop) -> int:
    return buyers_who_received(db, shop.id)


def paid_here(db: Reader, shop_id: int, person_id: int) -> int:
    """How many orders of this buyer the seller has confirmed as paid."""
    customer = db.get(Customer, (shop_id, person_id), populate_existing=True)
    return customer.paid if customer else 0
