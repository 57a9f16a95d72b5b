"""Who helps in a shop: an owner invites, somebody agrees, an owner takes her off again."""

from bots.counter.buyer import a_number
from bots.counter.seller import mine, owned, which_shop
from bots.dialogue import Heard, Screen
from bots.screens import staff as screens
from bots.visit import Begin, Outcome, Visit, action, command, entrance, screen
from storefront.database import Writer
from storefront.selling import staff


@command("staff")
def staff_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    return members(db, visit) if mine(db, visit, "0") else None


@screen("staff")
def members(db: Writer, visit: Visit, shop: str = "0") -> Screen:
    """Who helps; with several shops, in which."""
    found = mine(db, visit, shop)
    if len(found) != 1:
        return which_shop(visit, found, "staff")
    return screens.members(visit.t, found[0].id, staff.members(db, found[0].id))


@action("add_staff")
def add_staff(db: Writer, visit: Visit, shop: str) -> Screen:
    """A link that makes one person staff."""
    one = owned(db, visit, shop)
    token = staff.invite(db, one.id, visit.now)
    return screens.invited(visit.t, one.name, f"{visit.place.public_url}/i/{token}")


@action("remove_staff")
def remove_staff(db: Writer, visit: Visit, shop: str, person: str) -> Screen:
    one = owned(db, visit, shop)
    staff.remove(db, one.id, a_number(person), visit.now)
    return screens.members(visit.t, one.id, staff.members(db, one.id))


@entrance("staff")
def by_staff_link(db: Writer, visit: Visit, token: str) -> Outcome:  # raises NotInvited
    invited = staff.invitation(db, token, visit.now)
    return Begin("joining", {"invitation": invited.id})
