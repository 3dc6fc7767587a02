"""A notice from the calendar into the group."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.async_api import expect
from sqlmodel import select

from bot.storage.tables import Audit
from tests.web.conftest import Build, Sit
from tests.web.house import CONFIG, FANS

NOTICE = """
[[notices]]
id = "night"
title = "今晚直播"
scenario = "promotion"
at = "{at}"
groups = ["fan"]
text = "{{group}}的朋友们，今晚八点见"
approve = true
late = "10m"
"""


async def test_a_notice_is_seen_planned_approved_and_posted(build: Build, sit: Sit) -> None:
    at = (datetime.now(UTC) + timedelta(seconds=6)).isoformat(timespec="seconds")
    house = await build(CONFIG + NOTICE.format(at=at))
    page = await (await sit(house, "boss")).open("/notices")
    await page.get_by_role("link", name="今晚直播").first.click()
    await expect(page.locator(".phone")).to_contain_text("枕头粉丝一群的朋友们，今晚八点见")
    await page.get_by_role("button", name="批准").click()
    await expect(page.locator(".toast")).to_be_visible()
    await expect(page.locator(".wave")).to_contain_text("已发 1", timeout=30_000)
    said = [message.text for message in house.wechat.world.history(FANS)]
    assert said == ["枕头粉丝一群的朋友们，今晚八点见"]


DAILY = """
[[notices]]
id = "early"
title = "早安"
scenario = "content"
rrule = "FREQ=DAILY;BYHOUR=6;BYMINUTE=30;BYSECOND=0"
start = "2026-11-01T00:00:00+08:00"
groups = ["fan"]
text = "早"
"""


async def test_a_series_is_held_ended_and_taken_up_again(build: Build, sit: Sit) -> None:
    here = datetime.now(ZoneInfo("Asia/Shanghai"))
    hour = 12 if 5 <= here.hour < 9 else 6  # not now: what is under way is not ended
    house = await build(CONFIG + DAILY.replace("BYHOUR=6", f"BYHOUR={hour}"))
    desk = await sit(house, "boss")
    page = await desk.open("/notices/early")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="压住").click()
    await expect(page.locator(".caution")).to_contain_text(f"{hour:02}:30 这一次先压着")
    await page.get_by_role("button", name="全部停掉").click()
    await expect(page.locator(".caution")).to_contain_text("已经停掉，以后都不发")
    await page.goto(f"{house.address}/notices")
    await expect(page.locator(".day .plan:not(.off)")).to_have_count(0)
    await expect(page.get_by_text("已停掉")).to_be_visible()
    await page.goto(f"{house.address}/notices/early")
    await page.get_by_role("button", name="恢复").click()
    await expect(page.get_by_role("button", name="全部停掉")).to_be_visible()
    deeds = await house.storage.read(lambda session: session.exec(select(Audit.what)).all())
    assert {"公告压住", "公告停掉", "公告恢复"} <= {*deeds}
    assert len(desk.troubles) == 1  # ending a series is asked about
    desk.troubles.clear()
