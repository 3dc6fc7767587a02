"""A transcript line says what the contract names, in its order."""

import io
import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.message import Do, Kind, Letter, Purpose
from bot.rehearsal.transcript import Transcript

TEN = datetime(2026, 11, 23, 2, 0, 5, tzinfo=UTC)
AT = '{"at": "2026-11-23T10:00:05+08:00", '


def written(letter: Letter, at: datetime = TEN) -> str:
    out = io.StringIO()
    Transcript(out, ZoneInfo("Asia/Shanghai")).delivered(letter, at)
    return out.getvalue()


@pytest.mark.parametrize(
    ("letter", "line"),
    [
        (
            Letter("k", room="r1", text="张三 您好", purpose=Purpose.HOLDING_LINE, ticket=12),
            (
                '"do": "say", "room": "r1", "text": "张三 您好", "mentions": [], "type": "text", '
                '"purpose": "holding-line", "ticket": 12, "notice": null}\n'
            ),
        ),
        (
            Letter(
                "k",
                contact="c",
                mentions=("a", "b"),
                kind=Kind.IMAGE,
                file="/home/x/assets/a.png",
                notice="double11",
            ),
            (
                '"do": "say", "contact": "c", "text": "", "mentions": ["a", "b"], "type": "image", '
                '"purpose": null, "ticket": null, "notice": "double11", "file": "a.png"}\n'
            ),
        ),
        (
            Letter("k", contact="c", kind=Kind.IMAGE, file="message:m1"),
            (
                '"do": "say", "contact": "c", "text": "", "mentions": [], "type": "image", '
                '"purpose": null, "ticket": null, "notice": null, "file": "message:m1"}\n'
            ),
        ),
        (
            Letter("k", Do.ACCEPT_INVITATION, request="i1", room="r2"),
            '"do": "accept-invitation", "invitation": "i1", "room": "r2"}\n',
        ),
        (
            Letter("k", Do.ACCEPT_FRIEND, request="q1", contact="c"),
            '"do": "accept-friend", "request": "q1", "contact": "c"}\n',
        ),
        (
            Letter("k", Do.ADD_FRIEND, room="r1", contact="c", text="工单 #1", ticket=1),
            '"do": "add-friend", "contact": "c", "room": "r1", "hello": "工单 #1", "ticket": 1}\n',
        ),
        (
            Letter("k", Do.REMOVE_MEMBER, room="r1", contact="c"),
            '"do": "remove-member", "room": "r1", "contact": "c"}\n',
        ),
        (
            Letter("k", Do.ANNOUNCE, room="r1", text="公告"),
            '"do": "announce", "room": "r1", "text": "公告"}\n',
        ),
    ],
)
def test_everything_the_bot_can_do_has_its_line(letter: Letter, line: str) -> None:
    assert written(letter) == AT + line


@pytest.mark.parametrize(
    ("microseconds", "time"),
    [(0, "05"), (999, "05"), (1000, "05.001"), (250_000, "05.250"), (999_999, "05.999")],
)
def test_milliseconds_stand_only_where_there_are_some(microseconds: int, time: str) -> None:
    line = written(Letter("k", room="r1"), TEN + timedelta(microseconds=microseconds))
    assert json.loads(line)["at"] == f"2026-11-23T10:00:{time}+08:00"


@pytest.mark.parametrize("trace", [True, False])
def test_what_messages_were_taken_for_stands_only_in_a_trace(trace: bool) -> None:  # noqa: FBT001
    out = io.StringIO()
    transcript = Transcript(out, UTC, trace=trace)
    transcript.classified(TEN, "m1", "complaint", "refund", severity=2)
    line = (
        '{"at": "2026-11-23T02:00:05+00:00", "do": "classified", "message": "m1", '
        '"label": "complaint", "rule": "refund", "severity": 2}\n'
    )
    assert out.getvalue() == (line if trace else "")


def test_the_summary_needs_no_moment() -> None:
    out = io.StringIO()
    Transcript(out, UTC).summary({"messages": 1, "labels": {"chat": 1}})
    assert out.getvalue() == '{"do": "summary", "messages": 1, "labels": {"chat": 1}}\n'
