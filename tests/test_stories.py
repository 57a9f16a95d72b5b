"""Every story on each channel, those meant for every wire also as written; and after each of them the books hold.

The stories meant for every wire are told on both channels every day. Of the others every second one is told on Telegram
and the rest on WhatsApp, and with GETOK_TEST_ALL each on both.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bots import play
from bots.hub import Simulated
from tests.conftest import STORIES

ALL = sorted(STORIES.glob("*.chat"))


CHANNELS = ("telegram", "whatsapp")


def told() -> Iterator[Any]:
    """Each story with the channels it is told on today; a marked one that needs both at once also as written."""
    for number, story in enumerate(ALL):
        written = story.read_text(encoding="utf-8")
        only = play.only(play.parse(written))
        is_marked = written.startswith("# everywhere")
        is_mixed = is_marked and "@telegram" in written and "@whatsapp" in written
        both = is_marked or bool(os.environ.get("GETOK_TEST_ALL"))
        today = CHANNELS if both else (CHANNELS[number % 2],)
        for channel in [only] if only else [*([None] if is_mixed else []), *today]:
            yield pytest.param(story, channel, id=f"{story.stem}-{channel or 'as-written'}")


@pytest.mark.parametrize(("story", "channel"), list(told()))
def test_story(story: Path, channel: str | None, hub: Simulated) -> None:
    out = io.StringIO()

    held = play.Player(hub, hub.phones, STORIES, channel, out).play(play.parse(story.read_text(encoding="utf-8")))

    assert held, out.getvalue()
    assert hub.verdict() == []
    assert hub.phones.whatsapp.failed_posts == []
