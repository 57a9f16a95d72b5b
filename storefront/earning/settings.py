"""What a seller sets about paying: from when on two people agree, whether she keeps tax back, whether the books name
her."""

from datetime import datetime

from sqlalchemy import update

from storefront.database import Reader, Writer
from storefront.earning import ledger
from storefront.earning.ledger import Posting
from storefront.models import Shop
from storefront.reading.payoutwords import FourEyes, Named, Said, Withholds
from storefront.refusals import AlreadyDone


def put(db: Writer, shop: Shop, said: Said) -> None:
    """Keep one of them. It holds for payouts that are gathered from now on."""
    if isinstance(said, FourEyes):
        values: dict[str, object] = {"four_eyes_from": said.amount}
    elif isinstance(said, Withholds):
        values = {"withholds_bp": said.rate_bp}
    else:
        assert isinstance(said, Named)
        values = {"is_named": said.is_named}
    db.execute(update(Shop).where(Shop.id == shop.id).values(**values))


def kept_back(db: Reader, shop: Shop) -> int:
    """The income tax that she has kept back and not handed on."""
    return ledger.balance(db, ledger.withheld(shop.id), shop.currency)


def hand_on(db: Writer, shop: Shop, amount: int, now: datetime) -> None:
    """J19: the tax has gone to the state, and with it what she owed. Raises `AlreadyDone` for another amount."""
    if not 0 < amount == kept_back(db, shop):
        raise AlreadyDone
    places = (ledger.withheld(shop.id), ledger.owes(shop.id))
    ledger.post(
        db, [Posting(f"tax:{shop.id}:{now.isoformat()}", "remit", *places, amount, shop.currency, shop.id)], now
    )
