"""The console beside the bot: put together, and the line that says where to look."""

import secrets
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from argon2 import PasswordHasher
from sqlmodel import Session, func, select

from bot.app import App
from bot.cli.force import InForce
from bot.cli.office import BackOffice
from bot.cli.publishing import Publisher
from bot.clock import Clock
from bot.config import Config
from bot.logs import Recent
from bot.storage import Storage
from bot.storage.tables import Login
from bot.transports import Transport
from bot.transports.memory import MemoryWeChat
from bot.web.failures import last
from bot.web.live import Live
from bot.web.parts import Parts
from bot.web.server import Console
from bot.web.views.marks import seen

UPLOADS = Path("data", "uploads")  # beside config.toml: what staff send from the console
FIRST_LOGIN = "manager"
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is mistaken for something else
LENGTH = 12  # characters: 59 bits


@dataclass(frozen=True, slots=True)
class Standing:
    """A console that listens, and the sentence that tells so."""

    console: Console
    told: str


@dataclass(frozen=True, slots=True)
class Beside:
    """The bot that a console stands beside."""

    app: App
    storage: Storage
    transport: Transport
    clock: Clock
    force: InForce
    cache: Path | None = None


async def set_up(beside: Beside, file: Path, database: str | None) -> Standing:
    """Make the console; in the simulator the first login comes with it."""
    app, storage, transport, clock = beside.app, beside.storage, beside.transport, beside.clock
    office = BackOffice(beside.force, Publisher(file, database, app, storage, clock))
    live = Live(partial(storage.read, partial(seen, account=app.account)))
    app.watch(live.stir)
    if isinstance(transport, MemoryWeChat):
        transport.watch(lambda _: live.tell("town"))
        transport.listen(lambda _letter, _at: live.tell("town"))
    parts = Parts(
        storage=storage,
        account=app.account,
        clock=clock,
        office=office,
        live=live,
        transport=transport,
        wake=app.stir,
        started=clock(),
        errors=Recent(await storage.read(partial(last, account=app.account))),
        cache=beside.cache,
        uploads=Path(file.parent, UPLOADS).absolute(),  # noqa: ASYNC240 - asks no disk
    )
    console = Console(parts)
    password = None
    if isinstance(transport, MemoryWeChat):
        first = partial(_first_login, account=app.account, config=office.config, clock=clock)
        password = await storage.transact(first)
    logins = partial(_count_logins, account=app.account)
    return Standing(console, _told(console.address, password, await storage.read(logins)))


def _told(address: str, password: str | None, logins: int) -> str:
    if password is not None:
        return (
            f"控制台：{address}  用户名 {FIRST_LOGIN}  密码 {password}"
            "（只显示这一次；忘了就运行 qunkeeper user password manager）"
        )
    if not logins:
        return f"控制台：{address}  还没有登录账号，请运行 qunkeeper user add 名字 --role manager"
    return f"控制台：{address}  用已有的账号登录（忘了密码：qunkeeper user password 名字）"


def _first_login(session: Session, account: int, config: Config, clock: Clock) -> str | None:
    """Make a manager where there is no login at all; return the password."""
    if _count_logins(session, account):
        return None
    password = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    login = Login(
        account=account,
        name=FIRST_LOGIN,
        role="manager",
        password=PasswordHasher().hash(password),
        contact=next(iter(config.wechat.managers), ""),
        created_at=clock(),
    )
    session.add(login)
    return password


def _count_logins(session: Session, account: int) -> int:
    return session.exec(select(func.count()).where(Login.account == account)).one()
