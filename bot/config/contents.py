"""What a notice says: words, picture, voice, file, link or card, as config.toml names it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import AfterValidator, ValidationInfo

from bot.config.section import Section
from bot.config.values import Line, as_text, read_path

PICTURES: Final = {
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".webp": (b"RIFF",),
    ".bmp": (b"BM",),
}
VOICES: Final = (".mp3", ".wav", ".m4a", ".aac", ".amr", ".silk", ".sil", ".ogg")


def read_picture(value: Path, info: ValidationInfo) -> Path:
    """Make the path absolute and see that a picture is there; raises ValueError."""
    path = read_path(str(value), info)
    signatures = PICTURES.get(path.suffix.lower())
    if signatures is None:
        raise ValueError(f"「{value}」不是图片文件，可以用 png、jpg、gif、webp、bmp")
    if not _beginning(path, value).startswith(signatures):
        raise ValueError(f"「{value}」的内容不是{path.suffix[1:].upper()}图片，文件可能坏了")
    return path


def read_voice(value: Path, info: ValidationInfo) -> Path:
    """Make the path absolute and see that a recording is there; raises ValueError."""
    path = read_path(str(value), info)
    if path.suffix.lower() not in VOICES:
        raise ValueError(f"「{value}」不是语音文件，可以用 mp3、wav、m4a、amr、silk 等")
    if not _beginning(path, value):
        raise ValueError(f"语音文件「{value}」是空的")
    return path


def read_any_file(value: Path, info: ValidationInfo) -> Path:
    """Make the path absolute and see that a file is there; raises ValueError."""
    path = read_path(str(value), info)
    if not _beginning(path, value):
        raise ValueError(f"文件「{value}」是空的")
    return path


def _beginning(path: Path, name: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(16)
    except OSError:
        raise ValueError(f"打不开文件「{name}」，请检查文件名（相对 config.toml）和权限") from None


def check_web(value: str) -> str:
    """Refuse what is no address of a web page; raises ValueError."""
    if not as_text(value).startswith(("https://", "http://")):
        raise ValueError(f"「{value}」不是网址，要以 https:// 开头")
    return value


class LinkSettings(Section):
    """A link as a card: ``link = { url = "https://…", title = "…" }``."""

    url: Annotated[Line, AfterValidator(check_web)]
    title: Line
    description: str = ""
    thumbnail: str = ""


class MiniProgramSettings(Section):
    """A mini-program's card; its ids are those that WeChat shows its owner."""

    title: Line
    appid: Line
    username: str = ""
    path: str = ""
    description: str = ""
    thumbnail: str = ""


class ContentSettings(Section):
    """One thing or more to be said, in this order: text, picture, voice, file, link, card."""

    text: str = ""
    image: Annotated[Path, AfterValidator(read_picture)] | None = None
    voice: Annotated[Path, AfterValidator(read_voice)] | None = None
    file: Annotated[Path, AfterValidator(read_any_file)] | None = None
    link: LinkSettings | None = None
    mini_program: MiniProgramSettings | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing would be said."""
        things = (self.image, self.voice, self.file, self.link, self.mini_program)
        return not self.text.strip() and all(thing is None for thing in things)

    def files(self) -> Iterator[Path]:
        """Yield the files that must be there when it is said."""
        yield from (path for path in (self.image, self.voice, self.file) if path is not None)


class ManySettings(ContentSettings):
    """Content with more parts behind it, each said after the one before."""

    parts: tuple[ContentSettings, ...] = ()

    def all_parts(self) -> tuple[ContentSettings, ...]:
        """Return every part in its order; none is empty."""
        own: tuple[ContentSettings | Self, ...] = (self, *self.parts)
        return tuple(part for part in own if not part.empty)

    def all_files(self) -> tuple[Path, ...]:
        """Return every file that must be there."""
        return tuple(path for part in self.all_parts() for path in part.files())
