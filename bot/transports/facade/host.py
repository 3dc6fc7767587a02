"""Whoever brings plug-ins in, keeps them fed, and keeps their mistakes to themselves."""

import asyncio
import importlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self

from bot.transports.facade.shim import make_importable
from bot.transports.gateway import GatewayTransport

if TYPE_CHECKING:
    from bot.transports.facade.community import Community
    from bot.transports.puppet import Leave

log = logging.getLogger(__name__)

WAITING = 1_000  # events; when more are waiting, the plug-ins hang, and miss what comes
PATIENCE = 60.0  # seconds that all plug-ins together may take for one event

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PluginFailure:
    """A plug-in did something wrong: which one, upon what, and what it was."""

    plugin: str
    event: str
    error: BaseException

    def __str__(self) -> str:
        """Say it to the operator; what the plug-in said in its error may be a message's text."""
        return f"插件 {self.plugin} 在处理 {self.event} 时出错：{type(self.error).__name__}"


class PluginHost:
    """Runs plug-ins named ``package.module:PluginClass`` beside the bot, on its connection.

    The bot goes on whatever they do, short of blocking the event loop: a plug-in that cannot be
    loaded, raises or takes for ever is told to ``on_failure``. Before anything of theirs is sent,
    ``leave`` is awaited with whom it goes to: the place to keep the pace.
    """

    def __init__(
        self,
        transport: GatewayTransport,
        plugins: Sequence[str],
        *,
        home: Path,
        leave: "Leave",
        on_failure: Callable[[PluginFailure], None],
    ) -> None:
        self._transport = transport
        self._plugins = tuple(plugins)
        self._home = home
        self._leave = leave
        self._on_failure = on_failure
        self._events: asyncio.Queue[tuple[str, Payload]] = asyncio.Queue(WAITING)
        self._community: Community | None = None
        self._task: asyncio.Task[NoReturn] | None = None

    async def __aenter__(self) -> Self:
        make_importable(self._home)
        from bot.transports.facade.community import Community  # noqa: PLC0415
        from bot.transports.puppet import GatewayPuppet  # noqa: PLC0415

        puppet = GatewayPuppet(self._transport, leave=self._leave)
        self._community = Community(puppet, self._report)
        await self._community.open(self._load_all())
        self._task = asyncio.create_task(self._feed(self._community), name="plug-ins")
        self._transport.witness(self._take)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._community is not None:
            self._community.close()

    def _load_all(self) -> dict[str, Any]:
        loaded = {}
        for name in self._plugins:
            try:
                loaded[name] = _load(name)
            except Exception as error:  # noqa: BLE001 - whatever people's code raises
                self._report(name, "import", error)
        return loaded

    def _take(self, name: str, payload: Payload) -> None:
        try:
            self._events.put_nowait((name, payload))
        except asyncio.QueueFull as error:
            self._report("*", name, error)

    async def _feed(self, community: "Community") -> NoReturn:
        while True:
            name, payload = await self._events.get()
            try:
                async with asyncio.timeout(PATIENCE):
                    await community.tell(name, payload)
            except Exception as error:  # noqa: BLE001 - whatever people's code raises
                self._report("*", name, error)

    def _report(self, plugin: str, event: str, error: BaseException) -> None:
        log.warning("plug-in %s failed upon %s: %s", plugin, event, type(error).__name__)
        self._on_failure(PluginFailure(plugin, event, error))


def _load(name: str) -> Any:
    """Make the plug-in ``package.module:PluginClass``."""
    module, colon, attribute = name.partition(":")
    if not colon:
        raise ValueError(f"{name!r} is not package.module:PluginClass")
    return getattr(importlib.import_module(module), attribute)()
