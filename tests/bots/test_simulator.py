"""The simulator: who may look, what a hostile name or text can do, and one hello to the real hub."""

import io
import itertools
import re
import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from PIL import Image

from bots.phones import Phones, TelegramPhones, WhatsAppPhones
from bots.simulator import TOKEN, cake, moved, sample_caption, simulator, sticker
from storefront import pictures, qris
from storefront.web.app import create_app

HOME = "http://127.0.0.1:8000"
ZONE = ZoneInfo("Asia/Jakarta")
HOSTILE = "<script>alert(1)</script>"
DOORS = (
    '<a href="https://wa.me/620000?text=Mau%20Brownies%20(kode%20DEWI7-1)">WhatsApp</a>'
    '<a class="x" href="https://t.me/getok_bot?start=DEWI7-1">Telegram</a>'
)


class Fake:
    """A hub that says nothing unless told to, so that only the room itself is looked at."""

    public_url = HOME
    zone = ZONE

    def __init__(self) -> None:
        self.time = datetime(2026, 6, 16, 2, tzinfo=UTC)
        self.busy = threading.RLock()
        self.settled = 0
        seq = itertools.count(1)
        telegram = TelegramPhones("1:t", "getok_bot", self.now, seq)
        sid = "AC" + "1" * 32
        whatsapp = WhatsAppPhones(
            sid, "t", "+620000", lambda *_: 200, HOME, fetch=lambda _: (404, "", b""), now=self.now, seq=seq
        )
        self.phones = Phones(telegram, whatsapp)

    def now(self) -> datetime:
        return self.time

    def settle(self) -> None:
        self.settled += 1

    def move_to(self, moment: datetime) -> None:
        self.time = moment

    def page(self, url: str) -> str:
        return DOORS if url == f"{HOME}/r/DEWI7-1" else "nothing here"

    def shows(self, name: str, text: str, **more: object) -> None:
        chat = self.phones.telegram.person(name).chat_id
        status, _ = self.phones.telegram.handle("/bot1:t/sendMessage", {"chat_id": chat, "text": text, **more})
        assert status == 200


@pytest.fixture
def hub() -> Fake:
    return Fake()


@pytest.fixture
def app(hub: Fake) -> Flask:
    place = SimpleNamespace(public_url=HOME, bot="getok_bot", whatsapp="+620000", zone=ZONE, operator="", now=hub.now())
    app = create_app(None, lambda: place)  # type: ignore[arg-type] - no page of the shop is opened here
    app.extensions["getok.hub"] = hub
    app.register_blueprint(simulator)
    return app


@pytest.fixture
def look(app: Flask):
    return lambda path="/simulator", **how: app.test_client().get(path, base_url=how.pop("home", HOME), **how)


@pytest.fixture
def act(app: Flask):
    def post(path: str, headers: dict[str, str] | None = None, **form: object):
        form = {"token": TOKEN, "channel": "telegram"} | form
        return app.test_client().post(f"/simulator/{path}", data=form, base_url=HOME, headers=headers or {})

    return post


@pytest.mark.parametrize("home", [HOME, "http://localhost:8000", "http://[::1]:8000"])
def test_this_machine_may_look(look, home):
    assert look(home=home).status_code == 200


@pytest.mark.parametrize("home", ["http://getok.example", "http://127.0.0.1.evil.example", "http://10.0.0.5:8000"])
def test_a_name_that_merely_leads_here_is_no_way_in(look, home):
    assert look(home=home).status_code == 404
    assert look("/simulator/static/simulator.js", home=home).status_code == 404


def test_another_machine_sees_nothing(look):
    assert look(environ_base={"REMOTE_ADDR": "192.168.1.7"}).status_code == 404


def test_a_proxy_is_another_machine(look):
    assert look(headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404


@pytest.mark.parametrize("said", ["https://evil.example", "null", "http://127.0.0.1:9999"])
def test_a_foreign_form_is_refused(act, hub, said):
    assert act("write", {"Origin": said}, text="halo").status_code == 403
    assert act("write", {"Referer": f"{said}/x"}, text="halo").status_code == 403
    assert not hub.phones.everybody()


def test_a_form_without_our_token_is_refused(act, hub):
    assert act("write", token="x", text="halo").status_code == 403
    assert act("write", token="é", text="halo").status_code == 403
    assert not hub.phones.everybody()


def test_our_own_form_says_what_was_typed(act, hub):
    answer = act("write", {"Origin": HOME}, telegram="Budi", text="halo")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/simulator?telegram=budi&whatsapp=sari"
    assert [bubble.text for bubble in hub.phones.bubbles("budi", "telegram")] == ["halo"]
    assert hub.settled == 1


def test_the_form_on_the_page_carries_the_token(look):
    assert f'name="token" value="{TOKEN}"' in look().text


def test_a_look_brings_nobody_into_the_world(look, hub):
    look("/simulator?telegram=budi")
    look("/simulator/picture/telegram/siti/1")
    assert not hub.phones.everybody()


@pytest.mark.parametrize("name", [HOSTILE, '" onclick="x', "../../etc", "a" * 90])
def test_a_hostile_name_is_nobody(look, name):
    page = look(query_string={"telegram": name, "lang": name, "note": name}).text
    assert HOSTILE not in page
    assert 'onclick="x' not in page
    assert "Rina" in page


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_a_hostile_text_is_only_text(act, look, channel):
    act(
        "write", channel=channel, **{channel: "budi"}, text=f"{HOSTILE} http://x.example/\"onmouseover='y' javascript:z"
    )
    page = look(f"/simulator?{channel}=budi").text
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert 'href="javascript' not in page
    assert not re.search(r"<[^>]*\sonmouseover", page)


def test_a_hostile_button_is_no_link(look, hub):
    hub.phones.telegram.starts("rina")
    rows = [[{"text": HOSTILE, "callback_data": "x"}]]
    hub.shows("rina", "halo", reply_markup={"inline_keyboard": rows})
    page = look().text
    assert HOSTILE not in page
    assert 'name="button" value="0">&lt;script&gt;' in page


def test_a_tap_reaches_the_bot(act, hub):
    hub.phones.telegram.starts("rina")
    hub.shows("rina", "halo", reply_markup={"inline_keyboard": [[{"text": "Ya", "callback_data": "x"}]]})
    number = hub.phones.bubbles("rina", "telegram")[-1].id
    assert "note" not in act("tap", bubble=number, button="0").headers["Location"]
    assert "note=gone" in act("tap", bubble=number, button="7").headers["Location"]
    assert "note=gone" in act("tap", bubble="nope", button="0").headers["Location"]


@pytest.mark.parametrize(
    ("channel", "said"), [("telegram", "/start DEWI7-1"), ("whatsapp", "Mau Brownies (kode DEWI7-1)")]
)
def test_a_link_of_ours_opens_in_the_hand_that_taps_it(act, hub, channel, said):
    act("open", channel=channel, **{channel: "sari"}, address=f"{HOME}/r/DEWI7-1")
    assert hub.phones.bubbles("sari", channel)[-1].text == said


def test_a_door_to_the_other_messenger_opens_that_one(act, hub):
    answer = act("open", telegram="sari", address="https://wa.me/620000?text=halo")
    assert hub.phones.bubbles("sari", "whatsapp")[-1].text == "halo"
    assert answer.headers["Location"] == "/simulator?telegram=sari&whatsapp=sari"


@pytest.mark.parametrize("address", ["https://evil.example/", f"{HOME}/books", f"{HOME}.evil.example/r/A", "//[", ""])
def test_a_foreign_link_is_not_opened(act, hub, address):
    assert "note=nowhere" in act("open", address=address).headers["Location"]
    assert not hub.phones.everybody()


def test_links_that_were_sent_go_round(look, hub):
    hub.phones.telegram.starts("dewi")
    hub.shows("dewi", f"ini link Kakak: {HOME}/r/DEWI7-1")
    page = look().text
    assert f'<button name="address" value="{HOME}/r/DEWI7-1">/r/DEWI7-1</button>' in page


def test_the_samples_are_what_they_look_like(act, hub, look):
    act("write", sample="cake")
    act("write", sample="sticker")
    first, second = hub.phones.bubbles("rina", "telegram")
    assert "brownies" in first.text
    assert first.picture == cake()
    assert pictures.read_codes(second.picture or b"") == [qris.build_static("DAPUR RINA", "DEPOK")]
    assert look(f"/simulator/picture/telegram/rina/{first.id}").mimetype == "image/jpeg"
    assert look("/simulator/sample/sticker").data == sticker()
    assert look("/simulator/sample/nothing").status_code == 404


def test_an_own_photo_loses_what_its_owner_did_not_mean_to_send(act, hub):
    photo, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "my kitchen"
    Image.new("RGB", (40, 30), "green").save(photo, "JPEG", exif=exif)
    act("write", photo=(io.BytesIO(photo.getvalue()), "x.jpg"), text="kue")
    [bubble] = hub.phones.bubbles("rina", "telegram")
    assert bubble.text == "kue"
    assert b"my kitchen" not in (bubble.picture or b"")
    assert "note=picture" in act("write", photo=(io.BytesIO(b"no picture"), "x.jpg")).headers["Location"]


def test_nothing_to_send_is_said(act):
    assert "note=empty" in act("write").headers["Location"]


def test_the_clock_moves_on_the_shop_s_own_time():
    tuesday = datetime(2026, 6, 16, 9, tzinfo=ZONE)
    monday = datetime(2026, 6, 22, 9, tzinfo=ZONE)
    assert moved(tuesday, "2h") == tuesday + timedelta(hours=2)
    assert moved(tuesday, "1d") == tuesday + timedelta(days=1)
    assert moved(tuesday, "monday") == monday
    assert moved(monday, "monday") == monday + timedelta(days=7)
    assert moved(monday.replace(hour=8), "monday") == monday
    assert moved(monday, "back") is None


def test_the_caption_names_days_to_come():
    assert "tutup kamis jam 8 mlm, kirim sabtu pagi" in sample_caption(datetime(2026, 6, 16, 9, tzinfo=ZONE))


def test_halo_is_answered(tmp_path):
    from bots.hub import MovableClock, Simulated
    from storefront import migrations, settings

    read = settings.read({"DATABASE_URL": f"sqlite:///{tmp_path / 'hub.db'}", "PORT": "8000"})
    hub = Simulated(read, MovableClock(datetime(2026, 6, 16, 2, tzinfo=UTC)))
    try:
        migrations.upgrade(hub.database)
        form = {"token": TOKEN, "channel": "whatsapp", "whatsapp": "sari", "text": "halo"}
        answer = hub.client.post("/simulator/write", data=form, base_url=HOME, follow_redirects=True)
        assert answer.status_code == 200
        assert [bubble.mine for bubble in hub.phones.bubbles("sari", "whatsapp")][:2] == [True, False]
        assert "Getok" in hub.phones.bubbles("sari", "whatsapp")[1].text
    finally:
        hub.close()
