"""Addresses in the order one walks them: complex by complex, block by block, and houses by number, not by letters."""

import re
from collections import Counter
from collections.abc import Iterable

from storefront.reading.noise import clean

HOUSE = re.compile(
    r"\b(?!(?:no|rt|rw|gg|jl)\b)(?P<block>[a-z]{1,2})\s?[-.]?\s?(?P<row>\d{1,3})?"
    r"\s*(?:/|-|\bno(?:mor)?\b\.?)\s*(?P<no>\d{1,4})(?P<tail>[a-z]?)\b"
    r"|\b(?:blok|blk)\.?\s*(?P<named>[a-z]{1,2})\s(?P<door>\d{1,4})\b(?!\s*(?:/|-|no))"
    r"|\b(?P<simple>[a-z])(?P<number>\d{1,4})\b",
    re.IGNORECASE,
)
RT = re.compile(
    r"\brt\s*\.?\s*0*(\d{1,3})(?:\s*/\s*\d{1,3}|\s*[/,]?\s*rw\s*\.?\s*\d{1,3})?\b",
    re.IGNORECASE,
)
PIN = re.compile(r"pin\s|https?://|-?\d{1,3}\.\d+\s*,\s*-?\d{1,3}\.\d+")
NUMBER = re.compile(r"\b(?:no|nomor)?\.?\s*(\d{1,4})([a-z]?)\b", re.IGNORECASE)
LAST = "\uffff"  # behind every name

Key = tuple[str, int, str, int, int, str]


def walking_key(address: str | None, home: str = "") -> Key:
    """Sorts as one walks: the complex or street, its RT, the block, the row, the house; what has no door comes last.

    ``home``: the complex of a door that names none, as neighbours do among themselves ("C2/6").
    """
    said = clean(address or "").casefold()
    if not said or PIN.match(said):
        return (LAST, 0, "", 0, 0, said)
    neighbourhood = RT.search(said)
    rt = int(neighbourhood[1]) if neighbourhood else 0
    rest = RT.sub(" ", said)
    found = HOUSE.search(rest)
    if found:  # a block says where; the RT beside it would only send one back and forth
        return (street(rest[: found.start()]) or home, 0, *door(found))
    number = NUMBER.search(rest)
    if number:
        return (street(rest[: number.start()]) or home, rt, "", 0, int(number[1]), number[2] or "")
    return (street(rest) or LAST, rt, LAST, 0, 0, "")


def door(found: re.Match[str]) -> tuple[str, int, int, str]:
    """Block, row, house; "A12", "A-12", "blok A 12" and "A no 12" are one door, whose number stands as its row."""
    if found["block"] is None:
        return (found["simple"] or found["named"], int(found["number"] or found["door"]), 0, "")
    if found["row"] is None:
        return (found["block"], int(found["no"]), 0, found["tail"])
    return (found["block"], int(found["row"]), int(found["no"]), found["tail"])


def home_of(addresses: Iterable[str | None]) -> str:
    """The complex most of these doors are in."""
    named = [walking_key(address)[0] for address in addresses]
    counts = Counter(name for name in named if name and name != LAST)
    return counts.most_common(1)[0][0] if counts else ""


def street(words: str) -> str:
    """The name alone: "jl. melati" and "Jalan Melati" are one street."""
    plain = re.sub(r"\b(?:jl|jln|jalan|gg|gang|perum|komplek|kompleks|cluster|blok|blk|street|road)\b", " ", words)
    return " ".join(re.findall(r"[^\W_]+", plain))
