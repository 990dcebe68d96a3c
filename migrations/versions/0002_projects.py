"""Projects and the assets that belong to them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

DIGEST = sa.String(71)


def upgrade() -> None:
    op.create_table(
        "projects",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("brief", sa.Text(), nullable=False),
        sa.Column("created", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
        sa.UniqueConstraint("name", name="uq_projects_name"),
    )
    op.create_table(
        "project_assets",
        sa.Column("project", sa.String(36), nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["project"], ["projects.id"], name="fk_project_assets_project_projects"),
        sa.ForeignKeyConstraint(["digest"], ["assets.digest"], name="fk_project_assets_digest_assets"),
        sa.PrimaryKeyConstraint("project", "digest", name="pk_project_assets"),
    )
    op.create_index("ix_project_assets_digest", "project_assets", ["digest"])


def downgrade() -> None:
    op.drop_table("project_assets")
    op.drop_table("projects")
