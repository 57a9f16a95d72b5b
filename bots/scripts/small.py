"""Dialogues of one question: a proof, a rate, a code, a last word before data is erased."""

import re
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import select

from bots.dialogue import Answer, Screen, Unclear, ask, choose, look
from bots.screens import creator, money, seller
from bots.screens import payouts as payouts_shown
from bots.visit import Outcome, Visit, follows, script
from referral import codes
from storefront import privacy
from storefront.database import Reader, Writer
from storefront.earning import deals, lessons, payouts, statements
from storefront.models import Deal, Order, Payout, Shop
from storefront.money import written
from storefront.reading.destinations import read_destination
from storefront.reading.prices import read_price
from storefront.refusals import NotYours
from storefront.selling import catalogue, staff
from storefront.selling.orders import changing, finding

RATE = re.compile(r"(\d{1,2})(?:[.,](\d{1,2}))?\s*%?")
RATE_MOST_BP = 5_000


@dataclass(frozen=True)
class SendPayout:
    """The seller says she paid. ``proof`` is the picture's id, None for cash."""

    payout: int
    proof: int | None


@script("paying_out")
async def paying_out(visit: Visit, payout: int) -> Outcome:
    proof = await ask("proof", payouts_shown.proof_asked(visit.t), a_proof, wants_picture=True)
    return SendPayout(payout, proof)


def a_proof(answer: Answer) -> int | None:
    if answer.media:
        return answer.media
    said = read_destination(answer.text)
    if said is None or said.kind != "cash":
        raise Unclear("A photo of the proof please, or write <i>cash</i>.")
    return None


@follows(SendPayout)
def send_payout(db: Writer, visit: Visit, intent: SendPayout) -> Screen:
    payout = db.get(Payout, intent.payout)
    if payout is None or payouts.owner_of(db, payout) != visit.person_id:
        raise NotYours
    sent = payouts.send(db, intent.payout, visit.person_id, intent.proof, visit.now)
    facts = {**payouts.facts_of(db, sent), "lesson": lessons.due(db, visit.person_id, "payout")}
    return payouts_shown.payout_noted(visit.t, facts, in_cash=intent.proof is None)


@dataclass(frozen=True)
class Offer:
    shop: int
    rate_bp: int


@dataclass(frozen=True)
class AmountCame:
    """So much arrived for an order, in whole smallest units."""

    order: int
    amount: int


@script("amount_came")
async def amount_came(visit: Visit, order: int) -> Outcome:
    code = await look(code_of, order)
    return AmountCame(order, await ask("amount", money.amount_asked(visit.t, code), an_amount))


def code_of(db: Reader, order_id: int) -> str:
    return db.scalar(select(Order.code).where(Order.id == order_id)) or ""


def an_amount(answer: Answer) -> int:
    amount = read_price(answer.text)
    if not amount:
        raise Unclear("The amount as a number please, for example <i>143rb</i> or <i>Rp143.000</i>.")
    return amount


@script("adjusting")
async def adjusting(visit: Visit, shop: int) -> Outcome:
    asked = visit.t("How many percent would you give a neighbour who brings a buyer? From 1 to 50.")
    return Offer(shop, await ask("rate", Screen(asked, numbered=False), a_rate))


def a_rate(answer: Answer) -> int:
    match = RATE.fullmatch(answer.text.strip())
    rate_bp = int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0")) if match else 0
    if not 100 <= rate_bp <= RATE_MOST_BP:
        raise Unclear("A percentage from 1 to 50, please, for example <i>10</i>.")
    return rate_bp


@follows(Offer)
def offer(db: Writer, visit: Visit, intent: Offer) -> Screen:
    """Publish the rate and hand out the invitation."""
    shop = db.get(Shop, intent.shop)
    if shop is None:
        raise NotYours
    if shop.owner_id != visit.person_id:
        raise staff.refusal(db, shop.id, visit.person_id)
    deals.offer(db, shop.id, intent.rate_bp, visit.now)
    product = catalogue.numbered(db, shop.id, None)
    assert product, "a rate is offered for something on sale"
    token = deals.invite(db, shop.id, product.id, intent.rate_bp, visit.now)
    return seller.invitation(visit.t, f"{visit.place.public_url}/i/{token}", shop.id)


@dataclass(frozen=True)
class Rename:
    deal: int
    code: str


@script("changing_code")
async def changing_code(visit: Visit, deal: int) -> Outcome:
    return Rename(deal, await ask("code", creator.code_asked(visit.t), a_code, takes_anything=True))


def a_code(answer: Answer) -> str:
    parts = codes.split(answer.text)
    if parts is None or parts[1] is not None or not re.search("[A-Z]", parts[0]):
        raise Unclear("5 to 20 letters and digits without spaces, please, at least one of them a letter.")
    return parts[0]


@follows(Rename)
def rename(db: Writer, visit: Visit, intent: Rename) -> Screen:
    deal = db.get(Deal, intent.deal)
    if deal is None or deal.creator_id != visit.person_id:
        raise NotYours
    deals.rename(db, deal, intent.code, visit.now)
    fresh = db.get_one(Deal, intent.deal, populate_existing=True)
    card = catalogue.card(db, deal.product_id)
    links = creator.links_of(visit.place, fresh, card, visit.t)
    return creator.ready(visit.t, visit.t("Done; the old code keeps working."), fresh, card, visit.name, *links)


@dataclass(frozen=True)
class Erase:
    pass


@script("erasing")
async def erasing(visit: Visit) -> Outcome:
    """Show what is open, ask once, with what stays said plainly."""
    still = await look(still_open, visit.person_id)
    open_now = visit.t("Still open: {what}. ", what=", ".join(still)) if still else Markup("")
    text = visit.t(
        "I will forget your name, addresses, account numbers and pictures, {kak}. Open orders and commissions keep "
        "only a number without a name, so that the books stay right. Go on?"
    )
    options = {"yes": visit.t("Yes, erase"), "no": visit.t("No")}
    return (
        Erase()
        if await choose("erase", Screen(open_now + text), options) == "yes"
        else Screen(visit.t("Nothing was erased."))
    )


def still_open(db: Reader, person_id: int) -> list[str]:
    """Orders that are not finished and commissions not yet received, as one reads them."""
    orders = [order.code for order, _ in finding.open_of_buyer(db, person_id)]
    owed = sum(statements.stages(db, person_id, "IDR").values())
    return [*orders, *([written(owed, "IDR")] if owed else [])]


@follows(Erase)
def erase(db: Writer, visit: Visit, intent: Erase) -> Screen:
    for order, payment in finding.open_of_buyer(db, visit.person_id):
        if payment.state == "due" and order.state == "placed":
            changing.cancel(db, order.id, visit.person_id, visit.now)
    privacy.erase(db, visit.person_id, visit.now)
    return Screen(visit.t("Done. I do not know you any more; thank you for everything."))
