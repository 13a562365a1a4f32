"""What a check of dilution is asked about, and what is sensible when nothing was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from bihuan.goals.domain.dilution import year_before
from bihuan.goals.domain.span import Span
from bihuan.goals.models import Quota
from bihuan.kernel.period import Grain, Period, period_of
from bihuan.metrics.domain.definition import Unit as Measured
from bihuan.metrics.queries import Defined, MetricDefinition, metrics_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant, Unit

GRAINS = (Grain.YEAR, Grain.QUARTER, Grain.MONTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class DilutionAsked:
    """Which tree is checked: below which unit, for which metric, over which days."""

    unit: Unit
    metric: MetricDefinition
    period: Period
    scope: Scope | None
    """Whose eyes; nobody's for the system itself."""
    defined: Defined = Defined.THEN

    @property
    def tenant(self) -> Tenant:
        return self.unit.tenant

    @property
    def span(self) -> Span:
        return Span(self.period.start, self.period.end)

    @property
    def base(self) -> Period:
        """Return the same days a year before."""
        before = year_before(self.span)
        return Period(str(before), before.start, before.end)


def metrics_handed_down(tenant: Tenant) -> list[MetricDefinition]:
    """Return every metric: first those with targets of units as well as people, then by use."""
    by_use = Quota.objects.live().filter(tenant=tenant).order_by().values_list("metric")
    counted = by_use.annotate(units=Count("unit_id"), people=Count("person_id"))
    used = {metric: (units, people) for metric, units, people in counted}

    def place(metric: MetricDefinition) -> tuple[bool, bool, bool, int]:
        units, people = used.get(metric.key, (0, 0))
        is_handed_down = bool(units and people)
        is_money = metric.unit is Measured.MONEY
        return (not is_handed_down, not (units or people), not is_money, -(units + people))

    return sorted(metrics_of(tenant), key=place)


def period_to_check(tenant: Tenant, metric: MetricDefinition, today: date) -> Period:
    """Return the longest period that runs today and is the span of a target, or the quarter.

    Targets of units decide where there are any: it is theirs that are handed down.
    """
    day = Span(today, today + timedelta(days=1))
    live = Quota.objects.live().filter(tenant=tenant, metric=metric.key).touching(day)
    spans = {
        of_units: {
            Span(start, end)
            for start, end in live.filter(of_units).values_list("start", "end").distinct()
        }
        for of_units in (Q(unit__isnull=False), Q(unit__isnull=True))
    }
    month = tenant.fiscal_start_month
    known = [period_of(today, grain, fiscal_start_month=month) for grain in GRAINS]
    for found in spans.values():
        for period in known:
            if Span(period.start, period.end) in found:
                return period
    return period_of(today, Grain.QUARTER, fiscal_start_month=month)
