"""Four eyes on a payout: its seller puts it before whoever helps her, and one of them agrees or does not."""

from datetime import datetime

from sqlalchemy import select

from storefront import outbox
from storefront.database import Reader, Writer
from storefront.earning import payouts
from storefront.models import Payout, Profile
from storefront.people import name_of
from storefront.refusals import NobodyToAgree, NotYours
from storefront.selling import staff

ASKED = ("submitted", "missing")  # a payout that waits for a second person is one of these


def ask(db: Writer, payout: Payout, by: int, now: datetime) -> Payout:
    """Put it before everybody who helps and is not paid by it. Raises `NobodyToAgree`, `AlreadyDone` or `NotYours`."""
    others = [one for one, _ in staff.members(db, payout.shop_id) if one != payout.creator_id]
    if not others:
        raise NobodyToAgree
    asked = payouts.submit(db, payout.id, by, now)
    for one in others:
        outbox.tell(db, one, "payout_to_approve", payouts.facts_of(db, asked), now)
    return asked


def asked_of(db: Reader, payout_id: int, person_id: int) -> Payout:
    """A payout of a shop she helps in. Raises `NotYours`."""
    found = db.get(Payout, payout_id)
    if found is None or not staff.works_at(db, found.shop_id, person_id):
        raise NotYours
    return found


def agree(db: Writer, payout_id: int, by: int, now: datetime) -> Payout:
    """She agrees, and the owner hears it. Raises `AlreadyDone` or `NotYours`."""
    return told(db, payouts.approve(db, asked_of(db, payout_id, by).id, by, now), "payout_approved", by, now)


def send_back(db: Writer, payout_id: int, by: int, now: datetime) -> Payout:
    """She does not agree, and the owner hears it. Raises `AlreadyDone` or `NotYours`."""
    return told(db, payouts.send_back(db, asked_of(db, payout_id, by).id, by, now), "payout_sent_back", by, now)


def told(db: Writer, payout: Payout, notice: str, by: int, now: datetime) -> Payout:
    facts = {**payouts.facts_of(db, payout), "by": name_of(db, by)}
    outbox.tell(db, payouts.owner_of(db, payout), notice, facts, now)
    return payout


def waiting(db: Reader, shop_id: int, person_id: int) -> list[tuple[Payout, str]]:
    """The payouts of a shop that wait for a second person who is not paid by them, with who is."""
    asked = (Payout.submitted_by.is_not(None), Payout.approved_by.is_(None), Payout.state.in_(ASKED))
    query = select(Payout, Profile.name).outerjoin(Profile, Profile.person_id == Payout.creator_id)
    found = db.execute(
        query.where(Payout.shop_id == shop_id, Payout.creator_id != person_id, *asked).order_by(Payout.id)
    )
    return [(payout, name or "") for payout, name in found]
