"""A message together with who said it, where, and what it means; made once a message."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bot.config import Config
from bot.inbox import Known
from bot.message import Kind, Message
from bot.utterances import Uttered
from handlers.cooldowns import Cooldowns
from knowledge.classifier import ANYWHERE, Classifier, Place, Verdict


class Role(StrEnum):
    """What somebody is to the bot; only contact ids give it."""

    __hash__ = str.__hash__  # an enum's own is some ten times as slow, and asked for all the time

    MEMBER = "member"
    STAFF = "staff"
    MANAGER = "manager"


class Setting(StrEnum):
    """What kind of conversation a message stands in."""

    __hash__ = str.__hash__

    FAN = "fan"
    TRAINING = "training"
    IGNORE = "ignore"
    SUPPORT = "support"
    PRIVATE = "private"
    UNKNOWN = "unknown"


GROUPS = frozenset({Setting.FAN, Setting.TRAINING})


class Standing(NamedTuple):
    """Who speaks where; the routes name those of whom they can hear anything."""

    role: Role
    setting: Setting


STANDINGS = {(role, setting): Standing(role, setting) for role in Role for setting in Setting}


def of_staff(standing: Standing) -> bool:
    """Say whether somebody speaks who works here, wherever that is."""
    return standing.role is not Role.MEMBER


def of_desk(standing: Standing) -> bool:
    """Say whether words may be a command: of whoever works here, or in the support room."""
    return standing.role is not Role.MEMBER or standing.setting is Setting.SUPPORT


def of_private(standing: Standing) -> bool:
    """Say whether something is said to the bot alone."""
    return standing.setting is Setting.PRIVATE


def of_groups(standing: Standing) -> bool:
    """Say whether something is said in a fan or training group."""
    return standing.setting in GROUPS


def of_training(standing: Standing) -> bool:
    """Say whether something is said in a training group."""
    return standing.setting is Setting.TRAINING


NOT_JUDGED = Verdict()
MOST_WORDS = 6  # that an alert names
PAUSES = re.compile(r"[\s，。！？；：、…,.!?;:~～]+")


@dataclass(slots=True)  # one a message: to make a frozen one costs four times as much
class Reading:
    """One message, read; ``held`` is what it would be if no rule rested after it acted here."""

    message: Message
    role: Role
    setting: Setting
    verdict: Verdict
    topic: str = ""
    concerned: bool = False
    heard_at: datetime | None = None  # when he was last heard on his open ticket
    recent: tuple[Uttered, ...] = ()
    place: Place = ANYWHERE
    mentioned: bool = False  # whether it addresses the bot by name
    asked: bool = False
    held: Verdict | None = None

    @property
    def judged(self) -> Verdict:
        """What goes on record: what decided, or what would have if it did not rest."""
        return self.held if self.held is not None and not self.verdict.rule else self.verdict

    @property
    def standing(self) -> Standing:
        """Who speaks where."""
        return STANDINGS[self.role, self.setting]

    @property
    def in_group(self) -> bool:
        """Whether it was said in a fan or training group."""
        return self.setting in GROUPS

    @property
    def private(self) -> bool:
        """Whether it was said to the bot alone."""
        return self.setting is Setting.PRIVATE


def telling(text: str, verdict: Verdict) -> tuple[str, ...]:
    """Return the words of a text that decided as people want to read them, and not too many.

    What overlaps or touches is one piece, cut where the text pauses; single characters are left
    out where there is more.
    """
    joined: list[tuple[int, int]] = []
    for start, end in sorted((match.start, match.end) for match in verdict.matches):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    pieces = (piece for start, end in joined for piece in PAUSES.split(text[start:end]))
    words = list(dict.fromkeys(filter(None, pieces)))
    longer = [word for word in words if len(word) > 1]
    return tuple((longer or words)[:MOST_WORDS])


class Reader:
    """Reads messages under one configuration."""

    def __init__(self, config: Config, classifier: Classifier) -> None:
        self._config = config
        self._classifier = classifier
        self._roles: Mapping[str, Role] = {
            **{staff.id: Role.STAFF for staff in config.support.staff},
            **dict.fromkeys(config.managers, Role.MANAGER),
        }
        self._cooldowns = Cooldowns.of(config)
        self._settings: dict[tuple[str, str, str], tuple[Setting, Place]] = {}

    def __call__(self, message: Message, known: Known) -> Reading:
        """Read a message; members' texts in groups and in private are judged, others are not."""
        role = self._roles.get(message.sender.id, Role.MEMBER)
        setting, place = self.setting(message.room, known.topic, known.kind)
        judged = (
            role is Role.MEMBER
            and not message.own
            and message.kind is Kind.TEXT
            and (setting in GROUPS or setting is Setting.PRIVATE)
        )
        verdict, held = NOT_JUDGED, None
        if judged:
            verdict = self._classifier.classify(message.text, place)
            if verdict.rule in self._cooldowns.lengths:
                verdict, held = self._rested(verdict, message, place, known)
        return Reading(
            message,
            role,
            setting,
            verdict,
            known.topic,
            known.concerned,
            heard_at=known.heard_at,
            recent=known.recent,
            place=place,
            mentioned=bool(known.me) and known.me in message.mentions,
            asked=known.asked,
            held=held,
        )

    def _rested(
        self, verdict: Verdict, message: Message, place: Place, known: Known
    ) -> tuple[Verdict, Verdict | None]:
        """Judge without the rules that rest in this room; whose ticket is open is heard always."""
        first, resting = verdict, frozenset[str]()
        while self._cooldowns.rests(verdict.rule, known, message.at):
            if verdict.label == "complaint" and known.concerned:
                break
            resting |= {verdict.rule}
            verdict = self._classifier.classify(message.text, place, without=resting)
        return verdict, first if resting else None

    def role(self, contact: str) -> Role:
        """Say what somebody is to the bot."""
        return self._roles.get(contact, Role.MEMBER)

    @property
    def at_work(self) -> Collection[str]:
        """Who is more than a member: staff, managers, distributors."""
        return self._roles.keys()

    def setting(self, room: str | None, topic: str, kind: str = "") -> tuple[Setting, Place]:
        """Say what kind of conversation a room is: by its id, its topic, or a manager's word."""
        if room is None:
            return Setting.PRIVATE, Place(kind="private")
        found = self._settings.get((room, topic, kind))
        if found is None:
            found = self._settings[room, topic, kind] = self._find(room, topic, kind)
        return found

    def _find(self, room: str, topic: str, kind: str) -> tuple[Setting, Place]:
        if room == self._config.support.room:
            return Setting.SUPPORT, Place(kind="support", id=room)
        group = self._config.group_of(room, topic)
        if group is None and kind:
            return Setting(kind), Place(kind, room)
        if group is None:
            return Setting.UNKNOWN, Place(kind="unknown", id=room)
        return Setting(group.kind), Place(group.kind, group.id or room, frozenset(group.tags))
