"""The public books: what was sold through neighbours, what is owed, what was paid and by whose word, and how soon.

A shop is named where its owner wants it named; the others are one line together. Sums come from running totals: a few
rows a shop and month, never the history.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storefront.database import Reader
from storefront.earning import results, tallies
from storefront.models import Dispute, Payout, Shop, Turnover


@dataclass(frozen=True)
class ShopBooks:
    """One shop's sums of one currency, over all months; ``owed`` is still open. Without a name: the others together."""

    shop: str
    currency: str
    earned: int
    owed: int
    paid: int
    confirmed: int


@dataclass(frozen=True)
class HubBooks:
    """``days`` is the middle of how long payouts took in twelve months; ``by_payee`` of a hundred that were confirmed,
    how many by the creator's own word."""

    shops: Sequence[ShopBooks]
    days: int | None = None
    by_payee: int | None = None
    disputed: int = 0

    def total(self, name: str, currency: str) -> int:
        return sum(getattr(one, name) for one in self.shops if one.currency == currency)

    @property
    def currencies(self) -> list[str]:
        return sorted({one.currency for one in self.shops})


def of_hub(db: Reader, now: datetime) -> HubBooks:
    """Everything the public page says of money."""
    found = db.execute(
        select(Turnover.scope_id, Turnover.currency, Turnover.journal, func.sum(Turnover.amount))
        .where(Turnover.scope == "shop")
        .group_by(Turnover.scope_id, Turnover.currency, Turnover.journal)
    )
    named = dict(db.execute(select(Shop.id, Shop.name).where(Shop.is_named)).all())
    sums: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for shop_id, currency, journal, amount in found:
        sums[shop_id if shop_id in named else 0, currency][journal] += int(amount)
    shops = [shop_books(named.get(shop_id, ""), currency, moved) for (shop_id, currency), moved in sums.items()]
    shops.sort(key=lambda one: (not one.shop, one.shop, one.currency))
    open_ = db.scalar(select(func.count()).select_from(Dispute).where(Dispute.state != "closed"))
    return HubBooks(shops, middle_days(db, now), by_payee(db), int(open_ or 0))


def shop_books(name: str, currency: str, moved: Counter[str]) -> ShopBooks:
    earned = moved["accrual"] + moved["fee"] - moved["void"]
    confirmed = moved["settle"] - moved["reverse"]
    return ShopBooks(
        shop=name,
        currency=currency,
        earned=earned,
        owed=earned - confirmed - moved["net"] - moved["withhold"],
        paid=moved["send"] - moved["return"] - moved["reverse"],
        confirmed=confirmed,
    )


def middle_days(db: Reader, now: datetime) -> int | None:
    """How many days the middle one of the payouts of twelve months took from ready to confirmed."""
    days = tallies.of_hub(db, results.months_of_year(db, now), ["days"])["days"]
    total, seen = sum(days.values()), 0
    for length, many in sorted(days.items()):
        seen += many
        if seen * 2 >= total:
            return length
    return None


NEWEST = 1_000  # payouts that a share is made from


def by_payee(db: Reader) -> int | None:
    """Of a hundred of the newest payouts that were confirmed, how many were confirmed by who was paid."""
    newest = select(Payout.confirmed_by).where(Payout.state == "confirmed").order_by(Payout.id.desc()).limit(NEWEST)
    said = Counter(db.scalars(newest))
    return said["creator"] * 100 // said.total() if said else None
