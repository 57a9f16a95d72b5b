"""The papers of money that came: numbered without a gap, in the transaction that confirms the money.

A receipt that was a wrong tap keeps its number and is marked void: a missing number would be a question nobody can
answer later.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from storefront import rows
from storefront.database import Reader, Writer
from storefront.models import Payment, Receipt, Refund, Shop
from storefront.reading.noise import plain
from storefront.selling.batches import label
from storefront.selling.orders.views import Whole, whole


def issue(db: Writer, w: Whole, payment_id: int, amount: int, now: datetime) -> int:
    """The next receipt of the shop, for a payment that has just been confirmed; returns its number."""
    moved = update(Shop).where(Shop.id == w.shop.id).values(next_receipt=Shop.next_receipt + 1)
    following = db.execute(moved.returning(Shop.next_receipt).execution_options(synchronize_session=False)).scalar_one()
    values = {"shop_id": w.shop.id, "order_id": w.order.id, "payment_id": payment_id, "currency": w.order.currency}
    rows.add(db, Receipt, **values, number=following - 1, amount=amount, at=now)
    return following - 1


def void(db: Writer, payment_id: int, now: datetime) -> None:
    """The payment was not there after all."""
    standing = (Receipt.payment_id == payment_id, Receipt.voided_at.is_(None))
    db.execute(update(Receipt).where(*standing).values(voided_at=now))


def of_order(db: Reader, order_id: int) -> Sequence[Receipt]:
    """The receipts of an order that hold, in the order of their numbers."""
    mine = (Receipt.order_id == order_id, Receipt.voided_at.is_(None))
    return db.scalars(select(Receipt).where(*mine).order_by(Receipt.number)).all()


ASKED = re.compile(
    r"(?:minta |kirim |unduh |download |my )?(?:kuitansi|kwitansi|nota|faktur|invoice|receipt)(?: (?:untuk|for|of))?"
    r" (?P<letters>[a-z]{2})-?(?P<digits>\d{4,6})"
)


def asked_for(text: str) -> str | None:
    """The order of "kuitansi DR-0001"."""
    match = ASKED.fullmatch(plain(text))
    return f"{match['letters'].upper()}-{match['digits']}" if match else None


def code_of(shop: Shop, receipt: Receipt) -> str:
    """``KW-DR-00001``: the receipt's name, the shop's letters in it."""
    return f"KW-{shop.letters}-{receipt.number:05d}"


def paper(db: Reader, order_id: int) -> dict[str, Any]:
    """Everything an invoice and its receipts say, as plain values."""
    w = whole(db, order_id)
    payments = {one.id: one for one in db.scalars(select(Payment).where(Payment.order_id == order_id))}
    given_back = select(Refund.amount).where(Refund.order_id == order_id, Refund.state.in_(["sent", "received"]))
    has_code = not (w.payment.method == "cod" and w.payment.part == "whole")
    return {
        "code": w.order.code,
        "seller": w.recipient.sender if w.recipient and w.recipient.sender else w.shop.name,
        "place": ", ".join(part for part in (w.shop.place, w.shop.city) if part),
        "buyer": w.recipient.name if w.recipient else "",
        "placed_at": w.order.placed_at.isoformat(),
        "currency": w.order.currency,
        "lines": [[label(line, alone=False), line.quantity, line.price, line.amount] for line in w.lines],
        "goods": w.order.goods,
        "discount": w.order.discount,
        "fee": w.order.fee or 0,
        "unique_code": w.order.unique_code if has_code else 0,
        "total": w.order.total or 0,
        "refunds": [int(amount) for amount in db.scalars(given_back)],
        "receipts": [
            {
                "number": code_of(w.shop, one),
                "amount": one.amount,
                "at": one.at.isoformat(),
                "method": payments[one.payment_id].method,
                "part": payments[one.payment_id].part,
            }
            for one in of_order(db, order_id)
        ],
    }
