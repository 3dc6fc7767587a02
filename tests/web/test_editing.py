"""One table of config.toml is changed; nothing around it is."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings, strategies as st
from starlette.datastructures import FormData

from bot.errors import TicketError
from bot.web.drafting import fill, read
from bot.web.editing import drop_table, find_table, places, put_table
from bot.web.pieces import FIELDS, Piece, change, pack, unpack

SHIPPED = (Path(__file__).parents[2] / "config.toml").read_text(encoding="utf-8")
NOTICES = tomllib.loads(SHIPPED)["notices"]
ZONE = ZoneInfo("Asia/Shanghai")
REST = "# 下面是别的\n[planning]\nstrict = true\n"
SMALL = f'[[notices]]\nid = "a"   # 编号\ntext = "早"\n\n{REST}'


RICH = f'''[[notices]]
id = "all"             # 什么都有
title = "直播"
scenario = "recurring"
rrule = "FREQ=WEEKLY;BYDAY=FR;BYHOUR=19;BYMINUTE=0"
start = "2026-11-01T00:00:00+08:00"
skip = ["2026-12-04"]  # 那天放假
move = {{ 2026-12-11 = "2026-12-12T20:00:00" }}
groups = ["fan", "training"]
text = """

今晚见
"""
image = "a.png"
parts = [{{ voice = "b.mp3" }}, {{ link = {{ url = "https://a.b", title = "看这里" }} }}]

[notices.variants.training]  # 经销商
text = "经销商们"

[[notices.variants.training.parts]]
text = "再见"
# 这一句要留着

[[notices]]
id = "a"
title = "早"
scenario = "content"
at = "2026-12-12T20:00:00+08:00"
groups = ["fan"]
mini_program = {{ appid = "wx1", title = "商城" }}

{REST}'''
MANY = tomllib.loads(RICH)["notices"]
WORDS = ("", "好", 'a "b"', "两\n行")


def as_form(values: dict[str, Any]) -> FormData:
    """Send the fields of a form as a browser does: nothing for what is not ticked."""
    pairs: list[Any] = []
    for where, pieces in values.get("pieces", {}).items():
        pairs += [] if where == "own" else [("variant", where)]
        for number, piece in enumerate(pieces):
            at = f"{where}-{number}-"
            pairs += [(f"{at}kind", piece.kind), *((at + k, v) for k, v in piece.values.items())]
            pairs += [] if piece.part is None else [(f"{at}part", str(piece.part))]
    for day, to in values.get("move", {}).items():
        pairs += [("move-day", day), ("move-to", to)]
    for key, value in values.items():
        if key in ("pieces", "move"):
            continue
        if isinstance(value, list):
            pairs += [(key, str(each)) for each in value]
        elif value is not False:
            pairs.append((key, "on" if value is True else str(value)))
    return FormData(pairs)


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice["id"])
def test_a_form_that_nobody_touched_changes_nothing(notice: dict[str, Any]) -> None:
    form = as_form(fill(notice, ZONE))
    assert put_table(SHIPPED, "notices", read(form, ZONE, notice)) == SHIPPED


def test_only_the_line_that_means_something_else_is_written() -> None:
    form = {**fill(NOTICES[0], ZONE), "time": "09:15"}
    changed = put_table(SHIPPED, "notices", read(as_form(form), ZONE, NOTICES[0]))
    before, after = SHIPPED.split("\n"), changed.split("\n")
    different = [new for old, new in zip(before, after, strict=True) if old != new]
    assert different == ['rrule = "FREQ=DAILY;BYHOUR=9;BYMINUTE=15;BYSECOND=0"']


def test_a_new_table_stands_before_the_words_about_the_next_part() -> None:
    changed = put_table(SHIPPED, "notices", {"id": "new", "title": "新", "text": "好"})
    assert changed.index('id = "new"') < changed.index("# 发公告的分寸")
    assert changed.replace('[[notices]]\nid = "new"\ntitle = "新"\ntext = "好"\n\n', "") == SHIPPED


def test_dropping_a_table_leaves_the_comments_of_its_neighbours() -> None:
    changed = drop_table(SHIPPED, "rules", "cloud-collapsed")
    assert "# 自己家的产品名和叫法" in changed
    assert "# [[rules]]" in changed
    assert "cloud-collapsed" not in changed


def test_windows_line_ends_do_not_matter() -> None:
    windows = SHIPPED.replace("\n", "\r\n")
    changed = put_table(windows, "notices", {"id": "double12", "title": "双十二"})
    assert find_table(changed, "notices", "double12")


def test_faults_find_the_key_they_are_about() -> None:
    block = find_table(SHIPPED, "notices", "double12")
    assert block is not None
    lines = SHIPPED.split("\n")
    for (line, _), path in places(SHIPPED, "notices", block).items():
        key = next(str(step) for step in reversed(path) if isinstance(step, str))
        assert key in lines[line - 1]


@pytest.mark.parametrize("notice", MANY, ids=lambda notice: notice["id"])
def test_what_is_said_in_many_pieces_stays_as_it_was_written(notice: dict[str, Any]) -> None:
    form = as_form(fill(notice, ZONE))
    assert put_table(RICH, "notices", read(form, ZONE, notice)) == RICH


def test_one_word_of_a_variant_changes_one_line() -> None:
    form = fill(MANY[0], ZONE)
    pieces = form["pieces"]["training"]
    pieces[1] = replace(pieces[1], values={"text": "新的"})
    changed = put_table(RICH, "notices", read(as_form(form), ZONE, MANY[0]))
    assert changed == RICH.replace('"再见"', '"新的"')


def test_a_piece_that_is_put_forward_is_said_before_the_others() -> None:
    form = fill(MANY[0], ZONE)
    change(form["pieces"], "up:own:3")
    found = find_table(
        put_table(RICH, "notices", read(as_form(form), ZONE, MANY[0])), "notices", "all"
    )
    assert found is not None
    assert [piece.kind for piece in unpack(found.data)] == ["text", "image", "link", "voice"]


def test_what_is_given_up_goes_from_the_text() -> None:
    form = fill(MANY[0], ZONE)
    change(form["pieces"], "same:training")
    form["pieces"]["own"] = form["pieces"]["own"][:1]
    changed = put_table(RICH, "notices", read(as_form({**form, "move": {}}), ZONE, MANY[0]))
    found = find_table(changed, "notices", "all")
    assert found is not None
    assert {"parts", "variants", "move", "image"}.isdisjoint(found.data)
    assert "# 下面是别的" in changed


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(sorted(FIELDS)).flatmap(
            lambda kind: st.builds(
                Piece,
                st.just(kind),
                st.fixed_dictionaries({field: st.sampled_from(WORDS) for field in FIELDS[kind]}),
                st.none() | st.integers(0, 3),
            )
        ),
        max_size=6,
    ),
    st.sampled_from([SMALL, RICH]),
)
def test_pieces_in_any_order_are_read_back_in_that_order(pieces: list[Piece], text: str) -> None:
    changed = put_table(text, "notices", {"id": "a", **pack(pieces, {})})
    found = find_table(changed, "notices", "a")
    assert found is not None
    said = [(piece.kind, piece.values) for piece in pieces if not piece.empty]
    assert [(piece.kind, piece.values) for piece in unpack(found.data)] == said
    assert changed.endswith(REST)


@settings(deadline=None)
@example("\n")
@example("\n先空一行")
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]) | st.just("\n")))
def test_whatever_is_typed_is_read_back(text: str) -> None:
    changed = put_table(SMALL, "notices", {"id": "a", "text": text})
    found = find_table(changed, "notices", "a")
    assert found is not None
    assert found.data.get("text", "") == text
    assert changed.endswith(REST)


@pytest.mark.parametrize(
    "text",
    ["notices = 3", 'notices = [{id = "a"}]', '[[notices]]\nid = "a"\n[notices'],
)
def test_what_a_form_cannot_change_is_left_alone(text: str) -> None:
    with pytest.raises(TicketError, match=r"编辑器|表单"):
        put_table(text, "notices", {"id": "a", "title": "b"})
