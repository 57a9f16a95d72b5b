"""What every channel does: understand what came in, deliver what is promised, and say plainly when it cannot."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bots.dialogue import Heard, Screen
from storefront.phrases import marked


@dataclass(frozen=True)
class Delivery:
    """One promised message, ready to go.

    ``picture`` is the bytes, ``picture_url`` where a channel may fetch them; ``album``: the pictures of one.
    ``in_window`` says whether the person wrote within the last 24 hours, outside of which WhatsApp takes approved
    templates only. ``is_plain``: buttons of the channel's own were refused for it, so choices are written out.
    ``results``: what is offered to an inline query.
    """

    kind: str
    address: str
    screen: Screen
    replaces: str | None = None
    replaces_picture: bool = False
    picture: bytes | None = None
    picture_url: str | None = None
    language: str = "id"
    in_window: bool = True
    is_plain: bool = False
    results: tuple[dict[str, Any], ...] = ()
    album: tuple[bytes, ...] = ()


class Channel(Protocol):
    """One way to talk. ``understand`` fetches what the message only points at (its picture)."""

    name: str

    def understand(self, raw: dict[str, Any]) -> Heard | None: ...

    def wrote(self, raw: dict[str, Any]) -> Heard | None:
        """Who wrote this, as far as can be told without understanding it."""
        ...

    def deliver(self, delivery: Delivery) -> str | None:
        """Send it; returns the channel's own name for it. Raises `Later`, `Gone` or `Refused`."""
        ...

    def find(self, delivery: Delivery, since: datetime) -> Sequence[str] | None:
        """The ids under which a message in doubt may have arrived since then; None when the channel cannot tell."""
        ...


class Later(Exception):
    """The channel asks us to wait, or did not answer: try again after ``seconds``.

    ``in_doubt``: what we said may have arrived all the same. ``is_for_all``: the whole channel wants a pause.
    """

    def __init__(self, seconds: float, *, in_doubt: bool = False, is_for_all: bool = False) -> None:
        super().__init__(seconds)
        self.seconds = seconds
        self.in_doubt = in_doubt
        self.is_for_all = is_for_all


class Gone(Exception):
    """The person blocked us or is no longer there: nothing more goes to this address until she writes again."""


class Refused(Exception):
    """The channel will never take this message; the reason is for the operator."""


class OutsideWindow(Exception):
    """Nothing arrives until the person writes again (WhatsApp's 24 hours), and no template is there to say it."""


class MovedTo(Exception):
    """The chat lives under another address now."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


def pieces(text: str, longest: int, size: Callable[[str], int] = len) -> list[str]:
    """A long text in pieces that fit, cut between lines; a line too long is cut between words, or at last anywhere."""
    found = [""]
    for part in small_enough(text.splitlines(keepends=True), longest, size):
        if found[-1] and size(found[-1] + part) > longest:
            found.append("")
        found[-1] += part
    return found


def small_enough(parts: Iterable[str], longest: int, size: Callable[[str], int]) -> Iterator[str]:
    """The parts, those too long in smaller ones: words first, then single signs."""
    for part in parts:
        if size(part) <= longest:
            yield part
        elif len(words := WORDS.findall(part)) > 1:
            yield from small_enough(words, longest, size)
        else:
            yield from part


WORDS = re.compile(r"\S+\s*|\s+")

# What a channel says, perhaps only later, of buttons it does not take (Twilio's error codes): it is said as lines then.
PLAIN_AFTER = {"error 63013", "error 63021", "error 63027", "error 21655", "error 21656"}

NOT_A_PICTURE = marked("I cannot open that picture. Could you send it once more, as a photo?")
TOO_LARGE = marked("That picture is too large for me. A normal phone photo is fine.")


def seen(data: bytes) -> dict[str, Any]:
    """A person's picture, tidied, with the codes in it; or, kindly, why not."""
    from storefront import pictures

    try:
        tidied = pictures.tidy(data)
    except pictures.PictureTooLarge:
        return {"picture_problem": TOO_LARGE}
    except pictures.NotAPicture:
        return {"picture_problem": NOT_A_PICTURE}
    return {"picture": tidied, "codes": tuple(pictures.read_codes(tidied))}
