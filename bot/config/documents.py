"""Markdown files of a folder, read with the configuration: they are part of what is in force."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationInfo

from bot.config.values import as_text, read_path

MANY: Final = 2_000  # files; more is a wrong folder
LARGE: Final = 2_000_000  # bytes of one file


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its name within the folder, and its text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Documents:
    """The Markdown files below a folder, by name; without a folder there are none."""

    folder: Path | None = None
    files: tuple[Document, ...] = ()

    def __iter__(self) -> Iterator[Document]:
        return iter(self.files)

    @property
    def texts(self) -> dict[Path, str]:
        """Map each file to its text."""
        return {self.folder / each.name: each.text for each in self.files} if self.folder else {}


def markdown_files(folder: Path) -> list[Path]:
    """List the Markdown files below a folder, in the order of their names; hidden ones not."""
    found = (path for path in folder.rglob("*.[mM][dD]") if path.is_file())
    return sorted(path for path in found if not _hidden(path.relative_to(folder)))


def read_documents(value: Any, info: ValidationInfo) -> Documents:
    """Read a folder, counted from that of the configuration; raises ValueError."""
    if value == "":
        return Documents()
    folder = read_path(as_text(value), info)
    if not folder.is_dir():
        raise ValueError(f"没有文件夹「{value}」，请检查名字（相对 config.toml）")
    paths = markdown_files(folder)
    if not paths:
        raise ValueError(f"文件夹「{value}」里没有 .md 文件")
    if len(paths) > MANY:
        raise ValueError(f"文件夹「{value}」里的 .md 文件超过 {MANY} 个，是不是写错了文件夹？")
    return Documents(folder, tuple(_read(path, folder) for path in paths))


def _read(path: Path, folder: Path) -> Document:
    name = path.relative_to(folder).as_posix()
    try:
        content = path.read_bytes()
    except OSError:
        raise ValueError(f"打不开文件「{name}」，请检查权限") from None
    if len(content) > LARGE:
        raise ValueError(f"文件「{name}」太大了，一个文件最多 2 MB")
    try:
        return Document(name, content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError(f"文件「{name}」不是 UTF-8 编码，请另存为 UTF-8") from None


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
