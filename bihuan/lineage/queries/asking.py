"""Which number is asked for: a cell of the heat map, a metric alone, or one of the command line."""

from __future__ import annotations

from django.utils.translation import gettext

from bihuan.base import clock
from bihuan.goals.queries import CellChoice, highest_unit, latest_day
from bihuan.kernel.period import Grain, Period, period_of
from bihuan.lineage.domain.cell import cell_query
from bihuan.lineage.queries.down import NumberAsked
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.figure import Where
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant


def metric_asked(tenant: Tenant, metric: MetricDefinition, scope: Scope | None) -> NumberAsked:
    """Return a metric with no days said: its formula and what it reads, and no number."""
    return NumberAsked(
        tenant=tenant, metric=metric, scope=scope, span=None, where=Where(), subject=""
    )


def number_of(choice: CellChoice) -> NumberAsked:
    """Return the number that a cell shows, by the very days and narrowing of the cell."""
    is_future = choice.period.start >= choice.window.until
    if choice.is_nobody and choice.unit is not None:
        subject = f"{gettext('Without a person')} · {choice.unit.name}"
    else:
        named = [each.name for each in (choice.person, choice.unit) if each is not None]
        subject = " · ".join(named[:1] if choice.is_deep else named)
    return NumberAsked(
        tenant=choice.tenant,
        metric=choice.metric,
        scope=choice.scope,
        span=choice.period if is_future else choice.window.cut(choice.period),
        where=choice.where,
        subject=subject,
        may_open_facts=choice.may_open_facts,
        defined=choice.window.defined,
    )


def company_asked(
    tenant: Tenant, metric: MetricDefinition, span: Period, where: Where, subject: str
) -> NumberAsked:
    """Return a number as the system itself sees it."""
    return NumberAsked(
        tenant=tenant, metric=metric, scope=None, span=span, where=where, subject=subject
    )


def cell_of_now(tenant: Tenant, metric: MetricDefinition, scope: Scope) -> str:
    """Return the address of the cell to begin with: the last month with a target, of one's own."""
    today = clock.today(tenant.time_zone)
    month = period_of(latest_day(tenant, metric, today), Grain.MONTH)
    top = highest_unit(scope)
    return cell_query(
        metric.key,
        month.key,
        person_id=None if top is not None else scope.person_id,
        unit_id=top.pk if top is not None else None,
    )
