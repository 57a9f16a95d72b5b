"""A payout is gathered while something else of the pair moves: whoever commits last sees what the other did."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import ColumnElement, select

from storefront import verifying
from storefront.database import Database, Reader, Writer
from storefront.earning import clawbacks, drafts, ledger, payouts
from storefront.models import Commission, Transfer
from storefront.refusals import NothingToPay
from storefront.selling.orders import refunding
from tests.builders import NOW
from tests.storefront.test_payouts import DAY, Pair

A_MOMENT, AT_MOST = 0.4, 10.0


def side_by_side(*deeds: Callable[[], object]) -> None:
    with ThreadPoolExecutor(len(deeds)) as hands:
        for one in [hands.submit(deed) for deed in deeds]:
            one.result()


# -- goods are paid back -------------------------------------------------------------------------------------


def gathered_beside_a_refund(database: Database) -> list[str]:
    """A refund that is not committed yet, and a draft beside it; then what the books say."""
    with database.write() as db:
        pair = Pair(db)
        order = pair.sold(db)
    is_back = threading.Event()

    def pay_back() -> None:
        with database.write() as db:
            refunding.part(db, order.id, pair.shop.owner_id, 70_000, NOW + 3 * DAY)
            is_back.set()
            time.sleep(A_MOMENT)  # the other one has read what there was, and waits for these rows

    def gather() -> None:
        is_back.wait(AT_MOST)
        try:
            with database.write() as db:
                pair.draft(db)
        except NothingToPay:
            pass

    side_by_side(pay_back, gather)
    with database.read() as db:
        return list(verifying.problems(db))


@pytest.mark.both
def test_what_was_taken_back_meanwhile_is_not_gathered(database: Database) -> None:
    assert gathered_beside_a_refund(database) == []


@pytest.mark.both
def test_control_who_claims_without_looking_again_claims_what_is_void(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def naive(shop_id: int, creator_id: int | None = None) -> list[ColumnElement[bool]]:
        free: list[Any] = [Commission.shop_id == shop_id, Commission.payout_id.is_(None)]
        return [*free, *([Commission.creator_id == creator_id] if creator_id else [])]

    monkeypatch.setattr(drafts, "ready_shares", naive)

    assert gathered_beside_a_refund(database) != []


# -- a payout settles ----------------------------------------------------------------------------------------


class Settling:
    """7,000 were paid too much, and a payout that takes them off settles while somebody counts what is left."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.database = database
        with database.write() as db:
            self.pair = Pair(db)
            first = self.pair.sold(db)
            self.pair.paid(db)
            refunding.part(db, first.id, self.pair.shop.owner_id, 70_000, NOW + 5 * DAY)
            self.pair.sold(db, "Budi")
            self.payout = self.pair.sent(db, 6)
            assert self.payout.netted == 7_000
            self.pair.sold(db, "Tono")
        self.is_settled, self.is_counted, self.is_over = threading.Event(), threading.Event(), threading.Event()
        counted = drafts.to_be_netted

        def between_the_two_looks(db: Reader, *pair: int, besides: int | None = None) -> int:
            self.is_counted.set()
            self.is_over.wait(AT_MOST)
            return counted(db, *pair, besides=besides)

        monkeypatch.setattr(drafts, "to_be_netted", between_the_two_looks)

    def beside(self, deed: Callable[[Writer], object]) -> None:
        def settle() -> None:
            with self.database.write() as db:
                payouts.confirm(db, self.payout.id, self.pair.creator, NOW + 7 * DAY)
                self.is_settled.set()
                self.is_counted.wait(A_MOMENT)  # who waits for its lock never comes that far
            self.is_over.set()

        def count() -> None:
            self.is_settled.wait(AT_MOST)
            with self.database.write() as db:
                deed(db)

        side_by_side(settle, count)

    def netted_again(self) -> int:
        """What the next payout takes off, of which nothing is left."""
        self.beside(lambda db: self.pair.draft(db, 8))
        with self.database.write() as db:
            return self.pair.draft(db, 8).netted

    def let_go_again(self) -> int:
        """What is written off a year later, of which nothing is left."""
        self.beside(lambda db: clawbacks.write_off(db, NOW + 5 * DAY + timedelta(days=365)))
        with self.database.read() as db:
            return sum(db.scalars(select(Transfer.amount).where(Transfer.journal == "write_off")))


@pytest.mark.both
def test_what_a_payout_took_off_is_not_taken_off_the_next_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Settling(database, monkeypatch).netted_again() == 0


@pytest.mark.both
def test_what_a_payout_took_off_is_not_let_go_as_well(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settling(database, monkeypatch).let_go_again() == 0


@pytest.mark.both
@pytest.mark.parametrize("again", [Settling.netted_again, Settling.let_go_again])
def test_control_who_looks_without_a_lock_counts_it_twice(
    database: Database, engine: str, monkeypatch: pytest.MonkeyPatch, again: Callable[[Settling], int]
) -> None:
    def naive(db: Reader, shop_id: int, creator_id: int, currency: str, *, besides: int | None = None) -> int:
        standing = ledger.balance(db, ledger.clawback(creator_id, shop_id), currency)
        return standing - drafts.to_be_netted(db, shop_id, creator_id, besides=besides)

    monkeypatch.setattr(drafts, "paid_too_much", naive)

    twice = again(Settling(database, monkeypatch))

    assert twice == (0 if engine == "sqlite" else 7_000), "one writer at a time needs no lock"
