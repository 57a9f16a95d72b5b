"""*Hasil*: what her links brought, in sums that name nobody."""

from bots.counter.creator import CURRENCY
from bots.dialogue import Heard, Screen, go
from bots.screens import results as screens
from bots.visit import Outcome, Visit, command, screen
from storefront.database import Writer
from storefront.earning import deals, results
from storefront.models import Shop
from storefront.web.tokens import results_link


@command("results")
def results_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    return shown(db, visit) if deals.takes_part(db, visit.person_id) else None


@screen("results")
def shown(db: Writer, visit: Visit) -> Screen:
    found = [(deal, db.get_one(Shop, deal.shop_id).name) for deal in deals.of_creator(db, visit.person_id)]
    if not found:
        text = visit.t("You do not recommend a shop yet, {kak}. Find one nearby?")
        return Screen(text, choices=(go(visit.t("Find products"), "find_products"),))
    whole = results.of(db, [deal for deal, _ in found], CURRENCY, visit.now)
    return screens.results(visit.t, whole, found, visit.name.split()[0] if visit.name.split() else "")


@screen("results_table")
def results_table(db: Writer, visit: Visit) -> Screen:
    address = results_link(db.vault, visit.place.public_url, visit.person_id, visit.now)
    return screens.table(visit.t, address)
