"""How Alembic runs here: on the connection it is handed, inside that connection's transaction."""

from alembic import context

from storefront.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
context.run_migrations()
