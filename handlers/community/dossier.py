"""What managers ask about people, privately: a profile, a score with its reasons, corrections."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from bot.community.freebies import Freebies
from bot.community.people import LIFE, People
from bot.config import Config
from bot.config.community import Side
from bot.message import Purpose
from bot.storage.tables import Life, Person, PersonDay, Trait
from bot.turn import Address, Turn
from handlers.reading import Reading, Role
from handlers.wording import Wording

ASKED = re.compile(r"(画像|打分)\s*(\S+)(?:\s+(不是|是|阶段)\s*(\S+))?")
SIDES = {
    Side.BASICS: "基本情况",
    Side.SPENDING: "消费能力",
    Side.BEHAVIOUR: "行为习惯",
    Side.SOCIAL: "社交关系",
    Side.ATTITUDE: "态度",
    Side.INTEREST: "兴趣",
}
LIVES = {
    Life.MET: "认识",
    Life.ENGAGED: "活跃",
    Life.CUSTOMER: "客户",
    Life.REPEAT: "回头客",
    Life.ADVOCATE: "口碑",
    Life.LEAVING: "流失中",
}
CLOCK = ((5, 9, "清晨活跃"), (9, 18, "白天活跃"), (18, 23, "晚上活跃"), (23, 29, "深夜活跃"))
MOSTLY = 0.5  # of somebody's messages that make a time of the day his
ENOUGH = 5  # messages before hours say anything
LOOKED_BACK = 60  # days of activity that a profile adds up


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about somebody, or a correction."""

    what: str
    name: str
    verb: str
    value: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """Profiles as managers see them, never in a group."""

    config: Config
    say: Wording

    def recognise(self, reading: Reading) -> Asked | None:
        """Recognise a manager who asks privately about somebody."""
        if reading.role is not Role.MANAGER or not reading.private:
            return None
        found = ASKED.fullmatch(reading.message.text.strip())
        return Asked(found[1], found[2], found[3] or "", found[4] or "") if found else None

    def answer(self, turn: Turn, reading: Reading, asked: Asked) -> None:
        """Answer privately."""
        text = self._answer(turn, reading, asked)
        key = f"command:{reading.message.id}"
        turn.say(Address.of(reading.message), text, key=key, purpose=Purpose.COMMAND_REPLY)

    def _answer(self, turn: Turn, reading: Reading, asked: Asked) -> str:
        return self.named(turn, asked.name, lambda who: self._tell(turn, reading, asked, who))

    def named(self, turn: Turn, name: str, tell: Callable[[str], str]) -> str:
        """Tell of the one person called so, or say that there is none, or more than one."""
        wanted = select(Person.contact).where(
            Person.account == turn.account,
            (col(Person.contact) == name) | (col(Person.name) == name.lstrip("@")),
        )
        found = sorted(turn.session.exec(wanted))
        if name in found:
            return tell(name)
        if not found:
            return self.say("member_unknown", name=name)
        if len(found) > 1:
            return self.say("member_which", name=name, ids="、".join(found[:10]))
        return tell(found[0])

    def _tell(self, turn: Turn, reading: Reading, asked: Asked, contact: str) -> str:
        people = People(turn.session, turn.account, turn.now)
        by = reading.message.sender.id
        name = turn.directory.name(contact) or contact
        if asked.what == "打分":
            return self._score(turn, contact, name)
        if asked.verb == "不是":
            people.deny(contact, asked.value, by)
            return self.say("profile_denied", name=name, trait=asked.value)
        if asked.verb == "是":
            people.add(contact, self._side_of(asked.value), asked.value, by)
            return self.say("profile_added", name=name, trait=asked.value)
        if asked.verb == "阶段":
            return self._fix(people, contact, name, asked.value, by)
        return self._profile(turn, people, contact, name)

    def _fix(self, people: People, contact: str, name: str, stage: str, by: str) -> str:
        life = next((life for life, called in LIVES.items() if called == stage), None)
        if life is None:
            return self.say("stage_hint", stages="／".join(LIVES.values()))
        people.fix(contact, LIFE, life, by)
        return self.say("profile_stage", name=name, stage=stage)

    def _side_of(self, name: str) -> str:
        return next((t.side for t in self.config.traits if t.name == name), Side.BASICS)

    def _score(self, turn: Turn, contact: str, name: str) -> str:
        score = Freebies(turn.session, turn.account, turn.now).score(contact)
        if not score.lines:
            return self.say("score_none", name=name)
        lines = "\n".join(f"· {line.points:+d} {line.why}" for line in score.lines)
        return self.say("score", name=name, score=score.points, lines=lines)

    def _profile(self, turn: Turn, people: People, contact: str, name: str) -> str:
        standing = people.standing(contact, LIFE)
        sides: dict[str, list[str]] = {side: [] for side in Side}
        for trait in people.traits(contact):
            sides[trait.side].append(self._trait(trait))
        self._add_plain_facts(turn, contact, sides)
        lines = [
            self.say("profile_side", side=SIDES[Side(side)], traits="、".join(said))
            for side, said in sides.items()
            if said
        ]
        since = standing.since.astimezone(self.config.zone) if standing else None
        return self.say(
            "profile",
            name=name,
            contact=contact,
            life=LIVES[Life(standing.stage)] if standing else "还没有阶段",
            since=f"{since.month}月{since.day}日" if since else "今天",
            why=standing.why if standing else "还没有足够的了解",
            lines="\n".join(lines) or self.say("profile_bare"),
        )

    def _trait(self, trait: Trait) -> str:
        evidence = f"{trait.seen} 次，最近「{trait.evidence}」" if trait.seen else trait.evidence
        return self.say("profile_trait", name=trait.name, evidence=evidence)

    def _add_plain_facts(self, turn: Turn, contact: str, sides: dict[str, list[str]]) -> None:
        """Add what rows tell by themselves: groups, friendship, hours, whom he talks with."""
        person = turn.directory.person(contact)
        groups = [turn.directory.topic(room) for room in turn.directory.rooms_of(contact)]
        sides[Side.BASICS].append("是好友" if person.friend else "不是好友")
        if groups:
            sides[Side.BASICS].append(f"在 {len(groups)} 个群（{'、'.join(groups[:3])}）")
        wanted = select(PersonDay).where(
            PersonDay.account == turn.account, PersonDay.contact == contact
        )
        days = turn.session.exec(wanted.order_by(col(PersonDay.day).desc()).limit(LOOKED_BACK))
        rows = days.all()
        if rows:
            messages, replies = sum(r.messages for r in rows), sum(r.replies for r in rows)
            sides[Side.BEHAVIOUR].append(f"{len(rows)} 天说了 {messages} 句")
            sides[Side.BEHAVIOUR] += usual_hours(rows)
            sides[Side.SOCIAL].append(f"接过群友 {replies} 次话")


def usual_hours(days: Sequence[PersonDay]) -> list[str]:
    """Name the time of the day at which somebody mostly speaks, if there is one."""
    hours: dict[int, int] = {}
    for day in days:
        for hour, count in day.hours.items():
            hours[int(hour)] = hours.get(int(hour), 0) + count
    total = sum(hours.values())
    if total < ENOUGH:
        return []
    for start, end, name in CLOCK:
        within = sum(n for h, n in hours.items() if start <= h < end or start <= h + 24 < end)
        if within > MOSTLY * total:
            return [name]
    return []
