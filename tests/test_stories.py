"""Every story, as written and on each channel; and after each of them the books hold."""

import io
from pathlib import Path

import pytest

from bots import play
from bots.hub import Simulated
from tests.conftest import STORIES

ALL = sorted(STORIES.glob("*.chat"))
ON_BOTH = {"the_sale"}


@pytest.mark.parametrize("channel", [None, "telegram", "whatsapp"], ids=["as-written", "telegram", "whatsapp"])
@pytest.mark.parametrize("story", ALL, ids=lambda path: path.stem)
def test_story(story: Path, channel: str | None, hub: Simulated) -> None:
    out = io.StringIO()

    held = play.Player(hub, hub.phones, STORIES, channel, out).play(play.parse(story.read_text(encoding="utf-8")))

    assert held, out.getvalue()
    assert hub.verdict() == []
    assert hub.phones.whatsapp.failed_posts == []
