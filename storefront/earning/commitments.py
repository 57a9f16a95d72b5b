"""That something about money was changed or agreed: a digest that is written once, and logged."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from storefront import rows
from storefront.database import Writer
from storefront.earning import log
from storefront.models import Commitment


def write(
    db: Writer,
    kind: str,
    subject_id: int,
    digest: bytes,
    now: datetime,
    *,
    shop_id: int | None = None,
    person_id: int | None = None,
) -> None:
    """Write down a digest that can be opened later, whose it is and what it is about."""
    who = {"shop_id": shop_id, "person_id": person_id, "subject_id": subject_id}
    log.note_down(db, Commitment, [rows.add(db, Commitment, kind=kind, digest=digest, at=now, **who)])


def leaf(row: Mapping[str, Any]) -> dict[str, Any]:
    moment = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    numbers = {name: None if row[name] is None else str(row[name]) for name in ("shop_id", "person_id", "subject_id")}
    return {"kind": row["kind"], "digest": row["digest"].hex(), "at": moment, **numbers}


log.logs(Commitment, lambda _, row: leaf(row), lambda row: row["kind"], lambda row: row["person_id"])
