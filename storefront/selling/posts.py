"""Live posts of a batch in a group: what there is, how much is taken, a button for one more.

A post is drawn once and edited ever after, at a polite pace: Telegram lets a group take twenty messages a minute from a
bot (Bots FAQ), so a post is drawn anew at most every ten seconds, however many order meanwhile.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from storefront import chores, outbox, rows
from storefront.database import Reader, Writer
from storefront.models import Batch, Deal, GroupPost, OutboxMessage, Product, Profile, Shop, Variant

PACE = timedelta(seconds=10)
CHANNEL = "telegram"
BUTTONS_MOST = 6


def put_up(db: Writer, product: Product, chat: str, person_id: int, deal: Deal | None, now: datetime) -> int:
    """Post a product's current batch in a group; an earlier post of the same batch there is not edited any more."""
    assert product.batch_id, "a product on sale has a batch"
    same = (GroupPost.chat == chat, GroupPost.batch_id == product.batch_id, GroupPost.ended_at.is_(None))
    db.execute(update(GroupPost).where(*same).values(ended_at=now))
    post_id = rows.add(
        db,
        GroupPost,
        shop_id=product.shop_id,
        product_id=product.id,
        batch_id=product.batch_id,
        deal_id=deal.id if deal else None,
        chat=chat,
        by_person=person_id,
        rounds=0,
        drawn_at=now,
        ended_at=None,
    )
    db.execute(update(Batch).where(Batch.id == product.batch_id).values(has_posts=True))
    say(db, post_id, now, "say", None)
    return post_id


def say(db: Writer, post_id: int, now: datetime, kind: str, replaces: str | None) -> None:
    """Promise the post as it stands now, in its seller's language."""
    post = db.get_one(GroupPost, post_id)
    owner_id = db.scalars(select(Shop.owner_id).where(Shop.id == post.shop_id)).one()
    row = {
        "person_id": owner_id,
        "channel": CHANNEL,
        "address": post.chat,
        "kind": kind,
        "notice": "group_post",
        "facts": facts(db, post_id, now),
        "replaces": replaces,
        "shop_id": post.shop_id,
    }
    outbox.promise(db, [row], now)


def changed(db: Writer, batch_id: int) -> None:
    """What a post shows is different now: it is drawn anew when the pace of its chat allows."""
    live = select(GroupPost).where(GroupPost.batch_id == batch_id, GroupPost.ended_at.is_(None)).with_for_update()
    for post in db.scalars(live.execution_options(populate_existing=True)).all():
        others = (GroupPost.chat == post.chat, GroupPost.ended_at.is_(None))
        beside = db.scalar(select(func.count()).select_from(GroupPost).where(*others)) or 1
        chores.schedule(db, "redraw_post", post.id, post.drawn_at + beside * PACE, again=str(post.rounds))


def redraw(db: Writer, post_id: int, now: datetime) -> None:
    """Edit a post to what is true now."""
    post = db.get_one(GroupPost, post_id, populate_existing=True, with_for_update=True)
    if post.ended_at:
        return
    rounds = {"rounds": GroupPost.rounds + 1, "drawn_at": now}
    db.execute(update(GroupPost).where(GroupPost.id == post_id).values(rounds))
    drawn = newest(db, post)
    if drawn is not None and drawn.state == "waiting":
        chores.schedule(db, "redraw_post", post_id, now + PACE, again=str(post.rounds + 1))
        return
    message = drawn.provider_id if drawn else None
    if message is None:
        end(db, post_id, now)
        return
    say(db, post_id, now, "edit", message)
    closed = db.scalar(select(Batch.closed_at).where(Batch.id == post.batch_id))
    if closed:
        end(db, post_id, now)


def newest(db: Reader, post: GroupPost) -> OutboxMessage | None:
    """The message in which the post was drawn last, sent or on its way."""
    owner = select(Shop.owner_id).where(Shop.id == post.shop_id).scalar_subquery()
    mine = (OutboxMessage.person_id == owner, OutboxMessage.notice == "group_post", OutboxMessage.state != "dead")
    of_it = OutboxMessage.facts["post"].as_integer() == post.id
    return db.scalar(select(OutboxMessage).where(*mine, of_it).order_by(OutboxMessage.id.desc()).limit(1))


def taken_down(db: Writer, message: OutboxMessage, now: datetime) -> None:
    """Its newest message is not there any more. A post that was said anew meanwhile (its group has moved) lives on."""
    post = db.get(GroupPost, message.facts.get("post"))
    later = newest(db, post) if post else None
    if post and (later is None or later.id < message.id):
        end(db, post.id, now)


def end(db: Writer, post_id: int, now: datetime) -> None:
    """It is not drawn any more."""
    db.execute(update(GroupPost).where(GroupPost.id == post_id).values(ended_at=now))


def facts(db: Reader, post_id: int, now: datetime) -> dict[str, Any]:
    """Everything a post shows."""
    post, shop, product, batch, recommender, code = db.execute(
        select(GroupPost, Shop, Product, Batch, Profile.name, Deal.code)
        .join(Shop, Shop.id == GroupPost.shop_id)
        .join(Product, Product.id == GroupPost.product_id)
        .join(Batch, Batch.id == GroupPost.batch_id)
        .outerjoin(Deal, Deal.id == GroupPost.deal_id)
        .outerjoin(Profile, Profile.person_id == Deal.creator_id)
        .where(GroupPost.id == post_id)
        .execution_options(populate_existing=True)
    ).one()
    is_open = batch.closed_at is None and (batch.closes_at is None or batch.closes_at > now)
    return {
        "post": post.id,
        "shop": shop.name,
        "product": product.name,
        "unit": product.unit,
        "currency": product.currency,
        "reference": f"{shop.letters}{product.number}",
        "number": product.number,
        "variants": [[one.id, one.name, one.price] for one in offered(db, product.id)],
        "quota": batch.quota,
        "taken": batch.taken,
        "minimum": batch.minimum,
        "closes_at": batch.closes_at.isoformat() if batch.closes_at else None,
        "delivers_on": batch.delivers_on.isoformat() if batch.delivers_on else None,
        "day_part": batch.day_part,
        "open": is_open and not product.is_hidden,
        "recommender": recommender,
        "code": code,
    }


def offered(db: Reader, product_id: int) -> list[Variant]:
    mine = (Variant.product_id == product_id, Variant.is_offered)
    return list(db.scalars(select(Variant).where(*mine).order_by(Variant.position)))


def chat_is_gone(db: Writer, chat: str, now: datetime) -> None:
    """The bot was put out of a group: nothing there is drawn any more."""
    db.execute(update(GroupPost).where(GroupPost.chat == chat, GroupPost.ended_at.is_(None)).values(ended_at=now))


def chat_moved(db: Writer, old: str, new: str, now: datetime) -> None:
    """A group became a supergroup, under another number, where nothing said before can be edited: it is said anew."""
    moved = db.scalars(select(GroupPost.id).where(GroupPost.chat == old, GroupPost.ended_at.is_(None))).all()
    db.execute(update(GroupPost).where(GroupPost.chat == old).values(chat=new))
    for post_id in moved:
        say(db, post_id, now, "say", None)
