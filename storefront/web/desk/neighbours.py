"""Whoever recommends the shop: deals and what they brought, what is owed, and paying it with a proof.

A creator's number is shown in one place, in answer to a tap of the seller who is about to pay her, and kept by nothing.
"""

from collections.abc import Callable
from typing import Any

from flask import request

from storefront import freezing, people, pictures, qris
from storefront.database import Reader, Writer
from storefront.earning import deals, debts, drafts, handovers, papers, paydays, payouts, results, settings, trail
from storefront.models import Payout
from storefront.phrases import marked
from storefront.reading.destinations import Destination as Account
from storefront.reading.destinations import shown as account_shown
from storefront.refusals import NothingSaid, NotYours
from storefront.selling import approvals, catalogue, disputes
from storefront.web import disputing, tokens
from storefront.web.desk import desk
from storefront.web.desk.shops import act_of_shop, at, owners, page_of_shop, shop_of, shown
from storefront.web.forms import a_number, must_be_sure
from storefront.web.pages import here
from storefront.web.uploads import kept, with_picture
from storefront.web.visitors import Visitor, done, just_done

PAID_SHOWN = 15
SAID = {
    "gathered": marked("Everything that is ready stands below, one payout a neighbour."),
    "sent": marked("Noted. She is asked whether it arrived."),
    "asked": marked("Whoever works with you has been asked. You hear it in the chat."),
    **disputing.SAID,
    "not_sent": marked("Noted. It is to be paid still."),
    "handed": marked("Your provider has been asked. You hear it in the chat."),
    "cancelled": marked("Called off. What it was to pay is payable again."),
}
STATES = {
    "draft": marked("to be paid"),
    "submitted": marked("waits for a second person"),
    "approved": marked("agreed, to be paid"),
    "sending": marked("with your provider"),
    "sent": marked("sent, not confirmed yet"),
    "missing": marked("has not arrived"),
    "confirmed": marked("received"),
    "cancelled": marked("called off"),
}


@desk.get("/desk/<slug>/neighbours")
@page_of_shop
@owners
def neighbours(db: Reader, me: Visitor) -> Any:
    """Deals by what they brought, what is owed since when, and what was paid."""
    shop = shop_of(me)
    hers = deals.of_shop(db, shop.id, me.now)
    invitation = deals.latest_invitation(db, shop.id)
    return shown(
        "neighbours",
        me,
        "neighbours",
        deals=[(deal, people.name_of(db, deal.creator_id)) for deal in hers],
        sold=results.sold_by_deal(db, [deal.id for deal in hers], me.now),
        owed=debts.debts(db, shop),
        score=debts.score(db, shop.id),
        tax=settings.kept_back(db, shop),
        paid=payouts.of_shop(db, shop.id, PAID_SHOWN),
        states=STATES,
        invitation=f"{here().public_url}/i/{invitation.token}" if invitation and shop.rate_bp is not None else "",
        batch=tokens.batch_link(db.vault, here().public_url, shop.id, me.now),
        keys=tokens.keys_link(db.vault, here().public_url, shop.id, me.person.id, me.now),
        said=just_done(SAID),
    )


@desk.post("/desk/<slug>/neighbours/invite")
@act_of_shop
@owners
def invite(db: Writer, me: Visitor) -> Any:
    """A link that shows the deal; for the newest product, at the shop's own rate."""
    shop = shop_of(me)
    product = catalogue.numbered(db, shop.id, None)
    if shop.rate_bp is None or product is None:
        raise NotYours
    debts.refuse_new_deals(db, shop, me.now)
    deals.invite(db, shop.id, product.id, shop.rate_bp, me.now)
    return done(at(me, "neighbours"))


@desk.post("/desk/<slug>/payouts")
@act_of_shop
@owners
def gather(db: Writer, me: Visitor) -> Any:
    """Everything that is ready, any day she likes: one payout a neighbour."""
    freezing.refuse_while_frozen(db)
    for creator_id in paydays.creators_to_pay(db, shop_of(me).id):
        payouts.draft(db, shop_of(me), creator_id, me.now, by_hand=True)
    return done(at(me, "neighbours"), "gathered")


@desk.get("/desk/<slug>/payouts/<int:number>")
@page_of_shop
def payout(db: Reader, me: Visitor, number: int) -> Any:
    """What one payout pays and why, and how far it has come."""
    return payout_page(db, me, payout_of(db, me, number))


def payout_page(
    db: Reader,
    me: Visitor,
    found: Payout,
    *,
    holder: str = "",
    account: str = "",
    code: Any = "",
    has_changed: bool = False,
) -> str:
    """``holder`` with an ``account`` or the QR ``code`` of it: where the money goes, for who asked to see it now."""
    own = handovers.account_of(db, found.shop_id) if me.is_owner else None
    running = disputes.open_of(db, found.id) if me.is_owner else None
    tried = payouts.newest_attempt(db, found.id) if found.state in {*payouts.MOVED, "missing"} else None
    receipt = papers.of_payout(db, found.id)
    return shown(
        "payout",
        me,
        "neighbours",
        payout=found,
        facts=payouts.facts_of(db, found),
        lines=papers.lines_of(db, found.id),
        steps=payouts.steps_of(db, found.id),
        step_words=trail.STEPS,
        states=STATES,
        waits=found.state in drafts.WAITING,
        tried=tried,
        is_unanswered=tried is not None and found.state == "sending" and tried.due_at is None and bool(tried.key),
        restored=freezing.lately(db, me.now),
        provider=own[0] if own else None,
        receipt=receipt,
        dispute=running,
        is_asked=running is not None and running.state == "open" and running.opened_by != me.person.id,
        may_dispute=me.is_owner and running is None and disputes.may_open(found, me.person.id, me.now),
        said=just_done(SAID),
        holder=holder,
        account=account,
        code=code,
        has_changed=has_changed,
    )


# -- doing -----------------------------------------------------------------------------------------------


@desk.post("/desk/<slug>/payouts/<int:number>/number")
@act_of_shop
@owners
def show_number(db: Writer, me: Visitor, number: int) -> Any:
    """Where the money goes, in full, for this one look."""
    freezing.refuse_while_frozen(db)
    found = payout_of(db, me, number)
    where = payouts.destination_of(db, found.creator_id)
    if found.state not in drafts.WAITING or where is None or where.kind == "cash":
        return payout_page(db, me, found)
    secret = people.unsealed(db, where)
    if where.kind == "qris":
        code = pictures.qr_svg(qris.with_amount(secret, found.amount))
        return payout_page(db, me, found, holder=where.holder, code=code)
    account = account_shown(Account(where.kind, where.brand, secret, None))  # type: ignore[arg-type]
    return payout_page(db, me, found, holder=where.holder, account=account)


@desk.post("/desk/<slug>/payouts/<int:number>/sent")
@with_picture
@act_of_shop
@owners
def sent(db: Writer, me: Visitor, number: int) -> Any:
    """She sent it, with the picture; in cash, without one. What has changed meanwhile is shown first."""
    found = payout_of(db, me, number)
    if a_number(request.form.get("amount")) != found.amount:
        return payout_page(db, me, found, has_changed=True), 409
    photo = kept(db, me)
    if photo is None and request.form.get("cash") != "1":
        raise NothingSaid
    payouts.send(db, found.id, me.person.id, photo, me.now)
    return done(at(me, "payouts", number), "sent")


def ask_second(db: Writer, me: Visitor, found: Payout) -> str:
    approvals.ask(db, found, me.person.id, me.now)
    return "asked"


def agree(db: Writer, me: Visitor, found: Payout) -> str:
    approvals.agree(db, found.id, me.person.id, me.now)
    return "agreed"


def send_back(db: Writer, me: Visitor, found: Payout) -> str:
    approvals.send_back(db, found.id, me.person.id, me.now)
    return "agreed"


def by_provider(db: Writer, me: Visitor, found: Payout) -> str:
    handovers.hand_over(db, found.id, me.person.id, me.now)
    return "handed"


def call_off(db: Writer, me: Visitor, found: Payout) -> str:
    must_be_sure()
    payouts.cancel(db, found.id, me.person.id, me.now)
    return "cancelled"


def was_sent(db: Writer, me: Visitor, found: Payout) -> str:
    handovers.looked_up(db, found.id, me.person.id, me.now, was_sent=True)
    return "sent"


def was_not_sent(db: Writer, me: Visitor, found: Payout) -> str:
    handovers.looked_up(db, found.id, me.person.id, me.now, was_sent=False)
    return "not_sent"


OWNERS: dict[str, Callable[[Writer, Visitor, Payout], str]] = {
    "second": ask_second,
    "provider": by_provider,
    "call-off": call_off,
    "dispute": disputing.begin,
    "agree": disputing.agree,
    "answer": disputing.answer,
    "was-sent": was_sent,
    "was-not-sent": was_not_sent,
}
HELPERS: dict[str, Callable[[Writer, Visitor, Payout], str]] = {"agree": agree, "send-back": send_back}


@desk.post("/desk/<slug>/payouts/<int:number>/<act>")
@act_of_shop
def payout_deed(db: Writer, me: Visitor, number: int, act: str) -> Any:
    """What its owner may do with it, and what whoever helps her may."""
    deed = (OWNERS if me.is_owner else HELPERS).get(act)
    if deed is None:
        raise NotYours
    said = deed(db, me, payout_of(db, me, number))
    return done(at(me, "payouts", number) if me.is_owner else at(me), said)


def payout_of(db: Reader, me: Visitor, number: int) -> Payout:
    """A payout of the shop in view. Raises `NotYours`; who helps sees what waits for a second person, and no other."""
    found = db.get(Payout, number, populate_existing=True) if number < 2**62 else None
    if found is None or found.shop_id != shop_of(me).id:
        raise NotYours
    waits_for_second = found.submitted_by is not None and found.approved_by is None and found.state in approvals.ASKED
    if not me.is_owner and (not waits_for_second or found.creator_id == me.person.id):
        raise NotYours
    return found
