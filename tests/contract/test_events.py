"""What becomes of the events of a real gateway: late, strange, about links or log-ins."""

import asyncio
import logging

import pytest

from bot.errors import NotDelivered
from bot.message import (
    Kind,
    Letter,
    LoggedIn,
    LoggedOut,
    Message,
    Named,
    RoomKnown,
)
from bot.transports import Attachment
from bot.transports.gateway import Timing
from tests.contract.ears import Ears
from tests.contract.gateway_town import GatewayTown
from tests.contract.town import FANS


class Alarm(logging.Handler):
    """Rings when an error is logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.rang = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        self.rang.set()


async def test_a_message_whose_payload_comes_late_is_heard(gateway_town: GatewayTown) -> None:
    async with gateway_town.transport() as wechat, Ears(wechat) as ears:
        await ears.hear(RoomKnown)
        gateway_town.gateway.order("ways", {"unreadable": {"m-late": 3}})
        gateway_town.says("zhang", "迟到", FANS.id, id="m-late")
        gateway_town.says("zhang", "准时", FANS.id, id="m-soon")
        heard = [(await ears.hear(Message)).id for _ in range(2)]

    assert heard == ["m-late", "m-soon"]


async def test_a_slow_payload_holds_the_others_only_for_a_while(gateway_town: GatewayTown) -> None:
    timing = Timing(hold=0.2)
    async with gateway_town.transport(timing=timing) as wechat, Ears(wechat) as ears:
        await ears.hear(RoomKnown)
        gateway_town.gateway.order("ways", {"slow": {"m-slow": True}})
        gateway_town.says("zhang", "慢", FANS.id, id="m-slow")
        gateway_town.says("zhang", "快", FANS.id, id="m-fast")
        first = await ears.hear(Message)
        gateway_town.gateway.order("release")
        second = await ears.hear(Message)

    assert [first.id, second.id] == ["m-fast", "m-slow"]


async def test_a_message_that_stays_unreadable_is_lost_loudly(
    gateway_town: GatewayTown, caplog: pytest.LogCaptureFixture
) -> None:
    timing = Timing(hold=0.1, give_up=0.3, retry_first=0.05)
    alarm = Alarm()
    logging.getLogger("bot.transports.gateway").addHandler(alarm)
    async with gateway_town.transport(timing=timing) as wechat, Ears(wechat) as ears:
        await ears.hear(RoomKnown)
        gateway_town.gateway.order("emit", {"event": "message", "payload": {"messageId": "m-none"}})
        await alarm.rang.wait()
        gateway_town.says("zhang", "下一条", FANS.id)
        assert (await ears.hear(Message)).text == "下一条"

    logging.getLogger("bot.transports.gateway").removeHandler(alarm)
    assert "m-none" in caplog.text
    assert "LOST" in caplog.text


async def test_malformed_and_unknown_events_are_skipped(gateway_town: GatewayTown) -> None:
    strange = [
        ("message", {}),
        ("message", {"messageId": 7}),
        ("room-join", {"roomId": FANS.id}),
        ("room-join", {"roomId": FANS.id, "inviteeIdList": [{"id": "zhang"}]}),
        ("room-leave", {"removeeIdList": ["zhang"]}),
        ("room-topic", {"roomId": FANS.id}),
        ("friendship", {"friendshipId": None}),
        ("room-invite", {}),
        ("heartbeat", {"data": "alive"}),
        ("error", {"data": "something"}),
        ("scan", {}),
    ]
    async with gateway_town.transport() as wechat, Ears(wechat) as ears:
        await ears.hear(RoomKnown)
        await ears.hear(RoomKnown)
        before = len(ears.heard)
        for event, payload in strange:
            gateway_town.gateway.order("emit", {"event": event, "payload": payload})
        gateway_town.says("zhang", "正常", FANS.id)
        await ears.hear(Message)

    assert [type(it) for it in ears.heard[before:]] == [Named, Message]


async def test_an_account_that_goes_off_line_is_told(gateway_town: GatewayTown) -> None:
    async with gateway_town.transport() as wechat, Ears(wechat) as ears:
        await ears.hear(LoggedIn)
        gateway_town.gateway.order("logout", {"why": "被挤下线"})
        assert (await ears.hear(LoggedOut)).why == "被挤下线"
        scan = {"status": 2, "qrcode": "code"}
        gateway_town.gateway.order("emit", {"event": "scan", "payload": scan})
        assert "扫码" in (await ears.hear(LoggedOut)).why
        with pytest.raises(NotDelivered):
            await wechat.send(Letter("k", room=FANS.id, text="您好"))
        gateway_town.gateway.order("login")
        await ears.hear(LoggedIn)
        await wechat.send(Letter("k", room=FANS.id, text="您好"))


async def test_a_room_is_described_again_once_it_changed(gateway_town: GatewayTown) -> None:
    async with gateway_town.transport() as wechat, Ears(wechat) as ears:
        await ears.hear(RoomKnown)
        await ears.hear(RoomKnown)
        gateway_town.says("zhang", "一", FANS.id)
        await ears.hear(Message)
        gateway_town.renames(FANS.id, "新名字", "zhang")
        gateway_town.says("zhang", "二", FANS.id)
        room = await ears.hear(RoomKnown)
        await ears.hear(Message)

    assert room.topic == "新名字"
    assert len([it for it in ears.heard if isinstance(it, RoomKnown)]) == 3


async def test_what_came_with_a_message_is_sent_on(gateway_town: GatewayTown) -> None:
    file = Attachment("收据.png", b"\x89PNG" + bytes(50_000))
    async with gateway_town.transport() as wechat, Ears(wechat) as ears:
        await ears.hear(RoomKnown)
        number = gateway_town.says("zhang", "", kind=Kind.IMAGE, attachment=file)
        await ears.hear(Message)
        letter = Letter("k", room=FANS.id, kind=Kind.IMAGE, file=f"message:{number}")
        await wechat.send(letter)
        gateway_town.gateway.order("ways", {"cannotForward": True})
        await wechat.send(letter)

    forwarded, fetched = gateway_town.gateway.order("sent")
    assert forwarded["forwarded"] == number
    assert fetched["file"]["name"] == file.name
    assert gateway_town.reached()[1].file == file


async def test_a_name_card_is_sent_as_one(gateway_town: GatewayTown) -> None:
    async with gateway_town.transport() as wechat, Ears(wechat) as ears:
        await ears.hear(RoomKnown)
        card = Letter("k", room=FANS.id, kind=Kind.CARD, text="张三", data={"card": "zhang"})
        await wechat.send(card)

    assert gateway_town.gateway.order("sent")[0]["contact"] == "zhang"


async def test_links_and_recalls_carry_what_they_are_about(gateway_town: GatewayTown) -> None:
    link = {"title": "新品", "description": "羽绒枕", "url": "https://shop.example/1"}
    async with gateway_town.transport() as wechat, Ears(wechat) as ears:
        await ears.hear(RoomKnown)
        gateway_town.says("zhang", "<xml/>", FANS.id, kind=Kind.LINK, link=link)
        shared = await ears.hear(Message)
        gateway_town.says("zhang", "m-17", FANS.id, kind=Kind.RECALLED)
        recalled = await ears.hear(Message)
        quoting = "「李四：枕头塌了」\n- - - - - - - - - - - - - - -\n我也是"
        gateway_town.says("zhang", quoting, FANS.id)
        answer = await ears.hear(Message)
        data = {"url": "https://shop.example/2", "description": "看看"}
        await wechat.send(Letter("k", room=FANS.id, kind=Kind.LINK, text="预售", data=data))

    assert (shared.text, shared.url) == ("新品 羽绒枕", link["url"])
    assert (recalled.text, recalled.quote) == ("", "m-17")
    assert (answer.text, answer.quote_text) == ("我也是", "枕头塌了")
    assert gateway_town.gateway.order("sent")[0]["link"]["url"] == data["url"]
