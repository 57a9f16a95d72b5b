"""On real wires: messages in doubt, channels that asked for a pause, backups put back, transfers proven by number."""

import sqlalchemy as sa
from alembic import op

from storefront.database import BigInt, Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("identities", sa.Column("quiet_until", Instant(), nullable=True))
    op.add_column("outbox", sa.Column("in_doubt", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.drop_index("ix_outbox_waiting", "outbox")
    to_send = sa.text("state = 'waiting'")
    for name, columns in (("due", ["channel", "due_at"]), ("line", ["channel", "address", "id"])):
        op.create_index(f"ix_outbox_{name}", "outbox", columns, postgresql_where=to_send, sqlite_where=to_send)
    op.add_column("transfers", sa.Column("format", BigInt, server_default="1", nullable=False))
    op.create_table(
        "pauses",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_pauses")),
    )
    op.create_table(
        "restorations",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("taken_at", Instant(), nullable=False),
        sa.Column("restored_at", Instant(), nullable=False),
        sa.Column("reconciled_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restorations")),
    )
