"""The pages inside, walked by everybody: who may see what, that looking changes nothing, and that a form is her own.

Two shops stand side by side. Whatever the one's seller asks for of the other's, she is told what she would be told of
something that is not there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from bots.hub import Simulated
from storefront.earning import payouts
from storefront.models import Batch, Commission, Deal, Order, Payout, Person, Shop, WebSession
from storefront.selling import staff
from tests.attacks.common import HOME, calm, changed_since, fingerprints
from tests.attacks.test_routes import asked, rules
from tests.builders import a_deal, a_person, a_product, a_shop, an_order
from tests.visitors import Seat

INSIDE = re.compile(r"/(?:desk|me|hub|sessions)(?:/.*)?")
STRANGERS = 404  #: what somebody else's is answered with, and what is not there as well


@dataclass(frozen=True)
class Town:
    """Two shops with one of everything, and who sits where."""

    slugs: tuple[str, str]
    orders: tuple[str, str]
    batches: tuple[int, int]
    payouts: tuple[int, int]
    seats: dict[str, Seat]


@pytest.fixture
def town(hub: Simulated) -> Town:
    with hub.database.write() as db:
        mine, other = a_shop(db), a_shop(db, "Laras", "Batik Laras")
        for shop, creator in ((mine, "Dewi"), (other, "Bayu")):
            card = a_product(db, shop)
            deal = a_deal(db, shop, card, creator)
            an_order(db, card, f"Sari {shop.name}", through=deal, sent=True)
            db.execute(Commission.__table__.update().values(released_at=hub.now()))
            payouts.draft(db, shop, deal.creator_id, hub.now(), by_hand=True)
        helper = a_person(db, "Nia")
        staff.join(db, staff.invitation(db, staff.invite(db, mine.id, hub.now()), hub.now()).id, helper, hub.now())
        boss = a_person(db, "Bu Lurah")
        keeps = {"is_operator": True, "keeps_hub_since": hub.now()}
        db.execute(Person.__table__.update().where(Person.id == boss).values(**keeps))
        people = {
            "seller": mine.owner_id,
            "other seller": other.owner_id,
            "staff": helper,
            "creator": db.scalars(select(Deal.creator_id).where(Deal.shop_id == mine.id)).one(),
            "operator": boss,
            "buyer": a_person(db, "Sari"),
        }
        found = Town(
            slugs=(mine.slug, other.slug),
            orders=tuple(db.scalars(select(Order.code).where(Order.shop_id == one.id)).one() for one in (mine, other)),  # type: ignore[arg-type]
            batches=tuple(db.scalars(select(Batch.id).where(Batch.shop_id == one.id)).one() for one in (mine, other)),  # type: ignore[arg-type]
            payouts=tuple(db.scalars(select(Payout.id).where(Payout.shop_id == one.id)).one() for one in (mine, other)),  # type: ignore[arg-type]
            seats={},
        )
    for name, person in people.items():
        found.seats[name] = Seat(hub, person)
    hub.settle()
    return found


# -- the walk --------------------------------------------------------------------------------------------

#: page -> who may see it; whoever is not named is told that there is no such page, or (``|kind``) a kind no
PAGES: dict[str, set[str]] = {
    "/sessions": {"seller", "other seller", "staff", "creator", "operator", "buyer"},
    "/desk": {"seller", "other seller", "staff", "creator", "operator", "buyer"},
    "/desk/{slug}": {"seller", "staff"},
    "/desk/{slug}/orders": {"seller", "staff"},
    "/desk/{slug}/orders/{order}": {"seller", "staff"},
    "/desk/{slug}/orders/{order}/proof.jpg": set(),
    "/desk/{slug}/note": {"seller", "staff"},
    "/desk/{slug}/shelf": {"seller", "staff"},
    "/desk/{slug}/shelf/new": {"seller"},
    "/desk/{slug}/shelf/1": {"seller", "staff"},
    "/desk/{slug}/calendar": {"seller", "staff"},
    "/desk/{slug}/rounds/{batch}": {"seller", "staff"},
    "/desk/{slug}/buyers": {"seller", "staff"},
    "/desk/{slug}/neighbours": {"seller"},
    "/desk/{slug}/payouts/{payout}": {"seller"},
    "/desk/{slug}/reports": {"seller"},
    "/desk/{slug}/reports.csv": {"seller"},
    "/me": {"seller", "other seller", "staff", "creator", "operator", "buyer"},
    "/me/lines": {"seller", "other seller", "staff", "creator", "operator", "buyer"},
    "/me/links": {"seller", "other seller", "staff", "creator", "operator", "buyer"},
    "/me/payouts": {"seller", "other seller", "staff", "creator", "operator", "buyer"},
    "/me/papers": {"seller", "other seller", "staff", "creator", "operator", "buyer"},
    "/me/orders/{order}": {"creator"},
    "/me/payouts/{payout}": set(),  # it has not moved yet
    "/hub": {"operator"},
    "/hub/messages": {"operator"},
    "/hub/disputes": {"operator"},
    "/hub/shops": {"operator"},
    "/hub/people": {"operator"},
    "/hub/costs": {"operator"},
    "/hub/words": {"operator"},
}
#: a kind no instead of nothing at all: she works there, and it is the owner's
OWNERS_ONLY = {
    ("staff", page)
    for page, who in PAGES.items()
    if page.startswith("/desk/{slug}") and "staff" not in who and "{payout}" not in page
}
#: form -> what makes it something to press; every one of them is tried by everybody on both shops
FORMS = (
    "/sessions/end", "/sessions/language", "/sessions/chat",
    *(f"/desk/{{slug}}/orders/{{order}}/{act}" for act in (
        "money-arrived", "not-there", "other-amount", "accept-short", "accept-cod", "undo", "send", "fee", "refund",
        "returned", "part-returned", "return-late", "cancel", "write", "offer", "note",
    )),
    "/desk/{slug}/note", "/desk/{slug}/shelf/new", "/desk/{slug}/shelf/1", "/desk/{slug}/shelf/1/photo",
    *(f"/desk/{{slug}}/shelf/1/{act}" for act in ("pause", "resume", "hide", "show", "first", "close", "reopen")),
    "/desk/{slug}/rounds/{batch}/send",
    *(f"/desk/{{slug}}/rounds/{{batch}}/{act}" for act in ("close", "move", "reopen", "run", "week", "call-off")),
    "/desk/{slug}/neighbours/invite", "/desk/{slug}/payouts", "/desk/{slug}/payouts/{payout}/number",
    "/desk/{slug}/payouts/{payout}/sent",
    *(f"/desk/{{slug}}/payouts/{{payout}}/{act}" for act in ("second", "provider", "call-off", "dispute", "agree",
                                                               "send-back")),
    *(f"/me/payouts/{{payout}}/{deed}" for deed in ("got", "missing", "dispute", "agree", "answer")),
    "/hub/messages/in/1", "/hub/messages/out/1", "/hub/shops/1/freeze", "/hub/shops/1/thaw",
    "/hub/disputes/payout/1", "/hub/disputes/order/1", "/hub/backup",
)  # fmt: skip


def address(town: Town, page: str, whose: int) -> str:
    return page.format(
        slug=town.slugs[whose], order=town.orders[whose], batch=town.batches[whose], payout=town.payouts[whose]
    )


def test_every_page_and_form_inside_is_walked(hub: Simulated) -> None:
    """A new address without a word here on who may see it is a mistake."""
    assert hub.app
    shapes = {
        re.sub(r"<(?:\w+:)?(\w+)>", "{}", rule.rule)
        for rule in hub.app.url_map.iter_rules()
        if INSIDE.fullmatch(rule.rule)
    }
    walked = {re.sub(r"\{\w+\}", "{}", one) for one in (*PAGES, *FORMS)}
    walked |= {re.sub(r"/shelf/1", "/shelf/{}", one) for one in walked}
    deeds = {shape for shape in shapes if shape.endswith("/{}") or re.search(r"/\{\}/\d", shape)}
    assert {shape for shape in shapes - deeds if shape not in walked} == set()
    for shape in deeds - walked:
        assert any(re.fullmatch(shape.replace("{}", "[^/]+"), one.replace("{}", "x")) for one in walked), shape


def test_everybody_sees_what_is_hers(town: Town) -> None:
    wrong = []
    for page, may in PAGES.items():
        for name, seat in town.seats.items():
            status = seat.look(address(town, page, 0)).status_code
            expected = 200 if name in may else 409 if (name, page) in OWNERS_ONLY else STRANGERS
            if page == "/desk" and name in {"seller", "other seller", "staff"}:
                expected = 303  # to her one shop
            wrong += [] if status == expected else [(page, name, status, expected)]
    assert wrong == []


def test_nobody_signed_in_sees_nothing(hub: Simulated, town: Town) -> None:
    for page in PAGES:
        answer = asked(hub, "GET", address(town, page, 0))
        assert answer.status_code == 401, page
        assert town.orders[0] not in answer.get_data(as_text=True)


def foreign(town: Town) -> Iterator[tuple[str, str]]:
    """Addresses of the other shop's things under one's own, each beside one that is of nothing at all."""
    absent = {"order": "ZZ-9999", "batch": 987_654, "payout": 987_654}
    for page in (*PAGES, *FORMS):
        for key, of_other in (("order", town.orders[1]), ("batch", town.batches[1]), ("payout", town.payouts[1])):
            if f"{{{key}}}" in page:
                parts = {"slug": town.slugs[0], "order": town.orders[0], "batch": 0, "payout": 0}
                yield page.format(**{**parts, key: of_other}), page.format(**{**parts, key: absent[key]})
        if "{slug}" in page:
            yield address(town, page, 1), address(town, page, 1).replace(town.slugs[1], "nobody-at-all")


def body(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_data(as_text=True)


def test_what_is_anothers_is_as_if_it_were_not_there(hub: Simulated, town: Town) -> None:
    seat = town.seats["seller"]
    token = seat.token
    before = fingerprints(hub.database)

    for theirs, nothing in foreign(town):
        assert body(seat.look(theirs)) == body(seat.look(nothing)), theirs
        fields = {"form_token": token, "amount": "15000", "words": "halo", "value": "resend", "cash": "1"}
        posted = [seat.client.post(one, data=fields, base_url=HOME) for one in (theirs, nothing)]
        assert body(posted[0]) == body(posted[1]), theirs
        assert posted[0].status_code in {STRANGERS, 405}, theirs

    hub.settle()
    assert changed_since(hub.database, before) == set()


def test_looking_changes_nothing(hub: Simulated, town: Town) -> None:
    before = fingerprints(hub.database)
    for page in PAGES:
        for seat in town.seats.values():
            for method in ("GET", "HEAD"):
                seat.client.open(address(town, page, 0), method=method, base_url=HOME)
    hub.settle()
    assert changed_since(hub.database, before) == set()


# -- forms -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lie",
    [
        {},
        {"form_token": "x" * 32},
        {"form_token": ""},
    ],
)
def test_a_form_without_her_own_token_does_nothing(hub: Simulated, town: Town, lie: dict[str, str]) -> None:
    before = fingerprints(hub.database)
    for form in FORMS:
        for name, seat in town.seats.items():
            answer = seat.client.post(address(town, form, 0), data={**lie, "amount": "15000"}, base_url=HOME)
            assert answer.status_code == 400, (form, name)
    hub.settle()
    assert changed_since(hub.database, before) == set()


def test_a_form_of_another_session_or_another_page_does_nothing(hub: Simulated, town: Town) -> None:
    hers, other = town.seats["seller"], town.seats["other seller"]
    order = address(town, FORMS[3], 0)
    before = fingerprints(hub.database)

    assert hers.client.post(order, data={"form_token": other.token}, base_url=HOME).status_code == 400
    for site in ("cross-site", "same-site"):
        headers = {"Sec-Fetch-Site": site}
        answer = hers.client.post(order, data={"form_token": hers.token}, headers=headers, base_url=HOME)
        assert answer.status_code == 400
    for kind in ("text/plain", "application/json"):
        answer = hers.client.post(order, data=f"form_token={hers.token}", content_type=kind, base_url=HOME)
        assert answer.status_code == 400
    hub.settle()
    assert changed_since(hub.database, before) == set()


def test_only_who_may_press_changes_anything(hub: Simulated, town: Town) -> None:
    """Everybody else, with a true token of her own, finds nothing to press in this shop or on the hub."""
    before = fingerprints(hub.database)
    for form in FORMS:
        if form.startswith("/sessions"):
            continue
        for name in ("other seller", "buyer", "creator"):
            seat = town.seats[name]
            fields = {"form_token": seat.token, "amount": "15000", "words": "halo", "cash": "1"}
            answer = seat.client.post(address(town, form, 0), data=fields, base_url=HOME)
            assert answer.status_code == STRANGERS, (form, name)
    hub.settle()
    assert changed_since(hub.database, before) == set()


def test_fields_nobody_asked_for_are_nothing(hub: Simulated, town: Town) -> None:
    """Every column of the tables behind a form, posted along: none of them is taken."""
    columns = {column.key for table in (Order, Shop, Person, Payout, WebSession) for column in table.__table__.columns}
    smuggled = dict.fromkeys(columns - {"name", "code"}, "1")
    seat = town.seats["seller"]

    with calm():
        seat.press(address(town, "/desk/{slug}/shelf/1", 0), **smuggled, name="Brownies Baru")

    with hub.database.read() as db:
        shop = db.scalars(select(Shop).where(Shop.slug == town.slugs[0])).one()
        owner = db.get_one(Person, shop.owner_id)
        assert owner.is_operator is False
        assert shop.rate_bp == 1_000


HOSTILE = ("<script>alert(1)</script>", "\x00", "' OR 1=1 --", "%", "_", "A" * 5_000, "-1", "9" * 30, "１", "ß" * 300)


def test_hostile_words_in_every_field(hub: Simulated, town: Town) -> None:
    """Nothing breaks, and nothing of it is a tag on any page."""
    seat = town.seats["seller"]
    names = ("amount", "words", "value", "name", "text", "quota", "closes_at", "min_order", "price", "session", "back")
    with calm():
        for said in HOSTILE:
            for form in FORMS:
                if form.startswith(("/sessions", "/hub")):
                    continue
                answer = seat.press(address(town, form, 0), **dict.fromkeys(names, said))
                assert answer.status_code < 500, (form, said)
        for page in PAGES:
            for query in ("q", "before", "kind", "span", "back", "paid", "after", "lang", "done", "code"):
                for said in HOSTILE[:6]:
                    answer = seat.client.get(address(town, page, 0), query_string={query: said}, base_url=HOME)
                    assert answer.status_code < 500, (page, query, said)
                    assert b"<script>alert" not in answer.get_data(), (page, query)


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_the_way_back_leads_home(town: Town, back: str) -> None:
    seat = town.seats["seller"]

    answer = seat.press(address(town, "/desk/{slug}/orders/{order}/undo", 0), back=back)

    assert answer.status_code == 409
    assert "evil" not in answer.get_data(as_text=True)
    assert "javascript" not in answer.get_data(as_text=True)


def test_pages_inside_are_kept_by_nobody(hub: Simulated, town: Town) -> None:
    for page in PAGES:
        answer = town.seats["seller"].look(address(town, page, 0))
        assert answer.headers["Cache-Control"] == "no-store", page
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert rules(hub)
