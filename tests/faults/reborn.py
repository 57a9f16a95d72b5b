"""A hub that is thrown away and made anew while the world goes on: same database, same phones, same clock."""

import io
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import update

from bots import play
from bots.__main__ import story_settings
from bots.hub import MovableClock, Simulated
from storefront.models import OutboxMessage
from tests.conftest import START, STORIES

FALLS = 50  # more than this in one line of a story is no bad luck any more


class Crash(BaseException):
    """The process is gone at this point. Nothing of ours may catch it, as nothing catches a SIGKILL."""


class Reborn:
    """What a story takes for a hub. Behind it stands one hub after the other."""

    def __init__(self, url: str) -> None:
        self.hub = Simulated(story_settings(url), MovableClock(START))
        self.hub.phones.whatsapp.post = self.post
        self.falls = 0
        self.inside = 0
        self.unanswered: list[tuple[str, dict[str, str], dict[str, str]]] = []

    # -- what a story needs ----------------------------------------------------------------------

    @property
    def zone(self) -> ZoneInfo:
        return self.hub.zone

    @property
    def public_url(self) -> str:
        return self.hub.public_url

    def now(self) -> datetime:
        return self.hub.now()

    def settle(self) -> None:
        self.whatever_happens(Simulated.settle)

    def move_to(self, moment: datetime) -> None:
        self.whatever_happens(lambda hub: hub.move_to(moment))

    def page(self, url: str) -> str:
        return self.hub.page(url)

    # -- falling and rising ----------------------------------------------------------------------

    def whatever_happens(self, work: Callable[[Simulated], None]) -> None:
        """Do it, and after a crash do it again with a new hub, which must find everything as it was left."""
        for _ in range(FALLS):
            self.inside += 1
            try:
                return work(self.hub)
            except Crash:
                self.falls += 1
            finally:
                self.inside -= 1
            self.rise()
        raise AssertionError("the hub does not stay on its feet")

    def rise(self) -> None:
        """A new hub, which holds no lease of the old one; Twilio goes to its fallback with what nobody answered."""
        self.deploy()
        self.forget_leases()
        posts, self.unanswered = self.unanswered, []
        for post in posts:
            self.post(*post)

    def deploy(self) -> None:
        """Throw the hub away and make a new one over the same database and the same phones."""
        old = self.hub
        self.hub = Simulated(old.settings, old.movable)
        self.hub.phones.telegram.__dict__ = old.phones.telegram.__dict__
        self.hub.phones.whatsapp.__dict__ = old.phones.whatsapp.__dict__
        self.hub.phones.whatsapp.fetch = self.hub.fetch
        old.close()

    def forget_leases(self) -> None:
        """A start of the only process does this, or else a minute goes by, which would tell in the story's words."""
        with self.hub.database.write() as db:
            db.execute(update(OutboxMessage).where(OutboxMessage.state == "waiting").values(leased_until=None))

    def post(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> int:
        """What Twilio posts; what the hub did not answer because it fell is posted once more."""
        try:
            return self.hub.post(path, form, headers)
        except Crash:
            self.unanswered.append((path, dict(form), dict(headers)))
            if self.inside:
                raise  # one process: its other work is gone as well
            self.falls += 1
            self.rise()
            return 200

    def close(self) -> None:
        self.hub.close()


def told(hub: Reborn, story: Path, channel: str | None, after_each: Callable[[], None] = lambda: None) -> str:
    """Play a story line by line; nothing when it held, otherwise what did not."""
    out = io.StringIO()
    player = play.Player(hub, hub.hub.phones, story.parent, channel, out)
    for line in play.parse(story.read_text(encoding="utf-8")):
        if not player.play([line]):
            return f"{story.stem} ({channel or 'as written'}): " + failing(out.getvalue())
        after_each()
    wrong = hub.hub.verdict()
    return f"{story.stem}: {wrong[0]}" if wrong else ""


def failing(transcript: str) -> str:
    """The line of the transcript that says what did not hold."""
    lines = transcript.splitlines()
    first = next((place for place, line in reversed([*enumerate(lines)]) if line.startswith("line ")), 0)
    return " / ".join(line.strip() for line in lines[first : first + 2])


def all_stories() -> list[Path]:
    return sorted(STORIES.glob("*.chat"))
