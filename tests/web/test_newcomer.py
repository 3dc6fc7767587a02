"""The first two minutes of somebody who has never seen the bot."""

import re

from playwright.async_api import expect

from tests.web.conftest import Build, Sit
from tests.web.house import CONFIG, FANS, House


async def test_the_terminal_says_where_to_look_and_the_words_open_the_door(
    build: Build, sit: Sit
) -> None:
    house = await build()
    assert house.address in house.told
    desk = await sit(house)
    page = await desk.log_in("boss")
    await expect(page).to_have_url(re.compile("/town$"))
    await expect(page.get_by_role("button", name="演一遍")).to_be_visible()


async def test_the_play_leads_from_the_group_into_the_private_chat(house: House, sit: Sit) -> None:
    page = await (await sit(house, "boss")).open("/")
    await page.get_by_role("button", name="演一遍").click()
    play = page.locator("ol.play")
    await expect(play).to_contain_text("顾客在群里发火")
    await expect(play).to_contain_text("马上转到私聊", timeout=20_000)
    await expect(page.locator("#chat-title")).to_contain_text("和群管家的私聊")
    await expect(page.locator("#talk")).to_contain_text("工单号 #1")


async def test_who_complains_in_the_group_sees_why_and_what_follows(house: House, sit: Sit) -> None:
    page = await (await sit(house, "boss")).open("/")
    await page.fill("textarea[name=text]", "枕头塌了，我要退款")
    await page.press("textarea[name=text]", "Enter")
    why = page.locator("#why")
    await expect(why).to_contain_text("投诉")
    await expect(why.locator("mark").first).to_have_text(re.compile("塌了|退款"))
    await expect(why).to_contain_text("转到私聊")
    await expect(page.locator("#talk")).to_contain_text("已安排专人联系您")
    await expect(page.locator("#chats")).to_contain_text("张三 您好，我是枕头粉丝一群的群管家")


async def test_people_come_and_go_and_befriend_the_bot(house: House, sit: Sit) -> None:
    page = await (await sit(house, "boss")).open("/")
    await page.locator(".menu summary").click()
    await page.get_by_label("请谁进群").fill("新来的小陈")
    await page.get_by_role("button", name="进群", exact=True).click()
    await expect(page.locator("#talk")).to_contain_text("新来的小陈 加入了群聊")
    assert "新来的小陈" in [one.name for one in house.wechat.world.people()]
    assert house.wechat.world.rooms[FANS].members


async def test_a_town_is_only_there_in_the_simulator(house: House, sit: Sit) -> None:
    page = await (await sit(house, "mei")).open("/")
    await expect(page.get_by_role("link", name="规则")).to_have_count(0)
    assert "provider" not in CONFIG
