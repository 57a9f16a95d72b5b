"""Two hundred buyers, ten units: exactly ten are sold, and everybody else is told so, kindly and soon."""

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select, update

from storefront.database import Database
from storefront.models import Batch, Order
from storefront.refusals import Refusal
from storefront.selling import catalogue
from storefront.selling.orders import placing
from tests.builders import NOW, a_person, a_product, a_shop, a_wish
from tests.faults.databases import Shelf, opened, problems, reachable, shelf
from tests.faults.figures import Figure, Scale, percentile, shortened

BUYERS, UNITS, PROCESSES = 200, 10, 4
PATIENCE_S = 2.0
HEADSTART_S = 0.3  # long enough for every process to have its threads at the barrier

Answers = list[tuple[str, float]]  # what each buyer was told, and after how long


@dataclass(frozen=True)
class Kitchen:
    """A database in which ten units wait for two hundred buyers."""

    url: str
    product_id: int
    buyers: tuple[int, ...]


@dataclass(frozen=True)
class Sale:
    """What became of one rush."""

    kind: str
    answers: Answers
    orders: int
    taken: int
    wrong: list[str]

    def count(self, word: str) -> int:
        return sum(answer == word for answer, _ in self.answers)

    @property
    def errors(self) -> list[str]:
        return [answer for answer, _ in self.answers if answer not in {"sold", "SoldOut"}]

    @property
    def held(self) -> bool:
        exact = (self.count("sold"), self.orders, self.taken, self.count("SoldOut")) == (UNITS, UNITS, UNITS, 190)
        return exact and not self.wrong


Buy = Callable[[Database, int, int], None]


def measure(scale: Scale, seed: int) -> Figure:
    repeats = scale.of(2, 50)
    engines, missing = reachable()
    with shelf() as shelf_, assistants() as pool:
        sales = [sale for engine in engines for sale in rushes(shelf_, engine, pool, repeats)]
    waits = [seconds for sale in sales for _, seconds in sale.answers]
    slowest = {
        kind: percentile([s for x in sales if x.kind == kind for _, s in x.answers], 0.99) for kind in kinds(sales)
    }
    quick = percentile(waits, 0.99) <= PATIENCE_S  # a figure to take on a quiet machine, not a test of a busy one
    errors = [error for sale in sales for error in sale.errors]
    wrong = [
        f"{sale.kind}: {sale.orders} sold, {line}" for sale in sales for line in sale.wrong or [""] if not sale.held
    ]
    return Figure(
        "quota",
        "200 buyers for 10 units: exactly 10 are sold, 190 are refused, nobody sees an error.",
        len(sales),
        f"rushes ({', '.join(slowest)})",
        f"{spread([sale.orders for sale in sales])} sold in each, {len(errors)} errors; "
        + ", ".join(f"p99 {seconds:.2f} s ({kind})" for kind, seconds in slowest.items()),
        all(sale.held for sale in sales) and (quick or not scale.is_full) and not missing,
        shortened([*missing, *wrong, *sorted(set(errors))]),
    )


def kinds(sales: Sequence[Sale]) -> list[str]:
    return list(dict.fromkeys(sale.kind for sale in sales))


def spread(numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low} to {high}"


def rushes(shelf_: Shelf, engine: str, pool: ProcessPoolExecutor, repeats: int) -> Iterator[Sale]:
    """One rush after the other: threads on either database, and processes that share a SQLite file."""
    stocked = stock(shelf_.new(engine))
    for _ in range(repeats):
        name = "SQLite threads" if engine == "sqlite" else "PostgreSQL"
        yield looked_at(name, here := copied(shelf_, engine, stocked), by_threads(here))
        if engine == "sqlite":
            yield looked_at("SQLite processes", here := copied(shelf_, engine, stocked), by_processes(pool, here))


def stock(url: str, buyers: int = BUYERS) -> Kitchen:
    """Open the kitchen and let the buyers know of it."""
    database = opened(url)
    with database.write() as db:
        card = a_product(db, a_shop(db), quota=UNITS)
        everybody = tuple(a_person(db, f"buyer{number}") for number in range(buyers))
    database.close()
    return Kitchen(url, card.product.id, everybody)


def copied(shelf_: Shelf, engine: str, stocked: Kitchen) -> Kitchen:
    return Kitchen(shelf_.new(engine, like=stocked.url), stocked.product_id, stocked.buyers)


def buy(database: Database, product_id: int, buyer: int) -> None:
    with database.write() as db:
        card = catalogue.card(db, product_id)
        placing.place(db, buyer, card, a_wish(card), NOW)


def crowd(kitchen: Kitchen, starts_at: float, how: Buy = buy) -> Answers:
    """Everybody buys at the same moment, each in a thread of her own."""
    database = opened(kitchen.url)
    answers: Answers = [("never answered", 0.0)] * len(kitchen.buyers)

    def shop(place: int) -> None:
        time.sleep(max(starts_at - time.time(), 0))
        began = time.perf_counter()
        told = answered(lambda: how(database, kitchen.product_id, kitchen.buyers[place]))
        answers[place] = (told, time.perf_counter() - began)

    threads = [threading.Thread(target=shop, args=(place,)) for place in range(len(kitchen.buyers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    database.close()
    return answers


def answered(work: Callable[[], None]) -> str:
    """What a buyer is told: sold, an expected no, or an error that nobody should see."""
    try:
        work()
    except Refusal as no:
        return type(no).__name__
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"[:120]
    return "sold"


def by_threads(kitchen: Kitchen, how: Buy = buy) -> Answers:
    return crowd(kitchen, time.time() + HEADSTART_S / 3, how)


def by_processes(pool: ProcessPoolExecutor, kitchen: Kitchen) -> Answers:
    """The same crowd, parted over processes that all write to one file."""
    share = len(kitchen.buyers) // PROCESSES
    starts_at = time.time() + HEADSTART_S
    parts = [
        Kitchen(kitchen.url, kitchen.product_id, kitchen.buyers[first : first + share])
        for first in range(0, len(kitchen.buyers), share)
    ]
    works = [pool.submit(crowd, part, starts_at) for part in parts]
    return [answer for work in works for answer in work.result(180)]


@contextmanager
def assistants() -> Iterator[ProcessPoolExecutor]:
    """Processes of their own, each with its own connection to the file."""
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def looked_at(kind: str, kitchen: Kitchen, answers: Answers) -> Sale:
    database = opened(kitchen.url)
    with database.read() as db:
        batch = catalogue.card(db, kitchen.product_id).batch
        orders = len(db.scalars(select(Order.id).where(Order.batch_id == batch.id)).all())
    wrong = problems(database)
    database.close()
    return Sale(kind, answers, orders, batch.taken, wrong)


# -- the naive way -----------------------------------------------------------------------------------


def oversold(kitchen: Kitchen) -> int:
    """How many units are sold by looking first and writing afterwards."""
    everybody_has_looked = threading.Barrier(len(kitchen.buyers))

    def look_then_write(database: Database, product_id: int, _: int) -> None:
        with database.read() as db:
            batch = catalogue.card(db, product_id).batch
        everybody_has_looked.wait(60)
        if batch.taken < UNITS:
            with database.write() as db:
                db.execute(update(Batch).where(Batch.id == batch.id).values(taken=Batch.taken + 1))

    by_threads(kitchen, look_then_write)
    database = opened(kitchen.url)
    with database.read() as db:
        taken = catalogue.card(db, kitchen.product_id).batch.taken
    database.close()
    return taken
