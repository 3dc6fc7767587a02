"""People's python-wechaty plug-ins beside the bot: at its pace, and their mistakes told."""

import asyncio
import sys
from pathlib import Path

from bot.app import App
from bot.config import Config
from bot.transports.facade import PluginFailure, PluginHost
from bot.transports.gateway import GatewayTransport

HOME = Path("data/wechaty")  # what plug-ins keep, beside the configuration


def host_plugins(config: Config, file: Path, transport: GatewayTransport, app: App) -> PluginHost:
    """Make the host of the configured plug-ins, which may stand beside the configuration."""
    folder = file.resolve().parent
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    telling: set[asyncio.Task[None]] = set()

    def tell(failure: PluginFailure) -> None:
        task = asyncio.create_task(app.report(f"plugin:{failure.plugin}", failure.event))
        telling.add(task)
        task.add_done_callback(telling.discard)

    return PluginHost(
        transport,
        config.wechat.plugins,
        home=folder / HOME,
        leave=app.leave,
        on_failure=tell,
    )
