"""What shall it be next? One vote a person; when a PO of the winner opens, whoever voted for it hears it once."""

import secrets
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import func, select, update

from storefront import chores, outbox, rows
from storefront.database import Reader, Writer
from storefront.models import Poll, Shop, Vote
from storefront.reading.noise import plain
from storefront.refusals import NotYours, PollIsOver, PollOpen

OPEN_FOR = timedelta(days=3)
CLOSES = time(20, 0)
MOST_OPTIONS = 6
REMEMBERED = timedelta(days=21)  # so long a winner waits for its PO
TOLD_MOST = 500


def begin(
    db: Writer, shop: Shop, by: int, deal_id: int | None, question: str, options: Sequence[str], now: datetime
) -> Poll:
    """A poll of a shop, asked by its seller or by a creator of hers; it closes by itself on the third evening.

    Raises `PollOpen`: one at a time.
    """
    assert 2 <= len(options) <= MOST_OPTIONS, "something to choose from"
    hers = (Poll.shop_id == shop.id, Poll.by_person == by, Poll.closed_at.is_(None))
    if db.scalar(select(Poll.id).where(*hers).limit(1)) is not None:
        raise PollOpen
    day = (now + OPEN_FOR).astimezone(db.zone).date()
    closes = datetime.combine(day, CLOSES, tzinfo=db.zone)
    token = secrets.token_urlsafe(9).replace("-", "x").replace("_", "y")
    who = {"shop_id": shop.id, "by_person": by, "deal_id": deal_id}
    what = {"question": question, "options": list(options), "at": now, "closes_at": closes, "token": token}
    poll_id = rows.add(db, Poll, **who, **what)
    chores.schedule(db, "poll_ends", poll_id, closes)
    return db.get_one(Poll, poll_id)


def by_token(db: Reader, token: str) -> Poll | None:
    return db.scalar(select(Poll).where(Poll.token == token).execution_options(populate_existing=True))


def vote(db: Writer, poll_id: int, person_id: int, option: int, now: datetime) -> Poll:
    """Her one vote; another one replaces it. Raises `PollIsOver`, or `NotYours` for what was no choice."""
    poll = db.get(Poll, poll_id, populate_existing=True)
    if poll is None or not 0 <= option < len(poll.options):
        raise NotYours
    if poll.closed_at is not None or poll.closes_at <= now:
        raise PollIsOver
    rows.put(db, Vote, {"poll_id": poll_id, "person_id": person_id}, option=option, at=now)
    return poll


def counts(db: Reader, poll: Poll) -> list[int]:
    """The votes of each option, in their order."""
    summed = select(Vote.option, func.count()).where(Vote.poll_id == poll.id).group_by(Vote.option)
    found = dict(db.execute(summed).all())
    return [found.get(place, 0) for place in range(len(poll.options))]


def ends(db: Writer, poll_id: int, now: datetime) -> None:
    """It closes: the most votes win, among equals what was named first; without votes nothing does."""
    poll = db.get_one(Poll, poll_id, populate_existing=True)
    found = counts(db, poll)
    winner = found.index(max(found)) if any(found) else None
    open_ = (Poll.id == poll_id, Poll.closed_at.is_(None))
    if not rows.changed(db, update(Poll).where(*open_).values(closed_at=now, winner=winner)):
        return
    shop = db.get_one(Shop, poll.shop_id)
    facts = {
        "shop": shop.name,
        "shop_id": shop.id,
        "question": poll.question,
        "poll": poll.id,
        "winner": poll.options[winner] if winner is not None else "",
        "votes": found[winner] if winner is not None else 0,
        "all": sum(found),
    }
    outbox.tell(db, shop.owner_id, "poll_over", {**facts, "sells": True}, now)
    if poll.by_person != shop.owner_id:
        outbox.tell(db, poll.by_person, "poll_over", {**facts, "sells": False}, now)


def stop(db: Writer, poll: Poll, now: datetime) -> None:
    """The seller would rather not have it asked, or its asker has heard enough: nothing wins. Raises `PollIsOver`."""
    open_ = (Poll.id == poll.id, Poll.closed_at.is_(None))
    if not rows.changed(db, update(Poll).where(*open_).values(closed_at=now, winner=None)):
        raise PollIsOver
    chores.cancel(db, "poll_ends", poll.id)


def opens(db: Writer, shop_id: int, name: str, product_id: int, now: datetime) -> int:
    """A PO opens: if it is what a poll wanted, its voters hear it, once. Returns how many were told.

    The product's own name decides; that something may be had with cheese is no cheesecake.
    """
    waits = (Poll.shop_id == shop_id, Poll.winner.is_not(None), Poll.opened_at.is_(None), Poll.at > now - REMEMBERED)
    told = 0
    for poll in db.scalars(select(Poll).where(*waits).order_by(Poll.id)).all():
        wanted = plain(str(poll.options[poll.winner or 0]))
        if f" {wanted} " not in f" {plain(name)} ":
            continue
        if rows.changed(db, update(Poll).where(Poll.id == poll.id, Poll.opened_at.is_(None)).values(opened_at=now)):
            told += tell_voters(db, poll, product_id, now)
    return told


def tell_voters(db: Writer, poll: Poll, product_id: int, now: datetime) -> int:
    """Whoever voted for the winner: it was said when she voted that she would be told once."""
    shop = db.get_one(Shop, poll.shop_id)
    hers = (Vote.poll_id == poll.id, Vote.option == poll.winner)
    voters = db.scalars(select(Vote.person_id).where(*hers).order_by(Vote.at).limit(TOLD_MOST)).all()
    facts = {"shop": shop.name, "option": poll.options[poll.winner or 0], "product": product_id}
    for person_id in voters:
        outbox.tell(db, person_id, "poll_opened", facts, now)
    return len(voters)
