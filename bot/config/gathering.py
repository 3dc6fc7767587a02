"""What must hold for the tables about life in the groups: ids, audiences, lessons, letters."""

from collections.abc import Iterator
from datetime import timedelta

from bot.config.checks import Names, check_audience, check_text, repeated
from bot.config.findings import Finding, suggest
from bot.config.models import Config
from bot.config.people import GroupKind
from bot.config.placeholders import MATERIAL
from bot.config.planning import COMMANDS
from bot.config.positions import Path
from bot.config.rulebook import Label

LOOKED_BACK = timedelta(minutes=10)  # as far as the inbox remembers what a sender said
STAGES = ("customer", "repeat", "advocate", "leaving", "first-sale", "active")


def check_community(config: Config, names: Names) -> Iterator[Finding]:
    """Report everything that is wrong with life in the groups as it is planned."""
    yield from _check_ids(config)
    yield from check_audience(("order", "kinds"), config.order.kinds, names)
    yield from _check_windows(config)
    yield from _check_about(config, names)
    yield from _check_giveaways(config, names)
    yield from _check_materials(config, names)
    yield from _check_channels(config)
    yield from _check_courses(config)
    yield from _check_quizzes(config)
    yield from _check_traits(config)


def _check_ids(config: Config) -> Iterator[Finding]:
    for key, what in (
        ("courses", "课程 id"),
        ("quizzes", "测验 id"),
        ("materials", "资料 id"),
        ("giveaways", "赠品活动 id"),
        ("channels", "渠道 id"),
    ):
        tables = enumerate(getattr(config, key))
        yield from repeated((((key, n, "id"), each.id) for n, each in tables), what)


def _check_windows(config: Config) -> Iterator[Finding]:
    for key in ("flood_window", "copies_window"):
        if getattr(config.order, key) > LOOKED_BACK:
            yield Finding(("order", key), "最长 10m，再往前的话不看了")


def _check_about(config: Config, names: Names) -> Iterator[Finding]:
    known = {GroupKind.FAN.value, GroupKind.TRAINING.value, *names.groups, *names.tags}
    for name, text in config.joining.about.items():
        path: Path = ("joining", "about", name)
        if name not in known:
            hint = suggest(name, known) or "；这里写群的类型（fan、training）、id 或标签"
            yield Finding(path, f"没有「{name}」这个群{hint}", at_key=True)
        yield from check_text(path, text, frozenset({"group"}))


def _check_giveaways(config: Config, names: Names) -> Iterator[Finding]:
    notices = {notice.id for notice in config.notices}
    for number, gift in enumerate(config.giveaways):
        path: Path = ("giveaways", number)
        yield from check_audience((*path, "groups"), gift.groups, names)
        if gift.end <= gift.start:
            yield Finding((*path, "end"), "结束时间 end 要晚于 start")
        if gift.notice and gift.notice not in notices:
            hint = suggest(gift.notice, notices) or ""
            yield Finding((*path, "notice"), f"没有 id 是「{gift.notice}」的公告{hint}")


def _check_materials(config: Config, names: Names) -> Iterator[Finding]:
    taken = {n.signup.keyword: n.id for n in config.notices if n.signup is not None}
    for number, each in enumerate(config.materials):
        path: Path = ("materials", number)
        yield from check_audience((*path, "groups"), each.groups, names)
        yield from check_text((*path, "text"), each.text, MATERIAL)
        if not (each.text.strip() or each.file):
            unless = tuple((*path, key) for key in ("text", "file"))
            yield Finding(path, "资料没有内容：text、file 至少写一个", at_key=True, unless=unless)
        for place, keyword in enumerate(each.keyword):
            at = (*path, "keyword", place)
            if keyword in COMMANDS:
                yield Finding(at, f"「{keyword}」是机器人的指令，不能当关键词，请换一个")
            elif keyword in taken:
                yield Finding(at, f"「{keyword}」已经是公告「{taken[keyword]}」的报名词，请换一个")


def _check_channels(config: Config) -> Iterator[Finding]:
    taken: dict[str, str] = {}
    for number, channel in enumerate(config.channels):
        for place, word in enumerate(channel.words):
            at: Path = ("channels", number, "words", place)
            other = taken.setdefault(word.casefold(), channel.id)
            if other != channel.id:
                yield Finding(at, f"「{word}」已经是渠道「{other}」的口令，分不清来源，请换一个")
            elif word in COMMANDS:
                yield Finding(at, f"「{word}」是机器人的指令，不能当口令，请换一个")


def _check_courses(config: Config) -> Iterator[Finding]:
    notices = {notice.id for notice in config.notices}
    for number, course in enumerate(config.courses):
        path: Path = ("courses", number)
        for place, lesson in enumerate(course.lessons):
            if lesson not in notices:
                hint = suggest(lesson, notices) or "；这里写 [[notices]] 里的 id"
                yield Finding((*path, "lessons", place), f"没有「{lesson}」这个公告{hint}")
        if course.homework is not None and course.homework > len(course.lessons):
            text = f"这门课只有 {len(course.lessons)} 课，homework 不能是 {course.homework}"
            yield Finding((*path, "homework"), text)


def _check_quizzes(config: Config) -> Iterator[Finding]:
    for number, quiz in enumerate(config.quizzes):
        if len(quiz.answer) != 1 or quiz.answer.upper() not in quiz.letters:
            text = f"答案「{quiz.answer}」要写成选项的字母：{'、'.join(quiz.letters)}"
            yield Finding(("quizzes", number, "answer"), text)


def _check_traits(config: Config) -> Iterator[Finding]:
    for number, trait in enumerate(config.traits):
        if trait.makes and trait.makes not in STAGES:
            text = f"没有「{trait.makes}」这个阶段；可以写 {'、'.join(STAGES)}，或不写"
            yield Finding(("traits", number, "makes"), text)
        if trait.name in {label.value for label in Label}:
            yield Finding(("traits", number, "name"), f"「{trait.name}」是规则的标签，请换个名字")
