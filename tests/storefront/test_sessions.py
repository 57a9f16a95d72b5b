"""Getting in: a link that previews do not spend, one button, and sessions that can be seen and ended."""

import dataclasses
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bots.hub import Simulated
from bots.web import create_app
from storefront import people, sessions
from storefront.database import Database
from storefront.models import Person, SignIn, WebSession
from storefront.refusals import LinkSpent
from tests.builders import NOW, a_person
from tests.conftest import AGREED, OPEN_SHOP, tell
from tests.visitors import HOME, Seat

LINK = "rina@telegram keeps $in: (https?://\\S+/login/\\S+)\n"
PREVIEWS = (
    "TelegramBot (like TwitterBot)", "WhatsApp/2.23.20.0", "facebookexternalhit/1.1", "meta-externalagent/1.1",
    "Mozilla/5.0 (Linux; Android 14) Chrome/126.0", "Twitterbot/1.0", "Slackbot-LinkExpanding 1.0", "curl/8.5",
)  # fmt: skip


@pytest.fixture
def link(hub: Simulated) -> str:
    """Rina asks for her desk."""
    return tell(hub, OPEN_SHOP + "rina@telegram says: meja\n" + LINK).kept["in"].removeprefix(HOME)


def newest(hub: Simulated, who: str) -> str:
    return [bubble.text for bubble in hub.phones.bubbles(who, "telegram") if not bubble.mine][-1]


def client(hub: Simulated) -> Any:
    assert hub.app
    return hub.app.test_client()


def test_a_preview_spends_nothing(hub: Simulated, link: str) -> None:
    """Chats open every link to draw its picture, some of them twenty times."""
    for agent in PREVIEWS:
        for method in ("GET", "HEAD"):
            answer = client(hub).open(link, method=method, base_url=HOME, headers={"User-Agent": agent})
            assert answer.status_code == 200
            assert "Set-Cookie" not in answer.headers

    assert "Masuk sebagai Rina" in client(hub).get(link, base_url=HOME).get_data(as_text=True)
    assert client(hub).post(link, base_url=HOME).status_code == 303


def test_the_button_works_once_and_her_chat_hears_of_it(hub: Simulated, link: str) -> None:
    seat = client(hub)
    phone = "Mozilla/5.0 (Linux; Android 14; SM-A057F) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36"

    answer = seat.post(link, base_url=HOME, headers={"User-Agent": phone})

    assert answer.headers["Location"] == "/desk"
    assert client(hub).post(link, base_url=HOME).status_code == 404
    hub.settle()
    assert "masuk di web: Chrome · Android" in newest(hub, "rina")


def test_fifty_at_once_are_one_session(hub: Simulated, link: str) -> None:
    answers: list[int] = []
    ready = threading.Barrier(10)

    def press() -> None:
        ready.wait()
        answers.extend(client(hub).post(link, base_url=HOME).status_code for _ in range(5))

    threads = [threading.Thread(target=press) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [303, *[404] * 49]
    with hub.database.read() as db:
        assert len(db.scalars(select(WebSession)).all()) == 1


def test_unknown_used_and_old_look_alike(hub: Simulated, link: str) -> None:
    def seen(address: str) -> tuple[int, str]:
        answer = client(hub).get(address, base_url=HOME)
        return answer.status_code, answer.get_data(as_text=True)

    unknown = seen("/login/" + "x" * 43)
    old = tell(hub, "rina@telegram says: meja\n" + LINK).kept["in"].removeprefix(HOME)
    assert seen(link) == unknown, "the newest link is the only one"
    assert client(hub).post(old, base_url=HOME).status_code == 303
    assert seen(old) == unknown
    late = tell(hub, "rina@telegram says: meja\n" + LINK + "clock: +11m\n").kept["in"].removeprefix(HOME)
    assert seen(late) == unknown
    assert unknown[0] == 404


def test_that_was_not_me_ends_everything(hub: Simulated, link: str) -> None:
    seat = client(hub)
    seat.post(link, base_url=HOME)
    hub.settle()
    assert seat.get("/desk/dapur-rina", base_url=HOME).status_code == 200

    tell(hub, "rina@telegram taps: Bukan saya\nrina@telegram sees: Sudah diakhiri")

    assert seat.get("/desk/dapur-rina", base_url=HOME).status_code == 401


def test_a_buyer_is_told_that_her_chat_is_her_page(hub: Simulated) -> None:
    tell(hub, "sari@whatsapp says: meja\nsari@whatsapp sees: semua ada di chat ini")


def test_a_creator_and_an_operator_have_their_own_pages(hub: Simulated) -> None:
    story = OPEN_SHOP + AGREED + "dewi@telegram says: meja\ndewi@telegram keeps $in: (https?://\\S+/login/\\S+)\n"
    link = tell(hub, story).kept["in"].removeprefix(HOME)
    assert client(hub).post(link, base_url=HOME).headers["Location"] == "/me"
    tell(hub, "operator@telegram says: meja\n")  # her phone runs the hub from its first word on
    link = tell(hub, "operator@telegram keeps $in: (https?://\\S+/login/\\S+)\n").kept["in"].removeprefix(HOME)
    assert client(hub).post(link, base_url=HOME).headers["Location"] == "/hub"


def test_the_cookie_is_nobody_elses(hub: Simulated, url: str) -> None:
    """Over https the browser itself sees to it that only this address sets it (`__Host-`)."""
    settings = dataclasses.replace(hub.settings, public_url="https://getok.example")
    hub.settings = settings
    hub.place = dataclasses.replace(hub.place, public_url=settings.public_url)
    app = create_app(hub)
    with hub.database.write() as db:
        token = sessions.invite(db, a_person(db, "Rina"), hub.now())

    answer = app.test_client().post(f"/login/{token}", base_url="https://getok.example")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-getok=")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie


def test_sessions_are_listed_and_ended(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP)
    with hub.database.read() as db:
        rina = db.scalars(select(Person.id)).first()
    assert rina
    one, two = Seat(hub, rina), Seat(hub, rina)
    with hub.database.read() as db:
        other = db.scalars(select(WebSession.id).order_by(WebSession.id)).first()

    assert two.press("/sessions/end", session=str(other)).status_code == 303

    assert one.look("/sessions").status_code == 401
    assert two.look("/sessions").status_code == 200
    two.press("/sessions/end", all="1")
    assert two.look("/sessions").status_code == 401


def test_a_session_of_somebody_else_stays(hub: Simulated) -> None:
    with hub.database.write() as db:
        rina, dewi = a_person(db, "Rina"), a_person(db, "Dewi")
    hers, mine = Seat(hub, rina), Seat(hub, dewi)
    with hub.database.read() as db:
        number = db.scalar(select(WebSession.id).where(WebSession.person_id == rina))

    mine.press("/sessions/end", session=str(number))

    assert hers.look("/sessions").status_code == 200


def test_her_language_is_one_and_the_same(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP)
    with hub.database.read() as db:
        rina = db.scalars(select(Person.id)).first()
    assert rina
    seat = Seat(hub, rina)

    seat.press("/sessions/language", language="en")

    assert "Where you are signed in" in seat.page("/sessions")
    tell(hub, "rina@telegram says: menu\nrina@telegram sees: Send a photo with a caption")


# -- what is kept ----------------------------------------------------------------------------------------


def test_neither_token_is_kept(database: Database) -> None:
    with database.write() as db:
        rina = a_person(db, "Rina")
        link = sessions.invite(db, rina, NOW)
        session = sessions.enter(db, link, "", NOW)
        kept = [*db.scalars(select(SignIn.digest)), *db.scalars(select(WebSession.digest))]

    assert not {link.encode(), session.encode()} & set(kept)


def test_a_session_ends_by_itself_and_with_her(database: Database) -> None:
    with database.write() as db:
        rina = a_person(db, "Rina")
        token = sessions.enter(db, sessions.invite(db, rina, NOW), "", NOW)
        assert sessions.of(db, token, NOW + sessions.SESSION_HOLDS - timedelta(seconds=1))
        assert sessions.of(db, token, NOW + sessions.SESSION_HOLDS) is None
        people.erase(db, rina, NOW)
        assert sessions.of(db, token, NOW) is None
        assert db.scalars(select(WebSession.id)).all() == []


def test_old_ones_are_forgotten(database: Database) -> None:
    with database.write() as db:
        sessions.enter(db, sessions.invite(db, a_person(db, "Rina"), NOW), "", NOW)
        sessions.forget_old(db, NOW + timedelta(days=31))
        assert db.scalars(select(SignIn.digest)).all() == []
        assert db.scalars(select(WebSession.id)).all() == []


@pytest.mark.parametrize("token", ["", "x", "x" * 42, "x" * 44, "ä" * 43, "'; DROP TABLE people; --"])
def test_what_is_no_token_opens_nothing(database: Database, token: str) -> None:
    with database.write() as db:
        assert sessions.invited(db, token, NOW) is None
        with pytest.raises(LinkSpent):
            sessions.enter(db, token, "", NOW)


AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36": "Chrome · Windows",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0": "Edge · Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1": "Safari · iPhone",
    "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0": "Firefox · Android",
    "Mozilla/5.0 (Linux; Android 13) SamsungBrowser/25.0 Chrome/121.0 Mobile": "Samsung Internet · Android",
    "": "",
    "<script>alert(1)</script>": "",
}


@pytest.mark.parametrize(("agent", "named"), AGENTS.items())
def test_a_device_is_named_in_two_words(agent: str, named: str) -> None:
    assert sessions.device_of(agent) == named


# -- the first run ---------------------------------------------------------------------------------------


def test_whoever_reads_the_terminal_runs_the_hub(hub: Simulated) -> None:
    with hub.database.write() as db:
        token = sessions.first_link(db, "Bu Lurah", "id", hub.now())
        assert sessions.first_link(db, "Bu Lurah", "id", hub.now()) not in {None, token}, (
            "a start nobody followed prints another"
        )
        token = sessions.first_link(db, "Bu Lurah", "id", hub.now())
    seat = client(hub)
    assert seat.post(f"/login/{token}", base_url=HOME).headers["Location"] == "/hub"
    assert "Semua baik" in seat.get("/hub", base_url=HOME).get_data(as_text=True)
    with hub.database.write() as db:
        assert sessions.first_link(db, "Bu Lurah", "id", hub.now()) is None, "somebody runs it"


def test_she_connects_a_chat_and_stays_who_she_is(hub: Simulated) -> None:
    with hub.database.write() as db:
        token = sessions.first_link(db, "Bu Lurah", "id", hub.now())
    seat = client(hub)
    seat.post(f"/login/{token}", base_url=HOME)
    with hub.database.read() as db:
        keeper = db.scalars(select(Person.id).where(Person.is_operator)).one()
    here = Seat(hub, keeper)
    shown = here.press("/sessions/chat").get_data(as_text=True)
    word = shown.split('class="word">')[1].split("<")[0]

    tell(hub, f"bu-lurah@telegram says: sambungkan {word}\nbu-lurah@telegram taps: Ya, punya saya")

    with hub.database.read() as db:
        assert people.is_reached(db, keeper)
        assert db.get_one(Person, keeper).is_operator
    tell(hub, "bu-lurah@telegram says: biaya\nbu-lurah@telegram sees: Belum ada pesan keluar")


def test_where_the_settings_name_somebody_no_link_is_printed(hub: Simulated) -> None:
    tell(hub, "operator@telegram says: halo")
    with hub.database.write() as db:
        assert sessions.first_link(db, "Bu Lurah", "id", hub.now()) is None
