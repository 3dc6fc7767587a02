"""Every page, in both themes and on a phone: readable, labelled, nothing sticking out."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, ViewportSize
from sqlmodel import Session, col, select

from bot.storage.tables import Call, Offence, Person, Standing, Trait
from tests.web.conftest import Build, Sit
from tests.web.house import CONFIG, FANS, House
from tests.web.season import COURSE, live
from tests.web.test_inbox import complain

PAGES = (
    "/town",
    "/inbox",
    "/inbox/1",
    "/rules",
    "/rules/rule?id=quality",
    "/rules/edit",
    "/rules/history",
    "/rules/shadow",
    "/rules/history/1",
    "/notices",
    "/notices/lesson-1",
    "/plan",
    "/plan?id=lesson-1",
    "/plan?id=all",
    "/notices/all",
    "/life",
    "/life/people",
    "/life/people?kind=path",
    "/life/courses",
    "/life/calls/1",
    "/life/order",
    "/life/invites",
    "/life/letters",
    "/groups",
    "/groups/r1",
    "/groups/member/zhang",
    "/groups/member/p1",
    "/figures",
    "/health",
    "/account",
    "/account/audit",
)
# Everything that members can choose, with everything they might try.
CORPUS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "\u202etxt.exe\u2066",
    "javascript:alert(1)//",
    "长" * 10_000,
    "W" * 10_000,
)


PHONE, TABLE = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=720)
LOOK = """(rules) => axe
  .run(document, {resultTypes: ["violations"], ...(rules.length ? {runOnly: rules} : {})})
  .then((found) => found.violations.map(
    (one) => [one.id, ...one.nodes.map((node) => node.html.slice(0, 120))]))"""


async def sideways(page: Page) -> int:
    """Return how far the page can be scrolled to the side."""
    script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(await page.evaluate(script))


async def sticking_out(page: Page) -> list[str]:
    """Name the widths at which something sticks out of the page, which is then as it was."""
    wide = ["table"] if await sideways(page) > 0 else []
    await page.set_viewport_size(PHONE)
    wide += ["phone"] if await sideways(page) > 0 else []
    await page.set_viewport_size(TABLE)
    return wide


async def test_pages_are_readable_in_both_themes_and_on_a_phone(season: House, sit: Sit) -> None:
    """What does not hang on colours is the same in both themes; contrast is looked at in each."""
    await complain(season)
    desk = await sit(season, "boss", viewport=TABLE, color_scheme="light")
    wrong = []
    for path in PAGES:
        page = await desk.open(path)
        await page.evaluate(Axe().axe_script)
        wrong += [(path, "light", *fault) for fault in await page.evaluate(LOOK, [])]
        await page.emulate_media(color_scheme="dark")
        wrong += [(path, "dark", *f) for f in await page.evaluate(LOOK, ["color-contrast"])]
        await page.emulate_media(color_scheme="light")
        wrong += [(path, width) for width in await sticking_out(page)]
    assert wrong == []


def disturb(session: Session, account: int) -> None:
    """Put what members might try wherever their words are kept."""
    live(session, account, 20)
    everything = "".join(CORPUS)
    for row in session.exec(select(Trait)):
        row.name, row.evidence = everything[:200], everything
    for offence in session.exec(select(Offence)):
        offence.words = everything
    for call in session.exec(select(Call)):
        call.title = everything
    for standing in session.exec(select(Standing)):
        standing.why = everything
    for person in session.exec(select(Person).where(col(Person.contact).startswith("p"))):
        person.name = everything


async def test_what_members_typed_is_text_everywhere(build: Build, sit: Sit) -> None:
    names = {"zhang": CORPUS[0], "wang": CORPUS[1]}
    house = await build(CONFIG + COURSE, **names)
    await house.storage.transact(lambda session: disturb(session, house.app.account))
    house.wechat.renames(FANS, CORPUS[1])
    for text in CORPUS:
        house.wechat.says("zhang", text, FANS)
    await complain(house, "zhang", f"枕头塌了{''.join(CORPUS)}")
    desk = await sit(house, "boss", viewport=TABLE)
    for path in PAGES:
        await desk.open(path)
        assert await desk.page.locator("img[onerror], [onmouseover]").count() == 0
        assert await sticking_out(desk.page) == [], path
    await desk.open("/inbox/1")
    assert "49" not in await desk.page.locator("#talk").inner_text()
    assert "\u202e" not in await desk.page.content()
