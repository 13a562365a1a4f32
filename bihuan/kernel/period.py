"""Period: a half-open span of business days, ``[start, end)``, with a key.

Business days are plain dates in the company's own zone. Turning an instant
into a business day happens once, in ``bihuan.base.clock``; nothing else does it.

    day        2017-03-01
    week       2017-W31    ISO week: Monday to Sunday, of the ISO year
    fortnight  2017-F16    two ISO weeks: F1 is weeks 1 and 2, F16 weeks 31 and 32
    month      2017-03
    quarter    2017-Q1
    year       2017

An ISO year of 53 weeks has a last fortnight of one week, F27, so that every
year begins with a whole one and no week belongs to two fortnights.

A fiscal year that begins in another month than January bears the number of the
civil year *in which it starts*, and its quarters count from there: with a start
in April, ``2017`` runs from April 2017 to March 2018 and ``2017-Q4`` is January
to March 2018. Days, weeks, fortnights and months are the same for everybody.

>>> quarter(2026, 3).key, quarter(2026, 3).contains(date(2026, 9, 30))
('2026-Q3', True)
>>> [p.key for p in periods(date(2026, 7, 1), date(2026, 9, 2), Grain.MONTH)]
['2026-07', '2026-08', '2026-09']
>>> period_of(date(2018, 2, 1), Grain.QUARTER, fiscal_start_month=4)
Period(key='2017-Q4', start=datetime.date(2018, 1, 1), end=datetime.date(2018, 4, 1))
>>> parse_period("2020-F27")
Period(key='2020-F27', start=datetime.date(2020, 12, 28), end=datetime.date(2021, 1, 4))
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bihuan.kernel.errors import Invalid, gettext_noop

KEY = re.compile(r"([0-9]{4})(?:-(?:(W|F|Q)([0-9]{1,2})|([0-9]{2})(?:-([0-9]{2}))?))?")


class PeriodUnreadable(Invalid):
    code = "kernel.period_unreadable"
    says = gettext_noop(
        "%(key)s is not a period. Write 2017-03-01, 2017-W31, 2017-F16, 2017-03, 2017-Q1 or 2017."
    )


class Grain(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    key: str
    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"{self.key} ends before it begins")

    def contains(self, day: date) -> bool:
        return self.start <= day < self.end

    @property
    def days(self) -> int:
        """Return how many days it lasts."""
        return (self.end - self.start).days


def day(on: date) -> Period:
    return Period(on.isoformat(), on, on + timedelta(days=1))


def week(iso_year: int, number: int) -> Period:
    start = date.fromisocalendar(iso_year, number, 1)
    return Period(f"{iso_year:04}-W{number:02}", start, start + timedelta(weeks=1))


def fortnight(iso_year: int, number: int) -> Period:
    start = date.fromisocalendar(iso_year, number * 2 - 1, 1)
    end = start + timedelta(weeks=1 if number == 27 else 2)
    return Period(f"{iso_year:04}-F{number:02}", start, end)


def month(year: int, number: int) -> Period:
    return Period(f"{year:04}-{number:02}", date(year, number, 1), _months_after(year, number, 1))


def quarter(year: int, number: int, *, fiscal_start_month: int = 1) -> Period:
    if not 1 <= number <= 4:
        raise ValueError("a year has four quarters")
    start = _months_after(year, fiscal_start_month, (number - 1) * 3)
    return Period(f"{year:04}-Q{number}", start, _months_after(start.year, start.month, 3))


def year(number: int, *, fiscal_start_month: int = 1) -> Period:
    start = date(number, fiscal_start_month, 1)
    return Period(f"{number:04}", start, _months_after(number, fiscal_start_month, 12))


def period_of(day_on: date, grain: Grain, *, fiscal_start_month: int = 1) -> Period:
    """Return the period of a grain in which a day falls."""
    iso = day_on.isocalendar()
    fiscal_year = day_on.year if day_on.month >= fiscal_start_month else day_on.year - 1
    match grain:
        case Grain.DAY:
            return day(day_on)
        case Grain.WEEK:
            return week(iso.year, iso.week)
        case Grain.FORTNIGHT:
            return fortnight(iso.year, (iso.week + 1) // 2)
        case Grain.MONTH:
            return month(day_on.year, day_on.month)
        case Grain.QUARTER:
            number = (day_on.month - fiscal_start_month) % 12 // 3 + 1
            return quarter(fiscal_year, number, fiscal_start_month=fiscal_start_month)
        case Grain.YEAR:
            return year(fiscal_year, fiscal_start_month=fiscal_start_month)


def periods(start: date, end: date, grain: Grain, *, fiscal_start_month: int = 1) -> list[Period]:
    """Return every whole period that has a day in ``[start, end)``, in order."""
    found: list[Period] = []
    cursor = start
    while cursor < end:
        found.append(period_of(cursor, grain, fiscal_start_month=fiscal_start_month))
        cursor = found[-1].end
    return found


def parse_period(key: str, *, fiscal_start_month: int = 1) -> Period:
    """Return the period a key names; whatever is not written exactly so is refused."""
    matched = KEY.fullmatch(key)
    if matched is None:
        raise PeriodUnreadable(key=key)
    try:
        found = _named(matched, fiscal_start_month)
    except (ValueError, OverflowError) as reason:  # a 13th month, a week past the calendar's end
        raise PeriodUnreadable(key=key) from reason
    if found.key != key:  # 2017-W3 for 2017-W03: two spellings would be two periods to a search
        raise PeriodUnreadable(key=key)
    return found


def _named(matched: re.Match[str], fiscal_start_month: int) -> Period:
    of_year, letter, number, of_month, of_day = matched.groups()
    if of_day:
        return day(date(int(of_year), int(of_month), int(of_day)))
    if of_month:
        return month(int(of_year), int(of_month))
    if letter == "W":
        return week(int(of_year), int(number))
    if letter == "F":
        return fortnight(int(of_year), int(number))
    if letter == "Q":
        return quarter(int(of_year), int(number), fiscal_start_month=fiscal_start_month)
    return year(int(of_year), fiscal_start_month=fiscal_start_month)


def _months_after(of_year: int, of_month: int, months: int) -> date:
    """Return the first day of the month that many months later."""
    years, remaining = divmod(of_month - 1 + months, 12)
    return date(of_year + years, remaining + 1, 1)
