"""Common questions are answered where the answer is likely right, and else not at all."""

import json

import pytest
from hypothesis import given, settings, strategies as st

from knowledge.answers import Answers, Entry, evaluate_answers, read_markdown
from knowledge.markdown import read_sections

ENTRIES = (
    Entry("wash", ("枕头可以机洗吗", "枕头怎么清洗"), "枕芯不可水洗，枕套轻柔机洗。"),
    Entry("height", ("枕头有多高", "枕头高度是多少"), "高的一侧 11 厘米，低的一侧 9 厘米。"),
    Entry("refund", ("怎么申请退货", "不喜欢可以退吗"), "七天内未拆封可退，请联系客服。"),
    Entry("invoice", ("可以开发票吗",), "可以，下单时填写抬头。"),
    Entry("ship", ("多久发货", "什么时候能发货"), "现货 48 小时内发出。"),
    Entry("smell", ("新枕头有味道怎么办",), "通风两三天就会散去。"),
    Entry("agent", ("怎么成为代理",), "请联系您的上级。", ("training",)),
)


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers(ENTRIES)


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("枕头可以机洗吗", "wash"),
        ("枕头可以机洗吗？？", "wash"),
        ("枕頭可以機洗嗎", "wash"),
        ("枕头能机洗吗", "wash"),
        ("请问枕头怎么洗", "wash"),
        ("枕头的高度是多少呀", "height"),
        ("怎么申请退货呢", "refund"),
        ("能开发票吗", "invoice"),
        ("什么时候发货", "ship"),
        ("新枕头有味道，该怎么办？", "smell"),
    ],
)
def test_finds_the_answer_however_it_is_asked(answers: Answers, text: str, entry: str) -> None:
    found = answers.best(text)
    assert found is not None
    assert found.entry.id == entry
    assert found.question in found.entry.questions


@pytest.mark.parametrize(
    "text",
    [
        "",
        "？？？",
        "😂😂",
        "早上好",
        "今天天气不错",
        "哈哈哈哈",
        "枕头多少钱",
        "新枕头什么时候上市",
        "发票丢了怎么办",
        "有人一起去爬山吗",
        "隔壁那家店倒闭了",
        "怎么成为会员",
        "怎么做呀",
        "做好了吗",
    ],
)
def test_is_silent_rather_than_wrong(answers: Answers, text: str) -> None:
    assert answers.best(text) is None


@pytest.mark.parametrize(
    "text",
    ["怎么洗头发", "头发怎么清洗", "怎么洗车", "被套能洗吗", "你有多高"],
)
def test_the_same_asked_of_another_thing_is_not_answered(text: str) -> None:
    """「怎么洗头发」 was told how to wash the pillow."""
    wash = Entry("wash", ("枕头可以机洗吗", "枕头怎么清洗", "枕套能洗吗"), "枕芯不可水洗。")
    brand = Answers((wash, ENTRIES[1]))
    assert brand.best(text) is None


@pytest.mark.parametrize("text", ["乳胶枕怎么清洗", "怎么清洗", "枕芯能洗吗", "洗衣机能洗枕头吗"])
def test_a_thing_of_the_same_kind_or_none_is_still_answered(answers: Answers, text: str) -> None:
    found = answers.best(text)
    assert found is not None
    assert found.entry.id == "wash"


def test_the_threshold_decides_what_is_said(answers: Answers) -> None:
    likely = answers.rank("枕头能机洗吗")[0].probability
    assert answers.best("枕头能机洗吗", threshold=likely) is not None
    assert answers.best("枕头能机洗吗", threshold=likely + 0.001) is None


def test_ranks_each_entry_once_likeliest_first(answers: Answers) -> None:
    ranked = answers.rank("枕头怎么清洗")
    assert ranked[0].entry.id == "wash"
    assert len({answer.entry.id for answer in ranked}) == len(ranked)
    probabilities = [answer.probability for answer in ranked]
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(0 <= each <= 1 for each in probabilities)
    assert len(answers.rank("枕头怎么清洗", 2)) == 2


def test_a_second_way_to_ask_does_not_make_an_answer_less_sure() -> None:
    one = Answers((Entry("ship", ("多久发货",), "48 小时内。"), *ENTRIES[:4]))
    two = Answers((Entry("ship", ("多久发货", "多久能发货"), "48 小时内。"), *ENTRIES[:4]))
    asked = "大概多久能发货"
    assert two.rank(asked)[0].probability >= one.rank(asked)[0].probability


def test_an_answer_for_some_groups_is_given_there_alone(answers: Answers) -> None:
    asked = "怎么成为代理"
    assert answers.best(asked, kind="fan") is None
    assert answers.best(asked, kind="training") is not None
    assert answers.best(asked, kind="fan", names=("north", "training")) is not None
    assert answers.best(asked) is not None
    assert answers.best("多久发货", kind="fan") is not None


def test_knows_nothing_without_entries() -> None:
    nothing = Answers(())
    assert nothing.best("枕头可以机洗吗") is None
    assert nothing.rank("枕头可以机洗吗") == []


def test_a_word_for_word_question_is_answered_even_from_one_entry() -> None:
    found = Answers(ENTRIES[:1]).best("枕头怎么清洗？")
    assert found is not None
    assert found.probability > 0.9


@settings(max_examples=200, deadline=None)
@given(
    st.text(
        alphabet=st.one_of(st.characters(), st.sampled_from("枕头怎么洗发货吗不能？1a")),
        max_size=60,
    )
)
def test_nothing_that_is_asked_upsets_it(answers: Answers, text: str) -> None:
    first = answers.rank(text)
    assert first == answers.rank(text)
    assert all(0 <= answer.probability <= 1 for answer in first)


MANUAL = """
# 枕头手册

买来先看这里。

## 怎么申请退货？

七天内可退，**未拆封**。

## 多久发货 / 什么时候能发货

- 问：催发货
- 不是：多久能到

现货 48 小时内发出，见 [物流页](https://example.com/x)
<!-- 注释
## 不是标题 -->

## 保养

- 每周通风一次，避免暴晒；枕芯不可水洗，枕套三十度以下轻柔机洗。

```
# 这不是标题
```

## 没有内容

## 尾声

谢谢。
"""


def test_reads_sections_of_markdown_as_questions_and_answers() -> None:
    entries = {entry.id: entry for entry in read_markdown("manual.md", MANUAL)}
    assert list(entries) == [f"manual.md#{number}" for number in (1, 2, 3, 4, 6)]
    assert entries["manual.md#2"].questions == ("怎么申请退货？",)
    assert entries["manual.md#2"].answer == "七天内可退，未拆封。"
    assert entries["manual.md#3"].questions == ("多久发货", "什么时候能发货", "催发货")
    assert entries["manual.md#3"].unlike == ("多久能到",)
    assert entries["manual.md#3"].answer == "现货 48 小时内发出，见 物流页 https://example.com/x"
    assert entries["manual.md#4"].questions == ()
    assert entries["manual.md#4"].answer.startswith("保养\n· 每周通风")
    assert "# 这不是标题" in entries["manual.md#4"].answer
    assert entries["manual.md#1"].answer == "枕头手册\n买来先看这里。"
    assert "注释" not in "".join(entry.answer for entry in entries.values())


def test_a_section_or_a_whole_file_is_for_some_groups_only() -> None:
    lines = "## 枕头怎么清洗\n枕套可洗。\n## 怎么拿货\n- 只在：north、fan\n找组长。"
    open_, limited = read_markdown("a.md", lines)
    assert (open_.groups, limited.groups) == ((), ("north", "fan"))
    assert limited.answer == "找组长。"
    whole, own = read_markdown("b.md", f"只在：training\n\n{lines}")
    assert (whole.groups, own.groups) == (("training",), ("north", "fan"))
    answers = Answers([whole])
    assert answers.best("枕头怎么清洗", kind="training") is not None
    assert answers.best("枕头怎么清洗", kind="fan") is None


def test_a_heading_needs_no_blank_after_its_hashes() -> None:
    """「#怎么开发票」 was no heading, and its answer belonged to the question above it."""
    text = "#怎么开发票\n联系客服。\n##尺寸##\n一米二。\n＃多久发货？\n48 小时内。\n"
    text += "#今日话题#\n#打卡 #早睡\n#1 号楼\n#好眠\n"
    assert [(each.heading, each.body) for each in read_sections(text)] == [
        ("怎么开发票", "联系客服。"),
        ("尺寸", "一米二。"),
        ("多久发货？", "48 小时内。\n#今日话题#\n#打卡 #早睡\n#1 号楼\n#好眠"),
    ]


def test_a_fence_that_never_ends_is_told() -> None:
    *_, last = read_sections("# 怎么退货\n点申请售后\n```\n# 不是标题")
    assert not last.closed


def test_finds_sections_by_heading_and_by_their_words() -> None:
    notes = read_markdown("notes.md", "发票在下单时填写抬头，三天内开出。")
    manual = Answers([*read_markdown("manual.md", MANUAL), *notes])
    refund = manual.best("怎样申请退货")
    assert refund is not None
    assert refund.entry.id == "manual.md#2"
    assert manual.rank("枕套要怎么机洗")[0].entry.id == "manual.md#4"
    assert manual.rank("发票抬头在哪里填写")[0].entry.id == "notes.md#1"
    assert manual.best("今天天气不错") is None


def test_what_looks_like_a_question_and_is_another_is_not_answered() -> None:
    plain = Entry("wash", ("枕头可以机洗吗",), "枕套可以。")
    warned = Entry("wash", ("枕头可以机洗吗",), "枕套可以。", (), ("枕头可以机洗几次",))
    assert Answers((plain, *ENTRIES[1:])).best("枕头可以机洗几次啊") is not None
    wary = Answers((warned, *ENTRIES[1:]))
    assert wary.best("枕头可以机洗几次啊") is None
    assert wary.best("枕头能机洗吗") is not None


def test_measures_how_well_queries_find_their_entries() -> None:
    kb = [
        json.dumps({"id": entry.id, "question": entry.questions[0], "answer": entry.answer})
        for entry in ENTRIES
    ]
    queries = [
        json.dumps({"text": "枕头可以机洗吗", "label": "wash"}),
        json.dumps({"text": "多久发货呀", "label": "ship"}),
        json.dumps({"text": "月亮有多远", "label": "invoice"}),
        json.dumps({"text": "今天天气不错", "label": None}),
    ]
    assert evaluate_answers(kb, queries) == {
        "top1": pytest.approx(2 / 3),
        "mrr10": pytest.approx(2 / 3),
        "auroc": 1.0,
        "n": 4,
    }


def test_a_word_that_one_text_says_all_the_time_still_finds_it() -> None:
    long = Entry("latex", (), "乳胶" * 900 + "枕芯")
    others = [
        Entry(str(number), (), f"第{number}条说的是{'发票' if number < 9 else '快递'}的事")
        for number in range(60)
    ]
    assert Answers([*others, long]).rank("乳胶发票")[0].entry.id == "latex"


def test_measures_texts_without_questions() -> None:
    kb = [json.dumps({"id": entry.id, "answer": entry.answer}) for entry in ENTRIES]
    found = evaluate_answers(kb, [json.dumps({"text": "枕套如何机洗", "label": "wash"})])
    assert found == {"top1": 1.0, "mrr10": 1.0, "auroc": 0.5, "n": 1}
