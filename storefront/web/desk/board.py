"""Today: what needs her, what is cooked, what goes, who has not paid; and which shop, where she has several."""

from typing import Any

from flask import request

from storefront.database import Reader
from storefront.selling import approvals
from storefront.selling.orders import browsing
from storefront.web.desk import desk
from storefront.web.desk.acts import SAID, quick
from storefront.web.desk.shops import page_of_shop, shop_of, shown
from storefront.web.desk.words import AGREED
from storefront.web.visitors import Visitor, done, inside, look

#: column, and the groups that stand in it
COLUMNS = (("new", {"to_check", "to_accept", "fee_missing"}), ("to_send", {"to_send"}), ("due", {"due"}),
           ("on_the_way", {"on_the_way"}))  # fmt: skip


@desk.get("/desk")
@look
def front(db: Reader, me: Visitor) -> Any:
    """Her shop's board; which one, where she has several."""
    if len(me.shops) == 1:
        return done(f"/desk/{me.shops[0].slug}")
    return inside("desk/shops.html", me)


@desk.get("/desk/<slug>")
@page_of_shop
def today(db: Reader, me: Visitor) -> Any:
    """The day at a glance."""
    day = browsing.board(db, shop_of(me).id)
    columns = {name: [row for row in day.rows if row.group in groups] for name, groups in COLUMNS}
    to_agree = approvals.waiting(db, shop_of(me).id, me.person.id) if not me.is_owner else ()
    return shown(
        "board",
        me,
        "board",
        columns=columns,
        day=day,
        to_agree=to_agree,
        quick=lambda row: quick(row, is_owner=me.is_owner),
        said={**SAID, **AGREED}.get(request.args.get("done", ""), ""),
    )
