"""Sentences are kept once and said in the language of whoever reads them."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from bihuan.inbox.domain.sentence import Named, Sentence, plain, read_sentence

TEXTS = st.text(max_size=20)
SIMPLE = st.one_of(TEXTS, st.integers(), st.builds(Named, TEXTS, TEXTS), st.builds(plain, TEXTS))
PARAMS = st.dictionaries(st.sampled_from(["a", "b", "c"]), SIMPLE, min_size=3)


def as_it_is(says: str) -> str:
    return says


@given(PARAMS)
def test_what_is_kept_as_json_comes_back_as_it_was(params: dict[str, str | int | Named]) -> None:
    sentence = Sentence("%(a)s %(b)s %(c)s", params)
    kept = json.loads(json.dumps(sentence.as_data()))
    assert read_sentence(kept) == sentence
    assert read_sentence(kept).said(as_it_is, "en") == sentence.said(as_it_is, "en")


@given(TEXTS)
def test_typed_words_are_said_letter_by_letter(text: str) -> None:
    assert plain(text).said(as_it_is, "zh-hans") == text


def test_a_sentence_in_a_sentence_is_translated_too() -> None:
    inner = Sentence("Accepted")
    outer = Sentence("Decided: %(what)s.", {"what": inner})
    chinese = {"Accepted": "已接受", "Decided: %(what)s.": "已决定：%(what)s。"}
    assert outer.said(chinese.__getitem__, "zh-hans") == "已决定：已接受。"
