"""``tickets`` and ``forget``: a look at the desk, and erasing a person."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from sqlmodel import Session, col, select

from bot.cli.options import DEFAULT_CONFIG, ConfigFile, DatabaseUrl
from bot.cli.reading import load_config
from bot.config import Config
from bot.errors import BotError
from bot.storage import Storage
from bot.storage.forget import forget as forget_person
from bot.storage.migrate import upgrade
from bot.storage.tables import Ticket, TicketState
from handlers.wording import STATES, topic_name

T = TypeVar("T")

State = Annotated[
    str | None, typer.Option("--state", metavar="S", help="只看这个状态 / only these")
]
Json = Annotated[bool, typer.Option("--json", help="每行一个 JSON / a JSON object a line")]
Person = Annotated[str, typer.Argument(metavar="CONTACT_ID")]


class NoDatabase(BotError):  # noqa: N818
    """The bot never ran on this database."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(tickets)
    app.command()(forget)


def tickets(
    *,
    state: State = None,
    as_json: Json = False,
    config: ConfigFile = DEFAULT_CONFIG,
    database: DatabaseUrl = None,
) -> None:
    """列出工单 / list the tickets."""
    if state is not None and state not in set(TicketState):
        raise BotError(f"没有「{state}」这个状态；可以写：{' '.join(TicketState)}")
    settings = load_config(config, database=database, rules=False)

    def look(session: Session) -> list[Ticket]:
        wanted = select(Ticket).order_by(col(Ticket.account), col(Ticket.number))
        if state is not None:
            wanted = wanted.where(Ticket.state == state)
        return list(session.exec(wanted))

    for ticket in run(settings, look):
        typer.echo(_as_json(ticket) if as_json else _as_line(ticket, settings))


def forget(
    contact: Person, *, config: ConfigFile = DEFAULT_CONFIG, database: DatabaseUrl = None
) -> None:
    """删除一个人的资料和消息，工单只留编号和时间 / erase a person."""
    settings = load_config(config, database=database, rules=False)
    erased = run(settings, lambda session: forget_person(session, contact), write=True)
    typer.echo(json.dumps(dict(erased), ensure_ascii=False))


def run(config: Config, work: Callable[[Session], T], *, write: bool = False) -> T:
    """Do one piece of work on the configured database, which may be in use by the bot."""
    file = config.database.url.removeprefix("sqlite:///")
    if config.database.url.startswith("sqlite:///") and not Path(file).exists():
        raise NoDatabase(f"还没有数据库 {file}；先运行一次 qunkeeper run")
    upgrade(config.database.url)

    async def go() -> T:
        async with Storage(config.database.url) as storage:
            return await (storage.transact(work) if write else storage.read(work))

    return asyncio.run(go())


def _as_json(ticket: Ticket) -> str:
    fields = ticket.model_dump(mode="json", exclude={"id", "account"}, warnings=False)
    return json.dumps({"id": fields.pop("number"), **fields}, ensure_ascii=False)


def _as_line(ticket: Ticket, config: Config) -> str:
    opened = ticket.opened_at.astimezone(config.zone)
    state = STATES[TicketState(ticket.state)]
    staff = config.staff.get(ticket.assignee or "")
    name = staff.name if staff else "—"
    return (
        f"#{ticket.number}  {opened:%Y-%m-%d %H:%M}  {state}  {topic_name(ticket.topic)}  "
        f"{ticket.member_name or '（已删除）'}  {name}"
    )
