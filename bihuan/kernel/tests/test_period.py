from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.period import (
    Grain,
    Period,
    PeriodUnreadable,
    fortnight,
    parse_period,
    period_of,
    periods,
    quarter,
    week,
    year,
)

days = st.dates(date(1990, 1, 1), date(2060, 1, 1))
grains = st.sampled_from(Grain)
fiscal_months = st.integers(1, 12)


@given(start=days, length=st.integers(1, 900), grain=grains, fiscal=fiscal_months)
def test_periods_tile_a_span_without_gap_or_overlap(
    start: date, length: int, grain: Grain, fiscal: int
) -> None:
    end = start + timedelta(days=length)
    found = periods(start, end, grain, fiscal_start_month=fiscal)
    assert found[0].contains(start)
    assert found[-1].contains(end - timedelta(days=1))
    assert all(before.end == after.start for before, after in pairwise(found))
    assert [period.key for period in found] == sorted({period.key for period in found})


@given(on=days, grain=grains, fiscal=fiscal_months)
def test_a_day_lies_in_the_period_of_its_day(on: date, grain: Grain, fiscal: int) -> None:
    period = period_of(on, grain, fiscal_start_month=fiscal)
    assert period.contains(on)
    assert period_of(period.start, grain, fiscal_start_month=fiscal) == period


@given(on=days, grain=grains, fiscal=fiscal_months)
def test_a_key_names_its_period_again(on: date, grain: Grain, fiscal: int) -> None:
    period = period_of(on, grain, fiscal_start_month=fiscal)
    assert parse_period(period.key, fiscal_start_month=fiscal) == period


def test_an_empty_span_has_no_periods() -> None:
    assert periods(date(2017, 3, 1), date(2017, 3, 1), Grain.DAY) == []


def test_keys_are_written_as_people_read_them() -> None:
    on = date(2017, 8, 10)
    assert [period_of(on, grain).key for grain in Grain] == [
        "2017-08-10",
        "2017-W32",
        "2017-F16",
        "2017-08",
        "2017-Q3",
        "2017",
    ]


def test_a_fortnight_is_a_pair_of_iso_weeks() -> None:
    assert fortnight(2017, 16).start == week(2017, 31).start == date(2017, 7, 31)
    assert fortnight(2017, 16).end == week(2017, 32).end == date(2017, 8, 14)


@pytest.mark.parametrize("iso_year", [1998, 2004, 2009, 2015, 2020, 2026, 2032])
def test_week_53_is_a_fortnight_of_its_own(iso_year: int) -> None:
    last = fortnight(iso_year, 27)
    assert last.days == 7
    assert last.start == week(iso_year, 53).start
    assert period_of(last.end, Grain.FORTNIGHT) == fortnight(iso_year + 1, 1)


def test_the_iso_year_of_a_week_may_differ_from_the_day_s() -> None:
    assert period_of(date(2021, 1, 3), Grain.WEEK).key == "2020-W53"
    assert period_of(date(2024, 12, 30), Grain.WEEK).key == "2025-W01"
    assert period_of(date(2024, 12, 30), Grain.FORTNIGHT).key == "2025-F01"


def test_a_fiscal_year_bears_the_civil_year_in_which_it_starts() -> None:
    assert year(2017, fiscal_start_month=7) == Period("2017", date(2017, 7, 1), date(2018, 7, 1))
    assert quarter(2017, 4, fiscal_start_month=4).start == date(2018, 1, 1)
    assert period_of(date(2017, 3, 31), Grain.YEAR, fiscal_start_month=4).key == "2016"
    assert period_of(date(2017, 3, 31), Grain.MONTH, fiscal_start_month=4).key == "2017-03"


@pytest.mark.parametrize(
    "key",
    [
        "", "17", "2017-13", "2017-00", "2017-02-29", "2017-Q0", "2017-Q5", "2017-W00", "2017-W53",
        "2017-F27", "2017-F00", "2017-W3", "2017-Q01", "2017-3", "2017-03-1", "2017-q1", "0000",
        "9999", "2017-Q1 ", "２０１７", "2017-03\n",
    ],
)  # fmt: skip
def test_what_is_not_a_key_is_refused(key: str) -> None:
    with pytest.raises(PeriodUnreadable) as refusal:
        parse_period(key)
    assert refusal.value.code == "kernel.period_unreadable"
    assert refusal.value.params == {"key": key}


def test_a_period_ends_after_it_begins() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        Period("nothing", date(2017, 1, 1), date(2017, 1, 1))
