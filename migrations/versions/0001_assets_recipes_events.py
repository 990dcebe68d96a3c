"""Assets, their locations, recipes and the log of events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

DIGEST = sa.String(71)
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "assets",
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("mime", sa.String(127), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_assets"),
    )
    op.create_index("ix_assets_kind", "assets", ["kind"])
    op.create_index("ix_assets_made", "assets", ["made"])
    op.create_table(
        "locations",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["assets.digest"], name="fk_locations_digest_assets"),
        sa.PrimaryKeyConstraint("path", name="pk_locations"),
    )
    op.create_index("ix_locations_digest", "locations", ["digest"])
    op.create_table(
        "recipes",
        sa.Column("key", DIGEST, nullable=False),
        sa.Column("operation", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("take", sa.Integer(), nullable=False),
        sa.Column("made", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("event", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_recipes"),
    )
    op.create_index("ix_recipes_operation", "recipes", ["operation"])
    for table in ("recipe_inputs", "recipe_outputs"):
        op.create_table(
            table,
            sa.Column("recipe", DIGEST, nullable=False),
            sa.Column("position", sa.Integer(), nullable=False),
            sa.Column("role", sa.String(64), nullable=False),
            sa.Column("digest", DIGEST, nullable=False),
            sa.ForeignKeyConstraint(["recipe"], ["recipes.key"], name=f"fk_{table}_recipe_recipes"),
            sa.ForeignKeyConstraint(["digest"], ["assets.digest"], name=f"fk_{table}_digest_assets"),
            sa.PrimaryKeyConstraint("recipe", "position", name=f"pk_{table}"),
        )
        op.create_index(f"ix_{table}_digest", table, ["digest"])
    op.create_table(
        "events",
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("type", sa.String(128), nullable=False),
        sa.Column("schemaversion", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("time", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("project", sa.String(255), nullable=True),
        sa.Column("correlation", sa.String(36), nullable=True),
        sa.Column("causation", sa.String(36), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_events"),
        sa.UniqueConstraint("id", name="uq_events_id"),
        sqlite_autoincrement=True,
    )
    for column in ("type", "time", "correlation"):
        op.create_index(f"ix_events_{column}", "events", [column])


def downgrade() -> None:
    for table in ("events", "recipe_outputs", "recipe_inputs", "recipes", "locations", "assets"):
        op.drop_table(table)
