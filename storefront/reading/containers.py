"""The unit a thing is sold by where no price says it: a container in the caption, or what its stock is counted in."""

from collections.abc import Sequence

from storefront.reading.packs import SPOKEN
from storefront.reading.packs import words as units
from storefront.reading.tokens import Token

NO_CONTAINERS = units(
    "set potong hari lembar slice batang sisir gulung keping iris meter tangkai kg ons liter pasang lusin kodi"
    " paket pcs biji buah"
    " bunch piring bag can ikat ekor pouch roll tusuk butir gelas tin pan karung ember tub wrap"
)
CONTAINERS = frozenset(SPOKEN.units.values()) - NO_CONTAINERS
PIECES = units("pcs biji buah")
FIXED_TERMS = units("nasi snack rice lunch gift hampers bento mystery dessert poke")


def container(row: Sequence[Token]) -> str | None:
    """The container or measure word of a caption: "toples 500gr", "1 loyang uk 20x20"."""
    for at, token in enumerate(row):
        if token.role in {"other", "least", "stock", "contents"} or (at and row[at - 1].low in SPOKEN.contents):
            continue
        if token.kind == "word" and SPOKEN.units.get(token.low) in CONTAINERS and not _is_the_product(row, at):
            return SPOKEN.units[token.low]
        if (
            token.kind == "count"
            and token.value == 1
            and token.role == ""
            and token.unit in CONTAINERS | {"ekor", "potong", "pasang"}
        ):
            return token.unit
    offered = {str(token.value) for token in row if token.kind == "per" and token.unit is None and token.value}
    return offered.pop() if len(offered) == 1 else None


def _is_the_product(row: Sequence[Token], at: int) -> bool:
    """ "nasi box", "pouch batik": the container word is what is sold."""
    before = row[at - 1].low if at else ""
    is_first = not any(token.kind == "word" and token.low not in SPOKEN.talk for token in row[:at])
    return before in FIXED_TERMS or (row[at].low in SPOKEN.heads and is_first)


def counted_unit(row: Sequence[Token]) -> str | None:
    """The unit that stock, minimum order or a bundle is counted in."""
    for token in row:
        if (
            token.role in {"stock", "least"}
            and token.kind == "count"
            and token.unit not in {None, "lusin", "kodi", *SPOKEN.multiples}
        ):
            return token.unit
    sold = [
        token.unit
        for token in row
        if token.role == "price" and token.kind == "count" and token.unit not in {"lusin", "kodi"}
    ]
    counted = (SPOKEN.units[token.low] for token in row if token.role == "stock" and token.low in SPOKEN.units)
    return next(counted, next(iter(sold), None))
