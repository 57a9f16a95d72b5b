"""The books. Money only ever moves from one account to another, and what is written stays.

A transfer names the account debited and the account credited, so the books balance by construction; a
mistake is put right by a further transfer. Every transfer carries the key of the event that caused it:
the same event posted twice is posted once, the same key with other contents is refused. The amounts are
obligations between a shop and a creator: the hub never holds money, so there is no bank account here.

The journals, after the double entry of the trade: what is debited, what is credited, and when.

    sale        M:sales      / M:contra      what the buyer paid for goods (evidence, not money)
    unsale      M:contra     / M:sales       its evidence, taken back
    accrual     owes         / pending       the shop owes the creator a share
    release     pending      / payable       the holding period is over
    hold        pending      / held          a problem was reported, something looks odd
    unhold      held         / pending       that is settled
    void        any stage    / owes          the order came to nothing, or part of it was paid back
    fee         owes         / payable       a content that was agreed on has been accepted
    reserve     payable      / reserved      in a payout
    unreserve   reserved     / payable       the payout was called off before anything moved
    send        reserved     / in_transit    the seller says she sent it, or a provider has taken it on
    return      in_transit   / reserved      it did not arrive: the same payout is tried again
    settle      in_transit   / owes          the creator has it: both debts die
    reverse     owes         / reserved      it came back after it had been settled
    clawback    clawback     / credit        goods were paid back after their commission had been paid out
    net         reserved     / clawback      a later payout pays part of that
    net_credit  credit       / owes          the same, on the seller's side
    write_off   credit       / clawback      nobody will ask for it any more; the seller bears it
    withhold    reserved     / L:tax         income tax the seller keeps back, by her own word
    remit       L:tax        / owes          she has handed it on, and the creator has the slip
    sample      M:inkind     / M:contra      goods to try, at retail value (evidence; it settles nothing)

A provider moves the seller's own money from her own account, so its fee and its balance are between those two and no
obligation of ours; neither is a hub's fee, which no shop pays.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import case, func, insert, select, tuple_, update

from storefront import rows
from storefront.database import Reader, Writer
from storefront.earning import log
from storefront.models import Account, Transfer, Turnover
from storefront.vault import Vault

FORMAT = 2
STAGES = ("pending", "held", "payable", "reserved")

Stage = Literal["pending", "held", "payable", "reserved"]


# Which accounts a journal may debit and credit, by the last part of their names.
STAGE = "pending|held|payable|reserved"
JOURNALS = {
    "sale": ("sales", "contra"),
    "unsale": ("contra", "sales"),
    "accrual": ("owes", "pending"),
    "release": ("pending", "payable"),
    "hold": ("pending", "held"),
    "unhold": ("held", "pending"),
    "void": (STAGE, "owes"),
    "fee": ("owes", "payable"),
    "reserve": ("payable", "reserved"),
    "unreserve": ("reserved", "payable"),
    "send": ("reserved", "in_transit"),
    "return": ("in_transit", "reserved"),
    "settle": ("in_transit", "owes"),
    "reverse": ("owes", "reserved"),
    "clawback": ("clawback", "credit"),
    "net": ("reserved", "clawback"),
    "net_credit": ("credit", "owes"),
    "write_off": ("credit", "clawback"),
    "withhold": ("reserved", "withheld"),
    "remit": ("withheld", "owes"),
    "sample": ("inkind", "contra"),
}


class KeyReused(AssertionError):
    """The same key was posted with other contents: a mistake of ours that must not pass silently."""


@dataclass(frozen=True, slots=True)
class Place:
    """An account by its name: whose shop and whose creator it belongs to, and where on the way money stands."""

    name: str
    shop_id: int
    person_id: int | None = None

    @property
    def is_debt(self) -> bool:
        """Accounts that normally stand on the debit side: what a shop owes, and the evidence of sales."""
        return self.name.startswith(("A:", "M:sales", "M:inkind"))


@dataclass(frozen=True, slots=True)
class Posting:
    """One transfer to be written. ``amount`` is in whole smallest units and more than nothing."""

    key: str
    journal: str
    debit: Place
    credit: Place
    amount: int
    currency: str
    shop_id: int
    order_id: int | None = None
    commission_id: int | None = None
    payout_id: int | None = None


def owes(shop_id: int) -> Place:
    return Place(f"A:seller:{shop_id}:owes", shop_id)


def stage(name: Stage, creator_id: int, shop_id: int) -> Place:
    """Where a creator's money of one shop stands; per pair, so that one shop never pays another's debt."""
    return Place(f"L:creator:{creator_id}:{shop_id}:{name}", shop_id, creator_id)


def in_transit(creator_id: int, shop_id: int) -> Place:
    return Place(f"L:creator:{creator_id}:{shop_id}:in_transit", shop_id, creator_id)


def clawback(creator_id: int, shop_id: int) -> Place:
    """What a creator was paid too much by this shop, because goods were paid back later."""
    return Place(f"A:creator:{creator_id}:{shop_id}:clawback", shop_id, creator_id)


def credit(shop_id: int) -> Place:
    """What a seller may take off later commissions for it."""
    return Place(f"L:seller:{shop_id}:credit", shop_id)


def withheld(shop_id: int) -> Place:
    """Income tax that a seller keeps back from creators, until she has handed it on."""
    return Place(f"L:tax:{shop_id}:withheld", shop_id)


def sales(shop_id: int) -> Place:
    return Place(f"M:sales:{shop_id}", shop_id)


def in_kind(creator_id: int, shop_id: int) -> Place:
    """What a creator was given to try by this shop; evidence, and named so that no statement counts it as money."""
    return Place(f"M:inkind:{creator_id}:{shop_id}", shop_id)


def contra(shop_id: int) -> Place:
    return Place(f"M:contra:{shop_id}", shop_id)


def post(db: Writer, postings: Sequence[Posting], now: datetime) -> None:
    """Write transfers, each once, and bring the caches along. Raises `KeyReused`."""
    fresh = without_posted(db, postings)
    if not fresh:
        return
    accounts = opened(db, {(place, p.currency) for p in fresh for place in (p.debit, p.credit)})
    numbers = next_numbers(db, len(fresh))
    db.execute(
        insert(Transfer), [transfer_row(db.vault, n, p, accounts, now) for n, p in zip(numbers, fresh, strict=True)]
    )
    log.note_down(db, Transfer, numbers)
    move_balances(db, fresh, accounts)
    move_turnovers(db, fresh, now)


def without_posted(db: Reader, postings: Sequence[Posting]) -> list[Posting]:
    """Leave out what was posted before; a key with other contents stops everything."""
    assert len({p.key for p in postings}) == len(postings), "one event, one key"
    assert all(p.amount > 0 for p in postings), "a transfer moves something"
    assert all(fits(p.journal, p.debit.name, p.credit.name) for p in postings), "a journal has its two accounts"
    debit, credit = Account.__table__.alias("debit"), Account.__table__.alias("credit")
    known = db.execute(
        select(Transfer.key, Transfer.amount, debit.c.name, credit.c.name)
        .join(debit, debit.c.id == Transfer.debit_id)
        .join(credit, credit.c.id == Transfer.credit_id)
        .where(Transfer.key.in_([p.key for p in postings]))
    )
    contents = {key: (amount, debit_name, credit_name) for key, amount, debit_name, credit_name in known}
    for p in postings:
        if contents.get(p.key, (p.amount, p.debit.name, p.credit.name)) != (p.amount, p.debit.name, p.credit.name):
            raise KeyReused(p.key)
    return [p for p in postings if p.key not in contents]


def fits(journal: str, debit: str, credit: str) -> bool:
    """Whether a journal may move something from the one account to the other, which are of one pair."""
    wanted = JOURNALS.get(journal)
    return wanted is not None and kind_of(debit) in wanted[0].split("|") and kind_of(credit) == wanted[1]


def kind_of(account: str) -> str:
    """What an account is for: ``payable`` of ``L:creator:7:3:payable``, ``sales`` of ``M:sales:3``."""
    side, *parts = account.split(":")
    return parts[0] if side == "M" else parts[-1]


def opened(db: Writer, places: Iterable[tuple[Place, str]]) -> dict[tuple[str, str], int]:
    """The ids of these accounts, opened where new, locked in one order so that two posts never wait in a ring."""
    wanted = sorted(places, key=lambda place: (place[0].name, place[1]))
    found = locked(db, wanted)
    missing = [place for place in wanted if (place[0].name, place[1]) not in found]
    for place, currency in missing:
        owner = {"shop_id": place.shop_id, "person_id": place.person_id}
        rows.add_once(db, Account, name=place.name, currency=currency, debits=0, credits=0, **owner)
    return locked(db, wanted) if missing else found


def locked(db: Reader, places: Sequence[tuple[Place, str]]) -> dict[tuple[str, str], int]:
    names = [(place.name, currency) for place, currency in places]
    found = db.execute(
        select(Account.name, Account.currency, Account.id)
        .where(tuple_(Account.name, Account.currency).in_(names))
        .order_by(Account.name, Account.currency)
        .with_for_update()
    )
    return {(name, currency): account_id for name, currency, account_id in found}


def next_numbers(db: Writer, count: int) -> Sequence[int]:
    """The rows' own numbers, known before they are written, because the digest covers them."""
    if db.get_bind().dialect.name == "sqlite":
        last = db.scalar(select(func.max(Transfer.id))) or 0
        return range(last + 1, last + 1 + count)
    counter = func.nextval(func.pg_get_serial_sequence("transfers", "id"))
    return db.scalars(select(counter).select_from(func.generate_series(1, count))).all()


def transfer_row(
    vault: Vault, number: int, p: Posting, accounts: dict[tuple[str, str], int], now: datetime
) -> dict[str, Any]:
    row = {
        "id": number,
        "format": FORMAT,
        "key": p.key,
        "journal": p.journal,
        "debit_id": accounts[p.debit.name, p.currency],
        "credit_id": accounts[p.credit.name, p.currency],
        "amount": p.amount,
        "currency": p.currency,
        "shop_id": p.shop_id,
        "order_id": p.order_id,
        "commission_id": p.commission_id,
        "payout_id": p.payout_id,
        "at": now,
    }
    return {**row, "digest": vault.digest("ledger", leaf(row))}


def leaf(row: dict[str, Any]) -> dict[str, object]:
    """A transfer's leaf: every column, numbers as strings, moments in UTC to the microsecond.

    Format 1 leaves out the row's own number. It names people and shops by number only, so it may be published;
    canonical JSON per RFC 8785.
    """
    moment = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    fields = ("debit_id", "credit_id", "amount", "shop_id", "order_id", "commission_id", "payout_id")
    numbers = {name: None if row[name] is None else str(row[name]) for name in fields}
    words = {name: row[name] for name in ("key", "journal", "currency")}
    own = {"id": str(row["id"])} if row["format"] > 1 else {}
    return {"v": str(row["format"]), "at": moment, **words, **numbers, **own}


def move_balances(db: Writer, postings: Sequence[Posting], accounts: dict[tuple[str, str], int]) -> None:
    """Bring the accounts' running sums along, in one statement."""
    debited: dict[int, int] = defaultdict(int)
    credited: dict[int, int] = defaultdict(int)
    for p in postings:
        debited[accounts[p.debit.name, p.currency]] += p.amount
        credited[accounts[p.credit.name, p.currency]] += p.amount
    touched = sorted(debited.keys() | credited.keys())
    db.execute(
        update(Account)
        .where(Account.id.in_(touched))
        .values(
            debits=Account.debits + case({i: debited[i] for i in touched}, value=Account.id, else_=0),
            credits=Account.credits + case({i: credited[i] for i in touched}, value=Account.id, else_=0),
        )
    )


def move_turnovers(db: Writer, postings: Sequence[Posting], now: datetime) -> None:
    """Bring the monthly sums of shop and creator along, so that no page ever adds up a history."""
    month = month_of(db, now)
    sums: dict[tuple[str, int, str, str], int] = defaultdict(int)
    for p in postings:
        for scope in scopes(p.shop_id, p.debit.person_id or p.credit.person_id):
            sums[(*scope, p.currency, p.journal)] += p.amount
    values = [
        {"scope": scope, "scope_id": number, "currency": currency, "month": month, "journal": journal, "amount": amount}
        for (scope, number, currency, journal), amount in sorted(sums.items())
    ]
    statement = rows.dialect_insert(db, Turnover).values(values)
    added = {"amount": Turnover.amount + statement.excluded.amount}
    keys = ["scope", "scope_id", "currency", "month", "journal"]
    db.execute(statement.on_conflict_do_update(index_elements=keys, set_=added))


def scopes(shop_id: int, creator_id: int | None) -> list[tuple[str, int]]:
    return [("shop", shop_id), *([("creator", creator_id)] if creator_id else [])]


def month_of(db: Reader, moment: datetime) -> str:
    return moment.astimezone(db.zone).strftime("%Y-%m")


log.logs(Transfer, lambda _, row: leaf(dict(row)), lambda row: row["journal"])


def balance(db: Reader, place: Place, currency: str) -> int:
    """What stands in one account, on its normal side."""
    row = db.execute(
        select(Account.debits, Account.credits).where(Account.name == place.name, Account.currency == currency)
    ).first()
    if row is None:
        return 0
    return int(row.debits - row.credits) if place.is_debt else int(row.credits - row.debits)
