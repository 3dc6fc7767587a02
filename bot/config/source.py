"""A file of the configuration as text and as data, with the places of everything in it."""

import re
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bot.config.findings import Finding
from bot.config.positions import Positions
from bot.errors import Fault

_PLACE = re.compile(r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end.*)\)$")
_MARKS = {
    **dict.fromkeys("“”＂「」『』", '"'),
    **dict.fromkeys("‘’＇", "'"),
    **dict.fromkeys("，、", ","),
    "＝": "=",
    "：": "=",
    "【": "[",
    "】": "]",
    "［": "[",
    "］": "]",
    "｛": "{",
    "｝": "}",
    "＃": "#",
}
_BLANKS: Final = {
    "\u3000": "全角空格",
    "\u00a0": "不换行空格（多半是从网页或文档里粘贴来的）",
    **dict.fromkeys("\u2002\u2003\u2009\u202f", "特殊的空格"),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", "看不见的字符"),
}
_YES: Final = {
    **dict.fromkeys(("True", "TRUE", "yes", "Yes", "YES", "是"), "true"),
    **dict.fromkeys(("False", "FALSE", "no", "No", "NO", "否"), "false"),
}
_WORD: Final = re.compile(r"""[^\s\u200b-\u200d\u2060\ufeff=,，\[\]{}"'#]+""")
_QUOTED: Final = re.compile(r""""(?:[^"\\]|\\.)*("|$)|'[^']*('|$)""")
_CLOSERS: Final = {'"': "”＂", "'": "’＇"}
_SAYINGS = (
    ("Cannot declare", "这个表前面已经写过一次，请合并成一处（一组多个时用 [[…]]）"),
    ("Cannot overwrite", "这个键写了两次，请只留一个"),
    ("Duplicate inline", "大括号里同一个键写了两次，请只留一个"),
    ("Cannot mutate", "这个表前面已经写定，不能在这里再加内容"),
    ("Cannot redefine", "这个名字前面已经用过，不能再当作表"),
    ("Expected '=' after", '键的后面要有等号，例如 name = "小美"'),
    ("Expected ']' at", "表头少了右方括号 ]"),
    ("Expected ']]' at", "表头少了右方括号 ]]"),
    ("Unclosed array", "列表没有写完：少了逗号，或少了右方括号 ]"),
    ("Unclosed inline", "大括号没有写完：少了逗号，或少了右大括号 }"),
    ("Unescaped", "双引号里的反斜杠要写两个 \\\\，或者改用单引号"),
    ("Unterminated", "文字的引号没有配对，少了结尾的引号"),
    ("Illegal character '\\n'", "文字的引号没有配对，少了结尾的引号；多行文字请用三个引号"),
    ("Illegal character", "这里有看不见的控制字符，请删掉"),
    ("Found invalid", "这里有看不见的控制字符，请删掉"),
    ("Invalid date", "没有这个日期或时间"),
    ("Invalid value", "这个值读不懂：文字要放在英文双引号里，数字和 true、false 不加引号"),
    ("Expected newline", "一行只能写一个键；这里多出了内容"),
    ("Invalid initial", "这里要写键的名字；名字含中文或符号时要用英文双引号括起来"),
    ("Invalid statement", "这一行读不懂，要写成 键 = 值，或 [表名]"),
    ('Expected "\'"', "文字的引号没有配对，少了结尾的引号"),
)


@dataclass(slots=True)
class Source:
    """One file: ``data`` is None where it cannot be read as TOML, and ``faults`` say why."""

    path: Path
    text: str = ""
    data: dict[str, Any] | None = None
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    _positions: Positions | None = None

    def locate(self, finding: Finding) -> tuple[int, int]:
        """Return line and column of what a finding is about."""
        if self._positions is None:
            self._positions = Positions(self.text)
        look = self._positions.of_key if finding.at_key else self._positions.of_value
        return look(finding.path)

    def note(self, finding: Finding) -> None:
        """Keep a finding as a fault or a warning at its place in this file."""
        fault = Fault(self.path, *self.locate(finding), finding.text)
        (self.faults if finding.fatal else self.warnings).append(fault)

    def warn(self, line: int, text: str) -> None:
        """Keep a warning at a line of this file."""
        self.warnings.append(Fault(self.path, line, 1, text))

    def let_go(self) -> None:
        """Give up data and places one by one: of ten thousand rules at once they stall others."""
        for tables in (self.data or {}).values():
            while isinstance(tables, list) and tables:
                tables.pop()
        if self._positions is not None:
            self._positions.let_go()
        self.data = self._positions = None


def open_source(path: Path) -> Source:
    """Read a file as far as possible; never raises for what is in it."""
    source = Source(path)
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        source.faults.append(Fault(path, 1, 1, _unreadable(error)))
        return source
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        source.faults.append(Fault(path, 1, 1, "文件是 UTF-16 编码，请另存为 UTF-8"))
        return source
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
        source.warnings.append(
            Fault(path, 1, 1, "文件开头有 BOM，已略过；请另存为不带 BOM 的 UTF-8")
        )
    try:
        source.text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        source.faults.append(_not_utf8(path, content, error.start))
        return source
    _parse(source)
    return source


def _parse(source: Source) -> None:
    try:
        source.data = tomllib.loads(source.text)
    except RecursionError:
        source.faults.append(Fault(source.path, 1, 1, "列表或大括号嵌套太深，请写得简单些"))
    except ValueError as error:
        source.faults.append(_not_toml(source, str(error)))


def _unreadable(error: Exception) -> str:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return "找不到这个文件，请检查文件名和所在的文件夹"
        case IsADirectoryError():
            return "这是一个文件夹，要写一个文件"
        case PermissionError():
            return "没有权限读这个文件，请检查文件的权限"
        case _:
            return "读不了这个文件，请检查文件名和磁盘"


def _not_utf8(path: Path, content: bytes, offset: int) -> Fault:
    before = content[:offset].decode("utf-8")
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return Fault(path, line, column, "文件不是 UTF-8 编码（多半是 GBK/ANSI），请另存为 UTF-8")


def _not_toml(source: Source, message: str) -> Fault:
    lines = source.text.replace("\r\n", "\n").split("\n")
    found = _PLACE.match(message)
    what = found["what"] if found else message
    if found and found["line"]:
        line, column = int(found["line"]), int(found["column"])
    else:
        line = max((n for n, text in enumerate(lines, 1) if text.strip()), default=1)
        column = len(lines[line - 1]) + 1 if found else 1
    here = lines[line - 1] if line <= len(lines) else ""
    if what.startswith("Cannot"):
        column = len(here) - len(here.lstrip()) + 1
    column, cause = _cause(here, column, what)
    return Fault(source.path, line, column, cause or _say(what))


def _cause(line: str, column: int, what: str) -> tuple[int, str]:
    """Look for the slip that TOML stumbles over, maybe further left; the text is empty for none."""
    probes: list[Callable[[], tuple[int, str]]]
    probes = [lambda: (column, _mark(line[column - 1 : column]))]
    if what.startswith(("Expected newline", "Unclosed", "Invalid value")):
        probes.insert(0, lambda: _value(line, column))
    if what.startswith("Invalid statement"):
        probes.append(lambda: (column, _statement(line[column - 1 :])))
    if what.startswith(("Illegal character '\\n'", "Expected", "Unclosed", "Unterminated")):
        probes.append(lambda: _quotes(line, column))
    return next((found for probe in probes if (found := probe())[1]), (column, ""))


def _mark(mark: str) -> str:
    """Name a Chinese mark, or a blank, that was typed in place of an English one."""
    if mark in _BLANKS:
        return f"这里是{_BLANKS[mark]}，请删掉；要空开就用普通的空格"
    return f"这里是中文标点「{mark}」，要换成英文的 {_MARKS[mark]}" if mark in _MARKS else ""


def _statement(line: str) -> str:
    """Say what is wrong with the beginning of a line."""
    if line.startswith("//"):
        return "说明文字的前面要写 #，不是 //"
    if "=" in line and not line[0].isascii():
        return "这一行读不懂：键的名字要用英文，例如 id、label、any"
    return ""


def _value(line: str, column: int) -> tuple[int, str]:
    """Say how a number, a length of time or a yes is written that stands at the faulty place."""
    before, behind = line[: column - 1], line[column - 1 :]
    listed = before.count("[") > before.count("]")
    if not listed and re.fullmatch(r"[,，、;；。]\s*(#.*)?", behind):
        return column, f"行尾不用写标点，请删掉这里的「{behind[0]}」"
    whole, part = re.search(r"=\s*(-?\d+)$", before), re.match(r"[,，](\d+)\s*(#|$)", behind)
    if whole and part:
        return column, f"小数点要用英文的句点，写成 {whole[1]}.{part[1]}"
    for word in _WORD.finditer(line):
        if word.start() < column <= word.end():
            return word.start() + 1, _spelt(word[0])
    return column, ""


def _spelt(word: str) -> str:
    """Say how a value without quotes has to be written."""
    plain = unicodedata.normalize("NFKC", word)
    if word in _YES:
        return f"这里的「{word}」要写成 {_YES[word]}，小写，不加引号"
    if found := re.fullmatch(r"(-?\d+(?:\.\d+)?)%", plain):
        return f"这里不能写「{word[-1]}」：{word} 要写成 {float(found[1]) / 100:g}"
    if re.fullmatch(r"-?(\d+\.?\d*|\.\d+)", plain):
        number = re.sub(r"^(-?)0*(?=\d)", r"\1", plain.rstrip(".")).replace("-.", "-0.")
        number = f"0{number}" if number.startswith(".") else number
        why = "不能用 0 开头" if plain == word and "." not in word else "写法不对"
        return f"这里的数字{why}，要写成 {number}" if number != word else ""
    if found := re.fullmatch(r"\d+((?:(?![\x00-\x7f])\w)+)", plain):
        return f'数字后面不能写「{found[1]}」，请删掉；时长要写成 "15m"、"1h"、"3d" 这样'
    if re.fullmatch(r"\d[0-9A-Za-z:.+-]*", plain):
        return f'这里不是单独的数字，两边要加英文双引号，写成 "{plain}"'
    return ""


def _quotes(line: str, column: int) -> tuple[int, str]:
    """Look for a text that a Chinese quote was to close, or that a quote within it closed."""
    for text in _QUOTED.finditer(line[: column + 1]):
        for at in range(text.start() + 1, text.end()):
            behind = line[at + 1 :].lstrip()[:1]
            lone = not {"“", "‘"} & set(line[text.start() : at])
            if line[at] in _CLOSERS[text[0][0]] and lone and behind in ("", ",", "]", "}", "#"):
                return at + 1, _mark(line[at])
    if line[column - 1 : column].isalnum() and line[: column - 1].endswith('"'):
        return column, "文字在这里已经结束了；文字里面的引号要用中文的“”"
    return column, ""


def _say(what: str) -> str:
    return next((saying for start, saying in _SAYINGS if what.startswith(start)),
                "这里不是正确的 TOML，要写成 键 = 值")  # fmt: skip
