"""The configuration in force, with everything that was compiled from it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlmodel import col, func, select

from bot.config import Config
from bot.dispatch import Behaviour
from bot.inbox import Known
from bot.message import Contact, Message
from bot.storage.tables import Entry, Outgoing
from bot.turn import Turn
from bot.web.parts import Answer, Explanation, Found, Vote
from handlers import behaviour
from handlers.community.neighbourhood import Neighbourhood
from handlers.desk.support import Support
from handlers.library import handbook
from handlers.notices.planning import Planning
from handlers.reading import Reader
from handlers.wording import Wording
from knowledge.handbook import Handbook
from knowledge.verdicts import Verdict

PATTERN = re.compile(r"[|()\[\]…]+")


@dataclass(frozen=True)
class Compiled:
    """One configuration and what the bot makes of it."""

    config: Config
    book: Handbook

    @cached_property
    def behaviour(self) -> Behaviour[Any]:
        """Everything the bot does under it."""
        return behaviour(self.config, self.book)

    @cached_property
    def support(self) -> Support:
        """The desk under it, for its hours and promises."""
        return Support.of(self.config, Wording(self.config.wording))

    @cached_property
    def life(self) -> Neighbourhood:
        """Life in the groups under it, for letters and receipts."""
        say = Wording(self.config.wording)
        return Neighbourhood.of(self.config, say, self._reader, self.book, self.support)

    @cached_property
    def planning(self) -> Planning:
        """The notices under it, for what a preview tells."""
        return Planning.under(self.config, Wording(self.config.wording))

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.config, self.book.classifier)

    @cached_property
    def _words(self) -> dict[str, set[str]]:
        """The words of the rules for each label, without the signs of their patterns."""
        words: dict[str, set[str]] = {}
        for rule in self.config.rules:
            near = (word for each in rule.near for word in each.words)
            for word in (*rule.any, *rule.all, *near):
                words.setdefault(rule.label, set()).update(PATTERN.split(word))
        return words

    def _telling(self, verdict: Verdict) -> list[Found]:
        """Name the words of rules that decided; pieces of learned lists only where none did."""
        found = [Found(m.word, m.start, m.end) for m in verdict.matches]
        known = self._words.get(verdict.label, set())
        return whole([match for match in found if match.word in known] or found)

    def __call__(self, text: str, room: str | None, topic: str) -> Explanation:
        """Explain what a sentence is, said in a room of this topic, or privately."""
        classifier = self.book.classifier
        verdict = classifier.classify(text, self._reader.setting(room, topic)[1])
        return Explanation(
            label=verdict.label,
            topic=verdict.topic,
            severity=verdict.severity,
            score=verdict.score,
            rule=verdict.rule,
            tokens=tuple(classifier.cut(text)),
            matches=tuple(self._telling(verdict)),
            votes=tuple(Vote(f.label, f.rule, f.score) for f in verdict.labels),
            shadow=tuple(Vote(f.label, f.rule, f.score) for f in verdict.shadow),
        )


def whole(matches: Sequence[Found]) -> list[Found]:
    """Leave out what stands inside of something longer, and what is there twice."""
    longest = sorted(set(matches), key=lambda m: (m.start - m.end, m.start))
    kept: list[Found] = []
    for match in longest:
        if not any(k.start <= match.start and match.end <= k.end for k in kept):
            kept.append(match)
    return sorted(kept, key=lambda m: m.start)


class InForce:
    """Compiles configurations for the app, and remembers the last: the one in force."""

    def __init__(self, cache: Path | None) -> None:
        self._cache = cache
        self._compiled: Compiled | None = None

    def __call__(self, config: Config) -> Behaviour[Any]:
        """Compile what the bot does under a configuration that comes into force."""
        self._compiled = self.compile(config)
        return self._compiled.behaviour

    def compile(self, config: Config) -> Compiled:
        """Compile a configuration without putting it into force."""
        return Compiled(config, handbook(config, cache=self._cache))

    @property
    def now(self) -> Compiled:
        """What is in force."""
        if self._compiled is None:
            raise RuntimeError("nothing is in force before the app has been opened")
        return self._compiled


def type_command(
    compiled: Compiled, turn: Turn, line: str, *, by: Contact, source: str, room: str | None
) -> Answer:
    """Let a command of the staff be heard like any other; its answer is returned, not sent."""
    message = Message(id=source, sender=by, text=line, at=turn.now, room=room)
    reading = compiled.behaviour.read(message, Known(topic=turn.directory.topic(room)))
    before = _entries(turn)
    for route in compiled.behaviour.routes:
        meaning = route.when(reading)
        if meaning is not None:
            if route.then is not None:
                route.then(turn, reading, meaning)
            break
    turn.session.flush()
    return Answer(_answer(turn, source), _entries(turn) > before)


def _entries(turn: Turn) -> int:
    return turn.session.exec(select(func.max(Entry.id))).one() or 0


def _answer(turn: Turn, source: str) -> str:
    """Take the answer back out of the outbox, in all its pieces."""
    wanted = select(Outgoing).where(
        Outgoing.account == turn.account,
        col(Outgoing.key).startswith(f"command:{source}", autoescape=True),
    )
    rows = turn.session.exec(wanted.order_by(col(Outgoing.id))).all()
    for row in rows:
        turn.session.delete(row)
    return "".join(row.text for row in rows)
