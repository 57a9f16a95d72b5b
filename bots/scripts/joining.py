"""From an owner's link to helping in her shop: what it means, said once, and a yes."""

from dataclasses import dataclass

from bots.dialogue import Screen, choose, look
from bots.screens import staff as screens
from bots.visit import Outcome, Visit, follows, script
from storefront.database import Reader, Writer
from storefront.models import Shop, StaffInvitation
from storefront.refusals import NotInvited
from storefront.selling import staff


@dataclass(frozen=True)
class Join:
    invitation: int


@script("joining")
async def joining(visit: Visit, invitation: int) -> Outcome:
    """Ask once; whoever works there already hears so."""
    shop = await look(shop_of, invitation)
    if shop.owner_id == visit.person_id or await look(staff.works_at, shop.id, visit.person_id):
        return screens.joined_already(visit.t, shop.name)
    options = {"yes": visit.t("Yes, I help"), "no": visit.t("Rather not")}
    if await choose("join", screens.asked(visit.t, shop.name), options) == "yes":
        return Join(invitation)
    return Screen(visit.t("All right, {kak}."))


def shop_of(db: Reader, invitation_id: int) -> Shop:
    found = db.get(StaffInvitation, invitation_id)
    if found is None:
        raise NotInvited
    return db.get_one(Shop, found.shop_id)


@follows(Join)
def join(db: Writer, visit: Visit, intent: Join) -> Screen:
    return screens.welcome(visit.t, staff.join(db, intent.invitation, visit.person_id, visit.now).name)
