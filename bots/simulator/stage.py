"""The stage of the simulator: a story plays on a fresh hub of its own, line by line, and what one did before stays.

The page types and pauses; here a line is played, and what became of it is written beside it.
"""

from __future__ import annotations

import atexit
import io
import itertools
import re
import shutil
import tempfile
import threading
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bots import play
from bots.phones import Address
from storefront.phrases import marked
from storefront.settings import HOME

if TYPE_CHECKING:
    from bots.hub import Simulated

STORIES = HOME / "tests" / "stories"
NAME = re.compile(r"[\w-]{1,80}")
LONGEST_TITLE = 90
PLACES = ("one", "two", "three")
numbers = itertools.count(1)
changing = threading.Lock()

# The first to look at, in this order; the others follow under what they say about themselves.
FEATURED = {
    "the_sale": marked("The whole sale, from a photo to the commission in hand"),
    "fast_path_one_message": marked("An order in one line"),
    "wrong_tap_within_five_minutes": marked("A wrong tap, undone"),
    "cod_of_a_stranger": marked("Cash from somebody unknown"),
    "not_there_then_arrived": marked("The money is not there, then it is"),
    "cancel_after_payment": marked("Paid, then cancelled"),
    "sold_out": marked("Sold out in the middle of an order"),
    "payout_in_cash": marked("A commission paid in cash"),
    "problem_holds_the_commission": marked("A problem holds the commission"),
    "pickup": marked("Fetched by the buyer herself"),
    "english_sale": marked("The whole sale in English"),
}


@dataclass(frozen=True)
class Title:
    """A story in the menu; the words of a featured one are translated, of another as its writer put them."""

    name: str
    words: str
    is_featured: bool


@cache
def titles() -> tuple[Title, ...]:
    """Every story that ships with the repository; none where it does not."""
    found = {path.stem: path for path in sorted(STORIES.glob("*.chat"))}
    first = [Title(name, words, True) for name, words in FEATURED.items() if name in found]
    rest = [Title(name, title_of(path), False) for name, path in found.items() if name not in FEATURED]
    return (*first, *rest)


def title_of(path: Path) -> str:
    """What a story says about itself in its first line, else its name."""
    opening = path.read_text(encoding="utf-8").lstrip("\ufeff").partition("\n")[0]
    words = opening.removeprefix("#").strip() if opening.startswith("#") else path.stem.replace("_", " ").capitalize()
    return f"{words[: LONGEST_TITLE - 1]}…" if len(words) > LONGEST_TITLE else words


@dataclass
class Stage:
    """A story under way: its hub, its lines, and which of them have held."""

    number: int
    title: Title
    hub: Simulated
    player: play.Player
    told: io.StringIO
    folder: Path
    lines: list[play.Line]
    at: int = 0
    trouble: str = ""
    hands: dict[str, Address] = field(default_factory=dict)
    resting: dict[str, int] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return bool(self.trouble) or self.at >= len(self.lines)

    @property
    def next_line(self) -> play.Line | None:
        return None if self.is_over else self.lines[self.at]

    @property
    def seen(self) -> int:
        """How many looks have held."""
        return sum(isinstance(line, play.Sees | play.DoesNotSee) for line in self.lines[: self.at])

    @property
    def looks(self) -> int:
        return sum(isinstance(line, play.Sees | play.DoesNotSee) for line in self.lines)

    def step(self, at: int | None = None) -> None:
        """Play the next line, unless that has been done by now; a story ends at the first that does not hold."""
        with self.hub.busy:
            line = self.next_line
            if line is None or at not in (None, self.at):
                return
            self.told.seek(0)
            self.told.truncate()
            if self.player.play([line]):
                self.at += 1
            else:
                self.trouble = self.told.getvalue().strip()
            self.hand_over()

    def hand_over(self) -> None:
        """Whoever comes next gets a phone: her own, or the one that has lain longest."""
        line = self.next_line
        if not isinstance(line, play.Said):
            return
        place = next((place for place, who in self.hands.items() if who == line.who), None)
        place = place or min(PLACES, key=lambda one: self.resting.get(one, -1))
        self.hands[place] = line.who
        self.resting[place] = self.at

    def close(self) -> None:
        self.hub.close()
        shutil.rmtree(self.folder, ignore_errors=True)


Kept = dict[str, Any]  # an app's extensions: what lives as long as it does


def playing(kept: Kept) -> Stage | None:
    found = kept.get("getok.stage")
    return found if isinstance(found, Stage) else None


def begin(kept: Kept, name: str) -> Stage | None:
    """Put a story on stage, in place of the one before; None when there is no such story."""
    title = next((title for title in titles() if title.name == name), None) if NAME.fullmatch(name) else None
    if title is None:
        return None
    with changing:
        drop(kept)
        kept["getok.stage"] = fresh = mounted(title)
        atexit.register(drop, kept)
    return fresh


def mounted(title: Title) -> Stage:
    from bots.__main__ import fresh_hub

    folder, told = Path(tempfile.mkdtemp(prefix="getok-stage-")), io.StringIO()
    lines = play.parse((STORIES / f"{title.name}.chat").read_text(encoding="utf-8"))
    hub = fresh_hub(f"sqlite:///{folder / 'story.db'}")
    player = play.Player(hub, hub.phones, STORIES, None, told)
    ready = Stage(next(numbers), title, hub, player, told, folder, lines)
    people = list(dict.fromkeys(line.who for line in lines if isinstance(line, play.Said)))
    ready.hands = dict(zip(PLACES, people, strict=False))
    ready.hand_over()
    return ready


def end(kept: Kept) -> None:
    with changing:
        drop(kept)


def drop(kept: Kept) -> None:
    before = kept.pop("getok.stage", None)
    if isinstance(before, Stage):
        with before.hub.busy:
            before.close()
