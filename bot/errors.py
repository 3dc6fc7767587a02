"""Every error this program raises on purpose.

BotError
├── ConfigError        the configuration cannot be used: do not start, or stay with the one in force
├── StorageError       the database cannot be used
│   ├── Busy           somebody else holds this database or this account: do not start
│   ├── NotTogether    rows of several turns cannot be written at once: take each by itself
│   └── NewerDatabase  it was written by a newer version: do not touch it
├── TransportError     WeChat did not do what it was asked
│   ├── NotDelivered   nothing was sent; trying again is safe
│   │   ├── Refused    WeChat will never do it: trying again is useless
│   │   └── Throttled  WeChat says "too often": stop sending for a long while
│   └── Unconfirmed    it may have been sent; trying again may repeat it
└── TicketError        a ticket cannot move the way it was asked to: tell the person
"""

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EISDIR: "这是一个文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "这里只能读，不能写",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额用完了",
    errno.EADDRINUSE: "已经被别的程序占用",
    errno.EADDRNOTAVAIL: "这台机器没有这个地址",
}


def reason(error: OSError) -> str:
    """Say in words why the system refused something."""
    return REASONS.get(error.errno or 0) or error.strerror or str(error)


class BotError(Exception):
    """Base of every error raised on purpose."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong in a file, and what to write instead; counted from 1."""

    file: Path
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        """Write the fault the way editors and people read it."""
        return f"{self.file}:{self.line}:{self.column}: {self.text}"


class ConfigError(BotError):
    """The configuration cannot be used; ``faults`` names every reason at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class StorageError(BotError):
    """The database cannot be used."""


class Busy(StorageError):  # noqa: N818
    """Another process holds this database or this account."""


class NotTogether(StorageError):  # noqa: N818
    """Rows that several turns wanted written were refused, nobody knows whose."""


class NewerDatabase(StorageError):  # noqa: N818
    """The database was written by a newer version of the program."""


class TransportError(BotError):
    """WeChat did not do what it was asked."""


class NotDelivered(TransportError):  # noqa: N818
    """Nothing was sent; trying again is safe."""


class Refusal(StrEnum):
    """Why WeChat will never do what it was asked."""

    NOT_A_FRIEND = "not-a-friend"
    NOT_A_MEMBER = "not-a-member"
    NOT_THE_OWNER = "not-the-owner"
    TOO_LONG = "too-long"
    GONE = "gone"
    UNSUPPORTED = "unsupported"


class Refused(NotDelivered):
    """Nothing was sent, and trying again is useless; ``why`` says what stands against it."""

    def __init__(self, why: Refusal, text: str = "") -> None:
        super().__init__(text or why.value)
        self.why = why


class Throttled(NotDelivered):
    """WeChat says that this account acts too often; nothing was sent."""


class Unconfirmed(TransportError):  # noqa: N818
    """It may have been sent; trying again may repeat it."""


class TicketError(BotError):
    """A ticket cannot move the way it was asked to; the text is for the person who asked."""
