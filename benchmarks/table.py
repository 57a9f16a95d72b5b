"""The figures as they are published: Markdown, with when, on what and how busy the machine was."""

import os
import platform
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from benchmarks.parts import Part, Row
from tests.conftest import ROOT
from tests.faults.table import postgres_version

PAGE = ROOT / "docs" / "performance.md"
LIBRARIES = {"sqlalchemy": "SQLAlchemy", "python-telegram-bot": "python-telegram-bot", "psycopg": "psycopg"}
BUSY = 0.5  # of all processors: above this, somebody else was measuring as well


def written(parts: Sequence[Part], *, is_quick: bool) -> str:
    """The whole block."""
    return "\n\n".join([circumstances(parts, is_quick=is_quick), *(section(part) for part in parts)]) + "\n"


def section(part: Part) -> str:
    note = f"\n\n{part.note}" if part.note else ""
    before, after = part.load
    busy = f"Load of the machine before and after: {before:.1f}, {after:.1f}."
    return f"### {part.title}\n\n{table(part.head, part.rows)}{note}\n\n{busy}"


def table(head: Row, rows: Sequence[Row]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def circumstances(parts: Sequence[Part], *, is_quick: bool) -> str:
    """When and on what; a machine that was busy before we began is told, because its figures are none."""
    libraries = [f"{spoken} {version(name)}" for name, spoken in LIBRARIES.items()]
    on = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}", postgres_version(), *libraries]
    counts = "a quick look" if is_quick else "full counts"
    told = f"Measured {datetime.now(UTC):%Y-%m-%d} ({counts}) on {os.cpu_count()} CPUs: {', '.join(on)}."
    first = parts[0].load[0] if parts else 0.0
    if first > BUSY * (os.cpu_count() or 1):
        told += (
            f" **The machine was busy with something else (load {first:.1f} before the first figure): times are too "
        )
        told += "high, and ratios by the clock too kind, because both sides wait for the same others.**"
    return told
