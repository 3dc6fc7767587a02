"""What a week leaves to do, with what to try."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, select

from bot.community.aftermath import aftermath
from bot.community.people import LIFE, PATH, People
from bot.community.staying import Part
from bot.community.yields import reckon
from bot.config import Config
from bot.config.community import GiveawaySettings
from bot.storage.tables import Life, Member, Path, PersonDay, Stay
from bot.turn import Turn
from handlers.community.weeks import FEW, WEEK, Facts, Point, Weeks

MONTH = timedelta(days=28)
NAMED = 5
MANY_LOST = 3
GROWTH = 0.1
UNUSUAL = 2  # times as many as usual
FULL, HEALTHY, WEAK = 100, 60, 45
KEPT_BADLY, WORSE = 0.6, 0.05  # of newcomers; and by how much less than other newcomers
ADVICE = {
    "有人说话": "发一个谁都能答的小问题（比如「你睡几点？」），并请三五位老朋友先接话",
    "群友互相接话": "问大家经验而不是发通知，答得好的引用出来发「精华」",
    "新人留下": "进群当天请老成员打个招呼，把「新人指南」里的群介绍写清楚",
    "不靠机器人撑着": "少发一半公告，换成让群友晒图、接龙、聊用法",
    "投诉和违规少": "先把投诉一件件回完，再发活动",
}


@dataclass(frozen=True, slots=True)
class Chores:
    """Finds what there is to do under one configuration."""

    config: Config
    weeks: Weeks

    def all(self, turn: Turn, facts: Facts) -> Iterator[Point]:
        """Yield what there is to do, with its numbers."""
        yield from self._weak_group(facts)
        yield from self._leaving(turn, facts)
        yield from self._driven_away(turn)
        yield from self._gifts(turn)
        yield from self._questions(facts)
        yield from self._silent_newcomers(turn)
        yield from self._stuck(turn)
        yield from self._regulars_lost(turn)
        if facts.unsolved:
            yield Point(
                9, f"还有 {facts.unsolved} 件投诉没处理完，最好今天先回：发「工单」看清单。"
            )

    def _weak_group(self, facts: Facts) -> Iterator[Point]:
        alive = [each for each in facts.healths if each[1].score > 0]
        worst = min(alive, key=lambda each: each[1].score, default=None)
        if worst is None or worst[1].score == FULL:
            return
        part: Part = max(worst[1].parts, key=lambda each: each.most - each.points)
        score = worst[1].score
        weight = 7 if score < WEAK else 5 if score < HEALTHY else 2
        rank = f"只有 {score}" if score < HEALTHY else f"在各群里最低（{score}）"
        text = (
            f"「{worst[0]}」健康分{rank}，弱在{part.name}：{part.why}。可以：{ADVICE[part.name]}。"
        )
        yield Point(weight, text)

    def _leaving(self, turn: Turn, facts: Facts) -> Iterator[Point]:
        this, last = facts.this, facts.last
        known = last.messages > 0  # or else nobody knows who left the week before
        if not known or this.leaves < FEW or this.leaves <= last.leaves * (1 + GROWTH):
            return
        left = select(Stay).where(Stay.account == turn.account, col(Stay.until) > turn.now - WEEK)
        soon = [s for s in turn.session.exec(left) if s.since and s.until and not s.removed]
        quick = sum(1 for s in soon if s.until and s.since and s.until - s.since < WEEK)
        text = (
            f"离开 {this.leaves} 人，上周是 {last.leaves} 人；其中 {quick} 人进群不到一周。"
            "看看那几天发了什么，公告太密就减一半。"
        )
        yield Point(6, text)

    def _driven_away(self, turn: Turn) -> Iterator[Point]:
        """Name the notice after which many more left than usually do in as many hours."""
        rooms = list(self.weeks.rooms(turn))
        reckoned = aftermath(turn.session, turn.account, turn.now - WEEK, turn.now, rooms)
        worst = next(iter(reckoned), None)
        if worst is None or worst.left < FEW or worst.left < UNUSUAL * worst.usual:
            return
        title = next((n.title for n in self.config.notices if n.id == worst.notice), worst.notice)
        usual = f"平时同样长的时间大约 {worst.usual:.0f} 人" if worst.usual >= 1 else "平时几乎没有"
        text = (
            f"「{title}」发出后两小时内走了 {worst.left} 人（{usual}；发了 {worst.posts} 个群）。"
            "下次先挑两个群试发，或换成更像聊天的说法。"
        )
        yield Point(7.5, text)

    def _gifts(self, turn: Turn) -> Iterator[Point]:
        for gift in self.config.giveaways:
            over = turn.now - gift.end
            if timedelta(0) < over <= MONTH:
                yield from self._gift(turn, gift)

    def _gift(self, turn: Turn, gift: GiveawaySettings) -> Iterator[Point]:
        reckoned = reckon(turn.session, turn.account, turn.now, gift.id)
        if reckoned.joined < FEW or reckoned.week is None:
            return
        share = reckoned.week / reckoned.joined
        others = self.weeks.kept_otherwise(turn)
        if share < KEPT_BADLY or (others is not None and share < others - WORSE):
            other = f"，别的新人留下 {others:.0%}" if others is not None else ""
            text = (
                f"赠品「{gift.title}」带来 {reckoned.joined} 人，满一周只剩 {reckoned.week} 人"
                f"（{share:.0%}{other}）。下次把赠品换成「来群里说一句」才给，或发给老成员带人。"
            )
            yield Point(8, text)

    def _questions(self, facts: Facts) -> Iterator[Point]:
        missed = facts.this.questions - facts.this.answered
        if missed >= FEW:
            text = (
                f"群里问了 {facts.this.questions} 个问题，机器人答上 {facts.this.answered} 个。"
                "发「未答」看清单，把常问的补进 [[faq]]，或引用好的回复发「#收录」。"
            )
            yield Point(4 + min(missed, 100) / 50, text)

    def _silent_newcomers(self, turn: Turn) -> Iterator[Point]:
        rooms = list(self.weeks.rooms(turn))
        came = {each.contact for each in self.weeks.stays(turn, turn.now - WEEK, turn.now, rooms)}
        here = {c for c in came if c} & self._present(turn)
        spoke = select(PersonDay.contact).where(PersonDay.account == turn.account)
        speakers: set[str] = set(turn.session.exec(spoke.distinct()))
        silent = here - speakers
        if len(silent) >= FEW and len(silent) > len(here) / 2:
            text = (
                f"本周新来还在的 {len(here)} 人里，{len(silent)} 人还没开口。"
                "挑十位点名问一句「怎么知道我们的」，比再发一条公告管用。"
            )
            yield Point(4.5, text)

    def _present(self, turn: Turn) -> set[str]:
        """Name everybody who is in a room of ours now."""
        here = select(Member.contact).where(
            Member.account == turn.account, col(Member.left_at).is_(None)
        )
        return set(turn.session.exec(here.distinct()))

    def _stuck(self, turn: Turn) -> Iterator[Point]:
        limit = turn.now - self.config.training.stuck_after
        people = People(turn.session, turn.account, turn.now)
        learning = [
            each
            for each in people.all(PATH)
            if each.stage in (Path.LEARNING, Path.QUALIFIED) and each.since < limit
        ]
        if learning:
            names = self._names(turn, [each.contact for each in learning])
            days = self.config.training.stuck_after.days
            text = f"{len(learning)} 位学员停了 {days} 天以上：{names}。请老师一对一问问卡在哪里。"
            yield Point(5.5, text)

    def _regulars_lost(self, turn: Turn) -> Iterator[Point]:
        people = People(turn.session, turn.account, turn.now)
        here = self._present(turn)
        lost = [
            each.contact
            for each in people.all(LIFE)
            if each.stage == Life.LEAVING and each.since > turn.now - WEEK and each.contact in here
        ]
        if len(lost) >= MANY_LOST:
            text = (
                f"{len(lost)} 位以前常说话的人一个月没出声了：{self._names(turn, lost)}。"
                "可以私下问候一声，不带广告。"
            )
            yield Point(4.2, text)

    def _names(self, turn: Turn, contacts: Sequence[str]) -> str:
        names = [turn.directory.name(contact) or contact for contact in contacts[:NAMED]]
        return "、".join(names) + (" 等" if len(contacts) > NAMED else "")
