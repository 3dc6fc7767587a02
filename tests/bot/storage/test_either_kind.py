"""What is asked of rooms, people, notices and days is understood by either kind of database."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from bot.community.days import Days
from bot.community.gems import Gems
from bot.community.stays import Stays
from bot.directory import Directory
from bot.message import Contact
from bot.notices import Notices
from bot.storage import Storage
from bot.storage.tables import WAITING, NoticeState, PersonDay, RoomDay, Said
from tests.bot.storage.conftest import NOW

HOUR = timedelta(hours=1)
MONTH = timedelta(days=30)


def said(number: int, sender: str, *, quote: str | None = None) -> Said:
    at = NOW + timedelta(minutes=number)
    return Said(
        account=1,
        id=f"m{number}",
        room="r",
        sender=sender,
        text="好",
        label="praise",
        likeness=number,
        at=at,
        heard_at=at,
        quote=quote,
    )


async def test_a_room_is_described_and_its_newcomers_are_found(storage: Storage) -> None:
    def work(session: Session) -> None:
        directory = Directory(session, 1, NOW)
        here = [Contact("a", "张三"), Contact("b", "李四", friend=True)]
        directory.describe("r", topic="群", owner="a", members=here)
        directory.describe("r", topic="新群", owner="a", members=[Contact("b", "李斯")])
        assert directory.present("r") == {"b"}
        assert (directory.topic("r"), directory.name("b")) == ("新群", "李斯")
        assert directory.is_friend("b") is True
        assert directory.arrive("r", Contact("a", ""), None, NOW)
        assert [each.contact for each in directory.ungreeted("r")] == ["a"]
        directory.describe("r", topic="新群", owner="a", members=here)
        assert directory.present("r") == {"a", "b"}
        assert directory.name("b") == "李四"

    await storage.transact(work)


async def test_stays_and_the_best_of_a_room(storage: Storage) -> None:
    def work(session: Session) -> None:
        session.add_all([said(0, "a"), said(1, "b", quote="m0"), said(2, "c", quote="m0")])
        [best] = Gems(session, 1, NOW + HOUR).best("r", MONTH, 3)
        assert best.source == "m0"
        stays = Stays(session, 1, NOW + HOUR)
        assert stays.spoke_before("r", "a", NOW + HOUR)
        assert not stays.spoke_before("r", "a", NOW - HOUR)
        stays.came("r", "d", NOW, inviter="a", source="inviter")
        stays.left("r", "d", NOW + HOUR)
        assert stays.returned("r", "d", within=MONTH)

    await storage.transact(work)


async def test_occasions_and_what_becomes_of_them(storage: Storage) -> None:
    def work(session: Session) -> None:
        notices = Notices(session, 1, NOW)
        planned = notices.plan("n", "", NOW + HOUR, NOW + HOUR, "早")
        assert planned is not None
        assert notices.plan("n", "", NOW + HOUR, NOW + HOUR, "早") is None
        assert notices.living() == notices.living("n") == [planned]
        notices.lay(planned, ["r", "s"], NoticeState.PLANNED, promotional=False)
        first, second = notices.rows(planned, WAITING)
        notices.conclude(first, NoticeState.SENT, "", NOW)
        assert notices.rows(planned, WAITING) == [second]
        assert [row.sent_at for row in notices.rows(planned)] == [NOW, None]
        assert notices.standing("n").past == {}

    await storage.transact(work)


async def test_a_day_is_counted_and_counted_again(storage: Storage) -> None:
    def work(session: Session) -> None:
        session.add_all([said(0, "a"), said(1, "b"), said(2, "a")])
        days = Days(session, 1, ZoneInfo("Asia/Shanghai"), lambda _: True)
        for _ in range(2):
            days.count(date(2026, 11, 23), gift=lambda _: False, see=lambda _: None)

    await storage.transact(work)

    def look(session: Session) -> None:
        [room] = session.exec(select(RoomDay)).all()
        assert (room.messages, room.speakers, room.replies, room.joins) == (3, 2, 2, 0)
        people = session.exec(select(PersonDay).order_by(PersonDay.contact)).all()
        assert [(each.contact, each.messages, each.hours) for each in people] == [
            ("a", 2, {"10": 2}),
            ("b", 1, {"10": 1}),
        ]

    await storage.read(look)
