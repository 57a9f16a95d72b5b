"""The figures as they are published: a table, with what it was measured on."""

import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.conftest import ROOT
from tests.faults.databases import NoPostgres, server
from tests.faults.figures import Figure

PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
EMPTY = f"# Reliability\n\n{BEGIN}\n{END}\n"
LIBRARIES: Mapping[str, str] = {
    "sqlalchemy": "SQLAlchemy",
    "python-telegram-bot": "python-telegram-bot",
    "twilio": "twilio",
}


def written(found: Sequence[tuple[Figure, float]], seed: int, *, is_full: bool) -> str:
    """The whole block as Markdown."""
    lines = ["| figure | asked | found | seconds |", "|---|---|---|---|"]
    lines += [row(figure, seconds) for figure, seconds in found]
    lines += ["", circumstances(seed, is_full=is_full)]
    missed = [(figure, line) for figure, _ in found if not figure.held for line in figure.details]
    lines += ["", "What did not hold:", "", *(f"* {figure.name}: {line}" for figure, line in missed)] if missed else []
    return "\n".join(lines) + "\n"


def row(figure: Figure, seconds: float) -> str:
    name = f"**{figure.name}**" if figure.held else f"**{figure.name}** (not held)"
    cells = (f"{name}: {figure.promise}", f"{figure.asked:,} {figure.unit}", figure.found, f"{seconds:,.0f}")
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def circumstances(seed: int, *, is_full: bool) -> str:
    """When, on what, and with which seed; whoever repeats it may compare."""
    libraries = [f"{spoken} {version(name)}" for name, spoken in LIBRARIES.items()]
    on = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}", postgres_version(), *libraries]
    counts = "full counts" if is_full else "samples"
    when = f"{datetime.now(UTC):%Y-%m-%d}"
    return f"Measured {when} ({counts}, seed {seed}) on {os.cpu_count()} CPUs: {', '.join(on)}."


def postgres_version() -> str:
    try:
        return f"PostgreSQL {server().administer('SHOW server_version')}"
    except NoPostgres as missing:
        return str(missing)


def replaced(page: Path, block: str) -> None:
    """Put the block between its markers; the prose around it is somebody else's."""
    text = page.read_text(encoding="utf-8") if page.exists() else EMPTY
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{page.name} has no {BEGIN} ... {END} to write between.")
    page.parent.mkdir(exist_ok=True)
    page.write_text(f"{before}{BEGIN}\n{block}{END}{after}", encoding="utf-8")
