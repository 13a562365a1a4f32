"""Working days, against the notices of the State Council's General Office (国务院办公厅).

The expectations were reckoned by hand from the published notices, not from the
library under test: weekdays of the span, less weekdays off, plus weekend days
worked.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.calendar import DayCount, is_known, is_working_day, working_days

days = st.dates(date(1995, 1, 1), date(2040, 1, 1))
calendars = st.sampled_from(DayCount)


def month(year: int, number: int) -> tuple[date, date]:
    return date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (month(2017, 10), 17),  # 22 weekdays; off 2-6; the 8th was off too; none worked
        (month(2019, 5), 21),  # 23; off 1-3; the 5th worked, as the amended notice of March says
        (month(2020, 1), 17),  # 23; off 1, 24, 27-31 (extended); the 19th worked
        (month(2020, 2), 20),  # 20; the 1st no longer worked, by the notice of 27 January
        (month(2024, 2), 18),  # 21; off 12-16; the 4th and the 18th worked
        (month(2025, 10), 18),  # 23; off 1-3 and 6-8; the 11th worked
        (month(2026, 2), 16),  # 20; off 16-20 and 23; the 14th and the 28th worked
        ((date(2023, 9, 29), date(2023, 10, 9)), 2),  # off to 6 October; the 7th and 8th worked
        ((date(2025, 1, 1), date(2026, 1, 1)), 248),  # 261 weekdays, 13 statutory days
        ((date(2024, 1, 1), date(2025, 1, 1)), 251),  # 262 weekdays, 11 statutory days
        ((date(2024, 1, 1), date(2026, 1, 1)), 499),
    ],
)
def test_chinese_working_days_are_those_of_the_notices(
    span: tuple[date, date], expected: int
) -> None:
    assert working_days(*span, calendar=DayCount.CHINA) == expected


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2023, 10, 7), True),  # a Saturday
        (date(2023, 9, 29), False),  # a Friday
        (date(2025, 9, 28), True),  # a Sunday, for the National Day of 2025
        (date(2025, 10, 8), False),  # a Wednesday
    ],
)
def test_a_weekend_may_be_worked_and_a_weekday_free(day: date, *, worked: bool) -> None:
    assert is_working_day(day, calendar=DayCount.CHINA) is worked


@given(start=days, length=st.integers(0, 3000), calendar=calendars)
def test_a_span_counts_what_its_days_count(start: date, length: int, calendar: DayCount) -> None:
    counted = sum(
        is_working_day(start + timedelta(days=i), calendar=calendar) for i in range(length)
    )
    assert working_days(start, start + timedelta(days=length), calendar=calendar) == counted


@given(first=days, second=days, third=days, calendar=calendars)
def test_neighbouring_spans_add_up(
    first: date, second: date, third: date, calendar: DayCount
) -> None:
    start, middle, end = sorted([first, second, third])
    halves = working_days(start, middle, calendar=calendar) + working_days(
        middle, end, calendar=calendar
    )
    assert working_days(start, end, calendar=calendar) == halves


def test_a_span_backwards_has_no_days() -> None:
    assert working_days(date(2024, 2, 1), date(2024, 1, 1), calendar=DayCount.PLAIN) == 0


def test_unknown_years_count_monday_to_friday() -> None:
    assert not is_known(2003)
    assert is_known(2004)
    assert not is_known(2060)
    span = (date(2060, 10, 1), date(2060, 11, 1))
    assert working_days(*span, calendar=DayCount.CHINA) == 21
