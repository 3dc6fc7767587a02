"""Plug-ins as people wrote them for python-wechaty; imported by the host only."""

import asyncio
from datetime import datetime
from typing import Any

from wechaty import FileBox, WechatyPlugin


class Echo(WechatyPlugin):  # type: ignore[misc]
    """Says again what was said, to who said it."""

    async def on_message(self, msg: Any) -> None:
        if msg.is_self():
            return
        room = msg.room()
        said = await room.say(f"你说：{msg.text()}", mention_ids=[msg.talker().contact_id])
        await room.say(FileBox.from_base64(b"aGFsbG8=", f"{said.message_id}.txt"))


class Porter(WechatyPlugin):  # type: ignore[misc]
    """Greets newcomers, whoever brought them."""

    async def on_room_join(
        self, room: Any, invitees: list[Any], inviter: Any, date: datetime
    ) -> None:
        names = "、".join(contact.name for contact in invitees)
        by = inviter.name if inviter else "没有人"
        await room.say(f"{by}带来了{names}，{date:%Y}，{await room.topic()}")


class Broken(WechatyPlugin):  # type: ignore[misc]
    """Fails at everything it hears."""

    async def on_message(self, msg: Any) -> None:
        raise RuntimeError(msg.text())


class Stillborn(WechatyPlugin):  # type: ignore[misc]
    """Cannot be set up."""

    async def init_plugin(self, wechaty: Any) -> None:  # noqa: ARG002
        await asyncio.sleep(0)
        raise OSError("no such file")
