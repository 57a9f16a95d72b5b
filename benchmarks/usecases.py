"""Three use cases without any chat around them: what the shop and the books alone take, commit included."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from benchmarks.people import Street, settled
from referral.attribution import Claim
from storefront.database import Database, Writer
from storefront.earning import deals, touches
from storefront.selling import catalogue
from storefront.selling.orders import confirming, paying, placing
from storefront.selling.orders.views import Whole
from tests.builders import NOW, a_wish
from tests.faults.databases import Shelf, opened

USE_CASES = ("open", "place", "confirm")
WARM_UP = 5


@dataclass
class Alone:
    """One use case: how long each time, and how many statements."""

    seconds: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)


def measured(shelf: Shelf, engine: str, rounds: int) -> dict[str, Alone]:
    database = opened(shelf.new(engine))
    street = settled(database, rounds + WARM_UP)
    found = {name: Alone() for name in USE_CASES}
    try:
        for number in range(rounds + WARM_UP):
            buyer = street.buyers[street.chat(number)]
            bought(database, street, buyer, found if number >= WARM_UP else {name: Alone() for name in USE_CASES})
    finally:
        database.close()
    return found


def bought(database: Database, street: Street, buyer: int, found: dict[str, Alone]) -> None:
    """One buyer comes by a neighbour's link, orders, says that she has paid, and the seller says so too."""
    timed(database, found["open"], lambda db: opened_by(db, street, buyer))
    placed = timed(database, found["place"], lambda db: placed_by(db, street, buyer))
    with database.write() as db:
        paying.choose(db, placed.order.id, buyer, "qris", NOW)
        paying.claim(db, placed.order.id, buyer, None, NOW)
    timed(database, found["confirm"], lambda db: confirming.confirm(db, placed.order.id, street.seller_id, NOW))


def opened_by(db: Writer, street: Street, buyer: int) -> None:
    """What a neighbour's link does: remember whose it was, and look up the product."""
    known = deals.known(db, street.code)
    assert known
    touches.remember(db, known.deal, buyer, Claim.LINK, NOW)
    catalogue.card(db, street.product_id)


def placed_by(db: Writer, street: Street, buyer: int) -> Whole:
    return placing.place(db, buyer, card := catalogue.card(db, street.product_id), a_wish(card, 1, 1), NOW)


def timed(database: Database, alone: Alone, act: Callable[[Writer], Any]) -> Any:
    with counting(database) as statements:
        began = time.perf_counter()
        with database.write() as db:
            done = act(db)
        alone.seconds.append(time.perf_counter() - began)
    alone.statements.append(len(statements))
    return done


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    """The statements of the writing connection in here."""
    found: list[str] = []

    def executed(_: object, __: object, statement: str, *___: object) -> None:
        if not statement.startswith("BEGIN"):
            found.append(statement)

    event.listen(database.writing, "before_cursor_execute", executed)
    try:
        yield found
    finally:
        event.remove(database.writing, "before_cursor_execute", executed)
