"""Look up who spoke in a room, and what went into a ticket, without reading every row."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
MERGED = sa.text("merged_into IS NOT NULL")


def upgrade() -> None:
    """Go to this revision; the way back is the copy that was made before."""
    op.drop_index("ix_message_room", "message")
    op.create_index("ix_message_room", "message", ["account", "room", "at", "sender", "taken"])
    op.create_index(
        "ix_ticket_merged",
        "ticket",
        ["account", "merged_into"],
        sqlite_where=MERGED,
        postgresql_where=MERGED,
    )
