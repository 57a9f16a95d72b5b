"""What the seller says of a product: how long it keeps, what it contains, its halal and household-food numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for name in ("shelf_life", "allergens", "halal", "pirt"):
        op.add_column("products", sa.Column(name, sa.Text(), nullable=True))
