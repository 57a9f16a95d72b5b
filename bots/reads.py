"""``getok read``: lines of JSON in, each written back with what was understood. Whatever comes in, as many come out.

Captions and messages are read exactly as in a chat, but for what needs a clock: a caption's dates are left out.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

from storefront.reading.captions import Caption, read_words
from storefront.reading.messages import Message, read_message
from storefront.reading.shelf import Ware, wares_of

Line = dict[str, Any]
Reading = Callable[[Line], Line]

PUBLISHED_UNITS = {"biji": "pcs", "buah": "pcs"}  # a seller's own word is kept in the chat; tables count pieces
NOT_A_LINE = "not a line of JSON with the fields asked for"


class Unreadable(Exception):
    """A line that says nothing we can read."""


def each_line(lines: Iterable[str], reading: Reading, out: TextIO) -> None:
    """One line out for every line in, in order; one that is broken says so."""
    for line in lines:
        print(json.dumps(answered(line, reading), ensure_ascii=True), file=out)


def answered(line: str, reading: Reading) -> Line:
    try:
        given = json.loads(line, parse_constant=_refused)
    except (ValueError, RecursionError):
        return {"error": NOT_A_LINE}
    if not isinstance(given, dict):
        return {"error": NOT_A_LINE}
    try:
        return {**given, "read": reading(given)}
    except Unreadable as problem:
        return {**given, "error": str(problem)}


def _refused(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


# -- captions ------------------------------------------------------------------------------------------


def caption(given: Line) -> Line:
    return captioned(read_words(text_of(given, "caption")))


def captioned(read: Caption) -> Line:
    """A caption as plain values; an option's price is what it costs in full."""
    return {
        "name": read.name,
        "price": read.price,
        "unit": published(read.unit),
        "stock": read.stock,
        "options": [{"name": option.name, "price": option.costs(read.price)} for option in read.options],
        "min_order": read.min_order,
        "preorder": read.preorder,
        "quota": read.quota,
        "shelf_life": read.shelf_life,
        "allergens": read.allergens,
        "halal": read.halal,
        "pirt": read.pirt,
    }


def published(unit: str | None) -> str | None:
    """A unit in the words of a table: "6 biji" is "6 pcs"."""
    return " ".join(PUBLISHED_UNITS.get(word, word) for word in unit.split()) if unit else None


# -- orders --------------------------------------------------------------------------------------------


def against(catalogues: Mapping[str, tuple[Ware, ...]]) -> Reading:
    """Reads messages against these catalogues, each line naming its own."""

    def order(given: Line) -> Line:
        wares = catalogues.get(str(given.get("catalogue_id")))
        if wares is None:
            raise Unreadable("no such catalogue")
        return ordered(read_message(text_of(given, "message"), wares))

    return order


def ordered(read: Message) -> Line:
    return {
        "intent": read.intent,
        "lines": [
            {"product_id": line.product_id, "quantity": line.quantity, "option": line.option} for line in read.lines
        ],
        "ambiguous": list(read.ambiguous),
        "unknown": list(read.strangers),
        "form": dict(read.fields),
    }


def catalogues_in(path: Path) -> dict[str, tuple[Ware, ...]]:
    """The catalogues of a file: a list of ``{"catalogue_id": ..., "products": [...]}``. Raises `ValueError`."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(one["catalogue_id"]): wares_of(one["products"]) for one in found}
    except (OSError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise ValueError(f"{path.name} is no file of catalogues") from problem


def text_of(given: Line, name: str) -> str:
    said = given.get(name)
    if not isinstance(said, str):
        raise Unreadable(f"no {name}")
    return said
