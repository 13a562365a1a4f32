"""The strip above a heat map: the period that runs, for up to four metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bihuan.goals.queries.coverage import periods_with_data
from bihuan.goals.queries.grid import Asked, Cell, Subject, Window, by_period, cell
from bihuan.goals.queries.kept import unit_targets
from bihuan.goals.queries.person import metrics_asked
from bihuan.goals.queries.plan import Targets, plans_of, sees_figures
from bihuan.goals.queries.team import Choice
from bihuan.metrics.queries import MetricDefinition, MetricRow, Where, evaluate, metrics_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant

METRICS_AT_MOST = 4


def team_strip(choice: Choice) -> list[Cell]:
    """Return what the unit did of its targets in the period that runs, the chosen metric first."""
    window = replace(choice.window, columns=(choice.window.current,))
    wanted = _wanted(choice.tenant, window, first=choice.metric)
    path = choice.unit.path
    targets = unit_targets(choice.tenant, wanted, window, path)
    subject, where = Subject(unit_id=choice.unit.pk), Where(unit_path=path)
    strip = _Strip(choice.tenant, window, subject, where, choice.scope)
    found = [strip.cell(targets[each.key].of_unit(each)) for each in wanted]
    return _kept(found, choice.metric)


def person_strip(person: Person, window: Window, scope: Scope) -> list[Cell]:
    """Return what a person did of their targets in the period that runs."""
    window = replace(window, columns=(window.current,))
    wanted = _wanted(person.tenant, window, person=person)
    plans = plans_of(person.tenant, wanted, window.span, people=[person.pk])
    sees = sees_figures(scope, person.pk)
    subject, where = Subject(person_id=person.pk), Where(person_ids=(person.pk,))
    strip = _Strip(person.tenant, window, subject, where, scope)
    own = {key: plan.asks(plan.of_person(person.pk, sees)) for key, plan in plans.items()}
    return [strip.cell(own[each.key]) for each in wanted]


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


@dataclass(frozen=True, slots=True)
class _Strip:
    """Whose strip it is, over which period, and through whose eyes."""

    tenant: Tenant
    window: Window
    subject: Subject
    where: Where
    scope: Scope

    def cell(self, targets: Targets) -> Cell:
        window = self.window
        begun = [window.cut(each) for each in window.columns if each.start < window.until]
        figures: dict[str, MetricRow] = {}
        if begun:
            rows = evaluate(
                tenant=self.tenant,
                metric=targets.metric.key,
                spans=begun,
                where=self.where,
                scope=self.scope,
                defined=window.defined,
            )
            figures = by_period(rows)
        with_data = periods_with_data(self.tenant, targets.metric, begun, figures)
        asked = Asked(window, targets, self.subject, figures, with_data)
        return cell(asked, window.last)


def _kept(found: Sequence[Cell], chosen: MetricDefinition) -> list[Cell]:
    """Leave out what neither has a target here nor was chosen."""
    return [each for each in found if each.target is not None or each.metric.key == chosen.key]
