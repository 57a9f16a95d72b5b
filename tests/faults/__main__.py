"""``python -m tests.faults``: take the figures, and print them as a table."""

import argparse
import logging
import signal
import sys
import time
import warnings

import structlog

from tests.faults import table
from tests.faults.figures import Figure, Scale
from tests.faults.measurements import MEASUREMENTS

SEED = 20260616


def main(argv: list[str] | None = None) -> int:
    """Measure what was asked for; exit 1 when a promise did not hold."""
    given = parser().parse_args(argv)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    warnings.simplefilter("ignore")  # libraries' own; the tests take every one for an error
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(143)
    )  # so that every process started here is ended on the way out
    found = [taken(name, Scale(given.full), given.seed) for name in given.only or MEASUREMENTS]
    block = table.written(found, given.seed, is_full=given.full)
    print(block, end="")
    if given.write:
        table.replaced(table.PAGE, block)
    return 0 if all(figure.held for figure, _ in found) else 1


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m tests.faults", description="Break it on purpose; count what is left.")
    top.add_argument("--full", action="store_true", help="the counts that are published (hours); otherwise samples")
    top.add_argument("--seed", type=int, default=SEED)
    top.add_argument("--only", nargs="+", choices=MEASUREMENTS, metavar="NAME", help=", ".join(MEASUREMENTS))
    top.add_argument("--write", action="store_true", help=f"put the table into docs/{table.PAGE.name}")
    return top


def taken(name: str, scale: Scale, seed: int) -> tuple[Figure, float]:
    """One figure, and how long it took. One that cannot be taken is told as such; the others still are."""
    print(f"{name} ...", end=" ", file=sys.stderr, flush=True)
    began = time.monotonic()
    try:
        figure = MEASUREMENTS[name](scale, seed)
    except Exception as problem:
        told = f"could not be measured ({type(problem).__name__}: {problem})"[:500]
        figure = Figure(name, "Not measured.", 0, "", told, held=False)
    seconds = time.monotonic() - began
    print(f"{'held' if figure.held else 'DID NOT HOLD'} in {seconds:.0f} s: {figure.found}", file=sys.stderr)
    return figure, seconds


if __name__ == "__main__":
    raise SystemExit(main())
