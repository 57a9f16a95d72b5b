"""The books as beancount text, so that somebody else's program can add them up again.

Accounts keep their kinds and numbers and nobody's name. Every transfer is a transaction of two postings; at the end
stands what we say is in each account, as balance assertions that beancount's own checker tries.
"""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select

from storefront.database import Reader
from storefront.models import Account, Transfer

ROOTS = {"A": "Assets", "L": "Liabilities", "M": "Equity"}
STEP = 1_000


def account_name(name: str) -> str:
    """``L:creator:7:3:payable`` as ``Liabilities:Creator:N7:N3:Payable``."""
    side, *parts = name.split(":")
    spelt = (f"N{part}" if part.isdigit() else part.replace("_", "-").capitalize() for part in parts)
    return ":".join([ROOTS[side], *spelt])


def beancount(db: Reader) -> Iterator[str]:
    """The whole ledger, line by line, a page of transfers at a time."""
    accounts = {one.id: one for one in db.scalars(select(Account).order_by(Account.id))}
    if not accounts:
        return
    first, last = db.execute(select(func.min(Transfer.at), func.max(Transfer.at))).one()
    yield 'option "title" "Getok, the books of a hub"\n'
    for currency in sorted({one.currency for one in accounts.values()}):
        yield f'option "operating_currency" "{currency}"\n'
    opened = first.astimezone(db.zone).date()
    for account in accounts.values():
        yield f"{opened} open {account_name(account.name)} {account.currency}\n"
    number = 0
    while page := db.scalars(select(Transfer).where(Transfer.id > number).order_by(Transfer.id).limit(STEP)).all():
        for one in page:
            yield f'{one.at.astimezone(db.zone).date()} * "{one.journal}" "{one.key}"\n'
            yield f"  {account_name(accounts[one.debit_id].name)}  {one.amount} {one.currency}\n"
            yield f"  {account_name(accounts[one.credit_id].name)}  {-one.amount} {one.currency}\n"
        number = page[-1].id
    after = last.astimezone(db.zone).date() + timedelta(days=1)
    for account in accounts.values():
        yield f"{after} balance {account_name(account.name)}  {account.debits - account.credits} {account.currency}\n"
