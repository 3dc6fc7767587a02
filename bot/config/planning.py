"""What must hold for notices: one clear "when", a text that can be filled, a keyword of its own."""

from collections.abc import Iterator
from typing import Final

from bot.config.checks import Names, check_audience, check_text, repeated
from bot.config.findings import Finding, suggest
from bot.config.models import Config
from bot.config.notices import NoticeSettings
from bot.config.placeholders import NOTICE, NOTICE_WITH_SIGNUP
from bot.config.positions import Path
from bot.config.recurrence import check_rule
from bot.config.values import write_duration

WHENS: Final = ("at", "rrule", "lunar", "solar_term", "after_join", "after")
COMMANDS: Final = frozenset(
    {"工单", "公告", "闭嘴", "说话", "进度", "人工", "取消", "签到", "接龙", "#接龙"}
)
EVERYDAY: Final = frozenset(
    {"好", "好的", "是", "对", "有", "要", "嗯", "哦", "在", "收到", "可以", "谢谢", "没有", "不用"}
    | {"1", "2", "3", "4", "5", "6", "666", "你好", "早", "早上好", "晚安", "哈哈", "加油", "赞"}
)


def check_notices(config: Config, names: Names) -> Iterator[Finding]:
    """Report everything that is wrong with the notices, one by one and among each other."""
    notices = config.notices
    yield from repeated(
        ((("notices", n, "id"), each.id) for n, each in enumerate(notices)), "公告 id"
    )
    for number, notice in enumerate(notices):
        path: Path = ("notices", number)
        yield from check_audience((*path, "groups"), notice.groups, names)
        yield from check_audience((*path, "except"), notice.except_, names)
        yield from _check_when(path, notice)
        yield from _check_rule(path, notice, config)
        yield from _check_content(path, notice)
        yield from _check_keyword(path, notice)
        yield from _check_after(path, notice, config)
    yield from _check_shared_keywords(config)


def _check_when(path: Path, notice: NoticeSettings) -> Iterator[Finding]:
    given = [when for when in WHENS if getattr(notice, when) is not None]
    if not given:
        text = "少了时间：at、rrule（加 start）、lunar、solar_term、after_join、after 要写一个"
        unless = tuple((*path, when) for when in WHENS)
        yield Finding(path, text, at_key=True, unless=unless)
    for extra in given[1:]:
        text = f"时间只能写一种：已经有 {given[0]}，请去掉 {extra}"
        yield Finding((*path, extra), text, at_key=True)
    if given[:1] == ["at"]:
        for key in ("until", "skip", "move"):
            if getattr(notice, key):
                text = f"{key} 只用于重复的公告（rrule、lunar、solar_term）"
                yield Finding((*path, key), text, at_key=True)
    if notice.only is not None and given[:1] in (["at"], ["after_join"]):
        text = "only 只用于重复的公告（rrule、lunar、solar_term、after）"
        yield Finding((*path, "only"), text, at_key=True)
    if given[:1] == ["after_join"] and notice.move:
        text = "入群课程（after_join）的日子因人而异，不能写 move；可以用 skip 和 until"
        yield Finding((*path, "move"), text, at_key=True)


def _check_rule(path: Path, notice: NoticeSettings, config: Config) -> Iterator[Finding]:
    if notice.rrule is None:
        if notice.start is not None:
            text = "start 只和 rrule 一起用"
            yield Finding((*path, "start"), text, at_key=True, unless=((*path, "rrule"),))
        return
    if notice.start is None:
        text = '有 rrule 就要写 start，例如 start = "2026-11-01T00:00:00+08:00"'
        yield Finding((*path, "rrule"), text, at_key=True, unless=((*path, "start"),))
        return
    if notice.until is not None and notice.until <= notice.start:
        yield Finding((*path, "until"), "结束时间 until 要晚于 start")
        return
    try:
        check_rule(
            notice.rrule, notice.start.astimezone(config.zone), ends=notice.until is not None
        )
    except ValueError as error:
        yield Finding((*path, "rrule"), str(error))


def _check_content(path: Path, notice: NoticeSettings) -> Iterator[Finding]:
    if not notice.all_parts():
        text = "公告没有内容：text、image、voice 至少写一个"
        unless = tuple((*path, key) for key in ("text", "image", "voice", "file", "link", "parts"))
        yield Finding(path, text, at_key=True, unless=unless)
    if notice.image and notice.voice:
        yield Finding((*path, "voice"), "image 和 voice 只能写一个", at_key=True)
    allowed = NOTICE_WITH_SIGNUP if notice.signup else NOTICE
    for place, text in _texts(path, notice):
        yield from check_text(place, text, allowed)
    yield from repeated(
        (((*path, "remind", n), write_duration(length)) for n, length in enumerate(notice.remind)),
        "提醒",
    )


def _texts(path: Path, notice: NoticeSettings) -> Iterator[tuple[Path, str]]:
    """Yield every text of a notice with its place."""
    yield (*path, "text"), notice.text
    yield (*path, "reminder"), notice.reminder
    for number, part in enumerate(notice.parts):
        yield (*path, "parts", number, "text"), part.text
    for kind, variant in notice.variants.items():
        yield (*path, "variants", kind, "text"), variant.text
        for number, part in enumerate(variant.parts):
            yield (*path, "variants", kind, "parts", number, "text"), part.text
    if notice.signup is not None:
        yield (*path, "signup", "thanks"), notice.signup.thanks


def _check_after(path: Path, notice: NoticeSettings, config: Config) -> Iterator[Finding]:
    """Report a notice that hangs on one that does not exist, or in the end on itself."""
    if notice.after is None:
        return
    others = {each.id: each for each in config.notices}
    chain, other = {notice.id}, notice.after.notice
    if other not in others:
        hint = suggest(other, others) or "；这里写另一个公告的 id"
        yield Finding((*path, "after"), f"没有「{other}」这个公告{hint}")
        return
    while other in others and other not in chain:
        chain.add(other)
        follows = others[other].after
        other = follows.notice if follows else ""
    if other:
        yield Finding((*path, "after"), f"绕了一圈又回到「{other}」，时间定不下来")
    elif any(others[each].after_join for each in chain):
        yield Finding((*path, "after"), "不能跟在 after_join 的公告后面；请也写 after_join")


def _check_keyword(path: Path, notice: NoticeSettings) -> Iterator[Finding]:
    if notice.signup is None:
        return
    at, keyword = (*path, "signup", "keyword"), notice.signup.keyword
    deadline = notice.signup.deadline
    if (
        deadline is not None
        and notice.at is not None
        and deadline <= notice.at
        and not notice.remind
    ):
        text = "报名截止不晚于公告发出的时间，大家看到公告时已经报不上了"
        yield Finding((*path, "signup", "deadline"), text, fatal=False)
    if notice.after_join is not None:
        yield Finding((*path, "signup"), "入群课程（after_join）不能带报名", at_key=True)
    if keyword in COMMANDS or keyword.startswith("取消"):
        yield Finding(at, f"「{keyword}」是机器人的指令，不能当报名词，请换一个")
    elif keyword.lower() in EVERYDAY or len(keyword) == 1:
        text = f"「{keyword}」是大家平常会说的话，容易误报名，建议换一个"
        yield Finding(at, text, fatal=False)


def _check_shared_keywords(config: Config) -> Iterator[Finding]:
    """Tell of two notices that take the same keyword in one group."""
    seen: dict[tuple[str, int], str] = {}
    for number, notice in enumerate(config.notices):
        if notice.signup is None:
            continue
        reached = [
            (notice.signup.keyword, n) for n, g in enumerate(config.groups) if notice.reaches(g)
        ]
        if other := next((seen[each] for each in reached if each in seen), None):
            text = (
                f"公告「{other}」在同一个群里也用「{notice.signup.keyword}」报名，会分不清是哪一个"
            )
            yield Finding(("notices", number, "signup", "keyword"), text, fatal=False)
        seen |= {each: notice.id for each in reached if each not in seen}
