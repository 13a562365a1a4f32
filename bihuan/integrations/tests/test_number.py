"""Numbers: exact whatever way they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.integrations.domain.number import decimal_mark, kept, read_number

amounts = st.decimals(
    min_value=-(10**12), max_value=10**12, places=4, allow_nan=False, allow_infinity=False
)


@given(number=amounts)
def test_a_number_is_read_back_exactly(number: Decimal) -> None:
    assert read_number(f"{number:f}") == number
    assert read_number(f"{number:,f}") == number


@given(number=amounts)
def test_a_number_with_a_decimal_comma_is_read_back_exactly(number: Decimal) -> None:
    written = f"{number:,f}".translate(str.maketrans(",.", ".,"))
    assert read_number(written, mark=",") == number


@given(number=amounts, sign=st.sampled_from(["¥{}", "￥{}", "{}元", "{} CNY", "$ {}"]))
def test_a_currency_sign_does_not_change_a_number(number: Decimal, sign: str) -> None:
    assert read_number(sign.format(f"{abs(number):,f}")) == abs(number)


@given(number=st.decimals(min_value=0, max_value=10**9, allow_nan=False, allow_infinity=False))
def test_what_is_kept_is_never_further_than_half_a_digit(number: Decimal) -> None:
    value, is_rounded = kept(number)
    assert abs(value - number) <= Decimal("0.00005")
    assert is_rounded == (value != number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.56", "1234.56"),
        ("１，２３４．５", "1234.5"),
        ("(300)", "-300"),
        ("（300.5）", "-300.5"),
        ("300-", "-300"),
        ("−5", "-5"),
        ("12.5万", "125000"),
        ("3亿元", "300000000"),
        ("￥-12", "-12"),
        (".5", "0.5"),
        ("1.5E+05", "150000"),
        ("1 234 567", "1234567"),
    ],
)
def test_usual_ways_to_write_a_number(text: str, number: str) -> None:
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", "-", "1,23", "1.2.3", "12万元整", "NaN", "inf", "1/2", "0x1F", "一百"]
)
def test_what_is_no_number_is_not_half_read(text: str) -> None:
    assert read_number(text) is None


def test_the_mark_follows_from_the_whole_column() -> None:
    assert decimal_mark(["1.234,5", "7"]) == ","
    assert decimal_mark(["1,234", "7.5"]) == "."
    assert decimal_mark(["1,5", "1.5"]) is None


def test_binary_noise_is_rounded_and_told() -> None:
    assert kept(Decimal("125.43999999999998")) == (Decimal("125.4400"), True)
    assert kept(Decimal("0.00005")) == (Decimal("0.0001"), True)
