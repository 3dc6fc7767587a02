"""Remember when a member was last heard on his ticket."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Go to this revision; the way back is the copy that was made before."""
    with op.batch_alter_table("ticket") as ticket:
        ticket.add_column(sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
