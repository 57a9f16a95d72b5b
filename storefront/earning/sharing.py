"""What a creator shares: pictures with a number in their link, so that what each brings can be told; her reminders.

Everything is made on the hub. A number says which picture, never who looked at it.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from sqlalchemy import func, or_, select, update

from storefront import chores, media, outbox, rows
from storefront.database import Reader, Writer
from storefront.earning import deals, results
from storefront.models import Batch, CreatorProfile, Deal, KitchenPhoto, Media, Product, SharedPicture, Shop
from storefront.refusals import NotYours, PhotoTakenBack

Template = Literal["", "full", "framed"]
Source = Literal["own", "seller", "kitchen"]
Rhythm = Literal["never", "weekly", "twice", "daily"]
RHYTHMS: Final[tuple[Rhythm, ...]] = ("weekly", "twice", "daily", "never")
DAYS: Final[dict[str, tuple[int, ...]]] = {"weekly": (4,), "twice": (1, 4), "daily": tuple(range(7))}  # Monday is 0
HOUR: Final = time(16, 0)  # before people decide what to eat
SECOND_DAY: Final = timedelta(days=2)


# -- pictures --------------------------------------------------------------------------------------------


def picture(
    db: Writer, deal: Deal, product_id: int, template: str, photo: str | None, source: Source, now: datetime
) -> SharedPicture:
    """The picture of this photo in this template; made once, with the next number of her deal."""
    same = (SharedPicture.deal_id == deal.id, SharedPicture.product_id == product_id)
    look = (SharedPicture.template == template, SharedPicture.photo == photo)
    known = db.scalar(select(SharedPicture).where(*same, *look))
    if known is not None:
        return known
    last = db.scalar(select(func.max(SharedPicture.number)).where(SharedPicture.deal_id == deal.id)) or 0
    what = {"template": template, "photo": photo, "source": source, "product_id": product_id}
    picture_id = rows.add(db, SharedPicture, shop_id=deal.shop_id, deal_id=deal.id, number=last + 1, at=now, **what)
    return db.get_one(SharedPicture, picture_id)


def of_creator(db: Reader, picture_id: int, person_id: int) -> tuple[SharedPicture, Deal]:
    """A picture of hers, with its deal. Raises `NotYours`."""
    found = db.get(SharedPicture, picture_id)
    deal = db.get(Deal, found.deal_id) if found else None
    if found is None or deal is None or deal.creator_id != person_id:
        raise NotYours
    return found, deal


def refuse_taken_back(db: Reader, picture: SharedPicture) -> None:
    """Raises `PhotoTakenBack` for a picture with a photo of the kitchen that its seller lets nobody use any more."""
    if picture.source != "kitchen":
        return
    usable = (KitchenPhoto.shop_id == picture.shop_id, KitchenPhoto.may_use, KitchenPhoto.removed_at.is_(None))
    of_it = select(KitchenPhoto.id).join(Media, Media.id == KitchenPhoto.media_id).where(Media.token == picture.photo)
    if db.scalar(of_it.where(*usable).limit(1)) is None:
        raise PhotoTakenBack


# -- the kitchen's own photos ------------------------------------------------------------------------------


def kitchen(db: Reader, shop_id: int, *, for_creators: bool) -> Sequence[tuple[KitchenPhoto, str]]:
    """The newest photos of how it is made, with their tokens; creators see those they may use."""
    shown = [KitchenPhoto.shop_id == shop_id, KitchenPhoto.removed_at.is_(None)]
    shown += [KitchenPhoto.may_use.is_(True)] if for_creators else []
    query = select(KitchenPhoto, Media.token).join(Media, Media.id == KitchenPhoto.media_id).where(*shown)
    return [(photo, token) for photo, token in db.execute(query.order_by(KitchenPhoto.id.desc()).limit(10))]


def add_to_kitchen(db: Writer, shop_id: int, media_id: int, words: str, now: datetime, *, may_use: bool) -> int:
    """A photo for the album; whether neighbours may use it is the seller's word."""
    return rows.add(db, KitchenPhoto, shop_id=shop_id, media_id=media_id, words=words, may_use=may_use, at=now)


def of_kitchen(db: Reader, photo_id: int, shop_id: int) -> KitchenPhoto:
    """A photo of this shop's album. Raises `NotYours`."""
    found = db.get(KitchenPhoto, photo_id)
    if found is None or found.shop_id != shop_id or found.removed_at is not None:
        raise NotYours
    return found


def may_use(db: Writer, photo: KitchenPhoto, *, may: bool) -> None:
    """The seller's consent, given or taken back; pictures made with it before stay where they were sent."""
    db.execute(update(KitchenPhoto).where(KitchenPhoto.id == photo.id).values(may_use=may))
    (media.publish if may else media.withdraw)(db, photo.media_id)


def take_down(db: Writer, photo: KitchenPhoto, now: datetime) -> None:
    db.execute(update(KitchenPhoto).where(KitchenPhoto.id == photo.id).values(removed_at=now, may_use=False))
    media.withdraw(db, photo.media_id)


# -- reminders -------------------------------------------------------------------------------------------


def set_rhythm(db: Writer, person_id: int, rhythm: Rhythm, now: datetime) -> datetime | None:
    """How often she wants to be reminded; returns when the first one comes."""
    known = db.scalar(select(CreatorProfile.person_id).where(CreatorProfile.person_id == person_id))
    if known is None:
        blank = {"place": "", "city": "", "topics": [], "is_found": False, "at": now}
        rows.add_once(db, CreatorProfile, person_id=person_id, **blank)
    db.execute(update(CreatorProfile).where(CreatorProfile.person_id == person_id).values(reminds=rhythm))
    chores.cancel_all(db, ["share_reminder"], person_id)
    return plan(db, person_id, rhythm, now)


def no_more(db: Writer, person_id: int) -> None:
    """*STOP*: nothing unasked comes any more."""
    hers = update(CreatorProfile).where(CreatorProfile.person_id == person_id)
    db.execute(hers.values(reminds="never", is_found=False))
    chores.cancel_all(db, ["share_reminder"], person_id)


def plan(db: Writer, person_id: int, rhythm: str, now: datetime) -> datetime | None:
    if rhythm not in DAYS:
        return None
    due = next_of(rhythm, now.astimezone(db.zone))
    chores.schedule(db, "share_reminder", person_id, due, again=due.isoformat())
    return due


def next_of(rhythm: str, local: datetime) -> datetime:
    """The next afternoon of the rhythm, after this moment of the shop's zone."""
    for ahead in range(8):
        day: date = local.date() + timedelta(days=ahead)
        due = datetime.combine(day, HOUR, tzinfo=local.tzinfo)
        if day.weekday() in DAYS[rhythm] and due > local:
            return due
    raise AssertionError("every rhythm has a day in a week")


def remind(db: Writer, person_id: int, now: datetime) -> None:
    """An afternoon of hers: what closes next of what she recommends, and a new photo from the kitchen."""
    known = db.scalar(select(CreatorProfile).where(CreatorProfile.person_id == person_id))
    if known is None or known.reminds not in DAYS:
        return
    plan(db, person_id, known.reminds, now)
    running = {deal.shop_id: deal for deal in deals.running(db, person_id, now)}
    found = closing_next(db, list(running), now)
    if found is None:
        return
    product, shop = found
    fresh = [photo for photo, _ in kitchen(db, shop.id, for_creators=True) if now - photo.at < timedelta(days=7)]
    facts = {"shop": shop.name, "deal": running[shop.id].id, "product": product.name, "photos": len(fresh)}
    outbox.tell(db, person_id, "share_reminder", facts, now)


def closing_next(db: Reader, shop_ids: Sequence[int], now: datetime) -> tuple[Product, Shop] | None:
    """What can be ordered at one of these shops and closes first; ready stock, which never closes, comes last."""
    on_sale = (Product.shop_id.in_(shop_ids), ~Product.is_hidden, Shop.frozen_at.is_(None), Batch.closed_at.is_(None))
    is_open = (Batch.opened_at <= now, or_(Batch.closes_at.is_(None), Batch.closes_at > now))
    left = or_(Batch.quota.is_(None), Batch.taken < Batch.quota)
    query = (
        select(Product, Shop)
        .join(Shop, Shop.id == Product.shop_id)
        .join(Batch, Batch.id == Product.batch_id)
        .where(*on_sale, *is_open, left)
        .order_by(Batch.closes_at.is_(None), Batch.closes_at, Product.id.desc())
    )
    found = db.execute(query.limit(1)).first()
    return (found[0], found[1]) if found else None


# -- the first news of a link ------------------------------------------------------------------------------


def begun(db: Writer, deal: Deal, now: datetime) -> None:
    """Two days after her link was made she hears what came of it."""
    day = (now + SECOND_DAY).astimezone(db.zone).date()
    chores.schedule(db, "second_day", deal.id, datetime.combine(day, HOUR, tzinfo=db.zone), again=now.isoformat())


def second_day(db: Writer, deal_id: int, now: datetime) -> None:
    """*7 orang buka link Kakak, 2 bertanya*: from the running sums, nobody by name."""
    deal = db.get_one(Deal, deal_id)
    if not deals.is_running(deal, now):
        return
    sums = results.of_deal_week(db, deal_id, now)
    facts = {
        "deal": deal.id,
        "shop": db.scalar(select(Shop.name).where(Shop.id == deal.shop_id)),
        "opened": sums.get("opened", 0),
        "chatted": sums.get("chatted", 0),
        "asked": sums.get("asked", 0),
        "ordered": sums.get("ordered", 0),
    }
    outbox.tell(db, deal.creator_id, "link_news", facts, now)
