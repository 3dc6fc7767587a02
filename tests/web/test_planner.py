"""A notice planned in the console: a form with the checks of config.toml, published from there."""

import re
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.web.conftest import Build, Sit
from tests.web.house import CONFIG, FANS, House

WEEKLY = """
# 每周五的直播，别删
[[notices]]
id = "friday"        # 编号
title = "周五直播"
scenario = "recurring"
rrule = "FREQ=WEEKLY;BYDAY=FR;BYHOUR=19;BYMINUTE=0"
start = "2026-11-01T00:00:00+08:00"
groups = ["fan"]
text = "今晚七点见"
voice = "hello.mp3"
"""
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


async def fill(page: Page, title: str, text: str) -> None:
    await page.get_by_label("标题", exact=True).fill(title)
    await page.get_by_label("正文").fill(text)


async def test_a_notice_is_written_seen_and_posted_in_the_group(house: House, sit: Sit) -> None:
    page = await (await sit(house, "boss")).open("/notices")
    await page.get_by_role("link", name="新公告").click()
    await fill(page, "今晚直播", "{group}的朋友们，今晚见\n带上枕头")
    look = page.locator("#look")
    await expect(look).to_contain_text("枕头粉丝一群的朋友们，今晚见")
    await expect(look).to_contain_text("1 个群，4 人")
    soon = datetime.now(UTC) + timedelta(hours=8, seconds=60)
    await page.get_by_label("哪一天").fill(f"{soon:%Y-%m-%d}")
    await page.get_by_label("几点").fill(f"{soon:%H:%M}")
    await expect(look).to_contain_text(f"{soon:%H:%M}")
    await page.get_by_role("button", name="发布这条公告").click()
    await expect(page.get_by_role("status").first).to_contain_text("第 2 版已经生效")
    house.clock.forward(timedelta(minutes=1))
    text = house.file.read_text(encoding="utf-8")
    assert text.startswith(CONFIG.rstrip())
    assert tomllib.loads(text)["notices"][0]["title"] == "今晚直播"
    await expect(page.locator(".wave")).to_contain_text("已发 1", timeout=90_000)
    said = [message.text for message in house.wechat.world.history(FANS)]
    assert said == ["枕头粉丝一群的朋友们，今晚见\n带上枕头"]
    await page.reload()  # what is over can neither be held nor cancelled
    await expect(page.get_by_role("link", name="修改")).to_be_visible()
    await expect(page.get_by_role("button", name="压住")).to_have_count(0)


async def test_a_fault_is_told_at_its_field_and_nothing_is_published(
    house: House, sit: Sit
) -> None:
    page = await (await sit(house, "boss")).open("/plan")
    await fill(page, "双十二", "快来，{nmae}")
    await expect(page.locator("#fault-own-0-text")).to_contain_text("nmae")
    await page.get_by_text("报名", exact=True).click()
    await page.get_by_label("这条公告可以报名").check()
    await page.get_by_label("报名词", exact=True).fill("取消")
    await expect(page.locator("#fault-keyword")).to_contain_text("不能当报名词")
    await page.get_by_role("button", name="发布这条公告").click()
    await expect(page.locator("#outcome")).to_contain_text("有 2 处要改")
    assert house.file.read_text(encoding="utf-8") == CONFIG


@pytest.mark.parametrize(
    ("label", "values", "expected"),
    [
        ("每天", {}, {"rrule": "FREQ=DAILY;BYHOUR=10;BYMINUTE=0;BYSECOND=0"}),
        ("农历每年", {"农历几月": "8", "初几": "15"}, {"lunar": "08-15 10:00"}),
        ("节气", {"哪个节气": "立春"}, {"solar_term": "立春 10:00"}),
        ("入群后第几天", {}, {"after_join": "1d 10:00"}),
    ],
)
async def test_every_kind_of_moment_can_be_chosen(
    house: House, sit: Sit, label: str, values: dict[str, str], expected: dict[str, str]
) -> None:
    page = await (await sit(house, "boss")).open("/plan")
    await fill(page, "问候", "大家好")
    await page.locator(".segments").get_by_text(label, exact=True).click()
    for field, value in values.items():
        await page.get_by_label(field).select_option(value)
    await page.get_by_role("button", name="发布这条公告").click()
    await expect(page.get_by_role("status").first).to_contain_text("第 2 版已经生效")
    written = tomllib.loads(house.file.read_text(encoding="utf-8"))["notices"][0]
    assert expected.items() <= written.items()


async def test_changing_the_words_leaves_everything_else_as_it_was(
    build: Build, sit: Sit, tmp_path: Path
) -> None:
    (tmp_path / "hello.mp3").write_bytes(b"ID3 voice")
    house = await build(CONFIG + WEEKLY)
    page = await (await sit(house, "boss")).open("/notices/friday")
    await page.get_by_role("link", name="修改").click()
    await expect(page.locator("#when-weekly")).to_be_checked()
    await expect(page.locator("#own-1-voice")).to_have_value("hello.mp3")
    await page.get_by_label("正文").fill("今晚八点见")
    await page.get_by_role("button", name="发布改动").click()
    await expect(page.get_by_role("status").first).to_contain_text("第 2 版已经生效")
    after = (CONFIG + WEEKLY).replace("今晚七点见", "今晚八点见")
    assert house.file.read_text(encoding="utf-8") == after


async def test_somebody_elses_change_of_the_notice_is_shown(build: Build, sit: Sit) -> None:
    house = await build(CONFIG + WEEKLY.replace('voice = "hello.mp3"\n', ""))
    page = await (await sit(house, "boss")).open("/plan?id=friday")
    await page.get_by_label("正文").fill("我的")
    text = house.file.read_text(encoding="utf-8")
    house.file.write_text(text.replace("今晚七点见", "他们的"), encoding="utf-8")
    await page.get_by_role("button", name="发布改动").click()
    await expect(page.locator("#outcome")).to_contain_text("被别人改过")
    await expect(page.locator("#outcome")).to_contain_text("他们的")
    await page.get_by_role("button", name="用我的发布").click()
    await expect(page).to_have_url(re.compile("/notices/friday"))
    assert 'text = "我的"' in house.file.read_text(encoding="utf-8")


async def test_a_picture_is_chosen_and_seen_as_it_will_be_sent(house: House, sit: Sit) -> None:
    page = await (await sit(house, "boss")).open("/plan")
    await fill(page, "新品", "看图")
    await page.get_by_role("button", name="图片").click()
    picture = FilePayload(name="新品 <b>.png", mimeType="image/png", buffer=PIXEL)
    await page.locator("input[type=file]").set_input_files(picture)
    shown = page.locator("#look img")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("image => image.naturalWidth") == 1
    await page.get_by_role("button", name="发布这条公告").click()
    await expect(page).to_have_url(re.compile("/notices/notice-"))
    await expect(page.locator(".phone img")).to_be_visible()
    named = tomllib.loads(house.file.read_text(encoding="utf-8"))["notices"][0]["image"]
    assert (house.folder / named).read_bytes() == PIXEL


async def test_several_pieces_are_seen_as_they_will_be_posted_and_published(
    house: House, sit: Sit
) -> None:
    page = await (await sit(house, "boss")).open("/plan")
    await fill(page, "新品", "第一条")
    add = page.get_by_role("group", name="再加一条").first
    await add.get_by_role("button", name="链接卡片").click()
    await page.locator("#own-1-title").fill("看直播")
    await expect(page.locator("#fault-own-1-url")).to_have_text("请写网址。")
    await page.locator("#own-1-url").fill("live.example")
    await expect(page.locator("#fault-own-1-url")).to_contain_text("不是网址")
    await page.locator("#own-1-url").fill("https://live.example/1")
    await add.get_by_role("button", name="文字").click()
    await page.locator(".piece").nth(2).get_by_label("文字").fill("最后{group}见")
    await page.get_by_role("button", name="第 3 条往前挪").click()
    bubbles = page.locator("#look .bubble")
    await expect(bubbles).to_have_text(["第一条", "最后枕头粉丝一群见", re.compile("看直播")])
    await page.get_by_role("button", name="发布这条公告").click()
    await expect(page.get_by_role("status").first).to_contain_text("第 2 版已经生效")
    notice = tomllib.loads(house.file.read_text(encoding="utf-8"))["notices"][0]
    assert notice["parts"] == [
        {"text": "最后{group}见", "link": {"url": "https://live.example/1", "title": "看直播"}}
    ]


async def test_other_words_are_said_to_the_training_groups(house: House, sit: Sit) -> None:
    page = await (await sit(house, "boss")).open("/plan")
    await fill(page, "直播", "粉丝们好")
    await page.get_by_label("培训群", exact=False).check()
    await page.get_by_role("button", name="对培训群另说").click()
    variant = page.get_by_role("region", name="对培训群另说")
    await expect(variant.get_by_label("正文")).to_have_value("粉丝们好")
    await variant.get_by_label("正文").fill("经销商们好，{nmae}")
    await expect(page.locator("#fault-training-0-text")).to_contain_text("nmae")
    await variant.get_by_label("正文").fill("经销商们好")
    await expect(page.locator("#look .phone")).to_have_text(
        [re.compile("粉丝们好"), re.compile("经销商们好")]
    )
    await page.get_by_role("button", name="发布这条公告").click()
    await expect(page.get_by_role("status").first).to_contain_text("第 2 版已经生效")
    notice = tomllib.loads(house.file.read_text(encoding="utf-8"))["notices"][0]
    assert notice["variants"] == {"training": {"text": "经销商们好"}}


async def test_one_time_is_left_out_and_another_moved(
    build: Build, sit: Sit, tmp_path: Path
) -> None:
    (tmp_path / "hello.mp3").write_bytes(b"ID3 voice")
    house = await build(CONFIG + WEEKLY)
    page = await (await sit(house, "boss")).open("/plan?id=friday")
    coming = page.locator("#look .coming li")
    await expect(coming).to_have_count(6)
    await coming.nth(0).get_by_role("button", name="不发").click()
    await expect(page.locator("#occasions")).to_contain_text("这天不发")
    await expect(page.locator("#look .coming li").nth(5)).not_to_be_empty()
    await page.locator("#look .coming li").nth(1).get_by_role("button", name="挪一下").click()
    to = page.get_by_label("这一次挪到")
    day = (await to.input_value())[:10]
    await to.fill(f"{day}T20:30")
    await expect(page.locator("#look .coming")).to_contain_text("20:30 挪过")
    await page.get_by_role("button", name="发布改动").click()
    await expect(page.get_by_role("status").first).to_contain_text("第 2 版已经生效")
    notice = tomllib.loads(house.file.read_text(encoding="utf-8"))["notices"][0]
    assert notice["move"] == {day: f"{day}T20:30"}
    assert len(notice["skip"]) == 1


async def test_a_notice_is_held_and_released(build: Build, sit: Sit) -> None:
    at = (datetime.now(UTC) + timedelta(hours=2)).isoformat(timespec="seconds")
    notice = f'[[notices]]\nid = "n"\ntitle = "公告"\nscenario = "content"\nat = "{at}"\n'
    house = await build(CONFIG + notice + 'groups = ["fan"]\ntext = "好"\n')
    desk = await sit(house, "boss")
    page = await desk.open("/notices/n")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="压住").click()
    await expect(page.locator(".toast")).to_contain_text("先压着")
    await page.reload()
    await expect(page.locator(".wave")).to_contain_text("先压着")
    await page.get_by_role("button", name="放行").click()
    await expect(page.locator(".toast")).to_contain_text("照常发")
    assert len(desk.troubles) == 1  # it asks before it posts into a group that may be upset
    desk.troubles.clear()
