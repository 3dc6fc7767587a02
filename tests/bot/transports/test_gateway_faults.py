"""What a failed call means for the letter it was made for."""

import pytest
from grpclib.const import Status

from bot.errors import NotDelivered, Refusal, Refused, Throttled, Unconfirmed
from bot.transports.gateway.faults import Trouble, diagnose, judge
from bot.transports.gateway.wire import Address, WireFault

REFUSALS = {
    "对方还不是你的好友，请先添加好友": Refusal.NOT_A_FRIEND,
    "李四开启了朋友验证，你还不是他（她）朋友": Refusal.NOT_A_FRIEND,
    "消息已发出，但被对方拒收了": Refusal.NOT_A_FRIEND,
    "the contact is not your friend": Refusal.NOT_A_FRIEND,
    "你不在该群聊中": Refusal.NOT_A_MEMBER,
    "你已被移出群聊": Refusal.NOT_A_MEMBER,
    "bot is not in this room": Refusal.NOT_A_MEMBER,
    "只有群主可以操作，你不是群主": Refusal.NOT_THE_OWNER,
    "only owner can do that": Refusal.NOT_THE_OWNER,
    "消息过长": Refusal.TOO_LONG,
    "Received message larger than max (5 vs. 4)": Refusal.TOO_LONG,
    "好友申请已过期": Refusal.GONE,
    "room 123@chatroom not found": Refusal.GONE,
    "messageForward is not supported": Refusal.UNSUPPORTED,
}


def answered(sentence: str, status: Status = Status.UNKNOWN) -> WireFault:
    return WireFault("MessageSendText", sentence, written=True, status=status)


@pytest.mark.parametrize(("sentence", "why"), REFUSALS.items())
def test_a_refusal_is_recognised_by_its_words(sentence: str, why: Refusal) -> None:
    error = judge(answered(sentence))

    assert isinstance(error, Refused)
    assert error.why is why


@pytest.mark.parametrize("sentence", ["操作过于频繁，请稍后再试", "rate limit exceeded"])
def test_too_often_silences_the_account(sentence: str) -> None:
    assert isinstance(judge(answered(sentence)), Throttled)


@pytest.mark.parametrize("sentence", ["not logged in", "puppet is not started"])
def test_a_puppet_that_is_not_ready_sent_nothing(sentence: str) -> None:
    error = judge(answered(sentence))

    assert isinstance(error, NotDelivered)
    assert not isinstance(error, Refused)


@pytest.mark.parametrize("sentence", ["message b17 not found", "timeout", "Internal error", ""])
def test_any_other_answer_leaves_the_letter_unconfirmed(sentence: str) -> None:
    assert isinstance(judge(answered(sentence)), Unconfirmed)


def test_what_was_never_written_was_never_sent() -> None:
    assert isinstance(judge(WireFault("X", "操作", written=False)), NotDelivered)
    assert isinstance(judge(answered("No token", Status.UNAUTHENTICATED)), NotDelivered)


def test_what_was_written_and_not_answered_is_unconfirmed() -> None:
    assert isinstance(judge(WireFault("X", "timeout", written=True)), Unconfirmed)


def test_a_call_the_gateway_does_not_know_is_refused() -> None:
    assert isinstance(judge(answered("", Status.UNIMPLEMENTED)), Refused)


def test_a_broken_line_says_what_is_wrong_with_it() -> None:
    assert diagnose(answered("", Status.UNAUTHENTICATED)) is Trouble.TOKEN
    assert diagnose(answered("", Status.ALREADY_EXISTS)) is Trouble.BUSY
    assert diagnose(WireFault("Event", "", written=False)) is Trouble.UNREACHABLE
    assert diagnose(WireFault("Event", "", written=True)) is Trouble.CLOSED
    assert diagnose(WireFault("Event", "", written=False, certificate=True)) is Trouble.CERTIFICATE


def test_an_address_never_shows_its_token() -> None:
    address = Address.parse("[::1]:8788", token="secret", tls=True, ca=None, server_name="")

    assert (address.host, address.port) == ("::1", 8788)
    assert "secret" not in repr(address)


@pytest.mark.parametrize("endpoint", ["", "8788", "host:", ":8788", "host:port"])
def test_what_is_no_address_is_said_to_be_none(endpoint: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        Address.parse(endpoint, token="", tls=False, ca=None, server_name="")
