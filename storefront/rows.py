"""Ways to write a row, spelt once for both databases: add it, add it unless it is there, put it, add to it."""

from typing import Any

from sqlalchemy import CursorResult, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase

from storefront.database import Writer

Table = type[DeclarativeBase]


def add(db: Writer, table: Table, **values: Any) -> int:
    """Insert a row and return its id."""
    row_id = db.scalar(insert(table).values(**values).returning(table.id))  # type: ignore[attr-defined]
    assert isinstance(row_id, int)
    return row_id


def add_once(db: Writer, table: Table, **values: Any) -> bool:
    """Insert the row unless one with the same unique key is there; tell whether this one went in."""
    statement = dialect_insert(db, table).values(**values).on_conflict_do_nothing()
    first_key = next(iter(table.__mapper__.primary_key))
    return db.execute(statement.returning(first_key)).first() is not None


def put(db: Writer, table: Table, key: dict[str, Any], **values: Any) -> None:
    """Insert the row, or set these values on the one that has this key."""
    statement = dialect_insert(db, table).values(**key, **values)
    db.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


def add_to(db: Writer, table: Table, key: dict[str, Any], **more: int) -> None:
    """Insert the row, or add these numbers to the one that has this key."""
    statement = dialect_insert(db, table).values(**key, **more)
    sums = {name: getattr(table, name) + number for name, number in more.items()}
    db.execute(statement.on_conflict_do_update(index_elements=list(key), set_=sums))


def changed(db: Writer, statement: Any) -> bool:
    """Run a conditional UPDATE and tell whether it found its row: the one step in which a change is decided."""
    return count(db, statement) > 0


def count(db: Writer, statement: Any) -> int:
    """Run a statement and tell how many rows it changed."""
    result = db.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount


def dialect_insert(db: Writer, table: Table) -> Any:
    """The dialect's own INSERT, which alone knows ON CONFLICT."""
    name = db.get_bind().dialect.name
    return sqlite.insert(table) if name == "sqlite" else postgresql.insert(table)
