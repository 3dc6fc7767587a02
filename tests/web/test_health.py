"""How the bot is: what is doubtful is settled by hand, and errors are seen by number and time."""

import logging
from datetime import UTC, datetime

from playwright.async_api import expect
from sqlmodel import Session, select

from bot.storage.forget import forget
from bot.storage.tables import Audit, LetterState, Outgoing
from tests.web.conftest import Sit
from tests.web.house import FANS, House
from tests.web.test_doors import client

SECRET_WORDS = "我要投诉这家店"


async def test_an_error_is_seen_by_number_and_time_and_nothing_of_what_was_said(
    house: House, sit: Sit
) -> None:
    page = await (await sit(house, "boss")).open("/health")
    await expect(page.get_by_text("没有出过错")).to_be_visible()
    log = logging.getLogger("bot.dispatch")
    log.error("%s could not be handled by %s", "m7", "faq", exc_info=ValueError(SECRET_WORDS))
    await page.reload()
    row = page.get_by_role("row", name="m7 could not be handled by faq")
    await expect(row).to_contain_text("ValueError")
    assert SECRET_WORDS not in await page.content()
    async with client(house) as web:
        assert "qunkeeper_errors 1.0" in (await web.get("/metrics")).text


async def test_an_error_is_still_known_after_a_restart_and_goes_with_who_is_forgotten(
    house: House, sit: Sit
) -> None:
    log = logging.getLogger("bot.dispatch")
    log.error("%s could not be handled by %s", "m7", "faq", exc_info=ValueError(SECRET_WORDS))
    log.error("the letter reply:%s cannot be written", "zhang")
    await house.restart()
    page = await (await sit(house, "boss")).open("/health")
    await expect(page.get_by_role("row", name="m7 could not be handled by faq")).to_be_visible()
    await expect(page.get_by_role("row", name="reply:zhang")).to_be_visible()
    assert SECRET_WORDS not in await page.content()
    log.error("one more")
    await page.reload()
    await expect(page.get_by_role("row", name="one more")).to_contain_text("3")
    await house.storage.transact(lambda session: forget(session, "zhang"))
    await page.reload()
    await expect(page.get_by_role("row", name="m7 could not")).to_be_visible()
    await expect(page.get_by_role("row", name="reply:zhang")).to_have_count(0)


async def test_what_nobody_is_sure_of_is_settled_by_hand_and_on_record(
    house: House, sit: Sit
) -> None:
    def write(session: Session) -> None:
        now = datetime.now(UTC)
        row = Outgoing(
            account=house.app.account,
            key="doubt",
            room=FANS,
            text="今晚见",
            due_at=now,
            next_at=now,
            claimed_at=now,
            state=LetterState.UNCONFIRMED,
        )
        session.add(row)

    await house.storage.transact(write)
    page = await (await sit(house, "boss")).open("/health")
    await expect(page.get_by_role("row", name="今晚见")).to_contain_text("枕头粉丝一群")
    await page.get_by_role("button", name="没收到").click()
    await expect(page.get_by_text("每一条都知道下落")).to_be_visible()
    letters, deeds = select(Outgoing).where(Outgoing.key == "doubt"), select(Audit)
    letter = await house.storage.read(lambda session: session.exec(letters).one())
    assert letter.state == LetterState.FAILED
    found = await house.storage.read(lambda session: session.exec(deeds).all())
    deed = next(each for each in found if each.what == "核实消息")
    assert (deed.who, deed.before, deed.after) == ("boss", "不确定", "对方没有收到")
