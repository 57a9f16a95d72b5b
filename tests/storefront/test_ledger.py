"""The books: what is written stays, adds up, and shows every hand that touched it."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select, text

from storefront import verifying
from storefront.database import Database, Writer
from storefront.earning import ledger
from storefront.earning.ledger import Posting
from storefront.models import Transfer
from tests.builders import NOW, a_person, a_shop


def books(db: Writer) -> tuple[int, int]:
    return a_shop(db).id, a_person(db, "Dewi")


def step(key: str, journal: str, debit: ledger.Place, credit: ledger.Place, amount: int, shop: int) -> Posting:
    return Posting(key, journal, debit, credit, amount, "IDR", shop)


def accrual(key: str, shop: int, creator: int, amount: int) -> Posting:
    return step(key, "accrual", ledger.owes(shop), ledger.stage("pending", creator, shop), amount, shop)


@pytest.mark.both
def test_the_same_event_posted_twice_is_posted_once(database: Database) -> None:
    with database.write() as db:
        shop, creator = books(db)
        for _ in range(3):
            ledger.post(db, [accrual("one", shop, creator, 100)], NOW)
        ledger.post(db, [], NOW)

        assert ledger.balance(db, ledger.owes(shop), "IDR") == 100
        assert ledger.balance(db, ledger.stage("pending", creator, shop), "IDR") == 100
        assert ledger.balance(db, ledger.stage("held", creator, shop), "IDR") == 0


@pytest.mark.both
@pytest.mark.parametrize("changed", ["amount", "place"])
def test_the_same_key_with_other_contents_is_refused(changed: str, database: Database) -> None:
    with database.write() as db:
        shop, creator = books(db)
        ledger.post(db, [accrual("one", shop, creator, 100)], NOW)
        other = accrual("one", shop, creator, 101)
        if changed == "place":
            other = accrual("one", shop, a_person(db, "Wulan"), 100)

        with pytest.raises(ledger.KeyReused):
            ledger.post(db, [other], NOW)


def test_nothing_is_posted_twice_in_one_go_and_nothing_moves_nothing(database: Database) -> None:
    with database.write() as db:
        shop, creator = books(db)
        with pytest.raises(AssertionError, match="one event, one key"):
            ledger.post(db, [accrual("a", shop, creator, 1), accrual("a", shop, creator, 1)], NOW)
        with pytest.raises(AssertionError, match="moves something"):
            ledger.post(db, [accrual("a", shop, creator, 0)], NOW)


TAMPERING = {
    "amount": "amount + 1",
    "debit_id": "credit_id",
    "journal": "'gift'",
    "at": "'2020-01-01 00:00:00.000000'",
    "currency": "'EUR'",
    "key": "key || 'x'",
    "order_id": "NULL",
}


@pytest.mark.both
@pytest.mark.parametrize(("column", "value"), TAMPERING.items())
def test_a_row_edited_by_hand_is_named(column: str, value: str, database: Database) -> None:
    with database.write() as db:
        from tests.builders import a_product, an_order

        an_order(db, a_product(db, a_shop(db)), paid=True)
        assert list(verifying.problems(db)) == []
        transfer = db.scalars(select(Transfer.id)).first()
    by_hand(database, f"UPDATE transfers SET {column} = {value} WHERE id = {transfer}")  # noqa: S608

    with database.read() as db:
        found = list(verifying.problems(db))

    assert any(line.startswith(f"transfers {transfer}: ") for line in found), found


def by_hand(database: Database, statement: str) -> None:
    """Somebody with the database in her hands takes the trigger away first."""
    with database.writing.begin() as connection:
        if database.is_sqlite:
            connection.execute(text("DROP TRIGGER transfers_no_update"))
        else:
            connection.execute(text("ALTER TABLE transfers DISABLE TRIGGER ALL"))
        connection.execute(text(statement))


PATH = [
    ("release", "pending", "payable"),
    ("hold", "pending", "held"),
    ("unhold", "held", "pending"),
    ("reserve", "payable", "reserved"),
]
moves = some.lists(some.tuples(some.integers(1, 500), some.sampled_from(PATH)), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves, some.integers(1, 2_000))
def test_whatever_moves_the_promise_stays_whole(database: Database, plan: Any, accrued: int) -> None:
    """Between accrual and settlement, what a shop owes equals what stands at the creator's stages, to the rupiah."""
    db_: Writer
    with database.write() as db_:
        shop, creator = books_again(db_)
        before = ledger.balance(db_, ledger.owes(shop), "IDR")
        run = len(db_.scalars(select(Transfer.id)).all())
        ledger.post(db_, [accrual(f"{run}:accrual", shop, creator, accrued)], NOW)
        for number, (wanted, (journal, source, target)) in enumerate(plan):
            move(db_, f"{run}:{number}", journal, source, target, wanted, shop, creator)

        stages = [ledger.balance(db_, ledger.stage(name, creator, shop), "IDR") for name in ledger.STAGES]  # type: ignore[arg-type]
        assert sum(stages) == before + accrued == ledger.balance(db_, ledger.owes(shop), "IDR")
        assert min(stages) >= 0


def books_again(db: Writer) -> tuple[int, int]:
    from storefront.models import Shop

    shop = db.scalar(select(Shop.id))
    return (shop, a_person(db, "Dewi")) if shop else books(db)


def move(db: Writer, key: str, journal: str, source: Any, target: Any, wanted: int, shop: int, creator: int) -> None:
    amount = min(wanted, ledger.balance(db, ledger.stage(source, creator, shop), "IDR"))
    if amount:
        places = (ledger.stage(source, creator, shop), ledger.stage(target, creator, shop))
        ledger.post(db, [step(key, journal, *places, amount, shop)], NOW)


def test_goods_to_try_stand_in_no_creators_account() -> None:
    place = ledger.in_kind(7, 3)

    assert (place.name, place.shop_id, place.person_id, place.is_debt) == ("M:inkind:7:3", 3, None, True)
