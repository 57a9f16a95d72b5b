"""What happened to a payout, step by step, and the receipt at its end: rows that are written once, and logged."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from storefront import rows
from storefront.database import Reader, Writer
from storefront.earning import log
from storefront.models import Payout, PayoutAttempt, PayoutReceipt, PayoutStep, Shop
from storefront.phrases import marked
from storefront.vault import Vault

#: what each step is called
STEPS = {
    "drafted": marked("Gathered by the shop"),
    "submitted": marked("Put before a second person"),
    "approved": marked("Agreed by a second person"),
    "sent_back": marked("Not agreed"),
    "handed_over": marked("Given to the provider"),
    "sent": marked("Sent"),
    "missing": marked("Said to be missing"),
    "failed": marked("The provider could not pay it"),
    "confirmed": marked("Received"),
    "reversed": marked("Came back"),
    "upheld": marked("It had arrived, as was decided"),
    "cancelled": marked("Called off"),
}


def step(
    db: Writer,
    payout: Payout,
    name: str,
    by: int | None,
    now: datetime,
    *,
    how: str | None = None,
    attempt: int | None = None,
    proof: bytes | None = None,
) -> None:
    """Write down that it happened. ``how``: a provider, cash, a reason code."""
    row = {
        "shop_id": payout.shop_id,
        "payout_id": payout.id,
        "step": name,
        "attempt": attempt,
        "amount": payout.amount,
        "by": by,
        "how": how,
        "proof_digest": proof,
        "at": now,
    }
    number = rows.add(db, PayoutStep, **row, digest=step_digest(db.vault, row))
    log.note_down(db, PayoutStep, [number])


def step_digest(vault: Vault, row: Mapping[str, Any]) -> bytes:
    return vault.digest("payout_step", step_leaf(row))


def step_leaf(row: Mapping[str, Any]) -> dict[str, Any]:
    """Every column of a step but its own number, numbers as strings."""
    numbers = {name: said(row[name]) for name in ("shop_id", "payout_id", "attempt", "amount", "by")}
    proof = row["proof_digest"].hex() if row["proof_digest"] else None
    return {"step": row["step"], "how": row["how"], "proof": proof, "at": moment(row["at"]), **numbers}


def said(number: int | None) -> str | None:
    return None if number is None else str(number)


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def receipt(db: Writer, payout: Payout, confirmed_by: str, now: datetime) -> int:
    """The next paper of the shop, for a payout that has just been settled; returns its number in the shop."""
    moved = update(Shop).where(Shop.id == payout.shop_id).values(next_payout_receipt=Shop.next_payout_receipt + 1)
    counted = moved.returning(Shop.next_payout_receipt).execution_options(synchronize_session=False)
    number = int(db.execute(counted).scalar_one()) - 1
    row = {
        "shop_id": payout.shop_id,
        "number": number,
        "payout_id": payout.id,
        "creator_id": payout.creator_id,
        "amount": payout.amount,
        "currency": payout.currency,
        "confirmed_by": confirmed_by,
        "at": now,
    }
    receipt_id = rows.add(db, PayoutReceipt, **row, digest=receipt_digest(db.vault, row))
    log.note_down(db, PayoutReceipt, [receipt_id])
    return number


def receipt_digest(vault: Vault, row: Mapping[str, Any]) -> bytes:
    return vault.digest("payout_receipt", receipt_leaf(row))


def receipt_leaf(row: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: str(row[name]) for name in ("shop_id", "number", "payout_id", "creator_id", "amount")}
    words = {name: row[name] for name in ("currency", "confirmed_by")}
    return {"at": moment(row["at"]), **numbers, **words}


def code_of(letters: str, number: int) -> str:
    """``BK-DR-00001`` (*bukti komisi*): a receipt's name, the shop's letters in it."""
    return f"BK-{letters}-{number:05d}"


def committed(db: Reader, row: Mapping[str, Any]) -> dict[str, Any]:
    """What a receipt promises, in the words its holder reads: which paper, who paid, how much, where to, when."""
    shop = db.get_one(Shop, row["shop_id"])
    tried = select(PayoutAttempt.provider, PayoutAttempt.mask).where(
        PayoutAttempt.payout_id == row["payout_id"], PayoutAttempt.state.in_(["succeeded", "reversed"])
    )
    how, mask = db.execute(tried.order_by(PayoutAttempt.number.desc()).limit(1)).first() or ("", "")
    return {
        "receipt": code_of(shop.letters, row["number"]),
        "shop": shop.name,
        "amount": str(row["amount"]),
        "currency": row["currency"],
        "to": "cash" if how == "cash" else mask,
        "confirmed_by": row["confirmed_by"],
        "at": moment(row["at"]),
        "payout": str(row["payout_id"]),
    }


log.logs(PayoutStep, lambda _, row: step_leaf(row), lambda row: f"payout_{row['step']}")
log.logs(PayoutReceipt, committed, lambda _: "receipt", lambda row: row["creator_id"], keeps=True)
