"""``user``: who may log in to the console."""

import getpass
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from argon2 import PasswordHasher
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from bot.cli.desk import run
from bot.cli.options import DEFAULT_CONFIG, ConfigFile, DatabaseUrl
from bot.cli.reading import load_config
from bot.errors import BotError
from bot.storage.migrate import upgrade
from bot.storage.tables import Account, Login
from bot.web.entrance import end_all, read_name

SHORTEST = 8


class ConsoleRole(StrEnum):
    """What somebody may do in the console."""

    MANAGER = "manager"
    SUPPORT = "support"


Name = Annotated[str, typer.Argument(metavar="NAME")]
Role = Annotated[ConsoleRole, typer.Option("--role", help="manager 或 support")]
Wechat = Annotated[str, typer.Option("--wechat", metavar="ID", help="本人的微信 id")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="从标准输入读密码")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    user = typer.Typer(help="后台的登录账号 / logins of the console", no_args_is_help=True)
    user.command("add")(add)
    user.command("password")(password)
    user.command("list")(show)
    user.callback()(_only_subcommands)
    app.add_typer(user, name="user")


def _only_subcommands() -> None:
    """后台的登录账号 / logins of the console."""


def add(
    name: Name,
    *,
    role: Role,
    wechat: Wechat = "",
    password_stdin: FromStdin = False,
    config: ConfigFile = DEFAULT_CONFIG,
    database: DatabaseUrl = None,
) -> None:
    """添加一个后台账号 / add a login for the console."""
    settings = load_config(config, database=database, rules=False)
    name = read_name(name)
    digest = _digest(from_stdin=password_stdin)
    upgrade(settings.database.url)

    def write(session: Session) -> None:
        account = session.exec(select(Account)).first()
        if account is None:
            account = Account(name="main")
            session.add(account)
            session.flush()
        login = Login(
            account=account.id or 0,
            name=name,
            role=role,
            password=digest,
            contact=wechat,
            created_at=datetime.now(UTC),
        )
        session.add(login)

    try:
        run(settings, write, write=True)
    except IntegrityError:
        raise BotError(f"已经有叫「{name}」的账号") from None
    typer.echo(f"已添加 {name}（{role}）")


def password(
    name: Name,
    *,
    password_stdin: FromStdin = False,
    config: ConfigFile = DEFAULT_CONFIG,
    database: DatabaseUrl = None,
) -> None:
    """给账号换密码，它在别处的登录都会退出 / set a new password."""
    settings = load_config(config, database=database, rules=False)
    digest = _digest(from_stdin=password_stdin)

    def write(session: Session) -> None:
        logins = session.exec(select(Login).where(Login.name == name)).all()
        if not logins:
            raise BotError(f"没有叫「{name}」的账号；qunkeeper user list 可以看有谁")
        for login in logins:
            login.password = digest
            end_all(session, login.account, name)

    run(settings, write, write=True)
    typer.echo(f"{name} 的密码换好了")


def show(config: ConfigFile = DEFAULT_CONFIG, database: DatabaseUrl = None) -> None:
    """列出后台账号 / list the logins."""
    settings = load_config(config, database=database, rules=False)
    logins = run(settings, lambda session: list(session.exec(select(Login).order_by(Login.name))))
    for login in logins:
        typer.echo(f"{login.name}  {login.role}  {login.contact or '—'}")


def _digest(*, from_stdin: bool) -> str:
    typed = sys.stdin.readline().rstrip("\n") if from_stdin else _ask()
    if len(typed) < SHORTEST:
        raise BotError(f"密码至少要 {SHORTEST} 个字符")
    return PasswordHasher().hash(typed)


def _ask() -> str:
    if not sys.stdin.isatty():
        raise BotError("这里没有终端可以输密码，请加 --password-stdin，从标准输入给密码")
    typed = getpass.getpass("密码：")
    if getpass.getpass("再输一次：") != typed:
        raise BotError("两次输入的密码不一样")
    return typed
