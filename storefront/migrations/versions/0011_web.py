"""The web: links that sign in, and the sessions they begin."""

import sqlalchemy as sa
from alembic import op

from storefront.database import BigInt, Instant

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sign_ins_person_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_ins")),
    )
    op.create_index(op.f("ix_sign_ins_person_id"), "sign_ins", ["person_id"])
    op.create_table(
        "web_sessions",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_web_sessions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_sessions")),
        sa.UniqueConstraint("digest", name=op.f("uq_web_sessions_digest")),
    )
    op.create_index(op.f("ix_web_sessions_person_id"), "web_sessions", ["person_id"])
    for name, table, where in (
        ("ix_payments_to_return", "payments", sa.text("state = 'refund_due'")),
        ("ix_refunds_due", "refunds", sa.text("state = 'due'")),
    ):
        op.create_index(name, table, ["shop_id"], sqlite_where=where, postgresql_where=where)
    op.add_column("people", sa.Column("keeps_hub_since", Instant(), nullable=True))
