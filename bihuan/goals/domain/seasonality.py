"""Seasonality: how much of a cycle's target falls in each of its periods.

    working days        the days of the period that are worked
    days                all its days
    even                the same for each
    history             what was achieved in the same period a year earlier
    history and days    that, per day worked then, times the days worked now
    by hand             what somebody writes; until then as in history

Weights are whole numbers and say nothing but proportions. The Spring Festival of
2025 lay in January and February, that of 2026 only in February:

>>> from bihuan.kernel.period import month, parse_period
>>> quarter = [month(2026, 1), month(2026, 2), month(2026, 3)]
>>> season(Seasonality.WORKING_DAYS, periods=quarter, calendar=DayCount.CHINA)
[21, 16, 22]
>>> season(Seasonality.DAYS, periods=quarter, calendar=DayCount.CHINA)
[31, 28, 31]

So last year's figures are put right: January had 19 working days then and has 21
now, February had 19 and has 16, March had 21 and has 22.

>>> then = [1900, 1900, 4200]
>>> season(Seasonality.HISTORY_AND_DAYS, periods=quarter, calendar=DayCount.CHINA, achieved=then)
[21, 16, 44]

A period with no day worked then has no rate of its own and takes that of all
periods together. A week is compared with the week 52 weeks before it, so that
Mondays are held against Mondays; everything else goes by the date.

>>> [str(year_earlier(parse_period(key)).start) for key in ("2026-W53", "2026-02", "2026-Q3")]
['2025-12-29', '2025-02-01', '2025-07-01']

Where a season says nothing, because nothing was achieved, the working days do,
and where none is worked, all days.

>>> season(Seasonality.HISTORY, periods=quarter, calendar=DayCount.CHINA, achieved=[0, 0, 0])
[21, 16, 22]
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from math import gcd, lcm

from bihuan.goals.domain.cycle import Seasonality
from bihuan.kernel.calendar import DayCount, working_days
from bihuan.kernel.period import Period

LARGEST_WEIGHT = 10**15
"""Larger ones are no more exact, and a browser counts no further."""

WITHOUT_HISTORY = (Seasonality.WORKING_DAYS, Seasonality.DAYS, Seasonality.EVEN)


def season(
    seasonality: Seasonality,
    *,
    periods: Sequence[Period],
    calendar: DayCount,
    achieved: Sequence[int] = (),
) -> list[int]:
    """Return a whole weight for each period, not all of them zero.

    ``achieved`` is what each period brought a year earlier, in any unit; it is
    needed where the season goes by history, and less than nothing counts as nothing.
    """
    worked = [working_days(each.start, each.end, calendar=calendar) for each in periods]
    days = [each.days for each in periods]
    match seasonality:
        case Seasonality.WORKING_DAYS:
            weights = worked
        case Seasonality.DAYS:
            weights = days
        case Seasonality.EVEN:
            weights = [1] * len(periods)
        case Seasonality.HISTORY | Seasonality.BY_HAND:
            weights = [max(0, amount) for amount in achieved]
        case Seasonality.HISTORY_AND_DAYS:
            earlier = [year_earlier(each) for each in periods]
            then = [working_days(each.start, each.end, calendar=calendar) for each in earlier]
            weights = _put_right([max(0, amount) for amount in achieved], then=then, now=worked)
    for found in (weights, worked):
        if any(found):
            return found
    return days


def _put_right(achieved: Sequence[int], *, then: Sequence[int], now: Sequence[int]) -> list[int]:
    """Return what would have been achieved on the days of now, at the rates of then."""
    if not any(then):
        return list(achieved)
    known = [amount for amount, days in zip(achieved, then, strict=True) if days]
    usual = Fraction(sum(known), sum(then))
    rates = [
        Fraction(amount, days) if days else usual
        for amount, days in zip(achieved, then, strict=True)
    ]
    return _whole([rate * days for rate, days in zip(rates, now, strict=True)])


def _whole(exact: Sequence[Fraction]) -> list[int]:
    """Return the smallest whole numbers in these proportions, or close to them if they are huge."""
    scale = lcm(*(each.denominator for each in exact))
    weights = [int(each * scale) for each in exact]
    common = gcd(*weights) or 1
    weights = [weight // common for weight in weights]
    largest = max(weights, default=0)
    if largest <= LARGEST_WEIGHT:
        return weights
    return [weight * LARGEST_WEIGHT // largest for weight in weights]


def year_earlier(period: Period) -> Period:
    """Return the days a period is compared with: those of the year before, under its own key."""
    if "-W" in period.key or "-F" in period.key:
        weeks = timedelta(weeks=52)
        return Period(period.key, period.start - weeks, period.end - weeks)
    start, end = year_before(period.start), year_before(period.end)
    # Only the 29th of February alone would be no day at all.
    return Period(period.key, start, max(end, start + timedelta(days=1)))


def year_before(day: date) -> date:
    """Return the day a year before; the 29th of February has the 1st of March behind it."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return (day + timedelta(days=1)).replace(year=day.year - 1)
