"""What is fair: what a sale leaves the seller, what others are really paid, what a content is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from referral.commissions import WHOLE, share


@dataclass(frozen=True, slots=True)
class Margin:
    """One piece sold through a creator, in whole smallest units."""

    price: int
    cost: int
    gift: int  #: what the buyer pays less, because she came by a code
    commission: int

    @property
    def left(self) -> int:
        """What stays with the seller; below nothing she pays for selling."""
        return self.price - self.gift - self.commission - self.cost


def margin(price: int, cost: int, rate_bp: int, gift_bp: int = 0) -> Margin:
    """What is left of one piece. The commission is a share of what the buyer pays."""
    gift = share(price, gift_bp)
    return Margin(price, cost, gift, share(price - gift, rate_bp))


def highest_rate(price: int, cost: int) -> int:
    """The rate that leaves a seller exactly nothing, in whole percents rounded down, as basis points."""
    if price <= 0 or cost >= price:
        return 0
    return (price - cost) * WHOLE // price // 100 * 100


# -- what others are paid --------------------------------------------------------------------------------

FEWEST_DEALS: Final = 5  #: below this a figure would say what one neighbour earns


@dataclass(frozen=True, slots=True)
class Spread:
    """What was paid, from the least over the one in the middle to the most; ``n`` is how many were counted."""

    least: int
    median: int
    most: int
    n: int


def spread(histogram: Mapping[int, int]) -> Spread | None:
    """The spread of values counted by class; None where nothing was counted. The median is the lower one of two."""
    counted = sorted((value, n) for value, n in histogram.items() if n > 0)
    if not counted:
        return None
    so_far = list(accumulate(n for _, n in counted))
    median = next(value for (value, _), n in zip(counted, so_far, strict=True) if n * 2 >= so_far[-1])
    return Spread(counted[0][0], median, counted[-1][0], so_far[-1])


# -- what a content is worth -----------------------------------------------------------------------------

# An hour of work costs what the minimum wage of a big Indonesian city makes of it: a month of it has 173 hours
# (Kepmenakertrans 102/2004, a month's wage over 173); a little over Rp5 million makes about Rp30.000.
HOUR: Final = 30_000
PER_CHAT: Final = (300, 1_000)
PER_DAY: Final = (2_000, 5_000)
WORK_MOST_BP: Final = 15_000
MOST_HOURS: Final = 40
MOST_DAYS: Final = 90
ROUND: Final = 1_000


@dataclass(frozen=True, slots=True)
class Worth:
    """A fair fee for one content in rupiah: its three parts and the range they make, each from the least to the most.

    ``content``: the hours of work. ``audience``: people who really wrote to a shop through her in 30 days. ``time``:
    days for which she tells of nothing like it.
    """

    content: tuple[int, int]
    audience: tuple[int, int]
    time: tuple[int, int]

    @property
    def least(self) -> int:
        return rounded(self.content[0] + self.audience[0] + self.time[0])

    @property
    def most(self) -> int:
        return rounded(self.content[1] + self.audience[1] + self.time[1])

    @property
    def middle(self) -> int:
        return rounded((self.least + self.most) // 2)


def worth(half_hours: int, chats: int, days: int) -> Worth:
    """What a content is worth that takes so many half hours, for so many chats measured, bound for so many days.

    Followers are no part of it: they say what somebody has collected, not who listens.
    """
    assert 0 < half_hours <= 2 * MOST_HOURS, "an amount of work"
    assert 0 <= days <= MOST_DAYS, "a time"
    work = half_hours * HOUR // 2
    return Worth(
        (work, work * WORK_MOST_BP // WHOLE),
        (chats * PER_CHAT[0], chats * PER_CHAT[1]),
        (days * PER_DAY[0], days * PER_DAY[1]),
    )


def rounded(amount: int) -> int:
    """To whole thousands, half up."""
    return (amount + ROUND // 2) // ROUND * ROUND
