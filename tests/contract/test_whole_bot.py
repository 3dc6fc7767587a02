"""The same complaint over a real gateway: out of the group, to a person, solved and rated."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from sqlmodel import Session, select

from bot.app import App, Parts
from bot.clock import Clock, SystemClock
from bot.config import Config
from bot.message import Contact, Do
from bot.storage import Storage
from bot.storage.tables import Occurrence
from bot.transports import Attachment
from handlers import behaviour
from knowledge.handbook import Handbook
from tests.conftest import settings
from tests.contract.gateway_town import GatewayTown
from tests.contract.town import FANS, OTHERS, Reached

STAFF_ROOM = OTHERS.id
MEI = Contact("mei", "小美", friend=True)
ANGRY = "枕头用了两天就塌了，质量太差"
SWIFT = {
    "same_target_seconds": 0,
    "between_targets_seconds": [0, 0],
    "per_minute": 600,
    "quiet_hours": "",
}
Book = Callable[[Config], Handbook]


QUICK: dict[str, Any] = {
    "pace": SWIFT,
    "groups": [{"id": FANS.id, "kind": "fan"}],
    "support": {
        "room": STAFF_ROOM,
        "hours": "Mon-Sun 00:00-24:00",
        "staff": [{"id": MEI.id, "name": MEI.name}],
    },
}
CONFIG = settings(**QUICK)


@asynccontextmanager
async def bot_in(
    town: GatewayTown, book: Book, config: Config = CONFIG, *, clock: Clock | None = None
) -> AsyncIterator[Storage]:
    """Run the whole bot in a town until the block ends."""
    async with Storage("sqlite://") as storage, town.line() as line:
        parts = Parts(
            config=config,
            behave=lambda settled: behaviour(settled, book(settled)),
            transport=line,
            storage=storage,
            clock=clock or SystemClock(),
            random=Random(0),  # noqa: S311
            owner="test",
        )
        app = App(parts)
        await app.open()
        running = asyncio.create_task(app.run())
        try:
            yield storage
        finally:
            app.stop()
            await running
            await app.close()


async def wait_for(town: GatewayTown, wanted: Callable[[Reached], bool]) -> Reached:
    """Wait until something that reached WeChat is as wanted."""
    while True:
        reached = town.reached()
        found = [deed for deed in reached if wanted(deed)]
        if found:
            return found[-1]
        await town.until_said(len(reached) + 1)


def says(room: str | None, part: str, contact: str | None = None) -> Callable[[Reached], bool]:
    def fits(deed: Reached) -> bool:
        return (deed.room, deed.contact) == (room, contact) and part in deed.text

    return fits


async def test_a_friend_complains_and_is_helped(gateway_town: GatewayTown, book: Book) -> None:
    town = gateway_town
    town.joins(STAFF_ROOM, MEI, "bot")
    async with bot_in(town, book):
        town.says("zhang", ANGRY, FANS.id)
        await wait_for(town, says(None, "工单号 #1", "zhang"))
        line = await wait_for(town, says(FANS.id, "请留意私信"))
        assert line.mentions == ("zhang",)
        await wait_for(town, says(STAFF_ROOM, ANGRY))

        town.says(MEI.id, "#1 接单", STAFF_ROOM)
        await wait_for(town, says(STAFF_ROOM, "小美"))
        town.says(MEI.id, "#1 回复 马上给您换一个", STAFF_ROOM)
        await wait_for(town, says(None, "马上给您换一个", "zhang"))
        await wait_for(town, says(STAFF_ROOM, "已送达"))
        town.says("zhang", "好的，尽快", to="bot")
        await wait_for(town, says(STAFF_ROOM, "好的，尽快"))
        town.says(MEI.id, "#1 解决", STAFF_ROOM)
        await wait_for(town, says(None, "1–5", "zhang"))
        town.says("zhang", "5", to="bot")
        await wait_for(town, says(STAFF_ROOM, "5 分"))

    in_the_group = [deed for deed in town.reached() if deed.room == FANS.id]
    assert len(in_the_group) == 1


async def test_a_stranger_complains_and_becomes_a_friend(
    gateway_town: GatewayTown, book: Book
) -> None:
    town = gateway_town
    async with bot_in(town, book):
        town.says("li", ANGRY, FANS.id)
        asked = await wait_for(town, lambda deed: deed.do is Do.ADD_FRIEND)
        assert (asked.contact, asked.room) == ("li", FANS.id)
        town.confirms("li")
        await wait_for(town, says(None, "工单号 #1", "li"))


async def test_a_notice_with_a_picture_and_cards_is_posted_once_and_as_previewed(
    gateway_town: GatewayTown, book: Book, tmp_path: Path
) -> None:
    town, picture = gateway_town, tmp_path / "海报.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100)
    program = {"title": "领券", "appid": "wx1", "username": "gh_1@app", "path": "pages/a?id=1"}
    notice = {
        "id": "sale",
        "title": "双十二",
        "scenario": "shopping-festival",
        "at": datetime.now(UTC).isoformat(),
        "late": "1h",
        "groups": ["fan"],
        "text": "{group}的朋友们",
        "image": str(picture),
        "mini_program": program,
        "parts": [{"link": {"url": "https://example.com/a?b=1", "title": "详情"}}],
    }
    told = {"wechat": {"managers": ["zhang"]}, "planning": {"least_gap": "1s"}}
    config = settings(**QUICK, notices=[notice], **told)
    async with bot_in(town, book, config) as storage:
        await wait_for(town, lambda deed: deed.room == FANS.id and "url" in deed.shown)
        town.says("zhang", "公告 预览 sale", to="bot")
        await wait_for(town, lambda deed: deed.contact == "zhang" and "url" in deed.shown)
        rows = await storage.transact(sent)
        assert [(row.room, str(row.state)) for row in rows] == [(FANS.id, "sent")]

    card = {"title": "领券", "appid": "wx1", "username": "gh_1@app", "pagePath": "pages/a?id=1"}
    content = [
        Reached(Do.SAY, text="枕头粉丝一群的朋友们"),
        Reached(Do.SAY, file=Attachment(picture.name, picture.read_bytes())),
        Reached(Do.SAY, shown=card),
        Reached(Do.SAY, shown={"title": "详情", "url": "https://example.com/a?b=1"}),
    ]
    reached = town.reached()
    assert [deed for deed in reached if deed.room] == [replace(it, room=FANS.id) for it in content]
    head, *shown = [deed for deed in reached if deed.contact]
    assert "没有要发的场次了" in head.text
    assert shown == [replace(it, contact="zhang") for it in content]


def sent(session: Session) -> list[Occurrence]:
    return list(session.exec(select(Occurrence)))
