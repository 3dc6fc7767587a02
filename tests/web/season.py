"""Twelve weeks of life in the groups, written straight into the database."""

from datetime import UTC, datetime, timedelta
from random import Random

from sqlmodel import Session

from bot.storage.tables import (
    Answered,
    Call,
    Invite,
    LetterState,
    Member,
    Offence,
    Outgoing,
    Person,
    PersonDay,
    RoomDay,
    Standing,
    Stay,
    Step,
    Trait,
)

COURSE = """
[[notices]]
id = "lesson-1"
title = "第一课"
scenario = "content"
after_join = "1d 10:00"
groups = ["training"]
text = "第一课，看完回复收到"

[[notices]]
id = "lesson-2"
title = "第二课"
scenario = "content"
after_join = "2d 10:00"
groups = ["training"]
text = "第二课，看完回复收到"

[[notices]]
id = "all"
title = "周五直播"
scenario = "recurring"
rrule = "FREQ=WEEKLY;BYDAY=FR;BYHOUR=19;BYMINUTE=0"
start = "2026-11-01T00:00:00+08:00"
skip = ["2026-12-04"]
move = { 2026-12-11 = "2026-12-12T20:00" }
groups = ["fan", "training"]
text = "今晚七点直播间见"
approve = true
parts = [
  { link = { url = "https://live.example/1", title = "直播间", description = "记得先预约" } },
  { mini_program = { appid = "wx1", title = "商城" } },
]

[notices.variants.training]
text = "经销商们，今晚见"

[[courses]]
id = "basic"
title = "入门课"
lessons = ["lesson-1", "lesson-2"]
homework = 1

[[giveaways]]
id = "pillow"
title = "送枕头"
start = "2026-09-01T00:00:00+08:00"
end = "2026-10-01T00:00:00+08:00"
"""
DAY = timedelta(days=1)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = ("小雨", "静", "佳", "悦", "宁宁", "露", "糖", "愿", "大海", "建国", "晓晓", "一诺")
WORDS = ("侧睡，颈椎不太好", "给我妈买的", "这款多少钱", "又回购了两只", "昨晚睡得真香")
TRAITS = (("interest", "颈椎"), ("basics", "宝妈"), ("spending", "看重价格"), ("attitude", "满意"))
LIVES = ("met", "met", "met", "engaged", "engaged", "customer", "repeat", "advocate", "leaving")
PATHS = ("newcomer", "learning", "learning", "qualified", "first-sale", "active", "dormant")
STEPS = (Step.REMINDED, Step.WARNED, Step.NOTED, Step.SHADOW, Step.REMOVED, Step.TOLD)
KINDS = ("ad", "link", "contact", "flood", "copy", "red-envelope")


def live(session: Session, account: int, count: int = 120) -> list[str]:
    """Let people come, talk, learn, stay and go; return their ids."""
    random, now = Random(5), datetime.now(UTC)  # noqa: S311 - the same every time
    people = [f"p{number}" for number in range(count)]
    for number, contact in enumerate(people):
        name = SURNAMES[number % len(SURNAMES)] + GIVEN[number % len(GIVEN)]
        person = Person(account=account, contact=contact, name=name, friend=True, met_at=now)
        session.add(person)
        _come(session, account, contact, random, now)
        _stand(session, account, contact, random, now)
        if number % 7 == 0:
            _offend(session, account, contact, number // 7 + 1, now)
    for number in range(30):
        _day(session, account, now - DAY * number, random)
    _teach(session, account, people, now)
    letter = "本周来信\n\n做得好的：\n1. 开口的人多了。\n\n要做的：\n1. 回完投诉。"
    row = Outgoing(
        account=account, key=f"letter:{now.date()}:boss", contact="boss", text=letter,
        due_at=now, next_at=now, state=LetterState.SENT, settled_at=now,
    )  # fmt: skip
    session.add(row)
    return people


def _come(session: Session, account: int, contact: str, random: Random, now: datetime) -> None:
    since = now - timedelta(hours=random.uniform(1, 24 * 80))
    source = random.choice(["", "", "inviter", "giveaway:pillow"])
    stays = {"": 60, "inviter": 90, "giveaway:pillow": 12}[source]
    until = since + timedelta(days=random.expovariate(1 / stays))
    gone = until if until < now else None
    stay = Stay(account=account, room="r1", contact=contact, source=source, since=since, until=gone)
    session.add(stay)
    member = Member(account=account, room="r1", contact=contact, joined_at=since, left_at=gone)
    session.add(member)
    if source == "inviter":
        by = random.choice(["zhang", "wang", "p1"])
        invite = Invite(
            account=account, room="r1", inviter=by, invitee=contact, at=since, left_at=gone
        )
        session.add(invite)


def _stand(session: Session, account: int, contact: str, random: Random, now: datetime) -> None:
    since = now - timedelta(days=random.uniform(0, 60))
    life = Standing(
        account=account, contact=contact, kind="life", stage=random.choice(LIVES),
        since=since, why="30 天里有 4 天说过话",
    )  # fmt: skip
    path = Standing(
        account=account, contact=contact, kind="path", stage=random.choice(PATHS),
        since=since, why="回执或交了作业",
    )  # fmt: skip
    session.add_all([life, path])
    for side, name in random.sample(TRAITS, 2):
        trait = Trait(
            account=account, contact=contact, side=side, name=name, seen=3,
            evidence=random.choice(WORDS), source="m1", first_at=since, last_at=since,
            expires_at=now + 60 * DAY,
        )  # fmt: skip
        session.add(trait)
    for back in random.sample(range(30), 3):
        day = (now - DAY * back).date().isoformat()
        row = PersonDay(account=account, contact=contact, day=day, messages=4, replies=1, gift=1)
        session.add(row)


def _offend(session: Session, account: int, contact: str, number: int, now: datetime) -> None:
    row = Offence(
        account=account, number=number, source=f"bad{number}", member=contact, room="r1",
        kind=KINDS[number % len(KINDS)], words="加微信 领红包", step=STEPS[number % len(STEPS)],
        at=now - DAY * number, expires_at=now + 20 * DAY,
    )  # fmt: skip
    session.add(row)


def _day(session: Session, account: int, day: datetime, random: Random) -> None:
    for room in ("r1", "r2"):
        row = RoomDay(
            account=account, room=room, day=day.date().isoformat(), messages=random.randint(20, 90),
            speakers=random.randint(5, 20), replies=random.randint(5, 30), bot=3,
            joins=random.randint(0, 5), leaves=random.randint(0, 3), questions=4, answered=3,
            complaints=random.randint(0, 2), praise=2, breaches=1, present=40,
        )  # fmt: skip
        session.merge(row)


def _teach(session: Session, account: int, people: list[str], now: datetime) -> None:
    for number, (kind, item, title) in enumerate(
        (
            ("receipt", "lesson-1:2026-11-20", "第一课：认识枕头"),
            ("receipt", "lesson-2:2026-11-22", "第二课：怎么介绍"),
            ("homework", "lesson-1:2026-11-20", "第一课：认识枕头"),
            ("quiz", "height", "侧睡选多高？"),
        )
    ):
        call = Call(
            account=account, room="r2", kind=kind, item=item, title=title,
            opened_at=now - DAY * (4 - number), closes_at=now + DAY,
        )  # fmt: skip
        session.add(call)
        session.flush()
        for at, member in enumerate(["zhang", *people[: 20 - 4 * number]]):
            answer = Answered(
                account=account, call=call.id or 0, member=member, value="B",
                right=at % 3 != 0 if kind == "quiz" else None, at=now - DAY,
            )  # fmt: skip
            session.add(answer)
