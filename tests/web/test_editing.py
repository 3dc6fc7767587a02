"""One table of config.toml is changed; nothing around it is."""

import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings, strategies as st
from starlette.datastructures import FormData

from bot.errors import TicketError
from bot.web.drafting import fill, read
from bot.web.editing import drop_table, find_table, places, put_table

SHIPPED = (Path(__file__).parents[2] / "config.toml").read_text(encoding="utf-8")
NOTICES = tomllib.loads(SHIPPED)["notices"]
ZONE = ZoneInfo("Asia/Shanghai")
REST = "# 下面是别的\n[planning]\nstrict = true\n"
SMALL = f'[[notices]]\nid = "a"   # 编号\ntext = "早"\n\n{REST}'


def as_form(values: dict[str, Any]) -> FormData:
    """Send the fields of a form as a browser does: nothing for what is not ticked."""
    pairs: list[Any] = []
    for key, value in values.items():
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
    for line, key in places(SHIPPED, "notices", block).items():
        assert key.rpartition(".")[2] in lines[line - 1]


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
