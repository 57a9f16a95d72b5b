"""Both channels at their best: talks through the bot, live posts in groups, what messages cost, one person on both."""

import sqlalchemy as sa
from alembic import op

from storefront.database import BigInt, Instant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    new_tables()
    new_columns()


def new_tables() -> None:
    op.create_table(
        "join_codes",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_join_codes_person_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_join_codes")),
    )
    op.create_index(op.f("ix_join_codes_person_id"), "join_codes", ["person_id"], unique=False)
    op.create_table(
        "traffic",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shop_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("messages", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("day", "shop_id", "channel", "kind", name=op.f("pk_traffic")),
    )
    op.create_table(
        "contents",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sid", sa.String(length=34), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_contents")),
    )
    op.create_table(
        "relays",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("buyer_id", BigInt, nullable=False),
        sa.Column("order_id", BigInt, nullable=True),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("heard_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["buyer_id"], ["people.id"], name=op.f("fk_relays_buyer_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_relays_order_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_relays_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relays")),
    )
    op.create_index(op.f("ix_relays_buyer_id"), "relays", ["buyer_id"], unique=False)
    op.create_index(op.f("ix_relays_shop_id"), "relays", ["shop_id"], unique=False)
    op.create_table(
        "group_posts",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("product_id", BigInt, nullable=False),
        sa.Column("batch_id", BigInt, nullable=False),
        sa.Column("deal_id", BigInt, nullable=True),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("by_person", BigInt, nullable=False),
        sa.Column("rounds", BigInt, nullable=False),
        sa.Column("drawn_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_group_posts_batch_id")),
        sa.ForeignKeyConstraint(["by_person"], ["people.id"], name=op.f("fk_group_posts_by_person")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_group_posts_deal_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_group_posts_product_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_group_posts_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_posts")),
    )
    op.create_index(op.f("ix_group_posts_batch_id"), "group_posts", ["batch_id"], unique=False)
    op.create_index(op.f("ix_group_posts_by_person"), "group_posts", ["by_person"], unique=False)
    op.create_index(op.f("ix_group_posts_chat"), "group_posts", ["chat"], unique=False)
    op.create_index(op.f("ix_group_posts_shop_id"), "group_posts", ["shop_id"], unique=False)


def new_columns() -> None:
    op.add_column("batches", sa.Column("has_posts", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("outbox", sa.Column("shop_id", BigInt, nullable=True))
    op.add_column("people", sa.Column("joined_to", BigInt, nullable=True))
    op.add_column("profiles", sa.Column("phone", sa.Text(), nullable=True))
