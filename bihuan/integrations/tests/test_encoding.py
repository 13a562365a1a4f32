"""Encodings: Chinese text is read back as it was written, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.integrations.domain.fault import Origin
from bihuan.integrations.domain.table import Certainty
from bihuan.integrations.reader.encoding import decode
from bihuan.integrations.reader.limits import FileRefused

HEADER = "客户名称,签约金额,备注\n"
HERE = Origin("orders.csv")

chinese = st.text(
    st.one_of(
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
        st.sampled_from("，。（）、：；￥％【】"),
        st.characters(min_codepoint=0x30, max_codepoint=0x7A, exclude_characters=";<=>?@[\\]^_`"),
    ),
    max_size=60,
)
lines = st.lists(chinese, min_size=1, max_size=8).map(lambda texts: "\n".join(texts) + "\n")


@given(body=lines, name=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
def test_chinese_is_read_back_as_it_was_written(body: str, name: str) -> None:
    text = HEADER + body
    assert decode(text.encode(name), HERE).text == text


@given(body=lines, name=st.sampled_from(["utf-16-le", "utf-16-be"]))
def test_utf_16_without_a_mark_is_recognised_by_its_line_ends(body: str, name: str) -> None:
    text = HEADER + body
    assert decode(text.encode(name), HERE).encoding == name


@given(body=lines)
def test_the_encoding_that_is_named_is_the_one_that_is_used(body: str) -> None:
    text = HEADER + body
    decoded = decode(text.encode("gb18030"), HERE, given="GBK")
    assert (decoded.text, decoded.certainty) == (text, Certainty.GIVEN)


@pytest.mark.parametrize(
    ("name", "encoding", "certainty"),
    [
        ("utf-8", "utf-8", Certainty.CERTAIN),
        ("utf-8-sig", "utf-8", Certainty.CERTAIN),
        ("gb18030", "gb18030", Certainty.LIKELY),
        ("gbk", "gb18030", Certainty.LIKELY),
        ("utf-16", "utf-16-le", Certainty.CERTAIN),
    ],
)
def test_the_encoding_is_told_with_how_sure_it_is(
    name: str, encoding: str, certainty: Certainty
) -> None:
    decoded = decode((HEADER + "华康医院,1200,\n").encode(name), HERE)
    assert (decoded.encoding, decoded.certainty) == (encoding, certainty)


def test_accents_of_latin_languages_are_no_mojibake() -> None:
    text = "name,city\nJosé Saraiva,Málaga\nFrançois Crêté,Besançon\n"
    assert decode(text.encode(), HERE).text == text


def test_a_name_lost_in_one_byte_is_not_guessed() -> None:
    with pytest.raises(FileRefused) as refused:
        decode("name\nMüller\n".encode("windows-1252"), HERE)
    assert refused.value.problem.code == "reader.encoding_unsure"


def test_that_name_is_read_once_the_encoding_is_said() -> None:
    raw = "name\nMüller\n".encode("windows-1252")
    assert decode(raw, HERE, given="windows-1252").text == "name\nMüller\n"


def test_garbled_text_is_told_with_what_it_should_read() -> None:
    raw = (HEADER.encode().decode("latin-1")).encode()
    with pytest.raises(FileRefused) as refused:
        decode(raw, HERE)
    assert refused.value.problem.params["meant"] == "客户名称"
    assert refused.value.problem.row == 1


def test_damage_is_told_with_its_byte_and_line() -> None:
    raw = (HEADER + "华康,1,\n仁\ufffd,2,\n").encode()
    with pytest.raises(FileRefused) as refused:
        decode(raw, HERE)
    problem = refused.value.problem
    assert (problem.row, problem.params["offset"]) == (3, raw.index("\ufffd".encode()))
