"""Some stories on every kind of wire there is, over real HTTP.

Telegram asked by polling, Telegram posting to our webhook, WhatsApp with its own buttons, WhatsApp with words alone;
and every call that was made stands against what the providers publish. The same stories are played in the simulator's
hub, with all others, in `test_stories`.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from bots import play
from storefront import verifying
from storefront.models import InboxMessage
from tests.conftest import STORIES
from tests.outside import specs
from tests.peers import WiredHub

SPECS = os.environ.get("GETOK_SPECS")
MARKED = sorted(path for path in STORIES.glob("*.chat") if path.read_text(encoding="utf-8").startswith("# everywhere"))
WIRES = {
    "polled": ("telegram", {}),
    "posted to": ("telegram", {"is_posted_to": True}),
    "buttons": ("whatsapp", {"has_buttons": True}),
    "words alone": ("whatsapp", {"has_buttons": False}),
}


@pytest.fixture
def wired(url: str) -> Iterator[WiredHub]:
    hub = WiredHub(url)
    yield hub
    hub.close()


def played(hub: WiredHub, story: Path, channel: str | None) -> None:
    """Play a story to its end; the books hold after it, and the hub is well."""
    out = io.StringIO()
    held = play.Player(hub, hub.phones, STORIES, channel, out).play(play.parse(story.read_text(encoding="utf-8")))
    assert held, out.getvalue()
    assert hub.phones.whatsapp.failed_posts == []
    with hub.database.read() as db:
        assert list(verifying.problems(db)) == []
    assert requests.get(f"{hub.public_url}/healthz", timeout=10).status_code == 200


def test_a_dozen_is_marked() -> None:
    assert len(MARKED) == 12


def on_wires() -> Iterator[Any]:
    """Each story on one of the wires, turn about, so that a wire carries a quarter; on all with GETOK_TEST_ALL."""
    turns = ("polled", "words alone", "posted to", "buttons")
    for number, story in enumerate(MARKED):
        for wire in WIRES if os.environ.get("GETOK_TEST_ALL") else [turns[number % len(turns)]]:
            yield pytest.param(story, wire, id=f"{story.stem}-{wire}")


@pytest.mark.parametrize(("story", "wire"), list(on_wires()))
def test_every_wire(story: Path, wire: str, url: str) -> None:
    channel, how = WIRES[wire]
    hub = WiredHub(url, **how)
    try:
        played(hub, story, channel)
        made = {call["path"] for call in hub.calls if call["peer"] == "twilio"}
        assert ("/v1/Content" in made) == (wire == "buttons")
        assert SPECS is None or specs.violations(hub.calls, SPECS) == []
    finally:
        hub.close()


@pytest.mark.both
def test_both_channels_at_once_on_either_database(wired: WiredHub) -> None:
    """As written: a buyer on WhatsApp, a seller on Telegram."""
    played(wired, STORIES / "the_sale.chat", None)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/whatsapp/webhook", {}),
        ("/whatsapp/webhook", {"X-Twilio-Signature": ""}),
        ("/whatsapp/webhook", {"X-Twilio-Signature": "bm90IHRoZSBzaWduYXR1cmU="}),
        ("/whatsapp/status", {}),
        ("/whatsapp/status", {"X-Twilio-Signature": "bm90IHRoZSBzaWduYXR1cmU="}),
    ],
)
@pytest.mark.both
def test_an_unsigned_post_is_refused_and_nothing_of_it_is_kept(
    path: str, headers: dict[str, str], wired: WiredHub
) -> None:
    form = {"MessageSid": "SM1", "From": "whatsapp:+6280000000001", "To": "x", "AccountSid": "AC1", "Body": "halo"}

    answer = requests.post(wired.public_url + path, data=form, headers=headers, timeout=10)

    assert answer.status_code == 403
    with wired.database.read() as db:
        assert db.scalar(select(func.count()).select_from(InboxMessage)) == 0
