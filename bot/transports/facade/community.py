"""The ``Wechaty`` that plug-ins see; imported only after ``shim.make_importable``."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from pyee.asyncio import AsyncIOEventEmitter
from wechaty import Wechaty, WechatyOptions, WechatyPlugin
from wechaty_puppet import Puppet, PuppetOptions, ScanStatus

from bot.transports.gateway.translation import instant

Payload = Mapping[str, Any]
Failed = Callable[[str, str, BaseException], None]
Spoken = Sequence[Any]


class Community(Wechaty):  # type: ignore[misc]
    """One account with its own people and rooms, which the published class shares among all.

    Events are handed on one after the other, to each plug-in by itself: one that fails is reported
    and the next one is told. Neither a web server nor signal handlers are started.
    """

    def __init__(self, puppet: Puppet, failed: Failed) -> None:
        options = WechatyOptions(
            puppet=puppet, puppet_options=PuppetOptions(), scheduler=AsyncIOScheduler()
        )
        super().__init__(options)
        self._failed = failed
        self._plugins: dict[str, WechatyPlugin] = {}
        self._builders: dict[str, Callable[[Payload], Awaitable[Spoken]]] = {
            "login": self._login,
            "logout": self._login,
            "message": self._message,
            "friendship": self._friendship,
            "room-invite": self._room_invite,
            "room-join": self._room_join,
            "room-leave": self._room_leave,
            "room-topic": self._room_topic,
            "scan": self._scan,
        }

    async def open(self, plugins: Mapping[str, WechatyPlugin]) -> None:
        """Let the plug-ins in; one that cannot be set up stays outside."""
        await self.init_puppet()
        self.on("error", lambda error: self._failed("listener", "error", error))
        self._plugin_manager.scheduler.start()
        for name, plugin in plugins.items():
            try:
                plugin.scheduler = self._plugin_manager.scheduler
                plugin.set_bot(self)
                await plugin.init_plugin(self)
            except Exception as error:  # noqa: BLE001 - whatever people's code raises
                self._failed(name, "init_plugin", error)
            else:
                self._plugins[name] = plugin

    def close(self) -> None:
        """Stop what plug-ins have scheduled."""
        self._plugin_manager.scheduler.shutdown(wait=False)

    async def init_puppet(self) -> None:
        """Make the classes of this account, each with a pool of its own."""
        await super().init_puppet()
        people: dict[str, Any] = {}
        self.Contact._pool = people
        self.ContactSelf._pool = people
        self.Room._pool = {}
        self.Room._event_stream = AsyncIOEventEmitter()
        self.Tag._pool = {}

    async def tell(self, name: str, payload: Payload) -> None:
        """Hand an event on to everybody who listens."""
        self._forget_stale(name, payload)
        builder = self._builders.get(name)
        if builder is None:
            return
        spoken = await builder(payload)
        self.emit(name, *spoken)
        for plugin_name, plugin in self._plugins.items():
            handler = getattr(plugin, f"on_{name.replace('-', '_')}")
            try:
                await handler(*spoken)
            except Exception as error:  # noqa: BLE001 - whatever people's code raises
                self._failed(plugin_name, name, error)

    def _forget_stale(self, name: str, payload: Payload) -> None:
        """Drop what changed: the published class never reads a room twice."""
        if name.startswith("room-"):
            self.Room._pool.pop(payload.get("roomId"), None)
        elif name == "dirty":
            self.Room._pool.pop(payload.get("payloadId"), None)
            self.Contact._pool.pop(payload.get("payloadId"), None)

    async def _login(self, payload: Payload) -> Spoken:
        self.contact_id = payload["contactId"]
        account = self.ContactSelf.load(self.contact_id)
        await account.ready()
        return (account,)

    async def _message(self, payload: Payload) -> Spoken:
        message = self.Message.load(payload["messageId"])
        await message.ready()
        return (message,)

    async def _friendship(self, payload: Payload) -> Spoken:
        friendship = self.Friendship.load(payload["friendshipId"])
        await friendship.ready()
        return (friendship,)

    async def _room_invite(self, payload: Payload) -> Spoken:
        return (self.RoomInvitation.load(payload["roomInvitationId"]),)

    async def _room_join(self, payload: Payload) -> Spoken:
        return await self._moved(payload, payload["inviteeIdList"], payload.get("inviterId"))

    async def _room_leave(self, payload: Payload) -> Spoken:
        return await self._moved(payload, payload["removeeIdList"], payload.get("removerId"))

    async def _room_topic(self, payload: Payload) -> Spoken:
        room = await self._room(payload)
        changer = await self._person(payload.get("changerId"))
        return room, payload["newTopic"], payload.get("oldTopic", ""), changer, _at(payload)

    async def _scan(self, payload: Payload) -> Spoken:
        status = ScanStatus(payload.get("status", 0))
        return payload.get("qrcode") or "", status, payload.get("data")

    async def _moved(self, payload: Payload, people: Sequence[str], by: str | None) -> Spoken:
        room = await self._room(payload)
        moved = [await self._person(person) for person in people]
        return room, moved, await self._person(by), _at(payload)

    async def _room(self, payload: Payload) -> Any:
        room = self.Room.load(payload["roomId"])
        await room.ready()
        return room

    async def _person(self, contact: str | None) -> Any:
        """Load a person; None where WeChat did not say who."""
        if not contact:
            return None
        person = self.Contact.load(contact)
        await person.ready()
        return person


def _at(payload: Payload) -> datetime:
    return instant(payload.get("timestamp") or 0, otherwise=datetime.now(UTC))
