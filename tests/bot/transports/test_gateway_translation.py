"""From the gateway's payloads to the words of this program."""

from datetime import UTC, datetime

import pytest

from bot.message import Kind
from bot.transports.gateway.messages import Named, Text, renaming
from bot.transports.gateway.translation import Malformed, instant, kind_of, one, some, unquote

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SINGLES_DAY = datetime(2026, 11, 11, 12, 0, tzinfo=UTC)


def test_a_timestamp_counts_seconds_or_milliseconds() -> None:
    seconds = SINGLES_DAY.timestamp()

    assert instant(seconds, otherwise=NOW) == SINGLES_DAY
    assert instant(seconds * 1000, otherwise=NOW) == SINGLES_DAY


@pytest.mark.parametrize("nonsense", [0, -1, 1e30])
def test_a_timestamp_that_is_none_means_now(nonsense: float) -> None:
    assert instant(nonsense, otherwise=NOW) == NOW


def test_message_types_are_those_of_typescript() -> None:
    assert [kind_of(number) for number in (1, 6, 7, 13, 14, 15)] == [
        Kind.FILE,
        Kind.IMAGE,
        Kind.TEXT,
        Kind.RECALLED,
        Kind.LINK,
        Kind.VIDEO,
    ]
    assert kind_of(99) is Kind.OTHER


def test_an_answer_is_split_from_what_it_answers() -> None:
    text = "「李四：枕头塌了\n真的」\n- - - - - - - - - - - - - - -\n我的也是\n退钱"

    assert unquote(text) == ("我的也是\n退钱", "枕头塌了\n真的")


@pytest.mark.parametrize("text", ["「好」", "「李四：好」\n嗯", "", "- - - - - - - -\n嗯"])
def test_what_only_looks_like_an_answer_stays_whole(text: str) -> None:
    assert unquote(text) == (text, "")


def test_ids_are_strings_or_the_event_is_malformed() -> None:
    assert one({"roomId": "r"}, "roomId") == "r"
    assert some({"inviteeIdList": ["a", ""]}, "inviteeIdList") == ("a",)
    for payload in ({}, {"roomId": ""}, {"roomId": 3}):
        with pytest.raises(Malformed):
            one(payload, "roomId")
    with pytest.raises(Malformed):
        some({"inviteeIdList": "zhang"}, "inviteeIdList")


def test_a_text_is_set_in_the_field_of_either_protocol() -> None:
    written = Named().parse(bytes(renaming("r", "公告")))

    assert (written.wrapped, written.text) == ("公告", "公告")
    assert bytes(renaming("r", "")).endswith(b"\x1a\x00")
    assert bytes(Named(id="r")) == b"\x0a\x01r"


def test_an_answer_is_read_from_the_field_of_either_protocol() -> None:
    assert Text().parse(b"\x12\x02b1").value == "b1"
    assert Text().parse(b"\x0a\x04\x0a\x02b1").value == "b1"
    assert Text().parse(b"").value == ""
