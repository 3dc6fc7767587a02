"""What the figures of a reload are taken from."""

from pathlib import Path

from bot.cli.reading import load_config
from bot.cli.reloading import reloading


def test_a_configuration_of_so_many_rules_comes_into_force_beside_the_loop(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(
        '[[rules]]\nid = "one"\nlabel = "complaint"\nany = ["塌了"]\n', encoding="utf-8"
    )
    file = tmp_path / "config.toml"
    file.write_text('include = ["rules.toml"]\n', encoding="utf-8")

    figures = reloading(load_config(file), file, tmp_path, cache=tmp_path, rules=20, rounds=1)

    assert figures["rules"] == 20
    assert 0 <= figures["longest_stall_ms"] <= figures["longest_pause_ms"]
    assert load_config(tmp_path / "many.toml").rules[-1].id == "one"
