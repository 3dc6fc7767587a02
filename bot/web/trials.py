"""What rules on trial would have done with the messages of the last days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.config import Config
from bot.config.rulebook import LexiconSettings, Mode, RuleSettings
from bot.web.backtest import SHOWN, Heard
from bot.web.parts import Explanation, Judge, Office
from bot.web.views.reasons import marked

CHAT = "chat"


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that a rule on trial would have caught, with its words marked."""

    heard: Heard
    pieces: tuple[tuple[str, bool], ...]
    now: Explanation
    then: Explanation


@dataclass(frozen=True, slots=True)
class Trial:
    """A rule on trial, how often it would have hit, and where it did last."""

    id: str
    label: str
    rule: RuleSettings | None  # None: it is a list of words
    count: int
    hits: tuple[Hit, ...]


def on_trial(config: Config) -> list[RuleSettings | LexiconSettings]:
    """List the rules and lists of words that are only tried."""
    everything: chain[RuleSettings | LexiconSettings] = chain(config.rules, config.lexicons)
    return [each for each in everything if each.mode is Mode.SHADOW]


def judges(office: Office) -> Mapping[str, Judge]:
    """Compile every rule on trial as if it were in force, and the only one."""
    config = office.config
    made = {}
    for each in on_trial(config):
        live = (each.model_copy(update={"mode": Mode.LIVE}),)
        is_rule = isinstance(each, RuleSettings)
        alone = {"rules": live if is_rule else (), "lexicons": () if is_rule else live}
        made[each.id] = office.judge(config.model_copy(update={**alone, "faq": ()}))
    return made


def tried(
    messages: Sequence[Heard], config: Config, now: Judge, then: Mapping[str, Judge]
) -> list[Trial]:
    """Judge every message by each rule alone, the newest message first."""
    found = []
    for each in on_trial(config):
        hits = [
            (heard, verdict)
            for heard in messages
            if (verdict := then[each.id](heard.text, heard.room, heard.topic)).label != CHAT
        ]
        shown = tuple(
            Hit(
                heard=heard,
                pieces=tuple(marked(heard.text, verdict.matches)),
                now=now(heard.text, heard.room, heard.topic),
                then=verdict,
            )
            for heard, verdict in hits[:SHOWN]
        )
        rule = each if isinstance(each, RuleSettings) else None
        found.append(Trial(each.id, each.label, rule, len(hits), shown))
    return found
