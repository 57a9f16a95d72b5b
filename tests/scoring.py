"""How well captions and messages are read: each case beside what a careful human reads in it.

A case is a line of JSON with what it says and what is expected. Names may carry a few words more, in any case of
letters; everything else has to be the same.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bots import reads
from storefront.reading.captions import read_words
from storefront.reading.messages import read_message
from storefront.reading.shelf import Ware

OWN = Path(__file__).parent / "data"
MORE_WORDS = 3
EDGES = " .,!?;:-"

Case = dict[str, Any]


@dataclass
class Score:
    """How many of how many were right, and which were not."""

    right: int = 0
    of: int = 0
    wrong: list[str] = field(default_factory=list)

    def note(self, is_right: bool, told: str) -> None:
        self.of += 1
        self.right += is_right
        if not is_right:
            self.wrong.append(told)

    @property
    def share(self) -> float:
        return self.right / self.of if self.of else 0.0

    def __str__(self) -> str:
        return f"{self.right} of {self.of} ({100 * self.share:.1f} %)"


def cases(path: Path) -> list[Case]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def labelled() -> Path | None:
    """The folder of labelled language that somebody else wrote, where there is one."""
    specs = os.environ.get("GETOK_SPECS")
    folder = Path(specs) / "language" if specs else None
    return folder if folder and folder.is_dir() else None


# -- captions ------------------------------------------------------------------------------------------


@dataclass
class Captions:
    whole: Score = field(default_factory=Score)
    price: Score = field(default_factory=Score)
    wrongly_sure: int = 0  #: a price was told where another one, or none, was right


def of_captions(path: Path) -> Captions:
    found = Captions()
    for case in cases(path):
        read, expected = reads.captioned(read_words(case["caption"])), case["expect"]
        wrong = list(differences(case, read, expected))
        found.whole.note(not wrong, f"{case['caption'][:80]!r}: {'; '.join(wrong)}")
        found.price.note(read["price"] == expected["price"], case["caption"][:80])
        found.wrongly_sure += read["price"] is not None and read["price"] != expected["price"]
    return found


def differences(case: Case, read: Case, expected: Case) -> Iterator[str]:
    is_odd = str(case.get("note", "")).startswith("adversarial")
    if not is_called(read["name"], expected["name"], any_more=is_odd):
        yield f"name {read['name']!r}, not {expected['name']!r}"
    for name in ("price", "stock", "min_order", "preorder"):
        if read[name] != expected[name]:
            yield f"{name} {read[name]!r}, not {expected[name]!r}"
    if plain(read["unit"]) != plain(expected["unit"]):
        yield f"unit {read['unit']!r}, not {expected['unit']!r}"
    if options(read) != options(expected):
        yield f"options {options(read)!r}, not {options(expected)!r}"


def is_called(read: str | None, expected: str | None, *, any_more: bool) -> bool:
    if not expected or not read:
        return not expected and not read
    told, wanted = plain(read).split(), plain(expected).split()
    if "".join(told) == "".join(wanted):
        return True
    return set(wanted) <= set(told) and (any_more or len(told) - len(wanted) <= MORE_WORDS)


def options(read: Case) -> list[tuple[str, int | None]]:
    return sorted((plain(one["name"]).replace(" ", ""), one["price"]) for one in read["options"])


def plain(text: str | None) -> str:
    return " ".join((text or "").lower().split()).strip(EDGES)


# -- orders --------------------------------------------------------------------------------------------


@dataclass
class Orders:
    intent: Score = field(default_factory=Score)
    whole: Score = field(default_factory=Score)
    out_of_nothing: int = 0  #: orders read in messages that order nothing


def of_orders(path: Path, catalogues: dict[str, tuple[Ware, ...]]) -> Orders:
    found = Orders()
    for case in cases(path):
        read = reads.ordered(read_message(case["message"], catalogues[case["catalogue_id"]]))
        expected = case["expect"]
        told = f"{case['message']!r}: {read['intent']} {read['lines']} {read['ambiguous']}"
        same_intent = read["intent"] == expected["intent"]
        found.intent.note(same_intent, told)
        same = bag(read) == bag(expected) and set(read["ambiguous"]) == set(expected["ambiguous"])
        found.whole.note(same_intent and same, told)
        found.out_of_nothing += read["intent"] == "order" != expected["intent"]
    return found


def bag(read: Case) -> set[tuple[int, int, str | None]]:
    return {(line["product_id"], line["quantity"], line["option"]) for line in read["lines"]}
