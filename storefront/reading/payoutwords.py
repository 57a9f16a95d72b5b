"""What a seller writes about paying: *empat mata 500rb*, *potong pajak 2,5%*, *buku terbuka*."""

import re
from dataclasses import dataclass

from storefront.reading.noise import plain
from storefront.reading.prices import read_price

HIGHEST_BP = 3_500
NO = {"tidak", "mati", "off", "no", "0", "never", "jangan", "nggak", "gak", "ga"}
FOUR_EYES = re.compile(
    r"(?:empat mata|4 mata|dua orang|four eyes|second person)(?: (?:mulai|dari|from|di atas))? (?P<what>.+)"
)
TAX = re.compile(
    r"(?:potong pajak|pajak|withhold tax|withhold)(?: pph)? (?P<what>\d{1,2}(?:[.,]\d{1,2})?) ?%?|"
    r"(?:potong pajak|withhold tax|withhold) (?P<no>\w+)"
)
OPEN = {"buku terbuka", "tampilkan nama di buku", "open books", "name me in the books"}
SHUT = {"buku tertutup", "jangan tampilkan nama di buku", "closed books", "do not name me in the books"}


@dataclass(frozen=True)
class FourEyes:
    """From which amount on a payout needs a second person; None for never."""

    amount: int | None


@dataclass(frozen=True)
class Withholds:
    """Which part of a payout is kept back as income tax, in basis points; 0 for none."""

    rate_bp: int


@dataclass(frozen=True)
class Named:
    """Whether the public books say the shop's name."""

    is_named: bool


Said = FourEyes | Withholds | Named


def read(text: str) -> Said | None:
    """One of these settings; None for anything else."""
    said = plain(text)
    if said in OPEN | SHUT:
        return Named(said in OPEN)
    if match := FOUR_EYES.fullmatch(said):
        amount = None if match["what"] in NO else read_price(match["what"])
        return FourEyes(amount) if amount or match["what"] in NO else None
    if match := TAX.fullmatch(said):
        if match["no"]:
            return Withholds(0) if match["no"] in NO else None
        whole, _, part = match["what"].replace(",", ".").partition(".")
        rate_bp = int(whole) * 100 + int(f"{part:0<2}")
        return Withholds(rate_bp) if rate_bp <= HIGHEST_BP else None
    return None
