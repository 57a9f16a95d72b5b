"""What went wrong elsewhere: shops and bots like ours failed like this, and each failure is one test here."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bots import whatsapp
from bots.hub import MovableClock, Simulated
from storefront import outbox, verifying
from storefront.database import Database
from storefront.models import (
    Batch,
    Commission,
    InboxMessage,
    Media,
    Order,
    OrderStep,
    OutboxMessage,
    Payment,
    PayoutAttempt,
    Touch,
    UsedButton,
)
from storefront.refusals import Refusal
from storefront.selling.orders import changing, placing
from tests.attacks.common import HOME, ORDER, changed_since, fingerprints, inbound, on_whatsapp, posted, press, signed
from tests.builders import NOW, a_person, a_product, a_shop, a_wish, an_order
from tests.conftest import OPEN_SHOP, STORIES, tell

DAY = timedelta(days=1)


def many(db: Any, table: Any, *where: Any) -> int:
    return db.scalar(select(func.count()).select_from(table).where(*where)) or 0


def counted(hub: Simulated, table: Any, *where: Any) -> int:
    with hub.database.read() as db:
        return many(db, table, *where)


def in_threads(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Do all of it at the same moment; an expected no is an answer."""
    barrier, answers = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place: int) -> None:
        barrier.wait()
        try:
            answers[place] = jobs[place]()
        except Refusal as no:
            answers[place] = type(no).__name__

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def button_of(hub: Simulated, name: str, label: str) -> str:
    found = hub.phones.newest_with(name, "telegram", label)
    assert found
    return found[1].data or ""


def an_ordering(hub: Simulated) -> None:
    player = tell(hub, OPEN_SHOP)
    tell(hub, ORDER, **player.kept)


# -- taps --------------------------------------------------------------------------------------------


def test_incident_you_can_bot_170(hub: Simulated) -> None:
    """Impatient fingers tapped twice, and the second tap was an error 224 times a day."""
    an_ordering(hub)
    paid = button_of(hub, "sari", "Sudah bayar")

    assert press(hub, "sari", paid)
    assert press(hub, "sari", paid)

    assert counted(hub, OrderStep, OrderStep.step == "claimed") == 1
    assert counted(hub, InboxMessage, InboxMessage.dead_reason.is_not(None)) == 0
    assert counted(hub, OutboxMessage, OutboxMessage.notice == "payment_claimed") == 1


def test_incident_telegram_bot_api_699(hub: Simulated) -> None:
    """An app that was closed before its answer sent the same tap again as a new update."""
    an_ordering(hub)
    tell(hub, "sari@telegram taps: Sudah bayar")
    arrived = button_of(hub, "rina", "Uang masuk")
    person = hub.phones.telegram.person("rina")
    shown = next(bubble for bubble in reversed(person.bubbles) if not bubble.mine)

    for _ in range(5):
        hub.phones.telegram._call_back(person, hub.phones.telegram.messages[int(shown.id)], arrived)
    hub.settle()

    assert counted(hub, OrderStep, OrderStep.step == "confirmed") == 1
    assert counted(hub, UsedButton, UsedButton.button == arrived) == 1


def test_incident_3x_ui_6489(hub: Simulated) -> None:
    """Buttons carried bare ids, so anybody could look at any client by changing a number."""
    an_ordering(hub)
    tell(hub, "penny@telegram says: halo")

    for data in ("s:order:1", "s:check:1", "s:cancel:1", "s:ways:1", "s:again:1", "s:talk_buyer:1", "s:lists:1"):
        assert press(hub, "penny", data)
        told = hub.phones.bubbles("penny", "telegram")[-1]
        assert not [word for word in ("C2/5", "Sari", "DR-0001", "Rp", "7002") if word in told.says()], data


def test_incident_cadis_1032(hub: Simulated) -> None:
    """Whoever could see a button could press it, for the person it was meant for."""
    an_ordering(hub)
    tell(hub, "sari@telegram taps: Sudah bayar\npenny@telegram says: halo")
    arrived = button_of(hub, "rina", "Uang masuk")

    assert press(hub, "penny", arrived)
    assert press(hub, "sari", arrived)
    assert counted(hub, Payment, Payment.state == "confirmed") == 0

    assert press(hub, "rina", arrived)
    assert counted(hub, Payment, Payment.state == "confirmed") == 1


# -- stock -------------------------------------------------------------------------------------------


def a_rush(database: Database, quota: int, buyers: int) -> tuple[Any, list[Any]]:
    """So many buyers for so many, all at once."""
    with database.write() as db:
        card = a_product(db, a_shop(db), quota=quota)
        people = [a_person(db, f"buyer{number}") for number in range(buyers)]

    def buy(buyer: int) -> str:
        with database.write() as db:
            return placing.place(db, buyer, card, a_wish(card), NOW).order.code

    return card, in_threads([lambda buyer=buyer: buy(buyer) for buyer in people])


def taken(database: Database, card: Any) -> int:
    with database.read() as db:
        assert list(verifying.problems(db)) == []
        return db.scalar(select(Batch.taken).where(Batch.id == card.batch.id)) or 0


@pytest.mark.both
def test_incident_saleor_543(database: Database) -> None:
    """Stock was looked at first and taken later, and a slow network sold the same piece twice."""
    card, answers = a_rush(database, quota=1, buyers=12)

    assert sorted(answers) == ["DR-0001", *["SoldOut"] * 11]
    assert taken(database, card) == 1


def test_incident_vendure_3508(database: Database) -> None:
    """Two checkouts that were begun before the last piece went both got it."""
    with database.write() as db:
        card = a_product(db, a_shop(db), quota=3)
        sari, tono = a_person(db, "Sari"), a_person(db, "Tono")
    with database.write() as db:
        placing.place(db, sari, card, a_wish(card, 2), NOW)

    with pytest.raises(Refusal), database.write() as db:
        placing.place(db, tono, card, a_wish(card, 2), NOW)  # his card is from before

    assert taken(database, card) == 2


def test_incident_vendure_4930(database: Database) -> None:
    """A count of stock fell below nothing and stayed there."""
    with database.write() as db:
        card = a_product(db, a_shop(db), quota=5)
        order = an_order(db, card, plain=2, cheese=1).order
        changing.cancel(db, order.id, order.buyer_id, NOW)
    for _ in range(3):
        with pytest.raises(Refusal), database.write() as db:
            changing.cancel(db, order.id, order.buyer_id, NOW)

    assert taken(database, card) == 0


def test_incident_attendize_473(database: Database) -> None:
    """The last tickets were given to everybody who pressed at once."""
    card, answers = a_rush(database, quota=4, buyers=20)

    assert answers.count("SoldOut") == 16
    assert taken(database, card) == 4


def test_incident_event_espresso_109(database: Database) -> None:
    """One order for more than was left was taken, because only *is any left* was asked."""
    with database.write() as db:
        card = a_product(db, a_shop(db), quota=2)
        buyer = a_person(db, "Sari")

    with pytest.raises(Refusal), database.write() as db:
        placing.place(db, buyer, card, a_wish(card, 3), NOW)

    assert taken(database, card) == 0


def test_incident_eventyay_1359(database: Database) -> None:
    """A fork skipped the lock to be quicker, and lost the one thing the lock was for."""
    card, answers = a_rush(database, quota=10, buyers=30)
    codes = [answer for answer in answers if answer != "SoldOut"]

    assert len(set(codes)) == len(codes) == taken(database, card) == 10


def test_incident_saleor_5334(database: Database) -> None:
    """One order in many stood without its allocation: paid for, and nothing set aside for it."""
    with database.write() as db:
        card = a_product(db, a_shop(db))
        orders = [an_order(db, card, f"Buyer {number}", plain=number, cheese=1, paid=True) for number in (1, 2, 3)]

    assert taken(database, card) == sum(line.quantity for order in orders for line in order.lines) == 9


# -- what comes in -----------------------------------------------------------------------------------


def test_incident_openwa_464(hub: Simulated) -> None:
    """A webhook was delivered again, and the customer got every answer twice."""
    form = inbound(Body="halo")

    assert [posted(hub, form) for _ in range(3)] == [200] * 3

    assert counted(hub, InboxMessage) == 1
    assert hub.phones.whatsapp.sent_to("penny") == 1


def test_incident_wacrm_367(hub: Simulated) -> None:
    """The same message in the same moment, twice, got past a look at what was there already."""
    on_whatsapp(hub)
    form = inbound(Body="halo")
    client = hub.app

    def arrive() -> int:
        assert client
        return client.test_client().post(
            "/whatsapp/webhook", data=form, headers=signed(form), base_url=HOME
        ).status_code  # fmt: skip

    assert in_threads([arrive] * 8) == [200] * 8
    hub.settle()

    assert counted(hub, InboxMessage) == 1
    assert hub.phones.whatsapp.sent_to("penny") == 1


@pytest.mark.parametrize("name", ["SKIP_WEBHOOK_VERIFICATION", "GETOK_SKIP_VERIFICATION", "DEBUG", "FLASK_DEBUG"])
def test_incident_eliza_31768(hub: Simulated, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A setting meant for a desk switched the check of signatures off, and a missing secret let everybody in."""
    monkeypatch.setenv(name, "1")
    form = inbound()

    assert hub.client.post("/whatsapp/webhook", data=form, base_url=HOME).status_code == 403
    hub.channels.pop("whatsapp")
    assert hub.client.post("/whatsapp/webhook", data=form, headers=signed(form), base_url=HOME).status_code == 403
    assert counted(hub, InboxMessage) == 0


# -- what goes out -----------------------------------------------------------------------------------


def waiting(hub: Simulated) -> list[OutboxMessage]:
    with hub.database.read() as db:
        return list(db.scalars(select(OutboxMessage).where(OutboxMessage.state == "waiting")))


def test_incident_ecotask_57(hub: Simulated) -> None:
    """Messages were marked as sent when they were queued; what the mail server refused was lost as *sent*."""
    tell(hub, "sari@telegram says: halo")
    hub.phones.telegram.says("sari", "menu")
    hub.bot.poll(hub.database, hub.now())
    hub.phones.telegram.fails_next("Bad Gateway", 502)
    hub.work()

    before = [message.sent_at for message in waiting(hub)]
    hub.move_to(hub.now() + timedelta(minutes=5))

    assert set(before) <= {None}
    assert waiting(hub) == []
    assert hub.phones.telegram.sent_to("sari") == 2


def test_incident_agenta_6679(hub: Simulated) -> None:
    """Rows nobody had claimed were taken by two workers, and both sent them."""
    tell(hub, "sari@telegram says: halo")
    with hub.database.write() as db:
        person_id = db.scalar(select(OutboxMessage.person_id))
        outbox.tell(db, person_id or 0, "thanked", {}, hub.now())
    lists: list[list[int]] = []

    def claim() -> None:
        with hub.database.write() as db:
            lists.append([message.id for message in outbox.claim(db, hub.now(), 20)])

    in_threads([claim] * 6)

    assert sorted(map(len, lists)) == [0, 0, 0, 0, 0, 1]


def told_once_or_marked(hub: Simulated) -> None:
    """Twilio takes a message, and its answer never comes."""
    on_whatsapp(hub)
    client = hub.channels["whatsapp"]
    assert isinstance(client, whatsapp.WhatsApp)
    really, faults = client.client.http_client.request, iter([True])

    def sent_and_silent(*args: Any, **more: Any) -> Any:
        answer = really(*args, **more)
        if args[0].upper() == "POST" and next(faults, False):
            import requests

            raise requests.ReadTimeout("no answer")
        return answer

    client.client.http_client.request = sent_and_silent  # type: ignore[method-assign]
    posted(hub, inbound(Body="halo"))
    for _ in range(5):
        hub.move_to(hub.now() + timedelta(minutes=5))

    told = [bubble.text for bubble in hub.phones.bubbles("penny", "whatsapp") if not bubble.mine]
    assert len(told) == 1 or all("lagi" in again or "again" in again for again in told[1:])


def test_incident_eliza_22382(hub: Simulated) -> None:
    """After a time-out the same words were sent again without a look at whether they had arrived."""
    told_once_or_marked(hub)


def test_incident_camel_4280(hub: Simulated) -> None:
    """A retry around a call that was not idempotent wrote to the customer twice."""
    told_once_or_marked(hub)


# -- links and credit --------------------------------------------------------------------------------

PREVIEWS = [
    "TelegramBot (like TwitterBot)",
    "WhatsApp/2.23.20.0",
    "facebookexternalhit/1.1",
    "meta-externalagent/1.1",
    "Mozilla/5.0 (Linux; Android 14) Chrome/126.0",
    "curl/8.0",
    "",
]


def looked_at(hub: Simulated, path: str) -> None:
    for agent in PREVIEWS:
        for method in ("get", "head"):
            headers = {"User-Agent": agent, "Sec-Purpose": "prefetch"}
            assert getattr(hub.client, method)(path, headers=headers, base_url=HOME).status_code == 200


RECOMMENDED = """
rina@telegram taps: Boleh, 10%
rina@telegram keeps $invitation: (https?://\\S+/i/\\S+)
dewi@telegram opens: $invitation
dewi@telegram taps: Setuju
dewi@telegram taps: Tidak
dewi@telegram keeps $code: (https?://\\S+/r/\\S+)
"""


def test_incident_kbve_11210(hub: Simulated) -> None:
    """A chat's own preview of a link was a click like any other, and earned."""
    player = tell(hub, OPEN_SHOP + RECOMMENDED)

    looked_at(hub, player.kept["code"].removeprefix(HOME))

    assert counted(hub, Touch) == 0


def test_incident_dub_1860(hub: Simulated) -> None:
    """Bots that called themselves browsers filled the statistics; here a look is no touch, an opened chat is one."""
    player = tell(hub, OPEN_SHOP + RECOMMENDED)
    looked_at(hub, player.kept["code"].removeprefix(HOME))

    tell(hub, "sari@telegram opens: $code", **player.kept)

    assert counted(hub, Touch) == 1


@pytest.mark.parametrize("times", [50])
def test_incident_yourls_2622(hub: Simulated, times: int) -> None:
    """The same visitor was counted as often as he came; here one person's order thanks one neighbour once."""
    player = tell(hub, OPEN_SHOP + RECOMMENDED)
    for _ in range(times):
        hub.phones.telegram.starts("sari", player.kept["code"].rpartition("/")[2])
    hub.settle()
    tell(hub, "sari@telegram says: 1, antar griya asri C2/5, Sari, qris\nsari@telegram taps: Sudah bayar")
    tell(hub, "rina@telegram taps: Uang masuk")

    assert counted(hub, Commission) == 1


def test_incident_yourls_3967(hub: Simulated) -> None:
    """HEAD requests of link checkers counted as visits."""
    player = tell(hub, OPEN_SHOP + RECOMMENDED)
    before = fingerprints(hub.database)

    for _ in range(20):
        hub.client.head(player.kept["code"].removeprefix(HOME), base_url=HOME)

    assert changed_since(hub.database, before, set()) == set()


def test_incident_gheychi_premium_4(hub: Simulated) -> None:
    """A messenger's preview opened a link that worked once, six seconds before the person it was for."""
    player = tell(hub, OPEN_SHOP + RECOMMENDED)
    looked_at(hub, player.kept["invitation"].removeprefix(HOME))

    tell(hub, "lala@telegram opens: $invitation\nlala@telegram taps: Setuju", **player.kept)


def test_incident_sketch_408(hub: Simulated) -> None:
    """A mail scanner followed the link in a letter and used it up; a statement can be read again while it holds."""
    player = tell(hub, OPEN_SHOP + RECOMMENDED)
    tell(hub, "dewi@telegram says: komisi\ndewi@telegram taps: Unduh\ndewi@telegram keeps $file: (https?://\\S+csv)")
    address = next(link for bubble in hub.phones.bubbles("dewi", "telegram") for link in bubble.links if "csv" in link)
    assert player.kept["code"]

    looked_at(hub, address.removeprefix(HOME))

    assert hub.client.get(address.removeprefix(HOME), base_url=HOME).mimetype == "text/csv"


def test_incident_dpaste_245(hub: Simulated) -> None:
    """Something to be read once was read by a preview; here a look at any page spends nothing."""
    player = tell(hub, OPEN_SHOP + RECOMMENDED)
    before = fingerprints(hub.database)

    for name in ("link", "code", "invitation"):
        looked_at(hub, player.kept[name].removeprefix(HOME))

    assert changed_since(hub.database, before, set()) == set()


# -- restarts ----------------------------------------------------------------------------------------


def restarted(hub: Simulated) -> Simulated:
    """A new process on the same database, with the same phones on the other end."""
    fresh = Simulated(hub.settings, MovableClock(hub.now()))
    fresh.phones.telegram.__dict__.update(hub.phones.telegram.__dict__)
    return fresh


def test_incident_python_telegram_bot_1727(hub: Simulated) -> None:
    """A restart in the middle of a talk: the bot had forgotten its question, and the person talked to a wall."""
    player = tell(hub, OPEN_SHOP)
    tell(hub, "sari@telegram opens: $link\nsari@telegram says: 2\nsari@telegram taps: Antar", **player.kept)
    fresh = restarted(hub)
    try:
        tell(fresh, "sari@telegram says: griya asri C2/5, an Sari\nsari@telegram sees: DR-0001")
    finally:
        fresh.close()


def test_incident_python_telegram_bot_3522(hub: Simulated) -> None:
    """What ends a talk after a while was kept in memory only, so after a restart a hold would have held for ever."""
    an_ordering(hub)
    fresh = restarted(hub)
    try:
        fresh.move_to(hub.now() + timedelta(hours=3))
        assert counted(fresh, Order, Order.state == "released") == 1
    finally:
        fresh.close()


def test_incident_python_telegram_bot_4835(hub: Simulated) -> None:
    """There was no way out of a question, not even by starting anew."""
    player = tell(hub, OPEN_SHOP)
    for way_out in ("/start", "/batal", "menu", "batal"):
        tell(hub, "sari@telegram opens: $link\nsari@telegram says: 2\nsari@telegram taps: Antar", **player.kept)

        hub.phones.telegram.says("sari", way_out)
        hub.settle()

        assert not hub.phones.bubbles("sari", "telegram")[-1].mine


# -- bans --------------------------------------------------------------------------------------------


def waits_as_told(hub: Simulated, seconds: int) -> None:
    """A busy server names a time; nothing is sent before it, everything after it."""
    tell(hub, "sari@telegram says: halo")
    hub.phones.telegram.says("sari", "menu")
    hub.bot.poll(hub.database, hub.now())
    hub.phones.telegram.fails_next("Too Many Requests: retry later", 429, retry_after=seconds)
    hub.work()
    asked = len(sends(hub))

    hub.movable.set(hub.now() + timedelta(seconds=seconds - 1))
    hub.settle()
    assert len(sends(hub)) == asked

    hub.movable.set(hub.now() + timedelta(seconds=11))
    hub.settle()
    assert len(sends(hub)) > asked
    assert waiting(hub) == []


def test_incident_claude_code_telegram_73(hub: Simulated) -> None:
    """Told to wait half a minute, a bot went on asking at once, and was told to wait longer and longer."""
    waits_as_told(hub, 34)


def test_incident_td_1331(hub: Simulated) -> None:
    """A burst at the start met a wait of many minutes; what did not wait lost its account."""
    waits_as_told(hub, 1_386)


def sends(hub: Simulated) -> list[str]:
    return [name for name, _ in hub.phones.telegram.calls if name.lower().startswith(("send", "edit"))]


# -- pictures ----------------------------------------------------------------------------------------


def test_incident_trinity_1937(hub: Simulated) -> None:
    """A guard against foreign addresses was so tight that no attachment arrived for three months."""
    player = tell(hub, OPEN_SHOP)

    tell(
        hub,
        """
        sari@whatsapp opens: $link
        sari@whatsapp says: 2, antar griya asri C2/5, Sari, qris
        sari@whatsapp sends photo: proof.jpg
        """,
        **player.kept,
    )

    assert counted(hub, Payment, Payment.proof_id.is_not(None)) == 1


def test_incident_chatwoot_15464(hub: Simulated, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password for the messenger's api went along when it pointed to a storage of somebody else."""
    asked: list[tuple[str, Any]] = []
    phones = hub.phones.whatsapp
    really = phones.handle

    def witnessed(method: str, path: str, form: Any, auth: Any) -> Any:
        asked.append((path, auth))
        return really(method, path, form, auth)

    monkeypatch.setattr(phones, "handle", witnessed)
    tell(hub, "sari@whatsapp says: halo\nsari@whatsapp sends photo: proof.jpg")

    storage = [auth for path, auth in asked if not path.startswith("/2010-04-01/")]
    assert storage == [None]


def proofs(hub: Simulated) -> list[int | None]:
    with hub.database.read() as db:
        return list(db.scalars(select(Payment.proof_id)))


def test_incident_ownpay_189(hub: Simulated) -> None:
    """Whoever had the link of a payment could put another picture in the place of its proof."""
    an_ordering(hub)
    tell(hub, "sari@telegram sends photo: proof.jpg\nrina@telegram taps: Uang masuk")
    kept = proofs(hub)
    with hub.database.read() as db:
        content = db.scalar(select(Media.content).where(Media.id == kept[0]))
    tell(hub, "penny@telegram says: halo")

    for name in ("penny", "sari"):
        hub.phones.telegram.sends_photo(name, (STORIES / "brownies.jpg").read_bytes())
        hub.settle()
        press(hub, name, "d:proof:1:1:aaaaaa~aaaaaaaaaaaa")

    assert proofs(hub) == kept
    with hub.database.read() as db:
        assert db.scalar(select(Media.content).where(Media.id == kept[0])) == content
        assert list(verifying.problems(db)) == []


def test_incident_ownpay_189_in_paydays(hub: Simulated) -> None:
    """The same for what a seller paid a neighbour: the proof of an attempt stays what was sent with it."""
    story = (STORIES / "the_sale.chat").read_text(encoding="utf-8").partition("dewi@telegram taps: Sudah terima")[0]
    tell(hub, story)
    with hub.database.read() as db:
        attempt = db.scalars(select(PayoutAttempt)).one()

    tell(hub, "rina@telegram sends photo: brownies.jpg")

    with hub.database.read() as db:
        again = db.scalars(select(PayoutAttempt)).one()
        assert (again.proof_id, again.proof_digest) == (attempt.proof_id, attempt.proof_digest)


# Needs what is not there: a provider that is told to pay. spree_14500, eliza_11022, solana_dp_673, rustchain_5562 (paid
# twice after an answer that did not come), omi_7184 (a key that was poisoned for a day). Paydays are made by hand here:
# the hub never moves money, so nothing can be sent twice by it.
