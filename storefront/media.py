"""Pictures people sent, tidied on the way in: turned upright, made smaller, with no place and time hidden inside."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import select, update

from storefront import rows
from storefront.database import Reader, Writer
from storefront.models import Media


def keep(db: Writer, person_id: int, picture: bytes, now: datetime, *, mime: str = "image/jpeg") -> int:
    """Keep a tidied picture, shown to nobody until `publish`; returns its id."""
    return rows.add(
        db,
        Media,
        token=secrets.token_urlsafe(24),
        person_id=person_id,
        digest=hashlib.sha256(picture).digest(),
        mime=mime,
        content=picture,
        is_public=False,
        created_at=now,
    )


def publish(db: Writer, media_id: int) -> None:
    """Let a picture be seen on pages: a product's photo, never a proof of payment."""
    db.execute(update(Media).where(Media.id == media_id).values(is_public=True))


def withdraw(db: Writer, media_id: int) -> None:
    """It is on no page any more."""
    db.execute(update(Media).where(Media.id == media_id).values(is_public=False))


def of(db: Reader, media_id: int | None) -> Media | None:
    return db.get(Media, media_id) if media_id else None


def by_token(db: Reader, token: str) -> Media | None:
    return db.scalar(select(Media).where(Media.token == token))
