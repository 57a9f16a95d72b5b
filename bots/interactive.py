"""A screen as WhatsApp's own buttons: up to three quick replies, up to ten rows of a list, or none at all.

Twilio sends such a message from a *content* it keeps for us. A content is made once for each structure and used again
with other words, so words are variables. A variable takes no line break (Twilio error 21656), so every line of the body
is one of its own; the titles of quick replies take none (Twilio, twilio/quick-reply), so they belong to the structure.
What does not fit is written as numbered lines, which every phone understands.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bots.dialogue import Choice

BODY_LONGEST = 1024
LINES_MOST = 60  # of the hundred variables a content may have, ten rows of a list take up to twenty
QUICK_MOST, LIST_MOST = 3, 10
TITLE_LONGEST, ROW_LONGEST, ROW_TOLD_LONGEST = 20, 24, 72
OPENS = {"id": "Pilih", "en": "Choose"}
GAPS = re.compile(r"[\t ]{4,}|\t")


@dataclass(frozen=True)
class Interactive:
    """A message with buttons: its structure, as Twilio keeps it, and the words of this one."""

    types: dict[str, Any]
    variables: dict[str, str]
    body: str

    @property
    def digest(self) -> str:
        """The name its structure has here; the same for all messages of one shape."""
        return hashlib.sha256(json.dumps(self.types, sort_keys=True).encode()).hexdigest()

    @property
    def samples(self) -> dict[str, str]:
        """What stands in its places where nothing is given."""
        return dict.fromkeys(self.variables, "-")


def interactive(text: str, choices: Sequence[Choice], language: str) -> Interactive | None:
    """The message with buttons for these choices; None where it is to be written as lines.

    ``text`` is in WhatsApp's signs, with everything that is no button already in it.
    """
    body, variables = lined(text)
    filled = re.sub(r"\{\{(\w+)\}\}", lambda place: variables[place[1]], body)
    if not choices or not variables or len(filled) > BODY_LONGEST or len(variables) > LINES_MOST:
        return None
    labels = [" ".join(choice.label.split()) for choice in choices]
    if (
        len(labels) <= QUICK_MOST
        and len(set(labels)) == len(labels)
        and all(fits(one, TITLE_LONGEST) for one in labels)
    ):
        return Interactive({"twilio/quick-reply": {"body": body, "actions": replies(labels)}}, variables, filled)
    if len(labels) > LIST_MOST or not all(fits(one, ROW_TOLD_LONGEST) for one in labels):
        return None
    items, words = rows(labels)
    picker = {"body": body, "button": OPENS.get(language, OPENS["id"]), "items": items}
    return Interactive({"twilio/list-picker": picker}, variables | words, filled)


def lined(text: str) -> tuple[str, dict[str, str]]:
    """The body as a pattern of lines, and what stands in each."""
    pattern, variables = [], {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = GAPS.sub(" ", line).strip()
        if words:
            variables[f"l{number}"] = words
        pattern.append(f"{{{{l{number}}}}}" if words else "")
    return "\n".join(pattern), variables


def replies(labels: Sequence[str]) -> list[dict[str, str]]:
    return [{"title": label, "id": str(number)} for number, label in enumerate(labels, start=1)]


def rows(labels: Sequence[str]) -> tuple[list[dict[str, str]], dict[str, str]]:
    """The rows of a list; a label too long for one begins it and stands whole under it."""
    items: list[dict[str, str]] = []
    words: dict[str, str] = {}
    for number, label in enumerate(labels, start=1):
        row = {"id": str(number), "item": f"{{{{i{number}}}}}"}
        words[f"i{number}"] = label
        if not fits(label, ROW_LONGEST):
            row["description"] = f"{{{{d{number}}}}}"
            words |= {f"i{number}": shortened(label), f"d{number}": label}
        items.append(row)
    return items, words


def shortened(label: str) -> str:
    """The beginning of a label, cut between words where that leaves enough to know it by."""
    cut = label[: ROW_LONGEST - 1]
    while not fits(cut, ROW_LONGEST - 1):
        cut = cut[:-1]
    whole, _, _ = cut.rpartition(" ")
    return f"{(whole if len(whole) >= ROW_LONGEST // 2 else cut).rstrip(' ,·')}…"


def fits(label: str, longest: int) -> bool:
    """Counted as phones count, an emoji for two."""
    return 0 < len(label.encode("utf-16-le")) // 2 <= longest
