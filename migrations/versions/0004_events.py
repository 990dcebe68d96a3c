"""Events in a hash chain by position; the sinks that they are sent to."""

import sqlalchemy as sa
from alembic import op

from alice_core.events.chain import START, TEXTS, head_of, link, payload_digest

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_PAGE = 5000


def upgrade() -> None:
    op.add_column("events", sa.Column("position", sa.BigInteger()))
    op.add_column("events", sa.Column("hash", sa.LargeBinary()))
    op.add_column("events", sa.Column("erased", sa.String(64)))
    op.add_column("events", sa.Column("xid", sa.BigInteger()))
    _chain()
    unsealed = sa.text("position IS NULL")
    op.create_index("uq_events_position", "events", ["position"], unique=True, sqlite_where=unsealed)
    caused = sa.text("causation IS NOT NULL")
    op.create_index("ix_events_causation", "events", ["causation"], sqlite_where=caused, postgresql_where=caused)
    op.drop_index("ix_events_time", "events")  # events lie in the order of time anyway; each index costs each commit a page
    op.create_index("ix_events_unsealed", "events", ["xid", "seq"], sqlite_where=unsealed, postgresql_where=unsealed)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE events ALTER COLUMN xid SET DEFAULT (pg_current_xact_id()::text::bigint)")
    op.create_table(
        "sinks",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("added", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_sinks"),
    )
    op.create_table(
        "sink_progress",
        sa.Column("sink", sa.String(64), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("tried", sa.String(32)),
        sa.Column("delivered", sa.String(32)),
        sa.ForeignKeyConstraint(["sink"], ["sinks.name"], name="fk_sink_progress_sink_sinks"),
        sa.PrimaryKeyConstraint("sink", name="pk_sink_progress"),
    )
    op.create_table(
        "undelivered",
        sa.Column("sink", sa.String(64), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(36), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("time", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["sink"], ["sinks.name"], name="fk_undelivered_sink_sinks"),
        sa.PrimaryKeyConstraint("sink", "position", name="pk_undelivered"),
    )


def _chain() -> None:
    """Chain what was logged before: it is as good as this moment's copy of it."""
    connection = op.get_bind()
    query = f"SELECT seq, schemaversion, data, {', '.join(TEXTS)} FROM events WHERE seq > :seq ORDER BY seq LIMIT {_PAGE}"  # noqa: S608 - our own names
    columns = sa.text(query)
    write = sa.text("UPDATE events SET position = :position, hash = :hash WHERE seq = :seq")
    before, position, seq = START, 0, 0
    while rows := connection.execute(columns, {"seq": seq}).all():
        values = []
        for number, schema, data, *texts in rows:
            position += 1
            before = link(before, head_of(position, schema, tuple(texts)), payload_digest(data))
            values.append({"position": position, "hash": before, "seq": number})
        connection.execute(write, values)
        seq = rows[-1][0]
    if connection.dialect.name == "sqlite":  # there the number of the row is the position from now on
        connection.execute(sa.text("UPDATE events SET seq = position WHERE seq <> position"))


def downgrade() -> None:
    op.drop_table("undelivered")
    op.drop_table("sink_progress")
    op.drop_table("sinks")
    op.drop_index("ix_events_unsealed", "events")
    op.create_index("ix_events_time", "events", ["time"])
    op.drop_index("ix_events_causation", "events")
    op.drop_index("uq_events_position", "events")
    for column in ("xid", "erased", "hash", "position"):
        op.drop_column("events", column)
