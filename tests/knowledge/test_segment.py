"""The same cuts as jieba's, faster."""

import stat
from pathlib import Path

from hypothesis import given, settings, strategies as st

from knowledge.dictionary import Dictionary
from knowledge.segment import NativeSegmenter, segmenter_for
from knowledge.terms import Word
from knowledge.tokenizer import JiebaSegmenter
from tests.knowledge.shelf import messages

HOUSE = (Word("云朵枕", 3000), Word("又坏", 20000), Word("枕头太", 500))
NATIVE = NativeSegmenter(Dictionary.load(None), HOUSE)
JIEBA = JiebaSegmenter(None, HOUSE)
SENTENCES = st.lists(st.sampled_from([text for _, _, text in messages()]), min_size=1, max_size=3)


def test_every_message_is_cut_as_jieba_cuts_it() -> None:
    for _, _, text in messages():
        assert NATIVE.cut(text) == JIEBA.cut(text)


@settings(deadline=None)
@given(SENTENCES, st.text(alphabet="的了不退a1. ，\r\n枕头云朵又坏", max_size=12))
def test_so_is_whatever_else(sentences: list[str], odd: str) -> None:
    text = odd.join(sentences) + odd
    tokens = NATIVE.cut(text)
    assert tokens == JIEBA.cut(text)
    assert "".join(tokens) == text


@settings(deadline=None, max_examples=600)
@given(st.sampled_from([text for _, _, text in messages()]), st.data())
def test_stretches_are_chosen_as_the_whole_cut_would(text: str, data: st.DataObject) -> None:
    """One alone is looked at by the words around it, several by cutting the block."""
    block = text.split("，", maxsplit=1)[0]
    if not all(c.isalnum() for c in block):
        return
    places = {0}
    for token in JIEBA.cut(block):
        places.add(max(places) + len(token))
    starts = st.integers(0, len(block) - 1)
    stretch = starts.flatmap(
        lambda start: st.tuples(st.just(start), st.integers(start + 1, min(len(block), start + 4)))
    )
    spans = data.draw(st.lists(stretch, min_size=1, max_size=3, unique=True))
    wanted = [span for span in spans if places.issuperset(span)]
    assert list(NATIVE.tokens(block, spans)) == wanted
    assert list(NATIVE.tokens(block, spans[:1])) == wanted[: spans[0] in wanted]


def test_a_word_of_the_house_is_one_word() -> None:
    assert "云朵枕" in NATIVE.cut("新买的云朵枕不错")
    assert NATIVE.knows("云朵枕")
    assert not segmenter_for(()).knows("云朵枕")


def test_the_copy_kept_between_starts_is_private_and_checked(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    Dictionary.forget()
    Dictionary.load(folder)
    [copy] = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    sound = copy.read_bytes()
    copy.write_bytes(sound[:-1] + b"?")
    Dictionary.forget()
    assert Dictionary.load(folder).total > 0
    assert copy.read_bytes() == sound


def test_one_copy_serves_all_of_a_process_wherever_it_is_kept(tmp_path: Path) -> None:
    assert Dictionary.load(None) is Dictionary.load(tmp_path)


@settings(deadline=None)
@given(st.sampled_from([text for _, _, text in messages()]), st.data())
def test_a_word_by_itself_is_one_where_jieba_cuts_it_so(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    word = text[start : start + data.draw(st.integers(1, 4))]
    assert NATIVE.is_word(word) == JIEBA.is_word(word)


@settings(deadline=None)
@given(st.sampled_from([text for _, _, text in messages()]), st.data())
def test_several_words_of_a_block_are_told_as_one_by_one(text: str, data: st.DataObject) -> None:
    block = text.split("，", maxsplit=1)[0]
    starts = data.draw(st.lists(st.integers(0, len(block) - 1), min_size=1, max_size=4))
    spans = [(at, min(at + 2, len(block))) for at in starts]
    if all(c.isalnum() for c in block):
        assert list(NATIVE.tokens(block, spans)) == list(JIEBA.tokens(block, spans))
