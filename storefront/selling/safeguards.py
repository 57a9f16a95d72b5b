"""What stands between a shop's money and somebody who should not have it: changes that wait, a freeze, a recovery.

    A change of where money goes waits 48 hours. Every way to reach its owner is told at once, and one tap stops it.
    Whoever runs the hub may freeze a shop: from then on nobody is shown where to pay.
    A lost phone is replaced by somebody the owner named beforehand, or by who runs the hub, and 48 hours; until then
    the shop sells for cash only.

Each of these is committed (a digest that is written once), so that nobody can say later that it was otherwise.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from referral.checkpoints import commitment
from storefront import chores, outbox, people, rows, sessions
from storefront.database import Reader, Writer
from storefront.earning import commitments
from storefront.models import Destination, Identity, Person, Recovery, SecondContact, Shop
from storefront.refusals import AlreadyDone, NotInvited, NotYours
from storefront.selling import shops
from storefront.selling.cases import tell_operators
from storefront.selling.shops import PayTo

WAITS = timedelta(hours=48)


# -- where money goes ------------------------------------------------------------------------------------


def change_destination(
    db: Writer, pay_to: PayTo, owner_id: int, now: datetime, *, shop_id: int | None = None
) -> datetime | None:
    """Where a shop (or a creator) is paid from now on: a first account at once, any later one after 48 hours.

    Returns from when it holds, None for at once.
    """
    mine = {"shop_id": shop_id} if shop_id else {"person_id": owner_id}
    if not has_any(db, shop_id, owner_id):
        destination_id = shops.keep_destination(db, pay_to, now, **mine)
        commit(db, "destination", destination_id, now, **mine)
        return None
    drop_waiting(db, now, shop_id=shop_id, person_id=owner_id)
    starts = now + WAITS
    destination_id = shops.write_destination(db, pay_to, now, waits_until=starts, **mine)
    commit(db, "destination_asked", destination_id, now, **mine)
    chores.schedule(db, "destination_starts", destination_id, starts)
    facts = {"destination": destination_id, "mask": pay_to.mask, "holder": pay_to.holder, "starts": starts.isoformat()}
    facts["shop"] = db.scalar(select(Shop.name).where(Shop.id == shop_id)) or "" if shop_id else ""
    tell_everywhere(db, owner_id, "destination_changes", facts, now)
    return starts


def has_any(db: Reader, shop_id: int | None, person_id: int) -> bool:
    mine = (Destination.shop_id == shop_id) if shop_id else (Destination.person_id == person_id)
    return db.scalar(select(Destination.id).where(mine, shops.IN_USE).limit(1)) is not None


def drop_waiting(db: Writer, now: datetime, *, shop_id: int | None, person_id: int) -> None:
    """A newer wish replaces one that has not begun."""
    mine = (Destination.shop_id == shop_id) if shop_id else (Destination.person_id == person_id)
    waiting = (mine, Destination.waits_until.is_not(None), Destination.retired_at.is_(None))
    db.execute(update(Destination).where(*waiting).values(retired_at=now))


def destination_starts(db: Writer, destination_id: int, now: datetime) -> None:
    """Nobody said no in time: the new one is used, the one it replaces is retired."""
    found = db.get(Destination, destination_id, populate_existing=True)
    if found is None or found.retired_at is not None or found.waits_until is None:
        return
    earlier = select(Destination.id).where(shops.IN_USE, Destination.id != destination_id)
    same = Destination.kind == "qris" if found.kind == "qris" else Destination.kind != "qris"
    mine = (
        (Destination.shop_id == found.shop_id, same) if found.shop_id else (Destination.person_id == found.person_id,)
    )
    db.execute(update(Destination).where(Destination.id.in_(earlier.where(*mine))).values(retired_at=now))
    db.execute(update(Destination).where(Destination.id == destination_id).values(waits_until=None))
    owner_id = found.person_id or db.scalars(select(Shop.owner_id).where(Shop.id == found.shop_id)).one()
    commit(db, "destination", destination_id, now, shop_id=found.shop_id, person_id=found.person_id)
    outbox.tell(db, owner_id, "destination_in_use", {"mask": found.mask, "holder": found.holder}, now)


def stop_change(db: Writer, destination_id: int, person_id: int, now: datetime) -> None:
    """*Bukan saya*: it does not begin. Any way to reach the owner, and her second contact, may say so."""
    found = db.get(Destination, destination_id, populate_existing=True)
    if found is None:
        raise NotYours
    owner_id = found.person_id or db.scalars(select(Shop.owner_id).where(Shop.id == found.shop_id)).one()
    if person_id not in {owner_id, second_contact_of(db, owner_id)}:
        raise NotYours
    waiting = (Destination.id == destination_id, Destination.waits_until.is_not(None), Destination.retired_at.is_(None))
    if not rows.changed(db, update(Destination).where(*waiting).values(retired_at=now)):
        raise AlreadyDone
    commit(db, "destination_stopped", destination_id, now, shop_id=found.shop_id, person_id=found.person_id)
    tell_operators(db, "change_stopped", {"mask": found.mask, "name": people.name_of(db, owner_id)}, now)


def commit(
    db: Writer, kind: str, subject_id: int, now: datetime, *, shop_id: int | None = None, person_id: int | None = None
) -> None:
    """Write down that it happened: a digest over what, when and, for an account, its own salted commitment."""
    data: dict[str, object] = {"kind": kind, "subject": str(subject_id), "at": now.isoformat()}
    found = db.get(Destination, subject_id) if kind.startswith("destination") else None
    if found is not None:
        data["destination"] = shops.committed(db, found).hex()
    salt = db.vault.key("commitments")
    digest = commitment(salt, data)
    commitments.write(db, kind, subject_id, digest, now, shop_id=shop_id, person_id=person_id)


def tell_everywhere(db: Writer, person_id: int, notice: str, facts: dict[str, Any], now: datetime) -> None:
    """Told on every channel a person has, and to her second contact: one of them may be in the wrong hands."""
    reached = select(Identity).where(Identity.person_id == person_id, Identity.unreachable_at.is_(None))
    for identity in db.scalars(reached.order_by(Identity.id)):
        outbox.tell_at(db, identity, notice, facts, now)
    if contact := second_contact_of(db, person_id):
        outbox.tell(db, contact, notice, {**facts, "owner": people.name_of(db, person_id)}, now)


# -- a freeze --------------------------------------------------------------------------------------------


def freeze(db: Writer, shop_id: int, operator_id: int, now: datetime) -> Shop:
    """Nobody is shown where to pay until it is lifted. Raises `NotYours` for anybody else, `AlreadyDone`."""
    shop = as_operator(db, shop_id, operator_id)
    frozen = update(Shop).where(Shop.id == shop_id, Shop.frozen_at.is_(None)).values(frozen_at=now)
    if not rows.changed(db, frozen):
        raise AlreadyDone
    commit(db, "frozen", shop_id, now, shop_id=shop_id)
    outbox.tell(db, shop.owner_id, "shop_frozen", {"shop": shop.name}, now)
    return shop


def thaw(db: Writer, shop_id: int, operator_id: int, now: datetime) -> Shop:
    shop = as_operator(db, shop_id, operator_id)
    thawed = update(Shop).where(Shop.id == shop_id, Shop.frozen_at.is_not(None)).values(frozen_at=None)
    if not rows.changed(db, thawed):
        raise AlreadyDone
    commit(db, "thawed", shop_id, now, shop_id=shop_id)
    outbox.tell(db, shop.owner_id, "shop_thawed", {"shop": shop.name}, now)
    return shop


def as_operator(db: Writer, shop_id: int, operator_id: int) -> Shop:
    shop, person = db.get(Shop, shop_id), db.get(Person, operator_id)
    if shop is None or person is None or not person.is_operator:
        raise NotYours
    return shop


# -- a second contact, and a lost phone --------------------------------------------------------------------


def invite_contact(db: Writer, person_id: int, now: datetime) -> str:
    """A link for whoever should vouch for her one day; returns its token. Opening it is that person's yes."""
    token = secrets.token_urlsafe(9).replace("-", "x").replace("_", "y")
    rows.put(db, SecondContact, {"person_id": person_id}, token=token, at=now)
    return token


def contact_invited_by(db: Reader, token: str) -> str | None:
    """Who asks with this link to be vouched for one day; None for any other token."""
    found = db.scalar(select(SecondContact.person_id).where(SecondContact.token == token))
    return people.name_of(db, found) or None if found else None


def become_contact(db: Writer, token: str, contact_id: int, now: datetime) -> int:
    """Returns for whom. Raises `NotInvited` for a link that is spent or one's own."""
    found = db.scalar(select(SecondContact).where(SecondContact.token == token))
    if found is None or found.person_id == contact_id:
        raise NotInvited
    if found.contact_id:  # a thief's first step would be a second contact of his own
        outbox.tell(db, found.contact_id, "contact_replaced", {"owner": people.name_of(db, found.person_id)}, now)
    mine = update(SecondContact).where(SecondContact.person_id == found.person_id)
    db.execute(mine.values(contact_id=contact_id, token=None, at=now))
    commit(db, "second_contact", contact_id, now, person_id=found.person_id)
    tell = {"name": people.name_of(db, contact_id)}
    outbox.tell(db, found.person_id, "contact_named", tell, now)
    return found.person_id


def second_contact_of(db: Reader, person_id: int) -> int | None:
    return db.scalar(select(SecondContact.contact_id).where(SecondContact.person_id == person_id))


def ask_recovery(db: Writer, shop: Shop, claimed_by: int, now: datetime) -> int:
    """Somebody says this shop is hers and her phone is lost: whoever knows her is asked. Nothing changes yet.

    Somebody else's claim that nobody has vouched for stands in nobody's way. Raises `AlreadyDone` for a second claim by
    the same person or while one is vouched for, `NotYours` for the owner herself.
    """
    if shop.owner_id == claimed_by:
        raise NotYours
    if any(one.state == "vouched" or one.claimed_by == claimed_by for one in running(db, shop.id)):
        raise AlreadyDone
    values = {"shop_id": shop.id, "owner_id": shop.owner_id, "claimed_by": claimed_by}
    recovery_id = rows.add(db, Recovery, **values, state="asked", at=now)
    commit(db, "recovery_asked", recovery_id, now, shop_id=shop.id, person_id=claimed_by)
    facts = {"shop": shop.name, "recovery": recovery_id, "claimant": people.name_of(db, claimed_by)}
    reached = select(Identity).where(Identity.person_id == shop.owner_id, Identity.unreachable_at.is_(None))
    for identity in db.scalars(reached.order_by(Identity.id)):
        outbox.tell_at(db, identity, "recovery_of_yours", facts, now)
    if contact := second_contact_of(db, shop.owner_id):
        outbox.tell(db, contact, "recovery_to_vouch", facts, now)
    tell_operators(db, "recovery_to_vouch", facts, now)
    return recovery_id


def running(db: Reader, shop_id: int) -> Sequence[Recovery]:
    mine = (Recovery.shop_id == shop_id, Recovery.state.in_(["asked", "vouched"]))
    return db.scalars(select(Recovery).where(*mine).execution_options(populate_existing=True)).all()


def vouch(db: Writer, recovery_id: int, person_id: int, now: datetime) -> Recovery:
    """Her second contact, or who runs the hub, says it is her: from now on cash only, and in 48 hours it moves."""
    found = db.get(Recovery, recovery_id, populate_existing=True)
    person = db.get(Person, person_id)
    may = found is not None and (
        person_id == second_contact_of(db, found.owner_id) or bool(person and person.is_operator)
    )
    if found is None or not may or person_id == found.claimed_by:
        raise NotYours
    if any(one.state == "vouched" for one in running(db, found.shop_id)):
        raise AlreadyDone
    asked = update(Recovery).where(Recovery.id == recovery_id, Recovery.state == "asked")
    if not rows.changed(db, asked.values(state="vouched", vouched_by=person_id, moves_at=now + WAITS)):
        raise AlreadyDone
    cash_only(db, found.shop_id, is_so=True)
    chores.schedule(db, "recovery_moves", recovery_id, now + WAITS)
    commit(db, "recovery_vouched", recovery_id, now, shop_id=found.shop_id, person_id=person_id)
    shop = db.get_one(Shop, found.shop_id)
    facts = {"shop": shop.name, "moves_at": (now + WAITS).isoformat(), "recovery": recovery_id}
    outbox.tell(db, found.claimed_by, "recovery_waits", facts, now)
    tell_everywhere(db, found.owner_id, "recovery_vouched", facts, now)
    return found


def refuse(db: Writer, recovery_id: int, person_id: int, now: datetime) -> None:
    """*Bukan saya*, from the phone that is said to be lost, or from her second contact: it ends at once."""
    found = db.get(Recovery, recovery_id, populate_existing=True)
    if found is None or person_id not in {found.owner_id, second_contact_of(db, found.owner_id)}:
        raise NotYours
    alive = update(Recovery).where(Recovery.id == recovery_id, Recovery.state.in_(["asked", "vouched"]))
    if not rows.changed(db, alive.values(state="refused")):
        raise AlreadyDone
    cash_only(db, found.shop_id, is_so=False)
    commit(db, "recovery_refused", recovery_id, now, shop_id=found.shop_id, person_id=person_id)
    shop = db.get_one(Shop, found.shop_id)
    tell_operators(db, "recovery_refused", {"shop": shop.name, "shop_id": shop.id}, now)


def moves(db: Writer, recovery_id: int, now: datetime) -> None:
    """Nobody has said no: the new phone is hers, and the old one belongs to somebody we do not know."""
    found = db.get(Recovery, recovery_id, populate_existing=True)
    if found is None or found.state != "vouched":
        return
    nobody = people.written(db, "", db.get_one(Person, found.owner_id).language, now)
    old = update(Identity).where(Identity.person_id == found.owner_id)
    db.execute(old.values(person_id=nobody, unreachable_at=now))
    fresh = update(Identity).where(Identity.person_id == found.claimed_by)
    db.execute(fresh.values(person_id=found.owner_id))
    sessions.end_all(db, found.owner_id, now)  # what is open on the web was opened from the old phone
    db.execute(update(Recovery).where(Recovery.id == recovery_id).values(state="moved"))
    cash_only(db, found.shop_id, is_so=False)
    commit(db, "recovery_moved", recovery_id, now, shop_id=found.shop_id, person_id=found.owner_id)
    shop = db.get_one(Shop, found.shop_id)
    outbox.tell(db, found.owner_id, "recovery_moved", {"shop": shop.name}, now)


def cash_only(db: Writer, shop_id: int, *, is_so: bool) -> None:
    db.execute(update(Shop).where(Shop.id == shop_id).values(is_cash_only=is_so))
