"""The way to distributor: newcomer, learning, qualified, first sale, active, dormant."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from bot.community.calls import HOMEWORK, RECEIPT, Calls
from bot.community.people import PATH, Evidence, People
from bot.config import Config
from bot.config.community import CourseSettings
from bot.message import Purpose
from bot.storage.tables import Member, Path, PersonDay, Room, Standing
from bot.turn import Address, Turn
from handlers.community.dossier import CALLED, Dossier
from handlers.managers import Managers
from handlers.reading import Reader, Reading, Role, Setting
from handlers.wording import Wording

NEXT = {
    Path.NEWCOMER: "请他看第一课，并回执",
    Path.LEARNING: "学完课程，交作业",
    Path.QUALIFIED: "陪他做成第一单",
    Path.FIRST_SALE: "复盘第一单，定下个月的小目标",
    Path.ACTIVE: "请他给新人分享经验",
    Path.DORMANT: "一对一问候，问问卡在哪里",
}
ORDER = tuple(Path)
ASKED = re.compile(r"阶段(?:\s+(\S+)\s+(\S+))?")
DONE = re.compile(r"(?:学完|证书)\s+(\S+)")
NAMED = 5


@dataclass(frozen=True, slots=True)
class Paths:
    """How people move on the way to distributor, under one configuration."""

    config: Config
    say: Wording
    reader: Reader
    managers: Managers
    dossier: Dossier

    # -- rules

    def learned(self, turn: Turn, contact: str) -> None:
        """Move somebody who confirmed a lesson or handed in homework."""
        self._raise(turn, contact, Path.LEARNING, "回执或交了作业")
        done = next((c for c in self.config.courses if self._has_done(turn, contact, c)), None)
        if done is not None:
            self._raise(turn, contact, Path.QUALIFIED, f"学完了「{done.title}」")

    def sold(self, turn: Turn, contact: str, stage: str, evidence: Evidence) -> None:
        """Move somebody who said that he sold something."""
        people = People(turn.session, turn.account, turn.now)
        before = people.standing(contact, PATH)
        if before is not None and before.stage == Path.FIRST_SALE and before.since < evidence.at:
            stage = Path.ACTIVE
        if before is not None or turn.directory.rooms_of(contact):
            self._raise(turn, contact, Path(stage), f"说「{evidence.text[:20]}」")

    def nightly(self, turn: Turn) -> None:
        """Put who came to a training group on the way; note who has been silent for long."""
        people = People(turn.session, turn.account, turn.now)
        students = self._students(turn)
        on_the_way = {each.contact: each for each in people.all(PATH)}
        for contact in students:
            if contact not in on_the_way:
                people.move(contact, PATH, Path.NEWCOMER, "进了培训群")
        limit = turn.now - self.config.training.dormant_after
        lately = select(PersonDay.contact).where(
            PersonDay.account == turn.account, PersonDay.day >= limit.date().isoformat()
        )
        speaking: set[str] = set(turn.session.exec(lately.distinct()))
        for contact, row in on_the_way.items():
            rested = row.stage not in (Path.NEWCOMER, Path.DORMANT) and row.since < limit
            if rested and contact not in speaking:
                days = self.config.training.dormant_after.days
                people.move(contact, PATH, Path.DORMANT, f"{days} 天没有动静")

    def _students(self, turn: Turn) -> list[str]:
        rooms = [
            row.room
            for row in turn.session.exec(select(Room).where(Room.account == turn.account))
            if self.reader.setting(row.room, row.topic, row.kind)[0] is Setting.TRAINING
        ]
        wanted = select(Member.contact).where(
            Member.account == turn.account,
            col(Member.room).in_(rooms),
            col(Member.left_at).is_(None),
        )
        everybody = sorted(set(turn.session.exec(wanted)))
        me = self.managers.me(turn)
        return [c for c in everybody if c != me and self.reader.role(c) is Role.MEMBER]

    def _raise(self, turn: Turn, contact: str, stage: Path, why: str) -> None:
        people = People(turn.session, turn.account, turn.now)
        row = people.standing(contact, PATH)
        at = Path(row.stage) if row is not None else None
        if at is None or at is Path.DORMANT or ORDER.index(stage) > ORDER.index(at):
            people.move(contact, PATH, stage, why)

    def _has_done(self, turn: Turn, contact: str, course: CourseSettings) -> bool:
        calls = Calls(turn.session, turn.account, turn.now)
        confirmed = {item.rpartition(":")[0] for item in calls.items(contact, RECEIPT)}
        homework = len(calls.items(contact, HOMEWORK))
        return confirmed.issuperset(course.lessons) and homework >= (course.homework or 0)

    # -- managers

    def asked(self, reading: Reading) -> tuple[str, str] | None:
        """Recognise a manager who asks privately who stands where, or moves somebody."""
        if reading.role is not Role.MANAGER or not reading.private:
            return None
        text = reading.message.text.strip()
        if done := DONE.fullmatch(text):
            return "done", done[1]
        found = ASKED.fullmatch(text)
        return (found[1] or "", found[2] or "") if found else None

    def answer(self, turn: Turn, reading: Reading, asked: tuple[str, str]) -> None:
        """Answer privately."""
        name, stage = asked
        if name == "done":
            text = self._certificates(turn, stage)
        elif name:
            text = self._move(turn, reading, name, stage)
        else:
            text = self._list(turn)
        key = f"command:{reading.message.id}"
        turn.say(Address.of(reading.message), text, key=key, purpose=Purpose.COMMAND_REPLY)

    def _move(self, turn: Turn, reading: Reading, name: str, called: str) -> str:
        stage = next((each for each, word in CALLED.items() if word == called), None)
        if stage is None:
            return self.say("stage_hint", stages="／".join(CALLED.values()))
        people = People(turn.session, turn.account, turn.now)

        def move(contact: str) -> str:
            before = people.fix(contact, PATH, stage, reading.message.sender.id)
            was = CALLED[Path(before)] if before else "没有阶段"
            who = turn.directory.name(contact) or contact
            if before == stage:
                return self.say("stage_already", name=who, stage=called)
            return self.say("stage_moved", name=who, stage=called, before=was)

        return self.dossier.named(turn, name, move)

    def _list(self, turn: Turn) -> str:
        rows = People(turn.session, turn.account, turn.now).all(PATH)
        if not rows:
            return self.say("stage_empty")
        lines = [
            self._line(turn, stage, [row for row in rows if row.stage == stage])
            for stage in ORDER
            if any(row.stage == stage for row in rows)
        ]
        return self.say("stage_list", lines="\n".join(lines))

    def _line(self, turn: Turn, stage: Path, rows: Sequence[Standing]) -> str:
        after = self.config.training.stuck_after
        stuck = [row for row in rows if turn.now - row.since > after and stage is not Path.ACTIVE]
        names = "、".join(
            f"{turn.directory.name(row.contact) or row.contact} {(turn.now - row.since).days} 天"
            for row in stuck[:NAMED]
        )
        told = self.say("stage_stuck", count=len(stuck), days=after.days, names=names)
        return self.say(
            "stage_line",
            stage=CALLED[stage],
            count=len(rows),
            stuck=told if stuck else "",
            next=NEXT[stage],
        )

    def _certificates(self, turn: Turn, wanted: str) -> str:
        courses = {each.id: each for each in self.config.courses}
        titles = {each.title: each for each in self.config.courses}
        course = courses.get(wanted) or titles.get(wanted)
        if course is None:
            return self.say("course_unknown", course=wanted, names="、".join(courses) or "（无）")
        calls = Calls(turn.session, turn.account, turn.now)
        done = [each for each in calls.students() if self._has_done(turn, each, course)]
        if not done:
            return self.say("course_none", title=course.title)
        names = "、".join(turn.directory.name(each) or each for each in done)
        return self.say("course_done", title=course.title, count=len(done), names=names)
