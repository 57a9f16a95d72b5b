"""Meeting, telling, doing things together: what nobody may be bothered with, and what must not be published."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import delete, func, select, update

from bots.hub import Simulated
from storefront import media, people, rows
from storefront.database import Database, Reader, Writer
from storefront.drawing import recipes
from storefront.earning import bargains, contents, guide, lessons, measures, meeting, payouts, sharing
from storefront.earning.lessons import LESSONS
from storefront.models import Customer, Deal, Deliverable, OutboxMessage, Product, Shop, Tally
from storefront.refusals import (
    AskedBefore,
    AskedOften,
    NothingToBring,
    NothingToRecommend,
    NotYours,
    PhotoTakenBack,
    PollIsOver,
    PollOpen,
    StillUnpaid,
    TooManyOffers,
)
from storefront.selling import causes, objections, polls
from storefront.selling.orders import changing, confirming, paying, placing
from tests.builders import NOW, a_deal, a_person, a_product, a_shop, a_wish, an_order, trusted
from tests.conftest import AGREED, OPEN_SHOP, tell

WEEK = timedelta(days=7)


def a_neighbour(db: Writer, name: str, **more: Any) -> int:
    person_id = a_person(db, name)
    usual: dict[str, Any] = {"is_found": True}
    meeting.introduce(db, person_id, "Griya Asri", "Depok", ["cake"], NOW, **{**usual, **more})
    return person_id


def paying_shop(db: Writer, owner: str = "Rina", name: str = "Dapur Rina") -> Shop:
    shop = a_shop(db, owner, name)
    card = a_product(db, shop)
    a_deal(db, shop, card, f"Teman {owner}")
    return db.get_one(Shop, shop.id, populate_existing=True)


def told(db: Reader, notice: str) -> int:
    return db.scalar(select(func.count()).where(OutboxMessage.notice == notice)) or 0


# -- offers ----------------------------------------------------------------------------------------------


@pytest.mark.both
def test_a_neighbour_is_asked_once_a_month_by_a_shop_and_five_times_a_week_by_all(database: Database) -> None:
    with database.write() as db:
        dewi = a_neighbour(db, "Dewi")
        for number in range(meeting.HEARD_A_WEEK):
            meeting.offer(db, paying_shop(db, f"Ibu {number}", f"Warung {chr(65 + number)}"), dewi, NOW)
        one_more = paying_shop(db)

        with pytest.raises(AskedOften):
            meeting.offer(db, one_more, dewi, NOW)
        meeting.offer(db, one_more, dewi, NOW + WEEK)
        with pytest.raises(AskedBefore):
            meeting.offer(db, one_more, dewi, NOW + 3 * WEEK)
        assert told(db, "deal_offered") == meeting.HEARD_A_WEEK + 1


def test_a_shop_asks_so_many_a_week(database: Database) -> None:
    with database.write() as db:
        shop = paying_shop(db)
        for number in range(meeting.OFFERS_A_WEEK):
            meeting.offer(db, shop, a_neighbour(db, f"N{number}"), NOW)

        with pytest.raises(TooManyOffers):
            meeting.offer(db, shop, a_neighbour(db, "Dewi"), NOW)


def not_found(db: Writer, shop: Shop, dewi: int) -> None:
    sharing.no_more(db, dewi)


def too_young(db: Writer, shop: Shop, dewi: int) -> None:
    people.change(db, dewi, of_age_on=NOW.date() + WEEK)


def frozen(db: Writer, shop: Shop, dewi: int) -> None:
    db.execute(update(Shop).where(Shop.id == shop.id).values(frozen_at=NOW))


def agreed(db: Writer, shop: Shop, dewi: int) -> None:
    a_deal(db, shop, a_product(db, shop), "Dewi")


@pytest.mark.parametrize("why", [not_found, too_young, frozen, agreed])
def test_who_may_not_be_asked(why: Callable[[Writer, Shop, int], None], database: Database) -> None:
    with database.write() as db:
        shop, dewi = paying_shop(db), a_neighbour(db, "Dewi")
        assert [one.name for one in meeting.neighbours(db, shop, NOW)] == ["Dewi"]
        why(db, shop, dewi)
        shop = db.get_one(Shop, shop.id, populate_existing=True)

        with pytest.raises(NotYours):
            meeting.offer(db, shop, dewi, NOW)
        assert why is frozen or meeting.neighbours(db, shop, NOW) == []


def test_an_empty_shelf_asks_nobody(database: Database) -> None:
    with database.write() as db:
        shop, dewi = paying_shop(db), a_neighbour(db, "Dewi")
        db.execute(update(Product).where(Product.shop_id == shop.id).values(is_hidden=True))

        with pytest.raises(NothingToRecommend):
            meeting.offer(db, shop, dewi, NOW)
        with pytest.raises(NothingToRecommend):
            meeting.neighbours(db, shop, NOW)


def test_the_days_to_a_first_deal_are_counted(database: Database) -> None:
    with database.write() as db:
        shop, dewi = paying_shop(db), a_neighbour(db, "Dewi")

        assert meeting.days_to_first_deal(db, dewi) is None
        a_deal(db, shop, a_product(db, shop), "Dewi")
        assert meeting.days_to_first_deal(db, dewi) == 0


# -- reminders -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rhythm", "moment", "due"),
    [
        ("weekly", "2026-06-16 09:00", "2026-06-19 16:00"),
        ("weekly", "2026-06-19 15:59", "2026-06-19 16:00"),
        ("weekly", "2026-06-19 16:00", "2026-06-26 16:00"),
        ("twice", "2026-06-16 16:00", "2026-06-19 16:00"),
        ("twice", "2026-06-20 09:00", "2026-06-23 16:00"),
        ("daily", "2026-06-30 17:00", "2026-07-01 16:00"),
    ],
)
def test_the_next_afternoon(rhythm: str, moment: str, due: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=NOW.tzinfo)

    assert f"{sharing.next_of(rhythm, at):%Y-%m-%d %H:%M}" == due


def test_a_reminder_is_of_what_can_be_ordered_and_closes_next(database: Database) -> None:
    with database.write() as db:
        shop = paying_shop(db)
        deal = a_deal(db, shop, a_product(db, shop, name="Bolu", closes_at=NOW + timedelta(hours=30)), "Dewi")
        a_product(db, shop, name="Kue", closes_at=NOW + timedelta(days=5))
        sharing.set_rhythm(db, deal.creator_id, "daily", NOW)

        assert [closing(db, shop, NOW + timedelta(hours=h)) for h in (1, 31, 200)] == [
            "Bolu",
            "Brownies Kukus Pandan",
            "",
        ]
        sharing.remind(db, deal.creator_id, NOW + timedelta(hours=200))
        assert told(db, "share_reminder") == 0
        sharing.remind(db, deal.creator_id, NOW)
        assert told(db, "share_reminder") == 1
        sharing.no_more(db, deal.creator_id)
        sharing.remind(db, deal.creator_id, NOW)
        assert told(db, "share_reminder") == 1


def closing(db: Reader, shop: Shop, now: datetime) -> str:
    found = sharing.closing_next(db, [shop.id], now)
    return found[0].name if found else ""


def test_a_photo_taken_back_makes_no_more_pictures(database: Database) -> None:
    with database.write() as db:
        shop = paying_shop(db)
        deal = a_deal(db, shop, a_product(db, shop), "Dewi")
        kept = media.keep(db, shop.owner_id, b"a photo", NOW)
        photo = sharing.of_kitchen(db, sharing.add_to_kitchen(db, shop.id, kept, "", NOW, may_use=True), shop.id)
        token = sharing.kitchen(db, shop.id, for_creators=True)[0][1]
        made = sharing.picture(db, deal, deal.product_id, "", token, "kitchen", NOW)

        sharing.refuse_taken_back(db, made)
        sharing.may_use(db, photo, may=False)
        with pytest.raises(PhotoTakenBack):
            sharing.refuse_taken_back(db, made)


# -- polls -----------------------------------------------------------------------------------------------


def a_poll(db: Writer, shop: Shop, *options: str) -> int:
    return polls.begin(db, shop, shop.owner_id, None, "apa?", options or ("keju", "coklat"), NOW).id


@pytest.mark.parametrize(("votes", "winner"), [([], None), ([1], 1), ([0, 1, 1], 1), ([1, 0], 0), ([1, 0, 1, 0], 0)])
def test_who_wins(votes: list[int], winner: int | None, database: Database) -> None:
    with database.write() as db:
        poll_id = a_poll(db, paying_shop(db))
        for number, option in enumerate(votes):
            polls.vote(db, poll_id, a_person(db, f"V{number}"), option, NOW)
        polls.ends(db, poll_id, NOW + WEEK)
        polls.ends(db, poll_id, NOW + WEEK)

        poll = polls.by_token(db, db.scalars(select(polls.Poll.token)).one())
        assert poll is not None
        assert poll.winner == winner
        assert told(db, "poll_over") == 1
        with pytest.raises(PollIsOver):
            polls.vote(db, poll_id, a_person(db, "Late"), 0, NOW + WEEK)


def test_one_person_has_one_vote_and_one_asker_one_poll(database: Database) -> None:
    with database.write() as db:
        shop = paying_shop(db)
        poll_id = a_poll(db, shop)
        sari = a_person(db, "Sari")
        for option in (0, 1, 1):
            polls.vote(db, poll_id, sari, option, NOW)

        assert polls.counts(db, db.get_one(polls.Poll, poll_id)) == [0, 1]
        with pytest.raises(NotYours):
            polls.vote(db, poll_id, sari, 2, NOW)
        with pytest.raises(PollOpen):
            a_poll(db, shop)
        polls.stop(db, db.get_one(polls.Poll, poll_id), NOW)
        assert a_poll(db, shop)


@pytest.mark.parametrize(("name", "heard"), [("Bolu Keju", 1), ("Keju", 1), ("Brownies", 0), ("Kejutan", 0)])
def test_voters_hear_of_the_winner_once(name: str, heard: int, database: Database) -> None:
    with database.write() as db:
        shop = paying_shop(db)
        poll_id = a_poll(db, shop)
        polls.vote(db, poll_id, a_person(db, "Sari"), 0, NOW)
        polls.vote(db, poll_id, a_person(db, "Tono"), 1, NOW)
        polls.ends(db, poll_id, NOW)

        for _ in range(2):
            a_product(db, shop, name=name, options=(("keju", 5_000),))
        assert told(db, "poll_opened") == heard


# -- gifts -----------------------------------------------------------------------------------------------


def test_only_what_is_paid_is_brought_and_nothing_unpaid_is_left_behind(database: Database) -> None:
    with database.write() as db:
        shop = trusted(db, a_shop(db))
        card = a_product(db, shop, options=())
        cause = causes.begin(db, shop, card.product.id, "Panti", "Jl Melati 3", 30, NOW)
        with pytest.raises(NothingToBring):
            causes.brought(db, cause, shop.owner_id, 1, "", NOW)
        given = placing.Given(cause.id, frozenset())
        orders = [
            placing.place(db, a_person(db, name), card, a_wish(card, 2), NOW, given=given).order
            for name in ("Sari", "Tono")
        ]
        paying.choose(db, orders[0].id, orders[0].buyer_id, "qris", NOW)
        confirming.confirm(db, orders[0].id, shop.owner_id, NOW)

        assert (causes.standing(db, cause).paid, causes.standing(db, cause).givers) == (2, 1)
        proof = media.keep(db, shop.owner_id, b"a photo", NOW)
        with pytest.raises(StillUnpaid):
            causes.brought(db, cause, shop.owner_id, proof, "", NOW)
        changing.cancel(db, orders[1].id, orders[1].buyer_id, NOW)
        causes.brought(db, cause, shop.owner_id, proof, "terima kasih", NOW)
        assert (told(db, "cause_brought"), told(db, "on_the_way")) == (1, 0)


# -- figures that must not name one ------------------------------------------------------------------------


def test_five_contents_of_one_neighbour_are_no_guide(database: Database) -> None:
    with database.write() as db:
        shop = paying_shop(db)
        deal = a_deal(db, shop, a_product(db, shop), "Dewi")
        for number in range(5):
            who = {"shop_id": shop.id, "creator_id": deal.creator_id, "deal_id": deal.id}
            made = {"words": "x", "fee": 50_000, "currency": "IDR", "state": "handed_in", "at": NOW, "due_at": NOW}
            one = db.get_one(Deliverable, rows.add(db, Deliverable, **who, **made))
            contents.accept(db, one, shop.owner_id, NOW)
            payout = payouts.draft(db, shop, deal.creator_id, NOW, by_hand=True)
            payouts.send(db, payout.id, shop.owner_id, None, NOW)
            payouts.confirm(db, payout.id, deal.creator_id, NOW + timedelta(days=number))
        found = guide.guide(db, NOW)

        assert (found.deals, found.is_enough, found.fees, found.rates) == (1, False, None, None)


def test_a_buyer_conceded_and_lost_again_is_no_debt(database: Database) -> None:
    with database.write() as db:
        shop = trusted(db, a_shop(db))
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        order = an_order(db, card, "Sari", paid=True).order
        known = rows.add(
            db,
            objections.Objection,
            shop_id=shop.id,
            order_id=order.id,
            creator_id=deal.creator_id,
            deal_id=deal.id,
            reason="nobody",
            words="lewat saya",
            state="open",
            at=NOW,
            due_at=NOW + WEEK,
        )
        objections.concede(db, db.get_one(objections.Objection, known), shop.owner_id, NOW)
        assert sums_of(db, deal) == {"buyers": 1, "ordered": 1}
        confirming.undo(db, order.id, shop.owner_id, NOW)
        assert sums_of(db, deal) == {"buyers": 0, "ordered": 0}


def sums_of(db: Reader, deal: Deal) -> dict[str, int]:
    mine = (Tally.scope == "deal", Tally.scope_id == deal.id, Tally.what.in_(["buyers", "ordered"]))
    return dict(db.execute(select(Tally.what, func.sum(Tally.n)).where(*mine).group_by(Tally.what)).all())


# -- a hub that was there before -----------------------------------------------------------------------------


@pytest.mark.both
def test_what_was_sold_before_is_counted_as_if_it_had_been_counted_then(database: Database) -> None:
    with database.write() as db:
        shop = trusted(db, a_shop(db))
        card = a_product(db, shop, quota=None)
        deal = a_deal(db, shop, card)
        for buyer in ("Sari", "Tono", "Sari"):
            an_order(db, card, buyer, through=deal, paid=True)
        # what only links and talks tell cannot be known afterwards
        known = select(Tally).where(Tally.what != "chatted", Tally.n != 0)
        before = {(one.scope, one.scope_id, one.period, one.what, one.subject): one.n for one in db.scalars(known)}
        db.execute(delete(Tally))
        db.execute(update(Customer).values(back_order_id=None))
        run_backfill(db)
        db.expire_all()
        after = {(one.scope, one.scope_id, one.period, one.what, one.subject): one.n for one in db.scalars(known)}

        assert after == before


def run_backfill(db: Writer) -> None:
    from importlib import import_module

    step = import_module("storefront.migrations.versions.0009_creators")
    context = MigrationContext.configure(db.connection())
    with Operations.context(context):
        step.brought_before()


# -- how creators fare -----------------------------------------------------------------------------------


def test_an_empty_hub_has_nothing_to_measure_and_says_so(database: Database) -> None:
    with database.read() as db:
        found = measures.measures(db, NOW)

    assert (found.creators, found.days_to_deal, found.top_tenth, found.fee_gap, found.taught) == (
        0,
        None,
        None,
        None,
        0,
    )


@pytest.mark.both
def test_what_is_measured_is_what_happened(database: Database) -> None:
    with database.write() as db:
        shop = trusted(db, a_shop(db))
        card = a_product(db, shop, quota=None)
        dewi = a_neighbour(db, "Dewi")
        deals_of = [a_deal(db, shop, card, name) for name in ("Dewi", *(f"N{number}" for number in range(9)))]
        for number, deal in enumerate(deals_of):
            for order in range(10 if number == 0 else 1):
                an_order(db, card, f"B{number}-{order}", through=deal, paid=True)
        for name in LESSONS:
            lessons.answer(db, dewi, name, NOW, is_right=True)
            lessons.answer(db, dewi, name, NOW, is_right=False)  # her first answer counts
        lessons.answer(db, deals_of[1].creator_id, "tax", NOW, is_right=True)
        worked_out = {"middle": 80_000}
        one = bargains.ask(db, shop, dewi, dewi, 0, 100_000, NOW, reckoned=worked_out)
        bargains.accept(db, one, shop.owner_id, NOW)
        found = measures.measures(db, NOW)

    assert (found.creators, found.findable, found.days_to_deal) == (10, 1, 0)
    assert (found.top_tenth, found.ordered) == (10 * 100 // 19, 19)
    assert (found.taught, found.fee_gap) == (1, 25)


# -- what is in a picture ------------------------------------------------------------------------------------

SHARED = (
    OPEN_SHOP
    + AGREED
    + """
dewi@telegram says: buat gambar
dewi@telegram sends photo: brownies.jpg
rina@telegram sends photo: proof.jpg | dapur: adonan
rina@telegram taps: Boleh dipakai
dewi@telegram says: buat gambar
dewi@telegram taps: Dari dapur
"""
)


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_the_photo_that_was_chosen_is_in_the_picture(
    channel: str, hub: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted: list[tuple[str, bool]] = []
    real = recipes.drawn

    def watched(recipe: str, photo: bytes | None = None) -> bytes:
        wanted.append((recipes.photo_of(recipe), photo is not None))
        return real(recipe, photo)

    monkeypatch.setattr(recipes, "drawn", watched)
    tell(hub, SHARED, channel)

    of_photos = {token: has for token, has in wanted if token}
    assert len(of_photos) == 3  # the seller's, her own, the kitchen's
    assert all(of_photos.values())
