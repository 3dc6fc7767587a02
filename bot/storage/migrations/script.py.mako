"""${message}."""
# ruff: noqa: PLR0915, E501

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Go to this revision; the way back is the copy that was made before."""
    ${upgrades if upgrades else "pass"}
