"""Tell who spoke in a room from an index alone, without looking every message up."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Go to this revision; the way back is the copy that was made before."""
    op.drop_index("ix_message_room", "message")
    op.create_index("ix_message_room", "message", ["account", "room", "at", "sender", "taken"])
