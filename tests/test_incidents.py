"""What once went wrong, told so that it cannot go wrong again."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from bots.hub import Simulated
from storefront import rows, timetable, verifying
from storefront.database import Database, Reader
from storefront.earning import deals, paydays, payouts, rates, touches
from storefront.models import Attribution, Deal, Identity, InboxMessage, Order, OutboxMessage, Payment, Payout
from storefront.selling import cases
from storefront.selling.orders import changing, confirming, fulfilling, paying, placing
from tests.builders import NOW, a_deal, a_person, a_product, a_shop, an_order
from tests.conftest import OPEN_SHOP, tell

DAY = timedelta(days=1)


def test_a_message_that_cannot_be_rendered_holds_up_nobody(hub: Simulated) -> None:
    tell(hub, "sari@telegram says: halo")
    with hub.database.write() as db:
        broken = {"channel": "telegram", "kind": "say", "notice": "paid", "facts": {}, "attempts": 0}
        address = db.scalars(select(Identity.address)).one()
        times = {"created_at": hub.now(), "due_at": hub.now()}
        rows.add(db, OutboxMessage, **broken, address="999", person_id=None, state="waiting", **times)
        assert address

    tell(
        hub, "tono@telegram says: halo\ntono@telegram sees: Getok\nsari@telegram says: menu\nsari@telegram sees: Getok"
    )

    for _ in range(12):
        hub.movable.set(hub.now() + timedelta(hours=1))
        hub.settle()
    with hub.database.read() as db:
        assert db.scalar(select(OutboxMessage.state).where(OutboxMessage.address == "999")) == "dead"


def test_a_message_that_cannot_even_fail_holds_up_nobody(hub: Simulated) -> None:
    """A number that changed hands belongs to whoever writes from it now."""
    tell(hub, "ani@whatsapp says: halo\nbudi@whatsapp says: halo")
    with hub.database.write() as db:
        ani, budi = db.scalars(select(Identity).order_by(Identity.id)).all()
        db.execute(update(Identity).where(Identity.id == budi.id).values(external_id="whatsapp:ID.2"))
        raw = dict(db.scalars(select(InboxMessage.raw).order_by(InboxMessage.id)).first() or {})
        moved = {**raw, "MessageSid": "SMmoved", "From": ani.address, "ExternalUserId": "whatsapp:ID.2", "Body": "menu"}
        from bots import whatsapp

        whatsapp.admit(db, moved, hub.now())
    hub.settle()

    tell(hub, "cici@whatsapp says: halo\ncici@whatsapp sees: Getok")
    with hub.database.read() as db:
        now_at = db.scalar(select(Identity.address).where(Identity.external_id == "whatsapp:ID.2"))
        assert now_at == ani.address
        assert (
            db.scalar(select(func.count()).select_from(InboxMessage).where(InboxMessage.dead_reason.is_not(None))) == 0
        )


def test_cash_confirmed_under_a_problem_is_held_with_the_rest(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        deal = a_deal(db, shop, card)
        order = an_order(db, card, through=deal).order
        paying.choose(db, order.id, order.buyer_id, "cod", NOW)
        paying.accept_cod(db, order.id, shop.owner_id, NOW)
        fulfilling.send(db, order.id, shop.owner_id, NOW)
        cases.report(db, order.id, order.buyer_id, NOW)
        confirming.confirm(db, order.id, shop.owner_id, NOW)
        assert list(verifying.problems(db)) == []
        cases.put_right(db, order.id, order.buyer_id, NOW)
        fulfilling.release_commission(db, order.id, NOW + DAY)

        assert list(verifying.problems(db)) == []
        assert len(paydays.creators_to_pay(db, shop.id)) == 1


def test_a_wrong_tap_without_a_claim_opens_the_hold_again(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        order = an_order(db, a_product(db, shop)).order
        paying.choose(db, order.id, order.buyer_id, "qris", NOW)
        confirming.confirm(db, order.id, shop.owner_id, NOW)
        confirming.undo(db, order.id, shop.owner_id, NOW)
    timetable.run_due(database, NOW + paying.UNDONE_HELD)
    timetable.run_due(database, NOW + paying.UNDONE_HELD + paying.ASKED_AFTER_HOLD)

    with database.read() as db:
        assert db.scalar(select(Order.state).where(Order.id == order.id)) == "released"


def test_a_buyer_whose_first_payment_was_cash_is_a_customer_all_the_same(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        order = an_order(db, card).order
        paying.choose(db, order.id, order.buyer_id, "cod", NOW)
        paying.accept_cod(db, order.id, shop.owner_id, NOW)
        fulfilling.send(db, order.id, shop.owner_id, NOW)
        fulfilling.receive(db, order.id, order.buyer_id, NOW)
        confirming.confirm(db, order.id, shop.owner_id, NOW)
        deal = a_deal(db, shop, card)
        touches.remember(db, deal, order.buyer_id, touches.attribution.Claim.LINK, NOW + DAY)

        again = an_order(db, card, now=NOW + DAY).order

        assert db.get_one(Attribution, again.id).reason == "existing_customer"


def test_a_raise_holds_at_once_and_a_cut_after_its_notice(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        deal = a_deal(db, shop, a_product(db, shop))
        deals.offer(db, shop.id, 2_000, NOW)
        assert holds(db, deal, NOW) == 2_000
        deals.offer(db, shop.id, 500, NOW)

        assert holds(db, deal, NOW + 29 * DAY) == 2_000
        assert holds(db, deal, NOW + 30 * DAY) == 500
        told = db.scalars(select(OutboxMessage.facts).where(OutboxMessage.notice == "rate_changed")).all()
        assert [(facts["rate_bp"], facts["now"]) for facts in told] == [(2_000, True), (500, False)]


def holds(db: Reader, deal: Deal, now: datetime) -> int:
    found = rates.frozen(db, deal, now)
    assert found
    return found.rate_bp


def test_a_small_amount_is_paid_within_thirty_days_without_another_sale(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop, closes_at=NOW + 90 * DAY)
        deal = a_deal(db, shop, card)
        for buyer in ("Sari", "Tono"):
            order = an_order(db, card, buyer, through=deal, sent=True).order
            fulfilling.release_commission(db, order.id, NOW + DAY)
            if buyer == "Sari":
                paydays.payday(db, shop, NOW + DAY)
                payout = db.scalars(select(Payout)).one()
                payouts.send(db, payout.id, shop.owner_id, None, NOW + DAY)
                payouts.confirm(db, payout.id, deal.creator_id, NOW + DAY)
    for day in range(45):
        timetable.run_due(database, NOW + day * DAY)

    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(Payout)) == 2


def test_nothing_is_confirmed_or_priced_out_of_turn(database: Database) -> None:
    import pytest

    from storefront.refusals import AlreadyDone, FeeMissing
    from storefront.selling.delivery import Handover
    from tests.builders import a_wish

    with database.write() as db:
        shop = a_shop(db)
        card = a_product(db, shop)
        far = Handover("deliver", "Sari", "Margonda 9", None)
        order = placing.place(db, a_person(db, "Sari"), card, a_wish(card, handover=far), NOW).order
        with pytest.raises(FeeMissing):
            confirming.confirm(db, order.id, shop.owner_id, NOW)
        changing.set_fee(db, order.id, shop.owner_id, 10_000, NOW)
        confirming.confirm(db, order.id, shop.owner_id, NOW)
        with pytest.raises(AlreadyDone):
            changing.set_fee(db, order.id, shop.owner_id, 20_000, NOW)
        assert db.scalar(select(Payment.state).where(Payment.order_id == order.id)) == "confirmed"


def test_who_is_erased_leaves_no_word_behind(hub: Simulated) -> None:
    tell(
        hub,
        OPEN_SHOP
        + """
        zubaidah@whatsapp opens: $link
        zubaidah@whatsapp says: 2, antar griya asri C2/5, Zubaidah, qris
        zubaidah@whatsapp taps: Sudah bayar
        rina@telegram taps: Uang masuk
        zubaidah@whatsapp says: hapus data saya
        zubaidah@whatsapp taps: Ya, hapus
        clock: +2h
        """,
    )

    with hub.database.read() as db:
        left = "\n".join(dump(db))
    assert "ubaidah" not in left
    assert "C2/5" not in left
    assert "6280000000001" not in left
    assert hub.verdict() == []


def dump(db: object) -> list[str]:
    """Every row of every table, as text."""
    from storefront.models import Base

    return [repr(row) for table in Base.metadata.sorted_tables for row in db.execute(select(table)).all()]  # type: ignore[attr-defined]


def test_a_refusal_that_cannot_be_spoken_is_given_up_in_the_end(hub: Simulated) -> None:
    """Its sender was stuck for ever behind it, and the ears turned without a rest."""
    from typing import Any

    from storefront.refusals import SoldOut

    tell(hub, "ani@telegram says: halo")

    def refuses(*_: Any) -> None:
        raise SoldOut(left=0, product="x")

    def cannot_speak(*_: Any) -> None:
        raise ValueError("a second fault")

    hub.converse, hub.speak_refusal = refuses, cannot_speak  # type: ignore[method-assign]
    hub.phones.telegram.says("ani", "menu")
    for _ in range(12):
        hub.settle()
        hub.movable.set(hub.now() + timedelta(minutes=2))

    with hub.database.read() as db:
        assert db.scalar(select(func.count()).select_from(InboxMessage).where(InboxMessage.done_at.is_(None))) == 0


def test_while_the_books_are_older_than_the_world_no_place_is_given_away(database: Database) -> None:
    from storefront import freezing

    with database.write() as db:
        shop = a_shop(db)
        order = an_order(db, a_product(db, shop)).order
        paying.choose(db, order.id, order.buyer_id, "qris", NOW)
        freezing.freeze(db, NOW, NOW)
    timetable.run_due(database, NOW + DAY)

    with database.read() as db:
        assert db.scalar(select(Order.state).where(Order.id == order.id)) == "placed"
        assert timetable.next_due(db) is None or timetable.next_due(db) > NOW + DAY
