"""Payouts by somebody licensed: keys on a page, one transfer a payout, and what is done when nobody knows."""

import random
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, select

from bots.hub import Simulated
from storefront import verifying
from storefront.database import Database, Writer
from storefront.earning import handovers, payouts
from storefront.models import (
    Commitment,
    OutboxMessage,
    Payout,
    PayoutAttempt,
    ProviderAccount,
    Restoration,
    Shop,
)
from storefront.providers import ABSENT, FAILED, REQUESTED, REVERSED, SUCCEEDED, UNKNOWN, Answer, Keys
from storefront.providers.simulated import Simulated as Pretended
from storefront.providers.xendit import Xendit
from storefront.reading.destinations import mask, read_destination
from storefront.refusals import AlreadyDone, Frozen, NotByProvider, ProviderSaysSent
from storefront.selling import safeguards
from storefront.selling.shops import PayTo
from storefront.web import tokens
from tests.builders import NOW
from tests.conftest import AGREED, JAKARTA, OPEN_SHOP, tell, vault
from tests.outside.xendit import Bank
from tests.storefront.test_payouts import DAY, Pair

KEYS = Keys("simulated", "a token")


class Going:
    """A payout that a provider has been handed."""

    def __init__(self, database: Database, number: str = "1234567890") -> None:
        self.database, self.provider, self.now = database, Pretended(), NOW + 3 * DAY
        with database.write() as db:
            self.pair = Pair(db)
            pay_into(db, self.pair.creator, f"bca {number} an Dewi")
            handovers.use(db, self.pair.shop.id, "simulated", KEYS, NOW)
            self.pair.sold(db)
            self.id = self.pair.draft(db).id
            handovers.hand_over(db, self.id, self.pair.shop.owner_id, self.now)

    def until(self, days: float) -> None:
        """Ask whatever is due on the way."""
        end = self.now + timedelta(days=days)
        while True:
            handovers.ask_due(self.database, lambda *_: self.provider, lambda: self.now)
            with self.database.read() as db:
                due = handovers.next_due(db)
            if due is None or due > end:
                self.now = end
                return
            self.now = max(due, self.now)

    def state(self) -> str:
        with self.database.read() as db:
            return db.scalars(select(Payout.state).where(Payout.id == self.id)).one()

    def told(self) -> list[str]:
        with self.database.read() as db:
            found = select(OutboxMessage.notice).where(OutboxMessage.notice.like("payout%")).order_by(OutboxMessage.id)
            return [one for one in db.scalars(found) if one]

    def problems(self) -> list[str]:
        with self.database.read() as db:
            return list(verifying.problems(db))


def pay_into(db: Writer, person_id: int, words: str) -> None:
    said = read_destination(words)
    assert said, words
    pay_to = PayTo(said.kind, said.brand, said.number, said.holder or "Dewi", mask(said))
    safeguards.change_destination(db, pay_to, person_id, NOW)


ENDS = {
    "1234567894": ("sent", ["payout_sent"]),
    "1234567890": ("missing", ["payout_failed"]),
    "1234567891": ("missing", ["payout_sent", "payout_failed"]),
    "1234567892": ("sending", ["payout_unknown"]),
    "1234567893": ("sent", ["payout_sent"]),
}


@pytest.mark.both
@pytest.mark.parametrize("number", ENDS)
def test_what_becomes_of_a_payout(number: str, database: Database) -> None:
    going = Going(database, number)
    going.until(4.5)

    state, told = ENDS[number]
    assert (going.state(), going.told()) == (state, told)
    assert going.problems() == []


@pytest.mark.both
def test_a_payout_that_comes_back_after_it_was_received_is_owed_again(database: Database) -> None:
    going = Going(database, "1234567891")
    going.until(0.01)
    with database.write() as db:
        payouts.confirm(db, going.id, going.pair.creator, going.now)
    going.until(2)

    assert going.state() == "missing"
    assert going.told()[-2:] == ["payout_reversed", "payout_reversed"]
    with database.read() as db:
        assert going.pair.standing(db) == {"reserved": 14_000}  # type: ignore[arg-type]
    assert going.problems() == []


@pytest.mark.parametrize(("was_sent", "state"), [(True, "sent"), (False, "missing")])
def test_a_person_looks_where_the_provider_is_silent(was_sent: bool, state: str, database: Database) -> None:
    going = Going(database, "1234567892")
    with database.write() as db, pytest.raises(AlreadyDone):
        handovers.looked_up(db, going.id, going.pair.shop.owner_id, going.now, was_sent=was_sent)
    going.until(5)
    with database.write() as db:
        handovers.looked_up(db, going.id, going.pair.shop.owner_id, going.now, was_sent=was_sent)
    with database.write() as db, pytest.raises(AlreadyDone):
        handovers.looked_up(db, going.id, going.pair.shop.owner_id, going.now, was_sent=was_sent)

    assert going.state() == state
    assert going.problems() == []


def test_what_a_provider_says_of_an_old_try_moves_nothing_under_a_new_one(database: Database) -> None:
    going = Going(database, "1234567894")
    going.until(0.01)
    with database.write() as db:
        payouts.missing(db, going.id, going.pair.creator, going.now)
        with pytest.raises(ProviderSaysSent):
            handovers.hand_over(db, going.id, going.pair.shop.owner_id, going.now)
    going.until(3)

    assert going.state() == "missing"
    assert going.problems() == []


def test_an_account_is_named_nowhere_once_it_is_over(database: Database) -> None:
    going = Going(database, "1234567894")
    going.until(1)
    with database.read() as db:
        assert db.scalars(select(PayoutAttempt.body)).one() is None


@pytest.mark.both
def test_two_who_hand_it_over_at_once_hand_it_over_once(database: Database) -> None:
    with database.write() as db:
        pair = Pair(db)
        pay_into(db, pair.creator, "bca 1234567894 an Dewi")
        handovers.use(db, pair.shop.id, "simulated", KEYS, NOW)
        pair.sold(db)
        payout = pair.draft(db).id
    ends: list[str] = []

    def hand() -> None:
        try:
            with database.write() as db:
                handovers.hand_over(db, payout, pair.shop.owner_id, NOW + 3 * DAY)
            ends.append("handed over")
        except AlreadyDone:
            ends.append("done already")

    threads = [threading.Thread(target=hand) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ends) == ["done already"] * 3 + ["handed over"]
    with database.read() as db:
        assert len(db.scalars(select(PayoutAttempt.id)).all()) == 1


def test_nothing_is_handed_over_or_asked_while_the_books_are_older_than_the_world(database: Database) -> None:
    going = Going(database, "1234567894")
    with database.write() as db:
        db.execute(insert(Restoration).values(taken_at=NOW, restored_at=going.now))
        with pytest.raises(Frozen):
            handovers.hand_over(db, going.id, going.pair.shop.owner_id, going.now)
    going.until(2)

    assert going.state() == "sending"
    assert going.provider.asked == {}


def test_books_put_back_from_before_it_was_paid_find_it_paid(new_url: Callable[[], str]) -> None:
    """The same payout is handed over twice, because the second hub does not know of the first time."""
    bank = Bank(lambda: NOW + 4 * DAY, random.Random(1))  # noqa: S311 - a repeatable chance
    client = Xendit(KEYS, "https://bank.example", transport=httpx.MockTransport(bank))
    for _ in range(2):
        database = Database(new_url(), vault(), JAKARTA)
        with database.write() as db:
            pair = Pair(db)
            pay_into(db, pair.creator, "bca 1234567894 an Dewi")
            handovers.use(db, pair.shop.id, "xendit", KEYS, NOW)
            pair.sold(db)
            handovers.hand_over(db, pair.draft(db).id, pair.shop.owner_id, NOW + 4 * DAY)
        handovers.ask_due(database, lambda *_: client, lambda: NOW + 4 * DAY)
        database.close()

    assert len(bank.by_id) == 1


def test_who_has_no_account_there_is_paid_by_hand(database: Database) -> None:
    with database.write() as db:
        pair = Pair(db)
        handovers.use(db, pair.shop.id, "simulated", KEYS, NOW)
        pair.sold(db)
        payout = pair.draft(db).id
    with database.write() as db, pytest.raises(NotByProvider):
        handovers.hand_over(db, payout, pair.shop.owner_id, NOW)
    with database.read() as db:
        assert db.get_one(Payout, payout).state == "draft"


@pytest.mark.parametrize("others", [None, Keys("somebody else's", "t")])
def test_keys_taken_away_or_changed_leave_the_payout_to_a_person(others: Keys | None, database: Database) -> None:
    """Under other keys it would be another account, and a second transfer."""
    going = Going(database, "1234567894")
    with database.write() as db:
        if others:
            handovers.use(db, going.pair.shop.id, "simulated", others, NOW)
        else:
            handovers.forget(db, going.pair.shop.id)
    going.until(5)

    assert (going.state(), going.told()) == ("sending", ["payout_unknown"])
    assert going.provider.asked == {}
    with database.read() as db:
        assert db.scalars(select(PayoutAttempt.error)).one() == "NO_KEYS"


# -- what Xendit says, and what we understand of it ------------------------------------------------------------

FINE = {"id": "disb-1", "reference_id": "k", "status": "ACCEPTED"}
CREATED: dict[str, tuple[Any, Answer]] = {
    "taken on": (httpx.Response(200, json=FINE), Answer(REQUESTED, "disb-1")),
    "there at once": (httpx.Response(200, json={**FINE, "status": "SUCCEEDED"}), Answer(SUCCEEDED, "disb-1")),
    "a word we do not know": (httpx.Response(200, json={**FINE, "status": "PONDERING"}), Answer(UNKNOWN, "disb-1")),
    "no JSON": (httpx.Response(200, text="<html>"), Answer(UNKNOWN, None, "NO_JSON")),
    "a list": (httpx.Response(200, json=[1]), Answer(UNKNOWN, None, "NO_JSON")),
    "too little money": (
        httpx.Response(400, json={"error_code": "INSUFFICIENT_BALANCE"}),
        Answer(FAILED, None, "INSUFFICIENT_BALANCE"),
    ),
    "a wrong key": (httpx.Response(401, text="no"), Answer(FAILED, None, "401")),
    "in flight": (httpx.Response(409, json={"error_code": "BUSY"}), Answer(UNKNOWN, None, "BUSY")),
    "too many": (httpx.Response(429), Answer(UNKNOWN, None, "429")),
    "a redirect": (
        httpx.Response(302, headers={"Location": "https://elsewhere.example"}),
        Answer(UNKNOWN, None, "302"),
    ),
    "its own fault": (httpx.Response(500, json={"error_code": "SERVER_ERROR"}), Answer(UNKNOWN, None, "SERVER_ERROR")),
    "no answer": (httpx.ReadTimeout("late"), Answer(UNKNOWN, None, "ReadTimeout")),
    "nobody there": (httpx.ConnectError("gone"), Answer(UNKNOWN, None, "ConnectError")),
    "known already": (httpx.Response(400, json={"error_code": "DUPLICATE_ERROR"}), Answer(SUCCEEDED, "disb-1")),
}
FOUND: dict[str, tuple[Any, Answer]] = {
    "nothing": (httpx.Response(200, json={"data": []}), Answer(ABSENT)),
    "not found": (httpx.Response(404), Answer(ABSENT)),
    "somebody else's": (httpx.Response(200, json={"data": [{**FINE, "reference_id": "x"}]}), Answer(ABSENT)),
    "came back": (
        httpx.Response(200, json={"data": [{**FINE, "status": "REVERSED", "failure_code": "TRANSFER_ERROR"}]}),
        Answer(REVERSED, "disb-1", "TRANSFER_ERROR"),
    ),
    "one alone": (httpx.Response(200, json={**FINE, "status": "FAILED"}), Answer(FAILED, "disb-1")),
    "another one": (httpx.Response(200, json={**FINE, "reference_id": "x"}), Answer(UNKNOWN, None, "NOT_OURS")),
    "nonsense": (httpx.Response(200, json="hello"), Answer(UNKNOWN, None, "NOT_OURS")),
    "its own fault": (httpx.Response(503), Answer(UNKNOWN, None, "503")),
    "no answer": (httpx.ReadTimeout("late"), Answer(UNKNOWN, None, "ReadTimeout")),
}


def answering(said: Any, seen: list[httpx.Request]) -> Xendit:
    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.method == "GET" and isinstance(said, httpx.Response) and said.status_code == 400:
            return httpx.Response(200, json={"data": [{**FINE, "status": "SUCCEEDED"}]})
        if isinstance(said, Exception):
            raise said
        assert isinstance(said, httpx.Response)
        return said

    return Xendit(Keys("xnd_development_x", "t"), "https://bank.example", transport=httpx.MockTransport(handle))


@pytest.mark.parametrize("what", CREATED)
def test_what_is_understood_of_an_answer(what: str) -> None:
    said, understood = CREATED[what]
    seen: list[httpx.Request] = []

    assert answering(said, seen).create("k", '{"amount":1}') == understood
    assert seen[0].headers["Idempotency-key"] == "k"
    assert seen[0].content == b'{"amount":1}'
    assert seen[0].headers["Authorization"].startswith("Basic ")


@pytest.mark.parametrize("what", FOUND)
def test_what_is_understood_of_a_look(what: str) -> None:
    said, understood = FOUND[what]

    assert answering(said, []).find("k", "disb-1" if what in {"one alone", "another one"} else None) == understood


# -- a seller's keys -------------------------------------------------------------------------------------------


def test_keys_are_put_in_on_a_page_sealed_and_never_shown_again(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP)
    with hub.database.read() as db:
        shop = db.scalars(select(Shop)).one()
        link = tokens.keys_link(db.vault, "", shop.id, shop.owner_id, hub.now())
        stranger = tokens.keys_link(db.vault, "", shop.id, shop.owner_id + 1, hub.now())
    secret = "xnd_development_a_very_secret_key"
    assert "pembayaran" in hub.client.get(link).get_data(as_text=True).casefold()
    assert hub.client.get(stranger).status_code == 404
    assert hub.client.post(stranger, data={}).status_code == 404
    assert hub.client.post(link, data={"api_key": "rahasia", "callback_token": "x"}).status_code == 422

    kept = hub.client.post(link, data={"api_key": secret, "callback_token": "token"})

    assert kept.status_code == 200
    assert secret not in kept.get_data(as_text=True)
    assert kept.headers["Cache-Control"] == "no-store"
    with hub.database.read() as db:
        account = db.scalars(select(ProviderAccount)).one()
        assert secret.encode() not in account.sealed_key
        assert handovers.account_of(db, shop.id) == ("xendit", Keys(secret, "token"))
        assert db.scalar(select(Commitment.id).where(Commitment.kind == "provider"))
    hub.client.post(link, data={"forget": "1"})
    with hub.database.read() as db:
        assert handovers.account_of(db, shop.id) is None
    hub.move_to(hub.now() + timedelta(minutes=31))
    assert hub.client.get(link).status_code == 404


def test_a_webhook_is_a_hint_from_who_knows_the_token(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP + AGREED)
    with hub.database.write() as db:
        shop = db.scalars(select(Shop)).one()
        handovers.use(db, shop.id, "simulated", KEYS, hub.now())
    address = f"/payouts/xendit/{shop.id}"
    said = {"event": "payout.succeeded", "data": {"id": "disb-1", "status": "SUCCEEDED"}}

    assert hub.client.post(address, json=said).status_code == 403
    assert hub.client.post(address, json=said, headers={"x-callback-token": "wrong"}).status_code == 403
    assert hub.client.post("/payouts/xendit/99", json=said, headers={"x-callback-token": "a token"}).status_code == 403
    for body in (said, {}, {"data": 3}, {"data": {"id": None}}):
        assert hub.client.post(address, json=body, headers={"x-callback-token": "a token"}).status_code == 200
    assert hub.client.post(address, data="no json", headers={"x-callback-token": "a token"}).status_code == 200


SOLD = """
sari@telegram opens: $code
sari@telegram says: 2, antar griya asri C2/5, Sari, qris
sari@telegram says: sudah
rina@telegram taps: Uang masuk
clock: +4d
rina@telegram taps: Dikirim
clock: +2d
dewi@telegram says: bca 1234567894 an Dewi
rina@telegram says: bayar komisi
"""


def test_a_seller_pays_with_one_tap(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP + AGREED)
    with hub.database.write() as db:
        handovers.use(db, db.scalars(select(Shop.id)).one(), "simulated", KEYS, hub.now())
    tell(
        hub,
        SOLD
        + """
rina@telegram taps: Bayar lewat Simulated
rina@telegram sees: sedang dikirim otomatis
dewi@telegram does not see: Sudah masuk?
clock: +1h
dewi@telegram sees: Dapur Rina mengirim Rp13.000 ke BCA
dewi@telegram taps: Sudah terima uangnya
""",
        code=f"{hub.public_url}/r/DEWI7-1",
    )
