"""What reached WeChat, a JSON object a line, as CONTRACT section 5 writes it."""

import json
from collections.abc import Mapping
from datetime import datetime, tzinfo
from pathlib import PurePath
from typing import TextIO

from bot.message import Do, Letter

MILLISECOND = 1000  # in microseconds


class Transcript:
    """Writes lines in the order things happen; equal happenings give equal bytes."""

    def __init__(self, out: TextIO, timezone: tzinfo, *, trace: bool = False) -> None:
        self._out = out
        self._timezone = timezone
        self._trace = trace

    def delivered(self, letter: Letter, at: datetime) -> None:
        """Write down something that reached WeChat."""
        self._write({"at": self._local(at), "do": letter.do.value, **_fields(letter)})

    def classified(
        self, at: datetime, message: str, label: str, rule: str | None, **more: object
    ) -> None:
        """Write down what a message was taken for, where a trace is wanted."""
        if self._trace:
            line = {"at": self._local(at), "do": "classified", "message": message}
            self._write({**line, "label": label, "rule": rule, **more})

    def summary(self, content: Mapping[str, object]) -> None:
        """Write the last line."""
        self._write({"do": "summary", **content})

    def _local(self, at: datetime) -> str:
        return written(at.astimezone(self._timezone))

    def _write(self, line: Mapping[str, object]) -> None:
        self._out.write(json.dumps(line, ensure_ascii=False) + "\n")


def written(local: datetime) -> str:
    """Write a moment with its offset, with milliseconds only where there are any."""
    spec = "milliseconds" if local.microsecond >= MILLISECOND else "seconds"
    return local.isoformat(timespec=spec)


def _fields(letter: Letter) -> dict[str, object]:
    """List what the contract names for each kind of deed, in its order."""
    match letter.do:
        case Do.SAY:
            return _said(letter)
        case Do.ACCEPT_INVITATION:
            return {"invitation": letter.request, "room": letter.room}
        case Do.ACCEPT_FRIEND:
            return {"request": letter.request, "contact": letter.contact}
        case Do.ADD_FRIEND:
            asked = {"contact": letter.contact, "room": letter.room}
            return {**asked, "hello": letter.text, "ticket": letter.ticket}
        case Do.REMOVE_MEMBER:
            return {"room": letter.room, "contact": letter.contact}
        case Do.ANNOUNCE:
            return {"room": letter.room, "text": letter.text}


def _said(letter: Letter) -> dict[str, object]:
    """Describe something said; the name of a file comes last, where there is one."""
    where = {"contact": letter.contact} if letter.room is None else {"room": letter.room}
    said: dict[str, object] = {
        **where,
        "text": letter.text,
        "mentions": list(letter.mentions),
        "type": letter.kind.value,
        "purpose": letter.purpose.value if letter.purpose else None,
        "ticket": letter.ticket,
        "notice": letter.notice or None,
    }
    return {**said, "file": _file_name(letter.file)} if letter.file else said


def _file_name(file: str) -> str:
    """Keep of a path what is the same on every machine."""
    if file.startswith("message:") or "://" in file:
        return file
    return PurePath(file).name
