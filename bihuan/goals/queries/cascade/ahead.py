"""A goal before it is asked for: last year's figure, the growth, and each period's amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.goals.domain.cycle import Seasonality
from bihuan.goals.domain.sharing import Share, amounts
from bihuan.goals.models import Cycle
from bihuan.goals.queries.cascade.before import growth, span_before, whole_before
from bihuan.goals.queries.cascade.seasons import weights_of_periods
from bihuan.goals.queries.plan import carriage_of
from bihuan.kernel.money import MINOR_DIGITS
from bihuan.kernel.period import Period
from bihuan.metrics.domain.definition import Unit as Measured
from bihuan.metrics.queries import MetricDefinition, metrics_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a form shows beside an amount while it is typed."""

    metric: MetricDefinition
    span: Period
    before: Decimal | None
    growth: Decimal | None
    digits: int
    periods: tuple[tuple[Period, Decimal], ...]
    """Each period and what it would be asked for."""


def digits_of(tenant: Tenant, metric: MetricDefinition) -> int:
    """Return how many decimals the smallest unit of a metric has."""
    return MINOR_DIGITS[tenant.currency] if metric.unit is Measured.MONEY else 0


def shared_metrics(tenant: Tenant) -> list[MetricDefinition]:
    """Return the metrics whose targets can be shared out: those that add up over people."""
    return [metric for metric in metrics_of(tenant) if carriage_of(metric).adds_up]


def ahead(
    cycle: Cycle,
    metric: MetricDefinition,
    amount: Decimal | None,
    seasonality: Seasonality,
    *,
    scope: Scope,
    by_hand: Sequence[int] = (),
) -> Ahead:
    """Return what an amount means: against last year, and period by period."""
    before = whole_before(cycle, metric.key, scope)
    digits = digits_of(cycle.tenant, metric)
    weights: Sequence[int] = by_hand
    if seasonality is not Seasonality.BY_HAND or len(by_hand) != len(cycle.periods):
        known = seasonality is not Seasonality.BY_HAND
        season = seasonality if known else Seasonality.WORKING_DAYS
        weights = weights_of_periods(cycle, metric.key, season)
    units = int((amount or Decimal(0)).scaleb(digits))
    level = {str(place): Share(weight) for place, weight in enumerate(weights)}
    shared = amounts(units, level).values()
    return Ahead(
        metric=metric,
        span=span_before(cycle),
        before=before,
        growth=growth(amount, before),
        digits=digits,
        periods=tuple(
            (period, Decimal(each).scaleb(-digits))
            for period, each in zip(cycle.periods, shared, strict=True)
        ),
    )
