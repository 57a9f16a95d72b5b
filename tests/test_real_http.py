"""The sale once more, over real HTTP: polling a Bot API, signed posts from a Twilio, media fetched both ways."""

import io
from collections.abc import Iterator

import pytest
import requests
from sqlalchemy import func, select

from bots import play
from storefront import verifying
from storefront.models import InboxMessage
from tests.conftest import STORIES
from tests.peers import WiredHub

pytestmark = pytest.mark.both


@pytest.fixture
def wired(url: str) -> Iterator[WiredHub]:
    hub = WiredHub(url)
    yield hub
    hub.close()


@pytest.mark.parametrize("story", ["the_sale", "two_shops_buyer", "two_shops_owner", "two_orders_one_shop"])
def test_the_sale_over_http(story: str, wired: WiredHub) -> None:
    path = STORIES / f"{story}.chat"
    out = io.StringIO()

    held = play.Player(wired, wired.phones, STORIES, None, out).play(play.parse(path.read_text(encoding="utf-8")))

    assert held, out.getvalue()
    with wired.database.read() as db:
        assert list(verifying.problems(db)) == []
    assert requests.get(f"{wired.public_url}/healthz", timeout=10).status_code == 200


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
def test_an_unsigned_post_is_refused_and_nothing_of_it_is_kept(
    path: str, headers: dict[str, str], wired: WiredHub
) -> None:
    form = {"MessageSid": "SM1", "From": "whatsapp:+6280000000001", "To": "x", "AccountSid": "AC1", "Body": "halo"}

    answer = requests.post(wired.public_url + path, data=form, headers=headers, timeout=10)

    assert answer.status_code == 403
    with wired.database.read() as db:
        assert db.scalar(select(func.count()).select_from(InboxMessage)) == 0
