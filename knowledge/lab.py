"""The rule lab: how good the rules are, what a change would do, and which rules do nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from knowledge.classifier import ANYWHERE, OURS, Classifier, Place, Verdict
from knowledge.terms import GRAVE, LABELS, Rule

WORST = 20
NOT = "not"
KINDS = frozenset({"fan", "training", "ignore", "private", "support", "unknown"})
"""What a place can be; what else rules name is an id or a tag, and any group may have it."""
Line = Mapping[str, Any]


@dataclass(slots=True)
class Score:
    """Hits and misses of one label; all that is asked of it follows from three counts."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def figures(self) -> dict[str, float | int]:
        """Reckon precision, recall and F1; what has no ground is 0."""
        precision = self.right / max(1, self.right + self.false)
        recall = self.right / max(1, self.right + self.missed)
        total = precision + recall
        return {
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "f1": round(2 * precision * recall / total, 4) if total else 0.0,
            "support": self.right + self.missed,
        }


@dataclass(slots=True)
class _Sheet:
    """What an evaluation has counted so far; ``name`` is what the lines call the label asked of."""

    scores: dict[str, Score]
    name: str | None = None
    misses: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    false_hits: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    def count(self, text: str, wanted: str, verdict: Verdict) -> None:
        """Enter one message under every label that is asked about."""
        for label, score in self.scores.items():
            is_, said = wanted == (self.name or label), verdict.label == label
            score.right += is_ and said
            score.false += said and not is_
            score.missed += is_ and not said
            if is_ != said:
                entry = _told(text, self._expected(label, wanted, is_=is_), verdict)
                (self.misses if is_ else self.false_hits).append((verdict.score, entry))

    @staticmethod
    def _expected(label: str, wanted: str, *, is_: bool) -> str:
        """Say what a message is in our words; what only bears a label's name is not that label."""
        if is_:
            return label
        return NOT if wanted == label else wanted


def _told(text: str, wanted: str, verdict: Verdict) -> dict[str, Any]:
    return {
        "text": text,
        "expected": wanted,
        "label": verdict.label,
        "rule": verdict.rule,
        "score": verdict.score,
        "words": [match.word for match in verdict.matches],
    }


def evaluate(
    classifier: Classifier,
    lines: Iterable[Line],
    *,
    label: str | None = None,
    name: str | None = None,
    place: Place = ANYWHERE,
) -> dict[str, Any]:
    """Compare what lines are labelled with what the classifier says of them.

    With ``label`` only that one is asked about, and ``name`` is what the lines call it. Without,
    every label of ours that the lines use; complaints are counted then whether they do or not.
    ``false_alarms_per_100`` counts, per hundred messages that are none, how often the label
    (complaint, where several are asked about) is given.
    """
    rows = [(str(line["text"]), str(line["label"]), place_of(line, place)) for line in lines]
    used = {wanted for _, wanted, _ in rows}
    labels = [label] if label else [x for x in LABELS if x in used]
    chief = label or GRAVE
    sheet = _Sheet({x: Score() for x in dict.fromkeys((*labels, chief))}, name)
    began = perf_counter()
    verdicts = [classifier.classify(text, where) for text, _, where in rows]
    spent = perf_counter() - began
    for (text, wanted, _), verdict in zip(rows, verdicts, strict=True):
        sheet.count(text, wanted, verdict)
    figures = {x: sheet.scores[x].figures() for x in labels}
    score = sheet.scores[chief]
    others = len(rows) - score.right - score.missed
    return {
        **figures,
        "labels": figures,
        "false_alarms_per_100": round(100 * score.false / max(1, others), 3),
        "n": len(rows),
        "messages_per_second": round(len(rows) / max(spent, 1e-9)),
        "worst": {
            "misses": [entry for _, entry in sheet.misses[:WORST]],
            "false_hits": [e for _, e in sorted(sheet.false_hits, key=_by_score)[:WORST]],
        },
    }


def _by_score(entry: tuple[float, dict[str, Any]]) -> float:
    return -entry[0]


def place_of(line: Line, place: Place) -> Place:
    """Take the kind of group a line names, or else the place given for all."""
    return Place(kind=str(line["group"])) if line.get("group") else place


@dataclass(frozen=True, slots=True)
class Side:
    """A classifier, and where it takes a line to have been said: None where it does not judge."""

    classifier: Classifier
    where: Callable[[Line], Place | None] = lambda _: ANYWHERE

    def judge(self, line: Line) -> Verdict:
        """Judge a line as it would have been when it was said."""
        place = self.where(line)
        return Verdict() if place is None else self.classifier.classify(str(line["text"]), place)

    def mentioned(self, line: Line) -> frozenset[str]:
        """Name the rules that find their words in a line, if it is judged at all."""
        place = self.where(line)
        if place is None:
            return frozenset()
        return self.classifier.ruled(str(line["text"]), place)


def day_of(line: Line) -> str:
    """Say on which day a line was said, as it is written there."""
    return str(line.get("at") or "")[:10]


def replay(
    side: Side,
    lines: Iterable[Line],
    *,
    against: Side | None = None,
    rules: Sequence[str] = (),
    day: Callable[[Line], str] = day_of,
) -> dict[str, Any]:
    """Say what past messages would be taken for, by rule, day and room, and which rules hit none.

    With ``against``, another revision, only what changes: what that one newly catches, newly
    misses or takes for something else, with the words that decided and how jieba cut them.
    """
    report = Replay(idle=dict.fromkeys(rules))
    for line in lines:
        verdict = side.judge(line)
        report.count(line, verdict, day(line))
        if against is None:
            for rule in side.mentioned(line) if report.idle else ():
                report.idle.pop(rule, None)
        elif _telling(other := against.judge(line)) != _telling(verdict):
            report.changes.append(_change(line, verdict, other, against.classifier))
    if against is not None:
        return report.compared()
    return report.told()


def _telling(verdict: Verdict) -> dict[str, Any]:
    """Write what matters of a verdict to whoever compares."""
    return {key: getattr(verdict, key) for key in ("label", "rule", "topic", "severity")}


@dataclass(slots=True)
class Replay:
    """A count of past messages; the rules that found their words in none of them are idle."""

    messages: int = 0
    idle: dict[str, None] = field(default_factory=dict)
    rules: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    changes: list[dict[str, Any]] = field(default_factory=list)

    def count(self, line: Line, verdict: Verdict, day: str) -> None:
        """Enter one message."""
        self.messages += 1
        if verdict.rule:
            self.rules[verdict.rule, verdict.label, day, str(line.get("room") or "")] += 1

    def compared(self) -> dict[str, Any]:
        """Write what changes."""
        kinds = Counter(change["change"] for change in self.changes)
        counts = {kind: kinds[kind] for kind in ("caught", "missed", "changed")}
        return {"messages": self.messages, **counts, "changes": self.changes}

    def told(self) -> dict[str, Any]:
        """Write the report."""
        rules: dict[str, dict[str, Any]] = {}
        for (rule, label, day, room), hits in sorted(self.rules.items()):
            entry = rules.setdefault(rule, {"label": label, "hits": 0, "days": {}, "rooms": {}})
            entry["hits"] += hits
            entry["days"][day] = entry["days"].get(day, 0) + hits
            entry["rooms"][room] = entry["rooms"].get(room, 0) + hits
        labels: Counter[str] = Counter()
        for entry in rules.values():
            labels[entry["label"]] += entry["hits"]
        return {
            "messages": self.messages,
            "labels": dict(labels),
            "rules": rules,
            "never_hit": list(self.idle),
        }


def _change(line: Line, before: Verdict, after: Verdict, classifier: Classifier) -> dict[str, Any]:
    text = str(line["text"])
    kind = "changed"
    if not before.rule:
        kind = "caught"
    elif not after.rule:
        kind = "missed"
    return {
        "change": kind,
        "at": line.get("at"),
        "room": line.get("room"),
        "text": text,
        "before": _telling(before),
        "after": _telling(after),
        "words": [match.word for match in (after if after.rule else before).matches],
        "cut": classifier.cut(text),
    }


def contradictions(classifier: Classifier, rules: Sequence[Rule]) -> list[tuple[str, str, str]]:
    """List rules that quarrel: an example one must not hit is one that another must.

    Each is told as the rule that is hit, the rule whose example it is, and the example.
    """
    told = []
    for rule in rules:
        for text in rule.hits:
            place = Place(kind=rule.groups[0]) if rule.groups else ANYWHERE
            label = classifier.classify(text, place).label
            others = [
                x for x in rules if x.id != rule.id and text in x.misses and can_meet(rule, x)
            ]
            told += [(x.id, rule.id, text) for x in others if label == x.label]
    return told


def can_meet(one: Rule, other: Rule) -> bool:
    """Say whether there can be a group in which both rules speak: it is of one kind only."""
    ours, theirs = set(one.groups), set(other.groups)
    if not (ours and theirs) or OURS in ours | theirs or not ours.isdisjoint(theirs):
        return True
    return not KINDS.issuperset(ours | theirs)
