"""Support staff at work in the inbox."""

import asyncio

from playwright.async_api import Page, expect

from bot.message import Purpose
from tests.web.conftest import Sit
from tests.web.house import FANS, House

REPLY = "#reply-text"


async def complain(house: House, person: str = "zhang", text: str = "枕头塌了，退款") -> None:
    """Let somebody complain, and wait until he is spoken to privately."""
    spoken = house.told_privately(Purpose.HANDOFF, person)
    house.wechat.says(person, text, FANS)
    async with asyncio.timeout(10):
        await spoken.wait()


async def at(page: Page, house: House, number: int = 1) -> None:
    await page.goto(f"{house.address}/inbox/{number}")


async def test_a_complaint_appears_without_reloading(house: House, sit: Sit) -> None:
    page = (await sit(house, "mei")).page
    await page.goto(f"{house.address}/inbox")
    await expect(page.locator("#list")).to_contain_text("没有工单")
    await complain(house)
    await expect(page.locator("#list")).to_contain_text("枕头塌了，退款")
    await expect(page).to_have_title("(1) 工单 · 群管家")


async def test_an_answer_reaches_the_member_and_comes_back_as_delivered(
    house: House, sit: Sit
) -> None:
    await complain(house)
    page = (await sit(house, "mei")).page
    await at(page, house)
    await page.fill(REPLY, "马上给您换新")
    await page.press(REPLY, "Control+Enter")
    await expect(page.locator("#talk")).to_contain_text("马上给您换新")
    await expect(page.locator("#talk")).to_contain_text("已送达")
    await expect(page.locator("#head")).to_contain_text("小美 负责")
    await expect(page.locator(REPLY)).to_have_value("")
    assert house.wechat.world.history("zhang")[-1].text == "马上给您换新"
    house.wechat.says("zhang", "谢谢，地址没变")
    await expect(page.locator("#talk")).to_contain_text("谢谢，地址没变")


async def test_a_note_stays_with_the_staff(house: House, sit: Sit) -> None:
    await complain(house)
    page = (await sit(house, "mei")).page
    await at(page, house)
    await expect(page.locator("#head")).to_contain_text("小美 负责")
    await page.keyboard.press("n")
    await page.keyboard.type("老客户，买过三次")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".note")).to_contain_text("老客户，买过三次")
    said = [m.text for one in ("zhang", FANS) for m in house.wechat.world.history(one)]
    assert not any("老客户" in text for text in said)


async def test_the_keyboard_alone_is_enough(house: House, sit: Sit) -> None:
    await complain(house)
    await complain(house, "wang", "收到就坏了")
    page = (await sit(house, "mei")).page
    await at(page, house, 2)
    await page.keyboard.press("j")
    await page.wait_for_url("**/inbox/1?**", wait_until="load")
    await page.keyboard.press("k")
    await page.wait_for_url("**/inbox/2?**", wait_until="load")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("c")
    await expect(page.locator("#head")).to_contain_text("小美 负责")
    await page.keyboard.press("r")
    await page.keyboard.type("您好，这就处理")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#talk")).to_contain_text("您好，这就处理")
    await page.keyboard.press("Escape")
    await page.keyboard.press("e")
    await expect(page.locator("#head")).to_contain_text("已解决")


async def test_what_was_chosen_stays_chosen_where_the_list_changes(house: House, sit: Sit) -> None:
    """「j」, a new complaint, and 「Enter」 opened nothing."""
    page = (await sit(house, "mei")).page
    await page.goto(f"{house.address}/inbox")
    await complain(house)
    await expect(page.locator("#list")).to_contain_text("枕头塌了，退款")
    await page.keyboard.press("j")
    await expect(page.locator("#item-1")).to_be_focused()
    await complain(house, "wang", "收到就坏了")
    await expect(page.locator("#list")).to_contain_text("收到就坏了")
    await expect(page.locator("#item-1")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/inbox/1?**", wait_until="load")


async def test_a_draft_survives_a_reload_and_a_restart_under_the_open_page(
    house: House, sit: Sit
) -> None:
    await complain(house)
    page = (await sit(house, "mei")).page
    await at(page, house)
    await page.fill(REPLY, "写了一半")
    await page.reload()
    await expect(page.locator(REPLY)).to_have_value("写了一半")
    await house.restart()
    house.wechat.says("zhang", "还在吗")
    await expect(page.locator("#talk")).to_contain_text("还在吗", timeout=20_000)
    await expect(page.locator(REPLY)).to_have_value("写了一半")


async def test_two_agents_see_each_other_and_do_not_both_answer(house: House, sit: Sit) -> None:
    await complain(house)
    first, second = (await sit(house, "mei")).page, (await sit(house, "lin")).page
    await at(first, house)
    await at(second, house)
    await expect(first.locator("#head")).to_contain_text("lin 也在看")
    await second.get_by_role("button", name="转给我").click()
    await expect(first.locator("#head")).to_contain_text("林姐 负责")
    await expect(first.get_by_role("button", name="转给我")).to_be_visible()


async def test_the_same_form_sent_twice_is_done_once(house: House, sit: Sit) -> None:
    await complain(house)
    desk = await sit(house, "mei")
    await at(desk.page, house)
    token = await csrf(desk.page)
    form: dict[str, str | float | bool] = {"text": "只说一次", "source": "ab" * 16, "csrf": token}
    for _ in range(2):
        await desk.context.request.post(f"{house.address}/inbox/1/reply", form=form)
    await expect(desk.page.locator("#talk")).to_contain_text("已送达")
    said = [message.text for message in house.wechat.world.history("zhang")]
    assert said.count("只说一次") == 1


async def csrf(page: Page) -> str:
    found = await page.evaluate("JSON.parse(document.body.getAttribute('hx-headers'))")
    return str(found["X-CSRF-Token"])
