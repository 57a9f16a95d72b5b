"""Steps from one schema to the next, by Alembic; a step that rebuilds a guarded table puts its triggers back."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storefront.database import Database

HERE = Path(__file__).parent
LEDGER = "transfers"


def config(connection: Connection | None = None) -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(HERE))
    if connection is not None:
        settings.attributes["connection"] = connection
    return settings


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring a database to today's schema (or to an earlier one, for an old backup); everything or nothing."""
    with database.writing.begin() as connection:
        settings = config(connection)
        settings.attributes["zone"] = database.zone
        settings.attributes["vault"] = database.vault
        command.upgrade(settings, revision)


def known() -> set[str]:
    """Every schema this version can bring up to date."""
    return {step.revision for step in ScriptDirectory.from_config(config()).walk_revisions()}


def is_current(database: Database) -> bool:
    with database.reading.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory.from_config(config()).get_current_head()


def guard(connection: Connection, table: str = LEDGER) -> None:
    """Make an append-only table's rows final: triggers that refuse UPDATE and DELETE, on either database.

    SQLite drops a table's triggers when a migration rebuilds it, so a step that touches such a table calls
    this again.
    """
    for statement in sqlite_guard(table) if connection.dialect.name == "sqlite" else postgres_guard(table):
        connection.exec_driver_sql(statement)


def sqlite_guard(table: str) -> list[str]:
    refusal = f"BEGIN SELECT RAISE(ABORT, '{table} are final: post a further one'); END"
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} {refusal}",
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} {refusal}",
    ]


def postgres_guard(table: str) -> list[str]:
    function = f"EXECUTE FUNCTION {table}_final()"
    body = f"$$ BEGIN RAISE EXCEPTION '{table} are final: post a further one'; END $$"
    return [
        f"CREATE OR REPLACE FUNCTION {table}_final() RETURNS trigger LANGUAGE plpgsql AS {body}",
        f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {function}",
        f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {function}",
    ]
