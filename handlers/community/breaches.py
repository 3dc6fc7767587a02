"""What breaks the order of a group, told from one message and what its sender said before."""

import re
from collections.abc import Callable

from bot.community.order import Found
from bot.config.community import Breach, OrderSettings
from bot.message import Kind, Message
from bot.utterances import words_of
from handlers.reading import Reading

LINK = re.compile(
    r"https?://[^\s\u4e00-\u9fff，。！？；、）》」]+"
    r"|(?<![\w.@-])(?:[a-z0-9-]+\.)+(?:com|cn|net|org|top|xyz|vip|cc|me|io|co|shop|site|link)"
    r"(?:/[^\s\u4e00-\u9fff，。！？；、）》」]*)?(?![\w.@-])",
    re.IGNORECASE,
)
BAIT = re.compile(r"扫码|进群|加群|点击|链接|加我|转发|助力|砍|现金红包|提现")
SHORTEST_COPY = 6  # characters; 「早上好」 in three groups is manners


Look = Callable[[Reading], tuple[str, str] | None]


class Breaches:
    """Finds breaches under one configuration; the gravest first."""

    def __init__(self, settings: OrderSettings) -> None:
        self.settings = settings
        looks: tuple[tuple[Breach, Look], ...] = (
            (Breach.AD, self._advert),
            (Breach.CONTACT, self._contact),
            (Breach.RED_ENVELOPE, self._bait),
            (Breach.LINK, self._link),
            (Breach.MINI_PROGRAM, self._program),
            (Breach.COPY, self._copy),
            (Breach.FLOOD, self._flood),
        )
        self._looks = tuple(look for look in looks if look[0] in settings.forbid)

    def find(self, reading: Reading) -> Found | None:
        """Say what breaks the order in a message, if anything does."""
        for kind, look in self._looks:
            if (found := look(reading)) is not None:
                return Found(kind.value, *found)
        return None

    def _advert(self, reading: Reading) -> tuple[str, str] | None:
        verdict = reading.verdict
        if verdict.label != "ad":
            return None
        return verdict.rule, "、".join(dict.fromkeys(match.word for match in verdict.matches))

    def _contact(self, reading: Reading) -> tuple[str, str] | None:
        return ("card", "名片") if reading.message.kind is Kind.CARD else None

    def _bait(self, reading: Reading) -> tuple[str, str] | None:
        message = reading.message
        named = message.kind is Kind.RED_ENVELOPE or "红包" in message.text
        found = BAIT.search(message.text) if named else None
        return ("red-envelope", found[0]) if found else None

    def _link(self, reading: Reading) -> tuple[str, str] | None:
        for link in links(reading.message):
            if not self.settings.allows(link):
                return "link", link[:80]
        return None

    def _program(self, reading: Reading) -> tuple[str, str] | None:
        message = reading.message
        if message.kind is not Kind.MINI_PROGRAM:
            return None
        if any(name in message.text for name in self.settings.allowed_programs):
            return None
        return "mini-program", message.text[:40]

    def _copy(self, reading: Reading) -> tuple[str, str] | None:
        message = reading.message
        enough = len(reading.recent) + 1 >= self.settings.copies
        if not enough or len(message.text.strip()) < SHORTEST_COPY:
            return None
        words = words_of(message.text)
        since = message.at - self.settings.copies_window
        same = [each for each in reading.recent if each.words == words and each.at >= since]
        if len(same) + 1 < self.settings.copies:
            return None
        elsewhere = any(each.room != message.room for each in same)
        return "copy-rooms" if elsewhere else "copy", f"{len(same) + 1} 次"

    def _flood(self, reading: Reading) -> tuple[str, str] | None:
        message = reading.message
        if len(reading.recent) + 1 < self.settings.flood:
            return None
        since = message.at - self.settings.flood_window
        here = [each for each in reading.recent if each.room == message.room and each.at >= since]
        return ("flood", f"{len(here) + 1} 条") if len(here) + 1 >= self.settings.flood else None


def links(message: Message) -> list[str]:
    """List the links of a message, its own and those in its words."""
    found = [message.url] if message.kind is Kind.LINK and message.url else []
    if "." not in message.text:  # seven messages in ten: the expression is dear
        return found
    return found + LINK.findall(message.text) if message.kind in (Kind.TEXT, Kind.LINK) else found
