"""What is wrong with a command line, in one line that says what to write instead."""

import re
from collections.abc import Iterable
from typing import Any

import typer

# Typer brings click's classes or its own copies of them, as its versions go.
UsageError: Any = typer.BadParameter.__base__
Abort: Any = typer.Abort
KINDS = {
    "integer": "要写一个整数",
    "number": "要写一个数，例如 0.9",
    "float": "要写一个数，例如 0.9",
    "bool": "要写 true 或 false",
    "path": "要写一个文件或文件夹的路径",
}
QUOTED = re.compile(r"'([^']*)'")
SURPLUS = re.compile(r"extra argument.*\((.*)\)")
NO_ARGUMENTS = "NoArgsIsHelpError"


def told(error: Any) -> str:
    """Say what is wrong with a command line, and where to look up how it is written."""
    context = error.ctx
    path = context.command_path if context is not None else "qunkeeper"
    return f"{_fault(error)}；用法见 {path} --help"


def _fault(error: Any) -> str:
    name = type(error).__name__
    if name == "NoSuchOption":
        return f"没有「{error.option_name}」这个选项{_meant(error.possibilities)}"
    if name == "BadOptionUsage":
        needless = "does not take a value" in error.message
        return f"{error.option_name} 后面{'不写值' if needless else '要写值'}"
    if name == "MissingParameter":
        return f"缺少 {_name(error)}"
    if name == "BadParameter":
        return f"{_name(error)} 写得不对{_given(error)}：{_wanted(error.message)}"
    return _misplaced(error)


def _misplaced(error: Any) -> str:
    """Tell of a word that is no command here, or one too many."""
    if surplus := SURPLUS.search(error.message):
        return f"多写了「{surplus.group(1)}」；有空格的文字请用引号括起来"
    commands = getattr(error.ctx.command, "commands", {}) if error.ctx is not None else {}
    if not commands:
        return f"命令写得不对：{error.message}"
    unknown = QUOTED.search(error.message)
    wrong = f"没有「{unknown.group(1)}」这个命令" if unknown else "缺少命令"
    return f"{wrong}；可以写：{' '.join(commands)}"


def _name(error: Any) -> str:
    """Name an option as it is typed, an argument as the help does."""
    param = error.param
    if param is None:
        return "参数"
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return str(param.metavar or param.human_readable_name)


def _given(error: Any) -> str:
    """Repeat what was written, where that is known."""
    cause = error.__cause__
    given = [each.get("input") for each in cause.errors()] if hasattr(cause, "errors") else []
    return f"（{given[0]}）" if given else ""


def _wanted(message: str) -> str:
    _, one_of, choices = message.partition("one of ")
    if one_of:
        return f"可以写 {'、'.join(QUOTED.findall(choices))}"
    return next((wanted for kind, wanted in KINDS.items() if kind in message), message)


def _meant(possibilities: Iterable[str] | None) -> str:
    likely = " 或 ".join(sorted(possibilities or ()))
    return f"，是不是要写 {likely}" if likely else ""
