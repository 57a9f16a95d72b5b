"""The drawn pictures of the chat, as recipes: how to pay, and what to put on a Status."""

from bots.dialogue import Picture
from bots.screens.wording import Facts, moment_of
from storefront.drawing import recipes
from storefront.drawing.values import Offer, Payment, Recommender
from storefront.phrases import Voice
from storefront.selling.catalogue import Card


def payment(t: Voice, facts: Facts, payload: str) -> Picture:
    """The code that pays one order, with its sum."""
    values = Payment(
        payload=payload,
        amount=facts["to_find"],
        currency=facts["currency"],
        holder=facts["holder"],
        code=facts["code"],
        shop=facts["shop"],
        letters=facts["code"].partition("-")[0],
        until=moment_of(facts["hold_until"]),
    )
    return Picture("card", recipes.payment(t, values))


def status(t: Voice, card: Card, address: str, recommender: Recommender | None = None) -> Picture:
    """A product for a Status, with the way to it; a recommender's says that she earns."""
    return shared(t, "status", card, address, recommender, "", card.photo)


def shared(
    t: Voice, kind: str, card: Card, address: str, recommender: Recommender | None, template: str, photo: str | None
) -> Picture:
    """A product as a post or a Status, in one of the looks, with this photo."""
    values = Offer(
        shop=card.shop.name,
        place=", ".join(part for part in (card.shop.place, card.shop.city) if part),
        letters=card.shop.letters,
        name=card.product.name,
        unit=card.product.unit,
        currency=card.product.currency,
        prices=tuple((variant.name, variant.price) for variant in card.variants),
        closes_at=card.batch.closes_at,
        delivers_on=card.batch.delivers_on,
        day_part=card.batch.day_part,
        link=address,
        recommender=recommender,
        template=template,
    )
    return Picture("card", recipes.offer(kind, t, values, photo))
