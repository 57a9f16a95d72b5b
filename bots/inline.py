"""``@bot brownies`` in any chat: a card to share, which carries the code of whoever shares it.

Nothing is kept of what people type, and nobody becomes known to us by typing our name.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from bots import conversation
from bots.counter.everybody import shops_known
from bots.dialogue import Heard
from bots.screens import sharing
from bots.visit import Place, outside
from storefront import outbox, people
from storefront.database import Reader, Writer
from storefront.models import Deal, Shop
from storefront.people import Met
from storefront.phrases import Voice
from storefront.reading.searching import Searched, search
from storefront.selling import catalogue, staff
from storefront.selling.catalogue import Card

SHOPS_MOST = 8
RESULTS_MOST = 20


@outside("query")
def queried(db: Writer, place: Place, heard: Heard, now: datetime) -> None:
    """Answer what somebody types behind our name: what she recommends first, then what she sells and knows."""
    met = people.known(db, heard.channel, heard.address, heard.external_id)
    language = met.person.language if met else conversation.spoken_language(heard)
    t = Voice(language, place.zone)
    found = fitting(heard.text, shown(db, met, now)) if met else []
    results = [sharing.result(t, place, card, deal, met.name if met else "") for card, deal in found]
    row = {
        "person_id": met.person.id if met else None,
        "channel": heard.channel,
        "address": heard.address,
        "kind": "results",
        "replaces": heard.callback,
        "screen": {"text": str(sharing.nothing(t)), "results": results},
    }
    outbox.promise(db, [row], now)


Shown = tuple[Card, Deal | None]


def shown(db: Reader, met: Met, now: datetime) -> list[Shown]:
    """Everything she may share that can be had now, each with her own deal where she has one."""
    found: list[Shown] = []
    for shop, deal in shops_of(db, met.person.id):
        cards = catalogue.all_cards(db, shop)
        found += [(card, deal) for card in cards if not card.product.is_hidden and card.is_open(now) and card.left != 0]
    return found


def shops_of(db: Reader, person_id: int) -> Iterable[tuple[Shop, Deal | None]]:
    """The shops she recommends with her deals, then those she works in and those she knows."""
    mine = select(Shop, Deal).join(Deal, Deal.shop_id == Shop.id)
    running = (Deal.creator_id == person_id, Deal.ended_at.is_(None), Shop.frozen_at.is_(None))
    found: dict[int, tuple[Shop, Deal | None]] = {
        shop.id: (shop, deal) for shop, deal in db.execute(mine.where(*running).order_by(Deal.id.desc()))
    }
    for shop in (*staff.shops_of(db, person_id), *shops_known(db, person_id, None)):
        found.setdefault(shop.id, (shop, None))
    return list(found.values())[:SHOPS_MOST]


def fitting(text: str, cards: Sequence[Shown]) -> list[Shown]:
    """Those the words may mean, the best first; all of them where nothing is said."""
    if not text.strip():
        return list(cards[:RESULTS_MOST])
    shelf = [
        Searched(place, f"{card.product.name} {card.shop.name}", card.product.category or "", kinds_of(card))
        for place, (card, _) in enumerate(cards)
    ]
    return [cards[place] for place in search(text, shelf, RESULTS_MOST)]


def kinds_of(card: Card) -> tuple[str, ...]:
    return tuple(variant.name for variant in card.variants if variant.name)
