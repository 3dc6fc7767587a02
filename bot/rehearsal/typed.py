"""What somebody types to speak as a person of the simulated WeChat: ``张三@粉丝群: …``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.transports.memory import NotPossible, World

_FORM = re.compile(r"\s*([^:：@＠]+?)\s*(?:[@＠]\s*([^:：]+?)\s*)?[:：]\s*(.*?)\s*", re.DOTALL)
HOW = "请这样写：张三@粉丝群: 要说的话；私聊机器人就写：张三: 要说的话"


@dataclass(frozen=True, slots=True)
class Typed:
    """Who says what, in which room or (None) privately to the bot."""

    sender: str
    text: str
    room: str | None


def read_typed(line: str, world: World) -> Typed:
    """Understand a typed line; raises NotPossible with a hint where it cannot be understood.

    Names of people and groups may be shortened as long as they still mean one: whole, from the
    start, from the middle, or with characters left out (粉丝群 for 枕头粉丝一群).
    """
    form = _FORM.fullmatch(line)
    if form is None or not form[3]:
        raise NotPossible(HOW)
    sender = _one("人", form[1], {person.id: person.name for person in world.people()})
    if form[2] is None:
        return Typed(sender, form[3], None)
    topics = {room.id: room.topic for room in world.rooms.values()}
    own = {room: topics[room] for room in topics if sender in world.rooms[room].members}
    room = _one("群", form[2], own if _meant(form[2], own) else topics)
    return Typed(sender, form[3], room)


def _one(what: str, wanted: str, names: Mapping[str, str]) -> str:
    meant = _meant(wanted, names)
    if len(meant) == 1:
        return meant[0]
    choices = "、".join(names[one] for one in meant or names)
    if meant:
        raise NotPossible(f"「{wanted}」不知道指哪个{what}：{choices}")
    raise NotPossible(f"没有「{wanted}」这个{what}，有：{choices}")


def _meant(wanted: str, names: Mapping[str, str]) -> list[str]:
    """List who can be meant, by the strictest way of comparing that finds anybody."""
    for how in (_whole, str.startswith, str.__contains__, _in_order):
        meant = [one for one, name in names.items() if how(name, wanted) or one == wanted]
        if meant:
            return meant
    return []


def _whole(name: str, wanted: str) -> bool:
    return name == wanted


def _in_order(name: str, wanted: str) -> bool:
    """Tell whether all characters stand in the name in this order, with others between them."""
    rest = iter(name)
    return all(character in rest for character in wanted)
