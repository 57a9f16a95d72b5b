"""Today: what needs her, what is cooked, what goes, who has not paid; and which shop, where she has several."""

from typing import Any

from storefront.database import Reader
from storefront.phrases import marked
from storefront.selling import approvals
from storefront.selling.orders import browsing
from storefront.selling.orders.browsing import Row
from storefront.web.desk import desk
from storefront.web.desk.acts import SAID, quick
from storefront.web.desk.shops import page_of_shop, shop_of, shown
from storefront.web.visitors import Visitor, done, inside, just_done, look

COLUMNS = ("new", "to_send", "due", "on_the_way")
AGREED = {"agreed": marked("Thank you. The owner has been told.")}  #: said to who helps, whose page of a payout is over


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
    columns = {name: [row for row in day.rows if column_of(row) == name] for name in COLUMNS}
    to_agree = approvals.waiting(db, shop_of(me).id, me.person.id) if not me.is_owner else ()
    return shown(
        "board",
        me,
        "board",
        columns=columns,
        day=day,
        to_agree=to_agree,
        quick=lambda row: quick(row, is_owner=me.is_owner),
        said=just_done({**SAID, **AGREED}),
    )


def column_of(row: Row) -> str:
    """What waits for her comes first, whatever else it waits for."""
    return "new" if row.needs_her or row.is_cash_to_take else row.group
