"""How a cycle's target is shared over its periods."""

from __future__ import annotations

from bihuan.goals.domain.cycle import Seasonality
from bihuan.goals.domain.seasonality import WITHOUT_HISTORY, season, year_earlier
from bihuan.goals.models import Cycle
from bihuan.goals.queries.cascade.history import by_period
from bihuan.kernel.calendar import DayCount


def weights_of_periods(cycle: Cycle, metric: str, seasonality: Seasonality) -> list[int]:
    """Return a whole weight for each period of a cycle; the tenant must be loaded with it."""
    achieved: list[int] = []
    if seasonality not in WITHOUT_HISTORY:
        achieved = by_period(cycle.tenant, metric, [year_earlier(each) for each in cycle.periods])
    return season(
        seasonality,
        periods=cycle.periods,
        calendar=DayCount(cycle.tenant.day_count),
        achieved=achieved,
    )
