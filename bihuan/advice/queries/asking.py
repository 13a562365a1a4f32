"""What is asked: which metrics, in which period, as it stood on which morning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import F

from bihuan.advice.domain.glimpse import Counted, counted, same_point
from bihuan.goals.domain.carriage import Carriage
from bihuan.goals.models import Quota
from bihuan.goals.queries.plan import carriage_of
from bihuan.kernel.calendar import DayCount
from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.kernel.period import Grain, Period, period_of
from bihuan.metrics.domain.definition import Better
from bihuan.metrics.queries import MetricDefinition, metrics_of
from bihuan.org.models import Person, Tenant

LOOKS_BACK = {Grain.MONTH: 18, Grain.QUARTER: 8}
"""How many periods that are over are looked at."""
LONGEST_MONTH = 31


class NotProjected(Invalid):
    code = "advice.not_projected"
    says = gettext_noop(
        "%(metric)s is not projected: only what adds up over time, and of which more is better."
    )


class GrainUnfit(Invalid):
    code = "advice.grain_unfit"
    says = gettext_noop("Landings are projected for months and quarters, not for %(period)s.")


@dataclass(frozen=True)
class Question:
    """Landings of some metrics in one period, seen on the morning of a day."""

    tenant: Tenant
    metrics: tuple[MetricDefinition, ...]
    period: Period
    morning: date
    as_of_seq: int | None = None

    @property
    def keys(self) -> list[str]:
        return [metric.key for metric in self.metrics]

    @property
    def calendar(self) -> DayCount:
        return DayCount(self.tenant.day_count)

    @property
    def grain(self) -> Grain:
        return grain_of(self.period)

    @cached_property
    def days(self) -> Counted:
        return counted(self.period, morning=self.morning, calendar=self.calendar)

    @cached_property
    def before(self) -> list[Period]:
        """Return the periods that are over, the latest last."""
        found: list[Period] = []
        start = self.period.start
        for _ in range(LOOKS_BACK[self.grain]):
            earlier = period_of(
                start - timedelta(days=1),
                self.grain,
                fiscal_start_month=self.tenant.fiscal_start_month,
            )
            found.insert(0, earlier)
            start = earlier.start
        return found

    @cached_property
    def mornings(self) -> list[date]:
        """Return the morning of each period before that was as far on as this one is."""
        share, calendar = self.days.share, self.calendar
        return [same_point(each, share, calendar=calendar) for each in self.before]

    @cached_property
    def days_before(self) -> list[Counted]:
        pairs = zip(self.before, self.mornings, strict=True)
        return [counted(each, morning=day, calendar=self.calendar) for each, day in pairs]


def grain_of(period: Period) -> Grain:
    """Return whether a period is a month or a quarter; others are not projected."""
    if "-Q" in period.key:
        return Grain.QUARTER
    if len(period.key) == len("2026-11") and period.key[5:].isdecimal():
        return Grain.MONTH
    raise GrainUnfit(period=period.key)


def can_project(metric: MetricDefinition) -> bool:
    """Tell whether a metric gathers over a period, and more of it is better."""
    return metric.better is Better.HIGHER and carriage_of(metric) is Carriage.SPREAD


def require_projectable(metric: MetricDefinition) -> None:
    if not can_project(metric):
        raise NotProjected(metric=metric.key)


def asked_today(tenant: Tenant, morning: date, *, person: Person | None = None) -> dict[str, Grain]:
    """Return the metrics of which somebody has a running target, and how long to look at each.

    A metric whose targets are none longer than a month is looked at by the month.
    """
    running = Quota.objects.live().filter(tenant=tenant, start__lte=morning, end__gt=morning)
    if person is not None:
        running = running.filter(person=person)
    longest: dict[str, int] = {}
    for key, days in running.annotate(days=F("end") - F("start")).values_list("metric", "days"):
        count = days.days if isinstance(days, timedelta) else int(days)
        longest[key] = max(longest.get(key, 0), count)
    known = {metric.key: metric for metric in metrics_of(tenant)}
    return {
        key: Grain.MONTH if days <= LONGEST_MONTH else Grain.QUARTER
        for key, days in longest.items()
        if key in known and can_project(known[key])
    }


def questions(
    tenant: Tenant,
    morning: date,
    *,
    metrics: Sequence[str] = (),
    as_of_seq: int | None = None,
) -> list[Question]:
    """Return what to ask of the metrics with running targets, one question for each length."""
    grains = asked_today(tenant, morning)
    wanted = [each for each in metrics_of(tenant) if each.key in grains]
    if metrics:
        wanted = [each for each in wanted if each.key in metrics]
    found = []
    for grain in (Grain.QUARTER, Grain.MONTH):
        of_grain = tuple(each for each in wanted if grains[each.key] is grain)
        if of_grain:
            period = period_of(morning, grain, fiscal_start_month=tenant.fiscal_start_month)
            found.append(Question(tenant, of_grain, period, morning, as_of_seq))
    return found
