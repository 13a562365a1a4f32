"""The heat map of one person: metrics against periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.goals.domain.span import Span
from bihuan.goals.models import Quota
from bihuan.goals.queries.coverage import periods_with_data_of
from bihuan.goals.queries.grid import (
    Asked,
    Off,
    Row,
    Subject,
    Window,
    by_period,
    cells,
    furthest_off,
)
from bihuan.goals.queries.plan import plans_of, sees_figures
from bihuan.metrics.queries import FigureBoard, Where, evaluate_many, metrics_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant

ROWS_AT_MOST = 10
WORST_COUNT = 3
KEY_METRICS = (
    "signed_amount",
    "received_amount",
    "net_sales",
    "won_amount",
    "new_opportunities",
    "visits",
    "calls",
    "win_rate",
)
"""Shown without a target too, where the person has anything of them."""


@dataclass(frozen=True, slots=True)
class PersonMap:
    """The heat map of a person: a row for each metric."""

    person: Person
    window: Window
    rows: tuple[Row, ...]
    worst: tuple[Off, ...]
    has_targets: bool


def heat_map_person(person: Person, window: Window, scope: Scope) -> PersonMap:
    """Return the metrics of a person that have targets, and the key ones that have facts."""
    metrics = metrics_of(person.tenant)
    asked = metrics_asked(person.tenant, window.span, person=person)
    wanted = [metric for metric in metrics if metric.key in {*asked, *KEY_METRICS}]
    plans = plans_of(person.tenant, wanted, window.span, people=[person.pk])
    board = _board(person, window, scope, [metric.key for metric in wanted])
    figures = {
        metric.key: {} if board is None else by_period(board.rows(metric.key)) for metric in wanted
    }
    with_data = periods_with_data_of(person.tenant, window.begun(), figures)
    subject = Subject(person_id=person.pk)
    rows = []
    for metric in wanted:
        plan = plans[metric.key]
        targets = plan.asks(plan.of_person(person.pk, sees_figures(scope, person.pk)))
        asked_of = Asked(window, targets, subject, figures[metric.key], with_data[metric.key])
        rows.append(Row("metric", metric.key, subject, *cells(asked_of)))
    shown = [row for row in rows if row.has_anything]
    shown.sort(key=lambda row: row.whole.target is None)
    return PersonMap(
        person=person,
        window=window,
        rows=tuple(shown[:ROWS_AT_MOST]),
        worst=furthest_off(shown, window, at_most=WORST_COUNT),
        has_targets=any(not plan.is_empty for plan in plans.values()),
    )


def metrics_asked(tenant: Tenant, span: Span, *, person: Person | None = None) -> set[str]:
    """Return the keys of the metrics that somebody, or one person, has targets of in a span."""
    quotas = Quota.objects.live().filter(tenant=tenant).touching(span)
    if person is not None:
        quotas = quotas.filter(person=person)
    return set(quotas.order_by().values_list("metric", flat=True).distinct())


def _board(
    person: Person, window: Window, scope: Scope, metrics: Sequence[str]
) -> FigureBoard | None:
    """Return all figures of a person at once; nothing before the window has begun."""
    begun = window.begun()
    if not begun:
        return None
    return evaluate_many(
        tenant=person.tenant,
        metrics=metrics,
        spans=begun,
        where=Where(person_ids=(person.pk,)),
        scope=scope,
        defined=window.defined,
    )
