"""Whether a promise can be kept: what a sale leaves the seller once everybody has had her share."""

from dataclasses import dataclass

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
