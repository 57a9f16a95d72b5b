"""What every channel does: understand what came in, deliver what is promised, and say plainly when it cannot."""

from dataclasses import dataclass
from typing import Any, Protocol

from bots.dialogue import Heard, Screen
from storefront.phrases import marked


@dataclass(frozen=True)
class Delivery:
    """One promised message, ready to go.

    ``picture`` is the bytes, ``picture_url`` where a channel may fetch them. ``in_window`` says whether the
    person wrote within the last 24 hours, outside of which WhatsApp takes approved templates only.
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


class Channel(Protocol):
    """One way to talk. ``understand`` fetches what the message only points at (its picture)."""

    name: str

    def understand(self, raw: dict[str, Any]) -> Heard | None: ...

    def deliver(self, delivery: Delivery) -> str | None: ...


class Later(Exception):
    """The channel asks us to wait, or did not answer: try again after ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Gone(Exception):
    """The person blocked us or is no longer there: nothing more goes to this address until she writes again."""


class Refused(Exception):
    """The channel will never take this message; the reason is for the operator."""


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
