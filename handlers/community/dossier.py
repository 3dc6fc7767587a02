"""What managers ask about people, privately: a profile, a score with its reasons, corrections."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import col, select

from bot.community.freebies import Freebies
from bot.community.people import LIFE, PATH, SET_BY, People
from bot.config import Config
from bot.config.community import Side
from bot.message import Purpose
from bot.storage.tables import Life, Path, Person, Standing, Trait
from bot.turn import Address, Turn
from handlers.community.acquaintance import plain_facts
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
CALLED = {
    Path.NEWCOMER: "新人",
    Path.LEARNING: "学习",
    Path.QUALIFIED: "合格",
    Path.FIRST_SALE: "首单",
    Path.ACTIVE: "活跃",
    Path.DORMANT: "沉睡",
}


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
        for side, facts in plain_facts(turn, contact, self.config.zone).items():
            sides[side] += facts
        lines = [
            self.say("profile_side", side=SIDES[Side(side)], traits="、".join(said))
            for side, said in sides.items()
            if said
        ]
        return self.say(
            "profile",
            name=name,
            contact=contact,
            life=self._life(turn, standing) + self._path(turn, people.standing(contact, PATH)),
            lines="\n".join(lines) or self.say("profile_bare"),
        )

    def _life(self, turn: Turn, standing: Standing | None) -> str:
        if standing is None:
            return self.say("profile_no_life")
        since = standing.since.astimezone(self.config.zone)
        return self.say(
            "profile_life",
            life=LIVES[Life(standing.stage)],
            since=f"{since.month}月{since.day}日",
            why=self._why(turn, standing),
        )

    def _path(self, turn: Turn, standing: Standing | None) -> str:
        """Say how far somebody is on the way to distributor, if he is on it."""
        if standing is None:
            return ""
        since = standing.since.astimezone(self.config.zone)
        return self.say(
            "profile_path",
            stage=CALLED[Path(standing.stage)],
            since=f"{since.month}月{since.day}日",
            why=self._why(turn, standing),
        )

    def _why(self, turn: Turn, standing: Standing) -> str:
        """Say why somebody stands there; a manager who set it is named."""
        who, by, rest = standing.why.partition(SET_BY)
        return (turn.directory.name(who) or who) + by if by and not rest else standing.why

    def _trait(self, trait: Trait) -> str:
        evidence = f"{trait.seen} 次，最近「{trait.evidence}」" if trait.seen else trait.evidence
        return self.say("profile_trait", name=trait.name, evidence=evidence)
