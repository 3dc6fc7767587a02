import tomllib
from typing import Any

import tomlkit
from hypothesis import given, strategies as st

from bot.config.positions import Path, Positions

TRICKY = '''
b.c."d.e" = [1, 2,
  "x,]#", # hi ]
  {k = "}", 'z y' = [[], [7]]},
]
s = """
[not.a.table]
"x" ""quote\\""" = 3
"""
l = \'\'\'it's '' # [\'\'\'
[[ n . "q" ]]
x = 1 # c
[n.q.sub]
y = 2026-01-01 00:00:00
[[n.q]]
[n.q.sub]
"\\u4e2d" = 5
e = """"five"""""
'''


def at(text: str, place: tuple[int, int]) -> str:
    line, column = place
    return text.replace("\r\n", "\n").split("\n")[line - 1][column - 1 :]


def leaves(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, (*path, key))]
    if isinstance(value, list):
        return [leaf for n, item in enumerate(value) for leaf in leaves(item, (*path, n))]
    return [(path, value)]


def test_every_value_of_an_awkward_text_is_found_where_it_stands() -> None:
    found = Positions(TRICKY)
    starts = {path: at(TRICKY, found.of_value(path)) for path, _ in leaves(tomllib.loads(TRICKY))}
    assert starts["b", "c", "d.e", 2].startswith('"x,]#"')
    assert starts["b", "c", "d.e", 3, "k"].startswith('"}"')
    assert starts["b", "c", "d.e", 3, "z y", 1, 0].startswith("7")
    assert starts["s",] == '"""'
    assert starts["l",].startswith("'''it")
    assert starts["n", "q", 0, "sub", "y"].startswith("2026-01-01")
    assert starts["n", "q", 1, "sub", "中"] == "5"
    assert starts["n", "q", 1, "sub", "e"].startswith('""""five')


def test_keys_are_told_from_their_values() -> None:
    found = Positions("[wechat]\n  provder = 1\n")
    assert found.of_key(("wechat", "provder")) == (2, 3)
    assert found.of_value(("wechat", "provder")) == (2, 13)


def test_what_is_not_there_is_shown_at_the_nearest_table() -> None:
    found = Positions('\n[[groups]]\nid = "a"\n\n[[groups]]\nid = "b"\n')
    assert found.of_key(("groups", 1, "kind")) == (5, 1)
    assert found.of_value(("nowhere", "at", "all")) == (1, 1)


def test_line_ends_of_windows_count_once() -> None:
    assert Positions('a = """\r\nx"""\r\nb = 1\r\n').of_value(("b",)) == (3, 5)


numbers = st.integers(10**9, 10**10)  # long enough to be told apart
keys = st.text(min_size=1, max_size=8) | st.sampled_from(["a", "b", "a.b", '"', "'", "#", "["])
values = st.recursive(
    numbers,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(keys, values, max_size=5))
def test_whatever_is_written_is_found(data: dict[str, Any]) -> None:
    text = tomlkit.dumps(data)
    read = tomllib.loads(text)
    found = Positions(text)
    for path, value in leaves(read):
        assert at(text, found.of_value(path)).startswith(str(value))
