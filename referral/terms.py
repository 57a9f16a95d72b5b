"""What a shop promises everybody who recommends it, and what a deal froze of that promise."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

RULES_VERSION: Final = 1
DEFAULT_RATE_BP: Final = 1_000
LOWEST_RATE_BP: Final = 100
HIGHEST_RATE_BP: Final = 5_000
ATTRIBUTION_WINDOW: Final = timedelta(days=7)
HOLD_FOOD_AFTER_SENT: Final = timedelta(hours=24)
HOLD_GOODS_AFTER_RECEIVED: Final = timedelta(days=2)
HOLD_GOODS_AFTER_SENT: Final = timedelta(days=5)
RATE_CUT_NOTICE: Final = timedelta(days=30)
CONVERSATION: Final = timedelta(hours=24)
PAYOUT_FLOOR: Final = 50_000
FLOOR_HOLDS_AT_MOST: Final = timedelta(days=30)
YOUNGEST_CREATOR_YEARS: Final = 18
CONTENT_ANSWERED_WITHIN: Final = timedelta(days=3)  #: a handed-in content nobody looks at counts as accepted
NETTED_AT_MOST_BP: Final = 5_000  #: of a payout, how much may go against what was paid too much before
WRITTEN_OFF_AFTER: Final = timedelta(days=365)  #: what was paid too much and not netted by then is let go
NOT_CONTESTED_AFTER: Final = timedelta(days=7)  #: nobody objected to a payout that was sent
ASKED_AGAIN_AFTER: Final = (timedelta(days=2), timedelta(days=5))  #: when its creator is asked once more
PAID_IN_TIME: Final = timedelta(days=7)  #: a payout that is sent by then is on time
OVERDUE_AFTER: Final = timedelta(days=14)  #: two paydays have gone by
UNPAID_LIMIT: Final = 250_000  #: who owes more than this for too long makes no new deals
CONTESTED_WITHIN: Final = timedelta(days=60)  #: for so long silence may still be contested
DISPUTE_ANSWERED_WITHIN: Final = timedelta(hours=48)
DISPUTE_DECIDED_WITHIN: Final = timedelta(days=7)
OBJECTION_ANSWERED_WITHIN: Final = timedelta(hours=48)
OBJECTED_WITHIN: Final = timedelta(days=30)
RECREATED_WITHIN: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one deal. ``rate_bp`` is in basis points: 1000 is ten percent."""

    rate_bp: int
    window: timedelta = ATTRIBUTION_WINDOW
    new_customers_only: bool = True
    version: int = RULES_VERSION

    def __post_init__(self) -> None:
        if not 0 < self.rate_bp <= 10_000:
            raise ValueError("a rate is more than nothing and at most everything")
