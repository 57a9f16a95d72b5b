"""Contents on the WhatsApp phones: what Twilio refuses to make, what WhatsApp refuses to show, and what a tap posts."""

import itertools
import json
import os
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList
from werkzeug.test import Client as Browser
from werkzeug.wrappers import Request

from bots.phones import Button, PhoneError, WhatsAppPhones
from bots.wires import TwilioWire
from tests import peers
from tests.outside import a_twilio
from tests.outside.calllog import CallLog
from tests.outside.specs import violations
from tests.outside.twilio import Twilio, called

SID = "AC" + "1" * 32
AUTH = (SID, "token")
HOME = "https://getok.example"
OURS = "whatsapp:+620000"
SARI = "whatsapp:+6280000000001"
STATUS = HOME + "/whatsapp/status"
SPECS = os.environ.get("GETOK_SPECS", "")
PNG = b"\x89PNG\r\n\x1a\n"

with_specs = pytest.mark.skipif(not SPECS, reason="GETOK_SPECS names no folder with the providers' specs")


class Clock:
    def __init__(self):
        self.time = datetime(2026, 6, 16, 2, 0, tzinfo=UTC)

    def __call__(self):
        return self.time

    def passes(self, **how_long):
        self.time += timedelta(**how_long)


class Post:
    def __init__(self):
        self.taken = []

    def __call__(self, path, form, headers):
        self.taken.append((path, form, headers))
        return 200

    def newest(self):
        return self.taken[-1][1]

    def statuses(self):
        return [(form["MessageStatus"], form.get("ErrorCode")) for _, form, _ in self.taken if "MessageStatus" in form]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def post():
    return Post()


@pytest.fixture
def media():
    return {}


@pytest.fixture
def whatsapp(clock, post, media):
    phones = WhatsAppPhones(
        SID,
        "token",
        "+620000",
        post,
        HOME,
        fetch=lambda url: media.get(url, (404, "", b"")),
        now=clock,
        seq=itertools.count(1),
    )
    phones.says("sari", "halo")
    return phones


def buttons(*titles, body="Diantar?", **more):
    actions = [{"type": "QUICK_REPLY", "title": title, "id": f"do:{title}"} for title in titles]
    return {"twilio/quick-reply": {"body": body, "actions": actions} | more}


def rows(*items, body="Mau yang mana?", button="Pilih", **more):
    return {"twilio/list-picker": {"body": body, "button": button, "items": list(items)} | more}


def row(number, item="Brownies", **more):
    return {"id": number, "item": item} | more


def api(whatsapp, method, path="/v1/Content", body=None, auth=AUTH, **query):
    path += f"?{urlencode(query)}" if query else ""
    status, _, told = whatsapp.handle(method, path, {}, auth, body=body)
    return status, json.loads(told) if told else None


def make(whatsapp, types, language="id", **more):
    return api(whatsapp, "POST", body={"language": language, "types": types, **more})


def made(whatsapp, types, **more):
    status, told = make(whatsapp, types, **more)
    assert status == 201, told
    return told["sid"]


def send(whatsapp, to=SARI, variables=None, **fields):
    if variables is not None:
        fields["ContentVariables"] = variables if isinstance(variables, str) else json.dumps(variables)
    form = {"From": OURS, "To": to, "StatusCallback": STATUS, **fields}
    status, _, body = whatsapp.handle("POST", f"/2010-04-01/Accounts/{SID}/Messages.json", form, AUTH)
    return status, json.loads(body)


def sent(whatsapp, types, given=None, **more):
    """Make a content and send it with these values; return how it looks to her."""
    status, told = send(whatsapp, ContentSid=made(whatsapp, types, **more), variables=given)
    assert status == 201, told
    bubble = whatsapp.bubbles("sari")[-1]
    assert bubble.id == told["sid"]
    return bubble


# Made.


def test_a_content_is_made_found_and_deleted(whatsapp):
    types = buttons("Antar", "Ambil") | {"twilio/text": {"body": "Diantar?"}}
    status, told = make(whatsapp, types, friendly_name="antar", variables={"1": "Sari"})
    assert status == 201
    assert (told["sid"][:2], len(told["sid"]), told["account_sid"]) == ("HX", 34, SID)
    assert (told["friendly_name"], told["language"], told["variables"]) == ("antar", "id", {"1": "Sari"})
    assert (told["types"], told["date_created"]) == (types, "2026-06-16T02:00:00Z")
    assert told["url"] == f"https://content.twilio.com/v1/Content/{told['sid']}"

    path = urlsplit(told["url"]).path
    assert api(whatsapp, "GET", path) == (200, told)
    assert whatsapp.handle("DELETE", path, {}, AUTH) == (204, {}, b"")
    for method in ("GET", "DELETE"):
        status, gone = api(whatsapp, method, path)
        assert (status, gone["code"], gone["more_info"][-5:], gone["status"]) == (404, 20404, "20404", 404)
    status, told = send(whatsapp, ContentSid=told["sid"])
    assert (status, told["code"]) == (400, 21655)


def test_contents_are_listed_in_pages(whatsapp):
    sids = [made(whatsapp, buttons(f"Pilih {number}")) for number in range(5)]
    assert len(set(sids)) == 5
    status, first = api(whatsapp, "GET", PageSize=3)
    assert (status, first["meta"]["key"], first["meta"]["page_size"]) == (200, "contents", 3)
    parts = urlsplit(first["meta"]["next_page_url"])
    last = api(whatsapp, "GET", f"{parts.path}?{parts.query}")[1]
    assert [content["sid"] for page in (first, last) for content in page["contents"]] == sids[::-1]
    assert (first["meta"]["previous_page_url"], last["meta"]["next_page_url"]) == (None, None)
    assert last["meta"]["previous_page_url"] == first["meta"]["url"]
    assert api(whatsapp, "GET")[1]["meta"]["page_size"] == 50
    for wrong in ({"PageSize": 0}, {"PageSize": 1001}, {"Page": "x"}):
        assert api(whatsapp, "GET", **wrong)[0] == 400


def test_only_the_account_makes_contents_and_only_where_they_are(whatsapp):
    body = {"language": "id", "types": buttons("Ya")}
    status, told = api(whatsapp, "POST", body=body, auth=(SID, "wrong"))
    assert (status, told["code"]) == (401, 20003)
    assert api(whatsapp, "GET", auth=None)[0] == 401
    assert api(whatsapp, "POST", "/v1/Contents", body)[0] == 404
    assert api(whatsapp, "PUT", body=body)[0] == 405
    sid = made(whatsapp, buttons("Ya"))
    assert api(whatsapp, "POST", f"/v1/Content/{sid}", body)[0] == 405
    assert len(whatsapp.contents.kept) == 1


LONG_NAME = "n" * 17
MANY = {str(number): "x" for number in range(101)}


@pytest.mark.parametrize(
    ("types", "more", "code"),
    [
        (buttons("Ya"), {"language": ""}, 92003),
        (buttons("Ya"), {"language": None}, 92003),
        (buttons("Ya"), {"language": "Indonesian"}, 92004),
        (buttons("Ya"), {"language": "id_ID"}, None),
        (buttons("Ya"), {"friendly_name": 5}, 20422),
        (None, {}, 20422),
        ({}, {}, 20422),
        ([], {}, 20422),
        ({"twilio/quick-reply": "Ya"}, {}, 20422),
        ({"twilio/quickreply": buttons("Ya")["twilio/quick-reply"]}, {}, 92008),
        (buttons("Ya") | {"twilio/card": {"title": "Ya"}}, {}, 92008),
        (buttons("Ya") | {"twilio/card": None}, {}, None),
        ({"twilio/text": {"body": "Halo"}}, {}, None),
        ({"twilio/text": {"body": "x" * 1601}}, {}, 20422),
        ({"twilio/text": {"body": "Halo", "text": "Halo"}}, {}, 20422),
        ({"twilio/media": {"media": [HOME + "/a.png"]}}, {}, None),
        ({"twilio/media": {"body": "Halo"}}, {}, 20422),
        ({"twilio/media": {"media": [""]}}, {}, 20422),
        # Quick replies.
        (buttons("Ya", body="x" * 1024), {}, None),
        (buttons("Ya", body="x" * 1025), {}, 20422),
        (buttons("Ya", body=" "), {}, 20422),
        (buttons("Ya", body=5), {}, 20422),
        (buttons("Ya", footer="a"), {}, 20422),
        (buttons(*map(str, range(10))), {}, None),
        (buttons(*map(str, range(11))), {}, 20422),
        (buttons(), {}, 20422),
        (buttons(actions="Ya"), {}, 20422),
        (buttons(actions=["Ya"]), {}, 20422),
        (buttons(actions=[{"title": "Ya"}]), {}, None),
        (buttons(actions=[{"id": "y"}]), {}, 20422),
        (buttons(actions=[{"title": "Ya", "type": "URL"}]), {}, 20422),
        (buttons(actions=[{"title": "Ya", "url": HOME}]), {}, 20422),
        (buttons("x" * 20), {}, None),
        (buttons("x" * 21), {}, 20422),
        (buttons("Ya", "Ya"), {}, 20422),
        (buttons("{{1}}"), {"variables": {"1": "Ya"}}, 20422),
        (buttons(actions=[{"title": "Ya", "id": "x" * 200}]), {}, None),
        (buttons(actions=[{"title": "Ya", "id": "x" * 201}]), {}, 20422),
        # Lists.
        (rows(row("a", "x" * 24, description="x" * 72)), {}, None),
        (rows(row("a", "x" * 25)), {}, 20422),
        (rows(row("a", description="x" * 73)), {}, 20422),
        (rows(row("x" * 200)), {}, None),
        (rows(row("x" * 201)), {}, 20422),
        (rows(row("a"), row("a", "Bolu")), {}, 20422),
        (rows(row("a"), row("b")), {}, None),
        (rows(row("a", type="QUICK_REPLY")), {}, 20422),
        (rows({"id": "a"}), {}, 20422),
        (rows({"item": "Brownies"}), {}, 20422),
        (rows(), {}, 20422),
        (rows(*(row(str(number)) for number in range(10))), {}, None),
        (rows(*(row(str(number)) for number in range(11))), {}, 20422),
        (rows(row("a"), button="x" * 20), {}, None),
        (rows(row("a"), button="x" * 21), {}, 20422),
        (rows(row("a"), button=""), {}, 20422),
        (rows(row("a"), body="x" * 1025), {}, 20422),
        # Variables; what has places is measured when they are filled.
        (rows(row("{{id_1}}", "{{item_1}}", description="{{d}}" + "x" * 72), body="{{b}}", button="{{o}}"), {}, None),
        (buttons("Ya", body="{{b}}" + "x" * 1024), {}, None),
        (buttons("Ya"), {"variables": {"n" * 16: "x"}}, None),
        (buttons("Ya"), {"variables": {LONG_NAME: "x"}}, 20422),
        (buttons("Ya"), {"variables": {"id name": "x"}}, 20422),
        (buttons("Ya", body="{{" + LONG_NAME + "}}"), {}, 20422),
        (buttons("Ya"), {"variables": {"1": 1}}, 20422),
        (buttons("Ya"), {"variables": "1"}, 20422),
        (buttons("Ya"), {"variables": dict(list(MANY.items())[:100])}, None),
        (buttons("Ya"), {"variables": MANY}, 92002),
        (buttons("Ya", body="".join("{{" + name + "}}" for name in MANY)), {}, 92002),
    ],
)
def test_a_content_is_as_published_or_refused(whatsapp, types, more, code):
    status, told = make(whatsapp, types, **more)
    assert (status, told.get("code")) == ((400, code) if code else (201, None)), told
    assert len(whatsapp.contents.kept) == (0 if code else 1)
    if code:
        assert (told["status"], told["more_info"]) == (400, f"https://www.twilio.com/docs/errors/{code}")


@pytest.mark.parametrize("body", [None, [], "{}"])
def test_a_content_is_made_of_json(whatsapp, body):
    status, told = api(whatsapp, "POST", body=body)
    assert (status, told["code"]) == (400, 20422)


def test_an_account_without_contents_is_told_so(whatsapp):
    sid = made(whatsapp, buttons("Ya"))
    whatsapp.content_off = True
    for method, path in [("POST", "/v1/Content"), ("GET", "/v1/Content"), ("GET", f"/v1/Content/{sid}")]:
        status, told = api(whatsapp, method, path, {"language": "id", "types": buttons("Tidak")})
        assert (status, told["code"]) == (403, 20003)
    assert len(whatsapp.contents.kept) == 1
    assert send(whatsapp, Body="halo")[0] == 201


# Sent.


def test_quick_replies_are_buttons_each_in_a_row(whatsapp, post):
    bubble = sent(whatsapp, buttons("Antar", "Ambil", body="*{{1}}*, diantar?\n1. bukan pilihan"), {"1": "Sari"})
    assert bubble.text == "Sari, diantar?\n1. bukan pilihan"
    assert bubble.rows == [[Button("Antar", "do:Antar")], [Button("Ambil", "do:Ambil")]]
    assert (bubble.opens, bubble.kind, bubble.id[:2]) == ("", "text", "MM")
    assert whatsapp.messages[bubble.id].body == "*Sari*, diantar?\n1. bukan pilihan"
    whatsapp.flush_statuses()
    assert post.statuses() == [("sent", None), ("delivered", None)]
    assert whatsapp.sent_to("sari") == 1


def test_a_button_without_an_id_is_known_by_its_title(whatsapp):
    assert sent(whatsapp, buttons(actions=[{"title": "Ya"}])).rows == [[Button("Ya", "Ya")]]


def test_a_list_is_rows_behind_a_button(whatsapp):
    items = [row("p:{{1}}", "{{item}}", description="Rp{{price}}"), row("p:8", "Bolu")]
    bubble = sent(
        whatsapp, rows(*items, button="{{open}}"), {"1": "7", "item": "Brownies", "price": "65.000", "open": "Pilih"}
    )
    assert bubble.rows == [[Button("Brownies", "p:7")], [Button("Bolu", "p:8")]]
    assert bubble.opens == "Pilih"
    for words in ("Mau yang mana?", "Brownies", "Bolu", "Rp65.000", "Pilih"):
        assert words in bubble.says()


def test_a_plain_content_is_a_message_like_any(whatsapp, media):
    text = sent(whatsapp, {"twilio/text": {"body": "Halo {{1}}\n1. Antar"}}, {"1": "Sari"})
    assert (text.text, text.rows) == ("Halo Sari\n1. Antar", [[Button("Antar", "1")]])
    media[HOME + "/qr/7"] = (200, "image/png", PNG)
    photo = sent(whatsapp, {"twilio/media": {"body": "Ini", "media": [HOME + "/qr/{{1}}"]}}, {"1": "7"})
    assert (photo.kind, photo.text, photo.picture) == ("photo", "Ini", PNG)
    assert whatsapp.messages[photo.id].num_media == 1


def test_the_richest_type_is_shown(whatsapp):
    bubble = sent(whatsapp, {"twilio/text": {"body": "Hanya kata"}} | buttons("Ya"))
    assert (bubble.text, len(bubble.rows)) == ("Diantar?", 1)


def test_a_missing_value_is_the_default(whatsapp):
    bubble = sent(whatsapp, buttons("Ya", body="{{1}} {{2}}"), {"2": "Sari"}, variables={"1": "Halo", "2": "siapa"})
    assert bubble.text == "Halo Sari"
    assert sent(whatsapp, buttons("Ya", body="{{1}}"), variables={"1": "Halo"}).text == "Halo"


@pytest.mark.parametrize(
    "variables",
    [
        "{",
        "[]",
        '"a"',
        {"1": 5},
        {"1": None},
        {"1": ""},
        {"1": " "},
        {"1": "dua\nbaris"},
        {"1": "dua\rbaris"},
        {"1": "a\tb"},
        {"1": "a     b"},
        {"1": "Sari", "2": ""},
        {},
        "",
    ],
)
def test_values_that_cannot_be_put_in_are_refused_at_once(whatsapp, variables):
    sid = made(whatsapp, buttons("Ya", body="Halo {{1}}"))
    status, told = send(whatsapp, ContentSid=sid, variables=variables)
    assert (status, told["code"]) == (400, 21656)
    assert (whatsapp.sent_to("sari"), len(whatsapp.messages)) == (0, 1)


def test_values_may_have_four_spaces_and_braces(whatsapp):
    assert sent(whatsapp, buttons("Ya", body="{{1}}"), {"1": "a    {{b}}"}).text == "a    {{b}}"


@pytest.mark.parametrize("body", ["Halo {{1}", "Halo {{}}", "Halo {{ 1 }}"])
def test_a_place_that_is_none_is_refused_when_sent(whatsapp, body):
    status, told = send(whatsapp, ContentSid=made(whatsapp, buttons("Ya", body=body)), variables={"1": "Sari"})
    assert (status, told["code"]) == (400, 21656)


def test_a_value_too_long_for_any_place_is_refused_at_once(whatsapp):
    sid = made(whatsapp, buttons("Ya", body="{{1}}"))
    status, told = send(whatsapp, ContentSid=sid, variables={"1": "x" * 1601})
    assert (status, told["code"]) == (400, 21658)


@pytest.mark.parametrize("fields", [{"Body": "a"}, {"MediaUrl": HOME + "/a.png"}])
def test_a_content_is_sent_alone(whatsapp, fields):
    status, told = send(whatsapp, ContentSid=made(whatsapp, buttons("Ya")), **fields)
    assert (status, told["code"]) == (400, 21655)


def filled_rows(**more):
    return rows(
        row("{{id}}", "{{item}}", description="{{about}}"), row("b"), body="{{body}}", button="{{open}}", **more
    )


FITTING = {"id": "x" * 200, "item": "x" * 24, "about": "x" * 72, "body": "x" * 1024, "open": "x" * 20}


@pytest.mark.parametrize(
    ("types", "variables", "code"),
    [
        (buttons("a", "b", "c"), {}, None),
        (buttons("a", "b", "c", "d"), {}, "63013"),
        (buttons("a", body="{{1}}"), {"1": "x" * 1024}, None),
        (buttons("a", body="{{1}}"), {"1": "x" * 1025}, "63021"),
        (buttons(actions=[{"title": "a", "id": "{{1}}"}]), {"1": "x" * 201}, "63021"),
        (buttons(actions=[{"title": "a", "id": "{{1}}"}, {"title": "b", "id": "b"}]), {"1": "b"}, "63021"),
        (filled_rows(), FITTING, None),
        *((filled_rows(), FITTING | {name: "x" * (len(text) + 1)}, "63021") for name, text in FITTING.items()),
        (filled_rows(), FITTING | {"id": "b"}, "63021"),
    ],
)
def test_what_does_not_fit_once_filled_fails_later(whatsapp, post, types, variables, code):
    status, told = send(whatsapp, ContentSid=made(whatsapp, types), variables=variables)
    assert (status, told["status"], told["error_code"]) == (201, "queued", None)
    whatsapp.flush_statuses()
    assert post.statuses() == ([("failed", code)] if code else [("sent", None), ("delivered", None)])
    assert whatsapp.sent_to("sari") == (0 if code else 1)


def test_contents_need_the_window_as_words_do(whatsapp, post, clock):
    quick, listed = made(whatsapp, buttons("Ya")), made(whatsapp, rows(row("a")))
    plain = made(whatsapp, {"twilio/text": {"body": "Halo"}})
    clock.passes(hours=24)
    assert send(whatsapp, ContentSid=quick)[0] == 201
    clock.passes(seconds=1)
    for sid in (quick, listed, plain):
        assert send(whatsapp, ContentSid=sid)[0] == 201
    whatsapp.flush_statuses()
    assert post.statuses()[2:] == [("failed", "63016")] * 3
    assert whatsapp.sent_to("sari") == 1


def test_approved_buttons_need_no_window_and_a_list_is_never_approved(whatsapp, post, clock):
    quick, listed = made(whatsapp, buttons("a", "b", "c", "d")), made(whatsapp, rows(row("a")))
    whatsapp.templates |= {quick: "Diantar?", listed: "Mau yang mana?"}
    clock.passes(days=2)
    send(whatsapp, ContentSid=quick)
    send(whatsapp, ContentSid=listed)
    assert [len(bubble.rows) for bubble in whatsapp.bubbles("sari") if not bubble.mine] == [4]
    whatsapp.flush_statuses()
    assert post.statuses()[2:] == [("failed", "63016")]


def test_an_approved_template_is_sent_as_ever(whatsapp, clock):
    whatsapp.templates["HX1"] = "Halo {{1}}!"
    clock.passes(days=2)
    status, told = send(whatsapp, ContentSid="HX1", variables={"1": "Sari"})
    assert (status, told["body"], whatsapp.bubbles("sari")[-1].text) == (201, "Halo Sari!", "Halo Sari!")


# Tapped.

QUICK_REPLY = """
OriginalRepliedMessageSender ExternalUserId SmsMessageSid FrequentlyForwarded NumMedia ProfileName MessageType SmsSid
WaId SmsStatus Body Forwarded ButtonText To ButtonPayload NumSegments ReferralNumMedia MessageSid AccountSid
OriginalRepliedMessageSid ChannelMetadata From ApiVersion
"""


def test_a_button_posts_what_twilio_posts(whatsapp, post):
    bubble = sent(whatsapp, buttons("Antar", "Ambil"))
    whatsapp.taps("sari", bubble, "ambil")
    path, form, headers = post.taken[-1]
    assert form.keys() == set(QUICK_REPLY.split())
    assert (form["Body"], form["ButtonText"], form["ButtonPayload"]) == ("Ambil", "Ambil", "do:Ambil")
    assert (form["MessageType"], form["SmsStatus"], form["NumMedia"]) == ("interactive", "received", "0")
    assert (form["OriginalRepliedMessageSid"], form["OriginalRepliedMessageSender"]) == (bubble.id, OURS)
    context = {"ProfileName": "Sari", "WaId": "6280000000001"}
    assert json.loads(form["ChannelMetadata"]) == {"type": "whatsapp", "data": {"context": context}}
    assert RequestValidator("token").validate(HOME + path, form, headers["X-Twilio-Signature"])
    own = whatsapp.bubbles("sari")[-1]
    assert (own.mine, own.text, own.quotes) == (True, "Ambil", "Diantar?")
    with pytest.raises(PhoneError):
        whatsapp.taps("sari", bubble, "Batal")


def test_an_old_button_works_as_it_did(whatsapp, post):
    bubble = sent(whatsapp, buttons("Antar", "Ambil"))
    send(whatsapp, Body="Bayar lewat?\n1. QRIS\n2. COD")
    sid = next(iter(whatsapp.contents.kept))
    assert api(whatsapp, "DELETE", f"/v1/Content/{sid}")[0] == 204
    for _ in range(2):
        whatsapp.taps("sari", bubble, "Antar")
        assert (post.newest()["ButtonPayload"], post.newest()["OriginalRepliedMessageSid"]) == ("do:Antar", bubble.id)


def test_numbered_lines_are_written_as_ever(whatsapp, post):
    send(whatsapp, Body="Diantar?\n1. Antar\n2. Ambil")
    numbered = whatsapp.bubbles("sari")[-1]
    whatsapp.taps("sari", numbered, "Ambil")
    assert (post.newest()["Body"], post.newest()["MessageType"]) == ("2", "text")
    assert "ButtonPayload" not in post.newest()
    sent(whatsapp, buttons("Ya"))
    whatsapp.taps("sari", numbered, "Ambil")
    assert (post.newest()["Body"], post.newest()["OriginalRepliedMessageSid"]) == ("2", numbered.id)


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ("list", {"ListId": "p:8", "ListTitle": "Bolu"}),
        ("button", {"ButtonPayload": "p:8", "ButtonText": "Bolu"}),
        ("data", {"InteractiveData": '{"list_reply": {"id": "p:8", "title": "Bolu"}}'}),
    ],
)
def test_a_row_is_told_in_the_way_of_the_account(whatsapp, post, style, told):
    whatsapp.list_style = style
    bubble = sent(whatsapp, rows(row("p:7"), row("p:8", "Bolu")))
    whatsapp.taps("sari", bubble, "Bolu")
    form = post.newest()
    names = {"ListId", "ListTitle", "ButtonPayload", "ButtonText", "InteractiveData"}
    assert {name: form[name] for name in names & form.keys()} == told
    assert (form["Body"], form["MessageType"], form["OriginalRepliedMessageSid"]) == ("Bolu", "interactive", bubble.id)
    assert (whatsapp.bubbles("sari")[-1].text, whatsapp.bubbles("sari")[-1].mine) == ("Bolu", True)


def test_a_button_of_somebody_else_is_not_tapped(whatsapp):
    bubble = sent(whatsapp, buttons("Ya"))
    whatsapp.says("rina", "halo")
    with pytest.raises(PhoneError, match="not in this chat"):
        whatsapp.taps("rina", bubble, "Ya")


# Who is who.


def test_a_hidden_number_is_told_nowhere(whatsapp, post):
    sari = whatsapp.person("sari")
    before = post.newest()
    assert (before["From"], before["WaId"]) == (SARI, "6280000000001")
    assert before["ExternalUserId"] == sari.external_id
    digits = sari.external_id.removeprefix("whatsapp:ID.")
    assert (len(digits), digits.isdecimal()) == (16, True)
    assert whatsapp.person("rina").external_id != sari.external_id

    whatsapp.hides_number("sari")
    whatsapp.says("sari", "halo lagi")
    after = post.newest()
    assert (after["From"], after["ExternalUserId"], "WaId" in after) == (sari.external_id, sari.external_id, False)
    assert "6280000000001" not in json.dumps(after)
    assert sari.address == sari.external_id


@pytest.mark.parametrize("hidden", [False, True])
def test_she_is_reached_by_number_and_by_id(whatsapp, post, hidden):
    if hidden:
        whatsapp.hides_number("sari")
    external = whatsapp.person("sari").external_id
    for to in (SARI, external):
        assert send(whatsapp, to=to, Body="Siap")[0] == 201
        whatsapp.flush_statuses()
        assert (post.newest()["To"], post.newest()["MessageStatus"]) == (to, "delivered")
        assert post.newest()["ChannelToAddress"] == to.removeprefix("whatsapp:")
    assert whatsapp.sent_to("sari") == 2


@pytest.mark.parametrize(
    ("to", "status"),
    [
        ("whatsapp:ID." + "a1" * 64, 201),
        ("whatsapp:US.ABC123xyz", 201),
        ("whatsapp:ID." + "1" * 129, 400),
        ("whatsapp:ID.", 400),
        ("whatsapp:ID.1 2", 400),
        ("whatsapp:id.12", 400),
        ("ID.12", 400),
    ],
)
def test_an_id_has_its_shape(whatsapp, post, to, status):
    got, told = send(whatsapp, to=to, Body="Siap")
    assert (got, told.get("code")) == (status, 21211 if status == 400 else None)
    whatsapp.flush_statuses()
    assert post.statuses() == ([("failed", "63016")] if status == 201 else [])


def test_a_new_number_is_the_same_person(whatsapp, post):
    external = whatsapp.person("sari").external_id
    number = whatsapp.changes_number("sari")
    whatsapp.says("sari", "nomor baru")
    form = post.newest()
    assert (form["From"], form["WaId"]) == (f"whatsapp:{number}", number.removeprefix("+"))
    assert f"whatsapp:{number}" != SARI
    assert form["ExternalUserId"] == external
    for to in (f"whatsapp:{number}", external, SARI):
        send(whatsapp, to=to, Body="Siap")
    assert whatsapp.sent_to("sari") == 2
    assert whatsapp.changes_number("rina") != number


# What goes wrong.


def test_the_next_messages_are_refused(whatsapp):
    whatsapp.fails_next(429, 20429, 2)
    whatsapp.fails_next(400, 21610)
    tried = [send(whatsapp, Body="Siap") for _ in range(4)]
    assert [(status, told.get("code")) for status, told in tried] == [
        (429, 20429),
        (429, 20429),
        (400, 21610),
        (201, None),
    ]
    assert tried[0][1]["message"] == "Too Many Requests"
    assert whatsapp.sent_to("sari") == 1
    with pytest.raises(KeyError):
        whatsapp.fails_next(400, 99999)


@pytest.mark.parametrize("code", [63003, 63014, 63016, 63018, 63024, 63049])
def test_the_next_messages_are_lost(whatsapp, post, code):
    whatsapp.drops_next(code, 2)
    sid = made(whatsapp, buttons("Ya"))
    for fields in ({"Body": "satu"}, {"ContentSid": sid}, {"Body": "tiga"}):
        assert send(whatsapp, **fields)[0] == 201
    whatsapp.flush_statuses()
    assert post.statuses() == [("failed", str(code))] * 2 + [("sent", None), ("delivered", None)]
    assert post.taken[1][1]["ErrorMessage"]
    assert whatsapp.sent_to("sari") == 1
    with pytest.raises(AssertionError):
        whatsapp.drops_next(99999)


def test_who_has_blocked_us_hears_nothing(whatsapp, post):
    whatsapp.blocks("sari")
    assert send(whatsapp, Body="Siap")[0] == 201
    whatsapp.flush_statuses()
    assert post.statuses() == [("failed", "63014")]
    with pytest.raises(PhoneError):
        whatsapp.says("sari", "halo")
    whatsapp.unblocks("sari")
    send(whatsapp, Body="Siap")
    assert whatsapp.sent_to("sari") == 1
    whatsapp.says("sari", "halo")


def test_statuses_may_overtake_each_other(whatsapp, post):
    sids = [send(whatsapp, Body=body)[1]["sid"] for body in ("satu", "dua")]
    whatsapp.flush_statuses(order="reversed")
    reports = [(form["MessageSid"], form["MessageStatus"]) for _, form, _ in post.taken if "MessageStatus" in form]
    assert reports == [(sid, status) for sid in reversed(sids) for status in ("delivered", "sent")]
    assert {whatsapp.messages[sid].status for sid in sids} == {"delivered"}


# Through Twilio's own client: in process, and over HTTP.


class Led(TwilioHttpClient):
    """Twilio's own client, led to a Twilio on loopback."""

    def __init__(self, url):
        super().__init__(timeout=10)
        self.url = url

    def request(self, method, url, *args, **more):
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return super().request(method, self.url + path, *args, **more)


@pytest.fixture(params=["in process", "over HTTP"])
def client(request, whatsapp):
    if request.param == "in process":
        yield Client(SID, "token", http_client=TwilioWire(whatsapp))
        return
    server = peers.served(peers.twilio(whatsapp))
    yield Client(SID, "token", http_client=Led(peers.origin(server)))
    server.shutdown()
    server.server_close()


def wanted(types, **more):
    return ContentList.ContentCreateRequest({"language": "id", "types": ContentList.Types(types), **more})


def test_twilios_own_client_makes_sends_and_deletes(whatsapp, client):
    contents = client.content.v1.contents
    quick = contents.create(wanted(buttons("Antar", "Ambil", body="{{1}}?"), friendly_name="a", variables={"1": "x"}))
    listed = contents.create(wanted(rows(row("p:7", description="Rp65.000"), row("p:8", "Bolu"))))
    assert (quick.friendly_name, quick.language, quick.date_created) == ("a", "id", whatsapp.now())
    assert [content.sid for content in contents.list(page_size=1)] == [listed.sid, quick.sid]
    assert contents(quick.sid).fetch().types == quick.types

    message = client.messages.create(
        to=SARI, from_=OURS, content_sid=quick.sid, content_variables=json.dumps({"1": "Diantar"})
    )
    client.messages.create(to=SARI, from_=OURS, content_sid=listed.sid)
    assert [len(bubble.rows) for bubble in whatsapp.bubbles("sari")] == [0, 2, 2]
    assert (client.messages(message.sid).fetch().body, message.body) == ("Diantar?", "Diantar?")

    assert contents(quick.sid).delete()
    assert [content.sid for content in contents.list()] == [listed.sid]
    with pytest.raises(TwilioRestException) as refusal:
        contents.create(wanted(buttons("x" * 21)))
    assert (refusal.value.status, refusal.value.code) == (400, 20422)
    whatsapp.content_off = True
    with pytest.raises(TwilioRestException) as refusal:
        contents.create(wanted(buttons("Ya")))
    assert (refusal.value.status, refusal.value.code) == (403, 20003)


def test_a_body_that_is_no_json_is_refused_over_http(whatsapp):
    browser = Browser(peers.twilio(whatsapp))
    for kind, data in [
        ("application/json", "{"),
        ("application/json", "[]"),
        ("application/x-www-form-urlencoded", "language=id"),
    ]:
        answer = browser.post("/v1/Content", data=data, content_type=kind, auth=AUTH)
        assert (answer.status_code, answer.get_json()["code"]) == (400, 20422)


# The world outside.


@pytest.fixture
def outside(tmp_path):
    peer = a_twilio(tmp_path, "http://127.0.0.1:9")
    yield peer
    peer.close()


@with_specs
def test_the_world_outside_makes_and_sends_contents(outside):
    from tests.outside import AUTH as TOKEN
    from tests.outside import NUMBER
    from tests.outside import SID as ACCOUNT

    client = Client(ACCOUNT, TOKEN, http_client=Led(outside.url))
    contents = client.content.v1.contents
    outside.says("sari", "halo")
    to, ours = f"whatsapp:{outside.number('sari')}", f"whatsapp:{NUMBER}"
    quick = contents.create(wanted(buttons("Antar", "Ambil")))
    listed = contents.create(wanted(rows(row("p:7"), row("p:8", "Bolu", description="Rp50.000"))))
    client.messages.create(to=to, from_=ours, content_sid=quick.sid)
    client.messages.create(to=outside.external_id("sari"), from_=ours, content_sid=listed.sid)
    outside.taps("sari", "ambil")
    outside.list_style("data")
    outside.taps("sari", "bolu")
    assert [bubble["text"] for bubble in outside.bubbles("sari") if bubble["mine"]] == ["halo", "Ambil", "Bolu"]
    contents.list(page_size=1)
    contents(quick.sid).fetch()
    contents(quick.sid).delete()

    assert [sent["person"] for sent in outside.sent()] == ["sari", "sari"]
    made_calls = outside.calls("Contents.create")
    assert [call["fields"]["language"] for call in made_calls] == ["id", "id"]
    assert {call["method"] for call in outside.calls("Contents.*")} == {
        "Contents.create",
        "Contents.list",
        "Contents.fetch",
        "Contents.delete",
    }
    assert violations(outside.calls(), SPECS) == []


@with_specs
def test_the_world_outside_goes_wrong_on_demand(outside):
    from tests.outside import AUTH as TOKEN
    from tests.outside import NUMBER
    from tests.outside import SID as ACCOUNT

    def tried(**fields):
        path = f"{outside.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        form = {"From": f"whatsapp:{NUMBER}", "To": to, **fields}
        return requests.post(path, data=form, auth=(ACCOUNT, TOKEN), timeout=10).status_code

    outside.says("sari", "halo")
    to = f"whatsapp:{outside.number('sari')}"
    outside.drops_next(63049)
    assert tried(Body="hilang") == 201
    outside.blocks("sari")
    assert tried(Body="hilang") == 201
    outside.unblocks("sari")
    to = f"whatsapp:{outside.changes_number('sari')}"
    assert tried(Body="sampai") == 201
    assert [call["error"] for call in outside.calls("Messages.create")] == [63049, 63014, None]
    outside.hides_number("sari")
    outside.content_off()
    outside.script("Contents.list", ["500"])
    asked = [requests.get(f"{outside.url}/v1/Content", auth=(ACCOUNT, TOKEN), timeout=10).status_code for _ in range(2)]
    assert asked == [500, 403]


def test_a_medium_of_a_content_is_fetched_outside_too(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.outside.twilio.fetched", lambda url: (200, "image/png", PNG + url.encode()))
    log = CallLog(tmp_path / "log", "twilio")
    peer = Twilio(log, SID, "token", "+620000", "http://127.0.0.1:9", "http://127.0.0.1:9")
    peer.posts.hold()
    peer.phones.says("sari", "halo")
    sid = made(peer.phones, {"twilio/media": {"media": [HOME + "/a.png"]}})
    form = urlencode({"From": OURS, "To": SARI, "ContentSid": sid})
    request = Request.from_values(
        f"/2010-04-01/Accounts/{SID}/Messages.json",
        method="POST",
        data=form,
        content_type="application/x-www-form-urlencoded",
        auth=AUTH,
    )
    answer = peer.answer(request)
    assert answer
    assert answer.status == 201
    assert peer.phones.bubbles("sari")[-1].picture == PNG + b"https://getok.example/a.png"
    log.close()


@pytest.mark.parametrize(
    ("verb", "path", "name"),
    [
        ("POST", "/v1/Content", "Contents.create"),
        ("GET", "/v1/Content", "Contents.list"),
        ("GET", "/v1/Content/HX1", "Contents.fetch"),
        ("DELETE", "/v1/Content/HX1", "Contents.delete"),
        ("POST", "/v1/Content/HX1/ApprovalRequests/whatsapp", "?"),
        ("PUT", "/v1/Content/HX1", "Contents.put"),
        ("GET", f"/2010-04-01/Accounts/{SID}/Messages.json", "Messages.list"),
        ("DELETE", f"/2010-04-01/Accounts/{SID}/Messages/SM1.json", "Messages.delete"),
    ],
)
def test_a_call_is_named_by_what_it_does(verb, path, name):
    assert called(verb, path) == name


def recorded(body, verb="POST", path="/v1/Content"):
    return {"peer": "twilio", "n": 1, "method": "Contents", "verb": verb, "path": path, "fields": body}


@with_specs
@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"language": "id", "types": buttons("Ya")}, ""),
        ({"language": "id", "types": buttons("Ya") | {"twilio/text": None}, "friendly_name": None}, ""),
        ({"language": "id", "types": rows(row("a", description="b")), "variables": {"any": "x"}}, ""),
        ({"types": buttons("Ya")}, "$: 'language' is a required property"),
        ({"language": None, "types": buttons("Ya")}, "$: 'language' is a required property"),
        ({"language": "id"}, "$: 'types' is a required property"),
        ({"language": "id", "types": "{}"}, "$.types: '{}' is not of type 'object'"),
        ({"language": "id", "types": buttons("Ya"), "name": "a"}, "$: Additional properties are not allowed ('name'"),
        ({"language": "id", "types": {"twilio/quickreply": {}}}, "$.types: Additional properties are not allowed"),
        ({"language": "id", "types": buttons(footer="a")}, "Additional properties are not allowed ('footer'"),
        ({"language": "id", "types": buttons(actions=[{"id": "a"}])}, "actions[0]: 'title' is a required property"),
        ({"language": "id", "types": buttons(actions=[{"title": "a", "type": "URL"}])}, "'URL' is not one of"),
        ({"language": "id", "types": rows(row("a", text="b"))}, "items[0]: Additional properties are not allowed"),
        ({"language": "id", "types": rows(row("a", 5))}, "5 is not of type 'string'"),
        ({"language": "id", "types": buttons("Ya"), "variables": {"1": 1}}, "$.variables"),
    ],
)
def test_a_content_twilio_never_published_is_found(body, problem):
    found = violations([recorded(body)], SPECS)
    assert len(found) == (1 if problem else 0), found
    assert problem in "".join(found)


@with_specs
def test_other_calls_about_contents_are_held_against_the_spec(whatsapp):
    one = f"/v1/Content/{made(whatsapp, buttons('Ya'))}"
    assert violations([recorded({"PageSize": "5"}, "GET"), recorded({}, "GET", one)], SPECS) == []
    assert violations([recorded({}, "DELETE", one)], SPECS) == []
    assert "PageSize" in violations([recorded({"PageSize": "0"}, "GET")], SPECS)[0]
    assert "Sid" in violations([recorded({}, "DELETE", "/v1/Content/HX1")], SPECS)[0]
    assert "there is no PATCH" in violations([recorded({}, "PATCH", one)], SPECS)[0]


@with_specs
@pytest.mark.parametrize(
    ("to", "is_published"),
    [(SARI, True), ("whatsapp:ID.4566546130240823", True), ("ID.4566546130240823", False), ("whatsapp:sari", False)],
)
def test_an_id_is_as_good_an_address_as_a_number(to, is_published):
    call = recorded({"To": to, "From": OURS, "Body": "a"}, path=f"/2010-04-01/Accounts/{SID}/Messages.json")
    found = violations([call], SPECS)
    assert [line for line in found if "To:" in line] == (
        [] if is_published else [f"twilio 1 Contents: To: {to!r} is not a 'phone-number'"]
    )
