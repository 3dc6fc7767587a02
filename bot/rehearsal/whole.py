"""The whole bot as the driver of a play sees it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlmodel import Session

from bot.app import App
from bot.config import Config
from bot.message import Heard
from bot.rehearsal.summary import Summary
from bot.storage import Storage


class WholeBot:
    """An app on a database of its own connection, so that a crash takes both."""

    def __init__(
        self, app: App, storage: Storage, config: Config, load: Callable[[Path], Config]
    ) -> None:
        self._app = app
        self._storage = storage
        self._config = config
        self._load = load

    async def open(self) -> None:
        """Start on whatever the database holds."""
        await self._storage.open()
        await self._app.open()

    async def take(self, events: Sequence[Heard]) -> None:
        """Hear these things, in one commit."""
        await self._app.take(events)

    async def work(self) -> datetime | None:
        """Do all that is due; return when to be called again."""
        return await self._app.work()

    async def reload(self, config: Path) -> None:
        """Put another configuration into force, or raise ConfigError and stay."""
        self._config = self._load(config)
        await self._app.reconfigure(self._config)

    async def close(self) -> None:
        """Stop in good order."""
        await self._app.close()
        await self._storage.close()

    async def abandon(self) -> None:
        """Die without a word: what was not committed is gone."""
        self._app.abandon()
        await self._storage.close()

    async def summary(self) -> dict[str, object]:
        """Tell what is true now."""
        return await self._storage.transact(partial(self._tell, self._app.account))

    def _tell(self, account: int, session: Session) -> dict[str, object]:
        return Summary(session, account, self._config.zone).tell()
