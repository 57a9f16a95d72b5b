"""The shop as a page inside Telegram: what there is, how many of it, and one button. It works in any browser as well.

The page needs nobody's name: what it shows is public. Who orders is said by Telegram when the cart is sent.
"""

import re
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, make_response, request
from sqlalchemy import select

from storefront.database import Reader
from storefront.earning import deals
from storefront.models import Shop
from storefront.people import name_of
from storefront.selling import catalogue, shops
from storefront.selling.catalogue import Card
from storefront.web.pages import absent, doors, here, reader, shown, voice
from storefront.web.policies import FRAMED_BY_TELEGRAM, nonce, policy

miniapp = Blueprint("miniapp", __name__)

AT = re.compile(r"[A-Za-z0-9_-]{1,64}")  # as Telegram passes it on (Bot API, "Deep linking")
SHOPS_SHOWN = 30
GOODS_SHOWN = 60


@miniapp.get("/miniapp")
def page() -> Response | tuple[str, int]:
    """The goods of the shop that is meant, by Telegram's start parameter or by our own link; else the shops."""
    at = request.args.get("tgWebAppStartParam") or request.args.get("at") or ""
    with reader() as db:
        shop, code = meant(db, at)
        if at and shop is None:
            return absent()
        shop = shop or only_one(db)
        if shop is None:
            return framed(shown("miniapp_shops.html", shops=all_shops(db)))
        return framed(shown("miniapp.html", **goods(db, shop, code)))


def meant(db: Reader, at: str) -> tuple[Shop | None, str]:
    """The shop a parameter means, and the creator's code in it: ``s_dapur-rina``, ``p_DR1``, ``DEWI7-1``."""
    kind, _, value = at.partition("_") if AT.fullmatch(at) else ("", "", "")
    if kind == "s" and value:
        return shops.by_slug(db, value), ""
    if kind == "p" and value:
        product = catalogue.by_reference(db, value)
        return (db.get(Shop, product.shop_id) if product else None), ""
    known = deals.known(db, at) if AT.fullmatch(at) else None
    return (db.get(Shop, known.deal.shop_id), at.upper()) if known else (None, "")


def only_one(db: Reader) -> Shop | None:
    """The hub's shop where there is just one."""
    found = db.scalars(select(Shop).limit(2)).all()
    return found[0] if len(found) == 1 else None


def all_shops(db: Reader) -> Sequence[Shop]:
    return db.scalars(select(Shop).order_by(Shop.id.desc()).limit(SHOPS_SHOWN)).all()


def goods(db: Reader, shop: Shop, code: str) -> dict[str, Any]:
    """Everything the page shows of one shop."""
    cards = [card for card in catalogue.all_cards(db, shop) if can_be_had(card)][:GOODS_SHOWN]
    known = deals.known(db, code) if code else None
    said = voice()("Hello {shop} (shop {slug})", shop=shop.name, slug=shop.slug).unescape()
    return {
        "shop": shop,
        "cards": cards,
        "code": code,
        "creator": name_of(db, known.deal.creator_id) if known else None,
        "doors": doors(f"s_{shop.slug}", said),
        "most": most_of,
    }


def can_be_had(card: Card) -> bool:
    now = here().now
    return not card.product.is_hidden and card.is_open(now) and not card.is_paused(now) and card.left != 0


def most_of(card: Card, variant_id: int) -> int:
    """How many of a variant one may take, as far as the page can know."""
    limits = [card.left, card.limits.get(variant_id), card.product.max_order]
    return min([one for one in limits if one is not None], default=99)


def framed(html: str) -> Response:
    """Telegram on the web shows such pages in a frame of its own; nobody else may."""
    answer = make_response(html)
    answer.headers["Content-Security-Policy"] = policy(nonce(), FRAMED_BY_TELEGRAM)
    return answer
