"""Creators: where they live and what they tell of, what their links brought, pictures, polls, causes, cards read."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from storefront.database import BigInt, Instant

revision = "0009"
down_revision = "0008"
PAGE = 2_000


def upgrade() -> None:
    what_it_brought()
    meeting()
    telling()
    together()
    new_columns()
    brought_before()


def what_it_brought() -> None:
    op.create_table(
        "tallies",
        sa.Column("scope", sa.String(length=4), nullable=False),
        sa.Column("scope_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("subject", BigInt, autoincrement=False, nullable=False),
        sa.Column("n", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("scope", "scope_id", "period", "what", "subject", name=op.f("pk_tallies")),
    )
    op.create_index("ix_tallies_what", "tallies", ["scope", "what", "period"], unique=False)


def meeting() -> None:
    op.create_table(
        "creator_profiles",
        sa.Column("person_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("is_found", sa.Boolean(), nullable=False),
        sa.Column("reminds", sa.String(length=8), server_default="never", nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_creator_profiles_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_creator_profiles")),
    )
    op.create_index(op.f("ix_creator_profiles_city"), "creator_profiles", ["city"], unique=False)
    op.create_table(
        "lessons_done",
        sa.Column("person_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("card", sa.String(length=12), nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_lessons_done_person_id")),
        sa.PrimaryKeyConstraint("person_id", "card", name=op.f("pk_lessons_done")),
    )
    op.create_table(
        "deal_offers",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("creator_id", BigInt, nullable=False),
        sa.Column("product_id", BigInt, nullable=False),
        sa.Column("rate_bp", BigInt, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["creator_id"], ["people.id"], name=op.f("fk_deal_offers_creator_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_deal_offers_product_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_deal_offers_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_offers")),
    )
    op.create_index(op.f("ix_deal_offers_creator_id"), "deal_offers", ["creator_id"], unique=False)
    op.create_index("ix_deal_offers_pair", "deal_offers", ["shop_id", "creator_id", "id"], unique=False)


def telling() -> None:
    op.create_table(
        "kitchen_photos",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("media_id", BigInt, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("may_use", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_kitchen_photos_media_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_kitchen_photos_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kitchen_photos")),
    )
    op.create_index(op.f("ix_kitchen_photos_shop_id"), "kitchen_photos", ["shop_id"], unique=False)
    op.create_table(
        "shared_pictures",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("deal_id", BigInt, nullable=False),
        sa.Column("number", BigInt, nullable=False),
        sa.Column("product_id", BigInt, nullable=False),
        sa.Column("template", sa.String(length=8), nullable=False),
        sa.Column("photo", sa.Text(), nullable=True),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_shared_pictures_deal_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_shared_pictures_product_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_shared_pictures_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_pictures")),
        sa.UniqueConstraint("deal_id", "number", name=op.f("uq_shared_pictures_deal_id_number")),
    )


def together() -> None:
    op.create_table(
        "faqs",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("used", BigInt, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_faqs_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faqs")),
    )
    op.create_index(op.f("ix_faqs_shop_id"), "faqs", ["shop_id"], unique=False)
    op.create_table(
        "causes",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("product_id", BigInt, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("target", BigInt, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("delivered_at", Instant(), nullable=True),
        sa.Column("proof_id", BigInt, nullable=True),
        sa.Column("thanks", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_causes_product_id")),
        sa.ForeignKeyConstraint(["proof_id"], ["media.id"], name=op.f("fk_causes_proof_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_causes_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_causes")),
        sa.UniqueConstraint("token", name=op.f("uq_causes_token")),
    )
    op.create_index(op.f("ix_causes_shop_id"), "causes", ["shop_id"], unique=False)
    op.create_table(
        "polls",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("shop_id", BigInt, nullable=False),
        sa.Column("by_person", BigInt, nullable=False),
        sa.Column("deal_id", BigInt, nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("winner", BigInt, nullable=True),
        sa.Column("opened_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["by_person"], ["people.id"], name=op.f("fk_polls_by_person")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_polls_deal_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_polls_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls")),
        sa.UniqueConstraint("token", name=op.f("uq_polls_token")),
    )
    op.create_index(op.f("ix_polls_by_person"), "polls", ["by_person"], unique=False)
    op.create_index(op.f("ix_polls_shop_id"), "polls", ["shop_id"], unique=False)
    op.create_table(
        "waivers",
        sa.Column("cause_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("creator_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["cause_id"], ["causes.id"], name=op.f("fk_waivers_cause_id")),
        sa.ForeignKeyConstraint(["creator_id"], ["people.id"], name=op.f("fk_waivers_creator_id")),
        sa.PrimaryKeyConstraint("cause_id", "creator_id", name=op.f("pk_waivers")),
    )
    op.create_table(
        "votes",
        sa.Column("poll_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("person_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("option", BigInt, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_votes_person_id")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_votes_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "person_id", name=op.f("pk_votes")),
    )
    op.create_index(op.f("ix_votes_person_id"), "votes", ["person_id"], unique=False)


def new_columns() -> None:
    op.add_column("attributions", sa.Column("picture_id", BigInt, nullable=True))
    op.add_column("bargains", sa.Column("reason", sa.String(length=12), nullable=True))
    op.add_column("bargains", sa.Column("reckoned", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("customers", sa.Column("back_order_id", BigInt, nullable=True))
    op.add_column("orders", sa.Column("cause_id", BigInt, nullable=True))
    op.create_index(op.f("ix_orders_cause_id"), "orders", ["cause_id"], unique=False)
    op.add_column("touches", sa.Column("picture_id", BigInt, nullable=True))


Sums = Counter[tuple[str, int, str, str, int]]
HUB_PARTS = 16


def brought_before() -> None:
    """What was earned, sold and bought already, week by week; sums go on from there."""
    connection = op.get_bind()
    settings = op.get_context().config
    zone = (settings.attributes.get("zone") if settings else None) or ZoneInfo("Asia/Jakarta")
    sums: Sums = Counter()
    of_commissions(connection, zone, sums)
    of_customers(connection, zone, sums)
    of_payments(connection, zone, sums)
    rows = [
        {"scope": scope, "scope_id": scope_id, "period": period, "what": what, "subject": subject, "n": n}
        for (scope, scope_id, period, what, subject), n in sums.items()
    ]
    into = sa.text(
        "INSERT INTO tallies (scope, scope_id, period, what, subject, n) "
        "VALUES (:scope, :scope_id, :period, :what, :subject, :n)"
    )
    for first in range(0, len(rows), PAGE):
        connection.execute(into, rows[first : first + PAGE])


def week_of(moment: datetime, zone: ZoneInfo) -> str:
    year, week, _ = moment.astimezone(zone).isocalendar()
    return f"{year}-W{week:02d}"


def pages(connection: sa.Connection, query: str, moment: str) -> Iterator[sa.Row[Any]]:
    """The rows of a query that goes on after an ``id``, some thousand at a time."""
    after = 0
    statement = sa.text(query).columns(**{moment: Instant()})
    while page := connection.execute(statement, {"after": after, "page": PAGE}).all():
        yield from page
        after = page[-1].id


def of_commissions(connection: sa.Connection, zone: ZoneInfo, sums: Sums) -> None:
    orders: set[tuple[int, int]] = set()
    standing = (
        "SELECT c.id, c.order_id, c.deal_id, c.base, c.amount, c.accrued_at, l.product_id "
        "FROM commissions c JOIN order_lines l ON l.id = c.order_line_id "
        "WHERE c.voided_at IS NULL AND c.id > :after ORDER BY c.id LIMIT :page"
    )
    for row in pages(connection, standing, "accrued_at"):
        week = week_of(row.accrued_at, zone)
        sums["deal", row.deal_id, week, "sold", 0] += row.base
        sums["deal", row.deal_id, week, "earned", 0] += row.amount
        sums["deal", row.deal_id, week, "product", row.product_id] += row.amount
        if (row.deal_id, row.order_id) not in orders:
            orders.add((row.deal_id, row.order_id))
            sums["deal", row.deal_id, week, "ordered", 0] += 1


def of_customers(connection: sa.Connection, zone: ZoneInfo, sums: Sums) -> None:
    """Who bought once is a buyer; who did more often has come back, and does not come back again."""
    known = sa.text(
        "SELECT shop_id, person_id, first_paid_at, first_deal_id, paid FROM customers WHERE first_paid_at IS NOT NULL"
    ).columns(first_paid_at=Instant())
    for row in connection.execute(known).all():
        week = week_of(row.first_paid_at, zone)
        for what in ["buyers", *(["back"] if row.paid > 1 else [])]:
            sums["shop", row.shop_id, week, what, 0] += 1
            if row.first_deal_id:
                sums["deal", row.first_deal_id, week, what, 0] += 1
    connection.execute(sa.text("UPDATE customers SET back_order_id = 0 WHERE paid > 1"))


def of_payments(connection: sa.Connection, zone: ZoneInfo, sums: Sums) -> None:
    paid = (
        "SELECT p.id, p.shop_id, p.confirmed_at FROM payments p JOIN orders o ON o.id = p.order_id "
        "WHERE p.is_current AND p.state = 'confirmed' AND p.confirmed_at IS NOT NULL "
        "AND o.state IN ('placed', 'sent', 'received') AND p.id > :after ORDER BY p.id LIMIT :page"
    )
    for row in pages(connection, paid, "confirmed_at"):
        month = f"{row.confirmed_at.astimezone(zone):%Y-%m}"
        sums["shop", row.shop_id, week_of(row.confirmed_at, zone), "orders", 0] += 1
        sums["hub", row.shop_id % HUB_PARTS, month, "orders", 0] += 1
        sums["hub", row.shop_id % HUB_PARTS, month, "kitchen", row.shop_id] += 1
