"""The doors Twilio and Telegram knock at: who may come in, what is kept of the others (nothing), and repeats."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from bots.hub import SIMULATED_AUTH, SIMULATED_NUMBER, SIMULATED_SID, MovableClock, Simulated
from bots.phones.twilioapi import signature
from storefront import settings as environment
from storefront.models import InboxMessage, Order, OutboxMessage
from tests.attacks.common import HOME, STATUS, WEBHOOK, calm, changed_since, fingerprints, inbound, posted, signed
from tests.conftest import OPEN_SHOP, START, tell

FORM = inbound(MessageSid="SM" + "1" * 32)
MEGABYTE = 1024 * 1024
Case = Callable[[FlaskClient], TestResponse]


def post(client: FlaskClient, form: Any, headers: Any, *, home: str = HOME, path: str = WEBHOOK, **more: Any) -> Any:
    return client.post(path, data=form, headers=headers, base_url=home, **more)


def by(sign: str) -> dict[str, str]:
    return {"X-Twilio-Signature": sign}


def right(path: str = WEBHOOK, home: str = HOME) -> dict[str, str]:
    return signed(FORM, path, home)


def kept(hub: Simulated) -> int:
    with hub.database.read() as db:
        return db.scalar(select(func.count()).select_from(InboxMessage)) or 0


# -- who may come in ---------------------------------------------------------------------------------

OTHER = {**FORM, "Body": "2 keju"}
WITHOUT = {name: {k: v for k, v in FORM.items() if k != name} for name in FORM}
FOLDED = {k: v for k, v in FORM.items() if k not in {"Body", "From"}} | {"BodyhaloFrom": FORM["From"]}
LONGER = {k: v for k, v in FORM.items() if k != "MessageType"} | {"MessageSid": FORM["MessageSid"] + "MessageTypetext"}
BLANK_BODY = {k: v for k, v in FORM.items() if k != "Body"} | {"AccountSid": FORM["AccountSid"] + "Body" + FORM["Body"]}

REFUSED: dict[str, Case] = {
    "no signature": lambda c: post(c, FORM, {}),
    "empty signature": lambda c: post(c, FORM, by("")),
    "forged signature": lambda c: post(c, FORM, by("bm90IHRoZSBzaWduYXR1cmU=")),
    "signature that is no base64": lambda c: post(c, FORM, by("ünsigned")),
    "signature of ten kilobytes": lambda c: post(c, FORM, by("A" * 10_000)),
    "signed with another token": lambda c: post(c, FORM, by(signature("other", HOME + WEBHOOK, FORM))),
    "signed with no token": lambda c: post(c, FORM, by(signature("", HOME + WEBHOOK, FORM))),
    "signed for the other path": lambda c: post(c, FORM, right(STATUS)),
    "signed for https": lambda c: post(c, FORM, right(home=HOME.replace("http:", "https:"))),
    "signed for another port": lambda c: post(c, FORM, right(home="http://127.0.0.1:8443")),
    "signed for another host": lambda c: post(c, FORM, right(home="http://evil.example")),
    "signed for another case of the path": lambda c: post(c, FORM, right("/WhatsApp/webhook")),
    "signed with a trailing slash": lambda c: post(c, FORM, right(WEBHOOK + "/")),
    "signed with a query": lambda c: post(c, FORM, right(WEBHOOK + "?x=1")),
    "signed for other words": lambda c: post(c, OTHER, right()),
    "one more field": lambda c: post(c, {**FORM, "ButtonText": "Uang masuk"}, right()),
    "one field less": lambda c: post(c, WITHOUT["ProfileName"], right()),
    "a trimmed field": lambda c: post(c, FORM, signed({**FORM, "Body": "halo "})),
    "the sender's name and words run together": lambda c: post(c, FOLDED, right()),
    "words hidden in the account's name": lambda c: post(c, BLANK_BODY, right()),
    "an id grown by the field behind it": lambda c: post(c, LONGER, right()),
    "signed without a sender": lambda c: post(c, WITHOUT["From"], signed(WITHOUT["From"])),
    "signed without an id": lambda c: post(c, WITHOUT["MessageSid"], signed(WITHOUT["MessageSid"])),
    "signed with nothing in it": lambda c: post(c, {}, signed({})),
    "signed for another account": lambda c: post(c, a := {**FORM, "AccountSid": "AC" + "9" * 32}, signed(a)),
    "JSON, signed as an empty form": lambda c: post(c, None, signed({}), json=FORM),
    "JSON as text": lambda c: post(c, json.dumps(FORM), right(), content_type="text/plain"),
    "another word beside the signed one": lambda c: post(
        c, urlencode([*FORM.items(), ("Body", "2 keju")]), right(), content_type="application/x-www-form-urlencoded"
    ),
    "the form in the address": lambda c: post(c, None, right(), query_string=FORM),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_post_that_is_not_twilios_is_refused_and_nothing_of_it_is_kept(hub: Simulated, name: str) -> None:
    before = fingerprints(hub.database)

    with calm():
        answer = REFUSED[name](hub.client)

    assert answer.status_code == 403
    assert FORM["Body"] not in answer.get_data(as_text=True)
    assert changed_since(hub.database, before, set()) == set()


PROXIES = {
    "nginx": {"X-Forwarded-For": "54.1.2.3", "X-Forwarded-Proto": "https", "X-Real-IP": "54.1.2.3"},
    "Caddy": {"X-Forwarded-For": "54.1.2.3", "X-Forwarded-Host": "shop.example", "X-Forwarded-Proto": "https"},
    "Cloudflare": {
        "CF-Connecting-IP": "54.1.2.3",
        "CF-Ray": "8",
        "X-Forwarded-Proto": "https",
        "CDN-Loop": "cloudflare",
    },
    "a liar": {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example;proto=http", "X-Original-URL": "/x"},
}


@pytest.mark.parametrize("proxy", PROXIES)
@pytest.mark.parametrize("host", ["http://10.0.0.7:8000", "http://localhost", "https://Shop.Example", HOME])
def test_a_post_that_is_twilios_comes_in_through_any_proxy(hub: Simulated, proxy: str, host: str) -> None:
    """The signature is checked against the address we were given, whatever Host the proxy says."""
    answer = post(hub.client, FORM, {**right(), **PROXIES[proxy]}, home=host)

    assert answer.status_code == 200
    assert kept(hub) == 1


@pytest.mark.parametrize("proxy", PROXIES)
def test_no_proxys_words_make_a_foreign_signature_ours(hub: Simulated, proxy: str) -> None:
    sign = right(home="http://evil.example")

    assert post(hub.client, FORM, {**sign, **PROXIES[proxy]}, home="http://evil.example").status_code == 403
    assert kept(hub) == 0


@pytest.mark.parametrize("algorithm", ["HMAC_SHA256", "none", "NONE", "md5"])
def test_the_algorithm_is_not_the_senders_to_choose(hub: Simulated, algorithm: str) -> None:
    headers = {"X-Twilio-Webhooks-Signature-Settings": f"key=k,algorithm={algorithm}"}

    assert post(hub.client, FORM, {**by("x"), **headers}).status_code == 403
    assert post(hub.client, FORM, {**right(), **headers}).status_code == 200


def test_two_signatures_are_none(hub: Simulated) -> None:
    two = Headers([("X-Twilio-Signature", "forged"), ("X-Twilio-Signature", right()["X-Twilio-Signature"])])

    assert post(hub.client, FORM, two).status_code == 403
    assert kept(hub) == 0


NEWS = {"MessageSid": "SM" + "2" * 32, "MessageStatus": "read", "AccountSid": SIMULATED_SID, "To": FORM["From"]}


@pytest.mark.parametrize(
    "sign", [{}, by(""), by("x"), signed(NEWS, WEBHOOK), signed({**NEWS, "MessageStatus": "sent"}, STATUS)]
)
def test_news_of_a_message_is_signed_too(hub: Simulated, sign: dict[str, str]) -> None:
    posted(hub, FORM)
    with hub.database.read() as db:
        ours = db.scalars(select(OutboxMessage.provider_id).where(OutboxMessage.provider_id.is_not(None))).first()
    before = fingerprints(hub.database)

    assert post(hub.client, {**NEWS, "MessageSid": ours or ""}, sign, path=STATUS).status_code == 403
    assert changed_since(hub.database, before, set()) == set()


@pytest.mark.parametrize("status", ["", "exploded", "READ", "'; DROP TABLE orders; --", "a\x00b"])
def test_news_nobody_knows_changes_nothing(hub: Simulated, status: str) -> None:
    posted(hub, FORM)
    before = fingerprints(hub.database)
    news = {**NEWS, "MessageStatus": status}

    with calm():
        answer = post(hub.client, news, signed(news, STATUS), path=STATUS)

    assert answer.status_code == 204
    assert changed_since(hub.database, before, set()) == set()


@pytest.mark.parametrize("path", [WEBHOOK, STATUS, "/telegram/webhook"])
@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "patch"])
def test_a_webhook_is_posted_to(hub: Simulated, path: str, method: str) -> None:
    assert getattr(hub.client, method)(path, base_url=HOME).status_code == 405


# -- repeats -----------------------------------------------------------------------------------------


def ordered(hub: Simulated) -> list[str]:
    with hub.database.read() as db:
        return list(db.scalars(select(Order.code)))


def an_order_form(hub: Simulated) -> dict[str, str]:
    """Penny's complete order in one message, as Twilio posts it."""
    player = tell(hub, OPEN_SHOP)
    reference = player.kept["link"].rpartition("/")[2]
    posted(hub, inbound(Body=f"Mau Brownies dari Dapur Rina (produk {reference})"))
    return inbound(Body="2, antar griya asri C2/5, Penny, qris")


def test_a_captured_request_works_once_of_a_thousand_times(hub: Simulated) -> None:
    captured = an_order_form(hub)
    assert posted(hub, captured) == 200
    assert ordered(hub) == ["DR-0001"]
    before = fingerprints(hub.database)
    sign = signed(captured)

    statuses = {post(hub.client, captured, sign).status_code for _ in range(1_000)}

    hub.settle()
    assert statuses == {200}
    assert changed_since(hub.database, before, set()) == set()


def test_a_captured_request_does_nothing_a_year_later(hub: Simulated) -> None:
    captured = an_order_form(hub)
    posted(hub, captured)
    hub.move_to(hub.now() + timedelta(days=365))
    before = fingerprints(hub.database)

    assert posted(hub, captured) == 200
    assert changed_since(hub.database, before, set()) == set()


GROWN = ["MessageType", "NumMedia"]


@pytest.mark.parametrize("field", GROWN)
def test_a_captured_request_is_not_another_one_by_moving_a_border(hub: Simulated, field: str) -> None:
    captured = an_order_form(hub)
    posted(hub, captured)
    sign = signed(captured)
    behind = sorted(captured)[sorted(captured).index("MessageSid") + 1 : sorted(captured).index(field) + 1]
    grown = {k: v for k, v in captured.items() if k not in behind}
    grown["MessageSid"] += "".join(name + captured[name] for name in behind)
    before = fingerprints(hub.database)

    assert post(hub.client, grown, sign).status_code == 403
    hub.settle()
    assert changed_since(hub.database, before, set()) == set()


# -- too much ----------------------------------------------------------------------------------------


def quickly(ask: Callable[[], TestResponse], seconds: float = 2.0) -> TestResponse:
    began = time.process_time()
    answer = ask()
    assert time.process_time() - began < seconds
    return answer


@pytest.mark.parametrize("path", [WEBHOOK, STATUS])
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"Body=" + b"a" * (5 * MEGABYTE), "application/x-www-form-urlencoded"),
        (b"&".join([b"a=1"] * 1_000_000), "application/x-www-form-urlencoded"),
        (b"x" * (5 * MEGABYTE), "application/json"),
        (b"x" * (5 * MEGABYTE), "application/octet-stream"),
    ],
    ids=["one field of 5 MB", "a million fields", "5 MB of JSON", "5 MB of nothing"],
)
def test_too_much_is_refused_at_once(hub: Simulated, path: str, body: bytes, kind: str) -> None:
    answer = quickly(lambda: post(hub.client, body, right(path), path=path, content_type=kind))

    assert answer.status_code in {400, 403, 413}
    assert kept(hub) == 0


def test_five_megabytes_of_form_are_413(hub: Simulated) -> None:
    assert post(hub.client, {"Body": "a" * (5 * MEGABYTE)}, right()).status_code == 413


def test_many_small_fields_below_the_limit_are_still_quick(hub: Simulated) -> None:
    body = b"&".join(b"a%d=1" % number for number in range(40_000))

    answer = quickly(lambda: post(hub.client, body, right(), content_type="application/x-www-form-urlencoded"))

    assert 400 <= answer.status_code < 500


def test_many_parts_are_refused(hub: Simulated) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'

    answer = quickly(lambda: post(hub.client, part * 15_000, right(), content_type="multipart/form-data; boundary=x"))

    assert 400 <= answer.status_code < 500


def test_a_gzip_is_not_unpacked(hub: Simulated) -> None:
    import gzip

    body = gzip.compress(urlencode(FORM).encode())
    kind = "application/x-www-form-urlencoded"
    headers = {**right(), "Content-Encoding": "gzip"}

    assert 400 <= post(hub.client, body, headers, content_type=kind).status_code < 500
    assert kept(hub) == 0


# -- signed, and strange all the same ----------------------------------------------------------------

STRANGE = {
    "no media after all": {"NumMedia": "1"},
    "media of no kind": {"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/x"},
    "a number of media that is none": {"NumMedia": "many"},
    "a minus of media": {"NumMedia": "-1"},
    "a million media": {"NumMedia": "1000000", "MediaContentType0": "image/jpeg", "MediaUrl0": "x"},
    "a place that is none": {"Latitude": "north", "Longitude": "far"},
    "a place without its other half": {"Latitude": "-6.2"},
    "a place at infinity": {"Latitude": "inf", "Longitude": "nan"},
    "a place beyond the poles": {"Latitude": "1e308", "Longitude": "1e308"},
    "no name": {"ProfileName": ""},
    "a name of many lines": {"ProfileName": "Penny\n1. Uang masuk\n2. Kirim"},
    "no words": {"Body": ""},
    "words with NUL": {"Body": "ha\x00lo"},
    "an unknown kind": {"MessageType": "interactive", "InteractiveData": "{"},
    "a reply to nothing": {"OriginalRepliedMessageSid": "SM" + "0" * 32, "Body": "1"},
    "a button's words": {"ButtonText": "Uang masuk", "ButtonPayload": "d:money_arrived:1"},
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_message_that_is_signed_gets_an_answer_and_no_exception(hub: Simulated, name: str) -> None:
    with calm():
        assert posted(hub, inbound(**STRANGE[name])) == 200
        for _ in range(6):
            hub.move_to(hub.now() + timedelta(minutes=5))

    with hub.database.read() as db:
        assert db.scalar(select(func.count()).select_from(InboxMessage).where(InboxMessage.done_at.is_(None))) == 0
        assert db.scalar(select(func.count()).select_from(OutboxMessage)) == 1
    assert hub.verdict() == []


# -- Telegram ----------------------------------------------------------------------------------------

SECRET = "a-word-between-telegram-and-us_0123456789"
TELEGRAM = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE = {
    "update_id": 7,
    "message": {
        "message_id": 1,
        "date": int(START.timestamp()),
        "chat": {"id": 99, "type": "private", "first_name": "Penny"},
        "from": {"id": 99, "is_bot": False, "first_name": "Penny"},
        "text": "halo",
    },
}


def hub_with(url: str, **env: str) -> Simulated:
    given = {"DATABASE_URL": url, "SECRET_KEY": "a story's secret, kept by nobody", "PORT": "8000", "PUBLIC_URL": HOME}
    return Simulated(environment.read({**given, **env}), MovableClock(START))


@pytest.fixture
def listening(url: str) -> Iterator[Simulated]:
    """A hub that Telegram posts to."""
    hub = hub_with(url, TELEGRAM_WEBHOOK_SECRET=SECRET)
    hub.phones.telegram.person("penny").chat_id = 99
    hub.phones.telegram.person("penny").started = True
    yield hub
    hub.close()


def update_posted(hub: Simulated, body: Any = UPDATE, headers: dict[str, str] | None = None, **more: Any) -> int:
    given = {HEADER: SECRET} if headers is None else headers
    sent = {"data": body} if isinstance(body, bytes) else {"json": body}
    return hub.client.post(TELEGRAM, headers=given, base_url=HOME, **{**sent, **more}).status_code


def test_an_update_with_the_secret_is_kept_and_answered(listening: Simulated) -> None:
    assert update_posted(listening) == 200
    listening.settle()

    assert kept(listening) == 1
    assert "Getok" in listening.phones.bubbles("penny", "telegram")[-1].text


WRONG = {
    "none": {},
    "an empty one": {HEADER: ""},
    "another": {HEADER: "x"},
    "its beginning": {HEADER: SECRET[:-1]},
    "more than it": {HEADER: SECRET + "x"},
    "it in capitals": {HEADER: SECRET.upper()},
    "it in other letters": {HEADER: "ä" + SECRET[1:]},
    "ten kilobytes": {HEADER: "A" * 10_000},
    "in another header": {"X-Telegram-Bot-Api-Token": SECRET},
    "as a password": {"Authorization": f"Bearer {SECRET}"},
}


@pytest.mark.parametrize("name", WRONG)
def test_an_update_without_the_secret_is_refused_and_nothing_of_it_is_kept(listening: Simulated, name: str) -> None:
    before = fingerprints(listening.database)

    with calm():
        assert update_posted(listening, headers=WRONG[name]) == 403
    assert changed_since(listening.database, before, set()) == set()


@pytest.mark.parametrize("headers", [{}, {HEADER: ""}, {HEADER: "None"}, {HEADER: SECRET}])
def test_without_a_secret_of_our_own_nobody_comes_in(hub: Simulated, headers: dict[str, str]) -> None:
    assert update_posted(hub, headers=headers) == 403
    assert kept(hub) == 0


@pytest.mark.parametrize("where", ["query", "form"])
def test_the_secret_is_read_from_its_header_alone(listening: Simulated, where: str) -> None:
    place = {"query_string": {HEADER: SECRET, "secret_token": SECRET}} if where == "query" else {}

    assert update_posted(listening, {**UPDATE, "secret_token": SECRET}, headers={}, **place) == 403


NO_UPDATES = [
    b"",
    b"halo",
    b"[]",
    b"{}",
    b"null",
    b"7",
    b'"update"',
    b'{"update_id": "7"}',
    b'{"update_id": null, "message": {}}',
    b'{"update_id": true}',
    b'{"update_id": 1.5}',
    b'{"update_id": -1}',
    b'{"update_id": 99999999999999999999999}',
    b'{"update_id": NaN}',
    b'{"update_id": 7, "message": ',
    b"\xff\xfe\x00",
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b"[" * 100_000,
]


@pytest.mark.parametrize("body", NO_UPDATES, ids=lambda body: body[:24].decode("latin-1"))
def test_what_is_no_update_is_400(listening: Simulated, body: bytes) -> None:
    with calm():
        assert update_posted(listening, body, content_type="application/json") == 400
    assert kept(listening) == 0


def test_an_update_as_a_form_is_refused(listening: Simulated) -> None:
    body = urlencode({"update_id": 7}).encode()

    assert update_posted(listening, body, content_type="application/x-www-form-urlencoded") == 400


def test_an_update_of_five_megabytes_is_413(listening: Simulated) -> None:
    body = json.dumps({**UPDATE, "x": "a" * (5 * MEGABYTE)}).encode()

    assert quickly(lambda: listening.client.post(TELEGRAM, data=body, headers={HEADER: SECRET})).status_code == 413
    assert kept(listening) == 0


def test_an_update_of_five_megabytes_without_the_secret_is_not_read(listening: Simulated) -> None:
    body = b"a" * (5 * MEGABYTE)

    assert quickly(lambda: listening.client.post(TELEGRAM, data=body)).status_code in {403, 413}


def test_the_same_update_a_thousand_times_is_one(listening: Simulated) -> None:
    assert {update_posted(listening) for _ in range(1_000)} == {200}
    listening.settle()

    assert kept(listening) == 1
    assert len(listening.phones.bubbles("penny", "telegram")) == 1


def test_updates_out_of_order_are_all_heard(listening: Simulated) -> None:
    """After a week of silence the numbers begin anywhere: a smaller one is not an old one."""
    for number in (900, 12, 500):
        assert update_posted(listening, {**UPDATE, "update_id": number}) == 200

    assert kept(listening) == 3


NOT_FOR_US: list[dict[str, Any]] = [
    {"update_id": 8},
    {"update_id": 8, "my_chat_member": {"chat": {"id": 99}}},
    {"update_id": 8, "poll": {"id": "1"}},
    {"update_id": 8, "inline_query": {"id": "1", "from": {"id": 99}, "query": "x", "offset": ""}},
    {"update_id": 8, "message": None},
    {"update_id": 8, "message": []},
    {"update_id": 8, "message": "halo"},
    {"update_id": 8, "message": {"text": "halo"}},
    {"update_id": 8, "callback_query": {"id": "1", "data": "s:front"}},
    {"update_id": 8, "edited_message": UPDATE["message"]},
    {"update_id": 8, "channel_post": UPDATE["message"]},
]


@pytest.mark.parametrize("body", NOT_FOR_US, ids=lambda body: json.dumps(body)[:60])
def test_an_update_that_is_not_for_us_is_taken_in_silence(listening: Simulated, body: dict[str, Any]) -> None:
    with calm():
        status = update_posted(listening, body)
        for _ in range(6):
            listening.move_to(listening.now() + timedelta(minutes=5))

    assert status in {200, 400}
    assert listening.phones.bubbles("penny", "telegram") == []


SHORT = ["a", "short", "secret", "changeme"]


@pytest.mark.parametrize("secret", SHORT)
def test_a_secret_that_can_be_guessed_stops_the_start(tmp_path: Path, secret: str) -> None:
    env = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/x.db",
        "SECRET_KEY": "k3y-0123456789-abcdefghijkl",
        "TELEGRAM_WEBHOOK_SECRET": secret,
    }

    with pytest.raises(environment.Unsafe, match="TELEGRAM_WEBHOOK_SECRET"):
        environment.read(env)


def test_the_account_of_these_tests_is_the_simulators() -> None:
    assert FORM["AccountSid"] == SIMULATED_SID
    assert FORM["To"].endswith(SIMULATED_NUMBER)
    assert SIMULATED_AUTH
