"""Whatever is paid, in parts or too much, given back, fought over or forgotten: every total stays right."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from referral import commissions
from referral.attribution import Claim
from storefront import chores, people, privacy, timetable, verifying
from storefront.database import Database, Writer
from storefront.earning import payouts, touches
from storefront.models import (
    Attribution,
    Commission,
    Coupon,
    Deal,
    Order,
    OrderLine,
    Payment,
    Payout,
    Problem,
    Product,
    Receipt,
    Refund,
    Shop,
    Transfer,
)
from storefront.refusals import Refusal
from storefront.selling import cases, catalogue, coupons
from storefront.selling.coupons import Terms
from storefront.selling.orders import changing, confirming, fulfilling, paying, placing, refunding
from tests.builders import NOW, a_deal, a_person, a_product, a_shop, a_wish
from tests.conftest import JAKARTA, vault

WHO, WHICH, NONE = st.integers(0, 3), st.integers(0, 4), st.none()
RUPIAH = st.sampled_from([1, 5_000, 17_500, 64_983, 65_000, 200_000])
DEEDS = st.one_of(
    *[st.tuples(st.just("order"), WHO, st.integers(0, 2), st.booleans())] * 3,
    *[st.tuples(st.just("pay"), WHICH, st.sampled_from(["all", "all", "short", "over"]), NONE)] * 3,
    st.tuples(st.just("coupon"), WHICH, NONE, NONE),
    *[st.tuples(st.just("change"), WHICH, st.integers(0, 2), NONE)] * 2,
    st.tuples(st.just("undo"), WHICH, NONE, NONE),
    st.tuples(st.just("settle_short"), WHICH, st.booleans(), NONE),
    *[st.tuples(st.just("send"), WHICH, NONE, NONE)] * 2,
    st.tuples(st.just("receive"), WHICH, NONE, NONE),
    *[st.tuples(st.just("refund"), WHICH, RUPIAH, NONE)] * 2,
    st.tuples(st.just("home"), WHICH, NONE, NONE),
    *[st.tuples(st.just("problem"), WHICH, st.sampled_from(cases.KINDS), NONE)] * 2,
    st.tuples(st.just("offer"), WHICH, st.sampled_from(cases.OFFERS), RUPIAH),
    st.tuples(st.just("answer"), WHICH, st.booleans(), NONE),
    st.tuples(st.just("decide"), WHICH, st.sampled_from(cases.DECISIONS), RUPIAH),
    st.tuples(st.just("cancel"), WHICH, NONE, NONE),
    st.tuples(st.just("payday"), st.sampled_from(["draft", "send", "confirm", "missing"]), NONE, NONE),
    st.tuples(st.just("erase"), WHO, NONE, NONE),
    st.tuples(st.just("later"), st.sampled_from([10, 200, 1_500, 4_000]), NONE, NONE),
)
BEGUN = (
    *(("order", 0, 1, False), ("pay", 0, "all", None), ("send", 0, None, None), ("later", 4_000, None, None)),
    *(("payday", "draft", None, None), ("order", 1, 2, True), ("pay", 0, "all", None)),
)


@dataclass
class World:
    """A shop with a creator, a product with a deposit and one without, a coupon, people, somebody who mediates."""

    database: Database
    shop_id: int = 0
    products: list[int] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    operator: int = 0
    deal: int = 0
    now: Any = NOW

    def open(self) -> None:
        with self.database.write() as db:
            shop = a_shop(db)
            plain, sure = a_product(db, shop, quota=60), a_product(db, shop, name="Tumpeng", quota=60)
            db.execute(update(Product).where(Product.id == sure.product.id).values(deposit_bp=5_000))
            self.shop_id, self.products = shop.id, [plain.product.id, sure.product.id]
            self.deal = a_deal(db, shop, plain).id
            self.people = [a_person(db, f"neighbour{number}") for number in range(4)]
            self.operator = a_person(db, "Tetua")
            people.change(db, self.operator, is_operator=True)
            coupons.make(db, shop.id, Terms("HEMAT", bp=1_500, least=50_000, most_uses=3), self.now)

    def order(self, db: Writer, who: int, many: int, sure: bool) -> None:
        card = catalogue.card(db, self.products[sure])
        touches.remember(db, db.get_one(Deal, self.deal), self.people[who], Claim.LINK, self.now)
        placing.place(db, self.people[who], card, a_wish(card, 1 + many, many), self.now)

    def change(self, db: Writer, which: int, many: int, _: None) -> None:
        if order := self.picked(db, which):
            line = db.scalars(select(OrderLine.product_id).where(OrderLine.order_id == order.id)).first()
            wish = a_wish(catalogue.card(db, line or 0), 1, many)
            changing.change_quantity(db, order.id, order.buyer_id, wish, self.now)

    def coupon(self, db: Writer, which: int, *_: None) -> None:
        if order := self.picked(db, which):
            coupons.apply(db, order.id, order.buyer_id, "hemat", self.now)

    def pay(self, db: Writer, which: int, how: str, _: None) -> None:
        order = self.picked(db, which)
        if order is None:
            return
        w = paying.choose(db, order.id, order.buyer_id, "qris", self.now)
        paying.claim(db, order.id, order.buyer_id, None, self.now)
        amount = (w.payment.amount or 0) + {"all": 0, "short": -1_983, "over": 55_017}[how]
        confirming.other_amount(db, order.id, self.owner(db), amount, self.now)

    def settle_short(self, db: Writer, which: int, rest: bool, _: None) -> None:
        if order := self.picked(db, which):
            then = confirming.confirm if rest else confirming.accept_short
            then(db, order.id, self.owner(db), self.now)

    def undo(self, db: Writer, which: int, *_: None) -> None:
        if order := self.picked(db, which):
            confirming.undo(db, order.id, self.owner(db), self.now)

    def send(self, db: Writer, which: int, *_: None) -> None:
        if order := self.picked(db, which):
            fulfilling.send(db, order.id, self.owner(db), self.now)

    def receive(self, db: Writer, which: int, *_: None) -> None:
        if order := self.picked(db, which):
            fulfilling.receive(db, order.id, order.buyer_id, self.now)

    def refund(self, db: Writer, which: int, amount: int, _: None) -> None:
        if order := self.picked(db, which):
            refunding.part(db, order.id, self.owner(db), amount, self.now)

    def home(self, db: Writer, which: int, *_: None) -> None:
        """Whatever is on its way back arrives."""
        order = self.picked(db, which)
        for one in refunding.open_of_order(db, order.id) if order else []:
            if one.state == "due":
                refunding.part_returned(db, one.id, self.owner(db), self.now)
            refunding.part_arrived(db, one.id, order.buyer_id, self.now)

    def problem(self, db: Writer, which: int, kind: Any, _: None) -> None:
        if order := self.picked(db, which):
            cases.report(db, order.id, order.buyer_id, self.now, kind=kind)

    def offer(self, db: Writer, which: int, what: str, amount: int) -> None:
        if problem := self.case(db, which):
            cases.offer(db, problem.id, self.owner(db), what, amount, self.now)

    def answer(self, db: Writer, which: int, agrees: bool, _: None) -> None:
        if problem := self.case(db, which):
            (cases.accept if agrees else cases.decline)(db, problem.id, problem.person_id, self.now)

    def decide(self, db: Writer, which: int, outcome: str, amount: int) -> None:
        if problem := self.case(db, which):
            cases.decide(db, problem.id, self.operator, outcome, amount, self.now)

    def cancel(self, db: Writer, which: int, *_: None) -> None:
        if order := self.picked(db, which):
            changing.cancel(db, order.id, order.buyer_id, self.now)

    def payday(self, db: Writer, what: str, *_: None) -> None:
        creator = db.get_one(Deal, self.deal).creator_id
        if what == "draft":
            payouts.draft(db, db.get_one(Shop, self.shop_id), creator, self.now, by_hand=True)
            return
        newest = db.scalar(select(Payout).order_by(Payout.id.desc()).limit(1))
        if newest is None:
            return
        if what == "send":
            payouts.send(db, newest.id, self.owner(db), None, self.now)
        else:
            getattr(payouts, what)(db, newest.id, creator, self.now)

    def erase(self, db: Writer, who: int, *_: None) -> None:
        privacy.erase(db, self.people[who], self.now)
        self.people[who] = a_person(db, f"somebody{who}{self.now.timestamp()}")

    def later(self, _: Writer, minutes: int, *__: None) -> None:
        self.now += timedelta(minutes=minutes)

    def picked(self, db: Writer, which: int) -> Order | None:
        found = db.scalars(
            select(Order).order_by(Order.id.desc()).limit(8).execution_options(populate_existing=True)
        ).all()
        return found[which % len(found)] if found else None

    def case(self, db: Writer, which: int) -> Problem | None:
        found = db.scalars(select(Problem).order_by(Problem.id.desc()).limit(4)).all()
        return found[which % len(found)] if found else None

    def owner(self, db: Writer) -> int:
        return db.get_one(Shop, self.shop_id).owner_id

    def do(self, deed: str, *args: Any) -> None:
        try:
            with self.database.write() as db:
                getattr(self, deed)(db, *args)
        except Refusal:
            pass
        timetable.run_due(self.database, self.now)


def check_payments(db: Writer) -> None:
    """What stands to be paid is the order's total; never more goes back than came."""
    for order in db.scalars(select(Order)).all():
        payments = db.scalars(select(Payment).where(Payment.order_id == order.id)).all()
        assert [one.is_current for one in payments].count(True) == 1
        if order.state != "cancelled" and payments[0].state != "void" and order.total is not None:
            current = next(one for one in payments if one.is_current)
            due = [one.amount or 0 for one in payments]
            assert sum(due) == order.total or current.part == "deposit", order.code
        came = sum(one.received or one.amount or 0 for one in payments if one.state not in {"due", "claimed", "void"})
        came += sum(one.received or 0 for one in payments if one.state in {"due", "claimed", "void"})
        back = db.scalars(select(Refund.amount).where(Refund.order_id == order.id, Refund.state != "void")).all()
        assert sum(back) <= came or order.state == "cancelled", order.code


def check_lines(db: Writer) -> None:
    for line in db.scalars(select(OrderLine)).all():
        assert 0 <= line.net <= line.amount


def check_commissions(db: Writer) -> None:
    """What a creator has, less what she was paid too much, is her share of what the seller keeps."""
    thanked = {one.order_id: one for one in db.scalars(select(Attribution)).all()}
    clawed: Counter[int] = Counter()
    for key, amount in db.execute(select(Transfer.key, Transfer.amount).where(Transfer.journal == "clawback")):
        clawed[int(key.split(":")[1])] += amount
    for commission in db.scalars(select(Commission).where(Commission.voided_at.is_(None))).all():
        line = db.get_one(OrderLine, commission.order_line_id)
        rate = thanked[commission.order_id].rate_bp or 0
        assert commission.amount - clawed[commission.id] == commissions.share(line.net, rate)


def check_receipts(db: Writer, world: World) -> None:
    numbers = db.scalars(select(Receipt.number).where(Receipt.shop_id == world.shop_id).order_by(Receipt.number)).all()
    assert list(numbers) == list(range(1, len(numbers) + 1))
    confirmed = select(func.count()).select_from(Payment).where(Payment.state == "confirmed")
    standing = select(func.count()).select_from(Receipt).where(Receipt.voided_at.is_(None))
    assert (db.scalar(standing) or 0) >= (db.scalar(confirmed) or 0)


def check_coupons(db: Writer) -> None:
    holding = select(func.count()).select_from(Order).where(Order.coupon_id.is_not(None))
    used = db.scalar(select(Coupon.used))
    assert used == db.scalar(holding.where(Order.state.in_(["placed", "sent", "received"])))


@pytest.mark.both
@settings(
    max_examples=7, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(deeds=st.lists(DEEDS, min_size=14, max_size=40))
def test_every_total_stays_right(deeds: list[tuple[Any, ...]], new_url: Callable[[], str]) -> None:
    database = Database(new_url(), vault(), JAKARTA)
    try:
        world = World(database)
        world.open()
        for deed in [*BEGUN, *deeds]:
            world.do(*deed)
        with database.write() as db:
            assert list(verifying.problems(db)) == []
            assert chores.first_due(db, world.now) is None
            check_payments(db)
            check_lines(db)
            check_commissions(db)
            check_receipts(db, world)
            check_coupons(db)
    finally:
        database.close()


def test_a_deposit_that_would_not_fall_due_is_found(new_url: Callable[[], str]) -> None:
    """The control: a deposit that is confirmed without opening its balance leaves an order without a payment."""
    database = Database(new_url(), vault(), JAKARTA)
    try:
        world = World(database)
        world.open()
        world.do("order", 0, 1, True)
        with database.write() as db:
            db.execute(update(Payment).values(state="confirmed", is_current=False))
        with database.write() as db, pytest.raises(AssertionError):
            check_payments(db)
    finally:
        database.close()
