"""A notice from the calendar into the group."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from tests.web.conftest import CONFIG, FANS, Build, Sit

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
