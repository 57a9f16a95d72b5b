"""A report's sums are those of its orders: by product, by way, by day, beside the time before, at a day's edges."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from storefront.database import Database, Writer
from storefront.selling import reports
from storefront.selling.orders import changing, confirming, fulfilling, paying, placing
from storefront.selling.reports import Report, Span
from tests.builders import HOME, NOW, a_deal, a_person, a_product, a_shop, a_wish, an_order
from tests.conftest import JAKARTA

pytestmark = pytest.mark.both


def pay(db: Writer, placed: Any, when: datetime) -> None:
    paying.choose(db, placed.order.id, placed.order.buyer_id, "qris", when)
    paying.claim(db, placed.order.id, placed.order.buyer_id, None, when)
    confirming.confirm(db, placed.order.id, placed.shop.owner_id, when)


def week(db: Writer) -> tuple[Any, Any, Any]:
    """A shop with two products and a neighbour; what is sold of them is up to each test."""
    shop = a_shop(db)
    one = a_product(db, shop, is_preorder=False, closes_at=None, quota=90)
    other = a_product(db, shop, name="Nastar", options=(), price=85_000, is_preorder=False, closes_at=None, quota=90)
    return shop, one, other


def of(db: Writer, shop: Any, span: Span = "week", back: int = 0, now: datetime = NOW) -> Report:
    return reports.report(db, [shop.id], span, back, now)


def test_every_sum_is_the_sum_of_its_parts(database: Database) -> None:
    with database.write() as db:
        shop, one, other = week(db)
        deal = a_deal(db, shop, one)
        an_order(db, one, "Sari", through=deal, paid=True)
        an_order(db, one, "Sari", paid=True, now=NOW + timedelta(days=1))
        an_order(db, other, "Budi", plain=3, cheese=0, paid=True, now=NOW + timedelta(days=2))
        gone = an_order(db, other, "Tuti", plain=1, cheese=0)
        changing.cancel(db, gone.order.id, gone.order.buyer_id, NOW)
        cash = placing.place(db, a_person(db, "Joko"), other, a_wish(other, 2, 0, HOME), NOW)
        paying.choose(db, cash.order.id, cash.order.buyer_id, "cod", NOW)
        paying.accept_cod(db, cash.order.id, shop.owner_id, NOW)
        fulfilling.send(db, cash.order.id, shop.owner_id, NOW)
        confirming.confirm(db, cash.order.id, shop.owner_id, NOW + timedelta(days=3))

        found = of(db, shop, now=NOW + timedelta(days=4))

    assert found.goods == 140_000 * 2 + 85_000 * 5
    assert found.fees == 5_000 * 4
    assert sum(amount for *_, amount in found.best) + found.others == found.goods
    assert found.best == (("Nastar", 5, 425_000), ("Brownies Kukus Pandan", 4, 280_000))
    codes = sum(range(17, 20))  # of the three that were not paid in cash
    assert sum(amount for _, amount in found.by_way) == found.goods + found.fees - codes
    assert dict(found.by_way)["cod"] == 175_000
    assert sum(amount for _, amount in found.parts) == found.goods
    assert (found.orders, found.placed, found.cancelled, found.released) == (4, 5, 1, 0)
    assert (found.buyers, found.new_buyers) == (3, 3)
    assert found.commission == 28_000


def test_more_products_than_are_named(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        for number in range(7):
            card = a_product(db, shop, name=f"Kue {number}", options=(), price=10_000 + number, closes_at=None)
            an_order(db, card, f"neighbour{number}", plain=1, cheese=0, paid=True)

        found = of(db, shop)

    assert len(found.best) == 5
    assert found.others == 10_000 + 10_001
    assert sum(amount for *_, amount in found.best) + found.others == found.goods


def test_a_day_begins_at_midnight_of_the_zone(database: Database) -> None:
    late, early = (datetime(2026, 6, 16, 23, 59, tzinfo=JAKARTA), datetime(2026, 6, 17, 0, 0, tzinfo=JAKARTA))
    with database.write() as db:
        shop, one, _ = week(db)
        for name, when in (("Sari", late), ("Budi", early)):
            pay(db, placing.place(db, a_person(db, name), one, a_wish(one), when), when)

        evening = late + timedelta(days=1)
        today = of(db, shop, "day", now=evening)
        before = of(db, shop, "day", 1, now=evening)
        at_noon = of(db, shop, "day", now=early + timedelta(hours=12))

    assert (today.goods, before.goods, today.before) == (65_000, 65_000, 65_000)
    assert at_noon.before == 0  # a day still running is compared with yesterday until noon
    assert dict(today.parts)[0] == dict(before.parts)[23] == 65_000


@pytest.mark.parametrize(
    ("span", "back", "begins", "ends"),
    [
        ("day", 0, date(2026, 6, 16), date(2026, 6, 16)),
        ("week", 0, date(2026, 6, 15), date(2026, 6, 21)),
        ("week", 1, date(2026, 6, 8), date(2026, 6, 14)),
        ("month", 0, date(2026, 6, 1), date(2026, 6, 30)),
        ("month", 4, date(2026, 2, 1), date(2026, 2, 28)),
        ("month", 6, date(2025, 12, 1), date(2025, 12, 31)),
        ("month", 28, date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_spans(span: Span, back: int, begins: date, ends: date, database: Database) -> None:
    with database.write() as db:
        found = of(db, a_shop(db), span, back)

    assert (found.begins, found.ends, found.goods, found.orders) == (begins, ends, 0, 0)
    assert len(found.parts) == (24 if span == "day" else (ends - begins).days + 1)


def test_another_shop_is_another_report(database: Database) -> None:
    with database.write() as db:
        shop, one, _ = week(db)
        an_order(db, one, paid=True)
        neighbour = a_shop(db, "Bagus", "Kedai Bagus")

        assert of(db, neighbour).orders == 0
        assert of(db, shop).orders == 1
