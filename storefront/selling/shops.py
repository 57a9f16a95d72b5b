"""A seller's shop: its name and letters, where it stands, what delivery costs, where its money goes."""

import re
import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import count
from string import ascii_uppercase

from sqlalchemy import and_, select, true, update

from referral.checkpoints import commitment
from storefront import people, privacy, rows
from storefront.database import Reader, Writer
from storefront.earning import log, monthly
from storefront.models import Destination, Shop
from storefront.reading.areas import Area

FIRST_UNIQUE_CODE = 17


@dataclass(frozen=True)
class PayTo:
    """Where money goes, as its owner gave it. ``number`` is an account number, or a QRIS payload for kind qris."""

    kind: str
    brand: str
    number: str
    holder: str
    mask: str


def open_shop(
    db: Writer,
    owner_id: int,
    name: str,
    place: str,
    city: str,
    areas: Sequence[Area],
    pay_to: PayTo,
    now: datetime,
    currency: str = "IDR",
) -> Shop:
    """Open a shop for a seller. It takes orders once something is listed."""
    shop_id = rows.add(
        db,
        Shop,
        owner_id=owner_id,
        name=name,
        slug=free_slug(db, name),
        letters=free_letters(db, name),
        place=place,
        city=city,
        currency=currency,
        zone=db.zone.key,
        areas=[asdict(area) for area in areas],
        takes_cod=True,
        rate_bp=None,
        next_order=1,
        next_unique_code=FIRST_UNIQUE_CODE,
        opened_at=now,
    )
    keep_destination(db, pay_to, now, shop_id=shop_id)
    privacy.begin(db, now)
    monthly.begin(db, now)
    log.begin(db, now)
    return db.get_one(Shop, shop_id)


def free_letters(db: Reader, name: str) -> str:
    """The two letters of a shop's order numbers, unique in the hub."""
    taken = set(db.scalars(select(Shop.letters)))
    return next(pair for pair in letters_offered(name) if pair not in taken)


def letters_offered(name: str) -> Iterator[str]:
    """The initials of the first two words, else the first two letters; then whatever still reminds of the name."""
    words = re.findall(r"[A-Z]+", plain_capitals(name.replace("'", ""))) or ["TK"]
    letters = "".join(words)
    if len(words) > 1:
        yield words[0][0] + words[1][0]
    if len(letters) > 1:
        yield letters[:2]
    yield from (letters[0] + letter for letter in letters[1:] + ascii_uppercase)
    yield from (first + second for first in ascii_uppercase for second in ascii_uppercase)


def plain_capitals(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().upper()


def free_slug(db: Reader, name: str) -> str:
    """The shop's name as an address: ``dapur-rina``, and ``dapur-rina-2`` for the second."""
    stem = re.sub(r"[^a-z0-9]+", "-", plain_capitals(name).lower()).strip("-")[:40] or "toko"
    taken = set(db.scalars(select(Shop.slug).where(Shop.slug.startswith(stem, autoescape=True))))
    return next(slug for n in count(1) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken)


def keep_destination(
    db: Writer, pay_to: PayTo, now: datetime, *, shop_id: int | None = None, person_id: int | None = None
) -> int:
    """Keep where a shop or a creator is paid, sealed. The one before is retired, never changed.

    A shop may have a sticker and an account beside each other, one of each.
    """
    retire(db, pay_to.kind, now, shop_id=shop_id, person_id=person_id)
    return write_destination(db, pay_to, now, shop_id=shop_id, person_id=person_id)


def retire(db: Writer, kind: str, now: datetime, *, shop_id: int | None = None, person_id: int | None = None) -> None:
    """What is replaced by a destination of this kind, and what waits to replace it, is not used any more."""
    mine = (Destination.shop_id == shop_id) if shop_id else (Destination.person_id == person_id)
    same = (Destination.kind == "qris") == (kind == "qris") if shop_id else true()
    db.execute(update(Destination).where(mine, same, Destination.retired_at.is_(None)).values(retired_at=now))


def write_destination(
    db: Writer,
    pay_to: PayTo,
    now: datetime,
    *,
    shop_id: int | None = None,
    person_id: int | None = None,
    waits_until: datetime | None = None,
) -> int:
    salt = secrets.token_bytes(16)
    return rows.add(
        db,
        Destination,
        fingerprint=fingerprint(db, pay_to),
        shop_id=shop_id,
        person_id=person_id,
        kind=pay_to.kind,
        brand=pay_to.brand,
        mask=pay_to.mask,
        holder=pay_to.holder,
        sealed=db.vault.seal(pay_to.number, salt.hex()),
        salt=salt,
        created_at=now,
        retired_at=None,
        waits_until=waits_until,
    )


def fingerprint(db: Reader, pay_to: PayTo) -> bytes | None:
    """What two of the same account have in common, and nobody without our key can make; cash is no account."""
    if pay_to.kind == "cash" or not pay_to.number:
        return None
    number = "".join(sign for sign in pay_to.number if sign.isalnum()).casefold()
    return db.vault.digest("account", {"brand": pay_to.brand.casefold(), "number": number})


def committed(db: Reader, destination: Destination) -> bytes:
    """What an order remembers of where the buyer was told to pay, so that nobody can swap it silently."""
    return commitment(destination.salt, {"kind": destination.kind, "number": people.unsealed(db, destination)})


def note_trial(db: Writer, shop_id: int, came_of_it: str) -> None:
    """The trial payment with an amount in her sticker: offered, works, or fails."""
    db.execute(update(Shop).where(Shop.id == shop_id).values(qris_check=came_of_it))


def owned_by(db: Reader, person_id: int) -> Sequence[Shop]:
    return db.scalars(select(Shop).where(Shop.owner_id == person_id).order_by(Shop.id)).all()


def by_slug(db: Reader, slug: str) -> Shop | None:
    return db.scalar(select(Shop).where(Shop.slug == slug))


IN_USE = and_(Destination.retired_at.is_(None), Destination.waits_until.is_(None))


def destinations_of(db: Reader, shop_id: int) -> Sequence[Destination]:
    """Where a shop is paid: a sticker, an account, or both, the sticker first."""
    mine = select(Destination).where(Destination.shop_id == shop_id, IN_USE)
    return sorted(db.scalars(mine.order_by(Destination.id)), key=lambda one: one.kind != "qris")


def destination_of(db: Reader, shop_id: int) -> Destination | None:
    return next(iter(destinations_of(db, shop_id)), None)


def destination_for(db: Reader, shop_id: int, way: str) -> Destination | None:
    """Where a shop is paid in this way, qris or transfer."""
    return next((one for one in destinations_of(db, shop_id) if (one.kind == "qris") == (way == "qris")), None)


def areas_of(shop: Shop) -> list[Area]:
    return [Area(**area) for area in shop.areas]
