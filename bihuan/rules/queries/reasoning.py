"""The first reason of what an alert saw, as the heat map would name it."""

from __future__ import annotations

from datetime import date, timedelta

from bihuan.goals.domain.reason.diagnosis import Diagnosis
from bihuan.goals.queries import CellChoice, Window
from bihuan.goals.queries.reasons import reasons_of
from bihuan.kernel.period import Grain, Period
from bihuan.metrics.queries import MetricDefinition, metric_as
from bihuan.org.actions import robot_of
from bihuan.org.domain.scope import Scope
from bihuan.rules.models import Alert
from bihuan.rules.queries.saying import leaves_of, metric_of


def first_reason(alert: Alert) -> Diagnosis | None:
    """Return the strongest reason of the last period that an alert about a person read."""
    metric = metric_of(alert.tenant, alert.about_metric)
    period = _last_period(alert)
    if metric is None or period is None or alert.person is None:
        return None
    found = reasons_of(_choice(alert, metric, period))
    return found.findings[0].diagnosis if found.findings else None


def _last_period(alert: Alert) -> Period | None:
    periods = [
        each
        for leaf in leaves_of(alert)
        if leaf["leaf"].get("metric") == alert.about_metric
        for each in leaf.get("periods", [])
    ]
    if not periods:
        return None
    last = max(periods, key=lambda each: each["end"])
    start, end = date.fromisoformat(last["start"]), date.fromisoformat(last["end"])
    return Period(last["period"], start, end)


def _choice(alert: Alert, metric: MetricDefinition, period: Period) -> CellChoice:
    """Return the cell as the system sees it, as it stood on the morning the alert opened."""
    robot = robot_of(alert.tenant)
    window = Window(Grain.WEEK, (period,), alert.opened_on + timedelta(days=1))
    return CellChoice(
        tenant=alert.tenant,
        metric=metric_as(alert.tenant, metric.key, window.defined),
        window=window,
        scope=Scope(tenant_id=alert.tenant_id, person_id=robot.pk, whole_tenant=True),
        person=alert.person,
    )
