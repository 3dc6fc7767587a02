"""What went well in a week, and thanks to whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import col, func, select

from bot.community.health import Part
from bot.storage.tables import Gem, Invite, PersonDay
from bot.turn import Turn
from handlers.community.weeks import FEW, WEEK, Facts, Point, Weeks

GROWTH = 0.1  # a change of a tenth is worth a word
HEALTHY = 60
KEPT_WELL = 0.8
HELPED = 5  # answers to others in a week that are worth thanks
NAMED = 3


@dataclass(frozen=True, slots=True)
class Merits:
    """Finds what is worth praising under one configuration."""

    weeks: Weeks

    def all(self, turn: Turn, facts: Facts) -> Iterator[Point]:
        """Yield what is worth praising, with its numbers."""
        yield from _talk(facts)
        yield from _staying(facts)
        yield from _best_group(facts)
        yield from _warm_words(facts)
        yield from self._helpers(turn, facts)
        yield from self._bringers(turn)
        yield from self._gems(turn)

    def _helpers(self, turn: Turn, facts: Facts) -> Iterator[Point]:
        """Name who answered others most: a word of thanks makes more of them."""
        replies = func.sum(PersonDay.replies)
        wanted = (
            select(PersonDay.contact, replies)
            .where(
                PersonDay.account == turn.account,
                PersonDay.day >= (facts.end - WEEK).isoformat(),
                PersonDay.day < facts.end.isoformat(),
            )
            .group_by(PersonDay.contact)
            .having(replies >= HELPED)
            .order_by(replies.desc(), col(PersonDay.contact))
            .limit(NAMED)
        )
        found = [(who, int(count)) for who, count in turn.session.exec(wanted)]
        if found:
            names = "、".join(f"{_name(turn, who)}（{count} 次）" for who, count in found)
            yield Point("helpers", 4.4, f"最爱接话的是 {names}，可以私下谢一声，请他们多带带新人。")

    def _bringers(self, turn: Turn) -> Iterator[Point]:
        """Name who brought people who are still there."""
        brought = func.count()
        wanted = (
            select(Invite.inviter, brought)
            .where(
                Invite.account == turn.account,
                Invite.at >= turn.now - WEEK,
                col(Invite.left_at).is_(None),
            )
            .group_by(Invite.inviter)
            .having(brought >= NAMED)
            .order_by(brought.desc(), col(Invite.inviter))
            .limit(NAMED)
        )
        found = turn.session.exec(wanted).all()
        if found:
            names = "、".join(f"{_name(turn, who)}（{count} 位）" for who, count in found)
            yield Point("bringers", 4.6, f"带人最多的是 {names}，带来的人都还在。")

    def _gems(self, turn: Turn) -> Iterator[Point]:
        wanted = select(func.count()).where(
            Gem.account == turn.account, Gem.at >= turn.now - WEEK, Gem.chosen_by != ""
        )
        count = turn.session.exec(wanted).one()
        if count:
            yield Point("gems", 3.5, f"收了 {count} 条精华，新人进群就能看到。")


def _talk(facts: Facts) -> Iterator[Point]:
    this, last = facts.this, facts.last
    if last.speakers >= FEW and this.speakers > last.speakers * (1 + GROWTH):
        grown = this.speakers / last.speakers - 1
        text = f"开口的人从 {last.speakers} 人增加到 {this.speakers} 人（+{grown:.0%}）。"
        yield Point("speakers", 6 + grown, text)
    talk = this.replies / this.messages if this.messages else 0.0
    if talk >= 1 / 3:
        text = f"群友互相接话 {this.replies} 次，占消息的 {talk:.0%}，群不是只跟机器人说话。"
        yield Point("talk", 3 + talk, text)


def _staying(facts: Facts) -> Iterator[Point]:
    this, last = facts.this, facts.last
    if facts.kept is not None and facts.came >= FEW and facts.kept >= KEPT_WELL:
        text = f"上上周新来的 {facts.came} 人，满一周时还在 {facts.kept:.0%}。"
        yield Point("kept", 5 + facts.kept, text)
    if last.leaves >= FEW and this.leaves < last.leaves * (1 - GROWTH):
        text = f"离开的人从 {last.leaves} 人降到 {this.leaves} 人。"
        yield Point("leaves", 4, text)
    elif this.joins - this.leaves >= FEW:
        text = f"来 {this.joins} 人、走 {this.leaves} 人，净增 {this.joins - this.leaves} 人。"
        yield Point("growth", 3.2, text)


def _best_group(facts: Facts) -> Iterator[Point]:
    best = max(facts.healths, key=lambda each: each[1].score, default=None)
    if best is not None and best[1].score >= HEALTHY:
        part = strongest(best[1].parts, [health.parts for _, health in facts.healths])
        text = f"「{best[0]}」最健康（{best[1].score} 分），强在{part.name}：{part.told}。"
        yield Point("best", 4.5, text)


def strongest(parts: Sequence[Part], everywhere: Sequence[Sequence[Part]]) -> Part:
    """Return the part in which a group is furthest ahead of the others, or else its fullest."""

    def ahead(number: int) -> float:
        shares = [each[number].points / each[number].most for each in everywhere]
        return parts[number].points / parts[number].most - sum(shares) / len(shares)

    best = max(range(len(parts)), key=lambda n: (ahead(n), parts[n].points / parts[n].most))
    return parts[best]


def _warm_words(facts: Facts) -> Iterator[Point]:
    this = facts.this
    if this.praise:
        text = f"收到 {this.praise} 次夸奖，可以挑两条引用后发「精华」，让新人看到。"
        yield Point("praise", 2 + min(this.praise, 50) / 25, text)
    if facts.solved and not facts.unsolved:
        text = f"{facts.solved} 件投诉都处理完了，没有留到下一周的。"
        yield Point("solved", 4, text)
    if this.answered >= FEW:
        text = f"机器人答了 {this.answered} 个常见问题，省下了大家的时间。"
        yield Point("answered", 2, text)


def _name(turn: Turn, contact: str) -> str:
    return turn.directory.name(contact) or contact
