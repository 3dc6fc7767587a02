"""What managers type about notices: what is planned, previews, and what they decide."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.config import Config
from bot.config.notices import NoticeSettings
from bot.message import Kind, Purpose
from bot.turn import Address, Turn
from handlers.notices.decisions import Decisions
from handlers.notices.gatherings import Gatherings
from handlers.notices.outlook import Outlook
from handlers.notices.previews import Previews
from handlers.reading import Reading, Role, Setting
from handlers.wording import Wording

WANTED = re.compile(
    r"公告(?:[\s，,:：]*(预览|批准|压住|取消|恢复|放行|状态|名单))?[\s，,:：]*(.*)", re.DOTALL
)
SWAPPED = re.compile(r"^(预览|批准|压住|取消|恢复|放行)公告")  # said as people say it
QUOTES = "「」『』“”\"'《》【】()（）"
CHANGES = frozenset({"批准", "压住", "取消", "停掉", "恢复", "放行"})
SHORTEST = 2  # characters of a title that tell which one is meant
WHOLE = re.compile(r"(?:(?:全部|所有|整个)\s*(?=\S))|(?:\s*(?:全部|所有|整个))$")


@dataclass(frozen=True, slots=True)
class NoticeCommand:
    """A command as it was typed: its verb ("" to list), and what it is about."""

    verb: str
    about: str


@dataclass(frozen=True, slots=True)
class NoticeCommands:
    """The commands about notices, under one configuration."""

    config: Config
    say: Wording
    decisions: Decisions
    events: Gatherings
    outlook: Outlook
    previews: Previews

    def recognise(self, reading: Reading) -> NoticeCommand | None:
        """Recognise a command of staff or managers, in the support room or privately."""
        at_work = reading.private or reading.setting is Setting.SUPPORT
        if not at_work or reading.role is Role.MEMBER or reading.message.kind is not Kind.TEXT:
            return None
        text = SWAPPED.sub(r"公告 \1 ", reading.message.text.strip(), count=1)
        found = WANTED.fullmatch(text)
        if found is None:
            return None
        verb, about = found[1] or "", found[2].strip()
        if verb == "取消" and self._find(about) is None and self._find(WHOLE.sub("", about, 1)):
            return NoticeCommand("停掉", WHOLE.sub("", about, 1))
        return NoticeCommand(verb, about)

    def take(self, turn: Turn, reading: Reading, command: NoticeCommand) -> None:
        """Do what was asked, or say why not."""
        text = self._obey(turn, reading, command)
        key = f"command:{reading.message.id}"
        turn.say(Address.of(reading.message), text, key=key, purpose=Purpose.COMMAND_REPLY)
        if command.verb == "预览":
            notice = self._find(command.about)
            if notice is not None:
                self.previews.show(turn, reading.message, notice)

    def _obey(self, turn: Turn, reading: Reading, command: NoticeCommand) -> str:
        if command.verb in CHANGES and reading.role is not Role.MANAGER:
            return self.say("notice_managers_only")
        if not command.verb:
            return self.outlook.list(turn) if not command.about else self.say("notice_hint")
        notice = self._find(command.about)
        if notice is None:
            known = "、".join(each.id for each in self.config.notices) or "无"
            if not command.about:
                return self.say("notice_which", verb=command.verb, known=known)
            return self.say("notice_unknown", notice=command.about, known=known)
        verbs: Mapping[str, Callable[[Turn, NoticeSettings, str], str]] = {
            "预览": self.previews.describe,
            "批准": self.decisions.approve,
            "压住": self.decisions.hold,
            "取消": self.decisions.cancel,
            "停掉": self.decisions.end,
            "恢复": self.decisions.restore,
            "放行": self.decisions.release,
            "状态": self.outlook.status,
            "名单": self._people,
        }
        return verbs[command.verb](turn, notice, reading.message.sender.id)

    def _find(self, about: str) -> NoticeSettings | None:
        """Find the notice of this id or title, or the only one whose title has these words."""
        wanted = about.strip().strip(QUOTES).casefold()
        for each in self.config.notices:
            if wanted in (each.id.casefold(), each.title.casefold()):
                return each
        near = [each for each in self.config.notices if wanted in each.title.casefold()]
        return near[0] if len(near) == 1 and len(wanted) >= SHORTEST else None

    def _people(self, turn: Turn, notice: NoticeSettings, _: str) -> str:
        return self.events.listing(turn, notice)
