"""Where people come from: words handed out in one place, said in a request or at first."""

from typing import Any

from bot.message import Contact
from bot.storage.tables import Person, Stay
from tests.conftest import FANS, FANS_2, Build

DAY = 86_400
NEW = Contact("n1", "小明", friend=True)
CHANNELS: dict[str, Any] = {
    "channels": [
        {"id": "jingan", "title": "静安店", "words": ["静安店", "JA01"]},
        {"id": "poster", "title": "地铁海报", "words": ["JA012"]},
    ]
}


async def test_the_word_in_a_friend_request_tells_where_somebody_comes_from(build: Build) -> None:
    town = await build(**CHANNELS, friends={"words": ["枕头"]})
    town.wechat.requests_friendship("f1", Contact("n1", "小明"), "你好，我在静安店买的")
    await town.settle(120)
    assert [letter.request for letter in town.done("accept-friend")] == ["f1"]
    town.wechat.joins(FANS, [NEW], "zhang")
    await town.settle()

    assert [stay.source for stay in await town.rows(Stay)] == ["channel:jingan"]


async def test_the_word_said_in_the_group_soon_after_coming_counts(build: Build) -> None:
    town = await build(**CHANNELS)
    town.wechat.joins(FANS, [NEW, Contact("n2", "小红")], "zhang")
    town.wechat.joins(FANS_2, [NEW])
    await town.settle()
    await town.say("n1", "ja01 来报到", FANS)
    await town.say("n2", "JA012来报到", FANS)
    await town.say("zhang", "静安店今天人真多", FANS)
    await town.settle(DAY)

    stays = {(stay.contact, stay.room): stay.source for stay in await town.rows(Stay)}
    assert stays == {
        ("n1", FANS): "channel:jingan",
        ("n1", FANS_2): "",
        ("n2", FANS): "channel:poster",
    }


async def test_the_word_said_to_the_bot_is_thanked_for_and_counts(build: Build) -> None:
    town = await build(**CHANNELS)
    town.wechat.joins(FANS, [NEW])
    await town.settle()
    await town.say("n1", "JA01。")

    assert town.told("n1")[-1] == "收到，原来您是从静安店来的，欢迎！有什么想问的直接说。"
    assert [stay.source for stay in await town.rows(Stay)] == ["channel:jingan"]
    await town.say("n1", "JA012")
    assert {p.source for p in await town.rows(Person) if p.contact == "n1"} == {"channel:jingan"}


async def test_managers_see_who_came_through_what_and_stayed(build: Build) -> None:
    town = await build(**CHANNELS)
    await town.say("boss", "来源")
    assert town.told("boss")[-1] == "近 12 周还没有人进群。"
    town.wechat.joins(FANS, [NEW, Contact("n2", "小红", friend=True)])
    town.wechat.joins(FANS, [Contact("n3", "小刚")], "zhang")
    await town.settle()
    await town.say("n1", "JA01")
    await town.say("n2", "静安店")
    await town.settle(2 * DAY)
    town.wechat.leaves(FANS, ["n2"])
    await town.settle(6 * DAY)
    await town.say("boss", "来源")

    told = town.told("boss")[-1]
    assert "· 渠道「静安店」：来 2，还在 1；满 1 周 50%" in told
    assert "· 群友邀请：来 1，还在 1" in told
    await town.say("boss", "留存")
    assert "· 11月23日那周来 3，还在 2；满 1 周 67%" in town.told("boss")[-1]
    await town.say("zhang", "来源")
    assert "【来源】" not in "".join(town.told("zhang"))
