"""A deploy in the middle of a talk, after every single line of it: the talk goes on as if nothing had happened."""

import random
from pathlib import Path

from tests.faults.databases import Shelf, reachable, shelf, spoken
from tests.faults.figures import Figure, Scale, shortened
from tests.faults.reborn import Reborn, all_stories, told

CHANNELS = ("telegram", "whatsapp")
SAMPLE = 4


def measure(scale: Scale, seed: int) -> Figure:
    """Every story on each channel; a sample takes four of them and alternates the channel."""
    engines, missing = reachable() if scale.is_full else (("sqlite",), ())
    stories = all_stories()
    if not scale.is_full:
        stories = random.Random(seed).sample(stories, SAMPLE)  # noqa: S311 - a repeatable chance
    casts = [(story, channel) for at, story in enumerate(stories) for channel in cast(at, scale)]
    with shelf() as shelf_:
        found = [deployed(shelf_, engine, story, channel) for engine in engines for story, channel in casts]
    deploys = sum(count for _, count in found)
    broken = [words for words, _ in found if words]
    return Figure(
        "deploy",
        "A talk goes on after a new hub was put in place, whichever line it stood at.",
        len(found),
        f"stories on {spoken(engines)}, {deploys:,} deploys",
        f"{len(found) - len(broken)} went to their end, {len(broken)} broke",
        not broken and not missing,
        shortened([*missing, *broken]),
    )


def cast(at: int, scale: Scale) -> tuple[str, ...]:
    return CHANNELS if scale.is_full else (CHANNELS[at % 2],)


def deployed(shelf_: Shelf, engine: str, story: Path, channel: str | None) -> tuple[str, int]:
    """Play one story with a deploy after each line; what broke, and how many deploys there were."""
    hub = Reborn(shelf_.new(engine))
    deploys = 0

    def deploy() -> None:
        nonlocal deploys
        deploys += 1
        hub.deploy()

    try:
        return told(hub, story, channel, deploy), deploys
    finally:
        hub.close()


# -- the naive way -----------------------------------------------------------------------------------


class Forgetful(Reborn):
    """A hub that keeps its talks in memory, as many bots do: a deploy forgets what was asked."""

    def deploy(self) -> None:
        from sqlalchemy import update

        from storefront.models import Conversation

        super().deploy()
        blank: dict[str, object] = {"script": None, "args": {}, "asked": None, "answers": {}, "drafts": {}}
        with self.hub.database.write() as db:
            db.execute(update(Conversation).values(blank))


def forgotten(url: str, story: Path) -> str:
    """What breaks when the talks are lost with the process."""
    hub = Forgetful(url)
    try:
        return told(hub, story, "telegram", hub.deploy)
    finally:
        hub.close()
