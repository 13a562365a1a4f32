"""How numbers, days and periods are written, in Chinese and in English, to the last digit."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.period import Period, fortnight, month, parse_period, quarter, week, year
from bihuan.web.domain import figure
from bihuan.web.templatetags import web_format as web

NARROW = figure.NARROW
AMOUNTS = st.decimals(
    min_value=Decimal("-1e16"), max_value=Decimal("1e16"), places=4, allow_nan=False
)


@pytest.mark.parametrize(
    ("value", "currency", "written"),
    [
        ("1286400", "CNY", "¥1,286,400.00"),
        ("-0.125", "CNY", "−¥0.13"),
        ("-0.001", "CNY", "¥0.00"),
        ("123456789012345.6789", "CNY", "¥123,456,789,012,345.68"),
        ("1234.5", "JPY", "JP¥1,235"),
        ("1.0005", "KWD", f"KWD{NARROW}1.001"),
        ("12", "", "12.00"),
    ],
)
def test_money_has_every_digit_of_its_currency(value: str, currency: str, written: str) -> None:
    assert web.money(Decimal(value), currency) == written


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        ("0", "¥0", "¥0"),
        ("9999.4", "¥9,999", "¥10.0K"),
        ("9999.5", f"¥1.0{NARROW}万", "¥10.0K"),
        ("126000", f"¥12.6{NARROW}万", "¥126K"),
        ("1286400", f"¥128.6{NARROW}万", "¥1.29M"),
        ("12864000", f"¥1,286{NARROW}万", "¥12.9M"),
        ("99996000", f"¥1.00{NARROW}亿", "¥100M"),
        ("-31000", f"−¥3.1{NARROW}万", "−¥31.0K"),
        ("1234567890123", f"¥12,346{NARROW}亿", "¥1,235B"),
    ],
)
def test_compact_money_moves_on_where_rounding_carries_it(
    value: str, chinese: str, english: str
) -> None:
    with translation.override("zh-hans"):
        assert web.compact_money(Decimal(value), "CNY") == chinese
    with translation.override("en"):
        assert web.compact_money(Decimal(value), "CNY") == english


def test_ratios_and_deviations() -> None:
    assert web.ratio(Decimal("0.75")) == "75.0%"
    assert web.ratio(Decimal("1.2345"), 0) == "123%"
    assert web.ratio(Decimal("-0.0005")) == "−0.1%"
    assert web.deviation(Decimal("0.09")) == "+9"
    assert web.deviation(Decimal("-0.1249")) == "−12"
    assert web.deviation(Decimal("-0.0049")) == "0"
    assert web.number(Decimal("1286.5000")) == "1,286.5"
    assert web.number(1200) == "1,200"


def test_what_is_not_there_is_a_dash_and_zero_is_a_zero() -> None:
    for write in (web.money, web.compact_money, web.number, web.ratio, web.deviation, web.days):
        assert write(None) == "–"
        assert "0" in write(Decimal(0))
    assert web.dash("") == "–"
    assert web.dash(0) == 0
    assert web.figure(None, "money", "CNY") == "–"


@given(AMOUNTS)
def test_a_written_amount_reads_back_as_the_rounded_one(value: Decimal) -> None:
    text = figure.amount(value, "CNY").replace("¥", "").replace(",", "").replace("−", "-")
    assert Decimal(text) == figure.rounded(value, 2)


@given(AMOUNTS, st.sampled_from(["zh-hans", "en"]))
def test_a_compact_amount_keeps_its_sign_and_is_short(value: Decimal, language: str) -> None:
    text = figure.compact(value, "CNY", language)
    assert len(text) <= 15
    digits = [c for c in text if c in "123456789"]
    assert text.startswith("−") == (value < 0 and bool(digits))


def test_days_and_moments() -> None:
    day = date(2026, 3, 1)
    with translation.override("zh-hans"):
        assert web.day(day) == "2026 年 3 月 1 日"
        assert web.day_short(day) == "3 月 1 日"
        assert web.days(Decimal("12.46")) == "12.5 天"
    with translation.override("en"):
        assert web.day(day) == "1 March 2026"
        assert web.day_short(day) == "1 March"
        assert web.days(Decimal("12.46")) == "12.5 days"
        assert web.days(Decimal(1)) == "1 day"
    late = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
    assert web.instant(late, "Asia/Shanghai") == "2026-03-02 00:30"


@pytest.mark.parametrize(
    ("period", "chinese", "chinese_short", "english", "english_short"),
    [
        (parse_period("2026-03-01"), "2026 年 3 月 1 日", "3-1", "1 March 2026", "3-1"),
        (week(2026, 31), "2026 年第 31 周", "第31周", "Week 31, 2026", "W31"),
        (fortnight(2026, 16), "2026 年第 31–32 周", "31–32周", "Weeks 31–32, 2026", "W31–32"),
        (fortnight(2020, 27), "2020 年第 53 周", "第53周", "Week 53, 2020", "W53"),
        (month(2026, 9), "2026 年 9 月", "9 月", "September 2026", "Sep"),
        (quarter(2026, 3), "2026 年第三季度", "Q3", "Q3 2026", "Q3"),
        (year(2026), "2026 年", "2026", "Year 2026", "2026"),
    ],
)
def test_periods_have_names(
    period: Period, chinese: str, chinese_short: str, english: str, english_short: str
) -> None:
    with translation.override("zh-hans"):
        assert (web.period_name(period), web.period_short(period)) == (chinese, chinese_short)
    with translation.override("en"):
        assert (web.period_name(period), web.period_short(period)) == (english, english_short)


def test_the_circle_of_a_person_holds_the_given_name_or_initials() -> None:
    assert web.short_name("陈思远") == "思远"
    assert web.short_name("Anna Snelling") == "AS"
