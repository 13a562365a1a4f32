from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.money import (
    MINOR_DIGITS,
    AmountUnreadable,
    CurrencyUnknown,
    Money,
    apportion,
    money,
    split,
    unit_of,
)

CENT = Decimal("0.01")
wholes = st.integers(-(10**16), 10**16).map(lambda cents: cents * CENT)
weights_of_people = st.lists(
    st.integers(0, 100) | st.decimals(0, 1, places=4), min_size=1, max_size=30
)


@given(whole=wholes, weights=weights_of_people)
def test_parts_add_up_and_lie_within_one_unit_of_the_exact_share(
    whole: Decimal, weights: list[int | Decimal]
) -> None:
    parts = apportion(whole, weights, unit=CENT)
    assert sum(parts) == whole
    shares = [Fraction(weight) for weight in weights]
    total = sum(shares)
    for part, share in zip(parts, shares, strict=True):
        exact = Fraction(whole) * share / total if total else Fraction(whole) / len(parts)
        assert abs(Fraction(part) - exact) < Fraction(CENT)


@given(whole=wholes, weights=weights_of_people)
def test_a_refund_takes_back_exactly_what_was_given(
    whole: Decimal, weights: list[int | Decimal]
) -> None:
    given_out = apportion(whole, weights, unit=CENT)
    assert apportion(-whole, weights, unit=CENT) == [-part for part in given_out]


@given(whole=wholes, weights=weights_of_people)
def test_who_weighs_more_never_gets_less(whole: Decimal, weights: list[int | Decimal]) -> None:
    parts = apportion(abs(whole), weights, unit=CENT)
    by_weight = sorted(zip(weights, parts, strict=True), key=lambda pair: pair[0])
    for (lighter, less), (heavier, more) in pairwise(by_weight):
        assert lighter == heavier or less <= more


def test_odd_units_go_to_the_largest_remainder_then_to_the_first() -> None:
    assert apportion(Decimal(10), [15, 25, 60], unit=Decimal(1)) == [2, 2, 6]
    assert apportion(Decimal(2), [1, 1, 1], unit=Decimal(1)) == [1, 1, 0]
    assert apportion(Decimal("-0.02"), [1, 1, 1], unit=CENT) == [
        Decimal("-0.01"),
        Decimal("-0.01"),
        Decimal("0.00"),
    ]


def test_nothing_is_shared_among_nobody() -> None:
    assert apportion(Decimal(0), [], unit=CENT) == []
    with pytest.raises(ValueError, match="nobody to share with"):
        apportion(Decimal(1), [], unit=CENT)


def test_what_has_no_exact_share_is_a_fault() -> None:
    with pytest.raises(ValueError, match="not made of whole units"):
        apportion(Decimal("0.001"), [1], unit=CENT)
    with pytest.raises(ValueError, match="cannot be negative"):
        apportion(Decimal(1), [2, -1], unit=CENT)


@given(units=st.integers(-(10**12), 10**12), weights=weights_of_people)
@pytest.mark.parametrize("currency", ["CNY", "JPY", "KWD", "CLF"])
def test_money_is_split_to_its_own_unit(
    currency: str, units: int, weights: list[int | Decimal]
) -> None:
    whole = money(units * unit_of(currency), currency)
    assert sum(split(whole, weights), money(0, currency)) == whole


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.005", "CNY", "0.01"),
        ("-0.005", "CNY", "-0.01"),
        ("0.0049999", "CNY", "0.00"),
        ("-0.001", "CNY", "0.00"),
        ("0.5", "JPY", "1"),
        ("1999.5", "KRW", "2000"),
        ("0.0005", "KWD", "0.001"),
        ("125.43999999999998", "USD", "125.44"),
    ],
)
def test_rounding_is_half_up_in_the_currency_s_unit(
    amount: str, currency: str, rounded: str
) -> None:
    assert str(money(amount, currency).amount) == rounded


@pytest.mark.parametrize("amount", ["", "twelve", "NaN", "Infinity", "1e40"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(AmountUnreadable) as refusal:
        money(amount, "CNY")
    assert refusal.value.code == "kernel.amount_unreadable"
    assert refusal.value.params == {"amount": amount}


@pytest.mark.parametrize("currency", ["RMB", "cny", "", "XXX"])
def test_an_unknown_currency_is_refused(currency: str) -> None:
    with pytest.raises(CurrencyUnknown) as refusal:
        unit_of(currency)
    assert refusal.value.code == "kernel.currency_unknown"
    assert refusal.value.params == {"currency": currency}


def test_the_digits_are_those_of_iso_4217() -> None:
    expected = {"CNY": 2, "JPY": 0, "KRW": 0, "VND": 0, "TWD": 2, "KWD": 3, "BHD": 3, "CLF": 4}
    assert {currency: MINOR_DIGITS[currency] for currency in expected} == expected
    assert {len(currency) for currency in MINOR_DIGITS} == {3}


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="cannot mix"):
        money(1, "CNY") + money(1, "USD")
    assert -money(3, "CNY") - money(1, "CNY") == Money(Decimal("-4.00"), "CNY")
