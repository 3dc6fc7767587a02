"""How this bot reaches WeChat, its database and its users: the tables that the operator writes."""

import re
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from bot.config.hours import parse_span
from bot.config.section import Section
from bot.config.values import (
    Endpoint,
    Identifier,
    Line,
    QuietHours,
    read_path,
)

_SERVER_URL = re.compile(r"postgresql\+psycopg://(?:[^/@\s]*@)?[^/@\s]*/[^/\s]+")
_PASSWORD = re.compile(r"://[^/@:\s]*:[^@\s]*@|[?&]password=", re.IGNORECASE)
_SQLITE = "sqlite:///"
_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*")


class Provider(StrEnum):
    """Where WeChat is: a town in memory, or the Wechaty gateway."""

    SIMULATOR = "simulator"
    GATEWAY = "gateway"


def check_plugin(value: str) -> str:
    """Refuse what does not name a class in a module; raises ValueError."""
    if re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", value) is None:
        raise ValueError(
            f"「{value}」不是插件，要写成 包.模块:类名，例如 my_plugins.dice:DicePlugin"
        )
    return value


def read_certificate(value: Path, info: ValidationInfo) -> Path:
    """Make the path absolute and see that a PEM certificate is there; raises ValueError."""
    path = read_path(str(value), info)
    try:
        content = path.read_bytes()
    except OSError:
        raise ValueError(f"打不开证书文件「{value}」，请检查文件名和权限") from None
    if b"-----BEGIN CERTIFICATE-----" not in content:
        raise ValueError(f"「{value}」不是 PEM 证书（里面应有 BEGIN CERTIFICATE）")
    return path


def resolve_database(url: str, folder: Path) -> str:
    """Check a database URL and make a SQLite path absolute, counted from ``folder``.

    Raises ValueError where the scheme is not one of ours or the path is missing; the text of the
    error never repeats a password.
    """
    if url.startswith(_SQLITE):
        place = url.removeprefix(_SQLITE)
        if not place or place.startswith(":memory:"):
            raise ValueError("要写数据库文件名，例如 sqlite:///data/qunkeeper.db")
        return _SQLITE + str(Path(folder, place).absolute())
    if _SERVER_URL.fullmatch(url):
        return url
    raise ValueError(
        "数据库地址要写成 sqlite:///data/qunkeeper.db 或 postgresql+psycopg://用户@主机/库名"
    )


def read_database(value: str, info: ValidationInfo) -> str:
    """Check the URL in the file, which must not carry a password; raises ValueError."""
    if _PASSWORD.search(value):
        raise ValueError(
            "数据库密码不能写在文件里；请从这里去掉，把整个地址放进环境变量 QUNKEEPER_DATABASE_URL"
        )
    return resolve_database(value, (info.context or {}).get("folder", Path()))


class WechatSettings(Section):
    """The ``[wechat]`` table; the gateway's token comes from the environment."""

    provider: Provider = Provider.SIMULATOR
    endpoint: Endpoint = "127.0.0.1:8788"
    tls: bool = False
    ca: Annotated[Path, AfterValidator(read_certificate)] | None = None
    server_name: Line | None = None
    managers: tuple[Identifier, ...] = ()
    plugins: tuple[Annotated[str, AfterValidator(check_plugin)], ...] = ()


class DatabaseSettings(Section):
    """The ``[database]`` table; a SQLite path is absolute once read."""

    url: Annotated[str, AfterValidator(read_database)] = Field(
        default="sqlite:///data/qunkeeper.db", validate_default=True
    )


def check_host(value: str) -> str:
    """Refuse what is no name of a host, as browsers send it; raises ValueError."""
    name = value.strip().lower()
    if _HOST.fullmatch(name) is None:
        raise ValueError(
            f"「{value}」不是域名，要写成 guanjia.example.com 这样，不带 https://、端口和路径"
        )
    return name


def check_proxy(value: str) -> str:
    """Refuse what is no address or network; raises ValueError."""
    try:
        return str(ip_network(value.strip()))
    except ValueError:
        raise ValueError(f"「{value}」不是 IP 地址，要写成 10.0.0.2 或 10.0.0.0/24 这样") from None


class ConsoleSettings(Section):
    """The ``[console]`` table; port 0 means any free one.

    ``hosts`` are the names it is called by behind a reverse proxy. Only ``proxies`` are believed
    when they say who called and whether over HTTPS, and only where there are ``hosts``.
    """

    enabled: bool = True
    host: Identifier = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    hosts: tuple[Annotated[str, AfterValidator(check_host)], ...] = ()
    proxies: tuple[Annotated[str, AfterValidator(check_proxy)], ...] = ("127.0.0.1", "::1")


def check_gaps(value: tuple[float, float]) -> tuple[float, float]:
    """Refuse a range whose ends are swapped; raises ValueError."""
    if value[0] > value[1]:
        raise ValueError(f"前一个数不能大于后一个，请写成 [{value[1]:g}, {value[0]:g}]")
    return value


Seconds = Annotated[float, Field(ge=0, le=3600)]


class PaceSettings(Section):
    """The ``[pace]`` table: what leaves this account, at most."""

    same_target_seconds: Seconds = 1.0
    between_targets_seconds: Annotated[tuple[Seconds, Seconds], AfterValidator(check_gaps)] = (
        3.0,
        5.0,
    )
    per_minute: int = Field(default=40, ge=1, le=600)
    quiet_hours: QuietHours = parse_span("22:30-08:00")
    friend_requests_per_hour: int = Field(default=3, ge=0, le=60)
    friend_requests_per_day: int = Field(default=15, ge=0, le=500)
