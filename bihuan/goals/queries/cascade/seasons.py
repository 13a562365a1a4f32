"""How a cycle's target is shared over its periods."""

from __future__ import annotations

from bihuan.goals.domain.cycle import Seasonality
from bihuan.goals.models import Cycle
from bihuan.goals.queries.cascade.history import by_period, year_before
from bihuan.kernel.calendar import DayCount, working_days


def weights_of_periods(cycle: Cycle, metric: str, seasonality: Seasonality) -> list[int]:
    """Return a whole weight for each period of a cycle; the tenant must be loaded with it."""
    calendar = DayCount(cycle.tenant.day_count)
    worked = [working_days(each.start, each.end, calendar=calendar) for each in cycle.periods]
    if seasonality is Seasonality.WORKING_DAYS:
        return worked if sum(worked) else [1] * len(worked)
    if seasonality is Seasonality.DAYS:
        return [each.days for each in cycle.periods]
    if seasonality is Seasonality.EVEN:
        return [1] * len(worked)
    before = by_period(cycle.tenant, metric, cycle.periods)
    if seasonality is Seasonality.HISTORY_AND_DAYS:
        then = [
            working_days(year_before(each.start), year_before(each.end), calendar=calendar)
            for each in cycle.periods
        ]
        before = [
            amount * now // max(1, days)
            for amount, now, days in zip(before, worked, then, strict=True)
        ]
    return before if sum(before) else weights_of_periods(cycle, metric, Seasonality.WORKING_DAYS)
