"""Working days: which days count, and how many lie in a half-open span.

    china     the State Council's calendar: weekdays less public holidays, plus
              the weekend days that are worked instead (调休)
    weekdays  Monday to Friday
    plain     every day

The Spring Festival of 2024, from 10 to 17 February, took five weekdays and gave
back two Sundays, the 4th and the 18th: 21 - 5 + 2.

>>> working_days(date(2024, 2, 1), date(2024, 3, 1), calendar=DayCount.CHINA)
18
>>> working_days(date(2024, 2, 1), date(2024, 3, 1), calendar=DayCount.WEEKDAYS)
21
>>> working_days(date(2024, 2, 1), date(2024, 3, 1), calendar=DayCount.PLAIN)
29
>>> is_working_day(date(2024, 2, 4), calendar=DayCount.CHINA)
True

The holidays of a year are announced in the November before it. A year that is
not known yet, or lies before 2004, counts Monday to Friday; ``is_known`` tells,
so that a page can say that its pace is provisional. A span that is empty or
runs backwards has no days.

>>> is_known(2024), is_known(1999)
(True, False)
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from itertools import accumulate

from chinese_calendar import constants


class DayCount(StrEnum):
    """Which days count when a span is paced."""

    CHINA = "china"
    WEEKDAYS = "weekdays"
    PLAIN = "plain"


def is_known(year: int) -> bool:
    """Tell whether the holidays of a year are known: its National Day is listed."""
    return date(year, 10, 1) in constants.holidays


def is_working_day(day: date, *, calendar: DayCount) -> bool:
    match calendar:
        case DayCount.PLAIN:
            return True
        case DayCount.WEEKDAYS:
            return day.weekday() < 5
        case DayCount.CHINA:
            return _is_worked_in_china(day)


def working_days(start: date, end: date, *, calendar: DayCount) -> int:
    """Return how many days of ``[start, end)`` count."""
    if end <= start:
        return 0
    match calendar:
        case DayCount.PLAIN:
            return (end - start).days
        case DayCount.WEEKDAYS:
            return _weekdays_before(end) - _weekdays_before(start)
        case DayCount.CHINA:
            whole_years = sum(_counts(year)[-1] for year in range(start.year, end.year))
            return whole_years + _counted_before(end) - _counted_before(start)


def _weekdays_before(day: date) -> int:
    """Return the weekdays since the calendar's first day, which was a Monday."""
    weeks, days = divmod(day.toordinal() - 1, 7)
    return weeks * 5 + min(days, 5)


def _counted_before(day: date) -> int:
    """Return the Chinese working days of its year that lie before a day."""
    return _counts(day.year)[(day - date(day.year, 1, 1)).days]


@cache
def _counts(year: int) -> tuple[int, ...]:
    """Return for each day of a year the working days before it, and last the whole year's."""
    first = date(year, 1, 1)
    length = (date(year, 12, 31) - first).days + 1
    worked = (_is_worked_in_china(first + timedelta(days=i)) for i in range(length))
    return tuple(accumulate(worked, initial=0))


def _is_worked_in_china(day: date) -> bool:
    if not is_known(day.year):
        return day.weekday() < 5
    return day in constants.workdays or (day.weekday() < 5 and day not in constants.holidays)
