"""The phones: both servers refuse what the real ones refuse, and show what a person would see."""

import hmac
import io
import itertools
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

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


# Telegram's groups.


def updates(telegram, kind=None):
    """Take the waiting updates, those of one kind if it is named."""
    waiting = granted(telegram, "getUpdates")
    if waiting:
        granted(telegram, "getUpdates", offset=waiting[-1]["update_id"] + 1)
    return [update[kind] for update in waiting if kind in update] if kind else waiting


@pytest.fixture
def rt04(telegram):
    group = telegram.group("RT04")
    telegram.adds_bot("rina", group)
    updates(telegram)
    return group


def test_a_group_is_made_once_under_a_number_below_zero(telegram):
    group, plain = telegram.group("RT04"), telegram.group("Arisan", plain=True)
    assert telegram.group("rt04") is group
    assert (group.name, group.title, group.type) == ("rt04", "RT04", "supergroup")
    assert str(group.chat_id).startswith("-100")
    assert (plain.type, str(plain.chat_id)[:2], plain.chat_id == group.chat_id) == ("group", "-7", False)


def test_whoever_opens_the_groups_link_brings_the_bot_there(telegram):
    group = telegram.group("RT04")
    assert refused(telegram, "sendMessage", chat_id=group.chat_id, text="a") == (400, "Bad Request: chat not found")
    with pytest.raises(PhoneError):
        telegram.adds_bot("rina", group, "no spaces")
    telegram.adds_bot("rina", group, "po_12")
    joined, started = updates(telegram)
    change = joined["my_chat_member"]
    assert (change["chat"], change["from"]["id"]) == (
        {"id": group.chat_id, "type": "supergroup", "title": "RT04"},
        7001,
    )
    assert [change[side]["status"] for side in ("old_chat_member", "new_chat_member")] == ["left", "member"]
    message = started["message"]
    assert (message["text"], message["chat"]["id"]) == ("/start@getok_bot po_12", group.chat_id)
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 16}]
    telegram.adds_bot("budi", group)
    assert (updates(telegram), group.bot_is_member) == ([], True)
    assert not telegram.person("rina").started


def test_the_bot_hears_only_what_is_meant_for_it(telegram, rt04):
    granted(telegram, "sendMessage", chat_id=rt04.chat_id, text="Daftar dibuka")
    ours, hers = rt04.bubbles[-1], telegram.says_in("budi", rt04, "siapa mau?")
    for text in ("+1", "/tutup@other_bot", "lihat /po", "/po!"):
        telegram.says_in("budi", rt04, text)
    telegram.says_in("dewi", rt04, "aku", reply_to=hers)
    assert updates(telegram) == []
    telegram.says_in("budi", rt04, "/po")
    telegram.says_in("budi", rt04, "/po@Getok_Bot 2")
    reply = telegram.says_in("dewi", rt04, "+2", reply_to=ours)
    heard = updates(telegram, "message")
    assert [message["text"] for message in heard] == ["/po", "/po@Getok_Bot 2", "+2"]
    assert heard[2]["reply_to_message"]["message_id"] == int(ours.id)
    assert (reply.by, reply.quotes, reply.mine, ours.mine) == ("Dewi", "Daftar dibuka", True, False)
    telegram.removes_bot("rina", rt04)
    updates(telegram)
    telegram.says_in("budi", rt04, "/po")
    assert (updates(telegram), rt04.bubbles[-1].text) == ([], "/po")


def test_a_group_is_written_to_as_a_person_is(telegram, rt04):
    where = {"chat_id": rt04.chat_id}
    sent = granted(telegram, "sendMessage", text="Daftar", reply_markup=keyboard([BUTTON]), **where)
    bubble = rt04.bubbles[-1]
    assert (sent["chat"]["title"], bubble.text, rt04.sent) == ("RT04", "Daftar", 1)
    number = {"message_id": sent["message_id"], **where}
    granted(telegram, "editMessageText", text="Daftar: Budi", reply_markup=keyboard([BUTTON]), **number)
    assert (bubble.text, bubble.edited_at is not None, rt04.sent) == ("Daftar: Budi", True, 1)
    granted(telegram, "editMessageReplyMarkup", **number)
    assert bubble.rows == []
    upload = {"photo": ("a.png", drawn("one"), "image/png")}
    photo = granted(telegram, "sendPhoto", upload, **where)
    granted(telegram, "editMessageCaption", caption="Brownies", message_id=photo["message_id"], **where)
    assert ("one" in rt04.bubbles[-1].says(), rt04.bubbles[-1].text) == (True, "Brownies")
    granted(telegram, "sendChatAction", action="typing", **where)
    granted(telegram, "deleteMessage", **number)
    assert [shown.text for shown in rt04.bubbles] == ["Brownies"]
    hers = telegram.says_in("budi", rt04, "halo")
    assert "can't be deleted" in refused(telegram, "deleteMessage", message_id=hers.id, **where)[1]
    assert "can't be edited" in refused(telegram, "editMessageText", text="x", message_id=hers.id, **where)[1]
    telegram.says("rina", "halo")
    assert "not found" in refused(telegram, "editMessageText", text="x", message_id=hers.id, chat_id=7001)[1]


@pytest.mark.parametrize(
    ("markup", "told"),
    [
        (keyboard([{"text": "Buka", "web_app": {"url": "https://x.example"}}]), "BUTTON_TYPE_INVALID"),
        ({"keyboard": [[{"text": "Nomor", "request_contact": True}]]}, "phone number can be requested in private"),
        ({"keyboard": [[{"text": "Peta", "request_location": True}]]}, "location can be requested in private"),
        ({"keyboard": [["Ya"]]}, None),
    ],
)
def test_what_works_in_private_only(telegram, rt04, markup, told):
    telegram.says("rina", "halo")
    granted(telegram, "sendMessage", chat_id=7001, text="a", reply_markup=markup)
    asked = {"chat_id": rt04.chat_id, "text": "a", "reply_markup": json.dumps(markup)}
    if told is None:
        granted(telegram, "sendMessage", **asked)
    else:
        assert told in refused(telegram, "sendMessage", **asked)[1]
        assert rt04.sent == 0


def test_a_tap_in_a_group_comes_from_whoever_taps(telegram, rt04):
    rows = keyboard([BUTTON, {"text": "Lihat", "url": "https://getok.example/r/A"}])
    granted(telegram, "sendMessage", chat_id=rt04.chat_id, text="Ikut?", reply_markup=rows)
    bubble = rt04.bubbles[-1]
    assert telegram.taps_in("budi", rt04, bubble, bubble.buttons[1]) == "https://getok.example/r/A"
    assert updates(telegram) == []
    assert telegram.taps_in("budi", rt04, bubble, bubble.buttons[0]) is None
    (query,) = updates(telegram, "callback_query")
    assert (query["from"]["first_name"], query["message"]["chat"]["id"]) == ("Budi", rt04.chat_id)
    granted(telegram, "answerCallbackQuery", callback_query_id=query["id"], text="Tercatat", show_alert=True)
    assert [text for _, text in telegram.toasts("budi")] == ["Tercatat"]
    assert telegram.toasts("rina") == []
    for group, button in ((rt04, Button("Tidak", "n")), (telegram.group("RT05"), bubble.buttons[0])):
        with pytest.raises(PhoneError):
            telegram.taps_in("budi", group, bubble, button)


def test_a_key_in_a_group_writes_its_words_as_a_reply(telegram, rt04):
    granted(telegram, "sendMessage", chat_id=rt04.chat_id, text="Ikut?", reply_markup={"keyboard": [["Ikut"]]})
    telegram.taps_in("budi", rt04, rt04.bubbles[-1], Button("Ikut"))
    (message,) = updates(telegram, "message")
    assert (message["text"], message["reply_to_message"]["text"]) == ("Ikut", "Ikut?")


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://t.me/getok_bot?start=o_1", True),
        ("t.me/Getok_Bot?start=o_1", True),
        ("https://t.me/other_bot?start=o_1", False),
        ("https://t.me/getok_bot", False),
        ("https://t.me/getok_bot?start=a%20b", False),
        ("https://t.me/getok_bot?startgroup=a", False),
        ("tg://resolve?domain=getok_bot&start=a", False),
        ("https://getok.example/?start=a", False),
        ("https://[", False),
    ],
)
def test_the_answer_to_a_tap_may_open_our_own_chat(telegram, rt04, url, taken):
    granted(telegram, "sendMessage", chat_id=rt04.chat_id, text="Ikut?", reply_markup=keyboard([BUTTON]))
    telegram.taps_in("budi", rt04, rt04.bubbles[-1], Button("Ya", "y"))
    number = updates(telegram, "callback_query")[0]["id"]
    if taken:
        granted(telegram, "answerCallbackQuery", callback_query_id=number, url=url)
        assert [telegram.takes_url("budi") for _ in range(2)] == [url, None]
        return
    assert refused(telegram, "answerCallbackQuery", callback_query_id=number, url=url)[1] == "Bad Request: URL_INVALID"
    assert telegram.takes_url("budi") is None
    granted(telegram, "answerCallbackQuery", callback_query_id=number)


def test_an_offer_is_gone_with_the_next_tap(telegram, rt04):
    granted(telegram, "sendMessage", chat_id=rt04.chat_id, text="Ikut?", reply_markup=keyboard([BUTTON]))
    telegram.taps_in("budi", rt04, rt04.bubbles[-1], Button("Ya", "y"))
    number = updates(telegram, "callback_query")[0]["id"]
    granted(telegram, "answerCallbackQuery", callback_query_id=number, url="t.me/getok_bot?start=a")
    telegram.taps_in("budi", rt04, rt04.bubbles[-1], Button("Ya", "y"))
    assert telegram.person("budi").offered_url is None


@pytest.mark.parametrize(("plain", "kind", "status"), [(False, "supergroup", "kicked"), (True, "group", "left")])
def test_a_bot_that_was_removed_hears_so_and_may_not_write(telegram, plain, kind, status):
    group = telegram.group("RT04", plain=plain)
    with pytest.raises(PhoneError):
        telegram.removes_bot("rina", group)
    telegram.adds_bot("rina", group)
    telegram.removes_bot("budi", group)
    change = updates(telegram, "my_chat_member")[-1]
    assert (change["from"]["id"], change["old_chat_member"]["status"]) == (7002, "member")
    assert change["new_chat_member"]["status"] == status
    assert ("until_date" in change["new_chat_member"]) == (status == "kicked")
    assert refused(telegram, "sendMessage", chat_id=group.chat_id, text="a") == (
        403,
        f"Forbidden: bot was kicked from the {kind} chat",
    )
    assert not group.bot_is_member
    telegram.adds_bot("rina", group)
    assert updates(telegram, "my_chat_member")[-1]["old_chat_member"]["status"] == status
    granted(telegram, "sendMessage", chat_id=group.chat_id, text="a")


def test_a_group_that_grew_is_found_under_another_number(telegram):
    group = telegram.group("RT04", plain=True)
    telegram.adds_bot("rina", group)
    updates(telegram)
    old = group.chat_id
    telegram.migrates(group)
    leaving, arriving = updates(telegram, "message")
    assert (leaving["chat"]["id"], leaving["chat"]["type"]) == (old, "group")
    assert leaving["migrate_to_chat_id"] == group.chat_id == arriving["chat"]["id"]
    assert arriving["migrate_from_chat_id"] == old
    status, told = call(telegram, "sendMessage", chat_id=old, text="a")
    assert (status, told["description"]) == (400, "Bad Request: group chat was upgraded to a supergroup chat")
    assert told["parameters"] == {"migrate_to_chat_id": group.chat_id}
    assert granted(telegram, "sendMessage", chat_id=group.chat_id, text="a")["chat"]["type"] == "supergroup"
    with pytest.raises(PhoneError):
        telegram.migrates(group)
    fresh = [telegram.group(name) for name in ("RT05", "RT06")]
    assert len({group.chat_id, *(one.chat_id for one in fresh)}) == 3


def test_a_group_is_nobody(phones, rt04):
    assert phones.everybody() == [Address("rina", "telegram")]
    assert phones.group_named("Rt04") is rt04
    assert phones.group_named("RT09") is None
    upload = {"photo": ("a.png", drawn("group"), "image/png")}
    granted(phones.telegram, "sendPhoto", upload, chat_id=rt04.chat_id)
    assert "group" in phones.newest_picture().says()


# Inline mode.


def article(number="a", **more):
    return {
        "type": "article",
        "id": number,
        "title": "Brownies",
        "input_message_content": {"message_text": "<b>Brownies</b> 65.000", "parse_mode": "HTML"},
        **more,
    }


def pictured(number="p", **more):
    photo = {"photo_url": "https://x.example/a.jpg", "thumbnail_url": "https://x.example/t.jpg"}
    return {"type": "photo", "id": number, **photo, **more}


def without(result, *names):
    return {name: value for name, value in result.items() if name not in names}


def answer(telegram, *results, name="dewi", **more):
    number = telegram.asks_inline(name, "brownies")
    granted(telegram, "answerInlineQuery", inline_query_id=number, results=json.dumps(list(results)), **more)
    return telegram.inline_results(name)


def test_the_bot_says_that_it_can_be_asked_and_invited(telegram):
    me = granted(telegram, "getMe")
    assert (me["supports_inline_queries"], me["can_join_groups"], me["can_read_all_group_messages"]) == (
        True,
        True,
        False,
    )


def test_an_inline_query_arrives_as_the_bot_api_writes_it(telegram):
    number = telegram.asks_inline("dewi", "brownies", "supergroup")
    (query,) = updates(telegram, "inline_query")
    assert query == {
        "id": number,
        "from": telegram.person("dewi").user(),
        "query": "brownies",
        "offset": "",
        "chat_type": "supergroup",
    }
    telegram.asks_inline("dewi", "x" * 256)
    for words, where in (("x" * 257, "sender"), ("x", "moon")):
        with pytest.raises(PhoneError):
            telegram.asks_inline("dewi", words, where)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"results": []}, None),
        ({"results": [article(str(n)) for n in range(50)]}, None),
        ({"results": [article(str(n)) for n in range(51)]}, "RESULTS_TOO_MUCH"),
        ({"results": [article("a"), pictured("a")]}, "RESULT_ID_DUPLICATE"),
        ({"results": [article("")]}, "RESULT_ID_EMPTY"),
        ({"results": [article("x" * 64)]}, None),
        ({"results": [article("é" * 33)]}, "RESULT_ID_INVALID"),
        ({}, "expected an Array"),
        ({"results": ["a"]}, "expected an Object"),
        ({"results": [article(type="gif")]}, 'type "gif" is unsupported for the inline query result'),
        ({"results": [article(title=" ")]}, "ARTICLE_TITLE_EMPTY"),
        ({"results": [without(article(), "input_message_content")]}, 'Can\'t find field "input_message_content"'),
        ({"results": [article(input_message_content={})]}, 'Can\'t find field "message_text"'),
        ({"results": [article(input_message_content={"message_text": " "})]}, "message text is empty"),
        ({"results": [article(input_message_content={"message_text": "x" * 4096})]}, None),
        ({"results": [article(input_message_content={"message_text": "x" * 4097})]}, "message is too long"),
        (
            {"results": [article(input_message_content={"message_text": "<b>", "parse_mode": "HTML"})]},
            "can't parse entities",
        ),
        ({"results": [article(thumbnail_url="https://x.example/t.jpg")]}, None),
        ({"results": [article(thumbnail_url="ftp://x.example/t.jpg")]}, "WEBDOCUMENT_URL_INVALID"),
        ({"results": [article(reply_markup=keyboard([BUTTON]))]}, None),
        ({"results": [article(reply_markup=keyboard([{"text": "Ya"}]))]}, "Text buttons are unallowed"),
        ({"results": [article(reply_markup={"keyboard": [["Ya"]]})]}, "inline keyboard expected"),
        (
            {"results": [article(reply_markup=keyboard([{"text": "Ya", "web_app": {"url": "https://x.example"}}]))]},
            "BUTTON_TYPE_INVALID",
        ),
        ({"results": [pictured(caption="x" * 1024)]}, None),
        ({"results": [pictured(caption="x" * 1025)]}, "message caption is too long"),
        ({"results": [pictured(caption="<i>a", parse_mode="HTML")]}, "can't parse entities"),
        ({"results": [without(pictured(), "photo_url")]}, "PHOTO_CONTENT_URL_EMPTY"),
        ({"results": [without(pictured(), "thumbnail_url")]}, "PHOTO_THUMB_URL_EMPTY"),
        ({"results": [pictured(photo_url="file:///a.jpg")]}, "WEBDOCUMENT_URL_INVALID"),
        ({"results": [pictured(thumbnail_url="x")]}, "WEBDOCUMENT_URL_INVALID"),
        ({"results": [{"type": "photo", "id": "c", "photo_file_id": "nope"}]}, "wrong file identifier"),
        ({"results": [], "button": {"text": "Toko", "start_parameter": "x" * 64}}, None),
        ({"results": [], "button": {"text": "Toko", "web_app": {"url": "https://x.example"}}}, None),
        ({"results": [], "button": {"text": "Toko", "web_app": {"url": "http://x.example"}}}, "SWITCH_WEBVIEW_URL"),
        ({"results": [], "button": {"text": "Toko", "start_parameter": "x" * 65}}, "START_PARAM_INVALID"),
        ({"results": [], "button": {"text": "Toko", "start_parameter": "a b"}}, "START_PARAM_INVALID"),
        ({"results": [], "button": {"text": "Toko"}}, "START_PARAM_EMPTY"),
        ({"results": [], "button": {"start_parameter": "a"}}, "SWITCH_PM_TEXT_EMPTY"),
        ({"results": [], "next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
        ({"results": [], "cache_time": 0, "is_personal": True, "next_offset": ""}, None),
    ],
)
def test_inline_limits(telegram, fields, told):
    number = telegram.asks_inline("dewi", "brownies")
    if told is None:
        granted(telegram, "answerInlineQuery", inline_query_id=number, **fields)
        assert len(telegram.inline_results("dewi")) == len(fields["results"])
    else:
        status, why = refused(telegram, "answerInlineQuery", inline_query_id=number, **fields)
        assert status == 400
        assert told in why
        assert telegram.inline_results("dewi") == []


def test_an_inline_query_is_answered_once_and_in_time(telegram, clock):
    too_old = (400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    number = telegram.asks_inline("dewi", "brownies")
    clock.passes(seconds=30)
    granted(telegram, "answerInlineQuery", inline_query_id=number, results=[])
    assert refused(telegram, "answerInlineQuery", inline_query_id=number, results=[]) == too_old
    assert refused(telegram, "answerInlineQuery", inline_query_id="1", results=[]) == too_old
    late = telegram.asks_inline("dewi", "brownies")
    clock.passes(seconds=31)
    assert refused(telegram, "answerInlineQuery", inline_query_id=late, results=[]) == too_old


def test_only_the_last_query_is_shown(telegram):
    first, second = telegram.asks_inline("dewi", "bro"), telegram.asks_inline("dewi", "brownies")
    granted(telegram, "answerInlineQuery", inline_query_id=second, results=[article("new")])
    granted(telegram, "answerInlineQuery", inline_query_id=first, results=[article("old")])
    assert [result.id for result in telegram.inline_results("dewi")] == ["new"]
    telegram.asks_inline("dewi", "kue")
    assert telegram.inline_results("dewi") == []


def test_what_a_result_shows(telegram):
    shown = article(description="PO Jumat", thumbnail_url="https://x.example/t", reply_markup=keyboard([BUTTON]))
    one, two = answer(
        telegram, shown, pictured(title="Foto", caption="a <b>", input_message_content={"message_text": "b"})
    )
    assert (one.id, one.title, one.description, one.text) == ("a", "Brownies", "PO Jumat", "Brownies 65.000")
    assert (one.rows, one.thumb) == ([[Button("Ya", "y")]], "https://x.example/t")
    assert (two.title, two.text, two.thumb, two.photo_url) == ("Foto", "b", "https://x.example/t.jpg", None)
    switch = {"text": "Buka toko", "start_parameter": "front"}
    answer(telegram, article(), button=json.dumps(switch))
    assert telegram.person("dewi").results_button == switch


def test_a_shared_result_stands_in_somebody_elses_chat(telegram):
    (result,) = answer(telegram, article(reply_markup=keyboard([BUTTON])))
    bubble = telegram.shares("dewi", result, "budi")
    assert telegram.bubbles("budi") == [bubble]
    assert (bubble.mine, bubble.text, bubble.by, bubble.via) == (False, "Brownies 65.000", "Dewi", "@getok_bot")
    assert (telegram.sent_to("budi"), telegram.bubbles("dewi")) == (0, [])
    assert [list(update)[1] for update in updates(telegram)] == ["inline_query"]
    telegram.taps("budi", bubble, Button("Ya", "y"))
    (query,) = updates(telegram, "callback_query")
    assert (query["from"]["first_name"], query["data"], "message" in query) == ("Budi", "y", False)
    granted(telegram, "answerCallbackQuery", callback_query_id=query["id"], text="Sip")
    assert [text for _, text in telegram.toasts("budi")] == ["Sip"]
    where = {"inline_message_id": query["inline_message_id"]}
    assert granted(telegram, "editMessageText", text="Habis", **where) is True
    assert (bubble.text, bubble.rows, bubble.edited_at is not None) == ("Habis", [], True)
    assert "not modified" in refused(telegram, "editMessageText", text="Habis", **where)[1]
    assert "no caption" in refused(telegram, "editMessageCaption", caption="x", **where)[1]
    app = keyboard([{"text": "Buka", "web_app": {"url": "https://x.example"}}])
    assert "BUTTON_TYPE_INVALID" in refused(telegram, "editMessageReplyMarkup", reply_markup=app, **where)[1]
    assert granted(telegram, "editMessageReplyMarkup", reply_markup=keyboard([BUTTON]), **where) is True
    assert bubble.rows == [[Button("Ya", "y")]]
    assert "MESSAGE_ID_INVALID" in refused(telegram, "editMessageText", text="x", inline_message_id="no")[1]
    telegram.says("budi", "halo")
    chat = {"chat_id": telegram.person("budi").chat_id, "message_id": bubble.id}
    assert "message to edit not found" in refused(telegram, "editMessageText", text="x", **chat)[1]


def test_a_shared_result_without_buttons_is_out_of_reach(telegram):
    (result,) = answer(telegram, article())
    telegram.shares("dewi", result, "budi")
    assert telegram.shared == []


def test_only_what_is_shown_can_be_shared(telegram):
    (old,) = answer(telegram, article())
    telegram.asks_inline("dewi", "kue")
    with pytest.raises(PhoneError):
        telegram.shares("dewi", old, "budi")


def test_a_result_shared_to_a_group_is_seen_by_all_and_by_the_bot_if_it_is_there(telegram, rt04):
    (result,) = answer(telegram, article(reply_markup=keyboard([BUTTON])))
    elsewhere = telegram.group("RT05")
    updates(telegram)
    telegram.shares("dewi", result, elsewhere)
    assert updates(telegram) == []
    bubble = telegram.shares("dewi", result, rt04)
    (message,) = updates(telegram, "message")
    assert (message["via_bot"]["username"], message["chat"]["id"]) == ("getok_bot", rt04.chat_id)
    assert (rt04.bubbles, rt04.sent) == ([bubble], 0)
    for group in (rt04, elsewhere):
        telegram.taps_in("budi", group, group.bubbles[-1], Button("Ya", "y"))
    queries = updates(telegram, "callback_query")
    assert [telegram._shared_as(query["inline_message_id"]).chat for query in queries] == [rt04, elsewhere]


def test_a_shared_photo_is_fetched_where_that_can_be_done(telegram):
    (bare,) = answer(telegram, pictured(caption="Brownies", reply_markup=keyboard([BUTTON])))
    bubble = telegram.shares("dewi", bare, "budi")
    assert (bubble.kind, bubble.picture, bubble.text) == ("photo", None, "Brownies")
    granted(telegram, "editMessageCaption", caption="Habis", inline_message_id=telegram.shared[0].inline_id)
    assert (bubble.text, bubble.kind) == ("Habis", "photo")
    telegram.fetch = {"https://x.example/a.jpg": drawn("poster")}.get
    assert "poster" in telegram.shares("dewi", bare, "budi").says()
    telegram.says("rina", "halo")
    sent = granted(
        telegram, "sendPhoto", {"photo": ("a.png", drawn("kept"), "image/png")}, chat_id=telegram.person("rina").chat_id
    )
    kept = {"type": "photo", "id": "k", "photo_file_id": sent["photo"][-1]["file_id"]}
    assert "kept" in telegram.shares("dewi", answer(telegram, kept)[0], "budi").says()


# Albums, keyboards, places.


def test_a_person_sends_an_album(telegram):
    shown = telegram.sends_album("rina", [drawn("a"), drawn("b"), drawn("c")], "Menu PO")
    messages = updates(telegram, "message")
    assert [message.get("caption") for message in messages] == ["Menu PO", None, None]
    assert len({message["media_group_id"] for message in messages}) == 1
    assert [str(message["message_id"]) for message in messages] == [bubble.id for bubble in shown]
    telegram.sends_album("rina", [drawn("a")] * 2)
    assert updates(telegram, "message")[0]["media_group_id"] != messages[0]["media_group_id"]
    for number in (0, 1, 11):
        with pytest.raises(PhoneError):
            telegram.sends_album("rina", [drawn()] * number)


def test_the_bot_sends_an_album(telegram):
    telegram.says("rina", "halo")
    files = {"one": ("a.png", drawn("one"), "image/png"), "two": ("b.png", drawn("two"), "image/png")}
    media = [{"type": "photo", "media": "attach://one", "caption": "<b>Menu</b>", "parse_mode": "HTML"}]
    media.append({"type": "photo", "media": "attach://two"})
    sent = granted(telegram, "sendMediaGroup", files, chat_id=7001, media=json.dumps(media))
    assert (len(sent), len({message["media_group_id"] for message in sent})) == (2, 1)
    assert [bubble.text for bubble in telegram.bubbles("rina")[1:]] == ["Menu", ""]
    assert "two" in telegram.bubbles("rina")[-1].says()
    assert telegram.sent_to("rina") == 2
    telegram.fetch = {"https://x.example/a.png": drawn("web")}.get
    known = {"type": "photo", "media": sent[0]["photo"][-1]["file_id"]}
    granted(
        telegram, "sendMediaGroup", chat_id=7001, media=[known, {"type": "photo", "media": "https://x.example/a.png"}]
    )
    assert "web" in telegram.bubbles("rina")[-1].says()
    granted(telegram, "sendPhoto", chat_id=7001, photo="https://x.example/a.png")
    assert (
        "failed to get HTTP URL content" in refused(telegram, "sendPhoto", chat_id=7001, photo="https://no.example")[1]
    )


@pytest.mark.parametrize(
    ("media", "told"),
    [
        ([], "there are no messages to send"),
        ({}, "expected an Array"),
        ([{}], "must include 2-10 items"),
        ([{}] * 11, "too many messages to send as an album"),
        ([{"type": "photo", "media": "KNOWN"}, {"type": "video", "media": "KNOWN"}], "unsupported type"),
        ([{"type": "photo", "media": "KNOWN"}, {"type": "photo", "media": "attach://no"}], "wrong file identifier"),
        ([{"type": "photo", "media": "KNOWN"}] * 10, None),
        ([{"type": "photo", "media": "KNOWN", "caption": "x" * 1024}] * 2, None),
        ([{"type": "photo", "media": "KNOWN", "caption": "x" * 1025}] * 2, "message caption is too long"),
    ],
)
def test_album_limits(telegram, media, told):
    photo = telegram.sends_photo("rina", drawn())
    known = telegram.messages[int(photo.id)]["photo"][-1]["file_id"]
    media = json.loads(json.dumps(media).replace("KNOWN", known))
    if told is None:
        assert len(granted(telegram, "sendMediaGroup", chat_id=7001, media=media)) == len(media)
    else:
        assert told in refused(telegram, "sendMediaGroup", chat_id=7001, media=media)[1]
        assert telegram.sent_to("rina") == 0


def letters(*row, **more):
    return {"keyboard": [list(row)], **more}


def test_keys_in_place_of_the_letters_send_what_they_ask_for(telegram):
    telegram.says("rina", "halo")
    rows = letters({"text": "Nomor", "request_contact": True}, {"text": "Peta", "request_location": True}, "Nanti")
    granted(telegram, "sendMessage", chat_id=7001, text="?", reply_markup=rows)
    bubble = telegram.bubbles("rina")[-1]
    updates(telegram)
    for button in bubble.buttons:
        telegram.taps("rina", bubble, button)
    contact, place, words = updates(telegram, "message")
    assert contact["contact"] == {"phone_number": "+6280000007001", "first_name": "Rina", "user_id": 7001}
    assert telegram.person("rina").phone == "+6280000007001"
    assert place["location"] == {"latitude": -6.4025, "longitude": 106.7942}
    assert words["text"] == "Nanti"
    assert len(bubble.buttons) == 3


def test_a_keyboard_goes_when_it_was_used_removed_or_replaced(telegram):
    telegram.says("rina", "halo")

    def lay(markup):
        granted(telegram, "sendMessage", chat_id=7001, text="?", reply_markup=markup)
        return telegram.bubbles("rina")[-1]

    once = lay(letters("Ya", one_time_keyboard=True))
    telegram.taps("rina", once, once.buttons[0])
    assert once.rows == []
    first, second = lay(letters("Satu")), lay(letters("Dua"))
    assert (first.rows, second.rows) == ([], [[Button("Dua")]])
    inline = lay(keyboard([BUTTON]))
    assert second.buttons
    lay({"remove_keyboard": True})
    assert (second.rows, inline.rows) == ([], [[Button("Ya", "y")]])
    with pytest.raises(PhoneError):
        telegram.taps("rina", second, Button("Dua"))


@pytest.mark.parametrize(
    ("markup", "told"),
    [({"keyboard": ["Ya"]}, "must be an Array of Arrays"), (letters({"text": " "}), "text must be non-empty")],
)
def test_keyboards_telegram_cannot_lay(telegram, markup, told):
    telegram.says("rina", "halo")
    assert told in refused(telegram, "sendMessage", chat_id=7001, text="?", reply_markup=markup)[1]


@pytest.mark.parametrize(
    ("method", "fields", "told"),
    [
        ("sendLocation", {"latitude": "-6.4", "longitude": "106.79"}, None),
        ("sendLocation", {"longitude": 106.79}, "latitude is empty"),
        ("sendLocation", {"latitude": "south", "longitude": 1}, "can't parse latitude"),
        ("sendLocation", {"latitude": 91, "longitude": 1}, "wrong latitude specified"),
        ("sendLocation", {"latitude": 1, "longitude": -181}, "wrong longitude specified"),
        ("sendVenue", {"latitude": 1, "longitude": 1, "title": "Dapur Rina", "address": "Depok"}, None),
        ("sendVenue", {"latitude": 1, "longitude": 1, "address": "Depok"}, "title is empty"),
        ("sendVenue", {"latitude": 1, "longitude": 1, "title": "Dapur"}, "address is empty"),
        ("setMyDescription", {"description": "x" * 512}, None),
        ("setMyDescription", {"description": "x" * 513}, "DESCRIPTION_TOO_LONG"),
        ("setMyShortDescription", {"short_description": "x" * 120}, None),
        ("setMyShortDescription", {"short_description": "x" * 121}, "ABOUT_TOO_LONG"),
        ("setMyCommands", {"commands": [], "scope": {"type": "all_group_chats"}}, None),
        ("setMyCommands", {"commands": [], "scope": '{"type":"moon"}'}, "can't parse BotCommandScope"),
    ],
)
def test_more_of_telegrams_limits(telegram, method, fields, told):
    telegram.says("rina", "halo")
    if told is None:
        granted(telegram, method, chat_id=7001, **fields)
    else:
        assert told in refused(telegram, method, chat_id=7001, **fields)[1]


def test_a_place_is_shown_by_its_name(telegram):
    telegram.says("rina", "halo")
    granted(telegram, "sendVenue", chat_id=7001, latitude=1, longitude=2, title="Dapur Rina", address="Depok")
    assert (telegram.bubbles("rina")[-1].text, telegram.bubbles("rina")[-1].kind) == ("Dapur Rina\nDepok", "location")


def test_how_the_bot_dresses_is_kept(telegram):
    private, group = [{"command": "menu", "description": "x"}], [{"command": "po", "description": "y"}]
    granted(telegram, "setMyCommands", commands=private, language_code="id")
    granted(telegram, "setMyCommands", commands=group, language_code="id", scope={"type": "all_group_chats"})
    assert telegram.commands == {"id": private}
    assert telegram.scoped_commands["all_group_chats", "id"] == group
    granted(telegram, "setMyDescription", description="Dapur tetangga", language_code="id")
    granted(telegram, "setMyShortDescription", short_description="Dapur")
    assert (telegram.descriptions, telegram.short_descriptions) == ({"id": "Dapur tetangga"}, {"": "Dapur"})


# Mini Apps.


def app_menu(url, text="Toko"):
    return {"type": "web_app", "text": text, "web_app": {"url": url}}


@pytest.mark.parametrize(
    ("menu", "told"),
    [
        (app_menu("https://getok.example/app"), None),
        (app_menu("http://127.0.0.1:8080/app"), None),
        (app_menu("http://localhost/app"), None),
        (app_menu("http://getok.example/app"), "Only HTTPS links are allowed"),
        (app_menu("https://x", " "), "text must be non-empty"),
        ({"type": "web_app", "text": "Toko"}, "Only HTTPS links are allowed"),
        ({"type": "moon"}, "unsupported type"),
        ({"type": "commands"}, None),
    ],
)
def test_the_button_beside_the_letters(telegram, menu, told):
    if told is not None:
        assert told in refused(telegram, "setChatMenuButton", menu_button=json.dumps(menu))[1]
        assert telegram.menu == {"type": "default"}
        return
    granted(telegram, "setChatMenuButton", menu_button=json.dumps(menu))
    url = menu.get("web_app", {}).get("url")
    assert telegram.menu_button("rina") == (Button("Toko", url=url) if url else None)


def test_one_persons_menu_is_her_own(telegram):
    menu = app_menu("https://getok.example/app")
    assert "chat not found" in refused(telegram, "setChatMenuButton", chat_id=7001, menu_button=menu)[1]
    telegram.says("rina", "halo")
    granted(telegram, "setChatMenuButton", chat_id=7001, menu_button=menu)
    assert (telegram.menu_button("rina").url, telegram.menu_button("budi")) == ("https://getok.example/app", None)


@pytest.mark.parametrize(
    ("url", "taken"),
    [("https://getok.example/app", True), ("http://127.0.0.1:5000/app", True), ("http://getok.example/app", False)],
)
def test_a_button_opens_a_mini_app(telegram, url, taken):
    telegram.says("rina", "halo")
    asked = {"chat_id": 7001, "text": "?", "reply_markup": keyboard([{"text": "Buka", "web_app": {"url": url}}])}
    if not taken:
        assert "Only HTTPS links" in refused(telegram, "sendMessage", **asked)[1]
        return
    granted(telegram, "sendMessage", **asked)
    bubble = telegram.bubbles("rina")[-1]
    assert telegram.taps("rina", bubble, bubble.buttons[0]) == url


def test_a_page_is_told_who_opened_it(telegram, clock):
    told = telegram.init_data("rina", "o_1", chat_type="sender", chat_instance=None)
    fields = dict(parse_qsl(told, strict_parsing=True))
    claimed = fields.pop("hash")
    assert json.loads(fields["user"])["id"] == 7001
    assert fields["auth_date"] == str(int(clock().timestamp()))
    assert (fields["start_param"], fields["chat_type"], "chat_instance" in fields) == ("o_1", "sender", False)
    assert {"query_id", "signature"} < fields.keys()
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = hmac.digest(b"WebAppData", TOKEN.encode(), "sha256")
    assert hmac.digest(key, lines.encode(), "sha256").hex() == claimed
    other = dict(parse_qsl(TelegramPhones("1:x", "getok_bot", clock, itertools.count(1)).init_data("rina", "o_1")))
    assert other["hash"] != claimed
    assert "start_param" not in dict(parse_qsl(telegram.init_data("rina")))


# Webhooks.


def test_updates_are_posted_in_order_until_one_is_not_taken(telegram):
    posted, answers = [], iter([200, 204, 500, 200])

    def post(url, update, headers):
        posted.append((url, update["message"]["text"], headers))
        return next(answers)

    for text in ("a", "b", "c"):
        telegram.says("rina", text)
    assert telegram.push_updates() == 0
    telegram.post = post
    assert telegram.push_updates() == 0
    granted(telegram, "setWebhook", url="https://getok.example/telegram/webhook", secret_token="only-us")
    assert telegram.push_updates() == 2
    assert [update["message"]["text"] for update in telegram.updates] == ["c"]
    assert telegram.push_updates() == 1
    assert telegram.updates == []
    header = {"X-Telegram-Bot-Api-Secret-Token": "only-us"}
    assert posted == [("https://getok.example/telegram/webhook", text, header) for text in ("a", "b", "c", "c")]


def test_a_webhook_without_a_secret_is_posted_without_one(telegram):
    seen = []

    def post(_, __, headers):
        seen.append(headers)
        return 200

    telegram.post = post
    granted(telegram, "setWebhook", url="https://getok.example/telegram/webhook")
    telegram.says("rina", "a")
    telegram.push_updates()
    assert seen == [{}]


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
