"""``python -m benchmarks``: take the figures, and print them as Markdown."""

import argparse
import atexit
import logging
import os
import signal
import sys
import warnings
from pathlib import Path

import structlog

from benchmarks import table
from benchmarks.parts import PARTS, Scale, taken
from bots import logs
from bots.__main__ import story_settings
from tests.faults.table import replaced


def main(argv: list[str] | None = None) -> int:
    """Measure what was asked for; the table goes to standard output, and into the page where that is wanted."""
    given = parser().parse_args(argv)
    log_as_a_hub_does()
    warnings.simplefilter("ignore")  # libraries' own; the tests take every one for an error
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started here ends on the way out
    scale = Scale(given.quick)
    parts = [part for name in given.only or PARTS for part in taken(name, scale)]
    block = table.written(parts, is_quick=given.quick)
    print(block, end="")
    if given.write:
        replaced(table.PAGE, block)
    return 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m benchmarks", description="What a message, a hub and a start take.")
    top.add_argument("--quick", action="store_true", help="a look in half a minute; nothing to publish")
    top.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=", ".join(PARTS))
    top.add_argument("--write", action="store_true", help=f"put the figures into docs/{table.PAGE.name}")
    return top


def log_as_a_hub_does() -> None:
    """The log is part of the work, so it is made as in a running hub, and read by nobody."""
    logs.configure(story_settings("sqlite:///unused.db"))
    nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - closed on the way out
    atexit.register(nowhere.close)
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(nowhere))
    logging.root.handlers = [logging.NullHandler()]


if __name__ == "__main__":
    raise SystemExit(main())
