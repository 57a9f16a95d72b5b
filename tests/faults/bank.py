"""Many hands move money between the same few accounts at once, and connections are cut meanwhile.

After the bank test of Jepsen: whoever looks at any moment sees the same sum, no account is ever below zero, every move
is there once or not at all, and of every move whose end nobody was told it can be said afterwards which of the two.
"""

import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import func, select, text

from storefront import verifying
from storefront.database import Database, Reader, is_down
from storefront.earning import ledger
from storefront.earning.ledger import Place, Posting
from storefront.models import Account, Transfer
from tests.builders import NOW, a_person, a_shop
from tests.faults.databases import opened, reachable, shelf, spoken
from tests.faults.figures import Figure, Scale, shortened

HANDS, PAIRS, EACH = 16, 10, 1_000
STAGES: tuple[ledger.Stage, ...] = ("pending", "held")


class Stopped(Exception):
    """Somebody's machine stops in the middle of it."""


@dataclass
class Seen:
    """What the hands and the watchers saw."""

    asked: dict[str, int] = field(default_factory=dict)
    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    looks: int = 0
    guard: threading.Lock = field(default_factory=threading.Lock)


def measure(scale: Scale, seed: int) -> Figure:
    engines, missing = reachable()
    moves = scale.of(200, 20_000)
    seen = Seen()
    with shelf() as shelf_:
        for engine in engines:
            database = opened(shelf_.new(engine))
            try:
                crowd(database, moves, seed, seen)
            finally:
                database.close()
    ends = ", ".join(f"{many:,} {end}" for end, many in sorted(seen.ends.items()))
    return Figure(
        "bank",
        "Whatever many hands move at once, and whoever is cut off, every look sees the same sum.",
        seen.ends.total(),
        f"moves by {HANDS} hands ({spoken(engines)})",
        f"{seen.looks:,} looks, {len(seen.wrong)} wrong; {ends}",
        not seen.wrong and not missing,
        shortened([*missing, *seen.wrong]),
    )


def crowd(database: Database, moves: int, seed: int, seen: Seen) -> None:
    """Everybody at once on one set of accounts; then the books are read as a whole."""
    shop, people = begun(database)
    numbers, over = count(), threading.Event()
    hands = [
        threading.Thread(target=hand, args=(database, shop, people, moves, numbers, random.Random(seed + at), seen))  # noqa: S311
        for at in range(HANDS)
    ]
    others = [threading.Thread(target=watch, args=(database, shop, over, seen)) for _ in range(2)]
    others.append(threading.Thread(target=cut, args=(database, over)))
    for thread in (*hands, *others):
        thread.start()
    for thread in hands:
        thread.join()
    over.set()
    for thread in others:
        thread.join()
    judged(database, seen)
    seen.asked.clear()


def begun(database: Database) -> tuple[int, list[int]]:
    with database.write() as db:
        shop = a_shop(db).id
        people = [a_person(db, f"neighbour{number}") for number in range(PAIRS)]
        for one in people:
            places = (ledger.owes(shop), ledger.stage("pending", one, shop))
            ledger.post(db, [Posting(f"begun:{one}", "accrual", *places, EACH, "IDR", shop)], NOW)
    return shop, people


def hand(
    database: Database, shop: int, people: list[int], moves: int, numbers: "count[int]", dice: random.Random, seen: Seen
) -> None:
    while (number := next(numbers)) < moves:
        key, one, amount = f"move:{number}", dice.choice(people), dice.randint(1, EACH)
        source, target = dice.sample(STAGES, 2)
        places = (ledger.stage(source, one, shop), ledger.stage(target, one, shop))
        end = tried(database, key, places, amount, stops=dice.random() < 0.05)
        with seen.guard:
            seen.ends[end] += 1
            if end == "moved":
                seen.asked[key] = amount
            elif end != "not told":
                seen.asked[key] = 0


def tried(database: Database, key: str, places: tuple[Place, Place], amount: int, *, stops: bool) -> str:
    """One move, if there is so much; how it ended, as far as the hand was told."""
    journal = "hold" if places[0].name.endswith("pending") else "unhold"
    try:
        with database.write() as db:
            ledger.opened(db, {(place, "IDR") for place in places})  # locked, in the ledger's own order
            if ledger.balance(db, places[0], "IDR") < amount:
                return "too little"
            ledger.post(db, [Posting(key, journal, *places, amount, "IDR", places[0].shop_id)], NOW)
            if stops:
                raise Stopped
    except Stopped:
        return "stopped"
    except Exception as fault:
        if is_down(fault):
            return "not told"
        raise
    return "moved"


def watch(database: Database, shop: int, over: threading.Event, seen: Seen) -> None:
    """Look again and again: the sum stands, and nobody is below zero."""
    while not over.wait(0.01):
        try:
            with database.read() as db:
                wrong = wrong_sums(db, shop)
        except Exception as fault:
            if is_down(fault):
                continue
            raise
        with seen.guard:
            seen.looks += 1
            seen.wrong += wrong


def wrong_sums(db: Reader, shop: int) -> list[str]:
    mine = (Account.shop_id == shop, Account.name.like("L:creator:%"))
    total, least = db.execute(
        select(func.sum(Account.credits - Account.debits), func.min(Account.credits - Account.debits)).where(*mine)
    ).one()
    found = [] if total == PAIRS * EACH else [f"a look saw {total} in all"]
    return found if least >= 0 else [*found, f"a look saw {least} in one account"]


def cut(database: Database, over: threading.Event) -> None:
    """Cut somebody's connection, again and again. SQLite has none to cut: its hands stop by themselves."""
    if database.is_sqlite:
        return
    victims = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    while not over.wait(0.25):
        try:
            with database.writing.connect() as connection:
                connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM ({victims} LIMIT 1) AS one"))  # noqa: S608
        except Exception as fault:
            if not is_down(fault):
                raise


def judged(database: Database, seen: Seen) -> None:
    """Every move that was told is there once, every other not; and all the rules hold."""
    with database.read() as db:
        there = dict(db.execute(select(Transfer.key, Transfer.amount).where(Transfer.key.like("move:%"))).all())
        seen.wrong += [
            f"{key}: {there.get(key, 0)} moved, {amount} told"
            for key, amount in seen.asked.items()
            if there.get(key, 0) != amount
        ]
        seen.wrong += list(verifying.problems(db))


def naive(database: Database) -> list[str]:
    """The control: who looks before locking lets two take the same money."""
    shop, people = begun(database)
    start = threading.Barrier(2)

    def take(number: int) -> None:
        with database.write() as db:
            held = ledger.balance(db, ledger.stage("pending", people[0], shop), "IDR")
            start.wait(timeout=10)
            places = (ledger.stage("pending", people[0], shop), ledger.stage("held", people[0], shop))
            ledger.post(db, [Posting(f"move:{number}", "hold", *places, held, "IDR", shop)], NOW)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as db:
        return wrong_sums(db, shop)
