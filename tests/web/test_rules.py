"""Rules changed from the console: tried, published, taken back, and never over somebody's work."""

import json
import re

from playwright.async_api import expect

from bot.web.editing import put_table
from tests.web.conftest import Build, Sit
from tests.web.house import CONFIG, FANS, House
from tests.web.test_doors import client, log_in


async def test_a_sentence_is_judged_as_it_is_typed(house: House, sit: Sit) -> None:
    page = await (await sit(house, "boss")).open("/rules")
    await page.locator("#try-text").press_sequentially("枕头塌了")
    await expect(page.locator("#tried")).to_contain_text("投诉")
    await expect(page.locator("#tried mark")).to_have_text("塌了")
    await page.locator("#try-text").fill("枕头很好")
    await expect(page.locator("#tried")).to_contain_text("没有规则认出什么")


async def test_a_rule_is_edited_in_a_form_published_and_taken_back(house: House, sit: Sit) -> None:
    page = await (await sit(house, "boss")).open("/rules/rule?id=quality")
    await page.get_by_label("有任何一个就算").fill("塌了\n坏了\n发霉")
    await page.get_by_role("button", name="看看会怎样改").click()
    await expect(page.locator(".difference")).to_contain_text("发霉")
    await page.get_by_label("这次改了什么").fill("发霉也算")
    await page.get_by_role("button", name="发布").click()
    await expect(page.get_by_role("status").first).to_contain_text("第 2 版已经生效")
    text = house.file.read_text(encoding="utf-8")
    assert "# 这一行注释要一直在" in text
    assert "# 塌了的规则" in text
    await page.goto(f"{house.address}/rules")
    await page.locator("#try-text").fill("枕头发霉")
    await expect(page.locator("#tried")).to_contain_text("投诉")
    await page.goto(f"{house.address}/rules/history/1")
    await page.get_by_role("button", name="回到第 1 版").click()
    await expect(page.get_by_role("status").first).to_contain_text("第 3 版已经生效")
    assert house.file.read_text(encoding="utf-8") == CONFIG


async def test_every_key_of_a_rule_stands_in_the_form(build: Build, sit: Sit) -> None:
    rule = {
        "near": [{"words": ["枕头", "塌"], "within": 4}],
        "regex": ["退.{0,3}钱"],
        "hits": ["枕头塌了"],
        "despite": ["asked"],
    }
    house = await build(put_table(CONFIG, "rules", {"id": "quality", **rule}))
    page = await (await sit(house, "boss")).open("/rules/rule?id=quality")
    await expect(page.get_by_label("几个词要挨得近")).to_have_value(re.compile("枕头 塌 4"))
    await expect(page.get_by_label("是在问")).to_be_checked()
    await page.get_by_label("正则表达式").fill("退.{0,3}钱\n退款呢")
    await page.get_by_role("button", name="看看会怎样改").click()
    changed = await page.locator(".difference").inner_text()
    gone = [line for line in changed.splitlines() if line.startswith("-")]
    assert gone == ['-regex = ["退.{0,3}钱"]']


async def test_a_rule_with_an_odd_number_is_refused_in_words(house: House) -> None:
    rule = {"id": "mould", "label": "complaint", "any": "发霉"}
    async with client(house) as web:
        headers = {"HX-Request": "true", "X-CSRF-Token": await log_in(web)}
        for key, value in (("severity", "abc"), ("weight", "很重")):
            answer = await web.post("/rules/rule", data={**rule, key: value}, headers=headers)
            assert f"「{value}」不是数" in json.loads(answer.headers["hx-trigger"])["toast"]["text"]


async def test_a_fault_is_told_at_its_line_and_nothing_is_published(house: House, sit: Sit) -> None:
    page = await (await sit(house, "boss")).open("/rules/edit")
    await page.locator("#toml").fill(CONFIG.replace("severity = 2", "severity = 9", 1))
    line = CONFIG[: CONFIG.index("severity = 2")].count("\n") + 1
    await expect(page.locator("#faults")).to_contain_text(f"第 {line} 行")
    await page.get_by_role("button", name="发布").click()
    await expect(page.locator("#outcome")).to_contain_text("还不能发布")
    assert house.file.read_text(encoding="utf-8") == CONFIG


async def test_somebody_elses_edit_is_shown_and_not_overwritten(house: House, sit: Sit) -> None:
    page = await (await sit(house, "boss")).open("/rules/edit")
    mine = CONFIG.replace("坏了", "开线了")
    await page.locator("#toml").fill(mine)
    theirs = CONFIG.replace("退款", "退钱")
    house.file.write_text(theirs, encoding="utf-8")
    await page.get_by_role("button", name="发布", exact=True).click()
    await expect(page.locator("#outcome")).to_contain_text("被别人改过")
    await expect(page.locator("#outcome")).to_contain_text("退钱")
    assert house.file.read_text(encoding="utf-8") == theirs
    await page.get_by_role("button", name="用我的发布").click()
    await expect(page).to_have_url(re.compile("/rules/history"))
    assert house.file.read_text(encoding="utf-8") == mine


async def test_the_past_tells_what_a_change_would_do(house: House, sit: Sit) -> None:
    for text in ("枕头开线了", "今天天气好"):
        house.wechat.says("zhang", text, FANS)
    page = await (await sit(house, "boss")).open("/town")
    await expect(page.locator("#talk")).to_contain_text("今天天气好")
    await page.goto(f"{house.address}/rules/edit")
    await page.locator("#toml").fill(
        put_table(CONFIG, "rules", {"id": "quality", "any": ["开线了"]})
    )
    await page.get_by_role("button", name="看看过去 30 天会怎样").click()
    caught = page.locator("#outcome details", has_text="新抓到的")
    await expect(caught).to_contain_text("枕头开线了")
    await caught.get_by_role("checkbox").check()
    await expect(page.locator(".toast")).to_contain_text("记下了")


TRIED = """
[[rules]]
id = "mould"          # 先试试
label = "complaint"
any = ["发霉"]
mode = "shadow"
"""


async def test_a_rule_on_trial_shows_what_it_would_have_hit_and_is_put_into_force(
    build: Build, sit: Sit
) -> None:
    house = await build(CONFIG + TRIED)
    for text in ("枕头发霉了", "枕套也发霉了", "今天天气好"):
        house.wechat.says("zhang", text, FANS)
    desk = await sit(house, "boss")
    page = await desk.open("/town")
    await expect(page.locator("#talk")).to_contain_text("今天天气好")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.goto(f"{house.address}/rules/shadow")
    trial = page.get_by_role("region", name="mould")
    await expect(trial.locator("mark")).to_have_text(["发霉", "发霉"])
    await trial.get_by_role("row", name="枕套也发霉了").get_by_role("checkbox").check()
    await expect(page.locator(".toast")).to_contain_text("这条不该命中")
    await page.reload()
    await expect(page.get_by_text("1 条不该命中")).to_be_visible()
    await page.get_by_role("button", name="让它生效").click()
    await expect(page.get_by_role("status").first).to_contain_text("第 2 版已经生效")
    await expect(page.get_by_text("没有试运行的规则")).to_be_visible()
    after = house.file.read_text(encoding="utf-8")
    assert after == (CONFIG + TRIED).replace('mode = "shadow"', 'mode = "live"')
    assert len(desk.troubles) == 1  # it asks before anything changes for members
    desk.troubles.clear()
