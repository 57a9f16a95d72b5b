"""Addresses in the order one walks them: complex by complex, block by block, and houses by number, not by letters."""

import re
from collections import Counter
from collections.abc import Iterable

from storefront.reading.noise import clean

HOUSE = re.compile(
    r"\b(?P<block>[a-z]{1,2})\s?[-.]?\s?(?P<row>\d{1,3})?\s*(?:/|\bno(?:mor)?\b\.?)\s*(?P<no>\d{1,4})"
    r"(?P<tail>[a-z]?)\b"
    r"|\b(?P<simple>[a-z])(?P<number>\d{1,4})\b",
    re.IGNORECASE,
)
RT = re.compile(r"\brt\s*\.?0*(\d{1,3})\b", re.IGNORECASE)
NUMBER = re.compile(r"\b(?:no|nomor)?\.?\s*(\d{1,4})([a-z]?)\b", re.IGNORECASE)
LAST = "\uffff"  # behind every name

Key = tuple[str, int, str, int, int, str]


def walking_key(address: str | None, home: str = "") -> Key:
    """Sorts as one walks: the complex or street, its RT, the block, the row, the house; what has no door comes last.

    ``home``: the complex of a door that names none, as neighbours do among themselves ("C2/6").
    """
    said = clean(address or "").casefold()
    if not said or said.startswith("pin "):
        return (LAST, 0, "", 0, 0, said)
    neighbourhood = RT.search(said)
    rt = int(neighbourhood[1]) if neighbourhood else 0
    rest = RT.sub(" ", said)
    found = HOUSE.search(rest)
    if found and found["simple"]:  # a block says where; the RT beside it would only send one back and forth
        return (street(rest[: found.start()]) or home, 0, found["simple"], int(found["number"]), 0, "")
    if found:
        row, house = int(found["row"] or 0), int(found["no"])
        return (street(rest[: found.start()]) or home, 0, found["block"], row, house, found["tail"] or "")
    number = NUMBER.search(rest)
    if number:
        return (street(rest[: number.start()]) or home, rt, "", 0, int(number[1]), number[2] or "")
    return (street(rest) or LAST, rt, LAST, 0, 0, "")


def home_of(addresses: Iterable[str | None]) -> str:
    """The complex most of these doors are in."""
    named = [walking_key(address)[0] for address in addresses]
    counts = Counter(name for name in named if name and name != LAST)
    return counts.most_common(1)[0][0] if counts else ""


def street(words: str) -> str:
    """The name alone: "jl. melati" and "Jalan Melati" are one street."""
    plain = re.sub(r"\b(?:jl|jln|jalan|gg|gang|perum|komplek|kompleks|cluster|blok|blk|street|road)\b", " ", words)
    return " ".join(re.findall(r"[^\W_]+", plain))
