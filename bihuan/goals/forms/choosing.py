"""Reads out of an address what a heat map is to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bihuan.base import clock
from bihuan.goals import queries
from bihuan.goals.access import person_in, team_seen
from bihuan.goals.queries import COLUMNS, CellChoice, Choice, Window
from bihuan.kernel.period import Grain, Period, PeriodUnreadable, parse_period
from bihuan.metrics.queries import Defined, MetricDefinition, has_history, metric_named
from bihuan.org.access import PersonRequest, person_seen
from bihuan.org.models import Person, Tenant, Unit

LONGEST_DAYS = 4000


@dataclass(frozen=True, slots=True)
class Chosen:
    """The metric and the periods that an address asks for, or the sensible ones."""

    metrics: list[MetricDefinition]
    metric: MetricDefinition
    window: Window
    has_history: bool = False
    """Whether past figures may be read in two ways: as they were meant, or as they are now."""


def chosen(request: PersonRequest, *, person: Person | None = None) -> Chosen:
    metrics = queries.metrics_offered(request.tenant)
    key = request.GET.get("metric", "")
    metric = metric_named(request.tenant, key) if key else metrics[0]
    today = clock.today(request.tenant.time_zone)
    month = request.tenant.fiscal_start_month
    day = queries.latest_day(request.tenant, metric if key or not person else None, today, person)
    last, grain = queries.period_chosen(
        period_in(request), _grain(request), day=day, fiscal_start_month=month
    )
    window = queries.window_to(
        last, grain, today=today, fiscal_start_month=month, defined=defined_in(request)
    )
    return Chosen(metrics, metric, window, has_history(request.tenant, metric.key))


def defined_in(request: PersonRequest) -> Defined:
    """Return by which versions the address wants figures; nonsense counts as nothing said."""
    given = request.GET.get("defined", "")
    return Defined.NOW if given == Defined.NOW.value else Defined.THEN


def _grain(request: PersonRequest) -> Grain | None:
    """Return the length that was chosen; nonsense counts as nothing said."""
    given = request.GET.get("grain", "")
    return next((grain for grain in COLUMNS if grain.value == given), None)


def period_in(request: PersonRequest) -> Period | None:
    """Return the period that an address names, if it names one."""
    given = request.GET.get("period", "")
    if not given:
        return None
    found = parse_period(given, fiscal_start_month=request.tenant.fiscal_start_month)
    return found if found.start > date(1970, 1, 1) else None


def team_choice(request: PersonRequest, unit: Unit) -> tuple[Chosen, Choice]:
    """Return what the heat map of a unit is to show."""
    asked = chosen(request)
    return asked, Choice(
        unit=unit,
        metric=asked.metric,
        window=asked.window,
        scope=request.scope,
        by_name=request.GET.get("sort") == "name",
    )


def cell_choice(request: PersonRequest, sent: Mapping[str, str] | None = None) -> CellChoice:
    """Return which cell an address names, or what was sent; what is not visible is not there."""
    given = request.GET.dict() if sent is None else sent
    metric = metric_named(request.tenant, given.get("metric", ""))
    person = given.get("person", "")
    unit = _unit(given.get("unit", ""), request)
    is_nobody = person == "0" and unit is not None
    seen = None
    if not is_nobody and (person or unit is None):
        number, scope = _number(person), request.scope
        seen = person_in(unit, number, scope) if unit else person_seen(number, scope)
    period = span_named(given.get("period", ""), request.tenant)
    today = clock.today(request.tenant.time_zone)
    return CellChoice(
        tenant=request.tenant,
        metric=metric,
        window=Window(Grain.WEEK, (period,), today + timedelta(days=1), defined_in(request)),
        scope=request.scope,
        unit=unit,
        person=seen,
        is_nobody=is_nobody,
        is_deep=given.get("deep") == "1",
    )


def _unit(given: str, request: PersonRequest) -> Unit | None:
    return team_seen(_number(given), request.scope) if given else None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def span_named(key: str, tenant: Tenant) -> Period:
    """Return the period of a key; ``2026-07-01..2026-08-12`` is a run of days."""
    first, dots, last = key.partition("..")
    if not dots:
        return parse_period(key, fiscal_start_month=tenant.fiscal_start_month)
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
        found = Period(key, start, end)
    except ValueError as reason:
        raise PeriodUnreadable(key=key) from reason
    if found.days > LONGEST_DAYS:
        raise PeriodUnreadable(key=key)
    return found
