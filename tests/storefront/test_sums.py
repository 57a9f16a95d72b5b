"""Whatever people order, change, cancel, keep or wait for: every count and every sum that anybody is shown adds up."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bots.screens import buyer, inbox, lists, seller
from storefront import chores, timetable, verifying
from storefront.database import Database, Writer
from storefront.models import Batch, Order, Payment, Shop
from storefront.phrases import Voice
from storefront.refusals import Refusal
from storefront.selling import batches, catalogue, editing, preorders, slots, waiting
from storefront.selling.orders import changing, confirming, entering, finding, fulfilling, paying, placing
from storefront.selling.orders.views import facts
from tests.builders import HOME, NOW, a_person, a_product, a_shop, a_wish
from tests.conftest import JAKARTA, vault

RUPIAH = re.compile(r"Rp([\d.]+)")
COUNTED = re.compile(r"(\d+) (?:polos|keju)")

WHO, WHICH, NONE = st.integers(0, 4), st.integers(0, 4), st.none()
ORDER = st.tuples(st.just("order"), WHO, st.integers(0, 2), st.integers(0, 2))
CHANGE = st.tuples(st.just("change"), WHICH, st.integers(0, 2), st.integers(0, 2))
PAY = st.tuples(st.just("pay"), WHICH, st.sampled_from([True, True, False]), NONE)
CANCEL = st.tuples(st.just("cancel"), WHICH, NONE, NONE)
DEEDS = st.one_of(
    *(ORDER, ORDER, ORDER, CHANGE, CHANGE, CHANGE, PAY, PAY, CANCEL),  # what happens most comes up most
    st.tuples(st.just("cash"), WHICH, NONE, NONE),
    st.tuples(st.just("keep"), WHICH, NONE, NONE),
    st.tuples(st.just("wait"), WHO, st.integers(1, 3), NONE),
    st.tuples(st.just("quota"), st.integers(6, 20), NONE, NONE),
    st.tuples(st.just("cheese"), st.integers(1, 6), NONE, NONE),
    st.tuples(st.just("price"), st.integers(1, 90), NONE, NONE),
    st.tuples(st.just("send"), WHICH, NONE, NONE),
    st.tuples(st.just("later"), st.integers(10, 100), NONE, NONE),
    st.tuples(st.just("round"), st.sampled_from(["again", "run", "move", "move", "off"]), NONE, NONE),
)


BEGUN = (("order", 0, 1, 1), ("pay", 0, True, None), ("order", 1, 2, 0), ("pay", 0, True, None), ("order", 2, 0, 1))


@dataclass
class World:
    """A shop, its batch, its people, and the hour."""

    database: Database
    shop_id: int = 0
    product_id: int = 0
    people: list[int] = field(default_factory=list)
    now: Any = NOW

    def open(self) -> None:
        with self.database.write() as db:
            shop = a_shop(db)
            card = a_product(db, shop, quota=14, minimum=3)
            slots.set_slot(db, shop.id, date(2026, 6, 20), "09:00", "11:00", 3, "deliver")
            self.shop_id, self.product_id = shop.id, card.product.id
            self.people = [a_person(db, f"neighbour{number}") for number in range(5)]

    def order(self, db: Writer, who: int, plain: int, cheese: int) -> None:
        card = catalogue.card(db, self.product_id)
        day = slots.of_day(db, self.shop_id, card.batch.delivers_on, self.now.date(), "deliver")
        home = HOME if not day or who % 2 else type(HOME)("deliver", "Sari", "Griya Asri C2/5", None, day[0].id)
        if plain + cheese:
            placing.place(db, self.people[who], card, a_wish(card, plain, cheese, home), self.now)

    def change(self, db: Writer, which: int, plain: int, cheese: int) -> None:
        order, card = self.picked(db, which), catalogue.card(db, self.product_id)
        if order and plain + cheese:
            changing.change_quantity(db, order.id, order.buyer_id, a_wish(card, plain, cheese), self.now)

    def pay(self, db: Writer, which: int, confirmed: bool, _: None) -> None:
        if order := self.picked(db, which):
            paying.choose(db, order.id, order.buyer_id, "qris", self.now)
            paying.claim(db, order.id, order.buyer_id, None, self.now)
            if confirmed:
                confirming.confirm(db, order.id, self.owner(db), self.now)

    def cash(self, db: Writer, which: int, *_: None) -> None:
        if order := self.picked(db, which):
            paying.choose(db, order.id, order.buyer_id, "cod", self.now)
            paying.accept_cod(db, order.id, self.owner(db), self.now)

    def cancel(self, db: Writer, which: int, *_: None) -> None:
        if order := self.picked(db, which):
            changing.cancel(db, order.id, order.buyer_id, self.now)

    def keep(self, db: Writer, which: int, *_: None) -> None:
        if order := self.picked(db, which):
            paying.reserve(db, order.id, order.buyer_id, self.now)

    def wait(self, db: Writer, who: int, many: int, _: None) -> None:
        waiting.join(db, self.product_id, self.people[who], many, self.now)

    def quota(self, db: Writer, many: int, *_: None) -> None:
        editing.set_quota(db, catalogue.card(db, self.product_id), many, self.now)

    def cheese(self, db: Writer, many: int, *_: None) -> None:
        editing.set_variant_quota(db, catalogue.card(db, self.product_id), "keju", many)

    def price(self, db: Writer, thousands: int, *_: None) -> None:
        editing.set_price(db, catalogue.card(db, self.product_id), thousands * 1_000)

    def send(self, db: Writer, which: int, *_: None) -> None:
        if order := self.picked(db, which):
            fulfilling.send(db, order.id, self.owner(db), self.now)

    def later(self, _: Writer, minutes: int, *__: None) -> None:
        self.now += timedelta(minutes=minutes)

    def round(self, db: Writer, what: str, *_: None) -> None:
        card = catalogue.card(db, self.product_id)
        if card.batch.closed_at is None:
            editing.close_now(db, card, self.now)
        elif what == "again":
            preorders.open_again(db, card.batch.id, self.now)
        elif what == "run":
            preorders.run(db, card.batch.id)
        elif what == "move":
            preorders.move(db, card.batch.id, self.now)
        else:
            preorders.call_off(db, card.batch.id, self.owner(db), self.now)

    def picked(self, db: Writer, which: int) -> Order | None:
        mine = select(Order).where(Order.shop_id == self.shop_id).order_by(Order.id.desc()).limit(10)
        found = db.scalars(mine.execution_options(populate_existing=True)).all()
        return found[which % len(found)] if found else None

    def owner(self, db: Writer) -> int:
        return db.get_one(Shop, self.shop_id).owner_id

    def do(self, deed: str, *args: Any) -> None:
        """One deed in a transaction of its own; a refusal leaves everything as it was. Then whatever is due."""
        try:
            with self.database.write() as db:
                getattr(self, deed)(db, *args)
        except Refusal:
            pass
        timetable.run_due(self.database, self.now)


def amounts(text: object) -> list[int]:
    return [int(found.replace(".", "")) for found in RUPIAH.findall(str(text))]


def check_orders(db: Writer, world: World, t: Voice) -> None:
    """What a buyer is told of an order: goods and fee less the code are the total, lines are the goods."""
    for order_id in db.scalars(select(Order.id).where(Order.shop_id == world.shop_id)).all():
        told = facts(db, order_id)
        assert sum(amount for *_, amount in told["lines"]) == told["goods"]
        parts = amounts(buyer.summary(t, told).splitlines()[0])
        signs = [1, *([1] if told["fee"] else []), *([-1] if told["unique_code"] and told["method"] != "cod" else [])]
        *summands, total = parts if len(parts) > 1 else [*parts, *parts]
        assert sum(sign * part for sign, part in zip(signs, summands, strict=True)) == total == told["total"]


def check_batches(db: Writer, world: World, t: Voice) -> None:
    """Cook list, delivery list, group list and what is left say the same of every batch."""
    for batch in db.scalars(select(Batch).where(Batch.shop_id == world.shop_id)).all():
        of_day = batches.lists(db, batch.id)
        cooked = sum(quantity for quantity, _ in of_day["cook"])
        brought = [line[0] for stop in [*of_day["road"], *of_day["pickup"]] for line in stop["lines"]]
        assert sum(brought) == cooked
        shown = str(seller.lists(t, of_day).text)
        assert sum(map(int, COUNTED.findall(shown))) == 2 * cooked
        printed = entering.group_list(db, batch.id)
        listed = sum(quantity for order in printed["orders"] for quantity, _ in order["lines"])
        assert sum(map(int, COUNTED.findall(str(lists.printed(t, printed))))) == listed
        offered = [place.quantity for place in waiting_in(db, batch.id)]
        if batch.quota is not None:
            assert listed + sum(offered) + printed["left"] == max(batch.quota, batch.taken)


def waiting_in(db: Writer, batch_id: int) -> Any:
    from storefront.models import WaitingPlace

    return db.scalars(select(WaitingPlace).where(WaitingPlace.batch_id == batch_id, WaitingPlace.state == "offered"))


def check_inbox(db: Writer, world: World, t: Voice) -> None:
    """The seller's inbox shows every open order once, with the total its buyer was told."""
    found, total = finding.open_of_shops(db, [world.shop_id], 100)
    open_ = select(Order).where(Order.shop_id == world.shop_id, Order.is_open, Order.state != "received")
    assert {one["order"]: one["total"] for one in found} == {one.id: one.total for one in db.scalars(open_)}
    assert len(found) == total
    shown = inbox.orders(t, found, total)
    assert sorted(amounts(shown.text)) == sorted(one["total"] for one in found)
    owed = finding.unpaid_of_shops(db, [world.shop_id], 100)
    assert {one["order"] for one in owed} <= {one["order"] for one in found}


def check_money(db: Writer, world: World) -> None:
    """What a payment is of, and what its order comes to, never part."""
    rows = select(Order, Payment).join(Payment, Payment.order_id == Order.id).where(Order.shop_id == world.shop_id)
    for order, payment in db.execute(rows.execution_options(populate_existing=True)):
        assert payment.amount == order.total


@pytest.mark.both
@settings(
    max_examples=9, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(deeds=st.lists(DEEDS, min_size=12, max_size=40))
def test_every_count_and_sum_adds_up(deeds: list[tuple[Any, ...]], new_url: Callable[[], str]) -> None:
    """Every example has a database of its own: what one of them breaks must not be found in the next."""
    database = Database(new_url(), vault(), JAKARTA)
    try:
        world, t = World(database), Voice("id", JAKARTA)
        world.open()
        for deed in [*BEGUN, *deeds]:
            world.do(*deed)
        with database.write() as db:
            assert list(verifying.problems(db)) == []
            assert chores.first_due(db, world.now) is None  # nothing failed by itself
            check_orders(db, world, t)
            check_batches(db, world, t)
            check_inbox(db, world, t)
            check_money(db, world)
    finally:
        database.close()
