"""The room with the phones: every messenger we speak to, and everybody who speaks to us through it.

In process and shipped: the simulator and the story player hold these phones in the hand, the tests put the same ones
behind HTTP. They share no line with the code that talks to the real messengers, so that neither can forgive the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from bots.phones.bubbles import Bubble, Button, PhoneError, codes_in, readable
from bots.phones.chats import InlineResult, TelegramGroup
from bots.phones.contents import Offer
from bots.phones.telegram import TelegramPhones
from bots.phones.whatsapp import WhatsAppPhones

__all__ = [
    "CHANNELS",
    "Address",
    "Bubble",
    "Button",
    "InlineResult",
    "PhoneError",
    "Phones",
    "TelegramGroup",
    "TelegramPhones",
    "WhatsAppPhones",
    "codes_in",
    "newest_first",
    "read_as",
    "readable",
    "showing",
]

CHANNELS = ("telegram", "whatsapp")


class Address(NamedTuple):
    """Name a person on a channel, as `rina@telegram`."""

    name: str
    channel: str

    @classmethod
    def of(cls, written: str) -> Address:
        name, at, channel = written.strip().lower().partition("@")
        if not (name and at) or channel not in CHANNELS:
            raise ValueError(f"{written!r} is no name@telegram or name@whatsapp")
        return cls(name, channel)

    def __str__(self) -> str:
        return f"{self.name}@{self.channel}"


@dataclass
class Phones:
    """Bundle the phones of all channels; both count with the one `seq` they were handed."""

    telegram: TelegramPhones
    whatsapp: WhatsAppPhones

    @property
    def seq(self) -> Iterator[int]:
        return self.telegram.seq

    def on(self, channel: str) -> TelegramPhones | WhatsAppPhones:
        return self.telegram if channel == "telegram" else self.whatsapp

    def bubbles(self, person: str, channel: str) -> list[Bubble]:
        return self.on(channel).bubbles(person)

    def toasts(self, person: str, channel: str) -> list[tuple[int, str]]:
        return self.telegram.toasts(person) if channel == "telegram" else []

    def sent_to(self, person: str, channel: str) -> int:
        return self.on(channel).sent_to(person)

    def taps(self, person: str, channel: str, bubble: Bubble, button: Button) -> str | None:
        """Tap a button and return the address to open if it has one."""
        if channel == "telegram":
            return self.telegram.taps(person, bubble, button)
        self.whatsapp.taps(person, bubble, button.label)
        return None

    def everybody(self) -> list[Address]:
        """Return who has a phone here, in the order they came."""
        return [
            *(Address(name, "telegram") for name in self.telegram.people),
            *(Address(name, "whatsapp") for name in self.whatsapp.people),
        ]

    def group_named(self, name: str) -> TelegramGroup | None:
        """Return the group of this name if there is one."""
        return self.telegram.groups.get(name.lower())

    def newest_with(self, person: str, channel: str, label: str) -> tuple[Bubble, Button] | None:
        """Return the newest message still showing such a button, with the button."""
        return showing(self.bubbles(person, channel), label)

    def newest_picture(self) -> Bubble | None:
        """Return the newest picture the bot showed to anybody."""
        shown = [bubble for who in self.everybody() for bubble in self.bubbles(*who)]
        shown += [bubble for group in self.telegram.groups.values() for bubble in group.bubbles]
        return next((bubble for bubble in newest_first(shown) if bubble.picture), None)


def newest_first(bubbles: list[Bubble]) -> list[Bubble]:
    """Return what the bot wrote, the latest sent or edited first."""
    return sorted((bubble for bubble in bubbles if not bubble.mine), key=lambda bubble: -bubble.seq)


def showing(bubbles: list[Bubble], label: str) -> tuple[Bubble, Button] | None:
    """Return the newest of these messages that shows such a button, with the button."""
    for bubble in newest_first(bubbles):
        button = _labelled(bubble, label)
        if button is not None:
            return bubble, button
    return None


def _labelled(bubble: Bubble, label: str) -> Button | None:
    wanted = _plain(label)
    read = [(button, {_plain(one) for one in words}) for button, words in read_as(bubble)]
    exact = [button for button, words in read if wanted in words]
    close = [button for button, words in read if any(wanted in one for one in words)]
    return next(iter([*exact, *close]), None)


def read_as(bubble: Bubble) -> list[tuple[Button, tuple[str, ...]]]:
    """Return each button with the words on it: a row of a list may say more below its title."""
    details = bubble.details if isinstance(bubble, Offer) else ()
    below = [*details, *[""] * (len(bubble.buttons) - len(details))]
    return [(button, (button.label, *filter(None, [more]))) for button, more in zip(bubble.buttons, below, strict=True)]


def _plain(label: str) -> str:
    return "".join(label.casefold().split())
