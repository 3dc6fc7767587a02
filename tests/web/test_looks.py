"""Every page, in both themes and on a phone: readable, labelled, nothing sticking out."""

import pytest
from axe_playwright_python.async_playwright import Axe
from sqlmodel import Session, col, select

from bot.storage.tables import Call, Offence, Person, Standing, Trait
from tests.web.conftest import CONFIG, FANS, Build, Desk, House, Sit
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


async def sideways(desk: Desk) -> int:
    """Return how far the page can be scrolled to the side."""
    script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(await desk.page.evaluate(script))


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_contrast_and_labels(season: House, sit: Sit, scheme: str) -> None:
    await complain(season)
    desk = await sit(season, "boss", color_scheme=scheme)
    faults = []
    for path in PAGES:
        await desk.open(path)
        found = (await Axe().run(desk.page)).response["violations"]
        faults += [(path, one["id"], [n["html"][:120] for n in one["nodes"]]) for one in found]
    assert faults == []


async def test_a_phone_is_wide_enough(season: House, sit: Sit) -> None:
    await complain(season)
    desk = await sit(
        season, "boss", viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True
    )
    wide = []
    for path in PAGES:
        await desk.open(path)
        if await sideways(desk) > 0:
            wide.append(path)
    assert wide == []


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
    desk = await sit(house, "boss")
    for path in PAGES:
        await desk.open(path)
        assert await desk.page.locator("img[onerror], [onmouseover]").count() == 0
        assert await sideways(desk) <= 0, path
    await desk.open("/inbox/1")
    assert "49" not in await desk.page.locator("#talk").inner_text()
    assert "\u202e" not in await desk.page.content()
