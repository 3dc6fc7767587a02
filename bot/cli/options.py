"""The options that commands share."""

from pathlib import Path
from typing import Annotated

import typer

ConfigFile = Annotated[
    Path, typer.Option("--config", metavar="FILE", help="配置文件 / the configuration")
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="数据库地址，代替配置里的 / instead of the configured database",
    ),
]
DEFAULT_CONFIG = Path("config.toml")

TOKEN = "WECHATY_PUPPET_SERVICE_TOKEN"  # noqa: S105  # the name of the variable, not its value
