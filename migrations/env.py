"""The Alembic environment: the caller hands over an open connection."""

from alembic import context

from alice_core.store import event_tables  # noqa: F401 - with it all tables belong to the metadata
from alice_core.store.tables import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
