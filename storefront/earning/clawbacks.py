"""What was paid too much and could not be netted in a year is let go: the seller bears it.

Nobody ever takes it out of her bank; it only ever comes off later commissions of the same shop.
"""

from datetime import datetime

from sqlalchemy import func, select

from referral.terms import WRITTEN_OFF_AFTER
from storefront.database import Writer
from storefront.earning import drafts, ledger
from storefront.earning.ledger import Posting
from storefront.models import Account, Transfer


def write_off(db: Writer, now: datetime) -> int:
    """J15, for every pair in which nothing was clawed back for a year; returns how many pairs."""
    newest = select(func.max(Transfer.at)).where(Transfer.debit_id == Account.id).scalar_subquery()
    old = (Account.name.like("A:creator:%:clawback"), Account.debits > Account.credits)
    found = db.scalars(select(Account).where(*old, newest <= now - WRITTEN_OFF_AFTER).order_by(Account.id)).all()
    return sum(let_go(db, account, now) for account in found)


def let_go(db: Writer, account: Account, now: datetime) -> bool:
    """One pair's rest, less what a payout that is under way takes off already."""
    creator_id, shop_id = account.person_id or 0, account.shop_id or 0
    rest = drafts.paid_too_much(db, shop_id, creator_id, account.currency)
    if rest <= 0:
        return False
    places = (ledger.credit(shop_id), ledger.clawback(creator_id, shop_id))
    key = f"write_off:{account.id}:{now.date().isoformat()}"
    ledger.post(db, [Posting(key, "write_off", *places, rest, account.currency, shop_id)], now)
    return True
