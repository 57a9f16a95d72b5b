"""What people say to begin something together: a poll and its choices, a cause and how much of what goes where."""

import re
from dataclasses import dataclass

from storefront.reading.noise import clean

MOST_OPTIONS = 6
LONGEST = 60
POLL = re.compile(r"(?:polling|poll|jajak pendapat|vote)\s*:?\s+(?P<rest>.+)", re.IGNORECASE | re.DOTALL)
CAUSE = re.compile(
    r"(?:titip(?:an)?|give)\s+(?P<product>.+?)\s+(?:untuk|buat|utk|for|to)\s+(?P<to>.+?),?\s+target\s+(?P<n>\d{1,4})\b.*",
    re.IGNORECASE | re.DOTALL,
)
SEPARATORS = re.compile(r"\s*(?:,|/|\n|;| atau | or )\s*", re.IGNORECASE)


@dataclass(frozen=True)
class PollWords:
    """A question and what can be chosen."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class CauseWords:
    """What of the shelf goes to whom, where, and how many would be good."""

    product: str
    recipient: str
    address: str
    target: int


def poll_said(text: str) -> PollWords | None:
    """*polling minggu depan mau rasa apa? pandan, keju, coklat*; None where it is none, or nothing to choose from."""
    found = POLL.fullmatch(text.strip())
    if found is None:
        return None
    question, mark, rest = found["rest"].partition("?")
    if not mark:
        question, mark, rest = found["rest"].partition(":")
    options = [clean(part)[:LONGEST] for part in SEPARATORS.split(rest.strip()) if clean(part)]
    options = list(dict.fromkeys(options))
    if not mark or not 2 <= len(options) <= MOST_OPTIONS or not clean(question):
        return None
    return PollWords(clean(question)[:LONGEST] + "?", tuple(options))


def cause_said(text: str) -> CauseWords | None:
    """*titip nasi box untuk Panti Kasih Ibu, jl Melati 3, target 30*."""
    found = CAUSE.fullmatch(" ".join(text.split()))
    if found is None:
        return None
    recipient, _, address = clean(found["to"]).partition(",")
    if not recipient.strip() or not address.strip(" ,") or not int(found["n"]):
        return None
    return CauseWords(clean(found["product"]), recipient.strip()[:LONGEST], address.strip(" ,")[:120], int(found["n"]))
