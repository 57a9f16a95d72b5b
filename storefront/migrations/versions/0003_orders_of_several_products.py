"""Orders of several products: every line says which batch it is taken from."""

import sqlalchemy as sa
from alembic import op

from storefront.database import BigInt

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("order_lines", sa.Column("batch_id", BigInt, nullable=True))
    op.execute("UPDATE order_lines SET batch_id = (SELECT batch_id FROM orders WHERE orders.id = order_lines.order_id)")
    with op.batch_alter_table("order_lines") as lines:
        lines.alter_column("batch_id", existing_type=BigInt, nullable=False)
        lines.create_foreign_key(op.f("fk_order_lines_batch_id_batches"), "batches", ["batch_id"], ["id"])
        lines.create_index(op.f("ix_order_lines_batch_id"), ["batch_id"])
