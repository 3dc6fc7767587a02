"""What the world outside says during a run, and everything that must follow from it."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from bot.config import Config
from bot.message import Contact
from bot.transports.memory import RoomPlan, Setting

FAN_ROOMS = ("r1", "r2", "r3", "r4", "r5")
SUPPORT_ROOM = "rs"
STAFF = {"mei": "小美", "lin": "林姐"}
CHATTERS = tuple(f"chatter{number}" for number in range(20))
STRANGER_EVERY = 8  # one member in so many is no friend when he complains
AT_ONCE = 12  # complaints that are dealt with side by side
CHAT_SHARE = 0.35
STORY = 6  # lines of a complaint's story, at most


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happens outside: something said, or (no ``text``) a friendship confirmed."""

    id: str
    sender: str
    text: str = ""
    room: str | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """What happens, in order; and the letters and tickets that this must come to.

    ``replies`` are keys of answers to members: each is confirmed to the staff, one way or the
    other, under a key of its own.
    """

    lines: tuple[Line, ...]
    members: tuple[str, ...]
    letters: frozenset[str]
    replies: frozenset[str]

    @property
    def strangers(self) -> frozenset[str]:
        """Who is a friend only once the script says so."""
        return frozenset(line.sender for line in self.lines if not line.text)

    def write(self, file: Path) -> None:
        """Write the feed: one line of JSON for each thing that happens."""
        text = "\n".join(json.dumps(asdict(line), ensure_ascii=False) for line in self.lines)
        file.write_text(text, encoding="utf-8")

    def setting(self, friends: frozenset[str]) -> Setting:
        """Describe the town as it stands, with these strangers being friends by now."""
        known = set(self.members) - self.strangers | friends
        names = {**STAFF, **{member: f"会员{member[1:]}" for member in self.members}}
        people = [Contact(id_, name, id_ in known or id_ in STAFF) for id_, name in names.items()]
        people += [Contact(id_, f"群友{id_[7:]}", friend=True) for id_ in CHATTERS]
        everybody = ("bot", *self.members, *CHATTERS)
        fans = [RoomPlan(room, f"枕头粉丝{room}群", "bot", everybody) for room in FAN_ROOMS]
        support = RoomPlan(SUPPORT_ROOM, "客服值班群", "bot", ("bot", *STAFF))
        return Setting(Contact("bot", "小群"), tuple(people), (*fans, support))


def read_feed(file: Path) -> list[Line]:
    """Read a feed back."""
    return [Line(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]


def settings() -> Config:
    """Make the configuration of the town: next to no pace, so that letters leave as they come.

    Nothing depends on the hour, and no two complaints are told together.
    """
    tables: dict[str, Any] = {
        "console": {"enabled": False},
        "pace": {
            "quiet_hours": "",
            "same_target_seconds": 0,
            "between_targets_seconds": [0, 0.002],
            "per_minute": 600,
            "friend_requests_per_hour": 60,
            "friend_requests_per_day": 500,
        },
        "groups": [{"id": room, "kind": "fan"} for room in FAN_ROOMS],
        "support": {
            "room": SUPPORT_ROOM,
            "staff": [{"id": id_, "name": name} for id_, name in STAFF.items()],
            "hours": "Mon-Sun 00:00-24:00",
            "fold": 0,
            "incident_size": 100,
        },
        "rules": [
            {
                "id": "quality",
                "label": "complaint",
                "topic": "quality",
                "severity": 2,
                "any": ["塌了", "太差", "坏了"],
            }
        ],
    }
    return Config.model_validate(tables, context={"folder": Path.cwd()})


class _Writer:
    """Writes a script; ticket numbers are the order in which members complain."""

    def __init__(self, random: Random) -> None:
        self.lines: list[Line] = []
        self.members: list[str] = []
        self.letters: set[str] = set()
        self.replies: set[str] = set()
        self._random = random
        self._held: set[str] = set()

    def chat(self) -> None:
        sender, room = self._random.choice(CHATTERS), self._random.choice(FAN_ROOMS)
        self._say(sender, f"今天第{len(self.lines)}个来打卡，大家早上好", room)

    def story(self) -> Iterator[None]:
        """Tell one complaint from its first word to the rating, a line at a time."""
        ticket = len(self.members) + 1
        member, staff = f"m{ticket}", self._random.choice(sorted(STAFF))
        self.members.append(member)
        self._complain(ticket, member)
        yield
        stranger = ticket % STRANGER_EVERY == 0
        if stranger:
            self._confirm(ticket, member)
            yield
        self._order(staff, f"#{ticket} 接单")
        yield
        reply = self._say(
            staff, f"#{ticket} 回复 您好，关于工单{ticket}，马上给您换新", SUPPORT_ROOM
        )
        self.letters.add(f"reply:{reply}")
        self.replies.add(f"reply:{reply}")
        yield
        self.letters.add(f"relay:{self._say(member, f'我的地址是幸福路{ticket}号')}")
        yield
        if not stranger:  # whether he is asked to rate depends on whether he was reached
            self._order(staff, f"#{ticket} 解决")
            self.letters.add(f"rating:{ticket}")
            yield
            rating = self._say(member, "5")
            self.letters |= {f"answer:{rating}", f"rated:{rating}"}

    def _complain(self, ticket: int, member: str) -> None:
        room = self._random.choice(FAN_ROOMS)
        self._say(member, f"枕头用了{ticket}天就塌了，质量太差", room)
        self.letters.add(f"alert:{ticket}")
        self.letters.add(
            f"befriend:{ticket}" if not ticket % STRANGER_EVERY else f"handoff:{ticket}"
        )
        if room not in self._held:
            self._held.add(room)
            self.letters.add(f"holding:{ticket}")

    def _confirm(self, ticket: int, member: str) -> None:
        self.lines.append(Line(f"e{len(self.lines)}", member))
        self.letters |= {f"handoff:{ticket}", f"reached:{ticket}:1"}

    def _order(self, staff: str, text: str) -> None:
        self.letters.add(f"command:{self._say(staff, text, SUPPORT_ROOM)}")

    def _say(self, sender: str, text: str, room: str | None = None) -> str:
        line = Line(f"x{len(self.lines)}", sender, text, room)
        self.lines.append(line)
        return line.id


def write_script(messages: int, random: Random) -> Script:
    """Write a script of about so many messages: complaints, each dealt with, amid chatter."""
    writer = _Writer(random)
    stories: list[Iterator[None]] = []
    while (left := messages - len(writer.lines) - STORY * len(stories)) > 0 or stories:
        if left > 0 and random.random() < CHAT_SHARE:
            writer.chat()
            continue
        if left > STORY and len(stories) < AT_ONCE:
            stories.append(writer.story())
        story = random.choice(stories) if stories else None
        if story is None:
            writer.chat()
        elif next(story, "told") == "told":
            stories.remove(story)
    return Script(
        lines=tuple(writer.lines),
        members=tuple(writer.members),
        letters=frozenset(writer.letters),
        replies=frozenset(writer.replies),
    )
