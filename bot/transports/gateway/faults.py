"""What a failed call means: for a letter, whether it may have arrived; for the line, what to do."""

import re
from enum import StrEnum

from grpclib.const import Status

from bot.errors import NotDelivered, Refusal, Refused, Throttled, TransportError, Unconfirmed
from bot.transports.gateway.wire import WireFault


class Trouble(StrEnum):
    """What is wrong with the line, and what the operator can do about it."""

    UNREACHABLE = "网关连不上，请看网关程序是否在运行、地址是否正确 (the gateway cannot be reached)"
    TOKEN = "网关不认这个令牌，请核对两边的环境变量 (the gateway refuses the token)"  # noqa: S105
    CERTIFICATE = "TLS 握手失败，请核对证书、名称和 tls 设置 (TLS could not be agreed on)"
    BUSY = "这条线被另一个客户端占用 (another client holds the event stream of the gateway)"
    SILENT = "网关没有回应，连接已断开重连 (the gateway does not answer any more)"
    CLOSED = "网关关闭了连接 (the gateway closed the connection)"


def diagnose(fault: WireFault) -> Trouble:
    """Say what is wrong with a line whose event stream broke with this fault."""
    if fault.certificate:
        return Trouble.CERTIFICATE
    if fault.status is Status.UNAUTHENTICATED:
        return Trouble.TOKEN
    if fault.status is Status.ALREADY_EXISTS:
        return Trouble.BUSY
    return Trouble.CLOSED if fault.written else Trouble.UNREACHABLE


# What puppets answer where WeChat refused, or where they never got as far as asking it. They answer
# with a sentence and no code, in Chinese (WeChat's own words) or in English.
THROTTLED = re.compile(r"(?i)频繁|frequen|too often|too many requests|rate.?limit")
REFUSED = (
    (
        Refusal.NOT_A_FRIEND,
        re.compile(r"(?i)不是.{0,12}(好友|朋友)|朋友验证|非好友|被对方拒收|not.{0,12}\bfriend"),
    ),
    (
        Refusal.NOT_A_MEMBER,
        re.compile(
            r"(?i)不在.{0,6}群|移出.{0,4}群|不是.{0,6}群成员"
            r"|not (a |in |the )*(room |group )?member|not in (the |this )?(room|group|chat)"
        ),
    ),
    (
        Refusal.NOT_THE_OWNER,
        re.compile(
            r"(?i)不是.{0,4}(群主|管理员)|没有权限|无权|not.{0,8}(owner|admin)|only.{0,8}(owner|admin)",
        ),
    ),
    (Refusal.TOO_LONG, re.compile(r"(?i)(内容|消息|文字)?(过|太)长|too long|larger than max")),
    (
        Refusal.GONE,
        re.compile(
            r"(?i)(群|联系人|好友|申请|邀请).{0,20}(不存在|过期|失效)"
            r"|(room|contact|friendship|invitation).{0,60}(not exist|not found|expired)",
        ),
    ),
    (
        Refusal.UNSUPPORTED,
        re.compile(r"(?i)不支持|unsupported|not.{0,4}support|not implemented"),
    ),
)
NOT_READY = re.compile(r"(?i)not log(ged)?.?in|未登录|尚未登录|not (started|ready|active)")


def judge(fault: WireFault) -> TransportError:
    """Say what a failed call means for the letter it was made for.

    Where the request was never written, or the gateway turned it away before it read it, nothing
    was sent. Where it answered with an error, only sentences that are known to come before or
    instead of the sending mean that nothing was sent: a puppet also answers with an error when it
    cannot read back a message that it has just delivered, and then a second try says it twice.
    """
    if not fault.written or fault.status is Status.UNAUTHENTICATED:
        return NotDelivered(str(fault))
    if fault.status is None:
        return Unconfirmed(str(fault))
    if fault.status is Status.UNIMPLEMENTED:
        return Refused(Refusal.UNSUPPORTED, str(fault))
    return _read(fault.sentence)


def _read(sentence: str) -> TransportError:
    if THROTTLED.search(sentence):
        return Throttled(sentence)
    for why, pattern in REFUSED:
        if pattern.search(sentence):
            return Refused(why, sentence)
    if NOT_READY.search(sentence):
        return NotDelivered(sentence)
    return Unconfirmed(sentence)
