"""A small market between the peers: a seller, and buyers who order, pay and are told so. They say nothing twice."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from bots import play
from tests.conftest import STORIES
from tests.faults.running import until
from tests.outside import BOT, NUMBER, Outside

SELLER = "rina"
PATIENCE_S = 120
LISTING = "kastengel 75rb/toples, ready 900"
SHOP = "Dapur Rina, griya asri depok. sekompleks 5rb"
CODE = re.compile(r"\b[A-Z]{2}-\d{4}\b")
CLOSED_DOOR_S = 6  # how long a person on WhatsApp looks at a message that Twilio could not bring

Act = Callable[[], Any]
Bubble = dict[str, Any]


class NotSeen(AssertionError):
    """Somebody waited in vain for what she was to be told."""


@dataclass
class Market:
    """Who is there, what they wanted, and what they were told."""

    outside: Outside
    patience: float = PATIENCE_S
    said_again: int = 0
    entrances: dict[str, str] = field(default_factory=dict)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def open(self) -> None:
        """The seller opens her shop and shows its link around."""
        peer = self.outside.telegram
        photos = {name: (STORIES / name).read_bytes() for name in ("brownies.jpg", "sticker.png")}
        self.tell("telegram", SELLER, lambda: peer.sends_photo(SELLER, photos["brownies.jpg"], LISTING), "Mau jualan")
        self.tell("telegram", SELLER, lambda: peer.says(SELLER, SHOP), "Dicatat")
        self.tell("telegram", SELLER, lambda: peer.sends_photo(SELLER, photos["sticker.png"]), "Terbaca")
        shown = self.tell("telegram", SELLER, lambda: peer.taps(SELLER, "Tayangkan"), "Tayang!")
        found = re.search(r"https?://\S+/p/\S+", " ".join([shown["text"], *shown["links"]]))
        assert found, shown
        for link in play._links(requests.get(found[0], timeout=10).text):
            if (payload := play._start_payload(link, BOT)) is not None:
                self.entrances.setdefault("telegram", payload)
            if (words := play._prefilled(link, NUMBER)) is not None:
                self.entrances.setdefault("whatsapp", words)

    def buy(self, name: str, channel: str) -> str:
        """One order from the link to *LUNAS*; returns its code."""
        peer, order = self.outside.on(channel), f"2, antar griya asri C2/5, {name}, qris"
        self.tell(channel, name, lambda: peer.starts(name, self.entrances[channel]), "Kastengel")
        bill = self.tell(channel, name, lambda: peer.says(name, order), "pas ya, jangan dibulatkan")
        found = CODE.search(bill["text"])
        assert found, bill
        code = found[0]
        self.tell(channel, name, lambda: peer.taps(name, "Sudah bayar"), "penjual sedang cek")
        asked = self.sees("telegram", SELLER, f"{code}:", "bilang sudah bayar")
        self.outside.telegram.taps(SELLER, "Uang masuk", asked["id"])
        self.sees(channel, name, f"LUNAS · {code}")
        return code

    def tell(self, channel: str, name: str, act: Act, words: str) -> Bubble:
        """Do something once and wait for the answer. On WhatsApp what met a closed door is said again, as people do."""
        before = self.last(channel, name)
        said = act()
        while (shown := self.seen(channel, name, before, words)) is None:
            if channel == "telegram" or not self.met_a_closed_door(name, said, before, words):
                return self.sees(channel, name, words, after=before)
            with self.guard:
                self.said_again += 1
            said = act()
        return shown

    def met_a_closed_door(self, name: str, said: Any, before: int, words: str) -> bool:
        """Whether Twilio could not bring a message, and no answer came all the same."""
        number = said["id"] if isinstance(said, dict) else self.newest_mine(name)
        until(lambda: self.seen("whatsapp", name, before, words) or self.brought(number) is not None, self.patience)
        if self.brought(number):
            return False
        return not until(lambda: self.seen("whatsapp", name, before, words), CLOSED_DOOR_S)

    def newest_mine(self, name: str) -> str:
        return str([one["id"] for one in self.outside.twilio.bubbles(name) if one["mine"]][-1])

    def brought(self, number: str) -> bool | None:
        """Whether the hub acknowledged this message; None while Twilio is still on its way."""
        statuses = [one["status"] for one in self.outside.twilio.delivered() if one["key"] == number]
        return any(status == 200 for status in statuses) if statuses else None

    def sees(self, channel: str, name: str, *words: str, after: int = 0) -> Bubble:
        """Wait until somebody has been told this."""
        if not until(lambda: self.seen(channel, name, after, *words), self.patience, 0.2):
            raise NotSeen(f"{name}@{channel} was never told {' '.join(words)!r}")
        found = self.seen(channel, name, after, *words)
        assert found
        return found

    def seen(self, channel: str, name: str, after: int, *words: str) -> Bubble | None:
        shown = [one for one in self.outside.on(channel).bubbles(name) if not one["mine"] and one["n"] > after]
        return next((one for one in shown if all(word in one["text"] for word in words)), None)

    def last(self, channel: str, name: str) -> int:
        return max((one["n"] for one in self.outside.on(channel).bubbles(name)), default=0)


@dataclass
class Crowd:
    """Buyers who come one after the other, some at a time, until nobody new is wanted."""

    market: Market
    lines: int
    channels: tuple[str, ...]
    closed: threading.Event = field(default_factory=threading.Event)
    codes: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def begin(self) -> None:
        self.threads = [threading.Thread(target=self.queue, args=(line,)) for line in range(self.lines)]
        for thread in self.threads:
            thread.start()

    def queue(self, line: int) -> None:
        number = 0
        while not self.closed.is_set() and not self.troubles:
            number += 1
            self.come(f"pembeli{'abcdefgh'[line]}{number}", self.channels[line % len(self.channels)])

    def come(self, name: str, channel: str) -> None:
        self.names.append(name)
        try:
            self.codes.append(self.market.buy(name, channel))
        except Exception as problem:  # whatever it was, this buyer did not get what she wanted
            self.troubles.append(f"{type(problem).__name__}: {problem}"[:300])

    def end(self) -> None:
        """Let nobody new come; wait for those who are there."""
        self.closed.set()
        for thread in self.threads:
            thread.join(5 * PATIENCE_S)


def quiet_for(seconds: float, count: Callable[[], int]) -> None:
    """Wait until a number has not moved for so long."""
    last, since = count(), time.monotonic()
    while time.monotonic() - since < seconds:
        time.sleep(0.2)
        if (now := count()) != last:
            last, since = now, time.monotonic()
