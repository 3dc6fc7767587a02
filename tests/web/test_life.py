"""Life in the groups as managers see it: stages, profiles, retention, receipts, order, letters."""

import csv
import io

from playwright.async_api import expect
from sqlmodel import select

from bot.storage.tables import Audit, Offence, Standing, Trait
from tests.web.conftest import Sit
from tests.web.house import House
from tests.web.test_api import key
from tests.web.test_doors import client, log_in

FILES = ("weeks", "sources", "people", "order", "invites", "calls/1")


async def test_who_stays_is_told_by_what_brought_them(season: House, sit: Sit) -> None:
    page = await (await sit(season, "boss")).open("/life")
    await expect(page.locator("svg.chart")).to_be_visible()
    await page.get_by_text("看表格").click()
    await expect(page.get_by_role("row", name="赠品「送枕头」")).to_be_visible()
    await expect(page.get_by_role("row", name="群友邀请")).to_be_visible()
    await expect(page.locator(".healths")).to_contain_text("枕头粉丝一群")
    await expect(page.get_by_role("row", name="送枕头").last).to_contain_text("37")


async def test_a_tag_is_corrected_and_the_correction_is_on_record(season: House, sit: Sit) -> None:
    desk = await sit(season, "boss")
    page = await desk.open("/groups/member/p1")
    tags = page.locator("dl.traits")
    await expect(tags).to_contain_text("3 次")
    name = await tags.locator("b").first.inner_text()
    await page.get_by_role("button", name=f"不是「{name}」").click()
    await expect(tags.get_by_text(name, exact=True)).to_have_count(0)
    await page.get_by_label("加一条画像").fill("养猫")
    await page.get_by_role("button", name="加上").click()
    await expect(tags).to_contain_text("养猫")

    rows = await season.storage.read(
        lambda s: s.exec(select(Trait).where(Trait.contact == "p1")).all()
    )
    assert {row.name for row in rows if row.denied} == {name}
    assert {row.name for row in rows if row.fixed} == {"养猫"}
    audit = await season.storage.read(
        lambda s: s.exec(select(Audit).where(Audit.what == "改画像")).all()
    )
    assert [(row.who, row.after, row.contact) for row in audit] == [
        ("boss", f"不是{name}", "p1"),
        ("boss", "是养猫", "p1"),
    ]


async def test_a_stage_is_set_and_rules_leave_it_alone(season: House, sit: Sit) -> None:
    page = await (await sit(season, "boss")).open("/life/people?kind=path&stage=dormant")
    await expect(page.get_by_text("一对一问候")).to_be_visible()
    await page.locator("td a").first.click()
    await page.get_by_label("经销商之路改成").select_option("active")
    await page.locator(".stage-line").last.get_by_role("button", name="改").click()
    await expect(page.locator(".stage-line").last).to_contain_text("规则不再动")
    contact = page.url.rpartition("/")[2]
    row = await season.storage.read(
        lambda s: s.get(Standing, (season.app.account, contact, "path"))
    )
    assert row is not None
    assert (row.stage, row.fixed) == ("active", True)


async def test_a_person_is_found_by_name(season: House, sit: Sit) -> None:
    page = await (await sit(season, "boss")).open("/life/people")
    await page.get_by_label("按名字找人").fill("赵小雨")
    await page.get_by_role("button", name="找", exact=True).click()
    await expect(page.locator("tbody tr").first).to_contain_text("赵小雨")


async def test_receipts_say_who_is_missing(season: House, sit: Sit) -> None:
    page = await (await sit(season, "boss")).open("/life/courses")
    await expect(page.get_by_role("row", name="张三")).to_contain_text("学完了")
    await page.get_by_role("link", name="第一课：认识枕头").first.click()
    await expect(page.locator(".people").last).to_contain_text("张三")


async def test_what_followed_from_a_breach_is_undone(season: House, sit: Sit) -> None:
    page = await (await sit(season, "boss")).open("/life/order")
    row = page.locator("#offence-4")
    await expect(row).to_contain_text("移出群")
    await row.get_by_role("button", name="撤销").click()
    await expect(page.locator("#offence-4")).to_contain_text("已撤销")
    found = await season.storage.read(
        lambda s: s.exec(select(Offence).where(Offence.number == 4)).one()
    )
    assert found.undone_by == "boss"


async def test_the_letter_is_read_now_and_as_it_went_out(season: House, sit: Sit) -> None:
    page = await (await sit(season, "boss")).open("/life/letters")
    await expect(page.locator(".letter")).to_contain_text("做得好的")
    await page.locator("nav a[href*='week=']").first.click()
    await expect(page.locator(".letter")).to_contain_text("开口的人多了")


async def test_what_is_shown_is_had_as_a_file(season: House) -> None:
    async with client(season) as web:
        await log_in(web)
        answers = {name: await web.get(f"/life/{name}.csv") for name in FILES}
    for name, answer in answers.items():
        rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert answer.headers["content-type"].startswith("text/csv"), name
        assert len(rows) > 2, name
        assert len({len(row) for row in rows}) == 1, name


async def test_support_sees_nothing_of_what_is_known_of_people(season: House) -> None:
    paths = ("/life", "/life/people", "/life/order", "/life/letters", "/plan", "/life/people.csv")
    async with client(season) as web:
        await log_in(web, "mei")
        assert [(await web.get(path)).status_code for path in paths] == [403] * len(paths)
        member = await web.get("/groups/member/p1")
    assert member.status_code == 200
    assert "画像" not in member.text


async def test_the_api_tells_the_same(season: House) -> None:
    async with await key(season, "people:read") as web:
        first = (await web.get("/people", params={"kind": "path"})).json()
        second = (await web.get("/people", params={"kind": "path", "cursor": first["next"]})).json()
        ids = [one["id"] for one in (*first["items"], *second["items"])]
        assert len(set(ids)) == len(ids) == 100
        profile = (await web.get("/people/p1")).json()
        assert profile["traits"][0]["evidence"]
        assert (await web.get("/people/nobody")).status_code == 404
        retention = (await web.get("/retention")).json()
        assert {each["name"] for each in retention["sources"]} >= {"inviter", "giveaway:pillow"}
        calls = (await web.get("/calls")).json()["items"]
        whole = (await web.get(f"/calls/{calls[-1]['id']}")).json()
        assert len(whole["answers"]) == calls[-1]["answers"]
        assert len((await web.get("/offences")).json()["items"]) == 18
        assert (await web.get("/invites")).json()[0]["credit"] > 0
        assert "做得好的" in (await web.get("/letter")).json()["text"]
