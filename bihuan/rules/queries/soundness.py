"""What is wrong with a rule in a company: metrics, kinds and units that are not there."""

from __future__ import annotations

from collections.abc import Iterator

from bihuan.facts.access import kinds_of
from bihuan.kernel.errors import Problem, gettext_noop
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.queries import metrics_of
from bihuan.org.models import Tenant, Unit
from bihuan.rules.domain.condition import (
    Absence,
    Drop,
    Dwell,
    Leaf,
    Level,
    Measure,
    Since,
    leaves,
)
from bihuan.rules.domain.definition import RuleDefinition
from bihuan.rules.domain.subject import Subject

NO_METRIC = gettext_noop("There is no metric called “%(name)s”.")
NO_KIND = gettext_noop("There is no kind of fact called “%(name)s”.")
NO_UNIT = gettext_noop("There is no unit with the code “%(name)s”.")
NO_DIMENSION = gettext_noop("A share cannot be taken by “%(name)s”.")
BY_LINE = gettext_noop("Targets are not set by product line: compare a value or a share.")
NOT_ADDING = gettext_noop("“%(name)s” does not add up, so no share or sum of it can be taken.")
OF_PEOPLE = gettext_noop("This looks at what a person does; a unit cannot be judged by it.")

SLICES = frozenset(
    {"product_line", "region", "tier", "channel", "category", "industry", "stage", "outcome"}
)
"""What a share can be taken by."""


def problems_in(tenant: Tenant, definition: RuleDefinition) -> list[Problem]:
    """Return everything that keeps a rule from being read in this company."""
    return list(_problems(tenant, definition))


def _problems(tenant: Tenant, definition: RuleDefinition) -> Iterator[Problem]:
    metrics = {each.key: each for each in metrics_of(tenant)}
    kinds = set(kinds_of(tenant))
    codes = set(Unit.objects.filter(tenant=tenant).values_list("code", flat=True))
    for code in definition.cover.units:
        if code not in codes:
            yield _problem(NO_UNIT, "cover.units", code)
    for _, tree in definition.judged:
        for leaf in leaves(tree):
            if isinstance(leaf, Level | Drop):
                yield from _of_figures(leaf, definition, metrics)
            else:
                yield from _of_events(leaf, definition, kinds)


def _of_figures(
    leaf: Level | Drop, definition: RuleDefinition, metrics: dict[str, MetricDefinition]
) -> Iterator[Problem]:
    metric = metrics.get(leaf.metric)
    if metric is None:
        yield _problem(NO_METRIC, "metric", leaf.metric)
        return
    lines = definition.cover.product_lines
    if lines and isinstance(leaf, Level) and leaf.measure is Measure.ATTAINMENT:
        yield _problem(BY_LINE, "cover.product_lines", lines[0])
    if lines and definition.subject is Subject.UNIT:
        yield _problem(OF_PEOPLE, "cover.product_lines", lines[0])
    is_sum = len(lines) > 1 or (isinstance(leaf, Level) and leaf.part is not None)
    if is_sum and not metric.is_additive:
        yield _problem(NOT_ADDING, "metric", leaf.metric)
    if isinstance(leaf, Level) and leaf.part is not None:
        if leaf.part.dimension not in SLICES:
            yield _problem(NO_DIMENSION, "part.dimension", leaf.part.dimension)
        if definition.subject is Subject.UNIT:
            yield _problem(OF_PEOPLE, "part", leaf.part.dimension)


def _of_events(leaf: Leaf, definition: RuleDefinition, kinds: set[str]) -> Iterator[Problem]:
    if definition.subject is Subject.UNIT:
        yield _problem(OF_PEOPLE, "when", leaf.kind)
    if isinstance(leaf, Since | Absence):
        for kind in leaf.facts:
            if kind not in kinds:
                yield _problem(NO_KIND, "facts", kind)
    assert isinstance(leaf, Since | Absence | Dwell), "figures are looked at elsewhere"


def _problem(says: str, column: str, name: str) -> Problem:
    return Problem(
        code="rules.definition_unsound",
        says=says,
        params={"name": name[:60]},
        column=column,
        value=name[:60],
    )
