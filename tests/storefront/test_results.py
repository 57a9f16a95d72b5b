"""What a link brought: counted as it happens, undone with what is undone, read at the same cost however much it is."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, func, select, update

from referral.attribution import Claim
from referral.fairness import Spread
from storefront import verifying
from storefront.database import Database, Reader, Writer
from storefront.earning import guide, monthly, payouts, results, sharing, tallies, touches
from storefront.earning.results import Results
from storefront.models import Customer, Deal, Order, Shop, Tally
from storefront.selling import cases, catalogue, relays
from storefront.selling.orders import changing, confirming, fulfilling, paying, placing, refunding
from tests.builders import NOW, a_deal, a_person, a_product, a_shop, a_wish, an_order, trusted

LATER = NOW + timedelta(days=4)


def brought(db: Reader, deal: Deal, now: datetime = NOW) -> Results:
    return results.of(db, [deal], "IDR", now)


def a_world(db: Writer) -> tuple[Shop, Deal, Callable[..., int]]:
    """Dewi recommends a shop that is trusted; and a way to sell there through her, paid."""
    shop = trusted(db, a_shop(db))
    card = a_product(db, shop, quota=None)
    deal = a_deal(db, shop, card)

    def sell(buyer: str, now: datetime = NOW, *, paid: bool = True) -> int:
        return an_order(db, card, buyer, through=deal, paid=paid, now=now).order.id

    return shop, deal, sell


# -- as it happens -----------------------------------------------------------------------------------------


@pytest.mark.both
def test_a_sale_is_one_talk_one_order_one_buyer(database: Database) -> None:
    with database.write() as db:
        _, deal, sell = a_world(db)
        sell("Sari")

        found = brought(db, deal)
        assert (found.chatted, found.ordered, found.buyers, found.back) == (1, 1, 1, 0)
        assert (found.sold, found.earned, found.active_weeks) == (140_000, 14_000, 1)
        assert [name for name, _ in found.by_product] == ["Brownies Kukus Pandan"]


@pytest.mark.both
def test_who_comes_again_is_one_person_who_came_back_once(database: Database) -> None:
    with database.write() as db:
        shop, deal, sell = a_world(db)
        for days in (0, 1, 2):
            sell("Sari", NOW + timedelta(hours=days))

        found = brought(db, deal)
        assert (found.chatted, found.ordered, found.buyers, found.back) == (1, 3, 1, 1)
        shops = tallies.summed(db, "shop", [shop.id], tallies.last_weeks(db, NOW))[shop.id]
        assert (shops["orders"], shops["buyers"], shops["back"]) == (3, 1, 1)
        assert results.repeat_share(shops) == 100


def undone(db: Writer, order_id: int) -> None:
    confirming.undo(db, order_id, shop_of(db, order_id), NOW)


def cancelled(db: Writer, order_id: int) -> None:
    changing.cancel(db, order_id, db.get_one(Order, order_id).buyer_id, NOW)


def shop_of(db: Reader, order_id: int) -> int:
    owner = select(Shop.owner_id).join(Order, Order.shop_id == Shop.id).where(Order.id == order_id)
    return db.scalars(owner).one()


@pytest.mark.parametrize("ends", [undone, cancelled])
def test_what_comes_to_nothing_counts_nothing(ends: Callable[[Writer, int], None], database: Database) -> None:
    with database.write() as db:
        _, deal, sell = a_world(db)
        ends(db, sell("Sari"))

        found = brought(db, deal)
        assert (found.chatted, found.ordered, found.buyers, found.sold, found.earned) == (1, 0, 0, 0, 0)
        assert found.active_weeks == 0
        assert found.by_product == []


def test_an_order_by_which_she_had_come_back_takes_that_along(database: Database) -> None:
    with database.write() as db:
        _, deal, sell = a_world(db)
        sell("Sari")
        undone(db, second := sell("Sari"))

        assert brought(db, deal).back == 0
        confirming.confirm(db, second, shop_of(db, second), NOW)
        assert brought(db, deal).back == 1


def test_a_tap_undone_and_tapped_again_counts_once(database: Database) -> None:
    with database.write() as db:
        _, deal, sell = a_world(db)
        order_id = sell("Sari")
        undone(db, order_id)
        confirming.confirm(db, order_id, shop_of(db, order_id), NOW)

        found = brought(db, deal)
        assert (found.ordered, found.buyers, found.earned) == (1, 1, 14_000)
    with database.read() as db:
        assert list(verifying.problems(db)) == []


def test_questions_and_complaints_are_of_the_one_who_brought_her(database: Database) -> None:
    with database.write() as db:
        shop, deal, sell = a_world(db)
        order_id = sell("Sari")
        sari = db.get_one(Order, order_id).buyer_id
        relays.opened(db, shop.id, sari, order_id, NOW)
        relays.opened(db, shop.id, sari, order_id, NOW)  # the same talk
        relays.opened(db, shop.id, a_person(db, "Tono"), None, NOW)  # nobody brought him
        fulfilling.send(db, order_id, shop.owner_id, NOW)
        cases.report(db, order_id, sari, NOW)

        assert (brought(db, deal).asked, brought(db, deal).complained) == (1, 1)


def test_control_a_sum_changed_by_hand_is_named(database: Database) -> None:
    with database.write() as db:
        _, deal, sell = a_world(db)
        sell("Sari")
        db.execute(update(Tally).where(Tally.what == "earned", Tally.scope_id == deal.id).values(n=Tally.n + 1))
    with database.read() as db:
        assert any(line.startswith(f"tallies {deal.id}:") for line in verifying.problems(db))


# -- pictures ----------------------------------------------------------------------------------------------


def test_a_picture_is_thanked_for_what_came_by_its_own_link(database: Database) -> None:
    with database.write() as db:
        _, deal, _ = a_world(db)
        card = a_product(db, db.get_one(Shop, deal.shop_id), quota=None)
        first = sharing.picture(db, deal, card.product.id, "", None, "seller", NOW)
        second = sharing.picture(db, deal, card.product.id, "full", None, "seller", NOW)
        assert sharing.picture(db, deal, card.product.id, "", None, "seller", NOW).id == first.id
        assert (first.number, second.number) == (1, 2)
        buyers = [a_person(db, name) for name in ("Sari", "Tono", "Budi")]
        for buyer, picture in zip(buyers, (2, 2, 9), strict=True):  # of nine there is none
            touches.remember(db, deal, buyer, Claim.LINK, NOW, picture=picture)
            order = placing.place(db, buyer, card, a_wish(card), NOW).order
            paying.choose(db, order.id, buyer, "qris", NOW)
            confirming.confirm(db, order.id, card.shop.owner_id, NOW)

        assert [(one.id, orders, amount) for one, orders, amount in brought(db, deal).by_picture] == [
            (second.id, 2, 13_000)
        ]


# -- the cost of looking -----------------------------------------------------------------------------------


def statements_of(database: Database, look: Callable[[Reader], object]) -> tuple[int, int]:
    """How many statements a look takes, and how many rows of sums there are."""
    said: list[str] = []
    with database.read() as db:
        rows = db.scalar(select(func.count()).select_from(Tally).where(Tally.scope == "deal")) or 0
        engine = db.get_bind()

        def note(*args: object) -> None:
            said.append(str(args[2]))

        event.listen(engine, "before_cursor_execute", note)
        look(db)
        event.remove(engine, "before_cursor_execute", note)
    return len(said), rows


def test_looking_costs_the_same_after_five_orders_and_after_fifty(database: Database) -> None:
    costs = []
    with database.write() as db:
        _, deal, _ = a_world(db)
    for many in (5, 45):
        with database.write() as db:
            for number in range(many):
                sell_again(db, deal, f"buyer{many}-{number}")
        costs.append(statements_of(database, lambda db: brought(db, deal)))

    assert costs[0] == costs[1]
    assert costs[0][0] <= 3


def sell_again(db: Writer, deal: Deal, buyer: str) -> None:
    an_order(db, catalogue.card(db, deal.product_id), buyer, through=deal, paid=True)


# -- what the hub really paid ------------------------------------------------------------------------------


def paid_out(db: Writer, creator: str, rate_bp: int, days: int) -> None:
    """A shop that promises so much has sold through somebody, and she has her money after so many days."""
    shop = trusted(db, a_shop(db, f"Ibu {creator}", f"Dapur {creator} {rate_bp}"))
    card = a_product(db, shop)
    deal = a_deal(db, shop, card, creator, rate_bp)
    order = an_order(db, card, f"pembeli {creator}", through=deal, sent=True).order
    ready = NOW + timedelta(days=2)
    fulfilling.release_commission(db, order.id, ready)
    payout = payouts.draft(db, shop, deal.creator_id, ready, by_hand=True)
    payouts.send(db, payout.id, shop.owner_id, None, ready)
    payouts.confirm(db, payout.id, deal.creator_id, ready + timedelta(days=days))


@pytest.mark.both
def test_the_guide_says_nothing_before_five_deals_were_paid_and_the_truth_after(database: Database) -> None:
    with database.write() as db:
        for number, (rate_bp, days) in enumerate([(500, 0), (1_000, 2), (1_000, 3), (1_200, 3)]):
            paid_out(db, f"Neighbour{number}", rate_bp, days)
        few = guide.guide(db, LATER)
        paid_out(db, "Neighbour9", 1_500, 10)
        found = guide.guide(db, LATER)

    assert (few.is_enough, few.deals) == (False, 4)
    assert (found.is_enough, found.deals) == (True, 5)
    assert found.rates == Spread(500, 1_000, 1_500, 5)
    assert found.days == Spread(0, 3, 10, 5)
    assert found.fees is None


def test_the_month_is_told_in_sums_of_everybody(database: Database) -> None:
    with database.write() as db:
        paid_out(db, "Dewi", 1_000, 2)
        alone = monthly.month(db, "2026-06")
        paid_out(db, "Ratna", 1_000, 4)
        found = monthly.month(db, "2026-06")

    assert alone.kitchens == 1 < monthly.FEWEST_KITCHENS
    assert (found.kitchens, found.orders, found.paid, found.confirmed, found.days) == (2, 2, 28_000, 28_000, 2)
    assert monthly.before(db, datetime(2026, 7, 1, 9, tzinfo=NOW.tzinfo)) == "2026-06"


def test_a_customer_forgotten_is_not_one_who_came_back(database: Database) -> None:
    with database.write() as db:
        _, deal, sell = a_world(db)
        first = sell("Sari")
        undone(db, first)
        sell("Sari")
        sari = db.get_one(Order, first).buyer_id
        kept = db.scalars(select(Customer).where(Customer.person_id == sari)).one()

        assert kept.back_order_id is None
        assert (brought(db, deal).buyers, brought(db, deal).back) == (1, 0)


# -- who waits for whom --------------------------------------------------------------------------------------


def made_smaller(db: Writer, order_id: int) -> None:
    refunding.part(db, order_id, shop_of(db, order_id), 70_000, NOW)


def paid(db: Writer, order_id: int) -> None:
    confirming.confirm(db, order_id, shop_of(db, order_id), NOW)


@pytest.mark.parametrize("deed", [undone, cancelled, made_smaller, paid])
def test_the_ledger_is_locked_before_the_running_sums(deed: Callable[[Writer, int], None], database: Database) -> None:
    """Two deeds of one deal that lock both in another order would wait for each other for ever."""
    with database.write() as db:
        _, _, sell = a_world(db)
        order_id = sell("Sari", paid=deed is not paid)
        if deed is paid:
            paying.choose(db, order_id, db.get_one(Order, order_id).buyer_id, "qris", NOW)
    touched: list[str] = []

    def note(*args: object) -> None:
        words = str(args[2]).split()
        touched.extend(table for table in ("accounts", "tallies") if table in words[:4])

    with database.write() as db:
        event.listen(db.get_bind(), "before_cursor_execute", note)
        deed(db, order_id)
        event.remove(db.get_bind(), "before_cursor_execute", note)

    assert "tallies" in touched
    assert touched.index("accounts") < touched.index("tallies")
