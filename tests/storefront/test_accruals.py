"""From an order's thanks to a commission that may be paid, and every way back."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from referral import commissions
from referral.attribution import Claim
from referral.rates import Scope
from storefront import chores, outbox, rows, verifying
from storefront.database import Database, Reader, Writer
from storefront.earning import accruals, deals, ledger, paydays, payouts, rates, statements, touches
from storefront.earning.accruals import sale_of
from storefront.models import (
    Attribution,
    Chore,
    Commission,
    CommissionHold,
    Customer,
    Deal,
    Identity,
    Order,
    OutboxMessage,
    Payment,
    Payout,
    Product,
    Shop,
    Tally,
)
from storefront.refusals import AlreadyDone, CaseOpen, CodeTaken, NothingToPay, OwnShop, TooMuchBack
from storefront.selling import cases, catalogue, resellers
from storefront.selling.orders import changing, confirming, fulfilling, placing, refunding
from tests.builders import NOW, a_deal, a_person, a_product, a_shop, a_wish, an_order
from tests.conftest import JAKARTA

DAY = timedelta(days=1)


def standing(db: Reader, order: Order, creator: int) -> dict[str, int]:
    return {s: a for s, a in statements.stages(db, creator, order.currency).items() if a}


def told(db: Reader, notice: str) -> list[dict[str, object]]:
    return list(db.scalars(select(OutboxMessage.facts).where(OutboxMessage.notice == notice)))


@pytest.mark.both
def test_a_commission_goes_from_pending_to_the_creators_hand(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        order = an_order(db, card, through=deal, sent=True).order
        assert standing(db, order, deal.creator_id) == {"pending": 14_000}

        fulfilling.release_commission(db, order.id, NOW + DAY)
        assert standing(db, order, deal.creator_id) == {"payable": 14_000}
        paydays.payday(db, shop, NOW + DAY)
        payout = db.scalars(select(Payout)).one()
        payouts.send(db, payout.id, shop.owner_id, None, NOW + DAY)
        assert standing(db, order, deal.creator_id) == {"in_transit": 14_000}
        payouts.missing(db, payout.id, deal.creator_id, NOW + DAY)
        assert standing(db, order, deal.creator_id) == {"reserved": 14_000}
        payouts.send(db, payout.id, shop.owner_id, None, NOW + DAY)
        payouts.confirm(db, payout.id, deal.creator_id, NOW + DAY)

        assert standing(db, order, deal.creator_id) == {}
        assert ledger.balance(db, ledger.owes(shop.id), "IDR") == 0
        assert list(verifying.problems(db)) == []
        with pytest.raises(AlreadyDone):
            payouts.confirm(db, payout.id, deal.creator_id, NOW + DAY)
        with pytest.raises(AlreadyDone):
            payouts.missing(db, payout.id, deal.creator_id, NOW + DAY)
        with pytest.raises(AlreadyDone):
            payouts.send(db, payout.id, shop.owner_id, None, NOW + DAY)
        with pytest.raises(NothingToPay):
            payouts.draft(db, shop, deal.creator_id, NOW + DAY, by_hand=True)


def test_an_order_without_a_code_earns_nobody_anything(database: Database) -> None:
    with database.write() as db:
        card = a_product(db, a_shop(db))
        order = an_order(db, card, sent=True).order

        assert db.get_one(Attribution, order.id).reason == "nobody"
        assert db.scalars(select(Commission)).all() == []
        fulfilling.release_commission(db, order.id, NOW + DAY)
        accruals.hold(db, sale_of(order), NOW, again="1")
        assert list(verifying.problems(db)) == []


def test_a_share_below_half_a_rupiah_is_no_commission(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop, price=4, options=())
        order = an_order(db, card, cheese=0, through=a_deal(db, shop, card), paid=True).order

        assert db.get_one(Attribution, order.id).reason == "link"
        assert db.scalars(select(Commission)).all() == []


def test_goods_for_nothing_leave_no_trace_in_the_books(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop, price=0, options=())
        order = an_order(db, card, cheese=0, through=a_deal(db, shop, card), paid=True).order

        assert db.scalars(select(ledger.Transfer)).all() == []
        accruals.void(db, sale_of(order), "cancelled", NOW)
        assert db.scalars(select(ledger.Transfer)).all() == []


@pytest.mark.both
def test_a_wrong_tap_undone_and_tapped_again_counts_once(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        order = an_order(db, card, through=deal, paid=True).order

        confirming.undo(db, order.id, shop.owner_id, NOW)
        assert standing(db, order, deal.creator_id) == {}
        assert db.get_one(Customer, (shop.id, order.buyer_id)).first_paid_at is None
        confirming.confirm(db, order.id, shop.owner_id, NOW)

        assert standing(db, order, deal.creator_id) == {"pending": 14_000}
        assert [facts["reason"] for facts in told(db, "commission_void")] == ["wrong_tap"]
        assert list(verifying.problems(db)) == []


def test_a_cancelled_order_takes_its_commission_back_with_the_reason(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        order = an_order(db, card, through=deal, paid=True).order

        changing.cancel(db, order.id, order.buyer_id, NOW)

        assert standing(db, order, deal.creator_id) == {}
        why = statements.explain(db, order, deal.creator_id)
        assert why is not None
        assert (why.state, why.commission) == ("void", 14_000)
        assert "buyer" not in told(db, "commission_void")[0]
        assert list(verifying.problems(db)) == []


def test_a_held_commission_that_is_cancelled_leaves_from_where_it_stood(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        order = an_order(db, card, through=deal, paid=True).order
        cases.report(db, order.id, order.buyer_id, NOW)
        assert standing(db, order, deal.creator_id) == {"held": 14_000}
        assert [line.state for line in statements.lines(db, deal.creator_id)] == ["held", "held"]

        changing.cancel(db, order.id, order.buyer_id, NOW)

        assert standing(db, order, deal.creator_id) == {}
        assert list(verifying.problems(db)) == []


def test_a_problem_stops_the_clock_until_it_is_settled(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        order = an_order(db, card, through=deal, sent=True).order
        cases.report(db, order.id, order.buyer_id, NOW)
        with pytest.raises(CaseOpen):
            cases.report(db, order.id, order.buyer_id, NOW)

        fulfilling.release_commission(db, order.id, NOW + DAY)
        assert standing(db, order, deal.creator_id) == {"held": 14_000}
        cases.put_right(db, order.id, order.buyer_id, NOW + DAY)
        with pytest.raises(AlreadyDone):
            cases.put_right(db, order.id, order.buyer_id, NOW + DAY)
        fulfilling.release_commission(db, order.id, NOW + 2 * DAY)

        assert standing(db, order, deal.creator_id) == {"payable": 14_000}
        assert list(verifying.problems(db)) == []


def test_released_twice_is_released_once_and_asks_for_a_destination_once(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        first = an_order(db, card, through=deal, sent=True).order
        second = an_order(db, card, "Tono", through=deal, sent=True).order
        for order in (first, first, second):
            fulfilling.release_commission(db, order.id, NOW + DAY)

        assert standing(db, first, deal.creator_id) == {"payable": 28_000}
        assert len(told(db, "first_payable")) == 1


def test_the_second_buy_through_the_one_who_brought_her_still_counts(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        an_order(db, card, through=deal, paid=True)
        again = an_order(db, card, now=NOW + DAY).order

        assert db.get_one(Attribution, again.id).reason == "link"


def test_a_regular_customer_earns_a_new_neighbour_nothing_and_she_can_see_why(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        an_order(db, card, paid=True)
        deal = a_deal(db, shop, card)
        touches.remember(db, deal, a_person(db, "Sari"), Claim.LINK, NOW + DAY)
        second = an_order(db, card, now=NOW + DAY).order

        thanked = db.get_one(Attribution, second.id)
        assert (thanked.deal_id, thanked.reason) == (None, "existing_customer")
        assert thanked.lost == [[deal.id, "existing_customer"]]
        assert statements.explain(db, second, deal.creator_id) is None


def test_a_seller_cannot_recommend_herself_and_nobody_gets_two_deals(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        with pytest.raises(OwnShop):
            deals.agree(db, shop, card.product.id, shop.owner_id, "Rina", 1_000, NOW)

        assert a_deal(db, shop, card).id == a_deal(db, shop, card).id


def test_a_look_alike_code_is_refused_and_an_old_one_keeps_working(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        dewi, other = a_deal(db, shop, card), a_deal(db, shop, card, "Dewi Kedua")
        assert (dewi.code, other.code) == ("DEWI7", "DEWI4")
        with pytest.raises(CodeTaken):
            deals.rename(db, other, "DEW17", NOW)

        deals.rename(db, other, "KUEENAK", NOW)

        assert [known.deal.id for code in ("DEWI4-1", "kueenak") if (known := deals.known(db, code))] == [other.id] * 2
        assert deals.known(db, "NOBODY9") is None
        assert deals.known(db, "x") is None


# -- part of it is paid back -----------------------------------------------------------------------------


def paid_back(db: Writer, order: Order, amount: int, now: datetime = NOW) -> None:
    refunding.part(db, order.id, db.get_one(Shop, order.shop_id).owner_id, amount, now)


@pytest.mark.both
@pytest.mark.parametrize(
    ("goods_back", "left"), [(10_000, 13_000), (70_000, 7_000), (139_999, 0), (140_000, 0), (144_983, 0)]
)
def test_what_the_seller_pays_back_takes_its_share_along(goods_back: int, left: int, database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        order = an_order(db, card, through=deal, paid=True).order

        paid_back(db, order, goods_back)

        assert standing(db, order, deal.creator_id) == ({"pending": left} if left else {})
        assert told(db, "commission_resized")[-1]["amount"] == left
        assert list(verifying.problems(db)) == []
        with pytest.raises(TooMuchBack):
            paid_back(db, order, 144_984 - goods_back)


@pytest.mark.both
def test_a_commission_stands_afterwards_where_it_stood(database: Database) -> None:
    """Held while a case is open, payable when it was released, out of a draft when it stood in one."""
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        order = an_order(db, card, plain=2, cheese=0, through=deal, sent=True).order
        cases.report(db, order.id, order.buyer_id, NOW)

        paid_back(db, order, 40_000)
        assert standing(db, order, deal.creator_id) == {"held": 9_000}

        cases.put_right(db, order.id, order.buyer_id, NOW)
        fulfilling.release_commission(db, order.id, NOW + 2 * DAY)
        paid_back(db, order, 50_000)
        assert standing(db, order, deal.creator_id) == {"payable": 4_000}

        payout = payouts.draft(db, shop, deal.creator_id, NOW + 2 * DAY, by_hand=True)
        paid_back(db, order, 10_000)
        assert standing(db, order, deal.creator_id) == {"payable": 3_000}
        emptied = db.get_one(Payout, payout.id, populate_existing=True)
        assert (emptied.state, emptied.gross) == ("cancelled", 0), "nothing was left in it"
        assert list(verifying.problems(db)) == []


@pytest.mark.both
def test_what_a_creator_has_in_hand_stays_hers_and_is_noted(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        order = an_order(db, card, through=deal, sent=True).order
        fulfilling.release_commission(db, order.id, NOW + DAY)
        payout = payouts.draft(db, shop, deal.creator_id, NOW + DAY, by_hand=True)
        payouts.send(db, payout.id, shop.owner_id, None, NOW + DAY)
        payouts.confirm(db, payout.id, deal.creator_id, NOW + DAY)

        paid_back(db, order, 1, NOW + 2 * DAY)
        assert standing(db, order, deal.creator_id) == {}, "less than a rupiah's worth"
        paid_back(db, order, 39_999, NOW + 2 * DAY)
        assert standing(db, order, deal.creator_id) == {"clawback": -4_000}
        paid_back(db, order, 104_983, NOW + 2 * DAY)

        assert standing(db, order, deal.creator_id) == {"clawback": -14_000}
        assert statements.earnings(db, deal.creator_id, "IDR", NOW + 2 * DAY).clawback == 14_000
        assert list(verifying.problems(db)) == []


def test_a_draft_keeps_what_is_of_other_orders(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        first = an_order(db, card, through=deal, sent=True).order
        second = an_order(db, card, "Budi", through=deal, sent=True).order
        for order in (first, second):
            fulfilling.release_commission(db, order.id, NOW + DAY)
        payout = payouts.draft(db, shop, deal.creator_id, NOW + DAY, by_hand=True)

        paid_back(db, first, 140_000)

        assert db.get_one(Payout, payout.id, populate_existing=True).amount == 14_000
        assert list(verifying.problems(db)) == []


def test_an_order_that_thanks_nobody_is_paid_back_too(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        order = an_order(db, a_product(db, shop), paid=True).order

        paid_back(db, order, 40_000)

        assert ledger.balance(db, ledger.sales(shop.id), "IDR") == 100_000
        assert told(db, "commission_resized") == []
        assert list(verifying.problems(db)) == []


def test_a_resellers_order_thanks_nobody(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        resellers.price(db, card.product, 55_000)
        buyer = a_person(db, "Tuti")
        touches.remember(db, deal, buyer, Claim.LINK, NOW)

        placed = placing.place(
            db, buyer, resellers.at_her_price(catalogue.card(db, card.product.id)), a_wish(card), NOW
        )

        assert placed.order.is_resale
        assert placed.recipient
        assert placed.recipient.sender == "Tuti"
        thanked = db.get_one(Attribution, placed.order.id)
        assert (thanked.deal_id, thanked.reason) == (None, "resale")


@pytest.mark.parametrize("has_day", [True, False])
def test_a_deposit_is_frozen_with_the_order(has_day: bool, database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        day = {} if has_day else {"delivers_on": None, "closes_at": None, "is_preorder": False}
        card = a_product(db, shop, **day)
        db.execute(update(Product).where(Product.id == card.product.id).values(deposit_bp=5_000))

        order = an_order(db, catalogue.card(db, card.product.id)).order

        payment = db.scalars(select(Payment).where(Payment.order_id == order.id)).one()
        assert (payment.part, payment.amount) == ("deposit", 69_983)
        local = [moment and moment.astimezone(JAKARTA) for moment in (order.balance_due_at, order.forfeits_at)]
        assert local == (
            [datetime(2026, 6, 19, 20, tzinfo=JAKARTA), datetime(2026, 6, 19, 0, tzinfo=JAKARTA)]
            if has_day
            else [None, None]
        )


def test_one_is_told_on_the_channel_that_was_meant(database: Database) -> None:
    with database.write() as db:
        a_person(db, "Rina", "whatsapp")
        identity = db.scalars(select(Identity).where(Identity.channel == "whatsapp")).one()

        outbox.tell_at(db, identity, "paid", {"code": "DR-0001"}, NOW)

        message = db.scalars(select(OutboxMessage)).one()
        assert (message.channel, message.address, message.state) == ("whatsapp", identity.address, "waiting")


@pytest.mark.both
def test_an_order_written_anew_thanks_whom_the_cancelled_one_did(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        gone = an_order(db, card, through=deal, paid=True).order
        changing.cancel(db, gone.id, gone.buyer_id, NOW)
        guest = a_person(db, "Sari at the door")

        unthanked = an_order(db, card, "Budi").order

        again = placing.note(db, guest, card, a_wish(card), NOW, recreates=gone.id)
        plain = placing.note(db, a_person(db, "Tono"), card, a_wish(card), NOW, recreates=unthanked.id)

        assert db.get_one(Attribution, again.order.id).reason == "recreated"
        assert db.get_one(Attribution, again.order.id).creator_id == deal.creator_id
        assert db.get_one(Attribution, plain.order.id).reason == "nobody"
    with database.read() as db:
        assert list(verifying.problems(db)) == []


@pytest.mark.both
def test_a_commission_that_is_not_valid_goes_and_the_sale_stays(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        order = an_order(db, card, through=deal, paid=True).order

        assert accruals.disallow(db, sale_of(order), "not_valid", NOW) == 14_000
        assert accruals.disallow(db, sale_of(order), "not_valid", NOW) == 0

        assert standing(db, order, deal.creator_id) == {}
        assert ledger.balance(db, ledger.sales(shop.id), "IDR") == 140_000
        assert list(verifying.problems(db)) == []


@pytest.mark.both
@pytest.mark.parametrize("paid", [True, False])
def test_a_seller_may_thank_somebody_whom_the_rule_did_not(database: Database, *, paid: bool) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        order = an_order(db, card, paid=paid).order
        holding = rates.frozen(db, deal, NOW)
        assert holding

        earned = accruals.concede(db, sale_of(order), deal, holding, NOW, is_paid=paid)

        assert earned == (14_000 if paid else 0)
        assert standing(db, order, deal.creator_id) == ({"pending": 14_000} if paid else {})
        assert db.get_one(Attribution, order.id, populate_existing=True).reason == "conceded"
        with pytest.raises(AlreadyDone):
            accruals.concede(db, sale_of(order), deal, holding, NOW, is_paid=paid)
    with database.read() as db:
        assert list(verifying.problems(db)) == []


@pytest.mark.both
def test_a_gift_a_cap_and_a_product_of_its_own_are_frozen_with_the_order(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        rates.promise(db, shop.id, Scope.PRODUCT, card.product.id, 2_000, NOW)
        rates.promise(db, shop.id, Scope.CAP, 0, 20_000, NOW - 40 * DAY)
        deals.give(db, deal, 500)
        deal = db.get_one(type(deal), deal.id, populate_existing=True)

        order = an_order(db, card, through=deal, paid=True).order
        deals.give(db, deal, 0)
        rates.promise(db, shop.id, Scope.PRODUCT, card.product.id, 4_000, NOW)

        assert (order.goods, order.discount) == (140_000, 7_000)
        found = db.scalars(select(Commission).order_by(Commission.id)).all()
        assert [(one.base, one.rate_bp) for one in found] == [(61_750, 1_579), (71_250, 1_579)]
        assert sum(one.amount for one in found) == 13_000, (
            "the cap is what the seller gives, and her gift is part of it"
        )
        refunding.part(db, order.id, shop.owner_id, 71_250, NOW)
        assert sum(one.amount for one in accruals.of_order(db, order.id)) == commissions.share(61_750, 1_579)
        assert list(verifying.problems(db)) == []


def test_a_gift_that_is_no_less_than_a_products_rate_is_none(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        rates.promise(db, shop.id, Scope.PRODUCT, card.product.id, 200, NOW)
        deal = a_deal(db, shop, card)
        deals.offer(db, shop.id, 1_000, NOW)
        deals.give(db, deal, 500)

        order = an_order(db, card, through=db.get_one(type(deal), deal.id, populate_existing=True), paid=True).order

        assert order.discount == 0
        assert sum(one.amount for one in db.scalars(select(Commission))) == commissions.share(140_000, 200)


def a_doubted(db: Writer, *, decision: str | None = None) -> Order:
    """A paid order of three whose commission waits, or of which something has been decided."""
    shop = a_shop(db)
    card = a_product(db, shop)
    order = an_order(db, card, plain=2, through=a_deal(db, shop, card), paid=True).order
    thanked = db.get_one(Attribution, order.id)
    who = {"shop_id": shop.id, "order_id": order.id, "creator_id": thanked.creator_id}
    when = {"at": NOW, "due_at": NOW + DAY, "decided_at": NOW if decision else None, "decision": decision}
    hold_id = rows.add(db, CommissionHold, **who, **when, reasons=["flood"])
    chores.schedule(db, "doubt_ends", hold_id, NOW + DAY)
    return order


@pytest.mark.both
def test_what_was_decided_invalid_does_not_come_back(database: Database) -> None:
    with database.write() as db:
        order = a_doubted(db, decision="invalid")
        owner = db.get_one(Shop, order.shop_id).owner_id

        confirming.undo(db, order.id, owner, NOW)
        confirming.confirm(db, order.id, owner, NOW)

        assert accruals.of_order(db, order.id) == []
        deal = db.get_one(Deal, db.get_one(Attribution, order.id).deal_id, populate_existing=True)
        assert deal.orders == 0
    with database.read() as db:
        assert list(verifying.problems(db)) == []


@pytest.mark.both
def test_an_order_that_is_cancelled_leaves_nothing_to_doubt(database: Database) -> None:
    with database.write() as db:
        order = a_doubted(db)

        changing.cancel(db, order.id, order.buyer_id, NOW)

        hold = db.scalars(select(CommissionHold).execution_options(populate_existing=True)).one()
        assert hold.decision == "gone"
        assert db.scalar(select(Chore.id).where(Chore.kind == "doubt_ends")) is None


@pytest.mark.both
def test_what_is_conceded_while_a_case_is_open_waits_with_it(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        order = an_order(db, card, sent=True).order
        cases.report(db, order.id, order.buyer_id, NOW, kind="wrong")
        holding = rates.frozen(db, deal, NOW)
        assert holding

        accruals.concede(db, sale_of(order), deal, holding, NOW, is_paid=True)

        assert standing(db, order, deal.creator_id) == {"held": 14_000}
        assert db.get_one(Customer, (shop.id, order.buyer_id), populate_existing=True).first_deal_id == deal.id
        cases.put_right(db, order.id, order.buyer_id, NOW)
        assert standing(db, order, deal.creator_id) == {"pending": 14_000}
    with database.read() as db:
        assert list(verifying.problems(db)) == []


def test_nobody_is_conceded_her_own_order(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        order = an_order(db, card, "Dewi").order
        holding = rates.frozen(db, deal, NOW)
        assert holding

        with pytest.raises(AlreadyDone):
            accruals.concede(db, sale_of(order), deal, holding, NOW, is_paid=False)


def test_a_share_below_half_a_rupiah_is_conceded_as_nothing(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop, price=4, options=())
        deal = a_deal(db, shop, card)
        order = an_order(db, card, cheese=0, paid=True).order
        holding = rates.frozen(db, deal, NOW)
        assert holding

        assert accruals.concede(db, sale_of(order), deal, holding, NOW, is_paid=True) == 0
        assert db.get_one(Deal, deal.id, populate_existing=True).orders == 0


# -- customers come and go with their payments -------------------------------------------------------------


@pytest.mark.both
def test_a_second_sale_undone_leaves_the_first_customer_as_she_was(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        first = an_order(db, card, through=deal, paid=True).order
        second = an_order(db, card, through=deal, paid=True).order
        confirming.undo(db, second.id, shop.owner_id, NOW)
        confirming.undo(db, first.id, shop.owner_id, NOW)
        confirming.confirm(db, first.id, shop.owner_id, NOW)

        kept = db.scalars(select(Customer).where(Customer.person_id == first.buyer_id)).one()
        assert (kept.first_order_id, kept.back_order_id) == (first.id, None)
        assert list(verifying.problems(db)) == []


@pytest.mark.both
def test_what_is_made_smaller_and_then_cancelled_counts_in_no_week(database: Database) -> None:
    later = NOW + timedelta(days=9)
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop, closes_at=later + timedelta(days=9), delivers_on=None)
        deal = a_deal(db, shop, card)
        order = an_order(db, card, through=deal, paid=True).order
        refunding.part(db, order.id, shop.owner_id, 70_000, later)
        accruals.void(db, sale_of(order), "cancelled", later)

        counted = select(Tally).where(Tally.n != 0, Tally.what != "chatted", Tally.scope != "hub")
        assert [(one.scope, one.period, one.what, one.n) for one in db.scalars(counted)] == []
