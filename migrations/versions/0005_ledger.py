"""Budgets, and requests to providers with what they cost."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "budgets",
        sa.Column("project", sa.String(36), nullable=False),
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("shot", sa.String(64), nullable=False),
        sa.Column("currency", sa.String(8), nullable=False),
        sa.Column("most", sa.BigInteger()),
        sa.Column("daily", sa.BigInteger()),
        sa.Column("ask_above", sa.BigInteger()),
        sa.Column("warn", sa.Integer(), nullable=False),
        sa.Column("changed", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("project", "run", "shot", name="pk_budgets"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("recipe", sa.String(71), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("project", sa.String(36), nullable=False),
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("shot", sa.String(64), nullable=False),
        sa.Column("person", sa.String(255), nullable=False),
        sa.Column("provider", sa.String(64), nullable=False),
        sa.Column("model", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("currency", sa.String(8), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("settled_by", sa.String(16), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text()),
        sa.Column("request", sa.String(255)),
        sa.Column("outputs", sa.Text()),
        sa.Column("code", sa.String(16)),
        sa.Column("reason", sa.Text()),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("began", sa.String(32), nullable=False),
        sa.Column("changed", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_recipe", "jobs", ["recipe"])
    op.create_index("ix_jobs_state", "jobs", ["state"])
    op.create_index("ix_jobs_request", "jobs", ["request"])
    op.create_index("ix_jobs_project_day", "jobs", ["project", "day"])


def downgrade() -> None:
    op.drop_table("jobs")
    op.drop_table("budgets")
