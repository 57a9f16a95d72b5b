"""Whatever happens to commissions, fees, payouts and goods paid back, in any order: every rupiah is in one place.

A model that is nothing but a few numbers goes beside the real books. After every step the books say what the model
says; what is refused changes nothing; and at the end every rule of `verify` holds.
"""

import os
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update

from storefront import rows, verifying
from storefront.database import Database, Writer
from storefront.earning import accruals, clawbacks, contents, drafts, ledger, payouts
from storefront.earning import settings as sets
from storefront.earning.ledger import Posting
from storefront.models import (
    Account,
    Commission,
    Deal,
    Deliverable,
    OrderLine,
    Payout,
    PayoutAttempt,
    PayoutReceipt,
    Shop,
    Transfer,
)
from storefront.reading.payoutwords import Withholds
from storefront.refusals import Refusal
from tests.builders import NOW, a_deal, a_product, a_shop, an_order
from tests.conftest import JAKARTA, vault

FULL = bool(os.environ.get("GETOK_TEST_ALL"))
EXAMPLES, STEPS = (5_000, 100) if FULL else (300, 50)
FEWER = 40  # of the same on the slower database, on every day
AMOUNTS = st.sampled_from([1, 2, 7, 500, 6_500, 14_000, 99_999])
WHICH = st.integers(0, 6)
HOUR = timedelta(hours=1)
RULES = ("transfers", "accounts", "turnovers", "payouts", "pairs", "journals", "steps", "receipts", "log")


class Refused(Exception):
    """What was tried is rolled back."""


class Books(RuleBasedStateMachine):
    """One shop and two creators. Everything stands in one transaction that is never kept."""

    database: Database  # set by the test

    @initialize()
    def open(self) -> None:
        self.writing = self.database.write()
        self.db: Writer = self.writing.__enter__()
        db, self.now, self.turn = self.db, NOW, 0
        self.shop = a_shop(db)
        card = a_product(db, self.shop)
        self.deals: list[Deal] = [a_deal(db, self.shop, card, name) for name in ("Dewi", "Wulan")]
        order = an_order(db, card).order
        self.line = db.scalars(select(OrderLine.id).where(OrderLine.order_id == order.id)).first()
        self.order = order.id
        self.model: Counter[tuple[int, str]] = Counter()
        self.owes = self.credit = self.tax = 0

    def teardown(self) -> None:
        if hasattr(self, "db"):
            for name in RULES:
                assert list(verifying.RULES[name](self.db)) == [], name
            with suppress(Refused):
                self.writing.__exit__(Refused, Refused(), None)

    # -- what people do --------------------------------------------------------------------------------------

    @rule(who=st.integers(0, 1), amount=AMOUNTS)
    def accrue(self, who: int, amount: int) -> None:
        deal, self.turn = self.deals[who], self.turn + 1
        row = {
            "shop_id": self.shop.id,
            "order_id": self.order,
            "order_line_id": self.line,
            "round": self.turn,
            "deal_id": deal.id,
            "creator_id": deal.creator_id,
            "base": amount,
            "rate_bp": 10_000,
            "amount": amount,
            "currency": "IDR",
            "accrued_at": self.now,
        }
        one = self.db.get_one(Commission, rows.add(self.db, Commission, **row))
        places = (ledger.owes(self.shop.id), ledger.stage("pending", deal.creator_id, self.shop.id))
        ledger.post(self.db, [accruals.moved(one, "accrual", *places)], self.now)
        self.moved(deal.creator_id, {"pending": amount})
        self.owes += amount

    @rule(which=WHICH, journal=st.sampled_from(["release", "release", "release", "hold", "unhold", "void"]))
    def step(self, which: int, journal: str) -> None:
        """A commission goes on, waits, goes on again, or comes to nothing."""
        one = self.picked(Commission, which, Commission.payout_id.is_(None), Commission.voided_at.is_(None))
        if one is None:
            return
        where = "payable" if one.released_at else self.waits(one)
        if journal == "void":
            places = (ledger.stage(where, one.creator_id, one.shop_id), ledger.owes(one.shop_id))  # type: ignore[arg-type]
            ledger.post(self.db, [accruals.moved(one, "void", *places)], self.now)
            self.change(one, voided_at=self.now)
            self.moved(one.creator_id, {where: -one.amount})
            self.owes -= one.amount
            return
        source, target = ledger.JOURNALS[journal]
        if where != source:
            return
        self.turn += 1
        again = "" if journal == "release" else str(self.turn)
        ledger.post(self.db, [accruals.stepped(one, journal, source, target, again=again)], self.now)  # type: ignore[arg-type]
        if journal == "release":
            self.change(one, released_at=self.now)
        self.moved(one.creator_id, {source: -one.amount, target: one.amount})

    @rule(who=st.integers(0, 1), amount=AMOUNTS)
    def fee(self, who: int, amount: int) -> None:
        deal = self.deals[who]
        made = {"shop_id": self.shop.id, "creator_id": deal.creator_id, "deal_id": deal.id, "words": "x"}
        what = {"fee": amount, "currency": "IDR", "state": "accepted", "at": self.now, "due_at": self.now}
        one = self.db.get_one(Deliverable, rows.add(self.db, Deliverable, **made, **what, decided_at=self.now))
        places = (ledger.owes(self.shop.id), ledger.stage("payable", deal.creator_id, self.shop.id))
        ledger.post(self.db, [contents.moved(one, "fee", *places)], self.now)
        self.moved(deal.creator_id, {"payable": amount})
        self.owes += amount

    @rule(rate_bp=st.sampled_from([0, 0, 250, 3_500]))
    def withhold(self, rate_bp: int) -> None:
        sets.put(self.db, self.shop, Withholds(rate_bp))

    @rule(who=st.integers(0, 1))
    def draft(self, who: int) -> None:
        self.tried(
            payouts.draft,
            self.db,
            self.db.get_one(Shop, self.shop.id),
            self.deals[who].creator_id,
            self.now,
            by_hand=True,
        )

    @rule(which=WHICH)
    def send(self, which: int) -> None:
        one = self.picked(Payout, which)
        first = one is not None and not self.has_tried(one)
        if one and self.tried(payouts.send, self.db, one.id, self.shop.owner_id, None, self.now):
            gross = {"payable": -one.gross, "reserved": one.gross} if first else {}
            self.moved(one.creator_id, gross)
            self.moved(one.creator_id, {"reserved": -one.amount, "in_transit": one.amount})

    @rule(which=WHICH, how=st.sampled_from(["confirm", "confirm", "silence"]))
    def arrives(self, which: int, how: str) -> None:
        one = self.picked(Payout, which)
        if one is None:
            return
        fresh = self.db.scalar(select(PayoutReceipt.id).where(PayoutReceipt.payout_id == one.id)) is None
        before = one.state
        if how == "silence":
            payouts.silence(self.db, one.id, self.now)
        elif not self.tried(payouts.confirm, self.db, one.id, one.creator_id, self.now):
            return
        if before != "sent":
            return
        self.moved(one.creator_id, {"in_transit": -one.amount})
        self.owes -= one.amount
        if fresh:  # what was netted and kept back goes once, whatever becomes of the money
            self.moved(one.creator_id, {"reserved": -one.netted - one.withheld, "clawback": -one.netted})
            self.owes -= one.netted
            self.credit -= one.netted
            self.tax += one.withheld

    @rule(which=WHICH)
    def is_missing(self, which: int) -> None:
        one = self.picked(Payout, which)
        if one and self.tried(payouts.missing, self.db, one.id, one.creator_id, self.now):
            self.moved(one.creator_id, {"in_transit": -one.amount, "reserved": one.amount})

    @rule(which=WHICH)
    def comes_back(self, which: int) -> None:
        one = self.picked(Payout, which)
        if one and self.tried(payouts.reverse, self.db, one.id, None, self.now, how="simulated"):
            self.moved(one.creator_id, {"reserved": one.amount})
            self.owes += one.amount

    @rule(which=WHICH)
    def call_off(self, which: int) -> None:
        one = self.picked(Payout, which)
        before = one.state if one else ""
        if one and self.tried(payouts.cancel, self.db, one.id, self.shop.owner_id, self.now) and before == "missing":
            self.moved(one.creator_id, {"reserved": -one.gross, "payable": one.gross})

    @rule(which=WHICH, part=st.integers(1, 4))
    def paid_back(self, which: int, part: int) -> None:
        """Goods are paid back whose commission is out already: what was too much is noted, once."""
        one = self.picked(Commission, which, Commission.payout_id.is_not(None), Commission.voided_at.is_(None))
        if one is None or drafts.is_open(self.db, one.payout_id) or one.released_at == NOW - HOUR:
            return
        amount = max(one.amount * part // 4, 1)
        places = (ledger.clawback(one.creator_id, self.shop.id), ledger.credit(self.shop.id))
        key = f"clawback:{one.id}:1"
        ledger.post(self.db, [Posting(key, "clawback", *places, amount, "IDR", self.shop.id, self.order)], self.now)
        self.change(one, released_at=NOW - HOUR)  # marked: once is enough
        self.moved(one.creator_id, {"clawback": amount})
        self.credit += amount

    @precondition(lambda self: self.credit > 0)
    @rule()
    def a_year_later(self) -> None:
        """What nobody could net is let go."""
        self.now += timedelta(days=366)
        before = self.stands()
        clawbacks.write_off(self.db, self.now)
        for person, name in (before - self.stands()).keys() - {(0, "credit")}:
            gone = before[person, name] - self.stands()[person, name]
            assert name == "clawback", "nothing else is let go"
            self.moved(person, {"clawback": -gone})
            self.credit -= gone

    @precondition(lambda self: self.tax > 0)
    @rule()
    def tax_is_handed_on(self) -> None:
        self.now += HOUR
        sets.hand_on(self.db, self.shop, self.tax, self.now)
        self.owes -= self.tax
        self.tax = 0

    @rule(hours=st.integers(1, 400))
    def time_goes_by(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    # -- what must hold after each ---------------------------------------------------------------------------

    @invariant()
    def the_books_say_what_the_model_says(self) -> None:
        if not hasattr(self, "db"):
            return
        shops_own = {(0, "owes"): self.owes, (0, "credit"): self.credit, (0, "withheld"): self.tax}
        assert self.stands() == +(self.model + Counter(shops_own))
        assert min([0, *self.model.values(), *shops_own.values()]) == 0

    def stands(self) -> Counter[tuple[int, str]]:
        """What stands in each account, on its normal side."""
        found: Counter[tuple[int, str]] = Counter()
        query = select(Account.person_id, Account.name, Account.debits - Account.credits)
        for person, name, amount in self.db.execute(query.where(Account.shop_id == self.shop.id)):
            if not name.startswith("M:"):
                found[person or 0, ledger.kind_of(name)] += amount if name.startswith("A:") else -amount
        return +found

    # -- hands -----------------------------------------------------------------------------------------------

    def moved(self, person: int, by: dict[str, int]) -> None:
        for name, amount in by.items():
            self.model[person, name] += amount

    def picked(self, table: Any, which: int, *where: Any) -> Any:
        """One of the newest rows; fresh, because what is read once stays as it was."""
        query = select(table).where(table.shop_id == self.shop.id, *where).order_by(table.id.desc()).limit(which + 1)
        found = self.db.scalars(query.execution_options(populate_existing=True)).all()
        return found[-1] if found else None

    def waits(self, one: Commission) -> str:
        held = [step for step in ("hold", "unhold") for _ in self.steps_of(one, step)]
        return "held" if held.count("hold") > held.count("unhold") else "pending"

    def steps_of(self, one: Commission, journal: str) -> list[int]:
        mine = (Transfer.commission_id == one.id, Transfer.journal == journal)
        return list(self.db.scalars(select(Transfer.id).where(*mine)))

    def has_tried(self, payout: Payout) -> bool:
        tried = select(PayoutAttempt.id).where(PayoutAttempt.payout_id == payout.id).limit(1)
        return self.db.scalar(tried) is not None

    def change(self, one: Commission, **values: Any) -> None:
        self.db.execute(update(Commission).where(Commission.id == one.id).values(**values))

    def tried(self, deed: Any, *args: Any, **named: Any) -> bool:
        """Do it; a refusal leaves no trace."""
        step = self.db.begin_nested()
        try:
            deed(*args, **named)
        except Refusal:
            step.rollback()
            return False
        step.commit()
        return True


@pytest.mark.both
def test_every_rupiah_is_in_one_place_whatever_happens(url: str) -> None:
    database = Database(url, vault(), JAKARTA)
    machine = type("Those", (Books,), {"database": database})
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=EXAMPLES if database.is_sqlite or FULL else FEWER,
                stateful_step_count=STEPS,
                deadline=None,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        database.close()
