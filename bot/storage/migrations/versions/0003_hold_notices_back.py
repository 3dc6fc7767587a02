"""Let managers hold an occasion of a notice back, and list people by stage from an index."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Go to this revision; the way back is the copy that was made before."""
    with op.batch_alter_table("occasion") as table:
        table.add_column(sa.Column("held_by", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_standing_since", "standing", ["account", "kind", "since", "contact"])
    op.create_index("ix_stay_since", "stay", ["account", "since"])
