"""Where pictures are fetched from: Twilio's address of our own account, and the storage it points to. Nowhere else."""

import socket
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.wrappers import Request, Response

from bots.channel import Later
from bots.hub import SIMULATED_AUTH, SIMULATED_NUMBER, SIMULATED_SID, Simulated
from bots.whatsapp import WhatsApp
from storefront.models import InboxMessage, Media
from tests.attacks.common import HOME, calm, inbound, on_whatsapp, posted
from tests.conftest import STORIES
from tests.peers import origin, served

fetching = pytest.importorskip("bots.fetching")

ACCOUNT = f"/2010-04-01/Accounts/{SIMULATED_SID}/Messages/MM{'1' * 32}/Media/ME{'2' * 32}"
TWILIO = "https://api.twilio.com"
PUBLIC = "93.184.215.14"
FOREIGN = [
    "http://169.254.169.254/latest/meta-data/",
    f"http://169.254.169.254{ACCOUNT}",
    f"https://169.254.169.254{ACCOUNT}",
    f"https://[::ffff:127.0.0.1]{ACCOUNT}",
    f"https://[::1]{ACCOUNT}",
    f"https://0x7f.1{ACCOUNT}",
    f"https://2130706433{ACCOUNT}",
    f"https://127.0.0.1{ACCOUNT}",
    f"https://localhost{ACCOUNT}",
    f"https://api.twilio.com@evil.example{ACCOUNT}",
    f"https://api.twilio.com:443@evil.example{ACCOUNT}",
    f"https://api.twilio.com%40evil.example{ACCOUNT}",
    f"https://user:password@api.twilio.com{ACCOUNT}",
    f"https://evil.example/{TWILIO}{ACCOUNT}",
    f"https://evil.example#{TWILIO}{ACCOUNT}",
    f"https://evil.example\\@api.twilio.com{ACCOUNT}",
    f"https://api.twilio.com.evil.example{ACCOUNT}",
    f"https://api.twilio.com.{ACCOUNT}",
    f"https://evil-api.twilio.com{ACCOUNT}",
    f"https://api.twilio.com:8443{ACCOUNT}",
    f"https://api.twilio.com:99999{ACCOUNT}",
    f"https://api.twilio.com:port{ACCOUNT}",
    f"http://api.twilio.com{ACCOUNT}",
    f"//api.twilio.com{ACCOUNT}",
    f"https://ａpi.twilio.com{ACCOUNT}",
    f"https://аpi.twilio.com{ACCOUNT}",
    f"https://api。twilio。com{ACCOUNT}",
    f"{TWILIO}{ACCOUNT.replace(SIMULATED_SID, 'AC' + '9' * 32)}",
    f"{TWILIO}/2010-04-01/Accounts/{SIMULATED_SID}.json",
    f"{TWILIO}/2010-04-01/Accounts/{SIMULATED_SID}/Messages.json",
    f"{TWILIO}{ACCOUNT}/../../../../../../Accounts.json",
    f"{TWILIO}{ACCOUNT}%2f..%2f..",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "ftp://api.twilio.com/x",
    "data:image/png;base64,AAAA",
    "https://[",
    "https://[::1",
    "https://",
    "",
    "x",
    "\x00",
    "http://evil.example\r\nHost: api.twilio.com",
]


class Network:
    """A network that says who was asked for, and lets nobody out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, names: dict[str, list[str]] | None = None) -> None:
        self.names = names or {}
        self.resolved: list[str] = []
        self.connected: list[str] = []
        monkeypatch.setattr(socket, "getaddrinfo", self.getaddrinfo)
        monkeypatch.setattr(socket, "create_connection", self.create_connection)
        monkeypatch.setattr("urllib3.util.connection.create_connection", self.create_connection)

    def getaddrinfo(self, host: str, port: Any, *_: Any, **__: Any) -> list[Any]:
        self.resolved.append(host)
        if host not in self.names:
            raise socket.gaierror(-2, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in self.names[host]]

    def create_connection(self, address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        self.connected.append(address[0])
        raise OSError("the cable is cut")


def a_sender(api_url: str = "") -> WhatsApp:
    return WhatsApp(SIMULATED_SID, SIMULATED_AUTH, SIMULATED_NUMBER, HOME, api_url)


@pytest.fixture
def real(hub: Simulated) -> Simulated:
    """A hub that fetches pictures as it does in the world."""
    channel = hub.channels["whatsapp"]
    assert isinstance(channel, WhatsApp)
    channel.fetch = a_sender().fetch_media
    return hub


def a_photo(url: str) -> dict[str, str]:
    return inbound(NumMedia="1", MediaUrl0=url, MediaContentType0="image/jpeg", Body="bukti", MessageType="image")


@pytest.mark.parametrize("address", FOREIGN)
def test_a_picture_from_elsewhere_is_not_fetched(
    real: Simulated, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    network = Network(monkeypatch)

    with calm():
        assert posted(real, a_photo(address)) == 200
        for _ in range(8):
            real.move_to(real.now() + timedelta(minutes=10))

    assert (network.resolved, network.connected) == ([], [])
    told = [bubble.text for bubble in real.phones.bubbles("penny", "whatsapp") if not bubble.mine]
    assert len(told) == 1
    assert "foto" in told[0].casefold() or "gambar" in told[0].casefold()
    with real.database.read() as db:
        assert db.scalar(select(func.count()).select_from(InboxMessage).where(InboxMessage.done_at.is_(None))) == 0
        assert db.scalar(select(func.count()).select_from(Media)) == 0


PRIVATE = [
    *("127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1"),
    *("::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::", "255.255.255.255"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "::127.0.0.1", "198.18.0.1", "192.0.2.1", "ff02::1", "2001:db8::1"),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_is_an_address_inside_is_not_connected_to(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    network = Network(monkeypatch, {"api.twilio.com": [address]})

    with pytest.raises(fetching.Forbidden):
        a_sender().fetch_media(TWILIO + ACCOUNT)

    assert network.connected == []


def test_one_address_inside_among_others_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(monkeypatch, {"api.twilio.com": [PUBLIC, "127.0.0.1"]})

    with pytest.raises(fetching.Forbidden):
        a_sender().fetch_media(TWILIO + ACCOUNT)
    assert network.connected == []


def test_a_name_that_changes_its_mind_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was looked at is what is connected to: a second look may be answered differently."""
    network = Network(monkeypatch, {"api.twilio.com": [PUBLIC]})
    really = network.getaddrinfo

    def rebinding(host: str, *more: Any, **named: Any) -> list[Any]:
        found = really(host, *more, **named)
        network.names[host] = ["127.0.0.1"]
        return found

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with pytest.raises(Later):
        a_sender().fetch_media(TWILIO + ACCOUNT)

    assert network.connected == [PUBLIC]
    assert network.resolved.count("api.twilio.com") == 1


# -- where Twilio points -----------------------------------------------------------------------------


class Hops:
    """Answers by address, in the place of real connections; keeps who was told our password."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answers: dict[str, tuple[int, dict[str, str], bytes]]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, bool]] = []
        monkeypatch.setattr(fetching, "answered", self.answered)

    def answered(self, url: str, headers: Any, source: Any) -> Any:
        import urllib3

        fetching.configured_pool(url) if source.is_configured else fetching.public_pool(url)
        self.asked.append((url, "authorization" in {name.lower() for name in headers}))
        status, told, body = self.answers[url]
        import io

        return urllib3.HTTPResponse(io.BytesIO(body), told, status, preload_content=False)


def to(url: str, status: int = 307) -> tuple[int, dict[str, str], bytes]:
    return status, {"Location": url}, b""


STORE = "https://mms.twiliocdn.example/x"
NAMES = {name: [PUBLIC] for name in ("api.twilio.com", "mms.twiliocdn.example", "other.example")}
NAMES["inside.example"] = ["10.0.0.5"]


def led(monkeypatch: pytest.MonkeyPatch, answers: dict[str, Any]) -> Hops:
    Network(monkeypatch, NAMES)
    return Hops(monkeypatch, answers)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_storage_is_followed_without_our_password(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """The way every real picture comes: too tight a guard would refuse them all."""
    hops = led(monkeypatch, {TWILIO + ACCOUNT: to(STORE, status), STORE: (200, {}, b"picture")})

    assert a_sender().fetch_media(TWILIO + ACCOUNT) == b"picture"
    assert hops.asked == [(TWILIO + ACCOUNT, True), (STORE, False)]


def test_two_redirects_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        TWILIO + ACCOUNT: to(STORE),
        STORE: to("https://other.example/y"),
        "https://other.example/y": (200, {}, b"p"),
    }
    hops = led(monkeypatch, answers)

    assert a_sender().fetch_media(TWILIO + ACCOUNT) == b"p"
    assert [told for _, told in hops.asked] == [True, False, False]


def test_a_redirect_back_does_not_get_the_password_again(monkeypatch: pytest.MonkeyPatch) -> None:
    hops = led(monkeypatch, {TWILIO + ACCOUNT: to(STORE), STORE: to(TWILIO + ACCOUNT)})

    with pytest.raises(fetching.Forbidden):
        a_sender().fetch_media(TWILIO + ACCOUNT)
    assert [told for _, told in hops.asked] == [True, False, False]


POINTED = [
    "http://mms.twiliocdn.example/x",
    "https://inside.example/x",
    "https://inside.example:443/x",
    "https://mms.twiliocdn.example:8443/x",
    "https://user:word@mms.twiliocdn.example/x",
    "//inside.example/x",
    "https://[::ffff:10.0.0.5]/x",
    "https://10.0.0.5/x",
    "https://0x0a000005/x",
    "file:///etc/passwd",
    "gopher://inside.example/x",
    "javascript:alert(1)",
    "https://[",
    "https://mms.twiliocdn.example:port/x",
    "",
]


@pytest.mark.parametrize("where", POINTED)
def test_a_redirect_to_where_pictures_do_not_come_from_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    inside = ["10.0.0.5"]
    Network(monkeypatch, NAMES | dict.fromkeys(("::ffff:10.0.0.5", "10.0.0.5", "0x0a000005"), inside))
    hops = Hops(monkeypatch, {TWILIO + ACCOUNT: to(where)})

    with pytest.raises((fetching.Forbidden, Later)):
        a_sender().fetch_media(TWILIO + ACCOUNT)
    assert {url for url, _ in hops.asked} == {TWILIO + ACCOUNT}


@pytest.mark.parametrize("loop", [[STORE], [STORE, "https://other.example/y"]])
def test_a_loop_ends(monkeypatch: pytest.MonkeyPatch, loop: list[str]) -> None:
    answers = {TWILIO + ACCOUNT: to(loop[0])}
    answers |= {url: to(loop[(place + 1) % len(loop)]) for place, url in enumerate(loop)}
    hops = led(monkeypatch, answers)

    with pytest.raises(fetching.Forbidden):
        a_sender().fetch_media(TWILIO + ACCOUNT)
    assert len(hops.asked) <= 3


@pytest.mark.parametrize("status", [404, 403, 401, 500, 503, 204, 206])
def test_a_picture_that_is_not_there_yet_is_asked_for_later(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    led(monkeypatch, {TWILIO + ACCOUNT: (status, {}, b"")})

    with pytest.raises(Later):
        a_sender().fetch_media(TWILIO + ACCOUNT)


def test_a_picture_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    led(monkeypatch, {TWILIO + ACCOUNT: (200, {}, bytes(40 * 1024 * 1024))})

    assert len(a_sender().fetch_media(TWILIO + ACCOUNT)) <= fetching.LARGEST + 1


def test_a_bomb_in_a_gzip_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    packed = gzip.compress(bytes(60 * 1024 * 1024))
    led(monkeypatch, {TWILIO + ACCOUNT: (200, {"Content-Encoding": "gzip"}, packed)})

    assert len(a_sender().fetch_media(TWILIO + ACCOUNT)) <= fetching.LARGEST + 1


# -- over a real wire --------------------------------------------------------------------------------


@pytest.fixture
def twilio() -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """A Twilio on loopback whose picture lies behind a redirect to another path of the same origin."""
    asked: list[tuple[str, str | None]] = []

    @Request.application
    def app(request: Request) -> Response:
        asked.append((request.path, request.headers.get("Authorization")))
        if request.path == ACCOUNT:
            return Response("", 307, {"Location": "/stored"})
        return Response((STORIES / "proof.jpg").read_bytes(), 200, mimetype="image/jpeg")

    server = served(app)
    yield origin(server), asked
    server.shutdown()
    server.server_close()


def test_a_picture_comes_over_a_real_wire(twilio: tuple[str, list[tuple[str, str | None]]]) -> None:
    home, asked = twilio

    assert a_sender(home).fetch_media(home + ACCOUNT) == (STORIES / "proof.jpg").read_bytes()

    word = b64encode(f"{SIMULATED_SID}:{SIMULATED_AUTH}".encode()).decode()
    assert asked == [(ACCOUNT, f"Basic {word}"), ("/stored", None)]


@pytest.mark.parametrize("leak", ["http://localhost:1/x", "https://evil.example/x"])
def test_a_configured_twilio_points_nowhere_else(leak: str) -> None:
    @Request.application
    def app(request: Request) -> Response:
        return Response("", 302, {"Location": leak})

    server = served(app)
    home = origin(server)
    try:
        with pytest.raises((fetching.Forbidden, Later)):
            a_sender(home).fetch_media(home + ACCOUNT)
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("is_known", [True, False])
def test_a_picture_that_never_comes_is_given_up(real: Simulated, is_known: bool) -> None:
    """A storage that is down is asked again a few times; then its sender is told, kindly, and that is all."""
    asked: list[str] = []

    def down(url: str) -> bytes:
        asked.append(url)
        raise Later(5)

    channel: Any = real.channels["whatsapp"]
    channel.fetch = down
    on_whatsapp(real)
    if is_known:
        posted(real, inbound(Body="halo"))
    heard = real.phones.whatsapp.person("penny").sent
    posted(real, a_photo(TWILIO + ACCOUNT))
    for _ in range(20):
        real.move_to(real.now() + timedelta(minutes=10))

    assert 2 <= len(asked) <= 10
    assert real.phones.whatsapp.person("penny").sent == heard + 1


def witnesses() -> list[Callable[..., Any]]:
    return [fetching.picture, fetching.public_address]


def test_there_is_one_way_out_for_pictures() -> None:
    assert all(callable(one) for one in witnesses())
