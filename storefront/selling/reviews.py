"""What buyers say of what they received: tied to the order, kept as it is. A seller may answer and never delete."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from storefront import consents, outbox, rows
from storefront.database import Reader, Writer
from storefront.models import Order, OrderLine, Profile, Review, Shop
from storefront.refusals import AlreadyDone, NotYours
from storefront.selling.orders.paying import owned
from storefront.selling.orders.views import facts_of

SHOWN = 5


@dataclass(frozen=True)
class Shown:
    """A review as others read it: who, by her initial alone."""

    id: int
    stars: int
    words: str
    initial: str
    product: str
    reply: str | None
    code: str
    may_show: bool


def say(db: Writer, order_id: int, buyer_id: int, words: str, now: datetime, *, may_show: bool, channel: str) -> Review:
    """The words to a review's stars. Raises `AlreadyDone` where they were said before, or where there are no stars."""
    w = owned(db, order_id, buyer_id)
    mine = (Review.order_id == order_id, Review.person_id == buyer_id, Review.words.is_(None))
    if not rows.changed(db, update(Review).where(*mine).values(words=words, may_show=may_show)):
        raise AlreadyDone
    if may_show:
        consents.give(db, buyer_id, w.shop.id, "testimonial", channel, now)
    found = db.scalars(
        select(Review).where(Review.order_id == order_id).execution_options(populate_existing=True)
    ).one()
    facts = {**facts_of(w), "stars": found.stars, "words": words, "review": found.id, "may_show": may_show}
    outbox.tell(db, w.shop.owner_id, "review_written", facts, now)
    return found


def reply(db: Writer, review_id: int, seller_id: int, words: str, now: datetime) -> None:
    """The seller's answer, beside it for everybody. Raises `NotYours`."""
    found = of_seller(db, review_id, seller_id)
    db.execute(update(Review).where(Review.id == review_id).values(reply=words, replied_at=now))
    shop = db.get_one(Shop, found.shop_id)
    outbox.tell(db, found.person_id, "review_answered", {"shop": shop.name, "words": words}, now)


def of_seller(db: Reader, review_id: int, seller_id: int) -> Review:
    found = db.get(Review, review_id, populate_existing=True)
    if found is None or db.get_one(Shop, found.shop_id).owner_id != seller_id:
        raise NotYours
    return found


def of_shop(db: Reader, shop_id: int, *, public: bool) -> Sequence[Shown]:
    """The newest with words; in public only those whose buyers let them be shown, good and bad alike."""
    product = select(OrderLine.product_name).where(OrderLine.order_id == Order.id).order_by(OrderLine.position).limit(1)
    query = (
        select(Review, Profile.name, product.scalar_subquery(), Order.code)
        .join(Order, Order.id == Review.order_id)
        .outerjoin(Profile, Profile.person_id == Review.person_id)
        .where(Review.shop_id == shop_id, Review.words.is_not(None))
        .order_by(Review.id.desc())
        .limit(SHOWN)
    )
    if public:
        query = query.where(Review.may_show)
    return [shown(*row) for row in db.execute(query)]


def shown(review: Review, name: str | None, product: str, code: str) -> Shown:
    initial = f"{name[0].upper()}." if name else "—"
    words = review.words or ""
    return Shown(review.id, review.stars, words, initial, product, review.reply, code, review.may_show)


def stars_of(db: Reader, shop_id: int) -> tuple[int, int]:
    """How many reviews a shop has, and their stars together."""
    many = select(func.count(), func.coalesce(func.sum(Review.stars), 0)).where(Review.shop_id == shop_id)
    count, total = db.execute(many).one()
    return int(count), int(total)
