"""Every command is found at the home the table names, alone and among all."""

import pytest

from bot.cli import HOMES, commands, main


def named() -> set[str]:
    app = commands()
    alone = {
        each.name or each.callback.__name__ for each in app.registered_commands if each.callback
    }
    return alone | {str(each.name) for each in app.registered_groups}


def test_the_table_names_every_command_there_is() -> None:
    assert named() == set(HOMES)


@pytest.mark.parametrize("command", HOMES)
def test_a_command_is_at_home_where_the_table_says(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--help"]) == 0
    assert f"qunkeeper {command} " in capsys.readouterr().out
