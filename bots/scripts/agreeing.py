"""From an invitation to a link: the deal in plain words, one honest question, the code."""

from dataclasses import dataclass, replace

from bots.dialogue import Screen, choose, go, look
from bots.screens import creator
from bots.visit import Outcome, Visit, follows, script
from referral.terms import ATTRIBUTION_WINDOW
from storefront.database import Reader, Writer
from storefront.earning import deals
from storefront.models import Deal, Invitation
from storefront.refusals import NotInvited, OwnShop
from storefront.selling import catalogue
from storefront.selling.catalogue import Card


@dataclass(frozen=True)
class Agree:
    """The creator agrees to a shop's terms of today, whatever an old invitation said.

    ``said`` is her answer to the honest question.
    """

    card: Card
    rate_bp: int
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
    if deal:
        return Known(card, deal)
    if card.shop.rate_bp is None:
        raise NotInvited
    offer = creator.invited(t, card, card.shop.rate_bp, ATTRIBUTION_WINDOW.days)
    offer = replace(offer, choices=(go(t("Read all"), "terms", invited.token),))
    await choose("agree", offer, {"yes": t("Agree")})
    said = await choose("honest", creator.honest_question(t), {"yes": t("Allowed"), "no": t("No")})
    return Agree(card, card.shop.rate_bp, said)


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
    card = intent.card
    deal = deals.agree(db, card.shop, card.product.id, visit.person_id, visit.name, intent.rate_bp, visit.now)
    links = creator.links_of(visit.place, deal, card, visit.t)
    return creator.ready(visit.t, creator.honest_answer(visit.t, intent.said), deal, card, visit.name, *links)


@follows(Known)
def known(db: Writer, visit: Visit, intent: Known) -> Screen:
    links = creator.links_of(visit.place, intent.deal, intent.card, visit.t)
    return creator.ready(visit.t, visit.t("We know each other already."), intent.deal, intent.card, visit.name, *links)
