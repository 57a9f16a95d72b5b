"""Every deed a button can do, and who may do it in a shop: its owner, her staff, somebody taken off, a stranger."""

from collections.abc import Callable
from datetime import timedelta
from inspect import signature
from typing import Any

import pytest
from sqlalchemy import func, select

from bots.visit import ACTIONS, FOLLOWERS, Place, Visit
from storefront import rows
from storefront.database import Database, Writer
from storefront.earning import meeting
from storefront.models import (
    Bargain,
    Cause,
    CommissionHold,
    Deal,
    DealOffer,
    Deliverable,
    Destination,
    Dispute,
    Faq,
    KitchenPhoto,
    Media,
    Objection,
    OutboxMessage,
    Payout,
    PayoutAttempt,
    Poll,
    Problem,
    Refund,
    WaitingPlace,
)
from storefront.phrases import Voice
from storefront.refusals import NotYours, OwnersOnly, Refusal
from storefront.selling import relays, safeguards, staff
from storefront.selling.orders import changing, confirming, fulfilling, paying
from storefront.selling.shops import PayTo
from tests.builders import NOW, a_deal, a_person, a_product, a_shop, an_order

KITCHEN_AND_ROAD = {"end_talk", "accept_cod", "sent", "all_sent", "fee_courier", "fee_free", "ask_cancel"}
OWNERS = {
    "money_arrived", "not_there", "undo", "refund_sent", "part_returned", "offer", "say_thanks", "pause_product",
    "resume_product", "hide_product", "show_product", "reopen", "add_staff", "remove_staff", "run_batch", "move_batch",
    "call_off", "rest_arrived", "accept_short", "return_late", "refund", "trial", "add_reseller", "remove_reseller",
    "kitchen_may", "kitchen_gone", "ask_neighbour", "ask_second", "by_provider", "call_off_payout", "hand_on_tax",
    "it_was_sent", "it_was_not_sent",
}  # fmt: skip
BUYERS = {
    "pay_qris", "pay_transfer", "pay_cod", "paid", "proof", "cancel", "agree_cancel", "keep", "refunded", "received",
    "stars", "problem", "settled", "unsafe", "again", "requantify", "part_arrived", "reserve", "take_place",
    "leave_place", "leave_it", "coupon", "cash", "pay_in_full", "not_arrived", "case_kind", "case_accept",
    "case_decline", "refund_right", "refund_wrong",
}  # fmt: skip
#: an owner's word about her own shop and its cases; whoever else tries is told the same, helper or not
OWNER_ALONE = {
    "case_offer", "case_mediate", "case_decide", "stop_change", "recovery_no", "doubt_pay", "content_accept",
    "bargain_yes", "bargain_no", "objection_yes", "faq_drop", "stop_poll", "close_cause", "dispute_agree",
}  # fmt: skip
#: for whoever runs the hub, and for nobody in a shop
OPERATORS = {"freeze", "thaw", "recovery_yes", "doubt_valid"}
#: of a payout, its creator's word alone; anybody else's finds nothing to settle
CREATORS = {"got_it", "not_yet"}
#: about a deal or an objection of her own
HER_OWN = {"leave_deal", "objection_on", "offer_no", "waive", "picture_of"}
#: about herself alone: what she recommends, waits for or wants to hear of, and the pin of whatever shops she owns
ANYBODYS = {
    "join", "recommend", "wait", "set_pin", "news", "no_news", "my_age", "lesson_answer", "rhythm", "vote", "ask_fee",
    "end_sessions",
}  # fmt: skip
#: a second pair of eyes on what the owner would pay
STAFFS = {"approve_payout", "send_back"}
ROLES = ("owner", "staff", "taken off", "stranger")


def scene(db: Writer) -> tuple[dict[str, int], dict[str, Any]]:
    """A shop with one of everything a button can name, and everybody who might reach for it."""
    shop = a_shop(db)
    card = a_product(db, shop)
    people = {"owner": shop.owner_id, "staff": a_person(db, "Nia"), "taken off": a_person(db, "Eka")}
    people["stranger"] = a_person(db, "Joko")
    for name in ("staff", "taken off"):
        staff.join(db, staff.invitation(db, staff.invite(db, shop.id, NOW), NOW).id, people[name], NOW)
    staff.remove(db, shop.id, people["taken off"], NOW)
    order, deal, waits = an_order(db, card).order, a_deal(db, shop, card), a_person(db, "Budi")
    refund = {"order_id": order.id, "amount": 5_000, "currency": "IDR", "state": "due", "at": NOW}
    payout = {"creator_id": deal.creator_id, "currency": "IDR", "amount": 5_000, "sales": 1, "state": "sent"}
    place = {"product_id": card.product.id, "batch_id": card.batch.id, "person_id": waits, "quantity": 1}
    ids = {
        "order": order.id,
        "shop": shop.id,
        "shop_id": shop.id,
        "batch": card.batch.id,
        "product": card.product.id,
        "person": people["staff"],
        "refund": rows.add(db, Refund, shop_id=shop.id, **refund),
        "payout": rows.add(db, Payout, shop_id=shop.id, drafted_at=NOW, **payout),
        "place": rows.add(db, WaitingPlace, shop_id=shop.id, state="waiting", at=NOW, **place),
    }
    ids |= of_a_deal(db, shop.id, order.id, deal)
    asked = {"order_id": order.id, "person_id": order.buyer_id, "is_unsafe": False, "at": NOW, "state": "open"}
    ids["case"] = rows.add(db, Problem, shop_id=shop.id, **asked)
    moving = PayTo("bank", "BCA", "1234567890", "Rina", "BCA ••••7890")
    safeguards.change_destination(db, moving, shop.owner_id, NOW, shop_id=shop.id)
    ids["destination"] = db.scalars(select(Destination.id).order_by(Destination.id.desc()).limit(1)).one()
    ids["recovery"] = safeguards.ask_recovery(db, shop, a_person(db, "Maya"), NOW)
    ids["relay"] = relays.opened(db, shop.id, order.buyer_id, order.id, NOW).id
    meeting.introduce(db, people["staff"], "Griya Asri", "Depok", ["cake"], NOW, is_found=True)
    ids["word"] = "ACDEFHJK"
    words = {
        "what": "resend",
        "outcome": "kept",
        "amount": "5000",
        "session": "1",
        "works": "1",
        "code": "HEMAT",
        "ready": "200000",
        "years": "15",
    }
    ids |= together(db, shop.id, card.product.id, deal)
    words |= {"name": "tax", "said": "right", "rhythm": "weekly", "option": "0", "may": "1", "reason": "full"}
    words |= {"half_hours": "3", "days": "7"}
    said = {**words, "kind": "deliver", "rate_bp": "1000", "media": "1", "stars": "5", "given": "5", "packed": "0x1"}
    return people, {**ids, **said, "quantity": "1", "north": "-6.4", "east": "106.8"}


def of_a_deal(db: Writer, shop_id: int, order_id: int, deal: Deal) -> dict[str, int]:
    """One of everything a deal's two sides decide on."""
    who = {"shop_id": shop_id, "creator_id": deal.creator_id}
    waits = {"order_id": order_id, "at": NOW, "due_at": NOW}
    terms = {"by_person": deal.creator_id, "rate_bp": 1_200, "state": "open", "at": NOW}
    made = {"words": "https://x.example", "fee": 50_000, "currency": "IDR", "state": "handed_in"}
    wrong = {"reason": "existing_customer", "words": "lewat saya", "state": "open"}
    return {
        "deal": deal.id,
        "hold": rows.add(db, CommissionHold, **who, **waits, reasons=["same_address"]),
        "bargain": rows.add(db, Bargain, **who, **terms),
        "content": rows.add(db, Deliverable, **who, **made, deal_id=deal.id, at=NOW, due_at=NOW),
        "objection": rows.add(db, Objection, **who, **waits, **wrong, deal_id=deal.id),
        **of_a_payout(db, who),
    }


def of_a_payout(db: Writer, who: dict[str, int]) -> dict[str, int]:
    """A payout that did not arrive, and its creator who says so."""
    sums = {"currency": "IDR", "amount": 5_000, "sales": 1, "gross": 5_000, "drafted_at": NOW}
    payout_id = rows.add(db, Payout, **who, **sums, state="missing")
    tried = {
        "number": 1,
        "provider": "cash",
        "mask": "",
        "state": "failed",
        "sent_at": NOW,
        "sent_by": who["creator_id"],
    }
    rows.add(db, PayoutAttempt, shop_id=who["shop_id"], payout_id=payout_id, **tried)
    said = {"opened_by": who["creator_id"], "words": "belum masuk", "state": "open", "at": NOW, "due_at": NOW}
    return {"dispute": rows.add(db, Dispute, **who, payout_id=payout_id, **said)}


def together(db: Writer, shop_id: int, product_id: int, deal: Deal) -> dict[str, int]:
    """One of everything that is done together."""
    ends = NOW + timedelta(days=3)
    asked = {"by_person": deal.creator_id, "question": "?", "options": ["a", "b"], "at": NOW, "closes_at": ends}
    offer = {"creator_id": deal.creator_id, "product_id": product_id, "rate_bp": 1_000, "state": "open", "at": NOW}
    gift = {"product_id": product_id, "recipient": "Panti", "address": "Jl Melati 3", "target": 10, "at": NOW}
    picture = {"token": "t" * 20, "digest": b"", "mime": "image/jpeg", "content": b"", "is_public": False}
    media_id = rows.add(db, Media, **picture, created_at=NOW)
    kept = {"question": "tahan lama?", "answer": "ya", "used": 0, "at": NOW}
    return {
        "poll": rows.add(db, Poll, token="poll", shop_id=shop_id, **asked),
        "offer": rows.add(db, DealOffer, shop_id=shop_id, **offer),
        "cause": rows.add(db, Cause, token="gift", shop_id=shop_id, **gift),
        "photo": rows.add(db, KitchenPhoto, shop_id=shop_id, media_id=media_id, words="", may_use=False, at=NOW),
        "faq": rows.add(db, Faq, shop_id=shop_id, **kept),
    }


def refused(db: Writer, name: str, person_id: int, given: dict[str, Any]) -> type[Refusal] | None:
    """Press a button as somebody; the authority refusal it meets, or None where it is hers to press."""
    place = Place("https://hub.example", "bot", "+628", db.zone)
    visit = Visit(person_id, "Nia", Voice("id", db.zone, False), "telegram", None, place, NOW)
    arguments = [str(given[one]) for one in list(signature(ACTIONS[name]).parameters)[2:]]
    try:
        outcome = ACTIONS[name](db, visit, *arguments)
        if type(outcome) in FOLLOWERS:
            FOLLOWERS[type(outcome)](db, visit, outcome)
    except (NotYours, OwnersOnly) as no:
        return type(no)
    except Refusal:
        return None  # hers to press, but nothing to do right now
    return None


def expected(name: str, role: str) -> type[Refusal] | None:
    """Who may do what."""
    if name in ANYBODYS:
        return None
    if name in BUYERS | OPERATORS | HER_OWN:
        return NotYours
    if name in STAFFS:
        return None if role == "staff" else NotYours
    if name in OWNER_ALONE:
        return None if role == "owner" else NotYours
    if role == "owner" or (role == "staff" and name in KITCHEN_AND_ROAD):
        return None
    return OwnersOnly if role == "staff" else NotYours


def test_every_deed_is_somebodys() -> None:
    of_a_shop = KITCHEN_AND_ROAD | OWNERS | OWNER_ALONE | STAFFS
    assert set(ACTIONS) == of_a_shop | OPERATORS | BUYERS | CREATORS | HER_OWN | ANYBODYS


@pytest.mark.parametrize("name", sorted(set(ACTIONS) - CREATORS))
def test_who_may_do_what(name: str, database: Database) -> None:
    """Each of them on the same scene, which is as it was for the next one."""
    with database.write() as db:
        people, given = scene(db)
        for role in ROLES:
            trial = db.begin_nested()
            answer = refused(db, name, people[role], given)
            trial.rollback()
            db.expire_all()

            assert answer is expected(name, role), role


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", sorted(CREATORS))
def test_a_payout_is_settled_by_its_creator_alone(name: str, role: str, database: Database) -> None:
    with database.write() as db:
        people, given = scene(db)

        refused(db, name, people[role], given)

        assert db.get_one(Payout, given["payout"], populate_existing=True).state == "sent"


OWN: dict[str, Callable[[Writer, int, int], object]] = {
    "accept cash": lambda db, order, who: paying.accept_cod(db, order, who, NOW),
    "name the fee": lambda db, order, who: changing.set_fee(db, order, who, 0, NOW),
    "send": lambda db, order, who: fulfilling.send(db, order, who, NOW),
    "ask to cancel": lambda db, order, who: changing.ask_to_cancel(db, order, who, NOW),
    "money arrived": lambda db, order, who: confirming.confirm(db, order, who, NOW),
}


def helper_who_orders(db: Writer) -> tuple[Any, int, Any]:
    """Nia helps in the shop and orders there herself, for cash; Eka helps too."""
    shop = a_shop(db)
    nia = a_person(db, "Nia")
    for person_id in (nia, a_person(db, "Eka")):
        staff.join(db, staff.invitation(db, staff.invite(db, shop.id, NOW), NOW).id, person_id, NOW)
    order = an_order(db, a_product(db, shop), "Nia").order
    paying.choose(db, order.id, nia, "cod", NOW)
    return shop, nia, order


@pytest.mark.parametrize("deed", OWN)
def test_a_helper_decides_nothing_of_her_own_order(deed: str, database: Database) -> None:
    with database.write() as db:
        _, nia, order = helper_who_orders(db)

        with pytest.raises(OwnersOnly):
            OWN[deed](db, order.id, nia)


def test_all_sent_leaves_her_own_order_to_others(database: Database) -> None:
    with database.write() as db:
        shop, nia, order = helper_who_orders(db)
        paying.accept_cod(db, order.id, shop.owner_id, NOW)

        assert fulfilling.send_all(db, order.batch_id, "deliver", nia, NOW) == 0
        assert fulfilling.send_all(db, order.batch_id, "deliver", a_person(db, "Eka"), NOW) == 1


def test_of_her_own_order_others_hear(database: Database) -> None:
    with database.write() as db:
        shop, nia, _ = helper_who_orders(db)

        asked = select(func.count()).where(OutboxMessage.notice == "cod_asked")
        assert [db.scalar(asked.where(OutboxMessage.person_id == who)) for who in (shop.owner_id, nia)] == [1, 0]
        assert db.scalar(asked) == 2
