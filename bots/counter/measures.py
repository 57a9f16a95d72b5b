"""*Ukuran*: how creators fare here, for who runs the hub."""

from bots.dialogue import Heard
from bots.screens import measures as screens
from bots.visit import Outcome, Visit, command
from storefront.database import Writer
from storefront.earning import measures


@command("measures")
def measures_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    return screens.measures(visit.t, measures.measures(db, visit.now)) if visit.is_operator else None
