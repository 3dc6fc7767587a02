"""A day of 小美 at the desk, from signing in to the last rating."""

import asyncio

from playwright.async_api import FilePayload, Page, expect

from bot.message import Kind, Purpose
from bot.transports import Attachment
from tests.web.conftest import Sit
from tests.web.house import FANS, House
from tests.web.test_inbox import REPLY, complain
from tests.web.test_planner import PIXEL

LIST, HEAD, TALK, BESIDE = "#list", "#head", "#talk", "aside.behind"


async def test_a_day_at_the_desk(house: House, sit: Sit) -> None:
    desk, other = await sit(house), await sit(house, "lin")
    mei, lin = await desk.log_in("mei"), other.page
    mei.on("dialog", lambda dialog: dialog.accept())
    await mei.get_by_role("navigation").get_by_role("link", name="工单").click()
    await expect(mei.locator(LIST)).to_contain_text("没有工单")

    await zhang_has_had_enough(house, mei)
    await she_takes_it_and_answers(house, mei)
    await he_sends_a_picture_and_she_notes_what_she_thinks(house, mei)
    await other.open("/inbox/1")
    await lin_looks_over_her_shoulder_and_a_reload_takes_nothing(mei, lin)
    await it_is_his_turn(house, mei)
    await wang_has_the_same_trouble(house, mei, lin)
    await li_only_came_late(house, mei)
    await both_are_helped_and_one_says_how_it_was(house, mei)

    await mei.get_by_role("link", name="全部").click()
    await expect(mei.locator("a[data-item]")).to_have_count(3)
    await mei.keyboard.press("?")
    await expect(mei.get_by_role("dialog")).to_contain_text("快捷键")
    for who in ("zhang", "wang", FANS):
        assert not any("确实塌了" in said.text for said in house.wechat.world.history(who))
    assert len(desk.troubles) == 2  # it asked before it merged, and before it called it false
    desk.troubles.clear()


async def write(page: Page, key: str, text: str) -> None:
    """Write an answer (r) or a note (n) with the keyboard alone."""
    await page.keyboard.press(key)
    await page.keyboard.type(text)
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(TALK)).to_contain_text(text)
    await page.keyboard.press("Escape")


async def choose(page: Page, button: str) -> None:
    """Choose something that is seldom done."""
    await page.get_by_label("更多操作").click()
    await page.get_by_role("button", name=button).click()


async def zhang_has_had_enough(house: House, mei: Page) -> None:
    house.wechat.says("wang", "早，今天降温了", FANS)
    await complain(house, "zhang", "枕头塌了，没人管吗？我要退款")
    await expect(mei.locator(LIST)).to_contain_text("枕头塌了，没人管吗？")
    await expect(mei).to_have_title("(1) 工单 · 群管家")
    await mei.keyboard.press("j")
    await mei.keyboard.press("Enter")
    await expect(mei.locator(HEAD)).to_contain_text("待接单")
    await expect(mei.locator(BESIDE)).to_contain_text("早，今天降温了")
    await expect(mei.locator(BESIDE)).to_contain_text("第一次")
    await expect(mei.locator(f"{BESIDE} mark").first).to_be_visible()


async def she_takes_it_and_answers(house: House, mei: Page) -> None:
    await mei.keyboard.press("c")
    await expect(mei.locator(HEAD)).to_contain_text("处理中")
    await mei.get_by_text("快捷回复").click()
    await mei.get_by_role("button", name="抱歉").click()
    await mei.keyboard.press("Control+Enter")
    await expect(mei.locator(TALK)).to_contain_text("已送达")
    assert house.wechat.world.history("zhang")[-1].text == "张三 您好，非常抱歉。"
    await mei.keyboard.press("Escape")
    await write(mei, "r", "方便拍一张照片吗？")


async def he_sends_a_picture_and_she_notes_what_she_thinks(house: House, mei: Page) -> None:
    photo = Attachment("塌了.png", PIXEL)
    house.wechat.says("zhang", photo.name, kind=Kind.IMAGE, attachment=photo)
    await expect(mei.locator(f"{TALK} img")).to_be_visible()
    await write(mei, "n", "确实塌了，给换新")
    await expect(mei.locator(".note")).to_contain_text("确实塌了，给换新")
    steps = FilePayload(name="换新流程.png", mimeType="image/png", buffer=PIXEL)
    await mei.locator(".composer input[type=file]").set_input_files(steps)
    await expect(mei.locator(TALK)).to_contain_text("换新流程.png")


async def lin_looks_over_her_shoulder_and_a_reload_takes_nothing(mei: Page, lin: Page) -> None:
    await mei.keyboard.press("r")
    await mei.keyboard.type("今天就寄出，旧的不用")
    await expect(mei.locator(HEAD)).to_contain_text("lin 也在看")
    await expect(lin.locator(HEAD)).to_contain_text("mei 也在看")
    await expect(lin.locator(REPLY)).to_have_value("")
    await mei.reload()
    await expect(mei.locator(REPLY)).to_have_value("今天就寄出，旧的不用")
    await mei.locator(REPLY).press("End")
    await mei.keyboard.type("退。寄到哪里？")
    await mei.keyboard.press("Control+Enter")
    await expect(mei.locator(REPLY)).to_have_value("")
    await expect(lin.locator(TALK)).to_contain_text("今天就寄出，旧的不用退。寄到哪里？")
    await mei.keyboard.press("Escape")


async def it_is_his_turn(house: House, mei: Page) -> None:
    await choose(mei, "等客户回复")
    await expect(mei.locator(HEAD)).to_contain_text("等客户")
    await expect(mei.locator(LIST)).to_contain_text("等客户 1")
    house.wechat.says("zhang", "还是老地址")
    await expect(mei.locator(TALK)).to_contain_text("还是老地址")
    await expect(mei.locator(HEAD)).to_contain_text("处理中")


async def wang_has_the_same_trouble(house: House, mei: Page, lin: Page) -> None:
    await complain(house, "wang", "我的枕头也塌了")
    await expect(mei.locator(LIST)).to_contain_text("我的枕头也塌了")
    await mei.keyboard.press("k")
    await mei.wait_for_url("**/inbox/2?**")
    await mei.get_by_label("更多操作").click()
    await mei.get_by_label("把另一个工单并进来").fill("#1")
    await mei.get_by_role("button", name="合并").click()
    await expect(mei.locator(TALK)).to_contain_text("并入了 #1")
    await expect(mei.locator(TALK)).to_contain_text("还是老地址")
    await expect(mei.locator(LIST)).not_to_contain_text("没人管吗")
    await lin.get_by_role("link", name="并入 #2，在那里继续").click()
    await expect(lin.locator(HEAD)).to_contain_text("王五 #2")


async def li_only_came_late(house: House, mei: Page) -> None:
    house.wechat.says("li", "坏了坏了，今天要迟到了", FANS)
    await expect(mei.locator(LIST)).to_contain_text("今天要迟到了")
    await mei.keyboard.press("Escape")
    await mei.keyboard.press("k")
    await mei.wait_for_url("**/inbox/3?**")
    await choose(mei, "这是误报")
    await expect(mei.locator(HEAD)).to_contain_text("误报")
    await expect(mei.locator(LIST)).not_to_contain_text("今天要迟到了")


async def both_are_helped_and_one_says_how_it_was(house: House, mei: Page) -> None:
    asked = house.told_privately(Purpose.RATING_REQUEST, "wang")
    await mei.locator(LIST).get_by_text("我的枕头也塌了").click()
    await expect(mei.locator(HEAD)).to_contain_text("王五 #2")
    await write(mei, "r", "两只都寄出了，单号 SF1000")
    await mei.keyboard.press("e")
    await expect(mei.locator(HEAD)).to_contain_text("已解决")
    await expect(mei.get_by_role("button", name="重开")).to_be_visible()
    await expect(mei.locator(REPLY)).to_be_hidden()
    await expect(mei.get_by_text("要再写给客户，先点上面的「重开」")).to_be_visible()
    async with asyncio.timeout(10):
        await asked.wait()
    house.wechat.says("wang", "5")
    await expect(mei.locator(TALK)).to_contain_text("评分 5")
