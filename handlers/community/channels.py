"""Where people come from: words handed out in one place tell it when somebody says one."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from bot.community.days import Spoken
from bot.community.stays import Stays
from bot.config import Config
from bot.config.community import ChannelSettings
from bot.message import Purpose
from bot.turn import Address, Turn
from handlers.reading import Reading, Role
from handlers.wording import Wording

SOON = timedelta(days=3)  # after coming, what somebody says may still tell where he came from
MARKS = re.compile(r"[\s。.!！~～，,]+$")


@dataclass(frozen=True, slots=True)
class Channels:
    """The channels of one configuration."""

    say: Wording
    words: tuple[tuple[re.Pattern[str], ChannelSettings], ...]

    @classmethod
    def of(cls, config: Config, say: Wording) -> Self:
        """Compile the words; a code of letters and digits stands alone, or is another code."""
        pairs = [(word, channel) for channel in config.channels for word in channel.words]
        longest = sorted(pairs, key=lambda pair: -len(pair[0]))
        return cls(say, tuple((_pattern(word), channel) for word, channel in longest))

    def source(self, text: str) -> str:
        """Name the channel whose word a text holds, as a stay names it; "" for none."""
        found = self._find(text)
        return f"channel:{found.id}" if found is not None else ""

    def _find(self, text: str) -> ChannelSettings | None:
        return next((channel for word, channel in self.words if word.search(text)), None)

    def came(self, turn: Turn, contact: str, text: str) -> None:
        """Note where somebody came from, if a text of his tells it; the first time counts."""
        person = turn.directory.person(contact)
        source = self.source(text)
        if source and not person.source:
            person.source = source
            stays = Stays(turn.session, turn.account, turn.now)
            stays.came_from(contact, source, since=turn.now - SOON)

    def heard(self, turn: Turn, spoken: Spoken) -> None:
        """Note where somebody came from by what he said in a group soon after coming."""
        if self.words and (source := self.source(spoken.text)):
            stays = Stays(turn.session, turn.account, turn.now)
            since = spoken.at - SOON
            stays.came_from(spoken.sender, source, since=since, room=spoken.room)

    # -- privately

    def recognise(self, reading: Reading) -> ChannelSettings | None:
        """Recognise somebody who says a word of a channel to the bot, and nothing else."""
        if not (self.words and reading.private) or reading.role is not Role.MEMBER:
            return None
        text = MARKS.sub("", reading.message.text.strip())
        found = ((word.fullmatch(text), channel) for word, channel in self.words)
        return next((channel for match, channel in found if match), None)

    def answer(self, turn: Turn, reading: Reading, channel: ChannelSettings) -> None:
        """Thank for the word."""
        message = reading.message
        turn.directory.meet(message.sender)
        self.came(turn, message.sender.id, message.text)
        text = self.say("channel_thanks", title=channel.title)
        turn.say(Address.of(message), text, key=f"channel:{message.id}", purpose=Purpose.ANSWER)


def _pattern(word: str) -> re.Pattern[str]:
    before = r"(?<![A-Za-z0-9])" if word[0].isascii() else ""
    after = r"(?![A-Za-z0-9])" if word[-1].isascii() else ""
    return re.compile(before + re.escape(word) + after, re.IGNORECASE)
