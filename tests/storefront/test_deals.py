"""What a shop promises and to whom, what was agreed word for word, codes nobody may guess, and who looked at a link."""

import hashlib
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select

from bots.hub import Simulated
from referral.attribution import Claim
from referral.rates import Scope
from referral.terms import CONTENT_ANSWERED_WITHIN, RATE_CUT_NOTICE
from storefront import people, timetable, verifying
from storefront.database import Database, Writer
from storefront.earning import bargains, contents, deals, ledger, paydays, payouts, rates, statements, touches
from storefront.models import (
    Agreement,
    Attribution,
    Commitment,
    Deal,
    Deliverable,
    LinkDay,
    LinkVisitor,
    Objection,
    OutboxMessage,
    Payment,
    Payout,
    Refund,
    Shop,
)
from storefront.reading.lines import Line
from storefront.reading.lists import Entry
from storefront.refusals import (
    AlreadyDone,
    ContentsEnough,
    ContentWaits,
    DealWasEnded,
    NotAnOffer,
    NothingAgreed,
    NotYours,
    OwnShop,
    RateOutOfBounds,
    TooManyMisses,
    TooYoung,
)
from storefront.selling import doubts, objections
from storefront.selling.delivery import Handover
from storefront.selling.orders import changing, confirming, entering, paying, placing, refunding
from storefront.web.visits import looks_of
from tests.builders import NOW, a_deal, a_person, a_product, a_shop, a_wish, an_order
from tests.conftest import START, STORIES, tell

DAY = timedelta(days=1)
PHONE = "Mozilla/5.0 (Linux; Android 14; CUBOT P80) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile"


def told(db: Writer, notice: str) -> list[dict[str, object]]:
    return list(db.scalars(select(OutboxMessage.facts).where(OutboxMessage.notice == notice)))


def paid(db: Writer, deal: Deal, now: datetime = NOW) -> int | None:
    holding = rates.frozen(db, db.get_one(Deal, deal.id, populate_existing=True), now)
    return holding.rate_bp if holding else None


# -- promises --------------------------------------------------------------------------------------------


@pytest.mark.both
@pytest.mark.parametrize(
    ("scope", "before", "value", "begins_later"),
    [
        (Scope.SHOP, None, 1_200, False),
        (Scope.SHOP, None, 900, True),
        (Scope.CREATOR, None, 1_500, False),
        (Scope.CREATOR, None, 500, True),
        (Scope.CREATOR, 1_500, 0, True),
        (Scope.PRODUCT, None, 1_500, False),
        (Scope.PRODUCT, None, 700, True),
        (Scope.PRODUCT, 1_500, 0, True),
        (Scope.CAP, None, 50_000, True),
    ],
)
def test_a_promise_begins_when_it_may(
    scope: Scope, before: int | None, value: int, begins_later: bool, database: Database
) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        subject = {Scope.CREATOR: deal.creator_id, Scope.PRODUCT: card.product.id, Scope.TIER: 20}.get(scope, 0)
        if before:
            rates.promise(db, shop.id, scope, subject, before, NOW)

        begins = rates.promise(db, shop.id, scope, subject, value, NOW)

        assert begins == (NOW + RATE_CUT_NOTICE if begins_later else NOW)
        newest = told(db, "rate_changed")[-1]
        assert newest["now"] is not begins_later


def test_what_had_not_begun_is_taken_back_by_what_comes_after(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        deal = a_deal(db, shop, a_product(db, shop))
        deals.offer(db, shop.id, 500, NOW)
        deals.offer(db, shop.id, 1_100, NOW + DAY)

        assert [paid(db, deal, NOW + n * DAY) for n in (1, 31, 400)] == [1_100, 1_100, 1_100]


@pytest.mark.parametrize("value", [-100, 1, 99, 5_001, 10_000])
def test_no_promise_of_nonsense(value: int, database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)

        with pytest.raises(RateOutOfBounds):
            rates.promise(db, shop.id, Scope.PRODUCT, 1, value, NOW)


def test_a_tier_is_reached_by_orders_that_were_paid(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        deal = a_deal(db, shop, a_product(db, shop))
        rates.promise(db, shop.id, Scope.TIER, 2, 1_300, NOW)
        card = a_product(db, shop, name="Nastar")
        found = []
        for name in ("Sari", "Budi", "Tono"):
            found.append(paid(db, deal))
            an_order(db, card, name, through=deal, paid=True)

        assert found == [1_000, 1_000, 1_300]


# -- agreements ------------------------------------------------------------------------------------------


def test_what_was_agreed_can_be_checked_by_whoever_has_the_words(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        deal = a_deal(db, shop, a_product(db, shop))

        digest = deals.keep_words(db, deal, "10% dari barang, 7 hari", "id", NOW)

        assert digest == hashlib.sha256(b"10% dari barang, 7 hari").digest()
        assert db.scalars(select(Agreement.words)).all() == ["10% dari barang, 7 hari"]
        assert db.scalars(select(Commitment.digest).where(Commitment.kind == "deal")).all() == [digest]


def test_a_deal_left_and_agreed_again_keeps_its_code(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        deals.leave(db, deal, NOW)
        with pytest.raises(AlreadyDone):
            deals.leave(db, deal, NOW)
        with pytest.raises(AlreadyDone):
            deals.end(db, deal, NOW)

        again = deals.agree(db, shop, card.product.id, deal.creator_id, "Dewi", 1_000, NOW + DAY)

        assert (again.id, again.code, again.ended_at) == (deal.id, deal.code, None)


def test_a_seller_ends_a_deal_with_the_notice_of_a_cut(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        deal = a_deal(db, shop, a_product(db, shop))

        ends = deals.end(db, deal, NOW)

        fresh = db.get_one(Deal, deal.id, populate_existing=True)
        assert ends == NOW + RATE_CUT_NOTICE
        assert deals.is_running(fresh, ends - timedelta(seconds=1))
        assert not deals.is_running(fresh, ends)
        assert [facts["code"] for facts in told(db, "deal_ends")] == [deal.code]


@pytest.mark.parametrize(("years", "may"), [(0, False), (15, False), (17, False), (18, True), (60, True)])
def test_who_says_she_is_too_young_is_believed(years: int, may: bool, database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)

        deals.says_her_age(db, deal.creator_id, years, NOW)

        assert deals.is_running(db.get_one(Deal, deal.id, populate_existing=True), NOW) is may
        if may:
            deals.refuse_the_young(db, deal.creator_id, NOW)
            return
        with pytest.raises(TooYoung):
            deals.agree(db, shop, card.product.id, deal.creator_id, "Dewi", 1_000, NOW)
        deals.refuse_the_young(db, deal.creator_id, NOW + 366 * 18 * DAY)


# -- codes -----------------------------------------------------------------------------------------------


def test_nearly_right_offers_what_runs_and_guessing_is_slowed(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal, other = a_deal(db, shop, card), a_deal(db, shop, card, "Dewa")
        assert deals.nearly(db, "DEWI77", NOW) == [deal.code]
        assert deals.nearly(db, "DEWX7", NOW) == sorted([deal.code, other.code])
        deals.leave(db, other, NOW)
        assert deals.nearly(db, "DEWX7", NOW) == [deal.code]
        assert deals.nearly(db, "WULAN", NOW) == []
        assert deals.nearly(db, "no code", NOW) == []

        who = a_person(db, "Joko")
        for _ in range(deals.MISSES_AN_HOUR):
            deals.refuse_guessing(db, who, NOW)
            deals.count_miss(db, who, NOW)
        with pytest.raises(TooManyMisses):
            deals.refuse_guessing(db, who, NOW)
        deals.refuse_guessing(db, who, NOW + timedelta(hours=1))
        deals.refuse_guessing(db, deal.creator_id, NOW)


def test_a_name_means_somebody_only_where_it_is_one(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        sari = a_person(db, "Sari")

        found = deals.named_in(db, shop.id, ("dewi",), sari, NOW)
        assert found
        assert found.id == deal.id
        assert deals.named_in(db, shop.id, ("dewi",), deal.creator_id, NOW) is None
        assert deals.named_in(db, shop.id, ("wulan",), sari, NOW) is None
        deals.agree(db, shop, card.product.id, a_person(db, "Dewi Lestari"), "Dewi Lestari", 1_000, NOW)
        assert deals.named_in(db, shop.id, ("dewi",), sari, NOW) is None


# -- bargains and contents -------------------------------------------------------------------------------


def test_a_bargain_is_about_money_and_both_sides_hold_to_it(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        deal = a_deal(db, shop, a_product(db, shop))
        with pytest.raises(NotAnOffer):
            bargains.ask(db, shop, deal.creator_id, deal.creator_id, 0, None, NOW)
        with pytest.raises(RateOutOfBounds):
            bargains.ask(db, shop, deal.creator_id, deal.creator_id, 6_000, None, NOW)
        with pytest.raises(OwnShop):
            bargains.ask(db, shop, shop.owner_id, shop.owner_id, 1_200, None, NOW)
        first = bargains.ask(db, shop, deal.creator_id, deal.creator_id, 1_200, None, NOW)
        asked = bargains.ask(db, shop, deal.creator_id, deal.creator_id, 800, 50_000, NOW)
        for stranger in (deal.creator_id, a_person(db, "Joko")):
            with pytest.raises(NotYours):
                bargains.of_answerer(db, asked.id, stranger)

        bargains.accept(db, bargains.of_answerer(db, asked.id, shop.owner_id), shop.owner_id, NOW)

        assert paid(db, deal) == 800
        assert db.get_one(Deal, deal.id, populate_existing=True).content_fee == 50_000
        for over in (first, asked):
            with pytest.raises(AlreadyDone):
                bargains.decline(db, over, shop.owner_id, NOW)


@pytest.mark.both
def test_a_content_is_paid_with_the_commissions_and_once(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        deal = a_deal(db, shop, a_product(db, shop))
        with pytest.raises(NothingAgreed):
            contents.hand_in(db, deal, "https://x.example", NOW)
        bargain = bargains.ask(db, shop, deal.creator_id, deal.creator_id, 0, 50_000, NOW)
        bargains.accept(db, bargain, shop.owner_id, NOW)
        agreed = db.get_one(Deal, deal.id, populate_existing=True)
        first = contents.hand_in(db, agreed, "https://x.example/1", NOW)
        with pytest.raises(ContentWaits):
            contents.hand_in(db, agreed, "https://x.example/2", NOW)
        with pytest.raises(NotYours):
            contents.of_seller(db, first.id, deal.creator_id)
        contents.decline(db, first, shop.owner_id, "lebih terang", NOW)
        with pytest.raises(AlreadyDone):
            contents.accept(db, first, shop.owner_id, NOW)
        contents.hand_in(db, agreed, "https://x.example/2", NOW)
    timetable.run_due(database, NOW + CONTENT_ANSWERED_WITHIN)

    with database.write() as db:
        assert db.scalars(select(Deliverable.state).order_by(Deliverable.id)).all() == ["declined", "accepted"]
        assert statements.stages(db, deal.creator_id, "IDR")["payable"] == 50_000
        owner = db.get_one(Shop, shop.id)
        assert paydays.payday(db, owner, NOW + 4 * DAY, by_hand=True) == 1
        payout = db.scalars(select(Payout)).one()
        assert payouts.facts_of(db, payout)["fees"] == payout.amount == 50_000
        payouts.send(db, payout.id, owner.owner_id, None, NOW + 4 * DAY)
        payouts.missing(db, payout.id, deal.creator_id, NOW + 4 * DAY)
        payouts.send(db, payout.id, owner.owner_id, None, NOW + 5 * DAY)
        payouts.confirm(db, payout.id, deal.creator_id, NOW + 5 * DAY)
        assert ledger.balance(db, ledger.owes(shop.id), "IDR") == 0
        assert list(verifying.problems(db)) == []


def test_silence_makes_no_debt_without_end(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        deal = a_deal(db, shop, a_product(db, shop))
        bargains.accept(
            db, bargains.ask(db, shop, deal.creator_id, deal.creator_id, 0, 50_000, NOW), shop.owner_id, NOW
        )
        deal = db.get_one(Deal, deal.id, populate_existing=True)
        for _ in range(contents.MOST_A_MONTH):
            contents.accept(db, contents.hand_in(db, deal, "https://x.example", NOW), shop.owner_id, NOW)

        with pytest.raises(ContentsEnough):
            contents.hand_in(db, deal, "https://x.example", NOW)
        deals.leave(db, deal, NOW)
        with pytest.raises(NothingAgreed):
            contents.hand_in(db, db.get_one(Deal, deal.id, populate_existing=True), "https://x.example", NOW + 60 * DAY)


def test_who_comes_back_has_what_everybody_has(database: Database) -> None:
    """An old bargain is over with its deal; a seller who ended one says yes anew."""
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        who = deal.creator_id
        bargains.accept(db, bargains.ask(db, shop, who, who, 3_000, 50_000, NOW), shop.owner_id, NOW)
        assert bargains.accepted(db, shop.id, who) is None
        deals.leave(db, deal, NOW)

        back = deals.agree(db, shop, card.product.id, who, "Dewi", 1_000, NOW + DAY)
        assert (paid(db, back, NOW + DAY), back.content_fee) == (1_000, None)

        ended = deals.end(db, back, NOW + DAY)
        with pytest.raises(DealWasEnded):
            deals.agree(db, shop, card.product.id, who, "Dewi", 1_000, ended)
        assert deals.agree(db, shop, card.product.id, who, "Dewi", 1_000, ended, seller_agreed=True).ended_at is None


def test_a_tier_that_is_reached_is_not_cut_by_a_products_raise(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        rates.promise(db, shop.id, Scope.TIER, 0, 3_000, NOW)

        begins = rates.promise(db, shop.id, Scope.PRODUCT, card.product.id, 1_100, NOW)

        assert begins == NOW + RATE_CUT_NOTICE
        assert paid(db, deal) == 3_000


def test_a_sample_settles_nothing(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)

        assert contents.give_sample(db, deal, card.product, 2, card.variants[0].price, NOW) == 130_000

        assert not any(statements.stages(db, deal.creator_id, "IDR").values())
        assert ledger.balance(db, ledger.owes(shop.id), "IDR") == 0
        assert contents.samples_of(db, deal.creator_id) == (1, 130_000)
        assert list(verifying.problems(db)) == []


# -- nobody is talked over, and nothing counts twice ------------------------------------------------------


@pytest.mark.both
def test_who_cancels_while_a_refund_is_only_proposed_gets_everything_back(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        order = an_order(db, card, through=a_deal(db, shop, card), paid=True).order
        _, owed = refunding.propose(db, order.id, shop.owner_id, 50_000, NOW)
        assert owed is None
        asked = db.scalars(select(Refund)).one()

        changing.cancel(db, order.id, order.buyer_id, NOW)

        assert db.scalars(select(Payment.state).where(Payment.order_id == order.id)).all() == ["refund_due"]
        for answer in (refunding.agree, refunding.decline):
            with pytest.raises(AlreadyDone):
                answer(db, asked.id, order.buyer_id, NOW)
    with database.read() as db:
        assert list(verifying.problems(db)) == []


def an_objection(db: Writer) -> tuple[Shop, Objection]:
    """Sari had bought before Dewi brought her; Dewi objects to the zero."""
    shop = a_shop(db)
    card = a_product(db, shop)
    an_order(db, card, paid=True)
    deal = a_deal(db, shop, card)
    again = an_order(db, card, through=deal, paid=True, now=NOW + DAY).order
    return shop, objections.object_to(db, again, deal.creator_id, "lewat saya", NOW + DAY)


def test_a_seller_answers_once_and_the_mediator_after_her(database: Database) -> None:
    with database.write() as db:
        shop, objection = an_objection(db)
        tetua = a_person(db, "Tetua")
        people.change(db, tetua, is_operator=True)
        objections.keep(db, objection, shop.owner_id, "tidak", NOW + DAY)
        assert objections.ask_mediator(db, objection.id, objection.creator_id, NOW + DAY) == 1
        fresh = db.get_one(Objection, objection.id, populate_existing=True)

        with pytest.raises(AlreadyDone):
            objections.keep(db, fresh, shop.owner_id, "tetap tidak", NOW + DAY)
        for side in (shop.owner_id, objection.creator_id):
            with pytest.raises(NotYours):
                objections.of_operator(db, fresh.id, side)
        assert objections.concede(db, objections.of_operator(db, fresh.id, tetua), tetua, NOW + DAY) == 14_000
        with pytest.raises(AlreadyDone):
            objections.concede(db, fresh, tetua, NOW + DAY)


def test_silence_on_all_sides_leaves_the_rule_and_says_so(database: Database) -> None:
    with database.write() as db:
        an_objection(db)
        people.change(db, a_person(db, "Tetua"), is_operator=True)
    timetable.run_due(database, NOW + 4 * DAY)
    with database.read() as db:
        assert db.scalars(select(Objection.state)).all() == ["mediating"]
    timetable.run_due(database, NOW + 12 * DAY)

    with database.write() as db:
        assert db.scalars(select(Objection.state)).all() == ["kept"]
        assert [facts["state"] for facts in told(db, "objection_answered")] == ["kept"]


def test_a_cancelled_order_is_written_anew_once(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        gone = an_order(db, card, through=a_deal(db, shop, card), paid=True).order
        changing.cancel(db, gone.id, gone.buyer_id, NOW)
        lines = (Line(card.product.id, 2, None),)

        entries = [Entry(number, "Sari", lines, None, is_paid=True) for number in (1, 2)]
        noted = entering.enter(db, shop.owner_id, "id", entries, NOW)

        assert [db.get_one(Attribution, one.order.id).reason for one in noted] == ["recreated", "nobody"]


def test_a_place_where_all_pick_up_is_nobodys_door(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        point = Handover("pickup", "Sari", "Pos satpam", None)
        for buyer in (deal.creator_id, a_person(db, "Budi")):
            touches.remember(db, deal, buyer, Claim.LINK, NOW)
            placed = placing.place(db, buyer, card, a_wish(card, handover=point), NOW)
            paying.choose(db, placed.order.id, buyer, "qris", NOW)
            confirming.confirm(db, placed.order.id, shop.owner_id, NOW)

        assert doubts.of_order(db, placed.order.id) is None


# -- pages -----------------------------------------------------------------------------------------------


def a_link(hub: Simulated) -> str:
    tell(hub, (STORIES / "creator_orders.chat").read_text(encoding="utf-8"))
    return "/r/DEWI7-1"


def test_looks_are_counted_by_class_after_the_page_and_nobody_is_kept(hub: Simulated) -> None:
    address = a_link(hub)
    hub.visits.flush()
    with hub.database.write() as db:
        deal_id = db.scalars(select(Deal.id)).one()
        db.execute(delete(LinkDay))
    for agent, times in ((PHONE, 3), ("WhatsApp/2.24.13.77 A", 2), ("Googlebot/2.1", 1)):
        for _ in range(times):
            assert hub.client.get(address, headers={"User-Agent": agent}).status_code == 200
    assert hub.client.head(address, headers={"User-Agent": PHONE}).status_code == 200
    with hub.database.read() as db:
        assert looks_of(db, deal_id, START.date()) == {}, "nothing is written while a page is asked for"

    hub.visits.flush()

    with hub.database.read() as db:
        assert looks_of(db, deal_id, START.date()) == {"person": 1, "repeat": 2, "preview": 2, "bot": 2}
        assert all(len(digest) == 16 for digest in db.scalars(select(LinkVisitor.visitor)))


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_rules_page_says_the_rules_own_numbers(language: str, hub: Simulated) -> None:
    page = hub.client.get(f"/how?lang={language}").get_data(as_text=True)

    for number in ("7", "24", "30", "48", "Rp50.000", "Rp14.000", "10"):
        assert number in page


def test_a_poster_is_one_page_and_only_of_a_deal_that_runs(hub: Simulated) -> None:
    a_link(hub)
    answer = hub.client.get("/poster/DEWI7-1.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert answer.data.count(b"/Type /Page\n") == 1
    with hub.database.write() as db:
        deals.leave(db, db.scalars(select(Deal)).one(), NOW)

    assert hub.client.get("/poster/DEWI7-1.pdf").status_code == 404
    assert "merekomendasikan" not in hub.client.get("/r/DEWI7-1").get_data(as_text=True)
