"""The books: a public log, payouts step by step, their receipts, disputes, and sellers' own providers."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa
from alembic import op

from storefront.database import BigInt, Instant
from storefront.earning import trail
from storefront.migrations import guard

revision = "0010"
down_revision = "0009"
PAGE = 2_000
FINAL = ("payout_steps", "payout_receipts", "log_entries", "log_checkpoints")


def upgrade() -> None:
    the_log()
    payouts_step_by_step()
    new_columns()
    for table in FINAL:
        guard(op.get_bind(), table)
    what_was_paid_before()
    what_is_on_its_way()
    nothing_is_logged_yet()


def the_log() -> None:
    op.create_table(
        "log_checkpoints",
        sa.Column("size", BigInt, autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_checkpoints")),
    )
    op.create_table(
        "log_entries",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("source_id", BigInt, nullable=False),
        sa.Column("leaf", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entries")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_log_entries_source_source_id")),
    )
    op.create_table(
        "log_nodes",
        sa.Column("level", BigInt, autoincrement=False, nullable=False),
        sa.Column("position", BigInt, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name=op.f("pk_log_nodes")),
    )
    op.create_table(
        "unlogged",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("source_id", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unlogged")),
    )
    op.create_table(
        "log_openings",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("person_id", BigInt, nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("row", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_log_openings_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_openings")),
    )
    op.create_index(op.f("ix_log_openings_person_id"), "log_openings", ["person_id"], unique=False)


def payouts_step_by_step() -> None:
    op.create_table(
        "provider_accounts",
        sa.Column("shop_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("provider", sa.String(length=12), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_token", sa.LargeBinary(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_provider_accounts_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_provider_accounts")),
    )
    op.create_table(
        "disputes",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("payout_id", BigInt, nullable=False),
        sa.Column("creator_id", BigInt, nullable=False),
        sa.Column("opened_by", BigInt, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("by_default", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("decided_by", BigInt, nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["creator_id"], ["people.id"], name=op.f("fk_disputes_creator_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_disputes_decided_by")),
        sa.ForeignKeyConstraint(["opened_by"], ["people.id"], name=op.f("fk_disputes_opened_by")),
        sa.ForeignKeyConstraint(["payout_id"], ["payouts.id"], name=op.f("fk_disputes_payout_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_disputes_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
    )
    op.create_index(op.f("ix_disputes_creator_id"), "disputes", ["creator_id"], unique=False)
    op.create_index(op.f("ix_disputes_payout_id"), "disputes", ["payout_id"], unique=False)
    op.create_index(op.f("ix_disputes_shop_id"), "disputes", ["shop_id"], unique=False)
    op.create_index(op.f("ix_disputes_state"), "disputes", ["state"], unique=False)
    op.create_table(
        "payout_receipts",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("number", BigInt, nullable=False),
        sa.Column("payout_id", BigInt, nullable=False),
        sa.Column("creator_id", BigInt, nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["creator_id"], ["people.id"], name=op.f("fk_payout_receipts_creator_id")),
        sa.ForeignKeyConstraint(["payout_id"], ["payouts.id"], name=op.f("fk_payout_receipts_payout_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_payout_receipts_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_receipts")),
        sa.UniqueConstraint("shop_id", "number", name=op.f("uq_payout_receipts_shop_id_number")),
    )
    op.create_index(op.f("ix_payout_receipts_creator_id"), "payout_receipts", ["creator_id"], unique=False)
    op.create_index(op.f("ix_payout_receipts_payout_id"), "payout_receipts", ["payout_id"], unique=False)
    op.create_table(
        "payout_steps",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("payout_id", BigInt, nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("attempt", BigInt, nullable=True),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("by", BigInt, nullable=True),
        sa.Column("how", sa.Text(), nullable=True),
        sa.Column("proof_digest", sa.LargeBinary(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_payout_steps_by")),
        sa.ForeignKeyConstraint(["payout_id"], ["payouts.id"], name=op.f("fk_payout_steps_payout_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_payout_steps_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_steps")),
    )
    op.create_index(op.f("ix_payout_steps_payout_id"), "payout_steps", ["payout_id"], unique=False)


def new_columns() -> None:
    op.create_index("ix_transfers_shop", "transfers", ["shop_id", "at"], unique=False)
    op.add_column("payout_attempts", sa.Column("key", sa.String(length=80), nullable=True))
    op.add_column("payout_attempts", sa.Column("body", sa.Text(), nullable=True))
    op.add_column("payout_attempts", sa.Column("reference", sa.Text(), nullable=True))
    op.add_column("payout_attempts", sa.Column("error", sa.Text(), nullable=True))
    op.add_column("payout_attempts", sa.Column("status", sa.String(length=16), nullable=True))
    op.add_column("payout_attempts", sa.Column("due_at", Instant(), nullable=True))
    op.create_index(op.f("ix_payout_attempts_due_at"), "payout_attempts", ["due_at"], unique=False)
    op.add_column("payout_attempts", sa.Column("checks", BigInt, server_default="0", nullable=False))
    op.create_index(op.f("ix_payout_attempts_reference"), "payout_attempts", ["reference"], unique=False)
    op.create_index("ix_payout_attempts_key", "payout_attempts", ["key"], unique=True)
    op.add_column("payouts", sa.Column("gross", BigInt, server_default="0", nullable=False))
    op.add_column("payouts", sa.Column("netted", BigInt, server_default="0", nullable=False))
    op.add_column("payouts", sa.Column("withheld", BigInt, server_default="0", nullable=False))
    op.add_column("payouts", sa.Column("ready_at", Instant(), nullable=True))
    op.add_column(
        "payouts",
        sa.Column("submitted_by", BigInt, nullable=True),
    )
    op.add_column(
        "payouts",
        sa.Column("approved_by", BigInt, nullable=True),
    )
    op.create_index("ix_payouts_confirmed", "payouts", ["shop_id", "confirmed_at"], unique=False)
    op.add_column("shops", sa.Column("next_payout_receipt", BigInt, server_default="1", nullable=False))
    op.add_column("shops", sa.Column("four_eyes_from", BigInt, nullable=True))
    op.add_column("shops", sa.Column("withholds_bp", BigInt, server_default="0", nullable=False))
    op.add_column("shops", sa.Column("is_named", sa.Boolean(), server_default=sa.false(), nullable=False))


def what_was_paid_before() -> None:
    """Payouts of before get their steps and their receipts, as of when they happened."""
    connection = op.get_bind()
    connection.exec_driver_sql("UPDATE payouts SET gross = amount, ready_at = drafted_at")
    connection.exec_driver_sql("UPDATE payout_attempts SET provider = 'cash' WHERE proof_id IS NULL")
    settings = op.get_context().config
    vault = settings.attributes["vault"] if settings else None
    assert vault, "digests are made with it"
    steps, receipts = [], []
    for payout in pages(connection, "payouts"):
        steps += [{**step, "digest": trail.step_digest(vault, step)} for step in steps_of(connection, payout)]
        if payout["state"] == "confirmed":
            receipts.append(payout)
    steps.sort(key=lambda step: step["at"])
    insert(connection, "payout_steps", steps)
    insert(connection, "payout_receipts", [*numbered(vault, receipts)])
    connection.exec_driver_sql(
        "UPDATE shops SET next_payout_receipt = 1 + (SELECT count(*) FROM payout_receipts WHERE shop_id = shops.id)"
    )


def pages(connection: sa.Connection, name: str) -> Iterator[dict[str, Any]]:
    """Every row of a table, some thousand at a time, with aware moments."""
    found, last = typed(name), 0
    while page := connection.execute(sa.select(found).where(found.c.id > last).order_by(found.c.id).limit(PAGE)).all():
        yield from (dict(row._mapping) for row in page)
        last = page[-1].id


def typed(name: str) -> Any:
    moments = {"payouts": ("drafted_at", "confirmed_at"), "payout_attempts": ("sent_at", "settled_at")}[name]
    more = {
        "payouts": ("id", "shop_id", "creator_id", "currency", "amount", "state", "confirmed_by"),
        "payout_attempts": ("id", "payout_id", "number", "state", "sent_by", "proof_digest", "proof_id"),
    }[name]
    return sa.table(name, *map(sa.column, more), *(sa.column(at, Instant()) for at in moments))


def steps_of(connection: sa.Connection, payout: dict[str, Any]) -> Iterator[dict[str, Any]]:
    usual = {"shop_id": payout["shop_id"], "payout_id": payout["id"], "amount": payout["amount"]}
    empty = {"attempt": None, "by": None, "how": None, "proof_digest": None}
    yield {**usual, **empty, "step": "drafted", "at": payout["drafted_at"]}
    tried = typed("payout_attempts")
    mine = sa.select(tried).where(tried.c.payout_id == payout["id"]).order_by(tried.c.number)
    for attempt in connection.execute(mine):
        which = {"attempt": attempt.number, "how": "manual" if attempt.proof_id else "cash"}
        sent = {**which, "by": attempt.sent_by, "proof_digest": attempt.proof_digest}
        yield {**usual, **empty, **sent, "step": "sent", "at": attempt.sent_at}
        if attempt.state == "failed":
            answer = {"step": "missing", "by": payout["creator_id"], "at": attempt.settled_at}
            yield {**usual, **empty, **which, "how": None, **answer}
    if payout["state"] == "confirmed":
        answer = {"step": "confirmed", "by": payout["creator_id"], "how": "creator", "at": payout["confirmed_at"]}
        yield {**usual, **empty, **answer}


def numbered(vault: Any, payouts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A receipt for each payout that was confirmed, numbered in its shop in the order of the confirmations."""
    following: dict[int, Any] = {}
    for payout in sorted(payouts, key=lambda one: (one["confirmed_at"], one["id"])):
        row = {
            "shop_id": payout["shop_id"],
            "number": next(following.setdefault(payout["shop_id"], count(1))),
            "payout_id": payout["id"],
            "creator_id": payout["creator_id"],
            "amount": payout["amount"],
            "currency": payout["currency"],
            "confirmed_by": payout["confirmed_by"],
            "at": payout["confirmed_at"],
        }
        yield {**row, "digest": trail.receipt_digest(vault, row)}


def insert(connection: sa.Connection, name: str, found: list[dict[str, Any]]) -> None:
    if found:
        columns = [sa.column(key, Instant()) if key == "at" else sa.column(key) for key in found[0]]
        connection.execute(sa.insert(sa.table(name, *columns)), found)


def what_is_on_its_way() -> None:
    """Who was sent money before is asked as well, and silence counts for her too; and the log begins to grow."""
    connection = op.get_bind()
    tried = "SELECT p.id, a.number, a.sent_at FROM payouts p JOIN payout_attempts a ON a.payout_id = p.id "
    waits = sa.text(tried + "WHERE p.state = 'sent' AND a.state = 'in_transit'").columns(sent_at=Instant())
    found = [
        chore(kind, one.id, one.sent_at + timedelta(days=days), f"{one.number}:{days}")
        for one in connection.execute(waits)
        for kind, days in (("payout_asks", 2), ("payout_asks", 5), ("payout_silence", 7))
    ]
    begun = sa.text("SELECT due_at FROM chores WHERE kind = 'retention' AND done_at IS NULL").columns(due_at=Instant())
    if sunday := connection.execute(begun).first():
        found.append(chore("log_grows", 0, sunday.due_at - timedelta(days=7), "begun"))
    names = ("key", "kind", "subject_id", "attempts")
    into = sa.table("chores", *(sa.column(name) for name in names), sa.column("due_at", Instant()))
    if found:
        connection.execute(sa.insert(into), found)


def chore(kind: str, subject_id: int, due_at: Any, again: str) -> dict[str, Any]:
    key = f"{kind}:{subject_id}:{again}"
    return {"key": key, "kind": kind, "subject_id": subject_id, "attempts": 0, "due_at": due_at}


def nothing_is_logged_yet() -> None:
    """Everything that is written once waits for its number; the log numbers it when it is lengthened first."""
    for source in ("commitments", "transfers", "payout_steps", "payout_receipts"):
        op.execute(
            f"INSERT INTO unlogged (source, source_id) SELECT '{source}', id FROM {source} ORDER BY id"  # noqa: S608
        )
