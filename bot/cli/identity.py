"""``rebind``: whom WeChat calls by another id now, for when no manager can say so in WeChat."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlmodel import Session, select

from bot.cli.desk import run
from bot.cli.options import DEFAULT_CONFIG, ConfigFile, DatabaseUrl
from bot.cli.reading import load_config
from bot.community.bindings import Bindings
from bot.errors import BotError
from bot.storage.tables import Account, Binding, BindingKind

BY = "qunkeeper rebind"
KINDS = {BindingKind.PERSON: "人", BindingKind.ROOM: "群"}

Accept = Annotated[int | None, typer.Option("--accept", metavar="N", help="是同一个 / the same")]
Refuse = Annotated[int | None, typer.Option("--refuse", metavar="N", help="不是 / not the same")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(rebind)


def rebind(
    *,
    accept: Accept = None,
    refuse: Refuse = None,
    config: ConfigFile = DEFAULT_CONFIG,
    database: DatabaseUrl = None,
) -> None:
    """微信换了编号的人和群：列出、认下、不认 / who got another id: list, accept, refuse."""
    settings = load_config(config, database=database, rules=False)

    def decide(session: Session) -> Sequence[str]:
        lines = []
        for account in session.exec(select(Account.id)).all():
            if account is None:
                continue
            bindings = Bindings(session, account, datetime.now(UTC))
            for number, settle in ((accept, bindings.accept), (refuse, bindings.refuse)):
                if number is not None:
                    settle(_named(bindings, number), BY)
            lines += [_line(each) for each in bindings.open()]
        return lines

    lines = run(settings, decide, write=True)
    typer.echo("\n".join(lines) or "没有等着认的 / nothing waits")


def _named(bindings: Bindings, number: int) -> Binding:
    found = bindings.find(number)
    if found is None:
        raise BotError(f"没有 {number} 号；不带参数运行一次，看等着认的")
    return found


def _line(binding: Binding) -> str:
    kind = KINDS[BindingKind(binding.kind)]
    evidence = "；".join(binding.evidence)
    return f"{binding.number}  {kind}  {binding.lasting} → {binding.current}  {evidence}"
