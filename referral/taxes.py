"""What income tax may come to, as an estimate to read beside the figures; nobody keeps it back unless a seller says so.

Commissions are the pay of somebody who is no employee: half of what was received, cumulated over the year, at the
progressive rates (PPh 21: PMK 168/2023; UU 7/2021 article 17 as amended). It is no advice.
"""

from typing import Final

BASE_BP: Final = 5_000
WHOLE: Final = 10_000
# Up to how much of a year's base in rupiah, and at which rate; above the last one the last rate holds.
BRACKETS: Final = (
    (60_000_000, 500),
    (250_000_000, 1_500),
    (500_000_000, 2_500),
    (5_000_000_000, 3_000),
)
TOP_BP: Final = 3_500


def estimate(received: int) -> int:
    """The year's income tax on so many rupiah received, a half rounded up, once."""
    if received < 0:
        raise ValueError("what was received is never negative")
    base, below, tax = received * BASE_BP // WHOLE, 0, 0
    for limit, rate_bp in BRACKETS:
        tax += (min(base, limit) - below) * rate_bp if base > below else 0
        below = limit
    tax += max(base - below, 0) * TOP_BP
    return (tax + WHOLE // 2) // WHOLE
