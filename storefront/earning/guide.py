"""What this hub really paid: for sellers and creators alike, from sums that name nobody, once five deals were paid."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from referral import fairness
from referral.fairness import FEWEST_DEALS, Spread
from storefront.database import Reader
from storefront.earning import deals, results, tallies

MEASURED = timedelta(days=30)


@dataclass(frozen=True)
class Guide:
    """Twelve months of this hub. Shares are basis points, fees smallest units, ``days`` from ready to received."""

    deals: int
    rates: Spread | None
    fees: Spread | None
    days: Spread | None

    @property
    def is_enough(self) -> bool:
        """Whether so many deals were paid that no figure says what one neighbour earns."""
        return self.deals >= FEWEST_DEALS


def guide(db: Reader, now: datetime) -> Guide:
    """The guide of today: a few rows, however many were paid."""
    whats = ("rate", "rate_deal", "fee", "fee_deal", "days", "deal")
    found = tallies.of_hub(db, results.months_of_year(db, now), whats)

    def shown(what: str, of_deals: str) -> Spread | None:
        """A spread that so many different deals have gone into that it says nothing of one."""
        return fairness.spread(found[what]) if len(found[of_deals]) >= FEWEST_DEALS else None

    return Guide(
        deals=len(found["deal"]),
        rates=shown("rate", "rate_deal"),
        fees=shown("fee", "fee_deal"),
        days=shown("days", "deal"),
    )


def chats_of(db: Reader, person_id: int, now: datetime) -> int:
    """How many people wrote to a shop through somebody in about 30 days, measured and not stated."""
    mine = [one.id for one in deals.of_creator(db, person_id)]
    weeks = tallies.last_weeks(db, now, MEASURED.days // 7 + 1)
    return sum(sums.get("chatted", 0) for sums in tallies.summed(db, "deal", mine, weeks).values())
