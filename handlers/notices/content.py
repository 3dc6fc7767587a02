"""What a notice says in one group: its texts filled in, cut to what WeChat takes, in order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from bot.config.contents import ContentSettings
from bot.config.notices import IfMissing, NoticeSettings
from bot.config.placeholders import fill
from bot.message import Kind
from bot.outbox import pieces
from bot.turn import Mention

WEEKDAYS = "一二三四五六日"
NAMED = 20  # people addressed in one letter
LONGEST_NAMED = 1_000  # characters of a text that people can be addressed in front of


@dataclass(frozen=True, slots=True)
class Piece:
    """One letter's worth of a notice."""

    text: str = ""
    kind: Kind = Kind.TEXT
    file: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


def values(notice: NoticeSettings, group: str, local: datetime) -> dict[str, object]:
    """Return what the placeholders of a notice stand for at a local moment in a group."""
    filled: dict[str, object] = {
        "group": group or "本群",
        "title": notice.title,
        "date": f"{local.month}月{local.day}日",
        "time": f"{local:%H:%M}",
        "weekday": f"星期{WEEKDAYS[local.weekday()]}",
    }
    if notice.signup is not None:
        capacity = notice.signup.capacity
        filled |= {"keyword": notice.signup.keyword, "capacity": capacity or "不限"}
    return filled


def compose(notice: NoticeSettings, kind: str, filled: Mapping[str, object]) -> list[Piece]:
    """Put together what is said in a group of this kind; files that are gone are left out."""
    return [
        piece
        for part in notice.content(kind).all_parts()
        for piece in _pieces(part, filled)
        if not piece.file or Path(piece.file).is_file()
    ]


def addressed(text: str, people: Sequence[Mention]) -> list[Piece]:
    """Say something to people by name: a letter for as many of them as fit before the text."""
    named = [mention for mention in people if mention.name]
    groups = [named[start : start + NAMED] for start in range(0, len(named), NAMED)] or [[]]
    return [
        Piece(
            "".join(str(mention) for mention in group) + text,
            data={"mentions": " ".join(mention.contact for mention in group)} if group else {},
        )
        for group in groups
    ]


def missing(notice: NoticeSettings, kind: str) -> tuple[Path, ...]:
    """Return the files that are not there any more."""
    return tuple(path for path in notice.content(kind).all_files() if not path.is_file())


def drops(notice: NoticeSettings, kind: str) -> bool:
    """Say whether files are gone without which the notice must not go."""
    return notice.if_missing is IfMissing.DROP and bool(missing(notice, kind))


def digest(notice: NoticeSettings) -> str:
    """Digest everything a manager approves: the settings, and what is in the files."""
    named = notice.model_fields_set - {"approve", "id"}
    told = {key: getattr(notice, key) for key in sorted(named)}
    found = sha256(repr(told).encode())
    every = (notice, *notice.variants.values())
    for path in sorted({path for content in every for path in content.all_files()}):
        found.update(sha256(path.read_bytes() if path.is_file() else b"gone").digest())
    return found.hexdigest()


def short_digest(notice: NoticeSettings) -> int:
    """Digest a notice into a number that every database holds, and that is never 0."""
    return int(digest(notice)[:7], 16) + 1


def _pieces(part: ContentSettings, filled: Mapping[str, object]) -> Iterator[Piece]:
    if part.text.strip():
        yield from (Piece(text) for text in pieces(fill(part.text, filled)))
    named = ((Kind.IMAGE, part.image), (Kind.VOICE, part.voice), (Kind.FILE, part.file))
    yield from (Piece(kind=kind, file=str(path)) for kind, path in named if path is not None)
    if part.link is not None:
        card = {
            "url": part.link.url,
            "description": part.link.description,
            "thumbnailUrl": part.link.thumbnail,
        }
        yield Piece(part.link.title, Kind.LINK, data=_filled(card))
    if part.mini_program is not None:
        card = part.mini_program.model_dump(include={"appid", "username", "description"})
        card |= {"pagePath": part.mini_program.path, "thumbUrl": part.mini_program.thumbnail}
        yield Piece(part.mini_program.title, Kind.MINI_PROGRAM, data=_filled(card))


def _filled(card: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in card.items() if value}


def short(length: timedelta) -> str:
    """Write a duration as config.toml does: 3d, 1h30m."""
    seconds, written = int(length.total_seconds()), ""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        written += f"{count}{unit}" if count else ""
    return written
