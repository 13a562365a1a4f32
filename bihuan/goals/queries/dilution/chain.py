"""One person's line: from their own targets up to what the company wants.

Names and shares go up to the top, amounts only as far as the reader sees figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.goals.domain.chain import Chain, Rung, chain
from bihuan.goals.domain.dilution import growth, year_before
from bihuan.goals.domain.rollup import Rolled, Source, own, upwards
from bihuan.goals.domain.span import Span, overlap, without
from bihuan.goals.models import Cycle, Goal
from bihuan.goals.queries.person import metrics_asked
from bihuan.goals.queries.plan import Plan, plans_of, sees_figures
from bihuan.kernel.period import Period
from bihuan.metrics.queries import MetricDefinition, Where, evaluate_many, metrics_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant, Unit


@dataclass(frozen=True, slots=True)
class ChainLine:
    """The line of one metric."""

    metric: MetricDefinition
    chain: Chain


def chains(
    person: Person,
    period: Period,
    scope: Scope,
    *,
    strategies: Mapping[str, str] | None = None,
) -> list[ChainLine]:
    """Return the line of every metric somebody has a target of.

    ``strategies`` are words by metric; without them, those of the published cycles.
    """
    window = Span(period.start, period.end)
    wanted = metrics_asked(person.tenant, window, person=person)
    metrics = [each for each in metrics_of(person.tenant) if each.key in wanted]
    if not metrics:
        return []
    sees = sees_figures(scope, person.pk)
    seated = plans_of(person.tenant, metrics, window, people=[person.pk])
    homes = {
        key: _last_unit(plan.of_person(person.pk, sees), window) for key, plan in seated.items()
    }
    above = _above({path for path in homes.values() if path})
    plans = _plans(person, metrics, window, above)
    growths = _growths(person, [plans[each.key] for each in metrics], window)
    told = strategies_in(person.tenant, window) if strategies is None else strategies
    found = []
    for metric in metrics:
        plan, home = plans[metric.key], homes[metric.key]
        mine = plan.target(plan.of_person(person.pk, sees), window)
        if mine is None or home is None:
            continue
        here = plan.target(plan.of_person(person.pk, _is_at(home)), window)
        rungs = [
            Rung(above[path], plan.target(plan.total(path), window), scope.covers_figures(path))
            for path in upwards(home)
        ]
        line = chain(
            mine=Rung(person.name, mine, counts=here),
            above=rungs,
            growth=growths.get(metric.key),
            strategy=told.get(metric.key, ""),
            adds_up=plan.carriage.adds_up,
        )
        found.append(ChainLine(metric, line))
    return found


def strategies_in(tenant: Tenant, window: Span) -> dict[str, str]:
    """Return what published cycles say targets are for, by metric; the latest has the word."""
    goals = Goal.objects.on().filter(
        cycle__in=Cycle.objects.of(tenant.pk).published(),
        cycle__start__lt=window.end,
        cycle__end__gt=window.start,
    )
    told = goals.exclude(strategy="").order_by("cycle__start", "cycle_id")
    return dict(told.values_list("metric", "strategy"))


def _is_at(home: str) -> Callable[[str], bool]:
    return lambda path: path == home


def _last_unit(rows: Iterable[Rolled], window: Span) -> str | None:
    """Return the last unit in a window in which somebody's target is seen to count."""
    counted = [row.source for row in rows if overlap(row.source.span, window) is not None]
    return max(counted, key=_ends).path if counted else None


def _ends(source: Source) -> tuple[object, ...]:
    return (source.span.end, source.span.start)


def _above(homes: set[str]) -> dict[str, str]:
    """Return the names of units and of all above them, by path."""
    paths = {path for home in homes for path in upwards(home)}
    return dict(Unit.objects.filter(path__in=paths).values_list("path", "name"))


def _plans(
    person: Person, metrics: Sequence[MetricDefinition], window: Span, above: Mapping[str, str]
) -> dict[str, Plan]:
    """Return the plans of metrics: only what is carried on the way up, where that says it all.

    A published target stands in every unit, and what lies below need not be read.
    """
    units = [int(path.strip("/").split("/")[-1]) for path in above]
    narrow = plans_of(person.tenant, metrics, window, people=[person.pk], units=units)
    open_ones = [
        each
        for each in metrics
        if narrow[each.key].carriage.adds_up and not _is_carried(narrow[each.key], above, window)
    ]
    return narrow | (plans_of(person.tenant, open_ones, window) if open_ones else {})


def _is_carried(plan: Plan, paths: Mapping[str, str], window: Span) -> bool:
    return all(
        not without(window, [span for row in own(plan.sources, path) for span in row.spans])
        for path in paths
    )


def _growths(person: Person, plans: Sequence[Plan], window: Span) -> dict[str, Decimal | None]:
    """Return by how much the whole company is to grow in each metric that adds up."""
    adding = [plan for plan in plans if plan.carriage.adds_up]
    root = (
        Unit.objects.filter(tenant=person.tenant_id, parent__isnull=True).order_by("path").first()
    )
    if not adding or root is None:
        return {}
    before = year_before(window)
    board = evaluate_many(
        tenant=person.tenant,
        metrics=[plan.metric.key for plan in adding],
        spans=[Period(str(before), before.start, before.end)],
        where=Where(unit_path=root.path),
        scope=None,  # Only a ratio leaves this function, and everybody is told it.
    )
    found: dict[str, Decimal | None] = {}
    for plan in adding:
        [total] = [row for row in board.rows(plan.metric.key) if row.is_total]
        asked = plan.target(plan.total(root.path), window)
        found[plan.metric.key] = growth(asked=asked, before=total.value)
    return found
