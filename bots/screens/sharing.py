"""A product's card as somebody shares it in another chat: what it is, who recommends it, the doors to order it."""

from typing import Any

from markupsafe import Markup

from bots.dialogue import link
from bots.screens import buyer
from bots.screens.wording import joined, paragraphs
from bots.visit import Place
from referral import links
from storefront.models import Deal
from storefront.phrases import Voice
from storefront.selling.catalogue import Card


def result(t: Voice, place: Place, card: Card, deal: Deal | None, sharer: str) -> dict[str, Any]:
    """One result of an inline query, as plain values: what is listed, and what is sent when it is picked."""
    product, shop = card.product, card.shop
    code = links.suffixed(deal.code, product.number) if deal else ""
    reference = f"{shop.letters}{product.number}"
    note = t("Ad: {creator} recommends this and earns a commission.", creator=sharer)
    where = ", ".join(part for part in (shop.place, shop.city) if part)
    text = paragraphs(Markup("<b>{}</b> ({})").format(shop.name, where), buyer.offer(t, card), note if deal else "")
    return {
        "id": f"{product.id}-{deal.id if deal else 0}",
        "title": product.name,
        "told": str(
            joined([t.money(card.variants[0].price, product.currency), *until(t, card), shop.name]).striptags()
        ),
        "text": str(text),
        "picture": f"{place.public_url}/media/{card.photo}.jpg" if card.photo else None,
        "choices": [[one.label, one.data, one.url] for one in doors(t, place, card, code, reference)],
    }


def told(t: Voice, card: Card) -> str:
    """``Rp65.000 · PO sampai Kamis 18 Juni 20.00 · sisa 14 · Dapur Rina``."""
    price = t.money(card.variants[0].price, card.product.currency)
    return joined([price, *until(t, card), card.shop.name]).striptags()


def until(t: Voice, card: Card) -> list[Markup]:
    closes = card.batch.closes_at
    left = [] if card.left is None else [t("{left} left", left=card.left)]
    return [*([t("orders until {when}", when=t.when(closes))] if closes else []), *left]


def doors(t: Voice, place: Place, card: Card, code: str, reference: str) -> list[Any]:
    """Order here, and on WhatsApp where the hub has a number."""
    facts = {"product": card.product.name, "shop": card.shop.name}
    if code:
        said = t("I would like {product} from {shop} (code {code})", code=code, **facts)
    else:
        said = t("I would like {product} from {shop} (product {reference})", reference=reference, **facts)
    found = [link(t("Order"), links.telegram(place.bot, code or f"p_{reference}"))]
    if place.whatsapp:
        found.append(link("WhatsApp", links.whatsapp(place.whatsapp, said.unescape())))
    return found


def nothing(t: Voice) -> Markup:
    """What stands above an empty list."""
    return t("Open Getok")
