"""The life of an order in the demo's history: placed, paid, sent, received, liked; or forgotten, cancelled, complained.

Every step is the use case that the chat would call, at a moment at which people do such things.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from bots.demo.cast import RINA, SARI, Household, Neighbour, Ware
from bots.demo.town import Stall, Town
from referral.attribution import Claim
from storefront.database import Writer
from storefront.earning import touches
from storefront.models import Batch, Deal, Order
from storefront.selling import cases, catalogue
from storefront.selling.catalogue import Card
from storefront.selling.delivery import Handover
from storefront.selling.orders import changing, confirming, fulfilling, paying, placing
from storefront.selling.orders.placing import Wish
from storefront.selling.orders.views import Whole

FATES = ("paid", "cash", "forgets", "cancels", "complains")
CHANCES = (80, 10, 4, 4, 2)
STARS = (5, 4, 3)
STAR_CHANCES = (70, 24, 6)
PICKED_UP = 0.12
RECEIVED = 0.9
REVIEWED = 0.6


@dataclass(frozen=True)
class Errand:
    """What a household is going to want: of which ware, through whom, and what will become of it."""

    stall: Stall
    ware: Ware
    household: Household
    through: Neighbour | None
    fate: str


@dataclass(frozen=True)
class Sold:
    """An order on its way through the calendar."""

    errand: Errand
    order_id: int
    code: str
    buyer_id: int

    @property
    def seller(self) -> str:
        return self.errand.stall.trade.seller

    @property
    def seller_id(self) -> int:
        return self.errand.stall.owner_id


def a_fate(town: Town) -> str:
    return town.dice.choices(FATES, CHANCES)[0]


def place(town: Town, errand: Errand, now: datetime) -> None:
    """She meets the code if a neighbour sent her, and orders."""
    with town.write() as db:
        buyer_id = town.meet(db, errand.household.who, now)
        deal_id = errand.stall.deals.get(errand.through) if errand.through else None
        if deal_id:
            touches.remember(db, db.get_one(Deal, deal_id), buyer_id, Claim.LINK, now)
        card = catalogue.card(db, errand.stall.products[errand.ware.name])
        placed = placing.place(db, buyer_id, card, a_wish(town, card, errand.household), now)
        order = placed.order
        town.fates[order.id] = errand.fate
        after_placing(town, Sold(errand, order.id, order.code, buyer_id), placed, now)


def a_wish(town: Town, card: Card, household: Household) -> Wish:
    """One or two of the plain one, sometimes one with everything."""
    plain = town.dice.choices((1, 2, 3), (55, 35, 10))[0]
    rich = town.dice.choices((0, 1, 2), (60, 32, 8))[0] if len(card.variants) > 1 else 0
    wanted = [(card.variants[0], plain), *([(card.variants[1], rich)] if rich else [])]
    if household.who != SARI and town.dice.random() < PICKED_UP:
        return Wish(tuple(wanted), Handover("pickup", household.name))
    return Wish(tuple(wanted), Handover("deliver", household.name, household.address))


def after_placing(town: Town, sold: Sold, placed: Whole, now: datetime) -> None:
    """An area nobody named is the seller's to price; then it is paid, unless she forgets."""
    wait = town.dice.randint(3, 40)
    if placed.order.total is None:
        fee = town.dice.choice((8_000, 10_000, 12_000))
        town.calendar.soon(now, wait, partial(name_fee, town, sold, fee))
        wait += town.dice.randint(5, 30)
    if sold.errand.fate == "forgets":
        return
    pay = pay_cash if sold.errand.fate == "cash" else pay_ahead
    town.calendar.soon(now, wait, partial(pay, town, sold))


def name_fee(town: Town, sold: Sold, fee: int, now: datetime) -> None:
    with town.write() as db:
        changing.set_fee(db, sold.order_id, sold.seller_id, fee, now)


# -- paying ------------------------------------------------------------------------------------------


def pay_ahead(town: Town, sold: Sold, now: datetime) -> None:
    way = "qris" if sold.errand.stall.trade.account == "qris" else "transfer"
    with town.write() as db:
        paying.choose(db, sold.order_id, sold.buyer_id, way, now)
        paying.claim(db, sold.order_id, sold.buyer_id, None, now)
    town.calendar.soon(now, town.dice.randint(4, 75), partial(confirm, town, sold))


def confirm(town: Town, sold: Sold, now: datetime) -> None:
    """*Uang masuk*; ready stock goes out the next morning."""
    by_seller(town, sold, "Uang masuk", confirming.confirm, now)
    if sold.errand.fate == "cancels":
        town.calendar.soon(now, town.dice.randint(60, 300), partial(cancel, town, sold))
    if sold.errand.ware.closes is None and sold.errand.fate != "cash":
        next_morning(town, sold, now)


def next_morning(town: Town, sold: Sold, now: datetime) -> None:
    local = now.astimezone(town.hub.zone) + timedelta(days=1)
    morning = local.replace(hour=9, minute=town.dice.randint(5, 50))
    town.calendar.note(morning, partial(send_one, town, sold))


def pay_cash(town: Town, sold: Sold, now: datetime) -> None:
    """Cash at the door: a stranger is accepted by the seller first."""
    with town.write() as db:
        chosen = paying.choose(db, sold.order_id, sold.buyer_id, "cod", now)
        if chosen.payment.accepted_at is None:
            town.calendar.soon(now, 20, partial(by_seller, town, sold, "Terima COD", paying.accept_cod))
    if sold.errand.ware.closes is None:
        next_morning(town, sold, now)


def by_seller(
    town: Town, sold: Sold, label: str, verb: Callable[[Writer, int, int, datetime], object], now: datetime
) -> None:
    """What the seller does: with her own thumb where her phone is shown, else by the use case behind the button."""
    if town.taps(sold.seller, label, sold.code):
        return
    with town.write() as db:
        verb(db, sold.order_id, sold.seller_id, now)


def cancel(town: Town, sold: Sold, now: datetime) -> None:
    """She changes her mind in time, and her money comes back."""
    cancelled = False
    with town.write() as db:
        changing.cancel(db, sold.order_id, sold.buyer_id, now)
        cancelled = True
    if cancelled:
        town.calendar.soon(now, 45, partial(send_back, town, sold))
        town.calendar.soon(now, 180, partial(refunded, town, sold))


def send_back(town: Town, sold: Sold, now: datetime) -> None:
    by_seller(town, sold, "Sudah saya kembalikan", changing.refund_sent, now)


def refunded(town: Town, sold: Sold, now: datetime) -> None:
    with town.write() as db:
        changing.refund_arrived(db, sold.order_id, sold.buyer_id, now)


# -- bringing ----------------------------------------------------------------------------------------


def send_one(town: Town, sold: Sold, now: datetime) -> None:
    by_seller(town, sold, "Dikirim", fulfilling.send, now)
    after_sending(town, sold.errand.stall, sold.order_id, now)


def send_batch(town: Town, stall: Stall, ware: Ware, now: datetime) -> None:
    """*Semua berangkat*: what is to be brought, and what will be picked up."""
    batch_id = batch_of(town, stall, ware, now)
    if stall.trade.seller == RINA:
        town.taps(RINA, "Semua berangkat", ware.name)
    with town.write() as db:
        for way in ("deliver", "pickup"):
            fulfilling.send_all(db, batch_id, way, stall.owner_id, now)
    with town.hub.database.read() as db:
        sent = db.scalars(select(Order.id).where(Order.batch_id == batch_id, Order.state == "sent").order_by(Order.id))
        order_ids = list(sent)
    for order_id in order_ids:
        after_sending(town, stall, order_id, now)


def batch_of(town: Town, stall: Stall, ware: Ware, now: datetime) -> int:
    """The batch that goes out today; the next one may be open already."""
    day = now.astimezone(town.hub.zone).date()
    with town.hub.database.read() as db:
        mine = (Batch.product_id == stall.products[ware.name], Batch.delivers_on == day)
        return db.scalars(select(Batch.id).where(*mine).order_by(Batch.id)).one()


def after_sending(town: Town, stall: Stall, order_id: int, now: datetime) -> None:
    """It arrives some hours later; most people say so, and some say how it was."""
    with town.hub.database.read() as db:
        order = db.get_one(Order, order_id)
    if order.state != "sent" or (town.calendar.is_live and order.buyer_id == town.person_ids.get(SARI)):
        return
    fate = town.fates.get(order_id, "paid")
    wait, says_so, likes = town.dice.randint(60, 420), town.dice.random() < RECEIVED, town.dice.random() < REVIEWED
    stars = town.dice.choices(STARS, STAR_CHANCES)[0] if likes else None
    if fate == "complains":
        town.calendar.soon(now, wait, partial(complain, town, order))
    elif says_so or fate == "cash":
        town.calendar.soon(now, wait, partial(receive, town, stall, order, stars))


def receive(town: Town, stall: Stall, order: Order, stars: int | None, now: datetime) -> None:
    with town.write() as db:
        w = fulfilling.receive(db, order.id, order.buyer_id, now)
        if stars:
            fulfilling.review(db, order.id, order.buyer_id, stars, now)
        if w.payment.state != "confirmed":
            town.calendar.soon(now, 30, partial(cash_arrives, town, stall, order))


def cash_arrives(town: Town, stall: Stall, order: Order, now: datetime) -> None:
    if town.taps(stall.trade.seller, "Uang masuk", order.code):
        return
    with town.write() as db:
        confirming.confirm(db, order.id, stall.owner_id, now)


def complain(town: Town, order: Order, now: datetime) -> None:
    """Something was wrong, and the seller puts it right the next day."""
    with town.write() as db:
        cases.report(db, order.id, order.buyer_id, now)
    town.calendar.soon(now, 20 * 60, partial(settle, town, order))


def settle(town: Town, order: Order, now: datetime) -> None:
    with town.write() as db:
        cases.put_right(db, order.id, order.buyer_id, now)
