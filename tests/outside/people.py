"""What a test may ask of a peer: the people's hands and eyes, and what shall go wrong."""

import hashlib
import random
from datetime import timedelta
from typing import Any, Generic, TypeVar

from bots.phones import Bubble, PhoneError, TelegramPhones, WhatsAppPhones, showing
from tests.outside.calllog import Json
from tests.outside.deliveries import Deliveries, Manner
from tests.outside.serving import Peer

Phones = TypeVar("Phones", bound=TelegramPhones | WhatsAppPhones)


class Desk(Generic[Phones]):
    """The control calls both peers know; each public method is one."""

    def __init__(self, peer: Peer, phones: Phones, deliveries: Deliveries) -> None:
        self._peer = peer
        self._phones = phones
        self._deliveries = deliveries

    # -- what people do --------------------------------------------------------------------------

    def says(self, person: str, text: str, reply_to: str | None = None) -> Json:
        return seen(self._phones.says(person, text, self._bubble(person, reply_to) if reply_to else None))

    def sends_photo(self, person: str, picture: bytes, caption: str | None = None) -> Json:
        return seen(self._phones.sends_photo(person, picture, caption))

    def sends_voice(self, person: str) -> Json:
        return seen(self._phones.sends_voice(person))

    def sends_sticker(self, person: str) -> Json:
        return seen(self._phones.sends_sticker(person))

    def sends_location(self, person: str, lat: float, lng: float) -> Json:
        return seen(self._phones.sends_location(person, lat, lng))

    def sends_contact(self, person: str, phone: str, own: bool = True) -> Json:
        return seen(self._phones.sends_contact(person, phone, own))

    # -- what people see -------------------------------------------------------------------------

    def people(self) -> list[str]:
        return list(self._phones.people)

    def bubbles(self, person: str) -> list[Json]:
        return [seen(bubble) for bubble in self._phones.bubbles(person)]

    def picture(self, person: str, bubble: str) -> bytes | None:
        return self._bubble(person, bubble).picture

    def sent_to(self, person: str) -> int:
        return self._phones.sent_to(person)

    # -- what goes wrong -------------------------------------------------------------------------

    def script(self, method: str, faults: list[str], chat: str | int | None = None) -> None:
        self._peer.faults.script(method, faults, chat)

    def chance(self, method: str, chances: dict[str, float], seed: int = 0) -> None:
        self._peer.faults.chance(method, chances, seed)

    def faults_left(self) -> int:
        return self._peer.faults.left()

    def clear_faults(self) -> None:
        self._peer.faults.clear()

    def enforce_rate(self, per_second: float = 30, per_chat: float = 1.0, slack: float = 0.05) -> None:
        self._peer.pace.enforce(per_second, per_chat, slack)

    def deliveries(
        self,
        copies: int | list[int] = 1,
        shuffle: bool = False,
        wrong_signature: float = 0.0,
        threads: int = 4,
        seed: int = 0,
    ) -> None:
        """From now on: so many copies (or from-to), any order, and a share of forgeries with ids of their own."""
        least, most = (copies, copies) if isinstance(copies, int) else copies
        dice = random.Random(seed)  # noqa: S311 - dice, not secrets
        self._deliveries.behave(Manner((least, most), shuffle, wrong_signature, threads, dice))

    def hold(self) -> None:
        self._deliveries.hold()

    def release(self) -> None:
        self._deliveries.release()

    def waiting(self) -> int:
        """Count the deliveries that are under way or still to be made."""
        return self._deliveries.waiting()

    def advance(self, seconds: float) -> None:
        """Put the peer's clock forward."""
        self._peer.clock.ahead += timedelta(seconds=seconds)

    # -- by the way ------------------------------------------------------------------------------

    def _bubble(self, person: str, number: str) -> Bubble:
        found = [bubble for bubble in self._phones.bubbles(person) if bubble.id == str(number)]
        if not found:
            raise PhoneError(f"{person} has no message {number}")
        return found[0]

    def _shown(self, person: str, label: str, number: str | None) -> tuple[Bubble, Any]:
        bubbles = [self._bubble(person, number)] if number else self._phones.bubbles(person)
        found = showing(bubbles, label)
        if found is None:
            raise PhoneError(f"{person} sees no button [{label}]")
        return found


def seen(bubble: Bubble) -> Json:
    """Return a message as plain JSON; a picture is told by its digest."""
    picture = hashlib.sha256(bubble.picture).hexdigest() if bubble.picture else None
    return {
        "id": bubble.id,
        "mine": bubble.mine,
        "text": bubble.text,
        "kind": bubble.kind,
        "buttons": [[button.label, button.data] for button in bubble.buttons],
        "urls": [[button.label, button.url] for button in bubble.buttons if button.url],
        "links": list(bubble.links),
        "picture": picture,
        "edited": bubble.edited_at is not None,
        "n": bubble.seq,
        "at": bubble.at.timestamp(),
    }
