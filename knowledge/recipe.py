"""How the shipped lists were learned: which messages teach which list, and how much they count.

``python -m knowledge.recipe FOLDER`` reads the labelled sets and writes ``data/learned.toml``.
Reviews are not chat, and complaints to a city are neither: each has a list that says whether
somebody complains and one that says whether this is where people complain that way. Only both
together decide, which is what keeps small talk quiet.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.learn import Sample, fit, prepare, write
from knowledge.terms import Lexicon

CHAT = ("livechat", "qq_group", "bustm", "ads_", "tg_livechat", "sms80w")
OUT = Path(__file__).parent / "data" / "learned.toml"


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled message and the set it comes from."""

    text: str
    label: str
    source: str

    @property
    def chat(self) -> bool:
        """Say whether it was said among people, not written to a shop or an office."""
        return self.source.startswith(CHAT)

    @property
    def city(self) -> bool:
        """Say whether it was written to a city."""
        return self.source.startswith("gov")

    @property
    def room(self) -> bool:
        """Say whether it was said in a living group."""
        return self.source.startswith(("qq_group", "ads_qq"))


def read(path: Path) -> list[Line]:
    """Read a labelled set, its texts ready for learning."""
    rows = [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines()]
    return [Line(prepare(row["text"]), row["label"], row["source"]) for row in rows]


def complaint_lists(lines: Sequence[Line], talk: Sequence[Line]) -> list[Lexicon]:
    """Learn to hear complaints from ``lines``, and more small talk from ``talk``."""
    known = {line.text for line in lines}
    more = sorted({line.text for line in talk if line.chat} - known)
    silence = [Sample(text, positive=False) for text in more]
    shop = [x for x in lines if not x.chat and not x.city]
    unhappy = [Sample(x.text, x.label == "complaint") for x in shop]
    customer = [
        Sample(x.text, not x.chat, 1.0 if x.chat or x.label == "complaint" else 0.3)
        for x in lines
        if not x.city
    ]
    city = [x for x in lines if x.city]
    grievance = [Sample(x.text, x.label == "complaint") for x in city]
    citizen = [Sample(x.text, x.city) for x in lines] + silence
    return [
        fit(
            "learned-unhappy",
            "complaint",
            unhappy,
            size=8000,
            contrast=0.5,
            doubt=1.5,
            needs=("learned-customer",),
        ),
        fit("learned-customer", "complaint", customer + silence, size=10_000, terse=1.0),
        fit(
            "learned-grievance",
            "complaint",
            grievance,
            size=3000,
            contrast=0.5,
            doubt=1.5,
            needs=("learned-citizen",),
            despite=("asked", "elsewhere", "settled", "supposed", "taught", "question", "praise"),
        ),
        fit("learned-citizen", "complaint", citizen, size=1000),
    ]


def ad_lists(lines: Sequence[Line], others: Sequence[Line]) -> list[Lexicon]:
    """Learn to tell adverts from ``lines``, and what is none from ``others`` too."""
    known = {line.text for line in lines}
    rest = [x for x in others if x.text not in known]
    extra = [Sample(x.text, x.source == "ads_tg") for x in rest if not x.room]
    open_ = [
        Sample(x.text, x.label == "spam", 12.0 if x.room else 1.0)
        for x in lines
        if not (x.room and x.label == "spam")
    ]
    room = [x for x in lines if x.room]
    offers = [Sample(x.text, x.label == "spam", 2.0 if x.label == "spam" else 1.0) for x in room]
    where = [Sample(x.text, x.room, 5.0 if x.room and x.label == "spam" else 1.0) for x in lines]
    return [
        fit("learned-ad", "ad", open_ + extra, size=8000, contrast=0.25),
        fit("learned-offer", "ad", offers, size=3000, needs=("learned-room",)),
        fit("learned-room", "ad", where, size=1000),
    ]


THRESHOLDS = {
    "learned-unhappy": 3.0,
    "learned-customer": 5.0,
    "learned-grievance": -1.0,
    "learned-citizen": -10.0,
    "learned-ad": -11.0,
    "learned-offer": -7.0,
    "learned-room": -20.0,
}
"""Chosen by sixfold cross-validation, together with the shipped rules; in tenths."""


def ready(lists: Iterable[Lexicon]) -> list[Lexicon]:
    """Set the thresholds."""
    return [replace(x, threshold=THRESHOLDS[x.id]) for x in lists]


def main(folder: Path) -> None:
    """Learn everything and write it down."""
    mixed = read(folder / "complaint_vs_not.jsonl")
    spam = read(folder / "spam_vs_not.jsonl")
    lists = ready(complaint_lists(mixed, spam) + ad_lists(spam, mixed))
    OUT.write_text(write(lists), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
