"""How well and how fast captions and messages are read: our own cases, and labelled ones where they are at hand.

Speed is one message against a shelf of 500 products, on one core, shelf already built; and the longest text anybody
can send, fifty thousand signs of the worst we could think of.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bots import reads
from storefront.reading.captions import read_words
from storefront.reading.messages import read_message
from storefront.reading.shelf import Ware, shelved
from tests import scoring
from tests.scoring import OWN, Captions, Orders

PRODUCTS = 500
LONG = 50_000
SEED = 20260616
SYLLABLES = [first + second for first in "kblmnprstwjgd" for second in "aiueo"]
WORST = (
    *("a", "9", "1 ", "rp", "<", "<b>", "~", "nastar 2 ", "nastar ", "2 2 ", "/ ", "( ", "- ", "aja ", "jam 1", "1/2 "),
    *("tgl ", "& ", "gak jadi ", "\n", "1.\n", "nama:", "a:b\n", "isi 2 ", "rp1.000", "masing2 ", "kalo ", "=>", "1,"),
    *(
        "0800-",
        "é",
        "\u0336",
        "1x2",
        "😀",
        "<script>",
        "<!--",
        "a'",
        "dua puluh ",
        "sama ",
        "putrisalju",
        "x" * 50 + " ",
    ),
)


@dataclass(frozen=True)
class Speed:
    """Seconds each, in the order they were taken."""

    what: str
    seconds: Sequence[float]


def scores() -> Iterator[tuple[str, Captions, Orders]]:
    """Ours, and the labelled ones of others where ``GETOK_SPECS`` leads to them."""
    shelves = reads.catalogues_in(OWN / "shelves.json")
    yield "our own cases", scoring.of_captions(OWN / "captions.jsonl"), scoring.of_orders(OWN / "orders.jsonl", shelves)
    if folder := scoring.labelled():
        theirs = reads.catalogues_in(folder / "catalogues.json")
        orders = scoring.of_orders(folder / "orders.jsonl", theirs)
        yield "labelled by others", scoring.of_captions(folder / "captions.jsonl"), orders


def speeds(rounds: int) -> Iterator[Speed]:
    wares = a_long_shelf()
    shelved(wares)
    messages = [case["message"] for case in scoring.cases(OWN / "orders.jsonl")] * rounds
    captions = [case["caption"] for case in scoring.cases(OWN / "captions.jsonl")] * rounds
    yield Speed(f"a message against {PRODUCTS} products", [timed(read_message, one, wares) for one in messages])
    yield Speed("a caption", [timed(read_words, one) for one in captions])
    longest = [(unit * LONG)[:LONG] for unit in WORST]
    yield Speed(f"a message of {LONG:,} signs", [timed(read_message, one, wares) for one in longest])
    yield Speed(f"a caption of {LONG:,} signs", [timed(read_words, one) for one in longest])


def timed(read: Callable[..., object], *given: object) -> float:
    began = time.process_time()
    read(*given)
    return time.process_time() - began


def a_long_shelf() -> tuple[Ware, ...]:
    """Real products among hundreds that nobody sells, all with options."""
    dice = random.Random(SEED)  # noqa: S311 - dice, not secrets
    real = [ware for wares in reads.catalogues_in(OWN / "shelves.json").values() for ware in wares]
    options = [option for ware in real for option in ware.options]
    words = ["".join(dice.choice(SYLLABLES) for _ in range(dice.randint(2, 4))) for _ in range(400)]
    names = [ware.name for ware in real]
    names += [" ".join(dice.choice(words) for _ in range(dice.randint(1, 3))) for _ in range(PRODUCTS)]
    return tuple(
        Ware(number, name, 1_000 * number, "pcs", tuple(dice.sample(options, 3)))
        for number, name in enumerate(names[:PRODUCTS], start=1)
    )
