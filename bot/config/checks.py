"""What must hold between the tables of config.toml: names that exist, ids that are their own."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from bot.config.connection import Provider
from bot.config.findings import Finding, suggest, tables, words
from bot.config.models import Config
from bot.config.people import GroupKind
from bot.config.placeholders import FAQ, SNIPPET, TemplateError, placeholders
from bot.config.positions import Path

_KINDS: Final = (GroupKind.FAN.value, GroupKind.TRAINING.value)
_RULE_PLACES: Final = (*_KINDS, "private", "ours")
_LOOPBACK: Final = ("127.", "localhost:", "[::1]:")


@dataclass(frozen=True, slots=True)
class Names:
    """Every name the file gives, also in tables that are faulty otherwise."""

    groups: frozenset[str]
    tags: frozenset[str]

    @classmethod
    def gather(cls, data: Mapping[str, Any]) -> "Names":
        """Collect the names from the data as it was read."""
        groups = tables(data, "groups")
        return cls(
            groups=frozenset(name for group in groups for name in words(group.get("id"))),
            tags=frozenset(name for group in groups for name in words(group.get("tags"))),
        )


def repeated(items: Iterable[tuple[Path, str | None]], what: str) -> Iterator[Finding]:
    """Report each name that an earlier table has already."""
    seen: dict[str, Path] = {}
    for path, name in items:
        if name is not None and name in seen:
            yield Finding(path, f"{what}「{name}」重复了，前面已经用过，请换一个")
        elif name is not None:
            seen[name] = path


def check_audience(path: Path, audience: tuple[str, ...], names: Names) -> Iterator[Finding]:
    """Report what is neither a kind of group nor a group's id nor a tag."""
    known = {*_KINDS, *names.groups, *names.tags}
    for number, name in enumerate(audience):
        if name not in known:
            hint = suggest(name, known) or "；这里写群的类型（fan、training）、id 或标签"
            yield Finding((*path, number), f"没有「{name}」这个群{hint}")


def check_text(path: Path, text: str, allowed: frozenset[str]) -> Iterator[Finding]:
    """Report a brace out of place, and placeholders that this place does not know."""
    try:
        unknown = placeholders(text) - allowed
    except TemplateError as error:
        yield Finding(path, str(error))
        return
    for name in sorted(unknown):
        listed = "、".join(f"{{{each}}}" for each in sorted(allowed)) or "（这里没有占位符）"
        hint = suggest(name, allowed) or f"；可以用 {listed}"
        yield Finding(path, f"这里没有「{{{name}}}」这个占位符{hint}")


def check_wechat(config: Config) -> Iterator[Finding]:
    """Report connections that are open to others, or that nobody manages."""
    wechat = config.wechat
    if not wechat.managers:
        yield Finding(
            ("wechat", "managers"), "没有写管理员，谁的邀请和指令都不会被接受", fatal=False
        )
    if wechat.ca is not None and not wechat.tls:
        yield Finding(("wechat", "ca"), "写了证书却没有打开 tls，证书不会用到", fatal=False)
    far = not wechat.endpoint.startswith(_LOOPBACK)
    if wechat.provider is Provider.GATEWAY and far and not wechat.tls:
        text = "网关在别的机器上却没有打开 tls，聊天内容和口令会以明文传输"
        yield Finding(("wechat", "endpoint"), text, fatal=False)


def check_groups(config: Config) -> Iterator[Finding]:
    """Report groups that nothing identifies, that repeat, or that are the support room."""
    groups = config.groups
    yield from repeated(((("groups", n, "id"), g.id) for n, g in enumerate(groups)), "群 id")
    yield from repeated(((("groups", n, "topic"), g.topic) for n, g in enumerate(groups)), "群名")
    for number, group in enumerate(groups):
        if group.id is None and group.topic is None:
            path: Path = ("groups", number)
            text = '少了 id 或 topic：写 id = "群的 id"，或 topic = "群名*"'
            yield Finding(path, text, unless=((*path, "id"), (*path, "topic")))
        if group.id == config.support.room != "" and group.kind is not GroupKind.IGNORE:
            text = "值班群不能同时是粉丝群或培训群，请从 [[groups]] 里去掉"
            yield Finding(("groups", number, "id"), text)


def check_support(config: Config) -> Iterator[Finding]:
    """Report a support desk that cannot work: no room, staff that repeat, clocks out of order."""
    support = config.support
    if not support.room.strip():
        at = ("support",)
        written = "support" in config.model_fields_set
        text = '少了值班群：请写 [support] 和 room = "值班群的 id"，投诉才有人处理'
        yield Finding(at, text, fatal=written, at_key=True, unless=(("support", "room"),))
    for key, what in (("id", "客服 id"), ("name", "客服名字")):
        people = enumerate(support.staff)
        yield from repeated(
            ((("support", "staff", n, key), getattr(person, key)) for n, person in people), what
        )
    for earlier, later in pairwise(("first_reply", "breach", "escalate", "to_manager")):
        if getattr(support, earlier) > getattr(support, later):
            text = f"{later} 比 {earlier} 还短，通常应当更长"
            unless = (("support", earlier),)
            yield Finding(("support", later), text, fatal=False, unless=unless)


def check_desk(config: Config) -> Iterator[Finding]:
    """Report snippets and distributors that repeat, or whose texts cannot be filled in."""
    support = config.support
    snippets = [(("support", "snippets", n), each) for n, each in enumerate(support.snippets)]
    yield from repeated(((((*path, "key")), each.key) for path, each in snippets), "快捷回复")
    for path, snippet in snippets:
        yield from check_text((*path, "text"), snippet.text, SNIPPET)
    known = {staff.id for staff in support.staff}
    for number, person in enumerate(support.distributors):
        if person.id in known:
            at = ("support", "distributors", number, "id")
            yield Finding(at, f"「{person.id}」已经写在别处，一个人只写一次")
        known.add(person.id)


def check_topics(config: Config) -> Iterator[Finding]:
    """Tell of staff topics that no rule gives."""
    known = {rule.topic for rule in config.rules} | {each.topic for each in config.lexicons}
    known.discard("")
    for number, person in enumerate(config.support.staff):
        for place, topic in enumerate(person.topics):
            if topic not in known:
                hint = suggest(topic, known) or f"；现有：{'、'.join(sorted(known)) or '无'}"
                text = f"没有规则给出「{topic}」这个主题{hint}"
                yield Finding(("support", "staff", number, "topics", place), text, fatal=False)


def check_rules(config: Config) -> Iterator[Finding]:
    """Report rules and lexicons without an id, or whose groups do not exist."""
    listed: list[tuple[str, int, str, tuple[str, ...]]] = [
        *(("rules", n, rule.id, rule.groups) for n, rule in enumerate(config.rules)),
        *(("lexicons", n, each.id, each.groups) for n, each in enumerate(config.lexicons)),
    ]
    for key, number, name, groups in listed:
        if not name.strip():
            yield Finding((key, number, "id"), "id 不能是空的")
        known = {
            *_RULE_PLACES,
            *(each for group in config.groups for each in (group.id, *group.tags)),
        }
        for place, kind in enumerate(groups):
            if kind not in known:
                hint = suggest(kind, _RULE_PLACES) or (
                    "；可以写 fan、training、private（私聊）、ours（配置过的群），或群的 id、标签"
                )
                yield Finding((key, number, "groups", place), f"没有「{kind}」这类群{hint}")


def check_bases(config: Config) -> Iterator[Finding]:
    """Report lists that are the base of nothing, or of what has one already."""
    bases = [(n, each) for n, each in enumerate(config.lexicons) if each.base]
    named = [(("lexicons", n, "rivals"), each.rivals or None) for n, each in bases]
    yield from repeated(named, "做底子的词表（base = true）只能有一个，rivals")
    for number, each in bases:
        if not each.rivals:
            text = "base = true 的词表要写 rivals：和哪些词表是一组"
            yield Finding(("lexicons", number, "base"), text)


def check_corrections(config: Config) -> Iterator[Finding]:
    """Report corrections of lists that are not there."""
    known = [each.id for each in config.lexicons]
    for number, correction in enumerate(config.corrections):
        if correction.list not in known:
            hint = suggest(correction.list, known) or f"；现有：{'、'.join(known) or '无'}"
            yield Finding(
                ("corrections", number, "list"), f"没有「{correction.list}」这个词表{hint}"
            )


def check_faq(config: Config, names: Names) -> Iterator[Finding]:
    """Report answers whose id repeats, whose groups do not exist, or whose text is wrong."""
    yield from repeated(((("faq", n, "id"), f.id) for n, f in enumerate(config.faq)), "问答 id")
    for number, entry in enumerate(config.faq):
        yield from check_audience(("faq", number, "groups"), entry.groups, names)
        yield from check_text(("faq", number, "answer"), entry.answer, FAQ)


def check_wording(config: Config, known: Mapping[str, frozenset[str]] | None) -> Iterator[Finding]:
    """Report sentences that the bot does not say; without ``known`` only their braces."""
    for key, text in config.wording.items():
        path = ("wording", key)
        if known is not None and key not in known:
            hint = suggest(key, known) or f"；可以改的有：{'、'.join(sorted(known))}"
            yield Finding(path, f"机器人没有「{key}」这句话{hint}", at_key=True)
        elif not text.strip():
            yield Finding(path, "这句话不能是空的；不想改就删掉这一行")
        elif known is not None:
            yield from check_text(path, text, known[key])
        else:
            yield from _check_braces(path, text)


def _check_braces(path: Path, text: str) -> Iterator[Finding]:
    try:
        placeholders(text)
    except TemplateError as error:
        yield Finding(path, str(error))


CHECKS: Final[tuple[Callable[[Config], Iterator[Finding]], ...]] = (
    check_wechat,
    check_groups,
    check_support,
    check_desk,
    check_topics,
    check_rules,
    check_bases,
    check_corrections,
)
