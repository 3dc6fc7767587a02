"""Remember when a timer was set, for a clock that is set back meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Go to this revision; the way back is the copy that was made before."""
    op.add_column("timer", sa.Column("set_at", sa.DateTime(timezone=True), nullable=True))
