"""Payouts: what is taken off, whose word settles them, who may pay, what comes back, and what nobody can do twice."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storefront import freezing, media, people, timetable, verifying
from storefront.database import Database, Writer
from storefront.earning import clawbacks, debts, drafts, ledger, paydays, payouts, settings, statements
from storefront.models import Chore, Deal, Dispute, Order, OutboxMessage, Payout, PayoutReceipt, Shop, Turnover
from storefront.reading import payoutwords
from storefront.reading.payoutwords import FourEyes, Named, Withholds
from storefront.refusals import (
    AlreadyDone,
    DisputeOpen,
    NeedsSecondPerson,
    NothingToDispute,
    NothingToPay,
    NotYours,
    OwesTooMuch,
    ProofUsed,
)
from storefront.selling import disputes
from storefront.selling.orders import fulfilling, refunding
from tests.builders import NOW, a_deal, a_person, a_product, a_shop, an_order, trusted

DAY = timedelta(days=1)


class Pair:
    """A shop and a creator who has earned something by it."""

    def __init__(self, db: Writer) -> None:
        self.shop = a_shop(db)
        self.card = a_product(db, self.shop, quota=200)
        self.deal: Deal = a_deal(db, self.shop, self.card)
        self.creator = self.deal.creator_id

    def sold(self, db: Writer, buyer: str = "Sari", plain: int = 1, cheese: int = 1) -> Order:
        order = an_order(db, self.card, buyer, plain=plain, cheese=cheese, through=self.deal, sent=True).order
        fulfilling.release_commission(db, order.id, NOW + 2 * DAY)
        return order

    def draft(self, db: Writer, days: int = 3) -> Payout:
        return payouts.draft(db, db.get_one(Shop, self.shop.id), self.creator, NOW + days * DAY, by_hand=True)

    def sent(self, db: Writer, days: int = 3) -> Payout:
        return payouts.send(db, self.draft(db, days).id, self.shop.owner_id, None, NOW + days * DAY)

    def paid(self, db: Writer, days: int = 3) -> Payout:
        payout = self.sent(db, days)
        return payouts.confirm(db, payout.id, self.creator, NOW + (days + 1) * DAY)

    def standing(self, db: Writer) -> dict[str, int]:
        return {name: amount for name, amount in statements.stages(db, self.creator, "IDR").items() if amount}

    def owes(self, db: Writer) -> int:
        return ledger.balance(db, ledger.owes(self.shop.id), "IDR")


def told(db: Writer, notice: str) -> list[dict[str, Any]]:
    found = db.scalars(select(OutboxMessage).where(OutboxMessage.notice == notice).order_by(OutboxMessage.id))
    return [one.facts for one in found]


def at_peace(db: Writer) -> None:
    assert list(verifying.problems(db)) == []


# -- what is taken off ---------------------------------------------------------------------------------------


@pytest.mark.both
def test_goods_paid_back_after_the_payout_come_off_later_ones_never_above_half(database: Database) -> None:
    with database.write() as db:
        pair = Pair(db)
        first = pair.sold(db)
        pair.paid(db)
        refunding.part(db, first.id, pair.shop.owner_id, 140_000, NOW + 5 * DAY)
        assert pair.standing(db) == {"clawback": -14_000}

        pair.sold(db, "Budi", plain=1, cheese=0)
        second = pair.paid(db, 6)
        assert (second.gross, second.netted, second.amount) == (6_500, 3_250, 3_250)
        assert pair.standing(db) == {"clawback": -10_750}
        assert pair.owes(db) == 0
        at_peace(db)


def test_what_could_not_be_netted_in_a_year_is_let_go(database: Database) -> None:
    with database.write() as db:
        pair = Pair(db)
        first = pair.sold(db)
        pair.paid(db)
        refunding.part(db, first.id, pair.shop.owner_id, 140_000, NOW + 5 * DAY)
        pair.sold(db, "Budi", plain=1, cheese=0)
        pair.draft(db, 6)
        later = NOW + 5 * DAY + timedelta(days=365)

        assert clawbacks.write_off(db, later - DAY) == 0, "not a day too early"
        assert clawbacks.write_off(db, later) == 1
        assert pair.standing(db) == {"payable": 6_500, "clawback": -3_250}, "what a draft takes off stays for it"
        assert clawbacks.write_off(db, later) == 0
        at_peace(db)


def test_tax_is_kept_back_only_where_the_seller_says_so_and_handed_on_once(database: Database) -> None:
    with database.write() as db:
        pair = Pair(db)
        settings.put(db, pair.shop, Withholds(250))
        pair.sold(db)
        paid = pair.paid(db)

        assert (paid.gross, paid.withheld, paid.amount) == (14_000, 350, 13_650)
        assert settings.kept_back(db, pair.shop) == pair.owes(db) == 350
        with pytest.raises(AlreadyDone):
            settings.hand_on(db, pair.shop, 351, NOW + 9 * DAY)
        settings.hand_on(db, pair.shop, 350, NOW + 9 * DAY)
        with pytest.raises(AlreadyDone):
            settings.hand_on(db, pair.shop, 350, NOW + 10 * DAY)
        assert pair.owes(db) == 0
        at_peace(db)


def test_a_payout_that_nobody_has_begun_follows_its_lines(database: Database) -> None:
    with database.write() as db:
        pair = Pair(db)
        order = pair.sold(db)
        settings.put(db, pair.shop, FourEyes(10_000))
        payout = pair.draft(db)
        payouts.submit(db, payout.id, pair.shop.owner_id, NOW + 3 * DAY)
        refunding.part(db, order.id, pair.shop.owner_id, 40_000, NOW + 4 * DAY)

        fresh = db.get_one(Payout, payout.id, populate_existing=True)
        assert (fresh.state, fresh.gross) == ("cancelled", 0), "its lines were written anew"
        assert pair.draft(db, 5).amount == 10_000
        at_peace(db)


# -- whose word settles it -----------------------------------------------------------------------------------


@pytest.mark.both
def test_a_week_without_a_word_is_not_contested_and_never_called_received(database: Database) -> None:
    with database.write() as db:
        pair = Pair(db)
        order = pair.sold(db)
        payout = pair.sent(db)
    timetable.run_due(database, NOW + 3 * DAY + timedelta(days=6, hours=23))
    with database.read() as db:
        assert db.get_one(Payout, payout.id).state == "sent"
    timetable.run_due(database, NOW + 3 * DAY + timedelta(days=7))
    with database.write() as db:
        fresh = db.get_one(Payout, payout.id)
        assert (fresh.state, fresh.confirmed_by) == ("confirmed", "silence")
        why = statements.explain(db, db.get_one(Order, order.id), pair.creator)
        assert why
        assert (why.state, why.confirmed_by) == ("settled", "silence")
        assert len([one for one in told(db, "payout_sent") if one.get("again")]) == 2
        assert len(told(db, "payout_not_contested")) == 1
        at_peace(db)


@pytest.mark.both
def test_it_came_back_after_it_was_received_and_is_paid_again(database: Database) -> None:
    with database.write() as db:
        pair = Pair(db)
        first = pair.sold(db)
        pair.paid(db)
        refunding.part(db, first.id, pair.shop.owner_id, 140_000, NOW + 5 * DAY)
        pair.sold(db, "Budi")
        payout = pair.paid(db, 6)
        assert payout.netted == 7_000

        payouts.reverse(db, payout.id, None, NOW + 8 * DAY, how="xendit")
        assert pair.standing(db)["reserved"] == payout.amount
        assert statements.earnings(db, pair.creator, "IDR", NOW + 8 * DAY).received == 14_000
        with pytest.raises(AlreadyDone):
            payouts.reverse(db, payout.id, None, NOW + 8 * DAY, how="xendit")
        with pytest.raises(AlreadyDone):
            payouts.cancel(db, payout.id, pair.shop.owner_id, NOW + 8 * DAY)
        payouts.send(db, payout.id, pair.shop.owner_id, None, NOW + 9 * DAY)
        payouts.confirm(db, payout.id, pair.creator, NOW + 9 * DAY)

        assert pair.standing(db) == {"clawback": -7_000}, "netted once, whatever became of the money"
        assert [one.number for one in db.scalars(select(PayoutReceipt).order_by(PayoutReceipt.id))] == [1, 2, 3]
        at_peace(db)


def test_a_payout_called_off_gives_its_lines_back(database: Database) -> None:
    with database.write() as db:
        pair = Pair(db)
        pair.sold(db)
        payout = pair.sent(db)
        payouts.missing(db, payout.id, pair.creator, NOW + 4 * DAY)
        payouts.cancel(db, payout.id, pair.shop.owner_id, NOW + 4 * DAY)

        assert pair.standing(db) == {"payable": 14_000}
        assert pair.paid(db, 5).amount == 14_000
        at_peace(db)


def test_one_picture_proves_one_payout(database: Database) -> None:
    with database.write() as db:
        pair = Pair(db)
        pair.sold(db)
        proof = media.keep(db, pair.shop.owner_id, b"a picture", NOW, mime="image/png")
        again = media.keep(db, pair.shop.owner_id, b"a picture", NOW, mime="image/png")
        first = pair.draft(db)
        payouts.send(db, first.id, pair.shop.owner_id, proof, NOW + 3 * DAY)
        payouts.missing(db, first.id, pair.creator, NOW + 4 * DAY)
        payouts.send(db, first.id, pair.shop.owner_id, again, NOW + 4 * DAY)
        payouts.confirm(db, first.id, pair.creator, NOW + 5 * DAY)
        pair.sold(db, "Budi")
        second = pair.draft(db, 6)

        with pytest.raises(ProofUsed):
            payouts.send(db, second.id, pair.shop.owner_id, again, NOW + 6 * DAY)
        with pytest.raises(AlreadyDone):
            payouts.confirm(db, second.id, pair.creator, NOW + 6 * DAY)


# -- a second pair of eyes -----------------------------------------------------------------------------------


def test_from_an_amount_on_two_people_agree_and_none_of_them_is_paid_by_it(database: Database) -> None:
    with database.write() as db:
        pair, helper = Pair(db), a_person(db, "Nia")
        settings.put(db, pair.shop, FourEyes(14_000))
        pair.sold(db)
        payout, owner = pair.draft(db), pair.shop.owner_id
        with pytest.raises(NeedsSecondPerson):
            payouts.send(db, payout.id, owner, None, NOW + 3 * DAY)
        with pytest.raises(AlreadyDone):
            payouts.approve(db, payout.id, helper, NOW + 3 * DAY)
        with pytest.raises(NotYours):
            payouts.submit(db, payout.id, pair.creator, NOW + 3 * DAY)
        payouts.submit(db, payout.id, owner, NOW + 3 * DAY)
        for one in (owner, pair.creator):
            with pytest.raises(NotYours):
                payouts.approve(db, payout.id, one, NOW + 3 * DAY)
        payouts.send_back(db, payout.id, helper, NOW + 3 * DAY)
        payouts.submit(db, payout.id, owner, NOW + 3 * DAY)
        payouts.approve(db, payout.id, helper, NOW + 3 * DAY)

        payouts.send(db, payout.id, owner, None, NOW + 3 * DAY)
        assert payouts.confirm(db, payout.id, pair.creator, NOW + 4 * DAY).approved_by == helper
        at_peace(db)


# -- what is owed, and since when ----------------------------------------------------------------------------


@pytest.mark.both
def test_who_owes_much_for_long_makes_no_new_deals(database: Database) -> None:
    with database.write() as db:
        pair = Pair(db)
        trusted(db, pair.shop)
        pair.sold(db, plain=20, cheese=20)
        ready = NOW + 2 * DAY
        shop = db.get_one(Shop, pair.shop.id)
        assert not debts.is_late(db, shop.id, ready + timedelta(days=13))
        assert debts.is_late(db, shop.id, ready + timedelta(days=14))
        assert debts.overdue(db, shop, ready + timedelta(days=14)) == 280_000
        with pytest.raises(OwesTooMuch):
            debts.refuse_new_deals(db, shop, ready + timedelta(days=14))

        payout = pair.draft(db, 20)
        assert debts.overdue(db, shop, NOW + 20 * DAY) == 280_000, "a draft is no payment"
        payouts.send(db, payout.id, shop.owner_id, None, NOW + 20 * DAY)
        assert not debts.is_late(db, shop.id, NOW + 20 * DAY)
        assert debts.score(db, shop.id) == debts.Score(0, 1)


@pytest.mark.parametrize(("amount", "days", "is_due"), [(6_500, 29, False), (6_500, 30, True), (50_000, 1, True)])
def test_the_floor_holds_a_later_payout_for_a_month_at_most(
    amount: int, days: int, is_due: bool, database: Database
) -> None:
    with database.write() as db:
        pair = Pair(db)
        pair.sold(db, "Budi")
        pair.paid(db)
        pair.sold(db, plain=amount // 6_500 + (amount % 6_500 > 0), cheese=0)
        shop = db.get_one(Shop, pair.shop.id)

        assert paydays.payday(db, shop, NOW + (2 + days) * DAY) == int(is_due)


# -- two who disagree ----------------------------------------------------------------------------------------


def disputed(db: Writer, *, by_creator: bool) -> tuple[Pair, Payout, Dispute]:
    pair = Pair(db)
    people.change(db, a_person(db, "Tetua"), is_operator=True)
    pair.sold(db)
    payout = pair.draft(db)
    payouts.send(db, payout.id, pair.shop.owner_id, None, NOW + 3 * DAY)
    payouts.missing(db, payout.id, pair.creator, NOW + 4 * DAY)
    by = pair.creator if by_creator else pair.shop.owner_id
    found = disputes.begin(db, db.get_one(Payout, payout.id), by, "tidak masuk", NOW + 4 * DAY)
    return pair, payout, found


@pytest.mark.both
@pytest.mark.parametrize("outcome", ["owed", "received"])
def test_who_runs_the_hub_decides_and_the_money_follows(outcome: str, database: Database) -> None:
    with database.write() as db:
        pair, payout, found = disputed(db, by_creator=False)
        judge = a_person(db, "Tetua")
        with pytest.raises(DisputeOpen):
            disputes.begin(db, payout, pair.creator, "sekali lagi", NOW + 4 * DAY)
        with pytest.raises(NotYours):
            disputes.answer(db, found.id, pair.shop.owner_id, "x", NOW + 4 * DAY)
        disputes.answer(db, found.id, pair.creator, "saldo saya tetap", NOW + 5 * DAY)
        for one in (pair.creator, pair.shop.owner_id):
            with pytest.raises(NotYours):
                disputes.decide(db, found.id, one, outcome, "x", NOW + 6 * DAY)
        disputes.decide(db, found.id, judge, outcome, "terlihat di mutasi", NOW + 6 * DAY)

        fresh = db.get_one(Payout, payout.id, populate_existing=True)
        assert (fresh.state, fresh.confirmed_by) == {
            "owed": ("missing", None),
            "received": ("confirmed", "mediator"),
        }[outcome]
        assert [one.outcome for one in disputes.published(db)] == [outcome]
        assert len(told(db, "dispute_closed")) == 2
        at_peace(db)


def test_where_nobody_decides_what_was_promised_stays_promised(database: Database) -> None:
    with database.write() as db:
        pair, payout, found = disputed(db, by_creator=True)
    timetable.run_due(database, NOW + 6 * DAY)
    with database.read() as db:
        assert db.get_one(Dispute, found.id).state == "mediating"
    timetable.run_due(database, NOW + 13 * DAY)
    with database.write() as db:
        closed = db.get_one(Dispute, found.id)
        assert (closed.state, closed.outcome, closed.by_default, closed.decided_by) == ("closed", "owed", True, None)
        assert pair.standing(db) == {"reserved": 14_000}
        assert db.get_one(Payout, payout.id).state == "missing"
        at_peace(db)


def test_silence_can_still_be_contested_and_her_own_word_cannot(database: Database) -> None:
    with database.write() as db:
        pair = Pair(db)
        pair.sold(db)
        payout = pair.sent(db)
    timetable.run_due(database, NOW + 11 * DAY)
    with database.write() as db:
        quiet = db.get_one(Payout, payout.id)
        with pytest.raises(NothingToDispute):
            disputes.begin(db, quiet, pair.shop.owner_id, "x", NOW + 12 * DAY)
        with pytest.raises(NotYours):
            disputes.begin(db, quiet, a_person(db, "Joko"), "x", NOW + 12 * DAY)
        found = disputes.begin(db, quiet, pair.creator, "tidak pernah masuk", NOW + 12 * DAY)
        disputes.agree(db, found.id, pair.shop.owner_id, NOW + 12 * DAY)
        assert pair.standing(db) == {"reserved": 14_000}
        payouts.send(db, payout.id, pair.shop.owner_id, None, NOW + 13 * DAY)
        sure = payouts.confirm(db, payout.id, pair.creator, NOW + 13 * DAY)
        with pytest.raises(NothingToDispute):
            disputes.begin(db, sure, pair.creator, "x", NOW + 14 * DAY)
        assert not disputes.open_of(db, payout.id)
        at_peace(db)


def test_a_creator_who_finds_it_settles_it_herself(database: Database) -> None:
    with database.write() as db:
        pair, payout, found = disputed(db, by_creator=False)
        disputes.agree(db, found.id, pair.creator, NOW + 5 * DAY)

        fresh = db.get_one(Payout, payout.id, populate_existing=True)
        assert (fresh.state, fresh.confirmed_by) == ("confirmed", "creator")
        assert db.scalar(select(Chore.id).where(Chore.kind == "dispute_due", Chore.done_at.is_(None))) is None
        at_peace(db)


def test_two_who_pay_and_receive_meanwhile_have_settled_it(database: Database) -> None:
    with database.write() as db:
        pair, payout, found = disputed(db, by_creator=True)
        payouts.send(db, payout.id, pair.shop.owner_id, None, NOW + 4 * DAY)
        payouts.confirm(db, payout.id, pair.creator, NOW + 5 * DAY)
    for days in (7, 20):
        timetable.run_due(database, NOW + days * DAY)
    with database.write() as db:
        assert db.get_one(Dispute, found.id).outcome == "settled"
        assert list(disputes.published(db)) == []
        at_peace(db)


# -- what a seller says of it --------------------------------------------------------------------------------

SAID = [
    ("empat mata 500rb", FourEyes(500_000)),
    ("Four eyes from 1jt", FourEyes(1_000_000)),
    ("empat mata tidak", FourEyes(None)),
    ("empat mata dong", None),
    ("potong pajak 2,5%", Withholds(250)),
    ("potong pajak pph 5", Withholds(500)),
    ("withhold 0.25 %", Withholds(25)),
    ("potong pajak tidak", Withholds(0)),
    ("potong pajak dulu", None),
    ("potong pajak 36%", None),
    ("buku terbuka", Named(is_named=True)),
    ("closed books", Named(is_named=False)),
    ("pajak", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "read"), SAID)
def test_what_she_writes_about_paying(text: str, read: Any) -> None:
    assert payoutwords.read(text) == read


def test_a_shop_is_named_in_the_books_only_where_its_owner_wants_it(database: Database) -> None:
    from storefront.web import books

    with database.write() as db:
        pair = Pair(db)
        pair.sold(db)
        pair.paid(db)
        assert [one.shop for one in books.of_hub(db, NOW).shops] == [""]
        settings.put(db, pair.shop, Named(is_named=True))
        hub = books.of_hub(db, NOW + 5 * DAY)

        assert [(one.shop, one.confirmed) for one in hub.shops] == [("Dapur Rina", 14_000)]
        assert (hub.days, hub.by_payee, hub.disputed) == (2, 100, 0)
        assert db.scalar(select(Turnover.amount).where(Turnover.journal == "settle").limit(1)) == 14_000


def test_silence_settles_nothing_while_the_books_are_older_than_the_world(database: Database) -> None:
    """After a backup was put back nobody's silence means anything until somebody has compared."""
    with database.write() as db:
        pair = Pair(db)
        pair.sold(db)
        payout = pair.sent(db)
        freezing.freeze(db, NOW + 3 * DAY, NOW + 4 * DAY)
    timetable.run_due(database, NOW + 12 * DAY)
    with database.write() as db:
        assert db.get_one(Payout, payout.id).state == "sent"
        freezing.reconciled(db, NOW + 12 * DAY, resend=False)
    timetable.run_due(database, NOW + 12 * DAY)
    with database.read() as db:
        assert db.get_one(Payout, payout.id).confirmed_by == "silence"


def test_a_dispute_about_one_try_never_takes_back_the_next(database: Database) -> None:
    """It was sent once more while the dispute ran, and nobody objected to that."""
    with database.write() as db:
        pair, payout, found = disputed(db, by_creator=True)
        payouts.send(db, payout.id, pair.shop.owner_id, None, NOW + 5 * DAY)
    for days in (6, 7, 9, 11, 12.1, 13, 20):
        timetable.run_due(database, NOW + timedelta(days=days))
    with database.write() as db:
        fresh = db.get_one(Payout, payout.id)
        assert (fresh.state, fresh.confirmed_by) == ("confirmed", "silence")
        assert db.get_one(Dispute, found.id).outcome == "settled"
        at_peace(db)


def test_what_was_decided_to_be_received_is_not_asked_again(database: Database) -> None:
    with database.write() as db:
        pair = Pair(db)
        people.change(db, a_person(db, "Tetua"), is_operator=True)
        pair.sold(db)
        payout = pair.sent(db)
        payouts.silence(db, payout.id, NOW + 10 * DAY)
        quiet = db.get_one(Payout, payout.id, populate_existing=True)
        with pytest.raises(NothingToDispute):
            disputes.begin(db, quiet, pair.creator, "x", NOW + 80 * DAY)
        found = disputes.begin(db, quiet, pair.creator, "tidak masuk", NOW + 11 * DAY)
        disputes.answer(db, found.id, pair.shop.owner_id, "ada", NOW + 11 * DAY)
        disputes.decide(db, found.id, a_person(db, "Tetua"), "received", "ada di mutasi", NOW + 12 * DAY)
        sure = db.get_one(Payout, payout.id, populate_existing=True)
        assert sure.confirmed_by == "mediator"
        with pytest.raises(NothingToDispute):
            disputes.begin(db, sure, pair.creator, "x", NOW + 13 * DAY)
        at_peace(db)


def test_not_yet_an_hour_later_may_become_received(database: Database) -> None:
    with database.write() as db:
        pair = Pair(db)
        pair.sold(db)
        payout = pair.sent(db)
        payouts.missing(db, payout.id, pair.creator, NOW + 3 * DAY)
        with pytest.raises(AlreadyDone):
            payouts.got(db, payout.id, pair.shop.owner_id, NOW + 3 * DAY)
        assert payouts.got(db, payout.id, pair.creator, NOW + 3 * DAY).confirmed_by == "creator"
        with pytest.raises(AlreadyDone):
            payouts.got(db, payout.id, pair.creator, NOW + 3 * DAY)
        at_peace(db)


def test_what_is_missing_is_reminded_of_on_monday(database: Database) -> None:
    with database.write() as db:
        pair = Pair(db)
        pair.sold(db)
        payout = pair.sent(db)
    timetable.run_due(database, NOW + 7 * DAY)  # a Monday on which nothing waits
    with database.write() as db:
        payouts.missing(db, payout.id, pair.creator, NOW + 8 * DAY)
    timetable.run_due(database, NOW + 14 * DAY)
    with database.read() as db:
        assert [one["payout"] for one in told(db, "payday")] == [payout.id]  # type: ignore[arg-type]


def test_a_second_person_may_be_asked_again_and_about_what_did_not_arrive(database: Database) -> None:
    with database.write() as db:
        pair, helper, other = Pair(db), a_person(db, "Nia"), a_person(db, "Eka")
        pair.sold(db)
        payout, owner = pair.draft(db), pair.shop.owner_id
        payouts.send(db, payout.id, owner, None, NOW + 3 * DAY)
        payouts.missing(db, payout.id, pair.creator, NOW + 4 * DAY)
        settings.put(db, pair.shop, FourEyes(10_000))
        with pytest.raises(NeedsSecondPerson):
            payouts.send(db, payout.id, owner, None, NOW + 5 * DAY)
        payouts.submit(db, payout.id, owner, NOW + 5 * DAY)
        payouts.submit(db, payout.id, owner, NOW + 5 * DAY)
        payouts.send_back(db, payout.id, helper, NOW + 5 * DAY)
        payouts.submit(db, payout.id, owner, NOW + 5 * DAY)
        assert payouts.approve(db, payout.id, other, NOW + 5 * DAY).state == "missing"
        at_peace(db)
        payouts.send(db, payout.id, owner, None, NOW + 5 * DAY)
        payouts.confirm(db, payout.id, pair.creator, NOW + 5 * DAY)
        at_peace(db)


def test_a_payout_that_came_back_takes_nothing_off_the_next(database: Database) -> None:
    """What it netted was netted when it was settled first, so the rest is there for others."""
    with database.write() as db:
        pair = Pair(db)
        first = pair.sold(db)
        pair.paid(db)
        refunding.part(db, first.id, pair.shop.owner_id, 140_000, NOW + 5 * DAY)
        pair.sold(db, "Budi", plain=1, cheese=0)
        second = pair.paid(db, 6)
        payouts.reverse(db, second.id, None, NOW + 8 * DAY, how="simulated")

        assert drafts.to_be_netted(db, pair.shop.id, pair.creator) == 0
        at_peace(db)


def test_a_refund_meanwhile_is_not_gathered(database: Database) -> None:
    with database.write() as db:
        pair = Pair(db)
        order = pair.sold(db)
        refunding.part(db, order.id, pair.shop.owner_id, 140_000, NOW + 3 * DAY)
        with pytest.raises(NothingToPay):
            pair.draft(db)
