"""The public books: for each shop what was sold through neighbours, what it owes, what it paid, what they confirmed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from storefront.database import Reader
from storefront.models import Shop, Turnover


@dataclass(frozen=True)
class ShopBooks:
    """One shop's sums of one currency, over all months. ``owed`` is what is still open."""

    shop: str
    currency: str
    earned: int
    owed: int
    paid: int
    confirmed: int


@dataclass(frozen=True)
class HubBooks:
    shops: Sequence[ShopBooks]

    def total(self, name: str, currency: str) -> int:
        return sum(getattr(one, name) for one in self.shops if one.currency == currency)

    @property
    def currencies(self) -> list[str]:
        return sorted({one.currency for one in self.shops})


def of_hub(db: Reader) -> HubBooks:
    """Sums by shop and journal, from the monthly roll-up: a few rows a shop and month, never the history."""
    found = db.execute(
        select(Turnover.scope_id, Turnover.currency, Turnover.journal, func.sum(Turnover.amount))
        .where(Turnover.scope == "shop")
        .group_by(Turnover.scope_id, Turnover.currency, Turnover.journal)
    )
    sums: dict[tuple[int, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for shop_id, currency, journal, amount in found:
        sums[shop_id, currency][journal] = int(amount)
    names = {shop.id: shop.name for shop in db.scalars(select(Shop).where(Shop.id.in_([key[0] for key in sums])))}
    return HubBooks(
        [shop_books(names[shop_id], currency, moved) for (shop_id, currency), moved in sorted(sums.items())]
    )


def shop_books(name: str, currency: str, moved: dict[str, int]) -> ShopBooks:
    earned = moved["accrual"] - moved["void"]
    return ShopBooks(
        shop=name,
        currency=currency,
        earned=earned,
        owed=earned - moved["settle"],
        paid=moved["send"] - moved["return"],
        confirmed=moved["settle"],
    )
