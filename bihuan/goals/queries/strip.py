"""The strip above a heat map: the period that runs, for up to four metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bihuan.goals.domain.rollup import Rolled
from bihuan.goals.queries.grid import Asked, Cell, Subject, Window, by_period, cell
from bihuan.goals.queries.person import metrics_asked
from bihuan.goals.queries.plan import Plan, plans_of, sees_figures
from bihuan.goals.queries.team import Choice
from bihuan.metrics.queries import MetricDefinition, MetricRow, Where, evaluate, metrics_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant

METRICS_AT_MOST = 4

Figures = dict[str, MetricRow]


def team_strip(choice: Choice) -> list[Cell]:
    """Return what the unit did of its targets in the period that runs, the chosen metric first."""
    window = replace(choice.window, columns=(choice.window.current,))
    wanted = _wanted(choice.tenant, window, first=choice.metric)
    plans = plans_of(choice.tenant, wanted, window.span)
    path = choice.unit.path
    subject, where = Subject(unit_id=choice.unit.pk), Where(unit_path=path)
    found = []
    for metric in wanted:
        figures = _figures(choice.tenant, metric, window, where, choice.scope)
        plan = plans[metric.key]
        found.append(_cell(plan, window, subject, plan.total(path), figures))
    return _kept(found, choice.metric)


def person_strip(person: Person, window: Window, scope: Scope) -> list[Cell]:
    """Return what a person did of their targets in the period that runs."""
    window = replace(window, columns=(window.current,))
    wanted = _wanted(person.tenant, window, person=person)
    plans = plans_of(person.tenant, wanted, window.span, people=[person.pk])
    sees = sees_figures(scope, person.pk)
    subject, where = Subject(person_id=person.pk), Where(person_ids=(person.pk,))
    found = []
    for metric in wanted:
        figures = _figures(person.tenant, metric, window, where, scope)
        plan = plans[metric.key]
        found.append(_cell(plan, window, subject, plan.of_person(person.pk, sees), figures))
    return found


def _wanted(
    tenant: Tenant,
    window: Window,
    *,
    first: MetricDefinition | None = None,
    person: Person | None = None,
) -> list[MetricDefinition]:
    asked = metrics_asked(tenant, window.span, person=person)
    key = first.key if first is not None else ""
    others = [each for each in metrics_of(tenant) if each.key in asked and each.key != key]
    return [*([first] if first is not None else []), *others][:METRICS_AT_MOST]


def _figures(
    tenant: Tenant, metric: MetricDefinition, window: Window, where: Where, scope: Scope
) -> Figures:
    if window.last.start >= window.until:
        return {}
    return by_period(
        evaluate(
            tenant=tenant,
            metric=metric.key,
            spans=[window.cut(window.last)],
            where=where,
            scope=scope,
        )
    )


def _cell(
    plan: Plan, window: Window, subject: Subject, quotas: Sequence[Rolled], figures: Figures
) -> Cell:
    with_data = frozenset(key for key, row in figures.items() if row.facts)
    return cell(Asked(window, plan, subject, quotas, figures, with_data), window.last)


def _kept(found: Sequence[Cell], chosen: MetricDefinition) -> list[Cell]:
    """Leave out what neither has a target here nor was chosen."""
    return [each for each in found if each.target is not None or each.metric.key == chosen.key]
