"""A creator's page: what she earned by state with the why of each line, her links and posters, payouts, papers.

Nothing here says who bought. What she may do with her money she may do here as well: say that it arrived or did not,
and call the mediator.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request
from sqlalchemy import select

from referral import links
from storefront.database import Reader, Writer
from storefront.earning import deals, monthly_statements, papers, payouts, results, statements, trail
from storefront.models import Attribution, Order, Payout, PayoutReceipt, Shop
from storefront.phrases import marked
from storefront.refusals import NotYours
from storefront.selling import catalogue, disputes
from storefront.web import disputing, tokens
from storefront.web.charts import Chart, chart
from storefront.web.forms import a_number
from storefront.web.pages import here
from storefront.web.visitors import Visitor, act, done, inside, just_done, look

me = Blueprint("me", __name__)

CURRENCY = "IDR"
LINES_SHOWN = 20
PAYOUTS_SHOWN = 10
WEEKS_SHOWN = 12
SAID = {
    "got": marked("Thank you. It is written down as received."),
    "missing": marked("The shop is asked to look again. The money stays yours."),
    **disputing.SAID,
}
PAYOUT_STATES = {
    "sending": marked("on its way"),
    "sent": marked("sent, to be confirmed by you"),
    "missing": marked("has not arrived"),
    "confirmed": marked("received"),
}


# -- looking ---------------------------------------------------------------------------------------------


@me.get("/me")
@look
def front(db: Reader, who: Visitor) -> Any:
    """Her money by state, what moved lately, and the weeks as a picture."""
    hers = deals.of_creator(db, who.person.id)
    found = statements.lines(db, who.person.id, limit=6)
    return shown(
        "overview",
        who,
        "overview",
        money=statements.earnings(db, who.person.id, CURRENCY, who.now),
        chart=by_week(db, who, hers),
        lines=statements.by_order(found),
        states=statements.STATES,
        payouts=payouts.of_creator(db, who.person.id, 4),
        payout_states=PAYOUT_STATES,
    )


def by_week(db: Reader, who: Visitor, hers: Any) -> Chart:
    brought = results.of(db, hers, CURRENCY, who.now, WEEKS_SHOWN)
    bars = [
        (name.partition("W")[2].lstrip("0"), max(amount, 0), who.t.money(max(amount, 0), CURRENCY))
        for name, amount in brought.by_week
    ]
    return chart(who.t("Earned, week by week"), bars, now=len(bars) - 1)


@me.get("/me/lines")
@look
def lines(db: Reader, who: Visitor) -> Any:
    """Every commission of hers, the newest first."""
    found = statements.lines(db, who.person.id, before=a_number(request.args.get("before")) or None, limit=LINES_SHOWN)
    more = found[-1].id if len(found) == LINES_SHOWN else None
    return shown("lines", who, "lines", lines=statements.by_order(found), more=more, states=statements.STATES)


@me.get("/me/orders/<code>")
@look
def order(db: Reader, who: Visitor, code: str) -> Any:
    """Why one order earned her what it did."""
    thanks = select(Order).join(Attribution, Attribution.order_id == Order.id)
    found = db.scalar(thanks.where(Order.code == code.upper(), Attribution.creator_id == who.person.id))
    why = statements.explain(db, found, who.person.id) if found else None
    if why is None:
        raise NotYours
    facts = {"how": statements.HOW, "states": statements.STATES, "void": statements.VOID_REASONS}
    return shown("order", who, "lines", why=why, **facts)


@me.get("/me/links")
@look
def shared(db: Reader, who: Visitor) -> Any:
    """Links, QR codes and posters of every deal that runs."""
    found = []
    for deal in [one for one in deals.of_creator(db, who.person.id) if deals.is_running(one, who.now)]:
        card = catalogue.card(db, deal.product_id)
        code = links.suffixed(deal.code, card.product.number)
        found.append((deal, card, code, f"{here().public_url}/r/{code}"))
    return shown("links", who, "links", found=found)


@me.get("/me/payouts")
@look
def paid(db: Reader, who: Visitor) -> Any:
    """What was sent to her, by whom, and whether it arrived."""
    found = payouts.of_creator(db, who.person.id, PAYOUTS_SHOWN * 3)
    return shown("payouts", who, "payouts", payouts=found, payout_states=PAYOUT_STATES)


@me.get("/me/payouts/<int:number>")
@look
def payout(db: Reader, who: Visitor, number: int) -> Any:
    """One payout: each line it pays, what happened to it, its receipt, and what she may say of it."""
    found = payout_of(db, who, number)
    receipt = papers.of_payout(db, found.id)
    running = disputes.open_of(db, found.id)
    return shown(
        "payout",
        who,
        "payouts",
        payout=found,
        tried=payouts.newest_attempt(db, found.id),
        shop=db.get_one(Shop, found.shop_id),
        lines=papers.lines_of(db, found.id),
        steps=payouts.steps_of(db, found.id),
        step_words=trail.STEPS,
        payout_states=PAYOUT_STATES,
        paper=papers.written(db, receipt) if receipt else None,
        receipt=receipt_link(db, who, receipt) if receipt else "",
        dispute=running,
        is_asked=running is not None and running.state == "open" and running.opened_by != who.person.id,
        may_dispute=running is None and disputes.may_open(found, who.person.id, who.now),
        said=just_done(SAID),
    )


def receipt_link(db: Reader, who: Visitor, receipt: PayoutReceipt) -> str:
    return tokens.receipt_link(db.vault, here().public_url, receipt.id, who.t.language, who.now)


@me.get("/me/papers")
@look
def kept(db: Reader, who: Visitor) -> Any:
    """Receipts, months as PDF, the year and everything else as tables."""
    place, mine = here().public_url, who.person.id
    months = [
        (name, tokens.month_link(db.vault, place, "creator", mine, name, who.t.language, who.now))
        for name in monthly_statements.months(db, "creator", mine)
    ]
    years = sorted({int(name[:4]) for name, _ in months}, reverse=True)
    return shown(
        "papers",
        who,
        "papers",
        months=[(monthly_statements.bounds_in(who.t.zone, name)[0], link) for name, link in months],
        years=[(year, tokens.year_link(db.vault, place, "creator", mine, year, who.now)) for year in years],
        receipts=[
            (one, code, shop, receipt_link(db, who, one))
            for one, code, shop in papers.held(db, mine, limit=LINES_SHOWN)
        ],
        statement=tokens.statement_link(db.vault, place, mine, who.now),
        results=tokens.results_link(db.vault, place, mine, who.now),
    )


# -- doing -----------------------------------------------------------------------------------------------


def got(db: Writer, who: Visitor, found: Payout) -> str:
    payouts.got(db, found.id, who.person.id, who.now)
    return "got"


def missing(db: Writer, who: Visitor, found: Payout) -> str:
    payouts.missing(db, found.id, who.person.id, who.now)
    return "missing"


DEEDS: dict[str, Callable[[Writer, Visitor, Payout], str]] = {
    "got": got,
    "missing": missing,
    "dispute": disputing.begin,
    "agree": disputing.agree,
    "answer": disputing.answer,
}


@me.post("/me/payouts/<int:number>/<deed>")
@act
def say(db: Writer, who: Visitor, number: int, deed: str) -> Any:
    """What she says of a payout, by the use case the chat calls as well."""
    does = DEEDS.get(deed)
    if does is None:
        raise NotYours
    return done(f"/me/payouts/{number}", does(db, who, payout_of(db, who, number)))


def payout_of(db: Reader, who: Visitor, number: int) -> Payout:
    """A payout of hers that has moved. Raises `NotYours`."""
    found = db.get(Payout, number, populate_existing=True) if number < 2**62 else None
    if found is None or found.creator_id != who.person.id or found.state not in {*payouts.MOVED, "missing"}:
        raise NotYours
    return found


def shown(template: str, who: Visitor, at: str, **facts: Any) -> str:
    return inside(f"me/{template}.html", who, at=at, **facts)
