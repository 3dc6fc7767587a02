"""What goes wrong at a desk: sessions that end, two at the same thing, clicks that come twice."""

from playwright.async_api import expect
from sqlmodel import Session, select

from bot.storage.tables import ConsoleSession, Entry, EntryKind, Login, Ticket
from tests.web.conftest import Build, Sit
from tests.web.desk import Desk
from tests.web.house import CONFIG, FANS, PASSWORD, House
from tests.web.test_inbox import REPLY, at, complain
from tests.web.test_planner import WEEKLY, fill

OVER = "登录已经结束"


async def sign_out(house: House, name: str) -> None:
    """End every session of a login, as another browser of his does."""

    def end(session: Session) -> None:
        for row in session.exec(select(ConsoleSession).where(ConsoleSession.name == name)):
            session.delete(row)

    await house.storage.transact(end)


async def test_a_notice_half_written_outlives_the_session(house: House, sit: Sit) -> None:
    desk = await sit(house, "boss")
    page = await desk.open("/plan")
    await expect(page.locator("#look")).to_contain_text("先写标题和正文")
    await sign_out(house, "boss")
    await fill(page, "今晚直播", "今晚见")
    door = page.get_by_role("dialog", name=OVER)
    await door.get_by_label("密码").fill("wrong")
    await door.get_by_role("button", name="登录", exact=True).click()
    await expect(door).to_contain_text("用户名或密码不对")
    desk.troubles.clear()  # the browser notes the refusal
    await door.get_by_label("密码").fill(PASSWORD)
    await door.get_by_role("button", name="登录", exact=True).click()
    await expect(door).to_be_hidden()
    await expect(page.get_by_label("正文")).to_have_value("今晚见")
    await page.get_by_role("button", name="发布这条公告").click()
    await expect(page.get_by_role("status").first).to_contain_text("第 2 版已经生效")


async def half_written(house: House, sit: Sit) -> Desk:
    """Let 小美 write to whoever complained, and not send it yet."""
    await complain(house)
    desk = await sit(house, "mei")
    await at(desk.page, house)
    await desk.page.fill(REPLY, "今天就寄出")
    return desk


async def test_a_reply_outlives_a_login_in_another_tab(house: House, sit: Sit) -> None:
    desk = await half_written(house, sit)
    page = desk.page
    await desk.enter("mei")
    await page.press(REPLY, "Control+Enter")
    await expect(page.locator(".toast")).to_contain_text("请再点一次")
    await expect(page.locator(REPLY)).to_have_value("今天就寄出")
    await page.press(REPLY, "Control+Enter")
    await expect(page.locator("#talk")).to_contain_text("今天就寄出")
    await expect(page.locator(REPLY)).to_have_value("")


async def test_nobody_acts_for_whoever_logged_in_beside_him(house: House, sit: Sit) -> None:
    desk = await half_written(house, sit)
    page = desk.page
    await desk.enter("lin")
    for _ in range(2):
        await page.press(REPLY, "Control+Enter")
        await expect(page.locator(".toast").last).to_contain_text("现在登录的是 lin")
    await expect(page.locator(REPLY)).to_have_value("今天就寄出")


async def test_older_tickets_stay_on_the_screen(house: House, sit: Sit) -> None:
    await complain(house)
    await complain(house, "wang", "收到就坏了")
    page = await (await sit(house, "mei")).open("/inbox?list=all&before=2")
    await expect(page.locator("a[data-item]")).to_have_count(1)
    house.wechat.says("zhang", "还没人管吗")
    house.wechat.says("li", "坏了坏了", FANS)
    await expect(page.locator("[data-newest='3']")).to_have_count(1)
    await expect(page.locator("a[data-item]")).to_have_count(1)
    await page.locator("a[data-item]").click()
    await expect(page.locator("#talk")).to_contain_text("还没人管吗")
    await expect(page.locator("a[data-item]")).to_have_count(1)


async def test_a_rule_that_somebody_else_changed_is_not_taken_back_in_silence(
    house: House, sit: Sit
) -> None:
    page = await (await sit(house, "boss")).open("/rules/rule?id=quality")
    house.file.write_text(CONFIG.replace("坏了", "坏掉了"), encoding="utf-8")
    await page.get_by_label("有任何一个就算").fill("塌了\n坏了\n发霉")
    await page.get_by_role("button", name="看看会怎样改").click()
    await expect(page.get_by_role("alert")).to_contain_text("您填表的时候，别人改过这条规则")
    await expect(page.locator(".difference")).to_contain_text("坏掉了")


async def test_a_new_rule_does_not_take_the_place_of_one_there_is(house: House, sit: Sit) -> None:
    page = await (await sit(house, "boss")).open("/rules/rule")
    await page.get_by_label("名字").fill("quality")
    await page.get_by_label("有任何一个就算").fill("发霉")
    await page.get_by_role("button", name="看看会怎样改").click()
    await expect(page.locator(".toast")).to_contain_text("已经有叫「quality」的规则")
    await expect(page.get_by_label("有任何一个就算")).to_have_value("发霉")
    await page.get_by_label("名字").fill("mould")
    await page.get_by_role("button", name="看看会怎样改").click()
    await expect(page.locator(".difference")).to_contain_text("mould")


async def test_a_notice_that_somebody_else_changed_is_not_dropped(build: Build, sit: Sit) -> None:
    house = await build(CONFIG + WEEKLY.replace('voice = "hello.mp3"\n', ""))
    desk = await sit(house, "boss")
    page = await desk.open("/plan?id=friday")
    page.on("dialog", lambda dialog: dialog.accept())
    text = house.file.read_text(encoding="utf-8").replace("今晚七点见", "今晚八点见")
    house.file.write_text(text, encoding="utf-8")
    await page.get_by_role("button", name="删掉这条公告").click()
    await expect(page.locator(".toast")).to_contain_text("别人刚改过这条公告")
    assert house.file.read_text(encoding="utf-8") == text
    desk.troubles.clear()  # it asks first


async def test_a_login_that_was_taken_away_is_shut_out(house: House, sit: Sit) -> None:
    await complain(house)
    desk, boss = await sit(house, "mei"), await sit(house, "boss")
    page = desk.page
    await at(page, house)
    await boss.open("/account")
    boss.page.on("dialog", lambda dialog: dialog.accept())
    await boss.page.get_by_role("row", name="mei").get_by_role("button", name="删掉").click()
    await expect(boss.page.get_by_role("row", name="mei")).to_have_count(0)
    assert await house.storage.read(lambda s: s.get(Login, (house.app.account, "mei"))) is None
    await page.fill(REPLY, "我还在")
    await page.press(REPLY, "Control+Enter")
    await expect(page.get_by_role("dialog", name=OVER)).to_be_visible()
    assert "我还在" not in [message.text for message in house.wechat.world.history("zhang")]
    boss.troubles.clear()  # it asks first


async def test_a_notice_half_written_is_not_left_by_mistake(house: House, sit: Sit) -> None:
    desk = await sit(house, "boss")
    page = await desk.open("/plan")
    page.on("dialog", lambda dialog: dialog.dismiss())
    await fill(page, "今晚直播", "今晚见")
    await page.get_by_role("navigation").get_by_role("link", name="工单").click()
    await expect(page.get_by_label("正文")).to_have_value("今晚见")
    assert len(desk.troubles) == 1  # it asks first
    await page.get_by_role("link", name="不改了").click()
    await page.wait_for_url("**/notices")
    assert len(desk.troubles) == 1
    desk.troubles.clear()


async def test_who_reads_further_back_stays_there(house: House, sit: Sit) -> None:
    await complain(house)

    def talk_on(session: Session) -> None:
        ticket = session.exec(select(Ticket)).one()
        for number in range(100):
            row = Entry(
                account=house.app.account,
                ticket=ticket.id or 0,
                source=f"note{number}",
                member="zhang",
                kind=EntryKind.NOTE,
                author="mei",
                text=f"第{number}条",
                at=ticket.opened_at,
            )
            session.add(row)

    await house.storage.transact(talk_on)
    page = await (await sit(house, "mei")).open("/inbox/1")
    talk = page.locator("#talk")
    await expect(talk).not_to_contain_text("枕头塌了")
    await talk.get_by_role("link", name="看更早的").click()
    await expect(talk).to_contain_text("枕头塌了")
    house.wechat.says("zhang", "还没人管吗")
    await expect(talk).to_contain_text("还没人管吗")
    await expect(talk).to_contain_text("枕头塌了")
    await expect(talk.get_by_text("第5条", exact=True)).to_have_count(1)


async def test_what_has_not_changed_stays_what_it_was(house: House, sit: Sit) -> None:
    """A refresh put the same in anew, and a click on it at that moment was lost."""
    await complain(house)
    page = await (await sit(house, "mei")).open("/inbox/1")
    talk = page.locator("#talk")
    said = await talk.get_by_text("枕头塌了").first.element_handle()
    assert said is not None
    async with page.expect_response("**/inbox/1/talk**"):
        await page.evaluate("htmx.trigger('#talk', 'sse:hello')")
    house.wechat.says("zhang", "还没人管吗")
    await expect(talk.get_by_text("还没人管吗")).to_have_count(1)
    assert not await said.is_visible()  # something new was put in with all the rest
    said = await talk.get_by_text("枕头塌了").first.element_handle()
    assert said is not None
    async with page.expect_response("**/inbox/1/talk**") as answered:
        await page.evaluate("htmx.trigger('#talk', 'sse:hello')")
    await (await answered.value).finished()
    await page.wait_for_function("() => !document.querySelector('.htmx-request')")
    assert await said.is_visible()
