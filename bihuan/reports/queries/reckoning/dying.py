"""Targets that nobody did anything for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bihuan.kernel.period import Period
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.queries.frozen import FrozenFigures, figures_then
from bihuan.reports.domain.content import DeadTarget, PersonIn
from bihuan.reports.domain.dead_target import Sign, signs_of_death
from bihuan.reports.queries.reckoning.then import Target, Then

Spans = list[tuple[date, date]]


def dead_targets(then: Then) -> tuple[Counter[int | None], list[DeadTarget]]:
    """Return how many targets were looked at by unit, and those without a sign of life.

    Targets of people count, and those of units whose people carry none of the same.
    """
    by_metric: dict[str, list[Target]] = defaultdict(list)
    for target in then.targets_of_month:
        by_metric[target.metric].append(target)
    looked_at: Counter[int | None] = Counter()
    dead: list[DeadTarget] = []
    for metric, definition in then.definitions.items():
        judged = _judged(then, by_metric.get(metric, []))
        looked_at.update(_unit_of(then, each) for each in judged)
        dead += _dead(then, definition, judged)
    return looked_at, dead


def _judged(then: Then, targets: Sequence[Target]) -> list[Target]:
    """Return the targets to look at: people's, and units' below which nobody carries one."""
    covered: set[int | None] = set()
    for target in targets:
        person = then.people.get(target.person or 0)
        unit = None if person is None else person.unit
        while unit is not None and unit in then.units and unit not in covered:
            covered.add(unit)
            unit = then.units[unit].above
    return [
        each
        for each in targets
        if (_sits(then, each) if each.unit is None else each.unit not in covered)
    ]


def _unit_of(then: Then, target: Target) -> int | None:
    return target.unit if target.person is None else then.people[target.person].unit


def _sits(then: Then, target: Target) -> bool:
    """Tell whether whose target it is was there: what those who left carry is told elsewhere."""
    person = then.people.get(target.person or 0)
    return person is not None and person.sits


def _dead(then: Then, definition: MetricDefinition, targets: Sequence[Target]) -> list[DeadTarget]:
    if not targets:
        return []
    month = then.month
    spans: Spans = list(dict.fromkeys((each.start, min(each.end, month.end)) for each in targets))
    asked = [month, *(Period(f"{start}/{end}", start, end) for start, end in spans)]
    of_people = _figures(then, definition, asked, "person")
    is_any_unit = any(each.unit is not None for each in targets)
    of_units = _figures(then, definition, asked, "unit") if is_any_unit else FrozenFigures()
    found = []
    for each in targets:
        place = 1 + spans.index((each.start, min(each.end, month.end)))
        figures = of_people if each.unit is None else of_units
        facts, achieved = _done(then, each, figures, place)
        signs = signs_of_death(
            span=(each.start, each.end),
            month=(month.start, month.end),
            facts=facts,
            achieved=achieved,
        )
        if signs:
            found.append(_line(then, each, signs, achieved))
    found.sort(key=lambda dead: (then.place(dead.who.unit), dead.who.name, dead.start, dead.quota))
    return found


def _figures(
    then: Then, definition: MetricDefinition, spans: Sequence[Period], by: str
) -> FrozenFigures:
    return figures_then(
        tenant=then.tenant, definition=definition, spans=spans, by=by, then=then.ledger
    )


def _done(
    then: Then, target: Target, figures: FrozenFigures, place: int
) -> tuple[int, Decimal | None]:
    """Return the facts of the month, and what was achieved of a target until its end."""
    keys = [target.person] if target.unit is None else sorted(then.basis.below(target.unit))
    facts = sum(figures.at(0, key).facts for key in keys)
    values = [figures.at(place, key).value for key in keys]
    known = [value for value in values if value is not None]
    return facts, sum(known, Decimal(0)) if known else None


def _line(
    then: Then, target: Target, signs: tuple[Sign, ...], achieved: Decimal | None
) -> DeadTarget:
    who = (
        then.person_in(target.person)
        if target.person is not None
        else PersonIn(person=0, name="", unit=target.unit, unit_name=then.unit_name(target.unit))
    )
    return DeadTarget(
        who=who,
        is_unit=target.unit is not None,
        quota=target.quota,
        metric=target.metric,
        start=target.start,
        end=target.end,
        asked=target.amount,
        currency=target.currency,
        achieved=achieved,
        signs=list(signs),
    )
