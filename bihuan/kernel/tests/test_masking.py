"""What a mask lets through: so many characters as it says, whatever it is given."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.kernel.masking import Mask, masked
from tests.examples import examples

DIGITS = "0123456789"
WIDE = str.maketrans(DIGITS, "０１２３４５６７８９")
SPOKEN = str.maketrans(DIGITS, "零幺二三四五六七八九")
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
written = st.sampled_from(
    [
        lambda m: m,
        lambda m: f"{m[:3]} {m[3:7]} {m[7:]}",
        lambda m: f"{m[:3]}-{m[3:7]}-{m[7:]}",
        lambda m: f"+86 {m}",
        lambda m: m.translate(WIDE),
        lambda m: m.translate(SPOKEN),
        lambda m: "\u200b".join(m),
    ]
)
mails = st.from_regex(r"[a-z]{3,8}\.[a-z]{2,5}@[a-z]{3,8}\.(com|cn|com\.cn)", fullmatch=True)
filler = st.sampled_from(
    ["价格", "预算还没批，", "客户说", "\n", "合同3份", "共120万元", "1234567"]
)
anything = st.text(max_size=60) | st.text(DIGITS + " -+*@.张三丰微信号wx", max_size=60)


def digits_in(text: str) -> str:
    """Return every digit of a text in the usual form, and nothing else."""
    usual = str.maketrans("０１２３４５６７８９零幺二三四五六七八九", DIGITS * 2)
    return "".join(each for each in text.translate(usual) if each in DIGITS)


@pytest.mark.properties
@settings(max_examples=examples(300))
@given(mask=st.sampled_from(Mask), value=anything)
def test_what_is_masked_stays_as_it_is(mask: Mask, value: str) -> None:
    once = masked(mask, value)
    assert masked(mask, once) == once


@pytest.mark.properties
@settings(max_examples=examples(300))
@given(mask=st.sampled_from([Mask.PHONE, Mask.NUMBER]), value=anything)
def test_a_number_shows_no_more_than_its_ends(mask: Mask, value: str) -> None:
    shown = [each for each in masked(mask, value) if each.isalnum()]
    there = [each for each in value if each.isalnum()]
    assert len(shown) <= {Mask.PHONE: 7, Mask.NUMBER: 2}[mask]
    assert len(shown) < len(there) or not there


@pytest.mark.properties
@settings(max_examples=examples(300))
@given(before=filler, mobile=mobiles, write=written, after=filler)
def test_no_text_gives_a_phone_away(before: str, mobile: str, write, after: str) -> None:  # type: ignore[no-untyped-def]  # any way of writing it
    shown = masked(Mask.TEXT, f"{before}，电话{write(mobile)}。{after}")
    assert len(digits_in(shown.partition("电话")[2].partition("。")[0])) <= 7
    assert mobile not in digits_in(shown)


@pytest.mark.properties
@settings(max_examples=examples(200))
@given(before=filler, mail=mails, after=filler)
def test_no_text_gives_an_address_away(before: str, mail: str, after: str) -> None:
    assert mail.partition("@")[0] not in masked(Mask.TEXT, f"{before} {mail} {after}")


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (Mask.PHONE, "13812345678", "138****5678"),
        (Mask.PHONE, "+86 138 1234 5678", "+86 1** **** 5678"),
        (Mask.PHONE, "12345", "1****"),
        (Mask.PHONE, "1", "*"),
        (Mask.MAIL, "z@example.com", "z***@example.com"),
        (Mask.MAIL, "not a mail", "n***"),
        (Mask.NAME, "张三", "张*"),
        (Mask.NAME, "张", "张*"),
        (Mask.NAME, "司马", "司*"),
        (Mask.ADDRESS, "广东省深圳市南山区", "广东省***"),
        (Mask.ADDRESS, "Wall Street 1", "W***"),
        (
            Mask.TEXT,
            "没有号码，只有合同 20260101 与 120 万。",
            "没有号码，只有合同 20260101 与 120 万。",
        ),
        (Mask.TEXT, "13812345678 1234567", "138****567* ***4567"),
        (Mask.TEXT, "", ""),
    ],
)
def test_masks_by_hand(mask: Mask, value: str, shown: str) -> None:
    assert masked(mask, value) == shown
