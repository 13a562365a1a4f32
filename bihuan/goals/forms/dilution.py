"""Reads out of an address which tree of targets is to be checked."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.base import clock
from bihuan.goals.forms.choosing import defined_in, period_in
from bihuan.goals.queries.dilution import DilutionAsked, metrics_handed_down, period_to_check
from bihuan.kernel.period import Grain, Period, period_of
from bihuan.metrics.queries import MetricDefinition, has_history, metric_named
from bihuan.org.access import PersonRequest
from bihuan.org.models import Unit

GRAINS = {grain.value: grain for grain in (Grain.MONTH, Grain.QUARTER, Grain.YEAR)}


@dataclass(frozen=True, slots=True)
class ChosenTree:
    """What an address asks for, and what else there is to choose from."""

    asked: DilutionAsked
    metrics: list[MetricDefinition]
    has_history: bool


def dilution_asked(request: PersonRequest, unit: Unit) -> ChosenTree:
    """Return the tree an address asks for, or a sensible one."""
    metrics = metrics_handed_down(request.tenant)
    key = request.GET.get("metric", "")
    metric = metric_named(request.tenant, key) if key else metrics[0]
    asked = DilutionAsked(
        unit=unit,
        metric=metric,
        period=period_asked(request, metric),
        scope=request.scope,
        defined=defined_in(request),
    )
    return ChosenTree(asked, metrics, has_history(request.tenant, metric.key))


def period_asked(request: PersonRequest, metric: MetricDefinition | None = None) -> Period:
    """Return the period of an address, in the length it asks for, or a sensible one."""
    month = request.tenant.fiscal_start_month
    today = clock.today(request.tenant.time_zone)
    period = period_in(request)
    grain = GRAINS.get(request.GET.get("grain", ""))
    if grain is not None:
        day = period.start if period is not None else today
        return period_of(day, grain, fiscal_start_month=month)
    if period is not None:
        return period
    if metric is None:
        return period_of(today, Grain.QUARTER, fiscal_start_month=month)
    return period_to_check(request.tenant, metric, today)
