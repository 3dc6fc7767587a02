"""Who comes in, and who does not."""

import json
import re

import httpx
from playwright.async_api import expect

from bot.web.entrance import FREE
from tests.web.conftest import Build, Sit
from tests.web.house import CONFIG, PASSWORD, House

ORIGIN = {"Origin": "http://evil.example"}


async def log_in(client: httpx.AsyncClient, name: str = "boss") -> str:
    """Log in and return the token that changes must carry."""
    answer = await client.post("/login", data={"name": name, "password": PASSWORD})
    assert answer.status_code == 303
    page = await client.get("/account")
    found = re.search(r'"X-CSRF-Token": "([^"]+)"', page.text)
    assert found is not None
    return found[1]


def client(house: House) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=house.address, trust_env=False, timeout=60)


async def test_guessing_gets_slower_for_a_name_and_an_address(house: House) -> None:
    async with client(house) as web:
        for _ in range(FREE + 1):
            wrong = await web.post("/login", data={"name": "boss", "password": "wrong"})
            assert wrong.status_code == 401
        answer = await web.post("/login", data={"name": "boss", "password": PASSWORD})
        other = await web.post("/login", data={"name": "mei", "password": PASSWORD})
    assert answer.status_code == 429
    assert "请等" in answer.text
    assert other.status_code == 429


async def test_a_name_that_does_not_exist_is_answered_like_a_wrong_password(house: House) -> None:
    async with client(house) as web:
        nobody = await web.post("/login", data={"name": "nobody", "password": "x"})
        known = await web.post("/login", data={"name": "boss", "password": "x"})
    assert nobody.text.replace("nobody", "boss") == known.text


async def test_a_change_needs_the_token_of_the_session(house: House) -> None:
    async with client(house) as web:
        token = await log_in(web)
        bare = await web.post("/account/sessions/end")
        false = await web.post("/account/sessions/end", data={"csrf": "x" * len(token)})
        right = await web.post("/account/sessions/end", data={"csrf": token})
    assert (bare.status_code, false.status_code, right.status_code) == (403, 403, 303)


async def test_a_page_of_another_site_changes_nothing(house: House) -> None:
    async with client(house) as web:
        token = await log_in(web)
        answer = await web.post("/logout", data={"csrf": token}, headers=ORIGIN)
        still = await web.get("/account")
        stolen = await web.post("/login", data={"name": "x", "password": "y"}, headers=ORIGIN)
    assert answer.status_code == 403
    assert still.status_code == 200
    assert stolen.status_code == 403


async def test_a_number_that_nothing_can_have_is_no_page(house: House) -> None:
    """A ticket of twenty digits was answered with 「Internal Server Error」."""
    async with client(house) as web:
        await log_in(web)
        for path in (f"/inbox/{10**20}", f"/inbox/list?before={10**30}"):
            answer = await web.get(path)
            assert answer.status_code == 404, path
            assert "没有这一页" in answer.text


async def test_a_name_that_no_file_can_have_is_no_picture(house: House) -> None:
    async with client(house) as web:
        await log_in(web)
        answers = [await web.get("/plan/picture", params={"name": n}) for n in ("\0", "9" * 300)]
    assert [answer.status_code for answer in answers] == [404, 404]


async def test_a_login_needs_a_name_that_can_be_read(house: House) -> None:
    """「 」 became an account."""
    async with client(house) as web:
        token = await log_in(web)
        form = {"role": "support", "password": PASSWORD, "csrf": token}
        headers = {"HX-Request": "true"}
        blank = await web.post("/account/logins", data={**form, "name": " "}, headers=headers)
        page = await web.get("/account")
    assert json.loads(blank.headers["hx-trigger"])["toast"]["text"].startswith("账号名要写")
    assert page.text.count('name="name" value="') == 2  # boss does not remove himself


async def test_only_its_own_names_are_answered(house: House) -> None:
    async with client(house) as web:
        for host in ("evil.example", "127.0.0.1.evil.example", "", "1.2.3.4"):
            answer = await web.get("/login", headers={"Host": host})
            assert answer.status_code in {400, 421}, host
            assert "密码" not in answer.text


async def test_behind_a_proxy_its_name_is_answered_and_the_cookie_is_for_https_only(
    build: Build,
) -> None:
    behind = '[console]\nhosts = ["guanjia.example.com"]'
    house = await build(CONFIG.replace("[console]", behind))
    headers = {"Host": "guanjia.example.com", "X-Forwarded-Proto": "https"}
    origin = {"Origin": "https://guanjia.example.com"}
    form = {"name": "boss", "password": PASSWORD}
    async with client(house) as web:
        answer = await web.post("/login", data=form, headers={**headers, **origin})
        other = await web.get("/login", headers={**headers, "Host": "evil.example"})
        plain = await web.post("/login", data=form)
    assert answer.status_code == 303
    assert "secure" in answer.headers["set-cookie"].lower()
    assert "strict-transport-security" in answer.headers
    assert other.status_code == 421
    assert "secure" not in plain.headers["set-cookie"].lower()


async def test_without_a_proxy_nobody_can_say_where_he_comes_from(house: House) -> None:
    async with client(house) as web:
        for number in range(FREE + 1):
            headers = {"X-Forwarded-For": f"10.0.0.{number}"}
            form = {"name": f"nobody{number}", "password": "wrong"}
            await web.post("/login", data=form, headers=headers)
        last = await web.post("/login", data={"name": "mei", "password": PASSWORD})
    assert last.status_code == 429


async def test_every_answer_forbids_what_it_does_not_need(house: House) -> None:
    async with client(house) as web:
        for path in ("/login", "/static/app.js", "/nowhere", "/api/v1/tickets"):
            headers = (await web.get(path)).headers
            assert "script-src 'self'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"


async def test_the_cookie_is_kept_from_scripts_and_other_sites(house: House) -> None:
    async with client(house) as web:
        answer = await web.post("/login", data={"name": "boss", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


async def test_nobody_is_led_to_another_site_after_signing_in(house: House) -> None:
    async with client(house) as web:
        for then in ("//evil.example", "https://evil.example", "/\\evil.example"):
            form = {"name": "boss", "password": PASSWORD, "then": then}
            answer = await web.post("/login", data=form)
            assert answer.headers["location"] == "/"


async def test_support_sees_no_configuration(house: House) -> None:
    async with client(house) as web:
        await log_in(web, "mei")
        for path in ("/rules", "/rules/edit", "/rules/history", "/account/audit"):
            assert (await web.get(path)).status_code == 403, path


async def test_signing_out_everywhere_ends_the_other_browsers(house: House, sit: Sit) -> None:
    here, there = await sit(house, "mei"), await sit(house, "mei")
    await here.open("/account")
    await here.page.get_by_role("button", name="退出别处的所有登录").click()
    await here.page.wait_for_load_state()
    await there.open("/inbox")
    await expect(there.page).to_have_url(re.compile("/login"))
    await here.open("/inbox")
    await expect(here.page).to_have_url(re.compile("/inbox"))


async def test_what_was_done_is_written_down(house: House, sit: Sit) -> None:
    desk = await sit(house, "boss")
    page = await desk.open("/account")
    await page.get_by_text("加一个账号").click()
    form = page.locator("form[hx-post='/account/logins']")
    await form.get_by_label("名字").fill("阿强")
    await form.get_by_label("密码").fill("long enough")
    await form.get_by_role("button", name="加上").click()
    await expect(page.get_by_role("cell", name="阿强")).to_be_visible()
    await desk.open("/account/audit")
    await expect(page.get_by_role("row", name=re.compile("加账号.*阿强"))).to_be_visible()
