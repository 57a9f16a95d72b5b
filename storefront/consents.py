"""That somebody agreed to something: which text, when, on which channel; and that she took it back.

What an order needs is not asked for here: that is the contract itself (UU 27/2022, art. 20). Consent is for the rest:
news of a shop, one's words with one's initial. Nothing is ticked beforehand, and taking back is as easy as giving.
"""

from datetime import datetime
from typing import Literal

from sqlalchemy import select, update

from storefront import rows
from storefront.database import Reader, Writer
from storefront.models import Consent

Kind = Literal["promotion", "testimonial"]
TEXT_VERSION = 1  # of the sentences people agree to; a new wording is a new number


def give(db: Writer, person_id: int, shop_id: int, kind: Kind, channel: str, now: datetime) -> bool:
    """Write it down, once; False where it stands already."""
    if has(db, person_id, shop_id, kind):
        return False
    values = {"person_id": person_id, "shop_id": shop_id, "kind": kind, "channel": channel}
    rows.add(db, Consent, **values, text_version=TEXT_VERSION, at=now)
    return True


def has(db: Reader, person_id: int, shop_id: int, kind: Kind) -> bool:
    mine = (Consent.person_id == person_id, Consent.shop_id == shop_id, Consent.kind == kind)
    return db.scalar(select(Consent.id).where(*mine, Consent.withdrawn_at.is_(None)).limit(1)) is not None


def take_back(db: Writer, person_id: int, now: datetime, *, kind: Kind, shop_id: int | None = None) -> int:
    """Of one shop, or of all; returns how many stood."""
    mine = [Consent.person_id == person_id, Consent.kind == kind, Consent.withdrawn_at.is_(None)]
    if shop_id is not None:
        mine.append(Consent.shop_id == shop_id)
    return rows.count(db, update(Consent).where(*mine).values(withdrawn_at=now))
