"""The commands an operator types; the one place where every part is put together."""

import errno
import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer

from bot import logs
from bot.cli import usage
from bot.errors import BotError, ConfigError, reason

log = logging.getLogger(__name__)

DONE, FAILED, WRONG_INPUT, TOO_LOW = 0, 1, 2, 3
INTERRUPTED = 130  # what a shell says of whoever was stopped by Ctrl-C
ENDLESS = "run"  # what is meant to be stopped so, and has done all there was to do
UNFINISHED = "没有做完就停下了\n"
# Which module of this package a command lives in, in the order of the help.
HOMES = {
    "run": "serving",
    "check": "checking",
    "classify": "judging",
    "evaluate": "lab",
    "replay": "backtesting",
    "learn": "lab",
    "bench": "measuring",
    "simulate": "playing",
    "tickets": "desk",
    "forget": "desk",
    "notices": "planning",
    "signups": "planning",
    "report": "reporting",
    "user": "people",
    "rebind": "identity",
}


def commands(argv: Sequence[str] = ()) -> typer.Typer:
    """Make the command line; every command lives in the module of its subject.

    Only the home of the command that was typed is imported, so that a small one starts at once;
    where none is known to have been typed, all are.
    """
    app = typer.Typer(
        name="qunkeeper",
        help="群管家：住在微信群里的管家。A keeper of WeChat groups.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_only_commands)
    typed = HOMES.get(argv[0]) if argv else None
    for home in [typed] if typed else dict.fromkeys(HOMES.values()):
        import_module(f"bot.cli.{home}").register(app)
    return app


def _only_commands() -> None:
    """群管家：住在微信群里的管家。A keeper of WeChat groups."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0, 1, 2 or 3 as the contract says.

    Whoever was stopped before the work was done says so, and ends with 130.
    """
    logs.configure()
    typed = list(sys.argv[1:] if argv is None else argv)
    code = finish(typed)
    if code != INTERRUPTED:
        return code
    if typed[:1] == [ENDLESS]:
        return DONE
    sys.stderr.write(UNFINISHED)
    return INTERRUPTED


def finish(argv: list[str]) -> int:
    """Run one command; what was raised becomes an exit status, and words on stderr."""
    try:
        return run(argv)
    except usage.UsageError as error:
        return refuse(error)
    except (BotError, ConfigError) as error:
        faults = error.faults if isinstance(error, ConfigError) else [error]
        sys.stderr.writelines(f"{fault}\n" for fault in faults)
        return WRONG_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        return unwritable(error)
    except Exception:
        log.exception("the command failed")
        return FAILED


def unwritable(error: OSError) -> int:
    """Tell of a full disk in one line; whatever else the system refused is a surprise."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        sys.stderr.write(f"写不下去了：{reason(error)}，请腾出空间再试\n")
    else:
        log.error("the command failed", exc_info=error)
    return FAILED


def run(argv: list[str]) -> int:
    """Run one command; what it does not do for what was typed is raised."""
    try:
        code = commands(argv)(args=argv, prog_name="qunkeeper", standalone_mode=False)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED
    except usage.Abort as stop:
        if isinstance(stop.__cause__, KeyboardInterrupt):
            return INTERRUPTED
        sys.stderr.write(UNFINISHED)
        return FAILED
    return code if isinstance(code, int) else DONE


def refuse(error: Any) -> int:
    """Tell what is wrong with the command line; without anything on it, show the help."""
    if type(error).__name__ == usage.NO_ARGUMENTS:
        error.show()
    else:
        sys.stderr.write(f"{usage.told(error)}\n")
    return WRONG_INPUT
