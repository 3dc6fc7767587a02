"""What went well in a week."""

from collections.abc import Iterator

from handlers.community.weeks import FEW, Facts, Point

GROWTH = 0.1  # a change of a tenth is worth a word
HEALTHY = 60
KEPT_WELL = 0.8


def merits(facts: Facts) -> Iterator[Point]:
    """Yield what is worth praising, with its numbers."""
    this, last = facts.this, facts.last
    if last.speakers >= FEW and this.speakers > last.speakers * (1 + GROWTH):
        grown = this.speakers / last.speakers - 1
        text = f"开口的人从 {last.speakers} 人增加到 {this.speakers} 人（+{grown:.0%}）。"
        yield Point(6 + grown, text)
    talk = this.replies / this.messages if this.messages else 0.0
    if talk >= 1 / 3:
        text = f"群友互相接话 {this.replies} 次，占消息的 {talk:.0%}，群不是只跟机器人说话。"
        yield Point(3 + talk, text)
    if facts.kept is not None and facts.came >= FEW and facts.kept >= KEPT_WELL:
        text = f"上上周新来的 {facts.came} 人，满一周时还在 {facts.kept:.0%}。"
        yield Point(5 + facts.kept, text)
    if last.leaves >= FEW and this.leaves < last.leaves * (1 - GROWTH):
        text = f"离开的人从 {last.leaves} 人降到 {this.leaves} 人。"
        yield Point(4, text)
    yield from _best_group(facts)
    yield from _warm_words(facts)


def _best_group(facts: Facts) -> Iterator[Point]:
    best = max(facts.healths, key=lambda each: each[1].score, default=None)
    if best is not None and best[1].score >= HEALTHY:
        part = max(best[1].parts, key=lambda each: each.points / each.most)
        text = f"「{best[0]}」最健康（{best[1].score} 分），强在{part.name}：{part.why}。"
        yield Point(4.5, text)


def _warm_words(facts: Facts) -> Iterator[Point]:
    this = facts.this
    if this.praise:
        text = f"收到 {this.praise} 次夸奖，可以挑两条引用后发「精华」，让新人看到。"
        yield Point(2 + min(this.praise, 50) / 25, text)
    if facts.solved and not facts.unsolved:
        yield Point(4, f"{facts.solved} 件投诉都处理完了，没有留到下一周的。")
    if this.answered >= FEW:
        text = f"机器人答了 {this.answered} 个常见问题，省下了大家的时间。"
        yield Point(2, text)
