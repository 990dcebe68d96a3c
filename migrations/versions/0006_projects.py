"""The style sheet of a project, and when it was put away."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("projects", sa.Column("style", sa.Text(), nullable=False, server_default=""))
    op.add_column("projects", sa.Column("archived", sa.String(32)))


def downgrade() -> None:
    op.drop_column("projects", "archived")
    op.drop_column("projects", "style")
