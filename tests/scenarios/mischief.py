"""Anything that anybody may type or that may happen, for properties that must hold all the same."""

from dataclasses import dataclass

from hypothesis import strategies as st

from bot.message import Kind, Message
from bot.transports.memory import NotPossible
from tests.conftest import FANS, FANS_2, STAFF_ROOM, TRAINEES, Town

AGENTS = ("mei", "hong")
PEOPLE = ("zhang", "li", "wang", *AGENTS, "lin", "boss")
MEMBERS = ("zhang", "li", "wang")  # wang sits in the support room all the same
PLACES = (FANS, FANS_2, TRAINEES, STAFF_ROOM, None)
NUMBERS = st.integers(1, 3)
COMPLAINTS = (
    "枕头塌了 {mark}",
    "客服小美骂人，枕头还坏了 {mark}",
    "过敏了 {mark}",
    "退款 {mark}",
)
TALK = (*COMPLAINTS, "{mark}", "进度", "人工", "5", "很满意 {mark}", "可以", "小美真差 {mark}")
COMMANDS = (
    "#{one} 接单",
    "#{one} 回复 {mark}",
    "＃{one} 回复{mark}",
    "#{one} 回复 @换新 {mark}",
    "#{one} 回复 @没有 {mark}",
    "#{one} 回复",
    "回复 #{one} {mark}",
    "#{one} 备注 {mark}",
    "#{one} 转 hong",
    "#{one} 转 小美",
    "#{one} 等待",
    "#{one} 解决",
    "#{one} 解决 {mark}",
    "#{one} 重开",
    "#{one} 误报",
    "#{one} 稍后 2h",
    "#{one} 合并 #{two}",
    "#{one} 接单 #{two} 回复 {mark}",
    "#{one}",
    "工单",
    "事件",
    "事件 1",
    "事件 1 草稿 我们在处理",
    "事件 1 发布",
    "事件 1 结束",
)
REPLIES = ("回复", "解决")


@dataclass(frozen=True)
class Step:
    """Somebody does something, or something happens to everybody."""

    do: str = "say"
    who: str = ""
    where: str | None = None
    words: str = ""
    one: int = 1
    two: int = 2

    @property
    def is_command(self) -> bool:
        return self.do == "say" and self.words in COMMANDS


def steps() -> st.SearchStrategy[list[Step]]:
    people, places = st.sampled_from(PEOPLE), st.sampled_from(PLACES)
    words = st.sampled_from(TALK + COMMANDS)
    says = st.builds(Step, st.just("say"), people, places, words, NUMBERS, NUMBERS)
    sends = st.builds(Step, st.just("file"), people, places)
    weather = st.sampled_from(("crash", "lose", "refuse", "again", "recall", "later"))
    happens = st.builds(Step, weather)
    meets = st.builds(Step, st.sampled_from(("befriend", "estrange")), st.sampled_from(MEMBERS))
    complains = st.builds(
        Step,
        st.just("say"),
        st.sampled_from(MEMBERS),
        st.sampled_from((FANS, FANS_2)),
        st.sampled_from(COMPLAINTS),
    )
    works = st.builds(
        Step,
        st.just("say"),
        st.sampled_from((*AGENTS, "lin", "boss")),
        st.sampled_from((STAFF_ROOM, None)),
        st.sampled_from(COMMANDS),
        NUMBERS,
        NUMBERS,
    )
    answers = st.builds(
        Step, st.just("say"), st.sampled_from(MEMBERS), st.none(), st.sampled_from(TALK)
    )
    anything = st.one_of(says, works, works, answers, sends, happens, meets)
    return st.tuples(
        st.lists(complains, min_size=1, max_size=3), st.lists(anything, min_size=3, max_size=14)
    ).map(lambda pair: pair[0] + pair[1])


async def happen(town: Town, step: Step, mark: str, last: Message | None) -> Message | None:
    """Let a step happen; return what was said, if anything could be."""
    match step.do:
        case "say":
            words = step.words.format(mark=mark, one=step.one, two=step.two)
            return await speak(town, step.who, words, step.where)
        case "file":
            return await speak(town, step.who, f"{mark}.jpg", step.where, Kind.IMAGE)
        case "recall" if last is not None:
            return await speak(town, last.sender.id, "", last.room, Kind.RECALLED, last.id)
        case "again" if last is not None:
            await town.app.take([last])
            await town.settle()
        case _:
            await befall(town, step)
    return last


async def befall(town: Town, step: Step) -> None:
    """Let happen what nobody in a group does."""
    match step.do:
        case "crash":
            await town.crash()
        case "lose":
            town.wechat.lose_acks(1)
        case "refuse":
            town.wechat.fail_sends(1)
        case "later":
            await town.settle(3 * 3600)
        case "befriend":
            town.wechat.confirms(step.who)
            await town.settle()
        case "estrange":
            town.wechat.world.estrange(step.who)


async def speak(
    town: Town,
    who: str,
    text: str,
    where: str | None,
    kind: Kind = Kind.TEXT,
    quote: str | None = None,
) -> Message | None:
    try:
        return await town.say(who, text, where, kind=kind, quote=quote)
    except NotPossible:
        return None
