"""A payout is gathered while goods are paid back: whoever commits last sees what the other did."""

import threading
import time
from typing import Any

import pytest
from sqlalchemy import ColumnElement

from storefront import verifying
from storefront.database import Database
from storefront.earning import drafts
from storefront.models import Commission
from storefront.refusals import NothingToPay
from storefront.selling.orders import refunding
from tests.builders import NOW
from tests.storefront.test_payouts import DAY, Pair


def side_by_side(database: Database) -> list[str]:
    """A refund that is not committed yet, and a draft beside it; then what the books say."""
    with database.write() as db:
        pair = Pair(db)
        order = pair.sold(db)
    is_back = threading.Event()

    def pay_back() -> None:
        with database.write() as db:
            refunding.part(db, order.id, pair.shop.owner_id, 70_000, NOW + 3 * DAY)
            is_back.set()
            time.sleep(0.4)  # the other one has read what there was, and waits for these rows

    def gather() -> None:
        is_back.wait(timeout=10)
        try:
            with database.write() as db:
                pair.draft(db)
        except NothingToPay:
            pass

    threads = [threading.Thread(target=deed) for deed in (pay_back, gather)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as db:
        return list(verifying.problems(db))


@pytest.mark.both
def test_what_was_taken_back_meanwhile_is_not_gathered(database: Database) -> None:
    assert side_by_side(database) == []


@pytest.mark.both
def test_control_who_claims_without_looking_again_claims_what_is_void(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def naive(shop_id: int, creator_id: int | None = None) -> list[ColumnElement[bool]]:
        free: list[Any] = [Commission.shop_id == shop_id, Commission.payout_id.is_(None)]
        return [*free, *([Commission.creator_id == creator_id] if creator_id else [])]

    monkeypatch.setattr(drafts, "ready_shares", naive)

    assert side_by_side(database) != []
