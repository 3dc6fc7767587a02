"""Look up by moment who came, who went and what was complained of; keep the last errors."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Go to this revision; the way back is the copy that was made before."""
    unmet = sa.text("met_at IS NULL")
    op.create_index("ix_member_joined", "member", ["account", "joined_at"])
    op.create_index("ix_member_left", "member", ["account", "left_at"])
    op.create_index("ix_ticket_opened", "ticket", ["account", "opened_at"])
    op.create_index(
        "ix_service_clock_unmet",
        "service_clock",
        ["account", "ticket"],
        sqlite_where=unmet,
        postgresql_where=unmet,
    )
    op.create_table(
        "failure",
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("where", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("account", "number", name=op.f("pk_failure")),
    )
