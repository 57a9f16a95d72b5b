"""Who looks too much waits a while, and only she: codes are guessed slowly, and nobody else notices."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from bots.hub import Simulated
from bots.web import here
from storefront.web.app import create_app
from tests.conftest import OPEN_SHOP, tell


def window(hub: Simulated, proxies: int = 0) -> FlaskClient:
    """The shop window as it stands on the real web; the simulator has no limits."""
    client = create_app(hub.database, lambda: here(hub), proxies=proxies).test_client()
    client.environ_base["REMOTE_ADDR"] = "8.8.8.8" if not proxies else "127.0.0.1"
    return client


def looks(client: FlaskClient, path: str, times: int, **more: Any) -> list[int]:
    return [client.get(path.format(number), **more).status_code for number in range(times)]


def test_codes_are_guessed_slowly(hub: Simulated) -> None:
    client = window(hub)

    guesses = looks(client, "/r/GUESS{}", 32)

    assert guesses == [404] * 30 + [429] * 2
    answer = client.get("/r/GUESS99", headers={"Accept-Language": "id"})
    assert "Sebentar ya" in answer.get_data(as_text=True)


def test_what_is_there_may_be_looked_at_often(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP)
    client = window(hub)

    assert set(looks(client, "/s/dapur-rina", 60)) == {200}


def test_a_visitor_who_never_stops_waits_a_minute(hub: Simulated) -> None:
    assert looks(window(hub), "/books", 242)[-2:] == [429, 429]


def test_health_and_pictures_have_no_limit(hub: Simulated) -> None:
    client = window(hub)

    assert set(looks(client, "/healthz", 300)) == {200}
    assert set(looks(client, "/qr/forged{}.png", 60)) == {404}


@pytest.mark.parametrize(("proxies", "other"), [(0, 429), (1, 404)])
def test_a_forwarded_name_is_believed_from_as_many_proxies_as_there_are(
    proxies: int, other: int, hub: Simulated
) -> None:
    """Without a proxy anybody could say to be somebody else each time."""
    client = window(hub, proxies)
    looks(client, "/r/GUESS{}", 31, headers={"X-Forwarded-For": "9.9.9.9"})

    assert looks(client, "/r/GUESS{}", 1, headers={"X-Forwarded-For": "1.1.1.1"}) == [other]


def test_a_proxy_nobody_told_us_of_is_not_closed_for_all(hub: Simulated) -> None:
    client = window(hub)
    client.environ_base["REMOTE_ADDR"] = "127.0.0.1"

    assert set(looks(client, "/r/GUESS{}", 40)) == {404}
