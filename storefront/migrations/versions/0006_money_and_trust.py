"""Money between buyers and sellers, and trust: deposits, coupons, receipts, cases, consents, changes that wait."""

import sqlalchemy as sa
from alembic import op

from storefront.database import BigInt, Instant
from storefront.migrations import guard

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    new_tables()
    new_columns()
    guard(op.get_bind(), "commitments")


def new_tables() -> None:
    op.create_table(
        "second_contacts",
        sa.Column("person_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("contact_id", BigInt, nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["people.id"], name=op.f("fk_second_contacts_contact_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_second_contacts_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_contacts")),
        sa.UniqueConstraint("token", name=op.f("uq_second_contacts_token")),
    )
    op.create_index(op.f("ix_second_contacts_contact_id"), "second_contacts", ["contact_id"], unique=False)
    op.create_table(
        "broadcasts",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("sent", BigInt, server_default="0", nullable=False),
        sa.Column("refused", BigInt, server_default="0", nullable=False),
        sa.Column("reached", BigInt, server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_broadcasts_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
    )
    op.create_index(op.f("ix_broadcasts_shop_id"), "broadcasts", ["shop_id"], unique=False)
    op.create_table(
        "commitments",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("shop_id", BigInt, nullable=True),
        sa.Column("person_id", BigInt, nullable=True),
        sa.Column("subject_id", BigInt, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_commitments_person_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_commitments_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
    )
    op.create_index(op.f("ix_commitments_person_id"), "commitments", ["person_id"], unique=False)
    op.create_index(op.f("ix_commitments_shop_id"), "commitments", ["shop_id"], unique=False)
    op.create_table(
        "consents",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("shop_id", BigInt, nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("text_version", BigInt, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_consents_person_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_consents_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_person_id"), "consents", ["person_id"], unique=False)
    op.create_index("ix_consents_shop_kind", "consents", ["shop_id", "kind", "withdrawn_at"], unique=False)
    op.create_table(
        "coupons",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("bp", BigInt, nullable=True),
        sa.Column("amount", BigInt, nullable=True),
        sa.Column("least", BigInt, server_default="0", nullable=False),
        sa.Column("most_uses", BigInt, nullable=True),
        sa.Column("used", BigInt, server_default="0", nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_coupons_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons")),
        sa.UniqueConstraint("shop_id", "code", name=op.f("uq_coupons_shop_id_code")),
    )
    op.create_table(
        "recoveries",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("owner_id", BigInt, nullable=False),
        sa.Column("claimed_by", BigInt, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("vouched_by", BigInt, nullable=True),
        sa.Column("moves_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["claimed_by"], ["people.id"], name=op.f("fk_recoveries_claimed_by")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_recoveries_owner_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_recoveries_shop_id")),
        sa.ForeignKeyConstraint(["vouched_by"], ["people.id"], name=op.f("fk_recoveries_vouched_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recoveries")),
    )
    op.create_index(op.f("ix_recoveries_claimed_by"), "recoveries", ["claimed_by"], unique=False)
    op.create_index(op.f("ix_recoveries_owner_id"), "recoveries", ["owner_id"], unique=False)
    op.create_index(op.f("ix_recoveries_shop_id"), "recoveries", ["shop_id"], unique=False)
    op.create_table(
        "reports",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reports_person_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_reports_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    op.create_index(op.f("ix_reports_person_id"), "reports", ["person_id"], unique=False)
    op.create_index(op.f("ix_reports_shop_id"), "reports", ["shop_id"], unique=False)
    op.create_table(
        "resellers",
        sa.Column("shop_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("person_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_resellers_person_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_resellers_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "person_id", name=op.f("pk_resellers")),
    )
    op.create_index(op.f("ix_resellers_person_id"), "resellers", ["person_id"], unique=False)
    op.create_table(
        "proof_prints",
        sa.Column("media_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("order_id", BigInt, nullable=False),
        sa.Column("pixels", sa.LargeBinary(), nullable=False),
        sa.Column("coarse", sa.LargeBinary(), nullable=False),
        sa.Column("fine", sa.LargeBinary(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_proof_prints_media_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_proof_prints_order_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_proof_prints_shop_id")),
        sa.PrimaryKeyConstraint("media_id", name=op.f("pk_proof_prints")),
    )
    op.create_index(op.f("ix_proof_prints_order_id"), "proof_prints", ["order_id"], unique=False)
    op.create_index(op.f("ix_proof_prints_pixels"), "proof_prints", ["pixels"], unique=False)
    op.create_index(op.f("ix_proof_prints_shop_id"), "proof_prints", ["shop_id"], unique=False)
    op.create_table(
        "case_notes",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("problem_id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("media_id", BigInt, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_case_notes_media_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_case_notes_person_id")),
        sa.ForeignKeyConstraint(["problem_id"], ["problems.id"], name=op.f("fk_case_notes_problem_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_case_notes_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_notes")),
    )
    op.create_index(op.f("ix_case_notes_person_id"), "case_notes", ["person_id"], unique=False)
    op.create_index(op.f("ix_case_notes_problem_id"), "case_notes", ["problem_id"], unique=False)
    op.create_table(
        "receipts",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("number", BigInt, nullable=False),
        sa.Column("order_id", BigInt, nullable=False),
        sa.Column("payment_id", BigInt, nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("voided_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_receipts_order_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_receipts_payment_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_receipts_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint("shop_id", "number", name=op.f("uq_receipts_shop_id_number")),
    )
    op.create_index(op.f("ix_receipts_order_id"), "receipts", ["order_id"], unique=False)
    op.create_index(op.f("ix_receipts_payment_id"), "receipts", ["payment_id"], unique=False)


def new_columns() -> None:
    op.add_column("customers", sa.Column("paid", BigInt, server_default="0", nullable=False))
    op.add_column("destinations", sa.Column("waits_until", Instant(), nullable=True))
    op.add_column("shops", sa.Column("is_cash_only", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("people", sa.Column("is_operator", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("order_lines", sa.Column("refunded", BigInt, server_default="0", nullable=False))
    op.add_column("order_lines", sa.Column("discount", BigInt, server_default="0", nullable=False))
    op.add_column("payments", sa.Column("is_current", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("payments", sa.Column("part", sa.String(length=10), server_default="whole", nullable=False))
    op.add_column("payments", sa.Column("received", BigInt, nullable=True))
    op.add_column("payments", sa.Column("cash_ready", BigInt, nullable=True))
    op.create_index(
        "uq_payments_current",
        "payments",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("is_current"),
        sqlite_where=sa.text("is_current"),
    )
    op.add_column("products", sa.Column("deposit_bp", BigInt, nullable=True))
    op.add_column("products", sa.Column("balance_days", BigInt, server_default="1", nullable=False))
    op.add_column("products", sa.Column("forfeit_days", BigInt, server_default="2", nullable=False))
    op.add_column("recipients", sa.Column("sender", sa.Text(), nullable=True))
    op.add_column("reviews", sa.Column("words", sa.Text(), nullable=True))
    op.add_column("reviews", sa.Column("may_show", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("reviews", sa.Column("reply", sa.Text(), nullable=True))
    op.add_column("reviews", sa.Column("replied_at", Instant(), nullable=True))
    op.create_index("ix_reviews_shop", "reviews", ["shop_id", "id"], unique=False)
    op.add_column("shops", sa.Column("next_receipt", BigInt, server_default="1", nullable=False))
    op.add_column("shops", sa.Column("qris_check", sa.String(length=10), nullable=True))
    op.add_column("shops", sa.Column("frozen_at", Instant(), nullable=True))
    op.add_column("staff_invitations", sa.Column("role", sa.String(length=10), server_default="staff", nullable=False))
    op.add_column("variants", sa.Column("reseller_price", BigInt, nullable=True))
    with op.batch_alter_table("orders") as batch_op:
        batch_op.add_column(sa.Column("discount", BigInt, server_default="0", nullable=False))
        batch_op.add_column(sa.Column("coupon_id", BigInt, nullable=True))
        batch_op.add_column(sa.Column("is_resale", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("deposit_bp", BigInt, nullable=True))
        batch_op.add_column(sa.Column("balance_due_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("forfeits_at", Instant(), nullable=True))
        batch_op.create_index(op.f("ix_orders_coupon_id"), ["coupon_id"], unique=False)
        batch_op.create_foreign_key(op.f("fk_orders_coupon_id"), "coupons", ["coupon_id"], ["id"])
    with op.batch_alter_table("problems") as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=12), server_default="other", nullable=False))
        batch_op.add_column(sa.Column("state", sa.String(length=10), server_default="open", nullable=False))
        batch_op.add_column(sa.Column("due_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("offer", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("offer_amount", BigInt, nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("decided_by", BigInt, nullable=True))
        batch_op.create_index("ix_problems_shop_open", ["shop_id", "settled_at", "id"], unique=False)
        batch_op.create_foreign_key(op.f("fk_problems_decided_by"), "people", ["decided_by"], ["id"])
    with op.batch_alter_table("refunds") as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(length=10), server_default="changed", nullable=False))
        batch_op.add_column(sa.Column("problem_id", BigInt, nullable=True))
        batch_op.create_index(op.f("ix_refunds_problem_id"), ["problem_id"], unique=False)
        batch_op.create_foreign_key(op.f("fk_refunds_problem_id"), "problems", ["problem_id"], ["id"])
