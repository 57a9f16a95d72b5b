"""How money leaves without a hand: somebody licensed moves it out of the seller's own account, on her own keys.

A provider is asked with a key and a body that were written down before, and asked again with the same two for as long
as its answer is not known. It says one of:

    requested    it has the request; nothing has moved yet that we know of
    succeeded    it says the money is there (which is not the creator's word, and may be taken back)
    failed       it will never move under this key: another try needs another key
    reversed     it had moved and came back
    unknown      no answer that means anything: the money may have moved, so nothing else may be tried
    absent       it knows nothing of this key

    manual       the seller's own hand; no provider at all        `earning.payouts`
    simulated    the same every time, for the simulator and tests `simulated`
    xendit       Xendit's payouts, by REST                        `xendit`
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

REQUESTED, SUCCEEDED, FAILED, REVERSED = "requested", "succeeded", "failed", "reversed"
UNKNOWN, ABSENT = "unknown", "absent"


@dataclass(frozen=True)
class Answer:
    """What a provider said. ``reference`` is its own number of the transfer; ``error`` a reason code of its own."""

    status: str
    reference: str | None = None
    error: str | None = None


class Provider(Protocol):
    """Somebody who moves money. Neither call raises: what cannot be understood is *unknown*."""

    def create(self, key: str, body: str) -> Answer:
        """Ask for a transfer; the same key asked twice moves money once."""

    def find(self, key: str, reference: str | None) -> Answer:
        """What has become of it."""


@dataclass(frozen=True)
class Keys:
    """A seller's own keys: what the provider is asked with, and what its webhooks say to prove themselves."""

    api_key: str
    callback_token: str


Opener = Callable[[str, Keys], Provider | None]  # of a provider's name and a seller's keys
