"""Who may do what: an owner everything, her staff what is no money, whoever was taken off and strangers nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from storefront.database import Database, Writer
from storefront.refusals import AlreadyDone, NotInvited, NotYours, OwnersOnly
from storefront.selling import staff
from storefront.selling.orders import changing, confirming, fulfilling, paying
from tests.builders import NOW, a_person, a_product, a_shop, an_order

Deed = Callable[[Writer, Any, int], object]

FOR_STAFF: dict[str, Deed] = {
    "send": lambda db, w, who: fulfilling.send(db, w.order.id, who, NOW),
    "ask to cancel": lambda db, w, who: changing.ask_to_cancel(db, w.order.id, who, NOW),
    "look": lambda db, w, who: paying.sold_by(db, w.order.id, who, by_staff=True),
}
FOR_OWNERS: dict[str, Deed] = {
    "money arrived": lambda db, w, who: confirming.confirm(db, w.order.id, who, NOW),
    "not there": lambda db, w, who: paying.not_there(db, w.order.id, who, NOW),
    "undo": lambda db, w, who: confirming.undo(db, w.order.id, who, NOW),
    "bill": lambda db, w, who: paying.bill(db, w.order.id, who),
    "refund sent": lambda db, w, who: changing.refund_sent(db, w.order.id, who, NOW),
}


def scene(db: Writer) -> tuple[Any, dict[str, int]]:
    """A paid order, and everybody who might reach for it."""
    shop = a_shop(db)
    people = {
        "owner": shop.owner_id,
        "staff": a_person(db, "Nia"),
        "taken off": a_person(db, "Eka"),
        "stranger": a_person(db, "Joko"),
        "other owner": a_shop(db, "Bagus", "Kedai Bagus").owner_id,
    }
    for name in ("staff", "taken off"):
        invited = staff.invitation(db, staff.invite(db, shop.id, NOW), NOW)
        staff.join(db, invited.id, people[name], NOW)
    staff.remove(db, shop.id, people["taken off"], NOW)
    return an_order(db, a_product(db, shop), paid=True), people


@pytest.mark.parametrize("deed", FOR_STAFF)
@pytest.mark.parametrize("who", ["owner", "staff"])
def test_kitchen_and_road_are_for_both(who: str, deed: str, database: Database) -> None:
    with database.write() as db:
        placed, people = scene(db)

        FOR_STAFF[deed](db, placed, people[who])


@pytest.mark.parametrize("deed", FOR_OWNERS)
def test_money_is_the_owners(deed: str, database: Database) -> None:
    with database.write() as db:
        placed, people = scene(db)

        with pytest.raises(OwnersOnly):
            FOR_OWNERS[deed](db, placed, people["staff"])


@pytest.mark.parametrize("deed", [*FOR_STAFF, *FOR_OWNERS])
@pytest.mark.parametrize("who", ["taken off", "stranger", "other owner"])
def test_everybody_else_is_told_the_same(who: str, deed: str, database: Database) -> None:
    with database.write() as db:
        placed, people = scene(db)

        with pytest.raises(NotYours):
            {**FOR_STAFF, **FOR_OWNERS}[deed](db, placed, people[who])


def test_a_link_works_once_and_for_a_day(database: Database) -> None:
    with database.write() as db:
        shop = a_shop(db)
        nia, eka = a_person(db, "Nia"), a_person(db, "Eka")
        invited = staff.invitation(db, staff.invite(db, shop.id, NOW), NOW)
        late = staff.invite(db, shop.id, NOW)
        staff.join(db, invited.id, nia, NOW)

        for again in (lambda: staff.join(db, invited.id, eka, NOW), lambda: staff.invitation(db, "nobody", NOW)):
            with pytest.raises(NotInvited):
                again()
        with pytest.raises(NotInvited):
            staff.invitation(db, late, NOW + timedelta(hours=25))
        assert staff.members(db, shop.id) == [(nia, "Nia")]


def test_taken_off_and_taken_on_again(database: Database) -> None:
    with database.write() as db:
        shop, nia = a_shop(db), a_person(db, "Nia")
        staff.join(db, staff.invitation(db, staff.invite(db, shop.id, NOW), NOW).id, nia, NOW)
        staff.remove(db, shop.id, nia, NOW)

        with pytest.raises(AlreadyDone):
            staff.remove(db, shop.id, nia, NOW)
        staff.join(db, staff.invitation(db, staff.invite(db, shop.id, NOW), NOW).id, nia, NOW)

        assert staff.works_at(db, shop.id, nia)
        assert [one.id for one in staff.shops_of(db, nia)] == [shop.id]
