"""Which shop is in view, and whether she may: the first part of every address of the desk is the shop's own."""

from dataclasses import replace
from functools import wraps
from typing import Any

from storefront.models import Shop
from storefront.refusals import NotYours, OwnersOnly
from storefront.web.visitors import F, Visitor, act, inside, look


def page_of_shop(view: F) -> F:
    """A page of one of her shops: ``view(db, me, ...)`` with ``me.shop``."""
    return look(scoped(view))


def act_of_shop(view: F) -> F:
    """A form of one of her shops."""
    return act(scoped(view))


def scoped(view: F) -> F:
    @wraps(view)
    def of_shop(db: Any, me: Visitor, slug: str, **named: Any) -> Any:
        shop = next((one for one in me.shops if one.slug == slug), None)
        if shop is None:
            raise NotYours
        return view(db, replace(me, shop=shop), **named)

    return of_shop  # type: ignore[return-value]


def owners(view: F) -> F:
    """What is about money and whom it goes to: the owner's. Raises `OwnersOnly` for who helps."""

    @wraps(view)
    def hers(db: Any, me: Visitor, **named: Any) -> Any:
        if not me.is_owner:
            raise OwnersOnly
        return view(db, me, **named)

    return hers  # type: ignore[return-value]


def shop_of(me: Visitor) -> Shop:
    assert me.shop, "the page is a shop's"
    return me.shop


def at(me: Visitor, *parts: object) -> str:
    """An address of the shop in view: ``/desk/dapur-rina/orders/DR-0001``."""
    return "/".join(["/desk", shop_of(me).slug, *map(str, parts)])


def shown(template: str, me: Visitor, here: str, **facts: Any) -> str:
    """A page of the desk; ``here`` is the part of it she is in."""
    return inside(f"desk/{template}.html", me, shop=shop_of(me), here=here, at=lambda *parts: at(me, *parts), **facts)
