"""The world outside the hub, told as it behaves: the witness of every fault test has to be believed first."""

import asyncio
import hashlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import telegram as ptb
from PIL import Image
from telegram.error import BadRequest, NetworkError
from telegram.request import HTTPXRequest
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response as TwilioResponse
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.outside import AUTH, BOT, NUMBER, ROOT, SID, TOKEN, Outside, OutsideError, Provider, a_bot_api, a_twilio
from tests.outside.calllog import CallLog, lines_of
from tests.outside.specs import violations

LOOPBACK = "127.0.0.1"
PATIENCE_S = 30
MESSAGES = f"/2010-04-01/Accounts/{SID}/Messages.json"
SPECS = os.environ.get("GETOK_SPECS", "")
with_specs = pytest.mark.skipif(not SPECS, reason="GETOK_SPECS names no folder with the providers' specs")


def until(true: Callable[[], Any]) -> Any:
    """Wait for something another process does."""
    deadline = time.monotonic() + PATIENCE_S
    while not (told := true()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
    return told


@dataclass
class Hub:
    """Stand where a hub would: keep what is posted and answer with the statuses it is told, then with 200."""

    url: str = ""
    taken: list[tuple[str, Any, dict[str, str]]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    slow: float = 0.0

    def __call__(self, environ: Any, start: Any) -> Any:
        request = Request(environ)
        if request.method == "GET":
            return Response(drawn(), 200, mimetype="image/png")(environ, start)
        body = request.get_json() if request.is_json else request.form.to_dict()
        self.taken.append((request.path, body, dict(request.headers)))
        time.sleep(self.slow)
        return Response(b"", self.statuses.pop(0) if self.statuses else 200)(environ, start)

    def bodies(self, path: str) -> list[Any]:
        return [body for at, body, _ in self.taken if at == path]


@pytest.fixture
def hub() -> Iterator[Hub]:
    standing = Hub()
    server = make_server(LOOPBACK, 0, standing, threaded=True)
    standing.url = f"http://{LOOPBACK}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield standing
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def telegram(tmp_path: Path) -> Iterator[Provider]:
    peer = a_bot_api(tmp_path)
    yield peer
    peer.close()


@pytest.fixture
def twilio(tmp_path: Path, hub: Hub) -> Iterator[Provider]:
    peer = a_twilio(tmp_path, hub.url)
    yield peer
    peer.close()


def drawn() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 40), "white").save(out, "PNG")
    return out.getvalue()


def call(peer: Provider, method: str, token: str = TOKEN, **fields: Any) -> requests.Response:
    return requests.post(f"{peer.url}/bot{token}/{method}", json=fields, timeout=PATIENCE_S)


def granted(peer: Provider, method: str, **fields: Any) -> Any:
    answer = call(peer, method, **fields)
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


def known(peer: Provider, person: str = "rina") -> int:
    """A person who has written, so that the bot may write to her."""
    peer.says(person, "halo")
    return int(peer.chat_id(person))


def send(peer: Provider, person: str = "sari", **fields: Any) -> requests.Response:
    form = {"From": f"whatsapp:{NUMBER}", "To": f"whatsapp:{peer.number(person)}", "Body": "Halo Kak", **fields}
    return requests.post(peer.url + MESSAGES, data=form, auth=(SID, AUTH), timeout=PATIENCE_S)


# -- Telegram, read ----------------------------------------------------------------------------------


def test_a_long_poll_waits_and_returns_what_comes(telegram: Provider) -> None:
    with ThreadPoolExecutor() as others:
        polling = others.submit(granted, telegram, "getUpdates", timeout=20)
        with pytest.raises(TimeoutError):
            polling.result(0.2)
        telegram.says("rina", "halo")
        [update] = polling.result(5)

    assert update["message"]["text"] == "halo"
    started = time.monotonic()
    assert granted(telegram, "getUpdates", offset=update["update_id"] + 1, timeout=1) == []
    assert 0.9 < time.monotonic() - started < 5


def test_a_second_reader_ends_the_first_ones_wait(telegram: Provider) -> None:
    with ThreadPoolExecutor() as others:
        first = others.submit(call, telegram, "getUpdates", timeout=20)
        with pytest.raises(TimeoutError):
            first.result(0.2)
        assert granted(telegram, "getUpdates") == []
        refused = first.result(5)

    assert (refused.status_code, refused.json()["error_code"]) == (409, 409)
    assert "terminated by other getUpdates" in refused.json()["description"]


def test_nobody_reads_beside_a_webhook(telegram: Provider, hub: Hub) -> None:
    with ThreadPoolExecutor() as others:
        first = others.submit(call, telegram, "getUpdates", timeout=20)
        with pytest.raises(TimeoutError):
            first.result(0.2)
        granted(telegram, "setWebhook", url=f"{hub.url}/hook")
        assert "terminated by setWebhook" in first.result(5).json()["description"]

    assert call(telegram, "getUpdates").status_code == 409
    granted(telegram, "deleteWebhook")
    assert call(telegram, "getUpdates").status_code == 200


def test_what_is_held_comes_together(telegram: Provider) -> None:
    telegram.hold()
    for number in range(5):
        telegram.says("rina", f"pesan {number}")
    assert granted(telegram, "getUpdates") == []

    telegram.release()

    assert [update["message"]["text"] for update in granted(telegram, "getUpdates")] == [
        f"pesan {number}" for number in range(5)
    ]


def test_only_the_token_opens(telegram: Provider) -> None:
    assert call(telegram, "getMe", token="700000002:of-somebody-else").status_code == 401
    assert requests.get(f"{telegram.url}/file/botwrong/photos/x.jpg", timeout=5).status_code == 401
    assert requests.get(f"{telegram.url}/bot{TOKEN}/getMe", timeout=5).json()["result"]["username"] == BOT
    assert "somebody" not in telegram.log.read_text(encoding="utf-8")
    assert TOKEN not in telegram.log.read_text(encoding="utf-8")


def test_a_photo_is_fetched_by_its_path(telegram: Provider) -> None:
    telegram.sends_photo("rina", drawn(), "brownies 65rb")
    [update] = granted(telegram, "getUpdates")

    path = granted(telegram, "getFile", file_id=update["message"]["photo"][-1]["file_id"])["file_path"]

    content = requests.get(f"{telegram.url}/file/bot{TOKEN}/{path}", timeout=5).content
    assert content == drawn()
    assert telegram.picture("rina", telegram.bubbles("rina")[0]["id"]) == drawn()
    assert telegram.calls("file")[0]["path"] == f"/file/bot<token>/{path}"


# -- Telegram, told by webhook -----------------------------------------------------------------------


def test_a_webhook_gets_the_secret_and_is_asked_until_it_says_yes(telegram: Provider, hub: Hub) -> None:
    hub.statuses += [500, 502]
    granted(telegram, "setWebhook", url=f"{hub.url}/hook", secret_token="only-us")

    telegram.says("rina", "satu")
    telegram.says("rina", "dua")
    until(lambda: telegram.waiting() == 0)

    assert [body["message"]["text"] for body in hub.bodies("/hook")] == ["satu", "satu", "satu", "dua"]
    assert {headers["X-Telegram-Bot-Api-Secret-Token"] for _, _, headers in hub.taken} == {"only-us"}
    assert [line["status"] for line in telegram.delivered()] == [500, 502, 200, 200]
    info = granted(telegram, "getWebhookInfo")
    assert (info["pending_update_count"], info["url"]) == (0, f"{hub.url}/hook")
    assert info["last_error_message"] == "Wrong response from the webhook: 502"
    assert "secret_token" not in info
    assert "only-us" not in telegram.log.read_text(encoding="utf-8")


def test_one_chat_that_fails_keeps_no_other_waiting(telegram: Provider, hub: Hub) -> None:
    hub.statuses += [500, 500, 500]
    granted(telegram, "setWebhook", url=f"{hub.url}/hook")
    telegram.deliveries(threads=1)
    telegram.hold()
    for person in ("rina", "sari", "dewi", "budi"):
        telegram.says(person, "halo")

    telegram.release()
    until(lambda: telegram.waiting() == 0)

    order = [body["message"]["from"]["first_name"] for body in hub.bodies("/hook")]
    assert order[:4] == ["Rina", "Sari", "Dewi", "Budi"]
    assert sorted(order[4:]) == ["Dewi", "Rina", "Sari"]


def test_deliveries_come_as_badly_as_asked(telegram: Provider, hub: Hub) -> None:
    granted(telegram, "setWebhook", url=f"{hub.url}/hook", secret_token="only-us")
    telegram.deliveries(copies=[1, 10], shuffle=True, wrong_signature=0.5, threads=8, seed=7)
    telegram.hold()
    for number in range(30):
        telegram.says("rina", str(number))

    telegram.release()
    until(lambda: telegram.waiting() == 0)

    real = [body for _, body, headers in hub.taken if headers["X-Telegram-Bot-Api-Secret-Token"] == "only-us"]
    forged = [body for _, body, headers in hub.taken if headers["X-Telegram-Bot-Api-Secret-Token"] != "only-us"]
    words = [body["message"]["text"] for body in real]
    assert set(words) == {str(number) for number in range(30)}
    assert len(words) > 60
    assert words != sorted(words, key=int)
    assert 5 < len(forged) < 25
    assert not {body["update_id"] for body in real} & {body["update_id"] for body in forged}
    assert [line["forged"] for line in telegram.delivered()].count(True) == len(forged)


def test_an_update_made_by_hand_goes_either_way(telegram: Provider, hub: Hub) -> None:
    number = telegram.push_update({"edited_message": {"message_id": 1, "chat": {"id": 5}}})
    assert [update["update_id"] for update in granted(telegram, "getUpdates")] == [number]
    granted(telegram, "setWebhook", url=f"{hub.url}/hook", secret_token="only-us", drop_pending_updates=True)

    hub.statuses.append(403)
    assert telegram.post_raw({"update_id": 9, "message": {}}, secret="wrong") == 403
    assert telegram.post_raw({"update_id": 9, "message": {}}) == 200

    assert [headers["X-Telegram-Bot-Api-Secret-Token"] for _, _, headers in hub.taken[-2:]] == ["wrong", "only-us"]


# -- what goes wrong on purpose ----------------------------------------------------------------------


def test_a_scripted_429_says_how_long_to_wait_and_only_in_its_chat(telegram: Provider) -> None:
    rina, sari = known(telegram), known(telegram, "sari")
    telegram.script("send*", ["429:7"], chat="rina")

    assert call(telegram, "sendMessage", chat_id=sari, text="a").status_code == 200
    refused = call(telegram, "sendMessage", chat_id=rina, text="a")
    assert call(telegram, "sendMessage", chat_id=rina, text="b").status_code == 200

    assert (refused.status_code, refused.json()["parameters"]) == (429, {"retry_after": 7})
    assert [bubble["text"] for bubble in telegram.bubbles("rina")] == ["halo", "b"]
    assert [(line["status"], line["accepted"], line["script"]) for line in telegram.calls("sendMessage")] == [
        (200, True, None),
        (429, False, "429:7"),
        (200, True, None),
    ]


def test_ok_then_drop_acts_and_is_written_down_before_the_line_goes_dead(telegram: Provider) -> None:
    chat = known(telegram)
    telegram.script("sendMessage", ["drop", "ok_then_drop"])

    for text in ("hilang", "sampai"):
        with pytest.raises(requests.ConnectionError):
            call(telegram, "sendMessage", chat_id=chat, text=text)
        assert telegram.calls("sendMessage")[-1]["fields"]["text"] == text

    lost, arrived = telegram.calls("sendMessage")
    assert (lost["accepted"], lost["status"], lost["script"]) == (False, None, "drop")
    assert (arrived["accepted"], arrived["status"], arrived["script"]) == (True, None, "ok_then_drop")
    assert [bubble["text"] for bubble in telegram.bubbles("rina")] == ["halo", "sampai"]
    assert [(sent["person"], sent["text"], sent["id"]) for sent in telegram.sent()] == [("rina", "sampai", "2")]


def test_the_other_faults(telegram: Provider) -> None:
    chat = known(telegram)
    faults = ["403", "400:chat not found", "500", "502html", "ok_then_500", "ok", "delay:0.2"]
    telegram.script("sendMessage", faults)
    answers = [call(telegram, "sendMessage", chat_id=chat, text=fault) for fault in faults]

    assert [answer.status_code for answer in answers] == [403, 400, 500, 502, 500, 200, 200]
    assert answers[0].json()["description"] == "Forbidden: bot was blocked by the user"
    assert answers[1].json()["description"] == "Bad Request: chat not found"
    assert answers[3].text.startswith("<html>")
    assert [sent["text"] for sent in telegram.sent()] == ["ok_then_500", "ok", "delay:0.2"]
    assert telegram.calls("sendMessage")[-1]["took"] >= 0.2
    assert telegram.faults_left() == 0
    telegram.script("sendMessage", ["ok_then_timeout:30"])
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{telegram.url}/bot{TOKEN}/sendMessage", json={"chat_id": chat, "text": "diam"}, timeout=0.3)
    assert telegram.sent()[-1]["text"] == "diam"
    with pytest.raises(OutsideError, match="no fault"):
        telegram.script("sendMessage", ["explode"])


def test_dice_fall_the_same_way_for_the_same_seed(telegram: Provider) -> None:
    def thrown() -> list[int]:
        telegram.clear_faults()
        telegram.chance("getMe", {"500": 0.3, "429:1": 0.3}, seed=3)
        return [call(telegram, "getMe").status_code for _ in range(20)]

    first = thrown()

    assert thrown() == first
    assert set(first) == {200, 429, 500}


def test_who_sends_faster_than_allowed_is_refused(telegram: Provider) -> None:
    rina, sari = known(telegram), known(telegram, "sari")
    telegram.enforce_rate(per_second=3, per_chat=1)

    assert call(telegram, "sendMessage", chat_id=rina, text="a").status_code == 200
    refused = call(telegram, "sendMessage", chat_id=rina, text="b")
    assert (refused.status_code, refused.json()["parameters"]) == (429, {"retry_after": 1})
    assert call(telegram, "sendMessage", chat_id=sari, text="c").status_code == 200
    assert [call(telegram, "setMyCommands", commands=[]).status_code for _ in range(2)] == [200, 429]
    assert call(telegram, "answerCallbackQuery", callback_query_id="1").status_code == 400
    assert call(telegram, "getMe").status_code == 200
    assert [line["script"] for line in telegram.calls("s*")] == [None, "rate", None, None, "rate"]


# -- the log and the process -------------------------------------------------------------------------


def test_the_log_survives_kill_9(telegram: Provider) -> None:
    chat = known(telegram)
    granted(telegram, "sendMessage", chat_id=chat, text="tercatat")
    telegram.kill()

    with telegram.log.open("ab") as torn:
        torn.write(b'{"n": 99, "kind": "ca')

    assert [(sent["person"], sent["chat"], sent["text"]) for sent in telegram.sent()] == [
        ("rina", str(chat), "tercatat")
    ]


def test_the_peers_know_the_phones_and_nothing_else_of_ours() -> None:
    """A witness who borrowed the defendant's eyes would see what he sees."""
    code = "import tests.outside.botapi, tests.outside.twilio, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())

    assert not {"storefront", "referral", "telegram", "twilio"} & loaded
    assert {name for name in loaded if name.startswith("bots.") and not name.startswith("bots.phones")} == set()


def test_a_log_is_written_on_from_where_it_ended(tmp_path: Path) -> None:
    for number in (1, 2):
        log = CallLog(tmp_path / "log.jsonl", "telegram")
        assert log.write("call", method="getMe") == number
        log.close()

    assert [line["n"] for line in lines_of(tmp_path / "log.jsonl")] == [1, 2]


def test_an_upload_is_told_by_its_digest(telegram: Provider) -> None:
    chat = known(telegram)
    requests.post(
        f"{telegram.url}/bot{TOKEN}/sendPhoto", data={"chat_id": chat}, files={"photo": ("a.png", drawn())}, timeout=5
    )

    [line] = telegram.calls("sendPhoto")
    assert line["fields"]["photo"] == {"size": len(drawn()), "sha256": hashlib.sha256(drawn()).hexdigest()}
    assert telegram.bubbles("rina")[-1]["picture"] == hashlib.sha256(drawn()).hexdigest()


def test_nobody_is_left_when_the_parent_dies(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from tests.outside import Outside;"
        "both = Outside(Path(sys.argv[1]), 'http://127.0.0.1:9');"
        "print(both.telegram.process.pid, both.twilio.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout
    children = [int(number) for number in parent.stdout.readline().split()]

    parent.kill()
    parent.wait(PATIENCE_S)
    parent.stdout.close()

    assert len(children) == 2
    until(lambda: not any(is_alive(child) for child in children))


def is_alive(process: int) -> bool:
    """Whether a process still runs; one that ended may wait to be buried by whoever inherited it."""
    status = Path(f"/proc/{process}/stat")
    try:
        return status.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_sigterm_ends_it_even_while_somebody_is_kept_waiting(telegram: Provider) -> None:
    with ThreadPoolExecutor() as others:
        waiting = others.submit(call, telegram, "getUpdates", timeout=20)
        with pytest.raises(TimeoutError):
            waiting.result(0.2)
        telegram.process.send_signal(signal.SIGTERM)
        assert telegram.process.wait(5) == 0
        with pytest.raises(requests.ConnectionError):
            waiting.result(5)


# -- WhatsApp ----------------------------------------------------------------------------------------


def test_an_inbound_message_is_signed_as_twilio_signs(twilio: Provider, hub: Hub) -> None:
    twilio.says("sari", "2 ya kak, 1 pake keju & é")
    until(lambda: hub.taken)

    [(path, form, headers)] = hub.taken
    signed = headers["X-Twilio-Signature"]
    assert RequestValidator(AUTH).validate(hub.url + path, form, signed)
    assert not RequestValidator(AUTH).validate(hub.url + path, form | {"Body": "other"}, signed)
    assert (path, form["ProfileName"], form["From"]) == (
        "/whatsapp/webhook",
        "Sari",
        f"whatsapp:{twilio.number('sari')}",
    )
    [line] = until(twilio.delivered)
    assert (line["key"], line["status"], line["attempt"]) == (form["MessageSid"], 200, 1)


def test_statuses_come_by_themselves_and_signed(twilio: Provider, hub: Hub) -> None:
    twilio.says("sari", "halo")
    number = send(twilio, StatusCallback=f"{hub.url}/whatsapp/status").json()["sid"]
    until(lambda: len(hub.bodies("/whatsapp/status")) == 3)

    told = [(form, headers) for path, form, headers in hub.taken if path == "/whatsapp/status"]
    assert [(form["MessageSid"], form["MessageStatus"]) for form, _ in told] == [
        (number, status) for status in ("queued", "sent", "delivered")
    ]
    for form, headers in told:
        assert RequestValidator(AUTH).validate(f"{hub.url}/whatsapp/status", form, headers["X-Twilio-Signature"])
    assert {"To", "From", "AccountSid", "ApiVersion", "ChannelPrefix", "ChannelToAddress", "SmsStatus"} <= told[0][
        0
    ].keys()


def test_a_message_that_cannot_arrive_fails_later(twilio: Provider, hub: Hub) -> None:
    answer = send(twilio, StatusCallback=f"{hub.url}/whatsapp/status")
    until(lambda: len(hub.bodies("/whatsapp/status")) == 2)

    assert (answer.status_code, answer.json()["error_code"]) == (201, None)
    assert [(form["MessageStatus"], form.get("ErrorCode")) for form in hub.bodies("/whatsapp/status")] == [
        ("queued", None),
        ("failed", "63016"),
    ]
    [line] = twilio.calls("Messages.create")
    assert (line["accepted"], line["error"], line["result"]) == (False, 63016, answer.json()["sid"])
    assert twilio.sent() == []


def test_a_lost_message_is_lost_unless_there_is_a_fallback(twilio: Provider, hub: Hub) -> None:
    hub.statuses += [500, 500, 500]
    twilio.says("sari", "pertama")
    until(lambda: twilio.waiting() == 0)
    assert len(hub.taken) == 1

    twilio.fallback(f"{hub.url}/whatsapp/fallback")
    twilio.says("sari", "kedua")
    until(lambda: twilio.waiting() == 0)

    assert [path for path, _, _ in hub.taken] == ["/whatsapp/webhook", "/whatsapp/webhook", "/whatsapp/fallback"]
    _, form, headers = hub.taken[-1]
    assert (form["Body"], form["ErrorCode"], form["ErrorUrl"]) == ("kedua", "11200", f"{hub.url}/whatsapp/webhook")
    assert RequestValidator(AUTH).validate(f"{hub.url}/whatsapp/fallback", form, headers["X-Twilio-Signature"])
    assert [(line["fallback"], line["status"]) for line in twilio.delivered()] == [
        (False, 500),
        (False, 500),
        (True, 500),
    ]


def test_who_answers_too_late_did_not_answer(twilio: Provider, hub: Hub) -> None:
    hub.slow = 0.5
    twilio.patience(0.1)
    twilio.fallback(f"{hub.url}/whatsapp/fallback")

    twilio.says("sari", "halo")
    until(lambda: len(twilio.delivered()) == 2)

    assert [line["status"] for line in twilio.delivered()] == [None, None]
    assert hub.bodies("/whatsapp/fallback")[0]["ErrorCode"] == "11205"


def test_forgeries_carry_ids_of_their_own_and_a_wrong_signature(twilio: Provider, hub: Hub) -> None:
    twilio.deliveries(copies=3, shuffle=True, wrong_signature=1.0, threads=4, seed=1)
    twilio.says("sari", "halo")
    until(lambda: twilio.waiting() == 0)

    judged = [
        (RequestValidator(AUTH).validate(hub.url + path, form, headers["X-Twilio-Signature"]), form["MessageSid"])
        for path, form, headers in hub.taken
    ]
    real, forged = {number for good, number in judged if good}, {number for good, number in judged if not good}
    assert sorted(good for good, _ in judged) == [False, True, True, True]
    assert (len(real), len(forged), real & forged) == (1, 1, set())


def test_a_form_made_by_hand_is_signed_or_not(twilio: Provider, hub: Hub) -> None:
    form = {"MessageSid": "SM" + "1" * 32, "From": "whatsapp:+628", "Body": "x"}

    assert twilio.post_raw(form) == 200
    assert twilio.post_raw(form, path="/whatsapp/status", signed=False) == 200

    (first, _, good), (second, _, bad) = hub.taken
    assert RequestValidator(AUTH).validate(hub.url + first, form, good["X-Twilio-Signature"])
    assert not RequestValidator(AUTH).validate(hub.url + second, form, bad["X-Twilio-Signature"])


def test_storage_refuses_who_brings_the_account_along(twilio: Provider, hub: Hub) -> None:
    twilio.sends_photo("sari", drawn(), "bukti")
    until(lambda: hub.taken)
    address = hub.taken[0][1]["MediaUrl0"]

    assert requests.get(address, timeout=5, allow_redirects=False).status_code == 401
    moved = requests.get(address, auth=(SID, AUTH), timeout=5, allow_redirects=False)
    assert moved.status_code == 307
    storage = moved.headers["Location"]
    assert requests.get(storage, auth=(SID, AUTH), timeout=5).status_code == 400
    stored = requests.get(storage, timeout=5)
    assert (stored.status_code, stored.headers["Content-Type"], stored.content) == (200, "image/png", drawn())
    assert [line["accepted"] for line in twilio.calls("Storage.fetch")] == [False, True]


def test_twilio_goes_wrong_in_its_own_words(twilio: Provider, hub: Hub) -> None:
    twilio.says("sari", "halo")
    twilio.script("Messages.create", ["429:3", "400:63018", "500", "ok_then_drop"])

    assert [send(twilio).json()["code"] for _ in range(3)] == [20429, 63018, 20500]
    with pytest.raises(requests.ConnectionError):
        send(twilio, Body="sampai")

    assert [(sent["person"], sent["text"]) for sent in twilio.sent()] == [("sari", "sampai")]
    assert twilio.bubbles("sari")[-1]["text"] == "sampai"
    twilio.enforce_rate(per_second=0, per_chat=1)
    assert [send(twilio).status_code for _ in range(2)] == [201, 429]


class OnLoopback(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's own client, led to our Twilio."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=10)
        self.url = url

    def request(self, method: str, url: str, *args: Any, **more: Any) -> TwilioResponse:
        parts = urlsplit(url)
        return super().request(
            method, self.url + parts.path + (f"?{parts.query}" if parts.query else ""), *args, **more
        )


@pytest.fixture
def client(twilio: Provider) -> Client:
    return Client(SID, AUTH, http_client=OnLoopback(twilio.url))


def test_twilios_own_client_finds_what_was_sent(twilio: Provider, client: Client) -> None:
    twilio.says("sari", "halo")
    began = datetime.now(UTC) - timedelta(seconds=2)
    to, sender = f"whatsapp:{twilio.number('sari')}", f"whatsapp:{NUMBER}"
    sent = [client.messages.create(to=to, from_=sender, body=f"pesan {number}") for number in range(5)]

    assert client.messages(sent[0].sid).fetch().status == "delivered"
    found = client.messages.list(to=to, date_sent_after=began, page_size=2)
    assert [message.body for message in found] == [f"pesan {number}" for number in (4, 3, 2, 1, 0)]
    assert client.messages.list(to=to, date_sent_after=began + timedelta(hours=1)) == []
    assert len(client.messages.list(to=to, date_sent=began.date())) in {0, 5}  # none if it is just midnight
    assert client.api.v2010.accounts(SID).fetch().status == "active"
    assert client.messages.list(to="whatsapp:+6289999999999") == []


def test_a_choice_is_tapped_by_its_words_on_both_phones(twilio: Provider, telegram: Provider, hub: Hub) -> None:
    twilio.says("sari", "halo")
    send(twilio, Body="Diantar?\n1. Antar\n2. Ambil")
    twilio.taps("sari", "ambil")
    until(lambda: len(hub.taken) == 2)
    assert hub.taken[-1][1]["Body"] == "2"

    markup = {"inline_keyboard": [[{"text": "Ambil", "callback_data": "a"}]]}
    granted(telegram, "sendMessage", chat_id=known(telegram), text="Diantar?", reply_markup=markup)
    telegram.taps("rina", "ambil", times=2)
    taps = [update["callback_query"] for update in granted(telegram, "getUpdates") if "callback_query" in update]
    assert [tap["data"] for tap in taps] == ["a", "a"]
    granted(telegram, "answerCallbackQuery", callback_query_id=taps[0]["id"], text="Dicatat")
    assert telegram.toasts("rina") == ["Dicatat"]
    assert telegram.bubbles("rina")[-1]["buttons"] == [["Ambil", "a"]]
    with pytest.raises(OutsideError, match="no button"):
        telegram.taps("rina", "Batal")


# -- the specs ---------------------------------------------------------------------------------------


def told(peer: str, method: str, **fields: Any) -> dict[str, Any]:
    return {"peer": peer, "n": 1, "method": method, "fields": fields}


def posted(**fields: Any) -> dict[str, Any]:
    form = {"To": "whatsapp:+6280000000001", "From": f"whatsapp:{NUMBER}", "Body": "a"} | fields
    return told("twilio", "Messages.create", **form) | {"verb": "POST", "path": MESSAGES}


@with_specs
@pytest.mark.parametrize(
    ("method", "fields", "problem"),
    [
        ("sendMesage", {"chat_id": "1", "text": "a"}, "there is no such method"),
        ("sendMessage", {"text": "a"}, "chat_id is missing"),
        ("sendMessage", {"chat_id": "1", "text": "a", "txt": "b"}, "txt is unknown"),
        ("sendMessage", {"chat_id": "1", "text": "a", "protect_content": "perhaps"}, "protect_content is no Boolean"),
        ("sendMessage", {"chat_id": "1", "text": 5}, "text is no String"),
        ("editMessageText", {"text": "a", "message_id": "x"}, "message_id is no Integer"),
        (
            "sendMessage",
            {"chat_id": "1", "text": "a", "reply_markup": '{"inline_keyboard": [[{"callback_data": "a"}]]}'},
            "reply_markup.inline_keyboard[0][0].text is missing",
        ),
        (
            "sendMessage",
            {"chat_id": "1", "text": "a", "link_preview_options": '{"disabled": true}'},
            "link_preview_options.disabled is unknown",
        ),
        ("sendPhoto", {"chat_id": "1"}, "photo is missing"),
        ("sendPhoto", {"chat_id": "1", "photo": "x", "more": {"size": 1, "sha256": "0"}}, "more is unknown"),
        ("sendMessage", {"chat_id": "1", "text": {"size": 1, "sha256": "0"}}, "text is no file"),
    ],
)
def test_a_call_telegram_never_published_is_found(method: str, fields: dict[str, Any], problem: str) -> None:
    assert violations([told("telegram", method, **fields)], SPECS) == [f"telegram 1 {method}: {problem}"]


@with_specs
@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (posted(Text="a"), "Text is unknown"),
        (posted(To="sari"), "To: 'sari' is not a 'phone-number'"),
        (posted(ContentSid="HX1"), "ContentSid: 'HX1'"),
        (posted(StatusCallback="nowhere"), "StatusCallback: 'nowhere' is not a 'uri'"),
        (posted(RiskCheck="maybe"), "RiskCheck: 'maybe' is not one of"),
        (posted(ValidityPeriod="long"), "ValidityPeriod: 'long' is not of type 'integer'"),
        (posted() | {"path": MESSAGES.replace("Messages", "Message")}, "there is no POST"),
        (posted() | {"verb": "PUT"}, "there is no PUT"),
        (posted() | {"path": MESSAGES.replace(SID, "AC1")}, "AccountSid: 'AC1'"),
    ],
)
def test_a_request_twilio_never_published_is_found(call: dict[str, Any], problem: str) -> None:
    found = violations([call], SPECS)

    assert found
    assert found[0].startswith(f"twilio 1 Messages.create: {problem}")


@with_specs
def test_a_form_without_an_address_is_found() -> None:
    assert violations([told("twilio", "?", Body="a") | {"verb": "POST", "path": MESSAGES}], SPECS) == [
        "twilio 1 ?: To is missing"
    ]


@with_specs
def test_what_python_telegram_bot_sends_is_as_published(telegram: Provider, hub: Hub) -> None:
    asyncio.run(everything(telegram, known(telegram), hub.url))

    assert {"sendPhoto", "editMessageMedia", "answerCallbackQuery", "setWebhook"} <= {
        line["method"] for line in telegram.calls()
    }
    assert violations(telegram.calls(), SPECS) == []


async def everything(peer: Provider, chat: int, hub: str) -> None:
    """Every call a hub makes, made by the library it uses."""
    keyboard = ptb.InlineKeyboardMarkup(
        [[ptb.InlineKeyboardButton("Ya", callback_data="y"), ptb.InlineKeyboardButton("Buka", url="https://x.example")]]
    )
    bot = ptb.Bot(TOKEN, base_url=f"{peer.url}/bot", base_file_url=f"{peer.url}/file/bot", request=HTTPXRequest())
    async with bot:
        await bot.set_my_commands([ptb.BotCommand("menu", "Menu")])
        quiet = ptb.LinkPreviewOptions(is_disabled=True)
        text = await bot.send_message(
            chat, "<b>Cek</b>", parse_mode="HTML", reply_markup=keyboard, link_preview_options=quiet
        )
        await bot.edit_message_text("Tayang", chat, text.message_id, parse_mode="HTML", reply_markup=keyboard)
        photo = await bot.send_photo(chat, drawn(), caption="QR", reply_markup=keyboard)
        await bot.edit_message_caption(chat, photo.message_id, caption="QRIS")
        await bot.edit_message_media(ptb.InputMediaPhoto(drawn(), caption="baru"), chat, photo.message_id)
        await bot.edit_message_reply_markup(chat, text.message_id)
        await bot.send_document(chat, b"a,b\n", filename="buku.csv")
        await bot.send_chat_action(chat, "typing")
        with pytest.raises(BadRequest):
            await bot.answer_callback_query("1", text="Dicatat")
        with pytest.raises(BadRequest):
            await bot.get_file("nothing")
        await bot.get_updates(offset=-1, allowed_updates=["message", "callback_query"])
        await bot.set_webhook(f"{hub}/hook", secret_token="only-us", allowed_updates=["message"], max_connections=5)
        await bot.get_webhook_info()
        await bot.delete_webhook(drop_pending_updates=True)
        peer.script("sendMessage", ["502html"])
        with pytest.raises(NetworkError):
            await bot.send_message(chat, "a")


@with_specs
def test_what_twilios_client_sends_is_as_published(twilio: Provider, client: Client, hub: Hub) -> None:
    twilio.says("sari", "halo")
    twilio.approves("HX" + "1" * 32, "Halo {{1}}")
    to, sender = f"whatsapp:{twilio.number('sari')}", f"whatsapp:{NUMBER}"
    status = f"{hub.url}/whatsapp/status"
    client.messages.create(to=to, from_=sender, body="a", media_url=[f"{hub.url}/a.png"], status_callback=status)
    variables = json.dumps({"1": "Sari"})
    client.messages.create(to=to, from_=sender, content_sid="HX" + "1" * 32, content_variables=variables)
    client.messages.list(to=to, date_sent_after=datetime.now(UTC), limit=5)
    client.api.v2010.accounts(SID).fetch()

    assert violations(twilio.calls(), SPECS) == []
    assert [sent["text"] for sent in twilio.sent()] == ["a", "Halo Sari"]


# -- the hub out there -------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


@contextmanager
def a_hub_outside(folder: Path) -> Iterator[Outside]:
    """`getok run` as an operator starts it, among the peers."""
    port = free_port()
    with Outside(folder / "outside", f"http://{LOOPBACK}:{port}") as outside:
        env = {**os.environ, **outside.env(), "DATABASE_URL": f"sqlite:///{folder}/getok.db", "PORT": str(port)}
        process = subprocess.Popen([sys.executable, "-m", "bots", "run"], cwd=ROOT, env=env)
        try:
            yield outside
            process.terminate()
            assert process.wait(PATIENCE_S) == 0
        finally:
            process.kill()
            process.wait(PATIENCE_S)


@with_specs
def test_a_hub_among_them_says_nothing_that_was_not_published(tmp_path: Path) -> None:
    brownies = (ROOT / "tests" / "stories" / "brownies.jpg").read_bytes()
    qris = (ROOT / "tests" / "stories" / "sticker.png").read_bytes()
    with a_hub_outside(tmp_path) as outside:
        rina, sari = outside.telegram, outside.twilio
        hears(rina, "rina", lambda: rina.starts("rina"))
        hears(
            rina,
            "rina",
            lambda: rina.sends_photo("rina", brownies, "brownies 65rb/loyang, PO tutup kamis jam 8 mlm, max 20"),
        )
        hears(rina, "rina", lambda: rina.says("rina", "Dapur Rina, griya asri depok. sekompleks 5rb"))
        hears(rina, "rina", lambda: rina.sends_photo("rina", qris))
        until(lambda: offers(rina, "rina", "Tayangkan"))
        hears(rina, "rina", lambda: rina.taps("rina", "Tayangkan"))
        hears(sari, "sari", lambda: sari.says("sari", "halo"))
        hears(sari, "sari", lambda: sari.sends_photo("sari", brownies, "ini apa ya?"))
        hears(sari, "sari", lambda: sari.sends_location("sari", -6.4, 106.79))
        hears(rina, "rina", lambda: rina.says("rina", "menu"))

        methods = {line["method"] for line in outside.calls()}
        assert {
            "getUpdates",
            "getFile",
            "file",
            "sendMessage",
            "Messages.create",
            "Media.fetch",
            "Storage.fetch",
        } <= methods
        assert violations(outside.calls(), SPECS) == []
        assert {line["status"] for line in sari.delivered()} <= {200, 204}


def hears(peer: Provider, person: str, does: Callable[[], Any]) -> None:
    """A person does something and waits until the bot has answered, by a new message or a changed one."""
    before = newest(peer, person)
    does()
    until(lambda: newest(peer, person) > before)


def offers(peer: Provider, person: str, label: str) -> bool:
    return any(label in words for bubble in peer.bubbles(person) for words, _ in bubble["buttons"])


def newest(peer: Provider, person: str) -> int:
    return max((bubble["n"] for bubble in peer.bubbles(person) if not bubble["mine"]), default=0)
