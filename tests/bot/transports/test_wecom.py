"""Alerts for the group robot of WeCom: in order, not too often, and not too long."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlmodel import Session, select

from bot.errors import BotError
from bot.rehearsal.clock import VirtualClock
from bot.storage import Storage
from bot.storage.tables import Alert
from bot.transports.wecom import GroupRobot, Herald, shortened

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
URL = "https://qyapi.example.com/cgi-bin/webhook/send?key=secret"


class Group:
    """What the robot's group heard, and how the service answers."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.answer: httpx.Response | Exception = httpx.Response(200, json={"errcode": 0})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if isinstance(self.answer, Exception):
            raise self.answer
        content = json.loads(request.content)["text"]["content"]
        if self.answer.status_code == 200 and self.answer.json().get("errcode") == 0:
            self.heard.append(content)
        return self.answer


class Office:
    """A herald, its clock and its group."""

    def __init__(self, storage: Storage, transport: httpx.AsyncBaseTransport, group: Group) -> None:
        self.storage, self.group = storage, group
        self.clock = VirtualClock(NOW)
        self.herald = Herald(storage, GroupRobot(URL, transport), self.clock, 1)

    async def alert(self, *texts: str) -> None:
        def write(session: Session) -> None:
            for text in texts:
                session.add(Alert(account=1, key=text[:50], text=text, at=self.clock()))

        await self.storage.transact(write)

    async def states(self) -> list[str]:
        rows = await self.storage.transact(lambda session: session.exec(select(Alert)).all())
        return [row.state for row in rows]

    async def pass_time(self, minutes: int) -> None:
        end = self.clock() + timedelta(minutes=minutes)
        while self.clock() < end:
            self.clock.move(min(await self.herald.work(), end))
        await self.herald.work()


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    group = Group()
    async with (
        Storage("sqlite://") as storage,
        httpx.MockTransport(group) as transport,
    ):
        yield Office(storage, transport, group)


async def test_alerts_that_wait_are_one_message_in_their_order(office: Office) -> None:
    await office.alert("新工单 #1", "新工单 #2")
    await office.herald.work()
    await office.herald.work()

    assert office.group.heard == ["新工单 #1\n新工单 #2"]
    assert await office.states() == ["sent", "sent"]


async def test_no_more_than_twenty_a_minute(office: Office) -> None:
    for number in range(25):
        await office.alert(f"提醒 {number}")
        await office.herald.work()
    assert len(office.group.heard) == 20

    await office.pass_time(1)
    assert len(office.group.heard) == 21
    assert office.group.heard[-1].count("提醒") == 5


async def test_no_message_is_longer_than_2048_bytes(office: Office) -> None:
    await office.alert("长" * 3_000, "短")
    await office.herald.work()

    assert all(len(text.encode()) <= 2_048 for text in office.group.heard)
    assert office.group.heard[0].endswith("长……")
    assert office.group.heard[1] == "短"
    assert shortened("好") == "好"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={"errcode": 45009}),
        httpx.Response(500, text="oops"),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.ConnectError("no route"),
        httpx.ReadTimeout("slow"),
    ],
    ids=["too-often", "error", "html", "list", "refused", "slow"],
)
async def test_what_fails_is_tried_again_and_given_up_in_the_end(
    office: Office, answer: httpx.Response | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    good, office.group.answer = office.group.answer, answer
    await office.alert("新工单 #1")
    await office.pass_time(2)
    assert await office.states() == ["queued"]

    office.group.answer = good
    await office.pass_time(5)
    assert office.group.heard == ["新工单 #1"]

    office.group.answer = answer
    await office.alert("新工单 #2")
    await office.pass_time(70)
    assert await office.states() == ["sent", "failed"]
    assert "secret" not in caplog.text


def test_an_address_that_is_none_is_told() -> None:
    with pytest.raises(BotError, match="QUNKEEPER_WECOM_WEBHOOK"):
        GroupRobot("key=secret", httpx.AsyncHTTPTransport())
