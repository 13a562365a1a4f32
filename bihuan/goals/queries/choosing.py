"""What a heat map shows when nothing was chosen: which unit, metric and period."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Count, Max, Min

from bihuan.goals.models import Quota
from bihuan.kernel.period import Grain, Period, period_of
from bihuan.metrics.domain.definition import Unit as Measured
from bihuan.metrics.queries import MetricDefinition, metrics_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant, Unit


def highest_unit(scope: Scope) -> Unit | None:
    """Return the highest unit whose figures a person sees, the first by name among equals."""
    units = Unit.objects.filter(tenant_id=scope.tenant_id).select_related("tenant")
    if scope.whole_tenant:
        return units.filter(parent__isnull=True).order_by("path").first()
    found = list(units.filter(path__in=scope.all_paths))
    found.sort(key=lambda unit: (unit.depth, unit.pinyin, unit.name))
    return found[0] if found else None


def way_up(unit: Unit, scope: Scope) -> list[Unit]:
    """Return the units above one that are visible, the highest first."""
    steps = [int(step) for step in unit.path.strip("/").split("/")[:-1]]
    above = Unit.objects.filter(pk__in=steps).order_by("path")
    return [each for each in above if scope.covers_figures(each.path)]


def metrics_offered(tenant: Tenant) -> list[MetricDefinition]:
    """Return every metric, those with targets first and the most used first among them."""
    used = dict(
        Quota.objects.live()
        .filter(tenant=tenant)
        .order_by()
        .values_list("metric")
        .annotate(count=Count("pk"))
    )
    metrics = metrics_of(tenant)

    def place(metric: MetricDefinition) -> tuple[bool, bool, int]:
        count = used.get(metric.key, 0)
        return (count == 0, metric.unit is not Measured.MONEY, -count if count else 0)

    return sorted(metrics, key=place)


def latest_day(
    tenant: Tenant, metric: MetricDefinition | None, today: date, person: Person | None = None
) -> date:
    """Return the day to look at: today, or the last one with a target where all have ended."""
    quotas = Quota.objects.live().filter(tenant=tenant)
    if metric is not None:
        quotas = quotas.filter(metric=metric.key)
    if person is not None:
        quotas = quotas.filter(person=person)
    ends = quotas.aggregate(first=Min("start"), last=Max("end"))
    first: date | None = ends["first"]
    last: date | None = ends["last"]
    if first is None or last is None or first > today:
        return today
    return min(today, last - timedelta(days=1))


def period_chosen(
    key: Period | None, grain: Grain | None, *, day: date, fiscal_start_month: int
) -> tuple[Period, Grain]:
    """Return the last period to show: the one chosen, read in the length chosen."""
    if key is None:
        length = grain or Grain.WEEK
        return period_of(day, length, fiscal_start_month=fiscal_start_month), length
    length = grain or grain_of(key)
    return period_of(key.start, length, fiscal_start_month=fiscal_start_month), length


def grain_of(period: Period) -> Grain:
    """Return how long a period is, from its key."""
    rest = period.key[5:]
    if not rest:
        return Grain.YEAR
    named = {"W": Grain.WEEK, "F": Grain.FORTNIGHT, "Q": Grain.QUARTER}
    return named.get(rest[0], Grain.DAY if "-" in rest else Grain.MONTH)
