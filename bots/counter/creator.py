"""What a creator's buttons and words do."""

from dataclasses import dataclass, replace

from bots.counter.buyer import a_number, standing
from bots.counter.everybody import is_creator
from bots.counter.objections import answer_said
from bots.dialogue import Heard, Screen, answer_to, ask, go, link, pick
from bots.screens import creator, seller
from bots.screens import doubts as doubts_shown
from bots.screens import trust as guards
from bots.screens.buyer import state_words
from bots.screens.wording import joined, lines_short
from bots.scripts.agreeing import offer_of
from bots.scripts.listing import a_sticker
from bots.visit import SCREENS, Begin, Outcome, Visit, action, aside, command, follows, screen, script
from referral import links
from storefront import people
from storefront.database import Writer
from storefront.earning import contents, deals, lessons, papers, payouts, statements
from storefront.models import Attribution, Order
from storefront.reading.destinations import mask, read_destination
from storefront.refusals import NotYours
from storefront.selling import catalogue, objections, safeguards, shops, staff, trust
from storefront.selling.orders import paying, refunding
from storefront.selling.orders.views import buyer_facts
from storefront.selling.shops import PayTo
from storefront.web.tokens import statement_link

CURRENCY = "IDR"


@command("earnings")
def earnings_said(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    return earnings(db, visit)


@screen("earnings")
def earnings(db: Writer, visit: Visit) -> Outcome:
    if not is_creator(db, visit.person_id) and shops.owned_by(db, visit.person_id):
        return SCREENS["pay_commission"](db, visit)
    if not is_creator(db, visit.person_id):
        return Screen(
            visit.t("You do not recommend a shop yet, {kak}. Open an invitation, or write <i>recommend</i> in a shop.")
        )
    return creator.earnings(visit.t, statements.earnings(db, visit.person_id, CURRENCY, visit.now))


@screen("details")
def details(db: Writer, visit: Visit) -> Screen:
    found = [*statements.lines(db, visit.person_id), *statements.fees(db, visit.person_id)]
    return creator.details(visit.t, found, contents.samples_of(db, visit.person_id), CURRENCY)


@screen("download")
def download(db: Writer, visit: Visit) -> Screen:
    """The whole statement as a file, behind a link that holds for ten minutes."""
    link = statement_link(db.vault, visit.place.public_url, visit.person_id, visit.now)
    text = visit.t("Your statement as a table (the link holds for 10 minutes): {link}", link=link)
    return Screen(text, choices=(go(visit.t("Details"), "details"),))


@screen("check")
def check(db: Writer, visit: Visit, order: str = "") -> Outcome:
    """One order explained to whoever may see it: its creator the why, its buyer or seller where it stands."""
    found = db.get(Order, a_number(order))
    if found is None:
        raise NotYours
    why = statements.explain(db, found, visit.person_id)
    if why:
        return creator.explained(visit.t, why)
    reason = objections.why_not(db, found, visit.person_id)
    if reason and not staff.works_at(db, found.shop_id, visit.person_id):
        return nothing(db, visit, found, reason)
    if found.buyer_id == visit.person_id:
        return standing(db, visit, paying.owned(db, found.id, visit.person_id))
    return sold(db, visit, found)


def nothing(db: Writer, visit: Visit, found: Order, reason: str) -> Outcome:
    """The why of a zero. Her own order is shown as a buyer sees hers, with that said before it."""
    said = answer_said(visit, objections.of_order(db, found.id, visit.person_id))
    may = objections.may_object(db, found, reason, visit.now) and not said
    shown = doubts_shown.not_thanked(visit.t, found.code, found.id, reason, may_object=may, answer=said)
    if found.buyer_id != visit.person_id:
        return shown
    return standing(db, visit, paying.owned(db, found.id, visit.person_id)).after(shown.text)


def sold(db: Writer, visit: Visit, found: Order) -> Screen:
    """A seller's order: where it stands, and whom it thanks or why nobody."""
    facts = buyer_facts(db, paying.sold_by(db, found.id, visit.person_id, by_staff=True))
    due = [one.id for one in refunding.open_of_order(db, found.id) if one.state == "due"]
    facts |= refunding.facts_of_refund(db, due[0] if due else None)
    thanked = db.get_one(Attribution, found.id)
    whom = visit.t("through code {code}", code=thanked.code) if thanked.code else visit.t("no commission")
    total = visit.t.money(facts["total"], facts["currency"]) if facts["total"] is not None else ""
    known = trust.paid_here(db, found.shop_id, found.buyer_id)
    before = visit.t("orders paid here: {n}", n=known) if known else ""
    phone = people.phone_of(db, found.buyer_id) if found.is_open else ""
    parts = [facts["code"], facts["buyer"], lines_short(facts), total, state_words(visit.t, facts), whom, before, phone]
    text = joined(parts)
    choices = seller.order_choices(visit.t, facts)
    return Screen(text, choices=choices, about=facts["code"])


@screen("terms")
def terms(db: Writer, visit: Visit, token: str = "") -> Screen:
    invited = deals.invitation(db, token)
    card = catalogue.card(db, invited.product_id)
    read = creator.terms(visit.t, offer_of(db, card.shop.id, visit.person_id, visit.now).words(visit.t, card), token)
    agree = answer_to("agreeing", {"invitation": invited.id}, pick(visit.t("Agree"), "agree", "yes"))
    return replace(read, choices=(agree, *read.choices))


@screen("share")
def share(db: Writer, visit: Visit, deal: str = "") -> Screen:
    """A message to pass on: the disclosure first, the link, the picture."""
    found = deals.own(db, a_number(deal), visit.person_id)
    card = catalogue.card(db, found.product_id)
    web, _, _ = creator.links_of(visit.place, found, card, visit.t)
    price = f"{visit.t.money(card.variants[0].price, card.product.currency)}/{card.product.unit}"
    shown = creator.to_forward(visit.t, found, card, visit.name, price, web)
    if visit.channel != "telegram":
        return shown
    address = links.telegram_group(visit.place.bot, f"g_{links.suffixed(found.code, card.product.number)}")
    return replace(shown, choices=(*shown.choices, link(visit.t("Post in a group"), address)))


@screen("change_code")
def change_code(db: Writer, visit: Visit, deal: str = "") -> Outcome:
    return Begin("changing_code", {"deal": deals.own(db, a_number(deal), visit.person_id).id})


@aside(30)
def destination_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*dana 0800-... an Dewi*: where a creator wants her money, understood at any time."""
    said = read_destination(heard.text) if heard.text else None
    if said is None or said.kind == "cash" or not is_creator(db, visit.person_id):
        return None
    pay_to = PayTo(said.kind, said.brand, said.number, said.holder or visit.name, mask(said))
    starts = safeguards.change_destination(db, pay_to, visit.person_id, visit.now)
    if starts:
        return guards.change_waits(visit.t, pay_to.mask, starts.isoformat())
    return creator.destination_noted(visit.t, pay_to.mask)


@aside(70)
def cash_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*tunai*: she would rather have it in her hand."""
    said = read_destination(heard.text) if heard.text else None
    if said is None or said.kind != "cash" or not is_creator(db, visit.person_id):
        return None
    shops.keep_destination(
        db, PayTo("cash", said.brand, "", visit.name, said.brand), visit.now, person_id=visit.person_id
    )
    return creator.destination_noted(visit.t, said.brand)


@dataclass(frozen=True)
class OwnQris:
    pay_to: PayTo


@command("my_qris")
def my_qris(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*qris saya*: she is paid into her own QRIS, with the amount in it."""
    return Begin("own_qris", {}) if is_creator(db, visit.person_id) else None


@script("own_qris")
async def own_qris(visit: Visit) -> Outcome:
    asked = Screen(
        visit.t("A photo of your own QRIS, please. Sellers see it with the amount in it, and nothing to type.")
    )
    return OwnQris(await ask("sticker", asked, lambda answer: a_sticker(answer.codes), wants_picture=True))


@follows(OwnQris)
def own_qris_kept(db: Writer, visit: Visit, intent: OwnQris) -> Screen:
    starts = safeguards.change_destination(db, intent.pay_to, visit.person_id, visit.now)
    if starts:
        return guards.change_waits(visit.t, intent.pay_to.mask, starts.isoformat())
    text = visit.t("Noted: your QRIS ({holder}). Sellers get it with the amount in it.", holder=intent.pay_to.holder)
    return Screen(text)


@action("got_it")
def got_it(db: Writer, visit: Visit, payout: str) -> Screen:
    confirmed = payouts.got(db, a_number(payout), visit.person_id, visit.now)
    card = lessons.due(db, visit.person_id, "payout")
    paper = papers.of_payout(db, confirmed.id)
    facts = {**payouts.facts_of(db, confirmed), "lesson": card, "receipt": paper.id if paper else None}
    return creator.got_it(visit.t, facts)


@action("not_yet")
def not_yet(db: Writer, visit: Visit, payout: str) -> Screen:
    missing = payouts.missing(db, a_number(payout), visit.person_id, visit.now)
    return creator.not_yet(visit.t, payouts.facts_of(db, missing))
