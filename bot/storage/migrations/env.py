"""What alembic runs, on the connection and in the transaction of ``bot.storage.migrate``."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import AutoString

from bot.storage.speech import Speech
from bot.storage.tables import Account
from bot.storage.types import Json, Key, Moment

# A revision must not change its meaning when our types do: it names the plain ones.
PLAIN: dict[type, str] = {
    AutoString: "sa.String()",
    Json: "sa.JSON()",
    Key: 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")',
    Moment: "sa.DateTime(timezone=True)",
    Speech: "sa.Text()",
}


def render(kind: str, thing: object, _: AutogenContext) -> str | Literal[False]:
    """Write a type of ours as the plain type it is made of."""
    return PLAIN.get(type(thing), False) if kind == "type" else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Account.metadata,
    render_item=render,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
