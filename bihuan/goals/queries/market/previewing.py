"""What reporting an event would propose, before it is reported, and where it can take place."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.base import clock
from bihuan.goals.domain.market import Happening
from bihuan.goals.domain.seasonality import year_before
from bihuan.goals.domain.span import Span
from bihuan.goals.models import Cycle, Siblings
from bihuan.goals.models.cycle import ORG
from bihuan.goals.queries.cascade.history import by_value
from bihuan.goals.queries.market.parts import asked_of, terms_of
from bihuan.goals.queries.market.reckoning import cycles_running, reckon
from bihuan.goals.queries.market.trail import NodeLine, first_day_after, node_lines, parameters_of
from bihuan.inbox.domain.sentence import Sentence
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.definition import Unit as Measured
from bihuan.metrics.queries import metric_named
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant

PLACES = ("product_line", "tier", "channel")
"""Dimensions of which values are offered; units are offered beside them."""
MOST_VALUES = 24
LINES = 12


@dataclass(frozen=True, slots=True)
class Preview:
    """What an event would make of a cycle: the model in words, who is asked, what one may see."""

    cycle: Cycle
    words: list[Sentence]
    asked: list[Person]
    lines: list[NodeLine]


def previews(
    tenant: Tenant, happening: Happening, *, answer_days: int, scope: Scope
) -> list[Preview]:
    """Return what reporting an event now would propose; nothing is kept."""
    first_day = first_day_after(tenant, answer_days)
    parameters = parameters_of(tenant)
    today = clock.today(tenant.time_zone)
    found = []
    for cycle in cycles_running(tenant.pk, happening.span, first_day):
        made = reckon(cycle, happening, parameters, first_day)
        asked = asked_of(made, today)
        goals = terms_of(made, asked)["goals"]
        lines = node_lines(tenant, goals, scope, LINES)
        found.append(Preview(cycle, made.words, list(asked.nodes), lines))
    return found


def cycles_to_come(tenant: Tenant) -> list[Cycle]:
    """Return the published cycles that are not over."""
    today = clock.today(tenant.time_zone)
    cycles = Cycle.objects.of(tenant.pk).published().filter(closed_at=None, end__gt=today)
    return list(cycles.select_related("tenant", "root").order_by("start", "pk"))


def metrics_touchable(cycles: list[Cycle]) -> list[MetricDefinition]:
    """Return the metrics that running cycles ask for, those in money first."""
    found = {
        goal.metric: metric_named(cycle.tenant, goal.metric)
        for cycle in cycles
        for goal in cycle.goals.on()
    }
    return sorted(found.values(), key=lambda each: (each.unit is not Measured.MONEY, each.key))


def values_offered(cycles: list[Cycle]) -> dict[str, list[str]]:
    """Return by dimension the values an event can name: those split by, and those sold lately."""
    found: dict[str, dict[str, None]] = {name: {} for name in PLACES}
    split = Siblings.objects.filter(cycle__in=cycles, goal__isnull=False, axis__in=PLACES)
    for axis, shares in split.exclude(axis=ORG).values_list("axis", "shares"):
        found[axis].update(dict.fromkeys(value for value, *_ in shares if value))
    for cycle in cycles[:1]:
        money = [each for each in metrics_touchable([cycle]) if each.unit is Measured.MONEY]
        before = Span(year_before(cycle.start), year_before(cycle.end))
        for name in PLACES:
            for metric in money[:1]:
                found[name].update(dict.fromkeys(by_value(cycle.tenant, metric.key, before, name)))
    return {name: list(values)[:MOST_VALUES] for name, values in found.items() if values}
