"""Every address of the web: who may ask for it, what a stranger gets, and that asking changes nothing."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bots.hub import Simulated
from storefront.web import tokens
from storefront.web.app import SAFE
from tests.attacks.common import HOME, calm, changed_since, fingerprints
from tests.conftest import AGREED, OPEN_SHOP, tell

# -- the table ---------------------------------------------------------------------------------------

#: rule -> (an address that is nobody's, what GET and HEAD say to a stranger, what POST says)
ROUTES: dict[str, tuple[str, int, int]] = {
    "/": ("/", 200, 405),
    "/s/<slug>": ("/s/nobody", 404, 405),
    "/p/<reference>": ("/p/ZZ99", 404, 405),
    "/r/<code>": ("/r/NOBODY7", 404, 405),
    "/i/<token>": ("/i/aaaaaaaaaaaaaaaaaaaa", 404, 405),
    "/books": ("/books", 200, 405),
    "/promises": ("/promises", 200, 405),
    "/healthz": ("/healthz", 200, 405),
    "/media/<token>.jpg": ("/media/aaaaaaaaaaaaaaaa.jpg", 404, 405),
    "/sent/<token>.jpg": ("/sent/aaaa.bbbb.jpg", 404, 405),
    "/qr/<token>.png": ("/qr/aaaa.bbbb.png", 404, 405),
    "/picture/<token>.jpg": ("/picture/aaaa.bbbb.jpg", 404, 405),
    "/qr/<kind>/<reference>.<ending>": ("/qr/x/DEWI7.png", 404, 405),
    "/statement/<token>.csv": ("/statement/aaaa.bbbb.csv", 404, 405),
    "/results/<token>.csv": ("/results/aaaa.bbbb.csv", 404, 405),
    "/lists/<token>.<ending>": ("/lists/aaaa.bbbb.pdf", 404, 405),
    "/data/<token>.json": ("/data/aaaa.bbbb.json", 404, 405),
    "/paper/<token>.pdf": ("/paper/aaaa.bbbb.pdf", 404, 405),
    "/goods/<token>": ("/goods/aaaa.bbbb", 404, 404),
    "/goods/<token>/katalog.csv": ("/goods/aaaa.bbbb/katalog.csv", 404, 405),
    "/goods/<token>/write": ("/goods/aaaa.bbbb/write", 405, 404),
    "/goods/<token>/drop": ("/goods/aaaa.bbbb/drop", 405, 404),
    "/static/<path:filename>": ("/static/nothing.css", 404, 405),
    "/books/log": ("/books/log", 200, 405),
    "/books/log/checkpoint": ("/books/log/checkpoint", 404, 405),
    "/books/log/root": ("/books/log/root", 200, 405),
    "/books/log/leaves": ("/books/log/leaves", 200, 405),
    "/books/log/proof": ("/books/log/proof", 404, 405),
    "/verify": ("/verify", 200, 422),
    "/verify.py": ("/verify.py", 200, 405),
    "/keys/<token>": ("/keys/aaaa.bbbb", 404, 404),
    "/receipt/<token>.pdf": ("/receipt/aaaa.bbbb.pdf", 404, 405),
    "/month/<token>.pdf": ("/month/aaaa.bbbb.pdf", 404, 405),
    "/year/<token>.csv": ("/year/aaaa.bbbb.csv", 404, 405),
    "/batch/<token>.csv": ("/batch/aaaa.bbbb.csv", 404, 405),
    "/how": ("/how", 200, 405),
    "/poster/<code>.pdf": ("/poster/NOBODY7.pdf", 404, 405),
    "/metrics": ("/metrics", 501, 405),
    "/login/<token>": ("/login/x", 404, 404),
    "/media/<token>/<int:width>.jpg": ("/media/aaaaaaaaaaaaaaaa/320.jpg", 404, 405),
    "/menu/<slug>.pdf": ("/menu/nobody.pdf", 404, 405),
    # the pages inside: a stranger is told how to come in (and `test_inside` walks them with everybody)
    "/sessions": ("/sessions", 401, 405),
    "/sessions/end": ("/sessions/end", 405, 401),
    "/sessions/chat": ("/sessions/chat", 405, 401),
    "/sessions/language": ("/sessions/language", 405, 401),
    "/desk": ("/desk", 401, 405),
    "/desk/<slug>": ("/desk/x", 401, 405),
    "/desk/<slug>/orders": ("/desk/x/orders", 401, 405),
    "/desk/<slug>/orders/<code>": ("/desk/x/orders/DR-0001", 401, 405),
    "/desk/<slug>/orders/<code>/proof.jpg": ("/desk/x/orders/DR-0001/proof.jpg", 401, 401),
    "/desk/<slug>/orders/<code>/<act>": ("/desk/x/orders/DR-0001/send", 405, 401),
    "/desk/<slug>/note": ("/desk/x/note", 401, 401),
    "/desk/<slug>/shelf": ("/desk/x/shelf", 401, 405),
    "/desk/<slug>/shelf/new": ("/desk/x/shelf/new", 401, 401),
    "/desk/<slug>/shelf/<int:number>": ("/desk/x/shelf/1", 401, 401),
    "/desk/<slug>/shelf/<int:number>/photo": ("/desk/x/shelf/1/photo", 405, 401),
    "/desk/<slug>/shelf/<int:number>/<act>": ("/desk/x/shelf/1/hide", 405, 401),
    "/desk/<slug>/calendar": ("/desk/x/calendar", 401, 405),
    "/desk/<slug>/rounds/<int:number>": ("/desk/x/rounds/1", 401, 405),
    "/desk/<slug>/rounds/<int:number>/send": ("/desk/x/rounds/1/send", 405, 401),
    "/desk/<slug>/rounds/<int:number>/<act>": ("/desk/x/rounds/1/close", 405, 401),
    "/desk/<slug>/buyers": ("/desk/x/buyers", 401, 405),
    "/desk/<slug>/neighbours": ("/desk/x/neighbours", 401, 405),
    "/desk/<slug>/neighbours/invite": ("/desk/x/neighbours/invite", 405, 401),
    "/desk/<slug>/payouts": ("/desk/x/payouts", 405, 401),
    "/desk/<slug>/payouts/<int:number>": ("/desk/x/payouts/1", 401, 405),
    "/desk/<slug>/payouts/<int:number>/number": ("/desk/x/payouts/1/number", 405, 401),
    "/desk/<slug>/payouts/<int:number>/sent": ("/desk/x/payouts/1/sent", 405, 401),
    "/desk/<slug>/payouts/<int:number>/<act>": ("/desk/x/payouts/1/call-off", 405, 401),
    "/desk/<slug>/reports": ("/desk/x/reports", 401, 405),
    "/desk/<slug>/reports.csv": ("/desk/x/reports.csv", 401, 405),
    "/me": ("/me", 401, 405),
    "/me/lines": ("/me/lines", 401, 405),
    "/me/orders/<code>": ("/me/orders/DR-0001", 401, 405),
    "/me/links": ("/me/links", 401, 405),
    "/me/payouts": ("/me/payouts", 401, 405),
    "/me/payouts/<int:number>": ("/me/payouts/1", 401, 405),
    "/me/payouts/<int:number>/<deed>": ("/me/payouts/1/got", 405, 401),
    "/me/papers": ("/me/papers", 401, 405),
    "/hub": ("/hub", 401, 405),
    "/hub/messages": ("/hub/messages", 401, 405),
    "/hub/messages/<way>/<int:number>": ("/hub/messages/in/1", 405, 401),
    "/hub/shops": ("/hub/shops", 401, 405),
    "/hub/shops/<int:number>/<deed>": ("/hub/shops/1/freeze", 405, 401),
    "/hub/people": ("/hub/people", 401, 405),
    "/hub/disputes": ("/hub/disputes", 401, 405),
    "/hub/disputes/<kind>/<int:number>": ("/hub/disputes/order/1", 405, 401),
    "/hub/costs": ("/hub/costs", 401, 405),
    "/hub/words": ("/hub/words", 401, 405),
    "/hub/backup": ("/hub/backup", 405, 401),
    "/miniapp": ("/miniapp", 200, 405),
    "/miniapp/order": ("/miniapp/order", 405, 401),
    # the channels: a stranger's post is refused
    "/whatsapp/webhook": ("/whatsapp/webhook", 405, 403),
    "/whatsapp/fallback": ("/whatsapp/fallback", 405, 403),
    "/whatsapp/status": ("/whatsapp/status", 405, 403),
    "/telegram/webhook": ("/telegram/webhook", 405, 403),
    "/payouts/xendit/<int:shop>": ("/payouts/xendit/1", 405, 403),
    # the simulator: this machine only, and only where there are no real channels
    "/simulator": ("/simulator", 200, 405),
    "/simulator/since": ("/simulator/since", 200, 405),
    "/simulator/story": ("/simulator/story", 405, 403),
    "/simulator/static/<path:filename>": ("/simulator/static/nothing.css", 404, 405),
    "/simulator/picture/<channel>/<name>/<number>": ("/simulator/picture/telegram/nobody/1", 404, 405),
    "/simulator/sample/<name>": ("/simulator/sample/nothing", 404, 405),
    "/simulator/write": ("/simulator/write", 405, 403),
    "/simulator/start": ("/simulator/start", 405, 403),
    "/simulator/tap": ("/simulator/tap", 405, 403),
    "/simulator/open": ("/simulator/open", 405, 403),
    "/simulator/clock": ("/simulator/clock", 405, 403),
}
LATER = {"/whatsapp/fallback"}  # not every build has it
PAGES = [address for address, seen, _ in ROUTES.values() if seen != 405]


def the_app(hub: Simulated) -> Flask:
    assert hub.app
    return hub.app


def rules(hub: Simulated) -> set[str]:
    return {rule.rule for rule in the_app(hub).url_map.iter_rules()}


def asked(hub: Simulated, method: str, address: str, **more: Any) -> Any:
    return the_app(hub).test_client().open(address, method=method, buffered=True, **{"base_url": HOME, **more})


def test_every_route_has_its_line(hub: Simulated) -> None:
    """A new address without a word on who may ask for it is a mistake."""
    assert rules(hub) - ROUTES.keys() == set()
    assert ROUTES.keys() - rules(hub) <= LATER


def test_a_stranger_gets_what_the_table_says(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP)
    wrong = []
    for rule, (address, seen, taken) in ROUTES.items():
        if rule not in rules(hub):
            continue
        for method, status in (("GET", seen), ("HEAD", seen), ("POST", taken)):
            answer = asked(hub, method, address)
            wrong += [] if answer.status_code == status else [(method, address, answer.status_code)]
        for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"):
            answer = asked(hub, method, address)
            wrong += [] if answer.status_code == 405 else [(method, address, answer.status_code)]
    assert wrong == []


def own_addresses(hub: Simulated) -> list[str]:
    """Every page that is somebody's, as it is passed round."""
    player = tell(
        hub,
        OPEN_SHOP
        + AGREED
        + """
        dewi@telegram says: komisi
        dewi@telegram taps: Unduh
        """,
    )
    files = [link for bubble in hub.phones.bubbles("dewi", "telegram") for link in bubble.links if ".csv" in link]
    told = [player.kept[name] for name in ("link", "invitation", "code")] + files[-1:]
    code = player.kept["code"].rpartition("/")[2]
    own = [link.removeprefix(HOME) for link in told]
    page = asked(hub, "GET", own[0]).get_data(as_text=True)
    photo = re.search(r"/media/[\w-]+/640\.jpg", page)
    assert photo
    signed = tokens.qr_link(hub.database.vault, "", "halo", hub.now())
    return [*own, photo[0], signed, f"/qr/r/{code}.svg", f"/qr/r/{code}.png", "/s/dapur-rina", "/static/getok.css"]


def test_looking_changes_nothing(hub: Simulated) -> None:
    """Previews, crawlers and prefetching look at everything, twice."""
    mine = own_addresses(hub)
    before = fingerprints(hub.database)

    for address in [*mine, *PAGES]:
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = asked(hub, method, address, headers={"Sec-Purpose": "prefetch", "User-Agent": "WhatsApp/2.23"})
            assert answer.status_code < 500 or answer.status_code == 501, address
            assert address not in mine or answer.status_code == 200, address

    hub.settle()
    assert changed_since(hub.database, before, {"link_days"}) == set()  # counted, and by nobody's eyes


def test_every_answer_is_guarded(hub: Simulated) -> None:
    """The kind ones, the refusing ones and the broken ones."""
    addresses = [*own_addresses(hub), *PAGES, "/nothing/at/all", "/%00", "/whatsapp/webhook", "/simulator/write"]
    for address in addresses:
        for method in ("GET", "HEAD", "POST", "OPTIONS", "PUT"):
            answer = asked(hub, method, address)
            bare = [name for name in SAFE if name not in answer.headers]
            assert not bare, (method, address)
            policy = answer.headers["Content-Security-Policy"]
            assert "unsafe-inline" not in policy
            is_framed = address == "/miniapp" and method in {"GET", "HEAD"}
            may_frame = "https://web.telegram.org" if is_framed else "'none'"
            assert f"frame-ancestors {may_frame}" in policy
            assert "base-uri 'none'" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "Set-Cookie" not in answer.headers
            assert "Access-Control-Allow-Origin" not in answer.headers


def test_an_answer_that_broke_is_guarded_too(hub: Simulated, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("SECRETCANARY")

    monkeypatch.setattr("storefront.web.books.of_hub", broken)
    the_app(hub).config["PROPAGATE_EXCEPTIONS"] = False

    answer = asked(hub, "GET", "/books")

    assert answer.status_code == 500
    assert "SECRETCANARY" not in answer.get_data(as_text=True)
    assert "Traceback" not in answer.get_data(as_text=True)
    assert not SAFE.keys() - set(answer.headers.keys())


# -- where we are ------------------------------------------------------------------------------------

LIES: list[dict[str, str]] = [
    {"X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "javascript", "X-Forwarded-Prefix": "/evil.example"},
    {"Forwarded": "host=evil.example;proto=https"},
    {"X-Original-URL": "//evil.example", "X-Rewrite-URL": "//evil.example"},
    {"X-Host": "evil.example", "X-HTTP-Host-Override": "evil.example"},
    {"Referer": "https://evil.example/", "Origin": "https://evil.example"},
]


@pytest.mark.parametrize("host", ["http://evil.example", "http://evil.example:8000", "http://127.0.0.1.evil.example"])
def test_what_a_proxy_calls_us_is_on_no_page(hub: Simulated, host: str) -> None:
    mine = own_addresses(hub)

    for address in [*mine, *PAGES]:
        answer = asked(hub, "GET", address, base_url=host)
        assert b"evil.example" not in answer.get_data() + str(answer.headers).encode(), address


@pytest.mark.parametrize("path", ["//books", "/r//DEWI7", "/s//dapur-rina", "/qr//r/DEWI7.png", "/login//x"])
def test_what_a_proxy_calls_us_is_in_no_redirect(hub: Simulated, path: str) -> None:
    answer = the_app(hub).test_client().get(f"http://evil.example{path}")

    assert "evil.example" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("raw", ["/s/\xff\xfe", "/r/\xed\xa0\x80", "/\xff", "/p/DR\xb9", "/s/\x00"])
def test_bytes_that_are_no_letters_are_not_here(hub: Simulated, raw: str) -> None:
    environ = EnvironBuilder(base_url=HOME).get_environ() | {"PATH_INFO": raw}

    with calm():
        assert run_wsgi_app(the_app(hub), environ)[1][:3] == "404"


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: next(iter(lie)))
def test_what_a_header_calls_us_is_on_no_page(hub: Simulated, lie: dict[str, str]) -> None:
    mine = own_addresses(hub)

    for address in [*mine, *PAGES]:
        answer = asked(hub, "GET", address, headers=lie)
        assert b"evil.example" not in answer.get_data() + str(answer.headers).encode(), address


# -- where we lead -----------------------------------------------------------------------------------

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "http:evil.example",
    "https:/evil.example",
    "\thttps://evil.example",
    "%09https://evil.example",
    "%0d%0aLocation:%20https://evil.example",
    "%0d%0aSet-Cookie:x=1",
    "\r\nSet-Cookie: x=1",
    "%E5%98%8A%E5%98%8DSet-Cookie:x=1",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "%2f%2fevil.example",
    "..%2f..%2fevil.example",
    ".evil.example",
    "@evil.example",
    "evil.example%00.getok",
    "evil。example",
]


@pytest.mark.parametrize("where", ELSEWHERE)
def test_no_address_leads_elsewhere(hub: Simulated, where: str) -> None:
    tell(hub, OPEN_SHOP)
    query = dict.fromkeys(("next", "url", "redirect", "return_to", "continue", "lang", "r", "u"), where)

    for path in ("/", "/books", "/s/dapur-rina", "/p/DR1", f"/r/{where}", f"/p/{where}", f"/s/{where}", f"/{where}"):
        answer = asked(hub, "GET", path, query_string=query)
        location = urlsplit(answer.headers.get("Location", ""))
        assert location.netloc in {"", urlsplit(HOME).netloc}, path
        assert not location.path.startswith(("//", "/\\")), path
        assert "Set-Cookie" not in answer.headers, path
        assert answer.status_code in {200, 404, 308, 400}, path
        page = answer.get_data(as_text=True)
        assert f'href="{where}"' not in page
        assert "<script>alert" not in page


CLIMBING = [
    "%2e%2e%2fadmin",
    "%2e%2e/%2e%2e/etc/passwd",
    "..%5c..%5cwindows",
    "%252e%252e%252f",
    "....//....//etc/passwd",
    "%00",
    "a%00b",
    "%u0041",
    "%",
    "%zz",
    "A" * 10_240,
    "%41" * 3_000,
    "-1",
    "0",
    "1' OR '1'='1",
    "1;DROP TABLE shops",
    "{{7*7}}",
    "${7*7}",
    "%s%n",
    "＜script＞",
    "\u202e",
    "²",
    "DR²",
    "DR１",
    "DR-1",
    "DR99999999999999999999",
    "İı",
    "DEWI7-99999",
    "DEWI7-0",
    "ЅALE10",
    " ",
    ".",
    "~",
    "CON",
]
OPEN_ENDED = ["/r/{}", "/p/{}", "/s/{}", "/i/{}", "/qr/{}.png", "/qr/r/{}.svg", "/qr/x/{}.png", "/media/{}.jpg"]
OPEN_ENDED += [
    "/picture/{}.jpg",
    "/statement/{}.csv",
    "/results/{}.csv",
    "/lists/{}.pdf",
    "/paper/{}.pdf",
    "/data/{}.json",
    "/goods/{}",
    "/static/{}",
    "/simulator/static/{}",
    "/simulator/sample/{}",
]


@pytest.mark.both
@pytest.mark.parametrize("rule", OPEN_ENDED)
def test_what_is_nobodys_is_not_here(hub: Simulated, rule: str) -> None:
    """A foreign id, an absent one and one that cannot be are the same: nothing here."""
    tell(hub, OPEN_SHOP)
    wrong = []
    with calm():
        for value in CLIMBING:
            status = asked(hub, "GET", rule.format(value)).status_code
            wrong += [] if status in {404, 400, 308} else [(value[:20], status)]
    assert wrong == []


HIDDEN = [
    "/.env",
    "/.git/config",
    "/.git/HEAD",
    "/var/getok.db",
    "/getok.db",
    "/getok.key",
    "/static/../app.py",
    "/admin",
]
HIDDEN += [
    "/static/",
    "/static",
    "/media/",
    "/debug",
    "/console",
    "/server-status",
    "/wp-login.php",
    "/static/getok.css.map",
]


@pytest.mark.parametrize("path", HIDDEN)
def test_what_others_leave_lying_about_is_not_here(hub: Simulated, path: str) -> None:
    assert asked(hub, "GET", path).status_code in {404, 308}


# -- forged links ------------------------------------------------------------------------------------


def forged(hub: Simulated) -> list[str]:
    """Tokens that are almost ours."""
    vault = hub.database.vault
    good = tokens.qr_link(vault, "", "halo", hub.now()).removeprefix("/qr/").removesuffix(".png")
    own = tokens.statement_link(vault, "", 1, hub.now()).removeprefix("/statement/").removesuffix(".csv")
    until = int(hub.now().timestamp()) + 9_999
    others = [
        URLSafeSerializer(key, salt=salt).dumps(content)
        for key in ("", "secret", b"\0" * 32, vault.key("link:qr"))
        for salt in ("qr", "statement", "itsdangerous")
        for content in ("http://evil.example", [1, until])
        if (key, salt) != (vault.key("link:qr"), "qr")
    ]
    places = [(token, place) for token in (good, own) for place in range(0, len(token), 5)]
    flipped = [one[:place] + ("A" if one[place] != "A" else "B") + one[place + 1 :] for one, place in places]
    cut = [good[:-1], own[:-1], good + "A", good.split(".")[0], "." + good.split(".")[-1], "..", "a.b.c"]
    return [*others, *flipped, *cut]


def test_a_forged_token_opens_nothing(hub: Simulated) -> None:
    own_addresses(hub)
    opened = []
    with calm():
        for token in forged(hub):
            for path in (f"/qr/{token}.png", f"/picture/{token}.jpg", f"/statement/{token}.csv", f"/goods/{token}"):
                status = asked(hub, "GET", path).status_code
                opened += [] if status == 404 else [(path, status)]
    assert opened == []


def test_a_token_opens_its_own_door_only_and_not_for_ever(hub: Simulated) -> None:
    own_addresses(hub)
    vault, moment = hub.database.vault, hub.now()
    mine = tokens.statement_link(vault, "", 2, moment)
    assert asked(hub, "GET", mine).status_code == 200
    token = mine.removeprefix("/statement/").removesuffix(".csv")
    assert asked(hub, "GET", f"/qr/{token}.png").status_code == 404

    hub.movable.set(moment + tokens.STATEMENT_HOLDS * 2)
    assert asked(hub, "GET", mine).status_code == 404


def test_a_statement_is_not_kept_on_the_way(hub: Simulated) -> None:
    own_addresses(hub)

    answer = asked(hub, "GET", tokens.statement_link(hub.database.vault, "", 2, hub.now()))

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "text/csv" in answer.headers["Content-Type"]


# -- the simulator -----------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP"])
def test_the_simulator_is_for_this_machine(hub: Simulated, header: str) -> None:
    assert asked(hub, "GET", "/simulator").status_code == 200
    assert asked(hub, "GET", "/simulator", headers={header: "x"}).status_code == 404
    assert asked(hub, "GET", "/simulator", base_url="http://evil.example").status_code == 404
    assert asked(hub, "GET", "/simulator", environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 404


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9", ""])
def test_a_form_of_another_page_writes_nothing(hub: Simulated, origin: str) -> None:
    from bots.simulator import TOKEN

    before = fingerprints(hub.database)
    form = {"token": TOKEN, "channel": "telegram", "telegram": "rina", "text": "halo"}

    for path in ("write", "start", "tap", "open", "clock"):
        assert asked(hub, "POST", f"/simulator/{path}", data=form, headers={"Origin": origin}).status_code == 403
        assert asked(hub, "POST", f"/simulator/{path}", data={**form, "token": "x"}).status_code == 403

    hub.settle()
    assert changed_since(hub.database, before, set()) == set()
