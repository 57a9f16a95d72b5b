"""A list as groups keep it: "1. Bu Ani 2 polos", a line for each neighbour, some paid, some places still free.

Everything numbered becomes an entry or is named as not understood; nothing of a list is left out silently.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from storefront.reading.areas import titled
from storefront.reading.events import events
from storefront.reading.lines import Line, read_lines
from storefront.reading.messages import spoken_of
from storefront.reading.packs import SPOKEN
from storefront.reading.quantities import number_at, one_of_a
from storefront.reading.shelf import Shelf, Ware, parts, shelved, spellings
from storefront.reading.spelling import LONGEST, lowered, normal

MOST_LINES = 120
FEWEST = 2  # one numbered line alone is a sentence
LONGEST_LINE = 200

NUMBERED = re.compile(r"(\d{1,3})\s?[.)\-:]\s?(?!\d)(.*)")
NOTE = re.compile(r"(?:tolong )?(?:catat|catet|note)[: ]\s?(.+)", re.IGNORECASE)
BEGINS = re.compile(r"(?<!\S)(\d{1,3})[.)](?!\d)")
PAID_SIGN = re.compile("[✅✔☑]")
PAID = re.compile(
    r"\b(?:(?:sudah|sdh|udah|udh) (?:di)?(?:bayar|tf|trf|transfer|lunas)|lunas|has paid|paid)\b", re.IGNORECASE
)
HOUSE = re.compile(
    r"\b(?:blok|blk|(?<!bu )(?<!pak )rt|rw|no|unit)\b[. ]{0,2}[a-z]{0,2}\d{1,3}(?:\s?/\s?\d{1,3})?(?! ?(?:rb|ribu|k)\b)"
    r"|\b(?:blok|blk)\b[. ]{0,2}[a-z]{1,2}\d{0,3}\b|\b[a-z]{1,2}\d{1,3}\s?[/-]\s?\d{1,3}\b|\b[a-wyz]\d{1,3}\b",
    re.IGNORECASE,
)
BETWEEN = re.compile(r" ?[:=→] ?| -+ ")
A_NUMBER = re.compile(r"\d+(?:[.,/]\d+)?x?|x\d+")
EMPTY = " .,;:()-_*~"


@dataclass(frozen=True)
class Entry:
    """One line of a list: whose it is and what of what. ``place`` is what it says of the house, if anything."""

    number: int
    name: str
    lines: tuple[Line, ...]
    place: str | None
    is_paid: bool


@dataclass(frozen=True)
class GroupList:
    """A list as it was understood. ``unclear`` are the numbered lines that were not, in their own words."""

    heading: str
    entries: tuple[Entry, ...]
    unclear: tuple[tuple[int, str], ...]


def read_list(text: str, wares: tuple[Ware, ...]) -> GroupList | None:
    """Read a pasted list against what a shop sells; None where the text is no list. Never raises.

    A number without a product is of the one the heading names, or of the only one there is.
    """
    heading, numbered = numbered_lines(text)
    if len(numbered) < FEWEST:
        return None
    shelf = shelved(wares)
    before = product_of(heading, wares)
    read = [(number, said, entry(number, said, shelf, before)) for number, said in numbered]
    entries = tuple(one for _, _, one in read if one)
    unclear = tuple((number, said) for number, said, one in read if one is None)
    return GroupList(heading, entries, unclear) if len(entries) >= FEWEST else None


def read_entry(text: str, wares: tuple[Ware, ...]) -> Entry | None:
    """One line of a list by itself: "Bu Ani 2 polos"."""
    lines = normal(text[:LONGEST_LINE]).split("\n")
    return entry(1, lines[0], shelved(wares), product_of("", wares)) if len(lines) == 1 else None


def looks_numbered(text: str) -> bool:
    """Whether it is worth reading as a list."""
    return len(BEGINS.findall(text[:LONGEST])) >= FEWEST


def said_to_note(text: str) -> str | None:
    """What stands behind *catat*; None where nobody asked to note anything."""
    found = NOTE.fullmatch(normal(text[:LONGEST_LINE]))
    return found[1] if found else None


def numbered_lines(text: str) -> tuple[str, list[tuple[int, str]]]:
    """What stands above the list, and its lines by number; places that are still free say nothing."""
    heading: list[str] = []
    numbered: list[tuple[int, str]] = []
    for raw in one_a_line(text[:LONGEST])[:MOST_LINES]:
        line = normal(raw[:LONGEST_LINE]).strip("*_ ")
        found = NUMBERED.fullmatch(line)
        if found and found[2].strip(EMPTY):
            numbered.append((int(found[1]), found[2]))
        elif not numbered and not found:
            heading.append(line)
    return " ".join(filter(None, heading)), numbered


def one_a_line(text: str) -> list[str]:
    """The lines of a list; what was pasted in one line is cut before every next number."""
    pieces = [piece for line in text.splitlines() for piece in cut(line)]
    return [piece.strip() for piece in pieces if piece.strip()]


def cut(line: str) -> list[str]:
    starts, following = [0], 2
    for found in BEGINS.finditer(line):
        if int(found[1]) == following or (following == 2 and int(found[1]) == 1 and found.start() > 0):
            starts.append(found.start())
            following = int(found[1]) + 1
    return [line[start:end] for start, end in pairwise([*starts, len(line)])]


def product_of(heading: str, wares: tuple[Ware, ...]) -> int | None:
    """The place of the ware that a list is about."""
    if len(wares) == 1:
        return 0
    named = spoken_of(heading, wares) if heading else ()
    return next((at for at, ware in enumerate(wares) if (ware.id,) == named), None)


def entry(number: int, said: str, shelf: Shelf, before: int | None) -> Entry | None:
    """One line: the marks and the house are set aside, then the name, and the rest is what is wanted."""
    is_paid = bool(PAID_SIGN.search(said) or PAID.search(said))
    body = PAID.sub(" ", PAID_SIGN.sub(" ", said))
    place = ", ".join(" ".join(found[0].split()) for found in HOUSE.finditer(body))
    name, goods = divided(" ".join(HOUSE.sub(" ", body).split()), shelf)
    wanted = read_lines(events(lowered(goods), shelf), shelf, before) if goods else None
    if not name or wanted is None or wanted.ambiguous or wanted.strangers or not wanted.lines:
        return None
    return Entry(number, titled(name), wanted.lines, place or None, is_paid)


def divided(body: str, shelf: Shelf) -> tuple[str, str]:
    """The name and what it wants: at a colon or dash, else where the counting or the goods begin."""
    first, *rest = BETWEEN.split(body, maxsplit=1)
    if rest and first.strip(EMPTY) and rest[0].strip(EMPTY):
        return first.strip(EMPTY), rest[0].strip(EMPTY)
    words = body.split()
    wanting = [counts(word) or sold(word, shelf) for word in words]
    if not any(wanting):
        return body.strip(EMPTY), ""
    if not wanting[0]:
        begins = wanting.index(True)
        return " ".join(words[:begins]).strip(EMPTY), " ".join(words[begins:]).strip(EMPTY)
    ends = len(words) - wanting[::-1].index(True)
    whom = words[ends:]
    while whom and whom[0].casefold() in SPOKEN.purposes:
        whom.pop(0)
    return " ".join(whom).strip(EMPTY), " ".join(words[:ends]).strip(EMPTY)


def counts(word: str) -> bool:
    """A number or a unit; "Pak" before a name is no pack."""
    bare = lowered(word).strip(EMPTY)
    is_number = bare[:1].isdigit() or bool(A_NUMBER.fullmatch(bare)) or number_at([bare], 0) is not None
    return is_number or one_of_a(bare) is not None or (bare in SPOKEN.units and bare not in SPOKEN.addressing)


def sold(word: str, shelf: Shelf) -> bool:
    """Whether a word is one of the shelf's own, spelt as it is there: a name is not taken for a slip of the finger."""
    known = parts(word)
    return any(spelling in shelf.words for part in known for spelling in spellings(part))
