"""What messages cost, told to who runs the hub; and the order form for a hub without WhatsApp."""

from datetime import timedelta

from bots.counter.everybody import front_door
from bots.dialogue import Heard
from bots.screens import costs as screens
from bots.visit import Outcome, Visit, command
from storefront import traffic
from storefront.database import Writer

DAYS = timedelta(days=6)


@command("costs")
def costs(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """*biaya*: each shop's messages of the last seven days, and what they cost."""
    if not visit.is_operator:
        return front_door(db, visit)
    prices, today = visit.place.prices, traffic.today(db, visit.now)
    received = traffic.received(db, today)
    spent = traffic.spent(db, prices, visit.now)
    return screens.by_shop(visit.t, traffic.days(db, today - DAYS), prices, received, spent)
