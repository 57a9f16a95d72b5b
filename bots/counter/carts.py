"""What somebody put together on the page inside Telegram comes here, and goes on as an order does in the chat."""

import json
from collections.abc import Sequence

from sqlalchemy import select

from bots.dialogue import Heard, Screen, go
from bots.scripts.buying import CART
from bots.visit import Begin, Outcome, Visit, command
from referral.attribution import Claim
from storefront.database import Reader, Writer
from storefront.earning import deals, touches
from storefront.models import Variant

LINES_MOST = 30
QUANTITY_MOST = 999


@command("cart")
def cart(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """The order as it was put together; how it gets to her is asked next."""
    lines = wanted(db, heard.cart)
    if not lines:
        return Screen(visit.t("That cart is empty, {kak}."), choices=(go(visit.t("Menu"), "front"),))
    first, _ = lines[0]
    deal = known_deal(db, visit, heard.start, first.shop_id)
    mine = [(variant, quantity) for variant, quantity in lines if variant.shop_id == first.shop_id]
    picked = json.dumps([[variant.product_id, variant.name, quantity] for variant, quantity in mine])
    args = {"product": first.product_id, **({"deal": deal} if deal else {})}
    return Begin("buying", args, shop_id=first.shop_id, picks={"order": f"{CART}{picked}"})


def wanted(db: Reader, lines: Sequence[tuple[int, int]]) -> list[tuple[Variant, int]]:
    """The variants by what the page called them; what is not offered (any more) falls out."""
    counts = {variant: quantity for variant, quantity in lines[:LINES_MOST] if 0 < quantity <= QUANTITY_MOST}
    found = db.scalars(select(Variant).where(Variant.id.in_(counts), Variant.is_offered).order_by(Variant.id))
    return [(variant, counts[variant.id]) for variant in found]


def known_deal(db: Writer, visit: Visit, code: str | None, shop_id: int) -> int | None:
    """The deal of the code the page was opened with: a touch like that of any link."""
    known = deals.known(db, code) if code else None
    if known is None or known.deal.shop_id != shop_id:
        return None
    if known.deal.creator_id != visit.person_id:
        touches.remember(db, known.deal, visit.person_id, Claim.LINK, visit.now)
    return known.deal.id
