"""From an invitation to a link: the deal in plain words, one honest question, the code."""

from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup

from bots.dialogue import Screen, choose, go, look
from bots.screens import creator
from bots.screens import deals as terms
from bots.screens.wording import paragraphs
from bots.visit import Outcome, Visit, follows, script
from referral.rates import Frozen, Rate, frozen
from referral.terms import ATTRIBUTION_WINDOW
from storefront.database import Reader, Writer
from storefront.earning import bargains, deals, debts, lessons, meeting, rates, sharing
from storefront.models import Bargain, Deal, Invitation
from storefront.phrases import Voice
from storefront.refusals import NotInvited, OwnShop
from storefront.selling import catalogue
from storefront.selling.catalogue import Card


@dataclass(frozen=True)
class Offer:
    """What a creator is offered today: what holds for her, what is announced, and what both agreed to beside it."""

    holding: Frozen
    pending: Rate | None
    content_fee: int | None
    bargain: int | None

    def words(self, t: Voice, card: Card) -> Markup:
        """All of it, as it is agreed to."""
        return terms.agreement(t, card, self.holding, self.content_fee, self.pending)


def offer_of(db: Reader, shop_id: int, person_id: int, now: datetime) -> Offer:
    """The shop's promises as they are for this person, and a bargain she and the seller both said yes to.

    Raises `NotInvited` where the shop promises nothing.
    """
    holding = frozen(rates.promises(db, shop_id), person_id, 0, now)
    if holding is None:
        raise NotInvited
    bargain = bargains.accepted(db, shop_id, person_id)
    pending = rates.announced(db, shop_id, now)
    if bargain is None:
        return Offer(holding, pending, None, None)
    if bargain.rate_bp:
        holding = replace(holding, rate_bp=bargain.rate_bp, products={})
        pending = None
    return Offer(holding, pending, bargain.content_fee, bargain.id)


@dataclass(frozen=True)
class Agree:
    """The creator agrees to a shop's terms of today, whatever an old invitation said.

    ``said`` is her answer to the honest question.
    """

    card: Card
    offer: Offer
    said: str


@script("agreeing", restarts=True)
async def agreeing(visit: Visit, invitation: int) -> Outcome:
    """Show the whole deal; an agreement; one question about honest advertising."""
    t = visit.t
    invited = await look(invitation_of, invitation)
    card = await look(catalogue.card, invited.product_id)
    if card.shop.owner_id == visit.person_id:
        raise OwnShop
    deal = await look(deals.of, card.shop.id, visit.person_id)
    if deal and deals.is_running(deal, visit.now):
        return Known(card, deal)
    offer = await look(offer_of, card.shop.id, visit.person_id, visit.now)
    more = terms.offer_note(t, card.shop, offer.holding, offer.content_fee, offer.pending)
    if await look(debts.is_late, card.shop.id, visit.now):
        more = paragraphs(more, terms.late_note(t, card.shop.name))
    shown = creator.invited(t, card, offer.holding.rate_bp, ATTRIBUTION_WINDOW.days, more)
    ways = (go(t("Read all"), "terms", invited.token), go(t("Bargain"), "bargain", card.shop.id))
    await choose("agree", replace(shown, choices=ways), {"yes": t("Agree")})
    said = await choose("honest", creator.honest_question(t), {"yes": t("Allowed"), "no": t("No")})
    return Agree(card, offer, said)


@dataclass(frozen=True)
class Known:
    """She has agreed before: here are her links."""

    card: Card
    deal: Deal


def invitation_of(db: Reader, invitation_id: int) -> Invitation:
    found = db.get(Invitation, invitation_id)
    if found is None:
        raise NotInvited
    return found


@follows(Agree)
def agree(db: Writer, visit: Visit, intent: Agree) -> Screen:
    """The deal, her own rate where one was bargained for, and the words she said yes to."""
    card, offer, rate_bp = intent.card, intent.offer, intent.offer.holding.rate_bp
    who = (visit.person_id, visit.name)
    agreed = offer.bargain is not None
    deal = deals.agree(db, card.shop, card.product.id, *who, rate_bp, visit.now, seller_agreed=agreed)
    if offer.bargain is not None:
        bargains.settle(db, deal, db.get_one(Bargain, offer.bargain), visit.now)
    words = creator.the_deal(visit.t, card, rate_bp, ATTRIBUTION_WINDOW.days) + "\n\n" + offer.words(visit.t, card)
    deals.keep_words(db, deal, plain_words(words), visit.language, visit.now)
    lessons.answer(db, visit.person_id, "honest", visit.now, is_right=intent.said == "no")
    meeting.accepted(db, card.shop.id, visit.person_id, visit.now)
    sharing.begun(db, deal, visit.now)
    links = creator.links_of(visit.place, deal, card, visit.t)
    return creator.ready(visit.t, creator.honest_answer(visit.t, intent.said), deal, card, visit.name, *links)


def plain_words(words: Markup) -> str:
    """What was read, without its marks, and with its lines."""
    return "\n".join(Markup(line).striptags() for line in words.split("\n"))  # noqa: S704 - it was escaped when made


@follows(Known)
def known(db: Writer, visit: Visit, intent: Known) -> Screen:
    links = creator.links_of(visit.place, intent.deal, intent.card, visit.t)
    return creator.ready(visit.t, visit.t("We know each other already."), intent.deal, intent.card, visit.name, *links)
