"""The ledger and the outbox beside the phones, in words: who owes whom what, and who is told what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from markupsafe import Markup
from sqlalchemy import func, select

from storefront.database import Reader
from storefront.models import Account, Deal, Identity, Order, OrderStep, OutboxMessage, Payout, Profile, Shop, Transfer
from storefront.phrases import Voice, marked

if TYPE_CHECKING:
    from bots.hub import Simulated

SHOWN = 60
LONGEST = 140
TAG = re.compile(r"<[^<>]+>")

JOURNALS = {
    "sale": marked("sale"),
    "accrual": marked("commission earned"),
    "release": marked("becomes payable"),
    "hold": marked("put on hold"),
    "unhold": marked("hold lifted"),
    "reserve": marked("set aside for a payout"),
    "send": marked("seller has sent it"),
    "return": marked("did not arrive"),
    "settle": marked("creator has it"),
    "void": marked("commission void"),
    "unsale": marked("sale taken back"),
    "clawback": marked("paid too much, to be netted"),
    "fee": marked("content accepted"),
    "sample": marked("sample given"),
    "unreserve": marked("payout called off"),
    "reverse": marked("came back after it was paid"),
    "net": marked("against what was paid too much"),
    "net_credit": marked("the seller's side of that"),
    "write_off": marked("let go"),
    "withhold": marked("tax kept back"),
    "remit": marked("tax handed on"),
}
STAGES = {
    "pending": marked("pending"),
    "held": marked("held"),
    "payable": marked("payable"),
    "reserved": marked("being paid"),
    "in_transit": marked("in transit"),
    "settled": marked("confirmed"),
}


@dataclass(frozen=True)
class Entry:
    """One transfer as a line."""

    key: int
    at: datetime
    journal: str
    words: str
    giver: Markup
    taker: Markup
    amount: str
    order: str


@dataclass(frozen=True)
class Debt:
    """What stands between one shop and one creator, at one stage."""

    shop: str
    creator: str
    amount: str
    stage: str
    words: str


@dataclass(frozen=True)
class Promise:
    """One message of the outbox."""

    key: int
    at: datetime
    name: str
    channel: str
    words: str
    state: str
    is_edit: bool


@dataclass(frozen=True)
class Books:
    entries: list[Entry]
    debts: list[Debt]
    promises: list[Promise]
    waiting: int
    problems: Sequence[str]


def opened(hub: Simulated, t: Voice) -> Books:
    with hub.database.read() as db:
        names = Names(db, t)
        promises = told(db)
        return Books(
            [entry(names, row, code) for row, code in newest_transfers(db)],
            debts(db, names),
            promises,
            sum(promise.state == "waiting" for promise in promises),
            verdict(hub, stamp(db)),
        )


def stamp(db: Reader) -> tuple[object, ...]:
    """What changes whenever anything was written that a page of ours shows."""
    waits = func.count().filter(OutboxMessage.state == "waiting")
    last, waiting, delivered = db.execute(
        select(func.max(OutboxMessage.id), waits, func.count(OutboxMessage.delivery_status))
    ).one()
    tables = (Transfer, OrderStep, Payout, Deal, Shop, Order)
    return (last, waiting, delivered, *(db.scalar(select(func.max(table.id))) for table in tables))


def verdict(hub: Simulated, written: tuple[object, ...]) -> Sequence[str]:
    """What `getok verify` says, asked again only after something was written."""
    kept: tuple[object, Sequence[str]] | None = getattr(hub, "said_of_books", None)
    if kept is None or kept[0] != written:
        kept = (written, hub.verdict())
        setattr(hub, "said_of_books", kept)  # noqa: B010 - the hub itself need not know
    return kept[1]


class Names:
    """What accounts are called in words."""

    def __init__(self, db: Reader, t: Voice) -> None:
        self.t = t
        self.accounts = {row.id: row for row in db.scalars(select(Account))}
        self.shops = dict(db.execute(select(Shop.id, Shop.name)).all())
        self.people = dict(db.execute(select(Profile.person_id, Profile.name)).all())

    def shop(self, shop_id: int | None) -> str:
        return self.shops.get(shop_id or 0, "?")

    def person(self, person_id: int | None) -> str:
        return self.people.get(person_id or 0) or str(self.t("somebody who is gone"))

    def place(self, account_id: int) -> Markup:
        account = self.accounts[account_id]
        kind, stage = account.name.split(":")[0:2], account.name.rsplit(":", 1)[-1]
        if kind[0] == "A":
            return self.t("{shop} owes", shop=self.shop(account.shop_id))
        if kind[0] == "M":
            words = self.t("sales of {shop}", shop=self.shop(account.shop_id))
            if kind[1] == "inkind":
                return self.t("samples of {shop}", shop=self.shop(account.shop_id))
            return words if kind[1] == "sales" else self.t("paid by buyers")
        return self.t("{name}: {stage}", name=self.person(account.person_id), stage=self.t(STAGES.get(stage, stage)))


def newest_transfers(db: Reader) -> list[tuple[Transfer, str]]:
    found = db.execute(
        select(Transfer, Order.code)
        .outerjoin(Order, Order.id == Transfer.order_id)
        .order_by(Transfer.id.desc())
        .limit(SHOWN)
    )
    return [(row, code or "") for row, code in found]


def entry(names: Names, row: Transfer, code: str) -> Entry:
    words = str(names.t(JOURNALS.get(row.journal, row.journal)))
    amount = names.t.money(row.amount, row.currency)
    giver, taker = names.place(row.debit_id), names.place(row.credit_id)
    return Entry(row.id, row.at, row.journal, words, giver, taker, amount, code)


def debts(db: Reader, names: Names) -> list[Debt]:
    """What creators have at each stage, and what they said has arrived."""
    found = []
    for account in sorted(names.accounts.values(), key=lambda one: (one.shop_id or 0, one.person_id or 0, one.id)):
        stage, left = account.name.rsplit(":", 1)[-1], account.credits - account.debits
        if account.person_id and left:
            found.append(debt(names, account.shop_id, account.person_id, left, account.currency, stage))
    settled = (
        select(Transfer.shop_id, Account.person_id, Transfer.currency, func.sum(Transfer.amount))
        .join(Account, Account.id == Transfer.debit_id)
        .where(Transfer.journal == "settle")
        .group_by(Transfer.shop_id, Account.person_id, Transfer.currency)
    )
    for shop_id, person_id, currency, amount in db.execute(settled):
        found.append(debt(names, shop_id, person_id, int(amount), currency, "settled"))
    return found


def debt(names: Names, shop_id: int | None, person_id: int | None, amount: int, currency: str, stage: str) -> Debt:
    words = str(names.t(STAGES.get(stage, stage)))
    return Debt(names.shop(shop_id), names.person(person_id), names.t.money(amount, currency), stage, words)


def told(db: Reader) -> list[Promise]:
    """The newest promises, an empty answer to a tap left out."""
    found = db.execute(
        select(OutboxMessage, Profile.name)
        .outerjoin(Identity, (Identity.channel == OutboxMessage.channel) & (Identity.address == OutboxMessage.address))
        .outerjoin(Profile, Profile.person_id == Identity.person_id)
        .where(OutboxMessage.kind != "answer")
        .order_by(OutboxMessage.id.desc())
        .limit(SHOWN)
    )
    return [promise(row, name or "") for row, name in found]


def promise(row: OutboxMessage, name: str) -> Promise:
    screen = row.screen or {}
    words = Markup(TAG.sub("", str(screen.get("text") or row.notice or ""))).unescape()  # noqa: S704 - made plain here
    line = " ".join(words.split())
    line = f"{line[: LONGEST - 1]}…" if len(line) > LONGEST else line
    return Promise(row.id, row.created_at, name, row.channel, line, row.state, row.kind == "edit")


# -- how far a sale has come -------------------------------------------------------------------------

MILES = (
    marked("on sale"),
    marked("a neighbour helps"),
    marked("ordered"),
    marked("paid"),
    marked("received"),
    marked("commission in hand"),
)


def way(hub: Simulated) -> list[tuple[str, bool]]:
    """The stations of a sale, and which were reached in this hub."""
    with hub.database.read() as db:
        steps = set(db.scalars(select(OrderStep.step).distinct()))
        reached = (
            db.scalar(select(func.count(Shop.id))),
            db.scalar(select(func.count(Deal.id))),
            db.scalar(select(func.count(Order.id))),
            "confirmed" in steps,
            "received" in steps,
            db.scalar(select(func.count(Payout.id)).where(Payout.state == "confirmed")),
        )
    return [(words, bool(is_there)) for words, is_there in zip(MILES, reached, strict=True)]
