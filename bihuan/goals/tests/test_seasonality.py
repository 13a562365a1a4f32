"""A season's weights are in proportion to its days, to last year, or to both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bihuan.facts.models import Fact
from bihuan.goals import actions
from bihuan.goals.domain.cycle import Seasonality, own_periods
from bihuan.goals.domain.seasonality import LARGEST_WEIGHT, season, year_earlier
from bihuan.goals.queries.cascade.seasons import weights_of_periods
from bihuan.goals.tests.company import make_company
from bihuan.kernel.calendar import DayCount, is_working_day
from bihuan.kernel.period import Grain, Period, month, parse_period, periods, quarter, week
from tests.examples import examples

tried = settings(max_examples=examples(200), deadline=None)

grains = st.sampled_from([Grain.WEEK, Grain.FORTNIGHT, Grain.MONTH, Grain.QUARTER])
first_days = st.dates(date(2006, 1, 1), date(2030, 12, 31))


@st.composite
def cycles(draw: st.DrawFn) -> list[Period]:
    """Draw the periods of a cycle, the first and the last of them cut to it."""
    start = draw(first_days)
    end = start + timedelta(days=draw(st.integers(1, 500)))
    found = periods(start, end, draw(grains), fiscal_start_month=draw(st.integers(1, 12)))
    return [Period(each.key, max(each.start, start), min(each.end, end)) for each in found]


def counted(period: Period, calendar: DayCount) -> int:
    days = (period.start + timedelta(days=count) for count in range(period.days))
    return sum(is_working_day(day, calendar=calendar) for day in days)


def in_proportion(weights: Sequence[int], exact: Sequence[Fraction | int]) -> bool:
    places = range(len(weights))
    return all(weights[i] * exact[j] == weights[j] * exact[i] for i, j in product(places, places))


@pytest.mark.properties
@tried
@given(cut=cycles(), calendar=st.sampled_from(DayCount))
def test_days_are_counted_one_by_one(cut: list[Period], calendar: DayCount) -> None:
    worked = [counted(each, calendar) for each in cut]
    days = [each.days for each in cut]
    by_work = season(Seasonality.WORKING_DAYS, periods=cut, calendar=calendar)
    assert by_work == (worked if any(worked) else days)
    assert season(Seasonality.DAYS, periods=cut, calendar=calendar) == days
    assert season(Seasonality.EVEN, periods=cut, calendar=calendar) == [1] * len(cut)


@pytest.mark.properties
@tried
@given(cut=cycles(), calendar=st.sampled_from(DayCount), data=st.data())
def test_history_is_put_right_by_the_days_worked_then_and_now(
    cut: list[Period], calendar: DayCount, data: st.DataObject
) -> None:
    amounts = st.lists(st.integers(-5, 10**4), min_size=len(cut), max_size=len(cut))
    achieved = data.draw(amounts)
    got = [max(0, amount) for amount in achieved]
    now = [counted(each, calendar) for each in cut]
    then = [counted(year_earlier(each), calendar) for each in cut]
    assume(all(then))
    exact = [Fraction(a * n, t) for a, n, t in zip(got, now, then, strict=True)]
    assume(any(exact))
    found = season(Seasonality.HISTORY_AND_DAYS, periods=cut, calendar=calendar, achieved=achieved)
    assert any(found)
    if max(found) < LARGEST_WEIGHT:
        assert in_proportion(found, exact)
    for one, all_of in zip(found, exact, strict=True):
        share = all_of / sum(exact)
        assert abs(Fraction(one, sum(found)) - share) < Fraction(1, 10**12)


@pytest.mark.properties
@tried
@given(cut=cycles(), data=st.data())
def test_history_alone_is_what_was_achieved(cut: list[Period], data: st.DataObject) -> None:
    amounts = st.lists(st.integers(-5, 10**16), min_size=len(cut), max_size=len(cut))
    achieved = data.draw(amounts)
    got = [max(0, amount) for amount in achieved]
    for kind in (Seasonality.HISTORY, Seasonality.BY_HAND):
        found = season(kind, periods=cut, calendar=DayCount.PLAIN, achieved=achieved)
        assert found == (got if any(got) else [each.days for each in cut])


@pytest.mark.properties
@tried
@given(cut=cycles())
def test_the_year_before_has_no_gap_and_no_day_twice(cut: list[Period]) -> None:
    earlier = [year_earlier(each) for each in cut]
    assert [each.key for each in earlier] == [each.key for each in cut]
    if any(each.start.month == 2 and each.start.day == 29 for each in cut):
        return  # A cycle that begins on a leap day; that it is not refused is all.
    assert all(one.end == other.start for one, other in pairwise(earlier))


@pytest.mark.properties
@tried
@given(number=st.integers(1, 53), year=st.integers(2006, 2030))
def test_a_week_is_held_against_a_week(number: int, year: int) -> None:
    assume(number < 53 or date(year, 12, 28).isocalendar().week == 53)
    found = year_earlier(week(year, number))
    assert (found.start.isoweekday(), found.days) == (1, 7)
    assert week(year, number).start - found.start == timedelta(days=364)


@pytest.mark.properties
@tried
@given(
    year=st.integers(2006, 2030), number=st.integers(1, 4), fiscal_start_month=st.integers(1, 12)
)
def test_a_fiscal_quarter_is_held_against_the_one_of_the_same_number(
    year: int, number: int, fiscal_start_month: int
) -> None:
    found = year_earlier(quarter(year, number, fiscal_start_month=fiscal_start_month))
    before = parse_period(f"{year - 1}-Q{number}", fiscal_start_month=fiscal_start_month)
    assert (found.start, found.end) == (before.start, before.end)


def test_the_spring_festival_moves_between_months() -> None:
    """In 2023 it was in January, in 2024 in February; counted on the State Council's notices.

    January 2023: 22 weekdays less 5 (23 to 27) and 1 (the 2nd), and the 28th and 29th worked.
    February 2023: 20 weekdays. January 2024: 23 less the 1st. February 2024: 21 less the
    weekdays from 12 to 16, and the 4th and the 18th worked.
    """
    cut = [month(2024, 1), month(2024, 2)]
    assert season(Seasonality.WORKING_DAYS, periods=cut, calendar=DayCount.CHINA) == [22, 18]
    joined = season(
        Seasonality.HISTORY_AND_DAYS, periods=cut, calendar=DayCount.CHINA, achieved=[1800, 2000]
    )
    assert in_proportion(joined, [Fraction(1800 * 22, 18), Fraction(2000 * 18, 20)])


def test_a_week_that_was_a_holiday_then_takes_the_usual_rate() -> None:
    """The whole National Day week of 2024 lies 52 weeks before these days of 2025."""
    golden_then = Period("2025-W40", date(2025, 9, 30), date(2025, 10, 7))
    assert counted(year_earlier(golden_then), DayCount.CHINA) == 0
    cut = [Period("2025-W38", date(2025, 9, 15), date(2025, 9, 22)), golden_then]
    found = season(
        Seasonality.HISTORY_AND_DAYS, periods=cut, calendar=DayCount.CHINA, achieved=[400, 77]
    )
    rate = Fraction(400, counted(year_earlier(cut[0]), DayCount.CHINA))
    now = [counted(each, DayCount.CHINA) for each in cut]
    assert in_proportion(found, [rate * now[0], rate * now[1]])


def test_a_cycle_of_holidays_goes_by_days() -> None:
    cut = own_periods([date(2025, 10, 1), date(2025, 10, 2), date(2025, 10, 5)])
    for kind in (Seasonality.WORKING_DAYS, Seasonality.HISTORY):
        assert season(kind, periods=cut, calendar=DayCount.CHINA, achieved=[0, 0]) == [1, 3]


def test_a_leap_day_alone_has_a_day_before_it() -> None:
    found = year_earlier(Period("x", date(2028, 2, 29), date(2028, 3, 1)))
    assert (found.start, found.end) == (date(2027, 3, 1), date(2027, 3, 2))


@pytest.mark.django_db
def test_a_goal_is_seasoned_by_the_ledger_of_the_year_before() -> None:
    company = make_company()
    cycle = actions.open_cycle(
        code="2027-Q3", name="2027 Q3", start=date(2027, 7, 1), end=date(2027, 10, 1),
        grain="month", root=company.root, by=company.boss,
    )  # fmt: skip
    signed = Fact.objects.filter(tenant=company.tenant, kind="contract.signed")
    sums = [
        sum(
            (each.amount or Decimal(0) for each in signed if each.business_on.month == at),
            Decimal(0),
        )
        for at in (7, 8, 9)
    ]
    found = weights_of_periods(cycle, "signed_amount", Seasonality.HISTORY)
    assert in_proportion(found, [Fraction(each) for each in sums])
    assert weights_of_periods(cycle, "visits", Seasonality.HISTORY) == weights_of_periods(
        cycle, "visits", Seasonality.WORKING_DAYS
    )
