"""Her catalogue as a file: the link to the page where a seller downloads and sends it."""

from bots.counter.buyer import a_number
from bots.counter.seller import mine, which_shop
from bots.dialogue import Heard, Screen
from bots.screens import goods
from bots.visit import Outcome, Visit, command, screen
from storefront.database import Writer
from storefront.refusals import NotYours
from storefront.web.tokens import goods_link


@command("goods_file")
def goods_file_said(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    return goods_file(db, visit, "0")


@screen("goods_file")
def goods_file(db: Writer, visit: Visit, shop: str = "0") -> Screen:
    """*unduh katalog*: the page, for half an hour; with several shops, for which."""
    found = mine(db, visit, shop)
    if not found and a_number(shop):
        raise NotYours
    if len(found) != 1:
        return which_shop(visit, found, "goods_file")
    one = found[0]
    url = goods_link(db.vault, visit.place.public_url, one.id, visit.person_id, visit.now)
    return goods.offered(visit.t, one.name, url)
