"""What a week leaves to do, with what to try."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, select

from bot.community.aftermath import aftermath
from bot.community.bindings import Bindings
from bot.community.health import Part
from bot.community.people import LIFE, PATH, People
from bot.community.yields import reckon
from bot.config import Config
from bot.config.community import GiveawaySettings
from bot.storage.asking import chunks
from bot.storage.tables import Gem, Life, Member, Occasion, Path, PersonDay
from bot.turn import Turn
from handlers.community.weeks import FEW, WEEK, Facts, Point, Weeks

MONTH = timedelta(days=28)
SHOWN = timedelta(days=35)  # after its end a gift is spoken of: until four weeks are known
NAMED = 5
MANY_LOST = 3
MORE = 0.25  # than the week before
FELT = 0.02  # of the members: fewer who leave are not felt
MOSTLY_QUIET = 0.5
ASKED = 3  # subjects of questions that are named
UNUSUAL = 4  # standard deviations above what is usual
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
    """Finds what there is to do under one configuration.

    ``subjects`` tells what unanswered questions were mostly about.
    """

    config: Config
    weeks: Weeks
    subjects: Callable[[Turn], Sequence[tuple[str, int]]]

    def all(self, turn: Turn, facts: Facts) -> Iterator[Point]:
        """Yield what there is to do, with its numbers."""
        yield from self._weak_group(facts)
        yield from self._leaving(turn, facts)
        yield from self._driven_away(turn, facts)
        yield from self._gifts(turn)
        yield from self._questions(turn, facts)
        yield from self._silent_newcomers(turn)
        yield from self._stuck(turn)
        yield from self._regulars_lost(turn)
        yield from self._quiet(turn)
        yield from self._unplanned(turn)
        yield from self._unrecognised(turn)
        if facts.unsolved:
            text = f"还有 {facts.unsolved} 件投诉没处理完，最好今天先回：发「工单」看清单。"
            yield Point("unsolved", 9, text)

    def _weak_group(self, facts: Facts) -> Iterator[Point]:
        alive = [each for each in facts.healths if each[1].score > 0]
        worst = min(alive, key=lambda each: each[1].score, default=None)
        weak = [p for p in worst[1].parts if p.known and p.points < p.most] if worst else []
        if worst is None or not weak:
            return
        part: Part = max(weak, key=lambda each: each.most - each.points)
        score = worst[1].score
        weight = 7 if score < WEAK else 5 if score < HEALTHY else 2
        rank = f"只有 {score}" if score < HEALTHY else f"在各群里最低（{score}）"
        advice = ADVICE[part.name]
        text = f"「{worst[0]}」健康分{rank}，弱在{part.name}：{part.told}。可以：{advice}。"
        yield Point("weak", weight, text)

    def _leaving(self, turn: Turn, facts: Facts) -> Iterator[Point]:
        """Say that more left than the week before, and who these were."""
        this, last = facts.this, facts.last
        known = last.messages > 0  # or else nobody knows who left the week before
        many = max(FEW, this.present * FELT, last.leaves * (1 + MORE))
        if not known or this.leaves < many:
            return
        since, until = self.weeks.span(facts.end)
        left = self.weeks.left(turn, since, until)
        quick = sum(1 for s in left if s.until and s.since and s.until - s.since < WEEK)
        gift = sum(1 for s in left if s.source.startswith("giveaway:"))
        who = "".join(
            [
                f"，其中 {quick} 人进群不到一周" if quick else "",
                f"，{gift} 人是赠品活动期间来的" if gift else "",
            ]
        )
        advice = "看看那几天发了什么，公告太密就减一半。"
        if 2 * gift > len(left):
            advice = "多半是领完就走，不用挽留，把力气留给还在的人。"
        text = f"离开 {this.leaves} 人（上周 {last.leaves} 人）{who}。{advice}"
        yield Point("leaving", 6, text)

    def _driven_away(self, turn: Turn, facts: Facts) -> Iterator[Point]:
        """Name the notice after which many more left than usually do in as many hours."""
        rooms = list(self.weeks.rooms(turn))
        since, until = self.weeks.span(facts.end)
        reckoned = aftermath(turn.session, turn.account, since, until, rooms)
        worst = next(iter(reckoned), None)
        if worst is None or worst.left < FEW:
            return
        if worst.left - worst.usual < UNUSUAL * max(worst.usual, 1) ** 0.5:
            return  # as many may leave by chance
        title = next((n.title for n in self.config.notices if n.id == worst.notice), worst.notice)
        usual = f"平时同样长的时间大约 {worst.usual:.0f} 人" if worst.usual >= 1 else "平时几乎没有"
        text = (
            f"「{title}」发出后两小时内走了 {worst.left} 人（{usual}；发了 {worst.posts} 个群）。"
            "下次先挑两个群试发，或换成更像聊天的说法。"
        )
        yield Point("driven", 7.5, text)

    def _gifts(self, turn: Turn) -> Iterator[Point]:
        for gift in self.config.giveaways:
            over = turn.now - gift.end
            if timedelta(0) < over <= SHOWN:
                yield from self._gift(turn, gift)

    def _gift(self, turn: Turn, gift: GiveawaySettings) -> Iterator[Point]:
        """Say what a gift brought, after four weeks or after one, against other newcomers."""
        brought = reckon(turn.session, turn.account, turn.now, gift.id)
        stayed, weeks, span = brought.month, 4, "四周"
        if stayed is None:
            stayed, weeks, span = brought.week, 1, "一周"
        if brought.joined < FEW or stayed is None:
            return
        share = stayed / brought.joined
        others = self.weeks.kept_otherwise(turn, weeks)
        if share < KEPT_BADLY or (others is not None and share < others - WORSE):
            other = f"，别的新人留下 {others:.0%}" if others is not None else ""
            text = (
                f"赠品「{gift.title}」带来 {brought.joined} 人，满{span}还剩 {stayed} 人"
                f"（{share:.0%}{other}）；看行为，大约 {brought.hunters} 人只为赠品。"
                "下次换成「老成员带人来才给」，或在群里聊过两句再发。"
            )
            yield Point(f"gift:{gift.id}", 8, text)

    def _questions(self, turn: Turn, facts: Facts) -> Iterator[Point]:
        missed = facts.this.questions - facts.this.answered
        if missed < FEW:
            return
        topics = "".join(self.weeks.rooms(turn).values())  # what a group is about says nothing
        subjects = [each for each in self.subjects(turn) if each[0] not in topics]
        most = "、".join(f"{theme} {count} 次" for theme, count in subjects[:ASKED])
        mine = f"我答上 {facts.this.answered} 个" if facts.this.answered else "我一个都没答上"
        known = self.config.faq or self.config.answers.folder
        listed = known or not most
        advice = "发「未答」看清单；" if listed else "先把这几样写进常见问题（[[faq]]）；"
        text = (
            f"群里问了 {facts.this.questions} 个问题，{mine}"
            f"{f'，没人答的多是：{most}' if most else ''}。"
            f"{advice}引用好的回复发「#收录」，下次我就会答。"
        )
        yield Point("questions", 4 + min(missed, 100) / 50, text)

    def _silent_newcomers(self, turn: Turn) -> Iterator[Point]:
        rooms = list(self.weeks.rooms(turn))
        came = {each.contact for each in self.weeks.stays(turn, turn.now - WEEK, turn.now, rooms)}
        here = {c for c in came if c} & self._present(turn)
        silent = here - self._speakers(turn, sorted(here))
        if len(silent) >= FEW and len(silent) > len(here) / 2:
            text = (
                f"本周新来还在的 {len(here)} 人里，{len(silent)} 人还没开口。"
                "挑十位点名问一句「怎么知道我们的」，比再发一条公告管用。"
            )
            yield Point("silent", 4.5, text)

    def _speakers(self, turn: Turn, people: Sequence[str]) -> set[str]:
        """Name who of some people ever said anything."""
        found: set[str] = set()
        for some in chunks(people):
            spoke = select(PersonDay.contact).where(
                PersonDay.account == turn.account, col(PersonDay.contact).in_(some)
            )
            found.update(turn.session.exec(spoke.distinct()))
        return found

    def _present(self, turn: Turn) -> set[str]:
        """Name everybody who is in a room of ours now."""
        here = select(Member.contact).where(
            Member.account == turn.account, col(Member.left_at).is_(None)
        )
        return set(turn.session.exec(here.distinct()))

    def _stuck(self, turn: Turn) -> Iterator[Point]:
        limit = turn.now - self.config.training.stuck_after
        people = People(turn.session, turn.account, turn.now)
        stages = (Path.LEARNING, Path.QUALIFIED)
        learning = people.standing_in(PATH, stages, before=limit, after=None)
        if learning:
            names = self._names(turn, learning)
            days = self.config.training.stuck_after.days
            text = f"{len(learning)} 位学员停了 {days} 天以上：{names}。请老师一对一问问卡在哪里。"
            yield Point("stuck", 5.5, text)

    def _regulars_lost(self, turn: Turn) -> Iterator[Point]:
        people = People(turn.session, turn.account, turn.now)
        left_off = people.standing_in(LIFE, (Life.LEAVING,), before=None, after=turn.now - WEEK)
        here = self._present(turn) if len(left_off) >= MANY_LOST else set()
        lost = [contact for contact in left_off if contact in here]
        if len(lost) >= MANY_LOST:
            text = (
                f"{len(lost)} 位以前常说话的人一个月没出声了：{self._names(turn, lost)}。"
                "可以私下问候一声，不带广告。"
            )
            yield Point("lost", 4.2, text)

    def _quiet(self, turn: Turn) -> Iterator[Point]:
        """Say how many have not said anything for a month, where that is most of them."""
        since = (turn.now - MONTH).date().isoformat()
        spoke = select(PersonDay.contact).where(
            PersonDay.account == turn.account, PersonDay.day >= since
        )
        counted = select(PersonDay.day).where(
            PersonDay.account == turn.account, PersonDay.day < since
        )
        here = self._present(turn)
        speaking: set[str] = set(turn.session.exec(spoke.distinct()))
        quiet = here - speaking
        known = turn.session.exec(counted.limit(1)).first() is not None
        if known and len(quiet) >= FEW and len(quiet) > len(here) * MOSTLY_QUIET:
            text = (
                f"{len(here)} 人里 {len(quiet)} 人一个月没说过话（{len(quiet) / len(here):.0%}）。"
                "不用都叫醒：发一个只要回个数字的小问题，看谁冒泡，再单独聊。"
            )
            yield Point("quiet", 3.4, text)

    def _unplanned(self, turn: Turn) -> Iterator[Point]:
        """Notice that nothing is planned but daily content, or that newcomers see nothing good."""
        events = [n.id for n in self.config.notices if n.scenario != "content"]
        ahead = select(Occasion.id).where(
            Occasion.account == turn.account,
            col(Occasion.notice).in_(events),
            Occasion.due_at > turn.now,
            Occasion.due_at < turn.now + 2 * WEEK,
        )
        if turn.session.exec(ahead.limit(1)).first() is None:
            text = "接下来两周没有安排活动。一次晒图、一次接龙，都能给大家一个开口的理由。"
            yield Point("unplanned", 3.2, text)
        gem = select(Gem.id).where(
            Gem.account == turn.account, Gem.at > turn.now - self.config.joining.best_of
        )
        if turn.session.exec(gem.limit(1)).first() is None:
            text = "近四周没有收过精华，新人进群看不到好内容。引用两三条好的发「精华」就行。"
            yield Point("no-gems", 3, text)

    def _unrecognised(self, turn: Turn) -> Iterator[Point]:
        waiting = len(Bindings(turn.session, turn.account, turn.now).open())
        if waiting:
            text = f"微信换了编号，还有 {waiting} 个人或群等您认：发「认人」「认群」看清单。"
            yield Point("unrecognised", 7, text)

    def _names(self, turn: Turn, contacts: Sequence[str]) -> str:
        names = [turn.directory.name(contact) or contact for contact in contacts[:NAMED]]
        return "、".join(names) + (" 等" if len(contacts) > NAMED else "")
