"""The phones: both servers refuse what the real ones refuse, and show what a person would see."""

import io
import itertools
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
import qrcode
from PIL import Image
from twilio.request_validator import RequestValidator

from bots.phones import Address, Button, PhoneError, Phones, TelegramPhones, WhatsAppPhones, readable
from bots.phones.bubbles import addresses_in
from bots.phones.markup import parse_html, units
from bots.phones.whatsapp import offered

TOKEN = "4242:secret"
SID = "AC" + "1" * 32
HOME = "https://getok.example"


class Clock:
    def __init__(self):
        self.time = datetime(2026, 6, 16, 2, 0, tzinfo=UTC)

    def __call__(self):
        return self.time

    def passes(self, **how_long):
        self.time += timedelta(**how_long)


class Post:
    """Take what Twilio posts, as our web would."""

    def __init__(self):
        self.taken = []
        self.status = 200

    def __call__(self, path, form, headers):
        self.taken.append((path, form, headers))
        return self.status

    def newest(self):
        return self.taken[-1][1]


def drawn(text="", kind="PNG"):
    picture = qrcode.make(text).get_image() if text else Image.new("RGB", (800, 400), "white")
    out = io.BytesIO()
    picture.convert("RGB").save(out, kind)
    return out.getvalue()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def seq():
    return itertools.count(1)


@pytest.fixture
def telegram(clock, seq):
    return TelegramPhones(TOKEN, "getok_bot", clock, seq)


@pytest.fixture
def post():
    return Post()


@pytest.fixture
def media():
    return {}


@pytest.fixture
def whatsapp(clock, seq, post, media):
    return WhatsAppPhones(
        SID, "token", "+620000", post, HOME, fetch=lambda url: media.get(url, (404, "", b"")), now=clock, seq=seq
    )


@pytest.fixture
def phones(telegram, whatsapp):
    return Phones(telegram, whatsapp)


def call(telegram, method, files=None, **fields):
    return telegram.handle(f"/bot{TOKEN}/{method}", fields, files or {})


def refused(telegram, method, files=None, **fields):
    status, told = call(telegram, method, files, **fields)
    assert (told["ok"], told["error_code"]) == (False, status)
    return status, told["description"]


def granted(telegram, method, files=None, **fields):
    status, told = call(telegram, method, files, **fields)
    assert status == 200, told
    return told["result"]


def keyboard(*rows):
    return {"inline_keyboard": [list(row) for row in rows]}


def send(whatsapp, to="+6280000000001", **fields):
    form = {"From": "whatsapp:+620000", "To": f"whatsapp:{to}", **fields}
    status, _, body = whatsapp.handle("POST", f"/2010-04-01/Accounts/{SID}/Messages.json", form, (SID, "token"))
    return status, json.loads(body)


# What is read on the glass.


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("*Rp144.983*, pas ya", "Rp144.983, pas ya"),
        ("_Iklan_ dan ~lama~ dan *_dua_*", "Iklan dan lama dan dua"),
        ("2 * 3 * 4 = 24, snake_case_too", "2 * 3 * 4 = 24, snake_case_too"),
        ("lihat https://x.example/r/_a_b_ ya", "lihat https://x.example/r/_a_b_ ya"),
        ("*https://x.example/r/DEWI7-1*", "https://x.example/r/DEWI7-1"),
    ],
)
def test_whatsapp_markers_are_not_read(written, read):
    assert readable(written) == read


def test_an_address_ends_before_the_punctuation():
    assert addresses_in("buka https://x.example/i/a_b-, atau (https://y.example).") == (
        "https://x.example/i/a_b-",
        "https://y.example",
    )


def test_a_bubble_says_its_words_labels_addresses_and_codes(telegram):
    telegram.says("rina", "halo")
    granted(
        telegram,
        "sendPhoto",
        {"photo": ("qr.png", drawn("https://getok.example/r/DEWI7-1"), "image/png")},
        chat_id=7001,
        caption='<a href="https://getok.example/how">Cara</a> &amp; <b>arti</b>',
        parse_mode="HTML",
        reply_markup=json.dumps(keyboard([{"text": "Bagikan", "url": "https://t.me/share/url?url=x"}])),
    )
    said = telegram.bubbles("rina")[-1].says()
    for words in ("Cara & arti", "Bagikan", "https://getok.example/how", "t.me/share", "/r/DEWI7-1"):
        assert words in said


# Telegram.


def test_html_gives_text_and_utf16_offsets():
    assert parse_html("🍰 <b>Brownies &lt;pandan&gt; <i>a</i></b>&#33; &nbsp; a & b") == (
        "🍰 Brownies <pandan> a! &nbsp; a & b",
        [{"type": "bold", "offset": 3, "length": 19}, {"type": "italic", "offset": 21, "length": 1}],
    )
    assert units("🍰") == 2


def test_white_space_around_a_text_moves_its_entities(telegram):
    telegram.says("rina", "halo")
    sent = granted(telegram, "sendMessage", chat_id=7001, text="\n 🍰 <b>a </b>\n", parse_mode="HTML")
    assert (sent["text"], sent["entities"]) == ("🍰 a", [{"type": "bold", "offset": 3, "length": 1}])


@pytest.mark.parametrize("bad", ["<b>a", "<b>a</i>", "a</b>", "<b><i>a</b></i>", "<div>a</div>", "a < b", "<p>"])
def test_html_that_telegram_cannot_read(telegram, bad):
    telegram.says("rina", "halo")
    status, told = refused(telegram, "sendMessage", chat_id=7001, text=bad, parse_mode="HTML")
    assert status == 400
    assert told.startswith("Bad Request: can't parse entities")


BUTTON = {"text": "Ya", "callback_data": "y"}


@pytest.mark.parametrize(
    ("method", "fields", "told"),
    [
        ("sendMessage", {"text": "x" * 4096}, None),
        ("sendMessage", {"text": "x" * 4097}, "message is too long"),
        ("sendMessage", {"text": "🍰" * 2048}, None),
        ("sendMessage", {"text": "🍰" * 2048 + "x"}, "message is too long"),
        ("sendMessage", {"text": "<b>" + "x" * 4096 + "</b>", "parse_mode": "HTML"}, None),
        ("sendMessage", {"text": "  \n "}, "message text is empty"),
        ("sendMessage", {"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
        ("sendMessage", {"text": "a", "parse_mode": "Markdown"}, "unsupported parse_mode"),
        ("sendMessage", {"text": "a", "button": {"text": "Ya", "callback_data": "x" * 64}}, None),
        ("sendMessage", {"text": "a", "button": {"text": "Ya", "callback_data": "é" * 33}}, "BUTTON_DATA_INVALID"),
        ("sendMessage", {"text": "a", "button": {"text": "Ya", "callback_data": ""}}, "BUTTON_DATA_INVALID"),
        ("sendMessage", {"text": "a", "button": {"text": "Ya"}}, "Text buttons are unallowed"),
        ("sendMessage", {"text": "a", "button": BUTTON | {"url": "https://x.example"}}, "exactly one action"),
        ("sendMessage", {"text": "a", "button": {"text": " ", "callback_data": "y"}}, "text must be non-empty"),
        ("sendMessage", {"text": "a", "button": {"text": "Ya", "url": "javascript:1"}}, "Unsupported URL protocol"),
        ("sendMessage", {"text": "a", "button": {"text": "Ya", "url": "tg://resolve?domain=x"}}, None),
        ("sendMessage", {"text": "a", "reply_markup": "{nonsense"}, "can't parse reply markup"),
        ("sendMessage", {"text": "a", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ("sendPhoto", {"caption": "x" * 1024, "photo": "PHOTO"}, None),
        ("sendPhoto", {"caption": "x" * 1025, "photo": "PHOTO"}, "message caption is too long"),
        ("sendPhoto", {}, "there is no photo in the request"),
        ("sendPhoto", {"photo": "https://x.example/a.png"}, "wrong file identifier/HTTP URL specified"),
        ("sendPhoto", {"photo": "VOICE"}, "can't use file of type Voice as Photo"),
        ("sendChatAction", {"action": "dance"}, "wrong parameter action"),
        ("editMessageText", {"text": "b", "message_id": 999}, "message to edit not found"),
        ("editMessageText", {"text": "b", "message_id": 1}, "message can't be edited"),
        ("deleteMessage", {"message_id": 999}, "message to delete not found"),
        ("getFile", {"file_id": "nope"}, "invalid file_id"),
        ("setMyCommands", {"commands": '[{"command":"Mulai","description":"x"}]'}, "BOT_COMMAND_INVALID"),
        ("setWebhook", {"url": "http://getok.example/telegram/webhook"}, "An HTTPS URL must be provided"),
        ("setWebhook", {"url": "https://x.example", "secret_token": "a b"}, "secret token contains unallowed"),
    ],
)
def test_telegram_limits(telegram, method, fields, told):
    photo = telegram.sends_photo("rina", drawn())
    telegram.sends_voice("rina")
    known = {
        "PHOTO": telegram.messages[int(photo.id)]["photo"][-1]["file_id"],
        "VOICE": telegram.messages[2]["voice"]["file_id"],
    }
    fields = {name: known.get(value, value) if isinstance(value, str) else value for name, value in fields.items()}
    if "button" in fields:
        fields["reply_markup"] = json.dumps(keyboard([fields.pop("button")]))
    if told is None:
        granted(telegram, method, chat_id="7001", **fields)
    else:
        assert told in refused(telegram, method, chat_id=7001, **fields)[1]


def test_photos_that_cannot_be_shown(telegram):
    telegram.says("rina", "halo")
    for content, told in [
        (b"", "non-empty"),
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (bytes(10 * 1024 * 1024 + 1), "too big"),
    ]:
        assert told in refused(telegram, "sendPhoto", {"photo": ("a.png", content, "image/png")}, chat_id=7001)[1]


def test_who_can_be_reached(telegram):
    telegram.person("rina")
    assert refused(telegram, "sendMessage", chat_id=7001, text="a") == (400, "Bad Request: chat not found")
    assert refused(telegram, "sendMessage", text="a") == (400, "Bad Request: chat_id is empty")
    telegram.starts("rina", "DEWI7-1")
    telegram.blocks("rina")
    assert refused(telegram, "sendMessage", chat_id=7001, text="a") == (
        403,
        "Forbidden: bot was blocked by the user",
    )
    with pytest.raises(PhoneError):
        telegram.says("rina", "halo")
    telegram.unblocks("rina")
    granted(telegram, "sendMessage", chat_id=7001, text="a")
    kinds = [list(update)[1] for update in granted(telegram, "getUpdates")]
    assert kinds == ["message", "my_chat_member", "my_chat_member"]


def test_wrong_token_and_unknown_method(telegram):
    assert telegram.handle("/bot1:x/getMe", {}, {})[1]["description"] == "Unauthorized"
    assert call(telegram, "sendDice") == (404, {"ok": False, "error_code": 404, "description": "Not Found"})
    assert granted(telegram, "getMe")["username"] == "getok_bot"
    telegram.fails_next("Too Many Requests: retry after 3", 429, retry_after=3)
    assert call(telegram, "getMe")[1]["parameters"] == {"retry_after": 3}


def test_updates_wait_until_they_are_confirmed(telegram):
    for text in ("a", "b", "c"):
        telegram.says("rina", text)
    first = granted(telegram, "getUpdates", limit=2)
    assert [update["message"]["text"] for update in first] == ["a", "b"]
    assert granted(telegram, "getUpdates", limit="2") == first
    rest = granted(telegram, "getUpdates", offset=first[-1]["update_id"] + 1)
    assert [update["message"]["text"] for update in rest] == ["c"]
    granted(telegram, "setWebhook", url="https://getok.example/telegram/webhook")
    assert refused(telegram, "getUpdates")[0] == 409
    assert granted(telegram, "getWebhookInfo")["pending_update_count"] == 1


def test_allowed_updates_hold_back_the_rest(telegram):
    granted(telegram, "getUpdates", allowed_updates='["callback_query"]')
    telegram.says("rina", "a")
    assert granted(telegram, "getUpdates") == []


def test_what_a_person_sends_arrives_as_the_bot_api_writes_it(telegram):
    telegram.starts("rina", "i_abc")
    telegram.sends_photo("rina", drawn(kind="JPEG"), "brownies 65rb")
    telegram.sends_contact("rina", "+62800", own=False)
    telegram.sends_location("rina", -6.4, 106.79)
    start, photo, contact, location = [update["message"] for update in granted(telegram, "getUpdates")]
    assert start["from"] == {"id": 7001, "is_bot": False, "first_name": "Rina", "language_code": "id"}
    assert (start["text"], start["entities"]) == (
        "/start i_abc",
        [{"type": "bot_command", "offset": 0, "length": 6}],
    )
    assert [(size["width"], size["height"]) for size in photo["photo"]] == [(320, 160), (800, 400)]
    assert photo["caption"] == "brownies 65rb"
    path = granted(telegram, "getFile", file_id=photo["photo"][-1]["file_id"])["file_path"]
    assert telegram.download(path) == drawn(kind="JPEG")
    assert telegram.download("photos/none.jpg") is None
    assert "user_id" not in contact["contact"]
    assert location["location"] == {"latitude": -6.4, "longitude": 106.79}
    with pytest.raises(PhoneError):
        telegram.starts("rina", "not allowed")


def test_a_tap_is_answered_once_and_in_time(telegram, clock):
    telegram.says("rina", "halo")
    granted(telegram, "sendMessage", chat_id=7001, text="Cek ya", reply_markup=keyboard([BUTTON]))
    bubble = telegram.bubbles("rina")[-1]
    telegram.taps("rina", bubble, Button("Ya", "y"))
    tap = granted(telegram, "getUpdates")[-1]["callback_query"]
    assert (tap["data"], tap["message"]["message_id"]) == ("y", int(bubble.id))
    assert (
        "MESSAGE_TOO_LONG" in refused(telegram, "answerCallbackQuery", callback_query_id=tap["id"], text="x" * 201)[1]
    )
    granted(telegram, "answerCallbackQuery", callback_query_id=tap["id"], text="Dicatat")
    assert [text for _, text in telegram.toasts("rina")] == ["Dicatat"]
    assert "query is too old" in refused(telegram, "answerCallbackQuery", callback_query_id=tap["id"])[1]
    telegram.taps("rina", bubble, Button("Ya", "y"))
    late = granted(telegram, "getUpdates")[-1]["callback_query"]
    clock.passes(minutes=6)
    assert "query is too old" in refused(telegram, "answerCallbackQuery", callback_query_id=late["id"])[1]
    assert telegram.sent_to("rina") == 1


def test_edits_change_the_bubble_and_are_no_new_message(telegram):
    telegram.says("rina", "halo")
    sent = granted(telegram, "sendMessage", chat_id=7001, text="Cek ya", reply_markup=keyboard([BUTTON]))
    bubble = telegram.bubbles("rina")[-1]
    before = bubble.seq
    where = {"chat_id": 7001, "message_id": sent["message_id"]}
    same = refused(telegram, "editMessageText", text="Cek ya", reply_markup=keyboard([BUTTON]), **where)
    assert same[1].startswith("Bad Request: message is not modified")
    assert bubble.seq == before
    granted(telegram, "editMessageText", text="Tayang!", **where)
    assert (bubble.text, bubble.rows, bubble.edited_at is not None) == ("Tayang!", [], True)
    assert bubble.seq > before
    assert telegram.sent_to("rina") == 1
    assert "no caption" in refused(telegram, "editMessageCaption", caption="x", **where)[1]
    with pytest.raises(PhoneError):
        telegram.taps("rina", bubble, Button("Ya", "y"))


def test_a_photo_has_a_caption_and_no_text(telegram):
    telegram.says("rina", "halo")
    upload = {"file0": ("a.png", drawn("one"), "image/png")}
    sent = granted(telegram, "sendPhoto", upload, chat_id=7001, photo="attach://file0")
    where = {"chat_id": 7001, "message_id": str(sent["message_id"])}
    assert refused(telegram, "editMessageText", text="x", **where)[1] == (
        "Bad Request: there is no text in the message to edit"
    )
    granted(telegram, "editMessageCaption", caption="DR-0001", **where)
    media = {"type": "photo", "media": sent["photo"][-1]["file_id"], "caption": "DR-0001"}
    assert "not modified" in refused(telegram, "editMessageMedia", media=json.dumps(media), **where)[1]
    new = {"two": ("b.png", drawn("two"), "image/png")}
    granted(telegram, "editMessageMedia", new, media={"type": "photo", "media": "attach://two"}, **where)
    bubble = telegram.bubbles("rina")[-1]
    assert (bubble.text, "two" in bubble.says()) == ("", True)
    granted(telegram, "deleteMessage", **where)
    assert [shown.mine for shown in telegram.bubbles("rina")] == [True]


def test_the_log_of_calls_names_method_and_chat(telegram):
    telegram.says("rina", "halo")
    granted(telegram, "sendChatAction", chat_id="7001", action="typing")
    granted(telegram, "getMe")
    assert telegram.calls == [("sendChatAction", 7001), ("getMe", None)]


def test_a_person_corrects_what_they_wrote(telegram):
    bubble = telegram.says("rina", "65rb")
    telegram.edits("rina", bubble, "70rb")
    edited = granted(telegram, "getUpdates")[-1]["edited_message"]
    assert (edited["text"], edited["message_id"], bubble.text) == ("70rb", int(bubble.id), "70rb")


# WhatsApp.


def test_every_inbound_form_is_signed(whatsapp, post):
    whatsapp.says("sari", "2 ya kak, 1 pake keju & é")
    whatsapp.sends_photo("sari", drawn(), "bukti")
    whatsapp.sends_location("sari", -6.4, 106.79)
    validator = RequestValidator("token")
    for path, form, headers in post.taken:
        assert validator.validate(HOME + path, form, headers["X-Twilio-Signature"])
        assert not validator.validate(HOME + path, form | {"Body": "other"}, headers["X-Twilio-Signature"])
    text, photo, location = [form for _, form, _ in post.taken]
    assert (text["From"], text["ProfileName"], text["WaId"]) == ("whatsapp:+6280000000001", "Sari", "6280000000001")
    assert text["MessageSid"] == text["SmsSid"] == text["SmsMessageSid"]
    assert (photo["NumMedia"], photo["MediaContentType0"], photo["MessageType"]) == ("1", "image/png", "image")
    assert (location["Latitude"], location["Longitude"]) == ("-6.4", "106.79")


@pytest.mark.parametrize(
    ("act", "kind", "mime"),
    [
        ("sends_voice", "audio", "audio/ogg"),
        ("sends_sticker", "sticker", "image/webp"),
        ("sends_contact", "contacts", "text/vcard"),
    ],
)
def test_media_are_fetched_with_the_account_and_then_from_storage(whatsapp, post, act, kind, mime):
    getattr(whatsapp, act)("sari", *(["0800-0000-1234"] if act == "sends_contact" else []))
    form = post.newest()
    assert (form["MessageType"], form["MediaContentType0"]) == (kind, mime)
    path = form["MediaUrl0"].removeprefix("https://api.twilio.com")
    assert whatsapp.handle("GET", path, {}, None)[0] == 401
    status, headers, _ = whatsapp.handle("GET", path, {}, (SID, "token"))
    assert (status, headers["Location"].split("/")[2]) == (307, "mms.twiliocdn.example")
    stored = headers["Location"].removeprefix("https://mms.twiliocdn.example")
    status, headers, content = whatsapp.handle("GET", stored, {}, None)
    assert (status, headers["Content-Type"], bool(content)) == (200, mime, True)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"Body": "x" * 1600}, None),
        ({"Body": "x" * 1601}, 21617),
        ({}, 21602),
        ({"Body": "a", "To": ""}, 21604),
        ({"Body": "a", "From": ""}, 21603),
        ({"Body": "a", "To": "whatsapp:sari"}, 21211),
        ({"Body": "a", "From": "whatsapp:+1999"}, 63007),
        ({"MediaUrl": ["https://x.example/1", "https://x.example/2"]}, 21623),
        ({"MediaUrl": "file:///x"}, 21620),
        ({"ContentSid": "HXunknown"}, 21655),
        ({"ContentSid": "HXknown", "Body": "a"}, 21655),
        ({"ContentSid": "HXknown", "ContentVariables": "{"}, 21656),
        ({"ContentSid": "HXknown", "ContentVariables": '{"1": "Sari"}'}, None),
        ({"Body": "a", "StatusCallback": "nowhere"}, 21609),
    ],
)
def test_twilio_limits(whatsapp, fields, code):
    whatsapp.says("sari", "halo")
    whatsapp.templates["HXknown"] = "Halo {{1}}, pesanan berangkat."
    status, told = send(whatsapp, **fields)
    if code is None:
        assert (status, told["status"], told["error_code"]) == (201, "queued", None)
        assert len(told["sid"]) == 34
    else:
        assert (status, told["status"], told["code"]) == (400, 400, code)
        assert told["more_info"].endswith(str(code))
        assert whatsapp.sent_to("sari") == 0


def test_only_the_account_may_send(whatsapp):
    form = {"From": "whatsapp:+620000", "To": "whatsapp:+6280000000001", "Body": "a"}
    path = f"/2010-04-01/Accounts/{SID}/Messages.json"
    status, _, body = whatsapp.handle("POST", path, form, (SID, "wrong"))
    assert (status, json.loads(body)["code"]) == (401, 20003)
    assert whatsapp.handle("DELETE", path, {}, (SID, "token"))[0] == 405
    assert whatsapp.handle("GET", "/2010-04-01/Accounts/other/Messages.json", {}, (SID, "token"))[0] == 404


def test_the_window_closes_a_day_after_the_last_word(whatsapp, clock, post):
    whatsapp.templates["HX1"] = "Halo {{1}}!"
    callback = {"StatusCallback": HOME + "/whatsapp/status"}
    assert send(whatsapp, Body="halo", **callback)[0] == 201
    whatsapp.flush_statuses()
    assert (post.newest()["MessageStatus"], post.newest()["ErrorCode"]) == ("failed", "63016")
    whatsapp.says("sari", "halo")
    clock.passes(hours=24)
    send(whatsapp, Body="masih boleh")
    clock.passes(seconds=1)
    send(whatsapp, Body="terlambat", **callback)
    send(whatsapp, ContentSid="HX1", ContentVariables='{"1": "Sari"}')
    send(whatsapp, ContentSid="HX1", ContentVariables='{"1": "dua\\nbaris"}', **callback)
    assert [bubble.text for bubble in whatsapp.bubbles("sari") if not bubble.mine] == ["masih boleh", "Halo Sari!"]
    assert whatsapp.sent_to("sari") == 2
    whatsapp.flush_statuses()
    assert [form["ErrorCode"] for _, form, _ in post.taken[-2:]] == ["63016", "63013"]


def test_statuses_are_reported_later_and_signed(whatsapp, post):
    whatsapp.says("sari", "halo")
    sent = send(whatsapp, Body="a", StatusCallback=HOME + "/whatsapp/status?n=1")[1]
    assert len(post.taken) == 1
    post.status = 500
    whatsapp.flush_statuses()
    whatsapp.flush_statuses()
    reports = post.taken[1:]
    assert [(path, form["MessageStatus"]) for path, form, _ in reports] == [
        ("/whatsapp/status?n=1", "sent"),
        ("/whatsapp/status?n=1", "delivered"),
    ]
    for path, form, headers in reports:
        assert RequestValidator("token").validate(HOME + path, form, headers["X-Twilio-Signature"])
    assert [status for _, _, status in whatsapp.failed_posts] == [500, 500]
    listed = json.loads(
        whatsapp.handle(
            "GET",
            f"/2010-04-01/Accounts/{SID}/Messages.json?To=whatsapp%3A%2B6280000000001",
            {},
            (SID, "token"),
        )[2]
    )
    assert [(m["sid"], m["status"]) for m in listed["messages"]] == [(sent["sid"], "delivered")]


def asked(whatsapp, path, **query):
    path = f"/2010-04-01/Accounts/{SID}{path}?{urlencode(query)}"
    status, _, body = whatsapp.handle("GET", path, {}, (SID, "token"))
    return status, json.loads(body)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"DateSent>": "2026-06-16T03:00:00Z"}, ["dua", "tiga"]),
        ({"DateSent<": "2026-06-16T03:00:00Z"}, ["satu", "dua"]),
        ({"DateSent": "2026-06-16T03:00:00Z"}, ["dua"]),
        ({"DateSent": "2026-06-16"}, ["satu", "dua", "tiga"]),
        ({"DateSent<": "2026-06-15"}, []),
        ({"DateSent>": "2026-06-16T02:30:00Z", "DateSent<": "2026-06-16T03:30:00Z"}, ["dua"]),
    ],
)
def test_sent_messages_are_found_by_their_time(whatsapp, clock, query, found):
    whatsapp.says("sari", "halo")
    for body in ("satu", "dua", "tiga"):
        send(whatsapp, Body=body)
        clock.passes(hours=1)
    assert asked(whatsapp, "/Messages.json", **{"DateSent>": "2026-06-16"})[1]["messages"][0]["body"] == "halo"
    whatsapp.flush_statuses()
    told = asked(whatsapp, "/Messages.json", To="whatsapp:+6280000000001", **query)[1]
    assert [message["body"] for message in reversed(told["messages"])] == found


def test_a_time_twilio_cannot_read_is_refused(whatsapp):
    whatsapp.says("sari", "halo")
    status, told = asked(whatsapp, "/Messages.json", **{"DateSent>": "yesterday"})
    assert (status, told["code"]) == (400, 20001)


def test_a_long_list_comes_in_pages(whatsapp):
    whatsapp.says("sari", "halo")
    for number in range(5):
        send(whatsapp, Body=str(number))
    first = asked(whatsapp, "/Messages.json", To="whatsapp:+6280000000001", PageSize=3)[1]
    last = json.loads(whatsapp.handle("GET", first["next_page_uri"], {}, (SID, "token"))[2])
    assert [message["body"] for page in (first, last) for message in page["messages"]] == ["4", "3", "2", "1", "0"]
    assert (first["previous_page_uri"], last["next_page_uri"]) == (None, None)


def test_the_account_is_active_for_who_knows_its_token(whatsapp):
    assert asked(whatsapp, ".json")[1]["status"] == "active"
    assert whatsapp.handle("GET", f"/2010-04-01/Accounts/{SID}.json", {}, (SID, "wrong"))[0] == 401


def test_a_webhook_is_told_without_its_secret(telegram):
    url = "https://getok.example/telegram/webhook"
    granted(telegram, "setWebhook", url=url, secret_token="only-us", max_connections=5, allowed_updates=["message"])
    assert granted(telegram, "getWebhookInfo") == {
        "url": url,
        "max_connections": 5,
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "allowed_updates": ["message"],
    }


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, "image/png", drawn("https://getok.example/r/A")), None),
        ((200, "image/png; charset=binary", drawn()), None),
        ((200, "application/pdf", b"%PDF-1.7"), None),
        ((404, "text/html", b"no"), 63019),
        ((200, "image/jpeg", drawn()), 63021),
        ((200, "image/gif", b"GIF89a"), 63021),
        ((200, "image/png", drawn() + bytes(5 * 1024 * 1024)), 11751),
    ],
)
def test_media_must_be_what_they_claim(whatsapp, media, post, answer, code):
    whatsapp.says("sari", "halo")
    media[HOME + "/poster"] = answer
    sent = send(whatsapp, Body="Ini", MediaUrl=HOME + "/poster", StatusCallback=HOME + "/whatsapp/status")[1]
    assert (sent["sid"][:2], sent["num_media"]) == ("MM", "1")
    whatsapp.flush_statuses()
    assert post.newest().get("ErrorCode") == (str(code) if code else None)
    assert whatsapp.sent_to("sari") == (0 if code else 1)
    if answer[1] == "application/pdf":
        assert (whatsapp.bubbles("sari")[-1].kind, whatsapp.bubbles("sari")[-1].text) == ("document", "")


@pytest.mark.parametrize(
    ("line", "button"),
    [
        ("1. Antar", Button("Antar", "1")),
        ("2) *Ambil sendiri*", Button("Ambil sendiri", "2")),
        ("*3* Boleh, 10%", Button("Boleh, 10%", "3")),
        ("▸ Uang masuk", Button("Uang masuk")),
        ("65.000 + 75.000", None),
        ("1.000 loyang", None),
        ("PO 1. tutup", None),
    ],
)
def test_lines_that_offer_a_choice(line, button):
    assert offered(line) == button


def test_tapping_writes_the_number_or_replies(whatsapp, post):
    whatsapp.says("sari", "halo")
    send(whatsapp, Body="Diantar?\n1. Antar\n2. Ambil")
    send(whatsapp, Body="Sekadar kabar\n▸ Bantuan")
    first, second = [bubble for bubble in whatsapp.bubbles("sari") if not bubble.mine]
    whatsapp.taps("sari", first, "ambil")
    assert (post.newest()["Body"], "OriginalRepliedMessageSid" in post.newest()) == ("2", False)
    whatsapp.taps("sari", second, "Bantuan")
    assert (post.newest()["Body"], "OriginalRepliedMessageSid" in post.newest()) == ("Bantuan", False)
    send(whatsapp, Body="Bayar lewat?\n1. QRIS\n2. COD")
    whatsapp.taps("sari", first, "Antar")
    assert (post.newest()["Body"], post.newest()["OriginalRepliedMessageSid"]) == ("1", first.id)
    assert post.newest()["OriginalRepliedMessageSender"] == "whatsapp:+620000"
    whatsapp.taps("sari", second, "Bantuan")
    assert (post.newest()["Body"], post.newest()["OriginalRepliedMessageSid"]) == ("Bantuan", second.id)
    with pytest.raises(PhoneError):
        whatsapp.taps("sari", first, "COD")


# Both.


def test_newest_with_prefers_the_newest_then_the_exact(phones):
    telegram = phones.telegram
    telegram.says("rina", "halo")

    def offer(*labels):
        rows = keyboard(*([{"text": label, "callback_data": label}] for label in labels))
        return granted(telegram, "sendMessage", chat_id=7001, text="?", reply_markup=rows)["message_id"]

    offer("Boleh")
    newest = offer("Boleh, 10%", "Ya, batal", "Batal")
    assert phones.newest_with("rina", "telegram", "boleh")[1].label == "Boleh, 10%"
    assert phones.newest_with("rina", "telegram", "  BATAL ")[1].label == "Batal"
    granted(telegram, "editMessageReplyMarkup", chat_id=7001, message_id=newest)
    assert phones.newest_with("rina", "telegram", "boleh")[1].label == "Boleh"
    assert phones.newest_with("rina", "telegram", "batal") is None


def test_the_newest_picture_is_the_newest_on_any_channel(phones, media):
    phones.telegram.says("rina", "halo")
    phones.whatsapp.says("sari", "halo")
    media[HOME + "/a"] = (200, "image/png", drawn("whatsapp"))
    send(phones.whatsapp, MediaUrl=HOME + "/a")
    granted(phones.telegram, "sendPhoto", {"photo": ("a.png", drawn("telegram"), "image/png")}, chat_id=7001)
    phones.whatsapp.sends_photo("sari", drawn("her own"))
    assert "telegram" in phones.newest_picture().says()


def test_people_are_named_with_their_channel():
    assert Address.of("Rina@Telegram") == ("rina", "telegram")
    with pytest.raises(ValueError, match="rina@signal"):
        Address.of("rina@signal")
