"""Plan: the targets of the demo company.

Each rep has quarterly targets for what is signed, what is paid and new
opportunities, and monthly ones for visits and account growth. They follow the
region's strength and the season, rounded to what people would write down.

>>> from bihuan.demo.domain.cast import cast
>>> made = list(quotas(cast(seed=7), start=date(2026, 1, 1), end=date(2026, 4, 1)))
>>> sorted({(each.metric, each.start, each.end) for each in made})[-1]
('visits', datetime.date(2026, 3, 1), datetime.date(2026, 4, 1))
>>> all(each.amount % 1000 == 0 for each in made if each.metric == "signed_amount")
True
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bihuan.demo.domain.cast import CastPerson, Company
from bihuan.demo.domain.life import REGION_STRENGTH, SEASON
from bihuan.kernel.calendar import DayCount, working_days
from bihuan.kernel.period import Grain, Period, periods

DAILY_SIGNED = 17_600
"""Yuan a working day that an average rep is asked to sign."""
DAILY_GROWTH = 6_600
"""Yuan a working day that an average rep is asked to sell to existing customers in addition."""
GROWTH_PER_YEAR = 6
STORE_DAILY = 3_100


@dataclass(frozen=True, slots=True)
class PlannedQuota:
    """One target of one person or one unit, by the codes of the cast."""

    metric: str
    person: str | None
    start: date
    end: date
    amount: Decimal
    unit: str | None = None


def quotas(company: Company, *, start: date, end: date) -> Iterator[PlannedQuota]:
    """Yield the targets of everyone who sells, for the quarters and months of a span."""
    quarters = [each for each in periods(start, end, Grain.QUARTER) if each.start >= start]
    months = periods(start, end, Grain.MONTH)
    for person in company.people:
        if person.role == "rep":
            yield from _of_rep(person, quarters, months, first_year=start.year)
        elif person.role == "clerk":
            for quarter in quarters:
                days = working_days(quarter.start, quarter.end, calendar=DayCount.PLAIN)
                yield _quota("net_sales", person, quarter, STORE_DAILY * days // 1000 * 1000)


def _of_rep(
    person: CastPerson, quarters: list[Period], months: list[Period], *, first_year: int
) -> Iterator[PlannedQuota]:
    strength = REGION_STRENGTH.get(person.region, 100) * (300 + person.skill) // 4
    for quarter in quarters:
        growth = 100 + GROWTH_PER_YEAR * (quarter.start.year - first_year)
        days = working_days(quarter.start, quarter.end, calendar=DayCount.CHINA)
        season = sum(SEASON[month - 1] for month in _months_of(quarter)) // 3
        asked = DAILY_SIGNED * days * strength * growth * season // 10**8 // 1000 * 1000
        yield _quota("signed_amount", person, quarter, asked)
        yield _quota("received_amount", person, quarter, asked * 92 // 100 // 1000 * 1000)
        yield _quota("new_opportunities", person, quarter, 2)
    for month in months:
        days = working_days(month.start, month.end, calendar=DayCount.CHINA)
        yield _quota("visits", person, month, days * 48 // 100)
        season = SEASON[month.start.month - 1]
        asked = DAILY_GROWTH * days * strength * season // 10**6 // 1000 * 1000
        yield _quota("account_growth_amount", person, month, asked)


def region_growth(planned: Iterable[PlannedQuota], people: Collection[str], month: date) -> Decimal:
    """Return what people are asked for together of account growth in the month of a first day."""
    return sum(
        (
            each.amount
            for each in planned
            if (each.metric, each.start) == ("account_growth_amount", month)
            and each.person in people
        ),
        Decimal(0),
    )


def _months_of(quarter: Period) -> range:
    return range(quarter.start.month, quarter.start.month + 3)


def _quota(metric: str, person: CastPerson, period: Period, amount: int) -> PlannedQuota:
    return PlannedQuota(metric, person.code, period.start, period.end, Decimal(amount))
