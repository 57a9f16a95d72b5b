"""Every story on each channel, those meant for every wire also as written; and after each of them the books hold."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bots import play
from bots.hub import Simulated
from tests.conftest import STORIES

ALL = sorted(STORIES.glob("*.chat"))


def told() -> Iterator[Any]:
    """Each story on both channels; a marked one that needs both at once also as written."""
    for story in ALL:
        written = story.read_text(encoding="utf-8")
        only = play.only(play.parse(written))
        is_mixed = written.startswith("# everywhere") and "@telegram" in written and "@whatsapp" in written
        for channel in [only] if only else [*([None] if is_mixed else []), "telegram", "whatsapp"]:
            yield pytest.param(story, channel, id=f"{story.stem}-{channel or 'as-written'}")


@pytest.mark.parametrize(("story", "channel"), list(told()))
def test_story(story: Path, channel: str | None, hub: Simulated) -> None:
    out = io.StringIO()

    held = play.Player(hub, hub.phones, STORIES, channel, out).play(play.parse(story.read_text(encoding="utf-8")))

    assert held, out.getvalue()
    assert hub.verdict() == []
    assert hub.phones.whatsapp.failed_posts == []
