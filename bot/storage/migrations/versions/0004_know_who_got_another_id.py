"""Know who got another id, and through which channel somebody came."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Go to this revision; the way back is the copy that was made before."""
    op.create_table(
        "binding",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("lasting", sa.String(), nullable=False),
        sa.Column("current", sa.String(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_binding")),
        sa.UniqueConstraint(
            "account",
            "kind",
            "lasting",
            "current",
            name=op.f("uq_binding_account_kind_lasting_current"),
        ),
        sa.UniqueConstraint("account", "number", name=op.f("uq_binding_account_number")),
    )
    op.create_index("ix_binding_state", "binding", ["account", "state"])
    op.create_table(
        "shift",
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("came", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", "room", "contact", name=op.f("pk_shift")),
    )
    for name in ("alias", "source"):
        column = sa.Column(name, sa.String(), nullable=False, server_default="")
        op.add_column("person", column)
