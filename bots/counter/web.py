"""*meja*: the way from the chat into the web, and ending what began there."""

from bots.dialogue import Heard, Screen
from bots.screens import web as shown
from bots.visit import Outcome, Visit, action, command
from storefront import sessions
from storefront.database import Writer
from storefront.earning import deals
from storefront.selling import staff


@command("desk")
def desk_said(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """A link for whoever has something to do there; a buyer's page is her chat."""
    works = staff.shops_of(db, visit.person_id) or deals.takes_part(db, visit.person_id) or visit.is_operator
    if not works:
        return shown.nothing_there(visit.t)
    token = sessions.invite(db, visit.person_id, visit.now)
    return shown.way_in(visit.t, f"{visit.place.public_url}/login/{token}")


@action("end_sessions")
def end_sessions(db: Writer, visit: Visit) -> Screen:
    """It was not she: everything that is open in her name ends, not that one alone."""
    sessions.end_all(db, visit.person_id, visit.now)
    return shown.ended(visit.t)
