"""The figures of ``qunkeeper bench`` come from bots that do all of their work, either way."""

from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.bench import Effort, measure
from bot.bench.bots import Line, bot_on, community
from bot.bench.measuring import compared
from bot.bench.plain import fast_and_plain
from bot.bench.talk import CHATTER, COMPLAINTS, Talk
from bot.clock import SystemClock
from bot.config import Config
from bot.storage import Storage
from bot.storage.tables import Said, Ticket
from knowledge.classifier import Classifier, Place
from tests.conftest import settings

SMALL = Effort(
    rounds=1, messages=40, plain_messages=20, per_second=200, seconds=0.1, keywords=4_000
)
RULES = [
    {"id": "bad", "label": "complaint", "severity": 2, "any": ["太差", "坏的", "退款", "过敏"]}
]


@pytest.fixture(scope="module")
def config() -> Config:
    return community(settings(rules=RULES))


@pytest.fixture(scope="module")
def ways(config: Config) -> dict[str, Classifier]:
    return fast_and_plain(config)


@pytest.mark.parametrize("way", ["fast", "plain"])
def test_either_way_tells_complaints_from_chatter(ways: dict[str, Classifier], way: str) -> None:
    labels = [ways[way].classify(text, Place("fan")).label for text in (*COMPLAINTS, *CHATTER)]

    assert labels == ["complaint"] * len(COMPLAINTS) + ["chat"] * len(CHATTER)


@pytest.mark.parametrize("way", ["fast", "plain"])
async def test_either_way_every_message_is_taken_and_every_complaint_gets_its_ticket(
    tmp_path: Path, config: Config, ways: dict[str, Classifier], way: str
) -> None:
    talk = Talk()
    messages = talk.messages(100, SystemClock()(), complaints=True)

    async with bot_on(tmp_path / "bot.db", config, ways[way], Line()) as app:
        for message in messages:
            await app.take([message])
        await app.take(messages)

    async with Storage(f"sqlite:///{tmp_path / 'bot.db'}") as storage:
        assert await storage.read(said) == {message.id for message in messages}
        angry = {m.sender.id for m in messages if m.text.startswith(COMPLAINTS)}
        assert await storage.read(complained) == angry


def test_everything_is_measured_and_told_as_a_ratio(config: Config, tmp_path: Path) -> None:
    figures = measure(config, effort=SMALL, folder=tmp_path)

    assert figures["rules"] == 1
    assert "flush_ms" in figures
    assert figures["judging"]["lcut_and_loop"] > 0
    waits = figures["arrival_to_committed_ms"]
    for part in ("chat", "complaints_5_percent"):
        assert waits[part]["longest"] >= waits[part]["p50"] > 0
        assert figures[part]["messages_per_second"] > 0
        assert figures[part]["ratio"] > 0
    assert list(tmp_path.iterdir()) == []


def test_the_ratio_is_that_of_the_medians() -> None:
    assert compared({"fast": [1, 2, 9], "plain": [10, 20, 90]})["ratio"] == 10


def said(session: Session) -> set[str]:
    return set(session.exec(select(Said.id)))


def complained(session: Session) -> set[str]:
    return set(session.exec(select(Ticket.member)))
