"""The commands an operator types; the one place where every part is put together."""

import logging
import sys
from collections.abc import Sequence

import typer

from bot import logs
from bot.cli import (
    checking,
    desk,
    identity,
    judging,
    lab,
    measuring,
    people,
    planning,
    playing,
    reporting,
    serving,
)
from bot.errors import BotError, ConfigError

log = logging.getLogger(__name__)

DONE, FAILED, WRONG_INPUT, TOO_LOW = 0, 1, 2, 3


def commands() -> typer.Typer:
    """Make the command line; every command lives in the module of its subject."""
    app = typer.Typer(
        name="qunkeeper",
        help="群管家：住在微信群里的管家。A keeper of WeChat groups.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    desk_work = (desk, planning, reporting, people, identity)
    for module in (serving, checking, judging, lab, measuring, playing, *desk_work):
        module.register(app)
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0, 1, 2 or 3 as the contract says."""
    logs.configure()
    try:
        commands()(args=list(argv) if argv is not None else None, prog_name="qunkeeper")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED
    except ConfigError as error:
        for fault in error.faults:
            sys.stderr.write(f"{fault}\n")
        return WRONG_INPUT
    except BotError as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_INPUT
    except KeyboardInterrupt:
        return DONE
    except Exception:
        log.exception("the command failed")
        return FAILED
    return DONE
