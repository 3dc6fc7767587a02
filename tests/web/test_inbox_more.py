"""What support staff do beside answering: snippets, files, merging, false alarms."""

from playwright.async_api import FilePayload, expect

from bot.message import Kind
from bot.transports import Attachment
from tests.web.conftest import Sit
from tests.web.house import FANS, House
from tests.web.test_inbox import REPLY, at, complain
from tests.web.test_planner import PIXEL


async def test_a_snippet_is_put_in_filled_and_waits_to_be_sent(house: House, sit: Sit) -> None:
    await complain(house)
    page = (await sit(house, "mei")).page
    await at(page, house)
    await page.get_by_text("快捷回复").click()
    await page.get_by_role("button", name="抱歉").click()
    await expect(page.locator(REPLY)).to_have_value("张三 您好，非常抱歉。")
    await expect(page.locator(REPLY)).to_be_focused()
    assert "非常抱歉" not in [message.text for message in house.wechat.world.history("zhang")]


async def test_a_picture_of_the_member_is_seen_and_one_is_sent_back(house: House, sit: Sit) -> None:
    await complain(house)
    page = (await sit(house, "mei")).page
    await at(page, house)
    photo = Attachment("塌了<b>.png", PIXEL)
    house.wechat.says("zhang", photo.name, kind=Kind.IMAGE, attachment=photo)
    picture = page.locator("#talk img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.naturalWidth") == 1
    sent = FilePayload(name="换新流程.png", mimeType="image/png", buffer=PIXEL)
    await page.locator(".composer input[type=file]").set_input_files(sent)
    await expect(page.locator("#talk")).to_contain_text("换新流程.png")
    await expect(page.locator("#talk")).to_contain_text("已送达")
    assert house.wechat.world.history("zhang")[-1].kind is Kind.IMAGE


async def test_two_tickets_of_one_cause_become_one(house: House, sit: Sit) -> None:
    await complain(house)
    await complain(house, "wang", "收到就坏了")
    desk = await sit(house, "mei")
    page = desk.page
    page.on("dialog", lambda dialog: dialog.accept())
    await at(page, house, 2)
    await page.get_by_label("更多操作").click()
    await page.get_by_label("把另一个工单并进来").fill("1")
    house.wechat.says("wang", "边上也坏了", FANS)  # what is new does not close the menu
    await expect(page.locator("#talk")).to_contain_text("边上也坏了")
    await page.get_by_role("button", name="合并").click()
    await expect(page.locator("#talk")).to_contain_text("并入了 #1")
    await at(page, house, 1)
    await expect(page.locator("#head")).to_contain_text("已关闭")
    desk.troubles.clear()  # it asks first


async def test_a_false_alarm_ends_the_ticket_and_is_marked(house: House, sit: Sit) -> None:
    await complain(house)
    desk = await sit(house, "mei")
    page = desk.page
    page.on("dialog", lambda dialog: dialog.accept())
    await at(page, house)
    await page.get_by_label("更多操作").click()
    await page.get_by_role("button", name="这是误报").click()
    await expect(page.locator("#head")).to_contain_text("误报")
    await expect(page.get_by_role("button", name="重开")).to_be_visible()
    desk.troubles.clear()  # it asks first


async def test_the_desk_names_people_in_what_it_notes(house: House, sit: Sit) -> None:
    await complain(house)
    page = (await sit(house, "mei")).page
    await at(page, house)
    await expect(page.locator("#talk")).to_contain_text("分给 小美")
