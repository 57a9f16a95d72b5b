"""Payouts by a provider on its worst days: none is paid twice, none that moved is called failed, none is forgotten.

The bank is `tests.outside.xendit`: a witness that counts what it moved. Asking goes through our own client over an
HTTP transport in this process, so that ten thousand payouts take minutes and not days.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
from sqlalchemy import select

from storefront import rows, verifying
from storefront.database import Database, Writer
from storefront.earning import contents, handovers, ledger, payouts
from storefront.models import Deal, Deliverable, Payout, PayoutAttempt, Shop
from storefront.providers import Keys
from storefront.providers.xendit import Xendit
from storefront.reading.destinations import mask, read_destination
from storefront.selling import safeguards
from storefront.selling.shops import PayTo
from tests.builders import NOW, a_deal, a_product, a_shop
from tests.faults.databases import opened, reachable, shelf, spoken
from tests.faults.figures import Figure, Scale, shortened
from tests.outside import xendit

KEYS = Keys("xnd_development_for_tests", "a callback token")
AT_ONCE = 50
MONTH = timedelta(days=30)


class Clock:
    """Moved by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def measure(scale: Scale, seed: int) -> Figure:
    engines, missing = reachable()
    count = scale.of(60, 10_000)
    wrong: list[str] = []
    ends: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    with shelf() as shelf_:
        for engine in engines:
            many = count if engine == "sqlite" else max(count // 10, 20)
            bank = worst_days(shelf_.new(engine), many, seed, wrong, ends)
            faults += bank.seen
    said = ", ".join(f"{many:,} {name}" for name, many in sorted(ends.items()))
    return Figure(
        "payouts",
        "A provider that fails, hangs, forgets and takes back never makes a payout move money twice.",
        ends.total(),
        f"payouts ({spoken(engines)}) with {faults.total():,} scripted answers",
        f"{len(wrong)} wrong; at the end {said}",
        not wrong and not missing,
        shortened([*missing, *wrong]),
    )


def worst_days(url: str, many: int, seed: int, wrong: list[str], ends: Counter[str]) -> xendit.Bank:
    """Pay so many payouts through a bank that does everything wrong, then look at what it moved."""
    clock, rng = Clock(), random.Random(seed)  # noqa: S311 - a repeatable chance
    bank = xendit.Bank(clock, rng, xendit.ON_CREATE, xendit.FATES, xendit.ON_LOOK)
    database = opened(url)
    try:
        with database.write() as db:
            shop = ready(db)
        for first in range(0, many, AT_ONCE):
            with database.write() as db:
                owed(db, shop, min(AT_ONCE, many - first), clock())
            run_until(database, bank, clock, clock() + timedelta(hours=6))
        run_until(database, bank, clock, clock() + MONTH)
        wrong += judged(database, bank, ends)
    finally:
        database.close()
    return bank


def ready(db: Writer) -> int:
    """A shop with a provider of its own and a creator with an account."""
    shop = a_shop(db)
    deal = a_deal(db, shop, a_product(db, shop))
    said = read_destination("bca 1234567890 an Dewi")
    assert said, "it is one"
    pay_to = PayTo(said.kind, said.brand, said.number, "Dewi", mask(said))
    safeguards.change_destination(db, pay_to, deal.creator_id, NOW)
    handovers.use(db, shop.id, "xendit", KEYS, NOW)
    return shop.id


def owed(db: Writer, shop_id: int, many: int, now: datetime) -> None:
    """So many payouts of one fee each, handed over at once."""
    shop = db.get_one(Shop, shop_id)
    deal = db.scalars(select(Deal).where(Deal.shop_id == shop_id)).one()
    who = {"shop_id": shop_id, "creator_id": deal.creator_id, "deal_id": deal.id}
    for number in range(many):
        what = {"words": "https://x.example", "fee": 10_000 + number, "currency": "IDR", "state": "accepted"}
        fee_id = rows.add(db, Deliverable, **who, **what, at=now, due_at=now, decided_at=now)
        one = db.get_one(Deliverable, fee_id)
        places = (ledger.owes(shop_id), ledger.stage("payable", deal.creator_id, shop_id))
        ledger.post(db, [contents.moved(one, "fee", *places)], now)
        payout = payouts.draft(db, shop, deal.creator_id, now, by_hand=True)
        handovers.hand_over(db, payout.id, shop.owner_id, now)


def run_until(database: Database, bank: xendit.Bank, clock: Clock, moment: datetime) -> None:
    """Ask whenever something is due, and again after a crash between asking and writing down."""
    opener = opener_of(bank)
    while True:
        handovers.ask_due(database, opener, clock)
        with database.read() as db:
            due = handovers.next_due(db)
        if due is None or due > moment:
            clock.now = moment
            return
        clock.now = max(due, clock.now)


def opener_of(bank: xendit.Bank) -> Callable[[str, Keys], Xendit]:
    client = Xendit(KEYS, "https://bank.example", transport=httpx.MockTransport(bank))
    return lambda *_: client


def judged(database: Database, bank: xendit.Bank, ends: Counter[str]) -> list[str]:
    """What the bank moved, over all tries of a payout, beside what the hub believes of it."""
    found = []
    with database.read() as db:
        tries: dict[int, list[PayoutAttempt]] = defaultdict(list)
        for attempt in db.scalars(select(PayoutAttempt).order_by(PayoutAttempt.id)):
            tries[attempt.payout_id].append(attempt)
            if (taken := len(bank.transfers[attempt.key or ""])) > 1:
                found.append(f"payout {attempt.payout_id}: {taken} transfers for one key")
        for payout in db.scalars(select(Payout).where(Payout.id.in_(tries))):
            ends[payout.state] += 1
            found += wrongly(payout, tries[payout.id], bank)
        found += list(verifying.problems(db))
    return found


def wrongly(payout: Payout, tries: list[PayoutAttempt], bank: xendit.Bank) -> list[str]:
    there = [bank.there(attempt.key or "") for attempt in tries]
    newest = tries[-1]
    said = []
    if sum(there) > 1:
        said.append("its money is there more than once")
    if payout.state == "missing" and sum(there):
        said.append(f"called {newest.status}, but the money is there")
    if payout.state in {"sent", "confirmed"} and bank.transfers[newest.key or ""] and not there[-1]:
        said.append(f"called {payout.state}, but the money came back")
    if payout.state == "sending" and newest.due_at is not None:
        said.append("still asked after a month")
    return [f"payout {payout.id}: {words}" for words in said]


def paid_twice(url: str) -> int:
    """The control: who asks under a new key because the last one was not answered moves money twice."""
    clock = Clock()
    bank = xendit.Bank(clock, random.Random(1), {"moved, then no answer": 1})  # noqa: S311 - a repeatable chance
    database = opened(url)
    try:
        with database.write() as db:
            shop = ready(db)
            owed(db, shop, 3, clock())
            for attempt in db.scalars(select(PayoutAttempt)):
                asked = db.vault.unseal(bytes.fromhex(attempt.body or ""), attempt.key or "")
                for turn in range(2):
                    key = f"{attempt.key}-{turn}"
                    opener_of(bank)("xendit", KEYS).create(key, asked.replace(attempt.key or "", key))
    finally:
        database.close()
    return len(bank.by_id) - 3
