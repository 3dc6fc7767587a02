"""Words that no dictionary holds, by jieba's hidden Markov model and in linear time."""

import importlib.util
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

NEVER = -3.14e100
HAN = re.compile(r"[\u4e00-\u9fd5]+")
LATIN = re.compile(r"([a-zA-Z0-9]+(?:\.\d+)?%?)")
REMEMBERED = 20_000
SHORT = 6
STATES = "BMES"
# Which states may come before B, M, E and S, by place in STATES; of equals the later letter wins.
BEFORE = ((3, 2), (1, 0), (1, 0), (3, 2))
Scores = tuple[float, float, float, float]


class Viterbi:
    """Begin, middle, end, single: what each character most likely is."""

    def __init__(
        self, start: Scores, moves: tuple[Scores, ...], emissions: Mapping[str, Scores]
    ) -> None:
        self._start = start
        self._moves = moves
        self._emissions = emissions
        # Runs are short and come again: remembering them halves the cost of cutting.
        self._run = lru_cache(maxsize=REMEMBERED)(self._cut_han)

    @classmethod
    def of_jieba(cls) -> Self:
        """Take the probabilities that jieba ships; of jieba itself nothing stays in memory."""
        emit, start, trans = (_table(name) for name in ("prob_emit", "prob_start", "prob_trans"))
        emissions: dict[str, list[float]] = {}
        for place, state in enumerate(STATES):
            for character, value in emit[state].items():
                emissions.setdefault(character, [NEVER] * 4)[place] = value
        moves = tuple(_four(trans[state]) for state in STATES)
        return cls(_four(start), moves, {c: (v[0], v[1], v[2], v[3]) for c, v in emissions.items()})

    def cut(self, text: str) -> list[str]:
        """Cut a run of single characters, Chinese or Latin."""
        tokens: list[str] = []
        last = 0
        for found in HAN.finditer(text):
            tokens += [part for part in LATIN.split(text[last : found.start()]) if part]
            run = found.group()
            tokens += self._run(run) if len(run) <= SHORT else self._cut_han(run)
            last = found.end()
        tokens += [part for part in LATIN.split(text[last:]) if part]
        return tokens

    def _cut_han(self, text: str) -> tuple[str, ...]:
        states = self._states(text)
        tokens: list[str] = []
        begin = 0
        for at, state in enumerate(states):
            if state == 0:
                begin = at
            elif state == 2:  # noqa: PLR2004 - the end of a word, by place in STATES
                tokens.append(text[begin : at + 1])
                begin = at + 1
            elif state == 3:  # noqa: PLR2004 - a word of its own
                tokens.append(text[at])
                begin = at + 1
        if begin < len(text):
            tokens.append(text[begin:])
        return tuple(tokens)

    def _states(self, text: str) -> list[int]:
        rare = (NEVER,) * 4
        moves = self._moves
        emit = self._emissions.get(text[0], rare)
        scores = [start + e for start, e in zip(self._start, emit, strict=True)]
        back: list[tuple[int, ...]] = []
        for character in text[1:]:
            emit = self._emissions.get(character, rare)
            came: list[int] = []
            new: list[float] = []
            for state, (late, early) in enumerate(BEFORE):
                x = scores[late] + moves[late][state] + emit[state]
                y = scores[early] + moves[early][state] + emit[state]
                came.append(late if x >= y else early)
                new.append(max(x, y))
            scores = new
            back.append(tuple(came))
        state = 3 if scores[3] >= scores[2] else 2
        path = [state]
        for came_from in reversed(back):
            state = came_from[state]
            path.append(state)
        path.reverse()
        return path


def _four(values: Mapping[str, float]) -> Scores:
    b, m, e, s = (values.get(state, NEVER) for state in STATES)
    return b, m, e, s


def _table(name: str) -> Any:
    """Run one of jieba's modules of figures, without the others."""
    package = importlib.util.find_spec("jieba")
    if package is None or package.origin is None:
        raise ImportError("jieba")
    path = Path(package.origin).parent / "finalseg" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.P
