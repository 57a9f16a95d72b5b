"""Fair deals: what a shop promises and to whom, what was agreed, why a commission waits, who looked at a link."""

import sqlalchemy as sa
from alembic import op

from storefront.database import BigInt, Instant

revision = "0008"
down_revision = "0007"
SHOP = 4  # the scope of a promise to everybody


def upgrade() -> None:
    promises()
    around_an_order()
    new_columns()
    rates_of_before()


def promises() -> None:
    op.create_table(
        "bargains",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("creator_id", BigInt, nullable=False),
        sa.Column("by_person", BigInt, nullable=False),
        sa.Column("rate_bp", BigInt, nullable=False),
        sa.Column("content_fee", BigInt, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["by_person"], ["people.id"], name=op.f("fk_bargains_by_person")),
        sa.ForeignKeyConstraint(["creator_id"], ["people.id"], name=op.f("fk_bargains_creator_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_bargains_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bargains")),
    )
    op.create_index(op.f("ix_bargains_creator_id"), "bargains", ["creator_id"], unique=False)
    op.create_index("ix_bargains_pair", "bargains", ["shop_id", "creator_id", "id"], unique=False)
    op.create_table(
        "rates",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("scope", BigInt, nullable=False),
        sa.Column("subject", BigInt, nullable=False),
        sa.Column("value", BigInt, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("holds_from", Instant(), nullable=False),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_rates_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rates")),
    )
    op.create_index("ix_rates_shop_scope", "rates", ["shop_id", "scope", "subject"], unique=False)
    op.create_table(
        "seller_invitations",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("by_person", BigInt, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("shop_id", BigInt, nullable=True),
        sa.ForeignKeyConstraint(["by_person"], ["people.id"], name=op.f("fk_seller_invitations_by_person")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_seller_invitations_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seller_invitations")),
        sa.UniqueConstraint("token", name=op.f("uq_seller_invitations_token")),
    )
    op.create_index(op.f("ix_seller_invitations_by_person"), "seller_invitations", ["by_person"], unique=False)
    op.create_table(
        "samples",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("creator_id", BigInt, nullable=False),
        sa.Column("product_id", BigInt, nullable=False),
        sa.Column("quantity", BigInt, nullable=False),
        sa.Column("value", BigInt, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["creator_id"], ["people.id"], name=op.f("fk_samples_creator_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_samples_product_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_samples_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_samples")),
    )
    op.create_index(op.f("ix_samples_creator_id"), "samples", ["creator_id"], unique=False)
    op.create_index(op.f("ix_samples_shop_id"), "samples", ["shop_id"], unique=False)
    op.create_table(
        "agreements",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("deal_id", BigInt, nullable=False),
        sa.Column("terms_version", BigInt, nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_agreements_deal_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_agreements_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
    )
    op.create_index(op.f("ix_agreements_deal_id"), "agreements", ["deal_id"], unique=False)
    op.create_table(
        "deliverables",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("creator_id", BigInt, nullable=False),
        sa.Column("deal_id", BigInt, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("fee", BigInt, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", BigInt, nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("payout_id", BigInt, nullable=True),
        sa.ForeignKeyConstraint(["creator_id"], ["people.id"], name=op.f("fk_deliverables_creator_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_deliverables_deal_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_deliverables_decided_by")),
        sa.ForeignKeyConstraint(["payout_id"], ["payouts.id"], name=op.f("fk_deliverables_payout_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_deliverables_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliverables")),
    )
    op.create_index(op.f("ix_deliverables_deal_id"), "deliverables", ["deal_id"], unique=False)
    op.create_index("ix_deliverables_pair", "deliverables", ["creator_id", "shop_id", "payout_id"], unique=False)
    op.create_index(op.f("ix_deliverables_payout_id"), "deliverables", ["payout_id"], unique=False)
    op.create_index(op.f("ix_deliverables_shop_id"), "deliverables", ["shop_id"], unique=False)


def around_an_order() -> None:
    op.create_table(
        "code_misses",
        sa.Column("person_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("hour", Instant(), nullable=False),
        sa.Column("misses", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_code_misses_person_id")),
        sa.PrimaryKeyConstraint("person_id", "hour", name=op.f("pk_code_misses")),
    )
    op.create_table(
        "own_doors",
        sa.Column("shop_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("person_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_own_doors_person_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_own_doors_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "person_id", name=op.f("pk_own_doors")),
    )
    op.create_index(op.f("ix_own_doors_person_id"), "own_doors", ["person_id"], unique=False)
    op.create_table(
        "link_days",
        sa.Column("deal_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("looks", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_link_days_deal_id")),
        sa.PrimaryKeyConstraint("deal_id", "day", "kind", name=op.f("pk_link_days")),
    )
    op.create_table(
        "link_visitors",
        sa.Column("deal_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("visitor", sa.LargeBinary(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_link_visitors_deal_id")),
        sa.PrimaryKeyConstraint("deal_id", "visitor", name=op.f("pk_link_visitors")),
    )
    op.create_index(op.f("ix_link_visitors_at"), "link_visitors", ["at"], unique=False)
    op.create_table(
        "commission_holds",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("order_id", BigInt, nullable=False),
        sa.Column("creator_id", BigInt, nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decision", sa.String(length=8), nullable=True),
        sa.Column("decided_by", BigInt, nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["creator_id"], ["people.id"], name=op.f("fk_commission_holds_creator_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_commission_holds_decided_by")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_commission_holds_order_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_commission_holds_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_holds")),
        sa.UniqueConstraint("order_id", name=op.f("uq_commission_holds_order_id")),
    )
    op.create_index(op.f("ix_commission_holds_creator_id"), "commission_holds", ["creator_id"], unique=False)
    op.create_index(op.f("ix_commission_holds_shop_id"), "commission_holds", ["shop_id"], unique=False)
    op.create_table(
        "objections",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("order_id", BigInt, nullable=False),
        sa.Column("creator_id", BigInt, nullable=False),
        sa.Column("deal_id", BigInt, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", BigInt, nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["creator_id"], ["people.id"], name=op.f("fk_objections_creator_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_objections_deal_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_objections_decided_by")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_objections_order_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_objections_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sa.UniqueConstraint("order_id", "creator_id", name=op.f("uq_objections_order_id_creator_id")),
    )
    op.create_index(op.f("ix_objections_creator_id"), "objections", ["creator_id"], unique=False)
    op.create_index(op.f("ix_objections_shop_id"), "objections", ["shop_id"], unique=False)


def new_columns() -> None:
    op.add_column("attributions", sa.Column("weighed", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("attributions", sa.Column("rate_id", BigInt, nullable=True))
    op.add_column("attributions", sa.Column("product_rates", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("attributions", sa.Column("cap", BigInt, nullable=True))
    op.add_column("attributions", sa.Column("gift_bp", BigInt, server_default="0", nullable=False))
    op.add_column("deals", sa.Column("ended_by_seller", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("attributions", sa.Column("recreates", BigInt, nullable=True))
    op.create_index(op.f("ix_attributions_recreates"), "attributions", ["recreates"], unique=False)
    op.add_column("deals", sa.Column("content_fee", BigInt, nullable=True))
    op.add_column("deals", sa.Column("gift_bp", BigInt, server_default="0", nullable=False))
    op.add_column("deals", sa.Column("orders", BigInt, server_default="0", nullable=False))
    op.add_column("destinations", sa.Column("fingerprint", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_destinations_fingerprint"), "destinations", ["fingerprint"], unique=False)
    op.add_column("orders", sa.Column("benefit_bp", BigInt, server_default="0", nullable=False))
    op.add_column("people", sa.Column("of_age_on", sa.Date(), nullable=True))
    op.add_column("products", sa.Column("cost", BigInt, nullable=True))
    op.add_column("shops", sa.Column("code_discount_bp", BigInt, server_default="0", nullable=False))
    op.add_column("shops", sa.Column("code_bonus", sa.Text(), nullable=True))


def rates_of_before() -> None:
    """What shops pay already becomes their first promise; a cut whose notice runs stays one that has not begun."""
    connection = op.get_bind()
    offering = "SELECT id, rate_bp, opened_at FROM shops WHERE rate_bp IS NOT NULL"
    for shop_id, rate_bp, opened_at in connection.execute(sa.text(offering)).all():
        running = sa.text("SELECT MAX(rate_bp) FROM deals WHERE shop_id = :shop AND ended_at IS NULL")
        paid = connection.execute(running, {"shop": shop_id}).scalar() or rate_bp
        promise(connection, shop_id, max(paid, rate_bp), opened_at, opened_at)
        waits = sa.text(
            "SELECT MAX(due_at) FROM chores WHERE kind = 'lower_rates' AND subject_id = :shop AND done_at IS NULL"
        )
        begins = connection.execute(waits, {"shop": shop_id}).scalar()
        if paid > rate_bp and begins is not None:
            promise(connection, shop_id, rate_bp, opened_at, begins)
    connection.execute(sa.text("DELETE FROM chores WHERE kind = 'lower_rates'"))
    brought = "SELECT COUNT(DISTINCT order_id) FROM commissions WHERE deal_id = deals.id AND voided_at IS NULL"
    connection.execute(sa.text(f"UPDATE deals SET orders = ({brought})"))  # noqa: S608 - our own words


def promise(connection: sa.Connection, shop_id: int, value: int, at: object, holds_from: object) -> None:
    into = sa.text(
        "INSERT INTO rates (shop_id, scope, subject, value, at, holds_from) "
        "VALUES (:shop, :scope, 0, :value, :at, :holds_from)"
    )
    row = {"shop": shop_id, "scope": SHOP, "value": value, "at": at, "holds_from": holds_from}
    connection.execute(into, row)
