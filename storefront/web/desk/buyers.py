"""Who buys here: how often, since when, who comes back. This shop's own buyers, and nobody's number."""

from typing import Any

from flask import request

from storefront.database import Reader
from storefront.selling import customers, reviews
from storefront.web.desk import desk
from storefront.web.desk.shops import page_of_shop, shop_of, shown
from storefront.web.forms import a_number
from storefront.web.visitors import Visitor


@desk.get("/desk/<slug>/buyers")
@page_of_shop
def buyers(db: Reader, me: Visitor) -> Any:
    """The most faithful first; with a page's last one, those behind her."""
    shop = shop_of(me)
    after = (a_number(request.args.get("paid")), a_number(request.args.get("after")))
    found = customers.faithful(db, shop.id, after if all(after) else None)
    more = found[-1] if len(found) == customers.PAGE else None
    weeks = customers.weeks(db, shop.id, me.now)
    return shown(
        "buyers", me, "buyers", buyers=found, more=more, weeks=weeks, reviews=reviews.of_shop(db, shop.id, public=False)
    )
