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

from bots import play
from bots.hub import Simulated
from bots.phones import Phones, TelegramPhones, WhatsAppPhones
from bots.simulator import TOKEN, cake, moved, page, sample_caption, simulator, stage, sticker
from storefront import pictures, qris
from storefront.database import Database
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

    def __init__(self, database: Database) -> None:
        self.database = database
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

    def verdict(self) -> list[str]:
        return []

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
def hub(database: Database) -> Fake:
    return Fake(database)


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
        form = {"token": TOKEN, "hand": "rina@telegram"} | form
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
    answer = act("write", {"Origin": HOME}, hand="Budi@telegram", one="budi@telegram", text="halo")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/simulator?one=budi@telegram&two=dewi@telegram&three=sari@whatsapp&on=one"
    assert [bubble.text for bubble in hub.phones.bubbles("budi", "telegram")] == ["halo"]
    assert hub.settled == 1


def test_the_form_on_the_page_carries_the_token(look):
    assert f'name="token" value="{TOKEN}"' in look().text


def test_a_look_brings_nobody_into_the_world(look, hub):
    look("/simulator?one=budi@telegram")
    look("/simulator/since?one=budi@telegram")
    look("/simulator/picture/telegram/siti/1")
    assert not hub.phones.everybody()


@pytest.mark.parametrize("name", [HOSTILE, '" onclick="x', "../../etc", "a" * 90])
def test_a_hostile_name_is_nobody(look, name):
    page = look(
        query_string={"one": f"{name}@telegram", "new": name, "slot": "two", "lang": name, "note": name, "on": name}
    ).text
    assert HOSTILE not in page
    assert 'onclick="x' not in page
    assert "Rina" in page


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_a_hostile_text_is_only_text(act, look, channel):
    act("write", hand=f"budi@{channel}", text=f"{HOSTILE} http://x.example/\"onmouseover='y' javascript:z")
    page = look(f"/simulator?one=budi@{channel}").text
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
    act("open", hand=f"sari@{channel}", address=f"{HOME}/r/DEWI7-1")
    assert hub.phones.bubbles("sari", channel)[-1].text == said


def test_a_door_to_the_other_messenger_opens_that_one(act, hub):
    answer = act("open", hand="sari@telegram", three="sari@telegram", address="https://wa.me/620000?text=halo")
    assert hub.phones.bubbles("sari", "whatsapp")[-1].text == "halo"
    assert answer.headers["Location"] == "/simulator?one=rina@telegram&two=dewi@telegram&three=sari@whatsapp&on=three"


@pytest.mark.parametrize("address", ["https://evil.example/", f"{HOME}/books", f"{HOME}.evil.example/r/A", "//[", ""])
def test_a_foreign_link_is_not_opened(act, hub, address):
    assert "note=nowhere" in act("open", address=address).headers["Location"]
    assert not hub.phones.everybody()


def test_links_that_were_sent_open_in_anybodys_hand(look, hub):
    hub.phones.telegram.starts("dewi")
    hub.shows("dewi", f"ini link Kakak: {HOME}/r/DEWI7-1")
    page = look().text
    assert f'<input type="hidden" name="address" value="{HOME}/r/DEWI7-1">' in page
    assert '<button name="hand" value="sari@whatsapp">Sari</button>' in page


def test_bold_words_are_bold_on_both_messengers(look, hub):
    hub.phones.telegram.starts("rina")
    hub.shows("rina", "atas nama <b>DAPUR RINA</b>, 😀 pas <b>Rp144.983</b>", parse_mode="HTML")
    page = look().text
    assert "<b>DAPUR RINA</b>" in page
    assert "<b>Rp144.983</b>" in page


def test_a_reply_shows_what_it_answers(act, look, hub):
    hub.phones.telegram.starts("rina")
    hub.shows("rina", "Nama jualannya apa?")
    act("write", text="Dapur Rina", reply=hub.phones.bubbles("rina", "telegram")[-1].id)
    assert "<blockquote>Nama jualannya apa?</blockquote>" in look().text


@pytest.mark.parametrize("wanted", ["voice", "smile", "location", "contact"])
@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_the_paper_clip_sends_small_things_too(act, look, hub, channel, wanted):
    act("write", hand=f"rina@{channel}", sample=wanted)
    [bubble] = hub.phones.bubbles("rina", channel)
    assert bubble.kind == {"smile": "sticker"}.get(wanted, wanted)
    assert look(f"/simulator?one=rina@{channel}").status_code == 200


def test_only_what_changed_is_fetched(act, look, hub):
    first = look("/simulator/since?n=0").json
    assert look("/simulator/since", query_string={"v": first["v"]}).status_code == 204
    act("write", text="halo")
    act("write", text="lagi")
    newest = hub.phones.bubbles("rina", "telegram")[-1]
    told = look("/simulator/since", query_string={"v": first["v"], "n": newest.seq - 1}).json
    assert list(told["chats"]["one"]["fresh"])[1:] == [f"rina@telegram-{newest.id}"]
    assert len(told["chats"]["one"]["keys"]) == 3
    assert told["parts"].keys() >= {"clock", "coach", "ledger", "outbox", "one-head"}


def test_an_act_of_the_script_is_answered_with_what_changed(act):
    told = act("write", text="halo", live="1").json
    assert "halo" in next(html for _, html in told["chats"]["one"]["fresh"].values() if "halo" in html)


def test_somebody_new_gets_a_phone(look):
    page = look("/simulator?slot=two&new=Budi").text
    assert 'data-who="budi@telegram"' in page


def test_the_language_is_remembered(app):
    with app.test_client() as browser:
        assert 'lang="id"' in browser.get("/simulator", base_url=HOME).text
        assert 'lang="en"' in browser.get("/simulator?lang=en", base_url=HOME).text
        assert 'lang="en"' in browser.get("/simulator", base_url=HOME).text
        assert 'data-theme="dark"' in browser.get("/simulator?theme=dark", base_url=HOME).text
        assert 'data-theme="dark"' in browser.get("/simulator", base_url=HOME).text


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


def test_the_clock_moves_to_a_moment_and_never_back(act, hub):
    assert "note" not in act("clock", at="2026-06-18T20:00").headers["Location"]
    assert hub.time == datetime(2026, 6, 18, 20, tzinfo=ZONE)
    for wrong in ("2026-06-18T19:00", "2036-06-18T19:00", "2026-13-40T99:99", "x", "999d", "-1h"):
        assert "note=moment" in act("clock", at=wrong).headers["Location"]
    assert "note=moment" in act("clock", by="next").headers["Location"]


def test_the_clock_moves_on_the_shop_s_own_time():
    tuesday = datetime(2026, 6, 16, 9, tzinfo=ZONE)
    assert moved(tuesday, "1h") == tuesday + timedelta(hours=1)
    monday = datetime(2026, 6, 22, 9, tzinfo=ZONE)
    assert moved(tuesday, "2h") == tuesday + timedelta(hours=2)
    assert moved(tuesday, "1d") == tuesday + timedelta(days=1)
    assert moved(tuesday, "monday") == monday
    assert moved(monday, "monday") == monday + timedelta(days=7)
    assert moved(monday.replace(hour=8), "monday") == monday
    assert moved(monday, "back") is None


def test_the_caption_names_days_to_come():
    assert "tutup kamis jam 8 mlm, kirim sabtu pagi" in sample_caption(datetime(2026, 6, 16, 9, tzinfo=ZONE))


# -- the real hub ------------------------------------------------------------------------------------


@pytest.fixture
def real(url: str):
    from bots.__main__ import story_settings
    from bots.hub import MovableClock

    hub = Simulated(story_settings(url), MovableClock(datetime(2026, 6, 16, 2, tzinfo=UTC)))
    yield hub
    assert hub.app
    stage.end(hub.app.extensions)
    hub.close()


def sent(hub: Simulated, path: str, **form: str):
    return hub.client.post(f"/simulator/{path}", data={"token": TOKEN, **form}, base_url=HOME, follow_redirects=True)


def test_halo_is_answered(real):
    assert sent(real, "write", hand="sari@whatsapp", text="halo").status_code == 200
    assert [bubble.mine for bubble in real.phones.bubbles("sari", "whatsapp")][:2] == [True, False]
    assert "Getok" in real.phones.bubbles("sari", "whatsapp")[1].text


def test_one_button_after_another_leads_through_a_whole_sale(real):
    """What the card says to do next is enough: nobody needs to know a word to type."""
    shown = []
    for _ in range(30):
        with real.app.test_request_context("/simulator", base_url=HOME):
            step = page.coach.next_step(real, page.voice(), page.hands.held())
        if step is None:
            break
        shown.append(step.label)
        who = {"hand": str(step.who)} if step.who else {}
        assert sent(real, step.act, **who, **step.fields).status_code == 200
    with real.app.test_request_context("/simulator", base_url=HOME):
        assert all(reached for _, reached in page.books.way(real)), shown
        books = page.books.opened(real, page.voice())
    assert [(debt.shop, debt.creator, debt.amount, debt.words) for debt in books.debts] == [
        ("Dapur Rina", "Dewi", "Rp14.000", "diterima")
    ]
    assert [entry.journal for entry in books.entries][-1] == "sale"
    assert {promise.state for promise in books.promises} == {"sent"}
    assert books.problems == []


def test_a_story_plays_beside_ones_own_hub(real):
    sent(real, "write", hand="rina@telegram", text="halo")
    before = [bubble.text for bubble in real.phones.bubbles("rina", "telegram")]
    page = sent(real, "story", do="begin", story="the_sale")
    assert "rina@telegram sends photo" in page.text
    sent(real, "story", do="step", show="story")
    playing = stage.playing(real.app.extensions)
    assert playing is not None
    assert (playing.at, playing.is_over) == (1, False)
    sent(real, "story", do="step", show="story", at="0")
    assert playing.at == 1, "a line that was played already is not played twice"
    told = sent(real, "story", do="rest", show="story", live="1").json
    assert told["story"] == told["story"] | {"over": True, "broken": False}
    assert playing.seen == playing.looks > 40
    assert playing.hub.verdict() == []
    assert "halo" not in real.client.get("/simulator?show=story", base_url=HOME).text
    sent(real, "story", do="end", show="story")
    assert stage.playing(real.app.extensions) is None
    assert [bubble.text for bubble in real.phones.bubbles("rina", "telegram")] == before


@pytest.mark.parametrize("name", ["nothing", "../stories/the_sale", "", HOSTILE])
def test_no_story_is_no_stage(real, name):
    sent(real, "story", do="begin", story=name)
    sent(real, "story", do="step")
    assert stage.playing(real.app.extensions) is None


def test_every_story_has_a_title():
    titles = {title.name: title.words for title in stage.titles()}
    assert titles.keys() >= stage.FEATURED.keys()
    assert all(0 < len(words) <= stage.LONGEST_TITLE for words in titles.values())
    assert play.parse((stage.STORIES / "the_sale.chat").read_text(encoding="utf-8"))
