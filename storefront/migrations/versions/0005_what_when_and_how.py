"""What is sold, when, and how it gets there: waiting lists, slots, staff, imports, and a shop's hours and days off."""

import sqlalchemy as sa
from alembic import op

from storefront.database import BigInt, Instant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column)
    for make in (staff, staff_invitations, product_photos, variant_quotas, waiting_places, slots, refunds, imports):
        make()
    with op.batch_alter_table("orders") as orders:
        orders.add_column(sa.Column("slot_id", BigInt, nullable=True))
        orders.create_foreign_key(op.f("fk_orders_slot_id"), "slots", ["slot_id"], ["id"])
        orders.create_index(op.f("ix_orders_slot_id"), ["slot_id"])


ADDED = {
    "shops": (
        sa.Column("hours", sa.String(length=11), nullable=True),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("pickup_points", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("pin", sa.Text(), nullable=True),
        sa.Column("km_fees", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("has_slots", sa.Boolean(), server_default=sa.false(), nullable=False),
    ),
    "products": (
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("position", BigInt, server_default="0", nullable=False),
        sa.Column("is_hidden", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("paused_until", Instant(), nullable=True),
        sa.Column("min_order", BigInt, nullable=True),
        sa.Column("max_order", BigInt, nullable=True),
        sa.Column("mix_size", BigInt, nullable=True),
        sa.Column("mix_kinds", BigInt, nullable=True),
    ),
    "batches": (
        sa.Column("minimum", BigInt, nullable=True),
        sa.Column("decided", sa.Text(), nullable=True),
        sa.Column("has_variant_quotas", sa.Boolean(), server_default=sa.false(), nullable=False),
    ),
    "orders": (sa.Column("kept_at", Instant(), nullable=True),),
    "customers": (sa.Column("no_shows", BigInt, server_default="0", nullable=False),),
}


def reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def staff() -> None:
    op.create_table(
        "staff",
        sa.Column("shop_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("person_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        reference("staff", "shop_id", "shops"),
        reference("staff", "person_id", "people"),
        sa.PrimaryKeyConstraint("shop_id", "person_id", name=op.f("pk_staff")),
    )
    index("staff", "person_id")


def staff_invitations() -> None:
    op.create_table(
        "staff_invitations",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("used_by", BigInt, nullable=True),
        sa.Column("used_at", Instant(), nullable=True),
        reference("staff_invitations", "shop_id", "shops"),
        reference("staff_invitations", "used_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_invitations")),
        sa.UniqueConstraint("token", name=op.f("uq_staff_invitations_token")),
    )
    index("staff_invitations", "shop_id")


def product_photos() -> None:
    op.create_table(
        "product_photos",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("product_id", BigInt, nullable=False),
        sa.Column("media_id", BigInt, nullable=False),
        reference("product_photos", "shop_id", "shops"),
        reference("product_photos", "product_id", "products"),
        reference("product_photos", "media_id", "media"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_photos")),
        sa.UniqueConstraint("product_id", "media_id", name=op.f("uq_product_photos_product_id_media_id")),
    )


def variant_quotas() -> None:
    op.create_table(
        "variant_quotas",
        sa.Column("batch_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("variant_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("quota", BigInt, nullable=False),
        sa.Column("taken", BigInt, nullable=False),
        reference("variant_quotas", "batch_id", "batches"),
        reference("variant_quotas", "variant_id", "variants"),
        reference("variant_quotas", "shop_id", "shops"),
        sa.PrimaryKeyConstraint("batch_id", "variant_id", name=op.f("pk_variant_quotas")),
    )


def waiting_places() -> None:
    op.create_table(
        "waiting_places",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("product_id", BigInt, nullable=False),
        sa.Column("batch_id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("quantity", BigInt, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("offered_until", Instant(), nullable=True),
        reference("waiting_places", "shop_id", "shops"),
        reference("waiting_places", "product_id", "products"),
        reference("waiting_places", "batch_id", "batches"),
        reference("waiting_places", "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_places")),
    )
    op.create_index("ix_waiting_places_batch_state", "waiting_places", ["batch_id", "state", "id"])
    index("waiting_places", "product_id")
    index("waiting_places", "person_id")


def slots() -> None:
    op.create_table(
        "slots",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("begins", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("handover", sa.Text(), nullable=False),
        sa.Column("capacity", BigInt, nullable=False),
        sa.Column("taken", BigInt, nullable=False),
        reference("slots", "shop_id", "shops"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint("shop_id", "day", "begins", "handover", name=op.f("uq_slots_shop_id_day_begins_handover")),
    )


def refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("order_id", BigInt, nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=True),
        reference("refunds", "shop_id", "shops"),
        reference("refunds", "order_id", "orders"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
    )
    index("refunds", "order_id")


def imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("lines", BigInt, nullable=False),
        sa.Column("done", BigInt, nullable=False),
        sa.Column("added", BigInt, nullable=False),
        sa.Column("changed", BigInt, nullable=False),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        reference("imports", "shop_id", "shops"),
        reference("imports", "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    index("imports", "shop_id")
