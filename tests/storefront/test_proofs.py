"""What a proof is told to be: new, seen for another order, nearly seen; and when it is enough."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from storefront import media, pictures
from storefront.database import Database, Writer
from storefront.models import OutboxMessage, Payment, ProofPrint
from storefront.refusals import TooManyProofs
from storefront.selling.orders import paying
from storefront.selling.orders.views import Whole
from tests.builders import NOW, a_product, a_shop, an_order
from tests.storefront.receipts_drawn import drawn, edited, jpeg, some_receipt

RECEIPT = some_receipt(random.Random(4), 1)  # noqa: S311 - the same receipt every time
PICTURE = pictures.tidy(jpeg(drawn(RECEIPT)))


def proven(db: Writer, order: Whole, picture: bytes) -> object:
    """A buyer sends a picture; what the seller is told about it."""
    kept = media.keep(db, order.order.buyer_id, picture, NOW)
    paying.claim(db, order.order.id, order.order.buyer_id, kept, NOW)
    told = select(OutboxMessage.facts).where(OutboxMessage.notice == "payment_claimed")
    return db.scalars(told.order_by(OutboxMessage.id.desc()).limit(1)).one()["reused"]


@pytest.mark.both
def test_the_same_and_the_edited_are_told_and_the_new_is_not(database: Database) -> None:
    with database.write() as db:
        card = a_product(db, a_shop(db))
        first, second, third, fourth = (an_order(db, card, name) for name in ("Sari", "Budi", "Maya", "Tuti"))
        for one in (first, second, third, fourth):
            paying.choose(db, one.order.id, one.order.buyer_id, "qris", NOW)

        assert proven(db, first, PICTURE) is None
        assert proven(db, first, PICTURE) is None, "for the same order it is no second use"
        assert proven(db, second, PICTURE) == {"how": "same", "code": first.order.code}
        forged = pictures.tidy(jpeg(edited(RECEIPT, random.Random(2))))  # noqa: S311 - the same forgery every time
        assert proven(db, third, forged) == {"how": "near", "code": first.order.code}
        honest = pictures.tidy(jpeg(drawn(some_receipt(random.Random(9), 1))))  # noqa: S311 - the same receipt
        assert proven(db, fourth, honest) is None
        assert set(db.scalars(select(Payment.state).where(Payment.claimed_at.is_not(None)))) == {"claimed"}


def test_the_sixth_picture_of_an_order_is_enough(database: Database) -> None:
    with database.write() as db:
        order = an_order(db, a_product(db, a_shop(db)))
        paying.choose(db, order.order.id, order.order.buyer_id, "qris", NOW)
        for _ in range(5):
            proven(db, order, PICTURE)
        with pytest.raises(TooManyProofs):
            proven(db, order, PICTURE)


def test_after_three_months_nobody_is_reminded_of_a_picture(database: Database) -> None:
    with database.write() as db:
        card = a_product(db, a_shop(db))
        first, second = an_order(db, card, "Sari"), an_order(db, card, "Budi")
        for one in (first, second):
            paying.choose(db, one.order.id, one.order.buyer_id, "qris", NOW)
        proven(db, first, PICTURE)
        db.execute(update(ProofPrint).values(at=NOW - timedelta(days=91)))
        forged = pictures.tidy(jpeg(edited(RECEIPT, random.Random(2))))  # noqa: S311 - the same forgery every time
        assert proven(db, second, forged) is None
