"""check speaks about common questions: in tables and in Markdown files, at their lines."""

from pathlib import Path

import pytest

from bot.cli.reading import read_config

TABLES = """
[wechat]
managers = ["boss"]

[console]
enabled = false

[[groups]]
id = "r1"
kind = "fan"

[[faq]]
id = "wash"
question = ["枕头怎么清洗", "枕头怎么清洗？"]
answer = "枕套可以。"

[[faq]]
id = "fan"
question = ["怎么加入"]
answer = "扫码。"
groups = ["fan"]

[[faq]]
id = "training"
question = ["怎么加入"]
answer = "先报名。"
groups = ["training"]

[answers]
folder = "faq"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "faq" / "sub").mkdir(parents=True)
    file = tmp_path / "config.toml"
    file.write_text(TABLES, encoding="utf-8")
    return file


def told(file: Path) -> list[str]:
    reading = read_config(file)
    found = [*reading.faults, *reading.warnings]
    return [
        f"{each.file.name}:{each.line}: {each.text}"
        for each in found
        if "faq" in str(each.file) or "[[faq]]" in each.text or "写过" in each.text
    ]


def test_questions_that_stand_twice_are_told_where_they_stand(file: Path) -> None:
    (file.parent / "faq" / "a.md").write_text("# 枕头 怎么清洗\n看这里", encoding="utf-8")
    first, second = told(file)
    assert "config.toml:14" in first
    assert "在前面已经写过" in first
    assert second.startswith("a.md:1: 「枕头 怎么清洗」在「wash」已经写过")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "没有可以回答的内容"),
        ("<!-- 以后再写 -->\n", 1, "没有可以回答的内容"),
        ("# 怎么退货\n点售后\n\n## 几天能到\n", 4, "下面没有答案"),
        ("# 怎么办\n不知道", 1, "没有说问的是什么"),
        ("# 怎么退货\n```\n# 不是标题\n", 1, "没有写完"),
        ("# 怎么退货\n只在：fans\n点售后", 1, "没有「fans」这个群，是不是想写"),
        ("# 怎么加入\n只在：north\n扫码", 1, "没有「north」这个群"),
        ("# 怎么退货\n点售后\n\n#保养\n常通风", 1, "「#保养」的 # 后面没有空格"),
        ("# 怎么退货\n{name}，点售后", 1, "「{name}」会原样发出去"),
        ("# 怎么退货\n{nmae}，点售后", 1, "「{nmae}」会原样发出去"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_line(
    file: Path, text: str, line: int, words: str
) -> None:
    (file.parent / "faq" / "sub" / "坏.md").write_text(text, encoding="utf-8")
    found = [each for each in told(file) if each.startswith("坏.md")]
    assert len(found) == 1
    assert found[0].startswith(f"坏.md:{line}: ")
    assert words in found[0]


def test_files_whose_ending_is_in_capitals_are_read(file: Path) -> None:
    """「售后.MD」, as Windows may name it, was passed over without a word."""
    (file.parent / "faq" / "售后.MD").write_text("# 怎么办\n点售后", encoding="utf-8")
    assert [each.split(":")[0] for each in told(file)][1:] == ["售后.MD"]


def test_braces_and_hashes_that_mean_something_else_are_not_told(file: Path) -> None:
    text = "# 怎么导出\n用 {id} 和 { name } 查\n```\n#注释\n```\n#话题#"
    (file.parent / "faq" / "好.md").write_text(text, encoding="utf-8")
    assert not [each for each in told(file) if each.startswith("好.md")]


def test_a_folder_that_is_not_there_or_empty_or_unreadable_is_a_fault(file: Path) -> None:
    assert "没有 .md 文件" in str(read_config(file).faults[0])
    (file.parent / "faq" / "乱码.md").write_bytes(b"\xff\xfe\x00")
    assert "不是 UTF-8" in str(read_config(file).faults[0])
    file.write_text(TABLES.replace('"faq"', '"faqs"'), encoding="utf-8")
    assert "没有文件夹「faqs」" in str(read_config(file).faults[0])
